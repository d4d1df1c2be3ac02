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

view! {
    /// What was found in a pasted text.
    struct PastedView {
        /// What it is: "curl command".
        pub kind: String,
        /// The form, filled in as far as the text tells.
        pub draft: ServiceDraft,
        /// Names of the fields of `draft` that the text tells; the others hold what an empty form has.
        pub fields: Vec<String>,
        /// Stands for the client secret that was found: the agent keeps it for 10 minutes, until a service was saved with
        /// it. The secret itself never leaves the agent.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub secret_ref: Option<String>,
        /// What was left out and why, a sentence each.
        pub left_out: Vec<String>,
    }
}
