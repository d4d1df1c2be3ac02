//! Commands about Grantkeep itself.

use std::path::PathBuf;

use grantkeep_api::AccountId;

/// Open the vault with its passphrase, or make one where there is none
#[derive(clap::Args)]
#[command(after_help = UNLOCK_EXAMPLES)]
pub(crate) struct Unlock {
    /// Read the passphrase from the first line of standard input
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

/// Lock the vault: no token leaves it until it is unlocked
#[derive(clap::Args)]
#[command(after_help = LOCK_EXAMPLES)]
pub(crate) struct Lock {}

/// Make sure that the agent runs
#[derive(clap::Args)]
#[command(after_help = AGENT_EXAMPLES)]
pub(crate) struct AgentProcess {
    /// Be the agent, in this terminal
    #[arg(long)]
    pub(crate) foreground: bool,
    /// Start it at login: by the desktop, or by the user's systemd
    #[arg(long, value_name = "BY", num_args = 0..=1, default_missing_value = "autostart", conflicts_with = "foreground")]
    pub(crate) install: Option<StartBy>,
    /// Do not start it at login
    #[arg(long, conflicts_with_all = ["foreground", "install"])]
    pub(crate) uninstall: bool,
}

/// Who starts the agent at login.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum StartBy {
    /// The desktop, by a file in its autostart folder
    Autostart,
    /// systemd, by a user unit: for servers
    Systemd,
}

/// See what is set, or set it
#[derive(clap::Args)]
#[command(after_help = SETTINGS_EXAMPLES)]
pub(crate) struct Settings {
    /// One setting
    pub(crate) key: Option<String>,
    /// Its new value; `standard` takes the choice back
    #[arg(requires = "key")]
    pub(crate) value: Option<String>,
    /// Write JSON: an array of settings
    #[arg(long)]
    pub(crate) json: bool,
}

/// Take an address of the scheme io.github.grantkeep (the desktop calls this)
#[derive(clap::Args)]
#[command(after_help = REDIRECT_EXAMPLES)]
pub(crate) struct Redirect {
    /// The address that the browser ended on
    pub(crate) url: String,
}

/// Look for what is wrong, and say how to mend it
#[derive(clap::Args)]
#[command(after_help = DOCTOR_EXAMPLES)]
pub(crate) struct Doctor {
    /// Compare the redirect URI of SERVICE or SERVICE/ACCOUNT with the address or text of the provider's error page, or
    /// with the registered one, on standard input
    #[arg(long, value_name = "NAME")]
    pub(crate) redirect: Option<AccountId>,
    /// Write JSON: an array of checks; with --redirect what was found
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print a shell's completions
#[derive(clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Print the manual page
#[derive(clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// Write a page for each command to this folder instead
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

const UNLOCK_EXAMPLES: &str = "\
Examples:
  grantkeep unlock
  pass show grantkeep | grantkeep unlock --passphrase-stdin";

const LOCK_EXAMPLES: &str = "\
Examples:
  grantkeep lock
  grantkeep unlock     (to open it again)";

const AGENT_EXAMPLES: &str = "\
Examples:
  grantkeep agent
  grantkeep agent --install              (at login, by the desktop)
  grantkeep agent --install systemd      (at login, on a server)
  grantkeep agent --uninstall
  grantkeep agent --foreground     (for a service manager, or to see why it does not start)";

const SETTINGS_EXAMPLES: &str = "\
Examples:
  grantkeep settings
  grantkeep settings quiet-hours 22:00-07:00
  grantkeep settings quiet-hours standard     (as if it had never been set)
  grantkeep settings tray     (its value alone)";

const REDIRECT_EXAMPLES: &str = "\
Examples:
  grantkeep redirect 'io.github.grantkeep:/callback/podio-1a2b?code=…&state=…'
  grantkeep redirect io.github.grantkeep:/account/podio";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  grantkeep doctor
  grantkeep doctor --json | jq -r '.[] | select(.state != \"good\") | .hint'
  grantkeep doctor --redirect podio     (paste what the provider's error page says)
  echo http://localhost:8765/cb | grantkeep doctor --redirect podio

Exit code 1 if something does not work.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  grantkeep completions bash > ~/.local/share/bash-completion/completions/grantkeep
  grantkeep completions zsh > \"${fpath[1]}/_grantkeep\"
  grantkeep completions fish > ~/.config/fish/completions/grantkeep.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  grantkeep man | man -l -
  grantkeep man --dir ~/.local/share/man/man1";
