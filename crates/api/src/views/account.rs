//! Accounts.

use serde::{Deserialize, Serialize};

use super::{Activity, Group, Headline, Note, Possible, Problem, RedirectMethod, TokenState};
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// One scope of an account.
    struct ScopeView {
        /// The scope as the provider writes it.
        pub scope: String,
        /// Plain words, where the catalog has them.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub description: Option<String>,
        /// Asked by the service definition.
        pub asked: bool,
        /// Granted by the provider.
        pub granted: bool,
    }
}

view! {
    /// Who authorized, as far as the provider said.
    struct IdentityView {
        /// The provider's identifier (`sub`).
        pub subject: String,
        /// Name, if told.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub name: Option<String>,
        /// Address, if told.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub email: Option<String>,
    }
}

view! {
    /// What is known about the token set, without any token.
    struct GrantView {
        /// As shown: `Bearer` or what the provider named.
        pub token_type: String,
        /// Characters of the access token.
        pub access_token_length: u32,
        /// A JWT or opaque.
        pub is_jwt: bool,
        /// When the access token was obtained.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub obtained_at_ms: i64,
        /// When the person authorized.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub authorized_at_ms: i64,
        /// When the access token ends; absent = unknown life.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub expires_at_ms: Option<i64>,
        /// When the keeper refreshes by itself; absent = it does not.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub refreshes_at_ms: Option<i64>,
        /// Last refresh that worked.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub last_refresh_at_ms: Option<i64>,
        /// Last hand-out or copy.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub last_used_at_ms: Option<i64>,
        /// A refresh token is in the vault.
        pub has_refresh_token: bool,
        /// An ID token is in the vault.
        pub has_id_token: bool,
        /// Hosts the tokens are bound to.
        pub hosts: Vec<String>,
        /// Scopes asked and granted.
        pub scopes: Vec<ScopeView>,
        /// Names of further fields that the provider sent and that are kept (`realmId`, …).
        pub other_fields: Vec<String>,
        /// The API's host that the provider named; programs' requests may take the token there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub api_host: Option<String>,
    }
}

view! {
    /// An authorization under way.
    struct PendingView {
        /// Counts up with each new link of this account.
        pub id: String,
        /// When the link was made.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub started_at_ms: i64,
        /// When the link is dead.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub expires_at_ms: i64,
        /// The redirect URI that was sent.
        pub redirect_uri: String,
        /// How the answer comes back.
        pub method: RedirectMethod,
        /// The listener could not be opened again after a restart: pasting still works.
        pub paste_only: bool,
    }
}

view! {
    /// Why an account is in trouble.
    struct TroubleView {
        /// Since when.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub since_ms: i64,
        /// What happened, in the person's words.
        pub problem: Problem,
    }
}

view! {
    /// One account with its status.
    struct AccountView {
        /// `service/account`, both slugs.
        pub id: String,
        /// The service's slug.
        pub service: String,
        /// The account's slug; the first is `default`.
        pub account: String,
        /// The service's title.
        pub service_title: String,
        /// The account's title as typed.
        pub title: String,
        /// Catalog entry of the service.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub provider: Option<String>,
        /// Token state.
        pub token_state: TokenState,
        /// What is going on.
        pub activity: Activity,
        /// Further notes.
        pub notes: Vec<Note>,
        /// The headline for lists.
        pub headline: Headline,
        /// The group in lists.
        pub group: Group,
        /// Since when the headline's state holds, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub since_ms: Option<i64>,
        /// Who authorized.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub identity: Option<IdentityView>,
        /// The token set, without tokens.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub grant: Option<GrantView>,
        /// The authorization under way.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub pending: Option<PendingView>,
        /// The trouble the account is in: a failed authorization, a refused refresh, a passing failure.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub trouble: Option<TroubleView>,
        /// Days that a grant of this account lasts, whatever happens, where the person said it or an earlier grant showed it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub grant_life_days: Option<u32>,
        /// What can be done.
        pub possible: Possible,
    }
}
