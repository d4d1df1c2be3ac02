//! For each provider of the catalog the requests as they go out: link, exchange, refresh, revocation.
//!
//! `cargo insta review` shows what a change of the catalog does to them. Secrets are placeholders, randomness is fixed.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use grantkeep_core::flow::{AuthorizationCodeFlow, Step};
use grantkeep_core::model::{
    AccessToken, AuthorizationCode, Basis, Catalog, ClientAuthentication, ClientSecret, CodeVerifier, Draft,
    Parameter, Provider, Redirect, RefreshToken, Service, Timestamp, TokenType, Tokens, Variable,
};
use grantkeep_core::wire::{
    Request, RevokedToken, code_request, refresh_request, resource_request, revocation_requests,
};
use url::Url;

#[test]
fn each_provider_is_asked_as_it_was_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for provider in Catalog::builtin().providers() {
            insta::assert_snapshot!(provider.id.clone(), requests(provider));
        }
    });
}

#[test]
fn no_request_is_kept_of_a_provider_that_is_gone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    // What awaits a review ends in `.new`.
    let kept: BTreeSet<_> =
        fs::read_dir(folder).unwrap().map(name).filter(|name| name.ends_with(".snap")).collect();
    let providers = Catalog::builtin().providers().iter();

    let there: BTreeSet<_> = providers.map(|provider| format!("{}.snap", provider.id)).collect();

    assert_eq!(kept, there);
}

/// Everything that is sent for a provider.
fn requests(provider: &Provider) -> String {
    let service = service(provider);
    let secret = (service.client_authentication != ClientAuthentication::None)
        .then(|| ClientSecret::new("CLIENT-SECRET"));
    let secret = secret.as_ref();
    let redirect_uri = redirect_uri(&service);
    let verifier = service.pkce.then(|| CodeVerifier::new("V".repeat(43)));
    let code = AuthorizationCode::new("CODE");
    let tokens = || Tokens {
        access: AccessToken::new("ACCESS-TOKEN"),
        refresh: Some(RefreshToken::new("REFRESH-TOKEN")),
        previous_refresh: None,
        previous_access: None,
        id: None,
        other: None,
    };
    let mut text = String::new();
    link(&mut text, &service, &redirect_uri);
    show(&mut text, "exchange", &code_request(&service, secret, &code, &redirect_uri, verifier.as_ref()));
    if provider.refresh == grantkeep_core::model::Refreshes::Never {
        text.push_str("\n# refresh: none\n");
    } else {
        show(&mut text, "refresh", &refresh_request(&service, secret, &RefreshToken::new("REFRESH-TOKEN")));
    }
    let revoking = revocation_requests(&service, secret, &tokens());
    if revoking.is_empty() {
        text.push_str("\n# revocation: by hand\n");
    }
    for revoking in revoking {
        let what = match revoking.what {
            RevokedToken::Refresh => "revocation of the refresh token",
            RevokedToken::Access => "revocation of the access token",
            RevokedToken::Grant => "revocation of the grant",
        };
        show(&mut text, what, &revoking.request);
    }
    match resource_request(&service, &tokens().access, &TokenType::Bearer) {
        Ok(request) => show(&mut text, "test", &request),
        Err(refused) => writeln!(text, "\n# test: {refused}").unwrap(),
    }
    text
}

fn link(text: &mut String, service: &Service, redirect_uri: &Url) {
    let account = "example/default".parse().unwrap();
    let entropy: Vec<u8> = (0..).take(AuthorizationCodeFlow::ENTROPY).collect();
    let (_, steps) = AuthorizationCodeFlow::start(
        service,
        &account,
        redirect_uri.clone(),
        Duration::from_secs(300),
        entropy.as_slice().try_into().unwrap(),
        Timestamp::from_millis(0),
    );
    let Some(Step::Open(link)) = steps.first() else { panic!("no link") };
    text.push_str("# authorize\n");
    address(text, "GET", &Url::parse(link.expose()).unwrap());
}

fn show(text: &mut String, what: &str, request: &Request) {
    writeln!(text, "\n# {what}").unwrap();
    address(text, &request.method.to_string(), &request.url);
    for (name, value) in &request.headers {
        let value = value.strip_prefix("Basic ").map_or_else(
            || value.to_string(),
            |pair| format!("Basic of {}", String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap()),
        );
        // The version is no matter of the provider's.
        let value = if name == "user-agent" { "Grantkeep/…".to_owned() } else { value };
        writeln!(text, "{name}: {value}").unwrap();
    }
    let is_form = request
        .headers
        .iter()
        .any(|(name, value)| name == "content-type" && value.as_str() == "application/x-www-form-urlencoded");
    if is_form {
        for (name, value) in url::form_urlencoded::parse(&request.body) {
            writeln!(text, "  {name} = {value}").unwrap();
        }
    } else if !request.body.is_empty() {
        writeln!(text, "  {}", String::from_utf8_lossy(&request.body)).unwrap();
    }
}

/// An address, its query a line each.
fn address(text: &mut String, method: &str, url: &Url) {
    let mut place = url.clone();
    place.set_query(None);
    writeln!(text, "{method} {place}").unwrap();
    for (name, value) in url.query_pairs() {
        writeln!(text, "  ? {name} = {value}").unwrap();
    }
}

/// The service of the form with a client, and an example for each variable that has no default.
fn service(provider: &Provider) -> Service {
    let example =
        |variable: &Variable| Parameter { name: variable.name.clone(), value: variable.example.clone() };
    let needed = provider.variables.iter().filter(|variable| variable.default.is_none());
    let draft = Draft {
        client_id: "CLIENT-ID".to_owned(),
        variables: needed.map(example).collect(),
        ..provider.draft.clone()
    };
    let basis = Basis {
        existing: None,
        name: "example".parse().unwrap(),
        bound: false,
        has_client_secret: draft.client_authentication != ClientAuthentication::None,
        now: Timestamp::from_millis(0),
    };
    draft.into_service(basis).unwrap_or_else(|problems| panic!("{}: {problems:?}", provider.id))
}

/// The redirect URI that is sent; a free port is 49152.
fn redirect_uri(service: &Service) -> Url {
    let mut uri = Url::parse(&service.registered_redirect_uri()).unwrap();
    if matches!(service.redirect, Redirect::Loopback { .. }) {
        uri.set_port(Some(49152)).unwrap();
    }
    uri
}
