//! Requests to the token endpoint: form bodies with client authentication (RFC 6749 §2.3.1, §4.1.3, §6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::habits::{Purpose, bend};
use super::{Request, oauth2_crate};
use crate::model::{
    AuthorizationCode, ClientAuthentication, ClientSecret, CodeVerifier, RefreshToken, Service,
};

/// Returns the request that exchanges `code` for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).
///
/// `redirect_uri` is the one of the authorization request, port included.
/// Without a secret the client is a public one: its identifier goes into the body.
pub fn code_request(
    service: &Service,
    secret: Option<&ClientSecret>,
    code: &AuthorizationCode,
    redirect_uri: &Url,
    verifier: Option<&CodeVerifier>,
) -> Request {
    let request = oauth2_crate::capture_code_exchange(service, secret, code, redirect_uri, verifier);
    bend(basic_as_wanted(request, service, secret), service, Purpose::Code)
}

/// Returns the request that brings a new access token (RFC 6749 §6).
///
/// No `scope` is sent, unless the service wants it again: the grant keeps those it has.
pub fn refresh_request(service: &Service, secret: Option<&ClientSecret>, token: &RefreshToken) -> Request {
    let request = oauth2_crate::capture_refresh(service, secret, token);
    bend(basic_as_wanted(request, service, secret), service, Purpose::Refresh)
}

/// Basic without form-encoding, which the `oauth2` crate does not know.
pub(super) fn basic_as_wanted(
    mut request: Request,
    service: &Service,
    secret: Option<&ClientSecret>,
) -> Request {
    match (service.client_authentication, secret) {
        (ClientAuthentication::BasicRaw, Some(secret)) => {
            let raw = basic(service, secret);
            for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "authorization") {
                value.clone_from(&raw);
            }
        }
        (ClientAuthentication::BasicRaw, None)
        | (ClientAuthentication::Basic | ClientAuthentication::Post | ClientAuthentication::None, _) => {}
    }
    request
}

/// The value of an `Authorization` header: Basic, form-encoded first unless the service wants it raw (R-TK-01).
pub(super) fn basic(service: &Service, secret: &ClientSecret) -> Zeroizing<String> {
    let pair = match service.client_authentication {
        ClientAuthentication::BasicRaw => format!("{}:{}", service.client_id, secret.expose()),
        ClientAuthentication::Basic | ClientAuthentication::Post | ClientAuthentication::None => {
            let id: String = byte_serialize(service.client_id.as_bytes()).collect();
            let secret: Zeroizing<String> =
                Zeroizing::new(byte_serialize(secret.expose().as_bytes()).collect());
            format!("{id}:{}", *secret)
        }
    };
    Zeroizing::new(format!("Basic {}", STANDARD.encode(Zeroizing::new(pair).as_bytes())))
}

/// Who asks. Some providers (GitHub) refuse requests without it.
pub(super) fn user_agent() -> (String, Zeroizing<String>) {
    ("user-agent".to_owned(), Zeroizing::new(concat!("Grantkeep/", env!("CARGO_PKG_VERSION")).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::example::{form, header, service};

    const ID: &str = "id with:colon";
    const SECRET: &str = "s3cr&t +é";

    #[test]
    fn client_authentication_is_exactly_one() {
        // R-TK-01
        let encoded = format!("Basic {}", STANDARD.encode("id+with%3Acolon:s3cr%26t+%2B%C3%A9"));
        let raw = format!("Basic {}", STANDARD.encode(format!("{ID}:{SECRET}")));
        let cases = [
            (
                ClientAuthentication::Basic,
                true,
                Some(encoded.as_str()),
                None,
                None,
                "form-encoded before base64",
            ),
            (
                ClientAuthentication::BasicRaw,
                true,
                Some(raw.as_str()),
                None,
                None,
                "as it is, for odd providers",
            ),
            (ClientAuthentication::Post, true, None, Some(ID), Some(SECRET), "both in the body"),
            (
                ClientAuthentication::None,
                true,
                None,
                Some(ID),
                None,
                "a public client sends no secret it may have",
            ),
            (ClientAuthentication::Basic, false, None, Some(ID), None, "no secret: a public client"),
            (ClientAuthentication::BasicRaw, false, None, Some(ID), None, "no secret: a public client"),
            (ClientAuthentication::Post, false, None, Some(ID), None, "no secret: a public client"),
            (ClientAuthentication::None, false, None, Some(ID), None, "a public client"),
        ];
        for (authentication, has_secret, authorization, id, secret, why) in cases {
            let mut service = service();
            service.client_id = ID.to_owned();
            service.client_authentication = authentication;
            let stored = has_secret.then(|| ClientSecret::new(SECRET));
            let redirect_uri = Url::parse("http://127.0.0.1:1234/callback/x").unwrap();
            for request in [
                refresh_request(&service, stored.as_ref(), &RefreshToken::new("r")),
                code_request(&service, stored.as_ref(), &AuthorizationCode::new("c"), &redirect_uri, None),
            ] {
                assert_eq!(header(&request, "authorization"), authorization, "{authentication:?}: {why}");
                assert_eq!(form(&request, "client_id").as_deref(), id, "{authentication:?}: {why}");
                assert_eq!(form(&request, "client_secret").as_deref(), secret, "{authentication:?}: {why}");
            }
        }
    }

    #[test]
    fn a_code_is_exchanged_with_its_redirect_uri_and_verifier() {
        let mut service = service();
        service.endpoints.token = Url::parse("https://auth.example.com/token?tenant=a%20b").unwrap();
        let redirect_uri = Url::parse("http://127.0.0.1:1234/callback/x").unwrap();
        let verifier = CodeVerifier::new("v".repeat(43));

        let request =
            code_request(&service, None, &AuthorizationCode::new("c&d"), &redirect_uri, Some(&verifier));

        assert_eq!(request.method, crate::wire::Method::Post);
        assert_eq!(
            request.url.as_str(),
            "https://auth.example.com/token?tenant=a%20b",
            "R-CB-14: its query is kept"
        );
        assert_eq!(form(&request, "grant_type").as_deref(), Some("authorization_code"));
        assert_eq!(form(&request, "code").as_deref(), Some("c&d"));
        assert_eq!(form(&request, "redirect_uri").as_deref(), Some(redirect_uri.as_str()));
        assert_eq!(form(&request, "code_verifier").as_deref(), Some("v".repeat(43).as_str()));
        assert_eq!(header(&request, "accept"), Some("application/json"), "GitHub answers a form otherwise");
        assert_eq!(header(&request, "content-type"), Some("application/x-www-form-urlencoded"));
        assert!(header(&request, "user-agent").is_some_and(|agent| agent.starts_with("Grantkeep/")));
    }

    #[test]
    fn an_address_that_the_crate_refuses_sends_no_secret() {
        let mut service = service();
        service.endpoints.token =
            Url::parse(&format!("https://auth.example.com/?{}", "x".repeat(70_000))).unwrap();

        let request = refresh_request(&service, Some(&ClientSecret::new(SECRET)), &RefreshToken::new("r"));

        assert_eq!(request.url, service.endpoints.token);
        assert!(request.body.is_empty());
        assert_eq!(header(&request, "authorization"), None);
    }

    #[test]
    fn a_refresh_sends_the_token_and_no_scope() {
        let request = refresh_request(&service(), None, &RefreshToken::new("r+/="));

        assert_eq!(form(&request, "grant_type").as_deref(), Some("refresh_token"));
        assert_eq!(form(&request, "refresh_token").as_deref(), Some("r+/="));
        assert_eq!(form(&request, "scope"), None, "the grant keeps the scopes it has (RFC 6749 §6)");
        assert_eq!(form(&request, "code_verifier"), None);
    }
}
