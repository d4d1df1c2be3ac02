//! Secrets: types that cannot print, serialize or be copied by accident (R-ST-11).
//!
//! Only the files that ARCHITECTURE.md lists call `expose`; `cargo xtask tidy` checks it.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

macro_rules! secret {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        ///
        /// Has no `Debug`, `Display`, `Serialize` or `Clone`; wiped from memory when dropped.
        pub struct $name(Zeroizing<Box<str>>);

        impl $name {
            /// Takes over a secret.
            pub fn new(secret: impl Into<Box<str>>) -> Self {
                Self(Zeroizing::new(secret.into()))
            }

            /// The secret itself. Allowed in the files listed in ARCHITECTURE.md only.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// Length in bytes.
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// Whether it has no characters.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether both are the same, compared in constant time.
            pub fn matches(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }

            /// A second holder of the same secret, made on purpose.
            pub fn duplicate(&self) -> Self {
                Self(Zeroizing::new(Box::from(&**self.0)))
            }
        }
    )*};
}

secret! {
    /// Opaque credential shown to the resource server (RFC 6749 §1.4).
    AccessToken;
    /// Credential that brings new access tokens (RFC 6749 §1.5).
    RefreshToken;
    /// Password of a confidential client (RFC 6749 §2.3.1).
    ClientSecret;
    /// One-time code of an authorization (RFC 6749 §1.3.1).
    AuthorizationCode;
    /// PKCE code verifier, 43 to 128 characters (RFC 7636 §4.1).
    CodeVerifier;
    /// Binds an answer to its question (RFC 6749 §10.12).
    State;
    /// Binds an ID token to its question (OpenID Connect Core §3.1.2.1).
    Nonce;
    /// ID token (OpenID Connect Core §2).
    IdToken;
    /// Further fields of a token answer, as JSON (RFC 6749 §5.1 allows any).
    OtherFields;
    /// The address for the browser: it carries `state`.
    Link;
    /// The address that came back: it carries `state` and `code`.
    RedirectAddress;
    /// What the person types to open a passphrase vault.
    Passphrase;
    /// Allows a client to be registered (RFC 7591 §3).
    InitialAccessToken;
    /// Allows a registered client to be changed and deleted (RFC 7592 §3).
    RegistrationAccessToken;
    /// A definition that the person pasted; it may hold a client secret.
    PastedText;
}
