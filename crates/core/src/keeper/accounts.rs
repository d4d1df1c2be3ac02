//! Accounts: added, renamed, removed; what the person says of scopes and of somebody else's grant.

use std::sync::Arc;

use super::revoke::TakenBack;
use super::services::{account_of, field_problem, first_free};
use super::{AccountSeen, Error, Keeper, KeeperEvent, Receipt};
use crate::model::{Account, AccountId, Event, EventKind, Facts, Name, Slot, Standing};
use crate::ports::TokenChange;

/// What becomes of the grant of somebody else who came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityChoice {
    /// It replaces the account's own.
    Replace,
    /// It becomes an account of its own.
    NewAccount {
        /// Its title.
        title: String,
    },
}

impl Keeper {
    /// Adds an account to a service.
    ///
    /// # Errors
    /// When the title gives no name, or there is no such service.
    pub async fn add_account(&self, service: &Name, title: &str) -> Result<AccountSeen, Error> {
        self.service(service)?;
        let account = self.new_account(service, title)?;
        self.insert_account(account, TokenChange::Keep).await
    }

    /// Changes an account's title; its name stays, since programs use it.
    ///
    /// # Errors
    /// When there is no such account, or the title does not do.
    pub async fn rename_account(&self, id: &AccountId, title: &str) -> Result<AccountSeen, Error> {
        let title = checked_title(title)?;
        let (turn, mut account, _) = self.turn(id).await?;
        account.title = title;
        self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
        self.account(id)
    }

    /// Removes an account; `revoke` takes its tokens back first.
    ///
    /// # Errors
    /// When the revocation failed: the account stays.
    pub async fn remove_account(self: &Arc<Self>, id: &AccountId, revoke: bool) -> Result<Receipt, Error> {
        let seen = self.account(id)?;
        let taken_back = match revoke && seen.status.possible.revoke {
            true => Some(self.take_back(id, true).await?),
            false => None,
        };
        self.cancel_quietly(id).await?;
        let (turn, account, _) = self.turn(id).await?;
        let text = format!("Account {} deleted", account.title);
        let event = Event { account: None, ..self.event(id, EventKind::Service, text) };
        let logged = self.ports.store.remove_account(id.clone(), vec![event]).await?;
        self.book().remove(id);
        drop(turn);
        self.tell(KeeperEvent::AccountRemoved(id.clone()));
        self.tell(KeeperEvent::ServiceChanged(id.service.clone()));
        self.tell_events(logged);
        Ok(match taken_back {
            Some(TakenBack::Back(proving)) => self.prove(proving).await,
            Some(TakenBack::ByHand(receipt)) => receipt,
            None => Receipt::empty(self.now()),
        })
    }

    /// The person says of missing scopes: use it as it is.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn accept_scopes(&self, id: &AccountId) -> Result<AccountSeen, Error> {
        let (turn, mut account, _) = self.turn(id).await?;
        account.scopes_accepted = true;
        self.save(&turn, account, TokenChange::Keep, Vec::new()).await?;
        self.account(id)
    }

    /// The person says what becomes of the grant of somebody else.
    ///
    /// # Errors
    /// When nobody else came back.
    pub async fn resolve_identity(
        &self,
        id: &AccountId,
        choice: IdentityChoice,
    ) -> Result<AccountSeen, Error> {
        let (turn, mut account, _) = self.turn(id).await?;
        let grant = account.candidate.take().ok_or_else(|| Error::NoCandidate(id.short()))?;
        match choice {
            IdentityChoice::Replace => {
                let before = account.grant.replace(grant).and_then(|grant| grant.identity);
                account.name_itself(before.as_ref());
                account.standing = Standing::Good;
                account.trouble = None;
                account.scopes_accepted = false;
                let mut event = self.event(id, EventKind::Authorized, "The new grant replaced the old one");
                event.facts =
                    Facts::default().token_until(account.grant.as_ref().and_then(|grant| grant.expires_at));
                self.save(&turn, account, TokenChange::Promote, vec![event]).await?;
                self.account(id)
            }
            IdentityChoice::NewAccount { title } => {
                let mut new = self.new_account(&id.service, &title)?;
                new.grant = Some(grant);
                let seen = self.insert_account(new, TokenChange::TakeCandidateOf(id.clone())).await?;
                self.save(&turn, account, TokenChange::Remove(Slot::Candidate), Vec::new()).await?;
                Ok(seen)
            }
        }
    }

    fn new_account(&self, service: &Name, title: &str) -> Result<Account, Error> {
        let title = checked_title(title)?;
        let wanted = Name::of_title(&title)
            .ok_or_else(|| field_problem("title", "The name needs at least one letter a–z or digit."))?;
        let book = self.book();
        let taken = |name: &Name| {
            book.entry(&AccountId { service: service.clone(), account: name.clone() }).is_some()
        };
        if taken(&wanted) {
            let free = first_free(wanted, taken);
            let message = format!("There is an account of that name already. “{free}” is free.");
            return Err(field_problem("title", &message));
        }
        Ok(account_of(service, &title, self.now(), wanted))
    }

    async fn insert_account(&self, mut account: Account, tokens: TokenChange) -> Result<AccountSeen, Error> {
        account.revision = 1;
        let id = account.id.clone();
        let logged = self.ports.store.save_account(account.clone(), tokens, Vec::new()).await?;
        self.book().add(account);
        self.tell(KeeperEvent::ServiceChanged(id.service.clone()));
        self.tell(KeeperEvent::AccountChanged(id.clone()));
        self.tell_events(logged);
        self.wake.notify_one();
        self.account(&id)
    }
}

fn checked_title(title: &str) -> Result<String, Error> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > 80 || title.chars().any(char::is_control) {
        return Err(field_problem("title", "Give the account a name of 1 to 80 characters, such as “work”."));
    }
    Ok(title.to_owned())
}
