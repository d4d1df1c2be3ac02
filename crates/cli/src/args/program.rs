//! Commands for programs: credential helpers, and what programs may do.

use std::path::PathBuf;

use clap::Subcommand;
use grantkeep_api::AccountId;

use super::time::seconds;

/// Give tokens to git, docker, kubectl and AWS in their own ways
#[derive(clap::Args)]
pub(crate) struct Helper {
    #[command(subcommand)]
    pub(crate) protocol: HelperProtocol,
}

#[derive(Subcommand)]
pub(crate) enum HelperProtocol {
    Git(Git),
    Docker(Docker),
    Kubectl(Kubectl),
    Aws(Aws),
}

/// Be a credential helper of git
#[derive(clap::Args)]
#[command(after_help = GIT_EXAMPLES)]
pub(crate) struct Git {
    /// SERVICE or SERVICE/ACCOUNT (by the host, if not given), then get, store or erase, which git adds
    #[arg(value_name = "[NAME] OPERATION", num_args = 1..=2, required = true)]
    pub(crate) words: Vec<String>,
}

/// Be a credential helper of docker
#[derive(clap::Args)]
#[command(after_help = DOCKER_EXAMPLES)]
pub(crate) struct Docker {
    /// get, store, erase or list, which docker adds
    pub(crate) operation: String,
}

/// Be an exec credential plugin of kubectl
#[derive(clap::Args)]
#[command(after_help = KUBECTL_EXAMPLES)]
pub(crate) struct Kubectl {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The ID token, for a cluster that trusts the provider (OpenID Connect)
    #[arg(long)]
    pub(crate) id_token: bool,
}

/// Write a token to the file that AWS' tools read (AWS_WEB_IDENTITY_TOKEN_FILE)
#[derive(clap::Args)]
#[command(after_help = AWS_EXAMPLES)]
pub(crate) struct Aws {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The file; only you can read it, and it is replaced as a whole
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Go on, and write it again ahead of the token's end
    #[arg(long)]
    pub(crate) keep: bool,
    /// The access token in place of the ID token
    #[arg(long)]
    pub(crate) access_token: bool,
}

/// Say which programs may have which tokens
#[derive(clap::Args)]
pub(crate) struct Access {
    #[command(subcommand)]
    pub(crate) command: AccessCommand,
}

#[derive(Subcommand)]
pub(crate) enum AccessCommand {
    List(AccessList),
    Allow(AccessAllow),
    Revoke(AccessRevoke),
}

/// List permissions
#[derive(clap::Args)]
#[command(after_help = ACCESS_LIST_EXAMPLES)]
pub(crate) struct AccessList {
    /// Write JSON: an array of permissions
    #[arg(long)]
    pub(crate) json: bool,
}

/// Give a permission
#[derive(clap::Args)]
#[command(after_help = ACCESS_ALLOW_EXAMPLES)]
pub(crate) struct AccessAllow {
    /// The program, by its path or its name in PATH; terminal = this terminal session
    #[arg(value_name = "PROGRAM|terminal")]
    pub(crate) program: String,
    /// The service whose tokens it may have
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// For how long (1m to 7d)
    #[arg(long = "for", value_name = "TIME", value_parser = seconds, conflicts_with = "always")]
    pub(crate) time: Option<u32>,
    /// Until it is taken back
    #[arg(long)]
    pub(crate) always: bool,
    /// Write JSON: the permission
    #[arg(long)]
    pub(crate) json: bool,
}

/// Take permissions back
#[derive(clap::Args)]
#[command(after_help = ACCESS_REVOKE_EXAMPLES)]
pub(crate) struct AccessRevoke {
    /// The permission's identifier, or a program by its path or name
    #[arg(value_name = "ID|PROGRAM")]
    pub(crate) which: String,
    /// Only for this service
    #[arg(value_name = "NAME")]
    pub(crate) id: Option<AccountId>,
}

const GIT_EXAMPLES: &str = "\
Examples:
  git config --global credential.https://github.com.helper '!grantkeep helper git github'
  git config --global credential.https://github.com.helper '!grantkeep helper git github/work'
  git config --global credential.helper grantkeep     (needs this program in PATH as git-credential-grantkeep)

The host must be one of the service's: its endpoints, its Test URI, or one of service edit --allow-host.
An account is chosen by its name as user name: git clone https://work@github.com/a/b";

const DOCKER_EXAMPLES: &str = "\
Examples:
  ln -s \"$(command -v grantkeep)\" ~/.local/bin/docker-credential-grantkeep
  grantkeep service edit google --allow-host europe-docker.pkg.dev
  and in ~/.docker/config.json:
    { \"credHelpers\": { \"europe-docker.pkg.dev\": \"grantkeep\" } }

To try it: echo europe-docker.pkg.dev | grantkeep helper docker get";

const KUBECTL_EXAMPLES: &str = "\
Examples:
  kubectl config set-credentials me --exec-api-version=client.authentication.k8s.io/v1 \\
    --exec-interactive-mode=Never --exec-command=grantkeep \\
    --exec-arg=helper --exec-arg=kubectl --exec-arg=google/work --exec-arg=--id-token
  grantkeep helper kubectl google/work     (to see that it works)";

const AWS_EXAMPLES: &str = "\
Examples:
  grantkeep helper aws google --file ~/.aws/web-identity-token
  grantkeep helper aws google --file ~/.aws/web-identity-token --keep     (until Ctrl-C)
  export AWS_WEB_IDENTITY_TOKEN_FILE=~/.aws/web-identity-token AWS_ROLE_ARN=arn:aws:iam::…:role/…";

const ACCESS_LIST_EXAMPLES: &str = "\
Examples:
  grantkeep access list
  grantkeep access list --json | jq -r '.[] | select(.allowed) | .program.path'";

const ACCESS_ALLOW_EXAMPLES: &str = "\
Examples:
  grantkeep access allow terminal podio               (as long as this terminal is open)
  grantkeep access allow terminal podio --for 1h
  grantkeep access allow /usr/bin/rclone google --always

On a terminal only the terminal itself can be allowed; programs are allowed in the window, or where the agent
opened the vault with GRANTKEEP_PASSPHRASE_FILE.";

const ACCESS_REVOKE_EXAMPLES: &str = "\
Examples:
  grantkeep access revoke 7
  grantkeep access revoke /usr/bin/rclone
  grantkeep access revoke rclone google";
