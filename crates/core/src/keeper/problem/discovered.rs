//! Why a provider's metadata does not count, in the person's words.

use super::{Problem, sentence};
use crate::keeper::Code;
use crate::model::{FieldFix, FieldProblem};
use crate::wire::NoMetadata;

const BY_HAND: &str = "Check the address, or fill in the form by hand from the provider's documentation.";
const TELL_THEM: &str = "Tell the provider, or fill in the form by hand from its documentation.";

/// The problem with what was `asked`; it stands at the field `issuer`, which keeps what was typed.
pub(super) fn problem(asked: &str, why: &NoMetadata) -> Problem {
    let mut fix = None;
    let problem = match why {
        NoMetadata::NotThere { .. } => Problem::new(
            Code::BadAnswer,
            format!("{asked} tells nothing of itself"),
            "None of the usual addresses there has the metadata of an OAuth or OpenID provider.",
            "Check the address: the issuer may have a path, such as /realms/name. Or fill in the form by hand.",
        ),
        NoMetadata::Unreachable { reason } => Problem::new(
            Code::ProviderUnreachable,
            format!("{asked} can't be reached"),
            sentence(reason),
            "Check the address and the network, and try again.",
        ),
        NoMetadata::Busy { status } => Problem::new(
            Code::ProviderBusy,
            format!("{asked} is busy ({status})"),
            "It has trouble of its own, which usually passes.",
            "Try again in a minute, or fill in the form by hand.",
        ),
        NoMetadata::WebPage => Problem::new(
            Code::BadAnswer,
            format!("{asked} answers with a web page"),
            "Where the metadata would be is a page for people, perhaps a login page or an error page.",
            BY_HAND,
        ),
        NoMetadata::Unreadable => Problem::new(
            Code::BadAnswer,
            format!("The metadata of {asked} can't be read"),
            "What is there is no JSON object.",
            BY_HAND,
        ),
        NoMetadata::Missing { what } => Problem::new(
            Code::BadAnswer,
            format!("The metadata of {asked} has no {what}"),
            "Without it nobody can be authorized in the browser.",
            BY_HAND,
        ),
        NoMetadata::TooManyRedirects => Problem::new(
            Code::BadAnswer,
            format!("{asked} redirects in circles"),
            "It answered with more than 3 redirects, one after the other.",
            BY_HAND,
        ),
        NoMetadata::RedirectsElsewhere { host } => Problem::new(
            Code::BadAnswer,
            format!("{asked} redirects to {host}"),
            "Whoever answers there was not asked, so it was not followed.",
            format!("If that is the provider, give {host} as the issuer."),
        ),
        NoMetadata::TooLarge => Problem::new(
            Code::BadAnswer,
            format!("The answer of {asked} is too large"),
            "Metadata has a few KiB; this has more than 1 MiB, and was not read.",
            BY_HAND,
        ),
        NoMetadata::UnfitAddress { what, address } => Problem::new(
            Code::BadAnswer,
            format!("The metadata of {asked} names an unsafe address"),
            format!(
                "Its {what} is {address}. Codes and secrets are sent over https:// alone, and to this computer only \
                     where the provider itself is on it."
            ),
            TELL_THEM,
        ),
        NoMetadata::OtherIssuer { named, same_host } => {
            if *same_host {
                fix = Some(FieldFix { label: format!("Use {named}"), value: named.clone() });
            }
            Problem::new(
                Code::WrongIssuer,
                format!("The metadata at {asked} is that of another issuer"),
                format!(
                    "It names {named}. Whoever copies somebody else's metadata could have your code sent to it."
                ),
                if *same_host { "If that is whom you mean, give it as the issuer." } else { BY_HAND },
            )
        }
    };
    let message = format!("{}. {}", problem.title, problem.hint);
    let field = FieldProblem { field: "issuer".to_owned(), message, fix, warning: false };
    Problem { fields: vec![field], ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_says_what_why_and_what_next() {
        let named = || "https://example.com/x".to_owned();
        let cases = [
            (NoMetadata::NotThere { status: 404 }, Code::BadAnswer),
            (NoMetadata::Unreachable { reason: "no route".to_owned() }, Code::ProviderUnreachable),
            (NoMetadata::Busy { status: 503 }, Code::ProviderBusy),
            (NoMetadata::WebPage, Code::BadAnswer),
            (NoMetadata::Unreadable, Code::BadAnswer),
            (NoMetadata::Missing { what: "token_endpoint" }, Code::BadAnswer),
            (NoMetadata::TooManyRedirects, Code::BadAnswer),
            (NoMetadata::RedirectsElsewhere { host: "other.example".to_owned() }, Code::BadAnswer),
            (NoMetadata::TooLarge, Code::BadAnswer),
            (NoMetadata::UnfitAddress { what: "token_endpoint", address: named() }, Code::BadAnswer),
            (NoMetadata::OtherIssuer { named: named(), same_host: false }, Code::WrongIssuer),
            (NoMetadata::OtherIssuer { named: named(), same_host: true }, Code::WrongIssuer),
        ];
        for (why, code) in cases {
            let problem = problem("https://example.com", &why);

            assert_eq!(problem.code, code, "{why:?}");
            assert!(problem.detail.ends_with('.') && problem.hint.ends_with('.'), "{why:?}: {problem:?}");
            assert_eq!(problem.fields[0].field, "issuer", "{why:?}");
            let offered = matches!(why, NoMetadata::OtherIssuer { same_host: true, .. });
            assert_eq!(problem.fields[0].fix.is_some(), offered, "{why:?}");
        }
    }
}
