//! Consent over a real keeper and vault, with a clock that the test moves.

use std::future::Future;

use grantkeep_api::views::ProgramKind;
use grantkeep_core::keeper::Ports;
use grantkeep_core::model::{Draft, HistoryOf, HistoryQuery, Passphrase, RedirectMethod};
use grantkeep_core::ports::Later;
use grantkeep_vault::Vault;
use tempfile::TempDir;

use super::*;
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::http::{HttpClient, HttpOptions};
use crate::redirect::Loopback;

// R-AG-04
#[tokio::test]
async fn a_question_runs_out_after_a_minute_and_is_quiet_for_ten_seconds() {
    let world = World::new().await;
    let git = program("git");
    let mut changes = world.consent.subscribe();
    let id = world.asked(&git);
    assert!(matches!(changes.recv().await, Ok(Changed::Asked(question)) if question.id == id));

    world.clock.advance(60);

    assert_eq!(soon(world.consent.ended(&id)).await, Some(QuestionOutcome::Refused), "nobody need look");
    assert!(matches!(changes.recv().await, Ok(Changed::Ended(ended)) if ended == id));
    soon(world.told("git (/usr/bin/git, process 70) was refused tokens: nobody answered")).await;
    let again = world.permit(&git);
    assert!(
        matches!(again, Err(NotPermitted::JustRefused(until)) if until == world.clock.now() + seconds(10))
    );
    world.clock.advance(10);
    let next = world.asked(&git);
    assert_ne!(next, id);
    let late = world.consent.answer(&world.keeper, &id, Answer::Once, Voice::Window).await;
    assert!(matches!(late, Err(NotTaken::Over)));
}

// R-AG-04
#[tokio::test]
async fn an_answer_lasts_as_long_as_it_says() {
    let world = World::new().await;
    let git = program("git");
    let cases = [(Answer::Once, 119), (Answer::Hour, 3_599), (Answer::EightHours, 8 * 3_600 - 1)];
    for (answer, lasts) in cases {
        world.answer(&git, answer).await;
        world.clock.advance(lasts);
        assert_eq!(world.permit(&git), Ok(()), "{answer:?}");
        if answer == Answer::Once {
            world.answer(&git, answer).await;
            world.clock.advance(lasts);
        }
        world.clock.advance(1);
        let over = world.permit(&git);
        assert!(matches!(over, Err(NotPermitted::Asked(_))), "{answer:?} is over: {over:?}");
        world.answer_open(Answer::Once).await;
        assert_eq!(world.permit(&git), Ok(()));
    }
    world.answer(&git, Answer::Never).await;
    assert!(matches!(world.permit(&git), Err(NotPermitted::RefusedForGood(_))));
}

// R-AG-09
#[tokio::test]
async fn what_a_terminal_says_is_held_in_memory_until_it_ends() {
    let world = World::new().await;
    // This process stands for the leader of a session that is there.
    let own = i32::try_from(std::process::id()).unwrap();
    let here = Session { id: own, terminal: 34819, started: process::started(own).unwrap() };
    let git = Asker { session: Some(here), ..program("git") };
    let id = world.asked(&git);

    world.consent.answer(&world.keeper, &id, Answer::Hour, Voice::Terminal(here)).await.unwrap();

    assert_eq!(world.permit(&git), Ok(()));
    assert!(world.keeper.permissions().is_empty(), "nothing is stored");
    let held = world.consent.held(&world.keeper);
    assert_eq!((held.len(), held[0].uses, held[0].within), (1, 1, Some(here)));
    assert!(world.consent.needs_keeping(), "an agent that left would forget it");
    assert!(matches!(world.permit(&program("git")), Err(NotPermitted::Asked(_))), "elsewhere it is asked");
    world.answer_open(Answer::Always).await;
    assert!(world.consent.held(&world.keeper).is_empty(), "the window's word takes its place");
    let gone = Session { started: 0, ..here };
    let terminal = Asker { who: Who::Terminal(gone), kind: ProgramKind::Terminal, ..git };
    let given = world.consent.allow(&world.keeper, &terminal, Some(&acme()), None).await;
    assert!(matches!(given, Ok(Given::Held(_))));
    assert!(matches!(world.permit(&terminal), Err(NotPermitted::Asked(_))), "its leader is gone");
}

// R-AG-04
#[tokio::test]
async fn what_is_held_ends_though_nobody_looks() {
    let world = World::new().await;
    let own = i32::try_from(std::process::id()).unwrap();
    let here = Session { id: own, terminal: 34819, started: process::started(own).unwrap() };
    let terminal = Asker {
        who: Who::Terminal(here),
        kind: ProgramKind::Terminal,
        session: Some(here),
        ..program("xterm")
    };
    let mut changes = world.consent.subscribe();

    world.consent.allow(&world.keeper, &terminal, Some(&acme()), Some(seconds(60))).await.ok().unwrap();
    let Ok(Changed::Held(held)) = changes.recv().await else { panic!("it is told") };
    let end = async {
        loop {
            // The one who looks may begin to wait at any moment.
            world.clock.advance(30);
            let next = tokio::time::timeout(Duration::from_millis(20), changes.recv()).await;
            if let Ok(Ok(Changed::LetGo(id))) = next {
                return id;
            }
        }
    };

    assert_eq!(soon(end).await, held.id);
}

// R-AG-04
#[tokio::test]
async fn who_is_not_told_is_not_asked_about() {
    let world = World::new().await;
    let nobody = Asker { who: Who::Untold, ..program("a program") };

    assert_eq!(world.permit(&nobody), Err(NotPermitted::Untold));
    for count in 0..16 {
        world.asked(&program(&count.to_string()));
    }
    assert_eq!(world.permit(&program("one more")), Err(NotPermitted::TooMany));
}

struct World {
    consent: Arc<Consent>,
    keeper: Arc<Keeper>,
    clock: TestClock,
    _folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault =
            Vault::create_with_passphrase(&folder.path().join("vault"), &Passphrase::new("x")).unwrap();
        let clock = TestClock(Arc::new(watch::Sender::new(SystemClock.now())));
        let keeper = Keeper::start(Ports {
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SystemEntropy),
            http: Arc::new(HttpClient::new(HttpOptions::default())),
            redirects: Arc::new(Loopback::new()),
            store: Arc::new(vault),
        });
        let keeper = keeper.await.unwrap();
        let draft = Draft {
            title: "Acme".to_owned(),
            client_id: "client".to_owned(),
            authorize_uri: "https://acme.example/authorize".to_owned(),
            token_uri: "https://acme.example/token".to_owned(),
            redirect_method: RedirectMethod::Loopback,
            client_authentication: grantkeep_core::model::ClientAuthentication::None,
            ..Draft::default()
        };
        keeper.add_service(draft, None).await.unwrap();
        let consent = Consent::new(Arc::new(clock.clone()), Arc::new(SystemEntropy));
        Self { consent, keeper, clock, _folder: folder }
    }

    fn permit(&self, asker: &Asker) -> Result<(), NotPermitted> {
        self.consent.permit(&self.keeper, asker, Some(&acme()), None)
    }

    /// The question that is asked.
    fn asked(&self, asker: &Asker) -> String {
        match self.permit(asker) {
            Err(NotPermitted::Asked(id)) => id,
            other => panic!("not asked: {other:?}"),
        }
    }

    async fn answer(&self, asker: &Asker, answer: Answer) {
        let id = self.asked(asker);
        self.consent.answer(&self.keeper, &id, answer, Voice::Window).await.unwrap();
    }

    async fn answer_open(&self, answer: Answer) {
        let id = self.consent.open_questions()[0].id.clone();
        self.consent.answer(&self.keeper, &id, answer, Voice::Window).await.unwrap();
    }

    /// The newest line of the history.
    async fn newest(&self) -> String {
        let query = HistoryQuery::newest(HistoryOf::All, 1);
        self.keeper.history(query).await.unwrap().events.remove(0).text
    }

    /// Waits until the history's newest line says so.
    async fn told(&self, text: &str) {
        let mut events = self.keeper.subscribe();
        while self.newest().await != text {
            events.recv().await.unwrap();
        }
    }
}

#[derive(Clone)]
struct TestClock(Arc<watch::Sender<Timestamp>>);

impl TestClock {
    fn advance(&self, by: u64) {
        self.0.send_modify(|now| *now = *now + seconds(by));
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> Later<'_, ()> {
        let mut clock = self.0.subscribe();
        Box::pin(async move {
            if clock.wait_for(|now| *now >= at).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("in time")
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

fn acme() -> Name {
    "acme".parse().unwrap()
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
