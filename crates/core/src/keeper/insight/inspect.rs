//! Looks into tokens that are JWTs. The tokens stay here; what is inside is told, and whether it is a fact.

use std::sync::Arc;

use super::super::{Error, Keeper};
use crate::model::{AccountId, Service, Slot, Timestamp};
use crate::wire::{Jwt, Unpacked, Unverified, Verified, check_signature, unpack};

/// What is inside an account's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// When.
    pub at: Timestamp,
    /// The access token; `None` where it is no JWT.
    pub access: Option<SeenToken>,
    /// The ID token, if there is one that can be read.
    pub id: Option<SeenToken>,
    /// Where the keys for the signatures are published.
    pub keys_uri: Option<String>,
}

/// A JWT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenToken {
    /// What is inside.
    pub inside: Unpacked,
    /// Who vouches for it, or a sentence why nobody does.
    pub signature: Result<Verified, String>,
}

impl Keeper {
    /// Looks into an account's tokens, and checks the signatures against the issuer's keys.
    ///
    /// # Errors
    /// There is no such account, or it has no token.
    pub async fn inspect(self: &Arc<Self>, id: &AccountId) -> Result<Inspected, Error> {
        let seen = self.account(id)?;
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::NoToken(id.short()))?;
        let access = unpack(Jwt::Access(&tokens.access)).map(|inside| (Jwt::Access(&tokens.access), inside));
        let id_token = tokens.id.as_ref().map(Jwt::Id);
        let id_token = id_token.and_then(|token| Some((token, unpack(token)?)));
        let keys = match (&access, &id_token) {
            // Nobody is asked for keys that are not needed.
            (None, None) => Err(String::new()),
            _ => self.keys_address(&seen.service).await,
        };
        let mut found = Inspected { at: self.now(), access: None, id: None, keys_uri: None };
        if let Some((token, inside)) = access {
            let signature = self.signature(token, &seen.service, keys.as_ref()).await;
            found.access = Some(SeenToken { inside, signature });
        }
        if let Some((token, inside)) = id_token {
            let signature = self.signature(token, &seen.service, keys.as_ref()).await;
            found.id = Some(SeenToken { inside, signature });
        }
        found.keys_uri = keys.ok().map(String::from);
        Ok(found)
    }

    async fn signature(
        &self,
        token: Jwt<'_>,
        service: &Service,
        keys: Result<&url::Url, &String>,
    ) -> Result<Verified, String> {
        let issuer = service.endpoints.issuer.as_deref().unwrap_or_default();
        let address = keys.map_err(Clone::clone)?;
        let known = self.keys_at(address, false).await?;
        let checked = match check_signature(token, &known, issuer) {
            // The provider may have changed its keys since.
            Err(Unverified::UnknownKey) => {
                check_signature(token, &*self.keys_at(address, true).await?, issuer)
            }
            checked => checked,
        };
        checked.map_err(|unverified| unverified.to_string())
    }
}
