//! The link for the browser (RFC 6749 §4.1.1, RFC 7636 §4.3).

use url::Url;
use url::form_urlencoded;

use super::habits::bend_query;
use super::oauth2_crate;
use crate::model::{CodeVerifier, Link, Nonce, STANDARD_PARAMETERS, Service, State};

/// What a link is made of.
pub struct AuthorizationRequest<'a> {
    /// The service: endpoint, client, scopes, extra parameters.
    pub service: &'a Service,
    /// Where the answer is to come, port included.
    pub redirect_uri: &'a Url,
    /// Binds the answer to this question.
    pub state: &'a State,
    /// PKCE verifier, unless the service opted out (R-CB-03).
    pub code_verifier: Option<&'a CodeVerifier>,
    /// Nonce, where an ID token is asked.
    pub nonce: Option<&'a Nonce>,
}

/// Returns the address that the person's browser is to open (RFC 6749 §4.1.1).
///
/// The endpoint's own query comes first and is kept as it is written; then the standard parameters, then the
/// service's extra ones. Neither the endpoint's query nor an extra parameter can stand in for a standard one
/// (R-CB-14), and no standard parameter occurs twice (RFC 6749 §3.1).
/// Spaces are written `%20`, which every decoder reads alike.
pub fn authorization_request(request: &AuthorizationRequest<'_>) -> Link {
    let service = request.service;
    let mut further = Vec::new();
    if let Some(nonce) = request.nonce {
        further.push(("nonce", nonce.expose()));
    }
    let extra = service.authorize_parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    further.extend(extra.filter(|(name, _)| !is_standard(name)));
    let asked = oauth2_crate::authorization_query(
        service,
        request.redirect_uri,
        request.state,
        request.code_verifier,
        &further,
    );
    let asked = bend_query(&asked, &service.habits);

    let mut url = service.endpoints.authorize.clone();
    // RFC 6749 §3.1: the endpoint has no fragment.
    url.set_fragment(None);
    let query = match own_query(&service.endpoints.authorize) {
        Some(own) => format!("{own}&{asked}"),
        None => asked,
    };
    url.set_query(Some(&query));
    Link::new(String::from(url))
}

/// The endpoint's own query without standard parameters; untouched where it has none of them.
fn own_query(endpoint: &Url) -> Option<String> {
    let own = endpoint.query().filter(|query| !query.is_empty())?;
    if !endpoint.query_pairs().any(|(name, _)| is_standard(&name)) {
        return Some(own.to_owned());
    }
    let kept = endpoint.query_pairs().filter(|(name, _)| !is_standard(name));
    let kept = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    (!kept.is_empty()).then_some(kept)
}

fn is_standard(name: &str) -> bool {
    STANDARD_PARAMETERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ScopeSet;
    use crate::wire::example::{service, url};

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn link(service: &Service, verifier: Option<&str>, nonce: Option<&str>) -> Url {
        let link = authorization_request(&AuthorizationRequest {
            service,
            redirect_uri: &url("http://127.0.0.1:1234/callback/x"),
            state: &State::new("st&te"),
            code_verifier: verifier.map(CodeVerifier::new).as_ref(),
            nonce: nonce.map(Nonce::new).as_ref(),
        });
        url(link.expose())
    }

    fn values(link: &Url, name: &str) -> Vec<String> {
        link.query_pairs().filter(|(field, _)| field == name).map(|(_, value)| value.into_owned()).collect()
    }

    #[test]
    fn standard_parameters_are_sent_once_each() {
        let link = link(&service(), Some(VERIFIER), Some("n0nce"));

        assert!(link.as_str().starts_with("https://auth.example.com/authorize?"));
        let expected = [
            ("response_type", "code", "R-CB-02: never implicit"),
            ("client_id", "client", "RFC 6749 §4.1.1"),
            ("redirect_uri", "http://127.0.0.1:1234/callback/x", "with its port"),
            ("scope", "read write", "separated by a space"),
            ("state", "st&te", "escaped"),
            ("code_challenge", CHALLENGE, "RFC 7636 appendix B"),
            ("code_challenge_method", "S256", "R-CB-03: never plain"),
            ("nonce", "n0nce", "OpenID Connect"),
        ];
        for (name, value, why) in expected {
            assert_eq!(values(&link, name), [value], "{name}: {why}");
        }
        assert!(link.as_str().contains("read%20write"), "a space is %20");
    }

    #[test]
    fn what_is_not_wanted_is_left_out() {
        let mut service = service();
        service.scopes = ScopeSet::default();

        let link = link(&service, None, None);

        for name in ["scope", "code_challenge", "code_challenge_method", "nonce"] {
            assert!(values(&link, name).is_empty(), "{name} is absent, not empty");
        }
    }

    #[test]
    fn neither_the_endpoint_nor_extra_parameters_override_standard_ones() {
        // R-CB-14
        let cases = [
            ("a=1", "https://auth.example.com/authorize?a=1&response_type=", "kept in front"),
            ("a=b+c%20d", "https://auth.example.com/authorize?a=b+c%20d&response_type=", "kept as written"),
            (
                "a=1&state=x",
                "https://auth.example.com/authorize?a=1&response_type=",
                "standard ones are dropped",
            ),
            (
                "response_type=token",
                "https://auth.example.com/authorize?response_type=code",
                "so is a lone one",
            ),
            ("", "https://auth.example.com/authorize?response_type=", "an empty query"),
        ];
        for (own, start, why) in cases {
            let mut service = service();
            service.endpoints.authorize.set_query(Some(own));
            service.authorize_parameters = vec![
                ("access_type".to_owned(), "offline".to_owned()),
                ("state".to_owned(), "forged".to_owned()),
                ("redirect_uri".to_owned(), "https://evil.example".to_owned()),
                ("code_challenge_method".to_owned(), "plain".to_owned()),
                ("nonce".to_owned(), "forged".to_owned()),
            ];
            let link = link(&service, Some(VERIFIER), None);
            assert!(link.as_str().starts_with(start), "{own}: {why}");
            assert_eq!(values(&link, "access_type"), ["offline"], "{own}: other extras are sent");
            assert_eq!(values(&link, "state"), ["st&te"], "{own}");
            assert_eq!(values(&link, "redirect_uri"), ["http://127.0.0.1:1234/callback/x"], "{own}");
            assert_eq!(values(&link, "code_challenge_method"), ["S256"], "{own}");
            assert!(values(&link, "nonce").is_empty(), "{own}");
        }
    }

    #[test]
    fn a_fragment_of_the_endpoint_does_not_swallow_the_query() {
        let mut service = service();
        service.endpoints.authorize = url("https://auth.example.com/authorize#top");

        let link = link(&service, None, None);

        assert_eq!(link.fragment(), None, "RFC 6749 §3.1");
        assert_eq!(values(&link, "state"), ["st&te"]);
    }

    #[test]
    fn a_verifier_of_a_wrong_length_never_weakens_the_request() {
        for length in [0, 42, 129] {
            let link = link(&service(), Some(&"v".repeat(length)), None);
            assert_eq!(values(&link, "code_challenge"), [""], "{length}: refused by the provider");
        }
        for length in [43, 128] {
            let link = link(&service(), Some(&"v".repeat(length)), None);
            assert_eq!(values(&link, "code_challenge")[0].len(), 43, "{length}");
        }
    }
}
