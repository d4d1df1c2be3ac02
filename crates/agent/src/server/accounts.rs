//! Accounts: kept, refreshed, revoked, handed out.

use std::time::Duration;

use axum::Json;
use grantkeep_api::requests::{Identity, IdentityChoice, Purpose, Removal, Report, Title, TokenRequest};
use grantkeep_api::routes::pattern;
use grantkeep_api::token::{HandedIdToken, HandedToken};
use grantkeep_api::views::{AccountView, ReceiptView};
use grantkeep_core::keeper::{self, AccountSeen, Keeper};

use super::extract::{AccountPath, Asked, OfAccount, OfService, Open, Sent, ServicePath, Shown};
use super::failure::Failure;
use super::peer::Peer;
use super::secrets::Wiped;
use super::services::Answer;
use super::{convert, secrets, tokens};

pub(super) fn view(keeper: &Keeper, seen: &AccountSeen) -> Json<AccountView> {
    Json(convert::account(seen, keeper.provider(seen.service.provider.as_deref()).as_slice()))
}

/// All accounts with their status.
#[utoipa::path(
    get,
    path = pattern::ACCOUNTS,
    operation_id = "accounts",
    tag = "Accounts",
    responses((status = 200, description = "In the order of their names", body = Vec<AccountView>)),
)]
pub(super) async fn all(Shown(keeper): Shown) -> Json<Vec<AccountView>> {
    let providers = keeper.providers();
    Json(keeper.accounts().iter().map(|seen| convert::account(seen, &providers)).collect())
}

/// One account with its status.
#[utoipa::path(
    get,
    path = pattern::ACCOUNT,
    operation_id = "account",
    tag = "Accounts",
    params(AccountPath),
    responses((status = 200, description = "The account, without its tokens", body = AccountView)),
)]
pub(super) async fn one(Shown(keeper): Shown, OfAccount(id): OfAccount) -> Answer<AccountView> {
    Ok(view(&keeper, &keeper.account(&id)?))
}

/// Adds an account to a service.
#[utoipa::path(
    post,
    path = pattern::SERVICE_ACCOUNTS,
    operation_id = "add_account",
    tag = "Accounts",
    params(ServicePath),
    request_body = Title,
    responses((status = 200, description = "The account as stored", body = AccountView)),
)]
pub(super) async fn add(
    Open(keeper): Open,
    OfService(service): OfService,
    Sent(sent): Sent<Title>,
) -> Answer<AccountView> {
    let seen = keeper.add_account(&service, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

/// Gives an account another title; its name stays.
#[utoipa::path(
    patch,
    path = pattern::ACCOUNT,
    operation_id = "rename_account",
    tag = "Accounts",
    params(AccountPath),
    request_body = Title,
    responses((status = 200, description = "The account as stored", body = AccountView)),
)]
pub(super) async fn rename(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Title>,
) -> Answer<AccountView> {
    let seen = keeper.rename_account(&id, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

/// Deletes an account.
#[utoipa::path(
    delete,
    path = pattern::ACCOUNT,
    operation_id = "delete_account",
    tag = "Accounts",
    params(AccountPath, Removal),
    responses((status = 200, description = "What was revoked", body = ReceiptView)),
)]
pub(super) async fn remove(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Asked(removal): Asked<Removal>,
) -> Answer<ReceiptView> {
    Ok(Json(tokens::receipt_view(keeper.remove_account(&id, removal.revoke).await?)))
}

/// Refreshes now, or waits for the refresh under way.
#[utoipa::path(
    post,
    path = pattern::REFRESH,
    operation_id = "refresh",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "The account with its new token", body = AccountView)),
)]
pub(super) async fn refresh(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<AccountView> {
    keeper.refresh(&id).await?;
    Ok(view(&keeper, &keeper.account(&id)?))
}

/// Uses the account with the scopes it has.
#[utoipa::path(
    post,
    path = pattern::ACCEPT_SCOPES,
    operation_id = "accept_scopes",
    tag = "Accounts",
    params(AccountPath),
    responses((status = 200, description = "The account as stored", body = AccountView)),
)]
pub(super) async fn accept_scopes(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<AccountView> {
    let seen = keeper.accept_scopes(&id).await?;
    Ok(view(&keeper, &seen))
}

/// Says what becomes of the grant of somebody else who came back.
#[utoipa::path(
    post,
    path = pattern::IDENTITY,
    operation_id = "identity",
    tag = "Accounts",
    params(AccountPath),
    request_body = Identity,
    responses((status = 200, description = "The account that has it", body = AccountView)),
)]
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

/// The access token, refreshed first where less life is left than asked.
#[utoipa::path(
    post,
    path = pattern::TOKEN,
    operation_id = "token",
    tag = "Tokens",
    params(AccountPath),
    request_body = TokenRequest,
    responses((status = 200, description = "The token; it is in the history that you got it", body = HandedToken)),
)]
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

/// The ID token, refreshed first where less life is left than asked.
#[utoipa::path(
    post,
    path = pattern::ID_TOKEN,
    operation_id = "id_token",
    tag = "Tokens",
    params(AccountPath),
    request_body = TokenRequest,
    responses((status = 200, description = "The token; it is in the history that you got it", body = HandedIdToken)),
)]
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

/// Says that a resource refused the token.
///
/// A 401 refreshes once, unless the token is younger than 10 s; any other status is only noted.
#[utoipa::path(
    post,
    path = pattern::REPORT,
    operation_id = "report",
    tag = "Tokens",
    params(AccountPath),
    request_body = Report,
    responses((status = 200, description = "The account with a token to try again with", body = AccountView)),
)]
pub(super) async fn report(
    Open(keeper): Open,
    peer: Peer,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Report>,
) -> Answer<AccountView> {
    keeper.report(&id, sent.status, &peer.receiver(Purpose::HandOut)).await?;
    Ok(view(&keeper, &keeper.account(&id)?))
}
