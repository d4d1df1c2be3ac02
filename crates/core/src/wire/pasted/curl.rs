//! A `curl` command against a token or authorization endpoint, and an authorization link alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::gathered::{Gathered, List};
use super::named::{grant_type, text_of};
use super::{Json, NOT_OAUTH, Pasted, PastedRefused, shell};
use crate::model::{ClientAuthentication, Parameter, TokenFormat};

type Text = Zeroizing<String>;

/// Whether a text is a `curl` command, perhaps behind a prompt.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_start_matches(['$', '%', '>', ' ']);
    text.split_whitespace().next().is_some_and(|first| ["curl", "curl.exe"].contains(&first))
}

/// Reads a command.
pub(super) fn read(text: &str) -> Result<Pasted, PastedRefused> {
    let words = shell::words(text.trim_start_matches(['$', '%', '>', ' ']));
    let mut gathered = Gathered::default();
    let call = Call::of(&words, &mut gathered);
    call.read(gathered, "curl command")
}

/// Reads an authorization link.
pub(super) fn read_link(text: &str) -> Result<Pasted, PastedRefused> {
    let call = Call { url: Some(Zeroizing::new(text.to_owned())), ..Call::default() };
    call.read(Gathered::default(), "authorization link")
}

/// What a command would send.
#[derive(Default)]
struct Call {
    url: Option<Text>,
    method: Option<String>,
    /// Pairs as they are, and what is still encoded.
    pairs: Vec<(Text, Text)>,
    data: Vec<Text>,
    json: bool,
    in_query: bool,
}

impl Call {
    fn of(words: &[Text], into: &mut Gathered) -> Self {
        let mut call = Self::default();
        let mut words = words.iter().skip(1);
        while let Some(word) = words.next() {
            if let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) {
                let value = takes_value(name).then(|| words.next()).flatten();
                call.option(name, value.map_or("", |value| value.as_str()), into);
            } else if let Some(cluster) = word.strip_prefix('-').filter(|cluster| !cluster.is_empty()) {
                let mut rest = cluster.chars();
                while let Some(letter) = rest.next() {
                    let Some(name) = long_of(letter) else { continue };
                    let joined = rest.as_str();
                    let value = if joined.is_empty() && takes_value(name) {
                        words.next().map_or("", |value| value.as_str())
                    } else {
                        joined
                    };
                    let ends = takes_value(name);
                    call.option(name, if ends { value } else { "" }, into);
                    if ends {
                        break;
                    }
                }
            } else if call.url.is_none() {
                call.url = Some(word.clone());
            }
        }
        call
    }

    fn option(&mut self, name: &str, value: &str, into: &mut Gathered) {
        match name {
            "url" => self.url = Some(Zeroizing::new(value.to_owned())),
            "request" => self.method = Some(value.to_ascii_uppercase()),
            "get" => self.in_query = true,
            "user" => basic(into, value),
            "header" => self.header(value, into),
            "json" => {
                self.json = true;
                self.data(value, into);
            }
            "data" | "data-ascii" | "data-binary" => self.data(value, into),
            "data-raw" => self.data.push(Zeroizing::new(value.to_owned())),
            "data-urlencode" | "url-query" => match value.split_once('=') {
                Some((name, value)) if !name.is_empty() => self.pair(name, value),
                _ if value.contains('@') => into.leave_out("A file", "its content was not pasted"),
                _ => {}
            },
            "form" | "form-string" => {
                if let Some((name, value)) = value.split_once('=') {
                    self.pair(name, value);
                }
            }
            "cookie" => into.leave_out("A cookie", "Grantkeep sends none"),
            "oauth2-bearer" => into.leave_out("A token", "Grantkeep gets tokens of its own"),
            "cert" | "key" => {
                into.leave_out("A client certificate", "Grantkeep authenticates with a client secret")
            }
            _ => {}
        }
    }

    fn data(&mut self, value: &str, into: &mut Gathered) {
        if value.starts_with('@') {
            into.leave_out("A file", "its content was not pasted");
        } else {
            self.data.push(Zeroizing::new(value.to_owned()));
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.pairs.push((Zeroizing::new(name.to_owned()), Zeroizing::new(value.to_owned())));
    }

    fn header(&mut self, line: &str, into: &mut Gathered) {
        let Some((name, value)) = line.split_once(':') else { return };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        match name.as_str() {
            "authorization" => match value.split_once(' ') {
                Some((scheme, coded)) if scheme.eq_ignore_ascii_case("basic") => {
                    let decoded = STANDARD.decode(coded.trim()).ok().map(Zeroizing::new);
                    match decoded.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
                        Some(pair) => basic(into, pair),
                        None => into.leave_out("The Authorization header", "its base64 can't be read"),
                    }
                }
                _ => into.leave_out("The Authorization header", "Grantkeep gets tokens of its own"),
            },
            "content-type" => self.json |= value.contains("json"),
            "accept" | "user-agent" | "host" | "content-length" | "cookie" | "connection" | "origin"
            | "referer" | "accept-encoding" | "accept-language" | "cache-control" | "pragma" => {}
            _ if name.starts_with("sec-") => {}
            // Notion and others name the version of their API; what else there is may be a key.
            _ if name.contains("version") => {
                if into.token_headers.len() < 20 {
                    into.token_headers.push(Parameter { name, value: value.chars().take(200).collect() });
                }
            }
            _ => into.leave_out(&format!("The header field {name}"), "it may hold a secret"),
        }
    }

    fn read(mut self, mut into: Gathered, kind: &'static str) -> Result<Pasted, PastedRefused> {
        let url = self.url.take().ok_or(NOT_OAUTH)?;
        let sends_body = !self.in_query && (!self.data.is_empty() || !self.pairs.is_empty());
        let mut pairs = std::mem::take(&mut self.pairs);
        let mut format = TokenFormat::Form;
        for data in &self.data {
            let read =
                serde_json::from_str(data).ok().filter(|_| self.json || data.trim_start().starts_with('{'));
            if let Some(Value::Object(map)) = read.map(Json).as_ref().map(|json| &json.0) {
                format = TokenFormat::Json;
                let fields = map.iter().filter_map(|(name, value)| Some((name, text_of(name, value)?)));
                pairs.extend(fields.map(|(name, value)| (Zeroizing::new(name.clone()), value)));
            } else {
                pairs.extend(decoded(data));
            }
        }
        let (base, query) = url.split_once('?').unwrap_or((url.as_str(), ""));
        let query = decoded(query.split('#').next().unwrap_or_default());
        let has = |name: &str, pairs: &[(Text, Text)]| pairs.iter().any(|(known, _)| **known == name);
        let everywhere = |name: &str| has(name, &pairs) || has(name, &query);
        let asks = !sends_body && !everywhere("grant_type");
        let is_authorize =
            asks && (everywhere("response_type") || has("client_id", &query) && has("redirect_uri", &query));
        let names_client = everywhere("client_secret") || into.client_id.is_some();
        let is_token = !is_authorize && (everywhere("grant_type") || names_client);
        if !is_authorize && !is_token {
            return Err(NOT_OAUTH);
        }
        let refreshes = pairs
            .iter()
            .chain(&query)
            .any(|(name, value)| **name == "grant_type" && **value == "refresh_token");
        let list = match (is_authorize, refreshes) {
            (true, _) => List::Authorize,
            (false, true) => List::Refresh,
            (false, false) => List::Token,
        };
        let known = |name: &str| OF_OAUTH.contains(&name);
        let own = query.iter().filter(|(name, _)| !known(name) && !is_authorize);
        let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = Zeroizing::new(form_urlencoded::Serializer::new(String::new()).extend_pairs(own).finish());
        let mark = if kept.is_empty() { "" } else { "?" };
        let address = Zeroizing::new(format!("{base}{mark}{}", *kept));
        let in_query = is_token && !sends_body && has("grant_type", &query);
        if is_authorize {
            into.authorize(&address)
        } else {
            into.token(&address)
        }
        for (name, value) in query.iter().filter(|(name, _)| known(name) || is_authorize).chain(&pairs) {
            take(&mut into, list, name, value);
        }
        if is_token {
            into.token_format = match (in_query || self.in_query && is_token, format) {
                (true, _) => Some(TokenFormat::Query),
                (false, TokenFormat::Json) => Some(TokenFormat::Json),
                (false, TokenFormat::Form | TokenFormat::Query) => None,
            };
            let posted = has("client_secret", &pairs) || has("client_secret", &query);
            let plain = if posted { ClientAuthentication::Post } else { ClientAuthentication::None };
            into.authentication = into.authentication.or(Some(plain));
        }
        into.finish(kind)
    }
}

/// A parameter of the request (RFC 6749 §4.1, §4.3, §4.4, §6; RFC 7636).
fn take(into: &mut Gathered, list: List, name: &str, value: &str) {
    match name {
        "client_id" => into.client_id(value),
        "client_secret" => into.secret(value),
        "redirect_uri" => into.redirect(value),
        "scope" => into.scopes(value),
        "grant_type" => grant_type(into, value),
        "code" | "device_code" => into.leave_out("The code", "it is good once"),
        "refresh_token" | "access_token" | "token" => {
            into.leave_out("A token", "Grantkeep gets tokens of its own")
        }
        "code_challenge" | "code_verifier" => into.pkce = Some(true),
        "username" | "password" => {
            into.leave_out("User name and password", "you type them at the provider only");
        }
        "response_type" | "state" | "nonce" | "code_challenge_method" => {}
        "client_assertion" | "client_assertion_type" | "assertion" => {
            into.leave_out("The assertion", "Grantkeep authenticates with a client secret");
        }
        _ => into.further(list, name, value),
    }
}

/// `id:secret`, as `-u` and Basic authentication have it.
fn basic(into: &mut Gathered, pair: &str) {
    let (id, secret) = pair.split_once(':').unwrap_or((pair, ""));
    into.client_id(id);
    into.secret(secret);
    into.authentication = Some(ClientAuthentication::Basic);
}

fn decoded(text: &str) -> Vec<(Text, Text)> {
    form_urlencoded::parse(text.trim().as_bytes())
        .map(|(name, value)| (Zeroizing::new(name.into_owned()), Zeroizing::new(value.into_owned())))
        .collect()
}

/// The long name of an option that is known by a letter; `None` = one without a value that says nothing.
fn long_of(letter: char) -> Option<&'static str> {
    Some(match letter {
        'X' => "request",
        'd' => "data",
        'u' => "user",
        'H' => "header",
        'F' => "form",
        'G' => "get",
        'b' => "cookie",
        'E' => "cert",
        // With a value that does not matter.
        'A' | 'C' | 'c' | 'D' | 'e' | 'h' | 'K' | 'm' | 'o' | 'P' | 'Q' | 'r' | 't' | 'T' | 'U' | 'w'
        | 'x' | 'y' | 'Y' | 'z' => "output",
        _ => return None,
    })
}

/// Whether the next word belongs to the option.
fn takes_value(name: &str) -> bool {
    const WITH: [&str; 44] = [
        "url",
        "request",
        "user",
        "header",
        "json",
        "data",
        "data-ascii",
        "data-binary",
        "data-raw",
        "data-urlencode",
        "url-query",
        "form",
        "form-string",
        "cookie",
        "cookie-jar",
        "oauth2-bearer",
        "cert",
        "cert-type",
        "key",
        "key-type",
        "pass",
        "cacert",
        "capath",
        "ciphers",
        "output",
        "output-dir",
        "referer",
        "user-agent",
        "max-time",
        "connect-timeout",
        "retry",
        "retry-delay",
        "retry-max-time",
        "proxy",
        "proxy-user",
        "noproxy",
        "resolve",
        "connect-to",
        "interface",
        "limit-rate",
        "max-redirs",
        "write-out",
        "config",
        "range",
    ];
    WITH.contains(&name)
}

/// Parameters that OAuth knows.
const OF_OAUTH: [&str; 19] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "grant_type",
    "code",
    "code_challenge",
    "code_verifier",
    "code_challenge_method",
    "refresh_token",
    "access_token",
    "token",
    "username",
    "password",
    "response_type",
    "state",
    "nonce",
    "device_code",
    "client_assertion",
];
