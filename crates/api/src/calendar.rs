//! The forecast as a calendar (iCalendar, RFC 5545).

use crate::time::rfc3339;
use crate::views::{AheadView, Ends, ForecastView};

/// The calendar: an event a date, with the same identity each time, so that a calendar that takes it again moves what it
/// has; and its reminders.
pub fn calendar(forecast: &ForecastView) -> String {
    let mut lines = Lines::default();
    lines.add("BEGIN:VCALENDAR");
    lines.add("VERSION:2.0");
    lines.add(&format!("PRODID:-//Grantkeep//Grantkeep {}//EN", env!("CARGO_PKG_VERSION")));
    lines.add("CALSCALE:GREGORIAN");
    lines.add("METHOD:PUBLISH");
    for date in &forecast.dates {
        event(date, forecast.now_ms, &mut lines);
    }
    lines.add("END:VCALENDAR");
    lines.0
}

fn event(date: &AheadView, now_ms: i64, lines: &mut Lines) {
    let todo = match date.what {
        Ends::ClientSecret => format!("Replace the client secret of {}", date.name),
        Ends::AccessToken | Ends::RefreshToken => format!("Reauthorize {}", date.name),
    };
    lines.add("BEGIN:VEVENT");
    lines.add(&format!("UID:{}@grantkeep", text(&date.id)));
    lines.add(&format!("DTSTAMP:{}", basic(now_ms)));
    lines.add(&format!("DTSTART:{}", basic(date.at_ms)));
    lines.add(&format!("SUMMARY:{}", text(&todo)));
    lines.add(&format!("DESCRIPTION:{}.", text(&date.text)));
    if let Some(page) = &date.page_uri {
        // A URI is no text: nothing in it is escaped (RFC 5545 §3.3.13).
        lines.add(&format!("URL:{}", page.replace(['\r', '\n'], "")));
    }
    // Nobody's time is taken by it.
    lines.add("TRANSP:TRANSPARENT");
    for days in &date.reminder_days {
        lines.add("BEGIN:VALARM");
        lines.add("ACTION:DISPLAY");
        lines.add(&format!("DESCRIPTION:{}", text(&todo)));
        lines.add(&format!("TRIGGER:-P{days}D"));
        lines.add("END:VALARM");
    }
    lines.add("END:VEVENT");
}

/// A time in UTC (RFC 5545 §3.3.5, form 2).
fn basic(at_ms: i64) -> String {
    rfc3339(at_ms).replace(['-', ':'], "")
}

/// A text as a value (RFC 5545 §3.3.11).
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Content lines: CRLF at their ends, folded before their 76th octet, never within a character (RFC 5545 §3.1).
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        let mut width = 0;
        for character in line.chars() {
            if width + character.len_utf8() > FOLD {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(character);
            width += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Octets of a line without its end.
const FOLD: usize = 75;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Known;

    #[test]
    fn a_date_is_an_event_with_reminders() {
        let ics = calendar(&forecast(date("Google studio", Ends::RefreshToken)));

        let expected = [
            "BEGIN:VEVENT",
            "UID:refresh_token/google/studio@grantkeep",
            "DTSTAMP:19700101T000001Z",
            "DTSTART:20000229T000000Z",
            "SUMMARY:Reauthorize Google studio",
            "DESCRIPTION:The refresh token ends\\, as Google\\; “said”.",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Reauthorize Google studio",
            "TRIGGER:-P7D",
            "END:VALARM",
            "END:VEVENT",
        ];
        assert!(ics.contains(&expected.join("\r\n")), "{ics}");
        assert!(ics.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"), "{ics}");
        assert!(ics.ends_with("END:VCALENDAR\r\n"), "{ics}");
    }

    #[test]
    fn lines_are_folded_between_characters_and_come_back_whole() {
        let long = "Ü".repeat(300) + ", and more; \\ yes";
        let ics = calendar(&forecast(date(&long, Ends::ClientSecret)));

        for line in ics.split("\r\n") {
            assert!(line.len() <= FOLD, "{} octets", line.len());
            assert!(!line.contains(['\r', '\n']));
        }
        let unfolded = ics.replace("\r\n ", "");
        let summary = unfolded.split("\r\n").find(|line| line.starts_with("SUMMARY:")).unwrap();
        let value = summary.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        assert_eq!(value, format!("SUMMARY:Replace the client secret of {long}"));
    }

    #[test]
    fn a_name_can_not_add_lines() {
        let ics = calendar(&forecast(date("x\r\nEND:VCALENDAR", Ends::RefreshToken)));

        assert_eq!(ics.matches("\r\nEND:VCALENDAR").count(), 1, "{ics}");
        assert!(ics.contains("Reauthorize x\\nEND:VCALENDAR"), "{ics}");
    }

    #[test]
    fn nothing_ahead_is_an_empty_calendar() {
        let none = ForecastView { now_ms: 0, dates: Vec::new(), renewing: 3 };

        assert!(!calendar(&none).contains("VEVENT"));
    }

    fn forecast(date: AheadView) -> ForecastView {
        ForecastView { now_ms: 1000, dates: vec![date], renewing: 0 }
    }

    fn date(name: &str, what: Ends) -> AheadView {
        AheadView {
            id: "refresh_token/google/studio".to_owned(),
            service: "google".to_owned(),
            account: Some("google/studio".to_owned()),
            name: name.to_owned(),
            provider: None,
            at_ms: 951_782_400_000,
            what,
            known: Known::Told,
            text: "The refresh token ends, as Google; “said”".to_owned(),
            source_uri: None,
            page_uri: None,
            reminder_days: vec![7],
        }
    }
}
