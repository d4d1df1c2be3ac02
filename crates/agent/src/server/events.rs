//! The stream of changes: everything once, then what changes (server-sent events).

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures_core::Stream;
use grantkeep_api::routes::{EVENTS_KEEP_ALIVE_S, pattern};
use grantkeep_api::views::{Change, Code, NoticeView, Problem};
use grantkeep_core::keeper::{Keeper, KeeperEvent};
use grantkeep_core::model::{AccountId, Service};
use http::{HeaderValue, header};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc, watch};

use super::extract::Shown;
use super::failure::Failure;
use super::{App, access, agent, convert};
use crate::access::Changed;
use crate::vault_door::Seen;

/// Everything, once.
#[utoipa::path(
    get,
    path = pattern::STATE,
    operation_id = "state",
    tag = "Agent",
    responses((status = 200, description = "A snapshot", body = Change)),
)]
pub(super) async fn state(State(app): State<App>, Shown(_): Shown) -> Json<Change> {
    Json(snapshot(&app, &app.door.seen()))
}

/// A stream that never ends by itself.
#[utoipa::path(
    get,
    path = pattern::EVENTS,
    operation_id = "events",
    tag = "Agent",
    responses((status = 200, description = "A stream: `data: {…}` with a `Change`; a snapshot first", content_type = "text/event-stream", body = String)),
)]
pub(super) async fn events(State(app): State<App>) -> Result<Response, Failure> {
    let seat = app.followers.clone().try_acquire_owned().map_err(|_| too_many())?;
    let (sender, frames) = mpsc::channel(FRAMES);
    tokio::spawn(async move {
        let _seat = seat;
        let mut closing = app.closing.subscribe();
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => {}
            () = sender.closed() => {}
            _ = follow(&app, Out(sender.clone())) => {}
        }
    });
    let mut response = Response::new(Body::from_stream(Frames(frames)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Too many follow.
pub(super) fn too_many() -> Failure {
    Problem::new(Code::AgentUnavailable, "Too many programs follow the agent")
        .detail("Each window and each waiting command takes one of 64 places.")
        .hint("Close some of them.")
        .into()
}

async fn follow(app: &App, out: Out) -> Result<(), Gone> {
    let mut door = app.door.watch();
    loop {
        let seen = door.borrow_and_update().clone();
        match &seen.keeper {
            Some(keeper) => follow_keeper(app, &seen, keeper, &mut door, &out).await?,
            None => follow_door(app, &seen, &mut door, &out).await?,
        }
    }
}

/// While the door is closed: the agent alone. Returns when it opened.
async fn follow_door(
    app: &App,
    seen: &Seen,
    door: &mut watch::Receiver<Seen>,
    out: &Out,
) -> Result<(), Gone> {
    out.change(&snapshot(app, seen)).await?;
    out.notices(&app.notices.watch()).await?;
    loop {
        tokio::select! {
            changed = door.changed() => {
                changed.map_err(|_| Gone)?;
                let seen = door.borrow_and_update().clone();
                if seen.keeper.is_some() {
                    return Ok(());
                }
                out.change(&Change::Agent { agent: agent::view(&seen) }).await?;
            }
            () = tokio::time::sleep(KEEP_ALIVE) => out.keep_alive().await?,
        }
    }
}

/// Behind an open door: a snapshot, then changes. Returns where a new snapshot is due.
async fn follow_keeper(
    app: &App,
    seen: &Seen,
    keeper: &Arc<Keeper>,
    door: &mut watch::Receiver<Seen>,
    out: &Out,
) -> Result<(), Gone> {
    // First listen, then look: nothing falls in between.
    let (mut events, mut consent) = (keeper.subscribe(), app.consent.subscribe());
    let mut notices = app.notices.watch();
    out.change(&snapshot(app, seen)).await?;
    notices.mark_unchanged();
    out.notices(&notices).await?;
    loop {
        tokio::select! {
            changed = door.changed() => return changed.map_err(|_| Gone),
            event = events.recv() => {
                let first = match event {
                    Ok(event) => event,
                    Err(RecvError::Lagged(_)) => return Ok(()),
                    Err(RecvError::Closed) => return Err(Gone),
                };
                // What belongs together comes together.
                tokio::time::sleep(GATHER).await;
                let Some(batch) = gather(first, &mut events) else { return Ok(()) };
                for change in changes(keeper, batch) {
                    out.change(&change).await?;
                }
            }
            changed = consent.recv() => match changed {
                Ok(changed) => out.change(&consent_change(changed)).await?,
                Err(RecvError::Lagged(_)) => return Ok(()),
                Err(RecvError::Closed) => return Err(Gone),
            },
            changed = notices.changed() => {
                changed.map_err(|_| Gone)?;
                let notices = notices.borrow_and_update().clone();
                out.change(&Change::Notices { notices }).await?;
            }
            () = tokio::time::sleep(KEEP_ALIVE) => out.keep_alive().await?,
        }
    }
}

fn consent_change(changed: Changed) -> Change {
    match changed {
        Changed::Asked(question) => Change::Question { question: access::question(&question) },
        Changed::Ended(id) => Change::QuestionGone { id },
        Changed::Held(held) => Change::Permission { permission: access::held(&held) },
        Changed::LetGo(id) => Change::PermissionRemoved { id },
    }
}

/// All events that are there; `None` where some were lost.
fn gather(first: KeeperEvent, events: &mut broadcast::Receiver<KeeperEvent>) -> Option<Vec<KeeperEvent>> {
    let mut batch = vec![first];
    loop {
        match events.try_recv() {
            Ok(event) => batch.push(event),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(batch),
            Err(TryRecvError::Lagged(_)) => return None,
        }
    }
}

/// What a batch means to front ends; each account is shown once, as it is now.
fn changes(keeper: &Keeper, batch: Vec<KeeperEvent>) -> Vec<Change> {
    let of = |service: &Service| keeper.provider(service.provider.as_deref());
    let mut shown: HashSet<AccountId> = HashSet::new();
    let mut shown_services = HashSet::new();
    let mut changes = Vec::new();
    for event in batch {
        match event {
            KeeperEvent::AccountChanged(id) => {
                // One that is gone by now is told by a later event.
                if let (true, Ok(seen)) = (shown.insert(id.clone()), keeper.account(&id)) {
                    changes.push(Change::Account {
                        account: convert::account(&seen, of(&seen.service).as_slice()),
                    });
                }
            }
            KeeperEvent::AccountRemoved(id) => {
                shown.remove(&id);
                changes.push(Change::AccountRemoved { id: id.to_string() });
            }
            KeeperEvent::ServiceChanged(name) => {
                if let (true, Ok(seen)) = (shown_services.insert(name.clone()), keeper.service(&name)) {
                    changes.push(Change::Service {
                        service: convert::service(&seen, of(&seen.service).as_slice()),
                    });
                }
            }
            KeeperEvent::ServiceRemoved(name) => {
                shown_services.remove(&name);
                shown.retain(|id| id.service != name);
                changes.push(Change::ServiceRemoved { name: name.to_string() });
            }
            KeeperEvent::AuthorizationEnded(id, outcome) => {
                let outcome = convert::outcome(outcome);
                changes.push(Change::AuthorizationEnded { id: id.to_string(), outcome });
            }
            KeeperEvent::PermissionChanged(id) => {
                // One that is gone by now is told by a later event.
                if let Some(permission) = keeper.permission(&id) {
                    changes.push(Change::Permission { permission: access::permission(&permission) });
                }
            }
            KeeperEvent::PermissionRemoved(id) => changes.push(Change::PermissionRemoved { id }),
            KeeperEvent::Logged(event) => changes.push(Change::Event { event: convert::event(event) }),
        }
    }
    changes
}

fn snapshot(app: &App, seen: &Seen) -> Change {
    let agent = agent::view(seen);
    let Some(keeper) = seen.keeper.as_ref().or(seen.resting.as_ref()) else {
        return Change::Snapshot {
            agent,
            services: Vec::new(),
            accounts: Vec::new(),
            questions: Vec::new(),
            permissions: Vec::new(),
        };
    };
    let providers = keeper.providers();
    Change::Snapshot {
        agent,
        services: keeper.services().iter().map(|seen| convert::service(seen, &providers)).collect(),
        accounts: keeper.accounts().iter().map(|seen| convert::account(seen, &providers)).collect(),
        questions: app.consent.open_questions().iter().map(access::question).collect(),
        permissions: access::all(app, keeper),
    }
}

/// The follower's end; a slow one makes the stream wait, and gets a snapshot where it waited too long.
struct Out(mpsc::Sender<Bytes>);

/// Nobody follows any more.
struct Gone;

impl Out {
    async fn change(&self, change: &Change) -> Result<(), Gone> {
        let mut frame = b"data: ".to_vec();
        if let Err(error) = serde_json::to_writer(&mut frame, change) {
            tracing::error!(%error, "a change could not be written");
            return Err(Gone);
        }
        frame.extend_from_slice(b"\n\n");
        self.send(frame.into()).await
    }

    /// All of them, where a snapshot has told that there are none.
    async fn notices(&self, notices: &watch::Receiver<Vec<NoticeView>>) -> Result<(), Gone> {
        let notices = notices.borrow().clone();
        if notices.is_empty() { Ok(()) } else { self.change(&Change::Notices { notices }).await }
    }

    async fn keep_alive(&self) -> Result<(), Gone> {
        self.send(Bytes::from_static(b": keep-alive\n\n")).await
    }

    async fn send(&self, frame: Bytes) -> Result<(), Gone> {
        self.0.send(frame).await.map_err(|_| Gone)
    }
}

/// Frames as a body.
struct Frames(mpsc::Receiver<Bytes>);

impl Stream for Frames {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|frame| frame.map(Ok))
    }
}

/// Frames that wait for a slow follower.
const FRAMES: usize = 8;

/// How long changes are gathered.
const GATHER: Duration = Duration::from_millis(10);

const KEEP_ALIVE: Duration = Duration::from_secs(EVENTS_KEEP_ALIVE_S);
