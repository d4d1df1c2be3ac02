//! When is a grant due, when to try again, when to wake. Wall-clock time (UTC) throughout.

use std::time::Duration;

use crate::model::{Grant, Timestamp};

/// Returns when `grant` should be refreshed.
///
/// That is a tenth of the token's life before its end, at least 60 s and at most 15 minutes before, but never before
/// half of the life has passed: some providers issue tokens that live shorter than any sensible lead.
/// `None` when the provider sent no `expires_in` (RFC 6749 §5.1 only recommends it) or no refresh token.
pub fn refresh_at(grant: &Grant) -> Option<Timestamp> {
    let end = grant.expires_at.filter(|_| grant.has_refresh_token)?;
    let life = end.since(grant.obtained_at);
    let lead = (life / 10).clamp(LEAST_LEAD, MOST_LEAD).min(life / 2);
    Some(end - lead)
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

const LEAST_LEAD: Duration = Duration::from_secs(60);
const MOST_LEAD: Duration = Duration::from_secs(15 * 60);
const LONGEST_WAIT_S: u64 = 3600;
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Hosts, ScopeSet, TokenType};

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
            oddities: Vec::new(),
            identity: None,
            last_refresh_at: None,
            last_used_at: None,
            refresh_token_ends_at: None,
        }
    }

    #[test]
    fn a_refresh_comes_before_the_end_but_not_too_early() {
        let cases = [
            (Some(3600), true, Some(3240), "an hour: a tenth before its end"),
            (Some(86_400), true, Some(85_500), "a day: 15 minutes before"),
            (Some(9000), true, Some(8100), "a tenth is just 15 minutes"),
            (Some(300), true, Some(240), "5 minutes: 60 s before"),
            (Some(100), true, Some(50), "shorter than twice the lead: half of it"),
            (Some(0), true, Some(0), "no life at all"),
            (Some(-10), true, Some(-10), "a clock that was set back meanwhile"),
            (None, true, None, "no expiry"),
            (Some(3600), false, None, "no refresh token"),
        ];
        for (life_s, has_refresh_token, after_s, why) in cases {
            let expected = after_s.map(|after| Timestamp::from_millis(START + after * 1000));
            assert_eq!(refresh_at(&grant(life_s, has_refresh_token)), expected, "{why}");
        }
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
