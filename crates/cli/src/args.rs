//! The command line, as it is written. One file a group of commands.

mod account;
mod ahead;
mod definition;
mod habits;
mod program;
mod service;
mod time;
mod token;
mod upkeep;

use std::ffi::OsString;
use std::path::Path;

use clap::{Parser, Subcommand};
use grantkeep_api::AccountId;

pub(crate) use self::account::*;
pub(crate) use self::ahead::*;
pub(crate) use self::definition::*;
pub(crate) use self::habits::*;
pub(crate) use self::program::*;
pub(crate) use self::service::*;
pub(crate) use self::token::*;
pub(crate) use self::upkeep::*;

/// A keep for your OAuth grants.
#[derive(Parser)]
#[command(name = "grantkeep", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Token(Token),
    Status(Status),
    Authorize(Authorize),
    Refresh(Refresh),
    Revoke(Revoke),
    Test(Test),
    Inspect(Inspect),
    Report(Report),
    Service(Service),
    Account(Account),
    Exec(Exec),
    Request(Request),
    Helper(Helper),
    Log(Log),
    Forecast(Forecast),
    Access(Access),
    Lock(Lock),
    Unlock(Unlock),
    Agent(AgentProcess),
    Settings(Settings),
    Redirect(Redirect),
    Doctor(Doctor),
    Completions(Completions),
    Man(Man),
}

impl Args {
    /// The account that the command is about.
    pub(crate) fn account(&self) -> Option<&AccountId> {
        match &self.command {
            Command::Token(args) => Some(&args.id),
            Command::Authorize(args) => Some(&args.id),
            Command::Refresh(args) => Some(&args.id),
            Command::Revoke(args) => Some(&args.id),
            Command::Test(args) => Some(&args.id),
            Command::Inspect(args) => Some(&args.id),
            Command::Report(args) => Some(&args.id),
            Command::Exec(args) => Some(&args.id),
            Command::Request(args) => Some(&args.id),
            Command::Helper(args) => match &args.protocol {
                HelperProtocol::Kubectl(args) => Some(&args.id),
                HelperProtocol::Aws(args) => Some(&args.id),
                HelperProtocol::Git(_) | HelperProtocol::Docker(_) => None,
            },
            Command::Status(_)
            | Command::Service(_)
            | Command::Account(_)
            | Command::Log(_)
            | Command::Forecast(_)
            | Command::Access(_)
            | Command::Lock(_)
            | Command::Unlock(_)
            | Command::Agent(_)
            | Command::Settings(_)
            | Command::Redirect(_)
            | Command::Doctor(_)
            | Command::Completions(_)
            | Command::Man(_) => None,
        }
    }

    /// The caller reads JSON: problems are JSON, too.
    pub(crate) fn json_problems(&self) -> bool {
        match &self.command {
            Command::Token(token) => token.output == TokenOutput::Json,
            Command::Status(args) => args.json,
            Command::Refresh(args) => args.json,
            Command::Revoke(args) => args.json,
            Command::Test(args) => args.json,
            Command::Inspect(args) => args.json,
            Command::Report(args) => args.json,
            Command::Log(args) => args.json || args.format == LogFormat::Json,
            Command::Forecast(args) => args.json,
            Command::Doctor(args) => args.json,
            Command::Settings(args) => args.json,
            Command::Service(args) => match &args.command {
                ServiceCommand::Add(args) => args.json,
                ServiceCommand::Edit(args) => args.json,
                ServiceCommand::Show(args) => args.json,
                ServiceCommand::List(args) => args.json,
                ServiceCommand::Remove(args) => args.json,
                ServiceCommand::Export(args) => args.format == FileFormat::Json,
                ServiceCommand::Import(args) => args.json,
                ServiceCommand::SecretExpiry(args) => args.json,
                ServiceCommand::Discover(args) => args.json,
            },
            Command::Account(args) => match &args.command {
                AccountCommand::List(args) => args.json,
                AccountCommand::Add(args) => args.json,
                AccountCommand::Rename(args) => args.json,
                AccountCommand::Remove(args) => args.json,
                AccountCommand::Life(args) => args.json,
            },
            Command::Access(args) => match &args.command {
                AccessCommand::List(args) => args.json,
                AccessCommand::Allow(args) => args.json,
                AccessCommand::Revoke(_) => false,
            },
            Command::Authorize(_)
            | Command::Exec(_)
            | Command::Request(_)
            | Command::Helper(_)
            | Command::Lock(_)
            | Command::Unlock(_)
            | Command::Agent(_)
            | Command::Redirect(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }
}

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, or the help that it asks for.
pub(crate) fn parse(given: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let words = words(given);
    if words.get(1).is_some_and(|word| word == "token") {
        return TokenAlone::try_parse_from(words).map(|args| {
            let OnlyToken::Token(token) = args.command;
            Args { command: Command::Token(token) }
        });
    }
    Args::try_parse_from(words)
}

/// `token` without the other commands: to describe them all takes clap longer than asking the agent does.
#[derive(Parser)]
#[command(name = "grantkeep", version, disable_help_subcommand = true)]
struct TokenAlone {
    #[command(subcommand)]
    command: OnlyToken,
}

#[derive(Subcommand)]
enum OnlyToken {
    Token(Token),
}

/// The words of the command line, with the names that git and docker know this program by spelled out.
fn words(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut given = given.into_iter();
    let own = given.next().unwrap_or_default();
    let name = Path::new(&own).file_stem().and_then(|name| name.to_str());
    let protocol = match name {
        Some("git-credential-grantkeep") => Some("git"),
        Some("docker-credential-grantkeep") => Some("docker"),
        _ => None,
    };
    let spelled = protocol.into_iter().flat_map(|protocol| ["helper", protocol]).map(OsString::from);
    std::iter::once(own).chain(spelled).chain(given).collect()
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done                          4  authorize or reauthorize first
  1  failed                        5  the vault is locked
  2  usage                         6  permission not given
  3  no such service or account    7  provider unreachable, try again later";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn each_command_that_does_something_has_an_example() {
        fn look(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            if command.has_subcommands() {
                command.get_subcommands().for_each(|below| look(below, &path));
                return;
            }
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let own = path.trim_start();
            assert!(help.contains("Examples:"), "{own}");
            assert!(help.contains(own) || own.contains("helper"), "{own}: {help}");
        }
        look(&Args::command(), "");
    }

    #[test]
    fn each_command_and_flag_is_in_the_documentation() {
        fn look(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name()).trim_start().to_owned();
            if command.has_subcommands() {
                return command.get_subcommands().for_each(|below| look(below, &path));
            }
            let flags = command.get_arguments().filter_map(clap::Arg::get_long);
            assert!(DOCUMENTATION.contains(&path) || path.contains("helper"), "{path}");
            for flag in flags.filter(|flag| !matches!(*flag, "help" | "version")) {
                assert!(DOCUMENTATION.contains(&format!("--{flag}")), "{path} --{flag}");
            }
        }
        look(&Args::command(), "");
        const DOCUMENTATION: &str = include_str!("../../../docs/cli.md");
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

        let Command::Exec(exec) = parsed("exec a -- env -i FOO=--bar").command else { panic!("no exec") };
        assert_eq!(
            exec.command,
            ["env", "-i", "FOO=--bar"].map(OsString::from),
            "flags behind -- are its own"
        );
    }

    #[test]
    fn problems_are_json_for_those_who_read_json() {
        for line in
            ["status --json", "token a --output json", "service list --json", "log --json", "doctor --json"]
        {
            assert!(parsed(line).json_problems(), "{line}");
        }
        for line in ["status", "unlock", "request a --json {} https://a.example"] {
            assert!(!parsed(line).json_problems(), "{line}");
        }
    }

    #[test]
    fn what_is_no_command_line_is_refused() {
        let lines = [
            "",
            "token",
            "token a/b/c",
            "token a --min-ttl soon",
            "status --no-such",
            "dance",
            "service add A --revocation-page https://a.example --revocation-uri https://a.example",
            "request a https://a.example -d x --json y",
            "report a --status 200",
            "log --limit 0",
            "exec a",
            "exec a --env 1X -- true",
            "access allow terminal a --for 1h --always",
        ];
        for line in lines {
            assert!(Args::try_parse_from(line_words(line)).is_err(), "{line}");
        }
    }

    #[test]
    fn token_is_read_the_same_without_the_other_commands() {
        for line in [
            "token",
            "token --help",
            "token -h",
            "token a/b/c",
            "token a --output x",
            "token a b",
            "token --no",
        ] {
            let words = || line_words(line).map(OsString::from);
            let (alone, among) = (parse(words()).err(), Args::try_parse_from(words()).err());
            assert_eq!(alone.map(|error| error.to_string()), among.map(|error| error.to_string()), "{line}");
        }
        let read = parse(line_words("token a/b --output env").map(OsString::from)).map(|args| args.command);
        assert!(matches!(read, Ok(Command::Token(token)) if token.output == TokenOutput::Env));
    }

    #[test]
    fn git_and_docker_find_their_helper_by_its_name() {
        let cases = [
            ("/usr/bin/git-credential-grantkeep get", "/usr/bin/git-credential-grantkeep helper git get"),
            ("docker-credential-grantkeep list", "docker-credential-grantkeep helper docker list"),
            ("grantkeep status", "grantkeep status"),
        ];
        for (line, expected) in cases {
            let read = words(line.split_whitespace().map(OsString::from));
            assert_eq!(read, expected.split_whitespace().map(OsString::from).collect::<Vec<_>>(), "{line}");
        }
    }

    fn parsed(line: &str) -> Args {
        Args::try_parse_from(line_words(line)).unwrap_or_else(|error| panic!("{error}"))
    }

    fn line_words(line: &str) -> impl Iterator<Item = &str> {
        std::iter::once("grantkeep").chain(line.split_whitespace())
    }
}
