//! How far this computer's clock is from those of the hosts that answered (RFC 9110 §6.6.1).

use std::sync::{Arc, Mutex, PoisonError};

use grantkeep_core::model::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{AGE, DATE, HeaderMap};

/// The last difference seen of each host; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Skew(Arc<Mutex<Vec<(String, i64)>>>);

impl Skew {
    /// Seconds that this computer's clock is ahead: the middle one of what the hosts say that answered last, so that one
    /// host's own wrong clock does not count among several. `None` = none said its time yet.
    pub fn seconds(&self) -> Option<i64> {
        let mut ahead: Vec<_> = self.hosts().iter().map(|(_, ahead)| *ahead).collect();
        ahead.sort_unstable();
        ahead.get(ahead.len().checked_sub(1)? / 2).copied()
    }

    /// Compares an answer's time with `now`, this computer's. One that a cache kept says nothing.
    pub(super) fn note(&self, host: &str, headers: &HeaderMap, now: Timestamp) {
        let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE));
        let Some(sent) = date.and_then(|date| read(date.as_bytes())) else { return };
        let ahead = now.seconds().saturating_sub(sent);
        let mut hosts = self.hosts();
        hosts.retain(|(known, _)| known != host);
        hosts.insert(0, (host.to_owned(), ahead));
        hosts.truncate(HOSTS);
    }

    /// The computer's clock was set by so many seconds: what the hosts said holds for the one before.
    pub(crate) fn clock_was_set(&self, forward_s: i64) {
        for (_, ahead) in self.hosts().iter_mut() {
            *ahead = ahead.saturating_add(forward_s);
        }
    }

    fn hosts(&self) -> std::sync::MutexGuard<'_, Vec<(String, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hosts whose word counts: those that answered last.
const HOSTS: usize = 9;

/// Seconds since the Unix epoch of a date as HTTP writes it (RFC 9110 §5.6.7).
fn read(date: &[u8]) -> Option<i64> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(date).ok().map(|instant| instant.as_second())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn the_time_of_an_answer_is_compared() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", None, Some(23), "this clock is ahead"),
            ("Sun, 06 Nov 1994 08:50:10 GMT", None, Some(-10), "and behind"),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("60"), None, "from a cache"),
            ("yesterday", None, None, "nonsense"),
        ];
        for (date, age, ahead, why) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, HeaderValue::from_static(date));
            if let Some(age) = age {
                headers.insert(AGE, HeaderValue::from_static(age));
            }
            let skew = Skew::default();
            skew.note("a.example", &headers, Timestamp::from_millis(784_111_800_000));
            assert_eq!(skew.seconds(), ahead, "{date}: {why}");
        }
    }

    #[test]
    fn one_hosts_wrong_clock_does_not_count_among_several() {
        let now = Timestamp::from_millis(784_111_800_000);
        let skew = Skew::default();
        let cases = [
            ("a.example", "Sun, 06 Nov 1994 06:50:00 GMT", 7200, "the only one"),
            ("b.example", "Sun, 06 Nov 1994 08:50:00 GMT", 0, "of two, the smaller"),
            ("c.example", "Sun, 06 Nov 1994 08:49:58 GMT", 2, "the middle one"),
            ("a.example", "Sun, 06 Nov 1994 08:50:00 GMT", 0, "a host's last word counts"),
        ];
        for (host, date, ahead, why) in cases {
            let headers = HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]);
            skew.note(host, &headers, now);
            assert_eq!(skew.seconds(), Some(ahead), "{why}");
        }
        skew.clock_was_set(-60);
        assert_eq!(skew.seconds(), Some(-60));
    }
}
