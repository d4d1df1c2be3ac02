//! Programs that ask for tokens, and the person who answers in the window (R-AG-04, R-AG-09).

#![cfg(target_os = "linux")]

use grantkeep_api::requests::Purpose;
use grantkeep_api::token::HandedToken;
use grantkeep_api::views::{Code, Problem, QuestionOutcome};
use grantkeep_api::{AccountId, Agent};
use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Failure, Outcome, Session, Window, ensure, play, wait_until};

// R-AG-04, R-AG-09
#[tokio::test]
async fn a_program_gets_a_token_only_as_the_person_allows_it() {
    play("a_program_gets_a_token_only_as_the_person_allows_it", answers).await;
}

// R-AG-04
#[tokio::test]
async fn what_is_always_allowed_is_listed_and_can_be_taken_back() {
    play("what_is_always_allowed_is_listed_and_can_be_taken_back", always).await;
}

// R-AG-09
#[tokio::test]
async fn a_question_is_answered_without_the_main_window() {
    play("a_question_is_answered_without_the_main_window", alone).await;
}

/// Once; again; refused by Escape; never.
async fn answers(desktop: &mut Desktop) -> Outcome {
    let id = authorized(desktop).await?;
    let program = Program::of(&desktop.session)?;

    let question = program.is_asked(&id)?;
    ensure(desktop.window.go_to_consent().await? == question, "the window shows that question")?;
    desktop.window.wait_text("consent-title", "asks for the access token of").await?;
    desktop.window.answer("consent-allow").await?;
    desktop.window.go_back().await?;
    ensure(program.outcome(&question)? == QuestionOutcome::Allowed, "the program is told")?;
    let handed = program.token(&id).map_err(told)?;
    ensure(handed.access_token.expose() == desktop.copy_token().await?, "it has the account's own token")?;

    let question = program.is_asked(&id)?;
    desktop.window.go_to_consent().await?;
    desktop.window.escape().await?;
    desktop.window.go_back().await?;
    ensure(program.outcome(&question)? == QuestionOutcome::Refused, "once was once, and Escape refuses")?;
    let refused = program.token(&id).err().ok_or_else(|| Failure::new("a refusal let the token go"))?;
    ensure(refused.question.is_none(), "who was just refused is not asked about again at once")?;

    wait_until("the next question", async || {
        let refused = program.token(&id).err();
        Ok(refused.and_then(|refused| refused.question))
    })
    .await?;
    desktop.window.answer("consent-never").await?;
    desktop.window.go_back().await?;
    let refused = program.token(&id).err().map(|problem| problem.code);
    ensure(refused == Some(Code::NotAllowed), format!("never means not to be asked again: {refused:?}"))?;
    desktop.window.click("nav-programs").await?;
    desktop.window.wait_text("permission", "Refused for good").await.map(drop)
}

/// Always, on the Programs page, taken back there, asked again from there.
async fn always(desktop: &mut Desktop) -> Outcome {
    let id = authorized(desktop).await?;
    let program = Program::of(&desktop.session)?;

    program.is_asked(&id)?;
    desktop.window.go_to_consent().await?;
    desktop.window.choose_span("always").await?;
    desktop.window.answer("consent-allow").await?;
    desktop.window.go_back().await?;
    for _ in 0..3 {
        program.token(&id).map_err(told)?;
    }

    desktop.window.wait("account-programs").await?;
    desktop.window.click("nav-programs").await?;
    desktop.window.wait_text("permission", "Always").await?;
    desktop.window.click("take-back").await?;
    desktop.window.wait_gone("permission").await?;

    program.is_asked(&id)?;
    desktop.window.go_to_consent().await?;
    desktop.window.answer("consent-refuse").await?;
    desktop.window.go_back().await?;
    desktop.window.wait("programs-empty").await
}

/// The main window is gone: the one for consent comes alone, and its process ends with the answer.
async fn alone(desktop: &mut Desktop) -> Outcome {
    let id = authorized(desktop).await?;
    let program = Program::of(&desktop.session)?;
    desktop.window.kill();

    program.is_asked(&id)?;
    desktop.window = Window::open_for_consent(&desktop.session).await?;
    let screen = desktop.screen()?;
    desktop.window.choose_span("hour").await?;
    desktop.window.answer("consent-allow").await?;
    wait_until("the end of the window", async || {
        Ok(screen.window_of("grantkeep-desktop")?.is_none().then_some(()))
    })
    .await?;
    program.token(&id).map_err(told)?;
    program.token(&id).map(drop).map_err(told)
}

/// A service with an account whose token is good.
async fn authorized(desktop: &Desktop) -> Outcome<AccountId> {
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Public), None).await?;
    desktop.agree_and_wait("ada").await?;
    "practice/default".parse().map_err(|_| Failure::new("no account's name"))
}

/// This test, as the agent sees it: a program of the person's that is none of ours.
struct Program(Agent);

impl Program {
    fn of(session: &Session) -> Outcome<Self> {
        Ok(Self(Agent::of(session.folders()?)))
    }

    fn token(&self, id: &AccountId) -> Result<HandedToken, Problem> {
        self.0.token(id, 0, Purpose::HandOut)
    }

    /// Asks for a token and is refused with a question. Returns its identifier.
    fn is_asked(&self, id: &AccountId) -> Outcome<String> {
        let refused =
            self.token(id).err().ok_or_else(|| Failure::new("the token came without a question"))?;
        ensure(refused.code == Code::ConsentRequired, format!("the person is asked: {}", words(&refused)))?;
        refused.question.ok_or_else(|| Failure::new("the refusal does not name its question"))
    }

    fn outcome(&self, question: &str) -> Outcome<QuestionOutcome> {
        self.0.question(question).map_err(told)
    }
}

fn told(problem: Problem) -> Failure {
    Failure::new(words(&problem))
}

fn words(problem: &Problem) -> String {
    format!("{:?}: {} {}", problem.code, problem.title, problem.detail)
}
