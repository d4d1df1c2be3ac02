//! Secrets at the door: what the person typed goes in, a link or a token goes out to the one who asked.
//!
//! The only file of the server that looks into a secret.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use grantkeep_api::requests;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::token::{self, HandedIdToken, HandedToken, TokenText};
use grantkeep_core::keeper::{Handed, HandedId};
use grantkeep_core::model::{ClientSecret, Link, Passphrase, RedirectAddress};
use grantkeep_core::ports::SecretChange;
use http::{HeaderValue, header};
use serde::Serialize;
use zeroize::Zeroizing;

use super::convert;

/// A passphrase, as typed.
pub(super) fn passphrase(typed: &SecretInput) -> Passphrase {
    Passphrase::new(typed.expose())
}

/// A client secret; none where nothing was typed. Space around it is of the copying.
pub(super) fn client_secret(typed: Option<SecretInput>) -> Option<ClientSecret> {
    let typed = typed?;
    let secret = typed.expose().trim();
    (!secret.is_empty()).then(|| ClientSecret::new(secret))
}

/// What becomes of the client secret.
pub(super) fn secret_change(change: requests::SecretChange) -> SecretChange {
    match change {
        requests::SecretChange::Keep => SecretChange::Keep,
        requests::SecretChange::Set { value } => {
            client_secret(Some(value)).map_or(SecretChange::Remove, SecretChange::Set)
        }
        requests::SecretChange::Remove => SecretChange::Remove,
    }
}

/// An address that the browser ended on.
pub(super) fn address(typed: &SecretInput) -> RedirectAddress {
    RedirectAddress::new(typed.expose().trim())
}

/// A link, for the front end that asked.
pub(super) fn link(link: &Link) -> token::Link {
    token::Link::new(link.expose().to_owned())
}

/// A token, for the one who asked.
pub(super) fn handed(handed: &Handed) -> HandedToken {
    HandedToken {
        access_token: TokenText::new(handed.token.expose().to_owned()),
        token_type: convert::token_type(&handed.token_type),
        expires_at_ms: handed.expires_at.map(grantkeep_core::model::Timestamp::millis),
    }
}

/// An ID token, for the one who asked.
pub(super) fn handed_id(handed: &HandedId) -> HandedIdToken {
    HandedIdToken {
        id_token: TokenText::new(handed.token.expose().to_owned()),
        expires_at_ms: handed.expires_at.millis(),
    }
}

/// A reply that carries a secret; its bytes are wiped once they were sent.
pub(super) struct Wiped<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Wiped<T> {
    fn into_response(self) -> Response {
        // Room enough from the start: growing would leave copies behind.
        let mut json = Zeroizing::new(Vec::with_capacity(ROOM));
        if serde_json::to_writer(&mut *json, &self.0).is_err() {
            return super::failure::Failure::internal("a reply could not be written").into_response();
        }
        let mut response = Response::new(Body::from(Bytes::from_owner(json)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// Bytes that nearly every token or link fits in.
const ROOM: usize = 16 * 1024;
