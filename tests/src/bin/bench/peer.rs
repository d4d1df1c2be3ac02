//! Processes that `grantkeep token` is held against: the floor, and Debian's `oidc-token`.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use grantkeep_tests::desktop::{Outcome, ensure, wait_until};
use grantkeep_tests::{Group, Provider};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::grant::Grant;
use crate::run;

/// Milliseconds from starting a program to its good end, its answer read.
pub(crate) fn timed(command: &mut Command) -> Outcome<f64> {
    let started = Instant::now();
    let output = command.output()?;
    let took_ms = started.elapsed().as_secs_f64() * 1000.0;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(
        output.status.success() && !output.stdout.is_empty(),
        format!("{:?}: {said}", command.get_program()),
    )?;
    Ok(took_ms)
}

/// The floor: a server that answers 100 bytes with 64, on a thread; the command that asks it.
pub(crate) fn floor(folder: &Path) -> Outcome<Command> {
    let path = folder.join("floor.sock");
    let listener = UnixListener::bind(&path)?;
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 100];
            // A client that broke off is told by its own exit.
            let _ = stream.read_exact(&mut asked).and_then(|()| stream.write_all(&[b't'; 64]));
        }
    });
    let mut command = Command::new(run::program("floor")?);
    command.arg(path).env_clear();
    Ok(command)
}

/// A running `oidc-agent` with one account.
pub(crate) struct OidcAgent {
    _agent: Group,
    folder: TempDir,
    socket: PathBuf,
}

impl OidcAgent {
    /// Starts it and gives it a grant of the provider.
    pub(crate) async fn start(provider: &Provider) -> Outcome<Self> {
        let grant = Grant::new(provider).await?;
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("agent.sock");
        let mut command = Command::new("oidc-agent");
        command.args(["--console", "--no-autoload", "--socket-path"]).arg(&socket);
        command.env("OIDC_CONFIG_DIR", folder.path());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let agent = Group::start(&mut command);
        wait_until("oidc-agent", async || Ok(UnixStream::connect(&socket).ok())).await?;
        let this = Self { _agent: agent, folder, socket };
        let generated = this
            .command("oidc-gen")
            .args(["--manual", "--prompt=none", "--confirm-yes", "--pw-env=OIDC_ENCRYPTION_PW"])
            .args(["--redirect-uri=http://localhost:4242", "--scope=openid offline_access notes.read"])
            .arg(format!("--iss={}", provider.issuer))
            .arg(format!("--client-id={}", grant.client_id))
            .arg(format!("--client-secret={}", grant.client_secret))
            .arg(format!("--rt={}", grant.refresh_token))
            .arg("bench")
            .output()?;
        let said = String::from_utf8_lossy(&generated.stderr).into_owned();
        ensure(generated.status.success(), format!("oidc-gen: {said}"))?;
        Ok(this)
    }

    /// `oidc-token` for the account.
    pub(crate) fn token(&self) -> Command {
        let mut command = self.command("oidc-token");
        command.arg("bench");
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("OIDC_SOCK", &self.socket).env("OIDC_CONFIG_DIR", self.folder.path());
        command.env("OIDC_ENCRYPTION_PW", "bench").stdin(std::process::Stdio::null());
        command
    }
}
