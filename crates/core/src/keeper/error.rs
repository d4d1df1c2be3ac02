//! Why the keeper could not do what was asked.

use std::sync::Arc;

use crate::model::{Failure, FieldProblem, Service};
use crate::ports::{CannotListen, StoreError};
use crate::wire::{NoMetadata, NotRegistered, PastedRefused, RedirectRefused};

/// A variant is a different thing to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No service or account of that name.
    #[error("there is no `{name}`")]
    NotFound {
        /// What was asked for.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// A form needs mending.
    #[error("{} fields need mending", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// The name is taken by another account of the service.
    #[error("there is already an account `{0}`")]
    NameTaken(String),
    /// The provider or the way to it failed.
    #[error("{title}: {kind:?}", title = service.title, kind = failure.kind)]
    Failed {
        /// The service.
        service: Arc<Service>,
        /// What failed.
        failure: Failure,
    },
    /// No listener.
    #[error("no redirect can be received")]
    CannotListen(#[source] CannotListen),
    /// The account has no token to do that with.
    #[error("`{0}` has no token")]
    NoToken(String),
    /// The account has no good token, and only the person can get one.
    #[error("`{0}` has to be authorized")]
    AuthorizationRequired(String),
    /// There is no refresh token.
    #[error("`{0}` has no refresh token")]
    NoRefreshToken(String),
    /// A resource refused the token, and there is no refresh token to renew it with.
    #[error("`{0}` has to be authorized again")]
    ReauthorizationRequired(String),
    /// There is no ID token that is still good.
    #[error("`{name}` has no ID token")]
    NoIdToken {
        /// The account.
        name: String,
        /// The scope `openid` was asked.
        asked: bool,
    },
    /// A request would take the token to a host that the service does not allow.
    #[error("the token of `{service}` may not go to {host}")]
    HostNotAllowed {
        /// The service.
        service: String,
        /// Its title.
        title: String,
        /// The origin.
        host: String,
    },
    /// A resource does not answer.
    #[error("{host} can't be reached")]
    ResourceUnreachable {
        /// The origin.
        host: String,
        /// Why.
        reason: String,
    },
    /// A resource redirects again and again.
    #[error("{title} redirects in circles")]
    TooManyRedirects {
        /// The service's title.
        title: String,
    },
    /// The token can't be sent as Bearer (R-TK-07).
    #[error("the token can't be shown: {0}")]
    TokenNotShown(String),
    /// The service has no Test URI.
    #[error("`{0}` has no Test URI")]
    NoTestUri(String),
    /// The service has no introspection endpoint.
    #[error("`{0}` has no introspection endpoint")]
    NoIntrospectionUri(String),
    /// The Test URI points to a host that was not confirmed, or the token is no bearer token.
    #[error("the token is not sent to the Test URI: {0}")]
    TestNotAllowed(String),
    /// There is no recipe to revoke with.
    #[error("`{0}` has no revocation")]
    NoRevocation(String),
    /// The provider did not take the token back.
    #[error("{title} did not take the token back", title = service.title)]
    RevocationFailed {
        /// The service.
        service: Arc<Service>,
        /// Why.
        failure: Failure,
    },
    /// Hosts await confirmation (R-ST-14).
    #[error("hosts of `{name}` await confirmation")]
    HostsToConfirm {
        /// The service's title.
        name: String,
        /// The hosts.
        hosts: Vec<String>,
    },
    /// The client secret has to be entered again.
    #[error("the client secret has to be entered again")]
    SecretNeeded,
    /// No authorization is under way.
    #[error("no authorization of `{0}` is under way")]
    NotWaiting(String),
    /// A pasted address is no answer to this authorization.
    #[error("the address is no answer to this authorization")]
    NotAnAnswer(#[source] RedirectRefused),
    /// The redirect of the app's own scheme belongs to no authorization under way.
    #[error("the address belongs to no authorization under way")]
    UnknownState,
    /// There is nothing to choose.
    #[error("nobody else came back for `{0}`")]
    NoCandidate(String),
    /// The provider tells nothing of itself that counts.
    #[error("no metadata of {asked}")]
    NotDiscovered {
        /// What was asked.
        asked: String,
        /// Why.
        why: NoMetadata,
    },
    /// The provider registered no client.
    #[error("no client was registered at {issuer}")]
    NotRegistered {
        /// The issuer.
        issuer: String,
        /// Why.
        why: NotRegistered,
    },
    /// A pasted text is no definition.
    #[error(transparent)]
    NotPasted(#[from] PastedRefused),
    /// The client secret that was pasted is no longer kept.
    #[error("the pasted client secret is no longer there")]
    PastedGone,
    /// The practice provider does not run.
    #[error("the practice provider does not run")]
    NoPractice,
    /// The vault.
    #[error("the vault could not do it")]
    Store(#[from] StoreError),
}

/// The name most like `name`, if one is near: at most a third of its characters differ.
pub(super) fn nearest(name: &str, names: &[String]) -> Option<String> {
    let service = |text: &str| text.trim_end_matches("/default").to_owned();
    let wanted = service(name);
    names
        .iter()
        .map(|candidate| (distance(&wanted, &service(candidate)), service(candidate)))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= wanted.chars().count().div_ceil(3))
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_suggests_the_nearest() {
        let names = ["google/studio".to_owned(), "github/default".to_owned()];
        let cases = [
            ("githb/default", Some("github"), "one character short, default left out"),
            ("google/studo", Some("google/studio"), "in the account"),
            ("mailchimp/default", None, "nothing is near"),
        ];
        for (name, expected, why) in cases {
            assert_eq!(nearest(name, &names).as_deref(), expected, "{why}");
        }
    }
}
