//! A program's request to a resource: the keeper adds the token, the answer is handed on as it comes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_core::Stream;
use grantkeep_api::requests::{Brokered, Purpose};
use grantkeep_api::routes::{ANSWERED_BY, pattern};
use grantkeep_core::keeper;
use grantkeep_core::ports::StreamResponse;
use grantkeep_core::wire::{BrokeredRequest, Unreachable};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use zeroize::Zeroizing;

use super::App;
use super::extract::{AccountPath, OfAccount, Open, Sent};
use super::failure::Failure;
use super::gate::Places;
use super::peer::Peer;

/// Bytes of the request's JSON: 8 MiB of body in base64, and the rest.
pub(super) const MAX_BODY: usize = 12 * 1024 * 1024;

/// Asks a resource with the token, which the program never sees.
///
/// The answer is the resource's own, streamed, with the header `grantkeep-answered-by: resource`; the agent's problems do not have it. Up to 10 redirects are followed; one to a host that the service does not allow leaves the token behind.
#[utoipa::path(
    post,
    path = pattern::REQUEST,
    operation_id = "request",
    tag = "Tokens",
    params(AccountPath),
    request_body = Brokered,
    responses((status = "default", description = "What the resource answered", content_type = "*/*", body = serde_json::Value, headers(("grantkeep-answered-by" = String, description = "`resource`")))),
)]
pub(super) async fn request(
    Admitted { places, room }: Admitted,
    Open(keeper): Open,
    peer: Peer,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<Brokered, MAX_BODY>,
) -> Result<Response, Failure> {
    let is_head = sent.method == "HEAD";
    let asked = read(sent).map_err(keeper::Error::from)?;
    let answer = keeper.request(&id, asked, &peer.receiver(Purpose::HandOut)).await?;
    drop(room);
    Ok(hand_on(answer, is_head, places))
}

/// A request's place among those that are handed on, and room for its body. They are counted apart from all others, because
/// an answer lasts as long as its reader takes (R-AG-05).
pub(super) struct Admitted {
    places: Places,
    room: Option<OwnedSemaphorePermit>,
}

impl FromRequestParts<App> for Admitted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let peer = Peer::from_request_parts(parts, app).await?;
        let places = app.brokered.enter(peer.pid).await;
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let length = length.and_then(|length| length.parse().ok()).unwrap_or(MAX_BODY).min(MAX_BODY);
        let pieces = u32::try_from(length / PIECE).unwrap_or(u32::MAX);
        let room = app.bodies.clone().acquire_many_owned(pieces).await.ok();
        Ok(Self { places, room })
    }
}

/// What the program wants sent.
fn read(sent: Brokered) -> Result<BrokeredRequest, grantkeep_core::model::FieldProblem> {
    let Brokered { method, url, headers, body_base64 } = sent;
    let body = body_base64.map(Zeroizing::new).unwrap_or_default();
    let body = STANDARD.decode(body.as_bytes()).map_err(|_| grantkeep_core::model::FieldProblem {
        field: "body_base64".to_owned(),
        message: "The body is no base64 (RFC 4648 §4, with padding).".to_owned(),
        fix: None,
        warning: false,
    })?;
    let headers = headers.into_iter().map(|field| (field.name, field.value)).collect();
    BrokeredRequest::new(&method, &url, headers, Bytes::from_owner(Zeroizing::new(body)))
}

/// The resource's answer as ours: its status, its header fields but those of its connection, its body.
fn hand_on(answer: StreamResponse, is_head: bool, places: Places) -> Response {
    let StreamResponse { status, headers, body } = answer;
    let mut response = Response::new(Body::from_stream(Pieces { body, _places: places }));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    // Without a body its length is that of another answer.
    let bodiless = is_head || matches!(status, 204 | 304);
    *response.headers_mut() = fields(headers, bodiless);
    response.headers_mut().insert(ANSWERED_BY, HeaderValue::from_static("resource"));
    response
}

fn fields(headers: Vec<(String, Vec<u8>)>, bodiless: bool) -> HeaderMap {
    let named: Vec<String> = headers
        .iter()
        .filter(|(name, _)| name == "connection")
        .flat_map(|(_, value)| {
            String::from_utf8_lossy(value).to_lowercase().split(',').map(str::to_owned).collect::<Vec<_>>()
        })
        .map(|name| name.trim().to_owned())
        .collect();
    let mut fields = HeaderMap::with_capacity(headers.len() + 2);
    for (name, value) in headers {
        let left_out = OF_THE_CONNECTION.contains(&name.as_str())
            || named.contains(&name)
            || (bodiless && name == "content-length");
        let field = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_bytes(&value).ok());
        if let Some((name, value)) = field.filter(|_| !left_out) {
            fields.append(name, value);
        }
    }
    fields
}

/// The body as it comes; its place is free when it ended, or nobody reads it any more.
struct Pieces {
    body: mpsc::Receiver<Result<Bytes, Unreachable>>,
    _places: Places,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // An error ends the connection, so that nobody takes half an answer for a whole one.
        self.body.poll_recv(context).map(|piece| Some(piece?.map_err(io::Error::other)))
    }
}

/// Fields of the resource's connection to the agent (RFC 9110 §7.6.1).
const OF_THE_CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Bodies in memory at once, in [`PIECE`]s: 48 MiB.
pub(super) const BODIES: usize = 768;

/// Bytes that are counted as one.
const PIECE: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_connection_stay_behind() {
        let sent = [
            ("content-type", "text/plain"),
            ("set-cookie", "a=b"),
            ("set-cookie", "c=d"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("keep-alive", "timeout=5"),
            ("content-length", "7"),
        ];
        let sent =
            || sent.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();

        let handed = fields(sent(), false);

        let names: Vec<_> = handed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["content-type", "set-cookie", "set-cookie", "content-length"]);
        assert!(!fields(sent(), true).contains_key("content-length"), "without a body");
    }
}
