//! The local API: HTTP on a Unix socket that only we can reach (R-AG-01 … 03, 05).
//!
//! Handlers are thin: convert, call the keeper, convert. [`router`] says for each route who may ask ([`Kind`]);
//! `listen.rs` has the socket and its limits, `events.rs` the stream of changes, `convert.rs` the views.

mod access;
mod accounts;
mod agent;
mod broker;
pub(crate) mod convert;
mod draft;
mod events;
mod extract;
mod failure;
mod gate;
mod listen;
mod peer;
mod practice;
mod provider;
mod secrets;
mod services;
mod version;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, patch, post, put};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{Code, Problem};
use http::StatusCode;
use tokio::sync::{Semaphore, watch};

use crate::access::{Consent, Kind, Programs};
use crate::idle::Activity;
use crate::vault_door::Door;

pub(crate) use self::agent::{PRACTICE, SESSION_BUS};
use self::failure::Failure;
use self::gate::Gate;
pub(crate) use self::listen::{Server, bind, make_private};
use self::peer::Peer;
pub(crate) use self::practice::Practice;

/// What all handlers share.
pub(crate) type App = Arc<Shared>;

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) door: Arc<Door>,
    pub(crate) practice: Practice,
    pub(crate) programs: Programs,
    pub(crate) consent: Arc<Consent>,
    /// `DBUS_SESSION_BUS_ADDRESS` of this process.
    pub(crate) session_bus: Option<String>,
    /// How long a client may take to send a request.
    pub(crate) read_time: Duration,
    gate: Gate,
    /// Requests that are handed on, while their answers are read.
    brokered: Gate,
    /// Room for their bodies.
    bodies: Arc<Semaphore>,
    followers: Arc<Semaphore>,
    pub(crate) activity: Activity,
    leave: watch::Sender<Option<Leave>>,
    closing: watch::Sender<bool>,
}

/// Why the agent is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave {
    /// It was asked to.
    Retired,
    /// Nobody needs it: see [`crate::idle`].
    Idle,
    /// To come back with another environment: the keyring is reached over another session bus.
    Restart {
        /// Variables to set.
        env: Vec<(String, String)>,
    },
}

impl Shared {
    pub(crate) fn new(
        door: Arc<Door>,
        practice: Practice,
        programs: Programs,
        consent: Arc<Consent>,
        session_bus: Option<String>,
        read_time: Duration,
    ) -> App {
        Arc::new(Self {
            door,
            practice,
            programs,
            consent,
            session_bus,
            read_time,
            gate: Gate::default(),
            brokered: Gate::default(),
            bodies: Arc::new(Semaphore::new(broker::BODIES)),
            followers: Arc::new(Semaphore::new(FOLLOWERS)),
            activity: Activity::default(),
            leave: watch::Sender::new(None),
            closing: watch::Sender::new(false),
        })
    }

    /// Waits until the agent is asked to leave.
    pub(crate) async fn asked_to_leave(&self) -> Leave {
        let mut leave = self.leave.subscribe();
        match leave.wait_for(Option::is_some).await.map(|leave| leave.clone()) {
            Ok(Some(leave)) => leave,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// Ends streams and connections.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Tells an open keeper whether the practice provider runs.
    pub(crate) async fn look_for_practice(&self) {
        if let Some(keeper) = self.door.seen().keeper {
            keeper.set_practice(self.practice.look().await);
        }
    }

    pub(crate) fn leave(&self, why: Leave) {
        self.leave.send_replace(Some(why));
    }
}

/// All routes, by who may ask.
pub(crate) fn router(app: App) -> Router {
    let looking = Router::new()
        .route(pattern::AGENT, get(agent::agent))
        .route(pattern::STATE, get(events::state))
        .route(pattern::PROVIDERS, get(services::providers))
        .route(pattern::SERVICES, get(services::all))
        .route(pattern::SERVICE, get(services::one))
        .route(pattern::CHECK, post(services::check))
        .route(pattern::ACCOUNTS, get(accounts::all))
        .route(pattern::ACCOUNT, get(accounts::one))
        .route(pattern::ACCOUNT_HISTORY, get(accounts::history))
        .route(pattern::HISTORY, get(accounts::whole_history))
        .route(pattern::QUESTIONS, get(access::questions))
        .route(pattern::ACCESS, get(access::permissions));
    let waiting = Router::new()
        .route(pattern::EVENTS, get(events::events))
        .route(pattern::OUTCOME, get(accounts::outcome))
        .route(pattern::QUESTION, get(access::outcome));
    // Who may say what about a program is for the handler to see (R-AG-09).
    let saying = Router::new()
        .route(pattern::ANSWER, post(access::answer))
        .route(pattern::ACCESS, post(access::allow));
    let tokens = Router::new()
        .route(pattern::TOKEN, post(accounts::token))
        .route(pattern::ID_TOKEN, post(accounts::id_token))
        .route(pattern::REPORT, post(accounts::report))
        .route(pattern::REFRESH, post(accounts::refresh))
        .route(pattern::TEST, post(accounts::test));
    // It queues by itself, and leaves the queue when its answer was read.
    let brokered = Router::new().route(pattern::REQUEST, post(broker::request));
    let managing = Router::new()
        .route(pattern::VAULT, post(agent::create_vault))
        .route(pattern::LOCK, post(agent::lock))
        .route(pattern::SERVICES, post(services::add))
        .route(pattern::SERVICE, put(services::save))
        .route(pattern::SERVICE, delete(services::remove))
        .route(pattern::DUPLICATE, post(services::duplicate))
        .route(pattern::CONFIRM_HOSTS, post(services::confirm_hosts))
        .route(pattern::PRACTICE, post(services::add_practice))
        .route(pattern::SERVICE_ACCOUNTS, post(accounts::add))
        .route(pattern::ACCOUNT, patch(accounts::rename))
        .route(pattern::ACCOUNT, delete(accounts::remove))
        .route(pattern::AUTHORIZE, post(accounts::authorize))
        .route(pattern::LINK, get(accounts::link))
        .route(pattern::CANCEL, post(accounts::cancel))
        .route(pattern::PASTE, post(accounts::paste))
        .route(pattern::REVOKE, post(accounts::revoke))
        .route(pattern::ACCEPT_SCOPES, post(accounts::accept_scopes))
        .route(pattern::IDENTITY, post(accounts::identity))
        .route(pattern::PERMISSION, delete(access::remove));
    let own = Router::new()
        .route(pattern::REDIRECT, post(accounts::redirect))
        .route(pattern::SESSION, post(agent::session))
        .route(pattern::UNLOCK, post(agent::unlock))
        .route(pattern::VAULT_RETRY, post(agent::retry))
        .route(pattern::RETIRE, post(agent::retire));
    // The layer added last is asked first: who may not ask does not queue.
    let queued = |routes: Router<App>| routes.route_layer(from_fn_with_state(app.clone(), queue));
    let only = |kind: Kind, routes: Router<App>| {
        routes.route_layer(from_fn_with_state((app.clone(), kind), access::guard))
    };
    Router::new()
        .merge(only(Kind::Status, queued(looking)))
        .merge(only(Kind::Status, waiting))
        .merge(only(Kind::Status, queued(saying)))
        .merge(only(Kind::Token, queued(tokens)))
        .merge(only(Kind::Token, brokered))
        .merge(only(Kind::Manage, queued(managing)))
        .merge(only(Kind::Own, queued(own)))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn(version::compare))
        .with_state(app)
}

/// R-AG-05.
async fn queue(State(app): State<App>, peer: Peer, request: Request, next: Next) -> Response {
    let _places = app.gate.enter(peer.pid).await;
    next.run(request).await
}

async fn no_such_route() -> Failure {
    let problem = Problem::new(Code::NotFound, "There is no such route")
        .detail("Program and agent may be of different versions.")
        .hint("Update both to the same version.");
    Failure::with_status(StatusCode::NOT_FOUND, problem)
}

async fn no_such_method() -> Failure {
    Failure::unreadable(StatusCode::METHOD_NOT_ALLOWED, "The route does not have this method.")
}

/// Event streams and waits for an outcome at once.
const FOLLOWERS: usize = 64;
