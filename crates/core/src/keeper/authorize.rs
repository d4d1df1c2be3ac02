//! Authorizations: a link is made, the redirect awaited, the code exchanged, the grant stored; then the browser is
//! told. Single use, over at its time, and going on after a restart.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use url::Url;

use super::waiting::{Authorization, Ending};
use super::{AccountSeen, Error, Keeper, KeeperEvent, Problem, of_failure};
use crate::flow::AuthorizationCodeFlow;
use crate::model::{
    AccountId, ClientAuthentication, EventKind, Facts, Failure, FailureKind, Link, RedirectAddress,
    RevokePrevious, Service, Standing, Timestamp, Trouble,
};
use crate::ports::{CannotListen, ListenAt, Listening, TokenChange};

/// How an authorization is to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuthorizeOptions {
    /// How long the link is good, instead of the service's own time.
    pub timeout: Option<Duration>,
    /// The person will paste the address, so it does not matter if nothing can listen.
    pub paste: bool,
    /// Another client authentication to try; the service keeps it if the provider takes it.
    pub authentication: Option<ClientAuthentication>,
}

/// An authorization that was begun. Has no `Debug`: the link carries `state`.
pub struct Started {
    /// The address for the browser. The keeper never opens it (invariant 7).
    pub link: Link,
    /// What may be shown.
    pub pending: PendingSeen,
}

/// A pending authorization without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSeen {
    /// Tells this one from later ones of the account.
    pub id: String,
    /// When the link was made.
    pub started_at: Timestamp,
    /// When the link is dead.
    pub expires_at: Timestamp,
    /// The redirect URI that was sent.
    pub redirect_uri: String,
    /// Nothing listens (any more): the address has to be pasted.
    pub paste_only: bool,
}

/// How an authorization stands or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The browser has the link.
    Waiting,
    /// The grant is stored.
    Done,
    /// It failed.
    Failed(Box<Problem>),
    /// The person cancelled it.
    Cancelled,
}

/// How an authorization will have ended.
pub(super) type Awaited = watch::Receiver<Outcome>;

/// The handle to the task that waits for a redirect.
pub(super) struct Waiting {
    pub(super) seen: PendingSeen,
    link: Link,
    inbox: mpsc::Sender<Message>,
    pub(super) outcome: Awaited,
    /// Whether an address carries this authorization's `state`.
    state: crate::model::State,
}

pub(super) enum Message {
    /// A pasted address, or one of the app's own scheme; answered with why it is no answer, if it is none.
    Address(RedirectAddress, oneshot::Sender<Result<(), Error>>),
    Cancel,
}

impl Keeper {
    /// Begins an authorization; one under way for the same account is cancelled. The account's grant stays as it is
    /// until a new one is stored (invariant 2), unless the service says "revoke before asking".
    ///
    /// # Errors
    /// When nothing can listen, hosts await confirmation, or the vault can't be written.
    pub async fn authorize(
        self: &Arc<Self>,
        id: &AccountId,
        options: AuthorizeOptions,
    ) -> Result<Started, Error> {
        let seen = self.account(id)?;
        self.refuse_unconfirmed(&seen.service)?;
        self.ports.store.check_writable().await?;
        self.cancel_quietly(id).await?;
        let listening = match self.listen(&seen.service).await {
            Err(Error::CannotListen(error)) if options.paste => {
                tracing::info!(%error, "the address will have to be pasted");
                None
            }
            listening => listening?,
        };
        // Only now: an authorization that can't begin must not cost the grant.
        if seen.service.revoke_previous == RevokePrevious::Before && seen.status.possible.revoke {
            // The person was warned; a provider that does not answer must not keep them from authorizing anew.
            if let Err(error) = self.take_back(id, false).await {
                tracing::warn!(account = %id, %error, "the previous grant was not revoked before asking");
            }
        }
        let redirect_uri = redirect_uri(&seen.service, listening.as_deref());
        let mut entropy = [0; AuthorizationCodeFlow::ENTROPY];
        self.ports.entropy.fill(&mut entropy);
        let timeout = options.timeout.unwrap_or_else(|| seen.service.link_timeout()).max(SHORTEST_LINK);
        let now = self.now();
        let (flow, _) = AuthorizationCodeFlow::start(&seen.service, id, redirect_uri, timeout, &entropy, now);
        let flow = flow.trying(ways_tried(&seen, options.authentication));
        fail_point!("authorize-before-pending");
        self.ports.store.save_pending(flow.pending().duplicate()).await?;
        fail_point!("authorize-after-pending");
        self.forget_authorization_trouble(id).await?;
        let link = flow.pending().link.duplicate();
        let pending = self.wait_for(flow, listening);
        let event = self.event(id, EventKind::Authorization, "Authorization began");
        self.tell_events(self.ports.store.log(vec![event]).await?);
        Ok(Started { link, pending })
    }

    /// The link of the authorization under way, to open or copy it again.
    ///
    /// # Errors
    /// When none is under way.
    pub fn link(&self, id: &AccountId) -> Result<Link, Error> {
        let book = self.book();
        let waiting = book.entry(id).ok_or_else(|| book.not_found(id))?.waiting.as_ref();
        waiting.map(|waiting| waiting.link.duplicate()).ok_or_else(|| Error::NotWaiting(id.short()))
    }

    /// Ends the authorization under way; its link is dead from then on.
    ///
    /// # Errors
    /// When none is under way.
    pub async fn cancel(&self, id: &AccountId) -> Result<(), Error> {
        self.account(id)?;
        if self.cancel_quietly(id).await? { Ok(()) } else { Err(Error::NotWaiting(id.short())) }
    }

    /// Takes the address that the person pasted; answers when the authorization has ended.
    ///
    /// # Errors
    /// Why the address is no answer to this authorization, which goes on waiting.
    pub async fn paste(&self, id: &AccountId, address: RedirectAddress) -> Result<Outcome, Error> {
        self.account(id)?;
        self.hand_over(id, address).await
    }

    /// Takes an address of the app's own scheme: the authorization whose `state` it carries goes on; unsolicited
    /// ones change nothing (R-CB-16).
    ///
    /// # Errors
    /// When it belongs to none.
    pub async fn redirected(&self, address: RedirectAddress) -> Result<(AccountId, Outcome), Error> {
        let id = {
            let book = self.book();
            let mut waiting =
                book.entries().filter_map(|entry| Some((&entry.account.id, entry.waiting.as_ref()?)));
            waiting
                .find(|(_, waiting)| crate::wire::carries_state(&address, &waiting.state))
                .map(|(id, _)| id.clone())
        };
        let id = id.ok_or(Error::UnknownState)?;
        let outcome = self.hand_over(&id, address).await?;
        Ok((id, outcome))
    }

    /// Waits until the authorization `pending` of an account has ended; who asks late learns the end of the last one.
    ///
    /// # Errors
    /// When it is not (or no longer) known.
    pub async fn wait(&self, id: &AccountId, pending: &str) -> Result<Outcome, Error> {
        let mut outcome = {
            let book = self.book();
            let entry = book.entry(id).ok_or_else(|| book.not_found(id))?;
            let waiting = entry.waiting.as_ref().filter(|waiting| waiting.seen.id == pending);
            match (waiting, entry.ended.as_deref()) {
                (Some(waiting), _) => waiting.outcome.clone(),
                (None, Some((ended, outcome))) if ended == pending => return Ok(outcome.clone()),
                (None, Some(_) | None) => return Err(Error::NotWaiting(id.short())),
            }
        };
        Ok(ended(&mut outcome).await)
    }

    /// Goes on with what was pending when the agent ended, at the same port; where that was taken, by pasting.
    pub(super) async fn resume_authorizations(self: &Arc<Self>) -> Result<(), Error> {
        for pending in self.ports.store.pendings().await? {
            let Ok(seen) = self.account(&pending.account) else { continue };
            if pending.expires_at <= self.now() {
                self.ports.store.take_pending(pending.id.clone()).await?;
                self.authorization_failed(&pending.account, Failure::of(FailureKind::LinkExpired)).await?;
                continue;
            }
            let listening = self.listen_again(&seen.service, &pending.redirect_uri).await;
            let (flow, _) = AuthorizationCodeFlow::resume(pending);
            self.wait_for(flow, listening);
        }
        Ok(())
    }

    /// Cancels what is under way, if anything; true if something was.
    pub(super) async fn cancel_quietly(&self, id: &AccountId) -> Result<bool, Error> {
        let waiting = {
            let book = self.book();
            let waiting = book.entry(id).and_then(|entry| entry.waiting.as_ref());
            waiting.map(|waiting| (waiting.inbox.clone(), waiting.outcome.clone()))
        };
        let Some((inbox, mut outcome)) = waiting else { return Ok(false) };
        // The task may be past waiting: then its outcome is what counts.
        let _ = inbox.send(Message::Cancel).await;
        ended(&mut outcome).await;
        Ok(true)
    }

    async fn hand_over(&self, id: &AccountId, address: RedirectAddress) -> Result<Outcome, Error> {
        let (inbox, mut outcome) = {
            let book = self.book();
            let entry = book.entry(id).ok_or_else(|| book.not_found(id))?;
            let waiting = entry.waiting.as_ref().ok_or_else(|| Error::NotWaiting(id.short()))?;
            (waiting.inbox.clone(), waiting.outcome.clone())
        };
        let (answer, accepted) = oneshot::channel();
        let gone = || Error::NotWaiting(id.short());
        inbox.send(Message::Address(address, answer)).await.map_err(|_| gone())?;
        accepted.await.map_err(|_| gone())??;
        Ok(ended(&mut outcome).await)
    }

    async fn listen(&self, service: &Service) -> Result<Option<Box<dyn Listening>>, Error> {
        let Some(at) = ListenAt::of(service) else { return Ok(None) };
        self.ports.redirects.listen(&at).await.map(Some).map_err(Error::CannotListen)
    }

    async fn listen_again(&self, service: &Service, sent: &Url) -> Option<Box<dyn Listening>> {
        let at = ListenAt { port: sent.port()?, path: sent.path().to_owned(), ..ListenAt::of(service)? };
        match self.ports.redirects.listen(&at).await {
            Ok(listening) => Some(listening),
            Err(error @ (CannotListen::Busy { .. } | CannotListen::Refused { .. })) => {
                tracing::warn!(%error, "a pending authorization can only be pasted from now on");
                None
            }
        }
    }

    /// Spawns the task that waits.
    fn wait_for(
        self: &Arc<Self>,
        flow: AuthorizationCodeFlow,
        listening: Option<Box<dyn Listening>>,
    ) -> PendingSeen {
        let pending = flow.pending();
        let id = pending.account.clone();
        let seen = PendingSeen {
            id: pending.id.clone(),
            started_at: pending.started_at,
            expires_at: pending.expires_at,
            redirect_uri: pending.redirect_uri.to_string(),
            paste_only: listening.is_none() && pending.redirect_uri.scheme() == "http",
        };
        let (inbox, messages) = mpsc::channel(8);
        let (told, outcome) = watch::channel(Outcome::Waiting);
        let waiting = Waiting {
            seen: seen.clone(),
            link: pending.link.duplicate(),
            state: pending.state.duplicate(),
            inbox,
            outcome,
        };
        self.book().change(&id, |entry| entry.waiting = Some(Box::new(waiting)));
        self.tell(KeeperEvent::AccountChanged(id.clone()));
        let (keeper, pending_id) = (self.clone(), seen.id.clone());
        tokio::spawn(async move {
            let ending = Ending { keeper: keeper.clone(), id: id.clone() };
            let task = Authorization { ending, listening, messages };
            let (outcome, reply) = task.run(flow).await;
            if outcome == Outcome::Waiting {
                return;
            }
            keeper.book().change(&id, |entry| {
                entry.waiting = None;
                entry.ended = Some(Box::new((pending_id, outcome.clone())));
            });
            told.send_replace(outcome.clone());
            keeper.tell(KeeperEvent::AccountChanged(id.clone()));
            keeper.tell(KeeperEvent::AuthorizationEnded(id.clone(), outcome.clone()));
            if let Some(reply) = reply {
                reply(keeper.page(&id, &outcome));
            }
        });
        seen
    }

    async fn forget_authorization_trouble(&self, id: &AccountId) -> Result<(), Error> {
        let (turn, mut account, _) = self.turn(id).await?;
        if account.authorization_trouble.take().is_some() {
            self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
        }
        Ok(())
    }

    pub(super) async fn authorization_failed(
        &self,
        id: &AccountId,
        failure: Failure,
    ) -> Result<Outcome, Error> {
        let (turn, mut account, service) = self.turn(id).await?;
        let now = self.now();
        let problem = of_failure(&failure, &service);
        let mut event =
            self.event(id, EventKind::Authorization, format!("Not authorized: {}", problem.title));
        event.facts = Facts::default().because(failure.kind.word());
        if failure.kind == FailureKind::ClientRefused && account.grant.is_none() {
            account.standing = Standing::ClientRefused { at: now };
        }
        account.authorization_trouble = Some(Trouble { since: now, tries: 1, next_try_at: None, failure });
        self.save(&turn, account, TokenChange::Keep, vec![event]).await?;
        Ok(Outcome::Failed(Box::new(problem)))
    }
}

pub(super) async fn ended(outcome: &mut watch::Receiver<Outcome>) -> Outcome {
    match outcome.wait_for(|outcome| *outcome != Outcome::Waiting).await {
        Ok(outcome) => outcome.clone(),
        // The keeper stopped: it goes on waiting after the next start.
        Err(_) => Outcome::Waiting,
    }
}

/// The client authentications that were tried since the service's own was refused; the last is tried next.
fn ways_tried(seen: &AccountSeen, next: Option<ClientAuthentication>) -> Vec<ClientAuthentication> {
    let Some(next) = next else { return Vec::new() };
    let before = seen.account.authorization_trouble.as_ref().map(|trouble| trouble.failure.tried.clone());
    before.unwrap_or_default().into_iter().chain([next]).collect()
}

fn redirect_uri(service: &Service, listening: Option<&dyn Listening>) -> Url {
    if let Some(listening) = listening {
        return listening.redirect_uri().clone();
    }
    let registered = service.registered_redirect_uri();
    // Checked when the service was saved; a listener is there for every other method.
    Url::parse(&registered).unwrap_or_else(|_| service.endpoints.authorize.clone())
}

/// A link is good for 30 s at least.
const SHORTEST_LINK: Duration = Duration::from_secs(30);
