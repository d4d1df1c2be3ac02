//! Programs that wait for the person's permission (R-AG-04): at most [`MOST`] at once, each for [`PATIENCE`].
//!
//! In memory only, and without a clock: the time is an argument.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use grantkeep_api::views::{ProgramKind, QuestionOutcome};
use grantkeep_core::model::{Name, Timestamp};

use super::identity::{Asker, Who};

/// A program waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// Identifier.
    pub(crate) id: String,
    /// Who asks.
    pub(crate) asker: Asker,
    /// For the tokens of which service; `None` = to manage.
    pub(crate) service: Option<Name>,
    /// The account that was asked for.
    pub(crate) account: Option<String>,
    /// It has asked for this service before.
    pub(crate) known: bool,
    /// When it asked.
    pub(crate) asked_at: Timestamp,
    /// When it counts as refused.
    pub(crate) expires_at: Timestamp,
}

impl Question {
    /// *Always* can be answered.
    pub(crate) fn may_always(&self) -> bool {
        self.asker.kind == ProgramKind::Program
    }
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asking {
    /// The person is asked now.
    New(Question),
    /// The person is being asked already.
    Open(Question),
    /// It was refused a moment ago; it can ask again at that time.
    Quiet(Timestamp),
    /// Too many wait.
    Full,
}

/// All questions.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    open: Vec<Question>,
    /// How questions ended, for those who still ask; the oldest first.
    ended: VecDeque<(String, QuestionOutcome)>,
    /// Who was refused, until when it is not asked again.
    quiet: Vec<(Who, Option<Name>, Timestamp)>,
    known: HashSet<(Who, Option<Name>)>,
}

impl Questions {
    /// Asks the person, unless that is done already or was just refused; `id` makes an identifier.
    pub(crate) fn ask(
        &mut self,
        asker: &Asker,
        service: Option<&Name>,
        account: Option<String>,
        id: impl FnOnce() -> String,
        now: Timestamp,
    ) -> Asking {
        let same = |who: &Who, of: &Option<Name>| *who == asker.who && of.as_ref() == service;
        if let Some(open) = self.open.iter().find(|open| same(&open.asker.who, &open.service)) {
            return Asking::Open(open.clone());
        }
        self.quiet.retain(|(_, _, until)| now < *until);
        if let Some((_, _, until)) = self.quiet.iter().find(|(who, of, _)| same(who, of)) {
            return Asking::Quiet(*until);
        }
        if self.open.len() >= MOST {
            return Asking::Full;
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        let question = Question {
            id: id(),
            asker: asker.clone(),
            service: service.cloned(),
            account,
            known: !self.known.insert((asker.who.clone(), service.cloned())),
            asked_at: now,
            expires_at: now + PATIENCE,
        };
        self.open.push(question.clone());
        Asking::New(question)
    }

    /// All that wait, the oldest first.
    pub(crate) fn open(&self) -> &[Question] {
        &self.open
    }

    /// One that waits.
    pub(crate) fn find(&self, id: &str) -> Option<&Question> {
        self.open.iter().find(|open| open.id == id)
    }

    /// How a question stands; `None` when there never was one, or long ago.
    pub(crate) fn outcome(&self, id: &str) -> Option<QuestionOutcome> {
        match self.find(id) {
            Some(_) => Some(QuestionOutcome::Waiting),
            None => self.ended.iter().find(|(ended, _)| ended == id).map(|(_, outcome)| *outcome),
        }
    }

    /// Ends a question; after a refusal the same is not asked again for [`QUIET`].
    pub(crate) fn end(&mut self, id: &str, allowed: bool, now: Timestamp) -> Option<Question> {
        let at = self.open.iter().position(|open| open.id == id)?;
        let question = self.open.remove(at);
        let outcome = if allowed { QuestionOutcome::Allowed } else { QuestionOutcome::Refused };
        if self.ended.len() >= ENDED_KEPT {
            self.ended.pop_front();
        }
        self.ended.push_back((question.id.clone(), outcome));
        if !allowed {
            self.quiet.push((question.asker.who.clone(), question.service.clone(), now + QUIET));
        }
        Some(question)
    }

    /// Ends those that nobody answered in time, as refused.
    pub(crate) fn run_out(&mut self, now: Timestamp) -> Vec<Question> {
        let over: Vec<String> =
            self.open.iter().filter(|open| open.expires_at <= now).map(|open| open.id.clone()).collect();
        over.iter().filter_map(|id| self.end(id, false, now)).collect()
    }
}

/// Questions at once.
const MOST: usize = 16;

/// How long the person has to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a program that was refused is not asked about again.
const QUIET: Duration = Duration::from_secs(10);

/// Outcomes that can still be asked for.
const ENDED_KEPT: usize = 64;

/// Programs that are remembered as known.
const MOST_KNOWN: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    // R-AG-04
    #[test]
    fn the_same_question_is_asked_once_and_not_again_just_after_a_refusal() {
        let mut all = Questions::default();
        let (git, google) = (program("git"), name("google"));

        let first = new(all.ask(&git, Some(&google), None, || "1".to_owned(), at(0)));
        assert!(!first.known && first.expires_at == at(60));
        let again = all.ask(&git, Some(&google), None, || "2".to_owned(), at(5));
        assert_eq!(again, Asking::Open(first.clone()), "it waits already");
        new(all.ask(&git, None, None, || "3".to_owned(), at(5)));
        new(all.ask(&program("curl"), Some(&google), None, || "4".to_owned(), at(5)));
        assert_eq!(all.outcome("1"), Some(QuestionOutcome::Waiting));

        assert_eq!(all.end("1", false, at(7)), Some(first), "refused");

        assert_eq!(all.outcome("1"), Some(QuestionOutcome::Refused));
        assert_eq!(all.end("1", true, at(8)), None, "an answer counts once");
        let quiet = all.ask(&git, Some(&google), None, || "5".to_owned(), at(16));
        assert_eq!(quiet, Asking::Quiet(at(17)));
        let later = new(all.ask(&git, Some(&google), None, || "6".to_owned(), at(17)));
        assert!(later.known, "it has asked before");
        all.end("6", true, at(18));
        assert_eq!(all.outcome("6"), Some(QuestionOutcome::Allowed));
        new(all.ask(&git, Some(&google), None, || "7".to_owned(), at(18)));
        assert_eq!(all.outcome("nonsense"), None);
    }

    // R-AG-04
    #[test]
    fn a_question_that_nobody_answers_is_refused_after_a_minute() {
        let mut all = Questions::default();
        new(all.ask(&program("git"), None, None, || "1".to_owned(), at(0)));
        new(all.ask(&program("curl"), None, None, || "2".to_owned(), at(30)));

        assert!(all.run_out(at(59)).is_empty());
        let over: Vec<_> = all.run_out(at(60)).into_iter().map(|question| question.id).collect();

        assert_eq!(over, ["1"]);
        assert_eq!(all.outcome("1"), Some(QuestionOutcome::Refused));
        let again = all.ask(&program("git"), None, None, || "3".to_owned(), at(61));
        assert_eq!(again, Asking::Quiet(at(70)));
        assert_eq!(all.open().len(), 1);
    }

    #[test]
    fn sixteen_wait_at_most_and_outcomes_are_forgotten() {
        let mut all = Questions::default();
        for count in 0..MOST {
            new(all.ask(&program(&count.to_string()), None, None, || count.to_string(), at(0)));
        }
        assert_eq!(all.ask(&program("one more"), None, None, || "x".to_owned(), at(0)), Asking::Full);
        for count in 0..=ENDED_KEPT {
            all.end(&count.to_string(), true, at(0));
            let next = (MOST + count).to_string();
            new(all.ask(&program(&next), None, None, || next.clone(), at(0)));
        }
        assert_eq!((all.outcome("0"), all.outcome("1")), (None, Some(QuestionOutcome::Allowed)));
    }

    fn new(asking: Asking) -> Question {
        match asking {
            Asking::New(question) => question,
            other => panic!("not asked: {other:?}"),
        }
    }

    fn program(name: &str) -> Asker {
        Asker {
            who: Who::Program(format!("/usr/bin/{name}")),
            name: name.to_owned(),
            kind: ProgramKind::Program,
            pid: Some(70),
            parent: None,
            session: None,
        }
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_000 * second)
    }
}
