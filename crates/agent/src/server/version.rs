//! Each answer says the agent's version, and a client of ours of another version gets nothing but that.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use grantkeep_api::routes::{AGENT_VERSION, CLIENT_VERSION, OWN_VERSION};
use grantkeep_api::views::{Code, Problem};
use http::HeaderValue;

use super::failure::Failure;

/// Refuses a client of ours whose version is another one, before anything is done for it. Whoever does not say a
/// version (curl, a program) is served.
pub(super) async fn compare(request: Request, next: Next) -> Response {
    let mut response = match request.headers().get(CLIENT_VERSION) {
        Some(version) if version != OWN_VERSION => Failure::from(mismatch(version)).into_response(),
        Some(_) | None => next.run(request).await,
    };
    response.headers_mut().insert(AGENT_VERSION, HeaderValue::from_static(OWN_VERSION));
    response
}

fn mismatch(version: &HeaderValue) -> Problem {
    let theirs = grantkeep_core::model::plain(&String::from_utf8_lossy(version.as_bytes()), 32);
    Problem::new(Code::VersionMismatch, "Program and agent are of different versions")
        .detail(format!("The agent has version {OWN_VERSION}, the program {theirs}. Nothing was done."))
        .hint("Update the older of the two.")
}
