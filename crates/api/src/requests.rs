//! Bodies, queries and small replies of the routes, shared by the agent's server and the client.
//!
//! Types that carry a secret have no `Debug`.

mod definition;
mod help;
mod history;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::secret_input::SecretInput;
use crate::token::Link;
use crate::views::{Answer, Parameter, PendingView, QuestionOutcome, ServiceDraft};

pub use definition::{Discover, Paste, Register};
pub use help::{AuthenticationTried, ErrorPage, TryAuthentication};
pub use history::{DEFAULT_DAYS, DEFAULT_HISTORY, GrantLife, HistoryQuery, SecretExpiry, TimelineQuery};

/// Body of `POST /v1/unlock` and `POST /v1/vault`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passphrase {
    /// The passphrase.
    pub passphrase: SecretInput,
}

/// Body of `POST /v1/session`: where the person's desktop is, as the front end that sends it sees it.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Variables of [`SESSION_VARIABLES`] that are set; the agent ignores all others.
    pub env: BTreeMap<String, String>,
}

/// Variables that front ends hand to the agent, which may have been started over SSH or by systemd.
pub const SESSION_VARIABLES: [&str; 4] =
    ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY"];

/// Body of `POST /v1/drafts/check`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckService {
    /// The form.
    pub draft: ServiceDraft,
    /// The service that is being edited; absent = a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// There is a client secret, stored or typed.
    pub has_secret: bool,
}

/// Body of `POST /v1/services`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddService {
    /// The form.
    pub draft: ServiceDraft,
    /// The client secret; absent for a public client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretInput>,
    /// In place of the client secret: `PastedView::secret_ref`, for a secret that the agent found in a pasted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<String>,
}

/// Body of `PUT /v1/services/{name}`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaveService {
    /// The form.
    pub draft: ServiceDraft,
    /// What becomes of the client secret.
    pub secret: SecretChange,
}

/// What becomes of the client secret when a service is saved.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SecretChange {
    /// The stored one stays.
    Keep,
    /// This one takes its place.
    Set {
        /// The client secret.
        value: SecretInput,
    },
    /// The one that the agent found in a pasted text takes its place.
    Pasted {
        /// `PastedView::secret_ref`.
        secret_ref: String,
    },
    /// The client becomes a public one.
    Remove,
}

/// Body of `POST /v1/services/{name}/confirm-hosts` (R-ST-14).
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmHosts {
    /// The client secret, entered again; absent where the service has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretInput>,
}

/// Body of requests that give a title: duplicating a service, adding or renaming an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Title {
    /// As the person types it.
    pub title: String,
}

/// Query of `DELETE` requests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct Removal {
    /// Take the tokens back first.
    #[serde(default)]
    pub revoke: bool,
}

/// Body of `POST …/authorize`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Authorize {
    /// How long the link is good, in seconds; absent = as the service says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 30, maximum = 3600))]
    pub timeout_s: Option<u32>,
    /// The person will paste the address, so it does not matter if nothing can listen (a fixed port in use).
    #[serde(default)]
    pub paste: bool,
}

/// Reply of `POST …/authorize`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuthorizationStarted {
    /// For the browser.
    pub link: Link,
    /// What waits.
    pub pending: PendingView,
}

/// Reply of `GET …/authorize/link`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentLink {
    /// For the browser.
    pub link: Link,
}

/// Body of `POST …/authorize/redirect` and `POST /v1/redirect`: the address that the browser ended on.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redirected {
    /// It carries the authorization code.
    pub address: SecretInput,
}

/// Body of `POST …/identity`: who a grant of somebody else belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// What the person chose.
    pub choice: IdentityChoice,
}

/// What becomes of a grant that somebody else authorized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IdentityChoice {
    /// It replaces the account's grant.
    Replace,
    /// It becomes an account of its own.
    NewAccount {
        /// That account's title.
        title: String,
    },
}

/// Body of `POST …/token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// Seconds that the token must still be good for (R-AG-07).
    #[serde(default)]
    pub min_ttl_s: u32,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a token is asked for; it stands in the history (R-AG-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The window puts it on the clipboard.
    Copy,
    /// A program or a terminal gets it.
    HandOut,
}

/// Body of `POST …/report`: what a resource answered to our token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// HTTP status, 400 to 599; 401 makes the keeper refresh once.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    pub status: u16,
}

/// Body of `POST …/request`: what to ask a resource with the account's token. Not `Debug`: it may hold anything.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Brokered {
    /// HTTP method; absent = `GET`.
    #[serde(default = "get")]
    pub method: String,
    /// Where: https (http on loopback), at a host that the service allows.
    pub url: String,
    /// Header fields; `Authorization` and those of the connection are refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Parameter>,
    /// The body, base64 (RFC 4648 §4), up to 8 MiB of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

/// Body of `POST /v1/questions/{id}/answer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerQuestion {
    /// What the person chose.
    pub answer: Answer,
}

/// Reply of `GET /v1/questions/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asked {
    /// How it stands.
    pub outcome: QuestionOutcome,
}

/// Body of `POST /v1/access`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Allow {
    /// Who is allowed.
    pub program: AllowedProgram,
    /// For which service; absent = to manage Grantkeep itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// For how many seconds (60 to 604,800); absent = always, or, for a terminal, as long as it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 60, maximum = 604_800))]
    pub for_s: Option<u32>,
}

/// Who is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AllowedProgram {
    /// The terminal session that asks for this.
    Terminal,
    /// A program, by the absolute path of its executable.
    Program {
        /// The path.
        path: String,
    },
}

/// Body of `PUT /v1/settings/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettingValue {
    /// The value, as a person writes it; `standard` takes the choice back.
    pub value: String,
}
