//! What happened.

use axum::Json;
use grantkeep_api::requests::{DEFAULT_HISTORY, HistoryQuery};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{Code, HistoryView, Problem};
use grantkeep_core::keeper::Keeper;
use grantkeep_core::model::{self, AccountId, EventKind, HistoryOf, Name, Timestamp};

use super::convert;
use super::extract::{AccountPath, Asked, OfAccount, Open};
use super::failure::Failure;
use super::services::Answer;

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

/// Whose history a name asks for: that of a service, or of an account.
fn of(name: Option<&str>) -> Result<HistoryOf, Failure> {
    let Some(name) = name else { return Ok(HistoryOf::All) };
    let unknown = || wrong(format!("“{}” is no name of a service or account", model::plain(name, SHOWN)));
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
            .map_err(|_| wrong(format!("“{}” is no kind of event", model::plain(word, SHOWN))))
    };
    words.map(kind).collect()
}

fn wrong(title: String) -> Failure {
    Problem::new(Code::InvalidInput, title).hint("The kinds and names are as the history shows them.").into()
}

/// Lines of a history in one answer.
const MOST_HISTORY: u32 = 10_000;

/// Characters of what was asked for that are repeated.
const SHOWN: usize = 80;
