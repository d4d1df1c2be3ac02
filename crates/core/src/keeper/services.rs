//! Services: added, edited, copied, confirmed, removed.

use std::sync::Arc;

use super::book::Book;
use super::revoke::{Proving, TakenBack};
use super::{Error, Keeper, KeeperEvent, Receipt, Turn, error};
use crate::model::{
    Account, AccountId, Basis, Checked, ClientSecret, Draft, Event, EventKind, FieldProblem, Name, Service,
    Standing, host_of, redirect_path,
};
use crate::ports::{SecretChange, TokenChange};

/// A service as it is seen from outside.
#[derive(Clone)]
pub struct ServiceSeen {
    /// The service.
    pub service: Arc<Service>,
    /// Its accounts.
    pub accounts: Vec<AccountId>,
}

impl ServiceSeen {
    fn of(book: &Book, service: &Arc<Service>) -> Self {
        Self { service: service.clone(), accounts: book.accounts_of(&service.name) }
    }
}

impl Keeper {
    /// All services, by name.
    pub fn services(&self) -> Vec<ServiceSeen> {
        let book = self.book();
        book.services().map(|service| ServiceSeen::of(&book, service)).collect()
    }

    /// One service.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn service(&self, name: &Name) -> Result<ServiceSeen, Error> {
        let book = self.book();
        let Some(service) = book.service(name) else {
            let names: Vec<_> = book.services().map(|service| service.name.to_string()).collect();
            return Err(Error::NotFound {
                name: name.to_string(),
                nearest: error::nearest(name.as_str(), &names),
            });
        };
        Ok(ServiceSeen::of(&book, service))
    }

    /// Checks a form without saving it. `name` is the service being edited.
    ///
    /// # Errors
    /// When there is no service of that name.
    pub fn check(&self, draft: &Draft, name: Option<&Name>, has_secret: bool) -> Result<Checked, Error> {
        let existing = name.map(|name| self.service(name)).transpose()?.map(|seen| seen.service);
        let name = match &existing {
            Some(service) => service.name.clone(),
            None => self.free_name(&draft.title),
        };
        let path =
            existing.as_ref().map_or_else(|| redirect_path(&name), |service| service.redirect_path.clone());
        let bound = existing.is_some();
        let basis = Basis {
            existing: existing.as_deref(),
            name: name.clone(),
            bound,
            has_client_secret: has_secret,
            now: self.now(),
        };
        let saved = draft.clone().into_service(basis).ok();
        Ok(Checked {
            problems: draft.problems(has_secret),
            redirect_uri: draft.preview_redirect_uri(&path),
            hosts_to_confirm: saved.map(|service| service.hosts_to_confirm()).unwrap_or_default(),
            name: name.to_string(),
        })
    }

    /// Adds a service with its account `default`.
    ///
    /// # Errors
    /// What to mend, or why the store could not.
    pub async fn add_service(
        &self,
        draft: Draft,
        secret: Option<ClientSecret>,
    ) -> Result<ServiceSeen, Error> {
        let name = self.free_name(&draft.title);
        let has_client_secret = secret.is_some();
        let basis = Basis { existing: None, name, bound: false, has_client_secret, now: self.now() };
        let service = draft.into_service(basis).map_err(Error::Invalid)?;
        self.insert(service, secret.map_or(SecretChange::Keep, SecretChange::Set), "Service added").await
    }

    /// Adds the practice provider as a service.
    ///
    /// # Errors
    /// When it does not run.
    pub async fn add_practice(&self) -> Result<ServiceSeen, Error> {
        let provider =
            self.providers().into_iter().find(|provider| provider.practice).ok_or(Error::NoPractice)?;
        self.add_service(provider.draft.clone(), None).await
    }

    /// Copies a service, its client secret included, under a title of its own; it gets its own redirect path.
    ///
    /// # Errors
    /// When there is no such service, or the title does not do.
    pub async fn duplicate_service(&self, name: &Name, title: &str) -> Result<ServiceSeen, Error> {
        let original = self.service(name)?.service;
        let draft = Draft { title: title.to_owned(), ..Draft::from(&*original) };
        let has_client_secret = original.has_client_secret;
        let basis = Basis {
            existing: None,
            name: self.free_name(title),
            bound: false,
            has_client_secret,
            now: self.now(),
        };
        let mut service = draft.into_service(basis).map_err(Error::Invalid)?;
        service.client_secret_expires_at = original.client_secret_expires_at;
        // The secret goes where the original's may go, and nowhere else.
        service.confirmed_hosts = original.confirmed_hosts.clone();
        service.confirmed_test_host = original.confirmed_test_host.clone();
        let secret =
            if has_client_secret { SecretChange::CopyFrom(name.clone()) } else { SecretChange::Keep };
        self.insert(service, secret, "Service copied").await
    }

    /// Replaces a service's definition. Where hosts change and something is bound to the old ones, nothing is sent
    /// to the new ones until they are confirmed (R-ST-14).
    ///
    /// # Errors
    /// What to mend, or why the store could not.
    pub async fn edit_service(
        &self,
        name: &Name,
        draft: Draft,
        secret: SecretChange,
    ) -> Result<ServiceSeen, Error> {
        let seen = self.service(name)?;
        let old = &seen.service;
        let has_client_secret = match &secret {
            SecretChange::Keep => old.has_client_secret,
            SecretChange::Set(_) | SecretChange::CopyFrom(_) => true,
            SecretChange::Registered(secret, _) => secret.is_some(),
            SecretChange::Remove => false,
        };
        let holds_grant = self
            .book()
            .entries_of(name)
            .any(|entry| entry.account.grant.is_some() || entry.account.candidate.is_some());
        let keeps_secret = old.has_client_secret && matches!(secret, SecretChange::Keep);
        let basis = Basis {
            existing: Some(old),
            name: name.clone(),
            bound: holds_grant || keeps_secret,
            has_client_secret,
            now: self.now(),
        };
        let mut service = draft.into_service(basis).map_err(Error::Invalid)?;
        if !matches!(secret, SecretChange::Keep) {
            // It was that of the secret before.
            service.client_secret_expires_at = None;
        }
        let event = self.service_event(name, "Service edited");
        self.put(service, secret, vec![event]).await?;
        self.try_refused_again(&seen.accounts).await?;
        self.service(name)
    }

    /// Confirms the hosts that a service's endpoints name now. The client secret is entered again where there is
    /// one, so that nobody who edits an address alone gets it sent there (R-ST-14).
    ///
    /// # Errors
    /// When the secret is needed and was not given.
    pub async fn confirm_hosts(
        &self,
        name: &Name,
        secret: Option<ClientSecret>,
    ) -> Result<ServiceSeen, Error> {
        let seen = self.service(name)?;
        let mut service = (*seen.service).clone();
        let changed = !service.hosts_to_confirm().is_empty();
        if changed && service.has_client_secret && secret.is_none() {
            return Err(Error::SecretNeeded);
        }
        service.confirmed_hosts = service.hosts();
        service.confirmed_test_host = service.endpoints.test.as_ref().map(host_of);
        let hosts: Vec<_> = service.confirmed_hosts.iter().cloned().collect();
        let event = self.service_event(name, &format!("Hosts confirmed: {}", hosts.join(", ")));
        let change = secret.map_or(SecretChange::Keep, SecretChange::Set);
        service.has_client_secret |= matches!(change, SecretChange::Set(_));
        let hosts = service.confirmed_hosts.clone();
        self.put(service, change, vec![event]).await?;
        for id in &seen.accounts {
            let (turn, mut account, _) = self.turn(id).await?;
            for grant in [&mut account.grant, &mut account.candidate].into_iter().flatten() {
                grant.hosts.clone_from(&hosts);
            }
            self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
        }
        self.try_refused_again(&seen.accounts).await?;
        self.service(name)
    }

    /// Removes a service with its accounts; `revoke` takes their tokens back first, and deletes a client that Grantkeep
    /// registered at the provider, as far as that goes.
    ///
    /// # Errors
    /// When a revocation failed: the service and what was not revoked stay.
    pub async fn remove_service(self: &Arc<Self>, name: &Name, revoke: bool) -> Result<Receipt, Error> {
        let seen = self.service(name)?;
        let mut receipt = Receipt::empty(self.now());
        let mut proving: Option<Proving> = None;
        let mut turns: Vec<Turn> = Vec::new();
        for id in &seen.accounts {
            if revoke && self.account(id)?.status.possible.revoke {
                match (self.take_back(id, true).await?, &mut proving) {
                    (TakenBack::Back(one), Some(proving)) => proving.join(one),
                    (TakenBack::Back(one), None) => proving = Some(one),
                    (TakenBack::ByHand(one), _) => receipt = one,
                }
            }
            self.cancel_quietly(id).await?;
            turns.push(self.turn(id).await?.0);
        }
        if let Some(proving) = &mut proving {
            // While the client is still there: introspection needs it.
            self.try_all(proving).await;
        }
        let client = if revoke { self.delete_client(&seen.service).await? } else { None };
        receipt.lines.extend(client.clone());
        let permissions = self.permissions_turn().await;
        self.ports.store.remove_service(name.clone()).await?;
        self.forget_permissions_of(name);
        self.book().remove_service(name);
        drop(permissions);
        self.tell(KeeperEvent::ServiceRemoved(name.clone()));
        if let Some(mut proving) = proving {
            client.into_iter().for_each(|line| proving.add(line));
            receipt = self.prove(proving).await;
        }
        Ok(receipt)
    }

    pub(super) async fn turn_policy_off(&self, service: &Service) -> Result<(), Error> {
        let mut service = (*self.service(&service.name)?.service).clone();
        service.revoke_previous = crate::model::RevokePrevious::Never;
        self.put(service, SecretChange::Keep, Vec::new()).await
    }

    pub(super) async fn insert(
        &self,
        service: Service,
        secret: SecretChange,
        text: &str,
    ) -> Result<ServiceSeen, Error> {
        let name = service.name.clone();
        let event = self.service_event(&name, text);
        self.put(service, secret, vec![event]).await?;
        self.add_account(&name, "default").await?;
        self.service(&name)
    }

    pub(super) async fn put(
        &self,
        service: Service,
        secret: SecretChange,
        events: Vec<Event>,
    ) -> Result<(), Error> {
        let logged = self.ports.store.save_service(service.clone(), secret, events).await?;
        let name = service.name.clone();
        let accounts = {
            let mut book = self.book();
            book.put_service(Arc::new(service));
            book.accounts_of(&name)
        };
        self.tell(KeeperEvent::ServiceChanged(name));
        for id in accounts {
            self.tell(KeeperEvent::AccountChanged(id));
        }
        self.tell_events(logged);
        self.wake.notify_one();
        Ok(())
    }

    /// After an edit, a client that was refused is tried again.
    pub(super) async fn try_refused_again(&self, accounts: &[AccountId]) -> Result<(), Error> {
        for id in accounts {
            let (turn, mut account, _) = self.turn(id).await?;
            if matches!(account.standing, Standing::ClientRefused { .. }) {
                account.standing = Standing::Good;
                account.trouble = None;
                self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
            }
        }
        Ok(())
    }

    pub(super) fn service_event(&self, name: &Name, text: &str) -> Event {
        let id = AccountId { service: name.clone(), account: Name::default_account() };
        Event { account: None, ..self.event(&id, EventKind::Service, text) }
    }

    /// The slug of a title, numbered where it is taken. A title without one is caught by the form's rules.
    pub(super) fn free_name(&self, title: &str) -> Name {
        let wanted = Name::of_title(title).unwrap_or_else(Name::default_account);
        let book = self.book();
        let taken = |name: &Name| book.service(name).is_some();
        first_free(wanted, taken)
    }
}

/// `wanted`, or the first of `wanted-2`, `wanted-3`, … that is free.
pub(super) fn first_free(wanted: Name, taken: impl Fn(&Name) -> bool) -> Name {
    let mut name = wanted.clone();
    let mut number = 2;
    while taken(&name) {
        name = wanted.numbered(number);
        number += 1;
    }
    name
}

/// A form problem of one field.
pub(super) fn field_problem(field: &str, message: &str) -> Error {
    Error::Invalid(vec![FieldProblem {
        field: field.into(),
        message: message.into(),
        fix: None,
        warning: false,
    }])
}

/// The account of a title within a service.
pub(super) fn account_of(service: &Name, title: &str, now: crate::model::Timestamp, name: Name) -> Account {
    Account::new(AccountId { service: service.clone(), account: name }, title.to_owned(), now)
}
