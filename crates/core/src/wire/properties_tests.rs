//! What holds for every answer, however it was damaged on its way.

use proptest::prelude::*;
use proptest::sample::Index;

use super::example::{answer, service, url};
use super::*;
use crate::model::{
    FailureKind, Habits, Link, Parameter, Pending, RedirectAddress, ScopeSet, Service, State, Timestamp,
};

/// Answers as providers give them: the beginning of each case.
const ANSWERS: [&str; 9] = [
    r#"{"access_token":"access","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh","scope":"a b"}"#,
    r#"{"ok":true,"authed_user":{"access_token":"access","refresh_token":"refresh"},"team":{"id":"T"}}"#,
    "access_token=access&token_type=bearer&refresh_token=refresh&scope=a%2Cb",
    r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked: 4f1c9e7ab2d84c3fa0."}"#,
    r#"{"errors":[{"errorType":"invalid_client","message":"No\u202e\u0007 way"}],"success":false}"#,
    r#"{"error":{"message":"gone","type":"OAuthException","code":190}}"#,
    r#"{"status":503,"body":{},"error":"Invalid Params"}"#,
    "error=access_denied&error_description=no",
    "<!doctype html><title>Sign in</title>",
];

/// An answer with some bytes changed, put in, taken out or doubled.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>(), 0..4_u8), 0..6);
    (prop::sample::select(&ANSWERS[..]), edits).prop_map(|(text, edits)| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, to, byte, kind) in edits {
            if bytes.is_empty() {
                return bytes;
            }
            let (at, to) = (at.index(bytes.len()), to.index(bytes.len()));
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.drain(at.min(to)..at.max(to))),
                _ => bytes.extend_from_within(at.min(to)..at.max(to)),
            }
        }
        bytes
    })
}

/// A service that keeps to the standard, or bends it in every way at once.
fn services() -> impl Strategy<Value = Service> {
    any::<bool>().prop_map(|is_bent| {
        let mut service = service();
        if is_bent {
            let path = |name: &str| Parameter { name: name.to_owned(), value: format!("authed_user.{name}") };
            service.habits.token_paths = ["access_token", "refresh_token"].map(path).to_vec();
            service.habits.api_host_field = "team.id".to_owned();
        }
        service
    })
}

fn is_plain(text: &str) -> bool {
    let misleads = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().count() <= 300 && !text.contains(misleads)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_damaged_answer_ends_no_grant_that_the_provider_did_not_end(
        service in services(),
        status in prop::sample::select(&[200_u16, 201, 302, 400, 401, 403, 404, 429, 500, 503][..]),
        body in damaged(),
    ) {
        let response = answer(status, &[("retry-after", "5"), ("location", "/x")], &body);
        match read_token_response(&service, &response) {
            Ok(tokens) => {
                prop_assert!(!tokens.access.is_empty());
                prop_assert!(tokens.refresh.is_none_or(|token| !token.is_empty()));
                prop_assert!(tokens.oddities.iter().all(|odd| is_plain(odd)));
            }
            Err(failure) => {
                let says = String::from_utf8_lossy(&body).to_lowercase().contains("invalid_grant");
                prop_assert!(failure.kind != FailureKind::GrantEnded || (says && status < 500));
                prop_assert!(failure.said.as_deref().is_none_or(is_plain), "{:?}", failure.said);
                let whole = body.windows(18).any(|part| part == b"4f1c9e7ab2d84c3fa0");
                let shown = failure.said.unwrap_or_default();
                prop_assert!(!whole || !shown.contains("4f1c9e7ab2d84c3fa0"), "a token is shown: {shown}");
            }
        }
    }

    #[test]
    fn a_damaged_answer_to_a_revocation_is_read(
        status in 100..600_u16,
        body in damaged(),
    ) {
        let answered = read_revocation(&Ok(answer(status, &[], &body)));
        let is_dead = matches!(answered, RevocationAnswer::Dead { .. });
        prop_assert!(!is_dead || (200..300).contains(&status) || status == 400 || body.windows(13).any(|part| part == b"invalid_token"));
    }

    #[test]
    fn no_address_is_an_answer_without_the_state(
        query in "((code|state|error|iss|realmId|auth_code)=[a-z%&#=+]{0,6}&?){0,5}",
        front in prop::sample::select(&["http://127.0.0.1:1/cb?", "127.0.0.1:1/cb?", "http://localhost:1/cb/?", "?", "x:", ""][..]),
        names_issuer in any::<bool>(),
    ) {
        let habits = Habits { names_issuer, redirect_fields: "realmId".to_owned(), ..Habits::default() };
        let address = RedirectAddress::new(format!("{front}{query}"));
        let pending = pending();
        let read = read_redirect(&address, &pending, &habits);
        let carries = carries_state(&address, &pending.state);
        prop_assert!(read.is_err(), "the state has 20 characters that no case has");
        prop_assert!(!carries);
    }

    #[test]
    fn an_answer_with_the_state_is_read_whatever_stands_beside_it(
        code in "[!-~]{1,20}",
        further in "(x|realmId|code_x)=[ -~]{0,12}",
    ) {
        let habits = Habits { redirect_fields: "realmId".to_owned(), ..Habits::default() };
        let mut address = url("http://127.0.0.1:1/cb");
        address.query_pairs_mut().append_pair("code", &code).append_pair("state", STATE);
        for (name, value) in url::form_urlencoded::parse(further.as_bytes()) {
            if !["code", "state", "error", "iss", "error_description", "error_uri"].contains(&&*name) {
                address.query_pairs_mut().append_pair(&name, &value);
            }
        }
        let read = read_redirect(&RedirectAddress::new(address.as_str()), &pending(), &habits);
        let Ok(RedirectAnswer::Code { code: read, .. }) = read else {
            return Err(TestCaseError::fail(address.to_string()));
        };
        prop_assert_eq!(read.expose(), code);
    }

    #[test]
    fn a_time_to_wait_is_read_or_left(value in "[ -~]{0,40}|[0-9]{1,30}|(Sun|Mon), [0-9]{2} (Nov|Feb) [0-9]{4} [0-9:]{8} GMT") {
        let _ = retry_after(&answer(429, &[("retry-after", &value), ("date", &value)], b""));
    }
}

const STATE: &str = "the-one-and-only-state";

fn pending() -> Pending {
    Pending {
        id: "1".to_owned(),
        account: "example".parse().unwrap(),
        link: Link::new(""),
        state: State::new(STATE),
        code_verifier: None,
        nonce: None,
        redirect_uri: url("http://127.0.0.1:1/cb"),
        asked: ScopeSet::default(),
        issuer: None,
        hosts: Vec::new(),
        tried: Vec::new(),
        started_at: Timestamp::from_millis(0),
        expires_at: Timestamp::from_millis(1),
    }
}
