//! Services whose definition comes from elsewhere: from the provider's own metadata, with a client that is registered by
//! itself, or from what a person pasted.

#![expect(clippy::unwrap_used, reason = "the helpers below are part of the tests")]

mod lies;
mod metadata;
mod pasted;
mod registration;

use grantkeep_core::keeper::{Code, Error};
use serde_json::{Value, json};

/// Metadata of a server at `origin`.
fn metadata(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
    })
}

/// The kind of a problem, and what it says.
fn told(error: &Error) -> (Code, String) {
    let problem = error.problem();
    assert!(
        !problem.hint.is_empty() && problem.fields.iter().any(|field| field.field == "issuer"),
        "{problem:?}"
    );
    (problem.code, format!("{} {}", problem.title, problem.detail))
}

/// Where OpenID Connect has it.
const OPENID: &str = "/.well-known/openid-configuration";
