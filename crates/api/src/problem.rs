//! Problems: how they are made, and which HTTP status goes with each.

use std::fmt;

use crate::views::{Code, Problem};

impl Problem {
    /// A problem that says what happened; `detail` and `hint` are added by the methods of these names.
    pub fn new(code: Code, title: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            detail: String::new(),
            hint: String::new(),
            provider_said: None,
            question: None,
            fields: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// Says why, and what still holds.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Says what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)?;
        if self.detail.is_empty() { Ok(()) } else { write!(formatter, ": {}", self.detail) }
    }
}

impl std::error::Error for Problem {}

/// The HTTP status that a problem of this kind is answered with.
pub fn http_status(code: Code) -> u16 {
    match code {
        Code::InvalidInput => 422,
        Code::WrongState | Code::WrongIssuer | Code::NotAnAnswer => 400,
        Code::NotAllowed
        | Code::ConsentRequired
        | Code::HostNotAllowed
        | Code::WrongPassphrase
        | Code::ConsentRefused => 403,
        Code::NotFound => 404,
        Code::NameTaken
        | Code::AuthorizationRequired
        | Code::GrantEnded
        | Code::ClientRefused
        | Code::InvalidScope
        | Code::HostsToConfirm
        | Code::NoRefreshToken
        | Code::NoToken
        | Code::NoTestUri
        | Code::NoIntrospectionUri
        | Code::NoIdToken
        | Code::NoRevocation
        | Code::PortBusy
        | Code::Cancelled => 409,
        Code::LinkExpired => 410,
        Code::VaultLocked | Code::KeyMissing | Code::KeyringLocked => 423,
        Code::VersionMismatch => 426,
        Code::VaultTooNew | Code::VaultDamaged | Code::VaultUnsafe => 500,
        Code::CannotListen | Code::Clipboard | Code::Browser | Code::Internal => 500,
        Code::ProviderUnreachable | Code::BadAnswer | Code::ProviderRefused | Code::RevocationFailed => 502,
        Code::ProviderBusy | Code::AgentUnavailable => 503,
        Code::VaultReadOnly => 507,
    }
}
