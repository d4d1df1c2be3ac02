//! What the person chose for Grantkeep as a whole.

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::SettingValue;
use grantkeep_api::routes::pattern;
use grantkeep_api::views::SettingView;

use super::App;
use super::extract::{KeyPath, OfKey, Sent};
use super::failure::Failure;

/// All settings, with their values.
#[utoipa::path(
    get,
    path = pattern::SETTINGS,
    operation_id = "settings",
    tag = "Agent",
    responses((status = 200, description = "The settings", body = Vec<SettingView>)),
)]
pub(super) async fn all(State(app): State<App>) -> Json<Vec<SettingView>> {
    Json(app.settings.views())
}

/// Sets one.
#[utoipa::path(
    put,
    path = pattern::SETTING,
    operation_id = "set",
    tag = "Agent",
    params(KeyPath),
    request_body = SettingValue,
    responses((status = 200, description = "The setting as it is now", body = SettingView)),
)]
pub(super) async fn set(
    State(app): State<App>,
    OfKey(key): OfKey,
    Sent(sent): Sent<SettingValue>,
) -> Result<Json<SettingView>, Failure> {
    Ok(Json(app.settings.set(&key, &sent.value).await?))
}
