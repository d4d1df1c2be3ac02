//! The keys that a provider publishes (RFC 7517 §5).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use crate::wire::Response;

/// Public keys of a provider that signatures can be checked with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeySet(Vec<Jwk>);

/// Why there are no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKeys {
    /// An answer that is none.
    #[error("the keys’ address answered {status}")]
    Status {
        /// HTTP status.
        status: u16,
    },
    /// More than is read.
    #[error("there are more keys than are read")]
    TooMany,
    /// No JSON with `keys`.
    #[error("the keys’ address answered something else")]
    Unreadable,
}

/// Reads a key set. Keys for encryption, secret keys and those of unknown kinds are left out.
///
/// # Errors
/// The answer is no key set, or too large a one.
pub fn read_keys(response: &Response) -> Result<KeySet, NoKeys> {
    if response.status != 200 {
        return Err(NoKeys::Status { status: response.status });
    }
    if response.truncated || response.body.len() > LARGEST_SET {
        return Err(NoKeys::TooMany);
    }
    let mut set: Value = serde_json::from_slice(&response.body).map_err(|_| NoKeys::Unreadable)?;
    let Some(Value::Array(keys)) = set.get_mut("keys").map(Value::take) else {
        return Err(NoKeys::Unreadable);
    };
    if keys.len() > MOST_KEYS {
        return Err(NoKeys::TooMany);
    }
    let keys = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(KeySet(keys.filter(is_for_signatures).collect()))
}

impl KeySet {
    /// Keys that a signature of that algorithm may be made with; those named `kid` where the token names one.
    pub(super) fn fitting(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
    ) -> impl Iterator<Item = DecodingKey> {
        let named = move |key: &&Jwk| kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid));
        let fits = move |key: &&Jwk| fits(key, algorithm);
        self.0.iter().filter(named).filter(fits).filter_map(|key| DecodingKey::from_jwk(key).ok())
    }
}

fn is_for_signatures(key: &Jwk) -> bool {
    let public = matches!(
        key.algorithm,
        AlgorithmParameters::RSA(_)
            | AlgorithmParameters::EllipticCurve(_)
            | AlgorithmParameters::OctetKeyPair(_)
    );
    public && matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}

/// A key of that kind can have made it, and its owner does not say otherwise (RFC 7517 §4.4).
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let meant = key.common.key_algorithm.is_none_or(|meant| meant == KeyAlgorithm::from(algorithm));
    let kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    meant && kind
}

const LARGEST_SET: usize = 256 * 1024;
const MOST_KEYS: usize = 100;
