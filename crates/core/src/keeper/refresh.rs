//! Refresh, so that nothing is lost: turn → read again → writable? → intent → send → commit → expose → revoke the
//! previous one. One flight an account; a caller that stops waiting does not end it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::{Error, Keeper, KeeperEvent, Turn};
use crate::flow::{Input, RefreshFlow, Step};
use crate::model::{
    Account, AccountId, ClientAuthentication, ClientSecret, EventKind, Facts, Failure, FailureKind, Grant,
    Intent, RefreshToken, RevokePrevious, Service, Slot, Standing, Timestamp, Tokens, Trouble, host_of,
};
use crate::ports::{StoreError, TokenChange};
use crate::schedule;
use crate::wire::TokenResponse;

/// A refresh under way; `None` until it ends.
pub(super) type Flight = watch::Receiver<Option<Result<(), Error>>>;

impl Keeper {
    /// Refreshes now, or waits for the refresh under way (R-RS-01).
    ///
    /// # Errors
    /// Why no new token came; the grant is kept in every case but the provider's own `invalid_grant`.
    pub async fn refresh(self: &Arc<Self>, id: &AccountId) -> Result<(), Error> {
        landed(self.fly(id, None)?).await
    }

    /// Refreshes with another client authentication; the service keeps it if it works. What is under way in the
    /// service's own way ends first.
    pub(super) async fn refresh_as(
        self: &Arc<Self>,
        id: &AccountId,
        way: ClientAuthentication,
    ) -> Result<(), Error> {
        let under_way = self.book().entry(id).and_then(|entry| entry.flight.clone());
        if let Some(flight) = under_way {
            // How it ended stands in the account.
            let _ = landed(flight).await;
        }
        landed(self.fly(id, Some(way))?).await
    }

    /// Starts a flight, with another client authentication if one is to be tried, or joins the one under way.
    pub(super) fn fly(
        self: &Arc<Self>,
        id: &AccountId,
        way: Option<ClientAuthentication>,
    ) -> Result<Flight, Error> {
        let sender = {
            let mut book = self.book();
            // Looking for the nearest name compares all of them, so only where this one is not there.
            let Some(entry) = book.entry(id) else { return Err(book.not_found(id)) };
            if let Some(flight) = &entry.flight {
                return Ok(flight.clone());
            }
            let (sender, receiver) = watch::channel(None);
            book.change(id, |entry| {
                entry.flight = Some(receiver);
                entry.running.refreshing = true;
            });
            sender
        };
        let flight = sender.subscribe();
        let (keeper, id) = (self.clone(), id.clone());
        self.tell(KeeperEvent::AccountChanged(id.clone()));
        tokio::spawn(async move {
            let result = keeper.refresh_once(&id, way).await;
            let result = keeper.keep_if_taken(&id, way, result).await;
            if result.is_err() {
                keeper.put_off(&id);
            }
            keeper.book().change(&id, |entry| {
                entry.flight = None;
                entry.not_before = None;
                entry.running.refreshing = false;
            });
            keeper.tell(KeeperEvent::AccountChanged(id));
            keeper.wake.notify_one();
            sender.send_replace(Some(result));
        });
        Ok(flight)
    }

    /// A refresh that ended before anything was stored (a full disk, say) would be due again at once: in memory it is
    /// put off, so that the keeper does not spin.
    fn put_off(&self, id: &AccountId) {
        let now = self.now();
        let mut book = self.book();
        let Some(service) = book.service(&id.service).cloned() else { return };
        let pace = book.pace();
        book.change(id, |entry| {
            if pace.refreshes_at(&entry.account, &service).is_some_and(|at| at <= now) {
                entry.account.trouble = Some(not_stored(entry.account.trouble.as_ref(), now, PUT_OFF));
            }
        });
    }

    /// A client authentication that was tried is kept where the provider took it: it spoke of the grant, not of the
    /// client (RFC 6749 §5.2).
    async fn keep_if_taken(
        &self,
        id: &AccountId,
        way: Option<ClientAuthentication>,
        result: Result<(), Error>,
    ) -> Result<(), Error> {
        let taken = match &result {
            Ok(()) => true,
            Err(Error::Failed { failure, .. }) => failure.kind == FailureKind::GrantEnded,
            Err(_) => false,
        };
        match way {
            Some(way) if taken => self.keep_authentication(&id.service, way).await.and(result),
            Some(_) | None => result,
        }
    }

    async fn refresh_once(&self, id: &AccountId, way: Option<ClientAuthentication>) -> Result<(), Error> {
        let (turn, mut account, service) = self.turn(id).await?;
        if *self.stopping.borrow() {
            // Nothing is sent whose answer might not be stored.
            return Err(Error::Store(StoreError::Closed));
        }
        let hosts = service.hosts_to_confirm();
        if !hosts.is_empty() {
            return Err(Error::HostsToConfirm { name: service.title.clone(), hosts });
        }
        let tokens = self.ports.store.tokens(id.clone(), Slot::Current).await?;
        let (Some(grant), Some(tokens)) = (account.grant.clone(), tokens) else {
            return Err(Error::NoToken(id.short()));
        };
        let Some(refresh) = tokens.refresh.as_ref().map(RefreshToken::duplicate) else {
            return Err(Error::NoRefreshToken(id.short()));
        };
        let secret = self.ports.store.client_secret(id.service.clone()).await?;

        // This write has room for a whole token set: a vault that takes it can take the answer, too.
        fail_point!("refresh-before-intent");
        account.intent = Some(Intent { at: self.now(), grant_revision: grant.revision });
        self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
        let account = self.account(id)?.account;
        fail_point!("refresh-after-intent");

        let began = self.now();
        if let Some(way) = way {
            let other = Service { client_authentication: way, ..(*service).clone() };
            return match self.send_refresh(&other, secret.as_ref(), &grant, &refresh).await {
                Ok(response) => self.refreshed(&turn, account, &service, tokens, response, began).await,
                Err(failure) => self.trial_failed(&turn, account, &service, way, failure).await,
            };
        }
        let mut outcome = self.send_refresh(&service, secret.as_ref(), &grant, &refresh).await;
        fail_point!("refresh-after-answer");
        if matches!(&outcome, Err(failure) if failure.kind == FailureKind::GrantEnded) {
            // The sealed predecessor is tried before the person is asked.
            if let Some(previous) = &tokens.previous_refresh
                && let Ok(response) = self.send_refresh(&service, secret.as_ref(), &grant, previous).await
            {
                outcome = Ok(response);
            }
        }
        match outcome {
            Ok(response) => self.refreshed(&turn, account, &service, tokens, response, began).await,
            Err(failure) => self.refresh_failed(&turn, account, &service, failure, began).await,
        }
    }

    async fn send_refresh(
        &self,
        service: &Service,
        secret: Option<&ClientSecret>,
        grant: &Grant,
        refresh: &RefreshToken,
    ) -> Result<TokenResponse, Failure> {
        let (mut flow, mut steps) = RefreshFlow::start(service, secret, grant, refresh);
        loop {
            let mut input = None;
            for step in steps {
                match step {
                    Step::Send(request) => input = Some(self.answer(request).await),
                    Step::Done(response) => return Ok(response),
                    Step::Failed(failure) => return Err(failure),
                    // A refresh has neither a link nor a redirect.
                    Step::Open(_) | Step::AwaitRedirect { .. } | Step::Ignore => {}
                }
            }
            (flow, steps) = flow.advance(input.unwrap_or(Input::Woken), service);
        }
    }

    async fn refreshed(
        &self,
        turn: &Turn,
        mut account: Account,
        service: &Arc<Service>,
        old: Tokens,
        response: TokenResponse,
        began: Timestamp,
    ) -> Result<(), Error> {
        let now = self.now();
        let Some(grant) = account.grant.as_mut() else { return Err(Error::NoToken(turn.id.short())) };
        let changed = !response.access.matches(&old.access);
        let tokens = renewed(grant, old, response, service, now);
        let mut event = self.event(&turn.id, EventKind::Refreshed, "Refreshed");
        event.detail = Some(format!("{} ms", now.since(began).as_millis()));
        event.facts = Facts::default().took(now.since(began)).token_until(grant.expires_at);
        let mut events = vec![event];
        if let Some(trouble) = account.trouble.take() {
            let minutes = now.since(trouble.since).as_secs().div_ceil(60);
            let mut event = self.event(&turn.id, EventKind::WorkingAgain, "Working again");
            event.detail = Some(format!("after {minutes} min and {}", tries(trouble.tries)));
            event.facts = Facts::default().took(now.since(trouble.since));
            events.push(event);
        }
        account.standing = Standing::Good;
        account.intent = None;
        let revoke_previous =
            changed && service.revoke_previous == RevokePrevious::After && tokens.previous_access.is_some();
        fail_point!("refresh-before-commit");
        self.commit(turn, account, Slot::Current, tokens, events).await?;
        fail_point!("refresh-after-commit");
        if revoke_previous {
            self.revoke_previous(turn, service).await?;
        }
        Ok(())
    }

    /// Stores a new token set, however long the vault takes: until then it is in memory, and nobody sees it (R-RS-07).
    pub(super) async fn commit(
        &self,
        turn: &Turn,
        account: Account,
        slot: Slot,
        tokens: Tokens,
        events: Vec<crate::model::Event>,
    ) -> Result<(), Error> {
        loop {
            let attempt = TokenChange::Set(slot, tokens.duplicate());
            match self.save(turn, account.clone(), attempt, events.clone()).await {
                Err(Error::Store(StoreError::NotWritable { .. })) => {
                    self.show_not_stored(&turn.id);
                    self.ports.clock.sleep_until(self.now() + COMMIT_AGAIN).await;
                }
                result => return result,
            }
        }
    }

    /// Tells the person, in memory only, that a token set waits for the vault.
    fn show_not_stored(&self, id: &AccountId) {
        let now = self.now();
        self.book().change(id, |entry| {
            entry.account.trouble = Some(not_stored(entry.account.trouble.as_ref(), now, COMMIT_AGAIN));
        });
        self.tell(KeeperEvent::AccountChanged(id.clone()));
    }

    async fn refresh_failed(
        &self,
        turn: &Turn,
        mut account: Account,
        service: &Arc<Service>,
        failure: Failure,
        began: Timestamp,
    ) -> Result<(), Error> {
        let now = self.now();
        if let Some(seconds) = failure.retry_after_s.filter(|_| failure.kind == FailureKind::Busy) {
            let until = now + Duration::from_secs(seconds).min(QUIET);
            self.lanes.quiet(&host_of(&service.endpoints.token), until);
        }
        let before = account.trouble.take();
        let tries = before.as_ref().map_or(0, |trouble| trouble.tries) + 1;
        let next_try_at = if failure.passes() {
            let mut seed = [0; 8];
            self.ports.entropy.fill(&mut seed);
            Some(schedule::next_try(tries, failure.retry_after_s, u64::from_le_bytes(seed), now))
        } else {
            match failure.kind {
                FailureKind::GrantEnded => {
                    self.learn_life(&mut account, service, now);
                    account.standing = Standing::Ended { at: now };
                    None
                }
                FailureKind::ClientRefused => {
                    account.standing = Standing::ClientRefused { at: now };
                    Some(now + DAILY)
                }
                // Refused for another reason: the grant is kept and tried again now and then.
                _ => Some(now + DAILY),
            }
        };
        account.intent = None;
        let problem = super::of_failure(&failure, service);
        // The first failure of a row is worth a line; its repetitions are counted in the trouble.
        let worth = before.as_ref().is_none_or(|trouble| trouble.failure.kind != failure.kind);
        let mut event =
            self.event(&turn.id, EventKind::RefreshFailed, format!("Refresh failed: {}", problem.title));
        event.detail = account.has_usable_token(now).then(|| "token is still good".to_owned());
        event.facts = Facts::default().took(now.since(began)).because(failure.kind.word());
        let since = before.map_or(now, |trouble| trouble.since);
        account.trouble = Some(Trouble { since, tries, next_try_at, failure: failure.clone() });
        self.save(turn, account, TokenChange::Keep, if worth { vec![event] } else { Vec::new() }).await?;
        Err(Error::Failed { service: service.clone(), failure })
    }
}

pub(super) async fn landed(mut flight: Flight) -> Result<(), Error> {
    let ended = flight.wait_for(Option::is_some).await.map(|result| result.clone());
    match ended {
        Ok(Some(result)) => result,
        // The flight's task is gone without an end: the runtime is shutting down.
        Ok(None) | Err(_) => Err(Error::Store(StoreError::Closed)),
    }
}

/// The token set after a refresh; `grant` becomes its description.
fn renewed(
    grant: &mut Grant,
    mut old: Tokens,
    mut response: TokenResponse,
    service: &Service,
    now: Timestamp,
) -> Tokens {
    response.keep(old.other.take());
    let changed = !response.access.matches(&old.access);
    grant.revision += 1;
    grant.obtained_at = now;
    grant.last_refresh_at = Some(now);
    grant.expires_at = response.expires_in.map(|life| now + life);
    if let Some(scope) = response.scope {
        grant.granted = scope;
    }
    grant.access_token_length = u32::try_from(response.access.len()).unwrap_or(u32::MAX);
    grant.is_jwt = response.is_jwt;
    grant.token_type = response.token_type;
    grant.oddities = response.oddities;
    grant.has_id_token |= response.id.is_some();
    grant.other_fields = response.other_fields;
    if response.api_host.is_some() {
        grant.api_host = response.api_host;
    }
    match response.refresh_expires_in {
        Some(life) => grant.refresh_token_ends_at = Some(now + life),
        // What was said about the one before says nothing about a new one.
        None if response.refresh.is_some() => grant.refresh_token_ends_at = None,
        None => {}
    }
    let (refresh, previous_refresh) = match (response.refresh, old.refresh) {
        // No refresh token in the answer: the old one stays (RFC 6749 §6, R-TK-11).
        (None, old) => (old, None),
        (Some(new), Some(old)) if new.matches(&old) => (Some(new), None),
        (Some(new), old) => (Some(new), old),
    };
    grant.has_refresh_token = refresh.is_some();
    let keeps_previous = changed && service.revoke_previous == RevokePrevious::After;
    Tokens {
        previous_access: if keeps_previous { Some(old.access) } else { old.previous_access },
        access: response.access,
        refresh,
        previous_refresh,
        id: response.id.or(old.id),
        other: response.other,
    }
}

/// Trouble with the vault, one more time.
fn not_stored(before: Option<&Trouble>, now: Timestamp, again: Duration) -> Trouble {
    Trouble {
        since: before.map_or(now, |trouble| trouble.since),
        tries: before.map_or(0, |trouble| trouble.tries) + 1,
        next_try_at: Some(now + again),
        failure: Failure::of(FailureKind::NotStored),
    }
}

fn tries(count: u32) -> String {
    if count == 1 { "1 try".to_owned() } else { format!("{count} tries") }
}

/// How long to wait before the vault is tried again.
const COMMIT_AGAIN: Duration = Duration::from_secs(2);
/// How long to wait before a refresh that could not begin is tried again.
const PUT_OFF: Duration = Duration::from_secs(30);
/// How long all of a host's accounts wait at most because it asked one of them to.
const QUIET: Duration = Duration::from_secs(3600);
/// A refused client is tried again after an edit, else once a day.
const DAILY: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
