//! What a person can do about a problem, for programs to offer.

use serde::Serialize;

use super::{ClientAuthentication, Provider, Service};

/// One thing to do about a problem, with all that it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// Authorize or reauthorize.
    Authorize,
    /// Try again what failed: refresh where there is a refresh token, else authorize.
    TryAgain,
    /// Try another client authentication; the service keeps it if the provider takes it.
    TryAuthentication {
        /// The other way.
        with: ClientAuthentication,
    },
    /// Edit a field of the service.
    EditField {
        /// Its name in the form.
        field: String,
    },
    /// Copy the redirect URI, to register it at the provider.
    CopyRedirectUri {
        /// As it is to be registered.
        uri: String,
    },
    /// Open the provider's page where the client is registered.
    OpenConsole {
        /// The page.
        url: String,
    },
    /// Open the provider's documentation.
    OpenDocumentation {
        /// The page.
        url: String,
    },
    /// Confirm the hosts that the endpoints name (R-ST-14).
    ConfirmHosts,
}

/// An action as a table says it, before it is known of which service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// [`Action::Authorize`].
    Authorize,
    /// [`Action::TryAgain`].
    Again,
    /// [`Action::TryAuthentication`], for each way that was not tried yet.
    Otherwise,
    /// [`Action::EditField`].
    Edit(&'static str),
    /// [`Action::CopyRedirectUri`].
    Redirect,
    /// [`Action::OpenConsole`], where the catalog knows the page.
    Console,
    /// [`Action::OpenDocumentation`], where the catalog knows the page.
    Docs,
    /// [`Action::ConfirmHosts`].
    Confirm,
}

impl Remedy {
    /// The actions for `service`, whose catalog entry is `provider`; none where it has nothing to do them with.
    ///
    /// `tried` are the client authentications that were refused already.
    pub fn of(
        self,
        service: &Service,
        provider: Option<&Provider>,
        tried: &[ClientAuthentication],
    ) -> Vec<Action> {
        match self {
            Self::Authorize => vec![Action::Authorize],
            Self::Again => vec![Action::TryAgain],
            Self::Otherwise => {
                let ways = other_ways(service).into_iter().filter(|way| !tried.contains(way));
                ways.map(|with| Action::TryAuthentication { with }).collect()
            }
            Self::Edit(field) => vec![Action::EditField { field: field.to_owned() }],
            Self::Redirect => vec![Action::CopyRedirectUri { uri: service.registered_redirect_uri() }],
            Self::Console => provider
                .and_then(Provider::whole_registration_uri)
                .map(|url| vec![Action::OpenConsole { url }])
                .unwrap_or_default(),
            Self::Docs => provider
                .and_then(|provider| provider.documentation_uri.clone())
                .map(|url| vec![Action::OpenDocumentation { url }])
                .unwrap_or_default(),
            Self::Confirm => vec![Action::ConfirmHosts],
        }
    }
}

/// The other ways to authenticate with a client secret, the likeliest first; none for a public client (R-TK-01).
pub fn other_ways(service: &Service) -> Vec<ClientAuthentication> {
    if !service.has_client_secret {
        return Vec::new();
    }
    match service.client_authentication {
        ClientAuthentication::Basic => vec![ClientAuthentication::Post, ClientAuthentication::BasicRaw],
        ClientAuthentication::Post => vec![ClientAuthentication::Basic, ClientAuthentication::BasicRaw],
        ClientAuthentication::BasicRaw => vec![ClientAuthentication::Post, ClientAuthentication::Basic],
        ClientAuthentication::None => Vec::new(),
    }
}
