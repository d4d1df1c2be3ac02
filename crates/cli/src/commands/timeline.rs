//! `grantkeep status NAME --timeline`: when an account was alive.

use grantkeep_api::views::{SpanState, SpanView, TimelineView};
use grantkeep_api::{AccountId, Agent};
use serde_json::{Value, json};

use super::json;
use super::table::{Cell, Look, Table};
use crate::clock::rfc3339;
use crate::exit::Stop;
use crate::{output, words};

/// Shows how an account was over some days: a line of bars, then the spans in words.
///
/// # Errors
/// The agent's problem.
pub(crate) fn run(id: &AccountId, days: u32, as_json: bool) -> Result<(), Stop> {
    let timeline = Agent::connect_or_start()?.timeline(id, days)?;
    if as_json {
        return json::write(&value(id, &timeline));
    }
    let bars = bars(&timeline, BARS);
    let summary = format!("{id}  {}\n{bars}\n\n", summary(&timeline));
    output::write(&(summary + &spans(&timeline, Look::of_output())))
}

fn value(id: &AccountId, timeline: &TimelineView) -> Value {
    let span = |span: &SpanView| json!({ "state": span.state, "from": rfc3339(span.from_ms), "to": rfc3339(span.to_ms) });
    json!({
        "account": id.to_string(),
        "from": rfc3339(timeline.from_ms),
        "to": rfc3339(timeline.to_ms),
        "alive_ms": timeline.alive_ms,
        "spans": timeline.spans.iter().map(span).collect::<Value>(),
    })
}

/// How much of the time that is known the token was good.
fn summary(timeline: &TimelineView) -> String {
    let of = |state: SpanState| {
        let found = timeline.spans.iter().filter(move |span| span.state == state);
        (found.clone().count(), found.map(|span| span.to_ms - span.from_ms).sum::<i64>())
    };
    let (ends, ended_ms) = of(SpanState::Expired);
    let known_ms = timeline.alive_ms + ended_ms;
    if known_ms == 0 {
        return "no token in this time".to_owned();
    }
    // Rounded down: 100 % means that nothing was missing.
    let share = timeline.alive_ms * 1000 / known_ms;
    let gaps = match ends {
        0 => "no gap".to_owned(),
        1 => "1 gap".to_owned(),
        count => format!("{count} gaps"),
    };
    format!("good {}.{} % of the time, {gaps}", share / 10, share % 10)
}

/// A bar a part of the time, by the worst in it.
fn bars(timeline: &TimelineView, count: i64) -> String {
    let width = (timeline.to_ms - timeline.from_ms).max(1);
    let edge = |at: i64| timeline.from_ms + width * at / count;
    (0..count)
        .map(|at| {
            let (from, to) = (edge(at), edge(at + 1));
            let inside = timeline.spans.iter().filter(|span| span.from_ms < to && span.to_ms > from);
            inside.map(|span| bar(span.state)).max_by_key(|(rank, _)| *rank).map_or(' ', |(_, bar)| bar)
        })
        .collect()
}

/// How bad it is, and how it is drawn; the shapes differ, not the colours alone.
fn bar(state: SpanState) -> (u8, char) {
    match state {
        SpanState::Unknown => (0, '?'),
        SpanState::NoToken => (1, '·'),
        SpanState::Alive => (2, '█'),
        SpanState::Failing => (3, '▅'),
        SpanState::Expired => (4, '▁'),
    }
}

fn spans(timeline: &TimelineView, look: Look) -> String {
    let mut table = Table::new(["FROM", "FOR", "", "WAS"]);
    for span in &timeline.spans {
        table.row([
            Cell::plain(rfc3339(span.from_ms)),
            Cell::plain(words::span(span.to_ms - span.from_ms)),
            Cell::plain(bar(span.state).1.to_string()),
            Cell::plain(was(span.state)),
        ]);
    }
    table.text(look)
}

fn was(state: SpanState) -> &'static str {
    match state {
        SpanState::NoToken => "without a token",
        SpanState::Alive => "good",
        SpanState::Failing => "good, but a refresh failed",
        SpanState::Expired => "ended",
        SpanState::Unknown => "not known: the history does not go back that far",
    }
}

const BARS: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_the_worst_of_its_part() {
        let hour = 3_600_000;
        let span = |state, from: i64, to: i64| SpanView { state, from_ms: from * hour, to_ms: to * hour };
        let timeline = TimelineView {
            from_ms: 0,
            to_ms: 12 * hour,
            spans: vec![
                span(SpanState::Unknown, 0, 2),
                span(SpanState::NoToken, 2, 4),
                span(SpanState::Alive, 4, 7),
                span(SpanState::Failing, 7, 8),
                span(SpanState::Expired, 8, 9),
                span(SpanState::Alive, 9, 12),
            ],
            alive_ms: 7 * hour,
        };

        assert_eq!(bars(&timeline, 6), "?·█▅▁█");
        assert_eq!(bars(&timeline, 12), "??··███▅▁███");
        assert_eq!(summary(&timeline), "good 87.5 % of the time, 1 gap");
    }

    #[test]
    fn a_time_without_a_token_has_no_share() {
        let timeline = TimelineView { from_ms: 0, to_ms: 10, spans: Vec::new(), alive_ms: 0 };

        assert_eq!(summary(&timeline), "no token in this time");
        assert_eq!(bars(&timeline, 3), "   ");
    }
}
