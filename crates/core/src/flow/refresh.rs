//! A refresh: one exchange that brings a new access token, or a failure that says what to do (RFC 6749 §6).

use super::{Input, Step};
use crate::model::{ClientSecret, Failure, FailureKind, Grant, RefreshToken, Service, host_of};
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
    /// Fails with `HostsToConfirm` where the service's origins await confirmation, or where the address is not
    /// one of those the grant was obtained for (R-ST-14): nothing is sent then.
    pub fn start(
        service: &Service,
        secret: Option<&ClientSecret>,
        grant: &Grant,
        token: &RefreshToken,
    ) -> (Self, Vec<Step>) {
        let goes_to = host_of(&service.refresh_endpoint());
        if !service.hosts_to_confirm().is_empty() || !grant.hosts.contains(&goes_to) {
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
            (Phase::Sent, Input::Answer(Err(unreachable))) => Self::failed(Failure::from(&unreachable)),
            (Phase::Sent | Phase::Over, Input::Woken) => Self::failed(Failure::of(FailureKind::Unreachable)),
            (phase @ (Phase::Sent | Phase::Over), Input::Redirect(_)) => (Self { phase }, vec![Step::Ignore]),
            (Phase::Over, Input::Answer(_)) => (Self { phase: Phase::Over }, Vec::new()),
        }
    }

    fn failed(failure: Failure) -> (Self, Vec<Step>) {
        (Self { phase: Phase::Over }, vec![Step::Failed(failure)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ScopeSet, Timestamp, TokenType};
    use crate::wire::example::{answer, form, service, url};
    use crate::wire::{Response, Unreachable};

    fn grant(hosts: &[&str]) -> Grant {
        let at = Timestamp::from_millis(0);
        Grant {
            revision: 1,
            token_type: TokenType::Bearer,
            access_token_length: 1,
            is_jwt: false,
            authorized_at: at,
            obtained_at: at,
            expires_at: None,
            asked: ScopeSet::default(),
            granted: ScopeSet::default(),
            has_refresh_token: true,
            has_id_token: false,
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            other_fields: Vec::new(),
            api_host: None,
            oddities: Vec::new(),
            identity: None,
            last_refresh_at: None,
            last_used_at: None,
            refresh_token_ends_at: None,
            last_tested_at: None,
        }
    }

    fn start(service: &Service) -> (RefreshFlow, Vec<Step>) {
        RefreshFlow::start(service, None, &grant(&["auth.example.com"]), &RefreshToken::new("r"))
    }

    fn end(steps: &[Step]) -> String {
        match steps {
            [Step::Done(tokens)] => format!("Done, rotated: {}", tokens.refresh.is_some()),
            [Step::Failed(failure)] => format!("{:?}", failure.kind),
            [] => "nothing".to_owned(),
            _ => "something else".to_owned(),
        }
    }

    #[test]
    fn the_refresh_token_is_sent_to_confirmed_hosts_of_the_grant_only() {
        // R-ST-14
        type Edit = fn(&mut Service);
        let cases: [(Edit, bool, &str); 4] = [
            (|_| {}, true, "as it was obtained"),
            (|s| s.endpoints.token = url("https://evil.example/token"), false, "an unconfirmed host"),
            (|s| s.endpoints.authorize = url("https://evil.example/a"), false, "the person is to look first"),
            (
                |s| {
                    s.endpoints.token = url("https://new.example/token");
                    s.confirmed_hosts = s.confirmed_hosts.with("new.example");
                },
                false,
                "confirmed for the service, but not for this grant",
            ),
        ];
        for (edit, is_sent, why) in cases {
            let mut service = service();
            edit(&mut service);
            let (_, steps) = start(&service);
            match steps.as_slice() {
                [Step::Send(request)] => {
                    assert!(is_sent, "{why}");
                    assert_eq!(form(request, "refresh_token").as_deref(), Some("r"));
                }
                steps => {
                    assert!(!is_sent, "{why}");
                    assert_eq!(end(steps), "HostsToConfirm", "{why}");
                }
            }
        }
    }

    #[test]
    fn an_answer_ends_the_refresh() {
        let cases = [
            (200, r#"{"access_token":"a"}"#, "Done, rotated: false", "the old refresh token stays"),
            (200, r#"{"access_token":"a","refresh_token":"s"}"#, "Done, rotated: true", "a new one"),
            (400, r#"{"error":"invalid_grant"}"#, "GrantEnded", "R-TK-12"),
            (503, r#"{"error":"invalid_grant"}"#, "Busy", "not with a 503"),
            (200, "<html>", "BadAnswer", "a web page"),
        ];
        for (status, body, expected, why) in cases {
            let response: Response = answer(status, &[], body.as_bytes());
            let (_, steps) = start(&service()).0.advance(Input::Answer(Ok(response)), &service());
            assert_eq!(end(&steps), expected, "{why}");
        }
        let silence = Err(Unreachable { reason: "no network".to_owned() });
        let (flow, steps) = start(&service()).0.advance(Input::Answer(silence), &service());
        assert_eq!(end(&steps), "Unreachable");
        let late = Ok(answer(200, &[], br#"{"access_token":"a"}"#));
        assert_eq!(end(&flow.advance(Input::Answer(late), &service()).1), "nothing", "over is over");
    }

    #[test]
    fn a_refresh_without_an_answer_ends() {
        let (flow, steps) = start(&service()).0.advance(Input::Woken, &service());
        assert_eq!(end(&steps), "Unreachable", "nothing came");
        assert_eq!(
            end(&flow.advance(Input::Woken, &service()).1),
            "Unreachable",
            "whoever waits is told again"
        );
    }
}
