//! Kinds of problems: what buttons and exit codes look at.

use serde::Serialize;

/// Stable kinds; one exists only while somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A field needs mending.
    InvalidInput,
    /// No such service or account.
    NotFound,
    /// The name is taken.
    NameTaken,
    /// The person must authorize or reauthorize.
    AuthorizationRequired,
    /// The vault is closed.
    VaultLocked,
    /// The vault is damaged.
    VaultDamaged,
    /// The vault cannot be written.
    VaultReadOnly,
    /// The provider could not be reached.
    ProviderUnreachable,
    /// A passing failure of the provider.
    ProviderBusy,
    /// The answer is none.
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
    /// The answer came from another issuer.
    WrongIssuer,
    /// The pasted address is no answer.
    NotAnAnswer,
    /// A fixed port is in use.
    PortBusy,
    /// No listener.
    CannotListen,
    /// Endpoint hosts await confirmation.
    HostsToConfirm,
    /// There is no refresh token.
    NoRefreshToken,
    /// There is no ID token.
    NoIdToken,
    /// The host may not get the token.
    HostNotAllowed,
    /// There is no token.
    NoToken,
    /// There is no Test URI, or it may not be used.
    NoTestUri,
    /// There is no introspection endpoint.
    NoIntrospectionUri,
    /// There is no revocation.
    NoRevocation,
    /// The provider did not take the token back.
    RevocationFailed,
    /// The person cancelled.
    Cancelled,
    /// A fault of Grantkeep itself.
    Internal,
}
