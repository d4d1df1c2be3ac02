//! What programs may do (R-AG-04): kept in memory and in the store; each use is counted.
//!
//! A use costs the caller no write: it is counted in memory, and written behind within about a second.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{Error, Keeper, KeeperEvent};
use crate::model::{Event, EventKind, Facts, Name, Permission, Said, Timestamp};
use crate::ports::{Store, StoreError};

/// A program that is given a permission, or refused for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantee {
    /// Absolute path of its executable.
    pub program: String,
    /// How the history names it, such as `git (/usr/bin/git, process 4121)`.
    pub shown: String,
}

/// What was said about a program and a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may; the use was counted.
    Allowed,
    /// It was refused for good, by the permission of that identifier.
    Refused {
        /// Identifier.
        id: String,
    },
    /// Nothing, or nothing that still counts.
    Unasked,
}

/// What is known of permissions.
pub(super) struct Permissions {
    listed: Mutex<Listed>,
    /// What is stored changes one thing after the other.
    turn: tokio::sync::Mutex<()>,
    /// Rung when an end may come earlier than thought.
    renewed: Notify,
    /// Rung when a use is to be written.
    used: Notify,
}

#[derive(Default)]
struct Listed {
    all: BTreeMap<String, Permission>,
    /// Those whose uses are not stored.
    unsaved: BTreeSet<String>,
}

impl Permissions {
    pub(super) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let stored = store.permissions().await?.into_iter();
        let all = stored.map(|permission| (permission.id.clone(), permission)).collect();
        Ok(Self {
            listed: Mutex::new(Listed { all, unsaved: BTreeSet::new() }),
            turn: tokio::sync::Mutex::new(()),
            renewed: Notify::new(),
            used: Notify::new(),
        })
    }

    fn listed(&self) -> MutexGuard<'_, Listed> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper {
    /// All permissions that count now, the oldest first.
    pub fn permissions(&self) -> Vec<Permission> {
        let now = self.now();
        let listed = self.permissions.listed();
        let mut good: Vec<_> = listed.all.values().filter(|one| one.is_good_at(now)).cloned().collect();
        good.sort_by(|a, b| (a.granted_at, &a.id).cmp(&(b.granted_at, &b.id)));
        good
    }

    /// The permission of that identifier, if there is one that counts now.
    pub fn permission(&self, id: &str) -> Option<Permission> {
        let now = self.now();
        self.permissions.listed().all.get(id).filter(|permission| permission.is_good_at(now)).cloned()
    }

    /// Says whether the program of that path may have tokens of `service` (`None` = manage), and counts the use.
    pub fn may(&self, program: &str, service: Option<&Name>) -> Verdict {
        let now = self.now();
        let mut listed = self.permissions.listed();
        let Listed { all, unsaved } = &mut *listed;
        let found = all.values_mut().find(|one| one.is_about(program, service) && one.is_good_at(now));
        let Some(permission) = found else { return Verdict::Unasked };
        if !permission.allowed {
            return Verdict::Refused { id: permission.id.clone() };
        }
        permission.last_used_at = Some(now);
        permission.uses += 1;
        unsaved.insert(permission.id.clone());
        self.permissions.used.notify_one();
        Verdict::Allowed
    }

    /// Allows a program to have tokens of `service` (`None` = to manage), in place of what was said before;
    /// `span` = for how long, `None` = until it is taken back or not used for [`Permission::IDLE`].
    ///
    /// # Errors
    /// When there is no such service, or the store cannot be written.
    pub async fn allow(
        &self,
        who: Grantee,
        service: Option<&Name>,
        span: Option<Duration>,
    ) -> Result<Permission, Error> {
        let said = span.map_or(Said::Always, Said::For);
        self.say(who, service, true, span, said).await
    }

    /// Refuses a program for good, in place of what was said before.
    ///
    /// # Errors
    /// When there is no such service, or the store cannot be written.
    pub async fn refuse_for_good(&self, who: Grantee, service: Option<&Name>) -> Result<Permission, Error> {
        self.say(who, service, false, None, Said::Never).await
    }

    /// Takes a permission back, or a refusal; false when there is none of that identifier.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_permission(&self, id: &str) -> Result<bool, Error> {
        let _turn = self.permissions_turn().await;
        let Some(permission) = self.permissions.listed().all.get(id).cloned() else { return Ok(false) };
        self.drop_permission(&permission, Said::TakenBack { allowed: permission.allowed }, None).await?;
        Ok(true)
    }

    /// Writes a sentence about a program to the history: of a service, or of what concerns none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn log_access(&self, service: Option<&Name>, text: String) -> Result<(), Error> {
        let logged = self.ports.store.log(vec![self.access_event(service, text, None)]).await?;
        self.tell_events(logged);
        Ok(())
    }

    async fn say(
        &self,
        who: Grantee,
        service: Option<&Name>,
        allowed: bool,
        span: Option<Duration>,
        said: Said,
    ) -> Result<Permission, Error> {
        let _turn = self.permissions_turn().await;
        if let Some(name) = service {
            self.service(name)?;
        }
        let now = self.now();
        let before = {
            let listed = self.permissions.listed();
            listed.all.values().find(|one| one.is_about(&who.program, service)).map(|one| one.id.clone())
        };
        let permission = Permission {
            id: before.unwrap_or_else(|| self.free_permission_id()),
            program: who.program,
            service: service.cloned(),
            allowed,
            granted_at: now,
            expires_at: span.map(|span| now + span),
            last_used_at: None,
            uses: 0,
        };
        let event = self.access_event(service, said.of(&who.shown, service), None);
        let logged = self.ports.store.save_permission(permission.clone(), vec![event]).await?;
        {
            let mut listed = self.permissions.listed();
            listed.unsaved.remove(&permission.id);
            listed.all.insert(permission.id.clone(), permission.clone());
        }
        self.permissions.renewed.notify_one();
        self.tell(KeeperEvent::PermissionChanged(permission.id.clone()));
        self.tell_events(logged);
        Ok(permission)
    }

    /// Needs the turn.
    async fn drop_permission(
        &self,
        permission: &Permission,
        said: Said,
        detail: Option<&str>,
    ) -> Result<(), Error> {
        let service = permission.service.as_ref();
        let event = self.access_event(service, said.of(&shown(&permission.program), service), detail);
        let logged = self.ports.store.remove_permission(permission.id.clone(), vec![event]).await?;
        {
            let mut listed = self.permissions.listed();
            listed.all.remove(&permission.id);
            listed.unsaved.remove(&permission.id);
        }
        self.tell(KeeperEvent::PermissionRemoved(permission.id.clone()));
        self.tell_events(logged);
        Ok(())
    }

    /// The right to change what is stored of permissions.
    pub(super) async fn permissions_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.permissions.turn.lock().await
    }

    /// After a service was removed: the store has removed its permissions with it. Needs the turn, so that none is
    /// given meanwhile, which would count for a later service of that name.
    pub(super) fn forget_permissions_of(&self, service: &Name) {
        let gone: Vec<String> = {
            let mut listed = self.permissions.listed();
            let of_it = |one: &&Permission| one.service.as_ref() == Some(service);
            let gone: Vec<_> = listed.all.values().filter(of_it).map(|one| one.id.clone()).collect();
            for id in &gone {
                listed.all.remove(id);
                listed.unsaved.remove(id);
            }
            gone
        };
        for id in gone {
            self.tell(KeeperEvent::PermissionRemoved(id));
        }
    }

    /// Stores what was counted; false when the store could not.
    pub(super) async fn save_uses(&self) -> bool {
        let _turn = self.permissions_turn().await;
        let used: Vec<Permission> = {
            let mut listed = self.permissions.listed();
            let unsaved = std::mem::take(&mut listed.unsaved);
            unsaved.iter().filter_map(|id| listed.all.get(id).cloned()).collect()
        };
        if used.is_empty() {
            return true;
        }
        let ids: Vec<String> = used.iter().map(|permission| permission.id.clone()).collect();
        if let Err(error) = self.ports.store.save_uses(used).await {
            tracing::warn!(%error, "uses of permissions could not be stored; they are kept in memory");
            self.permissions.listed().unsaved.extend(ids);
            return false;
        }
        for id in ids {
            self.tell(KeeperEvent::PermissionChanged(id));
        }
        true
    }

    /// Removes what has ended; false when the store could not.
    async fn remove_ended(&self) -> bool {
        let _turn = self.permissions_turn().await;
        let now = self.now();
        let ended: Vec<Permission> = {
            let listed = self.permissions.listed();
            listed.all.values().filter(|one| !one.is_good_at(now)).cloned().collect()
        };
        for permission in ended {
            let why =
                if permission.expires_at.is_some() { "its time is over" } else { "not used for 90 days" };
            let said = Said::TakenBack { allowed: permission.allowed };
            if let Err(error) = self.drop_permission(&permission, said, Some(why)).await {
                tracing::warn!(%error, "a permission that has ended could not be removed");
                return false;
            }
        }
        true
    }

    fn next_end(&self) -> Option<Timestamp> {
        self.permissions.listed().all.values().filter_map(Permission::ends_at).min()
    }

    fn access_event(&self, service: Option<&Name>, text: String, detail: Option<&str>) -> Event {
        Event {
            id: 0,
            at: self.now(),
            service: service.cloned(),
            account: None,
            kind: EventKind::Access,
            text,
            detail: detail.map(ToOwned::to_owned),
            facts: Facts::default(),
        }
    }

    /// Short, since a person may type it.
    fn free_permission_id(&self) -> String {
        loop {
            let mut bytes = [0; 4];
            self.ports.entropy.fill(&mut bytes);
            let id = format!("{:08x}", u32::from_be_bytes(bytes));
            if !self.permissions.listed().all.contains_key(&id) {
                return id;
            }
        }
    }
}

/// Writes uses behind and removes what has ended, until the keeper is gone or stops.
pub(super) async fn keep(keeper: Weak<Keeper>, mut stopping: watch::Receiver<bool>) {
    let mut write_at: Option<Timestamp> = None;
    loop {
        let Some(keeper) = keeper.upgrade() else { return };
        if *stopping.borrow() {
            return;
        }
        let clock = keeper.ports.clock.clone();
        if write_at.is_some_and(|at| at <= clock.now()) {
            write_at = if keeper.save_uses().await { None } else { Some(clock.now() + TRY_AGAIN) };
        }
        let removed = keeper.remove_ended().await;
        let next_end = keeper.next_end().map(|end| if removed { end } else { clock.now() + TRY_AGAIN });
        let due = async {
            match next_end.into_iter().chain(write_at).min() {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = keeper.permissions.renewed.notified() => {}
            // What is used meanwhile is written with it.
            () = keeper.permissions.used.notified() => {
                write_at.get_or_insert(clock.now() + BEHIND);
            }
            _ = stopping.changed() => return,
        }
    }
}

/// A program as the history names it where no process is known.
fn shown(program: &str) -> String {
    let name = program.rsplit('/').next().unwrap_or(program);
    format!("{name} ({program})")
}

/// How far the stored uses are behind.
const BEHIND: Duration = Duration::from_secs(1);

/// When the store is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(30);
