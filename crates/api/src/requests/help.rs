//! Bodies of the routes that help where a provider said no.

use serde::{Deserialize, Serialize};

use super::AuthorizationStarted;
use crate::secret_input::SecretInput;
use crate::views::{AccountView, ClientAuthentication};

/// Body of `POST …/try-authentication`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TryAuthentication {
    /// Another way to send the client secret than the service's own; `none` is none.
    pub with: ClientAuthentication,
}

/// Reply of `POST …/try-authentication`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuthenticationTried {
    /// The provider took it: the token is refreshed, and the service keeps the way.
    Refreshed {
        /// The account with its new token.
        account: Box<AccountView>,
    },
    /// The person has to agree first. The service keeps the way if this authorization is done.
    Authorizing {
        /// The link, and what waits.
        started: Box<AuthorizationStarted>,
    },
}

/// Body of `POST …/redirect-help`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorPage {
    /// The address or text of the provider's error page, or the registered redirect URI; up to 64 KiB are read.
    pub text: SecretInput,
}
