//! Takes grants back, and says what is dead and how that is known.

mod prove;
mod receipt;
mod trial;

use std::sync::Arc;

use super::{Error, Keeper, Turn};
use crate::model::{
    AccessToken, Account, AccountId, ClientSecret, Event, EventKind, Facts, Failure, FailureKind,
    RevocationRecipe, Service, Slot, Standing, Timestamp, Tokens,
};
use crate::ports::TokenChange;
use crate::wire::{
    RevocationAnswer, RevokedToken, read_revocation, revocation_requests, revoke_access_request,
};

pub use receipt::{Fate, Receipt, ReceiptLine};

pub(super) use prove::Proving;
pub(super) use receipt::Receipts;
use trial::Trial;

/// What came of taking a grant back.
pub(super) enum TakenBack {
    /// It is gone from the vault; its tokens can be tried.
    Back(Proving),
    /// The person has to do it at the provider's page.
    ByHand(Receipt),
}

impl Keeper {
    /// Takes an account's grant back at the provider, removes its tokens from the vault, and tries them until they are
    /// refused: once before this returns, then for about 10 s ([`Keeper::receipt`]).
    ///
    /// Where the person has to do it, nothing changes and the receipt names the page; [`Keeper::revoked_by_hand`] goes on.
    ///
    /// # Errors
    /// When the provider did not take it back: everything stays as it was.
    pub async fn revoke(self: &Arc<Self>, id: &AccountId) -> Result<Receipt, Error> {
        match self.take_back(id, true).await? {
            TakenBack::Back(proving) => Ok(self.prove(proving).await),
            TakenBack::ByHand(receipt) => Ok(receipt),
        }
    }

    /// The person says that the grant was taken back at the provider's page: its tokens are removed from the vault and tried.
    ///
    /// # Errors
    /// The service's grants are not taken back by hand, there is no token, or the vault can't be written.
    pub async fn revoked_by_hand(self: &Arc<Self>, id: &AccountId) -> Result<Receipt, Error> {
        let (turn, account, service) = self.turn(id).await?;
        if !matches!(service.revocation, RevocationRecipe::ByHand { .. }) {
            return Err(Error::NoRevocation(id.short()));
        }
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let tokens = tokens.ok_or_else(|| Error::NoToken(id.short()))?;
        let secret = self.ports.store.client_secret(id.service.clone()).await?;
        let mut trials = Trial::all(&service, account.grant.as_deref(), &tokens);
        for (trial, proof) in trials.iter_mut().zip(self.receipts.recall(id).into_iter().flatten()) {
            trial.proof = proof;
        }
        for trial in &mut trials {
            trial.answered = Some((false, "You took it back at the provider’s page.".to_owned()));
        }
        self.forget(&turn, account, "Revoked by hand", Facts::default()).await?;
        drop(turn);
        Ok(self.prove(Proving::new(service, secret, id, trials, self.now())).await)
    }

    /// Takes an account's grant back and removes its tokens; `try_it` finds out first how they can be tried.
    pub(super) async fn take_back(
        self: &Arc<Self>,
        id: &AccountId,
        try_it: bool,
    ) -> Result<TakenBack, Error> {
        let (turn, account, service) = self.turn(id).await?;
        let Some(tokens) = self.ports.store.tokens(id.clone(), Slot::Current).await? else {
            return Err(Error::NoToken(id.short()));
        };
        self.set_running(id, |running| running.revoking = true);
        let result = self.take_back_held(&turn, account, &service, &tokens, try_it).await;
        self.set_running(id, |running| running.revoking = false);
        result
    }

    async fn take_back_held(
        &self,
        turn: &Turn,
        account: Account,
        service: &Arc<Service>,
        tokens: &Tokens,
        try_it: bool,
    ) -> Result<TakenBack, Error> {
        let id = &turn.id;
        let by_hand = match &service.revocation {
            RevocationRecipe::None => return Err(Error::NoRevocation(id.short())),
            RevocationRecipe::ByHand { page } => Some(page),
            RevocationRecipe::Rfc7009 { .. } | RevocationRecipe::Custom { .. } => None,
        };
        self.refuse_unconfirmed(service)?;
        let secret = self.ports.store.client_secret(service.name.clone()).await?;
        let mut trials = Vec::new();
        if try_it {
            trials = Trial::all(service, account.grant.as_deref(), tokens);
            self.find_proofs(service, secret.as_ref(), &mut trials).await;
        }
        if let Some(page) = by_hand {
            self.receipts.remember(id, trials.into_iter().map(|trial| trial.proof).collect());
            return Ok(TakenBack::ByHand(receipt_by_hand(&service.title, page.as_str(), self.now())));
        }
        self.ports.store.check_writable().await?;
        let began = self.now();
        let asked = self.ask_to_revoke(service, secret.as_ref(), tokens, &mut trials).await;
        if let Err(failure) = asked {
            let problem = super::of_failure(&failure, service);
            let text = format!("{} did not take the token back: {}", service.title, problem.title);
            let mut event = self.event(id, EventKind::RevokeFailed, text);
            event.facts = Facts::default().took(event.at.since(began)).because(failure.kind.word());
            self.tell_events(self.ports.store.log(vec![event]).await?);
            return Err(Error::RevocationFailed { service: service.clone(), failure });
        }
        fail_point!("revoke-before-commit");
        let took = self.now().since(began);
        self.forget(turn, account, "Revoked", Facts::default().took(took)).await?;
        Ok(TakenBack::Back(Proving::new(service.clone(), secret, id, trials, self.now())))
    }

    /// Removes an account's grants from the vault.
    async fn forget(&self, turn: &Turn, mut account: Account, text: &str, facts: Facts) -> Result<(), Error> {
        account.standing = Standing::Revoked { at: self.now() };
        account.grant = None;
        account.candidate = None;
        account.trouble = None;
        account.intent = None;
        account.previous_not_revoked = None;
        account.policy_turned_off = false;
        account.scopes_accepted = false;
        let event = Event { facts, ..self.event(&turn.id, EventKind::Revoked, text) };
        self.save(turn, account, TokenChange::RemoveAll, vec![event]).await?;
        fail_point!("revoke-after-commit");
        Ok(())
    }

    /// Sends the recipe's requests, and notes the answers.
    ///
    /// # Errors
    /// Nothing was taken back, or what brings new tokens was not.
    async fn ask_to_revoke(
        &self,
        service: &Service,
        secret: Option<&ClientSecret>,
        tokens: &Tokens,
        trials: &mut [Trial],
    ) -> Result<(), Failure> {
        let (mut took_any, mut refused) = (false, None);
        for revoking in revocation_requests(service, secret, tokens) {
            let what = revoking.what;
            let answered = match read_revocation(&self.exchange(revoking.request).await) {
                RevocationAnswer::Dead { how } => {
                    took_any = true;
                    (true, how)
                }
                RevocationAnswer::TryOtherToken => {
                    (false, format!("{} does not revoke this kind of token.", service.title))
                }
                // What brings new tokens must not live on unseen: then nothing counts as revoked.
                RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure)
                    if what != RevokedToken::Access =>
                {
                    return Err(failure);
                }
                RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure) => {
                    let problem = super::of_failure(&failure, service);
                    refused = Some(failure);
                    (false, format!("{}.", problem.title))
                }
            };
            for trial in trials.iter_mut().filter(|trial| match what {
                RevokedToken::Access => !trial.is_refresh(),
                RevokedToken::Refresh => trial.is_refresh(),
                RevokedToken::Grant => true,
            }) {
                trial.answered = Some(answered.clone());
            }
        }
        if took_any { Ok(()) } else { Err(refused.unwrap_or_else(|| Failure::of(FailureKind::Refused))) }
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
        let secret = self.ports.store.client_secret(service.name.clone()).await?;
        let secret = secret.as_ref();
        let mut new = Trial::all(service, account.grant.as_deref(), &tokens);
        new.truncate(1);
        self.find_proofs(service, secret, &mut new).await;
        let unrevoked = match self.revoke_access(service, secret, &previous).await {
            Some(RevocationAnswer::Dead { .. }) => None,
            Some(RevocationAnswer::TryLater(failure) | RevocationAnswer::Refused(failure)) => {
                Some(super::of_failure(&failure, service).title)
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
            if self.died(service, secret, &mut new).await {
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
        secret: Option<&ClientSecret>,
        access: &AccessToken,
    ) -> Option<RevocationAnswer> {
        let request = revoke_access_request(service, secret, access)?;
        Some(read_revocation(&self.exchange(request).await))
    }

    /// Whether a token that was accepted before is refused now. Where it can't be tried, nothing is known against it.
    async fn died(&self, service: &Service, secret: Option<&ClientSecret>, trials: &mut [Trial]) -> bool {
        let mut died = false;
        for trial in trials {
            self.try_once(service, secret, trial).await;
            died |= trial.is_decided() && trial.line().fate == Fate::Dead;
        }
        died
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

fn receipt_by_hand(title: &str, page: &str, at: Timestamp) -> Receipt {
    let how = format!(
        "{title} ends it only at its own page. Grantkeep keeps the token until you say that it is done."
    );
    let line = ReceiptLine::new("Grant", Fate::Unknown, how);
    Receipt { lines: vec![line], page: Some(page.to_owned()), ..Receipt::empty(at) }
}
