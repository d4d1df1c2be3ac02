//! What needs the person, or did.

use axum::Json;
use axum::extract::State;
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{Code, NoticeView, Problem};
use http::StatusCode;

use super::App;
use super::extract::{IdPath, OfId};
use super::failure::Failure;

/// What needs the person or did, the latest first.
#[utoipa::path(
    get,
    path = pattern::NOTICES,
    operation_id = "notices",
    tag = "Agent",
    responses((status = 200, description = "The notices", body = Vec<NoticeView>)),
)]
pub(super) async fn all(State(app): State<App>) -> Json<Vec<NoticeView>> {
    Json(app.notices.watch().borrow().clone())
}

/// Takes a notice off the list; what it told of stays as it is, and is not told again while it lasts.
#[utoipa::path(
    delete,
    path = pattern::NOTICE,
    operation_id = "dismiss",
    tag = "Agent",
    params(IdPath),
    responses((status = 204, description = "It is off the list")),
)]
pub(super) async fn dismiss(State(app): State<App>, OfId(id): OfId) -> Result<StatusCode, Failure> {
    if app.notices.dismiss(&id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(Code::NotFound, "There is no such notice")
        .detail("It was taken off the list before, or the agent was started again.")
        .into())
}
