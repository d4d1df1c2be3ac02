//! What a closed door waits for: the person, or a keyring that opens by itself.

use std::sync::Arc;
use std::time::Duration;

use grantkeep_api::views::{Code, VaultState};

use super::Door;

impl Door {
    /// Looks again every [`LOOK_AGAIN`] where the key may appear by itself; never ends.
    pub async fn keep_looking(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            if may_pass(&self.seen().vault) {
                // Quietly: the trouble stays on screen until it is over.
                self.look_and(|_| {}).await;
            }
        }
    }

    /// Whether the agent has to stay though nobody asks it.
    ///
    /// A vault that the person locked keeps it, because another agent might find the key and open it. One whose passphrase was
    /// never given does not: nothing can be kept before it is.
    pub fn needs_keeping(&self) -> bool {
        let seen = self.seen();
        match (&seen.keeper, &seen.vault) {
            (Some(keeper), _) => keeper.needs_keeping(),
            (None, _) if seen.resting.is_some() => true,
            (None, VaultState::Unavailable { .. }) => may_pass(&seen.vault),
            (None, VaultState::Opening | VaultState::Open | VaultState::Locked) => true,
            (None, VaultState::NeedsPassphrase | VaultState::ChoosePassphrase) => false,
        }
    }
}

/// The trouble may be over without anybody telling the agent.
fn may_pass(state: &VaultState) -> bool {
    match state {
        VaultState::Unavailable { problem } => {
            matches!(problem.code, Code::KeyringLocked | Code::VaultLocked)
        }
        VaultState::Open
        | VaultState::NeedsPassphrase
        | VaultState::ChoosePassphrase
        | VaultState::Locked
        | VaultState::Opening => false,
    }
}

/// How often a locked keyring is looked at (R-RS-09).
const LOOK_AGAIN: Duration = Duration::from_secs(30);
