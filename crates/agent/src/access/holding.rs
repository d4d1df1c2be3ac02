//! What was allowed or refused for a while and is never stored: to a terminal session, to a program within one, to a
//! process without an executable, and for one request.

use std::time::Duration;

use grantkeep_api::views::ProgramView;
use grantkeep_core::model::{Name, Timestamp};

use super::identity::{Asker, Session, Who};

/// A permission, or a refusal, that ends with a process at the latest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    /// Identifier.
    pub(crate) id: String,
    /// Whose.
    pub(crate) who: Who,
    /// For front ends.
    pub(crate) program: ProgramView,
    /// As the history named it.
    pub(crate) shown: String,
    /// It counts within this terminal session only.
    pub(crate) within: Option<Session>,
    /// For which service; `None` = to manage.
    pub(crate) service: Option<Name>,
    /// Allowed; otherwise refused.
    pub(crate) allowed: bool,
    /// When it was given.
    pub(crate) granted_at: Timestamp,
    /// When it ends in any case.
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was used last.
    pub(crate) last_used_at: Option<Timestamp>,
    /// How often it was used.
    pub(crate) uses: u64,
}

/// The next request is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) who: Who,
    pub(crate) within: Option<Session>,
    pub(crate) service: Option<Name>,
    pub(crate) until: Timestamp,
}

/// What a request makes use of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Use {
    /// A permission, as it is after that.
    Held(Box<Held>),
    /// A pass, which is gone by that.
    Pass,
    /// There is nothing.
    Nothing,
}

/// All that is held.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    /// Somebody looks whether what is held has ended.
    pub(crate) watched: bool,
    held: Vec<Held>,
    passes: Vec<Pass>,
}

impl Holding {
    /// The refusal that counts for this request.
    pub(crate) fn refusal(&self, asker: &Asker, service: Option<&Name>, now: Timestamp) -> Option<&Held> {
        self.held.iter().find(|held| !held.allowed && held.counts_for(asker, service, now))
    }

    /// What allows the request; the use is counted. A pass is taken where nothing else does.
    pub(crate) fn uses(&mut self, asker: &Asker, service: Option<&Name>, now: Timestamp) -> Use {
        let found = self.held.iter_mut().find(|held| held.allowed && held.counts_for(asker, service, now));
        if let Some(held) = found {
            held.last_used_at = Some(now);
            held.uses += 1;
            return Use::Held(Box::new(held.clone()));
        }
        self.passes.retain(|pass| now < pass.until);
        let counts = |pass: &Pass| {
            pass.who == asker.who && pass.service.as_ref() == service && within(pass.within, asker)
        };
        match self.passes.iter().position(counts) {
            Some(at) => {
                self.passes.remove(at);
                Use::Pass
            }
            None => Use::Nothing,
        }
    }

    /// Holds it in place of what was held of the same; gives back what is gone.
    pub(crate) fn hold(&mut self, held: Held) -> Option<Held> {
        let same =
            |one: &Held| one.who == held.who && one.service == held.service && one.within == held.within;
        let gone = self.held.iter().position(same).map(|at| self.held.remove(at));
        self.held.push(held);
        gone
    }

    /// Lets the next request pass within [`Pass::LIFE`].
    pub(crate) fn let_pass(&mut self, pass: Pass) {
        // Two in a row are no two requests.
        self.passes
            .retain(|one| (&one.who, &one.within, &one.service) != (&pass.who, &pass.within, &pass.service));
        self.passes.push(pass);
    }

    /// All that counts, the oldest first.
    pub(crate) fn all(&self) -> &[Held] {
        &self.held
    }

    /// Whether anything counts at `now`.
    pub(crate) fn is_needed(&self, now: Timestamp) -> bool {
        !self.held.is_empty() || self.passes.iter().any(|pass| now < pass.until)
    }

    /// Takes one back.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Held> {
        let at = self.held.iter().position(|held| held.id == id)?;
        Some(self.held.remove(at))
    }

    /// Forgets what was held of a program and a service in any session: the person said something newer of both.
    pub(crate) fn forget(&mut self, who: &Who, service: Option<&Name>) -> Vec<Held> {
        self.passes.retain(|pass| !(pass.who == *who && pass.service.as_ref() == service));
        let of_it = |held: &mut Held| held.who == *who && held.service.as_ref() == service;
        self.held.extract_if(.., of_it).collect()
    }

    /// Lets go of what has ended: its time, its process (`started` says when a process was started) or its service.
    pub(crate) fn prune(
        &mut self,
        now: Timestamp,
        started: impl Fn(i32) -> Option<u64>,
        has_service: impl Fn(&Name) -> bool,
    ) -> Vec<Held> {
        let has_ended = |held: &mut Held| {
            let process = match (&held.who, &held.within) {
                (Who::Process { pid, started }, _) => Some((*pid, *started)),
                (_, Some(session)) | (Who::Terminal(session), None) => Some((session.id, session.started)),
                (Who::Program(_) | Who::Untold, None) => None,
            };
            held.expires_at.is_some_and(|end| end <= now)
                || process.is_some_and(|(pid, at)| started(pid) != Some(at))
                || held.service.as_ref().is_some_and(|service| !has_service(service))
        };
        self.held.extract_if(.., has_ended).collect()
    }
}

impl Held {
    fn counts_for(&self, asker: &Asker, service: Option<&Name>, now: Timestamp) -> bool {
        self.who == asker.who
            && self.service.as_ref() == service
            && within(self.within, asker)
            && self.expires_at.is_none_or(|end| now < end)
    }
}

impl Pass {
    /// How long the next request is waited for.
    pub(crate) const LIFE: Duration = Duration::from_secs(2 * 60);
}

fn within(session: Option<Session>, asker: &Asker) -> bool {
    session.is_none() || asker.session == session
}

#[cfg(test)]
mod tests {
    use super::*;
    use grantkeep_api::views::ProgramKind;

    // R-AG-04, R-AG-09
    #[test]
    fn what_a_terminal_allows_counts_within_its_session_only() {
        let mut holding = Holding::default();
        let (here, there) = (session(60), session(61));
        let google = name("google");
        holding.hold(Held { within: Some(here), ..held("1", program()) });

        assert!(holding.uses(&asker(program(), Some(here)), Some(&google), at(1)) != Use::Nothing);
        assert!(
            holding.uses(&asker(program(), Some(there)), Some(&google), at(1)) == Use::Nothing,
            "another session"
        );
        assert!(holding.uses(&asker(program(), None), Some(&google), at(1)) == Use::Nothing, "no session");
        assert!(
            holding.uses(&asker(program(), Some(here)), Some(&name("github")), at(1)) == Use::Nothing,
            "another service"
        );
        assert!(holding.uses(&asker(program(), Some(here)), None, at(1)) == Use::Nothing, "managing");
        let other = Who::Program("/usr/bin/curl".to_owned());
        assert!(
            holding.uses(&asker(other, Some(here)), Some(&google), at(1)) == Use::Nothing,
            "another program"
        );
        let reused = Session { started: 9, ..here };
        assert!(
            holding.uses(&asker(program(), Some(reused)), Some(&google), at(1)) == Use::Nothing,
            "a reused number"
        );
        assert_eq!((holding.all()[0].uses, holding.all()[0].last_used_at), (1, Some(at(1))));
    }

    // R-AG-04
    #[test]
    fn a_pass_is_good_for_one_request_within_two_minutes() {
        let mut holding = Holding::default();
        let google = name("google");
        let asker = asker(program(), None);
        let pass = |until| Pass { who: program(), within: None, service: Some(google.clone()), until };

        holding.let_pass(pass(at(120)));
        holding.let_pass(pass(at(121)));
        assert!(holding.uses(&asker, Some(&google), at(5)) != Use::Nothing);
        assert!(holding.uses(&asker, Some(&google), at(6)) == Use::Nothing, "once");
        holding.let_pass(pass(at(120)));
        assert!(holding.uses(&asker, Some(&google), at(120)) == Use::Nothing, "in time");
        holding.let_pass(pass(at(300)));
        holding.hold(held("1", program()));
        assert!(holding.uses(&asker, Some(&google), at(200)) != Use::Nothing);
        holding.remove("1").unwrap();
        assert!(holding.uses(&asker, Some(&google), at(201)) != Use::Nothing, "a permission uses no pass up");
    }

    #[test]
    fn the_newest_word_counts() {
        let mut holding = Holding::default();
        let google = name("google");
        let asker = asker(program(), None);
        holding.hold(held("1", program()));

        let gone = holding.hold(Held { allowed: false, ..held("2", program()) });

        assert_eq!(gone.map(|held| held.id).as_deref(), Some("1"));
        assert!(holding.refusal(&asker, Some(&google), at(1)).is_some());
        assert!(holding.uses(&asker, Some(&google), at(1)) == Use::Nothing);
        assert_eq!(holding.forget(&program(), Some(&google)).len(), 1);
        assert!(holding.refusal(&asker, Some(&google), at(1)).is_none());
    }

    #[test]
    fn what_has_ended_is_let_go_of() {
        let here = session(60);
        let process = Who::Process { pid: 70, started: 1_070 };
        let cases = [
            (held("1", program()), true, "nothing has ended"),
            (Held { expires_at: Some(at(10)), ..held("1", program()) }, false, "its time is over"),
            (Held { expires_at: Some(at(11)), ..held("1", program()) }, true, "it has time left"),
            (Held { within: Some(here), ..held("1", program()) }, true, "its session is there"),
            (
                Held { within: Some(session(62)), ..held("1", program()) },
                false,
                "the session's leader is gone",
            ),
            (held("1", Who::Terminal(here)), true, "the terminal is there"),
            (held("1", Who::Terminal(Session { started: 9, ..here })), false, "its number was reused"),
            (held("1", process), false, "the process is gone"),
            (Held { service: Some(name("gone")), ..held("1", program()) }, false, "the service is gone"),
        ];
        for (held, stays, why) in cases {
            let mut holding = Holding::default();
            holding.hold(held);
            let started = |pid| (pid == 60).then_some(1_060);
            let gone = holding.prune(at(10), started, |service| service.as_str() == "google");
            assert_eq!((holding.all().len(), gone.len()), if stays { (1, 0) } else { (0, 1) }, "{why}");
        }
    }

    fn held(id: &str, who: Who) -> Held {
        Held {
            id: id.to_owned(),
            who,
            program: ProgramView { name: "git".to_owned(), path: None, kind: ProgramKind::Program },
            shown: "git".to_owned(),
            within: None,
            service: Some(name("google")),
            allowed: true,
            granted_at: at(0),
            expires_at: None,
            last_used_at: None,
            uses: 0,
        }
    }

    fn asker(who: Who, session: Option<Session>) -> Asker {
        Asker {
            who,
            name: "git".to_owned(),
            kind: ProgramKind::Program,
            pid: Some(70),
            parent: None,
            session,
        }
    }

    fn program() -> Who {
        Who::Program("/usr/bin/git".to_owned())
    }

    fn session(id: i32) -> Session {
        Session { id, terminal: 34819, started: 1_000 + u64::try_from(id).unwrap() }
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_000 * second)
    }
}
