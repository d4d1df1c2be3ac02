//! Definitions of services that come from elsewhere.

use axum::Json;
use grantkeep_api::requests::{Discover, Paste, Register};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{DiscoveryView, PastedView, ServiceView};

use super::extract::{Open, Sent};
use super::services::Answer;
use super::{convert, draft, secrets};

/// Asks a provider what it tells of itself. Nothing is stored.
#[utoipa::path(
    post,
    path = pattern::DISCOVER,
    operation_id = "discover",
    tag = "Services",
    request_body = Discover,
    responses((status = 200, description = "The form, filled in, and facts to look at", body = DiscoveryView)),
)]
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

/// Registers a client by itself at the provider that the form's issuer names, and adds the service with it.
#[utoipa::path(
    post,
    path = pattern::REGISTER,
    operation_id = "register",
    tag = "Services",
    request_body = Register,
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn register(Open(keeper): Open, Sent(sent): Sent<Register>) -> Answer<ServiceView> {
    let token = secrets::initial_access_token(sent.initial_access_token);
    let seen = keeper.register(draft::to_core(sent.draft), token).await?;
    Ok(Json(convert::service(&seen, &keeper.providers())))
}

/// Reads a definition of another program into the form; a client secret in it stays in the agent.
#[utoipa::path(
    post,
    path = pattern::PASTED,
    operation_id = "read_pasted",
    tag = "Services",
    request_body = Paste,
    responses((status = 200, description = "The form, filled in, and what was left out", body = PastedView)),
)]
pub(super) async fn read_pasted(
    Open(keeper): Open,
    Sent(sent): Sent<Paste, MOST_PASTED>,
) -> Answer<PastedView> {
    let found = keeper.read_pasted(&secrets::pasted(sent.text))?;
    Ok(Json(PastedView {
        kind: found.kind.to_owned(),
        draft: draft::to_view(found.draft),
        fields: found.fields.into_iter().map(str::to_owned).collect(),
        secret_ref: found.secret_ref,
        left_out: found.left_out,
    }))
}

/// Bytes of a body with a pasted text, which JSON writes longer than it is.
const MOST_PASTED: usize = 2 * 1024 * 1024;
