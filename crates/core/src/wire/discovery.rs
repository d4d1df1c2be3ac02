//! Discovery: where a provider tells of itself, and what it tells (OpenID Connect Discovery 1.0 §4, RFC 8414 §3).
//!
//! Metadata is untrusted: it counts only if it names the issuer that was asked (R-TK-15), and its addresses only if a
//! secret may travel there.

mod answer;
mod metadata;
mod suggestion;

use url::Url;
use zeroize::Zeroizing;

use super::token_request::user_agent;
use super::{Method, Request};
use crate::model::{FieldFix, FieldProblem, is_loopback};

pub use answer::{Freshness, Looked, NoMetadata, read_discovery};
pub use metadata::Metadata;
pub use suggestion::{Discovered, suggest};
pub(super) use suggestion::{authentication, title_of};

/// What the person asked: an issuer, or just a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Without query, fragment and a slash at its end.
    base: Url,
    /// A host alone was typed: whichever issuer of that host it names will do.
    any_of_host: bool,
}

impl Asked {
    /// Reads `accounts.example.com`, an issuer such as `https://example.com/realms/x`, or the address of its metadata.
    ///
    /// # Errors
    /// What to mend in the field `issuer`.
    pub fn read(typed: &str) -> Result<Self, FieldProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(problem("Give the provider's address, such as accounts.example.com.", None));
        }
        if typed.len() > MOST_CHARACTERS {
            return Err(problem("This is too long for an address.", None));
        }
        let whole = typed.contains("://");
        let mut url = parse(typed, whole)?;
        let open = url.username().is_empty() && url.password().is_none();
        if !open {
            return Err(problem("An issuer has no user name or password in it.", None));
        }
        if url.query().is_some() || url.fragment().is_some() {
            let bare = typed.split(['?', '#']).next().unwrap_or_default().to_owned();
            let fix = Some(("Remove it", bare));
            return Err(problem("An issuer has no part after ? or #.", fix));
        }
        let without = |path: String, part: &&str| path.replacen(*part, "", 1);
        let path = [OPENID, OAUTH].iter().fold(url.path().to_owned(), without);
        let named_file = path != url.path();
        url.set_path(path.trim_end_matches('/'));
        let any_of_host = !whole && !named_file && url.path() == "/";
        Ok(Self { base: url, any_of_host })
    }

    /// Where its metadata may be, the likeliest first.
    ///
    /// OpenID Connect Discovery §4.1 appends to the issuer's path, RFC 8414 §3.1 inserts before it; both names are found
    /// both ways in the wild (RFC 8414 §5).
    pub fn candidates(&self) -> Vec<Url> {
        let path = self.base.path().trim_end_matches('/');
        let paths = [
            format!("{path}{OPENID}"),
            format!("{OAUTH}{path}"),
            format!("{OPENID}{path}"),
            format!("{path}{OAUTH}"),
        ];
        let mut candidates = Vec::new();
        for path in paths {
            let mut url = self.base.clone();
            url.set_path(&path);
            if !candidates.contains(&url) {
                candidates.push(url);
            }
        }
        candidates
    }

    /// What was asked, as an issuer is written.
    pub fn text(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Tells what is asked from all else that can be asked.
    pub fn key(&self) -> (String, bool) {
        (self.text().to_owned(), self.any_of_host)
    }

    /// Whether metadata that names this issuer is that of the one asked (RFC 8414 §3.3, R-TK-15).
    ///
    /// A slash at the end is overlooked, as nobody types it alike. Where a host was asked, the host counts.
    fn is(&self, issuer: &str) -> bool {
        // The parser would overlook line breaks and the like.
        let plain = issuer.bytes().all(|byte| byte.is_ascii_graphic());
        let Some(url) = Url::parse(issuer).ok().filter(|_| plain) else { return false };
        let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
        let open = url.username().is_empty() && url.password().is_none();
        let bare = open && url.query().is_none() && url.fragment().is_none();
        bare && is_same_origin(&url, &self.base) && (self.any_of_host || path(&url) == path(&self.base))
    }
}

/// Returns the request for metadata; `known` makes it a question for what changed since (RFC 9110 §13.1).
pub fn discovery_request(url: Url, known: Option<&Freshness>) -> Request {
    let mut headers =
        vec![("accept".to_owned(), Zeroizing::new("application/json".to_owned())), user_agent()];
    if let Some(known) = known {
        let field = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| (name.to_owned(), Zeroizing::new(value.clone())))
        };
        headers.extend(field("if-none-match", &known.etag));
        headers.extend(field("if-modified-since", &known.last_modified));
    }
    Request { method: Method::Get, url, headers, body: Zeroizing::new(Vec::new()) }
}

fn parse(typed: &str, whole: bool) -> Result<Url, FieldProblem> {
    const NO_ADDRESS: &str =
        "This is no address. It looks like accounts.example.com or https://example.com/realms/x.";
    let absolute = |scheme: &str| Url::parse(&format!("{scheme}://{typed}"));
    let url = match whole {
        true => Url::parse(typed),
        // A server on this computer seldom has a certificate.
        false => absolute("http").and_then(|url| if is_loopback(&url) { Ok(url) } else { absolute("https") }),
    };
    let url = url.ok().filter(|url| url.has_host() && url.host_str() != Some(""));
    let url = url.ok_or_else(|| problem(NO_ADDRESS, None))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            let fix = Some(("Change to https://", typed.replacen("http://", "https://", 1)));
            Err(problem("Over http:// anybody on the way could answer. It has to be https://.", fix))
        }
        _ => Err(problem(NO_ADDRESS, None)),
    }
}

fn is_same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

fn problem(message: &str, fix: Option<(&str, String)>) -> FieldProblem {
    FieldProblem {
        field: "issuer".to_owned(),
        message: message.to_owned(),
        fix: fix.map(|(label, value)| FieldFix { label: label.to_owned(), value }),
        warning: false,
    }
}

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const MOST_CHARACTERS: usize = 2048;

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
