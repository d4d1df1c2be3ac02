//! From metadata to a form that is filled in, and to facts to look at before it is accepted.

use url::{Host, Url};

use super::Metadata;
use crate::model::{
    Catalog, ClientAuthentication, Draft, Habits, Parameter, RevocationDraft, ScopeSet, plain,
};

/// What discovery found.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovered {
    /// The issuer, as the provider spells it.
    pub issuer: String,
    /// The form, filled in as far as the metadata tells.
    pub draft: Draft,
    /// What the metadata tells: name and value.
    pub facts: Vec<Parameter>,
    /// Clients can be registered here (RFC 7591).
    pub registration: bool,
    /// The catalog's entry of this issuer, which knows more.
    pub provider: Option<String>,
    /// What to look at, a sentence each.
    pub warnings: Vec<String>,
}

/// Returns what metadata suggests.
pub fn suggest(metadata: &Metadata) -> Discovered {
    let providers = Catalog::builtin().providers().iter();
    let same = |issuer: &str| issuer.trim_end_matches('/') == metadata.issuer.trim_end_matches('/');
    let known = providers.into_iter().find(|provider| same(&provider.draft.issuer));
    let mut warnings = warnings(metadata);
    if let Some(known) = known {
        warnings.push(format!(
            "{} is in the list of providers, which knows more than the metadata tells.",
            known.title
        ));
    }
    Discovered {
        issuer: metadata.issuer.clone(),
        draft: draft(metadata),
        facts: facts(metadata),
        registration: metadata.registration.is_some(),
        provider: known.map(|known| known.id.clone()),
        warnings,
    }
}

fn draft(metadata: &Metadata) -> Draft {
    let scopes = scopes(metadata);
    let asks_offline = scopes.split(' ').any(|scope| scope == OFFLINE);
    // OpenID Connect Core §11: without consent being asked for, the scope is ignored.
    let consent = Parameter { name: "prompt".to_owned(), value: "consent".to_owned() };
    let has =
        |mode: &str| metadata.response_modes.as_ref().is_some_and(|modes| modes.iter().any(|m| m == mode));
    let form_post = has("form_post") && !has("query");
    Draft {
        title: title_of(&metadata.issuer),
        client_authentication: authentication(metadata),
        authorize_uri: metadata.authorize.to_string(),
        token_uri: metadata.token.to_string(),
        test_uri: metadata.userinfo.as_ref().map(Url::to_string).unwrap_or_default(),
        introspection_uri: metadata.introspection.as_ref().map(Url::to_string).unwrap_or_default(),
        issuer: metadata.issuer.clone(),
        scopes,
        authorize_parameters: asks_offline.then_some(consent).into_iter().collect(),
        revocation: metadata
            .revocation
            .as_ref()
            .map_or(RevocationDraft::None, |url| RevocationDraft::Rfc7009 { url: url.to_string() }),
        habits: Habits { form_post, names_issuer: metadata.names_issuer, ..Habits::default() },
        ..Draft::default()
    }
}

/// A title for an address: its host without what all such hosts are called.
pub(in crate::wire) fn title_of(issuer: &str) -> String {
    let url = Url::parse(issuer).ok();
    let host = match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => {
            let short = COMMON_LABELS.iter().find_map(|label| name.strip_prefix(label)?.strip_prefix('.'));
            short.filter(|short| short.contains('.')).unwrap_or(name).to_owned()
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => return String::new(),
    };
    plain(&host, LONGEST_TITLE)
}

/// Those that OpenID Connect has, as far as they are told; none for plain OAuth, whose scopes mean whatever they like.
fn scopes(metadata: &Metadata) -> String {
    let Some(told) = &metadata.scopes else {
        // Every OpenID provider has it (OpenID Connect Core §3.1.2.1); keys or userinfo tell that it is one.
        let is_openid = metadata.userinfo.is_some() && metadata.jwks.is_some();
        return if is_openid { "openid".to_owned() } else { String::new() };
    };
    if !told.iter().any(|scope| scope == "openid") {
        return String::new();
    }
    let usual = ["openid", "profile", "email", OFFLINE];
    let wanted: Vec<_> = usual.into_iter().filter(|usual| told.iter().any(|scope| scope == usual)).collect();
    wanted.join(" ")
}

/// The best way that the provider knows; not told means Basic (RFC 8414 §2).
pub(in crate::wire) fn authentication(metadata: &Metadata) -> ClientAuthentication {
    let Some(told) = &metadata.authentications else { return ClientAuthentication::Basic };
    let knows = |method: &str| told.iter().any(|told| told == method);
    if knows("client_secret_basic") {
        ClientAuthentication::Basic
    } else if knows("client_secret_post") {
        ClientAuthentication::Post
    } else if knows("none") {
        ClientAuthentication::None
    } else {
        ClientAuthentication::Basic
    }
}

fn facts(metadata: &Metadata) -> Vec<Parameter> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| facts.push(Parameter { name: name.to_owned(), value });
    fact("Issuer", metadata.issuer.clone());
    let addresses = [
        ("Authorize URI", Some(&metadata.authorize)),
        ("Access token URI", Some(&metadata.token)),
        ("Revocation", metadata.revocation.as_ref()),
        ("Introspection", metadata.introspection.as_ref()),
        ("Userinfo", metadata.userinfo.as_ref()),
        ("Keys", metadata.jwks.as_ref()),
        ("Log out", metadata.end_session.as_ref()),
        ("Pushed authorization requests", metadata.pushed.as_ref()),
        ("Device authorization", metadata.device.as_ref()),
        ("Client registration", metadata.registration.as_ref()),
        ("Documentation", metadata.documentation.as_ref()),
    ];
    for (name, address) in addresses {
        if let Some(address) = address {
            fact(name, plain(address.as_str(), LONGEST_FACT));
        }
    }
    let lists = [
        ("Scopes", &metadata.scopes),
        ("Client authentication", &metadata.authentications),
        ("PKCE", &metadata.challenge_methods),
        ("Response types", &metadata.response_types),
        ("Response modes", &metadata.response_modes),
        ("Grant types", &metadata.grant_types),
    ];
    for (name, list) in lists {
        if let Some(words) = list {
            let text = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
            fact(name, plain(&text, LONGEST_FACT));
        }
    }
    fact("Issuer in answers", if metadata.names_issuer { "yes" } else { "not told" }.to_owned());
    facts
}

fn warnings(metadata: &Metadata) -> Vec<String> {
    let mut warnings = metadata.left_out.clone();
    let lacks = |list: &Option<Vec<String>>, word: &str| {
        list.as_ref().is_some_and(|words| !words.iter().any(|known| known == word))
    };
    if lacks(&metadata.challenge_methods, "S256") {
        warnings.push(
            "It does not name S256 among its PKCE methods. Grantkeep sends it all the same; turn PKCE off only if the \
             provider rejects it."
                .to_owned(),
        );
    }
    if lacks(&metadata.grant_types, "authorization_code") || lacks(&metadata.response_types, "code") {
        warnings.push("It does not name the authorization code flow, which Grantkeep uses.".to_owned());
    }
    if metadata.grant_types.is_some() && lacks(&metadata.grant_types, "refresh_token") {
        warnings.push("It names no refresh tokens: you may have to authorize again each time.".to_owned());
    }
    if let Some(told) = &metadata.authentications {
        let ours = ["client_secret_basic", "client_secret_post", "none"];
        if !told.iter().any(|method| ours.contains(&method.as_str())) {
            let told = plain(&told.join(", "), LONGEST_FACT);
            warnings.push(format!("It names no client authentication that Grantkeep knows, only: {told}."));
        }
    }
    let broken = metadata.scopes.iter().flatten().find(|scope| ScopeSet::parse(scope).is_err());
    if let Some(scope) = broken {
        warnings.push(format!("It names a scope that can't be asked: {}.", plain(scope, LONGEST_FACT)));
    }
    warnings
}

const OFFLINE: &str = "offline_access";
const COMMON_LABELS: [&str; 9] =
    ["accounts", "account", "auth", "id", "identity", "login", "oauth", "sso", "www"];
const LONGEST_TITLE: usize = 80;
const LONGEST_FACT: usize = 600;
