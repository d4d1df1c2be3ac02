//! The keys of providers, kept for a while: they change seldom, and a signature is checked each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::super::Keeper;
use crate::model::{Service, Timestamp};
use crate::wire::{Asked, Freshness, KeySet, discovery_request, read_keys};

/// Keys that were had since the agent began, by their address.
#[derive(Default)]
pub(in crate::keeper) struct KnownKeys(Mutex<HashMap<Url, Kept>>);

#[derive(Clone)]
struct Kept {
    keys: Arc<KeySet>,
    since: Timestamp,
    fresh_for: Duration,
}

impl Keeper {
    /// Where the issuer of a service publishes its keys; a sentence where that is not known.
    pub(super) async fn keys_address(&self, service: &Service) -> Result<Url, String> {
        let issuer = service.endpoints.issuer.as_deref();
        let issuer = issuer.ok_or("The service names no issuer whose keys could be asked for.")?;
        let asked = Asked::read(issuer).map_err(|problem| problem.message)?;
        let metadata = self.metadata(&asked).await.map_err(|error| error.problem().title + ".")?;
        metadata.jwks.clone().ok_or_else(|| "The issuer publishes no keys.".to_owned())
    }

    /// The keys at an address, not older than it allows; `anew` asks again if they are older than a minute, for a token
    /// whose key is not among them.
    pub(super) async fn keys_at(&self, address: &Url, anew: bool) -> Result<Arc<KeySet>, String> {
        let now = self.now();
        if let Some(kept) = self.known_keys.recall(address) {
            let age = now.since(kept.since);
            let enough = if anew { SOON } else { kept.fresh_for };
            // A clock that was set back makes nothing fresher.
            if kept.since <= now && age < enough {
                return Ok(kept.keys);
            }
        }
        let answer = self.exchange_in_time(discovery_request(address.clone(), None)).await;
        let answer =
            answer.map_err(|unreachable| format!("The keys can’t be had: {}.", unreachable.reason))?;
        let keys = read_keys(&answer).map_err(|error| format!("The keys can’t be had: {error}."))?;
        let said = Freshness::of(&answer).unwrap_or_default().fresh_for;
        let fresh_for = said.clamp(SHORTEST, LONGEST);
        let kept = Kept { keys: Arc::new(keys), since: now, fresh_for };
        self.known_keys.remember(address, kept.clone());
        Ok(kept.keys)
    }
}

impl KnownKeys {
    fn recall(&self, address: &Url) -> Option<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    fn remember(&self, address: &Url, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = all.iter().min_by_key(|(_, kept)| kept.since).map(|(address, _)| address.clone());
        if let Some(oldest) = oldest.filter(|_| !all.contains_key(address) && all.len() >= MOST_KEPT) {
            all.remove(&oldest);
        }
        all.insert(address.clone(), kept);
    }
}

/// A key that is not there is looked for again after this.
const SOON: Duration = Duration::from_secs(60);
const SHORTEST: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
const MOST_KEPT: usize = 32;
