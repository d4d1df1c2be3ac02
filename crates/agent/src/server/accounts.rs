//! Accounts: authorized, refreshed, revoked, handed out.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{
    AuthorizationStarted, Authorize, CurrentLink, DEFAULT_HISTORY, HistoryQuery, Identity, IdentityChoice,
    Purpose, Redirected, Removal, Report, Title, TokenRequest,
};
use grantkeep_api::routes::OUTCOME_WAIT_S;
use grantkeep_api::token::{HandedIdToken, HandedToken};
use grantkeep_api::views::{
    AccountView, AuthorizationOutcome, Code, EventView, Problem, ReceiptView, TestView,
};
use grantkeep_core::keeper::{self, AccountSeen, AuthorizeOptions, Keeper, Outcome};
use grantkeep_core::model::AccountId;
use http::StatusCode;

use super::extract::{Asked, OfAccount, OfPending, OfService, Open, Sent, Shown};
use super::failure::Failure;
use super::peer::Peer;
use super::secrets::Wiped;
use super::services::Answer;
use super::{App, convert, secrets};

fn view(keeper: &Keeper, seen: &AccountSeen) -> Json<AccountView> {
    Json(convert::account(seen, &keeper.providers()))
}

pub(super) async fn all(Shown(keeper): Shown) -> Json<Vec<AccountView>> {
    let providers = keeper.providers();
    Json(keeper.accounts().iter().map(|seen| convert::account(seen, &providers)).collect())
}

pub(super) async fn one(Shown(keeper): Shown, OfAccount(id): OfAccount) -> Answer<AccountView> {
    Ok(view(&keeper, &keeper.account(&id)?))
}

pub(super) async fn add(
    Open(keeper): Open,
    OfService(service): OfService,
    Sent(sent): Sent<Title>,
) -> Answer<AccountView> {
    let seen = keeper.add_account(&service, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn rename(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Title>,
) -> Answer<AccountView> {
    let seen = keeper.rename_account(&id, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn remove(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Asked(removal): Asked<Removal>,
) -> Answer<ReceiptView> {
    Ok(Json(convert::receipt(keeper.remove_account(&id, removal.revoke).await?)))
}

pub(super) async fn authorize(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Authorize>,
) -> Result<Wiped<AuthorizationStarted>, Failure> {
    let options = AuthorizeOptions { timeout: sent.timeout_s.map(link_time).transpose()?, paste: sent.paste };
    let started = keeper.authorize(&id, options).await?;
    let service = keeper.service(&id.service)?.service;
    let pending = convert::pending(&started.pending, &service.redirect);
    Ok(Wiped(AuthorizationStarted { link: secrets::link(&started.link), pending }))
}

pub(super) async fn link(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
) -> Result<Wiped<CurrentLink>, Failure> {
    Ok(Wiped(CurrentLink { link: secrets::link(&keeper.link(&id)?) }))
}

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

pub(super) async fn cancel(Open(keeper): Open, OfAccount(id): OfAccount) -> Result<StatusCode, Failure> {
    keeper.cancel(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn paste(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Redirected>,
) -> Answer<AuthorizationOutcome> {
    let outcome = keeper.paste(&id, secrets::address(&sent.address)).await?;
    Ok(Json(convert::outcome(outcome)))
}

pub(super) async fn redirect(
    Open(keeper): Open,
    Sent(sent): Sent<Redirected>,
) -> Answer<AuthorizationOutcome> {
    let (_, outcome) = keeper.redirected(secrets::address(&sent.address)).await?;
    Ok(Json(convert::outcome(outcome)))
}

pub(super) async fn refresh(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<AccountView> {
    keeper.refresh(&id).await?;
    Ok(view(&keeper, &keeper.account(&id)?))
}

pub(super) async fn revoke(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<ReceiptView> {
    Ok(Json(convert::receipt(keeper.revoke(&id).await?)))
}

pub(super) async fn test(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<TestView> {
    Ok(Json(convert::tested(keeper.test(&id).await?)))
}

pub(super) async fn accept_scopes(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<AccountView> {
    let seen = keeper.accept_scopes(&id).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn identity(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Identity>,
) -> Answer<AccountView> {
    let choice = match sent.choice {
        IdentityChoice::Replace => keeper::IdentityChoice::Replace,
        IdentityChoice::NewAccount { title } => keeper::IdentityChoice::NewAccount { title },
    };
    let seen = keeper.resolve_identity(&id, choice).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn token(
    Open(keeper): Open,
    peer: Peer,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<TokenRequest>,
) -> Result<Wiped<HandedToken>, Failure> {
    let min_ttl = Duration::from_secs(u64::from(sent.min_ttl_s));
    let handed = keeper.token(&id, min_ttl, &peer.receiver(sent.purpose)).await?;
    Ok(Wiped(secrets::handed(&handed)))
}

pub(super) async fn id_token(
    Open(keeper): Open,
    peer: Peer,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<TokenRequest>,
) -> Result<Wiped<HandedIdToken>, Failure> {
    let min_ttl = Duration::from_secs(u64::from(sent.min_ttl_s));
    let handed = keeper.id_token(&id, min_ttl, &peer.receiver(sent.purpose)).await?;
    Ok(Wiped(secrets::handed_id(&handed)))
}

pub(super) async fn report(
    Open(keeper): Open,
    peer: Peer,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Report>,
) -> Answer<AccountView> {
    keeper.report(&id, sent.status, &peer.receiver(Purpose::HandOut)).await?;
    Ok(view(&keeper, &keeper.account(&id)?))
}

pub(super) async fn history(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Asked(query): Asked<HistoryQuery>,
) -> Answer<Vec<EventView>> {
    keeper.account(&id)?;
    events(&keeper, Some(id), query).await
}

pub(super) async fn whole_history(
    Open(keeper): Open,
    Asked(query): Asked<HistoryQuery>,
) -> Answer<Vec<EventView>> {
    events(&keeper, None, query).await
}

async fn events(keeper: &Keeper, of: Option<AccountId>, query: HistoryQuery) -> Answer<Vec<EventView>> {
    let limit = query.limit.unwrap_or(DEFAULT_HISTORY).min(MOST_HISTORY);
    let events = keeper.history(of, limit).await?;
    Ok(Json(events.into_iter().map(convert::event).collect()))
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

/// Lines of a history in one answer.
const MOST_HISTORY: u32 = 10_000;
