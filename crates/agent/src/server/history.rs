//! What was, and what will be.

use axum::Json;
use grantkeep_api::requests::{
    DEFAULT_DAYS, DEFAULT_HISTORY, GrantLife, HistoryQuery, SecretExpiry, TimelineQuery,
};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{AccountView, ForecastView, HistoryView, ServiceView, TimelineView};
use grantkeep_core::keeper::Keeper;
use grantkeep_core::model::{self, AccountId, EventKind, HistoryOf, Name, Timestamp};
use http::StatusCode;

use super::extract::{AccountPath, Asked, OfAccount, OfService, Open, Sent, ServicePath, Shown};
use super::failure::Failure;
use super::services::Answer;
use super::{accounts, convert, convert_ahead, services};

/// The history of an account, with its service's own.
#[utoipa::path(
    get,
    path = pattern::ACCOUNT_HISTORY,
    operation_id = "account_history",
    tag = "History",
    params(AccountPath, HistoryQuery),
    responses((status = 200, description = "The newest line first", body = HistoryView)),
)]
pub(super) async fn of_account(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Asked(query): Asked<HistoryQuery>,
) -> Answer<HistoryView> {
    keeper.account(&id)?;
    page(&keeper, HistoryOf::Account(id), query).await
}

/// The history, all of it or a part.
#[utoipa::path(
    get,
    path = pattern::HISTORY,
    operation_id = "history",
    tag = "History",
    params(HistoryQuery),
    responses((status = 200, description = "The newest line first", body = HistoryView)),
)]
pub(super) async fn of_all(Open(keeper): Open, Asked(query): Asked<HistoryQuery>) -> Answer<HistoryView> {
    let of = of(query.name.as_deref())?;
    page(&keeper, of, query).await
}

async fn page(keeper: &Keeper, of: HistoryOf, query: HistoryQuery) -> Answer<HistoryView> {
    let page = keeper
        .history(model::HistoryQuery {
            of,
            kinds: kinds(query.kind.as_deref())?,
            since: query.since_ms.map(Timestamp::from_millis),
            until: query.until_ms.map(Timestamp::from_millis),
            text: query.text,
            before: query.before,
            limit: query.limit.unwrap_or(DEFAULT_HISTORY).min(MOST_HISTORY),
        })
        .await?;
    let events = page.events.into_iter().map(convert::event).collect();
    Ok(Json(HistoryView { events, next: page.next }))
}

/// How an account was over some days.
#[utoipa::path(
    get,
    path = pattern::TIMELINE,
    operation_id = "timeline",
    tag = "History",
    params(AccountPath, TimelineQuery),
    responses((status = 200, description = "Spans without a gap", body = TimelineView)),
)]
pub(super) async fn timeline(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Asked(query): Asked<TimelineQuery>,
) -> Answer<TimelineView> {
    let days = query.days.unwrap_or(DEFAULT_DAYS);
    if !DAYS.contains(&days) {
        return Err(wrong("A timeline has from 1 to 90 days.".to_owned()));
    }
    Ok(Json(convert_ahead::timeline(&keeper.timeline(&id, days).await?)))
}

/// On which dates the person will be needed.
#[utoipa::path(
    get,
    path = pattern::FORECAST,
    operation_id = "forecast",
    tag = "History",
    responses((status = 200, description = "The next date first", body = ForecastView)),
)]
pub(super) async fn forecast(Shown(keeper): Shown) -> Json<ForecastView> {
    Json(convert_ahead::forecast(&keeper))
}

/// Notes how many days a grant of the account lasts, whatever happens.
#[utoipa::path(
    put,
    path = pattern::GRANT_LIFE,
    operation_id = "set_grant_life",
    tag = "Accounts",
    params(AccountPath),
    request_body = GrantLife,
    responses((status = 200, description = "The account as stored", body = AccountView)),
)]
pub(super) async fn set_grant_life(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<GrantLife>,
) -> Answer<AccountView> {
    let seen = keeper.set_grant_life(&id, sent.days).await?;
    Ok(accounts::view(&keeper, &seen))
}

/// Notes when the client secret of a service ends.
#[utoipa::path(
    put,
    path = pattern::SECRET_EXPIRY,
    operation_id = "set_secret_expiry",
    tag = "Services",
    params(ServicePath),
    request_body = SecretExpiry,
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn set_secret_expiry(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<SecretExpiry>,
) -> Answer<ServiceView> {
    let seen = keeper.set_secret_expiry(&name, sent.expires_at_ms.map(Timestamp::from_millis)).await?;
    Ok(services::view(&keeper, &seen))
}

/// Whose history a name asks for: that of a service, or of an account.
fn of(name: Option<&str>) -> Result<HistoryOf, Failure> {
    let Some(name) = name else { return Ok(HistoryOf::All) };
    let unknown = || wrong(format!("“{}” is no name of a service or account.", model::plain(name, SHOWN)));
    let part = |part: &str| part.parse::<Name>().map_err(|_| unknown());
    Ok(match name.split_once('/') {
        None => HistoryOf::Service(part(name)?),
        Some((service, account)) => {
            HistoryOf::Account(AccountId { service: part(service)?, account: part(account)? })
        }
    })
}

fn kinds(list: Option<&str>) -> Result<Vec<EventKind>, Failure> {
    let words = list.unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let kind = |word: &str| {
        serde_json::from_value(word.into())
            .map_err(|_| wrong(format!("“{}” is no kind of event.", model::plain(word, SHOWN))))
    };
    words.map(kind).collect()
}

fn wrong(detail: String) -> Failure {
    Failure::unreadable(StatusCode::BAD_REQUEST, detail)
}

/// Days of a timeline.
const DAYS: std::ops::RangeInclusive<u32> = 1..=90;

/// Lines of a history in one answer.
const MOST_HISTORY: u32 = 10_000;

/// Characters of what was asked for that are repeated.
const SHOWN: usize = 80;
