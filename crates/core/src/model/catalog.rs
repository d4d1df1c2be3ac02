//! The catalog: what is known about providers, as data (`crates/core/catalog/*.toml`).

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Draft, LoopbackHost, RevokePrevious};

/// What is known about a provider. Facts carry their source and the date they were checked in the file.
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
    /// Scopes in plain words.
    #[serde(default)]
    pub scopes: Vec<ProviderScope>,
    /// What a revocation takes with it.
    #[serde(default)]
    pub revocation_effect: Option<String>,
    /// What makes this provider send a refresh token.
    #[serde(default)]
    pub refresh_token_hint: Option<String>,
    /// Error codes that mean what `invalid_grant` means (RFC 6749 §5.2).
    #[serde(default)]
    pub grant_ended_codes: Vec<String>,
    /// The form, filled in.
    pub draft: Draft,
    /// The practice provider.
    #[serde(default)]
    pub practice: bool,
    /// Where the facts come from, and when they were checked.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// A scope in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderScope {
    /// As the provider writes it.
    pub scope: String,
    /// Plain words.
    pub description: String,
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
    /// A resource that answers a bearer token.
    pub userinfo_uri: String,
    /// The public client registered there.
    pub client_id: String,
}

/// All providers.
pub struct Catalog {
    providers: Vec<Provider>,
}

impl Catalog {
    /// The catalog that is built in.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalog> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            // A file that does not parse is left out here and fails the test `every_file_parses`.
            let read = |text: &&str| toml::from_str(text).ok();
            Self { providers: FILES.iter().filter_map(read).collect() }
        })
    }

    /// The providers, in the order of the catalog.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// One provider.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }
}

impl Provider {
    /// The practice provider as it runs on this computer.
    pub fn practice(practice: Practice) -> Self {
        let scope = |scope: &str, description: &str| ProviderScope {
            scope: scope.to_owned(),
            description: description.to_owned(),
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
                issuer: practice.issuer,
                scopes: "openid profile email offline_access notes.read".to_owned(),
                redirect_host: LoopbackHost::Ipv4,
                authorize_parameters: vec![super::Parameter {
                    name: "prompt".to_owned(),
                    value: "consent".to_owned(),
                }],
                revocation: super::RevocationDraft::Rfc7009 { url: practice.revocation_uri },
                revoke_previous: RevokePrevious::Never,
                ..Draft::default()
            },
            practice: true,
            sources: Vec::new(),
        }
    }
}

/// Identifier of the practice provider.
const PRACTICE_ID: &str = "practice";

const FILES: [&str; 4] = [
    include_str!("../../catalog/github.toml"),
    include_str!("../../catalog/google.toml"),
    include_str!("../../catalog/mailchimp.toml"),
    include_str!("../../catalog/podio.toml"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_its_form_needs_only_what_the_person_registers() {
        for file in FILES {
            let provider: Provider = toml::from_str(file).unwrap();
            let mut draft = provider.draft.clone();
            draft.client_id = "client".to_owned();

            let problems = draft.problems(true);

            assert!(problems.iter().all(|problem| problem.warning), "{}: {problems:?}", provider.id);
            assert_eq!(draft.provider.as_deref(), Some(provider.id.as_str()));
            assert!(provider.steps.len() <= 3 && !provider.sources.is_empty(), "{}", provider.id);
        }
    }
}
