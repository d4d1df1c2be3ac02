//! Services, their forms and the catalog.

use serde::{Deserialize, Serialize};

use super::Habits;
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// How the authorization code comes back (RFC 8252 §7).
    enum RedirectMethod {
        /// Loopback, any port.
        Loopback,
        /// Loopback, one port.
        LoopbackFixed,
        /// Custom URI scheme.
        Scheme,
        /// The person pastes the address.
        Paste,
    }
}

view! {
    /// Host of a loopback redirect.
    enum LoopbackHost {
        /// `127.0.0.1`.
        Ipv4,
        /// `localhost`: both addresses listen.
        Localhost,
        /// `[::1]`.
        Ipv6,
    }
}

view! {
    /// How the client authenticates at the token endpoint (RFC 6749 §2.3.1).
    enum ClientAuthentication {
        /// HTTP Basic, form-encoded first.
        Basic,
        /// HTTP Basic without the encoding, as some providers want it.
        BasicRaw,
        /// In the request body.
        Post,
        /// A public client.
        None,
    }
}

view! {
    /// What becomes of the previous access token.
    enum RevokePrevious {
        /// It runs out by itself.
        Never,
        /// Revoked once the new one is stored.
        After,
        /// Revoked before the browser opens (reauthorizing only).
        Before,
    }
}

view! {
    /// HTTP method of a revocation recipe.
    enum RevocationMethod {
        /// GET.
        Get,
        /// POST.
        Post,
        /// DELETE.
        Delete,
    }
}

view! {
    /// Body of a revocation recipe.
    enum RevocationBody {
        /// `application/x-www-form-urlencoded`.
        Form,
        /// `application/json`.
        Json,
        /// None.
        Empty,
    }
}

view! {
    /// Who authenticates a revocation.
    enum RevocationAuth {
        /// The client, as at the token endpoint; where the body is JSON, with Basic.
        Client,
        /// The client, with its secret in the body, which may be JSON.
        ClientBody,
        /// The token itself, as a bearer token.
        Bearer,
        /// Nobody.
        None,
    }
}

view! {
    /// How a service takes tokens back.
    tagged Revocation {
        /// It does not, or nobody knows how.
        None,
        /// RFC 7009.
        Rfc7009 {
            /// The revocation endpoint.
            url: String,
        },
        /// A request of the service's own.
        Custom {
            /// HTTP method.
            method: RevocationMethod,
            /// URL template with `{token}` and `{client_id}`.
            url: String,
            /// Name of the parameter that carries the token; empty where the URL carries it.
            parameter: String,
            /// Body.
            body: RevocationBody,
            /// Authentication.
            auth: RevocationAuth,
        },
        /// At a page, by hand.
        ByHand {
            /// The page to open.
            page: String,
        },
    }
}

view! {
    /// A service as a form has it: what the person types, before it is checked.
    struct ServiceDraft {
        /// API Service: the title.
        pub title: String,
        /// Catalog entry that filled in the form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub provider: Option<String>,
        /// Client ID.
        pub client_id: String,
        /// Client authentication.
        pub client_authentication: ClientAuthentication,
        /// Authorize URI.
        pub authorize_uri: String,
        /// Access token URI.
        pub token_uri: String,
        /// Test URI; may be empty.
        #[serde(default)]
        pub test_uri: String,
        /// Introspection endpoint (RFC 7662); may be empty.
        #[serde(default)]
        pub introspection_uri: String,
        /// Issuer (RFC 9207, ID tokens); may be empty.
        #[serde(default)]
        pub issuer: String,
        /// Scopes, separated by spaces.
        #[serde(default)]
        pub scopes: String,
        /// Redirect method.
        pub redirect_method: RedirectMethod,
        /// Host of a loopback redirect.
        pub redirect_host: LoopbackHost,
        /// Port of `loopback_fixed`, as typed.
        #[serde(default)]
        pub redirect_port: String,
        /// Path of `loopback_fixed`; empty = the service's own.
        #[serde(default)]
        pub redirect_path: String,
        /// The registered address of `paste`.
        #[serde(default)]
        pub redirect_uri: String,
        /// Extra authorize parameters.
        #[serde(default)]
        pub authorize_parameters: Vec<Parameter>,
        /// Revocation recipe.
        pub revocation: Revocation,
        /// What becomes of the previous token.
        pub revoke_previous: RevokePrevious,
        /// How long a link is good, in seconds (30 to 3,600).
        pub link_timeout_s: u32,
        /// Use PKCE (RFC 7636); off only for a service that rejects it.
        pub pkce: bool,
        /// How the service bends the standard.
        #[serde(default)]
        pub habits: Habits,
        /// Values for the `{name}` of a catalog entry's addresses.
        #[serde(default)]
        pub variables: Vec<Parameter>,
        /// Further hosts that `request` may send the token to, separated by spaces; those of the endpoints and the
        /// Test URI are allowed anyway.
        #[serde(default)]
        pub request_hosts: String,
    }
}

/// A form that nothing was filled in.
impl Default for ServiceDraft {
    fn default() -> Self {
        Self {
            title: String::new(),
            provider: None,
            client_id: String::new(),
            client_authentication: ClientAuthentication::Basic,
            authorize_uri: String::new(),
            token_uri: String::new(),
            test_uri: String::new(),
            introspection_uri: String::new(),
            issuer: String::new(),
            scopes: String::new(),
            redirect_method: RedirectMethod::Loopback,
            redirect_host: LoopbackHost::Ipv4,
            redirect_port: String::new(),
            redirect_path: String::new(),
            redirect_uri: String::new(),
            authorize_parameters: Vec::new(),
            revocation: Revocation::None,
            revoke_previous: RevokePrevious::Never,
            link_timeout_s: 300,
            pkce: true,
            habits: Habits::default(),
            variables: Vec::new(),
            request_hosts: String::new(),
        }
    }
}

view! {
    /// One extra parameter.
    struct Parameter {
        /// Name.
        pub name: String,
        /// Value.
        pub value: String,
    }
}

view! {
    /// A field of `ServiceDraft` and what is wrong with it.
    struct FieldProblem {
        /// The field's name in `ServiceDraft`, or `client_secret`.
        pub field: String,
        /// What is wrong, and how to mend it: one or two sentences.
        pub message: String,
        /// A value that mends it, offered with one click.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub fix: Option<FieldFix>,
        /// Saving is possible all the same.
        pub warning: bool,
    }
}

view! {
    /// A mend for a field.
    struct FieldFix {
        /// The button: "Change to https://".
        pub label: String,
        /// The field's new value.
        pub value: String,
    }
}

view! {
    /// What checking a draft found.
    struct DraftCheck {
        /// What to mend; empty = it can be saved.
        pub problems: Vec<FieldProblem>,
        /// The exact redirect URI to register.
        pub redirect_uri: String,
        /// Hosts that saving would change, so that nothing is sent until confirmed.
        pub hosts_to_confirm: Vec<String>,
        /// The slug that the title gives.
        pub name: String,
    }
}

view! {
    /// A stored service.
    struct ServiceView {
        /// Slug.
        pub name: String,
        /// Everything but the client secret.
        pub definition: ServiceDraft,
        /// A client secret is in the vault.
        pub has_client_secret: bool,
        /// The exact redirect URI to register.
        pub redirect_uri: String,
        /// Hosts that await confirmation (R-ST-14).
        pub hosts_to_confirm: Vec<String>,
        /// Test URI's host awaits confirmation.
        pub test_host_to_confirm: bool,
        /// What a revocation takes with it, in the provider's case.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub revocation_effect: Option<String>,
        /// The page where the client is registered.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub registration_uri: Option<String>,
        /// Grantkeep registered the client; deleting the service with `revoke` deletes it at the provider, too.
        #[serde(default)]
        pub client_is_registered: bool,
        /// When the client secret runs out; absent = never, or unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub client_secret_expires_at_ms: Option<i64>,
        /// Accounts of this service (ids).
        pub accounts: Vec<String>,
    }
}

#[cfg(all(test, feature = "bindings"))]
mod tests {
    use super::*;

    /// Written beside the types, for `cargo xtask bindings` to put among them.
    #[test]
    fn export_bindings_empty_form() {
        let folder = std::path::PathBuf::from(std::env::var_os("TS_RS_EXPORT_DIR").unwrap());
        std::fs::create_dir_all(&folder).unwrap();
        let form = serde_json::to_string_pretty(&ServiceDraft::default()).unwrap();
        std::fs::write(folder.join("empty_form.json"), form).unwrap();
    }
}
