//! Commands that get or use a token.

use std::path::PathBuf;

use clap::ValueEnum;
use grantkeep_api::AccountId;

use super::time::seconds;

/// Print an access token that is still good
#[derive(clap::Args)]
#[command(after_help = TOKEN_EXAMPLES)]
pub(crate) struct Token {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// How long the token must still be good; it is refreshed first if need be
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = seconds)]
    pub(crate) min_ttl: u32,
    /// The shape of the answer
    #[arg(long, value_enum, default_value_t = TokenOutput::Raw)]
    pub(crate) output: TokenOutput,
}

/// How a token is written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenOutput {
    /// The token alone
    Raw,
    /// An object with the token, its type and its expiry
    Json,
    /// `Authorization: Bearer …`, for curl -H @-
    Header,
    /// `GRANTKEEP_ACCESS_TOKEN=…`, for a shell
    Env,
}

/// Refresh an access token now
#[derive(clap::Args)]
#[command(after_help = REFRESH_EXAMPLES)]
pub(crate) struct Refresh {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Write JSON: the account, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Take an account's tokens back at the provider
#[derive(clap::Args)]
#[command(after_help = REVOKE_EXAMPLES)]
pub(crate) struct Revoke {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Where it is done by hand: you did it at the provider's page
    #[arg(long)]
    pub(crate) done: bool,
    /// Write JSON: the receipt
    #[arg(long)]
    pub(crate) json: bool,
}

/// Try an access token at the service's Test URI
#[derive(clap::Args)]
#[command(after_help = TEST_EXAMPLES)]
pub(crate) struct Test {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Write JSON: what was sent and what came back
    #[arg(long)]
    pub(crate) json: bool,
}

/// Look into an account's tokens: what is inside, whose they are, when they end
#[derive(clap::Args)]
#[command(after_help = INSPECT_EXAMPLES)]
pub(crate) struct Inspect {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Write JSON: claims and signatures, and what introspection says
    #[arg(long)]
    pub(crate) json: bool,
}

/// Say that a service refused our token
#[derive(clap::Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub(crate) struct Report {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The HTTP status that the service answered; 401 makes the keeper refresh once
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(400..=599))]
    pub(crate) status: u16,
    /// Write JSON: the account, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run a command with an access token in its environment
#[derive(clap::Args)]
#[command(after_help = EXEC_EXAMPLES)]
pub(crate) struct Exec {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The variable that holds the token; several get several [default: GRANTKEEP_ACCESS_TOKEN]
    #[arg(long, value_name = "VAR", value_parser = variable)]
    pub(crate) env: Vec<String>,
    /// How long the token must still be good when the command starts
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = seconds)]
    pub(crate) min_ttl: u32,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<std::ffi::OsString>,
}

/// Ask a service with an account's token, which only the agent sees
#[derive(clap::Args)]
#[command(after_help = REQUEST_EXAMPLES)]
pub(crate) struct Request {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The address: https, at a host that the service allows
    pub(crate) url: String,
    /// HTTP method [default: GET, or POST with data]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header field, as 'Name: value'
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,
    /// Data of a form; @FILE reads it from a file without its line ends, @- from standard input; several are joined by &
    #[arg(short = 'd', long = "data", value_name = "DATA", conflicts_with_all = ["data_binary", "json_data"])]
    pub(crate) data: Vec<String>,
    /// Data as it is; @FILE and @- as above
    #[arg(long, value_name = "DATA", conflicts_with = "json_data")]
    pub(crate) data_binary: Option<String>,
    /// JSON as it is, with the header fields for it; @FILE and @- as above
    #[arg(long = "json", value_name = "DATA")]
    pub(crate) json_data: Option<String>,
    /// Write the answer to a file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write status and header fields before the answer
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Write nothing and exit with 1 if the status is 400 or above
    #[arg(short, long)]
    pub(crate) fail: bool,
}

/// A name that a shell takes for a variable.
fn variable(text: &str) -> Result<String, String> {
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let mut bytes = text.bytes();
    let good =
        bytes.next().is_some_and(is_start) && bytes.all(|byte| is_start(byte) || byte.is_ascii_digit());
    if good { Ok(text.to_owned()) } else { Err("a variable is written as A_NAME".to_owned()) }
}

/// `Name: value` (RFC 9110 §5.1).
fn header(text: &str) -> Result<(String, String), String> {
    let is_token = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    match text.split_once(':') {
        Some((name, value)) if is_token(name) && !value.contains(['\r', '\n', '\0']) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        _ => Err("a header field is written as 'Name: value'".to_owned()),
    }
}

const TOKEN_EXAMPLES: &str = "\
Examples:
  grantkeep token podio
  grantkeep token google/work --min-ttl 5m
  grantkeep token github --output header | curl -H @- https://api.github.com/user
  eval \"$(grantkeep token podio --output env)\"";

const REFRESH_EXAMPLES: &str = "\
Examples:
  grantkeep refresh podio
  grantkeep refresh google/work --json | jq -r .expires_at";

const REVOKE_EXAMPLES: &str = "\
Examples:
  grantkeep revoke podio
  grantkeep revoke google/work --yes

The tokens are tried until they are refused, for about 10 s; Ctrl-C ends that, not the revocation.
The receipt says for each token whether it is dead, and how that is known. Exit code 1 if none is.";

const INSPECT_EXAMPLES: &str = "\
Examples:
  grantkeep inspect google/work
  grantkeep inspect keycloak --json | jq -r '.access_token.claims[] | select(.name == \"scope\") | .value'

Claims are facts only where the signature was checked against the provider's keys. No token is shown.";

const TEST_EXAMPLES: &str = "\
Examples:
  grantkeep test podio
  grantkeep test google/work --json | jq .status

Exit code 1 if the answer is 400 or above.";

const REPORT_EXAMPLES: &str = "\
Examples:
  grantkeep report podio --status 401     (the token is refreshed once; ask for it again)

Exit code 4 if the provider says that the grant is over.";

const EXEC_EXAMPLES: &str = "\
Examples:
  grantkeep exec podio -- ./sync.sh
  grantkeep exec github --env GH_TOKEN -- gh api user
  grantkeep exec google/work --min-ttl 30m -- rclone sync a: b:

The command takes the place of this program: signals and exit code are its own.
Exit code 127 if there is no such command, 126 if it can't be run.";

const REQUEST_EXAMPLES: &str = "\
Examples:
  grantkeep request github https://api.github.com/user
  grantkeep request podio -d title=Hello https://api.podio.com/item/app/1/
  grantkeep request podio --json @item.json -o answer.json https://api.podio.com/item/app/1/
  grantkeep request github -i -X DELETE https://api.github.com/user/starred/a/b

Hosts: those of the service's endpoints and Test URI, and those added by service edit --allow-host.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_what_a_shell_takes() {
        let cases = [
            ("GH_TOKEN", true, "as usual"),
            ("_x1", true, "an underscore first"),
            ("1X", false, "a digit first"),
            ("A-B", false, "a hyphen"),
            ("A=B", false, "it would set another one"),
            ("", false, "nothing"),
        ];
        for (text, good, why) in cases {
            assert_eq!(variable(text).is_ok(), good, "{text:?}: {why}");
        }
    }

    #[test]
    fn a_header_field_stays_on_its_line() {
        let cases = [
            ("Accept: text/plain", Some(("Accept", "text/plain")), "as usual"),
            ("X-A:b:c", Some(("X-A", "b:c")), "the first colon counts"),
            ("X-Empty:", Some(("X-Empty", "")), "an empty value"),
            ("no colon", None, "no field"),
            (": b", None, "no name"),
            ("A b: c", None, "a space in the name"),
            ("A: b\r\nC: d", None, "a second field smuggled in"),
        ];
        for (text, expected, why) in cases {
            let read = header(text).ok();
            let read = read.as_ref().map(|(name, value)| (name.as_str(), value.as_str()));
            assert_eq!(read, expected, "{text:?}: {why}");
        }
    }
}
