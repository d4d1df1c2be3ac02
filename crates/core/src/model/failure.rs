//! What a provider's refusal or silence means: a kind is a different thing to do.

use serde::{Deserialize, Serialize};

use super::ClientAuthentication;

/// Why something did not work; holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What to do about it.
    pub kind: FailureKind,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What the provider said, made plain: error code and description (R-TK-10).
    pub said: Option<String>,
    /// Seconds that the provider asked to wait (RFC 9110 §10.2.3).
    pub retry_after_s: Option<u64>,
    /// Client authentications that were tried in the place of the service's own, and refused as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<ClientAuthentication>,
}

/// Kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No answer: name, connection, TLS, time-out.
    Unreachable,
    /// A passing answer: 408, 425, 429, 5xx.
    Busy,
    /// An answer that is none, such as a web page.
    BadAnswer,
    /// `invalid_grant` or the catalog's equivalent.
    GrantEnded,
    /// `invalid_client`, `unauthorized_client`, or no such endpoint.
    ClientRefused,
    /// `access_denied`: the person refused.
    ConsentRefused,
    /// `invalid_scope`.
    InvalidScope,
    /// Any other error code.
    Refused,
    /// The link ran out.
    LinkExpired,
    /// The person cancelled.
    Cancelled,
    /// The answer named another issuer (RFC 9207), or an ID token that does not hold (R-TK-17).
    WrongIssuer,
    /// The endpoints' hosts changed and await confirmation (R-ST-14).
    HostsToConfirm,
    /// No listener: the port is in use.
    PortBusy,
    /// No listener for another reason.
    CannotListen,
    /// The vault could not be written.
    NotStored,
}

impl FailureKind {
    /// Its word in the history.
    pub fn word(self) -> String {
        // A kind without fields is written as a string.
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl Failure {
    /// A failure without an answer.
    pub fn of(kind: FailureKind) -> Self {
        Self { kind, status: None, said: None, retry_after_s: None, tried: Vec::new() }
    }

    /// The provider's error code and its description, where it answered with one.
    pub fn code_and_description(&self) -> Option<(&str, &str)> {
        match self.kind {
            FailureKind::Busy
            | FailureKind::GrantEnded
            | FailureKind::ClientRefused
            | FailureKind::ConsentRefused
            | FailureKind::InvalidScope
            | FailureKind::Refused => {
                let said = self.said.as_deref()?;
                Some(said.split_once(": ").unwrap_or((said, "")))
            }
            // What was said is ours.
            FailureKind::Unreachable
            | FailureKind::BadAnswer
            | FailureKind::LinkExpired
            | FailureKind::Cancelled
            | FailureKind::WrongIssuer
            | FailureKind::HostsToConfirm
            | FailureKind::PortBusy
            | FailureKind::CannotListen
            | FailureKind::NotStored => None,
        }
    }

    /// Whether trying again later may work by itself.
    pub fn passes(&self) -> bool {
        match self.kind {
            FailureKind::Unreachable
            | FailureKind::Busy
            | FailureKind::BadAnswer
            | FailureKind::NotStored => true,
            FailureKind::GrantEnded
            | FailureKind::ClientRefused
            | FailureKind::ConsentRefused
            | FailureKind::InvalidScope
            | FailureKind::Refused
            | FailureKind::LinkExpired
            | FailureKind::Cancelled
            | FailureKind::WrongIssuer
            | FailureKind::HostsToConfirm
            | FailureKind::PortBusy
            | FailureKind::CannotListen => false,
        }
    }
}
