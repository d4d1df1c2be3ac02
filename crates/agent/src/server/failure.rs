//! A failure on its way out: a problem and the HTTP status that goes with it (RFC 9457).

use axum::response::{IntoResponse, Response};
use grantkeep_api::problem::http_status;
use grantkeep_api::routes::PROBLEM_TYPE;
use grantkeep_api::views::{Code, Problem};
use grantkeep_core::keeper;
use http::{HeaderValue, StatusCode, header};

use super::convert;

/// A problem with its status.
pub(super) struct Failure {
    status: StatusCode,
    /// Boxed: it travels in every handler's result.
    problem: Box<Problem>,
}

impl Failure {
    /// A request that HTTP has a status of its own for.
    pub(super) fn with_status(status: StatusCode, problem: Problem) -> Self {
        Self { status, problem: Box::new(problem) }
    }

    /// A request that can't be understood.
    pub(super) fn unreadable(status: StatusCode, detail: impl Into<String>) -> Self {
        let problem = Problem::new(Code::InvalidInput, "The request can't be read")
            .detail(detail)
            .hint("The routes and their bodies stand in the documentation of the API.");
        Self::with_status(status, problem)
    }

    /// A fault of our own.
    pub(super) fn internal(what: &'static str) -> Self {
        tracing::error!(what, "a fault of the server");
        let problem = Problem::new(Code::Internal, "The agent has a fault")
            .detail("Your grants are safe.")
            .hint("The log says more; please report it.");
        problem.into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let status = StatusCode::from_u16(http_status(problem.code));
        Self::with_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), problem)
    }
}

impl From<keeper::Error> for Failure {
    fn from(error: keeper::Error) -> Self {
        convert::problem(error.problem()).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.problem)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        response
    }
}
