//! Takes grants back, and says what is dead and how that is known.

use std::sync::Arc;

use super::{Error, Keeper, Turn};
use crate::model::{
    AccessToken, Account, AccountId, EventKind, Facts, Failure, FailureKind, RevocationRecipe, Service, Slot,
    Standing, Timestamp, Tokens,
};
use crate::ports::TokenChange;
use crate::wire::{
    RevocationAnswer, RevokedToken, read_revocation, revocation_requests, revoke_access_request,
};

/// What a revocation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// When.
    pub at: Timestamp,
    /// One line a token.
    pub lines: Vec<ReceiptLine>,
    /// The page to open where it is done by hand.
    pub page: Option<String>,
}

/// One line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    /// "Access token", "Refresh token".
    pub what: String,
    /// How that is known.
    pub how: String,
    /// Dead as far as the provider says.
    pub dead: bool,
}

impl Keeper {
    /// Takes an account's grant back at the provider, then removes its tokens from the vault.
    ///
    /// # Errors
    /// When the provider did not take it back: everything stays as it was.
    pub async fn revoke(self: &Arc<Self>, id: &AccountId) -> Result<Receipt, Error> {
        let (turn, account, service) = self.turn(id).await?;
        let Some(tokens) = self.ports.store.tokens(id.clone(), Slot::Current).await? else {
            return Err(Error::NoToken(id.short()));
        };
        self.set_running(id, |running| running.revoking = true);
        let result = self.revoke_held(&turn, account, &service, &tokens).await;
        self.set_running(id, |running| running.revoking = false);
        result
    }

    async fn revoke_held(
        &self,
        turn: &Turn,
        mut account: Account,
        service: &Service,
        tokens: &Tokens,
    ) -> Result<Receipt, Error> {
        let began = self.now();
        match &service.revocation {
            RevocationRecipe::None => return Err(Error::NoRevocation(turn.id.short())),
            RevocationRecipe::ByHand { page } => return Ok(by_hand(&service.title, page.as_str(), began)),
            RevocationRecipe::Rfc7009 { .. } | RevocationRecipe::Custom { .. } => {}
        }
        self.refuse_unconfirmed(service)?;
        self.ports.store.check_writable().await?;
        let lines = match self.revoke_tokens(service, tokens).await? {
            Ok(lines) => lines,
            Err(failure) => {
                let problem = super::of_failure(&failure, &service.title);
                let text = format!("{} did not take the token back: {}", service.title, problem.title);
                let mut event = self.event(&turn.id, EventKind::RevokeFailed, text);
                event.facts = Facts::default().took(event.at.since(began)).because(failure.kind.word());
                self.tell_events(self.ports.store.log(vec![event]).await?);
                return Err(Error::RevocationFailed { title: service.title.clone(), failure });
            }
        };
        fail_point!("revoke-before-commit");
        let now = self.now();
        account.standing = Standing::Revoked { at: now };
        account.grant = None;
        account.candidate = None;
        account.trouble = None;
        account.intent = None;
        account.previous_not_revoked = None;
        account.policy_turned_off = false;
        account.scopes_accepted = false;
        let mut event = self.event(&turn.id, EventKind::Revoked, "Revoked");
        event.facts = Facts::default().took(event.at.since(began));
        self.save(turn, account, TokenChange::RemoveAll, vec![event]).await?;
        Ok(Receipt { at: now, lines, page: None })
    }

    /// Sends the recipe's requests. The outer error is ours, the inner one the provider's.
    async fn revoke_tokens(
        &self,
        service: &Service,
        tokens: &Tokens,
    ) -> Result<Result<Vec<ReceiptLine>, Failure>, Error> {
        let secret = self.ports.store.client_secret(service.name.clone()).await?;
        let mut lines = Vec::new();
        let mut refused = None;
        for revoking in revocation_requests(service, secret.as_ref(), tokens) {
            let (what, brings_new_ones) = match revoking.what {
                RevokedToken::Access => ("Access token", false),
                RevokedToken::Refresh => ("Refresh token", true),
                RevokedToken::Grant => ("Whole grant", true),
            };
            let mut line = |how: String, dead| lines.push(ReceiptLine { what: what.to_owned(), how, dead });
            match read_revocation(&self.exchange(revoking.request).await) {
                RevocationAnswer::Dead { how } => line(how, true),
                RevocationAnswer::TryOtherToken => {
                    line(
                        format!("{} does not revoke this kind of token; it ends by itself.", service.title),
                        false,
                    );
                }
                // What brings new tokens must not live on unseen: then nothing counts as revoked.
                RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure)
                    if brings_new_ones =>
                {
                    return Ok(Err(failure));
                }
                RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure) => {
                    let problem = super::of_failure(&failure, &service.title);
                    line(format!("{}. It lives until it ends by itself.", problem.title), false);
                    refused = Some(failure);
                }
            }
        }
        if lines.iter().any(|line| line.dead) {
            return Ok(Ok(lines));
        }
        Ok(Err(refused.unwrap_or_else(|| Failure::of(FailureKind::Refused))))
    }

    /// After a new token was stored: the previous access token is taken back, and the new one tried. If it died with
    /// the old one, the policy turns itself off (DESIGN: revoking the previous token).
    pub(super) async fn revoke_previous(&self, turn: &Turn, service: &Arc<Service>) -> Result<(), Error> {
        let Some(mut tokens) = self.ports.store.tokens(turn.id.clone(), Slot::Current).await? else {
            return Ok(());
        };
        let Some(previous) = tokens.previous_access.take() else { return Ok(()) };
        let mut account = self.account(&turn.id)?.account;
        let began = self.now();
        let mut events = Vec::new();
        let unrevoked = match self.revoke_access(service, &previous).await? {
            Some(RevocationAnswer::Dead { .. }) => None,
            Some(RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure)) => {
                Some(super::of_failure(&failure, &service.title).title)
            }
            Some(RevocationAnswer::TryOtherToken) | None => {
                Some(format!("{} does not revoke access tokens", service.title))
            }
        };
        let change = if let Some(reason) = unrevoked {
            let text = format!("Previous token not revoked: {reason}");
            events.push(self.event(&turn.id, EventKind::RevokeFailed, text));
            account.previous_not_revoked = Some(reason);
            TokenChange::Keep
        } else {
            account.previous_not_revoked = None;
            let mut event = self.event(&turn.id, EventKind::Revoked, "Previous token revoked");
            event.facts = Facts::default().took(event.at.since(began)).because(Facts::PREVIOUS_TOKEN);
            events.push(event);
            if self.new_token_died(service, &account, &tokens).await {
                self.turn_policy_off(service).await?;
                account.policy_turned_off = true;
                let text = "Revoking the previous token ended the new one; it won't be done again here";
                events.push(self.event(&turn.id, EventKind::RevokeFailed, text));
            }
            TokenChange::Set(Slot::Current, tokens)
        };
        self.save(turn, account, change, events).await
    }

    /// Takes one access token back; `None` where the service has no request for that.
    async fn revoke_access(
        &self,
        service: &Service,
        access: &AccessToken,
    ) -> Result<Option<RevocationAnswer>, Error> {
        let secret = self.ports.store.client_secret(service.name.clone()).await?;
        let Some(request) = revoke_access_request(service, secret.as_ref(), access) else { return Ok(None) };
        Ok(Some(read_revocation(&self.exchange(request).await)))
    }

    async fn new_token_died(&self, service: &Service, account: &Account, tokens: &Tokens) -> bool {
        let Some(grant) = &account.grant else { return false };
        match self.try_token(service, grant, &tokens.access).await {
            Ok(tested) => tested.status == 401,
            // Without a Test URI, or without an answer, nothing is known against the new token.
            Err(_) => false,
        }
    }

    pub(super) fn refuse_unconfirmed(&self, service: &Service) -> Result<(), Error> {
        let hosts = service.hosts_to_confirm();
        if hosts.is_empty() {
            Ok(())
        } else {
            Err(Error::HostsToConfirm { name: service.title.clone(), hosts })
        }
    }
}

fn by_hand(title: &str, page: &str, at: Timestamp) -> Receipt {
    let line = ReceiptLine {
        what: "Grant".to_owned(),
        how: format!(
            "{title} ends it only at its own page. Grantkeep keeps the token until you delete the account."
        ),
        dead: false,
    };
    Receipt { at, lines: vec![line], page: Some(page.to_owned()) }
}
