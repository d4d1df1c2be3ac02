//! Why a provider registered no client, in the person's words.

use super::{Problem, sentence};
use crate::keeper::Code;
use crate::model::FieldProblem;
use crate::wire::NotRegistered;

const BY_HAND: &str = "Register a client at the provider's own page, and fill in its client ID and secret.";

/// The problem with registering at `issuer`. Nothing was stored.
pub(super) fn problem(issuer: &str, why: &NotRegistered) -> Problem {
    let mut fields = Vec::new();
    let mut provider_said = None;
    let problem = match why {
        NotRegistered::NotOffered => Problem::new(
            Code::ProviderRefused,
            format!("{issuer} registers no clients by itself"),
            "Its metadata has no registration_endpoint.",
            BY_HAND,
        ),
        NotRegistered::TokenNeeded { was_sent, said } => {
            provider_said.clone_from(said);
            let message = if *was_sent {
                "This initial access token was refused. It may be used up or copied without its last characters."
            } else {
                "The provider registers a client only for an initial access token."
            };
            fields.push(FieldProblem {
                field: "initial_access_token".to_owned(),
                message: message.to_owned(),
                fix: None,
                warning: false,
            });
            Problem::new(
                Code::ProviderRefused,
                format!("{issuer} registers clients only for whom it knows"),
                message,
                "Get an initial access token from whoever runs it, or register a client at its own page.",
            )
        }
        NotRegistered::Refused { status, said } => {
            provider_said.clone_from(said);
            Problem::new(
                Code::ProviderRefused,
                format!("{issuer} registered no client ({status})"),
                "It does not take the client as the form has it: redirect method and scopes are what differs between \
                 clients.",
                "Try another redirect method or fewer scopes, or register a client at its own page.",
            )
        }
        NotRegistered::Busy { status } => Problem::new(
            Code::ProviderBusy,
            format!("{issuer} is busy ({status})"),
            "Nothing was stored here.",
            "Try again in a minute. If the provider shows a client “Grantkeep” by then, delete it there.",
        ),
        NotRegistered::Unreadable { reason } => Problem::new(
            Code::BadAnswer,
            format!("{issuer} did not answer with a client"),
            format!("{reason} Nothing was stored here."),
            BY_HAND,
        ),
        NotRegistered::Unreachable { reason } => Problem::new(
            Code::ProviderUnreachable,
            format!("{issuer} can't be reached"),
            sentence(reason),
            "Check the network, and try again.",
        ),
    };
    Problem { provider_said, fields, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_says_what_why_and_what_next() {
        let said = || Some("invalid_redirect_uri: no".to_owned());
        let cases = [
            (NotRegistered::NotOffered, Code::ProviderRefused, false),
            (NotRegistered::TokenNeeded { was_sent: false, said: None }, Code::ProviderRefused, true),
            (NotRegistered::TokenNeeded { was_sent: true, said: said() }, Code::ProviderRefused, true),
            (NotRegistered::Refused { status: 400, said: said() }, Code::ProviderRefused, false),
            (NotRegistered::Busy { status: 503 }, Code::ProviderBusy, false),
            (NotRegistered::Unreadable { reason: "It has no client ID." }, Code::BadAnswer, false),
            (NotRegistered::Unreachable { reason: "no route".to_owned() }, Code::ProviderUnreachable, false),
        ];
        for (why, code, asks_token) in cases {
            let problem = problem("https://id.example.com", &why);

            assert_eq!(problem.code, code, "{why:?}");
            assert!(problem.detail.ends_with('.') && problem.hint.ends_with('.'), "{why:?}: {problem:?}");
            let asked = problem.fields.iter().any(|field| field.field == "initial_access_token");
            assert_eq!(asked, asks_token, "{why:?}");
        }
    }
}
