//! Programs that ask for tokens, and what the person answered.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// What kind of program asks: it decides what can be answered (R-AG-04).
    enum ProgramKind {
        /// A program of its own: its executable tells it from others.
        Program,
        /// An interpreter, a shell or curl: its executable says nothing about what it runs, so never *always*.
        Interpreter,
        /// The person, at a terminal.
        Terminal,
        /// A program that the system does not tell, or that starts all others (an init): never *always*.
        Unknown,
    }
}

view! {
    /// A program, as the person is asked about it.
    struct ProgramView {
        /// Short name, such as `report-builder`; for a terminal, the terminal's.
        pub name: String,
        /// Its executable, where the system tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub path: Option<String>,
        /// What it is.
        pub kind: ProgramKind,
    }
}

view! {
    /// A program waits for the person's permission.
    struct QuestionView {
        /// Identifier.
        pub id: String,
        /// Who asks.
        pub program: ProgramView,
        /// Its process.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub pid: Option<i32>,
        /// Name of what started it, where the system tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub started_by: Option<String>,
        /// The service it asks for; absent = it wants to manage Grantkeep itself (R-AG-08).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub service: Option<String>,
        /// The account it asked for (`service/account`); the permission is for the whole service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub account: Option<String>,
        /// It has asked for this service before.
        pub known: bool,
        /// *Always* can be answered.
        pub may_always: bool,
        /// When it asked.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub asked_at_ms: i64,
        /// When it counts as refused.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub expires_at_ms: i64,
    }
}

view! {
    /// What the person answers.
    enum Answer {
        /// The next request alone.
        Once,
        /// For one hour.
        Hour,
        /// For eight hours.
        EightHours,
        /// Until it is taken back, or was not used for 90 days.
        Always,
        /// Not now.
        Refuse,
        /// Never: it is not asked again.
        Never,
    }
}

view! {
    /// How a question stands.
    enum QuestionOutcome {
        /// Nobody answered yet.
        Waiting,
        /// Allowed: ask for the token again.
        Allowed,
        /// Refused, or not answered in time.
        Refused,
    }
}

view! {
    /// A permission that was given, or refused for good.
    struct PermissionView {
        /// Identifier.
        pub id: String,
        /// Whose.
        pub program: ProgramView,
        /// For which service; absent = to manage Grantkeep itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub service: Option<String>,
        /// Allowed; otherwise refused for good.
        pub allowed: bool,
        /// It ends with this terminal session.
        pub terminal_session: bool,
        /// When it was given.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub granted_at_ms: i64,
        /// When it ends by itself; absent = when it is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub expires_at_ms: Option<i64>,
        /// When it was used last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub last_used_at_ms: Option<i64>,
        /// How often it was used.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub uses: u64,
    }
}

view! {
    /// How a check of `doctor` ended.
    enum CheckState {
        /// All is well.
        Good,
        /// It works, but not as well as it could.
        Warning,
        /// It does not work.
        Bad,
    }
}

view! {
    /// One check of `doctor`.
    struct CheckView {
        /// Stable name: `keyring`, `vault`, `folders`, `socket`, `version`, `clock`, `browser`, `scheme` …
        pub name: String,
        /// How it ended.
        pub state: CheckState,
        /// What was found, in one sentence.
        pub text: String,
        /// How to mend it; empty where nothing is to be mended.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub hint: String,
    }
}
