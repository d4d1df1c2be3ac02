//! When is a grant due, when to try again, when to wake. Wall-clock time (UTC) throughout.

use std::time::Duration;

use crate::model::{Account, Catalog, Grant, Service, Standing, Timestamp};

/// How far ahead the keeper is; what a person may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The least time before its end at which a token is refreshed: 10 s to 24 h. Never before half its life.
    pub least_lead: Duration,
    /// How often a token whose end nobody knows is tried at the Test URI, 5 minutes to 30 days; `None` = never.
    pub test_every: Option<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { least_lead: LEAST_LEAD, test_every: None }
    }
}

impl Pace {
    /// Returns when the keeper refreshes an account by itself; `None` where it does not.
    pub fn refreshes_at(&self, account: &Account, service: &Service) -> Option<Timestamp> {
        let grant: &Grant = account.grant.as_deref()?;
        if !grant.has_refresh_token || !service.hosts_to_confirm().is_empty() {
            return None;
        }
        match account.standing {
            Standing::Good | Standing::ClientRefused { .. } => {}
            Standing::Ended { .. } | Standing::Revoked { .. } => return None,
        }
        match (&account.intent, &account.trouble) {
            // A request was about to be sent when the agent ended: its refresh token is tried once (R-RS-03).
            (Some(intent), None) => Some(intent.at),
            (_, Some(trouble)) => trouble.next_try_at,
            (None, None) => self.refresh_at(grant).into_iter().chain(used_again_at(grant, service)).min(),
        }
    }

    /// Returns when a token is tried because its provider did not say when it ends; `None` where it is not.
    pub fn tests_at(&self, account: &Account, service: &Service) -> Option<Timestamp> {
        let every = self.test_every?;
        let grant = account.grant.as_deref().filter(|grant| grant.expires_at.is_none())?;
        let can = service.endpoints.test.is_some()
            && !service.test_host_to_confirm()
            && service.hosts_to_confirm().is_empty()
            && account.standing == Standing::Good;
        can.then(|| grant.last_tested_at.unwrap_or(grant.obtained_at).max(grant.obtained_at) + every)
    }

    /// Returns when `grant` should be refreshed.
    ///
    /// That is a tenth of the token's life before its end, at least 60 s (or what the person set) and at most 15 minutes
    /// before, and up to a quarter of that earlier, so that tokens obtained together are not all refreshed together; but
    /// never before half of the life has passed: some providers issue tokens that live shorter than any sensible lead.
    /// `None` when the provider sent no `expires_in` (RFC 6749 §5.1 only recommends it) or no refresh token.
    fn refresh_at(&self, grant: &Grant) -> Option<Timestamp> {
        let end = grant.expires_at.filter(|_| grant.has_refresh_token)?;
        let life = end.since(grant.obtained_at);
        let lead = (life / 10).min(MOST_LEAD).max(self.least_lead);
        let earlier = lead / 4 * spread(grant) / SPREADS;
        Some(end - (lead + earlier).min(life / 2))
    }
}

/// A refresh token that dies of idleness is used when four fifths of that time have passed.
fn used_again_at(grant: &Grant, service: &Service) -> Option<Timestamp> {
    let provider = Catalog::builtin().provider(service.provider.as_deref()?)?;
    let idle = Duration::from_secs(u64::from(provider.refresh_idle_days?) * 24 * 3600);
    Some(grant.obtained_at + idle / 5 * 4)
}

/// A number below [`SPREADS`] that differs from grant to grant and stays for each.
fn spread(grant: &Grant) -> u32 {
    let mixed = grant.obtained_at.millis().unsigned_abs().wrapping_add(grant.revision.wrapping_mul(7919));
    // Fibonacci hashing: neighbours end far apart.
    let spread = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SPREADS.ilog2());
    u32::try_from(spread).unwrap_or_default()
}

/// Returns when to try again after `tries` failures in a row.
///
/// Full jitter: a time drawn by `seed`, a random number, between 1 s and 1 s · 2^`tries`, at most 1 h. What the
/// provider asked for (`Retry-After`, in seconds) is waited at least, up to 24 h.
pub fn next_try(tries: u32, retry_after_s: Option<u64>, seed: u64, now: Timestamp) -> Timestamp {
    let most_s = 1_u64.checked_shl(tries).unwrap_or(LONGEST_WAIT_S).min(LONGEST_WAIT_S);
    let least_ms = 1000;
    let jittered_ms = least_ms + seed % (most_s * 1000 - least_ms + 1);
    let asked = Duration::from_secs(retry_after_s.unwrap_or(0)).min(LONGEST_RETRY_AFTER);
    now + Duration::from_millis(jittered_ms).max(asked)
}

/// Returns when to wake: at the earliest time that is `due`, not before `now` and never more than 30 s ahead.
///
/// The limit keeps a machine that slept from refreshing late: a sleeping clock may count the sleep or not.
pub fn next_wake(now: Timestamp, due: impl IntoIterator<Item = Timestamp>) -> Timestamp {
    let latest = now + LONGEST_SLEEP;
    due.into_iter().min().unwrap_or(latest).clamp(now, latest)
}

/// Places in the time by which refreshes are spread; a power of two.
const SPREADS: u32 = 64;
const LEAST_LEAD: Duration = Duration::from_secs(60);
const MOST_LEAD: Duration = Duration::from_secs(15 * 60);
const LONGEST_WAIT_S: u64 = 3600;
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Hosts, ScopeSet, TokenType};
    use crate::wire::example;

    /// Not a round number, so that a mistaken zero is seen.
    const START: i64 = 1_700_000_000_123;

    fn grant(life_s: Option<i64>, has_refresh_token: bool) -> Grant {
        let at = Timestamp::from_millis(START);
        Grant {
            revision: 1,
            token_type: TokenType::Bearer,
            access_token_length: 1,
            is_jwt: false,
            authorized_at: at,
            obtained_at: at,
            expires_at: life_s.map(|life| Timestamp::from_millis(START + life * 1000)),
            asked: ScopeSet::default(),
            granted: ScopeSet::default(),
            has_refresh_token,
            has_id_token: false,
            hosts: Hosts::default(),
            other_fields: Vec::new(),
            api_host: None,
            oddities: Vec::new(),
            identity: None,
            last_refresh_at: None,
            last_used_at: None,
            refresh_token_ends_at: None,
            last_tested_at: None,
        }
    }

    #[test]
    fn a_refresh_comes_before_the_end_but_not_too_early() {
        let cases = [
            (Some(3600), 60, true, Some(3150..=3240), "an hour: a tenth before its end, or a little more"),
            (Some(86_400), 60, true, Some(85_275..=85_500), "a day: 15 minutes before"),
            (Some(86_400), 7200, true, Some(77_400..=79_200), "two hours, as the person set"),
            (Some(3600), 7200, true, Some(1800..=1800), "and not before half of it"),
            (Some(3600), 10, true, Some(3150..=3240), "a short least lead: a tenth still"),
            (Some(300), 10, true, Some(262..=270), "5 minutes: a tenth, if the person lets it"),
            (Some(300), 60, true, Some(225..=240), "5 minutes: 60 s before"),
            (Some(100), 60, true, Some(50..=50), "shorter than twice the lead: half of it"),
            (Some(0), 60, true, Some(0..=0), "no life at all"),
            (Some(-10), 60, true, Some(-10..=-10), "a clock that was set back meanwhile"),
            (None, 60, true, None, "no expiry"),
            (Some(3600), 60, false, None, "no refresh token"),
        ];
        for (life_s, least_s, has_refresh_token, expected, why) in cases {
            let pace = Pace { least_lead: Duration::from_secs(least_s), ..Pace::default() };
            for revision in 0..200 {
                let grant = Grant { revision, ..grant(life_s, has_refresh_token) };
                let after_ms = pace.refresh_at(&grant).map(|at| at.millis() - START);
                match (&expected, after_ms) {
                    (None, None) => {}
                    (Some(range), Some(ms)) => {
                        assert!((range.start() * 1000..=range.end() * 1000).contains(&ms), "{why}: {ms}");
                    }
                    (None, Some(_)) | (Some(_), None) => panic!("{why}: {after_ms:?}"),
                }
            }
        }
    }

    #[test]
    fn tokens_obtained_together_are_not_refreshed_together() {
        let at = |ms: i64| Timestamp::from_millis(START + ms);
        let grants = (0..100).map(|ms| Grant {
            obtained_at: at(ms),
            expires_at: Some(at(3_600_000)),
            ..grant(Some(3600), true)
        });

        let times: BTreeSet<_> = grants.map(|grant| Pace::default().refresh_at(&grant)).collect();

        let (first, last) = (times.first().unwrap().unwrap(), times.last().unwrap().unwrap());
        assert!(times.len() > 30, "{} times", times.len());
        assert!(last.since(first) > Duration::from_secs(60), "over more than a minute");
    }

    #[test]
    fn a_refresh_token_that_dies_of_idleness_is_used_before() {
        let day = 24 * 3600;
        let of = |provider: Option<&str>, life_s| {
            let service = Service { provider: provider.map(ToOwned::to_owned), ..example::service() };
            let mut account =
                Account::new("s/a".parse().unwrap(), String::new(), Timestamp::from_millis(START));
            account.grant = Some(Box::new(grant(life_s, true)));
            let at = Pace::default().refreshes_at(&account, &service);
            at.map(|at| (at.millis() - START) / 1000 / day)
        };
        assert_eq!(of(Some("google"), None), Some(144), "four fifths of 180 days");
        assert_eq!(of(Some("google"), Some(3600)), Some(0), "the token ends before");
        assert_eq!(of(None, None), None, "nobody says that it dies");
        assert_eq!(of(Some("spotify"), None), None, "nor of this one");
    }

    #[test]
    fn a_token_without_an_end_is_tried_now_and_then_where_the_person_wants_it() {
        let hour = Duration::from_secs(3600);
        let start = Timestamp::from_millis(START);
        let pace = Pace { test_every: Some(hour), ..Pace::default() };
        let mut service = example::service();
        service.endpoints.test = Some(service.endpoints.token.clone());
        let mut account = Account::new("s/a".parse().unwrap(), String::new(), start);
        account.grant = Some(Box::new(grant(None, false)));

        assert_eq!(pace.tests_at(&account, &service), Some(start + hour));
        assert_eq!(Pace::default().tests_at(&account, &service), None, "nobody asked for it");
        account.grant.as_mut().unwrap().last_tested_at = Some(start + hour);
        assert_eq!(pace.tests_at(&account, &service), Some(start + hour + hour));
        account.standing = Standing::Ended { at: start };
        assert_eq!(pace.tests_at(&account, &service), None, "it is dead");
        account.standing = Standing::Good;
        account.grant = Some(Box::new(grant(Some(60), false)));
        assert_eq!(pace.tests_at(&account, &service), None, "its end is known");
        account.grant = Some(Box::new(grant(None, false)));
        service.endpoints.test = None;
        assert_eq!(pace.tests_at(&account, &service), None, "nowhere to try it");
    }

    #[test]
    fn tries_back_off_with_full_jitter() {
        let now = Timestamp::from_millis(START);
        let cases = [
            (0, None, 0, 1000, "never sooner than 1 s"),
            (0, None, u64::MAX, 1000, "the first wait has no room for jitter"),
            (1, None, 1000, 2000, "up to 2 s"),
            (1, None, 1001, 1000, "the draw wraps around"),
            (3, None, 6999, 7999, "up to 8 s"),
            (12, None, 3_599_000, 3_600_000, "up to 1 h"),
            (63, None, 3_599_000, 3_600_000, "and never more"),
            (64, None, 3_599_000, 3_600_000, "however many tries"),
            (u32::MAX, None, 3_599_001, 1000, "however many tries"),
            (1, Some(120), 0, 120_000, "Retry-After is a floor"),
            (12, Some(1), 3_599_000, 3_600_000, "not a ceiling"),
            (1, Some(86_401), 0, 86_400_000, "a day at most"),
            (1, Some(u64::MAX), 0, 86_400_000, "a day at most"),
        ];
        for (tries, retry_after_s, seed, wait_ms, why) in cases {
            let waited = next_try(tries, retry_after_s, seed, now).millis() - START;
            assert_eq!(waited, wait_ms, "{tries} {retry_after_s:?} {seed}: {why}");
        }
    }

    #[test]
    fn suspend_does_not_delay_a_refresh() {
        let cases: [(&[i64], i64, &str); 5] = [
            (&[], 30_000, "nothing is due: look again soon"),
            (&[3_600_000], 30_000, "far away"),
            (&[45_000, 12_000, 29_000], 12_000, "the earliest"),
            (&[-10_800_000, 5000], 0, "overdue after a sleep of 3 h"),
            (&[30_001], 30_000, "just beyond"),
        ];
        let now = Timestamp::from_millis(START);
        for (due, after_ms, why) in cases {
            let due = due.iter().map(|after| Timestamp::from_millis(START + after));
            assert_eq!(next_wake(now, due).millis() - START, after_ms, "{why}");
        }
    }
}
