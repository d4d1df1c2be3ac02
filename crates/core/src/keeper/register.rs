//! Registers a client by itself where the provider lets it, and deletes it again with its service.

use super::{Error, Fate, Keeper, ReceiptLine, ServiceSeen};
use crate::model::{
    Basis, ClientAuthentication, Draft, InitialAccessToken, RegistrationAccessToken, Service, host_of,
};
use crate::ports::SecretChange;
use crate::wire::{
    Asked, NotRegistered, Registered, Registration, authentication_to_register, deletion_request,
    read_deletion, read_registration, registration_request,
};

impl Keeper {
    /// Registers a client at the provider that `draft.issuer` names, and adds the service with it (RFC 7591).
    ///
    /// Client ID and client authentication of the draft are the provider's to choose.
    ///
    /// # Errors
    /// What to mend in the form, why the provider registered none, or why it could not be stored; then the client is
    /// deleted again, as far as that goes.
    pub async fn register(
        &self,
        draft: Draft,
        token: Option<InitialAccessToken>,
    ) -> Result<ServiceSeen, Error> {
        let asked = Asked::read(&draft.issuer)?;
        let metadata = self.metadata(&asked).await?;
        let failed = |why| Error::NotRegistered { issuer: metadata.issuer.clone(), why };
        let endpoint = metadata.registration.as_ref().ok_or_else(|| failed(NotRegistered::NotOffered))?;
        let authentication = authentication_to_register(&metadata);
        let mut service = self.service_to_register(draft, authentication)?;
        // A client that can't be kept had better not be made.
        self.ports.store.check_writable().await?;
        let redirect_uri = service.registered_redirect_uri();
        let scope = service.scopes.to_string();
        let registration =
            Registration { endpoint, redirect_uri: &redirect_uri, authentication, scope: &scope };
        let with_token = token.is_some();
        let request = registration_request(&registration, token.as_ref());
        let request =
            request.ok_or_else(|| failed(NotRegistered::TokenNeeded { was_sent: true, said: None }))?;
        let answer = self.exchange(request).await;
        let Registered { client_id, secret, secret_expires_at, authentication, management } =
            read_registration(&registration, with_token, &answer).map_err(failed)?;
        let (uri, token) = management.map(|management| (management.uri, management.token)).unzip();
        service.client_id = client_id;
        service.client_authentication = authentication;
        service.has_client_secret = secret.is_some();
        service.client_secret_expires_at = secret_expires_at;
        service.client_configuration = uri.map(Box::new);
        // Somebody may have taken the name meanwhile; the redirect URI is registered and stays.
        service.name = self.free_name(&service.title);
        let kept = token.as_ref().map(RegistrationAccessToken::duplicate);
        let change = SecretChange::Registered(secret, token);
        let text = format!("Service added, with a client registered at {}", host_of(endpoint));
        let inserted = self.insert(service.clone(), change, &text).await;
        if inserted.is_err() && self.service(&service.name).is_err() {
            self.delete_client_with(&service, kept).await;
        }
        inserted
    }

    /// Deletes the client of a service that goes (RFC 7592 §2.3); a line for the receipt, where Grantkeep registered it.
    ///
    /// # Errors
    /// When the vault can't be read. Whatever the provider does stands in the line.
    pub(super) async fn delete_client(&self, service: &Service) -> Result<Option<ReceiptLine>, Error> {
        if service.client_configuration.is_none() {
            return Ok(None);
        }
        let shares = |other: &Service| {
            other.name != service.name
                && other.client_id == service.client_id
                && other.endpoints.token == service.endpoints.token
        };
        if let Some(other) = self.services().into_iter().find(|other| shares(&other.service)) {
            let how = format!("{} uses it, too, so it stays registered.", other.service.title);
            return Ok(Some(ReceiptLine::new(CLIENT, Fate::Lives, how)));
        }
        let token = self.ports.store.registration_token(service.name.clone()).await?;
        Ok(self.delete_client_with(service, token).await)
    }

    async fn delete_client_with(
        &self,
        service: &Service,
        token: Option<RegistrationAccessToken>,
    ) -> Option<ReceiptLine> {
        let request = deletion_request(service.client_configuration.as_ref()?, &token?)?;
        let deletion = read_deletion(&service.title, &self.exchange_in_time(request).await);
        let fate = if deletion.gone { Fate::Said } else { Fate::Unknown };
        Some(ReceiptLine::new(CLIENT, fate, deletion.how))
    }

    /// The service as it will be but for its client, so that the form is known to be good before a client is made.
    fn service_to_register(
        &self,
        draft: Draft,
        authentication: ClientAuthentication,
    ) -> Result<Service, Error> {
        let has_client_secret = authentication != ClientAuthentication::None;
        let name = self.free_name(&draft.title);
        let basis = Basis { existing: None, name, bound: false, has_client_secret, now: self.now() };
        let draft = Draft { client_id: TO_COME.to_owned(), client_authentication: authentication, ..draft };
        draft.into_service(basis).map_err(Error::Invalid)
    }
}

/// What a receipt calls it.
const CLIENT: &str = "Client";

/// Stands for the client ID that the provider will give.
const TO_COME: &str = "to-come";
