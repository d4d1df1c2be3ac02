//! The dates ahead, and what the person knows of them.

use std::sync::Arc;
use std::time::Duration;

use super::services::field_problem;
use super::{AccountSeen, Error, Keeper, ServiceSeen};
use crate::forecast::{self, Ahead};
use crate::model::{
    Account, AccountId, EventKind, GrantLife, HistoryQuery, Name, Service, Standing, Timestamp, TokenState,
    token_state,
};
use crate::ports::{SecretChange, TokenChange};
use crate::timeline::{self, Span};

/// What lies ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// As seen from here.
    pub now: Timestamp,
    /// Dates, the next one first.
    pub dates: Vec<Ahead>,
    /// Accounts that renew themselves or whose token has no known end.
    pub renewing: usize,
}

/// How an account was for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// From here.
    pub from: Timestamp,
    /// Up to here.
    pub to: Timestamp,
    /// What is between them, without a gap.
    pub spans: Vec<Span>,
}

impl Keeper {
    /// On which dates the person will be needed.
    pub fn forecast(&self) -> Forecast {
        let now = self.now();
        let services = self.services();
        let mut dates: Vec<Ahead> =
            services.iter().filter_map(|seen| forecast::of_service(&seen.service, now)).collect();
        let mut renewing = 0;
        let book = self.book();
        let pace = book.pace();
        for ServiceSeen { service, .. } in &services {
            let provider = self.provider(service.provider.as_deref());
            for entry in book.entries_of(&service.name) {
                let account = &entry.account;
                let hopeful = account.trouble.as_ref().is_none_or(|trouble| trouble.failure.passes())
                    && account.standing == Standing::Good;
                let next = pace.refreshes_at(account, service).filter(|_| hopeful);
                match forecast::of_account(account, service, provider.as_deref(), next, now) {
                    Some(ahead) => dates.push(ahead),
                    None => {
                        let good = matches!(
                            token_state(account, service, now),
                            TokenState::Active | TokenState::UnknownLife
                        );
                        renewing += usize::from(good);
                    }
                }
            }
        }
        dates.sort_by(|one, other| {
            (one.at, &one.service, &one.account).cmp(&(other.at, &other.service, &other.account))
        });
        Forecast { now, dates, renewing }
    }

    /// How an account was in the last `days`.
    ///
    /// # Errors
    /// When there is none of that name, or the store cannot be read.
    pub async fn timeline(&self, id: &AccountId, days: u32) -> Result<Timeline, Error> {
        let to = self.now();
        let from = to - Duration::from_secs(u64::from(days) * 24 * 3600);
        let account = self.account(id)?.account;
        let mut query =
            HistoryQuery { kinds: timeline::KINDS.to_vec(), ..HistoryQuery::of_account(id.clone(), LINES) };
        let mut events = Vec::new();
        loop {
            let page = self.history(query.clone()).await?;
            events.extend(page.events);
            query.before = page.next;
            // One line before the window tells how the account was at its beginning.
            if page.next.is_none() || events.last().is_some_and(|event| event.at < from) {
                break;
            }
        }
        Ok(Timeline { from, to, spans: timeline::timeline(&account, &events, from, to) })
    }

    /// Notes how many days a grant of this account lasts, whatever happens; `None` = nobody knows.
    ///
    /// # Errors
    /// When there is no such account, the days are out of range, or the store cannot be written.
    pub async fn set_grant_life(
        self: &Arc<Self>,
        id: &AccountId,
        days: Option<u32>,
    ) -> Result<AccountSeen, Error> {
        if days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
            return Err(field_problem("days", "A grant lasts from 1 to 3,650 days."));
        }
        let (turn, mut account, _) = self.turn(id).await?;
        let life = days.map(|days| GrantLife { days, learned: false });
        if account.grant_life != life {
            account.grant_life = life;
            let text = match days {
                Some(days) => format!("Its grants last {days} days, you said"),
                None => "How long its grants last is not known, you said".to_owned(),
            };
            let event = self.event(id, EventKind::Service, text);
            self.save(&turn, account, TokenChange::Keep, vec![event]).await?;
        }
        drop(turn);
        self.account(id)
    }

    /// A grant ended: where that shows how long one lasts, and nobody said it yet, it is noted for the next one.
    pub(super) fn learn_life(&self, account: &mut Account, service: &Service, now: Timestamp) {
        let provider = self.provider(service.provider.as_deref());
        let learned = account.grant.as_ref().zip(provider);
        let days = learned.and_then(|(grant, provider)| forecast::learned_life(grant, &provider, now));
        if let (None, Some(days)) = (account.grant_life, days) {
            account.grant_life = Some(GrantLife { days, learned: true });
        }
    }

    /// Notes when a service's client secret ends; `None` = never, or nobody knows.
    ///
    /// # Errors
    /// When there is no such service, it has no client secret, the end is not before the year 10,000, or the store cannot be
    /// written.
    pub async fn set_secret_expiry(
        self: &Arc<Self>,
        name: &Name,
        at: Option<Timestamp>,
    ) -> Result<ServiceSeen, Error> {
        let mut service = (*self.service(name)?.service).clone();
        if !service.has_client_secret {
            return Err(field_problem("expires_at_ms", "This service has no client secret that could end."));
        }
        if at.is_some_and(|at| !(0..=LAST_DAY_MS).contains(&at.millis())) {
            return Err(field_problem("expires_at_ms", "The end lies between the years 1970 and 9999."));
        }
        if service.client_secret_expires_at != at {
            service.client_secret_expires_at = at;
            let text = if at.is_some() {
                "The end of its client secret was noted"
            } else {
                "Its client secret has no end"
            };
            let events = vec![self.service_event(name, text)];
            self.put(service, SecretChange::Keep, events).await?;
        }
        self.service(name)
    }
}

/// The end of the year 9999, in milliseconds since 1970 UTC.
const LAST_DAY_MS: i64 = 253_402_300_799_999;

/// Ten years.
const MOST_DAYS: u32 = 3_650;

/// Lines of a history that are read at once.
const LINES: u32 = 500;
