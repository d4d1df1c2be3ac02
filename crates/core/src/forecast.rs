//! On which dates will the person be needed: a pure look ahead at grants and client secrets.
//!
//! What renews itself is no date: a refresh token that each refresh replaces or keeps alive, as long as Grantkeep
//! refreshes before its end.

use std::time::Duration;

use crate::model::{Account, AccountId, Grant, Name, Provider, Rotation, Service, Standing, Timestamp};

/// A date on which the person will be needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The service.
    pub service: Name,
    /// The account; `None` for the service's client.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What ends then.
    pub what: Ends,
    /// How that is known.
    pub known: Known,
    /// One sentence without its full stop: what ends, and why.
    pub text: String,
}

/// What ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// The access token, and there is no refresh token.
    AccessToken,
    /// The refresh token.
    RefreshToken,
    /// The client secret.
    ClientSecret,
}

/// How a date is known; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// The provider said it in an answer.
    Told,
    /// The person said it.
    Said,
    /// An earlier grant of the account ended so.
    Learned,
    /// The catalog says so of this provider.
    Documented,
}

/// The next date of an account; `None` where it renews itself, has nothing to lose, or needs the person by now.
///
/// `refreshes_at` is when the keeper refreshes next; `None` = it does not, or nobody knows whether it will work.
/// Dates that have passed are none: what the catalog says of a token that still works was wrong.
pub fn of_account(
    account: &Account,
    service: &Service,
    provider: Option<&Provider>,
    refreshes_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<Ahead> {
    let grant = account.grant.as_deref()?;
    match account.standing {
        Standing::Good | Standing::ClientRefused { .. } => {}
        Standing::Ended { .. } | Standing::Revoked { .. } => return None,
    }
    let ends = if grant.has_refresh_token { Ends::RefreshToken } else { Ends::AccessToken };
    let dates = match ends {
        Ends::AccessToken => access_token(grant).into_iter().collect(),
        _ => refresh_token(account, grant, service, provider, refreshes_at),
    };
    let date = dates.into_iter().filter(|date| date.at > now).min_by_key(|date| (date.at, date.known))?;
    Some(Ahead {
        service: account.id.service.clone(),
        account: Some(account.id.clone()),
        at: date.at,
        what: ends,
        known: date.known,
        text: date.text,
    })
}

/// When a service's client secret ends. Such a date stays when it has passed, until there is another secret.
pub fn of_service(service: &Service, now: Timestamp) -> Option<Ahead> {
    let at = service.client_secret_expires_at.filter(|_| service.has_client_secret)?;
    let text = if at <= now { "The client secret has expired" } else { "The client secret expires" };
    Some(Ahead {
        service: service.name.clone(),
        account: None,
        at,
        what: Ends::ClientSecret,
        // Only a client that Grantkeep registered is told its end by the provider (RFC 7591 §3.2.1).
        known: if service.client_configuration.is_some() { Known::Told } else { Known::Said },
        text: text.to_owned(),
    })
}

/// Days ahead of a client secret's end on which one is reminded.
pub const REMINDER_DAYS: [u32; 3] = [30, 7, 1];

/// Which of the reminders is due: the fewest days that are reached; `None` before all of them.
pub fn reminder(at: Timestamp, now: Timestamp) -> Option<u32> {
    REMINDER_DAYS.into_iter().filter(|days| at - days_long(*days) <= now).min()
}

/// How long this account's grants last, where the end of one shows that the client is in testing at its provider.
///
/// That is so where it ended about as many days after its authorization as the catalog says, and worked until then.
pub fn learned_life(grant: &Grant, provider: &Provider, now: Timestamp) -> Option<u32> {
    let days = provider.testing_life_days?;
    let end = grant.authorized_at + days_long(days);
    let worked = grant.last_refresh_at.unwrap_or(grant.authorized_at);
    (end - AN_HOUR <= now && now < end + days_long(2) && worked < end + AN_HOUR).then_some(days)
}

struct Date {
    at: Timestamp,
    known: Known,
    text: String,
}

fn access_token(grant: &Grant) -> Option<Date> {
    let text = "The access token ends, and no refresh token came with it";
    Some(Date { at: grant.expires_at?, known: Known::Told, text: text.to_owned() })
}

fn refresh_token(
    account: &Account,
    grant: &Grant,
    service: &Service,
    provider: Option<&Provider>,
    refreshes_at: Option<Timestamp>,
) -> Vec<Date> {
    let renewed = |at: Timestamp| refreshes_at.is_some_and(|next| next < at);
    let used = grant.last_refresh_at.unwrap_or(grant.authorized_at);
    let rotation = provider.map_or(Rotation::Unknown, |provider| provider.rotation);
    let mut dates = Vec::new();
    let mut add = |at, known, text| dates.push(Date { at, known, text });
    if let Some(at) = grant.refresh_token_ends_at {
        // A refresh token that stays the same keeps its end; another one comes with an end of its own.
        if rotation == Rotation::Same || !renewed(at) {
            add(at, Known::Told, format!("The refresh token ends, as {} said", service.title));
        }
    }
    if let Some(life) = account.grant_life {
        let (known, text) = match (life.learned, provider) {
            (false, _) => (Known::Said, format!("You said that a grant lasts {}", days_text(life.days))),
            (true, Some(provider)) => (
                Known::Learned,
                format!(
                    "The grant before ended after {}, as they do while the client is in testing at {}",
                    days_text(life.days),
                    provider.title
                ),
            ),
            (true, None) => {
                (Known::Learned, format!("The grant before ended after {}", days_text(life.days)))
            }
        };
        add(grant.authorized_at + days_long(life.days), known, text);
    }
    let Some(provider) = provider else { return dates };
    if let Some(days) = provider.refresh_life_days {
        let replaced = matches!(rotation, Rotation::Rotates | Rotation::Grace);
        if replaced && provider.refresh_idle_days.is_none() {
            let at = used + days_long(days);
            if !renewed(at) {
                add(
                    at,
                    Known::Documented,
                    format!("The refresh token ends {} after the last refresh", days_text(days)),
                );
            }
        } else {
            let text =
                format!("The refresh token ends {} after you authorized, whatever happens", days_text(days));
            add(grant.authorized_at + days_long(days), Known::Documented, text);
        }
    }
    if let Some(days) = provider.refresh_idle_days {
        let at = used + days_long(days);
        if !renewed(at) {
            add(
                at,
                Known::Documented,
                format!("The refresh token ends after {} without use", days_text(days)),
            );
        }
    }
    dates
}

fn days_text(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn days_long(days: u32) -> Duration {
    Duration::from_secs(u64::from(days) * 24 * 3600)
}

const AN_HOUR: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests;
