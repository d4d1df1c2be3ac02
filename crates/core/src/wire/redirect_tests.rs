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
        Ok(RedirectAnswer::Code { code, .. }) => format!("code {}", code.expose()),
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

    assert!(matches!(read("?auth_code=c&state=right"), Ok(RedirectAnswer::Code { .. })));
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
        ("error=access_denied&error_description=No%0A%E2%80%AEway", "ConsentRefused access_denied: No way"),
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
        (asked, "code=c&iss=https%3A%2F%2Fas.example%2F", "WrongIssuer", "no normalisation (RFC 9207 §2.4)"),
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

#[test]
fn an_issuer_that_always_names_itself_has_to() {
    // R-CB-07
    let habits = Habits { names_issuer: true, ..Habits::default() };
    let pending = pending("http://127.0.0.1:1/cb", Some("https://as.example"));
    let cases = [
        ("code=c&iss=https%3A%2F%2Fas.example", "", "as it should be"),
        ("code=c", "NoIssuer", "left out"),
        ("code=c&iss=", "NoIssuer", "empty"),
        ("error=access_denied", "NoIssuer", "errors, too"),
        ("code=c&iss=https%3A%2F%2Fevil.example", "WrongIssuer", "another one"),
    ];
    for (query, expected, why) in cases {
        let address = RedirectAddress::new(format!("http://127.0.0.1:1/cb?state=right&{query}"));
        let refused = read_redirect(&address, &pending, &habits).err();
        let refused = refused.map(|refused| format!("{refused:?}")).unwrap_or_default();
        assert!(refused.starts_with(expected) && refused.is_empty() == expected.is_empty(), "{query}: {why}");
    }
    let unsolicited = RedirectAddress::new("http://127.0.0.1:1/cb?state=wrong&code=c");
    let refused = read_redirect(&unsolicited, &pending, &habits).err();
    assert_eq!(refused, Some(RedirectRefused::WrongState), "R-CB-05: state comes first");
}

#[test]
fn what_the_redirect_brings_besides_is_kept_where_the_service_is_known_for_it() {
    let habits = Habits { redirect_fields: "realmId shop".to_owned(), ..Habits::default() };
    let cases = [
        (None, "realmId=9&x=1", Some(r#"{"realmId":"9"}"#), "QuickBooks"),
        (None, "realmId=9&realmId=8", Some(r#"{"realmId":"9"}"#), "twice: the first"),
        (None, "x=1", None, "nothing that was wanted"),
        (None, "iss=https://as.example", Some(r#"{"iss":"https://as.example"}"#), "R-CB-07: recorded"),
        (Some("https://as.example"), "iss=https://as.example", None, "compared, so not recorded"),
    ];
    for (issuer, query, expected, why) in cases {
        let pending = pending("http://127.0.0.1:1/cb", issuer);
        let address = RedirectAddress::new(format!("http://127.0.0.1:1/cb?state=right&code=c&{query}"));
        let Ok(RedirectAnswer::Code { kept, .. }) = read_redirect(&address, &pending, &habits) else {
            panic!("{query}: {why}");
        };
        assert_eq!(kept.as_ref().map(OtherFields::expose), expected, "{query}: {why}");
    }
}
