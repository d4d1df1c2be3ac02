//! The person's consent (R-AG-04, 09): what was said before, else a question, and what an answer does.
//!
//! A permission of a program by its executable is stored by the keeper. Everything else, such as one that a terminal
//! gave, is held here in memory, and ends with a process at the latest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use grantkeep_api::views::{Answer, QuestionOutcome};
use grantkeep_core::keeper::{Grantee, Keeper, Verdict};
use grantkeep_core::model::{AccountId, Name, Permission, Said, Timestamp};
use grantkeep_core::ports::{Clock, Entropy};
use tokio::sync::{broadcast, watch};

use super::answers::{NotTaken, Voice, Word, may_allow, may_answer};
use super::holding::{Held, Holding, Pass, Use};
use super::identity::{Asker, Session, Who};
use super::process;
use super::questions::{Asking, Question, Questions};

/// Asks, remembers and answers.
pub(crate) struct Consent {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    questions: Mutex<Questions>,
    holding: Mutex<Holding>,
    /// One answer at a time: each ends a question once.
    answering: tokio::sync::Mutex<()>,
    /// Counts ends of questions, for those who wait for one.
    ends: watch::Sender<u64>,
    changes: broadcast::Sender<Changed>,
}

/// What front ends are told.
#[derive(Debug, Clone)]
pub(crate) enum Changed {
    /// A program asks.
    Asked(Question),
    /// A question was answered or ran out.
    Ended(String),
    /// Something held is new or was used.
    Held(Held),
    /// Something held is gone.
    LetGo(String),
}

/// Why a request is not permitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotPermitted {
    /// The person refused for good, by the permission of that identifier.
    RefusedForGood(String),
    /// The person is asked, by that question.
    Asked(String),
    /// It was refused a moment ago; it can ask again then.
    JustRefused(Timestamp),
    /// Too many programs wait for an answer.
    TooMany,
    /// The system does not tell who asks.
    Untold,
}

/// What was given.
pub(crate) enum Given {
    /// By the keeper.
    Stored(Permission),
    /// Here.
    Held(Box<Held>),
}

impl Consent {
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            entropy,
            questions: Mutex::default(),
            holding: Mutex::default(),
            answering: tokio::sync::Mutex::default(),
            ends: watch::Sender::new(0),
            changes: broadcast::channel(CHANGES_KEPT).0,
        })
    }

    /// The time by its clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What changes, from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// Says whether `asker` may have tokens of `service` (`None` = manage), counts the use, or asks the person.
    pub(crate) fn permit(
        self: &Arc<Self>,
        keeper: &Arc<Keeper>,
        asker: &Asker,
        service: Option<&Name>,
        account: Option<&AccountId>,
    ) -> Result<(), NotPermitted> {
        if asker.who == Who::Untold {
            return Err(NotPermitted::Untold);
        }
        self.let_go(Some(keeper));
        let now = self.now();
        let refusal = self.holding().refusal(asker, service, now).map(|held| held.id.clone());
        if let Some(id) = refusal {
            return Err(NotPermitted::RefusedForGood(id));
        }
        if let Some(path) = asker.path() {
            match keeper.may(path, service) {
                Verdict::Allowed => return Ok(()),
                Verdict::Refused { id } => return Err(NotPermitted::RefusedForGood(id)),
                Verdict::Unasked => {}
            }
        }
        let used = self.holding().uses(asker, service, now);
        match used {
            Use::Held(held) => {
                self.tell(Changed::Held(*held));
                return Ok(());
            }
            Use::Pass => return Ok(()),
            Use::Nothing => {}
        }
        self.end_overdue(keeper);
        let account = account.map(ToString::to_string);
        let asking = self.questions().ask(asker, service, account, || self.new_id::<8>(), now);
        Err(match asking {
            Asking::New(question) => {
                let (id, end) = (question.id.clone(), question.expires_at);
                self.tell(Changed::Asked(question));
                self.end_in_time(keeper, end);
                NotPermitted::Asked(id)
            }
            Asking::Open(question) => NotPermitted::Asked(question.id),
            Asking::Quiet(until) => NotPermitted::JustRefused(until),
            Asking::Full => NotPermitted::TooMany,
        })
    }

    /// The agent has to stay: what it would forget is still needed.
    pub(crate) fn needs_keeping(&self) -> bool {
        self.let_go(None);
        !self.open_questions().is_empty() || self.holding().is_needed(self.now())
    }

    /// All questions that wait, the oldest first.
    pub(crate) fn open_questions(&self) -> Vec<Question> {
        self.questions().open().to_vec()
    }

    /// What is held, the oldest first.
    pub(crate) fn held(&self, keeper: &Arc<Keeper>) -> Vec<Held> {
        self.let_go(Some(keeper));
        self.holding().all().to_vec()
    }

    /// Waits until a question has ended; `None` when there is none of that identifier.
    pub(crate) async fn ended(&self, id: &str) -> Option<QuestionOutcome> {
        let mut ends = self.ends.subscribe();
        loop {
            match self.questions().outcome(id)? {
                QuestionOutcome::Waiting => {}
                outcome @ (QuestionOutcome::Allowed | QuestionOutcome::Refused) => return Some(outcome),
            }
            ends.changed().await.ok()?;
        }
    }

    /// Takes an answer.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        keeper: &Arc<Keeper>,
        id: &str,
        answer: Answer,
        voice: Voice,
    ) -> Result<(), NotTaken> {
        let _one = self.answering.lock().await;
        self.end_overdue(keeper);
        let question = {
            let questions = self.questions();
            questions.outcome(id).ok_or(NotTaken::NoQuestion)?;
            questions.find(id).cloned().ok_or(NotTaken::Over)?
        };
        let within = may_answer(&question, answer, voice)?;
        let (asker, service) = (&question.asker, question.service.as_ref());
        let allowed = match Word::of(answer) {
            Word::Once => {
                let until = self.now() + Pass::LIFE;
                let pass = Pass { who: asker.who.clone(), within, service: service.cloned(), until };
                self.holding().let_pass(pass);
                note(keeper, asker, service, Said::Once).await;
                true
            }
            Word::NotNow => {
                note(keeper, asker, service, Said::NotNow).await;
                false
            }
            Word::For(span) => self.say(keeper, asker, service, (true, span), within).await.map(|_| true)?,
            Word::Never => self.say(keeper, asker, service, (false, None), within).await.map(|_| false)?,
        };
        let ended = self.questions().end(id, allowed, self.now());
        self.tell_ended(ended);
        Ok(())
    }

    /// Allows a program, by its executable (`within` `None`), or what ends with a process; `span` `None` = as long
    /// as that can be.
    pub(crate) async fn allow(
        self: &Arc<Self>,
        keeper: &Arc<Keeper>,
        asker: &Asker,
        service: Option<&Name>,
        span: Option<Duration>,
    ) -> Result<Given, NotTaken> {
        may_allow(asker.kind, span)?;
        let given = self.say(keeper, asker, service, (true, span), None).await?;
        // Whoever waits for just that need not be asked any more.
        let waiting: Vec<String> = {
            let questions = self.questions();
            let same = |one: &&Question| one.asker.who == asker.who && one.service.as_ref() == service;
            questions.open().iter().filter(same).map(|question| question.id.clone()).collect()
        };
        for id in waiting {
            let ended = self.questions().end(&id, true, self.now());
            self.tell_ended(ended);
        }
        Ok(given)
    }

    /// Takes something held back; false when nothing of that identifier is.
    pub(crate) async fn take_back(&self, keeper: &Keeper, id: &str) -> bool {
        let Some(held) = self.holding().remove(id) else { return false };
        self.tell(Changed::LetGo(held.id));
        let said = Said::TakenBack { allowed: held.allowed }.of(&held.shown, held.service.as_ref());
        log(keeper, held.service.as_ref(), said).await;
        true
    }

    /// Stores what was said (allowed, and for how long), or holds it.
    async fn say(
        self: &Arc<Self>,
        keeper: &Arc<Keeper>,
        asker: &Asker,
        service: Option<&Name>,
        (allowed, span): (bool, Option<Duration>),
        within: Option<Session>,
    ) -> Result<Given, NotTaken> {
        if let (Who::Program(program), None) = (&asker.who, within) {
            let grantee = Grantee { program: program.clone(), shown: asker.shown() };
            let stored = match allowed {
                true => keeper.allow(grantee, service, span).await,
                false => keeper.refuse_for_good(grantee, service).await,
            };
            let stored = stored.map_err(NotTaken::Keeper)?;
            let older = self.holding().forget(&asker.who, service);
            self.tell_let_go(older);
            return Ok(Given::Stored(stored));
        }
        if let Some(name) = service {
            keeper.service(name).map_err(NotTaken::Keeper)?;
        }
        let now = self.now();
        let said = match span {
            Some(span) if allowed => Said::For(span),
            None if allowed => Said::WhileThere,
            Some(_) | None => Said::Never,
        };
        let held = Held {
            id: self.new_id::<4>(),
            who: asker.who.clone(),
            program: asker.view(),
            shown: asker.shown(),
            within,
            service: service.cloned(),
            allowed,
            granted_at: now,
            expires_at: span.map(|span| now + span),
            last_used_at: None,
            uses: 0,
        };
        let gone = {
            let mut holding = self.holding();
            let gone = holding.hold(held.clone());
            if !std::mem::replace(&mut holding.watched, true) {
                tokio::spawn(watch_ends(Arc::downgrade(self), Arc::downgrade(keeper), self.clock.clone()));
            }
            gone
        };
        self.tell_let_go(gone);
        self.tell(Changed::Held(held.clone()));
        note(keeper, asker, service, said).await;
        Ok(Given::Held(Box::new(held)))
    }

    /// Lets go of what has ended.
    fn let_go(&self, keeper: Option<&Arc<Keeper>>) {
        let has_service = |name: &Name| keeper.is_none_or(|keeper| keeper.service(name).is_ok());
        let ended = self.holding().prune(self.now(), process::started, has_service);
        self.tell_let_go(ended);
    }

    fn end_overdue(&self, keeper: &Arc<Keeper>) {
        let over = self.questions().run_out(self.now());
        for question in over {
            let keeper = keeper.clone();
            let Question { asker, service, .. } = question.clone();
            tokio::spawn(async move { note(&keeper, &asker, service.as_ref(), Said::Unanswered).await });
            self.tell_ended(Some(question));
        }
    }

    /// Ends questions at `end`, though nobody asks about them.
    fn end_in_time(self: &Arc<Self>, keeper: &Arc<Keeper>, end: Timestamp) {
        let (consent, keeper, clock) = (Arc::downgrade(self), Arc::downgrade(keeper), self.clock.clone());
        tokio::spawn(async move {
            clock.sleep_until(end).await;
            if let Some((consent, keeper)) = consent.upgrade().zip(keeper.upgrade()) {
                consent.end_overdue(&keeper);
            }
        });
    }

    fn tell_ended(&self, question: Option<Question>) {
        if let Some(question) = question {
            self.ends.send_modify(|ends| *ends += 1);
            self.tell(Changed::Ended(question.id));
        }
    }

    fn tell_let_go(&self, gone: impl IntoIterator<Item = Held>) {
        for held in gone {
            self.tell(Changed::LetGo(held.id));
        }
    }

    fn tell(&self, changed: Changed) {
        // Nobody may be listening.
        let _ = self.changes.send(changed);
    }

    /// Not to be guessed, and never the same again: one that an earlier agent gave leads nowhere.
    fn new_id<const BYTES: usize>(&self) -> String {
        let mut bytes = [0; BYTES];
        self.entropy.fill(&mut bytes);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holding(&self) -> MutexGuard<'_, Holding> {
        self.holding.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of what is held as it ends, while anything is.
async fn watch_ends(consent: Weak<Consent>, keeper: Weak<Keeper>, clock: Arc<dyn Clock>) {
    loop {
        clock.sleep_until(clock.now() + LOOK_AGAIN).await;
        let Some(consent) = consent.upgrade() else { return };
        consent.let_go(keeper.upgrade().as_ref());
        let mut holding = consent.holding();
        if holding.all().is_empty() {
            holding.watched = false;
            return;
        }
    }
}

async fn note(keeper: &Keeper, asker: &Asker, service: Option<&Name>, said: Said) {
    log(keeper, service, said.of(&asker.shown(), service)).await;
}

/// A history that can't be written changes nothing about what the person said.
async fn log(keeper: &Keeper, service: Option<&Name>, text: String) {
    if let Err(error) = keeper.log_access(service, text).await {
        tracing::warn!(%error, "what a person said about a program could not be written to the history");
    }
}

/// Changes that a slow follower may lag behind.
const CHANGES_KEPT: usize = 256;

/// How often it is looked whether processes have ended.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

#[cfg(test)]
#[path = "consent_tests.rs"]
mod tests;
