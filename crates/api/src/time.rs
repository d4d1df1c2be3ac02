//! Times as text, in UTC.

/// A time as RFC 3339 in UTC, to the second.
pub fn rfc3339(at_ms: i64) -> String {
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

/// Reads `2026-11-24`, `2026-11-24T09:30` or `2026-11-24T09:30:00Z` as milliseconds since 1970; `None` where it is no time.
pub fn read_utc(text: &str) -> Option<i64> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, clock.strip_suffix('Z').unwrap_or(clock)),
        None => (text, ""),
    };
    let [year, month, day] = numbers(date, '-')?[..] else { return None };
    let (hour, minute, second) = match numbers(clock, ':')?[..] {
        [] => (0, 0, 0),
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_of(year, month, day);
    // A day that there is comes back as itself.
    let at_ms = (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000;
    (civil(days) == (year, month, day)).then_some(at_ms)
}

/// Numbers of digits alone, with a sign between them; an empty text has none.
fn numbers(text: &str, between: char) -> Option<Vec<i64>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let number = |part: &str| part.parse().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    text.split(between).map(number).collect()
}

/// Days since 1970-01-01 of a date; [`civil`] the other way round.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
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

    #[test]
    fn dates_and_times_are_read() {
        let cases = [
            ("1970-01-01", Some(0), "the epoch"),
            ("2000-02-29", Some(951_782_400_000), "a leap day of a leap century"),
            ("2025-12-31T23:59:59Z", Some(1_767_225_599_000), "a second"),
            ("2025-12-31 23:59", Some(1_767_225_540_000), "as people write it"),
            ("2100-02-29", None, "no leap day in 2100"),
            ("2026-13-01", None, "no such month"),
            ("2026-00-10", None, "no such month"),
            ("2026-1-1T24:00", None, "no such hour"),
            ("2026-11", None, "half a date"),
            ("+2026-11-24", None, "a sign"),
            ("yesterday", None, "a word"),
            ("", None, "nothing"),
        ];
        for (text, at_ms, why) in cases {
            assert_eq!(read_utc(text), at_ms, "{text}: {why}");
        }
    }
}
