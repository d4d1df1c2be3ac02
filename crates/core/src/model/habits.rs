//! How a service bends the standard.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::Parameter;

/// What is asked and read otherwise than RFC 6749 has it; the default is a service that keeps to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Habits {
    /// What stands between scopes (RFC 6749 §3.3: a space).
    pub scope_separator: ScopeSeparator,
    /// How token requests are written (RFC 6749 §4.1.3: as a form).
    pub token_format: TokenFormat,
    /// The service's own name of a standard parameter, such as `client_key` for `client_id`: in every request, and
    /// `code` in the redirect, too.
    pub names: Vec<Parameter>,
    /// Added to the request that exchanges a code.
    pub token: Extras,
    /// Added to the request that refreshes.
    pub refresh: Extras,
    /// Added to the requests that revoke.
    pub revocation: Extras,
    /// The scopes are asked again at each refresh.
    pub refresh_scopes: bool,
    /// Where in the answer a field stands, as names with dots between them, such as `authed_user.access_token`.
    pub token_paths: Vec<Parameter>,
    /// The redirect arrives as a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    pub form_post: bool,
    /// Each answer names its issuer: one without `iss` is refused (RFC 9207 §2.4).
    pub names_issuer: bool,
    /// Where tokens are refreshed; empty = at the access token URI.
    pub refresh_uri: String,
    /// The PKCE challenge is written in hexadecimal instead of base64url (RFC 7636 §4.2).
    pub hex_challenge: bool,
    /// Parameters of the redirect that are kept beside the tokens, separated by white space.
    pub redirect_fields: String,
    /// Where in the answer the API's address stands, with dots between names; empty = nowhere.
    pub api_host_field: String,
    /// What the Test URI wants besides the token.
    pub test: TestRequest,
}

/// What a request to the Test URI is like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TestRequest {
    /// Method.
    pub method: TestMethod,
    /// Header fields; `{client_id}` is filled in.
    pub headers: Vec<Parameter>,
    /// Body of a POST: JSON, or a form.
    pub body: String,
}

/// Method of a request to the Test URI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestMethod {
    /// GET.
    #[default]
    Get,
    /// POST.
    Post,
}

/// Habits of a service that is kept: most have none, and share them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Habits", into = "Habits")]
pub struct SharedHabits(Arc<Habits>);

/// Header fields and parameters that are added to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extras {
    /// Header fields.
    pub headers: Vec<Parameter>,
    /// Parameters; never standard ones (R-CB-14).
    pub parameters: Vec<Parameter>,
}

/// What stands between scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeSeparator {
    /// A space.
    #[default]
    Space,
    /// A comma.
    Comma,
}

/// How token requests are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// `application/x-www-form-urlencoded`, POST.
    #[default]
    Form,
    /// `application/json`, POST.
    Json,
    /// GET with everything in the query. Never logged; it is a provider's own recipe (R-CB-17).
    Query,
}

impl Habits {
    /// Without the empty lines that a form may hold.
    pub(crate) fn tidied(mut self) -> Self {
        let extras = [&mut self.token, &mut self.refresh, &mut self.revocation];
        let lists = extras.into_iter().flat_map(|extras| [&mut extras.headers, &mut extras.parameters]);
        let named = [&mut self.names, &mut self.token_paths, &mut self.test.headers];
        for list in lists.chain(named) {
            for line in list.iter_mut() {
                line.name = line.name.trim().to_owned();
            }
            list.retain(|line| !line.name.is_empty());
        }
        for line in self.names.iter_mut().chain(&mut self.token_paths) {
            line.value = line.value.trim().to_owned();
        }
        for text in [&mut self.refresh_uri, &mut self.redirect_fields, &mut self.api_host_field] {
            *text = text.trim().to_owned();
        }
        self
    }

    /// The service's own name of a standard parameter.
    pub fn name_of<'a>(&'a self, standard: &'a str) -> &'a str {
        self.names.iter().find(|name| name.name == standard).map_or(standard, |name| name.value.as_str())
    }
}

impl Deref for SharedHabits {
    type Target = Habits;

    fn deref(&self) -> &Habits {
        &self.0
    }
}

impl DerefMut for SharedHabits {
    fn deref_mut(&mut self) -> &mut Habits {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Habits> for SharedHabits {
    fn from(habits: Habits) -> Self {
        if habits == *Self::default() { Self::default() } else { Self(Arc::new(habits)) }
    }
}

impl From<SharedHabits> for Habits {
    fn from(shared: SharedHabits) -> Self {
        Arc::unwrap_or_clone(shared.0)
    }
}

impl Default for SharedHabits {
    fn default() -> Self {
        static NONE: LazyLock<Arc<Habits>> = LazyLock::new(Arc::default);
        Self(NONE.clone())
    }
}

impl ScopeSeparator {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Comma => ",",
        }
    }
}

/// Parameters of token and revocation requests that Grantkeep sets itself (RFC 6749 §4.1.3, §6, RFC 7009 §2.1,
/// RFC 7636 §4.5): extra ones never replace them (R-CB-14). `scope` at a refresh is asked by `refresh_scopes`.
pub const STANDARD_TOKEN_PARAMETERS: [&str; 10] = [
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "client_secret",
    "refresh_token",
    "code_verifier",
    "scope",
    "token",
    "token_type_hint",
];

/// Header fields that Grantkeep or HTTP sets.
pub const STANDARD_HEADERS: [&str; 8] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "transfer-encoding",
];

/// Fields of a token answer that can stand elsewhere (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
pub const TOKEN_FIELDS: [&str; 6] =
    ["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"];
