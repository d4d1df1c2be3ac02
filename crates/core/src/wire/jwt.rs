//! What is inside a token that is a JWT, and whether its signature holds (RFC 7515, RFC 7519).
//!
//! What is read is no fact before the signature was checked against the provider's keys.

mod keys;

use std::fmt;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::claims::{Claim, claims, instant, text};
use super::id_token::is_issuer;
use crate::model::{AccessToken, IdToken, Timestamp, plain};

pub use keys::{KeySet, NoKeys, read_keys};

/// A token that may be a JWT.
#[derive(Clone, Copy)]
pub enum Jwt<'a> {
    /// An access token, which is meant for somebody else (RFC 9068 §6).
    Access(&'a AccessToken),
    /// An ID token.
    Id(&'a IdToken),
}

/// What is inside a JWT. Untrusted text, made plain (R-TK-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The header (RFC 7515 §4).
    pub header: Vec<Claim>,
    /// The claims.
    pub claims: Vec<Claim>,
    /// When it ends: `exp`.
    pub ends_at: Option<Timestamp>,
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How it is signed, such as `ES256`.
    pub algorithm: String,
    /// The key's identifier, if it has one.
    pub key: Option<String>,
}

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverified {
    /// It is no JWT that can be read.
    Unreadable,
    /// `none`, HMAC, or one that is not known.
    Algorithm(String),
    /// It names another issuer, or none.
    OtherIssuer {
        /// Whom it names.
        named: Option<String>,
        /// The service's issuer.
        expected: String,
    },
    /// The provider has no key of that name or kind.
    UnknownKey,
    /// The signature does not fit.
    Broken,
}

/// Reads what is inside; `None` where the token is no JWT of three parts.
pub fn unpack(token: Jwt<'_>) -> Option<Unpacked> {
    let parts = Parts::of(token)?;
    Some(Unpacked {
        header: claims(&parts.header, None),
        claims: claims(&parts.claims, None),
        ends_at: parts.claims.get("exp").and_then(instant),
    })
}

/// Checks the signature against the keys of `issuer`, and that the token names it (RFC 7515 §5.2).
///
/// `none` and HMAC never count: with the first anybody signs, with the second whoever has the client secret.
///
/// # Errors
/// Why the signature does not count.
pub fn check_signature(token: Jwt<'_>, keys: &KeySet, issuer: &str) -> Result<Verified, Unverified> {
    let parts = Parts::of(token).ok_or(Unverified::Unreadable)?;
    let spelled = parts.header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let algorithm = algorithm(spelled).ok_or_else(|| Unverified::Algorithm(plain(spelled, SHORT)))?;
    let named = parts.claims.get("iss").and_then(Value::as_str);
    if !named.is_some_and(|named| is_issuer(issuer, named)) {
        let named = named.map(|named| plain(named, LONGEST_ISSUER));
        return Err(Unverified::OtherIssuer { named, expected: issuer.to_owned() });
    }
    let key = text(parts.header.get("kid"));
    let wanted = parts.header.get("kid").and_then(Value::as_str);
    let mut known = false;
    for candidate in keys.fitting(algorithm, wanted) {
        known = true;
        // An error is a key that can't be used, such as one that is too short.
        if jsonwebtoken::crypto::verify(parts.signature, parts.signed, &candidate, algorithm) == Ok(true) {
            return Ok(Verified { algorithm: spelled.to_owned(), key });
        }
    }
    Err(if known { Unverified::Broken } else { Unverified::UnknownKey })
}

/// The token as text, within this file.
fn exposed<'a>(token: Jwt<'a>) -> &'a str {
    match token {
        Jwt::Access(access) => access.expose(),
        Jwt::Id(id) => id.expose(),
    }
}

/// The three parts of a compact JWS (RFC 7515 §3.1); an encrypted token has five and can't be read.
struct Parts<'a> {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    /// Header and payload as they were signed.
    signed: &'a [u8],
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: Jwt<'a>) -> Option<Self> {
        let token = exposed(token).trim();
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        let object = |part: &str| serde_json::from_slice(&decoded(part)?).ok();
        Some(Self { header: object(header)?, claims: object(payload)?, signed: signed.as_bytes(), signature })
    }
}

/// A part of a JWS; padding does no harm.
pub(super) fn decoded(part: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&URL_SAFE, config).decode(part).ok()
}

/// Algorithms with a public key (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
fn algorithm(spelled: &str) -> Option<Algorithm> {
    Some(match spelled {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "EdDSA" | "Ed25519" => Algorithm::EdDSA,
        _ => return None,
    })
}

impl fmt::Display for Unverified {
    /// A sentence for a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("It can't be read."),
            Self::Algorithm(none) if none.eq_ignore_ascii_case("none") || none.is_empty() => {
                f.write_str("It is not signed at all.")
            }
            Self::Algorithm(hmac) if hmac.starts_with("HS") => {
                write!(f, "It is signed with {hmac}: anybody who has the client secret can do that.")
            }
            Self::Algorithm(other) => write!(f, "It is signed with {other}, which Grantkeep does not know."),
            Self::OtherIssuer { named: Some(named), expected } => {
                write!(f, "It names {named} as who made it, not {expected}.")
            }
            Self::OtherIssuer { named: None, .. } => f.write_str("It does not say who made it."),
            Self::UnknownKey => f.write_str("The provider publishes no key that it could be signed with."),
            Self::Broken => f.write_str("The signature does not fit the provider’s keys."),
        }
    }
}

const SHORT: usize = 40;
const LONGEST_ISSUER: usize = 255;
/// Bytes of a token that are looked at.
const LONGEST_TOKEN: usize = 64 * 1024;

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
