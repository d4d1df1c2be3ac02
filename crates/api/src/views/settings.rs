//! What the person chose for Grantkeep as a whole.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// One setting.
    struct SettingView {
        /// Its name, such as `quiet-hours`.
        pub key: String,
        /// Its value, as a person writes it.
        pub value: String,
        /// Its value where nothing was chosen.
        pub standard: String,
        /// What it does and which values it takes, in one sentence.
        pub meaning: String,
    }
}
