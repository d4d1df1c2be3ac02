//! Spans of time as people write them.

/// Reads `90`, `90s`, `5m`, `1h30m` as seconds.
///
/// # Errors
/// What a time looks like.
pub(super) fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || "a time is written as 90s, 5m or 1h30m".to_owned();
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let mut total: u32 = 0;
    let mut number = String::new();
    for character in text.chars() {
        let unit = match character {
            '0'..='9' => {
                number.push(character);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let amount =
            number.parse::<u32>().ok().and_then(|amount| amount.checked_mul(unit)).ok_or_else(wrong)?;
        total = total.checked_add(amount).ok_or_else(wrong)?;
        number.clear();
    }
    if number.is_empty() && !text.is_empty() { Ok(total) } else { Err(wrong()) }
}

/// A moment, as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Milliseconds since 1970 UTC.
    At(i64),
    /// Seconds before now.
    Ago(u32),
}

impl Moment {
    /// In milliseconds since 1970 UTC.
    pub(crate) fn at_ms(self, now_ms: i64) -> i64 {
        match self {
            Self::At(at_ms) => at_ms,
            Self::Ago(seconds) => now_ms - i64::from(seconds) * 1000,
        }
    }
}

/// Reads a date or time in UTC, or a span of time before now.
///
/// # Errors
/// What a moment looks like.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    if let Some(at_ms) = grantkeep_api::time::read_utc(text) {
        return Ok(Moment::At(at_ms));
    }
    let wrong =
        || "a moment is written as 2026-11-24, 2026-11-24T09:30 (UTC), or 7d for seven days ago".to_owned();
    seconds(text).map(Moment::Ago).map_err(|_| wrong())
}

/// Days of something, or that nobody knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days(pub(crate) Option<u32>);

/// Reads `7`, `7d` or `unknown`.
///
/// # Errors
/// What days look like.
pub(super) fn days(text: &str) -> Result<Days, String> {
    if text == "unknown" {
        return Ok(Days(None));
    }
    let number = text.strip_suffix('d').unwrap_or(text).parse().ok();
    let number = number.filter(|days| (1..=3650).contains(days));
    number
        .map(|days| Days(Some(days)))
        .ok_or_else(|| "days are written as 7d (1 to 3650), or unknown".to_owned())
}

/// A date in milliseconds since 1970 UTC, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) Option<i64>);

/// Reads a date in UTC, or `never`.
///
/// # Errors
/// What a date looks like.
pub(super) fn date(text: &str) -> Result<Date, String> {
    if text == "never" {
        return Ok(Date(None));
    }
    let at_ms = grantkeep_api::time::read_utc(text);
    at_ms
        .map(|at_ms| Date(Some(at_ms)))
        .ok_or_else(|| "a date is written as 2027-01-31 (UTC), or never".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = 1_000_000_000;
        let cases = [
            ("1970-01-02", Some(86_400_000), "a date"),
            ("1970-01-02T00:01Z", Some(86_460_000), "a time"),
            ("7d", Some(now - 604_800_000), "a span ago"),
            ("soon", None, "a word"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(moment(text).ok().map(|moment| moment.at_ms(now)), expected, "{text:?}: {why}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [
            ("90", Some(90), "seconds"),
            ("60s", Some(60), "seconds with their unit"),
            ("5m", Some(300), "minutes"),
            ("1h30m", Some(5400), "both"),
            ("0", Some(0), "nothing is a time, too"),
            ("", None, "no time"),
            ("m", None, "no number"),
            ("5x", None, "no unit"),
            ("1h30", None, "a number without its unit after one with it"),
            ("-5s", None, "before now"),
            ("9999999d", None, "beyond all reason"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(seconds(text).ok(), expected, "{text:?}: {why}");
        }
    }
}
