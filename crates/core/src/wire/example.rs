//! A service to try things with, for tests.

use url::Url;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::{Request, Response};
use crate::model::{
    ClientAuthentication, Endpoints, Hosts, LoopbackHost, Redirect, RevocationRecipe, RevokePrevious,
    ScopeSet, Service, SharedHabits, Timestamp,
};

/// A service whose hosts are all confirmed.
pub(crate) fn service() -> Service {
    Service {
        name: "example".parse().unwrap(),
        title: "Example".to_owned(),
        provider: None,
        client_id: "client".to_owned(),
        client_authentication: ClientAuthentication::Basic,
        has_client_secret: true,
        endpoints: Endpoints {
            authorize: url("https://auth.example.com/authorize"),
            token: url("https://auth.example.com/token"),
            test: Some(url("https://api.example.com/me")),
            introspection: None,
            issuer: None,
        },
        scopes: ScopeSet::parse("read write").unwrap(),
        redirect: Redirect::Loopback { host: LoopbackHost::Ipv4 },
        redirect_path: "/callback/example-1a2b".to_owned(),
        authorize_parameters: Vec::new(),
        revocation: RevocationRecipe::None,
        revoke_previous: RevokePrevious::Never,
        link_timeout_s: 300,
        pkce: true,
        request_hosts: Vec::new(),
        client_configuration: None,
        client_secret_expires_at: None,
        habits: SharedHabits::default(),
        confirmed_hosts: Hosts::default().with("auth.example.com"),
        confirmed_test_host: Some("api.example.com".to_owned()),
        created_at: Timestamp::from_millis(0),
    }
}

/// An answer.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Response {
    Response {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Zeroizing::new(body.to_vec()),
        truncated: false,
    }
}

/// An address.
pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A header field of a request.
pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

/// A parameter of a form body.
pub(crate) fn form(request: &Request, name: &str) -> Option<String> {
    let found: Vec<_> = form_urlencoded::parse(&request.body).filter(|(field, _)| field == name).collect();
    assert!(found.len() < 2, "{name} is sent once");
    found.first().map(|(_, value)| value.clone().into_owned())
}
