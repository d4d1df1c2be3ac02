//! `grantkeep doctor`: what this program sees of the machine, and what the agent says of itself.

use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use grantkeep_api::browser;
use grantkeep_api::folders::Folders;
use grantkeep_api::views::{AgentView, CheckState, CheckView, Code, Problem};

use super::table::{Cell, Look, Table};
use super::{json, redirect_doctor, window};
use crate::args::Doctor;
use crate::exit::{FAILED, Stop};
use crate::{clock, output, words};

/// Writes all checks.
///
/// # Errors
/// Exit code 1 if something does not work.
pub(crate) fn run(args: &Doctor) -> Result<(), Stop> {
    if let Some(id) = &args.redirect {
        return redirect_doctor::run(id, args.json);
    }
    let mut checks = Vec::new();
    let agent = super::agent_with_session();
    match &agent {
        Ok(agent) => {
            checks.push(the_agent(super::settled(agent)));
            merge(&mut checks, agent.doctor());
        }
        Err(problem) => checks.push(of_problem("agent", problem)),
    }
    for check in our_own() {
        // What the agent says of itself counts: it is the one who needs it.
        if checks.iter().all(|known| known.name != check.name) {
            checks.push(check);
        }
    }
    if args.json {
        json::write(&checks.iter().map(json::check).collect())?;
    } else {
        output::write(&text(&checks, Look::of_output()))?;
    }
    if checks.iter().any(|check| check.state == CheckState::Bad) { Err(Stop::Told(FAILED)) } else { Ok(()) }
}

fn the_agent(seen: Result<AgentView, Problem>) -> CheckView {
    match seen {
        Err(problem) => of_problem("agent", &problem),
        Ok(agent) => good(
            "agent",
            format!("it runs as process {}, version {}, API {}", agent.pid, agent.version, agent.api),
        ),
    }
}

/// Takes in what the agent says of itself.
fn merge(checks: &mut Vec<CheckView>, said: Result<Vec<CheckView>, Problem>) {
    match said {
        Ok(said) => checks.extend(said),
        Err(problem) => checks.push(of_problem("agent", &problem)),
    }
}

/// What this program sees, in the session that it runs in.
fn our_own() -> Vec<CheckView> {
    let mut checks = Vec::new();
    match Folders::of_environment() {
        Ok(folders) => {
            checks.push(folder("folders", &folders.data));
            checks.push(socket(&folders.socket));
        }
        Err(problem) => checks.push(of_problem("folders", &problem)),
    }
    checks.extend([the_clock(clock::now_ms()), the_browser(), display(), scheme(), keyring()]);
    checks
}

fn folder(name: &str, path: &Path) -> CheckView {
    match std::fs::metadata(path) {
        Err(error) => {
            warning(name, format!("{}: {error}", path.display()), "the agent makes it when it starts")
        }
        Ok(about) => private(name, path, about.uid(), about.mode()),
    }
}

/// A file or folder that is ours alone (R-ST-07).
fn private(name: &str, path: &Path, owner: u32, mode: u32) -> CheckView {
    let (path, mode) = (path.display(), mode & 0o7777);
    let own = rustix::process::geteuid().as_raw();
    if owner != own {
        let hint = format!("run as the user with the number {owner}, or chown {own} {path}");
        return bad(name, format!("{path} belongs to another user"), &hint);
    }
    if mode & 0o077 != 0 {
        return bad(
            name,
            format!("others have rights on {path} ({mode:04o})"),
            &format!("chmod go-rwx {path}"),
        );
    }
    good(name, format!("{path} is ours alone ({mode:04o})"))
}

fn socket(path: &Path) -> CheckView {
    let folder_of = path.parent().unwrap_or(path);
    let around = folder("socket", folder_of);
    if around.state == CheckState::Bad {
        return around;
    }
    match std::fs::symlink_metadata(path) {
        Ok(about) if about.file_type().is_socket() => private("socket", path, about.uid(), about.mode()),
        Ok(_) => bad("socket", format!("{} is no socket", path.display()), "remove it"),
        Err(error) => bad("socket", format!("{}: {error}", path.display()), "run grantkeep agent"),
    }
}

fn the_clock(now_ms: i64) -> CheckView {
    let now = clock::rfc3339(now_ms);
    if now_ms < RELEASED_MS {
        return bad(
            "clock",
            format!("it says {now}, which is before this version was made"),
            "set the system's clock",
        );
    }
    good("clock", format!("it says {now}"))
}

fn the_browser() -> CheckView {
    let named = std::env::var("BROWSER").ok().filter(|browser| !browser.is_empty());
    match (browser::is_there(), named) {
        (true, Some(named)) => good("browser", format!("BROWSER names {}", words::plain(&named))),
        (true, None) => good("browser", "the system opens links".to_owned()),
        (false, _) => warning(
            "browser",
            "no browser was found".to_owned(),
            "set BROWSER, or use grantkeep authorize --print-link or --paste",
        ),
    }
}

fn display() -> CheckView {
    if window::has_display() || cfg!(target_os = "macos") {
        return good("display", "there is one".to_owned());
    }
    warning(
        "display",
        "there is none, so the window cannot be shown".to_owned(),
        "use grantkeep authorize --paste; on a server, give the agent GRANTKEEP_PASSPHRASE_FILE",
    )
}

/// Who takes the redirects of our scheme (R-CB-16).
fn scheme() -> CheckView {
    let asked = Command::new("xdg-mime")
        .args(["query", "default", "x-scheme-handler/io.github.grantkeep"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    match asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()) {
        Err(_) => warning(
            "scheme",
            "there is no xdg-mime, so nobody knows who takes redirects of our scheme".to_owned(),
            "install xdg-utils, or use the loopback redirect",
        ),
        Ok(handler) if handler.is_empty() => warning(
            "scheme",
            "nobody takes redirects of io.github.grantkeep".to_owned(),
            "start the window once; only services with the redirect method scheme need it",
        ),
        Ok(handler) => good("scheme", format!("{} takes redirects", words::plain(&handler))),
    }
}

fn keyring() -> CheckView {
    match std::env::var("DBUS_SESSION_BUS_ADDRESS") {
        Ok(address) if !address.is_empty() => {
            good("keyring", "there is a session bus to reach it".to_owned())
        }
        _ => warning(
            "keyring",
            "there is no session bus, so no keyring can be reached".to_owned(),
            "log in on a desktop, or give the agent GRANTKEEP_PASSPHRASE_FILE",
        ),
    }
}

fn of_problem(name: &str, problem: &Problem) -> CheckView {
    let state = if problem.code == Code::VaultLocked { CheckState::Warning } else { CheckState::Bad };
    CheckView { name: name.to_owned(), state, text: problem.to_string(), hint: problem.hint.clone() }
}

fn good(name: &str, text: String) -> CheckView {
    CheckView { name: name.to_owned(), state: CheckState::Good, text, hint: String::new() }
}

fn warning(name: &str, text: String, hint: &str) -> CheckView {
    CheckView { name: name.to_owned(), state: CheckState::Warning, text, hint: hint.to_owned() }
}

fn bad(name: &str, text: String, hint: &str) -> CheckView {
    CheckView { state: CheckState::Bad, ..warning(name, text, hint) }
}

fn text(checks: &[CheckView], look: Look) -> String {
    let mut table = Table::new(["CHECK", "STATE", "WHAT WAS FOUND"]);
    for check in checks {
        let (word, colour) = match check.state {
            CheckState::Good => ("good", "32"),
            CheckState::Warning => ("warning", "33"),
            CheckState::Bad => ("bad", "31"),
        };
        table.row([
            Cell::plain(&check.name),
            Cell::coloured(word, colour),
            Cell::plain(sentence(&check.text)),
        ]);
        if !check.hint.is_empty() {
            table.row([Cell::plain(""), Cell::plain(""), Cell::plain(format!("→ {}", check.hint))]);
        }
    }
    // Whole: what was found is why the person asked.
    table.text(Look { width: None, ..look })
}

/// The agent's sentences and ours alike: a capital at the beginning and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// The day on which this version's clock check was written: 2026-11-24.
const RELEASED_MS: i64 = 1_795_478_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_of_others_are_told_with_their_mend() {
        let own = rustix::process::geteuid().as_raw();
        let cases = [
            (own, 0o100_600, CheckState::Good, "", "ours alone"),
            (own, 0o040_755, CheckState::Bad, "chmod go-rwx /x", "others can read"),
            (own + 1, 0o040_700, CheckState::Bad, "run as the user", "somebody else's"),
        ];
        for (owner, mode, state, hint, why) in cases {
            let check = private("socket", Path::new("/x"), owner, mode);
            assert!(check.state == state && check.hint.starts_with(hint), "{why}: {check:?}");
        }
    }

    #[test]
    fn a_clock_before_this_version_is_wrong() {
        assert_eq!(clock::rfc3339(RELEASED_MS), "2026-11-24T00:00:00Z");
        assert_eq!(the_clock(RELEASED_MS - 1).state, CheckState::Bad);
        assert_eq!(the_clock(RELEASED_MS).state, CheckState::Good);
    }

    #[test]
    fn each_check_says_how_to_mend_it() {
        let checks = [good("agent", "it runs".to_owned()), bad("clock", "it is late".to_owned(), "set it")];

        assert_eq!(
            text(&checks, Look { width: Some(10), colour: false }),
            "CHECK  STATE  WHAT WAS FOUND\nagent  good   It runs.\nclock  bad    It is late.\n              → set it\n"
        );
        for check in our_own() {
            assert_eq!(check.state == CheckState::Good, check.hint.is_empty(), "{check:?}");
        }
    }
}
