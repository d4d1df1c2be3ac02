//! What the agent itself can tell about its health. It looks at files' attributes only: opening `vault.db` by other
//! means than SQLite's would lose its lock.

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use axum::Json;
use axum::extract::State;
use grantkeep_api::folders::Folders;
use grantkeep_api::routes::{OWN_VERSION, pattern};
use grantkeep_api::views::{CheckState, CheckView, KeyPlace, VaultState};
use grantkeep_core::model::Timestamp;
use grantkeep_core::ports::Clock as _;

use super::{App, convert};
use crate::clock::SystemClock;
use crate::vault_door::{Seen, problem_of_state};
use crate::{desktop, harden};

/// How the agent is: vault, keyring, folders, socket, clock.
#[utoipa::path(
    get,
    path = pattern::DOCTOR,
    operation_id = "doctor",
    tag = "Agent",
    responses((status = 200, description = "One line a check", body = Vec<CheckView>)),
)]
pub(super) async fn doctor(State(app): State<App>) -> Json<Vec<CheckView>> {
    let seen = app.door.seen();
    let mut checks = vec![
        good(
            "version",
            format!("The agent has version {OWN_VERSION} and runs as process {}.", std::process::id()),
        ),
        vault(&app.folders, &seen).await,
        keyring(&seen),
        folders(&app.folders),
        socket(&app.folders.socket),
        clock(app.skew.seconds(), SystemClock.now(), installed_at()),
        memory(harden::memory()),
        settings(app.settings.unread()),
        start(&app.settings.start().value),
    ];
    checks.extend(desktop::checks(&app).await);
    Json(checks)
}

async fn vault(folders: &Folders, seen: &Seen) -> CheckView {
    let Some(keeper) = &seen.keeper else {
        let problem = problem_of_state(seen.vault.clone());
        let state = match seen.vault {
            VaultState::Opening
            | VaultState::NeedsPassphrase
            | VaultState::ChoosePassphrase
            | VaultState::Locked => CheckState::Warning,
            VaultState::Unavailable { .. } | VaultState::Open => CheckState::Bad,
        };
        return check("vault", state, format!("{}. {}", problem.title, problem.detail), problem.hint);
    };
    match keeper.check_writable().await {
        Ok(()) => {
            let size = |name: &str| fs::metadata(folders.data.join(name)).map_or(0, |about| about.len());
            let kib = (size("vault.db") + size("vault.db-wal")).div_ceil(1024);
            let schema = grantkeep_vault::SCHEMA;
            good(
                "vault",
                format!("The vault is open and can be written; it has {kib} KiB and schema {schema}."),
            )
        }
        Err(error) => {
            let problem = convert::problem(error.problem());
            check("vault", CheckState::Bad, format!("{}. {}", problem.title, problem.detail), problem.hint)
        }
    }
}

fn keyring(seen: &Seen) -> CheckView {
    match (seen.key_place, &seen.vault) {
        (Some(KeyPlace::Keyring), VaultState::Open) => {
            good("keyring", "The vault's key is in the system keyring, which gave it.".to_owned())
        }
        (Some(KeyPlace::Keyring), _) => {
            good("keyring", "The vault's key is in the system keyring.".to_owned())
        }
        (Some(KeyPlace::Passphrase), _) if seen.unlocked_from_file => {
            good("keyring", "None is needed: a passphrase file opens the vault.".to_owned())
        }
        (Some(KeyPlace::Passphrase), _) => {
            good("keyring", "None is needed: a passphrase opens the vault.".to_owned())
        }
        (None, VaultState::ChoosePassphrase) => check(
            "keyring",
            CheckState::Warning,
            "No system keyring answers.".to_owned(),
            "Start one in your session, or run grantkeep unlock and choose a passphrase.",
        ),
        (None, VaultState::Unavailable { problem }) => {
            check("keyring", CheckState::Bad, format!("{}.", problem.title), problem.hint.clone())
        }
        (None, _) => check(
            "keyring",
            CheckState::Warning,
            "It is not known yet where the vault's key is.".to_owned(),
            "Answer the keyring's prompt, and look again.",
        ),
    }
}

fn folders(folders: &Folders) -> CheckView {
    let data = |name: &str| folders.data.join(name);
    let files = ["vault.json", "vault.db", "vault.db-wal", "agent.lock"].map(data);
    let paths = [folders.data.clone(), folders.log.clone()].into_iter().chain(files);
    let open: Vec<_> =
        paths.filter(|path| fs::metadata(path).is_ok_and(|about| !is_private(&about))).collect();
    match open.as_slice() {
        [] => good("folders", format!("The vault in {} is for you alone.", folders.data.display())),
        [first, ..] => check(
            "folders",
            CheckState::Bad,
            format!("Others can get at {}.", first.display()),
            format!("Run chmod go= '{}', and see that it belongs to you.", first.display()),
        ),
    }
}

fn socket(path: &Path) -> CheckView {
    let place = path.display();
    let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
    let restart = "End the process grantkeep-agent; the next command starts it again.";
    match fs::symlink_metadata(path) {
        Ok(about) if !about.file_type().is_socket() => {
            check("socket", CheckState::Bad, format!("{place} is no socket."), restart)
        }
        Ok(about) if !is_private(&about) || !folder.is_some_and(|about| is_private(&about)) => check(
            "socket",
            CheckState::Bad,
            format!("Others can get at {place}."),
            format!("Run chmod 700 on its folder and chmod 600 '{place}'."),
        ),
        Ok(_) => good("socket", format!("The agent answers at {place}, to you alone.")),
        Err(error) => check("socket", CheckState::Bad, format!("{place} is gone: {error}."), restart),
    }
}

/// `ahead`: seconds that this clock is ahead of the last host that answered.
fn clock(ahead: Option<i64>, now: Timestamp, installed_at: Option<Timestamp>) -> CheckView {
    let hint = "Set the computer's clock, or turn on its synchronization.";
    if installed_at.is_some_and(|installed| now.seconds() + DAY < installed.seconds()) {
        let text = "The computer's clock is before the day on which this Grantkeep was installed.";
        return check("clock", CheckState::Bad, text.to_owned(), hint);
    }
    let Some(ahead) = ahead else {
        return good("clock", "No host has told its time yet to compare the clock with.".to_owned());
    };
    let way = if ahead < 0 { "behind" } else { "ahead of" };
    let off = ahead.unsigned_abs();
    let text = match off {
        0..=2 => "The computer's clock agrees with the last host that answered.".to_owned(),
        _ => format!("The computer's clock is {off} s {way} the last host that answered."),
    };
    match off {
        0..=60 => good("clock", text),
        61..=300 => check("clock", CheckState::Warning, text, hint),
        _ => check("clock", CheckState::Bad, text, hint),
    }
}

fn memory(bytes: Option<u64>) -> CheckView {
    match bytes.map(|bytes| bytes.div_ceil(1 << 20)) {
        Some(mib) if mib > MUCH_MIB => check(
            "memory",
            CheckState::Warning,
            format!("The agent uses {mib} MiB, which is unusually much."),
            "Start it again when nothing is under way, and report this if it comes back.",
        ),
        Some(mib) => good("memory", format!("The agent uses {mib} MiB.")),
        None => good("memory", "The system does not tell how much the agent uses.".to_owned()),
    }
}

fn start(value: &str) -> CheckView {
    let text = match value {
        "autostart" => "The desktop starts the agent at login.",
        "systemd" => "The user's systemd starts the agent at login.",
        _ => "The agent does not start at login: whoever needs it starts it.",
    };
    good("start", text.to_owned())
}

fn settings(unread: Option<&str>) -> CheckView {
    match unread {
        None => good("settings", "The settings are read.".to_owned()),
        Some(why) => check(
            "settings",
            CheckState::Warning,
            why.to_owned(),
            "Mend the line or delete it, and start the agent again.",
        ),
    }
}

fn is_private(about: &fs::Metadata) -> bool {
    about.mode() & 0o077 == 0 && about.uid() == rustix::process::geteuid().as_raw()
}

/// When this program's file was written.
fn installed_at() -> Option<Timestamp> {
    let written = fs::metadata(std::env::current_exe().ok()?).ok()?.modified().ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(0) + since)
}

fn good(name: &str, text: String) -> CheckView {
    check(name, CheckState::Good, text, "")
}

fn check(name: &str, state: CheckState, text: String, hint: impl Into<String>) -> CheckView {
    CheckView { name: name.to_owned(), state, text, hint: hint.into() }
}

const DAY: i64 = 24 * 3600;

/// Far beyond what thousands of services need.
const MUCH_MIB: u64 = 250;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_told() {
        use CheckState::{Bad, Good, Warning};
        let cases = [
            (None, 1000, Some(0), Good, "nothing to compare with"),
            (Some(60), 1000, Some(0), Good, "within a minute"),
            (Some(-60), 1000, Some(0), Good, "within a minute"),
            (Some(61), 1000, Some(0), Warning, "more"),
            (Some(-300), 1000, Some(0), Warning, "up to 5 minutes"),
            (Some(301), 1000, Some(0), Bad, "tokens would seem to have expired"),
            (Some(i64::MIN), 1000, Some(0), Bad, "no overflow"),
            (Some(0), 1000, Some(1000 + DAY), Good, "an installation in another time zone"),
            (Some(0), 1000, Some(1001 + DAY), Bad, "before it was installed"),
            (Some(0), 1000, None, Good, "installed at an unknown time"),
        ];
        for (ahead, now, installed, state, why) in cases {
            let second = |seconds: i64| Timestamp::from_millis(seconds * 1000);
            let check = clock(ahead, second(now), installed.map(second));
            assert_eq!(check.state, state, "{why}: {}", check.text);
            assert_eq!(check.hint.is_empty(), state == Good, "{why}");
        }
    }

    #[test]
    fn too_much_memory_is_told() {
        let cases = [
            (None, CheckState::Good),
            (Some(25 << 20), CheckState::Good),
            (Some(300 << 20), CheckState::Warning),
        ];
        for (bytes, state) in cases {
            assert_eq!(memory(bytes).state, state, "{bytes:?}");
        }
    }
}
