//! What handlers get out of a request; whatever can't be had is a problem in the person's words.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use grantkeep_api::views::{Code, Problem};
use grantkeep_core::keeper::Keeper;
use grantkeep_core::model::{AccountId, Name};
use http::StatusCode;
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;
use zeroize::Zeroizing;

use super::App;
use super::failure::Failure;

/// The keeper of an open vault.
pub(super) struct Open(pub(super) Arc<Keeper>);

impl FromRequestParts<App> for Open {
    type Rejection = Failure;

    async fn from_request_parts(_parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self(app.door.keeper().await?))
    }
}

/// The keeper for names and status, of a locked vault, too.
pub(super) struct Shown(pub(super) Arc<Keeper>);

impl FromRequestParts<App> for Shown {
    type Rejection = Failure;

    async fn from_request_parts(_parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        Ok(Self(app.door.shown().await?))
    }
}

/// Segments of a path that names a service.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ServicePath {
    /// Name of the service.
    name: String,
}

/// Segments of a path that names an account.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AccountPath {
    /// Name of the service.
    service: String,
    /// Name of the account within it; the first is `default`.
    account: String,
}

/// The segment of a path that names a setting.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct KeyPath {
    /// Its name.
    key: String,
}

/// The setting that the path names.
pub(super) struct OfKey(pub(super) String);

impl FromRequestParts<App> for OfKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let KeyPath { key } = segments(parts, app).await?;
        Ok(Self(key))
    }
}

/// The segment of a path that names an authorization.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PendingPath {
    /// Identifier of the authorization, as it was told when it began.
    pending: String,
}

/// The service that the path names.
pub(super) struct OfService(pub(super) Name);

impl FromRequestParts<App> for OfService {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let ServicePath { name } = segments(parts, app).await?;
        service_of(&name).map(Self)
    }
}

/// The account that the path names.
pub(super) struct OfAccount(pub(super) AccountId);

impl FromRequestParts<App> for OfAccount {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let AccountPath { service, account } = segments(parts, app).await?;
        account_of(&service, &account).map(Self)
    }
}

/// The service of that name; a text that is no name is told as one that is not there.
pub(super) fn service_of(name: &str) -> Result<Name, Failure> {
    name.parse().map_err(|_| no_such(name, None))
}

/// The account of these names.
pub(super) fn account_of(service: &str, account: &str) -> Result<AccountId, Failure> {
    match (service.parse(), account.parse()) {
        (Ok(service), Ok(account)) => Ok(AccountId { service, account }),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => Err(no_such(service, Some(account))),
    }
}

/// The segment of a path that names a question or a permission.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct IdPath {
    /// Its identifier.
    id: String,
}

/// The identifier that the path names.
pub(super) struct OfId(pub(super) String);

impl FromRequestParts<App> for OfId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let IdPath { id } = segments(parts, app).await?;
        Ok(Self(id))
    }
}

/// The authorization that the path names.
pub(super) struct OfPending(pub(super) String);

impl FromRequestParts<App> for OfPending {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let PendingPath { pending } = segments(parts, app).await?;
        Ok(Self(pending))
    }
}

/// The query.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Query(asked) = Query::from_request_parts(parts, app).await.map_err(|_| {
            Failure::unreadable(StatusCode::BAD_REQUEST, "Its query is not what the route expects.")
        })?;
        Ok(Self(asked))
    }
}

/// The body, JSON up to `MAX` bytes whatever its `Content-Type`; none at all counts as `{}`.
pub(super) struct Sent<T, const MAX: usize = MAX_BODY>(pub(super) T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<App> for Sent<T, MAX> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let bytes = read(request.into_body(), MAX, app.read_time).await?;
        let json: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        // The error's own text may quote a secret.
        serde_json::from_slice(json).map(Self).map_err(|error| {
            let what = if error.is_data() { "is not what the route expects" } else { "is no JSON" };
            let place = format!("Its body {what} (line {}, column {}).", error.line(), error.column());
            Failure::unreadable(StatusCode::BAD_REQUEST, place)
        })
    }
}

/// Reads a body; its copy here is wiped when it was read.
async fn read(body: Body, max: usize, patience: Duration) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let reading = async {
        let mut body = Limited::new(body, max);
        let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                bytes.extend_from_slice(&data);
            }
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(bytes)
    };
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Failure::unreadable(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("Its body has more than {} KiB.", max / 1024),
        )),
        Ok(Err(_)) => Err(Failure::unreadable(StatusCode::BAD_REQUEST, "Its body broke off.")),
        Err(_) => Err(Failure::unreadable(StatusCode::REQUEST_TIMEOUT, "Its body did not come in time.")),
    }
}

async fn segments<T: DeserializeOwned + Send>(parts: &mut Parts, app: &App) -> Result<T, Failure> {
    let Path(segments) = Path::from_request_parts(parts, app).await.map_err(|_| {
        Failure::unreadable(StatusCode::BAD_REQUEST, "Its path is not what the route expects.")
    })?;
    Ok(segments)
}

/// A text that is no slug names nothing; the slug of it may.
fn no_such(service: &str, account: Option<&str>) -> Failure {
    let plain = |text: &str| grantkeep_core::model::plain(text, 80);
    let slug = |text: &str| Name::of_title(text).map(|name| name.to_string());
    let (asked, meant) = match account {
        None => (plain(service), slug(service)),
        Some("default") => (plain(service), slug(service)),
        Some(account) => (
            format!("{}/{}", plain(service), plain(account)),
            slug(service).zip(slug(account)).map(|(service, account)| format!("{service}/{account}")),
        ),
    };
    let problem = Problem::new(Code::NotFound, format!("There is no “{asked}”"))
        .detail("A name has the characters a–z, 0–9, dot, underscore and hyphen.");
    match meant {
        Some(meant) => problem.hint(format!("Did you mean “{meant}”?")),
        None => problem.hint("`grantkeep status` lists all names."),
    }
    .into()
}

/// Bytes of nearly every request's body.
const MAX_BODY: usize = 256 * 1024;

/// Bytes that the body of nearly every request fits in.
const ROOM: usize = 16 * 1024;
