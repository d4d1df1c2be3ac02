//! Bodies of the routes that bring a service's definition from elsewhere.

use serde::{Deserialize, Serialize};

use crate::secret_input::SecretInput;
use crate::views::ServiceDraft;

/// Body of `POST /v1/discover`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Discover {
    /// An issuer, or just a host: `https://example.com/realms/x`, `accounts.example.com`.
    pub issuer: String,
}

/// Body of `POST /v1/register`: registers a client at the provider that the form's issuer names, and adds the service
/// with it (RFC 7591). Client ID and client authentication of the form are the provider's to choose.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Register {
    /// The form, as discovery filled it in and the person edited it.
    pub draft: ServiceDraft,
    /// Where the provider registers clients only for whom it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_access_token: Option<SecretInput>,
}

/// Body of `POST /v1/drafts/paste`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paste {
    /// The text, up to 1 MiB; it may hold a client secret.
    pub text: SecretInput,
}
