//! The address that came back (RFC 6749 §4.1.2, RFC 9207).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::error_response::{ErrorCode, ErrorResponse};
use crate::model::{
    AuthorizationCode, Failure, FailureKind, Habits, OtherFields, Pending, RedirectAddress, State, plain,
};

/// What the provider answered. Has no `Debug`: it holds the code.
pub enum RedirectAnswer {
    /// The person agreed.
    Code {
        /// The code.
        code: AuthorizationCode,
        /// Parameters that are kept beside the tokens, as one JSON object.
        kept: Option<OtherFields>,
    },
    /// The provider refused, in text made plain.
    Error(Failure),
}

/// Why an address is no answer to this authorization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectRefused {
    /// It is no address, or carries neither a code nor an error in its query.
    #[error("this is not the address of an answer: it has no code")]
    NotAnAnswer,
    /// Scheme, host, port or path differ from the redirect URI.
    #[error("this address leads to another place than the redirect URI of this authorization")]
    WrongPlace,
    /// A parameter of the protocol occurs twice (R-CB-12).
    #[error("the address has `{0}` twice")]
    DuplicateParameter(String),
    /// `state` is missing or belongs to another authorization.
    #[error("this address belongs to another authorization, perhaps an earlier one")]
    WrongState,
    /// It comes from another authorization server (RFC 9207 §2.4).
    #[error("the answer comes from `{got}`, while `{expected}` was asked")]
    WrongIssuer {
        /// The issuer that was asked.
        expected: String,
        /// The one that answered, made plain.
        got: String,
    },
    /// It does not say where it comes from, although this server always does (RFC 9207 §2.4).
    #[error("the answer does not say that it comes from `{expected}`, although that server always says so")]
    NoIssuer {
        /// The issuer that was asked.
        expected: String,
    },
}

/// Reads the answer to `pending` out of the address that came back.
///
/// Checked in this order: shape, place, duplicates, `state` in constant time (R-CB-05), `iss`; only then is it seen
/// whether there is an error or a code. An error wins over a code beside it. Parameters that the service is known to
/// send (QuickBooks' `realmId`) are kept, and so is `iss` where the issuer was not known (R-CB-07).
///
/// The place is compared leniently, because people paste: 127.0.0.1, `[::1]` and `localhost` are the same, as are
/// paths with and without a slash at their end, and a missing `http://`. What binds the answer is `state`; the
/// exchange names the redirect URI that was sent, whatever was pasted. Unknown parameters are ignored, even twice
/// (RFC 6749 §4.1.2), as is a fragment (Facebook appends `#_=_`).
///
/// # Errors
/// Why the address is no answer to this authorization. `WrongIssuer` and `NoIssuer` alone are told after `state` was
/// right.
pub fn read_redirect(
    address: &RedirectAddress,
    pending: &Pending,
    habits: &Habits,
) -> Result<RedirectAnswer, RedirectRefused> {
    let url = parse(address.expose(), &pending.redirect_uri).ok_or(RedirectRefused::NotAnAnswer)?;
    if !is_same_place(&url, &pending.redirect_uri) {
        return Err(RedirectRefused::WrongPlace);
    }
    let code = habits.name_of("code");
    let parameters = PARAMETERS.map(|name| if name == "code" { code } else { name });
    if !url.query_pairs().any(|(name, _)| parameters.contains(&name.as_ref())) {
        return Err(RedirectRefused::NotAnAnswer);
    }
    if let Some(name) =
        parameters.iter().find(|name| url.query_pairs().filter(|(n, _)| n == *name).count() > 1)
    {
        return Err(RedirectRefused::DuplicateParameter((*name).to_owned()));
    }
    let parameter = |name: &str| {
        let found = url.query_pairs().find(|(field, _)| field == name);
        found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
    };
    if !parameter("state").is_some_and(|state| State::new(state).matches(&pending.state)) {
        return Err(RedirectRefused::WrongState);
    }
    let iss = parameter("iss");
    match (&pending.issuer, &iss) {
        (Some(expected), Some(got)) if expected != got => {
            let got = plain(got, ISSUER_LIMIT);
            return Err(RedirectRefused::WrongIssuer { expected: expected.clone(), got });
        }
        (Some(expected), None) if habits.names_issuer => {
            return Err(RedirectRefused::NoIssuer { expected: expected.clone() });
        }
        (Some(_), Some(_) | None) | (None, Some(_) | None) => {}
    }
    match (parameter("error"), parameter(code)) {
        (Some(error), _) => Ok(RedirectAnswer::Error(refusal(error, parameter("error_description")))),
        (None, Some(code)) => {
            let mut names: Vec<_> = habits.redirect_fields.split_whitespace().collect();
            if pending.issuer.is_none() && iss.is_some() {
                // Who answered is recorded where nobody knew it before.
                names.push("iss");
            }
            let kept = names.into_iter().filter_map(|name| Some((name, parameter(name)?)));
            let kept: BTreeMap<_, _> = kept.collect();
            let kept = serde_json::to_string(&kept).ok().filter(|_| !kept.is_empty()).map(OtherFields::new);
            Ok(RedirectAnswer::Code { code: AuthorizationCode::new(code), kept })
        }
        (None, None) => Err(RedirectRefused::NotAnAnswer),
    }
}

/// Whether an address carries this `state` (compared in constant time): which of several authorizations is it for?
///
/// Says nothing about the rest of the address: [`read_redirect`] checks that.
pub fn carries_state(address: &RedirectAddress, state: &State) -> bool {
    Url::parse(address.expose().trim()).is_ok_and(|url| {
        url.query_pairs()
            .any(|(name, value)| name == "state" && State::new(value.into_owned()).matches(state))
    })
}

/// Reads an address; browsers hide `http://` in what a person may copy.
fn parse(address: &str, redirect_uri: &Url) -> Option<Url> {
    let address = address.trim();
    let is_web = matches!(redirect_uri.scheme(), "http" | "https");
    let place = address.split(['?', '#']).next().unwrap_or_default();
    let url = if is_web && !place.contains("://") {
        Url::parse(&format!("{}://{address}", redirect_uri.scheme()))
    } else {
        Url::parse(address)
    };
    url.ok()
}

fn is_same_place(url: &Url, redirect_uri: &Url) -> bool {
    let is_same_host = url.host() == redirect_uri.host() || (is_loopback(url) && is_loopback(redirect_uri));
    url.scheme() == redirect_uri.scheme()
        && is_same_host
        && url.port_or_known_default() == redirect_uri.port_or_known_default()
        && url.path().trim_end_matches('/') == redirect_uri.path().trim_end_matches('/')
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// What an error response means (RFC 6749 §4.1.2.1). It never ends a grant that is there.
fn refusal(error: String, description: Option<String>) -> Failure {
    let error = ErrorResponse::new(error, description);
    let by_code = || match error.code {
        ErrorCode::AccessDenied => FailureKind::ConsentRefused,
        ErrorCode::InvalidScope => FailureKind::InvalidScope,
        ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => FailureKind::ClientRefused,
        ErrorCode::Passing => FailureKind::Busy,
        ErrorCode::InvalidGrant
        | ErrorCode::UnsupportedTokenType
        | ErrorCode::InvalidToken
        | ErrorCode::Other => FailureKind::Refused,
    };
    let kind = error.known_kind(None).unwrap_or_else(by_code);
    Failure { said: Some(error.said()), ..Failure::of(kind) }
}

/// Parameters that occur once each (RFC 6749 §4.1.2, RFC 9207 §2).
const PARAMETERS: [&str; 6] = ["state", "code", "error", "error_description", "error_uri", "iss"];
/// Characters of an issuer that are kept.
const ISSUER_LIMIT: usize = 200;

#[cfg(test)]
#[path = "redirect_tests.rs"]
mod tests;
