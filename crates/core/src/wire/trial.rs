//! Whether a token is still accepted, as an answer tells.

use super::error_response::{ErrorResponse, passes};
use super::token_response::Fields;
use super::{Introspected, Response, Unreachable};
use crate::model::{Failure, plain};

/// What came of trying a token. The texts are parts of a sentence, plain (R-TK-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It is accepted.
    Accepted,
    /// It is refused: how that is known.
    Refused(String),
    /// Nothing is known: why.
    Unclear(String),
}

/// Reads what the Test URI answered.
///
/// RFC 6750 §3.1 wants 401 for a token that has ended; 400 (Facebook), 403 and an error within a 200 (Slack) are seen as
/// well, so whoever asks has to know that the same token was accepted before.
pub fn read_trial(answer: &Result<Response, Unreachable>) -> Tried {
    let response = match answer {
        Ok(response) => response,
        Err(unreachable) => return Tried::Unclear(plain(&unreachable.reason, LONGEST_REASON)),
    };
    let error = Fields::read(response).as_ref().and_then(ErrorResponse::of);
    match (response.status, error) {
        (200..=299, None) => Tried::Accepted,
        (200..=299, Some(error)) => Tried::Refused(format!("the Test URI refused it ({})", error.said())),
        (status @ (400 | 401 | 403), _) => Tried::Refused(format!("the Test URI refused it (HTTP {status})")),
        (status, _) if passes(status) => Tried::Unclear(format!("the Test URI is busy (HTTP {status})")),
        (status, _) => Tried::Unclear(format!("the Test URI answered {status}")),
    }
}

/// Reads what introspection said of a token.
pub fn introspection_trial(introspected: &Result<Introspected, Failure>) -> Tried {
    match introspected {
        Ok(Introspected::Active(_)) => Tried::Accepted,
        Ok(Introspected::Inactive) => Tried::Refused("introspection says that it is not active".to_owned()),
        Err(failure) => Tried::Unclear(match (&failure.said, failure.status) {
            (Some(said), _) => format!("introspection failed ({said})"),
            (None, Some(status)) => format!("introspection answered {status}"),
            (None, None) => "introspection did not answer".to_owned(),
        }),
    }
}

const LONGEST_REASON: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;
    use crate::wire::example::answer;

    #[test]
    fn a_refusal_is_told_from_an_answer_that_says_nothing() {
        let tried = |status, body: &str| match read_trial(&Ok(answer(status, &[], body.as_bytes()))) {
            Tried::Accepted => "accepted",
            Tried::Refused(_) => "refused",
            Tried::Unclear(_) => "unclear",
        };
        let cases = [
            (200, "{\"id\":7}", "accepted", "a resource"),
            (204, "", "accepted", "nothing to tell"),
            (200, "<html>", "accepted", "a page"),
            (200, "{\"ok\":false,\"error\":\"token_revoked\"}", "refused", "Slack"),
            (401, "", "refused", "RFC 6750 §3.1"),
            (400, "{\"error\":{\"type\":\"OAuthException\"}}", "refused", "Facebook"),
            (403, "", "refused", "others"),
            (404, "", "unclear", "no such resource"),
            (302, "", "unclear", "a login page, perhaps"),
            (429, "", "unclear", "it passes"),
            (503, "", "unclear", "it passes"),
        ];
        for (status, body, expected, why) in cases {
            assert_eq!(tried(status, body), expected, "{status}: {why}");
        }
        let down = Err(Unreachable { reason: "nobody\u{1b} answers".to_owned() });
        assert_eq!(read_trial(&down), Tried::Unclear("nobody answers".to_owned()));
    }

    #[test]
    fn a_failed_introspection_says_nothing_of_the_token() {
        let failed = Err(Failure { status: Some(503), ..Failure::of(FailureKind::Busy) });
        assert_eq!(introspection_trial(&failed), Tried::Unclear("introspection answered 503".to_owned()));
        assert!(matches!(introspection_trial(&Ok(Introspected::Inactive)), Tried::Refused(_)));
        assert_eq!(introspection_trial(&Ok(Introspected::Active(Box::default()))), Tried::Accepted);
    }
}
