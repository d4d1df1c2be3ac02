//! What is saved or handed on: the history as JSON or CSV. Holds no secret, as no history does.

use serde_json::{Value, json};

use crate::time::rfc3339;
use crate::views::EventView;

/// A line of the history as JSON: stable names, what is not known is `null`.
pub fn event(event: &EventView) -> Value {
    json!({
        "id": event.id,
        "at": rfc3339(event.at_ms),
        "account": Some(&event.account).filter(|account| !account.is_empty()),
        "what": event.what,
        "text": event.text,
        "detail": event.detail,
        "took_ms": event.took_ms,
        "reason": event.reason,
        "token_ends_at": event.token_ends_at_ms.map(rfc3339),
    })
}

/// A history as a JSON array, in the order given.
pub fn history_json<'a>(events: impl IntoIterator<Item = &'a EventView>) -> String {
    format!("{:#}\n", events.into_iter().map(event).collect::<Value>())
}

/// A history as CSV (RFC 4180) with a line of names, in the order given.
///
/// A cell that a spreadsheet would take for a formula has an apostrophe before it: programs choose their own names.
pub fn history_csv<'a>(events: impl IntoIterator<Item = &'a EventView>) -> String {
    let mut csv = format!("{}\r\n", COLUMNS.join(","));
    for line in events {
        let line = event(line);
        let cells: Vec<_> = COLUMNS.iter().map(|name| cell(&line[name])).collect();
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

const COLUMNS: [&str; 9] =
    ["id", "at", "account", "what", "text", "detail", "took_ms", "reason", "token_ends_at"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::EventKind;

    #[test]
    fn a_history_is_written_as_csv_that_no_spreadsheet_runs() {
        let cases = [
            ("Refreshed", "Refreshed", "plain"),
            ("git, \"the\" program", "\"git, \"\"the\"\" program\"", "commas and quotes"),
            ("two\nlines", "\"two\nlines\"", "lines"),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)", "a formula"),
            ("@SUM(1,2)", "\"'@SUM(1,2)\"", "a formula with a comma"),
        ];
        for (text, cell, why) in cases {
            let csv = history_csv([&line(text)]);
            let expected = format!(
                "7,1970-01-01T00:00:01Z,podio/work,refreshed,{cell},212 ms,212,,1970-01-01T01:00:00Z"
            );
            assert_eq!(csv.split_once("\r\n").unwrap().1, format!("{expected}\r\n"), "{why}");
        }
        assert_eq!(history_csv([]), format!("{}\r\n", COLUMNS.join(",")));
    }

    #[test]
    fn the_columns_are_the_names_of_the_json() {
        let json = event(&line("Refreshed"));
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();

        assert_eq!(names, COLUMNS);
        assert_eq!(history_json([]), "[]\n");
    }

    fn line(text: &str) -> EventView {
        EventView {
            id: 7,
            at_ms: 1000,
            account: "podio/work".to_owned(),
            what: EventKind::Refreshed,
            text: text.to_owned(),
            detail: Some("212 ms".to_owned()),
            took_ms: Some(212),
            reason: None,
            token_ends_at_ms: Some(3_600_000),
        }
    }
}
