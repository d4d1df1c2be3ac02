//! Secrets that the agent hands out: an access token, and a link that carries `state`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// The one reply that carries a token.
///
/// It has no `Debug`, `Display` or `Clone`: it is moved to the one caller that asked.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandedToken {
    /// The access token.
    pub access_token: TokenText,
    /// As shown: `Bearer` or what the provider named.
    pub token_type: String,
    /// When it ends, in milliseconds since the Unix epoch (UTC); absent = unknown life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
}

/// The reply that carries an ID token (OpenID Connect Core §2), for programs that prove with it who they are.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandedIdToken {
    /// The ID token.
    pub id_token: TokenText,
    /// Its `exp`, in milliseconds since the Unix epoch (UTC).
    pub expires_at_ms: i64,
}

macro_rules! secret_text {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = Password))]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes over the text.
            pub fn new(text: impl Into<Zeroizing<String>>) -> Self {
                Self(text.into())
            }

            /// The text itself, for the one who needs it.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
            }
        }
    };
}

secret_text! {
    /// Text of an access token; wiped on drop, and it cannot be printed by accident.
    TokenText
}

secret_text! {
    /// The link of an authorization request (RFC 6749 §4.1.1): `state` in it is for the browser alone.
    Link
}
