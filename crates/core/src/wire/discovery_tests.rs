use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{ClientAuthentication, RevocationDraft, ScopeSet};
use crate::wire::example::{answer, header, url};

/// Header fields of an answer.
type Fields = &'static [(&'static str, &'static str)];

fn asked(text: &str) -> Asked {
    Asked::read(text).unwrap()
}

/// Metadata as it should be.
fn good() -> Value {
    json!({
        "issuer": "https://id.example.com",
        "authorization_endpoint": "https://id.example.com/authorize?tenant=1",
        "token_endpoint": "https://token.example.net/token",
        "revocation_endpoint": "https://id.example.com/revoke",
        "userinfo_endpoint": "https://id.example.com/me",
        "jwks_uri": "https://id.example.com/keys",
        "registration_endpoint": "https://id.example.com/register",
        "scopes_supported": ["openid", "email", "offline_access", "notes"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn look(asked: &Asked, body: &Value) -> Looked {
    read_discovery(asked, &asked.candidates()[0], &answer(200, &[], body.to_string().as_bytes()))
}

fn found(body: &Value) -> Metadata {
    match look(&asked("id.example.com"), body) {
        Looked::Found(metadata) => *metadata,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_place_where_metadata_may_be_is_looked_at() {
    const OPENID: &str = "/.well-known/openid-configuration";
    const OAUTH: &str = "/.well-known/oauth-authorization-server";
    let plain = |origin: &str| vec![format!("{origin}{OPENID}"), format!("{origin}{OAUTH}")];
    let deep = |origin: &str, path: &str| {
        vec![
            format!("{origin}{path}{OPENID}"),
            format!("{origin}{OAUTH}{path}"),
            format!("{origin}{OPENID}{path}"),
            format!("{origin}{path}{OAUTH}"),
        ]
    };
    let cases = [
        ("accounts.example.com", plain("https://accounts.example.com"), "a host"),
        (" https://accounts.example.com/ ", plain("https://accounts.example.com"), "an issuer with a slash"),
        ("https://example.com/realms/x", deep("https://example.com", "/realms/x"), "an issuer with a path"),
        ("example.com/realms/x/", deep("https://example.com", "/realms/x"), "without a scheme"),
        ("https://example.com:8443/a", deep("https://example.com:8443", "/a"), "a port"),
        ("127.0.0.1:4455", plain("http://127.0.0.1:4455"), "a server on this computer"),
        ("localhost:4455/x", deep("http://localhost:4455", "/x"), "by name"),
        (
            "https://example.com/a/.well-known/openid-configuration",
            deep("https://example.com", "/a"),
            "the address of the metadata itself",
        ),
        (
            "https://example.com/.well-known/oauth-authorization-server/a",
            deep("https://example.com", "/a"),
            "the same by RFC 8414",
        ),
    ];
    for (typed, candidates, why) in cases {
        let asked: Vec<_> = asked(typed).candidates().iter().map(Url::to_string).collect();
        assert_eq!(asked, candidates, "{typed}: {why}");
    }
}

#[test]
fn what_is_no_issuer_is_told_at_its_field() {
    let cases = [
        ("", None, "nothing"),
        ("two words", None, "words"),
        ("https://", None, "no host"),
        ("ftp://example.com", None, "another scheme"),
        ("http://example.com/x", Some("https://example.com/x"), "in the open"),
        ("https://ada:pw@example.com", None, "a password"),
        ("https://example.com/x?tenant=1", Some("https://example.com/x"), "a query"),
        ("https://example.com/x#top", Some("https://example.com/x"), "a fragment"),
        (&"x".repeat(5000), None, "too long"),
    ];
    for (typed, fix, why) in cases {
        let problem = Asked::read(typed).unwrap_err();
        assert_eq!(problem.field, "issuer", "{why}");
        assert_eq!(problem.fix.map(|fix| fix.value).as_deref(), fix, "{why}");
    }
}

#[test]
fn metadata_counts_only_for_the_issuer_that_was_asked() {
    // R-TK-15
    let cases = [
        ("https://id.example.com", "https://id.example.com", true, "the same"),
        ("https://id.example.com", "https://id.example.com/", true, "with the slash that nobody types"),
        ("https://id.example.com/", "https://ID.example.com:443", true, "another spelling"),
        ("https://id.example.com", "https://id.example.com/x", false, "another path"),
        ("https://id.example.com/x", "https://id.example.com/x", true, "the same path"),
        ("https://id.example.com/x", "https://id.example.com/X", false, "paths have letters of two sizes"),
        ("https://id.example.com/x", "https://id.example.com", false, "the path is missing"),
        ("id.example.com", "https://id.example.com/x", true, "a host was asked"),
        ("id.example.com", "https://example.com", false, "another host"),
        ("id.example.com", "https://id.example.com.evil.example", false, "a longer host"),
        ("id.example.com", "https://id.example.com@evil.example", false, "the host as a user name"),
        ("id.example.com", "https://id.example.com:8443", false, "another port"),
        ("id.example.com", "http://id.example.com", false, "in the open"),
        ("id.example.com", "https://id.example.com/?x", false, "a query"),
        ("id.example.com", "https://id.exa\nmple.com", false, "a line break, which the parser overlooks"),
        ("id.example.com", "id.example.com", false, "no address"),
    ];
    for (typed, issuer, counts, why) in cases {
        let mut body = good();
        body["issuer"] = json!(issuer);
        let looked = look(&asked(typed), &body);
        match looked {
            Looked::Found(metadata) => assert!(counts && metadata.issuer == issuer, "{typed}: {why}"),
            Looked::Nothing(NoMetadata::OtherIssuer { .. }) => assert!(!counts, "{typed}: {why}"),
            other => panic!("{typed}: {why}: {other:?}"),
        }
    }
}

#[test]
fn metadata_that_lies_is_refused_with_the_reason() {
    let unfit = |what, address: &str| NoMetadata::UnfitAddress { what, address: address.to_owned() };
    let cases = [
        ("issuer", json!(null), NoMetadata::Missing { what: "issuer" }, "no issuer"),
        ("issuer", json!(["https://id.example.com"]), NoMetadata::Missing { what: "issuer" }, "a list"),
        ("token_endpoint", json!(null), NoMetadata::Missing { what: "token_endpoint" }, "nowhere to go"),
        (
            "authorization_endpoint",
            json!(7),
            NoMetadata::Missing { what: "authorization_endpoint" },
            "a number",
        ),
        (
            "token_endpoint",
            json!("http://id.example.com/token"),
            unfit("token_endpoint", "http://id.example.com/token"),
            "in the open",
        ),
        (
            "token_endpoint",
            json!("http://127.0.0.1:631/"),
            unfit("token_endpoint", "http://127.0.0.1:631/"),
            "a door on this computer",
        ),
        (
            "token_endpoint",
            json!("https://localhost/token"),
            unfit("token_endpoint", "https://localhost/token"),
            "the same over https",
        ),
        (
            "authorization_endpoint",
            json!("javascript:alert(1)"),
            unfit("authorization_endpoint", "javascript:alert(1)"),
            "not for a browser",
        ),
        (
            "authorization_endpoint",
            json!("https://u:p@id.example.com/a"),
            unfit("authorization_endpoint", "https://u:p@id.example.com/a"),
            "a password",
        ),
        ("token_endpoint", json!("/token"), unfit("token_endpoint", "/token"), "no whole address"),
    ];
    for (field, value, reason, why) in cases {
        let mut body = good();
        body[field] = value;
        assert_eq!(look(&asked("id.example.com"), &body), Looked::Nothing(reason), "{why}");
    }
}

#[test]
fn what_is_odd_beside_the_needed_fields_is_left_out() {
    let mut body = good();
    body["revocation_endpoint"] = json!("http://id.example.com/revoke");
    body["userinfo_endpoint"] = json!({ "url": "https://id.example.com/me" });
    body["scopes_supported"] = json!("openid email");
    body["code_challenge_methods_supported"] = json!(["S256", 7, null, "two words", "x".repeat(1000)]);
    body["authorization_response_iss_parameter_supported"] = json!("true");

    let metadata = found(&body);

    assert_eq!((&metadata.revocation, &metadata.userinfo, &metadata.scopes), (&None, &None, &None));
    assert_eq!(metadata.challenge_methods.as_deref(), Some(&["S256".to_owned()][..]));
    assert!(!metadata.names_issuer);
    assert_eq!(metadata.left_out.len(), 3, "{:?}", metadata.left_out);
    assert_eq!(suggest(&metadata).draft.revocation, RevocationDraft::None);
}

#[test]
fn only_a_provider_on_this_computer_may_name_this_computer() {
    let here = json!({
        "issuer": "http://127.0.0.1:4455",
        "authorization_endpoint": "http://127.0.0.1:4455/auth",
        "token_endpoint": "http://127.0.0.1:4455/token",
    });
    assert!(matches!(look(&asked("http://127.0.0.1:4455"), &here), Looked::Found(_)));
    assert!(matches!(look(&asked("127.0.0.1:4455"), &here), Looked::Found(_)));
}

#[test]
fn answers_that_are_no_metadata_are_told_apart() {
    let asked = asked("id.example.com");
    let at = &asked.candidates()[0];
    let elsewhere = |host: &str| Looked::Nothing(NoMetadata::RedirectsElsewhere { host: host.to_owned() });
    let cases: [(u16, Fields, &str, Looked, &str); 14] = [
        (200, &[], "<!doctype html>", Looked::Nothing(NoMetadata::WebPage), "a page"),
        (200, &[], "[]", Looked::Nothing(NoMetadata::Unreadable), "a list"),
        (200, &[], "", Looked::Nothing(NoMetadata::Unreadable), "nothing"),
        (200, &[], "{\"issuer\"", Looked::Nothing(NoMetadata::Unreadable), "half of it"),
        (404, &[], "", Looked::Nothing(NoMetadata::NotThere { status: 404 }), "not there"),
        (401, &[], "", Looked::Nothing(NoMetadata::NotThere { status: 401 }), "behind a login"),
        (503, &[], "", Looked::Nothing(NoMetadata::Busy { status: 503 }), "it passes"),
        (304, &[], "", Looked::Unchanged, "as it was"),
        (301, &[("location", "/x")], "", Looked::Moved(url("https://id.example.com/x")), "the same origin"),
        (302, &[("location", "https://evil.example/x")], "", elsewhere("evil.example"), "another host"),
        (
            307,
            &[("location", "http://id.example.com/x")],
            "",
            elsewhere("http://id.example.com"),
            "in the open",
        ),
        (
            308,
            &[("location", "https://id.example.com:81/")],
            "",
            elsewhere("id.example.com:81"),
            "another port",
        ),
        (302, &[], "", Looked::Nothing(NoMetadata::NotThere { status: 302 }), "to nowhere"),
        (300, &[], "", Looked::Nothing(NoMetadata::NotThere { status: 300 }), "a choice"),
    ];
    for (status, headers, body, expected, why) in cases {
        assert_eq!(read_discovery(&asked, at, &answer(status, headers, body.as_bytes())), expected, "{why}");
    }
    let mut cut = answer(200, &[], good().to_string().as_bytes());
    cut.truncated = true;
    assert_eq!(read_discovery(&asked, at, &cut), Looked::Nothing(NoMetadata::TooLarge));
    let bom = format!("\u{FEFF} {}\n", good());
    let read = read_discovery(&asked, at, &answer(200, &[], bom.as_bytes()));
    assert!(matches!(read, Looked::Found(_)), "a byte order mark is overlooked");
}

#[test]
fn the_form_is_filled_in_as_far_as_the_metadata_tells() {
    let discovered = suggest(&found(&good()));

    let draft = &discovered.draft;
    assert_eq!(draft.title, "example.com");
    assert_eq!(draft.authorize_uri, "https://id.example.com/authorize?tenant=1");
    assert_eq!(draft.token_uri, "https://token.example.net/token");
    assert_eq!(draft.test_uri, "https://id.example.com/me");
    assert_eq!(draft.issuer, "https://id.example.com");
    assert_eq!(draft.client_authentication, ClientAuthentication::Post, "the best of those told");
    assert_eq!(draft.scopes, "openid email offline_access", "those that mean the same everywhere");
    assert_eq!(draft.authorize_parameters[0].value, "consent", "OpenID Connect Core §11");
    assert!(draft.pkce && draft.client_id.is_empty());
    assert!(discovered.registration && discovered.warnings.is_empty(), "{:?}", discovered.warnings);
    let fact =
        |name: &str| discovered.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str());
    assert_eq!(fact("Access token URI"), Some("https://token.example.net/token"), "whole, to be looked at");
    assert_eq!((fact("PKCE"), fact("Issuer in answers")), (Some("plain, S256"), Some("yes")));
    assert_eq!(fact("Device authorization"), None);
}

#[test]
fn what_to_look_at_is_told() {
    let cases = [
        ("code_challenge_methods_supported", json!(["plain"]), "S256"),
        ("grant_types_supported", json!(["client_credentials"]), "authorization code"),
        ("response_types_supported", json!(["id_token"]), "authorization code"),
        ("grant_types_supported", json!(["authorization_code"]), "refresh"),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"]), "private_key_jwt"),
        ("jwks_uri", json!("http://id.example.com/keys"), "jwks_uri"),
    ];
    for (field, value, word) in cases {
        let mut body = good();
        body[field] = value;
        let warnings = suggest(&found(&body)).warnings;
        assert!(
            warnings.iter().any(|text| text.contains(word) && text.ends_with('.')),
            "{field}: {warnings:?}"
        );
    }
    let mut body = good();
    body["response_modes_supported"] = json!(["form_post"]);
    assert!(suggest(&found(&body)).draft.habits.form_post, "the only way it answers");
    body["scopes_supported"] = json!(["read", "write"]);
    assert_eq!(suggest(&found(&body)).draft.scopes, "", "plain OAuth: nobody knows what they mean");
}

#[test]
fn a_provider_of_the_catalog_is_recognised() {
    let mut body = good();
    body["issuer"] = json!("https://accounts.google.com");

    let Looked::Found(metadata) = look(&asked("accounts.google.com"), &body) else { panic!("not found") };

    assert_eq!(suggest(&metadata).provider.as_deref(), Some("google"));
    assert_eq!(suggest(&found(&good())).provider, None);
}

#[test]
fn an_answer_is_fresh_as_long_as_it_says_up_to_an_hour() {
    /// Seconds, and whether it can be asked for.
    type Told = Option<(u64, bool)>;
    let cases: [(Fields, Told, &str); 9] = [
        (&[], Some((0, false)), "says nothing"),
        (&[("cache-control", "public, max-age=600")], Some((600, false)), "as it says"),
        (&[("cache-control", "max-age=86400")], Some((3600, false)), "an hour at most"),
        (&[("cache-control", "Max-Age=\"60\"")], Some((60, false)), "spelled oddly"),
        (&[("cache-control", "max-age=-1")], Some((0, false)), "nonsense"),
        (&[("cache-control", "no-cache, max-age=60"), ("etag", "\"1\"")], Some((0, true)), "ask each time"),
        (&[("cache-control", "no-store, max-age=60")], None, "never kept"),
        (&[("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT")], Some((0, true)), "by date"),
        (&[("etag", "\"a\r\nx: y\"")], Some((0, false)), "no header is smuggled in"),
    ];
    for (headers, expected, why) in cases {
        let freshness = Freshness::of(&answer(200, headers, b""));
        let told = freshness.as_ref().map(|fresh| (fresh.fresh_for, fresh.can_be_asked()));
        assert_eq!(told, expected.map(|(seconds, can)| (Duration::from_secs(seconds), can)), "{why}");
    }
    let known = Freshness { etag: Some("\"1\"".to_owned()), ..Freshness::default() };
    let request = discovery_request(url("https://id.example.com/x"), Some(&known));
    assert_eq!(header(&request, "if-none-match"), Some("\"1\""));
    assert_eq!(header(&request, "if-modified-since"), None);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "https?://[a-z.:@/#?]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::from))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn no_metadata_makes_it_panic_or_names_an_unsafe_address(
        fields in prop::collection::btree_map("[a-z_]{1,12}|token_endpoint|revocation_endpoint|scopes_supported|token_endpoint_auth_methods_supported", any_value(), 0..6),
    ) {
        let mut body = good();
        body.as_object_mut().unwrap().extend(fields);
        if let Looked::Found(metadata) = look(&asked("id.example.com"), &body) {
            let discovered = suggest(&metadata);
            for address in [&metadata.authorize, &metadata.token].into_iter().chain(&metadata.revocation) {
                prop_assert_eq!(address.scheme(), "https");
            }
            prop_assert!(ScopeSet::parse(&discovered.draft.scopes).is_ok());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(status in 100..600_u16, body in prop::collection::vec(any::<u8>(), 0..100), typed in ".{0,60}") {
        let asked = Asked::read(&typed).unwrap_or_else(|_| asked("id.example.com"));
        for at in asked.candidates() {
            let _ = read_discovery(&asked, &at, &answer(status, &[("location", &typed)], &body));
        }
    }
}
