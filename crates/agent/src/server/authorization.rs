//! Authorizations: begun, waited for, ended.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{AuthorizationStarted, Authorize, CurrentLink, Redirected};
use grantkeep_api::routes::{OUTCOME_WAIT_S, pattern};
use grantkeep_api::views::{AuthorizationOutcome, Code, Problem};
use grantkeep_core::keeper::{AuthorizeOptions, Outcome};
use http::StatusCode;

use super::extract::{AccountPath, OfAccount, OfPending, Open, PendingPath, Sent};
use super::failure::Failure;
use super::secrets::Wiped;
use super::services::Answer;
use super::{App, convert, secrets};

/// Makes a link for the browser, and waits for its answer.
#[utoipa::path(
    post,
    path = pattern::AUTHORIZE,
    operation_id = "authorize",
    tag = "Authorization",
    params(AccountPath),
    request_body = Authorize,
    responses((status = 200, description = "The link, and what waits", body = AuthorizationStarted)),
)]
pub(super) async fn authorize(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Authorize>,
) -> Result<Wiped<AuthorizationStarted>, Failure> {
    let options = AuthorizeOptions {
        timeout: sent.timeout_s.map(link_time).transpose()?,
        paste: sent.paste,
        ..AuthorizeOptions::default()
    };
    let started = keeper.authorize(&id, options).await?;
    let service = keeper.service(&id.service)?.service;
    let pending = convert::pending(&started.pending, &service.redirect);
    Ok(Wiped(AuthorizationStarted { link: secrets::link(&started.link), pending }))
}

/// The link of the authorization under way.
#[utoipa::path(
    get,
    path = pattern::LINK,
    operation_id = "link",
    tag = "Authorization",
    params(AccountPath),
    responses((status = 200, description = "The link", body = CurrentLink)),
)]
pub(super) async fn link(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
) -> Result<Wiped<CurrentLink>, Failure> {
    Ok(Wiped(CurrentLink { link: secrets::link(&keeper.link(&id)?) }))
}

/// How an authorization ended; waits up to 25 s for its end.
#[utoipa::path(
    get,
    path = pattern::OUTCOME,
    operation_id = "outcome",
    tag = "Authorization",
    params(AccountPath, PendingPath),
    responses((status = 200, description = "How it ended, or that it still waits", body = AuthorizationOutcome)),
)]
pub(super) async fn outcome(
    State(app): State<App>,
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    OfPending(pending): OfPending,
) -> Answer<AuthorizationOutcome> {
    let _seat = app.followers.try_acquire().map_err(|_| super::events::too_many())?;
    let mut closing = app.closing.subscribe();
    let outcome = tokio::select! {
        ended = keeper.wait(&id, &pending) => ended?,
        () = tokio::time::sleep(Duration::from_secs(OUTCOME_WAIT_S)) => Outcome::Waiting,
        // The authorization goes on with the next agent.
        _ = closing.wait_for(|closing| *closing) => Outcome::Waiting,
    };
    Ok(Json(convert::outcome(outcome)))
}

/// Ends the authorization under way.
#[utoipa::path(
    post,
    path = pattern::CANCEL,
    operation_id = "cancel",
    tag = "Authorization",
    params(AccountPath),
    responses((status = 204, description = "Cancelled")),
)]
pub(super) async fn cancel(Open(keeper): Open, OfAccount(id): OfAccount) -> Result<StatusCode, Failure> {
    keeper.cancel(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hands over the address that the browser ended on.
#[utoipa::path(
    post,
    path = pattern::PASTE,
    operation_id = "paste",
    tag = "Authorization",
    params(AccountPath),
    request_body = Redirected,
    responses((status = 200, description = "How it ended", body = AuthorizationOutcome)),
)]
pub(super) async fn paste(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Redirected>,
) -> Answer<AuthorizationOutcome> {
    let outcome = keeper.paste(&id, secrets::address(&sent.address)).await?;
    Ok(Json(convert::outcome(outcome)))
}

/// Hands over an address of the custom scheme; its `state` tells whose it is.
#[utoipa::path(
    post,
    path = pattern::REDIRECT,
    operation_id = "redirect",
    tag = "Authorization",
    request_body = Redirected,
    responses((status = 200, description = "How it ended", body = AuthorizationOutcome)),
)]
pub(super) async fn redirect(
    Open(keeper): Open,
    Sent(sent): Sent<Redirected>,
) -> Answer<AuthorizationOutcome> {
    let (_, outcome) = keeper.redirected(secrets::address(&sent.address)).await?;
    Ok(Json(convert::outcome(outcome)))
}

fn link_time(seconds: u32) -> Result<Duration, Failure> {
    if (30..=3600).contains(&seconds) {
        return Ok(Duration::from_secs(u64::from(seconds)));
    }
    let problem = Problem::new(Code::InvalidInput, "The link can't be good for that long")
        .detail("Nothing was begun.")
        .hint("Choose 30 seconds to 1 hour.");
    Err(problem.into())
}
