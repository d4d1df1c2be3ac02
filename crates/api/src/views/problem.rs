//! What went wrong.

use serde::{Deserialize, Serialize};

use super::{Action, FieldProblem};
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// Stable kinds of problems: buttons and exit codes look at these, never at text.
    enum Code {
        /// A field needs mending.
        InvalidInput,
        /// No such service or account.
        NotFound,
        /// The name is taken.
        NameTaken,
        /// The person must authorize or reauthorize.
        AuthorizationRequired,
        /// The vault is locked.
        VaultLocked,
        /// The vault cannot be opened: key missing.
        KeyMissing,
        /// The vault is from a newer version.
        VaultTooNew,
        /// The vault is damaged.
        VaultDamaged,
        /// Others can read the vault's files.
        VaultUnsafe,
        /// The vault cannot be written (disk full, read-only).
        VaultReadOnly,
        /// Wrong passphrase.
        WrongPassphrase,
        /// The system keyring is locked or did not answer.
        KeyringLocked,
        /// Permission not given.
        NotAllowed,
        /// The person is asked for permission: `question` says which question; ask again once it is answered.
        ConsentRequired,
        /// The URL's host is not one that the service's token may be sent to.
        HostNotAllowed,
        /// The account has no ID token.
        NoIdToken,
        /// The provider could not be reached.
        ProviderUnreachable,
        /// The provider answered with a passing failure (429, 5xx).
        ProviderBusy,
        /// The answer is not what the protocol says (HTML, garbage).
        BadAnswer,
        /// `invalid_grant` or its equivalent.
        GrantEnded,
        /// `invalid_client` or its kin.
        ClientRefused,
        /// `access_denied`.
        ConsentRefused,
        /// `invalid_scope`.
        InvalidScope,
        /// Another error of the provider.
        ProviderRefused,
        /// The link ran out.
        LinkExpired,
        /// The answer did not belong to an authorization under way.
        WrongState,
        /// The answer came from another issuer (RFC 9207).
        WrongIssuer,
        /// The pasted address holds no answer.
        NotAnAnswer,
        /// A fixed port is in use.
        PortBusy,
        /// No listener could be opened.
        CannotListen,
        /// Endpoint hosts await confirmation (R-ST-14).
        HostsToConfirm,
        /// There is no refresh token.
        NoRefreshToken,
        /// There is no token to do that with.
        NoToken,
        /// The service has no Test URI.
        NoTestUri,
        /// The service has no introspection endpoint.
        NoIntrospectionUri,
        /// The service says how to revoke by hand only, or not at all.
        NoRevocation,
        /// The provider did not take the token back.
        RevocationFailed,
        /// The person cancelled.
        Cancelled,
        /// The agent is of another version.
        VersionMismatch,
        /// The agent is stopping or did not answer.
        AgentUnavailable,
        /// The clipboard cannot be used.
        Clipboard,
        /// The browser cannot be opened.
        Browser,
        /// A fault of Grantkeep itself.
        Internal,
    }
}

view! {
    /// What went wrong, in the person's words (RFC 9457 in spirit; `code` is its type).
    struct Problem {
        /// Stable kind.
        pub code: Code,
        /// What happened.
        pub title: String,
        /// Why, and what still holds.
        pub detail: String,
        /// What to do next.
        pub hint: String,
        /// What the provider said: sanitised, capped, plain text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub provider_said: Option<String>,
        /// The question that the person is asked ([`Code::ConsentRequired`]).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub question: Option<String>,
        /// Fields to mend.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "bindings", ts(as = "Option<Vec<FieldProblem>>", optional))]
        pub fields: Vec<FieldProblem>,
        /// What can be done, the most useful first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "bindings", ts(as = "Option<Vec<Action>>", optional))]
        pub actions: Vec<Action>,
    }
}
