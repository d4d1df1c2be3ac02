use proptest::prelude::*;

use super::*;
use crate::wire::example::{answer, header, url};

const ENDPOINT: &str = "https://id.example.com/register";

fn registration(endpoint: &Url) -> Registration<'_> {
    Registration {
        endpoint,
        redirect_uri: "http://127.0.0.1/callback/x-1a2b",
        authentication: ClientAuthentication::Basic,
        scope: "openid notes",
    }
}

fn read(status: u16, body: &str) -> Result<Registered, NotRegistered> {
    let endpoint = url(ENDPOINT);
    read_registration(&registration(&endpoint), true, &Ok(answer(status, &[], body.as_bytes())))
}

/// A good answer with some fields replaced.
fn with(fields: &Value) -> Result<Registered, NotRegistered> {
    let mut body = json!({
        "client_id": "s6BhdRkqt3",
        "client_secret": "cf136dc3c1fc93f31185e5885805d",
        "client_secret_expires_at": 1_577_858_400,
        "token_endpoint_auth_method": "client_secret_basic",
        "registration_access_token": "this.is.an.access.token",
        "registration_client_uri": "https://id.example.com/register/s6BhdRkqt3",
    });
    body.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap_or_default());
    read(201, &body.to_string())
}

#[test]
fn a_native_client_is_registered_for_the_code_flow() {
    let endpoint = url(ENDPOINT);
    let token = InitialAccessToken::new("let-me-in");

    let request = registration_request(&registration(&endpoint), Some(&token)).unwrap();

    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let expected = json!({
        "client_name": "Grantkeep",
        "application_type": "native",
        "redirect_uris": ["http://127.0.0.1/callback/x-1a2b"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid notes",
    });
    assert_eq!((body, request.method, request.url.as_str()), (expected, Method::Post, ENDPOINT));
    assert_eq!(header(&request, "authorization"), Some("Bearer let-me-in"));
    let bare =
        Registration { scope: "", authentication: ClientAuthentication::None, ..registration(&endpoint) };
    let request = registration_request(&bare, None).unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((body.get("scope"), &body["token_endpoint_auth_method"]), (None, &json!("none")));
    assert_eq!(header(&request, "authorization"), None);
    let smuggled = InitialAccessToken::new("a\r\nx: y");
    assert!(registration_request(&bare, Some(&smuggled)).is_none(), "no header is smuggled in");
}

#[test]
fn an_answer_brings_the_client_its_secret_and_how_to_delete_it() {
    let registered = with(&json!({})).ok().unwrap();

    assert_eq!(registered.client_id, "s6BhdRkqt3");
    assert!(registered.secret.unwrap().matches(&ClientSecret::new("cf136dc3c1fc93f31185e5885805d")));
    assert_eq!(registered.secret_expires_at, Some(Timestamp::from_millis(1_577_858_400_000)));
    assert_eq!(registered.authentication, ClientAuthentication::Basic);
    let management = registered.management.unwrap();
    let request = deletion_request(&management.uri, &management.token).unwrap();
    assert_eq!((request.method, request.url.path()), (Method::Delete, "/register/s6BhdRkqt3"));
    assert_eq!(header(&request, "authorization"), Some("Bearer this.is.an.access.token"));
}

#[test]
fn the_date_on_which_a_secret_runs_out_is_read_leniently() {
    let cases = [
        (json!(0), None, "never"),
        (json!(1_700_000_000), Some(1_700_000_000_000), "seconds"),
        (json!("1700000000"), Some(1_700_000_000_000), "as a text"),
        (json!(1_700_000_000.9), Some(1_700_000_000_000), "a fraction"),
        (json!(null), None, "not told"),
        (json!(-1), None, "nonsense"),
        (json!(1e300), None, "nonsense"),
        (json!([]), None, "nonsense"),
    ];
    for (value, millis, why) in cases {
        let registered = with(&json!({ "client_secret_expires_at": value })).ok().unwrap();
        assert_eq!(registered.secret_expires_at.map(Timestamp::millis), millis, "{value}: {why}");
    }
}

#[test]
fn the_token_to_delete_a_client_goes_to_no_other_server() {
    // R-ST-14
    let cases = [
        ("https://id.example.com/x", true, "the same origin"),
        ("https://evil.example/x", false, "another host"),
        ("https://id.example.com:8443/x", false, "another port"),
        ("http://id.example.com/x", false, "in the open"),
        ("https://u:p@id.example.com/x", false, "a password"),
        ("/register/x", false, "no whole address"),
    ];
    for (uri, kept, why) in cases {
        let registered = with(&json!({ "registration_client_uri": uri })).ok().unwrap();
        assert_eq!(registered.management.is_some(), kept, "{why}");
    }
    let without = with(&json!({ "registration_access_token": null })).ok().unwrap();
    assert!(without.management.is_none());
}

#[test]
fn the_provider_has_the_last_word_on_client_authentication() {
    use ClientAuthentication::{Basic, None as Public, Post};
    let cases = [
        (json!({ "token_endpoint_auth_method": "client_secret_post" }), Some(Post), "another one"),
        (json!({ "token_endpoint_auth_method": null }), Some(Basic), "not told: as asked"),
        (
            json!({ "token_endpoint_auth_method": null, "client_secret": null }),
            Some(Public),
            "not told, and no secret came",
        ),
        (json!({ "token_endpoint_auth_method": "none" }), Some(Public), "public, whatever secret came along"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), None, "one that Grantkeep lacks"),
        (json!({ "client_secret": "" }), None, "Basic without a secret"),
    ];
    for (fields, authentication, why) in cases {
        assert_eq!(with(&fields).ok().map(|registered| registered.authentication), authentication, "{why}");
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let said = |text: &str| Some(text.to_owned());
    let cases = [
        (401, "", NotRegistered::TokenNeeded { was_sent: true, said: None }, "nobody may without a token"),
        (
            403,
            r#"{"error":"invalid_token","error_description":"used up"}"#,
            NotRegistered::TokenNeeded { was_sent: true, said: said("invalid_token: used up") },
            "this one does not do",
        ),
        (
            400,
            r#"{"error":"invalid_redirect_uri","error_description":"no http"}"#,
            NotRegistered::Refused { status: 400, said: said("invalid_redirect_uri: no http") },
            "RFC 7591 §3.2.2",
        ),
        (404, "<html>", NotRegistered::Refused { status: 404, said: None }, "nothing there"),
        (302, "", NotRegistered::Refused { status: 302, said: None }, "redirects are not followed"),
        (503, "", NotRegistered::Busy { status: 503 }, "it passes"),
        (
            200,
            r#"{"error":"invalid_client_metadata"}"#,
            NotRegistered::Refused { status: 200, said: said("invalid_client_metadata") },
            "R-TK-06",
        ),
        (201, "<html>", NotRegistered::Unreadable { reason: "It is no JSON object." }, "a page"),
        (201, "{}", NotRegistered::Unreadable { reason: "It has no client ID." }, "nothing in it"),
    ];
    for (status, body, refused, why) in cases {
        assert_eq!(read(status, body).err(), Some(refused), "{why}");
    }
}

#[test]
fn a_deletion_says_what_happened() {
    let cases = [(204, true), (200, true), (401, false), (404, false), (405, false), (500, false)];
    for (status, gone) in cases {
        let deletion = read_deletion("Acme", &Ok(answer(status, &[], b"")));
        assert_eq!(deletion.gone, gone, "{status}");
        assert!(
            deletion.how.contains(&status.to_string()) && deletion.how.ends_with('.'),
            "{}",
            deletion.how
        );
    }
    let unreachable = read_deletion("Acme", &Err(Unreachable { reason: "no route".to_owned() }));
    assert!(!unreachable.gone && unreachable.how.contains("no route"));
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100..600_u16, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let endpoint = url(ENDPOINT);
        let _ = read_registration(&registration(&endpoint), false, &Ok(answer(status, &[], &body)));
    }

    #[test]
    fn no_odd_field_makes_it_panic(
        name in "client_id|client_secret|client_secret_expires_at|registration_client_uri|token_endpoint_auth_method",
        text in ".{0,40}", number in any::<f64>(), is_text in any::<bool>(),
    ) {
        let value = if is_text { json!(text) } else { json!(number) };
        let _ = with(&json!({ name: value }));
    }
}
