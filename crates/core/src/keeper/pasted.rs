//! What was pasted: the form goes back to who pasted it, the client secret waits here for its service to be saved.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Error, Keeper, ServiceSeen};
use crate::model::{ClientSecret, Draft, Name, PastedText, Timestamp};
use crate::ports::SecretChange;
use crate::wire::{Pasted, read_pasted};

/// A definition without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct PastedSeen {
    /// What it is, in words.
    pub kind: &'static str,
    /// The form, filled in as far as the definition tells.
    pub draft: Draft,
    /// Names of the fields that it tells.
    pub fields: Vec<&'static str>,
    /// Stands for its client secret, once and for 10 minutes.
    pub secret_ref: Option<String>,
    /// What was left out and why, a sentence each.
    pub left_out: Vec<String>,
}

/// Client secrets that were pasted, by the reference that stands for each. They go with the keeper when it is locked.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<String, (ClientSecret, Timestamp)>>);

impl Keeper {
    /// Reads a pasted definition into the form; nothing is stored.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read_pasted(&self, text: &PastedText) -> Result<PastedSeen, Error> {
        let Pasted { kind, draft, fields, secret, left_out } = read_pasted(text)?;
        let secret_ref = secret.map(|secret| self.keep_pasted(secret));
        Ok(PastedSeen { kind, draft, fields, secret_ref, left_out })
    }

    /// Adds a service with the client secret that `secret_ref` stands for; it stays where the service was not saved.
    ///
    /// # Errors
    /// Those of [`Keeper::add_service`], or that the secret is no longer there.
    pub async fn add_pasted_service(&self, draft: Draft, secret_ref: &str) -> Result<ServiceSeen, Error> {
        let (secret, since) = self.take_pasted(secret_ref)?;
        let added = self.add_service(draft, Some(secret.duplicate())).await;
        self.put_back_unless_used(secret_ref, secret, since, added.is_ok());
        added
    }

    /// Saves an edited service with the client secret that `secret_ref` stands for.
    ///
    /// # Errors
    /// Those of [`Keeper::edit_service`], or that the secret is no longer there.
    pub async fn edit_pasted_service(
        &self,
        name: &Name,
        draft: Draft,
        secret_ref: &str,
    ) -> Result<ServiceSeen, Error> {
        let (secret, since) = self.take_pasted(secret_ref)?;
        let edited = self.edit_service(name, draft, SecretChange::Set(secret.duplicate())).await;
        self.put_back_unless_used(secret_ref, secret, since, edited.is_ok());
        edited
    }

    /// Forgets what has been kept long enough.
    pub(super) fn forget_old_pasted(&self) {
        let now = self.now();
        let mut kept = self.pasted.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes nothing last longer.
        kept.retain(|_, (_, since)| *since <= now && now.since(*since) < LIFE);
    }

    fn keep_pasted(&self, secret: ClientSecret) -> String {
        self.forget_old_pasted();
        let mut random = [0; 16];
        self.ports.entropy.fill(&mut random);
        let secret_ref: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut kept = self.pasted.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = kept.iter().min_by_key(|(_, (_, since))| *since).map(|(known, _)| known.clone());
        if let Some(oldest) = oldest.filter(|_| kept.len() >= MOST_KEPT) {
            kept.remove(&oldest);
        }
        kept.insert(secret_ref.clone(), (secret, self.now()));
        secret_ref
    }

    fn take_pasted(&self, secret_ref: &str) -> Result<(ClientSecret, Timestamp), Error> {
        self.forget_old_pasted();
        let mut kept = self.pasted.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(secret_ref).ok_or(Error::PastedGone)
    }

    /// A form with something to mend is sent again.
    fn put_back_unless_used(&self, secret_ref: &str, secret: ClientSecret, since: Timestamp, used: bool) {
        if !used {
            let mut kept = self.pasted.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(secret_ref.to_owned(), (secret, since));
        }
    }
}

/// How long a pasted secret waits for its service to be saved.
const LIFE: Duration = Duration::from_secs(10 * 60);

/// Secrets that wait at once.
const MOST_KEPT: usize = 16;
