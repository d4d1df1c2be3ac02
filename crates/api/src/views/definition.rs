//! Definitions of services that come from elsewhere, to be looked at before they are accepted.

use serde::{Deserialize, Serialize};

use super::{Parameter, ServiceDraft};
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// What a provider tells of itself (OpenID Connect Discovery, RFC 8414).
    struct DiscoveryView {
        /// The issuer, as the provider spells it.
        pub issuer: String,
        /// The form, filled in as far as the provider tells.
        pub draft: ServiceDraft,
        /// What it tells: name and value, to be shown.
        pub facts: Vec<Parameter>,
        /// A client can be registered from here (RFC 7591).
        pub registration: bool,
        /// The catalog's entry of this issuer, which knows more.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub provider: Option<String>,
        /// What to look at, a sentence each.
        pub warnings: Vec<String>,
    }
}
