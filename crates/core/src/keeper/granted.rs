//! From a token answer to a grant.

use std::sync::Arc;

use super::{Error, Keeper, Turn};
use crate::model::{
    Account, EventKind, Facts, Grant, Identity, Pending, RevokePrevious, Service, Slot, Standing, Timestamp,
    Tokens,
};
use crate::ports::TokenChange;
use crate::wire::{TokenResponse, check_id_token};

/// Who came, compared with who was expected.
enum Came {
    /// The same person, as far as is known.
    Same,
    /// Somebody else.
    SomebodyElse,
    /// Only asking can tell.
    AskFirst,
}

impl Keeper {
    /// Stores what an authorization brought: as the account's grant, or beside it where somebody else came back.
    pub(super) async fn authorized(
        self: &Arc<Self>,
        pending: &Pending,
        service: &Service,
        response: TokenResponse,
    ) -> Result<(), Error> {
        let id = &pending.account;
        let (turn, mut account, _) = self.turn(id).await?;
        let now = self.now();
        let revision = account.grant.as_ref().map_or(0, |grant| grant.revision) + 1;
        let (mut grant, mut tokens) = granted(pending, service, response, revision, now);
        let expected = account.grant.as_ref().and_then(|grant| grant.identity.clone());
        let mut came = came(expected.as_ref(), grant.identity.as_mut());
        let revoke_previous = service.revoke_previous == RevokePrevious::After && account.grant.is_some();
        let mut stored = false;
        if matches!(came, Came::AskFirst) {
            // Durable before anybody is asked: a crash loses neither grant.
            account.candidate = Some(Box::new(grant.clone()));
            self.commit(&turn, account, Slot::Candidate, tokens.duplicate(), Vec::new()).await?;
            stored = true;
            account = self.account(id)?.account;
            // An ID token's subject can't be compared with what the catalog's address said before.
            let comparable = |known: &&Identity| expected.as_ref().is_some_and(|e| e.source == known.source);
            let known = grant.identity.as_ref().filter(comparable);
            let asked = self.ask_identity(service, &grant, &tokens.access, known).await;
            // Who can't be asked is not held to be somebody else.
            came = Came::Same;
            if let (Some(Ok(identity)), Some(expected)) = (asked, &expected) {
                if expected.is_of_same_person(&identity) == Some(false) {
                    came = Came::SomebodyElse;
                }
                grant.identity = Some(identity);
            } else {
                grant.identity = grant.identity.or_else(|| expected.clone());
            }
        }
        if matches!(came, Came::SomebodyElse) {
            account.candidate = Some(Box::new(grant));
            account.authorization_trouble = None;
            let event =
                self.event(id, EventKind::Authorization, "Somebody else came back; both grants are kept");
            self.commit(&turn, account, Slot::Candidate, tokens, vec![event]).await?;
            self.learn_identity(id, Slot::Candidate, now);
            return Ok(());
        }
        if revoke_previous {
            let old = self.ports.store.tokens(id.clone(), Slot::Current).await?;
            tokens.previous_access = old.map(|old| old.access).filter(|old| !old.matches(&tokens.access));
        }
        let again = account.grant.is_some();
        settle(&mut account, grant);
        let mut event =
            self.event(id, EventKind::Authorized, if again { "Reauthorized" } else { "Authorized" });
        event.facts = Facts::default()
            .took(event.at.since(pending.started_at))
            .token_until(account.grant.as_ref().and_then(|grant| grant.expires_at));
        fail_point!("authorize-before-commit");
        if stored {
            account.candidate = None;
        }
        self.commit(&turn, account, Slot::Current, tokens, vec![event]).await?;
        fail_point!("authorize-after-commit");
        if stored {
            self.forget_candidate(&turn).await?;
        }
        if revoke_previous {
            let service = self.service(&id.service)?.service;
            self.revoke_previous(&turn, &service).await?;
        }
        self.learn_identity(id, Slot::Current, now);
        Ok(())
    }

    /// The tokens that were kept beside the account's own are its own by now.
    async fn forget_candidate(&self, turn: &Turn) -> Result<(), Error> {
        let account = self.account(&turn.id)?.account;
        self.save(turn, account, TokenChange::Remove(Slot::Candidate), Vec::new()).await
    }
}

/// Compares who came with who was expected. A name that is known goes on with the person.
fn came(expected: Option<&Identity>, came: Option<&mut Identity>) -> Came {
    let Some(expected) = expected else { return Came::Same };
    let Some(came) = came else { return Came::AskFirst };
    match expected.is_of_same_person(came) {
        Some(true) => {
            if came.is_bare() {
                came.name.clone_from(&expected.name);
                came.email.clone_from(&expected.email);
            }
            Came::Same
        }
        Some(false) => Came::SomebodyElse,
        None => Came::AskFirst,
    }
}

/// The grant that an answer brings, and its tokens.
fn granted(
    pending: &Pending,
    service: &Service,
    response: TokenResponse,
    revision: u64,
    now: Timestamp,
) -> (Grant, Tokens) {
    let identity = identity(pending, service, &response, now);
    let grant = Grant {
        revision,
        token_type: response.token_type,
        access_token_length: u32::try_from(response.access.len()).unwrap_or(u32::MAX),
        is_jwt: response.is_jwt,
        authorized_at: now,
        obtained_at: now,
        expires_at: response.expires_in.map(|life| now + life),
        asked: pending.asked.clone(),
        granted: response.scope.unwrap_or_else(|| pending.asked.clone()),
        has_refresh_token: response.refresh.is_some(),
        has_id_token: response.id.is_some(),
        hosts: service.hosts(),
        other_fields: response.other_fields,
        api_host: response.api_host,
        oddities: response.oddities,
        identity,
        last_refresh_at: None,
        last_used_at: None,
        refresh_token_ends_at: response.refresh_expires_in.map(|life| now + life),
        last_tested_at: None,
    };
    let tokens = Tokens {
        access: response.access,
        refresh: response.refresh,
        previous_refresh: None,
        previous_access: None,
        id: response.id,
        other: response.other,
    };
    (grant, tokens)
}

/// Who authorized, as far as an ID token of the known issuer says (R-TK-17).
fn identity(
    pending: &Pending,
    service: &Service,
    response: &TokenResponse,
    now: Timestamp,
) -> Option<Identity> {
    let (id, issuer) = (response.id.as_ref()?, pending.issuer.as_ref()?);
    check_id_token(id, issuer, &service.client_id, pending.nonce.as_ref(), now).ok()
}

/// A new grant takes the place of the old one.
fn settle(account: &mut Account, grant: Grant) {
    let before = account.grant.replace(Box::new(grant)).and_then(|grant| grant.identity);
    account.name_itself(before.as_ref());
    account.standing = Standing::Good;
    account.trouble = None;
    account.authorization_trouble = None;
    account.intent = None;
    account.scopes_accepted = false;
    account.previous_not_revoked = None;
    account.policy_turned_off = false;
}
