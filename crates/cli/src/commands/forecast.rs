//! `grantkeep forecast`: on which dates you will be needed; and what you know of such dates.

use grantkeep_api::views::{AheadView, Ends, ForecastView, Known};
use grantkeep_api::{Agent, calendar};
use serde_json::{Value, json};

use super::consent::{self, Where};
use super::json;
use super::table::{Cell, Look, Table};
use crate::args::{AccountLife, Forecast, SecretExpiry};
use crate::clock::rfc3339;
use crate::exit::Stop;
use crate::{messages, output};

/// Shows the dates ahead, as a table, JSON or a calendar.
///
/// # Errors
/// The agent's problem.
pub(crate) fn run(args: &Forecast) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::settled(&agent)?;
    let forecast = agent.forecast()?;
    if args.ics {
        return output::write(&calendar::calendar(&forecast));
    }
    if args.json {
        return json::write(&value(&forecast));
    }
    if forecast.dates.is_empty() {
        messages::say("nothing ahead: all grants renew themselves");
        return Ok(());
    }
    output::write(&shown(&forecast, Look::of_output()))
}

/// Notes how long a grant lasts.
///
/// # Errors
/// The agent's problem.
pub(crate) fn life(args: &AccountLife) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let account = consent::asked(&agent, Where::Anywhere, || agent.set_grant_life(&args.id, args.days.0))?;
    if args.json {
        return json::write(&json::account(&account));
    }
    messages::say(&match args.days.0 {
        Some(days) => format!("noted: a grant of {} lasts {days} days", account.id),
        None => format!("noted: nobody knows how long a grant of {} lasts", account.id),
    });
    Ok(())
}

/// Notes when a client secret ends.
///
/// # Errors
/// The agent's problem.
pub(crate) fn secret_expiry(args: &SecretExpiry) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let service =
        consent::asked(&agent, Where::Anywhere, || agent.set_secret_expiry(&args.name, args.date.0))?;
    if args.json {
        return json::write(&json::service(&service));
    }
    messages::say(&match args.date.0 {
        Some(at_ms) => format!("noted: the client secret of {} ends at {}", service.name, rfc3339(at_ms)),
        None => format!("noted: the client secret of {} has no end", service.name),
    });
    Ok(())
}

fn shown(forecast: &ForecastView, look: Look) -> String {
    let mut table = Table::new(["DATE", "LEFT", "ACCOUNT", "WHAT"]);
    for date in &forecast.dates {
        table.row([
            Cell::plain(rfc3339(date.at_ms).get(..10).unwrap_or_default()),
            Cell::plain(left_text(days_left(date, forecast.now_ms))),
            Cell::plain(name(date)),
            Cell::plain(format!("{} ({})", date.text, known_text(date.known))),
        ]);
    }
    table.text(look)
}

fn value(forecast: &ForecastView) -> Value {
    let date = |date: &AheadView| {
        json!({
            "id": date.id,
            "account": date.account,
            "service": date.service,
            "name": date.name,
            "at": rfc3339(date.at_ms),
            "days_left": days_left(date, forecast.now_ms),
            "what": date.what,
            "known": date.known,
            "text": date.text,
            "source_uri": date.source_uri,
            "page_uri": date.page_uri,
            "reminder_days": date.reminder_days,
        })
    };
    json!({ "dates": forecast.dates.iter().map(date).collect::<Value>(), "renewing": forecast.renewing })
}

/// Whole days; negative for a date that has passed.
fn days_left(date: &AheadView, now_ms: i64) -> i64 {
    (date.at_ms - now_ms).div_euclid(24 * 3600 * 1000)
}

fn left_text(days: i64) -> String {
    match days {
        ..0 => "over".to_owned(),
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

fn name(date: &AheadView) -> &str {
    match date.what {
        Ends::ClientSecret => &date.service,
        Ends::AccessToken | Ends::RefreshToken => date.account.as_deref().unwrap_or(&date.service),
    }
}

fn known_text(known: Known) -> &'static str {
    match known {
        Known::Told => "the provider said so",
        Known::Said => "you said so",
        Known::Learned => "it was so before",
        Known::Documented => "usual there",
    }
}
