//! Commands about what was and what will be: the history, the forecast, and what you know of dates.

use grantkeep_api::AccountId;

use super::time::{Date, Days, Moment, date, days, moment};

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

/// Show on which dates you will be needed
#[derive(clap::Args)]
#[command(after_help = FORECAST_EXAMPLES)]
pub(crate) struct Forecast {
    /// Write JSON: an object with the dates
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a calendar (iCalendar)
    #[arg(long, conflicts_with = "json")]
    pub(crate) ics: bool,
}

/// Say how many days a grant of an account lasts, whatever happens
#[derive(clap::Args)]
#[command(after_help = LIFE_EXAMPLES)]
pub(crate) struct AccountLife {
    /// SERVICE or SERVICE/ACCOUNT
    #[arg(value_name = "NAME")]
    pub(crate) id: AccountId,
    /// Days from the authorization on, such as 7d; or unknown
    #[arg(value_parser = days)]
    pub(crate) days: Days,
    /// Write JSON: the account, as in status
    #[arg(long)]
    pub(crate) json: bool,
}

/// Say when the client secret of a service ends
#[derive(clap::Args)]
#[command(after_help = EXPIRY_EXAMPLES)]
pub(crate) struct SecretExpiry {
    /// The service
    pub(crate) name: String,
    /// A date (2027-01-31), or never
    #[arg(value_parser = date)]
    pub(crate) date: Date,
    /// Write JSON: the service, as in service show
    #[arg(long)]
    pub(crate) json: bool,
}

const LOG_EXAMPLES: &str = "\
Examples:
  grantkeep log
  grantkeep log google/work --limit 20
  grantkeep log --kind refresh_failed,revoke_failed --since 7d
  grantkeep log --format csv > history.csv
  grantkeep log --follow
  grantkeep log --json | jq -r '.[] | select(.what == \"handed_out\") | .text'";

const FORECAST_EXAMPLES: &str = "\
Examples:
  grantkeep forecast
  grantkeep forecast --ics > grantkeep.ics
  grantkeep forecast --json | jq -r '.dates[] | select(.days_left < 7) | .account'";

const LIFE_EXAMPLES: &str = "\
Examples:
  grantkeep account life google/personal 7d     (the client is in testing at Google)
  grantkeep account life google/personal unknown";

const EXPIRY_EXAMPLES: &str = "\
Examples:
  grantkeep service secret-expiry microsoft 2027-01-31
  grantkeep service secret-expiry microsoft never";
