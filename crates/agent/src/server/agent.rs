//! The agent itself: its vault, its session, its end.

use std::path::PathBuf;

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{Passphrase, SESSION_VARIABLES, Session};
use grantkeep_api::routes::API_VERSION;
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

pub(super) async fn agent(State(app): State<App>) -> Json<AgentView> {
    Json(view(&app.door.seen()))
}

pub(super) async fn unlock(
    State(app): State<App>,
    Sent(sent): Sent<Passphrase>,
) -> Result<StatusCode, Failure> {
    app.door.unlock(secrets::passphrase(&sent.passphrase)).await?;
    app.look_for_practice().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers once the key is forgotten.
pub(super) async fn lock(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.door.lock().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn create_vault(
    State(app): State<App>,
    Sent(sent): Sent<Passphrase>,
) -> Result<StatusCode, Failure> {
    app.door.create(secrets::passphrase(&sent.passphrase)).await?;
    app.look_for_practice().await;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks again; answers with what is still in the way where nothing but the person can help.
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
pub(super) async fn retire(State(app): State<App>) -> StatusCode {
    app.leave(Leave::Retired);
    StatusCode::NO_CONTENT
}

/// Takes over where the person's desktop is.
///
/// The keyring is reached over the session bus that this process' environment names, and that can't be changed
/// while threads run. So, while the keyring is what the vault waits for, the agent starts anew under the other bus.
pub(super) async fn session(State(app): State<App>, Sent(session): Sent<Session>) -> StatusCode {
    if let Some(descriptor) = session.env.get(PRACTICE).map(PathBuf::from).filter(|path| path.is_absolute()) {
        app.practice.set(descriptor);
        app.look_for_practice().await;
    }
    let waits_for_keyring = match app.door.seen().vault {
        VaultState::Open | VaultState::NeedsPassphrase | VaultState::Locked => false,
        VaultState::ChoosePassphrase | VaultState::Unavailable { .. } | VaultState::Opening => true,
    };
    let bus = session.env.get(SESSION_BUS).filter(|bus| !bus.is_empty());
    if waits_for_keyring {
        if bus.is_some() && bus != app.session_bus.as_ref() {
            let known = |(name, _): &(String, String)| SESSION_VARIABLES.contains(&name.as_str());
            app.leave(Leave::Restart { env: session.env.into_iter().filter(known).collect() });
        } else {
            // The front end need not wait for the keyring: it sees the door's state.
            tokio::spawn(async move { app.door.look().await });
        }
    }
    StatusCode::NO_CONTENT
}

pub(crate) const SESSION_BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
pub(crate) const PRACTICE: &str = "GRANTKEEP_PRACTICE";
