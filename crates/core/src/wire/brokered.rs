//! A program's own request to a resource: what it may say, and where a redirect takes it (RFC 9110 §15.4).

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use url::Url;
use zeroize::Zeroizing;

use super::resource_request::{NotAllowed, bearer};
use super::token_request::user_agent;
use crate::model::{AccessToken, FieldProblem, TokenType, host_of, is_loopback, plain};

/// A request that may be sent, without the token. Has no `Debug`: it may carry anything.
#[derive(Clone)]
pub struct BrokeredRequest {
    method: Method,
    url: Url,
    headers: Vec<(HeaderName, String)>,
    body: Bytes,
}

/// A request whose answer is read as it comes. Has no `Debug`: it carries the token.
pub struct StreamRequest {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: Url,
    /// Header fields, in order; names in lower case.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// Body; its clones share the bytes.
    pub body: Bytes,
}

impl BrokeredRequest {
    /// Checks what a program wants sent: a method, an address over https (http on this computer), header fields that are
    /// not the connection's or the agent's own, and a body.
    ///
    /// # Errors
    /// The first thing to mend, by the field's name.
    pub fn new(
        method: &str,
        url: &str,
        headers: Vec<(String, String)>,
        body: Bytes,
    ) -> Result<Self, FieldProblem> {
        let method = match Method::from_bytes(method.as_bytes()) {
            // CONNECT and TRACE are about the connection (RFC 9110 §9.3.6, §9.3.8).
            Ok(method) if method != Method::CONNECT && method != Method::TRACE => method,
            Ok(_) | Err(_) => {
                return Err(problem("method", "This is no method that can be sent.".to_owned()));
            }
        };
        let mut url = Url::parse(url)
            .map_err(|error| problem("url", format!("The address can't be read: {error}.")))?;
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("url", "Leave the user name out of the address.".to_owned()));
        }
        if !goes_safely(&url) {
            let message = "A token travels over https only; http is for this computer alone.";
            return Err(problem("url", message.to_owned()));
        }
        let headers = headers.into_iter().filter_map(|(name, value)| field(&name, value).transpose());
        Ok(Self { method, url, headers: headers.collect::<Result<_, _>>()?, body })
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Method and address without the query, for the history.
    pub fn text(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        plain(&format!("{} {url}", self.method), LONGEST_TEXT)
    }

    /// The request with the token, as Bearer (RFC 6750 §2.1).
    ///
    /// # Errors
    /// The token is of another type, or no header can carry it.
    pub fn with_token(
        &self,
        access: &AccessToken,
        token_type: &TokenType,
    ) -> Result<StreamRequest, NotAllowed> {
        match token_type {
            TokenType::Bearer => {}
            TokenType::Other(other) => return Err(NotAllowed::NotBearer { token_type: other.clone() }),
        }
        let authorization = bearer(access).ok_or(NotAllowed::Unfit)?;
        let mut request = self.without_token();
        request.headers.push(("authorization".to_owned(), authorization));
        Ok(request)
    }

    /// The request without the token.
    pub fn without_token(&self) -> StreamRequest {
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), Zeroizing::new(value.clone())))
            .collect();
        if !self.headers.iter().any(|(name, _)| name == http::header::USER_AGENT) {
            headers.push(user_agent());
        }
        StreamRequest { method: self.method.clone(), url: self.url.clone(), headers, body: self.body.clone() }
    }

    /// Where an answer redirects this request to; `None` where it does not, or leads to an address that nothing is sent
    /// to: then the answer itself is the answer.
    ///
    /// 303 asks anew with GET, and so do 301 and 302 after a POST (RFC 9110 §15.4.2, §15.4.3); 307 and 308 keep method and body.
    /// Cookies do not leave their origin. From https a redirect leads to https only.
    pub fn redirected(&self, status: u16, location: Option<&str>) -> Option<Self> {
        let mut url = self.url.join(location?).ok()?;
        url.set_fragment(None);
        let is_open = url.username().is_empty() && url.password().is_none();
        if !is_open || !goes_safely(&url) || (self.url.scheme() == "https" && url.scheme() != "https") {
            return None;
        }
        let asks_anew = match StatusCode::from_u16(status).ok()? {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
            _ => return None,
        };
        let leaves = host_of(&url) != host_of(&self.url);
        let mut next = Self { url, ..self.clone() };
        if leaves {
            next.headers.retain(|(name, _)| name != http::header::COOKIE);
        }
        if asks_anew {
            next.method = Method::GET;
            next.body = Bytes::new();
            next.headers.retain(|(name, _)| !name.as_str().starts_with("content-"));
        }
        Some(next)
    }

    /// The request as a host may see it that gets no token: whatever header might be a secret is left out.
    pub fn for_a_stranger(mut self) -> Self {
        self.headers.retain(|(name, _)| FOR_STRANGERS.contains(&name.as_str()));
        self
    }
}

/// A header field as it is sent; `None` for one that is left out.
fn field(name: &str, value: String) -> Result<Option<(HeaderName, String)>, FieldProblem> {
    let shown = plain(name, 60);
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| problem("headers", format!("“{shown}” is no name of a header.")))?;
    if parsed == http::header::AUTHORIZATION {
        let message = "Leave Authorization out: Grantkeep adds the token.";
        return Err(problem("headers", message.to_owned()));
    }
    if OF_THE_CONNECTION.contains(&parsed.as_str()) {
        return Err(problem("headers", format!("Leave {shown} out: it is a matter of the connection.")));
    }
    if HeaderValue::from_bytes(value.as_bytes()).is_err() {
        return Err(problem(
            "headers",
            format!("The value of {shown} has characters that no header can carry."),
        ));
    }
    // The agent unpacks answers, so it says itself how they may be packed.
    Ok((parsed != http::header::ACCEPT_ENCODING).then_some((parsed, value)))
}

fn goes_safely(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

fn problem(field: &str, message: String) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message, fix: None, warning: false }
}

/// Header fields that belong to one connection (RFC 9110 §7.6.1), or that say who is asked and how long the body is.
const OF_THE_CONNECTION: [&str; 12] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Header fields that hold no secret.
const FOR_STRANGERS: [&str; 11] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
    "user-agent",
];

/// Characters of a request in the history.
const LONGEST_TEXT: usize = 200;

#[cfg(test)]
#[path = "brokered_tests.rs"]
mod tests;
