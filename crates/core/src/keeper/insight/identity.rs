//! Learns whose a token is. Asking is a courtesy: no authorization waits for it longer than it must, and none fails.

use std::sync::Arc;
use std::time::Duration;

use super::super::{Error, Keeper};
use crate::model::{
    AccessToken, Account, AccountId, EventKind, Grant, Identity, Scope, Service, Slot, Timestamp, TokenType,
};
use crate::ports::TokenChange;
use crate::wire::{Asked, NoIdentity, identity_question, identity_request, read_identity};

impl Keeper {
    /// Learns in the background whose the grant of a slot is, unless that is known or nobody can be asked.
    pub(in crate::keeper) fn learn_identity(
        self: &Arc<Self>,
        id: &AccountId,
        slot: Slot,
        authorized_at: Timestamp,
    ) {
        let (keeper, id) = (Arc::clone(self), id.clone());
        tokio::spawn(async move {
            if let Err(error) = keeper.learn(&id, slot, authorized_at).await {
                tracing::warn!(account = %id, %error, "whose a token is could not be learned");
            }
        });
    }

    async fn learn(&self, id: &AccountId, slot: Slot, authorized_at: Timestamp) -> Result<(), Error> {
        let seen = self.account(id)?;
        let Some(grant) = held(&seen.account, slot).cloned() else { return Ok(()) };
        if grant.identity.as_ref().is_some_and(|known| !known.is_bare()) {
            return Ok(());
        }
        let Some(tokens) = self.ports.store.tokens(id.clone(), slot).await? else { return Ok(()) };
        let known = grant.identity.as_ref();
        let Some(answer) = self.ask_identity(&seen.service, &grant, &tokens.access, known).await else {
            return Ok(());
        };
        let (turn, mut account, _) = self.turn(id).await?;
        let held = match slot {
            Slot::Current => account.grant.as_mut(),
            Slot::Candidate => account.candidate.as_mut(),
        };
        // Revoked, replaced or chosen meanwhile: the answer is about a grant that is no longer there.
        let Some(grant) = held.filter(|grant| grant.authorized_at == authorized_at) else { return Ok(()) };
        match answer {
            Ok(identity) => {
                let text = format!("It is {}", identity.label());
                let before = grant.identity.replace(identity);
                if slot == Slot::Current {
                    account.name_itself(before.as_ref());
                }
                let event = self.event(id, EventKind::Authorization, text);
                self.save(&turn, account, TokenChange::Keep, vec![event]).await
            }
            Err(why) => {
                let text = format!("Whose it is could not be asked: {why}");
                let event = self.event(id, EventKind::Authorization, text);
                self.tell_events(self.ports.store.log(vec![event]).await?);
                Ok(())
            }
        }
    }

    /// Whose a token is, as the catalog's address or the issuer says; `None` where nobody can be asked.
    pub(in crate::keeper) async fn ask_identity(
        &self,
        service: &Service,
        grant: &Grant,
        access: &AccessToken,
        known: Option<&Identity>,
    ) -> Option<Result<Identity, NoIdentity>> {
        let end = self.now() + PATIENCE;
        tokio::select! {
            answer = self.ask_whose(service, grant, access, known) => answer,
            () = self.ports.clock.sleep_until(end) => Some(Err(NoIdentity::Unreachable("no answer".to_owned()))),
        }
    }

    async fn ask_whose(
        &self,
        service: &Service,
        grant: &Grant,
        access: &AccessToken,
        known: Option<&Identity>,
    ) -> Option<Result<Identity, NoIdentity>> {
        // R-TK-07: only a bearer token is shown as one.
        if grant.token_type != TokenType::Bearer {
            return None;
        }
        let provider = self.provider(service.provider.as_deref());
        let question = match identity_question(service, provider.as_deref(), None) {
            Some(question) => question,
            None => {
                let userinfo = self.userinfo(service, grant).await?;
                identity_question(service, None, Some(&userinfo))?
            }
        };
        let request = identity_request(&question, access)?;
        Some(read_identity(&self.exchange(request).await, &question, known))
    }

    /// The issuer's userinfo endpoint, for a token that it accepts (OpenID Connect Core §5.3).
    async fn userinfo(&self, service: &Service, grant: &Grant) -> Option<url::Url> {
        let openid = |scope: &Scope| scope.as_str() == "openid";
        if !grant.granted.iter().any(openid) {
            return None;
        }
        let asked = Asked::read(service.endpoints.issuer.as_deref()?).ok()?;
        self.metadata(&asked).await.ok()?.userinfo.clone()
    }
}

fn held(account: &Account, slot: Slot) -> Option<&Grant> {
    match slot {
        Slot::Current => account.grant.as_deref(),
        Slot::Candidate => account.candidate.as_deref(),
    }
}

/// How long whoever authorizes waits at most, where it has to be known who came back.
const PATIENCE: Duration = Duration::from_secs(5);
