//! A service as a form has it: what the person typed, checked with words that say how to mend it.

mod convert;
mod habit_rules;
mod rules;
mod variables;

use serde::{Deserialize, Serialize};
use url::Url;

pub(super) use variables::addresses;

use super::{
    ClientAuthentication, Endpoints, Habits, LoopbackHost, Name, Redirect, RevocationAuth, RevocationBody,
    RevocationMethod, RevocationRecipe, RevokePrevious, ScopeSet, Service, Timestamp, host_of,
    service::origin_of,
};

/// A form's content; each field as typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// API Service: the title.
    pub title: String,
    /// Catalog entry that filled in the form.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    pub test_uri: String,
    /// Introspection endpoint; may be empty.
    pub introspection_uri: String,
    /// Issuer; may be empty.
    pub issuer: String,
    /// Scopes, separated by white space.
    pub scopes: String,
    /// Redirect method.
    pub redirect_method: RedirectMethod,
    /// Host of a loopback redirect.
    pub redirect_host: LoopbackHost,
    /// Port of `loopback_fixed`.
    pub redirect_port: String,
    /// Path of `loopback_fixed`; empty = the service's own.
    pub redirect_path: String,
    /// Registered address of `paste`.
    pub redirect_uri: String,
    /// Extra authorize parameters.
    pub authorize_parameters: Vec<Parameter>,
    /// Revocation recipe.
    pub revocation: RevocationDraft,
    /// What becomes of the previous token.
    pub revoke_previous: RevokePrevious,
    /// How long a link is good, in seconds.
    pub link_timeout_s: u32,
    /// Use PKCE.
    pub pkce: bool,
    /// How the service bends the standard.
    pub habits: Habits,
    /// Values for the `{name}` of a catalog entry's addresses, such as a tenant or a host.
    pub variables: Vec<Parameter>,
    /// Further hosts that programs' requests may take the token to, separated by white space.
    pub request_hosts: String,
}

/// Redirect method, without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectMethod {
    /// Loopback, any port.
    Loopback,
    /// Loopback, one port.
    LoopbackFixed,
    /// Custom URI scheme.
    Scheme,
    /// Pasted by the person.
    Paste,
}

/// One extra parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A revocation recipe as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RevocationDraft {
    /// None.
    None,
    /// RFC 7009.
    Rfc7009 {
        /// Endpoint.
        url: String,
    },
    /// A request of the service's own.
    Custom {
        /// Method.
        method: RevocationMethod,
        /// URL template.
        url: String,
        /// Parameter.
        parameter: String,
        /// Body.
        body: RevocationBody,
        /// Authentication.
        auth: RevocationAuth,
    },
    /// By hand.
    ByHand {
        /// Page.
        page: String,
    },
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// The field's name in [`Draft`], or `client_secret`.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// A value that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<FieldFix>,
    /// Saving is possible all the same.
    pub warning: bool,
}

/// A mend with one click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldFix {
    /// The button.
    pub label: String,
    /// The field's new value.
    pub value: String,
}

/// What checking a draft found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What to mend.
    pub problems: Vec<FieldProblem>,
    /// The redirect URI to register.
    pub redirect_uri: String,
    /// Hosts that saving would leave to be confirmed.
    pub hosts_to_confirm: Vec<String>,
    /// The slug.
    pub name: String,
}

/// What a service was before it is edited, and what it will be called.
pub struct Basis<'a> {
    /// The service being edited.
    pub existing: Option<&'a Service>,
    /// Its name, or the one that a new service gets.
    pub name: Name,
    /// Grants or a client secret are bound to the existing hosts (R-ST-14).
    pub bound: bool,
    /// A client secret will be there after saving.
    pub has_client_secret: bool,
    /// The time.
    pub now: Timestamp,
}

impl Draft {
    /// Everything to mend, blocking or not.
    pub fn problems(&self, has_client_secret: bool) -> Vec<FieldProblem> {
        match variables::filled(self) {
            Ok(filled) => rules::problems(&filled, has_client_secret),
            // An address with a hole in it has nothing else to be told.
            Err(missing) => missing,
        }
    }

    /// The service that this draft describes.
    ///
    /// # Errors
    /// What to mend, when a problem is no mere warning.
    pub fn into_service(self, basis: Basis<'_>) -> Result<Service, Vec<FieldProblem>> {
        let this = variables::filled(&self)?;
        let problems = rules::problems(&this, basis.has_client_secret);
        if problems.iter().any(|problem| !problem.warning) {
            return Err(problems);
        }
        // Everything below was checked by the rules; what still fails names its field.
        let authorize = parse(&this.authorize_uri, "authorize_uri")?;
        let token = parse(&this.token_uri, "token_uri")?;
        let test = this.optional(&this.test_uri).map(|uri| parse(uri, "test_uri")).transpose()?;
        let introspection = this.optional(&this.introspection_uri);
        let introspection = introspection.map(|uri| parse(uri, "introspection_uri")).transpose()?;
        let redirect = this.redirect()?;
        let revocation = this.recipe()?;
        let existing = basis.existing;
        let mut service = Service {
            redirect_path: existing
                .map_or_else(|| redirect_path(&basis.name), |old| old.redirect_path.clone()),
            name: basis.name,
            title: this.title.trim().to_owned(),
            client_id: this.client_id.trim().to_owned(),
            client_authentication: this.client_authentication,
            has_client_secret: basis.has_client_secret,
            endpoints: Endpoints {
                authorize,
                token,
                test,
                introspection,
                issuer: this.optional(&this.issuer).map(str::to_owned),
            },
            scopes: ScopeSet::parse(&this.scopes)
                .map_err(|error| vec![problem("scopes", error.to_string())])?,
            redirect,
            authorize_parameters: this
                .authorize_parameters
                .iter()
                .filter(|parameter| !parameter.name.trim().is_empty())
                .map(|parameter| (parameter.name.trim().to_owned(), parameter.value.clone()))
                .collect(),
            revocation,
            revoke_previous: this.revoke_previous,
            link_timeout_s: this.link_timeout_s,
            pkce: this.pkce,
            request_hosts: this.request_hosts.split_whitespace().filter_map(origin_of).collect(),
            confirmed_hosts: existing.map(|old| old.confirmed_hosts.clone()).unwrap_or_default(),
            confirmed_test_host: existing.and_then(|old| old.confirmed_test_host.clone()),
            client_configuration: existing.and_then(|old| old.client_configuration.clone()),
            client_secret_expires_at: existing.and_then(|old| old.client_secret_expires_at),
            habits: this.habits.tidied().into(),
            created_at: existing.map_or(basis.now, |old| old.created_at),
            provider: this.provider,
        };
        if existing.is_some_and(|old| old.client_id != service.client_id) {
            // Another client: what was told of the first one does not hold for it.
            service.client_configuration = None;
            service.client_secret_expires_at = None;
        }
        if !basis.bound {
            service.confirmed_hosts = service.hosts();
            service.confirmed_test_host = service.endpoints.test.as_ref().map(host_of);
        }
        Ok(service)
    }

    /// The redirect URI that would be registered, as far as the fields allow.
    pub fn preview_redirect_uri(&self, path: &str) -> String {
        let host = self.redirect_host.text();
        match self.redirect_method {
            RedirectMethod::Loopback => format!("http://{host}{path}"),
            RedirectMethod::LoopbackFixed => {
                let port = self.redirect_port.trim();
                let own = self.redirect_path.trim();
                format!(
                    "http://{host}:{}{}",
                    if port.is_empty() { "…" } else { port },
                    if own.is_empty() { path } else { own }
                )
            }
            RedirectMethod::Scheme => format!("{}:{path}", super::service::SCHEME),
            RedirectMethod::Paste => self.redirect_uri.trim().to_owned(),
        }
    }

    fn redirect(&self) -> Result<Redirect, Vec<FieldProblem>> {
        let host = self.redirect_host;
        Ok(match self.redirect_method {
            RedirectMethod::Loopback => Redirect::Loopback { host },
            RedirectMethod::LoopbackFixed => Redirect::LoopbackFixed {
                host,
                port: self
                    .redirect_port
                    .trim()
                    .parse()
                    .map_err(|_| vec![problem("redirect_port", "not a port".into())])?,
                path: self.optional(&self.redirect_path).map(str::to_owned),
            },
            RedirectMethod::Scheme => Redirect::Scheme,
            RedirectMethod::Paste => Redirect::Paste { uri: parse(&self.redirect_uri, "redirect_uri")? },
        })
    }

    fn recipe(&self) -> Result<RevocationRecipe, Vec<FieldProblem>> {
        Ok(match &self.revocation {
            RevocationDraft::None => RevocationRecipe::None,
            RevocationDraft::Rfc7009 { url } => RevocationRecipe::Rfc7009 { url: parse(url, "revocation")? },
            RevocationDraft::Custom { method, url, parameter, body, auth } => RevocationRecipe::Custom {
                method: *method,
                url: url.trim().to_owned(),
                parameter: parameter.trim().to_owned(),
                body: *body,
                auth: *auth,
            },
            RevocationDraft::ByHand { page } => RevocationRecipe::ByHand { page: parse(page, "revocation")? },
        })
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the draft")]
    fn optional<'t>(&self, text: &'t str) -> Option<&'t str> {
        Some(text.trim()).filter(|text| !text.is_empty())
    }
}

/// The redirect path of a service of that name: `/callback/‹name›-‹4 hex›`.
///
/// The digits follow from the name, so that the form can show the URI before the service is saved, and a service
/// that is added again after it was deleted keeps its registration.
pub fn redirect_path(name: &Name) -> String {
    let hash =
        name.as_str().bytes().fold(FNV_OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME));
    format!("/callback/{name}-{:04x}", (hash >> 16) ^ (hash & 0xffff))
}

fn parse(text: &str, field: &str) -> Result<Url, Vec<FieldProblem>> {
    Url::parse(text.trim()).map_err(|error| vec![problem(field, error.to_string())])
}

fn problem(field: &str, message: String) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message, fix: None, warning: false }
}

// FNV-1a, 32 bits: a spread of names, no security rests on it.
const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;
