//! What the person is told without having asked.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// One incident: an account, or a provider, that needed the person.
    struct NoticeView {
        /// Identifier; another agent process counts anew.
        pub id: String,
        /// What it is about.
        pub about: NoticeKind,
        /// What happened, in a few words.
        pub title: String,
        /// Why, and what still holds.
        pub text: String,
        /// When it began.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// When it ended; absent while it lasts.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub over_at_ms: Option<i64>,
        /// The accounts that it concerns: `service/account`.
        pub accounts: Vec<String>,
    }
}

view! {
    /// What an incident is about; its action follows from it.
    enum NoticeKind {
        /// Only the person can help: authorize again.
        Reauthorize,
        /// Only the person can help: edit the service.
        CheckSettings,
        /// Somebody else came back on reauthorizing: the person chooses.
        SomebodyElse,
        /// The previous token was not taken back.
        PreviousNotRevoked,
        /// A provider cannot be reached, and tokens have ended meanwhile.
        Outage,
    }
}
