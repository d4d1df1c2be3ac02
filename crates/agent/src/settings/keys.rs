//! Each setting by its name: what it means, how it is shown and how it is read.

use std::ops::RangeInclusive;
use std::time::Duration;

use grantkeep_core::model::Retention;

use super::{QuietHours, Settings};

/// One setting.
pub(super) struct Key {
    /// As the file, the route and the command line name it.
    pub(super) name: &'static str,
    /// What it does and which values it takes, in one sentence.
    pub(super) meaning: &'static str,
    /// Its value; what [`Self::take`] reads.
    pub(super) show: fn(&Settings) -> String,
    /// Takes a value over, or says what a value looks like.
    pub(super) take: fn(&mut Settings, &str) -> Result<(), &'static str>,
}

/// All of them, in the order in which they are shown.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "tray",
        meaning: "Show an icon in the desktop's tray: on or off.",
        show: |settings| switch(settings.tray),
        take: |settings, value| read_switch(value).map(|on| settings.tray = on),
    },
    Key {
        name: "notifications",
        meaning: "Tell in the desktop's notifications when you are needed: on or off.",
        show: |settings| switch(settings.notifications),
        take: |settings, value| read_switch(value).map(|on| settings.notifications = on),
    },
    Key {
        name: "quiet-hours",
        meaning: "When notifications wait, in local time: off, or from and to as in 22:00-07:00.",
        show: |settings| settings.quiet_hours.map_or_else(|| OFF.to_owned(), |hours| hours.to_string()),
        take: |settings, value| {
            settings.quiet_hours = if value == OFF { None } else { Some(value.parse()?) };
            Ok(())
        },
    },
    Key {
        name: "refresh-lead",
        meaning: "How long before its end a token is refreshed at least, but not before half its life: 10s to 24h.",
        show: |settings| time(settings.pace.least_lead),
        take: |settings, value| {
            settings.pace.least_lead = read_time(value, LEAD).ok_or("It is a time from 10s to 24h.")?;
            Ok(())
        },
    },
    Key {
        name: "test-every",
        meaning: "How often a token whose end nobody knows is tried at the Test URI: off, or 5m to 30d.",
        show: |settings| settings.pace.test_every.map_or_else(|| OFF.to_owned(), time),
        take: |settings, value| {
            settings.pace.test_every = if value == OFF {
                None
            } else {
                Some(read_time(value, TEST).ok_or("It is off, or a time from 5m to 30d.")?)
            };
            Ok(())
        },
    },
    Key {
        name: "history-lines",
        meaning: "How many lines of the history are kept of each account: 10 to 100000.",
        show: |settings| settings.history.lines.to_string(),
        take: |settings, value| {
            settings.history.lines =
                read_number(value, Retention::LINES).ok_or("It is a number from 10 to 100000.")?;
            Ok(())
        },
    },
    Key {
        name: "history-days",
        meaning: "How many days the history is kept: off (only its lines count), or 1 to 3650.",
        show: |settings| settings.history.days.map_or_else(|| OFF.to_owned(), |days| days.to_string()),
        take: |settings, value| {
            settings.history.days = if value == OFF {
                None
            } else {
                Some(read_number(value, Retention::DAYS).ok_or("It is off, or a number from 1 to 3650.")?)
            };
            Ok(())
        },
    },
];

impl std::str::FromStr for QuietHours {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).ok_or("Two different times of a day are written as 22:00-07:00.")
    }
}

fn switch(on: bool) -> String {
    if on { ON } else { OFF }.to_owned()
}

fn read_switch(value: &str) -> Result<bool, &'static str> {
    match value {
        ON | "true" | "yes" => Ok(true),
        OFF | "false" | "no" => Ok(false),
        _ => Err("It is either on or off."),
    }
}

fn read_number(value: &str, range: RangeInclusive<u32>) -> Option<u32> {
    value.parse().ok().filter(|number| range.contains(number))
}

/// A time as `90s`, `10m`, `2h` or `1d`.
fn read_time(value: &str, range: RangeInclusive<Duration>) -> Option<Duration> {
    crate::idle::read(value).flatten().filter(|time| range.contains(time))
}

/// In the largest unit that says it whole.
fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    let unit = [(24 * 3600, "d"), (3600, "h"), (60, "m")]
        .into_iter()
        .find(|(unit, _)| seconds.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{seconds}s"), |(unit, letter)| format!("{}{letter}", seconds / unit))
}

const LEAD: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(24 * 3600);
const TEST: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(30 * 24 * 3600);
const ON: &str = "on";
const OFF: &str = "off";

#[cfg(test)]
mod tests {
    use grantkeep_core::schedule::Pace;

    use super::*;

    #[test]
    fn what_is_shown_can_be_read() {
        let other = Settings {
            tray: false,
            notifications: false,
            quiet_hours: QuietHours::read("22:00-07:30"),
            pace: Pace {
                least_lead: Duration::from_secs(5400),
                test_every: Some(Duration::from_secs(86_400)),
            },
            history: Retention { days: Some(90), lines: 200 },
        };
        let mut read = Settings::default();
        for key in KEYS {
            assert_ne!((key.show)(&other), (key.show)(&Settings::default()), "{} differs", key.name);
            assert_eq!((key.take)(&mut read, &(key.show)(&other)), Ok(()), "{}", key.name);
        }

        assert_eq!(read, other);
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let cases = [
            ("tray", "off", true, "as it is shown"),
            ("tray", "no", true, "another word for it"),
            ("tray", "false", true, "a file's own word for it"),
            ("tray", "maybe", false, "neither"),
            ("tray", "", false, "nothing"),
            ("quiet-hours", "off", true, "never"),
            ("quiet-hours", "9:00-17:30", true, "within a day"),
            ("quiet-hours", "22:00", false, "until when?"),
            ("refresh-lead", "24h", true, "the most"),
            ("refresh-lead", "25h", false, "too long"),
            ("refresh-lead", "never", false, "no time"),
            ("refresh-lead", "600", false, "of what?"),
            ("test-every", "off", true, "nobody wants it"),
            ("test-every", "4m", false, "too often"),
            ("history-lines", "100000", true, "the most"),
            ("history-lines", "9", false, "too few"),
            ("history-lines", "many", false, "no number"),
            ("history-days", "off", true, "only lines count"),
            ("history-days", "0", false, "too few"),
            ("history-days", "3651", false, "too many"),
        ];
        for (name, value, good, why) in cases {
            let key = KEYS.iter().find(|key| key.name == name).unwrap();
            assert_eq!((key.take)(&mut Settings::default(), value).is_ok(), good, "{name} {value}: {why}");
        }
    }
}
