//! Quiet hours: a part of each day, by the local clock.

use std::fmt;

/// From one minute of a day (0 to 1439) up to, and without, another; past midnight where the second is the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    to: u16,
}

impl QuietHours {
    /// Reads `22:00-07:00`; `None` for nonsense and for two times that are the same.
    pub fn read(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(['-', '–'])?;
        let (from, to) = (minute(from.trim())?, minute(to.trim())?);
        (from != to).then_some(Self { from, to })
    }

    /// How many minutes it is still quiet at that minute of a day; `None` while it is not.
    pub fn left(self, minute: u16) -> Option<u16> {
        let length = (self.to + DAY - self.from) % DAY;
        let gone = (minute + DAY - self.from) % DAY;
        (gone < length).then(|| length - gone)
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to: until } = self;
        write!(to, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

/// The minute of a day that `7:05` names.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str, most: u16| {
        let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| is_number && *number <= most)
    };
    Some(number(hour, 23)? * 60 + number(minute, 59).filter(|_| minute.len() == 2)?)
}

/// Minutes of a day.
const DAY: u16 = 24 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_read_and_written() {
        let cases = [
            ("22:00-07:00", Some("22:00-07:00"), "past midnight"),
            (" 9:00 – 17:30", Some("09:00-17:30"), "as people type it"),
            ("00:00-23:59", Some("00:00-23:59"), "nearly all day"),
            ("22:00-22:00", None, "never or always?"),
            ("24:00-07:00", None, "no hour"),
            ("22:60-07:00", None, "no minute"),
            ("22:5-07:00", None, "half a minute's digits"),
            ("+2:00-07:00", None, "a sign"),
            ("22-7", None, "no minutes"),
            ("", None, "nothing"),
        ];
        for (text, shown, why) in cases {
            let read = QuietHours::read(text).map(|hours| hours.to_string());
            assert_eq!(read.as_deref(), shown, "{text:?}: {why}");
        }
    }

    #[test]
    fn quiet_hours_begin_with_their_first_minute_and_end_before_their_last() {
        let cases = [
            ("22:00-07:00", 21 * 60 + 59, None),
            ("22:00-07:00", 22 * 60, Some(9 * 60)),
            ("22:00-07:00", 0, Some(7 * 60)),
            ("22:00-07:00", 6 * 60 + 59, Some(1)),
            ("22:00-07:00", 7 * 60, None),
            ("12:00-13:00", 12 * 60, Some(60)),
            ("12:00-13:00", 13 * 60, None),
            ("12:00-13:00", 0, None),
        ];
        for (hours, minute, left) in cases {
            assert_eq!(QuietHours::read(hours).unwrap().left(minute), left, "{hours} at {minute}");
        }
    }
}
