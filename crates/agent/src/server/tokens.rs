//! What is known about tokens, and taking them back. A token itself never leaves by these routes.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use grantkeep_api::routes::{OUTCOME_WAIT_S, pattern};
use grantkeep_api::views::{
    ClaimView, InspectionView, IntrospectionView, JwtView, Parameter, ReceiptLine, ReceiptView, TestView,
    TokenFate,
};
use grantkeep_core::keeper::{Fate, Inspected, Introspection, Receipt, SeenToken, Tested};
use grantkeep_core::model::Timestamp;
use grantkeep_core::wire::Claim;

use super::App;
use super::extract::{AccountPath, IdPath, OfAccount, OfId, Open};
use super::services::Answer;

/// Tries the token at the Test URI of the service.
#[utoipa::path(
    post,
    path = pattern::TEST,
    operation_id = "test",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "What it answered", body = TestView)),
)]
pub(super) async fn test(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<TestView> {
    Ok(Json(test_view(keeper.test(&id).await?)))
}

/// Asks the service's introspection endpoint about the access token.
#[utoipa::path(
    post,
    path = pattern::INTROSPECT,
    operation_id = "introspect",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "What it said", body = IntrospectionView)),
)]
pub(super) async fn introspect(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<IntrospectionView> {
    Ok(Json(introspection_view(keeper.introspect(&id).await?)))
}

/// Looks into the access token and the ID token, where they are JWTs, and checks their signatures.
#[utoipa::path(
    post,
    path = pattern::INSPECT,
    operation_id = "inspect",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "What is inside, without the tokens", body = InspectionView)),
)]
pub(super) async fn inspect(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<InspectionView> {
    Ok(Json(inspection_view(keeper.inspect(&id).await?)))
}

/// Takes the tokens back, and tries them until they are refused.
///
/// Where the receipt has an `id`, tokens are still being tried: ask for the receipt again.
/// Where it has a `page`, you have to take the grant back there, and say so by `revoked`.
#[utoipa::path(
    post,
    path = pattern::REVOKE,
    operation_id = "revoke",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "What was revoked", body = ReceiptView)),
)]
pub(super) async fn revoke(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<ReceiptView> {
    Ok(Json(receipt_view(keeper.revoke(&id).await?)))
}

/// Says that you took the grant back at the provider's page: its tokens are tried and removed.
#[utoipa::path(
    post,
    path = pattern::REVOKED,
    operation_id = "revoked",
    tag = "Tokens",
    params(AccountPath),
    responses((status = 200, description = "What became of the tokens", body = ReceiptView)),
)]
pub(super) async fn revoked(Open(keeper): Open, OfAccount(id): OfAccount) -> Answer<ReceiptView> {
    Ok(Json(receipt_view(keeper.revoked_by_hand(&id).await?)))
}

/// A receipt whose tokens are being tried, at its next change.
#[utoipa::path(
    get,
    path = pattern::RECEIPT,
    operation_id = "receipt",
    tag = "Tokens",
    params(IdPath),
    responses((status = 200, description = "What is known by now", body = ReceiptView)),
)]
pub(super) async fn receipt(
    State(app): State<App>,
    Open(keeper): Open,
    OfId(id): OfId,
) -> Answer<ReceiptView> {
    let _seat = app.followers.try_acquire().map_err(|_| super::events::too_many())?;
    let mut closing = app.closing.subscribe();
    let receipt = tokio::select! {
        changed = keeper.receipt(&id) => changed?,
        () = tokio::time::sleep(Duration::from_secs(OUTCOME_WAIT_S)) => keeper.receipt_now(&id)?,
        _ = closing.wait_for(|closing| *closing) => keeper.receipt_now(&id)?,
    };
    Ok(Json(receipt_view(receipt)))
}

/// Ends the trials of a receipt: what is not known by then stays unknown.
#[utoipa::path(
    post,
    path = pattern::RECEIPT_STOP,
    operation_id = "stop_trying",
    tag = "Tokens",
    params(IdPath),
    responses((status = 200, description = "What is known", body = ReceiptView)),
)]
pub(super) async fn stop_trying(Open(keeper): Open, OfId(id): OfId) -> Answer<ReceiptView> {
    Ok(Json(receipt_view(keeper.stop_trying(&id).await?)))
}

/// What a revocation did.
pub(super) fn receipt_view(receipt: Receipt) -> ReceiptView {
    let lines = receipt.lines.into_iter();
    ReceiptView {
        at_ms: receipt.at.millis(),
        lines: lines
            .map(|line| ReceiptLine {
                dead: line.is_dead(),
                what: line.what,
                how: line.how,
                fate: fate(line.fate),
                dead_at_ms: line.dead_at.map(Timestamp::millis),
                lives_until_ms: line.lives_until.map(Timestamp::millis),
            })
            .collect(),
        page: receipt.page,
        id: receipt.id,
    }
}

fn fate(fate: Fate) -> TokenFate {
    match fate {
        Fate::Dead => TokenFate::Dead,
        Fate::Said => TokenFate::Said,
        Fate::Lives => TokenFate::Lives,
        Fate::Unknown => TokenFate::Unknown,
        Fate::Trying => TokenFate::Trying,
    }
}

fn test_view(tested: Tested) -> TestView {
    let reason = http::StatusCode::from_u16(tested.status).ok().and_then(|status| status.canonical_reason());
    TestView {
        status: tested.status,
        reason: reason.unwrap_or_default().to_owned(),
        took_ms: tested.took_ms,
        request: tested.request,
        headers: tested.headers.into_iter().map(|(name, value)| Parameter { name, value }).collect(),
        body: tested.body,
        is_json: tested.is_json,
        truncated: tested.truncated,
        at_ms: tested.at.millis(),
    }
}

fn introspection_view(said: Introspection) -> IntrospectionView {
    IntrospectionView {
        at_ms: said.at.millis(),
        took_ms: said.took_ms,
        active: said.active,
        scopes: said.scopes,
        whose: said.whose,
        ends_at_ms: said.ends_at.map(Timestamp::millis),
        claims: said.claims.into_iter().map(claim).collect(),
    }
}

fn inspection_view(inspected: Inspected) -> InspectionView {
    let keys_uri = inspected.keys_uri;
    let jwt = |token: SeenToken| jwt(token, keys_uri.as_deref());
    let (access_token, id_token) = (inspected.access.map(jwt), inspected.id.map(jwt));
    InspectionView { at_ms: inspected.at.millis(), access_token, id_token, keys_uri }
}

fn jwt(token: SeenToken, keys_uri: Option<&str>) -> JwtView {
    let (verified, signature) = match token.signature {
        Ok(verified) => {
            let keys = keys_uri.map(|keys| format!(" among those at {keys}")).unwrap_or_default();
            (true, format!("The signature holds: {}, by a key of the issuer{keys}.", verified.algorithm))
        }
        Err(why) => (false, why),
    };
    JwtView {
        header: token.inside.header.into_iter().map(claim).collect(),
        claims: token.inside.claims.into_iter().map(claim).collect(),
        ends_at_ms: token.inside.ends_at.map(Timestamp::millis),
        verified,
        signature,
    }
}

fn claim(claim: Claim) -> ClaimView {
    ClaimView {
        name: claim.name,
        meaning: claim.meaning.map(str::to_owned),
        value: claim.value,
        at_ms: claim.at.map(Timestamp::millis),
    }
}
