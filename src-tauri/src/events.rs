//! The agent's event stream, passed on to the web views. Follows the agent for as long as the process lives.

use std::time::Duration;

use grantkeep_api::requests::{SESSION_VARIABLES, Session};
use grantkeep_api::views::{AuthorizationOutcome, Change, Problem, VaultState};
use grantkeep_api::{AccountId, Agent};
use tauri::{AppHandle, Emitter as _, Manager as _};

use crate::{Connection, clipboard, consent, window};

/// Follows the agent on a thread of its own: starts it where none runs, and again, with growing pauses,
/// where it was lost.
pub(crate) fn follow(app: AppHandle) {
    std::thread::spawn(move || {
        let mut pause = FIRST_PAUSE;
        loop {
            let Err(problem) = follow_once(&app, &mut pause) else { continue };
            lost(&app, Some(&problem));
            consent::lost(&app);
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    });
}

/// Passes a change on to the web view.
pub(crate) fn change(app: &AppHandle, change: &Change) {
    emit(app, "change", change);
}

/// Tells the web view that the agent is lost, or there again.
pub(crate) fn lost(app: &AppHandle, problem: Option<&Problem>) {
    emit(app, "agent-lost", &problem);
}

/// Tells the web view to select an account.
pub(crate) fn select(app: &AppHandle, id: &AccountId) {
    emit(app, "select", id);
}

/// Hands the session over and follows the agent until it is lost. The first change is a snapshot.
fn follow_once(app: &AppHandle, pause: &mut Duration) -> Result<(), Problem> {
    let connection = app.state::<Connection>();
    let agent: &Agent = connection.agent()?;
    agent.hand_over_session(&session())?;
    let mut is_first = true;
    agent.follow(|event| {
        if is_first {
            is_first = false;
            *pause = FIRST_PAUSE;
            lost(app, None);
        }
        change(app, &event);
        react(app, &event);
        true
    })
}

/// What a change means for the window itself.
fn react(app: &AppHandle, event: &Change) {
    match event {
        Change::AuthorizationEnded { outcome, .. } => match outcome {
            // A window that the person closed stays closed.
            AuthorizationOutcome::Done | AuthorizationOutcome::Failed { .. }
                if clipboard::is_leaving(app) => {}
            AuthorizationOutcome::Done | AuthorizationOutcome::Failed { .. } => window::bring_forward(app),
            AuthorizationOutcome::Waiting | AuthorizationOutcome::Cancelled => {}
        },
        // R-UI-04: a copied token does not outlive the lock.
        // A clipboard that cannot be used holds nothing of ours.
        Change::Agent { agent }
            if matches!(agent.vault, VaultState::NeedsPassphrase | VaultState::Locked) =>
        {
            clipboard::clear(app).unwrap_or_default();
        }
        Change::Snapshot { questions, .. } => consent::renew(app, questions),
        Change::Question { question } => consent::ask(app, question),
        Change::QuestionGone { id } => consent::gone(app, id),
        Change::Agent { .. }
        | Change::Service { .. }
        | Change::ServiceRemoved { .. }
        | Change::Account { .. }
        | Change::AccountRemoved { .. }
        | Change::Permission { .. }
        | Change::PermissionRemoved { .. }
        | Change::Notices { .. }
        | Change::Event { .. } => {}
    }
}

/// Where the person's desktop is, as this process sees it, and the practice provider's descriptor.
fn session() -> Session {
    let names = SESSION_VARIABLES.into_iter().chain([PRACTICE]);
    let set = names.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
    Session { env: set.collect() }
}

fn emit(app: &AppHandle, event: &str, payload: &(impl serde::Serialize + Clone)) {
    // Fails only where the web view is gone, and then nobody is to be told.
    let _ = app.emit(event, payload);
}

/// Names the file that describes the practice provider.
const PRACTICE: &str = "GRANTKEEP_PRACTICE";

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
