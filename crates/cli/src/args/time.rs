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

#[cfg(test)]
mod tests {
    use super::*;

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
