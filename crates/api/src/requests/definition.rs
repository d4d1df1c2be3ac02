//! Bodies of the routes that bring a service's definition from elsewhere.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/discover`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discover {
    /// An issuer, or just a host: `https://example.com/realms/x`, `accounts.example.com`.
    pub issuer: String,
}
