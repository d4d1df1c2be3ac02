//! The local API: HTTP on a Unix socket that only we can reach (R-AG-01 … 03, 05).
//!
//! Handlers are thin: convert, call the keeper, convert. `routes.rs` says for each route who may ask ([`Kind`]),
//! `document.rs` makes the OpenAPI document of them; `listen.rs` has the socket and its limits, `events.rs` the stream of changes, `convert.rs` the views.

mod access;
mod accounts;
mod agent;
mod authorization;
mod broker;
pub(crate) mod convert;
mod convert_ahead;
mod definitions;
mod doctor;
pub(crate) mod document;
mod draft;
mod events;
mod extract;
mod failure;
mod gate;
mod help;
mod history;
mod listen;
mod notices;
mod peer;
mod practice;
mod provider;
mod routes;
mod secrets;
mod services;
mod settings;
mod tokens;
mod version;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use grantkeep_api::folders::Folders;
use grantkeep_api::views::{Code, Problem};
use http::StatusCode;
use tokio::sync::{Semaphore, watch};

use crate::access::{Consent, Programs};
use crate::desktop::Desktop;
use crate::http::Skew;
use crate::idle::Activity;
use crate::notices::Notices;
use crate::settings::Chosen;
use crate::vault_door::Door;

pub(crate) use self::agent::{PRACTICE, SESSION_BUS};
use self::failure::Failure;
use self::gate::Gate;
pub(crate) use self::listen::{Server, bind, make_private};
use self::peer::Peer;
pub(crate) use self::practice::Practice;
use self::routes::{Group, groups};

/// What all handlers share.
pub(crate) type App = Arc<Shared>;

/// What [`Shared`] is made of.
pub(crate) struct Parts {
    pub(crate) door: Arc<Door>,
    pub(crate) practice: Practice,
    pub(crate) programs: Programs,
    pub(crate) consent: Arc<Consent>,
    pub(crate) folders: Folders,
    pub(crate) settings: Arc<Chosen>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) desktop: Arc<Desktop>,
    pub(crate) skew: Skew,
    pub(crate) session_bus: Option<String>,
    pub(crate) read_time: Duration,
}

/// See [`App`].
pub(crate) struct Shared {
    pub(crate) door: Arc<Door>,
    pub(crate) practice: Practice,
    pub(crate) programs: Programs,
    pub(crate) consent: Arc<Consent>,
    pub(crate) folders: Folders,
    pub(crate) settings: Arc<Chosen>,
    pub(crate) notices: Arc<Notices>,
    pub(crate) desktop: Arc<Desktop>,
    pub(crate) skew: Skew,
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
    pub(crate) fn new(parts: Parts) -> App {
        let Parts {
            door,
            practice,
            programs,
            consent,
            folders,
            settings,
            notices,
            desktop,
            skew,
            session_bus,
            read_time,
        } = parts;
        Arc::new(Self {
            door,
            practice,
            programs,
            consent,
            folders,
            settings,
            notices,
            desktop,
            skew,
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

/// All routes.
pub(crate) fn router(app: App) -> Router {
    let mut router = Router::new();
    for Group { kind, queued, routes } in groups() {
        let (mut routes, _) = routes.split_for_parts();
        // The layer added last is asked first: who may not ask does not queue.
        if queued {
            routes = routes.route_layer(from_fn_with_state(app.clone(), queue));
        }
        router = router.merge(routes.route_layer(from_fn_with_state((app.clone(), kind), access::guard)));
    }
    router
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn(version::compare))
        .with_state(app)
}

/// R-AG-05. What was begun is done to its end, whether the client waits for it or not: a change that is stored but not
/// yet in the keeper's book must not be left half done.
async fn queue(State(app): State<App>, peer: Peer, request: Request, next: Next) -> Response {
    let places = app.gate.enter(peer.pid).await;
    let work = tokio::spawn(async move {
        let _places = places;
        next.run(request).await
    });
    work.await.unwrap_or_else(|_| Failure::internal("a handler ended before its end").into_response())
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
