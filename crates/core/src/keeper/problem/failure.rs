//! What failed at a service, in the person's words.

use super::{Problem, sentence};
use crate::keeper::Code;
use crate::model::{Failure, FailureKind};

/// A failure of a service in the person's words. `title` is the service's.
pub fn of_failure(failure: &Failure, title: &str) -> Problem {
    let status = failure.status.map(|status| format!(" ({status})")).unwrap_or_default();
    let problem = match failure.kind {
        FailureKind::Unreachable => Problem::new(
            Code::ProviderUnreachable,
            format!("{title} can't be reached"),
            failure.said.as_ref().map_or_else(String::new, |why| sentence(why)) + " The grant is kept.",
            "Grantkeep keeps trying. Check the network, and the addresses of the service.",
        ),
        FailureKind::Busy => Problem::new(
            Code::ProviderBusy,
            format!("{title} is busy{status}"),
            match failure.retry_after_s {
                Some(seconds) => format!("It asked to wait {seconds} s. Nothing is lost."),
                None => "Nothing is lost.".to_owned(),
            },
            "Grantkeep keeps trying.",
        ),
        FailureKind::BadAnswer => Problem::new(
            Code::BadAnswer,
            format!("{title} answered with something else than a token{status}"),
            "A login page or a proxy may stand in between. The grant is kept.",
            "Check the Access token URI.",
        ),
        FailureKind::GrantEnded => Problem::new(
            Code::GrantEnded,
            format!("{title} needs you to reauthorize"),
            "It no longer accepts the code or refresh token.",
            "Reauthorize.",
        ),
        FailureKind::ClientRefused => Problem::new(
            Code::ClientRefused,
            format!("{title} refused the client"),
            "The client ID or client secret may have been copied without its last characters, or replaced at the \
             service since. The grant is kept and works again once they are right.",
            "Edit the service: check client ID, client secret and client authentication.",
        ),
        FailureKind::ConsentRefused => Problem::new(
            Code::ConsentRefused,
            format!("You refused at {title}"),
            "Nothing was stored.",
            "Authorize again if that was a mistake.",
        ),
        FailureKind::InvalidScope => Problem::new(
            Code::InvalidScope,
            format!("{title} does not know a scope"),
            "One of the scopes of the service is misspelled or not allowed for this client.",
            "Edit the scopes of the service.",
        ),
        FailureKind::Refused => Problem::new(
            Code::ProviderRefused,
            format!("{title} refused{status}"),
            "What it said is shown below. Nothing that was stored is lost.",
            "Check the service's settings here and at the provider.",
        ),
        FailureKind::LinkExpired => Problem::new(
            Code::LinkExpired,
            "The link is no longer good",
            "Its time was over before the browser came back.",
            "Authorize again: a new link takes a second.",
        ),
        FailureKind::Cancelled => {
            Problem::new(Code::Cancelled, "Cancelled", "The authorization was cancelled.", "Authorize again.")
        }
        FailureKind::WrongIssuer => Problem::new(
            Code::WrongIssuer,
            format!("The answer did not come from {title}"),
            "It names another issuer than the one that was asked. Nothing was stored.",
            "Check the issuer of the service, and authorize again.",
        ),
        FailureKind::HostsToConfirm => Problem::new(
            Code::HostsToConfirm,
            format!("{title} points to another host now"),
            "Its tokens were obtained for other hosts. Nothing is sent until you confirm.",
            "Confirm the hosts, or edit the service back.",
        ),
        FailureKind::PortBusy => Problem::new(
            Code::PortBusy,
            "The port is in use",
            "Another program holds it.",
            "Close that program.",
        ),
        FailureKind::CannotListen => Problem::new(
            Code::CannotListen,
            "No redirect can be received",
            "The system refused to listen on this computer.",
            "Use the paste method for this service.",
        ),
        FailureKind::NotStored => Problem::new(
            Code::VaultReadOnly,
            "The vault can't be written",
            "New tokens are held in memory until it can. Nothing is lost.",
            "Free some space.",
        ),
    };
    let said = if failure.kind == FailureKind::Unreachable { None } else { failure.said.clone() };
    Problem { provider_said: said, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for kind in kinds {
            let failure =
                Failure { said: Some("invalid_x: no".into()), status: Some(400), ..Failure::of(kind) };

            let problem = of_failure(&failure, "Acme");

            assert!(!problem.title.is_empty() && !problem.hint.is_empty(), "{kind:?}");
            assert!(problem.detail.ends_with('.'), "{kind:?}: {}", problem.detail);
            assert!(!problem.title.contains("invalid_"), "the code is not the message: {kind:?}");
        }
    }
}
