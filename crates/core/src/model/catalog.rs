//! The catalog: what is known about providers, as data (`crates/core/catalog/*.toml`).

mod file;
mod like;
mod page;

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{Draft, Habits, LoopbackHost, Parameter, RevokePrevious};

/// What is known about a provider. Where the facts come from stands in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Identifier: the file's name.
    pub id: String,
    /// Name.
    pub title: String,
    /// Simple-icons slug of its mark, where there is one.
    #[serde(default)]
    pub mark: Option<String>,
    /// One line.
    pub summary: String,
    /// Page where the client is registered.
    #[serde(default)]
    pub registration_uri: Option<String>,
    /// Documentation.
    #[serde(default)]
    pub documentation_uri: Option<String>,
    /// How to register, in up to three lines.
    #[serde(default)]
    pub steps: Vec<String>,
    /// What stands in the addresses as `{name}` and is asked in the form.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// Scopes in plain words.
    #[serde(default)]
    pub scopes: Vec<ProviderScope>,
    /// What may be registered as redirect URI.
    #[serde(default)]
    pub redirect: Option<RedirectRules>,
    /// Usual life of an access token in seconds; `None` = unknown, or without an end.
    #[serde(default)]
    pub token_life_s: Option<u32>,
    /// The access token lives until it is revoked.
    #[serde(default)]
    pub token_has_no_end: bool,
    /// When a refresh token is given.
    #[serde(default)]
    pub refresh: Refreshes,
    /// What a refresh does to the refresh token.
    #[serde(default)]
    pub rotation: Rotation,
    /// Days after which an unused refresh token ends; `None` = no end known.
    #[serde(default)]
    pub refresh_idle_days: Option<u32>,
    /// Days after which any refresh token ends; `None` = no end known.
    #[serde(default)]
    pub refresh_life_days: Option<u32>,
    /// Days after which any grant ends while the client is in testing at this provider; `None` = it has no such mode.
    #[serde(default)]
    pub testing_life_days: Option<u32>,
    /// What a revocation takes with it.
    #[serde(default)]
    pub revocation_effect: Option<String>,
    /// What makes this provider send a refresh token.
    #[serde(default)]
    pub refresh_token_hint: Option<String>,
    /// Error codes that mean what `invalid_grant` means (RFC 6749 §5.2).
    #[serde(default)]
    pub grant_ended_codes: Vec<String>,
    /// Tells whose a token is.
    #[serde(default)]
    pub identity: Option<IdentityRequest>,
    /// Why the form has its extra authorize parameters: name and one sentence.
    #[serde(default)]
    pub reasons: Vec<Parameter>,
    /// The form, filled in.
    pub draft: Draft,
    /// The practice provider.
    #[serde(default)]
    pub practice: bool,
}

/// A hole in the addresses of a catalog entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Stands as `{name}`.
    pub name: String,
    /// The field's label.
    pub label: String,
    /// Where to find it, one sentence.
    pub hint: String,
    /// What it may look like.
    pub example: String,
    /// What it is where nothing is typed.
    #[serde(default)]
    pub default: Option<String>,
    /// What it can be.
    pub kind: VariableKind,
}

/// What a variable can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// A whole host name, with or without a port.
    Host,
    /// One label of a host, or one segment of a path.
    Slug,
    /// Segments of a path.
    Path,
}

impl VariableKind {
    /// Whether a text can stand in an address as that, and changes nothing else in it.
    pub fn holds(self, text: &str) -> bool {
        let (further, most): (&[u8], usize) = match self {
            Self::Host => (b".:", 253),
            Self::Slug => (b".", 128),
            Self::Path => (b"./", 256),
        };
        let good =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) || further.contains(&byte);
        let edge =
            |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_~".contains(&byte));
        let bytes = || text.bytes();
        text.len() <= most
            && bytes().all(good)
            && edge(bytes().next())
            && edge(bytes().next_back())
            && !text.contains("..")
            && !text.contains("//")
    }
}

/// What a provider lets one register as redirect URI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectRules {
    /// A loopback redirect may use another port than the registered one (RFC 8252 §7.3).
    pub any_port: bool,
    /// http is taken on loopback.
    pub http_loopback: bool,
    /// Which loopback host is taken: `any`, `127.0.0.1` or `localhost`.
    pub host: String,
    /// Only https is taken.
    pub https_only: bool,
    /// The whole URI is compared letter by letter.
    pub exact: bool,
    /// One sentence for the form.
    pub note: String,
}

/// When a refresh token is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refreshes {
    /// Always.
    Always,
    /// With a parameter, a scope or a setting.
    Asked,
    /// Never.
    Never,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// What a refresh does to the refresh token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// A new one comes, and the old one is dead.
    Rotates,
    /// A new one comes, and the old one lives a little longer.
    Grace,
    /// It is kept.
    Same,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// A GET that tells whose a token is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityRequest {
    /// Address.
    pub uri: String,
    /// Where in the JSON the identifier stands that never changes: names with dots between them.
    pub subject: String,
    /// Where the name stands that is shown.
    pub name: String,
}

/// A scope in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderScope {
    /// As the provider writes it.
    pub scope: String,
    /// Plain words.
    pub description: String,
    /// Asked unless the person chooses otherwise.
    #[serde(default)]
    pub default: bool,
}

/// What the practice provider tells of itself when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Practice {
    /// Issuer.
    pub issuer: String,
    /// Authorize URI.
    pub authorize_uri: String,
    /// Access token URI.
    pub token_uri: String,
    /// Revocation endpoint.
    pub revocation_uri: String,
    /// Introspection endpoint; empty where it does not tell.
    #[serde(default)]
    pub introspection_uri: String,
    /// A resource that answers a bearer token.
    pub userinfo_uri: String,
    /// The public client registered there.
    pub client_id: String,
}

/// All providers.
pub struct Catalog {
    providers: Vec<Arc<Provider>>,
}

impl Catalog {
    /// The catalog that is built in.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            // A file that does not parse is left out here and fails the test `every_file_parses`.
            let read = |text: &&str| file::read(text).ok().map(Arc::new);
            Self { providers: FILES.iter().filter_map(read).collect() }
        })
    }

    /// The providers, in the order of their identifiers.
    pub fn providers(&self) -> &[Arc<Provider>] {
        &self.providers
    }

    /// One provider.
    pub fn provider(&self, id: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.id == id)
    }
}

impl Provider {
    /// The page where the client is registered, unless there is a hole in it, which is filled in the form alone.
    pub fn whole_registration_uri(&self) -> Option<String> {
        self.registration_uri.clone().filter(|address| !address.contains('{'))
    }

    /// The practice provider as it runs on this computer.
    pub fn practice(practice: Practice) -> Self {
        let scope = |scope: &str, description: &str| ProviderScope {
            scope: scope.to_owned(),
            description: description.to_owned(),
            default: false,
        };
        Self {
            id: PRACTICE_ID.to_owned(),
            title: "Practice provider".to_owned(),
            mark: None,
            summary: "A real authorization server on this computer. Nothing leaves it.".to_owned(),
            registration_uri: None,
            documentation_uri: None,
            steps: vec!["Nothing to register: a client is there already.".to_owned()],
            scopes: vec![
                scope("openid", "Know who you are"),
                scope("profile", "Know your name"),
                scope("email", "Know your e-mail address"),
                scope("offline_access", "Stay authorized while you are away"),
                scope("notes.read", "Read your notes"),
                scope("notes.write", "Write notes"),
            ],
            variables: Vec::new(),
            redirect: None,
            token_life_s: None,
            token_has_no_end: false,
            refresh: Refreshes::Asked,
            rotation: Rotation::Unknown,
            refresh_idle_days: None,
            refresh_life_days: None,
            testing_life_days: None,
            identity: None,
            reasons: Vec::new(),
            revocation_effect: Some("Access token and refresh token end at once.".to_owned()),
            refresh_token_hint: Some(
                "It sends one with the scope offline_access and prompt=consent.".to_owned(),
            ),
            grant_ended_codes: Vec::new(),
            draft: Draft {
                title: "Practice".to_owned(),
                provider: Some(PRACTICE_ID.to_owned()),
                client_id: practice.client_id,
                client_authentication: super::ClientAuthentication::None,
                authorize_uri: practice.authorize_uri,
                token_uri: practice.token_uri,
                test_uri: practice.userinfo_uri,
                introspection_uri: practice.introspection_uri,
                issuer: practice.issuer,
                scopes: "openid profile email offline_access notes.read".to_owned(),
                redirect_host: LoopbackHost::Ipv4,
                authorize_parameters: vec![super::Parameter {
                    name: "prompt".to_owned(),
                    value: "consent".to_owned(),
                }],
                revocation: super::RevocationDraft::Rfc7009 { url: practice.revocation_uri },
                revoke_previous: RevokePrevious::Never,
                habits: Habits { names_issuer: true, ..Habits::default() },
                ..Draft::default()
            },
            practice: true,
        }
    }
}

/// Identifier of the practice provider.
const PRACTICE_ID: &str = "practice";

/// Every file of `crates/core/catalog`, by its name.
const FILES: &[&str] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

#[cfg(test)]
mod tests;
