//! The command line, as it is written.

use clap::{Parser, Subcommand, ValueEnum};
use grantkeep_api::AccountId;

/// A keep for your OAuth grants.
#[derive(Parser)]
#[command(name = "grantkeep", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The caller reads JSON: problems are JSON, too.
    pub(crate) fn json_problems(&self) -> bool {
        match &self.command {
            Command::Status(status) => status.json,
            Command::Token(token) => token.output == TokenOutput::Json,
            Command::Authorize(_) | Command::Unlock(_) | Command::Agent(_) | Command::Redirect(_) => false,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Token(Token),
    Status(Status),
    Authorize(Authorize),
    Unlock(Unlock),
    Agent(AgentProcess),
    Redirect(Redirect),
}

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

/// Show accounts and how they are doing
#[derive(clap::Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub(crate) struct Status {
    /// SERVICE, for all its accounts, or SERVICE/ACCOUNT
    pub(crate) name: Option<String>,
    /// Write JSON: an array of accounts
    #[arg(long)]
    pub(crate) json: bool,
    /// Go on, and show each change
    #[arg(long)]
    pub(crate) watch: bool,
}

/// Authorize an account in the browser
#[derive(clap::Args)]
#[command(after_help = AUTHORIZE_EXAMPLES)]
pub(crate) struct Authorize {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Print the link instead of opening the browser
    #[arg(long)]
    pub(crate) print_link: bool,
    /// Hand over the address that the browser ends on by hand
    #[arg(long)]
    pub(crate) paste: bool,
    /// How long the link is good (30s to 1h); as the service says, if not given
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) timeout: Option<u32>,
}

/// Open the vault with its passphrase, or make one where there is none
#[derive(clap::Args)]
#[command(after_help = UNLOCK_EXAMPLES)]
pub(crate) struct Unlock {
    /// Read the passphrase from the first line of standard input
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

/// Make sure that the agent runs
#[derive(clap::Args)]
#[command(after_help = AGENT_EXAMPLES)]
pub(crate) struct AgentProcess {
    /// Be the agent, in this terminal
    #[arg(long)]
    pub(crate) foreground: bool,
}

/// Take an address of the scheme io.github.grantkeep (the desktop calls this)
#[derive(clap::Args)]
#[command(after_help = REDIRECT_EXAMPLES)]
pub(crate) struct Redirect {
    /// The address that the browser ended on
    pub(crate) url: String,
}

/// Reads `90`, `90s`, `5m`, `1h30m` as seconds.
fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || "a time is written as 90s, 5m or 1h30m".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let mut total: u32 = 0;
    let mut number = String::new();
    for character in text.chars() {
        let unit = match character {
            '0'..='9' => {
                number.push(character);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let amount =
            number.parse::<u32>().ok().and_then(|amount| amount.checked_mul(unit)).ok_or_else(wrong)?;
        total = total.checked_add(amount).ok_or_else(wrong)?;
        number.clear();
    }
    if number.is_empty() && !text.is_empty() { Ok(total) } else { Err(wrong()) }
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done                          4  authorize or reauthorize first
  1  failed                        5  the vault is locked
  2  usage                         6  permission not given
  3  no such service or account    7  provider unreachable, try again later";

const TOKEN_EXAMPLES: &str = "\
Examples:
  grantkeep token podio
  grantkeep token google/work --min-ttl 5m
  grantkeep token github --output header | curl -H @- https://api.github.com/user
  eval \"$(grantkeep token podio --output env)\"";

const STATUS_EXAMPLES: &str = "\
Examples:
  grantkeep status
  grantkeep status google/work
  grantkeep status --json | jq -r '.[] | select(.needs_attention) | .account'
  grantkeep status --watch";

const AUTHORIZE_EXAMPLES: &str = "\
Examples:
  grantkeep authorize podio
  grantkeep authorize google/work --timeout 10m
  grantkeep authorize podio --print-link     (open the link in a browser profile of your choice)
  grantkeep authorize podio --paste          (the browser runs on another machine)

Ctrl-C cancels; the link is then worthless.";

const UNLOCK_EXAMPLES: &str = "\
Examples:
  grantkeep unlock
  pass show grantkeep | grantkeep unlock --passphrase-stdin";

const AGENT_EXAMPLES: &str = "\
Examples:
  grantkeep agent
  grantkeep agent --foreground     (for a service manager, or to see why it does not start)";

const REDIRECT_EXAMPLES: &str = "\
Examples:
  grantkeep redirect 'io.github.grantkeep:/callback/podio-1a2b?code=…&state=…'
  grantkeep redirect io.github.grantkeep:/account/podio";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [
            ("90", Some(90), "seconds"),
            ("60s", Some(60), "seconds with their unit"),
            ("5m", Some(300), "minutes"),
            ("1h30m", Some(5400), "both"),
            ("0", Some(0), "nothing is a time, too"),
            ("", None, "no time"),
            ("m", None, "no number"),
            ("5x", None, "no unit"),
            ("1h30", None, "a number without its unit after one with it"),
            ("-5s", None, "before now"),
            ("9999999d", None, "beyond all reason"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(seconds(text).ok(), expected, "{text:?}: {why}");
        }
    }

    #[test]
    fn commands_are_read_with_their_defaults() {
        let Command::Token(token) = parsed("token podio").command else { panic!("no token") };
        assert_eq!((token.id.to_string().as_str(), token.min_ttl), ("podio/default", 10));
        assert_eq!(token.output, TokenOutput::Raw);

        let Command::Authorize(authorize) = parsed("authorize a/b --paste --timeout 5m").command else {
            panic!("no authorize")
        };
        assert_eq!((authorize.paste, authorize.print_link, authorize.timeout), (true, false, Some(300)));
    }

    #[test]
    fn problems_are_json_for_those_who_read_json() {
        assert!(parsed("status --json").json_problems());
        assert!(parsed("token a --output json").json_problems());
        assert!(!parsed("status").json_problems());
        assert!(!parsed("unlock").json_problems());
    }

    #[test]
    fn what_is_no_command_line_is_refused() {
        for line in ["", "token", "token a/b/c", "token a --min-ttl soon", "status --no-such", "dance"] {
            assert!(Args::try_parse_from(words(line)).is_err(), "{line}");
        }
    }

    fn parsed(line: &str) -> Args {
        Args::try_parse_from(words(line)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn words(line: &str) -> impl Iterator<Item = &str> {
        std::iter::once("grantkeep").chain(line.split_whitespace())
    }
}
