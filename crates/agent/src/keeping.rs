//! Hands what the person chose to the keeper: how far ahead it is, and how much of the history it keeps.

use std::sync::Arc;

use crate::settings::Chosen;
use crate::vault_door::Door;

/// Follows the settings and the door: each keeper that comes, and each change, until the agent is gone.
pub(crate) async fn follow(door: Arc<Door>, settings: Arc<Chosen>) {
    let (mut doors, mut chosen) = (door.watch(), settings.watch());
    drop((door, settings));
    loop {
        let (pace, retention) = {
            let settings = chosen.borrow_and_update();
            (settings.pace, settings.history)
        };
        if let Some(keeper) = &doors.borrow_and_update().keeper {
            keeper.set_pace(pace);
            keeper.set_retention(retention);
        }
        let changed = tokio::select! {
            changed = doors.changed() => changed,
            changed = chosen.changed() => changed,
        };
        if changed.is_err() {
            return;
        }
    }
}
