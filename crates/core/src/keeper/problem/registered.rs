//! Why a provider registered no client, in the person's words.

use super::{Problem, sentence};
use crate::keeper::Code;
use crate::model::{Action, FailureKind, FieldProblem, Remedy, known_error};
use crate::wire::NotRegistered;

const BY_HAND: &str = "Register a client at the provider's own page, and fill in its client ID and secret.";

/// The problem with registering at `issuer`. Nothing was stored.
pub(super) fn problem(issuer: &str, why: &NotRegistered) -> Problem {
    let mut fields = Vec::new();
    let mut provider_said = None;
    let mut actions = Vec::new();
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
            if let Some(problem) = of_code(issuer, said.as_deref()) {
                return problem;
            }
            actions = vec![edit("redirect_method"), edit("scopes")];
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
    Problem { provider_said, fields, actions, ..problem }
}

/// What a known error code means here (RFC 7591 §3.2.2); there is a form to edit, and no service yet.
fn of_code(issuer: &str, said: Option<&str>) -> Option<Problem> {
    let (code, description) = said?.split_once(": ").unwrap_or((said?, ""));
    let known = known_error(None, FailureKind::Refused, code, description)?;
    let fields = known.actions.iter().filter_map(|remedy| match remedy {
        Remedy::Edit(field) => Some(edit(field)),
        Remedy::Authorize
        | Remedy::Again
        | Remedy::Otherwise
        | Remedy::Redirect
        | Remedy::Console
        | Remedy::Docs
        | Remedy::Confirm => None,
    });
    let title = known.title.replace("{title}", issuer);
    let problem = Problem::new(Code::ProviderRefused, title, known.meaning, known.todo);
    Some(Problem { provider_said: said.map(str::to_owned), actions: fields.collect(), ..problem })
}

fn edit(field: &str) -> Action {
    Action::EditField { field: field.to_owned() }
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

    #[test]
    fn a_known_code_says_what_of_the_form_to_edit() {
        // RFC 7591 §3.2.2
        let cases = [
            ("invalid_redirect_uri: no", "does not take this redirect URI", vec![edit("redirect_method")]),
            (
                "invalid_client_metadata",
                "registers no client like this",
                vec![edit("redirect_method"), edit("scopes")],
            ),
            ("something_else", "registered no client (400)", vec![edit("redirect_method"), edit("scopes")]),
        ];
        for (said, title, actions) in cases {
            let why = NotRegistered::Refused { status: 400, said: Some(said.to_owned()) };

            let problem = problem("https://id.example.com", &why);

            assert_eq!(problem.title, format!("https://id.example.com {title}"));
            assert_eq!((problem.actions, problem.provider_said.as_deref()), (actions, Some(said)));
        }
    }
}
