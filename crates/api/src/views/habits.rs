//! How a service bends the standard, as a form has it.

use serde::{Deserialize, Serialize};

use super::Parameter;
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// What stands between scopes.
    #[derive(Default)]
    enum ScopeSeparator {
        /// A space (RFC 6749 §3.3).
        #[default]
        Space,
        /// A comma.
        Comma,
    }
}

view! {
    /// How token requests are written.
    #[derive(Default)]
    enum TokenFormat {
        /// A form, POST (RFC 6749 §4.1.3).
        #[default]
        Form,
        /// JSON, POST.
        Json,
        /// GET, everything in the query.
        Query,
    }
}

view! {
    /// Header fields and parameters that are added to a request.
    #[derive(Default)]
    #[serde(deny_unknown_fields)]
    struct Extras {
        /// Header fields.
        #[serde(default)]
        pub headers: Vec<Parameter>,
        /// Parameters; never standard ones.
        #[serde(default)]
        pub parameters: Vec<Parameter>,
    }
}

view! {
    /// Method of a request to the Test URI.
    #[derive(Default)]
    enum TestMethod {
        /// GET.
        #[default]
        Get,
        /// POST.
        Post,
    }
}

view! {
    /// What a request to the Test URI is like.
    #[derive(Default)]
    #[serde(deny_unknown_fields)]
    struct TestRequest {
        /// Method.
        #[serde(default)]
        pub method: TestMethod,
        /// Header fields; `{client_id}` is filled in.
        #[serde(default)]
        pub headers: Vec<Parameter>,
        /// Body of a POST: JSON, or a form.
        #[serde(default)]
        pub body: String,
    }
}

view! {
    /// What is asked and read otherwise than RFC 6749 has it.
    #[derive(Default)]
    #[serde(deny_unknown_fields)]
    struct Habits {
        /// What stands between scopes.
        #[serde(default)]
        pub scope_separator: ScopeSeparator,
        /// How token requests are written.
        #[serde(default)]
        pub token_format: TokenFormat,
        /// The service's own names of standard parameters: `client_id` → `client_key`.
        #[serde(default)]
        pub names: Vec<Parameter>,
        /// Added to the request that exchanges a code.
        #[serde(default)]
        pub token: Extras,
        /// Added to the request that refreshes.
        #[serde(default)]
        pub refresh: Extras,
        /// Added to the requests that revoke.
        #[serde(default)]
        pub revocation: Extras,
        /// The scopes are asked again at each refresh.
        #[serde(default)]
        pub refresh_scopes: bool,
        /// Where in the answer a field stands: `access_token` → `authed_user.access_token`.
        #[serde(default)]
        pub token_paths: Vec<Parameter>,
        /// The browser posts the answer as a form.
        #[serde(default)]
        pub form_post: bool,
        /// Each answer names its issuer: one without `iss` is refused (RFC 9207).
        #[serde(default)]
        pub names_issuer: bool,
        /// Where tokens are refreshed; empty = at the access token URI.
        #[serde(default)]
        pub refresh_uri: String,
        /// The PKCE challenge is written in hexadecimal.
        #[serde(default)]
        pub hex_challenge: bool,
        /// Parameters of the redirect that are kept beside the tokens (`realmId`), separated by spaces.
        #[serde(default)]
        pub redirect_fields: String,
        /// Where in the answer the API's address stands (`instance_url`); empty = nowhere.
        #[serde(default)]
        pub api_host_field: String,
        /// What the Test URI wants besides the token.
        #[serde(default)]
        pub test: TestRequest,
    }
}
