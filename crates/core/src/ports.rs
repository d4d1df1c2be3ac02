//! Everything the keeper needs from the world, as a few small traits.
//!
//! Futures are boxed ([`Later`]), so that the traits can be used as `dyn` and picked in one place.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use tokio::sync::mpsc;
use url::Url;

use crate::model::{
    Account, AccountId, ClientSecret, Event, HistoryPage, HistoryQuery, Name, Pending, Permission, Redirect,
    RedirectAddress, RegistrationAccessToken, Service, Slot, Timestamp, Tokens,
};
use crate::wire::{Request, Response, StreamRequest, Unreachable};

/// A boxed future.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// The time now, UTC.
    fn now(&self) -> Timestamp;
    /// Waits until `at`, by the wall clock: a suspended machine does not delay it by more than 30 s.
    fn sleep_until(&self, at: Timestamp) -> Later<'_, ()>;
}

/// Randomness of cryptographic quality.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// One HTTP exchange: no redirect is followed, nothing is retried.
pub trait Http: Send + Sync {
    /// Sends `request`: 10 s to connect, 30 s in all, answers up to 1 MiB (R-TK-02, 04).
    fn send(&self, request: Request) -> Later<'_, Result<Response, Unreachable>>;
    /// Sends `request` and answers as soon as the head is there: 10 s to connect, 30 s to the head and more for a large body
    /// to be sent, then 60 s between two pieces of the body, and no limit in all.
    fn stream(&self, request: StreamRequest) -> Later<'_, Result<StreamResponse, Unreachable>>;
}

/// An answer whose body is read as it comes; dropping it ends the exchange. Has no `Debug`: it may hold anything.
pub struct StreamResponse {
    /// Status code.
    pub status: u16,
    /// Header fields, in order; names in lower case. A body that was unpacked has no `content-encoding`.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The pieces of the body. It broke off where the last one is an error.
    pub body: mpsc::Receiver<Result<Bytes, Unreachable>>,
}

impl StreamResponse {
    /// The first header field of that name (lower case), if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value)?;
        std::str::from_utf8(value).ok()
    }
}

/// Where redirects arrive.
pub trait Redirects: Send + Sync {
    /// Opens a listener before the browser opens (R-CB-08).
    ///
    /// `port` 0 = any free one. The listener closes when the value is dropped (R-CB-09).
    fn listen<'a>(&'a self, at: &'a ListenAt) -> Later<'a, Result<Box<dyn Listening>, CannotListen>>;
}

/// What to listen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAt {
    /// Loopback address to bind and to expect in `Host`.
    pub host: crate::model::LoopbackHost,
    /// Port; 0 = any.
    pub port: u16,
    /// The only path that is answered.
    pub path: String,
    /// The browser posts the answer as a form (OAuth 2.0 Form Post Response Mode); GET is refused then.
    pub form_post: bool,
}

impl ListenAt {
    /// Where a service's redirect arrives; `None` where it comes another way.
    pub fn of(service: &Service) -> Option<Self> {
        let own = || service.redirect_path.clone();
        let (host, port, path) = match &service.redirect {
            Redirect::Loopback { host } => (*host, 0, own()),
            Redirect::LoopbackFixed { host, port, path } => (*host, *port, path.clone().unwrap_or_else(own)),
            Redirect::Scheme | Redirect::Paste { .. } => return None,
        };
        Some(Self { host, port, path, form_post: service.habits.form_post })
    }
}

/// An open listener.
pub trait Listening: Send {
    /// The redirect URI with its real port.
    fn redirect_uri(&self) -> &Url;
    /// Waits for the next request at the path. Others are answered with an error page meanwhile.
    fn next(&mut self) -> Later<'_, Arrival>;
}

/// A redirect that arrived; the browser waits for its page.
pub struct Arrival {
    /// The whole address.
    pub address: RedirectAddress,
    /// Sends the page.
    pub reply: Box<dyn FnOnce(Page) + Send>,
}

/// What the browser shows after the redirect; plain text, escaped by whoever renders it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// A good outcome.
    pub good: bool,
    /// Heading.
    pub title: String,
    /// One or two sentences.
    pub text: String,
    /// Facts: label and value.
    pub facts: Vec<(String, String)>,
    /// What the provider said.
    pub said: Option<String>,
    /// When, to be shown in local time.
    pub at: Timestamp,
}

/// No listener.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotListen {
    /// Another program has the port.
    #[error("port {port} is in use{}", holder.as_ref().map(|who| format!(" by {who}")).unwrap_or_default())]
    Busy {
        /// The port.
        port: u16,
        /// Program and process, where the system tells.
        holder: Option<String>,
    },
    /// The system refused.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
    },
}

/// The encrypted store. Each function is one durable transaction (`synchronous=FULL`) or a read.
pub trait Store: Send + Sync {
    /// Everything but secrets, at the start.
    fn load(&self) -> Later<'_, Result<Loaded, StoreError>>;
    /// Adds or replaces a service, with its events.
    fn save_service(&self, service: Service, secret: SecretChange, events: Vec<Event>) -> Saving<'_>;
    /// Removes a service, its accounts, tokens, pending authorizations, permissions and history.
    fn remove_service(&self, name: Name) -> Saving<'_>;
    /// The client secret.
    fn client_secret(&self, service: Name) -> Later<'_, Result<Option<ClientSecret>, StoreError>>;
    /// The registration access token of a client that Grantkeep registered. It goes when the service has no
    /// [`Service::client_configuration`] any more.
    fn registration_token(
        &self,
        service: Name,
    ) -> Later<'_, Result<Option<RegistrationAccessToken>, StoreError>>;
    /// Adds or replaces an account, with its events, in one transaction.
    ///
    /// With an intent, the write takes as much room as the answer may need: it fails where the answer could not be
    /// stored (R-RS-02).
    ///
    /// `account.revision` must be one more than what is stored (1 for a new account), else `Conflict` and nothing
    /// changes (invariant 1).
    fn save_account(&self, account: Account, tokens: TokenChange, events: Vec<Event>) -> Saving<'_>;
    /// Removes an account with its tokens, pending authorization and history.
    fn remove_account(&self, id: AccountId, events: Vec<Event>) -> Saving<'_>;
    /// The tokens of a slot.
    fn tokens(&self, id: AccountId, slot: Slot) -> Later<'_, Result<Option<Tokens>, StoreError>>;
    /// Stores a pending authorization in place of the account's previous one.
    fn save_pending(&self, pending: Pending) -> Saving<'_>;
    /// Forgets a pending authorization; true if it was there (single use, R-CB-04).
    fn take_pending(&self, id: String) -> Later<'_, Result<bool, StoreError>>;
    /// All pending authorizations, to go on with after a restart.
    fn pendings(&self) -> Later<'_, Result<Vec<Pending>, StoreError>>;
    /// All permissions of programs.
    fn permissions(&self) -> Later<'_, Result<Vec<Permission>, StoreError>>;
    /// Adds or replaces a permission, with its events. There is one for each program and service.
    fn save_permission(&self, permission: Permission, events: Vec<Event>) -> Saving<'_>;
    /// Stores when and how often permissions were used; one that is gone stays gone.
    fn save_uses(&self, permissions: Vec<Permission>) -> Saving<'_>;
    /// Removes a permission, with its events; it need not be there.
    fn remove_permission(&self, id: String, events: Vec<Event>) -> Saving<'_>;
    /// Adds to the history, and notes of each account when its token was used last (`last_used_at`), as events of hand-outs
    /// tell. [`Store::save_account`] does so, too.
    fn log(&self, events: Vec<Event>) -> Saving<'_>;
    /// Looks through a part of the history, the newest line first: a page may hold fewer lines than asked, even none,
    /// and yet go on.
    fn history(&self, query: HistoryQuery) -> Later<'_, Result<HistoryPage, StoreError>>;
    /// How many lines of each account are kept from now on.
    fn keep_lines(&self, lines: u32);
    /// Forgets what is older than `before`, some hundred lines at most; true where there may be more.
    fn forget_history(&self, before: Timestamp) -> Later<'_, Result<bool, StoreError>>;
    /// Fails when a write would: disk full, read-only.
    fn check_writable(&self) -> Saving<'_>;
}

/// A write; answers with the events as stored (with ids).
pub type Saving<'a> = Later<'a, Result<Vec<Event>, StoreError>>;

/// What is loaded at the start.
#[derive(Default)]
pub struct Loaded {
    /// Services.
    pub services: Vec<Service>,
    /// Accounts.
    pub accounts: Vec<Account>,
}

/// What becomes of a client secret.
pub enum SecretChange {
    /// It stays.
    Keep,
    /// It is replaced.
    Set(ClientSecret),
    /// It is removed.
    Remove,
    /// It is copied from another service.
    CopyFrom(Name),
    /// The client was registered: it has this one, if any, and a token that it can be deleted with.
    Registered(Option<ClientSecret>, Option<RegistrationAccessToken>),
}

/// What becomes of an account's tokens.
pub enum TokenChange {
    /// They stay.
    Keep,
    /// A slot's tokens are replaced.
    Set(Slot, Tokens),
    /// A slot's tokens are removed.
    Remove(Slot),
    /// The candidate's tokens become the current ones.
    Promote,
    /// The candidate's tokens of another account become this one's.
    TakeCandidateOf(AccountId),
    /// All are removed.
    RemoveAll,
}

/// Why the store could not do it. What was stored before is unharmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else saved in between.
    #[error("the account was changed meanwhile")]
    Conflict,
    /// Disk full or read-only.
    #[error("the vault can't be written: {reason}")]
    NotWritable {
        /// What the system said.
        reason: String,
    },
    /// The file does not hold together (R-ST-05).
    #[error("the vault is damaged: {reason}")]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// The store was closed.
    #[error("the vault is closed")]
    Closed,
}
