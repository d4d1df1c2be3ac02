//! A pending authorization: one under way in the browser.

use url::Url;

use super::{AccountId, ClientAuthentication, CodeVerifier, Link, Nonce, ScopeSet, State, Timestamp};

/// One authorization under way: single use, with an end, stored so that it survives a restart (R-CB-04).
pub struct Pending {
    /// Tells this one from later ones of the same account.
    pub id: String,
    /// The account that will hold the grant.
    pub account: AccountId,
    /// The address for the browser.
    pub link: Link,
    /// Binds the answer to this question.
    pub state: State,
    /// PKCE verifier, if the service uses PKCE.
    pub code_verifier: Option<CodeVerifier>,
    /// Nonce of the ID token, where `openid` is asked.
    pub nonce: Option<Nonce>,
    /// The redirect URI that was sent, port included.
    pub redirect_uri: Url,
    /// Scopes asked.
    pub asked: ScopeSet,
    /// The issuer expected, where it is known.
    pub issuer: Option<String>,
    /// Origins of the service when the link was made.
    pub hosts: Vec<String>,
    /// Client authentications that were tried in the place of the service's own; the last is used for this one.
    pub tried: Vec<ClientAuthentication>,
    /// When the link was made.
    pub started_at: Timestamp,
    /// When the link is dead.
    pub expires_at: Timestamp,
}

impl Pending {
    /// The same once more, made on purpose: for the store.
    pub fn duplicate(&self) -> Self {
        Self {
            id: self.id.clone(),
            account: self.account.clone(),
            link: self.link.duplicate(),
            state: self.state.duplicate(),
            code_verifier: self.code_verifier.as_ref().map(CodeVerifier::duplicate),
            nonce: self.nonce.as_ref().map(Nonce::duplicate),
            redirect_uri: self.redirect_uri.clone(),
            asked: self.asked.clone(),
            issuer: self.issuer.clone(),
            hosts: self.hosts.clone(),
            tried: self.tried.clone(),
            started_at: self.started_at,
            expires_at: self.expires_at,
        }
    }
}
