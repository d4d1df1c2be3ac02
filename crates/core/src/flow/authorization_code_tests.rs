use super::*;
use crate::wire::Unreachable;
use crate::wire::example::{answer, form, service, url};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const TIMEOUT: Duration = Duration::from_secs(300);
const ENTROPY: [u8; AuthorizationCodeFlow::ENTROPY] = entropy();

/// Bytes that differ from one another.
const fn entropy() -> [u8; AuthorizationCodeFlow::ENTROPY] {
    let mut bytes = [0; AuthorizationCodeFlow::ENTROPY];
    let mut index = 0;
    while index < bytes.len() {
        bytes[index] = index as u8;
        index += 1;
    }
    bytes
}

fn start(service: &Service) -> AuthorizationCodeFlow {
    let account = "example".parse().unwrap();
    let redirect_uri = url("http://127.0.0.1:1234/callback/x");
    AuthorizationCodeFlow::start(service, &account, redirect_uri, TIMEOUT, &ENTROPY, NOW).0
}

fn openid() -> Service {
    let mut service = service();
    service.scopes = crate::model::ScopeSet::parse("openid").unwrap();
    service.endpoints.issuer = Some("https://auth.example.com".to_owned());
    service
}

/// A parameter of the link.
fn asked(link: &Link, name: &str) -> Option<String> {
    url(link.expose()).query_pairs().find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

fn back(flow: &AuthorizationCodeFlow, query: &str) -> Input {
    let state = asked(flow.link(), "state").unwrap();
    Input::Redirect(RedirectAddress::new(format!("http://127.0.0.1:1234/callback/x?state={state}&{query}")))
}

/// Steps in words.
fn words(steps: &[Step]) -> String {
    let words: Vec<_> = steps
        .iter()
        .map(|step| match step {
            Step::Open(_) => "Open".to_owned(),
            Step::Send(_) => "Send".to_owned(),
            Step::AwaitRedirect { until } => format!("AwaitRedirect {}", until.since(NOW).as_secs()),
            Step::Ignore => "Ignore".to_owned(),
            Step::Done(_) => "Done".to_owned(),
            Step::Failed(failure) => format!("Failed {:?}", failure.kind),
        })
        .collect();
    words.join(", ")
}

#[test]
fn a_link_is_made_of_fresh_secrets() {
    // R-CB-03, R-CB-04
    let account = "example/work".parse().unwrap();
    let redirect_uri = url("http://127.0.0.1:1234/callback/x");

    let (flow, steps) =
        AuthorizationCodeFlow::start(&openid(), &account, redirect_uri.clone(), TIMEOUT, &ENTROPY, NOW);

    assert_eq!(words(&steps), "Open, AwaitRedirect 300");
    let pending = flow.pending();
    assert_eq!(pending.account, account);
    assert_eq!(pending.redirect_uri, redirect_uri);
    assert_eq!((pending.started_at, pending.expires_at), (NOW, NOW + TIMEOUT));
    assert_eq!(pending.issuer.as_deref(), Some("https://auth.example.com"));
    assert_eq!(pending.hosts, ["auth.example.com"]);
    assert_eq!(pending.asked.to_string(), "openid");
    assert_eq!(pending.id, "6061626364656667");
    assert_eq!(pending.state.expose(), URL_SAFE_NO_PAD.encode(&ENTROPY[32..64]));
    assert_eq!(pending.code_verifier.as_ref().unwrap().expose(), URL_SAFE_NO_PAD.encode(&ENTROPY[..32]));
    assert_eq!(pending.code_verifier.as_ref().unwrap().len(), 43, "RFC 7636 §4.1");
    assert_eq!(pending.nonce.as_ref().unwrap().expose(), URL_SAFE_NO_PAD.encode(&ENTROPY[64..96]));
    assert_eq!(asked(&pending.link, "state").as_deref(), Some(pending.state.expose()));
    assert_eq!(asked(&pending.link, "nonce").as_deref(), Some(pending.nonce.as_ref().unwrap().expose()));
    assert_eq!(asked(&pending.link, "code_challenge_method").as_deref(), Some("S256"));
}

#[test]
fn what_the_service_does_not_want_is_not_asked() {
    let mut service = service();
    service.pkce = false;

    let flow = start(&service);

    assert!(flow.pending().code_verifier.is_none());
    assert!(flow.pending().nonce.is_none(), "no `openid`");
    assert_eq!(asked(flow.link(), "code_challenge"), None);
}

#[test]
fn a_code_is_exchanged_once() {
    // R-CB-13
    let service = service();
    let flow = start(&service);
    let (first, second) = (back(&flow, "code=c"), back(&flow, "code=d"));

    let (flow, steps) = flow.advance(first, &service, None, NOW);

    let [Step::Send(request)] = steps.as_slice() else { panic!("{}", words(&steps)) };
    assert_eq!(form(request, "code").as_deref(), Some("c"));
    assert_eq!(form(request, "redirect_uri").as_deref(), Some("http://127.0.0.1:1234/callback/x"));
    assert_eq!(
        form(request, "code_verifier").as_deref(),
        Some(URL_SAFE_NO_PAD.encode(&ENTROPY[..32]).as_str())
    );
    let (flow, steps) = flow.advance(second, &service, None, NOW);
    assert_eq!(words(&steps), "Ignore", "a second code");
    let (flow, steps) = flow.advance(Input::Woken, &service, None, NOW + TIMEOUT);
    assert_eq!(words(&steps), "", "the exchange has its own time limit");
    let tokens = Ok(answer(200, &[], br#"{"access_token":"a","token_type":"bearer"}"#));
    let (flow, steps) = flow.advance(Input::Answer(tokens), &service, None, NOW);
    assert_eq!(words(&steps), "Done");
    let again = back(&flow, "code=c");
    let (_, steps) = flow.advance(again, &service, None, NOW);
    assert_eq!(words(&steps), "Ignore", "the same code again");
}

#[test]
fn a_redirect_with_an_unknown_state_changes_nothing() {
    // R-CB-05
    let service = service();
    let place = "http://127.0.0.1:1234/callback/x";
    let mut flow = start(&service);
    for address in [
        format!("{place}?code=c&state=unknown"),
        format!("{place}?error=access_denied&state=unknown"),
        format!("{place}?error=access_denied"),
        format!("{place}?code=c&code=d"),
        place.to_owned(),
        "http://127.0.0.1:1234/callback/y?code=c".to_owned(),
        "nonsense".to_owned(),
    ] {
        assert!(
            flow.why_ignored(&RedirectAddress::new(address.as_str()), &service).is_some(),
            "{address}: and it says why"
        );
        let steps;
        (flow, steps) =
            flow.advance(Input::Redirect(RedirectAddress::new(address.as_str())), &service, None, NOW);
        assert_eq!(words(&steps), "Ignore, AwaitRedirect 300", "{address}");
    }

    let good = back(&flow, "code=c");
    let (_, steps) = flow.advance(good, &service, None, NOW);
    assert_eq!(words(&steps), "Send", "the genuine answer still counts");
}

#[test]
fn a_redirect_decides_what_follows() {
    type Edit = fn(&mut Service);
    let just_before = NOW + Duration::from_millis(299_999);
    let end = NOW + TIMEOUT;
    let cases: [(Edit, &str, Timestamp, &str, &str); 10] = [
        (|_| {}, "code=c", NOW, "Send", "the person agreed"),
        (|_| {}, "code=c", just_before, "Send", "just in time"),
        (|_| {}, "code=c", end, "Failed LinkExpired", "the link is dead"),
        (|_| {}, "error=access_denied", NOW, "Failed ConsentRefused", "the person refused"),
        (|_| {}, "error=access_denied", end, "Failed LinkExpired", "too late for that"),
        (|_| {}, "error=invalid_grant", NOW, "Failed Refused", "no grant ends in a browser"),
        (|_| {}, "code=c&iss=https://auth.example.com", NOW, "Send", "R-CB-07"),
        (|_| {}, "code=c&iss=https://evil.example", NOW, "Failed WrongIssuer", "R-CB-07"),
        (
            |s| s.endpoints.token = url("https://evil.example/token"),
            "code=c",
            NOW,
            "Failed HostsToConfirm",
            "R-ST-14",
        ),
        (
            |s| {
                s.endpoints.token = url("https://new.example/token");
                s.confirmed_hosts = s.confirmed_hosts.with("new.example");
            },
            "code=c",
            NOW,
            "Failed HostsToConfirm",
            "confirmed, but the code was made elsewhere",
        ),
    ];
    for (edit, query, now, expected, why) in cases {
        let mut service = openid();
        let flow = start(&service);
        edit(&mut service);
        let input = back(&flow, query);
        let (_, steps) = flow.advance(input, &service, None, now);
        assert_eq!(words(&steps), expected, "{query}: {why}");
    }
}

#[test]
fn a_host_that_awaits_confirmation_gets_no_code() {
    // R-ST-14
    let mut service = service();
    service.endpoints.token = url("https://new.example/token");
    let flow = start(&service);
    let input = back(&flow, "code=c");

    let (_, steps) = flow.advance(input, &service, None, NOW);

    assert_eq!(
        words(&steps),
        "Failed HostsToConfirm",
        "it was there when the link was made, but is not confirmed"
    );
}

#[test]
fn waiting_ends_with_the_link() {
    let service = service();
    let (flow, steps) =
        start(&service).advance(Input::Woken, &service, None, NOW + TIMEOUT - Duration::from_millis(1));
    assert_eq!(words(&steps), "AwaitRedirect 300", "woken too early");
    let stray = Input::Answer(Ok(answer(200, &[], b"{}")));
    let (flow, steps) = flow.advance(stray, &service, None, NOW);
    assert_eq!(words(&steps), "AwaitRedirect 300", "nothing was asked");
    let (flow, steps) = flow.advance(Input::Woken, &service, None, NOW + TIMEOUT);
    assert_eq!(words(&steps), "Failed LinkExpired");
    let late = back(&flow, "code=c");
    let (flow, steps) = flow.advance(late, &service, None, NOW);
    assert_eq!(words(&steps), "Ignore", "over is over");
    assert_eq!(words(&flow.advance(Input::Woken, &service, None, NOW).1), "");
}

#[test]
fn a_stored_authorization_goes_on() {
    let service = service();
    let flow = start(&service);
    let link = flow.link().expose().to_owned();

    let (flow, steps) = AuthorizationCodeFlow::resume(flow.pending);

    assert_eq!(words(&steps), "Open, AwaitRedirect 300");
    assert_eq!(flow.link().expose(), link, "the same link");
    let input = back(&flow, "code=c");
    assert_eq!(words(&flow.advance(input, &service, None, NOW).1), "Send");
}

#[test]
fn an_exchange_ends_well_or_for_good() {
    let id = |claims: &str| {
        format!(r#"{{"access_token":"a","id_token":"h.{}.s"}}"#, URL_SAFE_NO_PAD.encode(claims))
    };
    let nonce = URL_SAFE_NO_PAD.encode(&ENTROPY[64..96]);
    let claims = format!(
        r#"{{"iss":"https://auth.example.com","sub":"7","aud":"client","exp":1700000300,"nonce":"{nonce}"}}"#
    );
    let cases = [
        (200, r#"{"access_token":"a"}"#.to_owned(), "Done", "no ID token"),
        (200, id(&claims), "Done", "an ID token that holds"),
        (200, id(&claims.replace(&nonce, "other")), "Failed WrongIssuer", "R-TK-17: the nonce"),
        (200, id(&claims.replace("auth.", "evil.")), "Failed WrongIssuer", "R-TK-17: the issuer"),
        (200, id("{}"), "Failed WrongIssuer", "R-TK-17: unreadable"),
        (
            400,
            r#"{"error":"invalid_grant"}"#.to_owned(),
            "Failed Refused",
            "the code is bad; a grant there stays",
        ),
        (401, r#"{"error":"invalid_client"}"#.to_owned(), "Failed ClientRefused", "the client"),
        (503, String::new(), "Failed Busy", "not retried: the code may be used up"),
    ];
    for (status, body, expected, why) in cases {
        let service = openid();
        let flow = start(&service);
        let input = back(&flow, "code=c");
        let (flow, _) = flow.advance(input, &service, None, NOW);
        let (_, steps) =
            flow.advance(Input::Answer(Ok(answer(status, &[], body.as_bytes()))), &service, None, NOW);
        assert_eq!(words(&steps), expected, "{why}");
    }
    let service = service();
    let flow = start(&service);
    let input = back(&flow, "code=c");
    let (flow, _) = flow.advance(input, &service, None, NOW);
    let silence = Err(Unreachable { reason: "no network".to_owned() });
    assert_eq!(words(&flow.advance(Input::Answer(silence), &service, None, NOW).1), "Failed Unreachable");
}

#[test]
fn an_id_token_is_not_checked_against_an_unknown_issuer() {
    let mut service = openid();
    service.endpoints.issuer = None;
    let flow = start(&service);
    let input = back(&flow, "code=c");
    let (flow, _) = flow.advance(input, &service, None, NOW);

    let tokens = Ok(answer(200, &[], br#"{"access_token":"a","id_token":"nonsense"}"#));

    assert_eq!(words(&flow.advance(Input::Answer(tokens), &service, None, NOW).1), "Done");
}
