//! The person locks the vault: its key is forgotten until they unlock it.
//!
//! Nothing looks for the key by itself then. Names and status are still shown, by the keeper that was stopped. A new agent
//! process opens a vault whose key is in the keyring: whoever wants that one closed locks the keyring.

use std::sync::Arc;
use std::time::Duration;

use grantkeep_api::views::{KeyPlace, Problem, VaultState};

use super::{Door, problem};

impl Door {
    /// Stops the keeper once changes under way are stored, and closes the vault.
    ///
    /// Locking goes on when the caller stops waiting. A locked vault stays locked.
    ///
    /// # Errors
    /// There is no open vault.
    pub async fn lock(self: &Arc<Self>) -> Result<(), Problem> {
        let door = self.clone();
        tokio::spawn(async move { door.lock_now().await }).await.unwrap_or_else(|_| Err(problem::internal()))
    }

    async fn lock_now(&self) -> Result<(), Problem> {
        let mut place = self.vault.lock().await;
        let Some(vault) = place.take() else {
            return match self.seen().vault {
                VaultState::Locked | VaultState::NeedsPassphrase => Ok(()),
                other => Err(problem::of_state(other)),
            };
        };
        let keeper = self.seen().keeper;
        // From here on nobody new gets the keeper.
        self.tell(|seen| {
            seen.vault = locked(seen.key_place);
            seen.unlocked_from_file = false;
            seen.keeper = None;
            seen.resting.clone_from(&keeper);
        });
        if let Some(keeper) = keeper
            && tokio::time::timeout(FINISHING, keeper.stop()).await.is_err()
        {
            tracing::warn!("a change was still under way when the vault was locked");
        }
        vault.close().await;
        tracing::info!("the vault was locked");
        Ok(())
    }
}

/// How a vault is closed whose key is there.
fn locked(place: Option<KeyPlace>) -> VaultState {
    match place {
        Some(KeyPlace::Passphrase) => VaultState::NeedsPassphrase,
        Some(KeyPlace::Keyring) | None => VaultState::Locked,
    }
}

/// A refresh under way has 30 s for each of two requests, and its answer must be stored (R-TK-04, R-RS-02).
const FINISHING: Duration = Duration::from_secs(65);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_a_locked_vault_depends_on_where_its_key_is() {
        assert_eq!(locked(Some(KeyPlace::Passphrase)), VaultState::NeedsPassphrase);
        assert_eq!(locked(Some(KeyPlace::Keyring)), VaultState::Locked);
    }
}
