//! The agent's event stream (server-sent events).

use std::io::{BufRead, BufReader};

use super::http::ExchangeError;
use super::{Agent, Answer, Call, not_understood, problem_of, unavailable};
use crate::routes::pattern;
use crate::views::{Change, Problem};

impl Agent {
    /// Calls `on_change` for each change until it returns `false`; the first is a [`Change::Snapshot`].
    ///
    /// Connecting again after an error is the caller's business: the first change is a snapshot again.
    ///
    /// # Errors
    /// The agent could not be started, ended, or was silent for longer than its keep-alive allows.
    pub fn follow(&self, on_change: impl FnMut(Change) -> bool) -> Result<(), Problem> {
        let call = Call::get(pattern::EVENTS);
        let (head, body) = self.begin(&call, &mut true)?;
        if head.status != 200 {
            let body = body.whole().map_err(|error| problem_of(error, true))?;
            return Answer { status: head.status, body }.good().and(Err(not_understood("it sent no events")));
        }
        read_events(BufReader::new(body), on_change)
    }
}

/// Reads events until `on_change` returns `false`. Fields other than `data` are ignored, so are comments.
fn read_events(mut reader: impl BufRead, mut on_change: impl FnMut(Change) -> bool) -> Result<(), Problem> {
    let mut data = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let ended = |error: std::io::Error| match ExchangeError::from(error) {
            ExchangeError::Silent => unavailable("it fell silent"),
            ExchangeError::Lost(_) | ExchangeError::Garbage(_) => unavailable("it ended"),
        };
        if reader.read_until(b'\n', &mut line).map_err(ended)? == 0 {
            return Err(unavailable("it ended"));
        }
        let text = line.trim_ascii_end();
        if let Some(part) = text.strip_prefix(b"data:") {
            data.extend_from_slice(part.strip_prefix(b" ").unwrap_or(part));
        } else if text.is_empty() && !data.is_empty() {
            let change =
                serde_json::from_slice(&data).map_err(|_| not_understood("it sent an unknown change"))?;
            data.clear();
            if !on_change(change) {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Code;

    #[test]
    fn events_are_read_as_the_agent_writes_them() {
        let stream =
            b": hello\n\ndata: {\"kind\":\"service_removed\",\ndata: \"name\":\"a\"}\r\n\r\n: keep-alive\n\n\
            event: x\nid: 7\ndata:{\"kind\":\"account_removed\",\"id\":\"b/c\"}\n\n";
        let mut seen = Vec::new();

        let ended = read_events(&stream[..], |change| {
            seen.push(change);
            true
        });

        let (name, id) = ("a".to_owned(), "b/c".to_owned());
        assert_eq!(seen, [Change::ServiceRemoved { name }, Change::AccountRemoved { id }]);
        assert_eq!(
            ended.map_err(|problem| problem.code),
            Err(Code::AgentUnavailable),
            "the stream never ends well"
        );
    }

    #[test]
    fn the_listener_can_stop() {
        let stream = b"data: {\"kind\":\"service_removed\",\"name\":\"a\"}\n\n".repeat(2);
        let mut seen = 0;

        let ended = read_events(&stream[..], |_| {
            seen += 1;
            false
        });

        assert!(ended.is_ok());
        assert_eq!(seen, 1);
    }

    #[test]
    fn an_unknown_change_is_no_silence() {
        let ended = read_events(&b"data: {\"kind\":\"dance\"}\n\n"[..], |_| true);

        assert_eq!(ended.map_err(|problem| problem.code), Err(Code::Internal));
    }
}
