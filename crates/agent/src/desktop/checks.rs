//! What `doctor` tells of the desktop.

use std::time::Duration;

use grantkeep_api::views::{CheckState, CheckView};

use super::{Host, notifications};
use crate::server::App;
use crate::settings::Settings;

/// The tray and the notifications, as they are now.
pub(crate) async fn checks(app: &App) -> [CheckView; 2] {
    let settings = app.settings.now();
    let daemon = async {
        let asked = tokio::time::timeout(PATIENCE, notifications::daemon_name()).await;
        asked.map_err(|_| "it does not answer".to_owned())?.map_err(|error| error.to_string())
    };
    let daemon = if app.desktop.wanted && settings.notifications { Some(daemon.await) } else { None };
    [tray(&app.desktop.with(|state| state.tray.clone())), notifications_check(&settings, daemon)]
}

fn tray(host: &Host) -> CheckView {
    let instead = "Grantkeep runs all the same: open its window, or run grantkeep status.";
    match host {
        Host::Here => check("tray", CheckState::Good, "The tray shows Grantkeep's icon.", ""),
        Host::Unasked => check("tray", CheckState::Good, "No icon is shown in the tray.", ""),
        Host::None => check("tray", CheckState::Warning, "This desktop has no tray for icons.", instead),
        Host::NoBus(why) => {
            check("tray", CheckState::Warning, &format!("No desktop session is reached: {why}."), instead)
        }
    }
}

fn notifications_check(settings: &Settings, daemon: Option<Result<String, String>>) -> CheckView {
    let name = "notifications";
    match daemon {
        None if !settings.notifications => check(name, CheckState::Good, "Notifications are turned off.", ""),
        None => check(name, CheckState::Good, "This agent shows nothing on a desktop.", ""),
        Some(Ok(daemon)) => {
            let quiet =
                settings.quiet_hours.map_or_else(String::new, |hours| format!("; quiet from {hours}"));
            check(name, CheckState::Good, &format!("{daemon} shows notifications{quiet}."), "")
        }
        Some(Err(why)) => check(
            name,
            CheckState::Warning,
            &format!("No notification daemon is reached: {why}."),
            "When you are needed, the window's bell and grantkeep status say so.",
        ),
    }
}

fn check(name: &str, state: CheckState, text: &str, hint: &str) -> CheckView {
    CheckView { name: name.to_owned(), state, text: text.to_owned(), hint: hint.to_owned() }
}

/// How long the daemon may take.
const PATIENCE: Duration = Duration::from_secs(2);
