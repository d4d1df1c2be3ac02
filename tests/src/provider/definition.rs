//! The provider's clients as services of Grantkeep.

use grantkeep_core::model::{
    ClientAuthentication, ClientSecret, Draft, Parameter, RedirectMethod, RevocationDraft,
};

use super::Provider;

/// A client that is registered at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Public: no secret.
    Public,
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
    /// Public, and its redirect URI is compared exactly.
    Strict,
}

impl Provider {
    /// The form of a client, filled in: all scopes, loopback with any port, RFC 7009.
    pub fn draft(&self, client: Client) -> Draft {
        let authentication = match client {
            Client::Public | Client::Strict => ClientAuthentication::None,
            Client::Basic => ClientAuthentication::Basic,
            Client::Post => ClientAuthentication::Post,
        };
        let client_id = match client {
            Client::Public => &self.client_id,
            Client::Basic => &self.clients.basic.client_id,
            Client::Post => &self.clients.post.client_id,
            Client::Strict => &self.clients.strict.client_id,
        };
        Draft {
            title: "Practice".to_owned(),
            client_id: client_id.clone(),
            client_authentication: authentication,
            authorize_uri: self.authorize_uri.clone(),
            token_uri: self.token_uri.clone(),
            test_uri: self.notes_uri.clone(),
            issuer: self.issuer.clone(),
            scopes: self.scopes.join(" "),
            redirect_method: RedirectMethod::Loopback,
            authorize_parameters: vec![Parameter { name: "prompt".to_owned(), value: "consent".to_owned() }],
            revocation: RevocationDraft::Rfc7009 { url: self.revocation_uri.clone() },
            ..Draft::default()
        }
    }

    /// The secret of a client, if it has one.
    pub fn secret(&self, client: Client) -> Option<&str> {
        match client {
            Client::Public | Client::Strict => None,
            Client::Basic => Some(&self.clients.basic.client_secret),
            Client::Post => Some(&self.clients.post.client_secret),
        }
    }

    /// The same as the core takes it.
    pub fn client_secret(&self, client: Client) -> Option<ClientSecret> {
        self.secret(client).map(ClientSecret::new)
    }

    /// The one redirect URI of [`Client::Strict`].
    pub fn strict_redirect_uri(&self) -> &str {
        &self.clients.strict.redirect_uri
    }
}
