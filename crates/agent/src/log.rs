//! The log: one file a day in a folder of its own, 7 kept.
//!
//! Secrets are kept out by their types, which cannot print; libraries that would print header fields are
//! quiet.

use std::io;
use std::path::Path;

use tracing::{Level, Metadata};
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum NoLog {
    /// The folder can't be used.
    #[error("the log folder can't be made or closed to others")]
    Folder(#[source] io::Error),
    /// The file can't be used.
    #[error("the log file can't be opened")]
    File(#[source] InitError),
    /// The process has one already.
    #[error("the process logs somewhere else already")]
    Taken(#[source] TryInitError),
}

/// Logs to `agent.‹date›.log` in `folder` (made with 0700) from here on, and installs the panic hook.
///
/// `GRANTKEEP_LOG` says what is logged, as in `debug` or `grantkeep_core=trace`; `info` unless set. Each line
/// is written before the call that logs it returns, so that none is missing when the process aborts.
///
/// # Errors
///
/// When the folder or the file can't be used, or a log was started before.
pub fn start(folder: &Path) -> Result<(), NoLog> {
    make(folder).map_err(NoLog::Folder)?;
    let file = file(folder).map_err(NoLog::File)?;
    let filter = EnvFilter::builder()
        .with_default_directive(Level::INFO.into())
        .with_env_var(VARIABLE)
        .from_env_lossy();
    tracing_subscriber::registry()
        .with(filter_fn(allowed))
        .with(filter)
        .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file))
        .try_init()
        .map_err(NoLog::Taken)?;
    install_panic_hook();
    Ok(())
}

/// Logs where a panic happened and nothing else: its message may quote what was worked on.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "the agent has a bug and panicked");
    }));
}

fn make(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
    }
    #[cfg(not(unix))]
    std::fs::create_dir_all(folder)
}

fn file(folder: &Path) -> Result<RollingFileAppender, InitError> {
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("agent")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
}

/// Whatever the person asks for, libraries that see tokens in the clear say no more than warnings.
fn allowed(line: &Metadata<'_>) -> bool {
    let library = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::WARN || !QUIET.contains(&library)
}

const VARIABLE: &str = "GRANTKEEP_LOG";

const KEPT: usize = 7;

const QUIET: [&str; 9] = [
    "h2",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "rustls_platform_verifier",
    "tokio_rustls",
    "tower",
    "axum",
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    // R-ST-12, R-ST-13
    #[test]
    fn the_log_has_no_payload_and_no_chatter_of_libraries() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("state/log");

        let output = Command::new(std::env::current_exe().unwrap())
            .args(["log::tests::in_a_process_of_its_own", "--exact", "--ignored"])
            .env("GRANTKEEP_TEST_FOLDER", &logs)
            .env(VARIABLE, "trace,hyper::proto=trace")
            .output()
            .unwrap();

        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(fs::metadata(&logs).unwrap().permissions().mode() & 0o777, 0o700);
        let files: Vec<_> = fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() <= KEPT, "{files:?}");
        let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        assert!(text.contains("a line of ours"), "{text}");
        assert!(text.contains("a warning of hyper"), "{text}");
        assert!(text.contains("src/log.rs:"), "the place of the panic: {text}");
        assert!(!text.contains("CANARY"), "{text}");
    }

    #[test]
    #[ignore = "starts the log of the process it runs in; started by the test above"]
    fn in_a_process_of_its_own() {
        let folder = std::path::PathBuf::from(std::env::var_os("GRANTKEEP_TEST_FOLDER").unwrap());
        fs::create_dir_all(&folder).unwrap();
        for day in 1..=9 {
            fs::write(folder.join(format!("agent.2020-01-0{day}.log")), "").unwrap();
        }

        start(&folder).unwrap();

        tracing::trace!("a line of ours");
        tracing::trace!(target: "hyper::proto::h1", "authorization: CANARY");
        tracing::debug!(target: "h2", "authorization: CANARY");
        tracing::warn!(target: "hyper::proto::h1", "a warning of hyper");
        assert!(std::panic::catch_unwind(|| assert_eq!(1, 2, "CANARY")).is_err());
        assert!(matches!(start(&folder), Err(NoLog::Taken(_))));
    }
}
