//! What was found so far, and the form that comes of it.

use url::{Host, Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{NOT_OAUTH, Pasted, PastedRefused};
use crate::model::{
    Catalog, ClientAuthentication, ClientSecret, Draft, LoopbackHost, Parameter, Provider, RedirectMethod,
    ScopeSeparator, ScopeSet, TokenFormat, is_loopback, plain,
};
use crate::wire::discovery::title_of;

/// Fields as they were found.
#[derive(Default)]
pub(super) struct Gathered {
    title: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) secret: Option<Zeroizing<String>>,
    pub(super) authentication: Option<ClientAuthentication>,
    authorize: Option<Url>,
    token: Option<Url>,
    issuer: Option<String>,
    scopes: Option<String>,
    comma: bool,
    redirect: Option<Url>,
    pub(super) pkce: Option<bool>,
    pub(super) token_format: Option<TokenFormat>,
    pub(super) authorize_parameters: Vec<Parameter>,
    pub(super) token_parameters: Vec<Parameter>,
    pub(super) refresh_parameters: Vec<Parameter>,
    pub(super) token_headers: Vec<Parameter>,
    left_out: Vec<String>,
}

impl Gathered {
    pub(super) fn titled(title: Option<&str>) -> Self {
        Self { title: title.map(str::to_owned), ..Self::default() }
    }

    /// Says that something was left out, and why; each once. Never a value: it may be a secret.
    pub(super) fn leave_out(&mut self, what: &str, why: &str) {
        let sentence = format!("{} was left out: {why}.", plain(what, 80));
        if !self.left_out.contains(&sentence) && self.left_out.len() < MOST_LEFT_OUT {
            self.left_out.push(sentence);
        }
    }

    /// A value that stands for itself; none for what only shows where one goes.
    pub(super) fn real<'v>(&mut self, what: &str, value: &'v str) -> Option<&'v str> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        if is_placeholder(value) {
            self.leave_out(what, "it stands for a value that was not pasted");
            return None;
        }
        if value.len() > LONGEST_VALUE {
            self.leave_out(what, "it is too long");
            return None;
        }
        Some(value)
    }

    pub(super) fn client_id(&mut self, value: &str) {
        let found = self.real("The client ID", value).map(str::to_owned);
        self.client_id = self.client_id.take().or(found);
    }

    pub(super) fn secret(&mut self, value: &str) {
        let found = self.real("The client secret", value).map(|value| Zeroizing::new(value.to_owned()));
        self.secret = self.secret.take().or(found);
    }

    pub(super) fn authorize(&mut self, value: &str) {
        let found = self.address("The Authorize URI", value);
        self.authorize = self.authorize.take().or(found);
    }

    pub(super) fn token(&mut self, value: &str) {
        let found = self.address("The Access token URI", value);
        self.token = self.token.take().or(found);
    }

    pub(super) fn issuer(&mut self, value: &str) {
        let found = self.address("The issuer", value).map(|_| value.trim().to_owned());
        self.issuer = self.issuer.take().or(found);
    }

    /// Scopes separated by spaces or, where there is no space, by commas.
    pub(super) fn scopes(&mut self, value: &str) {
        let Some(value) = self.real("The scope", value) else { return };
        let comma = value.contains(',') && !value.contains(char::is_whitespace);
        let spaced = if comma { value.replace(',', " ") } else { value.to_owned() };
        match ScopeSet::parse(&spaced) {
            Ok(scopes) => {
                self.comma = comma;
                self.scopes = Some(scopes.to_string());
            }
            Err(_) => self.leave_out("The scope", "it has characters that no scope can have"),
        }
    }

    pub(super) fn redirect(&mut self, value: &str) {
        const WHAT: &str = "The redirect URI";
        let Some(value) = self.real(WHAT, value) else { return };
        let Ok(url) = Url::parse(value) else { return self.leave_out(WHAT, "it is no address") };
        let theirs = ["oauth.pstmn.io", "www.getpostman.com", "app.insomnia.rest", "oauth.usebruno.com"];
        match url.scheme() {
            _ if url.host_str().is_some_and(|host| theirs.contains(&host)) => {
                self.leave_out(WHAT, "it is that of the other program; register the one that the form shows");
            }
            "http" | "https" if url.fragment().is_none() && is_open(&url) => self.redirect = Some(url),
            _ => self.leave_out(WHAT, "Grantkeep can't receive it; register the one that the form shows"),
        }
    }

    /// A parameter that OAuth does not know: kept in `list`, unless it looks like a secret.
    pub(super) fn further(&mut self, list: List, name: &str, value: &str) {
        let what = format!("The parameter {name}");
        if is_secretive(name) {
            return self.leave_out(&what, "it may be a secret");
        }
        let Some(value) = self.real(&what, value).map(str::to_owned) else { return };
        let list = match list {
            List::Authorize => &mut self.authorize_parameters,
            List::Token => &mut self.token_parameters,
            List::Refresh => &mut self.refresh_parameters,
        };
        if list.len() < MOST_PARAMETERS && !list.iter().any(|known| known.name == name) {
            list.push(Parameter { name: plain(name, 200), value: plain(&value, LONGEST_VALUE) });
        }
    }

    /// Whether anything was found that makes a definition.
    pub(super) fn is_empty(&self) -> bool {
        self.client_id.is_none() && self.authorize.is_none() && self.token.is_none() && self.issuer.is_none()
    }

    /// The form of what was found.
    pub(super) fn finish(mut self, kind: &'static str) -> Result<Pasted, PastedRefused> {
        if self.is_empty() {
            return Err(NOT_OAUTH);
        }
        let known = self.known_provider();
        let mut draft = known.map(|known| known.draft.clone()).unwrap_or_default();
        let mut fields: Vec<&'static str> = if known.is_some() { OF_CATALOG.to_vec() } else { Vec::new() };
        let mut told = |field: &'static str| {
            if !fields.contains(&field) {
                fields.push(field);
            }
        };
        if known.is_none() {
            for (field, found, place) in [
                ("authorize_uri", &self.authorize, &mut draft.authorize_uri),
                ("token_uri", &self.token, &mut draft.token_uri),
            ] {
                if let Some(url) = found {
                    *place = url.to_string();
                    told(field);
                }
            }
            if let Some(issuer) = self.issuer.take() {
                draft.issuer = issuer;
                told("issuer");
            }
            let host =
                [&self.token, &self.authorize].into_iter().flatten().next().map(|url| title_of(url.as_str()));
            let title = self.title.take().filter(|title| !title.trim().is_empty()).or(host);
            if let Some(title) = title {
                draft.title = plain(&title, 80);
                told("title");
            }
        }
        if let Some(client_id) = &self.client_id {
            draft.client_id = plain(client_id, LONGEST_VALUE);
            told("client_id");
        }
        if let Some(scopes) = self.scopes.take() {
            draft.scopes = scopes;
            draft.habits.scope_separator =
                if self.comma { ScopeSeparator::Comma } else { ScopeSeparator::Space };
            told("scopes");
        }
        if let Some(authentication) = self.authentication {
            draft.client_authentication = authentication;
            told("client_authentication");
        }
        if let Some(pkce) = self.pkce {
            draft.pkce = pkce;
            told("pkce");
        }
        if let Some(format) = self.token_format {
            draft.habits.token_format = format;
        }
        let mut merge = |field, into: &mut Vec<Parameter>, found: &mut Vec<Parameter>| {
            if !found.is_empty() {
                into.retain(|old| !found.iter().any(|new| new.name == old.name));
                into.append(found);
                told(field);
            }
        };
        merge("authorize_parameters", &mut draft.authorize_parameters, &mut self.authorize_parameters);
        merge("habits", &mut draft.habits.token.parameters, &mut self.token_parameters);
        merge("habits", &mut draft.habits.refresh.parameters, &mut self.refresh_parameters);
        merge("habits", &mut draft.habits.token.headers, &mut self.token_headers);
        if self.comma || self.token_format.is_some() {
            told("habits");
        }
        if let Some(redirect) = self.redirect.take() {
            self.fill_redirect(&mut draft, &redirect);
            for field in OF_REDIRECT {
                told(field);
            }
        }
        let secret = self.secret.map(|secret| ClientSecret::new(secret.as_str()));
        Ok(Pasted { kind, draft, fields, secret, left_out: self.left_out })
    }

    fn address(&mut self, what: &str, value: &str) -> Option<Url> {
        let value = self.real(what, value)?.to_owned();
        let Some(mut url) = Url::parse(&value).ok().filter(Url::has_host) else {
            self.leave_out(what, "it is no whole address");
            return None;
        };
        if !is_open(&url) {
            // `https://id:secret@host/` is another way to write Basic authentication.
            let decoded = |text: &str| Zeroizing::new(percent_decoded(text));
            let (id, secret) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
            self.client_id(&id);
            self.secret(&secret);
            self.authentication = Some(ClientAuthentication::Basic);
            // Both can be taken off any address that has a host.
            let _ = url.set_username("").and_then(|()| url.set_password(None));
        }
        url.set_fragment(None);
        let pairs = || url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let secretive: Vec<_> =
            pairs().filter(|(name, _)| is_secretive(name)).map(|(name, _)| name).collect();
        if !secretive.is_empty() {
            let kept: Vec<_> = pairs().filter(|(name, _)| !is_secretive(name)).collect();
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
            url.set_query(Some(&query).filter(|query| !query.is_empty()).map(String::as_str));
            for name in secretive {
                self.leave_out(&format!("The parameter {name}"), "it may be a secret");
            }
        }
        Some(url)
    }

    /// The catalog's entry of the same endpoint, which knows more.
    fn known_provider(&self) -> Option<&'static Provider> {
        let providers = Catalog::builtin().providers().iter().map(AsRef::as_ref);
        let wanted = self.token.as_ref().or(self.authorize.as_ref())?.as_str();
        let same = |provider: &&Provider| match &self.token {
            Some(_) => provider.draft.token_uri == wanted,
            None => provider.draft.authorize_uri == wanted,
        };
        providers.into_iter().find(same)
    }

    fn fill_redirect(&mut self, draft: &mut Draft, redirect: &Url) {
        let own_path = redirect.path().trim_end_matches('/');
        if !is_loopback(redirect) || redirect.scheme() != "http" {
            draft.redirect_method = RedirectMethod::Paste;
            draft.redirect_uri = redirect.to_string();
            return;
        }
        draft.redirect_host = match redirect.host() {
            Some(Host::Ipv6(_)) => LoopbackHost::Ipv6,
            Some(Host::Domain(_)) => LoopbackHost::Localhost,
            Some(Host::Ipv4(_)) | None => LoopbackHost::Ipv4,
        };
        match redirect.port() {
            Some(port) => {
                draft.redirect_method = RedirectMethod::LoopbackFixed;
                draft.redirect_port = port.to_string();
                draft.redirect_path = redirect.path().to_owned();
            }
            None => {
                draft.redirect_method = RedirectMethod::Loopback;
                if !own_path.is_empty() {
                    let why = "without a port Grantkeep uses a path of its own; register the URI that the form shows";
                    self.leave_out("The path of the redirect URI", why);
                }
            }
        }
    }
}

/// Where a further parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Authorize,
    Token,
    Refresh,
}

/// Shows where a value goes: `{{client_id}}`, `{tenant}`, `$CLIENT_ID`, `<client id>`, `YOUR_CLIENT_ID`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let lower = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    lower.contains('{') && lower.contains('}')
        || lower.starts_with('$')
        || lower.starts_with('<') && lower.ends_with('>')
        || ["your_", "your-", "your ", "yourdomain"].iter().any(|start| lower.starts_with(start))
}

/// The name of a parameter or header field whose value may be a secret.
pub(super) fn is_secretive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words =
        ["secret", "password", "passwd", "token", "assertion", "api_key", "apikey", "api-key", "credential"];
    let whole =
        ["code", "key", "code_verifier", "authorization", "cookie", "signature", "sig", "hmac", "session"];
    let harmless = ["token_access_type", "token_type"];
    !harmless.contains(&name.as_str())
        && (words.iter().any(|word| name.contains(word)) || whole.contains(&name.as_str()))
}

fn is_open(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

fn percent_decoded(text: &str) -> String {
    // A form's decoding would read a plus as a space.
    let pairs = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(pairs.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// Fields that a catalog entry fills in.
const OF_CATALOG: &[&str] = &[
    "title",
    "provider",
    "authorize_uri",
    "token_uri",
    "test_uri",
    "introspection_uri",
    "issuer",
    "scopes",
    "client_authentication",
    "authorize_parameters",
    "revocation",
    "pkce",
    "habits",
    "request_hosts",
];

/// Fields of a redirect.
const OF_REDIRECT: [&str; 5] =
    ["redirect_method", "redirect_host", "redirect_port", "redirect_path", "redirect_uri"];

const LONGEST_VALUE: usize = 4096;
const MOST_PARAMETERS: usize = 50;
const MOST_LEFT_OUT: usize = 50;
