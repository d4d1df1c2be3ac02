//! When an account was alive: spans over a window of time, from its history.

use std::time::Duration;

use crate::model::{Account, Event, EventKind, Standing, Timestamp};

/// How an account was for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanState {
    /// It had no token: not authorized yet, or revoked.
    NoToken,
    /// Its token was good.
    Alive,
    /// Its token was good, and a refresh had failed.
    Failing,
    /// Its token had ended, and no new one had come.
    Expired,
    /// The history does not go back that far.
    Unknown,
}

/// A while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// How the account was.
    pub state: SpanState,
    /// From here.
    pub from: Timestamp,
    /// Up to here, which is not in it; later than `from`.
    pub to: Timestamp,
}

/// What is needed of a history for a timeline.
pub const KINDS: [EventKind; 4] =
    [EventKind::Authorized, EventKind::Refreshed, EventKind::RefreshFailed, EventKind::Revoked];

/// The spans from `from` to `to`: in order, without gap, overlap or two of a kind in a row; none where `from` is not
/// before `to`.
///
/// `events` are the account's, in any order; one before `from` tells how it was then. What the account itself says
/// counts where the history is silent about it.
pub fn timeline(account: &Account, events: &[Event], from: Timestamp, to: Timestamp) -> Vec<Span> {
    let mut spans = Spans { from, to, list: Vec::new() };
    let mut known = Known::NoToken;
    let mut at = Timestamp::from_millis(i64::MIN);
    for mark in marks(account, events) {
        known.fill(at, mark.at, &mut spans);
        at = at.max(mark.at);
        known.take(mark.at, mark.what);
    }
    known.fill(at, to, &mut spans);
    spans.list
}

/// How long the account had a good token in the spans.
pub fn alive(spans: &[Span]) -> Duration {
    let good = |span: &&Span| matches!(span.state, SpanState::Alive | SpanState::Failing);
    spans.iter().filter(good).map(|span| span.to.since(span.from)).sum()
}

/// A moment at which something changed.
struct Mark {
    at: Timestamp,
    what: Change,
}

#[derive(Clone, Copy)]
enum Change {
    /// The account was added; whether its first lines are forgotten.
    Added { forgotten: bool },
    /// A token came, with its end, by an authorization or a refresh.
    Token { ends: Option<Timestamp>, authorized: bool },
    /// A refresh failed.
    Failure,
    /// The token was found dead.
    Ended,
    /// The grant was taken back.
    Gone,
}

fn marks(account: &Account, events: &[Event]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = events.iter().filter_map(mark).collect();
    let mut silent = |at: Timestamp, what: Change, is_told: fn(Change) -> bool| {
        let told = |mark: &Mark| is_told(mark.what) && apart(mark.at, at) < SAME;
        if !marks.iter().any(told) {
            marks.push(Mark { at, what });
        }
    };
    if let Some(grant) = &account.grant {
        let authorized = apart(grant.authorized_at, grant.obtained_at) < SAME;
        let token = Change::Token { ends: grant.expires_at, authorized };
        silent(grant.obtained_at, token, |what| matches!(what, Change::Token { .. }));
    }
    if let Some(trouble) = &account.trouble {
        silent(trouble.since, Change::Failure, |what| matches!(what, Change::Failure));
    }
    match account.standing {
        Standing::Revoked { at } => silent(at, Change::Gone, |what| matches!(what, Change::Gone)),
        // A token whose end nobody knew ended with its grant, as far as is known.
        Standing::Ended { at } if account.grant.as_ref().is_some_and(|grant| grant.expires_at.is_none()) => {
            silent(at, Change::Ended, |what| matches!(what, Change::Ended));
        }
        Standing::Good | Standing::Ended { .. } | Standing::ClientRefused { .. } => {}
    }
    marks.sort_by_key(|mark| mark.at);
    // What comes first in the life of an account is an authorization.
    let first = marks.iter().map(|mark| mark.what).next();
    let forgotten = !matches!(first, None | Some(Change::Token { authorized: true, .. }));
    let place = marks.partition_point(|mark| mark.at < account.created_at);
    marks.insert(place, Mark { at: account.created_at, what: Change::Added { forgotten } });
    marks
}

fn mark(event: &Event) -> Option<Mark> {
    let what = match event.kind {
        EventKind::Authorized => Change::Token { ends: event.facts.token_ends_at, authorized: true },
        EventKind::Refreshed => Change::Token { ends: event.facts.token_ends_at, authorized: false },
        EventKind::RefreshFailed => Change::Failure,
        // One with a reason is about other tokens than the present one.
        EventKind::Revoked if event.facts.reason.is_none() => Change::Gone,
        EventKind::Revoked
        | EventKind::Service
        | EventKind::Authorization
        | EventKind::WorkingAgain
        | EventKind::HandedOut
        | EventKind::RevokeFailed
        | EventKind::Tested
        | EventKind::Reported
        | EventKind::Access => return None,
    };
    Some(Mark { at: event.at, what })
}

fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.since(other).max(other.since(one))
}

/// What is known at a moment.
enum Known {
    /// Whether there was a token is not known.
    Nothing,
    /// There was none.
    NoToken,
    /// There was one.
    Token { ends: Option<Timestamp>, failing: bool },
}

impl Known {
    fn take(&mut self, at: Timestamp, change: Change) {
        *self = match change {
            Change::Ended => Self::Token { ends: Some(at), failing: true },
            Change::Added { forgotten: true } => Self::Nothing,
            Change::Added { forgotten: false } | Change::Gone => Self::NoToken,
            Change::Token { ends, .. } => Self::Token { ends, failing: false },
            Change::Failure => match *self {
                // A refresh needs a grant; how long its token was good is not known.
                Self::Nothing | Self::NoToken => Self::Token { ends: None, failing: true },
                Self::Token { ends, .. } => Self::Token { ends, failing: true },
            },
        };
    }

    fn fill(&self, from: Timestamp, to: Timestamp, spans: &mut Spans) {
        match self {
            Self::Nothing => spans.add(SpanState::Unknown, from, to),
            Self::NoToken => spans.add(SpanState::NoToken, from, to),
            Self::Token { ends, failing } => {
                let state = if *failing { SpanState::Failing } else { SpanState::Alive };
                let end = ends.unwrap_or(to).clamp(from.min(to), to.max(from));
                spans.add(state, from, end);
                spans.add(SpanState::Expired, end, to);
            }
        }
    }
}

struct Spans {
    from: Timestamp,
    to: Timestamp,
    list: Vec<Span>,
}

impl Spans {
    fn add(&mut self, state: SpanState, from: Timestamp, to: Timestamp) {
        // A clock that was set back must not make spans overlap.
        let from = self.list.last().map_or(self.from, |last| last.to).max(from.max(self.from));
        let to = to.min(self.to);
        if from >= to {
            return;
        }
        match self.list.last_mut() {
            Some(last) if last.state == state => last.to = to,
            _ => self.list.push(Span { state, from, to }),
        }
    }
}

/// A line and what the account says of the same thing are this near to each other.
const SAME: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests;
