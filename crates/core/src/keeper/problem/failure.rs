//! What failed at a service, in the person's words.

use super::{Problem, sentence};
use crate::keeper::Code;
use crate::model::{
    Action, Catalog, ClientAuthentication, Failure, FailureKind, KnownError, Remedy, Service, known_error,
};

/// A failure of a service in the person's words, with what can be done about it.
///
/// The words are those of the provider's error code where it is a known one, else those of the kind of failure.
pub fn of_failure(failure: &Failure, service: &Service) -> Problem {
    let provider = service.provider.as_deref();
    let known = failure
        .code_and_description()
        .and_then(|(code, description)| known_error(provider, failure.kind, code, description));
    let (mut problem, mut remedies) = of_kind(failure, &service.title);
    if let Some(known) = known {
        problem = Problem { code: problem.code, ..of_known(known, failure, &service.title) };
        remedies = known.actions;
    }
    if let Some(tried) = failure.tried.last() {
        problem.detail.push_str(&format!(
            " Sending the client secret {} was refused, too; the service is as it was.",
            place_of(*tried)
        ));
    }
    let said = if failure.kind == FailureKind::Unreachable { None } else { failure.said.clone() };
    let entry = provider.and_then(|id| Catalog::builtin().provider(id)).map(|entry| &**entry);
    let mut actions: Vec<Action> = Vec::new();
    for remedy in remedies {
        // Only a request that was answered showed how the client authenticates.
        if *remedy != Remedy::Otherwise || failure.status.is_some() {
            actions.extend(remedy.of(service, entry, &failure.tried));
        }
    }
    Problem { provider_said: said, actions, ..problem }
}

/// Where a client secret is sent, after "sending the client secret".
pub(crate) fn place_of(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::Basic => "in the header (Basic)",
        ClientAuthentication::BasicRaw => "in the header (Basic, not encoded)",
        ClientAuthentication::Post => "in the body (POST)",
        ClientAuthentication::None => "not at all",
    }
}

fn of_known(known: &KnownError, failure: &Failure, title: &str) -> Problem {
    let wait = failure.retry_after_s.map(|seconds| format!(" It asked to wait {seconds} s."));
    let detail = format!("{}{}", known.meaning, wait.unwrap_or_default());
    Problem::new(Code::Internal, known.title.replace("{title}", title), detail, known.todo)
}

fn of_kind(failure: &Failure, title: &str) -> (Problem, &'static [Remedy]) {
    use Remedy::{Again, Authorize, Confirm, Console, Docs, Edit, Otherwise};
    let status = failure.status.map(|status| format!(" ({status})")).unwrap_or_default();
    match failure.kind {
        FailureKind::Unreachable => (
            Problem::new(
                Code::ProviderUnreachable,
                format!("{title} can't be reached"),
                failure.said.as_ref().map_or_else(String::new, |why| sentence(why)) + " The grant is kept.",
                "Grantkeep keeps trying. Check the network, and the addresses of the service.",
            ),
            &[Again, Edit("token_uri")],
        ),
        FailureKind::Busy => (
            Problem::new(
                Code::ProviderBusy,
                format!("{title} is busy{status}"),
                match failure.retry_after_s {
                    Some(seconds) => format!("It asked to wait {seconds} s. Nothing is lost."),
                    None => "Nothing is lost.".to_owned(),
                },
                "Grantkeep keeps trying.",
            ),
            &[Again],
        ),
        FailureKind::BadAnswer => (
            Problem::new(
                Code::BadAnswer,
                format!("{title} answered with something else than a token{status}"),
                "A login page or a proxy may stand in between. The grant is kept.",
                "Check the Access token URI.",
            ),
            &[Edit("token_uri"), Again],
        ),
        FailureKind::GrantEnded => (
            Problem::new(
                Code::GrantEnded,
                format!("{title} needs you to reauthorize"),
                "It no longer accepts the code or refresh token.",
                "Reauthorize.",
            ),
            &[Authorize],
        ),
        FailureKind::ClientRefused => (
            Problem::new(
                Code::ClientRefused,
                format!("{title} refused the client"),
                "The client ID or client secret may have been copied without its last characters, or replaced at the \
             service since. The grant is kept and works again once they are right.",
                "Edit the service: check client ID, client secret and client authentication.",
            ),
            &[Edit("client_secret"), Console, Otherwise],
        ),
        FailureKind::ConsentRefused => (
            Problem::new(
                Code::ConsentRefused,
                format!("You refused at {title}"),
                "Nothing was stored.",
                "Authorize again if that was a mistake.",
            ),
            &[Authorize],
        ),
        FailureKind::InvalidScope => (
            Problem::new(
                Code::InvalidScope,
                format!("{title} does not know a scope"),
                "One of the scopes of the service is misspelled or not allowed for this client.",
                "Edit the scopes of the service.",
            ),
            &[Edit("scopes"), Docs, Console],
        ),
        FailureKind::Refused => (
            Problem::new(
                Code::ProviderRefused,
                format!("{title} refused{status}"),
                "What it said is shown below. Nothing that was stored is lost.",
                "Check the service's settings here and at the provider.",
            ),
            &[Edit("token_uri"), Authorize, Console, Docs],
        ),
        FailureKind::LinkExpired => (
            Problem::new(
                Code::LinkExpired,
                "The link is no longer good",
                "Its time was over before the browser came back.",
                "Authorize again: a new link takes a second.",
            ),
            &[Authorize],
        ),
        FailureKind::Cancelled => (
            Problem::new(
                Code::Cancelled,
                "Cancelled",
                "The authorization was cancelled.",
                "Authorize again.",
            ),
            &[Authorize],
        ),
        FailureKind::WrongIssuer => (
            Problem::new(
                Code::WrongIssuer,
                format!("The answer did not come from {title}"),
                "It names another issuer than the one that was asked. Nothing was stored.",
                "Check the issuer of the service, and authorize again.",
            ),
            &[Edit("issuer")],
        ),
        FailureKind::HostsToConfirm => (
            Problem::new(
                Code::HostsToConfirm,
                format!("{title} points to another host now"),
                "Its tokens were obtained for other hosts. Nothing is sent until you confirm.",
                "Confirm the hosts, or edit the service back.",
            ),
            &[Confirm],
        ),
        FailureKind::PortBusy => (
            Problem::new(
                Code::PortBusy,
                "The port is in use",
                "Another program holds it.",
                "Close that program.",
            ),
            &[Authorize, Edit("redirect_port")],
        ),
        FailureKind::CannotListen => (
            Problem::new(
                Code::CannotListen,
                "No redirect can be received",
                "The system refused to listen on this computer.",
                "Use the paste method for this service.",
            ),
            &[Authorize, Edit("redirect_method")],
        ),
        FailureKind::NotStored => (
            Problem::new(
                Code::VaultReadOnly,
                "The vault can't be written",
                "New tokens are held in memory until it can. Nothing is lost.",
                "Free some space.",
            ),
            &[Again],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::example::service;

    #[test]
    fn every_failure_says_what_why_and_what_next() {
        let kinds = [
            FailureKind::Unreachable,
            FailureKind::Busy,
            FailureKind::BadAnswer,
            FailureKind::GrantEnded,
            FailureKind::ClientRefused,
            FailureKind::ConsentRefused,
            FailureKind::InvalidScope,
            FailureKind::Refused,
            FailureKind::LinkExpired,
            FailureKind::Cancelled,
            FailureKind::WrongIssuer,
            FailureKind::HostsToConfirm,
            FailureKind::PortBusy,
            FailureKind::CannotListen,
            FailureKind::NotStored,
        ];
        let service = Service { title: "Acme".to_owned(), ..service() };
        for kind in kinds {
            let failure =
                Failure { said: Some("invalid_x: no".into()), status: Some(400), ..Failure::of(kind) };

            let problem = of_failure(&failure, &service);

            assert!(!problem.title.is_empty() && !problem.hint.is_empty(), "{kind:?}");
            assert!(problem.detail.ends_with('.'), "{kind:?}: {}", problem.detail);
            assert!(!problem.title.contains("invalid_"), "the code is not the message: {kind:?}");
        }
    }

    fn refused(said: &str) -> Failure {
        Failure { said: Some(said.to_owned()), status: Some(401), ..Failure::of(FailureKind::ClientRefused) }
    }

    fn of_github() -> Service {
        Service { title: "Hub".to_owned(), provider: Some("github".to_owned()), ..service() }
    }

    #[test]
    fn actions_have_all_that_they_take() {
        let problem = of_failure(&refused("incorrect_client_credentials: no"), &of_github());

        assert_eq!((problem.code, problem.title.as_str()), (Code::ClientRefused, "Hub refused the client"));
        assert_eq!(problem.provider_said.as_deref(), Some("incorrect_client_credentials: no"));
        let page = Catalog::builtin().provider("github").unwrap().registration_uri.clone().unwrap();
        assert_eq!(
            problem.actions,
            [
                Action::EditField { field: "client_secret".to_owned() },
                Action::OpenConsole { url: page },
                Action::TryAuthentication { with: ClientAuthentication::Post },
                Action::TryAuthentication { with: ClientAuthentication::BasicRaw },
            ]
        );
    }

    #[test]
    fn the_redirect_uri_to_copy_is_the_one_to_register() {
        let failure =
            Failure { said: Some("redirect_uri_mismatch".into()), ..Failure::of(FailureKind::Refused) };

        let problem = of_failure(&failure, &service());

        assert_eq!(
            problem.actions.first(),
            Some(&Action::CopyRedirectUri { uri: "http://127.0.0.1/callback/example-1a2b".to_owned() })
        );
        assert!(
            !problem.actions.iter().any(|action| matches!(action, Action::OpenConsole { .. })),
            "no page known"
        );
    }

    #[test]
    fn another_client_authentication_is_offered_until_all_were_tried() {
        use ClientAuthentication::{Basic, BasicRaw, None as Public, Post};
        let cases = [
            (Basic, true, vec![], vec![Post, BasicRaw], "post first, raw as third"),
            (Post, true, vec![], vec![Basic, BasicRaw], "the other way round"),
            (BasicRaw, true, vec![], vec![Post, Basic], "from the third"),
            (Basic, true, vec![Post], vec![BasicRaw], "one was tried"),
            (Basic, true, vec![Post, BasicRaw], vec![], "all were tried"),
            (Basic, false, vec![], vec![], "there is no secret to send"),
            (Public, false, vec![], vec![], "a public client"),
        ];
        for (way, has_client_secret, tried, offered, why) in cases {
            let service = Service { client_authentication: way, has_client_secret, ..service() };
            let failure = Failure { tried, ..refused("invalid_client") };

            let problem = of_failure(&failure, &service);

            let ways: Vec<_> = problem
                .actions
                .iter()
                .filter_map(|action| match action {
                    Action::TryAuthentication { with } => Some(*with),
                    _ => None,
                })
                .collect();
            assert_eq!(ways, offered, "{why}");
            let says = problem.detail.contains("was refused, too; the service is as it was");
            assert_eq!(says, !failure.tried.is_empty(), "{why}: {}", problem.detail);
        }
    }

    #[test]
    fn no_way_is_offered_where_the_client_was_not_asked_to_authenticate() {
        let failure = Failure { status: None, ..refused("invalid_client") };

        let problem = of_failure(&failure, &service());

        assert!(!problem.actions.iter().any(|action| matches!(action, Action::TryAuthentication { .. })));
    }

    #[test]
    fn a_passing_error_says_how_long_it_asked_to_wait() {
        let failure = Failure {
            said: Some("temporarily_unavailable".into()),
            status: Some(503),
            retry_after_s: Some(30),
            ..Failure::of(FailureKind::Busy)
        };

        let problem = of_failure(&failure, &service());

        assert!(problem.detail.ends_with("It asked to wait 30 s."), "{}", problem.detail);
        assert_eq!(problem.actions, [Action::TryAgain]);
    }
}
