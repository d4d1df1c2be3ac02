//! Who may say what about a question (R-AG-04, 08, 09).

use std::time::Duration;

use grantkeep_api::views::{Answer, ProgramKind};
use grantkeep_core::keeper;

use super::identity::{Session, Who};
use super::questions::Question;

/// Who answers, or allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The window.
    Window,
    /// Our CLI, where the owner of the passphrase file is the person.
    Owner,
    /// Our CLI on a terminal.
    Terminal(Session),
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The next request alone.
    Once,
    /// For so long; `None` = for good.
    For(Option<Duration>),
    /// Not this time.
    NotNow,
    /// It is not asked again.
    Never,
}

/// Why an answer was not taken, or a permission not given.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// There is no such question.
    NoQuestion,
    /// It was answered already, or ran out.
    Over,
    /// It came from elsewhere than that terminal.
    Elsewhere,
    /// The window alone can say that.
    WindowOnly,
    /// What can be anything is allowed for an hour at most, a terminal never for good.
    TooLong(ProgramKind),
    /// The keeper could not.
    Keeper(keeper::Error),
}

impl Word {
    /// What an answer means.
    pub(crate) fn of(answer: Answer) -> Self {
        match answer {
            Answer::Once => Self::Once,
            Answer::Hour => Self::For(Some(HOUR)),
            Answer::EightHours => Self::For(Some(8 * HOUR)),
            Answer::Always => Self::For(None),
            Answer::Refuse => Self::NotNow,
            Answer::Never => Self::Never,
        }
    }

    fn allows(self) -> bool {
        match self {
            Self::Once | Self::For(_) => true,
            Self::NotNow | Self::Never => false,
        }
    }
}

/// Says whether that voice may give that answer; the session that the answer counts in, `None` = everywhere.
pub(crate) fn may_answer(
    question: &Question,
    answer: Answer,
    voice: Voice,
) -> Result<Option<Session>, NotTaken> {
    let word = Word::of(answer);
    let within = match voice {
        Voice::Window | Voice::Owner => None,
        Voice::Terminal(session) if question.asker.session == Some(session) => Some(session),
        Voice::Terminal(_) => return Err(NotTaken::Elsewhere),
    };
    // `manage` is given in the window (R-AG-08), and a terminal speaks for itself and for an hour.
    let manages = question.service.is_none() && word.allows();
    let is_long = matches!(answer, Answer::EightHours | Answer::Always);
    match voice {
        Voice::Owner if manages => return Err(NotTaken::WindowOnly),
        Voice::Terminal(_) if manages || is_long => return Err(NotTaken::WindowOnly),
        Voice::Window | Voice::Owner | Voice::Terminal(_) => {}
    }
    if let Word::For(span) = word {
        may_allow(question.asker.kind, span)?;
        if span.is_none() && !question.may_always() {
            return Err(NotTaken::TooLong(question.asker.kind));
        }
    }
    // The terminal itself is its own session.
    let is_terminal = matches!(question.asker.who, Who::Terminal(_));
    Ok(within.filter(|_| !is_terminal))
}

/// Says whether a program of that kind may be allowed for so long, `None` = as long as it can be.
pub(crate) fn may_allow(kind: ProgramKind, span: Option<Duration>) -> Result<(), NotTaken> {
    match kind {
        ProgramKind::Program | ProgramKind::Terminal => Ok(()),
        ProgramKind::Interpreter | ProgramKind::Unknown if span.is_some_and(|span| span <= HOUR) => Ok(()),
        ProgramKind::Interpreter | ProgramKind::Unknown => Err(NotTaken::TooLong(kind)),
    }
}

const HOUR: Duration = Duration::from_secs(3_600);

#[cfg(test)]
mod tests {
    use grantkeep_core::model::Timestamp;

    use super::*;
    use crate::access::identity::Asker;

    const HERE: Session = Session { id: 60, terminal: 34819, started: 1_060 };
    const THERE: Session = Session { id: 61, terminal: 34820, started: 1_061 };
    const ALL: [Answer; 6] =
        [Answer::Once, Answer::Hour, Answer::EightHours, Answer::Always, Answer::Refuse, Answer::Never];

    // R-AG-04, R-AG-08, R-AG-09
    #[test]
    fn each_voice_says_what_it_may() {
        use ProgramKind::{Interpreter, Program, Terminal, Unknown};
        let (window, owner, here) = (Voice::Window, Voice::Owner, Voice::Terminal(HERE));
        // voice, kind, to manage, answers taken: once, hour, eight hours, always, refuse, never
        let cases = [
            (window, Program, false, "1111 11", "the window says anything of a program"),
            (window, Program, true, "1111 11", "and lets it manage"),
            (window, Interpreter, false, "1100 11", "what runs anything gets an hour"),
            (window, Unknown, false, "1100 11", "so does what is not told"),
            (window, Terminal, false, "1110 11", "a terminal is there for a while"),
            (owner, Program, false, "1111 11", "the owner of the passphrase file is the person"),
            (owner, Program, true, "0000 11", "but managing is given in the window"),
            (owner, Interpreter, false, "1100 11", "and interpreters stay what they are"),
            (here, Program, false, "1100 11", "its own terminal, for an hour"),
            (here, Interpreter, false, "1100 11", "as well"),
            (here, Terminal, false, "1100 11", "and for itself"),
            (here, Program, true, "0000 11", "not to manage"),
            (Voice::Terminal(THERE), Program, false, "0000 00", "another terminal"),
        ];
        for (voice, kind, manage, taken, why) in cases {
            let question = question(kind, manage, Some(HERE));
            let found = ALL.map(|answer| may_answer(&question, answer, voice).is_ok());
            let wanted: Vec<bool> = taken.bytes().filter(|c| *c != b' ').map(|c| c == b'1').collect();
            assert_eq!(found.to_vec(), wanted, "{why}");
        }
        let bare = question(Program, false, None);
        assert!(may_answer(&bare, Answer::Once, here).is_err(), "it came from no terminal");
    }

    // R-AG-09
    #[test]
    fn a_terminals_answer_counts_in_its_session() {
        let of = |kind, voice| may_answer(&question(kind, false, Some(HERE)), Answer::Hour, voice).unwrap();

        assert_eq!(of(ProgramKind::Program, Voice::Window), None);
        assert_eq!(of(ProgramKind::Program, Voice::Owner), None);
        assert_eq!(of(ProgramKind::Program, Voice::Terminal(HERE)), Some(HERE));
        assert_eq!(of(ProgramKind::Terminal, Voice::Terminal(HERE)), None, "the session is who asks");
    }

    // R-AG-04
    #[test]
    fn what_runs_anything_is_allowed_for_an_hour_at_most() {
        let cases = [
            (ProgramKind::Program, None, true),
            (ProgramKind::Terminal, None, true),
            (ProgramKind::Program, Some(8), true),
            (ProgramKind::Interpreter, Some(1), true),
            (ProgramKind::Interpreter, Some(2), false),
            (ProgramKind::Interpreter, None, false),
            (ProgramKind::Unknown, Some(1), true),
            (ProgramKind::Unknown, None, false),
        ];
        for (kind, hours, may) in cases {
            let span = hours.map(|hours| hours * HOUR);
            assert_eq!(may_allow(kind, span).is_ok(), may, "{kind:?} {hours:?}");
        }
    }

    fn question(kind: ProgramKind, manage: bool, session: Option<Session>) -> Question {
        let who = match kind {
            ProgramKind::Terminal => Who::Terminal(HERE),
            _ => Who::Program("/usr/bin/git".to_owned()),
        };
        let name = "git".to_owned();
        let asker = Asker { who, name, kind, pid: Some(70), parent: None, session };
        Question {
            id: "1".to_owned(),
            asker,
            service: if manage { None } else { "google".parse().ok() },
            account: None,
            known: false,
            asked_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(60_000),
        }
    }
}
