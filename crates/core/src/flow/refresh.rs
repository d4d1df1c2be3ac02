//! A refresh: one exchange that brings a new access token, or a failure that says what to do (RFC 6749 §6).

use super::{Input, Step};
use crate::model::{ClientSecret, Failure, FailureKind, Grant, RefreshToken, Service, host_of, plain};
use crate::wire::{read_token_response, refresh_request};

/// A refresh under way.
pub struct RefreshFlow {
    phase: Phase,
}

enum Phase {
    /// The request went out.
    Sent,
    /// Nothing more comes of it.
    Over,
}

impl RefreshFlow {
    /// Starts with the one request to send.
    ///
    /// Fails with `HostsToConfirm` where the service's origins await confirmation, or where the token endpoint is not
    /// one of those the grant was obtained for (R-ST-14): nothing is sent then.
    pub fn start(
        service: &Service,
        secret: Option<&ClientSecret>,
        grant: &Grant,
        token: &RefreshToken,
    ) -> (Self, Vec<Step>) {
        if !service.hosts_to_confirm().is_empty() || !grant.hosts.contains(&host_of(&service.endpoints.token)) {
            return Self::failed(Failure::of(FailureKind::HostsToConfirm));
        }
        (Self { phase: Phase::Sent }, vec![Step::Send(refresh_request(service, secret, token))])
    }

    /// Goes on with what happened: an answer is `Done` or `Failed`.
    ///
    /// Being woken means that no answer came in time. Only `GrantEnded` among the failures ends the grant (R-TK-12).
    pub fn advance(self, input: Input, service: &Service) -> (Self, Vec<Step>) {
        match (self.phase, input) {
            (Phase::Sent, Input::Answer(Ok(response))) => match read_token_response(service, &response) {
                Ok(tokens) => (Self { phase: Phase::Over }, vec![Step::Done(tokens)]),
                Err(failure) => Self::failed(failure),
            },
            (Phase::Sent, Input::Answer(Err(unreachable))) => Self::failed(super::no_answer(&unreachable)),
            (Phase::Sent | Phase::Over, Input::Woken) => Self::failed(Failure::of(FailureKind::Unreachable)),
            (phase @ (Phase::Sent | Phase::Over), Input::Redirect(_)) => (Self { phase }, vec![Step::Ignore]),
            (Phase::Over, Input::Answer(_)) => (Self { phase: Phase::Over }, Vec::new()),
        }
    }

    fn failed(failure: Failure) -> (Self, Vec<Step>) {
        (Self { phase: Phase::Over }, vec![Step::Failed(failure)])
    }
}
