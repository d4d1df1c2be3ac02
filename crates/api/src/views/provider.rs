//! The catalog's entries.

use serde::{Deserialize, Serialize};

use super::{Parameter, ServiceDraft};
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// A catalog entry.
    struct ProviderView {
        /// Identifier.
        pub id: String,
        /// Name.
        pub title: String,
        /// Simple-icons slug of its mark, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub mark: Option<String>,
        /// One line.
        pub summary: String,
        /// Page where the client is registered.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub registration_uri: Option<String>,
        /// Documentation.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub documentation_uri: Option<String>,
        /// How to register, in up to three lines.
        pub steps: Vec<String>,
        /// What the form asks for before the addresses are whole.
        pub variables: Vec<VariableView>,
        /// Scopes in plain words.
        pub scopes: Vec<ProviderScope>,
        /// What may be registered as redirect URI, one sentence.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub redirect_note: Option<String>,
        /// Usual life of an access token in seconds; absent = unknown, or without an end.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub token_life_s: Option<u32>,
        /// The access token lives until it is revoked.
        pub token_has_no_end: bool,
        /// When a refresh token is given.
        pub refresh: Refreshes,
        /// What a refresh does to the refresh token.
        pub rotation: Rotation,
        /// Days after which an unused refresh token ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub refresh_idle_days: Option<u32>,
        /// Days after which any refresh token ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub refresh_life_days: Option<u32>,
        /// What makes it send a refresh token.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub refresh_token_hint: Option<String>,
        /// What a revocation takes with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub revocation_effect: Option<String>,
        /// Why the form has its extra authorize parameters: name and one sentence.
        pub reasons: Vec<Parameter>,
        /// The form, filled in.
        pub draft: ServiceDraft,
        /// The practice provider: a public client, authorized without registering.
        pub practice: bool,
    }
}

view! {
    /// A scope of a catalog entry.
    struct ProviderScope {
        /// As the provider writes it.
        pub scope: String,
        /// Plain words.
        pub description: String,
        /// Asked unless the person chooses otherwise.
        pub default: bool,
    }
}

view! {
    /// A hole in the addresses of a catalog entry.
    struct VariableView {
        /// Stands as `{name}`; its field is `variables.‹name›`.
        pub name: String,
        /// The field's label.
        pub label: String,
        /// Where to find it, one sentence.
        pub hint: String,
        /// What it may look like.
        pub example: String,
        /// What it is where nothing is typed.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub default: Option<String>,
    }
}

view! {
    /// When a refresh token is given.
    enum Refreshes {
        /// Always.
        Always,
        /// With a parameter, a scope or a setting.
        Asked,
        /// Never.
        Never,
        /// Nobody knows.
        Unknown,
    }
}

view! {
    /// What a refresh does to the refresh token.
    enum Rotation {
        /// A new one comes, and the old one is dead.
        Rotates,
        /// A new one comes, and the old one lives a little longer.
        Grace,
        /// It is kept.
        Same,
        /// Nobody knows.
        Unknown,
    }
}
