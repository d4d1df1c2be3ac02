//! The empty form, and the form of a service that is there.

use url::Url;

use super::{Draft, Parameter, RedirectMethod, RevocationDraft};
use crate::model::{
    ClientAuthentication, Habits, LoopbackHost, Redirect, RevocationRecipe, RevokePrevious, Service,
};

impl Default for Draft {
    fn default() -> Self {
        Self {
            title: String::new(),
            provider: None,
            client_id: String::new(),
            client_authentication: ClientAuthentication::Basic,
            authorize_uri: String::new(),
            token_uri: String::new(),
            test_uri: String::new(),
            introspection_uri: String::new(),
            issuer: String::new(),
            scopes: String::new(),
            redirect_method: RedirectMethod::Loopback,
            redirect_host: LoopbackHost::Ipv4,
            redirect_port: String::new(),
            redirect_path: String::new(),
            redirect_uri: String::new(),
            authorize_parameters: Vec::new(),
            revocation: RevocationDraft::None,
            revoke_previous: RevokePrevious::Never,
            link_timeout_s: 300,
            pkce: true,
            request_hosts: String::new(),
            habits: Habits::default(),
            variables: Vec::new(),
        }
    }
}

impl From<&Service> for Draft {
    fn from(service: &Service) -> Self {
        let mut draft = Self {
            title: service.title.clone(),
            provider: service.provider.clone(),
            client_id: service.client_id.clone(),
            client_authentication: service.client_authentication,
            authorize_uri: service.endpoints.authorize.to_string(),
            token_uri: service.endpoints.token.to_string(),
            test_uri: service.endpoints.test.as_ref().map(Url::to_string).unwrap_or_default(),
            introspection_uri: service
                .endpoints
                .introspection
                .as_ref()
                .map(Url::to_string)
                .unwrap_or_default(),
            issuer: service.endpoints.issuer.clone().unwrap_or_default(),
            scopes: service.scopes.to_string(),
            authorize_parameters: service
                .authorize_parameters
                .iter()
                .map(|(name, value)| Parameter { name: name.clone(), value: value.clone() })
                .collect(),
            revocation: match &service.revocation {
                RevocationRecipe::None => RevocationDraft::None,
                RevocationRecipe::Rfc7009 { url } => RevocationDraft::Rfc7009 { url: url.to_string() },
                RevocationRecipe::Custom { method, url, parameter, body, auth } => RevocationDraft::Custom {
                    method: *method,
                    url: url.clone(),
                    parameter: parameter.clone(),
                    body: *body,
                    auth: *auth,
                },
                RevocationRecipe::ByHand { page } => RevocationDraft::ByHand { page: page.to_string() },
            },
            revoke_previous: service.revoke_previous,
            link_timeout_s: service.link_timeout_s,
            pkce: service.pkce,
            request_hosts: service.request_hosts.join(" "),
            habits: service.habits.clone().into(),
            ..Self::default()
        };
        match &service.redirect {
            Redirect::Loopback { host } => draft.redirect_host = *host,
            Redirect::LoopbackFixed { host, port, path } => {
                draft.redirect_method = RedirectMethod::LoopbackFixed;
                draft.redirect_host = *host;
                draft.redirect_port = port.to_string();
                draft.redirect_path = path.clone().unwrap_or_default();
            }
            Redirect::Scheme => draft.redirect_method = RedirectMethod::Scheme,
            Redirect::Paste { uri } => {
                draft.redirect_method = RedirectMethod::Paste;
                draft.redirect_uri = uri.to_string();
            }
        }
        draft
    }
}
