//! Definitions of services that come from elsewhere.

use axum::Json;
use grantkeep_api::requests::{Discover, Register};
use grantkeep_api::views::{DiscoveryView, ServiceView};

use super::extract::{Open, Sent};
use super::services::Answer;
use super::{convert, draft, secrets};

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

/// Registers a client by itself, and adds the service with it.
pub(super) async fn register(Open(keeper): Open, Sent(sent): Sent<Register>) -> Answer<ServiceView> {
    let token = secrets::initial_access_token(sent.initial_access_token);
    let seen = keeper.register(draft::to_core(sent.draft), token).await?;
    Ok(Json(convert::service(&seen, &keeper.providers())))
}
