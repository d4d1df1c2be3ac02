//! Definitions of services that come from elsewhere.

use axum::Json;
use grantkeep_api::requests::Discover;
use grantkeep_api::views::DiscoveryView;

use super::draft;
use super::extract::{Open, Sent};
use super::services::Answer;

/// What a provider tells of itself.
pub(super) async fn discover(Open(keeper): Open, Sent(sent): Sent<Discover>) -> Answer<DiscoveryView> {
    let found = keeper.discover(&sent.issuer).await?;
    Ok(Json(DiscoveryView {
        issuer: found.issuer,
        draft: draft::to_view(found.draft),
        facts: draft::parameters_view(found.facts),
        registration: found.registration,
        provider: found.provider,
        warnings: found.warnings,
    }))
}
