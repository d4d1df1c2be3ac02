//! Commands about accounts: how they are doing, authorizing, adding, renaming, removing, their history.

use clap::Subcommand;
use grantkeep_api::AccountId;

use super::time::{Moment, moment, seconds};

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
    /// SERVICE or SERVICE/ACCOUNT; a new account of a service is made
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

/// List, add, rename and remove accounts
#[derive(clap::Args)]
pub(crate) struct Account {
    #[command(subcommand)]
    pub(crate) command: AccountCommand,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    List(AccountList),
    Add(AccountAdd),
    Rename(AccountRename),
    Remove(AccountRemove),
}

/// List accounts
#[derive(clap::Args)]
#[command(after_help = ACCOUNT_LIST_EXAMPLES)]
pub(crate) struct AccountList {
    /// Only those of this service
    pub(crate) service: Option<String>,
    /// Write JSON: an array of accounts, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Add an account to a service, without authorizing it
#[derive(clap::Args)]
#[command(after_help = ACCOUNT_ADD_EXAMPLES)]
pub(crate) struct AccountAdd {
    /// The service
    pub(crate) service: String,
    /// The account's title; its name is made from it
    pub(crate) title: String,
    /// Write JSON: the account, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Give an account another title; its name stays
#[derive(clap::Args)]
#[command(after_help = ACCOUNT_RENAME_EXAMPLES)]
pub(crate) struct AccountRename {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// The new title
    pub(crate) title: String,
    /// Write JSON: the account, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Remove an account with its grant
#[derive(clap::Args)]
#[command(after_help = ACCOUNT_REMOVE_EXAMPLES)]
pub(crate) struct AccountRemove {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
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

/// Show what happened
#[derive(clap::Args)]
#[command(after_help = LOG_EXAMPLES)]
pub(crate) struct Log {
    /// SERVICE, for all its accounts, or SERVICE/ACCOUNT
    pub(crate) name: Option<String>,
    /// Go on, and show what happens from here on
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: LogFormat,
    /// The same as --format json: an array, with --follow a line an event
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// How many lines, the latest ones; 100, and all with --format csv
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) limit: Option<u32>,
    /// Only these kinds, such as refreshed,refresh_failed: the word after "what" in JSON
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only since then: a date or time in UTC (2026-11-24, 2026-11-24T09:30), or 7d for seven days ago
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<Moment>,
    /// Only before then
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Moment>,
    /// Only lines with this text in their words or names
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,
    /// Only lines older than the one with this id: goes on where another page began
    #[arg(long, value_name = "ID", conflicts_with = "follow")]
    pub(crate) before: Option<i64>,
}

/// How a history is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// A line an event, for people.
    #[default]
    Text,
    /// An array of events; with --follow a line an event.
    Json,
    /// A table for spreadsheets (RFC 4180).
    Csv,
}

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

Ctrl-C cancels; the link is then worthless, and an account that was made for it is gone again.";

const ACCOUNT_LIST_EXAMPLES: &str = "\
Examples:
  grantkeep account list
  grantkeep account list google --json | jq -r '.[].account'";

const ACCOUNT_ADD_EXAMPLES: &str = "\
Examples:
  grantkeep account add google Work

authorize makes an account, too: grantkeep authorize google/work";

const ACCOUNT_RENAME_EXAMPLES: &str = "\
Examples:
  grantkeep account rename google/work 'The studio'";

const ACCOUNT_REMOVE_EXAMPLES: &str = "\
Examples:
  grantkeep account remove google/work --revoke
  grantkeep account remove google/work --yes     (its tokens stay good at the provider until they end)";

const LOG_EXAMPLES: &str = "\
Examples:
  grantkeep log
  grantkeep log google/work --limit 20
  grantkeep log --kind refresh_failed,revoke_failed --since 7d
  grantkeep log --format csv > history.csv
  grantkeep log --follow
  grantkeep log --json | jq -r '.[] | select(.what == \"handed_out\") | .text'";
