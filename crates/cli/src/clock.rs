//! The wall clock, for countdowns and remaining life on screen.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch (UTC).
#[expect(
    clippy::disallowed_methods,
    reason = "only shown to the person: the agent's clock decides everything"
)]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A time as RFC 3339 in UTC, to the second.
pub(crate) fn rfc3339(at_ms: i64) -> String {
    let seconds = at_ms.div_euclid(1000);
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date of a number of days since 1970-01-01, in eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        let cases = [
            (0, "1970-01-01T00:00:00Z", "the epoch"),
            (951_782_400_000, "2000-02-29T00:00:00Z", "a leap day of a leap century"),
            (1_709_164_800_000, "2024-02-29T00:00:00Z", "a leap day"),
            (1_767_225_599_999, "2025-12-31T23:59:59Z", "the last second, cut and not rounded"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z", "no leap day in 2100"),
            (-1, "1969-12-31T23:59:59Z", "before the epoch"),
        ];
        for (at_ms, text, why) in cases {
            assert_eq!(rfc3339(at_ms), text, "{at_ms}: {why}");
        }
    }
}
