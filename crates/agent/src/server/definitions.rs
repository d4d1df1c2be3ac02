//! Definitions of services that come from elsewhere.

use axum::Json;
use grantkeep_api::requests::{Discover, Paste, Register};
use grantkeep_api::views::{DiscoveryView, PastedView, ServiceView};

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

/// Reads a definition of another program into the form; a client secret in it stays here.
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
