//! `cargo xtask setup`: what is missing on this machine, and nothing else.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use crate::out::{self, Failure, Outcome};
use crate::packages::{self, Group, Manager};
use crate::process::Run;
use crate::project::{self, cargo, find_program, npm, root, target};

/// The oldest Node that the UI's tools run on.
const NODE: (u32, u32) = (20, 19);

/// The release of cargo-deny that our `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";

/// Installs whatever of `group` is missing: system packages and npm packages.
///
/// System packages are asked about on a terminal, unless `yes` or `CI=true`.
pub(crate) fn everything(group: Group, yes: bool) -> Outcome {
    system(group, yes)?;
    rust_components()?;
    node_packages("ui")?;
    node_packages("practice")?;
    if group == Group::Test { schemathesis() } else { Ok(()) }
}

/// Installs the system packages of `group` that are missing.
pub(crate) fn system(group: Group, yes: bool) -> Outcome {
    if !cfg!(target_os = "linux") {
        return elsewhere();
    }
    let Some(manager) = Manager::detect() else {
        out::note(
            "This machine has none of apt, dnf, pacman and zypper: docs/building.md lists what is needed.",
        );
        return Ok(());
    };
    let mut missing = packages::missing(group, manager);
    if group != Group::Icons && find_program("node").is_none() && offers_good_node(manager) {
        missing.extend(["nodejs", "npm"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    allow(manager, &missing, yes)?;
    if let Some(refresh) = manager.refresh() {
        // A list that could not be fetched may still be good enough; installing will tell.
        if let Err(failure) = as_root(refresh.iter().copied()).run() {
            out::failed(&failure);
        }
    }
    as_root(manager.install().iter().copied().chain(missing.iter().copied())).run()?;
    let still = packages::missing(group, manager);
    if still.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("installed, but not found afterwards: {}", still.join(" "))))
}

/// Installs cargo-deny below the target folder when the machine has none.
pub(crate) fn cargo_deny() -> Outcome {
    if find_cargo_deny()?.is_some() {
        return Ok(());
    }
    out::note("Installing cargo-deny, once; that takes some minutes.");
    let tools = target()?.join("tools");
    cargo()
        .args(["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--root"])
        .args([&tools])
        .output_to_stderr()
        .run()
}

/// Installs schemathesis below the target folder, in the versions of `tests/schemathesis.txt`, unless it is there.
fn schemathesis() -> Outcome {
    let list = root().join("tests/schemathesis.txt");
    let place = target()?.join("tools/schemathesis");
    // Written last: an interrupted installation leaves none.
    let mark = place.join("installed.txt");
    let wanted = fs::read(&list).map_err(|e| Failure::because(list.display(), e))?;
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    out::note("Installing schemathesis");
    let made = Run::new("python3").args(["-m", "venv", "--clear"]).args([&place]).output_to_stderr().run();
    if made.is_err() && Manager::detect() == Some(Manager::Apt) {
        // Debian's Python comes without it, and nothing but trying tells.
        as_root(Manager::Apt.install().iter().copied().chain(["python3-venv"])).run()?;
        Run::new("python3").args(["-m", "venv", "--clear"]).args([&place]).output_to_stderr().run()?;
    } else {
        made?;
    }
    Run::new(place.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .args([&list])
        .output_to_stderr()
        .run()?;
    fs::write(&mark, wanted).map_err(|e| Failure::because(mark.display(), e))
}

/// cargo-deny, if this machine has it.
pub(crate) fn find_cargo_deny() -> Outcome<Option<PathBuf>> {
    let own = target()?.join("tools/bin").join(format!("cargo-deny{}", env::consts::EXE_SUFFIX));
    Ok(find_program("cargo-deny").or_else(|| own.is_file().then_some(own)))
}

/// Installs the npm packages of `folder` as its lock file says, unless they are there.
pub(crate) fn node_packages(folder: &str) -> Outcome {
    check_node()?;
    let lock = root().join(folder).join("package-lock.json");
    // npm writes its own note of what it installed last; an interrupted installation leaves none.
    let installed = root().join(folder).join("node_modules/.package-lock.json");
    if project::is_newer(&installed, &[lock]) {
        return Ok(());
    }
    out::note(&format!("Installing the npm packages of {folder}/"));
    npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).output_to_stderr().run()
}

fn elsewhere() -> Outcome {
    let advice = if cfg!(target_os = "macos") {
        "On macOS: `xcode-select --install`, and for Node `brew install node`."
    } else {
        "On Windows: the C++ build tools of Visual Studio, WebView2 and Node; see docs/building.md."
    };
    if find_program("node").is_some() { Ok(()) } else { Err(Failure::new(advice)) }
}

/// Asks the person, where there is one and nothing was said beforehand.
fn allow(manager: Manager, missing: &[&str], yes: bool) -> Outcome {
    let install = as_root(manager.install().iter().copied().chain(missing.iter().copied()));
    let refresh = manager.refresh().map(|words| format!("{} && ", as_root(words.iter().copied()).shown()));
    let shown = format!("{}{}", refresh.unwrap_or_default(), install.shown());
    if yes || env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1")) {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new(format!(
            "some system packages are missing; add --yes to install them, or run:\n   {shown}"
        )));
    }
    out::note("Some system packages are missing. This would install them:");
    out::note(&shown);
    if out::ask("   Install?") { Ok(()) } else { Err(Failure::new("nothing was installed")) }
}

fn as_root<'a>(words: impl Iterator<Item = &'a str>) -> Run {
    let mut words = words.peekable();
    if is_root() || find_program("sudo").is_none() {
        let program = words.next().unwrap_or_default();
        return Run::new(program).args(words).output_to_stderr();
    }
    // Only sudo has something to ask.
    Run::new("sudo").args(words).output_to_stderr().interactive()
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Says whether the distribution's own Node is young enough; only apt's distributions have old ones.
fn offers_good_node(manager: Manager) -> bool {
    if manager != Manager::Apt {
        return true;
    }
    let policy = Run::new("apt-cache").args(["policy", "nodejs"]).read().unwrap_or_default();
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate:"));
    candidate.and_then(|version| read_version(version.trim())).is_some_and(|version| version >= NODE)
}

fn check_node() -> Outcome {
    let wanted = format!("Node {}.{} or newer is needed", NODE.0, NODE.1);
    let Some(version) = Run::new("node").args(["--version"]).read() else {
        return Err(Failure::new(format!("{wanted}, and there is none here; get it at https://nodejs.org")));
    };
    if read_version(&version).is_none_or(|found| found < NODE) {
        return Err(Failure::new(format!("{wanted}; this is {version}. Get it at https://nodejs.org")));
    }
    if find_program("npm").is_none() {
        return Err(Failure::new(format!("{wanted} with npm, which is missing")));
    }
    Ok(())
}

/// Reads major and minor of `v20.19.2` or `20.19.2+dfsg-1`.
fn read_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches('v').split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

/// rustfmt and clippy come with rustup's default profile, but not with its minimal one.
fn rust_components() -> Outcome {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if cargo().args([probe, "--version"]).read().is_some() {
            continue;
        }
        if find_program("rustup").is_none() {
            return Err(Failure::new(format!("this Rust toolchain has no {component}")));
        }
        Run::new("rustup").args(["component", "add", component]).output_to_stderr().run()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_compared_as_numbers() {
        let cases = [
            ("v20.19.0", true, "the oldest that works"),
            ("v20.9.0", false, "9 is less than 19"),
            ("v22.1.0", true, "a newer major"),
            ("18.20.4+dfsg-1~deb12u1", false, "Debian 12's"),
            ("nonsense", false, "unreadable"),
        ];
        for (text, good, why) in cases {
            assert_eq!(read_version(text).is_some_and(|version| version >= NODE), good, "{text}: {why}");
        }
    }
}
