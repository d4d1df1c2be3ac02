//! `grantkeep service …`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::time::seconds;

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
}

/// Add a service; on a terminal it asks for what is missing
#[derive(clap::Args)]
#[command(after_help = ADD_EXAMPLES)]
pub(crate) struct ServiceAdd {
    /// The service's title; its name is made from it
    pub(crate) title: Option<String>,
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

/// What a service is made of, without its title.
#[derive(clap::Args, Default)]
pub(crate) struct Definition {
    /// Fill in what is known of this provider, such as github
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
    /// Issuer that answers and ID tokens are checked against
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// Client ID
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from the first line of standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Authorize URI
    #[arg(long, value_name = "URL")]
    pub(crate) authorize_uri: Option<String>,
    /// Access token URI
    #[arg(long, value_name = "URL")]
    pub(crate) token_uri: Option<String>,
    /// Address that test asks with the token; empty for none
    #[arg(long, value_name = "URL")]
    pub(crate) test_uri: Option<String>,
    /// Scopes, separated by spaces; empty for the service's default
    #[arg(long, value_name = "SCOPES")]
    pub(crate) scope: Vec<String>,
    /// How the client authenticates [default for a new service: basic, or as the provider wants it]
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) auth_method: Option<AuthMethod>,
    /// How the answer comes back: loopback, loopback:PORT, loopback:PORT/PATH, scheme or paste:URL
    #[arg(long, value_name = "METHOD", value_parser = redirect)]
    pub(crate) redirect: Option<Redirection>,
    /// Host of a loopback redirect: 127.0.0.1, localhost or [::1]
    #[arg(long, value_enum, value_name = "HOST")]
    pub(crate) redirect_host: Option<RedirectHost>,
    /// Revocation endpoint (RFC 7009), or with the next four flags a request of the service's own; empty for none
    #[arg(long, value_name = "URL", conflicts_with = "revocation_page")]
    pub(crate) revocation_uri: Option<String>,
    /// HTTP method of the service's own request
    #[arg(long, value_enum, value_name = "METHOD", ignore_case = true, conflicts_with = "revocation_page")]
    pub(crate) revocation_method: Option<RevocationMethod>,
    /// Parameter that carries the token; empty where {token} stands in the address
    #[arg(long, value_name = "NAME", conflicts_with = "revocation_page")]
    pub(crate) revocation_param: Option<String>,
    /// Who authenticates the request
    #[arg(long, value_enum, value_name = "WHO", conflicts_with = "revocation_page")]
    pub(crate) revocation_auth: Option<RevocationAuth>,
    /// Body of the request
    #[arg(long, value_enum, value_name = "BODY", conflicts_with = "revocation_page")]
    pub(crate) revocation_body: Option<RevocationBody>,
    /// Page where tokens are taken back by hand
    #[arg(long, value_name = "URL")]
    pub(crate) revocation_page: Option<String>,
    /// Extra authorize parameter, as NAME=VALUE; NAME alone takes it away
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) param: Vec<(String, Option<String>)>,
    /// Revoke the previous token
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) revoke_previous: Option<RevokePrevious>,
    /// How long a link is good (30s to 1h)
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) link_timeout: Option<u32>,
    /// Do not use PKCE, for a service that rejects it
    #[arg(long)]
    pub(crate) no_pkce: bool,
    /// What stands for {NAME} in the provider's addresses, such as tenant=contoso.onmicrosoft.com
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) var: Vec<(String, Option<String>)>,
    /// A further host that request and credential helpers may send the token to; several make the whole list
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    // Last: its heading would stand above what comes after it.
    #[command(flatten)]
    pub(crate) habits: super::Habits,
}

/// `--auth-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthMethod {
    /// HTTP Basic (RFC 6749 §2.3.1)
    Basic,
    /// HTTP Basic without its encoding
    BasicRaw,
    /// In the request's body
    Post,
    /// A public client, which has no secret
    None,
}

/// `--redirect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redirection {
    /// Any port.
    Loopback,
    /// One port, as typed, and a path or nothing.
    Fixed(String, String),
    /// Our own scheme.
    Scheme,
    /// The registered address; the person pastes.
    Paste(String),
}

/// `--redirect-host`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedirectHost {
    /// IPv4
    #[value(name = "127.0.0.1")]
    Ipv4,
    /// Both, by name
    Localhost,
    /// IPv6
    #[value(name = "[::1]", alias = "::1")]
    Ipv6,
}

/// `--revocation-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum RevocationMethod {
    Get,
    Post,
    Delete,
}

/// `--revocation-auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationAuth {
    /// The client, as at the token endpoint
    Client,
    /// The token itself
    Bearer,
    /// Nobody
    None,
}

/// `--revocation-body`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationBody {
    Form,
    Json,
    Empty,
}

/// `--revoke-previous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevokePrevious {
    /// It runs out by itself
    Never,
    /// Once the new one is stored
    After,
    /// Before the browser opens
    Before,
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

fn redirect(text: &str) -> Result<Redirection, String> {
    let wrong = || "write loopback, loopback:PORT, loopback:PORT/PATH, scheme or paste:URL".to_owned();
    match text.split_once(':') {
        None if text == "loopback" => Ok(Redirection::Loopback),
        None if text == "scheme" => Ok(Redirection::Scheme),
        Some(("loopback", place)) => {
            let (port, path) = place.find('/').map_or((place, ""), |at| place.split_at(at));
            port.parse::<u16>().map_err(|_| wrong())?;
            Ok(Redirection::Fixed(port.to_owned(), path.to_owned()))
        }
        Some(("paste", url)) if !url.is_empty() => Ok(Redirection::Paste(url.to_owned())),
        _ => Err(wrong()),
    }
}

pub(super) fn parameter(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    if name.is_empty() { Err("write NAME=VALUE".to_owned()) } else { Ok((name.to_owned(), value)) }
}

const ADD_EXAMPLES: &str = "\
Examples:
  grantkeep service add                                     (asks for everything that is needed)
  grantkeep service add --provider github --client-id Iv1.8a61f9b3a7aba766
  pass show acme | grantkeep service add 'Acme CRM' --client-id 42 --client-secret-stdin \\
    --authorize-uri https://crm.example.com/oauth/authorize \\
    --token-uri https://crm.example.com/oauth/token --scope 'contacts notes'

It prints the redirect URI to register at the provider.";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_methods_are_read() {
        let fixed = |port: &str, path: &str| Some(Redirection::Fixed(port.to_owned(), path.to_owned()));
        let cases = [
            ("loopback", Some(Redirection::Loopback), "any port"),
            ("loopback:8765", fixed("8765", ""), "one port"),
            ("loopback:8765/a/b", fixed("8765", "/a/b"), "with a path"),
            ("scheme", Some(Redirection::Scheme), "our scheme"),
            (
                "paste:https://a.example/b",
                Some(Redirection::Paste("https://a.example/b".into())),
                "an address",
            ),
            ("loopback:", None, "no port"),
            ("loopback:70000", None, "no such port"),
            ("paste:", None, "no address"),
            ("paste", None, "no address at all"),
            ("device", None, "something else"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(redirect(text).ok(), expected, "{text:?}: {why}");
        }
    }

    #[test]
    fn parameters_are_set_and_taken_away() {
        assert_eq!(parameter("a=b=c"), Ok(("a".into(), Some("b=c".into()))));
        assert_eq!(parameter("a="), Ok(("a".into(), Some(String::new()))), "an empty value is a value");
        assert_eq!(parameter("a"), Ok(("a".into(), None)));
        assert!(parameter("=b").is_err());
    }
}
