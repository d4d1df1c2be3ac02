//! The address that came back (RFC 6749 §4.1.2, RFC 9207).

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::error_response::{ErrorCode, ErrorResponse};
use crate::model::{AuthorizationCode, Failure, FailureKind, Habits, Pending, RedirectAddress, State, plain};

/// What the provider answered. Has no `Debug`: it holds the code.
pub enum RedirectAnswer {
    /// The person agreed.
    Code(AuthorizationCode),
    /// The provider refused, in text made plain.
    Error(Failure),
}

/// Why an address is no answer to this authorization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectRefused {
    /// It is no address, or carries neither a code nor an error in its query.
    #[error("this is not the address of an answer: it has no code")]
    NotAnAnswer,
    /// Scheme, host, port or path differ from the redirect URI.
    #[error("this address leads to another place than the redirect URI of this authorization")]
    WrongPlace,
    /// A parameter of the protocol occurs twice (R-CB-12).
    #[error("the address has `{0}` twice")]
    DuplicateParameter(String),
    /// `state` is missing or belongs to another authorization.
    #[error("this address belongs to another authorization, perhaps an earlier one")]
    WrongState,
    /// It comes from another authorization server (RFC 9207 §2.4).
    #[error("the answer comes from `{got}`, while `{expected}` was asked")]
    WrongIssuer {
        /// The issuer that was asked.
        expected: String,
        /// The one that answered, made plain.
        got: String,
    },
}

/// Reads the answer to `pending` out of the address that came back.
///
/// Checked in this order: shape, place, duplicates, `state` in constant time (R-CB-05), `iss`; only then is it seen
/// whether there is an error or a code. An error wins over a code beside it.
///
/// The place is compared leniently, because people paste: 127.0.0.1, `[::1]` and `localhost` are the same, as are
/// paths with and without a slash at their end, and a missing `http://`. What binds the answer is `state`; the
/// exchange names the redirect URI that was sent, whatever was pasted. Unknown parameters are ignored, even twice
/// (RFC 6749 §4.1.2), as is a fragment (Facebook appends `#_=_`).
///
/// # Errors
/// Why the address is no answer to this authorization. `WrongIssuer` alone is told after `state` was right.
pub fn read_redirect(
    address: &RedirectAddress,
    pending: &Pending,
    habits: &Habits,
) -> Result<RedirectAnswer, RedirectRefused> {
    let url = parse(address.expose(), &pending.redirect_uri).ok_or(RedirectRefused::NotAnAnswer)?;
    if !is_same_place(&url, &pending.redirect_uri) {
        return Err(RedirectRefused::WrongPlace);
    }
    let code = habits.name_of("code");
    let parameters = PARAMETERS.map(|name| if name == "code" { code } else { name });
    if !url.query_pairs().any(|(name, _)| parameters.contains(&name.as_ref())) {
        return Err(RedirectRefused::NotAnAnswer);
    }
    if let Some(name) =
        parameters.iter().find(|name| url.query_pairs().filter(|(n, _)| n == *name).count() > 1)
    {
        return Err(RedirectRefused::DuplicateParameter((*name).to_owned()));
    }
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(field, _)| field == name);
        found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
    };
    if !parameter("state").is_some_and(|state| State::new(state).matches(&pending.state)) {
        return Err(RedirectRefused::WrongState);
    }
    if let (Some(expected), Some(got)) = (&pending.issuer, parameter("iss"))
        && *expected != got
    {
        return Err(RedirectRefused::WrongIssuer {
            expected: expected.clone(),
            got: plain(&got, ISSUER_LIMIT),
        });
    }
    match (parameter("error"), parameter(code)) {
        (Some(error), _) => Ok(RedirectAnswer::Error(refusal(error, parameter("error_description")))),
        (None, Some(code)) => Ok(RedirectAnswer::Code(AuthorizationCode::new(code))),
        (None, None) => Err(RedirectRefused::NotAnAnswer),
    }
}

/// Whether an address carries this `state` (compared in constant time): which of several authorizations is it for?
///
/// Says nothing about the rest of the address: [`read_redirect`] checks that.
pub fn carries_state(address: &RedirectAddress, state: &State) -> bool {
    Url::parse(address.expose().trim()).is_ok_and(|url| {
        url.query_pairs()
            .any(|(name, value)| name == "state" && State::new(value.into_owned()).matches(state))
    })
}

/// Reads an address; browsers hide `http://` in what a person may copy.
fn parse(address: &str, redirect_uri: &Url) -> Option<Url> {
    let address = address.trim();
    let is_web = matches!(redirect_uri.scheme(), "http" | "https");
    let place = address.split(['?', '#']).next().unwrap_or_default();
    let url = if is_web && !place.contains("://") {
        Url::parse(&format!("{}://{address}", redirect_uri.scheme()))
    } else {
        Url::parse(address)
    };
    url.ok()
}

fn is_same_place(url: &Url, redirect_uri: &Url) -> bool {
    let is_same_host = url.host() == redirect_uri.host() || (is_loopback(url) && is_loopback(redirect_uri));
    url.scheme() == redirect_uri.scheme()
        && is_same_host
        && url.port_or_known_default() == redirect_uri.port_or_known_default()
        && url.path().trim_end_matches('/') == redirect_uri.path().trim_end_matches('/')
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// What an error response means (RFC 6749 §4.1.2.1). It never ends a grant that is there.
fn refusal(error: String, description: Option<String>) -> Failure {
    let error = ErrorResponse::new(error, description);
    let by_code = || match error.code {
        ErrorCode::AccessDenied => FailureKind::ConsentRefused,
        ErrorCode::InvalidScope => FailureKind::InvalidScope,
        ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => FailureKind::ClientRefused,
        ErrorCode::Passing => FailureKind::Busy,
        ErrorCode::InvalidGrant
        | ErrorCode::UnsupportedTokenType
        | ErrorCode::InvalidToken
        | ErrorCode::Other => FailureKind::Refused,
    };
    let kind = error.known_kind(None).unwrap_or_else(by_code);
    Failure { said: Some(error.said()), ..Failure::of(kind) }
}

/// Parameters that occur once each (RFC 6749 §4.1.2, RFC 9207 §2).
const PARAMETERS: [&str; 6] = ["state", "code", "error", "error_description", "error_uri", "iss"];
/// Characters of an issuer that are kept.
const ISSUER_LIMIT: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Link, Parameter, ScopeSet, Timestamp};
    use crate::wire::example::url;

    fn pending(redirect_uri: &str, issuer: Option<&str>) -> Pending {
        Pending {
            id: "1".to_owned(),
            account: "example".parse().unwrap(),
            link: Link::new(""),
            state: State::new("right"),
            code_verifier: None,
            nonce: None,
            redirect_uri: url(redirect_uri),
            asked: ScopeSet::default(),
            issuer: issuer.map(str::to_owned),
            hosts: Vec::new(),
            tried: Vec::new(),
            started_at: Timestamp::from_millis(0),
            expires_at: Timestamp::from_millis(1),
        }
    }

    /// The outcome in a word: the code, the failure's kind and text, or why it was refused.
    fn read(address: &str, pending: &Pending) -> String {
        match read_redirect(&RedirectAddress::new(address), pending, &Habits::default()) {
            Ok(RedirectAnswer::Code(code)) => format!("code {}", code.expose()),
            Ok(RedirectAnswer::Error(failure)) => format!("{:?} {}", failure.kind, failure.said.unwrap()),
            Err(refused) => format!("{refused:?}"),
        }
    }

    #[test]
    fn a_code_of_another_name_is_read() {
        let habits = Habits {
            names: vec![Parameter { name: "code".to_owned(), value: "auth_code".to_owned() }],
            ..Habits::default()
        };
        let pending = pending("http://127.0.0.1:1234/cb", None);
        let read = |query: &str| {
            let address = RedirectAddress::new(format!("http://127.0.0.1:1234/cb{query}"));
            read_redirect(&address, &pending, &habits)
        };

        assert!(matches!(read("?auth_code=c&state=right"), Ok(RedirectAnswer::Code(_))));
        assert!(matches!(read("?code=c&state=right"), Err(RedirectRefused::NotAnAnswer)));
        let twice = read("?auth_code=c&auth_code=d&state=right");
        assert!(matches!(twice, Err(RedirectRefused::DuplicateParameter(_))), "R-CB-12");
    }

    #[test]
    fn parameters_are_checked_before_the_answer_is_looked_at() {
        // R-CB-05, R-CB-12
        let cases = [
            ("?code=c&state=right", "code c", "RFC 6749 §4.1.2"),
            ("?code=c%2B%2F&state=right&realmId=9&realmId=9", "code c+/", "unknown parameters are ignored"),
            ("?code=c&state=right#_=_", "code c", "Facebook's fragment"),
            ("?code=c&state=wrong", "WrongState", "another authorization"),
            ("?code=c&state=righ", "WrongState", "a part of it"),
            ("?code=c&state=", "WrongState", "empty"),
            ("?code=c", "WrongState", "missing"),
            ("?error=access_denied&state=wrong", "WrongState", "a web page must not end it"),
            ("?error=access_denied", "WrongState", "nor without state"),
            ("?code=c&code=d&state=right", "DuplicateParameter(\"code\")", "which one?"),
            ("?code=c&state=right&state=right", "DuplicateParameter(\"state\")", "even the same"),
            ("?code=c&state=wrong&state=right", "DuplicateParameter(\"state\")", "smuggled"),
            ("?error=a&error=b&state=wrong", "DuplicateParameter(\"error\")", "before state"),
            ("?code=c&state=right&iss=a&iss=b", "DuplicateParameter(\"iss\")", "RFC 9207"),
            ("?state=right", "NotAnAnswer", "neither code nor error"),
            ("?code=&state=right", "NotAnAnswer", "an empty code"),
            ("", "NotAnAnswer", "no query"),
            ("#code=c&state=right", "NotAnAnswer", "a fragment is not read (R-CB-02)"),
            ("#access_token=t&state=right", "NotAnAnswer", "implicit"),
            ("?code=c&error=access_denied&state=right", "ConsentRefused access_denied", "an error wins"),
        ];
        let pending = pending("http://127.0.0.1:1234/callback/x", None);
        for (rest, expected, why) in cases {
            assert_eq!(
                read(&format!("http://127.0.0.1:1234/callback/x{rest}"), &pending),
                expected,
                "{rest}: {why}"
            );
        }
    }

    #[test]
    fn an_error_is_a_kind_and_plain_text() {
        let cases = [
            (
                "error=access_denied&error_description=No%0A%E2%80%AEway",
                "ConsentRefused access_denied: No way",
            ),
            ("error=user_cancelled_login", "ConsentRefused user_cancelled_login"),
            ("error=invalid_scope", "InvalidScope invalid_scope"),
            ("error=unauthorized_client", "ClientRefused unauthorized_client"),
            ("error=temporarily_unavailable", "Busy temporarily_unavailable"),
            ("error=invalid_grant", "Refused invalid_grant"),
            ("error=login_required", "Refused login_required"),
        ];
        let pending = pending("http://127.0.0.1:1234/callback/x", None);
        for (query, expected) in cases {
            assert_eq!(
                read(&format!("http://127.0.0.1:1234/callback/x?state=right&{query}"), &pending),
                expected
            );
        }
    }

    #[test]
    fn the_place_is_compared_leniently() {
        let loopback = "http://127.0.0.1:1234/callback/x";
        let scheme = "io.github.grantkeep:/callback/x";
        let (here, elsewhere) = (true, false);
        let cases = [
            (loopback, "http://localhost:1234/callback/x", here, "the same machine"),
            (loopback, "http://[::1]:1234/callback/x", here, "the same machine"),
            (loopback, "  127.0.0.1:1234/callback/x", here, "pasted without its scheme"),
            (loopback, "localhost:1234/callback/x", here, "`localhost:` is no scheme"),
            (loopback, "http://127.0.0.1:1234/callback/x/", here, "a slash at the end"),
            (loopback, "http://127.0.0.2:1234/callback/x", elsewhere, "another host"),
            (loopback, "http://evil.example:1234/callback/x", elsewhere, "another host"),
            (loopback, "http://127.0.0.1:1235/callback/x", elsewhere, "another port"),
            (loopback, "https://127.0.0.1:1234/callback/x", elsewhere, "another scheme"),
            (loopback, "http://127.0.0.1:1234/callback/y", elsewhere, "another service's path (R-CB-06)"),
            (loopback, "http://me@127.0.0.1:1234/callback/x", elsewhere, "userinfo"),
            ("https://e.org", "https://e.org:443/", here, "the scheme's own port"),
            ("https://e.org/cb?own=1", "https://e.org/cb", here, "its own query says nothing"),
            ("https://e.org/cb", "https://localhost/cb", elsewhere, "loopback is not everywhere"),
            (scheme, "io.github.grantkeep:/callback/x", here, "the app's own scheme"),
            (
                scheme,
                "io.github.grantkeep:///callback/x",
                here,
                "with an empty host, as some systems hand it over",
            ),
            (scheme, "io.github.grantkeep:/callback/y", elsewhere, "another service's path"),
            (scheme, "io.github.other:/callback/x", elsewhere, "another scheme"),
        ];
        for (redirect_uri, address, is_here, why) in cases {
            let outcome = read(&format!("{address}?code=c&state=right"), &pending(redirect_uri, None));
            assert_eq!(outcome, if is_here { "code c" } else { "WrongPlace" }, "{address}: {why}");
        }
        for text in ["", "no address", "://", "javascript:alert(1)"] {
            assert_ne!(read(text, &pending(scheme, None)), "code c", "{text}");
        }
    }

    #[test]
    fn an_address_tells_which_authorization_it_is_for() {
        let cases = [
            ("io.github.grantkeep:/callback/x?code=c&state=right", true, "its own"),
            (" io.github.grantkeep:/callback/x?error=x&state=right ", true, "an error, with space around"),
            ("io.github.grantkeep:/callback/x?code=c&state=wrong", false, "another's"),
            ("io.github.grantkeep:/callback/x?code=right", false, "another parameter"),
            ("io.github.grantkeep:/callback/x#state=right", false, "a fragment"),
            ("state=right", false, "no address"),
        ];
        for (address, carries, why) in cases {
            assert_eq!(carries_state(&RedirectAddress::new(address), &State::new("right")), carries, "{why}");
        }
    }

    #[test]
    fn the_issuer_is_compared_exactly_where_it_is_known() {
        // R-CB-07
        let asked = Some("https://as.example");
        let cases = [
            (asked, "code=c&iss=https%3A%2F%2Fas.example", "code c", "the same"),
            (
                asked,
                "code=c&iss=https%3A%2F%2Fas.example%2F",
                "WrongIssuer",
                "no normalisation (RFC 9207 §2.4)",
            ),
            (asked, "code=c&iss=https%3A%2F%2Fevil.example", "WrongIssuer", "mix-up"),
            (asked, "error=access_denied&iss=https%3A%2F%2Fevil.example", "WrongIssuer", "errors, too"),
            (asked, "code=c&iss=https://as.example", "code c", "not escaped"),
            (asked, "code=c", "code c", "most providers send none"),
            (None, "code=c&iss=https%3A%2F%2Fas.example", "code c", "nothing to compare with"),
        ];
        for (issuer, query, expected, why) in cases {
            let pending = pending("http://127.0.0.1:1/cb", issuer);
            for place in ["http://127.0.0.1:1/cb", "127.0.0.1:1/cb"] {
                let outcome = read(&format!("{place}?state=right&{query}"), &pending);
                assert!(outcome.starts_with(expected), "{query}: {why}: {outcome}");
            }
        }
    }
}
