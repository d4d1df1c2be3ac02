//! The request to the Test URI: does the access token work? (RFC 6750 §2.1)

use url::Url;
use zeroize::Zeroizing;

use super::token_request::user_agent;
use super::{Method, Request};
use crate::model::{AccessToken, Service, TokenType, host_of};

/// Why no token may be shown to the Test URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// The service has no Test URI.
    #[error("the service has no Test URI")]
    NoTestUri,
    /// The Test URI names an origin that the person has not confirmed (R-ST-14).
    #[error("the Test URI leads to {host}, which awaits confirmation")]
    HostToConfirm {
        /// The origin.
        host: String,
    },
    /// The token is of another type than Bearer (R-TK-07).
    #[error("the access token is of the type `{token_type}`, not Bearer")]
    NotBearer {
        /// Its type as the provider spells it.
        token_type: String,
    },
    /// The token has characters that no header can carry (RFC 6750 §2.1).
    #[error("the access token has characters that no header can carry")]
    Unfit,
}

/// Returns the request that shows the access token to the Test URI, and to no other place.
///
/// # Errors
/// When there is no Test URI, its host awaits confirmation, or the token can't be shown as Bearer.
pub fn resource_request(
    service: &Service,
    access: &AccessToken,
    token_type: &TokenType,
) -> Result<Request, NotAllowed> {
    let url = service.endpoints.test.as_ref().ok_or(NotAllowed::NoTestUri)?;
    if service.test_host_to_confirm() {
        return Err(NotAllowed::HostToConfirm { host: host_of(url) });
    }
    match token_type {
        TokenType::Bearer => {}
        TokenType::Other(token_type) => return Err(NotAllowed::NotBearer { token_type: token_type.clone() }),
    }
    bearer_get(url, access).ok_or(NotAllowed::Unfit)
}

/// A GET that shows the access token; `None` where no header can carry it. Where it may go is for the caller to know.
pub(super) fn bearer_get(url: &Url, access: &AccessToken) -> Option<Request> {
    Some(Request {
        method: Method::Get,
        url: url.clone(),
        headers: vec![
            ("accept".to_owned(), Zeroizing::new("application/json, */*;q=0.5".to_owned())),
            user_agent(),
            ("authorization".to_owned(), bearer(access)?),
        ],
        body: Zeroizing::new(Vec::new()),
    })
}

/// The value of an `Authorization` header; `None` where no header can carry the token.
pub(super) fn bearer(access: &AccessToken) -> Option<Zeroizing<String>> {
    let token = access.expose();
    token.bytes().all(|byte| byte.is_ascii_graphic()).then(|| Zeroizing::new(format!("Bearer {token}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::example::{header, service, url};

    #[test]
    fn a_token_is_shown_to_a_confirmed_test_uri_only() {
        type Edit = fn(&mut Service);
        let bearer = TokenType::Bearer;
        let mac = TokenType::Other("MAC".to_owned());
        let cases: [(Edit, &str, &TokenType, Option<NotAllowed>, &str); 6] = [
            (|_| {}, "t", &bearer, None, "as it should be"),
            (|s| s.endpoints.test = None, "t", &bearer, Some(NotAllowed::NoTestUri), "nowhere to go"),
            (
                |s| s.endpoints.test = Some(url("https://evil.example/me")),
                "t",
                &bearer,
                Some(NotAllowed::HostToConfirm { host: "evil.example".to_owned() }),
                "R-ST-14",
            ),
            (
                |s| s.endpoints.test = Some(url("https://auth.example.com/me")),
                "t",
                &bearer,
                None,
                "a host that was confirmed for the tokens",
            ),
            (|_| {}, "t", &mac, Some(NotAllowed::NotBearer { token_type: "MAC".to_owned() }), "R-TK-07"),
            (|_| {}, "t\r\nx: y", &bearer, Some(NotAllowed::Unfit), "no header is smuggled in"),
        ];
        for (edit, token, token_type, refused, why) in cases {
            let mut service = service();
            edit(&mut service);
            match resource_request(&service, &AccessToken::new(token), token_type) {
                Ok(request) => {
                    assert_eq!(refused, None, "{why}");
                    assert_eq!(request.method, Method::Get, "{why}");
                    assert_eq!(Some(&request.url), service.endpoints.test.as_ref(), "{why}");
                    assert_eq!(header(&request, "authorization"), Some("Bearer t"), "{why}");
                    assert!(header(&request, "user-agent").is_some(), "GitHub wants one: {why}");
                }
                Err(error) => assert_eq!(Some(error), refused, "{why}"),
            }
        }
    }
}
