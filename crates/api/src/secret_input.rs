//! Secrets that a person typed in, on their way to the agent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A passphrase, a client secret or a pasted redirect address (which carries a code).
///
/// It is serializable because it crosses the local socket, and has no `Debug` or `Display`; wiped on drop.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Password))]
pub struct SecretInput(Zeroizing<String>);

impl SecretInput {
    /// Takes over what was typed.
    pub fn new(typed: impl Into<Zeroizing<String>>) -> Self {
        Self(typed.into())
    }

    /// The text itself, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Moves the text out, still wiped on drop.
    pub fn into_inner(self) -> Zeroizing<String> {
        self.0
    }

    /// The same once more, for a request that may have to be sent again.
    pub fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// Both times the same was typed.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for SecretInput {
    fn from(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }
}

impl Serialize for SecretInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
