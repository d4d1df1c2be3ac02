//! `grantkeep service …`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Definition;

/// Add, edit, show, list, remove, import and export services
#[derive(clap::Args)]
pub(crate) struct Service {
    #[command(subcommand)]
    pub(crate) command: ServiceCommand,
}

#[derive(Subcommand)]
pub(crate) enum ServiceCommand {
    Add(Box<ServiceAdd>),
    Edit(Box<ServiceEdit>),
    Show(ServiceShow),
    List(ServiceList),
    Remove(ServiceRemove),
    Export(ServiceExport),
    Import(ServiceImport),
    SecretExpiry(super::SecretExpiry),
    Discover(ServiceDiscover),
}

/// Add a service; on a terminal it asks for what is missing
#[derive(clap::Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct ServiceAdd {
    /// The service's title; its name is made from it
    pub(crate) title: Option<String>,
    /// Read a definition from standard input: Google's client JSON, a curl command, an authorization link, or OAuth 2
    /// settings of Postman, Insomnia or Bruno; flags come before what it says
    #[arg(long, conflicts_with_all = ["provider", "client_secret_stdin"])]
    pub(crate) paste: bool,
    /// Have the provider that --issuer names register a client for it
    #[arg(
        long,
        requires = "issuer",
        conflicts_with_all = ["paste", "provider", "client_id", "client_secret_stdin", "auth_method"]
    )]
    pub(crate) register: bool,
    /// Read the initial access token, which some providers want for that, from the first line of standard input
    #[arg(long, requires = "register")]
    pub(crate) initial_access_token_stdin: bool,
    /// Write JSON: the service, as in service show
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) definition: Definition,
}

/// Change a service; what is not given stays as it is
#[derive(clap::Args)]
#[command(after_help = EDIT_EXAMPLES)]
pub(crate) struct ServiceEdit {
    /// The service
    pub(crate) name: String,
    /// A new title; the name stays
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Use PKCE again
    #[arg(long, conflicts_with = "no_pkce")]
    pub(crate) pkce: bool,
    /// Forget the client secret: the client is a public one
    #[arg(long, conflicts_with_all = ["client_secret_stdin", "confirm_hosts"])]
    pub(crate) remove_client_secret: bool,
    /// Send tokens and client secret to the hosts that the endpoints name now; it asks for the client secret again
    #[arg(long)]
    pub(crate) confirm_hosts: bool,
    /// Write JSON: the service, as in service show
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) definition: Definition,
}

/// Show a service
#[derive(clap::Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct ServiceShow {
    /// The service
    pub(crate) name: String,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// List services
#[derive(clap::Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct ServiceList {
    /// Write JSON: an array of services, as in service show
    #[arg(long)]
    pub(crate) json: bool,
}

/// Remove a service with its accounts and grants
#[derive(clap::Args)]
#[command(after_help = REMOVE_EXAMPLES)]
pub(crate) struct ServiceRemove {
    /// The service
    pub(crate) name: String,
    /// Take its tokens back at the provider first
    #[arg(long)]
    pub(crate) revoke: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Write JSON: the receipt of the revocation
    #[arg(long)]
    pub(crate) json: bool,
}

/// Ask a provider what it tells of itself; nothing is stored
#[derive(clap::Args)]
#[command(after_help = DISCOVER_EXAMPLES)]
pub(crate) struct ServiceDiscover {
    /// Its issuer, the address of its metadata, or just its host
    pub(crate) url: String,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Write definitions of services, without secrets
#[derive(clap::Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct ServiceExport {
    /// The services; all, if none is named
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = FileFormat::Toml)]
    pub(crate) format: FileFormat,
}

/// The form of a file of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    Toml,
    Json,
}

/// Read definitions that export wrote
#[derive(clap::Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub(crate) struct ServiceImport {
    /// The file; - for standard input
    pub(crate) file: PathBuf,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Read client secrets of new services from standard input, a line NAME=SECRET each
    #[arg(long)]
    pub(crate) client_secrets_stdin: bool,
    /// Write JSON: what became of each service
    #[arg(long)]
    pub(crate) json: bool,
}

const ADD_EXAMPLES: &str = "\
Examples:
  grantkeep service add                                     (asks for everything that is needed)
  grantkeep service add --provider github --client-id Iv1.8a61f9b3a7aba766
  grantkeep service add --issuer accounts.example.com --client-id 42    (asks there for the endpoints)
  grantkeep service add Acme --issuer https://id.example.com/realms/staff --register
  grantkeep service add --paste < client_secret_42.apps.googleusercontent.com.json
  pass show acme | grantkeep service add 'Acme CRM' --client-id 42 --client-secret-stdin \\
    --authorize-uri https://crm.example.com/oauth/authorize \\
    --token-uri https://crm.example.com/oauth/token --scope 'contacts notes'

It prints the redirect URI to register at the provider. With --issuer and no endpoints the provider is asked for them
(grantkeep service discover shows what it tells); what flags say comes first.";

const EDIT_EXAMPLES: &str = "\
Examples:
  grantkeep service edit acme-crm --scope 'contacts notes calendar'
  grantkeep service edit acme-crm --param prompt=consent --allow-host api.example.com
  pass show acme | grantkeep service edit acme-crm --client-secret-stdin
  grantkeep service edit acme-crm --confirm-hosts";

const SHOW_EXAMPLES: &str = "\
Examples:
  grantkeep service show podio
  grantkeep service show podio --json | jq -r .redirect_uri";

const LIST_EXAMPLES: &str = "\
Examples:
  grantkeep service list
  grantkeep service list --json | jq -r '.[].name'";

const REMOVE_EXAMPLES: &str = "\
Examples:
  grantkeep service remove podio --revoke
  grantkeep service remove podio --yes     (its tokens stay good at the provider until they end)";

const DISCOVER_EXAMPLES: &str = "\
Examples:
  grantkeep service discover accounts.example.com
  grantkeep service discover https://id.example.com/realms/staff --json | jq .definition.scopes";

const EXPORT_EXAMPLES: &str = "\
Examples:
  grantkeep service export > services.toml
  grantkeep service export podio google --format json";

const IMPORT_EXAMPLES: &str = "\
Examples:
  grantkeep service import services.toml --dry-run
  grantkeep service import services.toml     (asks for the client secrets of new services)
  grantkeep service import services.toml --client-secrets-stdin < secrets

A service that has grants is never altered. If anything is wrong, nothing is written.";
