//! A file of definitions, as TOML or JSON: a version, and the fields of `ServiceDraft` under each service's name.
//!
//! It has no place for a secret. A key that is unknown is an error: a slip of the pen must not pass for a setting.

use grantkeep_api::views::{
    ClientAuthentication, Code, Habits, LoopbackHost, Parameter, Problem, RedirectMethod, Revocation,
    RevocationAuth, RevocationBody, RevocationMethod, RevokePrevious, ServiceDraft, ServiceView,
};
use serde::{Deserialize, Serialize};

use crate::args::FileFormat;

/// A service in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Defined {
    /// Its name.
    pub(super) name: String,
    /// Everything but the client secret.
    pub(super) draft: ServiceDraft,
}

/// Writes services.
///
/// # Errors
/// The form cannot hold them.
pub(super) fn write(services: &[ServiceView], format: FileFormat) -> Result<String, Problem> {
    let file = File { version: VERSION, services: services.iter().map(Definition::of).collect() };
    let failed = |error: String| Problem::new(Code::Internal, "the file cannot be made").detail(error);
    match format {
        FileFormat::Toml => toml::to_string(&file).map_err(|error| failed(error.to_string())),
        FileFormat::Json => serde_json::to_string_pretty(&file)
            .map(|text| text + "\n")
            .map_err(|error| failed(error.to_string())),
    }
}

/// Reads services; what begins with a brace is JSON.
///
/// # Errors
/// What is wrong and where: a line and a column.
pub(super) fn read(text: &str) -> Result<Vec<Defined>, Problem> {
    let is_json = text.trim_start().starts_with('{');
    let version = if is_json {
        serde_json::from_str::<Versioned>(text).map_err(|error| wrong(error.to_string()))?
    } else {
        toml::from_str::<Versioned>(text).map_err(|error| wrong(placed(text, &error)))?
    };
    match version.version {
        Some(VERSION) => {}
        Some(other) if other > VERSION => {
            return Err(wrong(format!("it has version {other}, this program knows {VERSION}"))
                .hint("update this program"));
        }
        Some(_) | None => {
            return Err(wrong(format!("it does not say version = {VERSION}"))
                .hint("grantkeep service export writes such a file"));
        }
    }
    let file: File = if is_json {
        serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?
    } else {
        toml::from_str(text).map_err(|error| wrong(placed(text, &error)))?
    };
    let mut defined: Vec<Defined> = Vec::with_capacity(file.services.len());
    for definition in file.services {
        let name = definition.name.clone();
        if defined.iter().any(|other| other.name == name) {
            return Err(wrong(format!("{name} is there twice")));
        }
        let draft = definition.draft().map_err(|what| wrong(format!("{name}: {what}")))?;
        defined.push(Defined { name, draft });
    }
    Ok(defined)
}

/// What is wrong with a TOML text, without quoting it: somebody may have written a secret there.
fn placed(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{} at line {line} column {column}", error.message())
}

fn wrong(what: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidInput, "this is no file of definitions").detail(what)
}

/// Version of the form.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Versioned {
    version: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    services: Vec<Definition>,
}

/// A service's form under its name; names and defaults are those of `ServiceDraft`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    client_id: String,
    #[serde(default = "basic")]
    client_authentication: ClientAuthentication,
    authorize_uri: String,
    token_uri: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    test_uri: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    introspection_uri: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    issuer: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    scopes: String,
    #[serde(default = "loopback")]
    redirect_method: RedirectMethod,
    #[serde(default = "ipv4")]
    redirect_host: LoopbackHost,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    redirect_port: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    redirect_path: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    redirect_uri: String,
    #[serde(default = "never")]
    revoke_previous: RevokePrevious,
    #[serde(default = "five_minutes")]
    link_timeout_s: u32,
    #[serde(default = "yes")]
    pkce: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    request_hosts: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authorize_parameters: Vec<NamedValue>,
    #[serde(default, skip_serializing_if = "Recipe::is_none")]
    revocation: Recipe,
    #[serde(default, skip_serializing_if = "is_regular")]
    habits: Habits,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedValue {
    name: String,
    value: String,
}

/// `Revocation` with all its fields side by side, so that an unknown key is found.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    kind: RecipeKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<RevocationMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<RevocationBody>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth: Option<RevocationAuth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecipeKind {
    #[default]
    None,
    Rfc7009,
    Custom,
    ByHand,
}

impl Definition {
    fn of(service: &ServiceView) -> Self {
        let draft = service.definition.clone();
        let named = |parameter: Parameter| NamedValue { name: parameter.name, value: parameter.value };
        Self {
            name: service.name.clone(),
            title: draft.title,
            provider: draft.provider,
            client_id: draft.client_id,
            client_authentication: draft.client_authentication,
            authorize_uri: draft.authorize_uri,
            token_uri: draft.token_uri,
            test_uri: draft.test_uri,
            introspection_uri: draft.introspection_uri,
            issuer: draft.issuer,
            scopes: draft.scopes,
            redirect_method: draft.redirect_method,
            redirect_host: draft.redirect_host,
            redirect_port: draft.redirect_port,
            redirect_path: draft.redirect_path,
            redirect_uri: draft.redirect_uri,
            revoke_previous: draft.revoke_previous,
            link_timeout_s: draft.link_timeout_s,
            pkce: draft.pkce,
            request_hosts: draft.request_hosts,
            authorize_parameters: draft.authorize_parameters.into_iter().map(named).collect(),
            revocation: Recipe::of(draft.revocation),
            habits: draft.habits,
        }
    }

    fn draft(self) -> Result<ServiceDraft, String> {
        let parameter = |named: NamedValue| Parameter { name: named.name, value: named.value };
        Ok(ServiceDraft {
            title: self.title,
            provider: self.provider,
            client_id: self.client_id,
            client_authentication: self.client_authentication,
            authorize_uri: self.authorize_uri,
            token_uri: self.token_uri,
            test_uri: self.test_uri,
            introspection_uri: self.introspection_uri,
            issuer: self.issuer,
            scopes: self.scopes,
            redirect_method: self.redirect_method,
            redirect_host: self.redirect_host,
            redirect_port: self.redirect_port,
            redirect_path: self.redirect_path,
            redirect_uri: self.redirect_uri,
            authorize_parameters: self.authorize_parameters.into_iter().map(parameter).collect(),
            revocation: self.revocation.recipe()?,
            revoke_previous: self.revoke_previous,
            link_timeout_s: self.link_timeout_s,
            pkce: self.pkce,
            request_hosts: self.request_hosts,
            habits: self.habits,
            variables: Vec::new(),
        })
    }
}

impl Recipe {
    fn is_none(&self) -> bool {
        self.kind == RecipeKind::None
    }

    fn of(revocation: Revocation) -> Self {
        match revocation {
            Revocation::None => Self::default(),
            Revocation::Rfc7009 { url } => {
                Self { kind: RecipeKind::Rfc7009, url: Some(url), ..Self::default() }
            }
            Revocation::Custom { method, url, parameter, body, auth } => Self {
                kind: RecipeKind::Custom,
                method: Some(method),
                url: Some(url),
                parameter: Some(parameter),
                body: Some(body),
                auth: Some(auth),
                page: None,
            },
            Revocation::ByHand { page } => {
                Self { kind: RecipeKind::ByHand, page: Some(page), ..Self::default() }
            }
        }
    }

    /// The recipe, which has what its kind needs and nothing else.
    fn recipe(self) -> Result<Revocation, String> {
        let Self { kind, method, url, parameter, body, auth, page } = self;
        match (kind, method, url, parameter, body, auth, page) {
            (RecipeKind::None, None, None, None, None, None, None) => Ok(Revocation::None),
            (RecipeKind::Rfc7009, None, Some(url), None, None, None, None) => Ok(Revocation::Rfc7009 { url }),
            (RecipeKind::Custom, Some(method), Some(url), parameter, Some(body), Some(auth), None) => {
                let parameter = parameter.unwrap_or_default();
                Ok(Revocation::Custom { method, url, parameter, body, auth })
            }
            (RecipeKind::ByHand, None, None, None, None, None, Some(page)) => Ok(Revocation::ByHand { page }),
            (RecipeKind::None, ..) => Err("a revocation of kind none has nothing else".to_owned()),
            (RecipeKind::Rfc7009, ..) => {
                Err("a revocation of kind rfc7009 has a url and nothing else".to_owned())
            }
            (RecipeKind::Custom, ..) => {
                Err("a revocation of kind custom has method, url, parameter, body and auth".to_owned())
            }
            (RecipeKind::ByHand, ..) => {
                Err("a revocation of kind by_hand has a page and nothing else".to_owned())
            }
        }
    }
}

fn is_regular(habits: &Habits) -> bool {
    *habits == Habits::default()
}

fn basic() -> ClientAuthentication {
    ClientAuthentication::Basic
}

fn loopback() -> RedirectMethod {
    RedirectMethod::Loopback
}

fn ipv4() -> LoopbackHost {
    LoopbackHost::Ipv4
}

fn never() -> RevokePrevious {
    RevokePrevious::Never
}

fn five_minutes() -> u32 {
    300
}

fn yes() -> bool {
    true
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
