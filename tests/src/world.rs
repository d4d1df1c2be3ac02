//! The keeper within the test's process, and a real provider beside it.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use grantkeep_core::keeper::{KeeperEvent, Outcome};
use grantkeep_core::model::{AccountId, Draft, Name};
use tokio::sync::broadcast::Receiver;

use crate::provider::Client;
use crate::{LocalKeeper, Page, Person, Provider, within};

/// A keeper with a vault of its own, a provider and a clock.
///
/// The keeper's clock is the test's, the provider's own is the real one.
pub struct World {
    /// The provider.
    pub provider: Provider,
    local: LocalKeeper,
}

impl Deref for World {
    type Target = LocalKeeper;

    fn deref(&self) -> &LocalKeeper {
        &self.local
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut LocalKeeper {
        &mut self.local
    }
}

impl World {
    /// A world without any service.
    ///
    /// # Panics
    /// When the vault or the provider cannot be made.
    pub async fn new() -> Self {
        Self { provider: Provider::new().await, local: LocalKeeper::new().await }
    }

    /// A world with the service `practice` and its account `practice/‹name›`, which Ada has authorized.
    ///
    /// # Panics
    /// When that does not work.
    #[expect(clippy::expect_used, reason = "the test is about what comes next")]
    pub async fn with_account(name: &str) -> Self {
        let world = Self::new().await;
        world.add(Client::Public).await;
        let id = account(&format!("practice/{name}"));
        if id.account != Name::default_account() {
            world.keeper().add_account(&id.service, name).await.expect("an account");
        }
        let (outcome, _) = world.authorize(&id, &Person::ada()).await;
        assert_eq!(outcome, Outcome::Done, "Ada authorizes");
        world.settle().await;
        world
    }

    /// Adds one of the provider's clients as a service; its name.
    ///
    /// # Panics
    /// When the keeper refuses it.
    pub async fn add(&self, client: Client) -> Name {
        self.add_draft(self.provider.draft(client), client).await
    }

    /// Adds a form with the secret of one of the provider's clients; the service's name.
    ///
    /// # Panics
    /// When the keeper refuses it.
    #[expect(clippy::panic, reason = "the test is about what comes next")]
    pub async fn add_draft(&self, draft: Draft, client: Client) -> Name {
        match self.keeper().add_service(draft, self.provider.client_secret(client)).await {
            Ok(seen) => seen.service.name.clone(),
            Err(error) => panic!("the service was refused: {:?}", error.problem()),
        }
    }

    /// Begins an authorization and lets a person follow its link: how it ended, and the page shown at the end.
    ///
    /// # Panics
    /// When the keeper refuses, or the link does not lead to the listener.
    #[expect(clippy::panic, reason = "the test is about what comes next")]
    pub async fn authorize(&self, id: &AccountId, person: &Person) -> (Outcome, Page) {
        let started = self.begin(id).await;
        // Waited for from before the browser opens: an authorization that ended is forgotten.
        let waiting = self.keeper().wait(id, &started.pending.id);
        let (outcome, page) = tokio::join!(waiting, person.follow(started.link.expose()));
        match outcome {
            Ok(outcome) => (outcome, page),
            Err(error) => panic!("{id}: {error}"),
        }
    }
}

/// Waits for the end of an authorization of `id`; `events` were subscribed to before it began.
///
/// # Panics
/// When it does not end.
#[expect(clippy::panic, reason = "a keeper that is gone fails the test")]
pub async fn ended(events: &mut Receiver<KeeperEvent>, id: &AccountId) -> Outcome {
    let end = async {
        loop {
            match events.recv().await {
                Ok(KeeperEvent::AuthorizationEnded(of, outcome)) if of == *id => return outcome,
                Ok(_) => {}
                Err(error) => panic!("no more events: {error}"),
            }
        }
    };
    within("the end of an authorization", end).await
}

/// An account by its name, `service/account` or `service`.
///
/// # Panics
/// When it is none.
#[expect(clippy::expect_used, reason = "a test writes names that are right")]
pub fn account(id: &str) -> AccountId {
    id.parse().expect("an account's name")
}

/// That many minutes.
pub fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}
