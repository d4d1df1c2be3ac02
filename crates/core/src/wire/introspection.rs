//! Asking the provider about a token (RFC 7662).

use serde_json::Value;

use super::claims::{Claim, claims, instant, text};
use super::error_response::{ErrorResponse, bad_answer, failure_of_status};
use super::habits::{Purpose, bend};
use super::token_request::basic_as_wanted;
use super::token_response::Fields;
use super::{Request, Response, Unreachable, oauth2_crate};
use crate::model::{
    AccessToken, ClientSecret, Failure, FailureKind, RefreshToken, ScopeSet, Service, Timestamp, host_of,
};

/// A token that can be asked about.
#[derive(Clone, Copy)]
pub enum TokenOf<'a> {
    /// An access token.
    Access(&'a AccessToken),
    /// A refresh token.
    Refresh(&'a RefreshToken),
}

/// What an introspection endpoint says (RFC 7662 §2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Introspected {
    /// The token is good.
    Active(Box<Facts>),
    /// It is not, or this client may not know (RFC 7662 §2.2 makes no difference).
    Inactive,
}

/// What is said of a good token. Untrusted text, made plain (R-TK-10).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What it can do; `None` = not told.
    pub scope: Option<ScopeSet>,
    /// Whose it is: `username`, else `sub`.
    pub whose: Option<String>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// All that is said.
    pub claims: Vec<Claim>,
}

/// Returns the request that asks about a token, authenticated as at the token endpoint.
///
/// `None` where the service has no introspection endpoint, or its origin awaits confirmation (R-ST-14).
pub fn introspection_request(
    service: &Service,
    secret: Option<&ClientSecret>,
    token: TokenOf<'_>,
) -> Option<Request> {
    let endpoint = service.endpoints.introspection.as_ref();
    let endpoint = endpoint.filter(|endpoint| service.confirmed_hosts.contains(&host_of(endpoint)))?;
    let request = match token {
        TokenOf::Access(access) => {
            oauth2_crate::capture_access_token_introspection(service, secret, endpoint, access)
        }
        TokenOf::Refresh(refresh) => {
            oauth2_crate::capture_refresh_token_introspection(service, secret, endpoint, refresh)
        }
    };
    Some(bend(basic_as_wanted(request, service, secret), service, Purpose::Introspect))
}

/// Reads what an introspection endpoint answered.
///
/// # Errors
/// No answer, a refusal, or an answer that says nothing; among them a signed one (RFC 9701), which is not read.
pub fn read_introspection(
    answer: &Result<Response, Unreachable>,
    token: TokenOf<'_>,
) -> Result<Introspected, Failure> {
    let response = answer.as_ref().map_err(Failure::from)?;
    if is_signed(response) {
        return Err(bad_answer(
            response,
            "The answer is a signed token (RFC 9701). Grantkeep reads plain JSON only; the client's registration may say which.",
        ));
    }
    let fields = Fields::read(response);
    if let Some(error) = fields.as_ref().and_then(ErrorResponse::of) {
        let by_status = failure_of_status(response);
        let kind = match error.code {
            super::ErrorCode::InvalidClient | super::ErrorCode::UnauthorizedClient => {
                FailureKind::ClientRefused
            }
            _ => by_status.kind,
        };
        return Err(Failure { kind, said: Some(error.said()), ..by_status });
    }
    match (response.status, fields) {
        (200, Some(fields)) => match fields.get("active") {
            Some(Value::Bool(true)) => Ok(Introspected::Active(Box::new(facts(&fields, token)))),
            Some(Value::Bool(false)) => Ok(Introspected::Inactive),
            _ => Err(bad_answer(response, "The answer does not say whether the token is active.")),
        },
        (200..=299, _) => Err(bad_answer(response, "The answer is no JSON.")),
        (300..=399, _) => {
            Err(bad_answer(response, "The introspection address redirects, which is not followed."))
        }
        (_, _) => Err(failure_of_status(response)),
    }
}

fn facts(fields: &Fields, token: TokenOf<'_>) -> Facts {
    let shown = match token {
        TokenOf::Access(access) => access.expose(),
        TokenOf::Refresh(refresh) => refresh.expose(),
    };
    let mut map = fields.map().clone();
    map.remove("active");
    let facts = Facts {
        scope: text(map.get("scope")).and_then(|scope| ScopeSet::parse(&scope).ok()),
        whose: text(map.get("username")).or_else(|| text(map.get("sub"))),
        ends_at: map.get("exp").and_then(instant),
        claims: claims(&map, Some(shown)),
    };
    map.values_mut().for_each(super::token_response::wipe);
    facts
}

/// A JWT in the place of JSON (RFC 9701 §5).
fn is_signed(response: &Response) -> bool {
    let kind = response.header("content-type").unwrap_or_default().to_ascii_lowercase();
    kind.contains("+jwt")
        || kind.starts_with("application/jwt")
        || response.body.trim_ascii_start().starts_with(b"eyJ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ClientAuthentication;
    use crate::wire::example::{answer, form, header, service, url};

    fn asked() -> Service {
        let mut service = service();
        service.endpoints.introspection = Some(url("https://auth.example.com/introspect?v=1"));
        service
    }

    fn read(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Introspected, Failure> {
        let access = AccessToken::new("opaque-token-1");
        read_introspection(&Ok(answer(status, headers, body.as_bytes())), TokenOf::Access(&access))
    }

    #[test]
    fn the_client_authenticates_as_at_the_token_endpoint() {
        let secret = ClientSecret::new("s3cret");
        let cases = [
            (ClientAuthentication::Basic, true, None, "in the header"),
            (ClientAuthentication::BasicRaw, true, None, "in the header, raw"),
            (ClientAuthentication::Post, false, Some("client"), "in the body"),
            (ClientAuthentication::None, false, Some("client"), "a public client names itself"),
        ];
        for (authentication, has_header, id, why) in cases {
            let service = Service { client_authentication: authentication, ..asked() };
            let access = AccessToken::new("a+b");

            let request = introspection_request(&service, Some(&secret), TokenOf::Access(&access)).unwrap();

            assert_eq!(header(&request, "authorization").is_some(), has_header, "{why}");
            assert_eq!(form(&request, "client_id").as_deref(), id, "{why}");
            assert_eq!(form(&request, "token").as_deref(), Some("a+b"), "{why}");
            assert_eq!(form(&request, "token_type_hint").as_deref(), Some("access_token"), "{why}");
            assert_eq!(request.url.as_str(), "https://auth.example.com/introspect?v=1", "its query is kept");
            assert!(header(&request, "user-agent").is_some(), "{why}");
        }
        let refresh = RefreshToken::new("r");
        let request = introspection_request(&asked(), Some(&secret), TokenOf::Refresh(&refresh)).unwrap();
        assert_eq!(form(&request, "token_type_hint").as_deref(), Some("refresh_token"));
    }

    #[test]
    fn nothing_is_sent_to_a_host_that_was_not_confirmed() {
        // R-ST-14
        let mut service = asked();
        service.endpoints.introspection = Some(url("https://evil.example/introspect"));
        let access = AccessToken::new("a");

        assert!(introspection_request(&service, None, TokenOf::Access(&access)).is_none());
        assert_eq!(service.hosts_to_confirm(), ["evil.example"]);
        service.endpoints.introspection = None;
        assert!(introspection_request(&service, None, TokenOf::Access(&access)).is_none(), "nowhere to ask");
    }

    #[test]
    fn what_is_said_of_a_good_token_is_read() {
        let body =
            r#"{"active":true,"scope":"a b","username":"ada","sub":"7","exp":1000,"echo":"opaque-token-1"}"#;

        let Introspected::Active(facts) = read(200, &[], body).unwrap() else { panic!("it is active") };

        assert_eq!(facts.scope.unwrap().to_string(), "a b");
        assert_eq!(facts.whose.as_deref(), Some("ada"));
        assert_eq!(facts.ends_at, Some(Timestamp::from_millis(1_000_000)));
        assert!(facts.claims.iter().all(|claim| !claim.value.contains("opaque-token-1")), "R-ST-13");
        assert!(facts.claims.iter().all(|claim| claim.name != "active"));
    }

    #[test]
    fn only_active_and_inactive_are_facts() {
        let jwt = ("content-type", "application/token-introspection+jwt");
        let cases = [
            (200, "{\"active\":false}", None, "not good"),
            (200, "{\"active\":\"false\"}", Some(FailureKind::BadAnswer), "a text is no truth"),
            (200, "{}", Some(FailureKind::BadAnswer), "nothing said"),
            (200, "<html>", Some(FailureKind::BadAnswer), "a web page"),
            (200, "eyJhbGciOiJub25lIn0.e30.", Some(FailureKind::BadAnswer), "RFC 9701 without its type"),
            (302, "", Some(FailureKind::BadAnswer), "R-TK-02"),
            (401, "{\"error\":\"invalid_client\"}", Some(FailureKind::ClientRefused), "the client"),
            (403, "{\"active\":true}", Some(FailureKind::Refused), "a refusal says nothing of the token"),
            (503, "", Some(FailureKind::Busy), "it passes"),
            (404, "", Some(FailureKind::ClientRefused), "no such endpoint"),
        ];
        for (status, body, failure, why) in cases {
            let read = read(status, &[], body);
            match failure {
                None => assert_eq!(read, Ok(Introspected::Inactive), "{why}"),
                Some(kind) => assert_eq!(read.map_err(|failure| failure.kind), Err(kind), "{why}"),
            }
        }
        let refused = read(200, &[jwt], "{\"active\":true}").unwrap_err();
        assert!(refused.said.unwrap().contains("RFC 9701"));
    }
}
