//! From a token answer to a grant.

use crate::model::{Account, Grant, Identity, Pending, Service, Standing, Timestamp, Tokens};
use crate::wire::{TokenResponse, check_id_token};

/// The grant that an answer brings, and its tokens.
pub(super) fn granted(
    pending: &Pending,
    service: &Service,
    response: TokenResponse,
    revision: u64,
    now: Timestamp,
) -> (Grant, Tokens) {
    let identity = identity(pending, service, &response, now);
    let grant = Grant {
        revision,
        token_type: response.token_type,
        access_token_length: u32::try_from(response.access.len()).unwrap_or(u32::MAX),
        is_jwt: response.is_jwt,
        authorized_at: now,
        obtained_at: now,
        expires_at: response.expires_in.map(|life| now + life),
        asked: pending.asked.clone(),
        granted: response.scope.unwrap_or_else(|| pending.asked.clone()),
        has_refresh_token: response.refresh.is_some(),
        has_id_token: response.id.is_some(),
        hosts: service.hosts(),
        other_fields: response.other_fields,
        oddities: response.oddities,
        identity,
        last_refresh_at: None,
        last_used_at: None,
        refresh_token_ends_at: response.refresh_expires_in.map(|life| now + life),
        last_tested_at: None,
    };
    let tokens = Tokens {
        access: response.access,
        refresh: response.refresh,
        previous_refresh: None,
        previous_access: None,
        id: response.id,
        other: response.other,
    };
    (grant, tokens)
}

/// Who authorized, as far as an ID token of the known issuer says (R-TK-17).
fn identity(
    pending: &Pending,
    service: &Service,
    response: &TokenResponse,
    now: Timestamp,
) -> Option<Identity> {
    let (id, issuer) = (response.id.as_ref()?, pending.issuer.as_ref()?);
    check_id_token(id, issuer, &service.client_id, pending.nonce.as_ref(), now).ok()
}

/// A new grant takes the place of the old one.
pub(super) fn settle(account: &mut Account, grant: Grant) {
    account.grant = Some(Box::new(grant));
    account.standing = Standing::Good;
    account.trouble = None;
    account.authorization_trouble = None;
    account.intent = None;
    account.scopes_accepted = false;
    account.previous_not_revoked = None;
    account.policy_turned_off = false;
}
