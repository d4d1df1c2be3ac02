//! How far this computer's clock is from those of the hosts that answered (RFC 9110 §6.6.1).

use std::sync::{Arc, Mutex, PoisonError};

use grantkeep_core::model::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{AGE, DATE, HeaderMap};

/// The last difference seen; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Skew(Arc<Mutex<Option<i64>>>);

impl Skew {
    /// Seconds that this computer's clock is ahead, by the last answer that said its time; `None` = none did yet.
    pub fn seconds(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares an answer's time with `now`. One that a cache kept says nothing.
    pub(super) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE));
        let Some(sent) = date.and_then(|date| read(date.as_bytes())) else { return };
        let ahead = now.seconds().saturating_sub(sent);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }
}

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
            skew.note(&headers, Timestamp::from_millis(784_111_800_000));
            assert_eq!(skew.seconds(), ahead, "{date}: {why}");
        }
    }
}
