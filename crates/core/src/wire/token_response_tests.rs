use proptest::prelude::*;

use super::*;
use crate::model::{FailureKind, Parameter};
use crate::wire::example::{answer, service};

const BOM: &str = "\u{FEFF}";

fn read(status: u16, body: &str) -> Result<TokenResponse, Failure> {
    read_token_response(&service(), &answer(status, &[("content-type", "text/plain")], body.as_bytes()))
}

/// Reads a good answer.
fn good(body: &str) -> TokenResponse {
    read(200, body).unwrap_or_else(|failure| panic!("{body}: {failure:?}"))
}

#[test]
fn json_and_forms_are_read_whatever_their_content_type() {
    // R-TK-05
    let cases = [
        (r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer"}"#.to_owned(), "RFC 6749 §5.1"),
        (format!("{BOM} \r\n{{\"access_token\":\"a\",\"refresh_token\":\"r\"}}\n"), "BOM and space"),
        ("access_token=a&refresh_token=r&token_type=bearer".to_owned(), "a form"),
        (format!("{BOM}\n access_token=a&refresh_token=r \n"), "a form with BOM and space"),
        (r#"{"access_token":"a","refresh_token":"r","x":1e999}"#.to_owned(), "a number beyond all bounds"),
        (r#"{"access_token":"a","refresh_token":"r","x":"\ud800"}"#.to_owned(), "half a surrogate pair"),
        ("{\"access_token\":\"a\",\"refresh_token\":\"r\",\"x\":\"1\n2\"}".to_owned(), "a raw line break"),
        (
            r#"{"ok":true,"authed_user":{"access_token":"a","refresh_token":"r"}}"#.to_owned(),
            "Slack's person",
        ),
    ];
    for (body, why) in cases {
        let tokens = good(&body);
        assert_eq!(tokens.access.expose(), "a", "{why}");
        assert_eq!(tokens.refresh.map(|token| token.expose().to_owned()).as_deref(), Some("r"), "{why}");
    }
    let latin1 = answer(200, &[], b"{\"access_token\":\"a\",\"x\":\"gr\xFC\xDFe\"}");
    assert!(read_token_response(&service(), &latin1).is_ok(), "no UTF-8");
}

#[test]
fn nested_fields_are_read_where_the_service_puts_them() {
    let paths = |pairs: &[(&str, &str)]| {
        let mut service = service();
        let pair =
            |(name, path): &(&str, &str)| Parameter { name: (*name).to_owned(), value: (*path).to_owned() };
        service.habits.token_paths = pairs.iter().map(pair).collect();
        service
    };
    let withings = [("access_token", "body.access_token"), ("refresh_token", "body.refresh_token")];
    let slack =
        [("access_token", "authed_user.access_token"), ("refresh_token", "authed_user.refresh_token")];
    let listed = [("access_token", "tokens.0.value")];
    let cases = [
        (&withings[..], r#"{"status":0,"body":{"access_token":"a","refresh_token":"r"}}"#, true, "Withings"),
        (
            &slack[..],
            r#"{"ok":true,"access_token":"bot","authed_user":{"access_token":"a","refresh_token":"r"}}"#,
            true,
            "Slack's person beside the app's own token",
        ),
        (&withings[..], r#"{"access_token":"a","refresh_token":"r"}"#, true, "where the standard has them"),
        (&withings[..], r#"{"access_token":"a","refresh_token":"r","body":7}"#, true, "another shape"),
        (&listed[..], r#"{"tokens":[{"value":"a"}]}"#, false, "in a list"),
    ];
    for (pairs, body, has_refresh, why) in cases {
        let tokens = read_token_response(&paths(pairs), &answer(200, &[], body.as_bytes())).ok().unwrap();
        assert_eq!(tokens.access.expose(), "a", "{why}");
        assert_eq!(tokens.refresh.is_some(), has_refresh, "{why}");
    }
}

#[test]
fn an_answer_that_is_none_passes() {
    let cases = [
        ("", "nothing"),
        ("<html><a href='?access_token=a&error=b'>Log in</a></html>", "a web page"),
        ("Hello", "a text"),
        ("[]", "a list"),
        ("\"access_token=a\"", "a string"),
        ("{\"access_token\":\"a\"", "cut JSON"),
        (r#"{"access_token":""}"#, "an empty token"),
        (r#"{"access_token":null,"token_type":"bearer"}"#, "no token"),
        (r#"{"access_token":{"a":"b"}}"#, "a token that is none"),
        (r#"{"refresh_token":"r"}"#, "half an answer"),
        ("access_token=&token_type=bearer", "an empty token"),
    ];
    for (body, why) in cases {
        let failure = read(200, body).err().unwrap();
        assert_eq!(failure.kind, FailureKind::BadAnswer, "{body}: {why}");
        assert_eq!(failure.status, Some(200), "{why}");
    }
    let mut cut = answer(200, &[], b"access_token=a");
    cut.truncated = true;
    assert_eq!(
        read_token_response(&service(), &cut).err().unwrap().kind,
        FailureKind::BadAnswer,
        "half a token"
    );
}

#[test]
fn token_type_is_read_leniently() {
    // R-TK-07
    let other = |label: &str| TokenType::Other(label.to_owned());
    let cases = [
        (r#""token_type":"Bearer""#, TokenType::Bearer, 0, "RFC 6750"),
        (r#""token_type":"bEARER ""#, TokenType::Bearer, 0, "whatever its case"),
        (r#""x":1"#, TokenType::Bearer, 1, "missing: Bearer with a note"),
        (r#""token_type":null"#, TokenType::Bearer, 1, "as good as missing"),
        (r#""token_type":"""#, TokenType::Bearer, 1, "as good as missing"),
        (r#""token_type":"MAC""#, other("MAC"), 0, "labelled as the provider spells it"),
        (r#""token_type":"DPoP""#, other("DPoP"), 0, "RFC 9449"),
        (r#""token_type":"bot""#, other("bot"), 0, "unknown"),
        (r#""ok":true,"token_type":"bot""#, TokenType::Bearer, 0, "Slack"),
        (r#""ok":true,"token_type":"DPoP""#, other("DPoP"), 0, "no carte blanche for Slack"),
    ];
    for (field, token_type, notes, why) in cases {
        let tokens = good(&format!(r#"{{"access_token":"a",{field}}}"#));
        assert_eq!(tokens.token_type, token_type, "{field}: {why}");
        assert_eq!(tokens.oddities.len(), notes, "{field}: {why}");
    }
}

#[test]
fn expires_in_is_read_leniently() {
    // R-TK-08
    let cases = [
        ("3600", Some(3600), 0, "a number, as RFC 6749 §5.1 has it"),
        (r#""3600""#, Some(3600), 0, "a string, as some providers send it"),
        (r#"" 3600 ""#, Some(3600), 0, "with space"),
        ("3599.9", Some(3599), 0, "a fraction, rounded down to be safe"),
        (r#""3599.9""#, Some(3599), 0, "both"),
        ("1", Some(1), 0, "short"),
        ("315576000", Some(315_576_000), 0, "ten years"),
        ("315576001", None, 1, "absurd"),
        ("1700000000", None, 1, "a date"),
        ("0", None, 1, "nonsense reads as not sent"),
        ("0.9", None, 1, "nothing is left of it"),
        ("-1", None, 1, "nonsense"),
        (r#""soon""#, None, 1, "nonsense"),
        (r#""NaN""#, None, 1, "nonsense"),
        (r#""""#, None, 1, "nonsense"),
        ("true", None, 1, "nonsense"),
        ("[3600]", None, 1, "nonsense"),
        ("null", None, 0, "unknown"),
    ];
    for (sent, seconds, notes, why) in cases {
        let tokens = good(&format!(r#"{{"access_token":"a","token_type":"bearer","expires_in":{sent}}}"#));
        assert_eq!(tokens.expires_in, seconds.map(Duration::from_secs), "{sent}: {why}");
        assert_eq!(tokens.oddities.len(), notes, "{sent}: {why}");
    }
    assert_eq!(good("access_token=a&expires_in=60").expires_in, Some(Duration::from_secs(60)), "a form");
    assert_eq!(good("access_token=a").expires_in, None, "not sent");
}

#[test]
fn scope_is_read_leniently() {
    // R-TK-09
    let cases = [
        (r#""b a""#, Some("b a"), "RFC 6749 §3.3, in its order"),
        (r#""a,b""#, Some("a b"), "GitHub's commas"),
        (r#"["a","b"]"#, Some("a b"), "Twitch's list"),
        (r#""""#, Some(""), "GitHub: none at all"),
        ("null", None, "those asked"),
        ("7", None, "nonsense"),
    ];
    for (sent, expected, why) in cases {
        let tokens = good(&format!(r#"{{"access_token":"a","scope":{sent}}}"#));
        assert_eq!(tokens.scope.map(|scope| scope.to_string()).as_deref(), expected, "{sent}: {why}");
    }
}

#[test]
fn further_fields_are_kept_as_they_are() {
    let tokens = good(
        r#"{"access_token":"a","id_token":"i","realmId":"9","user":{"name":"Ada"},"x":null,"b\u202ec":1,"scope":"s"}"#,
    );
    assert_eq!(tokens.id.unwrap().expose(), "i");
    assert_eq!(tokens.other_fields, ["realmId", "user", "bc"], "in the provider's order, names made plain");
    let other: Value = serde_json::from_str(tokens.other.unwrap().expose()).unwrap();
    assert_eq!(other["user"]["name"], "Ada");
    assert_eq!(other["realmId"], "9");
    assert_eq!(other.as_object().unwrap().len(), 3, "the standard ones are not among them");
    assert!(good(r#"{"access_token":"a","ok":true}"#).other.is_none(), "nothing further");
}

#[test]
fn odd_tokens_are_kept_and_noted() {
    let cases = [
        (r#""a""#, "a", false, 0, "opaque"),
        ("12345", "12345", false, 0, "a number"),
        (r#""eyJh.eyJz.c2ln-_""#, "eyJh.eyJz.c2ln-_", true, 0, "a JWT"),
        (r#""eyJh.eyJz.""#, "eyJh.eyJz.", true, 0, "an unsecured JWT"),
        (r#""eyJh.eyJz""#, "eyJh.eyJz", false, 0, "two parts"),
        (r#""abc.def.ghi""#, "abc.def.ghi", false, 0, "no JSON inside"),
        (r#""eyJh.ey+z.x""#, "eyJh.ey+z.x", false, 0, "no base64url"),
        (r#""a\nb""#, "a\nb", false, 1, "characters that no token has"),
        (r#""é""#, "é", false, 1, "characters that no token has"),
    ];
    for (sent, token, is_jwt, notes, why) in cases {
        let tokens = good(&format!(r#"{{"access_token":{sent},"token_type":"bearer"}}"#));
        assert_eq!(tokens.access.expose(), token, "{why}");
        assert_eq!(tokens.is_jwt, is_jwt, "{why}");
        assert_eq!(tokens.oddities.len(), notes, "{why}");
    }
}

#[test]
fn only_invalid_grant_ends_a_grant() {
    // R-TK-06, R-TK-12, R-TK-13
    use FailureKind::{Busy, ClientRefused, ConsentRefused, GrantEnded, InvalidScope, Refused};
    let cases = [
        (400, r#"{"error":"invalid_grant"}"#, GrantEnded, "RFC 6749 §5.2"),
        (401, r#"{"error":"invalid_grant"}"#, GrantEnded, "the code counts"),
        (200, r#"{"error":"invalid_grant"}"#, GrantEnded, "an error in a 200"),
        (200, "error=invalid_grant&error_description=gone", GrantEnded, "in a form"),
        (200, r#"{"access_token":"a","error":"invalid_grant"}"#, GrantEnded, "beside a token"),
        (400, r#"{"errors":[{"errorType":"invalid_grant"}]}"#, GrantEnded, "Fitbit"),
        (500, r#"{"error":"invalid_grant"}"#, Busy, "a server in trouble is not believed"),
        (429, r#"{"error":"invalid_grant"}"#, Busy, "nor a busy one"),
        (400, r#"{"error_description":"invalid_grant"}"#, Refused, "a description is no code"),
        (400, "invalid_grant", Refused, "nor is a text"),
        (400, r#"{"error":"bad_refresh_token"}"#, Refused, "GitHub's code, of somebody else"),
        (400, r#"{"error":"invalid_client"}"#, ClientRefused, "the client"),
        (400, r#"{"error":"unauthorized_client"}"#, ClientRefused, "the client"),
        (401, "", ClientRefused, "no code"),
        (401, r#"{"error":"unauthorized"}"#, ClientRefused, "an unknown code"),
        (404, "<html>", ClientRefused, "no such endpoint"),
        (410, "", ClientRefused, "gone"),
        (403, "<html>", Refused, "a firewall, say"),
        (400, "", Refused, "unreadable"),
        (400, r#"{"error":"invalid_request"}"#, Refused, "another code"),
        (401, r#"{"error":"access_denied"}"#, ConsentRefused, "the person"),
        (400, r#"{"error":"invalid_scope"}"#, InvalidScope, "the scope"),
        (200, r#"{"ok":false,"error":"invalid_auth"}"#, Refused, "Slack"),
        (200, r#"{"ok":false,"access_token":"a"}"#, Refused, "Slack"),
        (400, r#"{"error":"temporarily_unavailable"}"#, Busy, "it passes"),
        (400, r#"{"error":"server_error"}"#, Busy, "it passes"),
        (400, r#"{"error":"slow_down"}"#, Busy, "it passes"),
        (408, "", Busy, "it passes"),
        (425, "", Busy, "it passes"),
        (429, "", Busy, "it passes"),
        (500, "<html>", Busy, "it passes"),
        (599, "", Busy, "it passes"),
        (100, "", Refused, "no final answer"),
        (600, "", Refused, "no status"),
    ];
    for (status, body, kind, why) in cases {
        let failure = read(status, body).err().unwrap();
        assert_eq!(failure.kind, kind, "{status} {body}: {why}");
        assert_eq!(failure.status, Some(status), "{status} {body}: {why}");
    }
    let mut github = service();
    github.provider = Some("github".to_owned());
    let failure =
        read_token_response(&github, &answer(200, &[], br#"{"error":"bad_refresh_token"}"#)).err().unwrap();
    assert_eq!(failure.kind, GrantEnded, "GitHub's own code, by the catalog");
}

#[test]
fn a_failure_says_what_the_provider_said() {
    let busy = answer(503, &[("retry-after", "30")], br#"{"error":"x","error_description":"y"}"#);
    let failure = read_token_response(&service(), &busy).err().unwrap();
    assert_eq!((failure.said.as_deref(), failure.retry_after_s), (Some("x: y"), Some(30)));
    assert_eq!(read(503, "<html>").err().unwrap().said, None, "web pages are not repeated");
}

#[test]
fn a_redirect_is_named_and_not_followed() {
    // R-TK-02
    let cases = [
        (
            Some("https://new.example/token?code=secret"),
            "The address redirects to new.example, which is not followed.",
        ),
        (Some("/login"), "The address redirects to auth.example.com, which is not followed."),
        (Some("http://["), "The address redirects, which is not followed."),
        (None, "The address redirects, which is not followed."),
    ];
    for (location, said) in cases {
        let headers: Vec<_> = location.map(|location| ("location", location)).into_iter().collect();
        let body = br#"{"access_token":"a"}"#;
        let failure = read_token_response(&service(), &answer(302, &headers, body)).err().unwrap();
        assert_eq!((failure.kind, failure.said.as_deref()), (FailureKind::BadAnswer, Some(said)));
    }
}

/// Any JSON value, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_bytes_make_it_panic_or_end_a_grant(status in 100..600_u16, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let read = read_token_response(&service(), &answer(status, &[], &body));
        if let Err(failure) = read {
            prop_assert_ne!(failure.kind, FailureKind::GrantEnded, "nobody said invalid_grant");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_odd_field_loses_a_refresh_token(
        access in "[ -~]*[!-~][ -~]*",
        refresh in ".*[!-~].*",
        fields in prop::collection::btree_map("expires_in|scope|token_type|id_token|authed_user|[a-z]{1,8}", any_json(), 0..6),
    ) {
        let mut body: Map<String, Value> = fields.into_iter().collect();
        for name in ["error", "errors", "ok"] {
            body.remove(name);
        }
        body.insert("access_token".to_owned(), access.clone().into());
        body.insert("refresh_token".to_owned(), refresh.clone().into());
        let read = read_token_response(&service(), &answer(200, &[], Value::from(body).to_string().as_bytes()));
        let Ok(tokens) = read else { return Err(TestCaseError::fail("the answer was refused")) };
        prop_assert_eq!(tokens.access.expose(), access);
        prop_assert_eq!(tokens.refresh.map(|token| token.expose().to_owned()), Some(refresh));
    }

    #[test]
    fn forms_are_read_like_json(access in "[!-~]{1,40}", refresh in "[!-~]{1,40}", further in "[a-z=&%+]{0,20}") {
        let body = form_urlencoded::Serializer::new(format!("x={further}&"))
            .append_pair("access_token", &access)
            .append_pair("refresh_token", &refresh)
            .finish();
        let read = read_token_response(&service(), &answer(200, &[], body.as_bytes()));
        let Ok(tokens) = read else { return Err(TestCaseError::fail("the answer was refused")) };
        prop_assert_eq!(tokens.access.expose(), access);
        prop_assert_eq!(tokens.refresh.map(|token| token.expose().to_owned()), Some(refresh));
    }
}

#[test]
fn the_life_of_a_refresh_token_is_read_where_it_is_said() {
    let cases = [
        (r#""refresh_token_expires_in":604799"#, Some(604_799), "Google in testing"),
        (r#""x_refresh_token_expires_in":"8726400""#, Some(8_726_400), "QuickBooks, as a text"),
        (r#""refresh_expires_in":1800.9"#, Some(1800), "Keycloak, rounded down"),
        (r#""refresh_expires_in":0"#, None, "Keycloak's “no end”"),
        (r#""refresh_expires_in":-1"#, None, "nonsense"),
        (r#""refresh_expires_in":"soon""#, None, "nonsense"),
        (r#""expires_in":3600"#, None, "that is the access token's"),
    ];
    for (field, seconds, why) in cases {
        let read = good(&format!(r#"{{"access_token":"a","token_type":"Bearer",{field}}}"#));
        assert_eq!(read.refresh_expires_in, seconds.map(Duration::from_secs), "{field}: {why}");
    }
}
