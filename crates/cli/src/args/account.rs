//! Commands about accounts: how they are doing, authorizing, adding, renaming, removing.

use clap::Subcommand;
use grantkeep_api::AccountId;

use super::AccountLife;
use super::time::seconds;

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
    /// When the account was alive in the last days; needs SERVICE/ACCOUNT
    #[arg(long, requires = "name", conflicts_with = "watch")]
    pub(crate) timeline: bool,
    /// Days of the timeline, 1 to 90
    #[arg(long, requires = "timeline", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub(crate) days: u32,
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
    Life(AccountLife),
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

const STATUS_EXAMPLES: &str = "\
Examples:
  grantkeep status
  grantkeep status google/work
  grantkeep status --json | jq -r '.[] | select(.needs_attention) | .account'
  grantkeep status --watch
  grantkeep status google/work --timeline --days 30";

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
