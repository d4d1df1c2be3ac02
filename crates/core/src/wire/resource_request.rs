//! The request to the Test URI: does the access token work? (RFC 6750 §2.1)

use url::Url;
use zeroize::Zeroizing;

use super::token_request::user_agent;
use super::{Method, Request};
use crate::model::{AccessToken, Parameter, STANDARD_HEADERS, Service, TestMethod, TokenType, host_of};

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
    let authorization = bearer(access).ok_or(NotAllowed::Unfit)?;
    let habit = &service.habits.test;
    let mut headers = vec![
        ("accept".to_owned(), Zeroizing::new("application/json, */*;q=0.5".to_owned())),
        user_agent(),
        ("authorization".to_owned(), authorization),
    ];
    for Parameter { name, value } in &habit.headers {
        let name = name.to_ascii_lowercase();
        if !STANDARD_HEADERS.contains(&name.as_str()) {
            headers.retain(|(taken, _)| *taken != name);
            // Twitch, Etsy and Trakt want to know the client beside the token.
            headers.push((name, Zeroizing::new(value.replace("{client_id}", &service.client_id))));
        }
    }
    let (method, body) = match habit.method {
        TestMethod::Get => (Method::Get, ""),
        TestMethod::Post => (Method::Post, habit.body.as_str()),
    };
    if !body.is_empty() {
        let is_json = serde_json::from_str::<serde_json::Value>(body).is_ok();
        let kind = if is_json { "application/json" } else { "application/x-www-form-urlencoded" };
        headers.push(("content-type".to_owned(), Zeroizing::new(kind.to_owned())));
    }
    let body = Zeroizing::new(body.as_bytes().to_vec());
    Ok(Request { method, url: url.clone(), headers, body })
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
    fn a_test_can_be_a_post_with_header_fields_of_its_own() {
        let line = |name: &str, value: &str| Parameter { name: name.to_owned(), value: value.to_owned() };
        let cases = [
            (r#"{"query":"{ viewer { id } }"}"#, Some("application/json"), "Linear"),
            ("null", Some("application/json"), "Dropbox"),
            ("action=getdevice", Some("application/x-www-form-urlencoded"), "Withings"),
            ("", None, "nothing"),
        ];
        for (body, kind, why) in cases {
            let mut service = service();
            service.habits.test.method = TestMethod::Post;
            service.habits.test.body = body.to_owned();
            service.habits.test.headers =
                vec![line("Client-Id", "{client_id}"), line("Authorization", "forged")];

            let request = resource_request(&service, &AccessToken::new("t"), &TokenType::Bearer);

            let request = request.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((request.method, &request.body[..]), (Method::Post, body.as_bytes()), "{why}");
            assert_eq!(header(&request, "content-type"), kind, "{why}");
            assert_eq!(header(&request, "client-id"), Some("client"), "Twitch");
            assert_eq!(header(&request, "authorization"), Some("Bearer t"), "the token is never replaced");
        }
    }

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
