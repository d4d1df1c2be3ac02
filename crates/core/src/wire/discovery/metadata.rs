//! The fields of metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3), each checked.

use serde_json::{Map, Value};
use url::Url;

use super::answer::MOST_SHOWN;
use super::{Asked, NoMetadata, is_same_origin};
use crate::model::{is_loopback, plain};

/// What a provider tells of itself. Addresses are fit for a secret; lists are as told, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Issuer, as the provider spells it: answers and ID tokens are compared with this text.
    pub issuer: String,
    /// Authorization endpoint.
    pub authorize: Url,
    /// Token endpoint.
    pub token: Url,
    /// Revocation endpoint (RFC 7009).
    pub revocation: Option<Url>,
    /// Introspection endpoint (RFC 7662).
    pub introspection: Option<Url>,
    /// Userinfo endpoint (OpenID Connect Core §5.3).
    pub userinfo: Option<Url>,
    /// Keys of the issuer.
    pub jwks: Option<Url>,
    /// Where one logs out (RP-Initiated Logout §2.1).
    pub end_session: Option<Url>,
    /// Pushed authorization requests (RFC 9126).
    pub pushed: Option<Url>,
    /// Device authorization endpoint (RFC 8628).
    pub device: Option<Url>,
    /// Client registration endpoint (RFC 7591).
    pub registration: Option<Url>,
    /// Documentation for people.
    pub documentation: Option<Url>,
    /// Scopes; `None` = not told.
    pub scopes: Option<Vec<String>>,
    /// Ways to authenticate at the token endpoint; `None` = not told.
    pub authentications: Option<Vec<String>>,
    /// PKCE methods; `None` = not told.
    pub challenge_methods: Option<Vec<String>>,
    /// Response types; `None` = not told.
    pub response_types: Option<Vec<String>>,
    /// Response modes; `None` = not told.
    pub response_modes: Option<Vec<String>>,
    /// Grant types; `None` = not told.
    pub grant_types: Option<Vec<String>>,
    /// `iss` is sent with each answer (RFC 9207 §3).
    pub names_issuer: bool,
    /// What was left out and why, a sentence each.
    pub left_out: Vec<String>,
}

impl Metadata {
    /// Reads metadata of the one asked.
    ///
    /// Optional fields of another shape are left out; authorization and token endpoint have to be there.
    pub(super) fn read(asked: &Asked, fields: &Map<String, Value>) -> Result<Self, NoMetadata> {
        const ISSUER: &str = "issuer";
        let issuer = fields.get(ISSUER).and_then(Value::as_str).filter(|issuer| !issuer.is_empty());
        let issuer = issuer.ok_or(NoMetadata::Missing { what: ISSUER })?;
        if !asked.is(issuer) {
            let same_host = Url::parse(issuer).is_ok_and(|named| is_same_origin(&named, &asked.base));
            return Err(NoMetadata::OtherIssuer { named: plain(issuer, MOST_SHOWN), same_host });
        }
        let mut reader = Reader { fields, on_loopback: is_loopback(&asked.base), left_out: Vec::new() };
        let authorize = reader.needed("authorization_endpoint")?;
        let token = reader.needed("token_endpoint")?;
        Ok(Self {
            issuer: issuer.to_owned(),
            authorize,
            token,
            revocation: reader.address("revocation_endpoint"),
            introspection: reader.address("introspection_endpoint"),
            userinfo: reader.address("userinfo_endpoint"),
            jwks: reader.address("jwks_uri"),
            end_session: reader.address("end_session_endpoint"),
            pushed: reader.address("pushed_authorization_request_endpoint"),
            device: reader.address("device_authorization_endpoint"),
            registration: reader.address("registration_endpoint"),
            documentation: reader.address("service_documentation"),
            scopes: reader.list("scopes_supported"),
            authentications: reader.list("token_endpoint_auth_methods_supported"),
            challenge_methods: reader.list("code_challenge_methods_supported"),
            response_types: reader.list("response_types_supported"),
            response_modes: reader.list("response_modes_supported"),
            grant_types: reader.list("grant_types_supported"),
            names_issuer: matches!(
                fields.get("authorization_response_iss_parameter_supported"),
                Some(Value::Bool(true))
            ),
            left_out: reader.left_out,
        })
    }
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    /// The issuer is on this computer.
    on_loopback: bool,
    left_out: Vec<String>,
}

impl Reader<'_> {
    fn needed(&self, what: &'static str) -> Result<Url, NoMetadata> {
        let text = self.fields.get(what).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let text = text.ok_or(NoMetadata::Missing { what })?;
        self.fit(text).ok_or_else(|| NoMetadata::UnfitAddress { what, address: plain(text, MOST_SHOWN) })
    }

    fn address(&mut self, what: &'static str) -> Option<Url> {
        let text = match self.fields.get(what)? {
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text,
            Value::Null => return None,
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                self.left_out.push(format!("{what} was left out: it is no address."));
                return None;
            }
        };
        let url = self.fit(text);
        if url.is_none() {
            let shown = plain(text, MOST_SHOWN);
            self.left_out
                .push(format!("{what} was left out: {shown} is no https:// address to send a secret to."));
        }
        url
    }

    /// An address that a secret may be sent to: https, without user name and fragment. Only a provider on this computer
    /// may name this computer, and http for it: another one would have us knock at doors that it can't reach itself.
    fn fit(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text.trim()).ok().filter(|_| text.len() <= LONGEST_ADDRESS)?;
        let open = url.username().is_empty() && url.password().is_none();
        let safe = match (is_loopback(&url), url.scheme()) {
            (false, "https") => url.has_host(),
            (true, "https" | "http") => self.on_loopback,
            _ => false,
        };
        (safe && open && url.fragment().is_none()).then_some(url)
    }

    fn list(&mut self, what: &'static str) -> Option<Vec<String>> {
        let values = match self.fields.get(what)? {
            Value::Array(values) => values,
            Value::Null => return None,
            Value::String(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                self.left_out.push(format!("{what} was left out: it is no list."));
                return None;
            }
        };
        let word =
            |text: &str| text.len() <= LONGEST_WORD && text.bytes().all(|byte| byte.is_ascii_graphic());
        let words = values.iter().filter_map(Value::as_str).filter(|text| !text.is_empty() && word(text));
        Some(words.take(MOST_WORDS).map(str::to_owned).collect())
    }
}

const LONGEST_ADDRESS: usize = 2048;
const LONGEST_WORD: usize = 200;
const MOST_WORDS: usize = 500;
