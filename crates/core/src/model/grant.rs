//! A grant: what an account holds.

use serde::{Deserialize, Serialize};

use super::{AccessToken, Hosts, IdToken, OtherFields, RefreshToken, ScopeSet, Timestamp};

/// What is known about a stored token set; the tokens themselves are in [`Tokens`], which only the store keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Counts up with each token set stored for the account.
    pub revision: u64,
    /// Token type (RFC 6749 §7.1).
    pub token_type: TokenType,
    /// Characters of the access token.
    pub access_token_length: u32,
    /// The access token looks like a JWT.
    pub is_jwt: bool,
    /// When the person agreed.
    pub authorized_at: Timestamp,
    /// When the access token was obtained.
    pub obtained_at: Timestamp,
    /// When the access token ends; `None` = the provider did not say.
    pub expires_at: Option<Timestamp>,
    /// Scopes asked.
    pub asked: ScopeSet,
    /// Scopes granted; equals `asked` where the answer named none (RFC 6749 §5.1).
    pub granted: ScopeSet,
    /// A refresh token is stored.
    pub has_refresh_token: bool,
    /// An ID token is stored.
    pub has_id_token: bool,
    /// Origins the tokens were obtained for (R-ST-14).
    pub hosts: Hosts,
    /// Names of the further fields stored.
    pub other_fields: Vec<String>,
    /// Origin of the API, where the answer names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_host: Option<String>,
    /// What was odd about the provider's answer, a sentence each.
    pub oddities: Vec<String>,
    /// Who authorized, as far as a checked ID token (R-TK-17), the issuer or the provider's API says.
    pub identity: Option<Identity>,
    /// Last refresh that worked.
    pub last_refresh_at: Option<Timestamp>,
    /// Last copy or hand-out.
    pub last_used_at: Option<Timestamp>,
    /// When the refresh token ends, where the provider said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_ends_at: Option<Timestamp>,
    /// Last time that the keeper tried the token by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_tested_at: Option<Timestamp>,
}

/// Type of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenType {
    /// RFC 6750.
    Bearer,
    /// Another type: stored and labelled, never served as Bearer (R-TK-07).
    Other(String),
}

/// Who authorized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider's identifier (`sub`).
    pub subject: String,
    /// Name, if told.
    pub name: Option<String>,
    /// E-mail address, if told.
    pub email: Option<String>,
    /// Who gave the identifier.
    #[serde(default)]
    pub source: IdentitySource,
}

/// Who gave a person's identifier: only those of one source can be compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentitySource {
    /// The issuer, in an ID token or at its userinfo endpoint.
    #[default]
    Issuer,
    /// The address that the catalog names.
    Catalog,
}

/// The secrets of a grant.
pub struct Tokens {
    /// Access token.
    pub access: AccessToken,
    /// Refresh token.
    pub refresh: Option<RefreshToken>,
    /// The refresh token before: sealed until the new one has worked once (R-TK-11).
    pub previous_refresh: Option<RefreshToken>,
    /// The access token before, while it awaits revocation.
    pub previous_access: Option<AccessToken>,
    /// ID token.
    pub id: Option<IdToken>,
    /// Further fields of the answer.
    pub other: Option<OtherFields>,
}

/// Which of an account's grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The account's own.
    Current,
    /// Of somebody else who came back on reauthorizing, until the person chooses.
    Candidate,
}

impl Identity {
    /// How to call the person: address, name, or the identifier.
    pub fn label(&self) -> &str {
        self.email.as_deref().or(self.name.as_deref()).unwrap_or(&self.subject)
    }

    /// Whether both name the same person; `None` where their identifiers can't be compared.
    pub fn is_of_same_person(&self, other: &Self) -> Option<bool> {
        (self.source == other.source).then(|| self.subject == other.subject)
    }

    /// Nothing but the identifier is known, which tells a person nothing.
    pub fn is_bare(&self) -> bool {
        self.name.is_none() && self.email.is_none()
    }
}

impl Tokens {
    /// A second holder of the same tokens, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self {
            access: self.access.duplicate(),
            refresh: self.refresh.as_ref().map(RefreshToken::duplicate),
            previous_refresh: self.previous_refresh.as_ref().map(RefreshToken::duplicate),
            previous_access: self.previous_access.as_ref().map(AccessToken::duplicate),
            id: self.id.as_ref().map(IdToken::duplicate),
            other: self.other.as_ref().map(OtherFields::duplicate),
        }
    }
}
