//! Bytes to values and back: strict in what is sent, lenient in what is read.
//!
//! A [`Request`] and a [`Response`] are plain HTTP values; whoever holds a port sends them.

mod authorization_request;
mod brokered;
mod claims;
mod discovery;
mod error_response;
#[cfg(test)]
pub(crate) mod example;
mod habits;
mod id_token;
mod identity;
mod introspection;
mod jwt;
mod oauth2_crate;
mod pasted;
#[cfg(test)]
mod properties_tests;
mod redirect;
mod redirect_doctor;
mod registration;
mod resource_answer;
mod resource_request;
mod revocation;
mod token_request;
mod token_response;
mod trial;

use std::fmt;

use url::Url;
use zeroize::Zeroizing;

pub use authorization_request::{AuthorizationRequest, authorization_request};
pub use brokered::{BrokeredRequest, StreamRequest};
pub use claims::Claim;
pub use discovery::{
    Asked, Discovered, Freshness, Looked, Metadata, NoMetadata, discovery_request, read_discovery, suggest,
};
pub use error_response::{ErrorCode, ErrorResponse, retry_after};
pub use id_token::{IdTokenRefused, check_id_token, id_token_end};
pub use identity::{IdentityQuestion, NoIdentity, identity_question, identity_request, read_identity};
pub use introspection::{Facts, Introspected, TokenOf, introspection_request, read_introspection};
pub use jwt::{Jwt, KeySet, NoKeys, Unpacked, Unverified, Verified, check_signature, read_keys, unpack};
pub use pasted::{Pasted, PastedRefused, read_pasted};
pub use redirect::{RedirectAnswer, RedirectRefused, carries_state, read_redirect};
pub use redirect_doctor::{
    Compared, Difference, DifferenceKind, ErrorPage, PageSays, Stretch, compare_redirect, read_error_page,
};
pub use registration::{
    ClientDeletion, Management, NotRegistered, Registered, Registration, authentication_to_register,
    deletion_request, read_deletion, read_registration, registration_request,
};
pub use resource_answer::{ResourceAnswer, read_resource};
pub use resource_request::{NotAllowed, resource_request};
pub use revocation::{
    RevocationAnswer, RevokedToken, Revoking, read_revocation, revocation_requests, revoke_access_request,
};
pub use token_request::{code_request, refresh_request};
pub use token_response::{TokenResponse, read_token_response};
pub use trial::{Tried, introspection_trial, read_trial};

/// One HTTP request. Has no `Debug`: its address, headers and body carry secrets.
pub struct Request {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: Url,
    /// Header fields, in order; names in lower case.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// Body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// DELETE.
    Delete,
}

/// One HTTP answer. Has no `Debug`: its body may carry tokens.
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields, in order; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body after decompression, at most 1 MiB (R-TK-04).
    pub body: Zeroizing<Vec<u8>>,
    /// The body was longer than the limit and cut (only where a caller allows it).
    pub truncated: bool,
}

/// No HTTP answer at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreachable {
    /// Why, in words for a person: "the name auth.example.com is not known".
    pub reason: String,
}

impl Response {
    /// The first header field of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        })
    }
}
