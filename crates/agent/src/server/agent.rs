//! The agent itself: its vault, its session, its end.

use std::path::PathBuf;

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{Passphrase, SESSION_VARIABLES, Session};
use grantkeep_api::routes::{API_VERSION, pattern};
use grantkeep_api::views::{AgentView, VaultState};
use http::StatusCode;

use super::extract::Sent;
use super::failure::Failure;
use super::{App, Leave, secrets};
use crate::harden;
use crate::vault_door::Seen;

/// The agent and its vault, as seen.
pub(super) fn view(seen: &Seen) -> AgentView {
    AgentView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api: API_VERSION,
        pid: std::process::id(),
        vault: seen.vault.clone(),
        key_place: seen.key_place,
        unlocked_from_file: seen.unlocked_from_file,
        memory_bytes: harden::memory(),
    }
}

/// The agent and its vault.
#[utoipa::path(
    get,
    path = pattern::AGENT,
    operation_id = "agent",
    tag = "Agent",
    responses((status = 200, description = "Version, process, and whether the vault is open", body = AgentView)),
)]
pub(super) async fn agent(State(app): State<App>) -> Json<AgentView> {
    Json(view(&app.door.seen()))
}

/// Opens a vault that has a passphrase.
#[utoipa::path(
    post,
    path = pattern::UNLOCK,
    operation_id = "unlock",
    tag = "Agent",
    request_body = Passphrase,
    responses((status = 204, description = "The vault is open")),
)]
pub(super) async fn unlock(
    State(app): State<App>,
    Sent(sent): Sent<Passphrase>,
) -> Result<StatusCode, Failure> {
    app.door.unlock(secrets::passphrase(&sent.passphrase)).await?;
    app.look_for_practice().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers once the key is forgotten.
#[utoipa::path(
    post,
    path = pattern::LOCK,
    operation_id = "lock",
    tag = "Agent",
    responses((status = 204, description = "The vault is locked")),
)]
pub(super) async fn lock(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.door.lock().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a vault with a passphrase, where there is none and no keyring.
#[utoipa::path(
    post,
    path = pattern::VAULT,
    operation_id = "create_vault",
    tag = "Agent",
    request_body = Passphrase,
    responses((status = 204, description = "The vault is made, and open")),
)]
pub(super) async fn create_vault(
    State(app): State<App>,
    Sent(sent): Sent<Passphrase>,
) -> Result<StatusCode, Failure> {
    app.door.create(secrets::passphrase(&sent.passphrase)).await?;
    app.look_for_practice().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks again; answers with what is still in the way where nothing but the person can help.
#[utoipa::path(
    post,
    path = pattern::VAULT_RETRY,
    operation_id = "retry_vault",
    tag = "Agent",
    responses((status = 204, description = "It was looked; the agent says how the vault stands")),
)]
pub(super) async fn retry(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.door.look().await;
    app.look_for_practice().await;
    match app.door.seen().vault {
        VaultState::Unavailable { problem } => Err(problem.into()),
        VaultState::Open
        | VaultState::NeedsPassphrase
        | VaultState::ChoosePassphrase
        | VaultState::Locked
        | VaultState::Opening => Ok(StatusCode::NO_CONTENT),
    }
}

/// Answers first, then leaves: connections that are open end when they were answered.
#[utoipa::path(
    post,
    path = pattern::RETIRE,
    operation_id = "retire",
    tag = "Agent",
    responses((status = 204, description = "The agent is leaving")),
)]
pub(super) async fn retire(State(app): State<App>) -> StatusCode {
    app.leave(Leave::Retired);
    StatusCode::NO_CONTENT
}

/// Takes over where the person's desktop is.
///
/// The keyring is reached over the session bus that this process' environment names, and that can't be changed
/// while threads run. So, while the keyring is what the vault waits for, the agent starts anew under the other bus.
#[utoipa::path(
    post,
    path = pattern::SESSION,
    operation_id = "session",
    tag = "Agent",
    request_body = Session,
    responses((status = 204, description = "Taken over")),
)]
pub(super) async fn session(State(app): State<App>, Sent(session): Sent<Session>) -> StatusCode {
    let known = |(name, _): &(&String, &String)| SESSION_VARIABLES.contains(&name.as_str());
    let owned = |(name, value): (&String, &String)| (name.clone(), value.clone());
    if let Some(descriptor) = session.env.get(PRACTICE).map(PathBuf::from).filter(|path| path.is_absolute()) {
        app.practice.set(descriptor);
        app.look_for_practice().await;
    }
    app.desktop.is_at(&session.env.iter().filter(known).map(owned).collect());
    let waits_for_keyring = match app.door.seen().vault {
        VaultState::Open | VaultState::NeedsPassphrase | VaultState::Locked => false,
        VaultState::ChoosePassphrase | VaultState::Unavailable { .. } | VaultState::Opening => true,
    };
    let bus = session.env.get(SESSION_BUS).filter(|bus| !bus.is_empty());
    if waits_for_keyring {
        if bus.is_some() && bus != app.session_bus.as_ref() {
            app.leave(Leave::Restart { env: session.env.iter().filter(known).map(owned).collect() });
        } else {
            // The front end need not wait for the keyring: it sees the door's state.
            tokio::spawn(async move { app.door.look().await });
        }
    }
    StatusCode::NO_CONTENT
}

pub(crate) const SESSION_BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
pub(crate) const PRACTICE: &str = "GRANTKEEP_PRACTICE";
