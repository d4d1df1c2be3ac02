//! What the fuzz targets have in common: services that keep to the standard and that bend it, and answers.

use grantkeep_core::model::{Basis, ClientAuthentication, Draft, Parameter, Service, Timestamp};
use grantkeep_core::wire::Response;
use zeroize::Zeroizing;

/// A service; with `is_bent` one whose answers nest and name the API's host.
///
/// # Panics
/// When the form's rules refuse it, which is a fault of the target.
pub fn service(is_bent: bool) -> Service {
    let mut draft = Draft {
        title: "Example".to_owned(),
        client_id: "client".to_owned(),
        client_authentication: ClientAuthentication::None,
        authorize_uri: "https://auth.example.com/authorize".to_owned(),
        token_uri: "https://auth.example.com/token".to_owned(),
        ..Draft::default()
    };
    if is_bent {
        let path = |name: &str| Parameter { name: name.to_owned(), value: format!("body.0.{name}") };
        draft.habits.token_paths =
            ["access_token", "refresh_token", "expires_in", "scope"].map(path).to_vec();
        draft.habits.api_host_field = "instance_url".to_owned();
    }
    let basis = Basis {
        existing: None,
        name: "example".parse().expect("a name"),
        bound: false,
        has_client_secret: false,
        now: Timestamp::from_millis(0),
    };
    draft.into_service(basis).expect("a service")
}

/// An answer: the first byte chooses the status, the others are the body.
pub fn answer(data: &[u8]) -> Option<Response> {
    let (first, body) = data.split_first()?;
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    Some(Response { status, headers: Vec::new(), body: Zeroizing::new(body.to_vec()), truncated: false })
}

const STATUSES: [u16; 8] = [200, 201, 302, 400, 401, 404, 429, 503];
