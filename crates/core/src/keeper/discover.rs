//! Asks a provider what it tells of itself. Nothing is stored before the person saves a service.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::{Error, Keeper};
use crate::model::Timestamp;
use crate::wire::{
    Asked, Discovered, Freshness, Looked, Metadata, NoMetadata, Request, Response, Unreachable,
    discovery_request, read_discovery, suggest,
};

/// Metadata that was found since the agent began, by what was asked.
#[derive(Default)]
pub(super) struct Remembered(Mutex<HashMap<(String, bool), Arc<Found>>>);

struct Found {
    metadata: Arc<Metadata>,
    at: Url,
    freshness: Freshness,
    since: Timestamp,
}

/// What one address brought.
enum Brought {
    Found(Found),
    Unchanged(Option<Freshness>),
    Nothing(NoMetadata),
}

impl Keeper {
    /// Asks the provider at `issuer` (an issuer, or just a host) what it tells of itself.
    ///
    /// # Errors
    /// `issuer` is no address, or nothing there counts.
    pub async fn discover(&self, issuer: &str) -> Result<Discovered, Error> {
        let asked = Asked::read(issuer)?;
        Ok(suggest(&*self.metadata(&asked).await?))
    }

    /// The metadata of the one asked: what is fresh, what did not change, or else found anew.
    pub(super) async fn metadata(&self, asked: &Asked) -> Result<Arc<Metadata>, Error> {
        let known = self.discovered.recall(asked);
        if let Some(known) = &known {
            let age = self.now().since(known.since);
            // A clock that was set back makes nothing fresher.
            if known.since <= self.now() && age < known.freshness.fresh_for {
                return Ok(known.metadata.clone());
            }
            if known.freshness.can_be_asked() {
                match self.look_at(asked, known.at.clone(), Some(&known.freshness)).await {
                    Brought::Found(found) => return Ok(self.discovered.remember(asked, found)),
                    Brought::Unchanged(freshness) => {
                        let freshness = freshness.unwrap_or_default().or(&known.freshness);
                        let metadata = known.metadata.clone();
                        let found = Found { metadata, at: known.at.clone(), freshness, since: self.now() };
                        return Ok(self.discovered.remember(asked, found));
                    }
                    // It may have moved to another of the addresses.
                    Brought::Nothing(_) => {}
                }
            }
            self.discovered.forget(asked);
        }
        let mut why = NoMetadata::NotThere { status: 404 };
        for candidate in asked.candidates() {
            match self.look_at(asked, candidate, None).await {
                Brought::Found(found) => return Ok(self.discovered.remember(asked, found)),
                Brought::Unchanged(_) => {}
                Brought::Nothing(reason) => {
                    if reason.tells() >= why.tells() {
                        why = reason;
                    }
                    // The other addresses are at the same host.
                    if matches!(why, NoMetadata::Unreachable { .. }) {
                        break;
                    }
                }
            }
        }
        Err(Error::NotDiscovered { asked: asked.text().to_owned(), why })
    }

    /// One address, and those that it redirects to.
    async fn look_at(&self, asked: &Asked, at: Url, known: Option<&Freshness>) -> Brought {
        let mut at = at;
        for _ in 0..=MOST_REDIRECTS {
            let answer = match self.exchange_in_time(discovery_request(at.clone(), known)).await {
                Ok(answer) => answer,
                Err(Unreachable { reason }) => return Brought::Nothing(NoMetadata::Unreachable { reason }),
            };
            let freshness = Freshness::of(&answer);
            match read_discovery(asked, &at, &answer) {
                Looked::Found(metadata) => {
                    return Brought::Found(Found {
                        metadata: Arc::new(*metadata),
                        at,
                        freshness: freshness.unwrap_or_default(),
                        since: self.now(),
                    });
                }
                Looked::Unchanged if known.is_some() => return Brought::Unchanged(freshness),
                Looked::Unchanged => return Brought::Nothing(NoMetadata::NotThere { status: 304 }),
                Looked::Moved(to) => at = to,
                Looked::Nothing(why) => return Brought::Nothing(why),
            }
        }
        Brought::Nothing(NoMetadata::TooManyRedirects)
    }

    /// One exchange that the person waits for.
    pub(super) async fn exchange_in_time(&self, request: Request) -> Result<Response, Unreachable> {
        let end = self.now() + PATIENCE;
        tokio::select! {
            answer = self.exchange(request) => answer,
            () = self.ports.clock.sleep_until(end) => {
                Err(Unreachable { reason: format!("no answer within {} s", PATIENCE.as_secs()) })
            }
        }
    }
}

impl Remembered {
    fn recall(&self, asked: &Asked) -> Option<Arc<Found>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&asked.key()).cloned()
    }

    fn remember(&self, asked: &Asked, found: Found) -> Arc<Metadata> {
        let metadata = found.metadata.clone();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !all.contains_key(&asked.key());
        let oldest = all.iter().min_by_key(|(_, found)| found.since).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| is_new && all.len() >= MOST_REMEMBERED) {
            all.remove(&oldest);
        }
        if found.freshness != Freshness::default() {
            all.insert(asked.key(), Arc::new(found));
        }
        metadata
    }

    fn forget(&self, asked: &Asked) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&asked.key());
    }
}

/// How long one address may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Redirects that are followed, within the origin that was asked.
const MOST_REDIRECTS: usize = 3;

/// Providers whose metadata is remembered.
const MOST_REMEMBERED: usize = 64;
