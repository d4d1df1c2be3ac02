//! What is known about tokens: what is inside, what the provider says, what became of them. Never a token.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// One thing that a token or an introspection says. Untrusted text, made plain.
    struct ClaimView {
        /// As the provider spells it.
        pub name: String,
        /// What it means in plain words, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub meaning: Option<String>,
        /// Its value as text.
        pub value: String,
        /// The instant that it names, where it is a time.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub at_ms: Option<i64>,
    }
}

view! {
    /// What is inside a token that is a JWT (RFC 7519).
    struct JwtView {
        /// The header.
        pub header: Vec<ClaimView>,
        /// The claims, well-known ones first.
        pub claims: Vec<ClaimView>,
        /// When it ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub ends_at_ms: Option<i64>,
        /// The signature was checked against the issuer's keys, and holds: only then the claims are facts.
        pub verified: bool,
        /// Who vouches for it, or why nobody does: one sentence.
        pub signature: String,
    }
}

view! {
    /// What is inside an account's tokens.
    struct InspectionView {
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// The access token; absent where it is no JWT.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub access_token: Option<JwtView>,
        /// The ID token, if there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub id_token: Option<JwtView>,
        /// Where the keys for the signatures are published.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub keys_uri: Option<String>,
    }
}

view! {
    /// What the provider says of the access token (RFC 7662).
    struct IntrospectionView {
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// How long it took.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub took_ms: u64,
        /// The token is good. If it is not, nothing else is said.
        pub active: bool,
        /// What it can do; absent = not told.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub scopes: Option<Vec<String>>,
        /// Whose it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub whose: Option<String>,
        /// When it ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub ends_at_ms: Option<i64>,
        /// All that was said.
        pub claims: Vec<ClaimView>,
    }
}

view! {
    /// What a revocation did: one line a token.
    struct ReceiptView {
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// The lines.
        pub lines: Vec<ReceiptLine>,
        /// A page to open where it is done by hand.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub page: Option<String>,
        /// Asks for the receipt again while tokens are being tried.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub id: Option<String>,
    }
}

view! {
    /// One line of a receipt.
    struct ReceiptLine {
        /// "Access token", "Refresh token".
        pub what: String,
        /// How that is known.
        pub how: String,
        /// Dead as far as anybody can tell: it was refused, or the provider says so.
        pub dead: bool,
        /// What became of it.
        pub fate: TokenFate,
        /// When it was first seen to be dead.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub dead_at_ms: Option<i64>,
        /// When it ends by itself, where it may still be alive and that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub lives_until_ms: Option<i64>,
    }
}

view! {
    /// What became of a token.
    enum TokenFate {
        /// It was tried and refused.
        Dead,
        /// The provider says that it took it back, and there is no way to try it.
        Said,
        /// It was tried and is still accepted.
        Lives,
        /// Nobody knows.
        Unknown,
        /// It is being tried.
        Trying,
    }
}

impl ReceiptView {
    /// Tokens are being tried: ask again by [`ReceiptView::id`].
    pub fn is_trying(&self) -> bool {
        self.lines.iter().any(|line| line.fate == TokenFate::Trying)
    }
}
