//! Consent over the API: requests that need a permission, questions, answers, permissions.

use std::path::Path;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts as _, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use grantkeep_api::requests::{self, Allow, AllowedProgram, AnswerQuestion};
use grantkeep_api::routes::{OUTCOME_WAIT_S, pattern};
use grantkeep_api::views::{Code, PermissionView, Problem, ProgramView, QuestionOutcome, QuestionView};
use grantkeep_core::keeper::Keeper;
use grantkeep_core::model::{AccountId, Name, Permission, Timestamp};
use http::StatusCode;

use super::App;
use super::extract::{IdPath, OfId, Open, Sent, account_of, service_of};
use super::failure::Failure;
use super::peer::Peer;
use super::services::Answer;
use crate::access::{
    Asker, Decision, Given, Held, Kind, Program, Question, Refused, Voice, Who, decide, file_name, kind_of,
    name_of_process, not_permitted, not_taken, shows_itself,
};

/// Lets a request on whose kind the caller may ask for; where that depends on the person, as the person says.
///
/// A locked vault and an unknown name are told before the permission is looked for.
pub(super) async fn guard(
    State((app, kind)): State<(App, Kind)>,
    peer: Peer,
    request: Request,
    next: Next,
) -> Response {
    let request = match decide(peer.caller, app.door.seen().unlocked_from_file, kind) {
        Decision::Allowed => request,
        Decision::AsThePersonSays => match permit(&app, &peer, kind, request).await {
            Ok(request) => request,
            Err(failure) => return failure.into_response(),
        },
        Decision::Refused(refused) => {
            tracing::info!(pid = peer.pid, name = peer.name, ?kind, ?refused, "a request was refused");
            return Failure::from(refused.problem()).into_response();
        }
    };
    next.run(request).await
}

async fn permit(app: &App, peer: &Peer, kind: Kind, request: Request) -> Result<Request, Failure> {
    let keeper = match app.door.keeper().await {
        Ok(keeper) => keeper,
        // Nobody can permit it before there is a vault.
        Err(_) if request.uri().path() == pattern::VAULT => return Err(Refused::NoVault.problem().into()),
        Err(problem) => return Err(problem.into()),
    };
    // The vault may have been opened only now, from the file that makes our CLI the person's.
    if matches!(decide(peer.caller, app.door.seen().unlocked_from_file, kind), Decision::Allowed) {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut parts, app).await.ok();
    let param = |wanted: &str| {
        params.iter().flatten().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
    };
    let account = match (param("service"), param("account")) {
        (Some(service), Some(account)) => {
            let id = account_of(&service, &account)?;
            keeper.account(&id)?;
            Some(id)
        }
        (Some(_) | None, _) => None,
    };
    if let Some(name) = param("name") {
        keeper.service(&service_of(&name)?)?;
    }
    let account = account.filter(|_| kind == Kind::Token);
    let service = account.as_ref().map(|id| id.service.clone());
    allow_or_ask(app, peer, &keeper, service.as_ref(), account.as_ref())?;
    Ok(Request::from_parts(parts, body))
}

fn allow_or_ask(
    app: &App,
    peer: &Peer,
    keeper: &std::sync::Arc<Keeper>,
    service: Option<&Name>,
    account: Option<&AccountId>,
) -> Result<(), Failure> {
    let Some(asker) = &peer.asker else { return Err(Failure::internal("nobody asks")) };
    app.consent.permit(keeper, asker, service, account).map_err(|why| {
        tracing::info!(pid = peer.pid, program = asker.shown(), ?why, "a request was not permitted");
        let from_file = app.door.seen().unlocked_from_file;
        not_permitted(why, asker, service, from_file, app.consent.now()).into()
    })
}

/// Programs that wait for your answer.
#[utoipa::path(
    get,
    path = pattern::QUESTIONS,
    operation_id = "questions",
    tag = "Programs",
    responses((status = 200, description = "The open questions", body = Vec<QuestionView>)),
)]
pub(super) async fn questions(State(app): State<App>, Open(_): Open) -> Json<Vec<QuestionView>> {
    Json(app.consent.open_questions().iter().map(question).collect())
}

/// Waits for the end of a question, as long as for the outcome of an authorization.
#[utoipa::path(
    get,
    path = pattern::QUESTION,
    operation_id = "question",
    tag = "Programs",
    params(IdPath),
    responses((status = 200, description = "How it stands; `waiting` after 25 s at the latest", body = requests::Asked)),
)]
pub(super) async fn outcome(State(app): State<App>, OfId(id): OfId) -> Answer<requests::Asked> {
    let _seat = app.followers.try_acquire().map_err(|_| super::events::too_many())?;
    let mut closing = app.closing.subscribe();
    let outcome = tokio::select! {
        ended = app.consent.ended(&id) => ended.ok_or_else(|| not_taken(crate::access::NotTaken::NoQuestion))?,
        () = tokio::time::sleep(Duration::from_secs(OUTCOME_WAIT_S)) => QuestionOutcome::Waiting,
        _ = closing.wait_for(|closing| *closing) => QuestionOutcome::Waiting,
    };
    Ok(Json(requests::Asked { outcome }))
}

/// Answers a question: for the window, and for our own command line on the terminal that asks.
#[utoipa::path(
    post,
    path = pattern::ANSWER,
    operation_id = "answer_question",
    tag = "Programs",
    params(IdPath),
    request_body = AnswerQuestion,
    responses((status = 204, description = "The answer is taken")),
)]
pub(super) async fn answer(
    State(app): State<App>,
    Open(keeper): Open,
    peer: Peer,
    OfId(id): OfId,
    Sent(sent): Sent<AnswerQuestion>,
) -> Result<StatusCode, Failure> {
    let voice = voice(&app, &peer)?;
    app.consent.answer(&keeper, &id, sent.answer, voice).await.map_err(not_taken)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What programs may do.
#[utoipa::path(
    get,
    path = pattern::ACCESS,
    operation_id = "permissions",
    tag = "Programs",
    responses((status = 200, description = "All permissions, and refusals for good", body = Vec<PermissionView>)),
)]
pub(super) async fn permissions(State(app): State<App>, Open(keeper): Open) -> Json<Vec<PermissionView>> {
    Json(all(&app, &keeper))
}

/// Gives a permission.
#[utoipa::path(
    post,
    path = pattern::ACCESS,
    operation_id = "allow",
    tag = "Programs",
    request_body = Allow,
    responses((status = 200, description = "The permission", body = PermissionView)),
)]
pub(super) async fn allow(
    State(app): State<App>,
    Open(keeper): Open,
    peer: Peer,
    Sent(sent): Sent<Allow>,
) -> Answer<PermissionView> {
    let voice = voice(&app, &peer)?;
    let service = sent.service.as_deref().map(service_of).transpose()?;
    let span = sent.for_s.map(span).transpose()?;
    let asker = match (&sent.program, voice) {
        (AllowedProgram::Terminal, _) => the_terminal(&peer)?,
        (AllowedProgram::Program { .. }, Voice::Terminal(_)) => {
            return Err(not_taken(crate::access::NotTaken::WindowOnly).into());
        }
        (AllowedProgram::Program { path }, Voice::Window | Voice::Owner) => program_at(path)?,
    };
    // R-AG-08: whoever may manage may change everything here.
    if service.is_none() && voice != Voice::Window {
        return Err(not_taken(crate::access::NotTaken::WindowOnly).into());
    }
    let given = app.consent.allow(&keeper, &asker, service.as_ref(), span).await.map_err(not_taken)?;
    Ok(Json(match given {
        Given::Stored(stored) => permission(&stored),
        Given::Held(held) => self::held(&held),
    }))
}

/// Takes a permission back.
#[utoipa::path(
    delete,
    path = pattern::PERMISSION,
    operation_id = "remove_permission",
    tag = "Programs",
    params(IdPath),
    responses((status = 204, description = "It is taken back")),
)]
pub(super) async fn remove(
    State(app): State<App>,
    Open(keeper): Open,
    OfId(id): OfId,
) -> Result<StatusCode, Failure> {
    if app.consent.take_back(&keeper, &id).await || keeper.remove_permission(&id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let problem = Problem::new(Code::NotFound, "There is no such permission")
        .detail("It was taken back already, or has ended.")
        .hint("`grantkeep access list` lists all.");
    Err(problem.into())
}

/// All that programs may do, or may not.
pub(super) fn all(app: &App, keeper: &std::sync::Arc<Keeper>) -> Vec<PermissionView> {
    let stored = keeper.permissions();
    let held = app.consent.held(keeper);
    stored.iter().map(permission).chain(held.iter().map(self::held)).collect()
}

/// A question, for front ends.
pub(super) fn question(question: &Question) -> QuestionView {
    QuestionView {
        id: question.id.clone(),
        program: question.asker.view(),
        pid: question.asker.pid,
        started_by: question.asker.parent.and_then(name_of_process),
        service: question.service.as_ref().map(ToString::to_string),
        account: question.account.clone(),
        known: question.known,
        may_always: question.may_always(),
        asked_at_ms: question.asked_at.millis(),
        expires_at_ms: question.expires_at.millis(),
    }
}

/// A stored permission, for front ends.
pub(super) fn permission(permission: &Permission) -> PermissionView {
    let path = permission.program.clone();
    PermissionView {
        id: permission.id.clone(),
        program: ProgramView { name: file_name(&path).to_owned(), kind: kind_of(&path), path: Some(path) },
        service: permission.service.as_ref().map(ToString::to_string),
        allowed: permission.allowed,
        terminal_session: false,
        granted_at_ms: permission.granted_at.millis(),
        expires_at_ms: permission.expires_at.map(Timestamp::millis),
        last_used_at_ms: permission.last_used_at.map(Timestamp::millis),
        uses: permission.uses,
    }
}

/// A permission that is not stored, for front ends.
pub(super) fn held(held: &Held) -> PermissionView {
    PermissionView {
        id: held.id.clone(),
        program: held.program.clone(),
        service: held.service.as_ref().map(ToString::to_string),
        allowed: held.allowed,
        terminal_session: held.within.is_some() || matches!(held.who, Who::Terminal(_)),
        granted_at_ms: held.granted_at.millis(),
        expires_at_ms: held.expires_at.map(Timestamp::millis),
        last_used_at_ms: held.last_used_at.map(Timestamp::millis),
        uses: held.uses,
    }
}

/// Who may answer, or allow.
fn voice(app: &App, peer: &Peer) -> Result<Voice, Failure> {
    let from_file = app.door.seen().unlocked_from_file;
    let session = peer.asker.as_ref().and_then(|asker| asker.session);
    match (peer.caller.program, session) {
        (Program::Window | Program::Untold, _) => Ok(Voice::Window),
        (Program::Cli, _) if from_file => Ok(Voice::Owner),
        (Program::Cli, Some(session)) => Ok(Voice::Terminal(session)),
        (Program::Cli, None) | (Program::Other, _) => {
            let problem = Problem::new(Code::NotAllowed, "Only you can say what programs may do")
                .detail("That is for the window, and for grantkeep on a terminal.")
                .hint("Answer in the window, or run grantkeep on a terminal.");
            Err(problem.into())
        }
    }
}

/// The terminal session that asks: the person there, and no program in between.
fn the_terminal(peer: &Peer) -> Result<Asker, Failure> {
    let asker = peer.asker.as_deref().filter(|asker| matches!(asker.who, Who::Terminal(_)));
    asker.cloned().ok_or_else(|| {
        Problem::new(Code::InvalidInput, "This is no terminal")
            .detail("A terminal allows itself: what asks has to be run there, by you and not by a program.")
            .hint("Run grantkeep access allow terminal … at the prompt of that terminal.")
            .into()
    })
}

/// The program of an executable file. Links are followed: the system tells programs by what they lead to.
fn program_at(path: &str) -> Result<Asker, Failure> {
    let wrong = |detail: String| {
        Failure::from(
            Problem::new(Code::InvalidInput, "There is no such program")
                .detail(detail)
                .hint("Give the absolute path of its executable, such as /usr/bin/git."),
        )
    };
    let shown = grantkeep_core::model::plain(path, 200);
    if !Path::new(path).is_absolute() {
        return Err(wrong(format!("“{shown}” is not an absolute path.")));
    }
    let real = std::fs::canonicalize(path).map_err(|error| wrong(format!("{shown}: {error}.")))?;
    if !real.is_file() {
        return Err(wrong(format!("{shown} is no file.")));
    }
    let path = real.into_os_string().into_string();
    let path = path.ok().filter(|path| shows_itself(path));
    let path =
        path.ok_or_else(|| wrong(format!("The real name of {shown} has characters that are not shown.")))?;
    Ok(Asker {
        name: grantkeep_core::model::plain(file_name(&path), 32),
        kind: kind_of(&path),
        who: Who::Program(path),
        pid: None,
        parent: None,
        session: None,
    })
}

fn span(seconds: u32) -> Result<Duration, Failure> {
    if (SHORTEST..=LONGEST).contains(&seconds) {
        return Ok(Duration::from_secs(u64::from(seconds)));
    }
    let problem = Problem::new(Code::InvalidInput, "It can't be allowed for that long")
        .detail("Nothing was changed.")
        .hint("Choose 1 minute to 7 days.");
    Err(problem.into())
}

/// Seconds.
const SHORTEST: u32 = 60;

/// Seconds.
const LONGEST: u32 = 604_800;
