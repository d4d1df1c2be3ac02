//! The agent, what it did, and what changes.

use serde::{Deserialize, Serialize};

use super::{AccountView, NoticeView, Parameter, PermissionView, Problem, QuestionView, ServiceView};
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// Whether the vault can be used.
    tagged VaultState {
        /// Open.
        Open,
        /// A vault with a passphrase that was not given yet.
        NeedsPassphrase,
        /// No vault yet and no keyring: a passphrase has to be chosen.
        ChoosePassphrase,
        /// Cannot be opened now.
        Unavailable {
            /// Why and what to do.
            problem: Problem,
        },
        /// A keyring call is under way.
        Opening,
        /// The person locked it; the key is in the keyring. Names and status are still shown.
        Locked,
    }
}

view! {
    /// Where the vault's key is.
    enum KeyPlace {
        /// System keyring.
        Keyring,
        /// Sealed by a passphrase.
        Passphrase,
    }
}

view! {
    /// The agent and its vault.
    struct AgentView {
        /// Version of the agent.
        pub version: String,
        /// Version of the API.
        pub api: u32,
        /// Process.
        pub pid: u32,
        /// The vault.
        pub vault: VaultState,
        /// Where the key is; absent while unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub key_place: Option<KeyPlace>,
        /// The agent itself unlocked a passphrase vault from a private file (R-AG-08).
        pub unlocked_from_file: bool,
        /// Proportional memory of the agent in bytes, where the system tells.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub memory_bytes: Option<u64>,
    }
}

view! {
    /// One line of an account's history.
    struct EventView {
        /// Place in the history; grows.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub id: i64,
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// The account, or the service alone; empty for what concerns neither.
        pub account: String,
        /// What happened.
        pub what: EventKind,
        /// One sentence.
        pub text: String,
        /// A second part at the end of the line, such as "212 ms".
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub detail: Option<String>,
        /// How long it took, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub took_ms: Option<u32>,
        /// Why, in one word that stays: the kind of the failure (`busy`, `unreachable`, `grant_ended`, …), or
        /// `previous_token` for a revocation that left the present token alone.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub reason: Option<String>,
        /// When the access token that came with it ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub token_ends_at_ms: Option<i64>,
    }
}

view! {
    /// A part of the history, the newest line first.
    struct HistoryView {
        /// The lines.
        pub events: Vec<EventView>,
        /// Where older lines begin (`before` of the next question); absent = there are none. A page may hold fewer
        /// lines than asked, even none, and yet go on.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional, type = "number"))]
        pub next: Option<i64>,
    }
}

view! {
    /// What an event is about.
    enum EventKind {
        /// A service was added, edited or deleted.
        Service,
        /// An authorization began, was refused, ended or was cancelled.
        Authorization,
        /// A grant was stored.
        Authorized,
        /// A refresh worked.
        Refreshed,
        /// A refresh failed.
        RefreshFailed,
        /// Trouble is over.
        WorkingAgain,
        /// A token was copied or handed out.
        HandedOut,
        /// A grant was taken back.
        Revoked,
        /// A revocation failed.
        RevokeFailed,
        /// The token was tried at the Test URI.
        Tested,
        /// A program said that a resource refused the token.
        Reported,
        /// A program was given permission, was refused, or its permission was taken back.
        Access,
    }
}

view! {
    /// What the Test URI answered. Never holds the token.
    struct TestView {
        /// HTTP status.
        pub status: u16,
        /// The status' words.
        pub reason: String,
        /// How long it took.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub took_ms: u64,
        /// Method and address, as sent.
        pub request: String,
        /// Headers of the answer.
        pub headers: Vec<Parameter>,
        /// The body, formatted where it is JSON, capped.
        pub body: String,
        /// It was JSON.
        pub is_json: bool,
        /// It was cut.
        pub truncated: bool,
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
    }
}

view! {
    /// How a wait for an authorization ended.
    tagged AuthorizationOutcome {
        /// Still waiting.
        Waiting,
        /// The grant is stored.
        Done,
        /// It failed.
        Failed {
            /// Why.
            problem: Problem,
        },
        /// The person cancelled it.
        Cancelled,
    }
}

view! {
    /// A change pushed to front ends.
    tagged Change {
        /// Everything, once at the start and after a gap.
        Snapshot {
            /// The agent.
            agent: AgentView,
            /// All services.
            services: Vec<ServiceView>,
            /// All accounts.
            accounts: Vec<AccountView>,
            /// Programs that wait for an answer.
            questions: Vec<QuestionView>,
            /// What programs may do.
            permissions: Vec<PermissionView>,
        },
        /// The agent or its vault changed.
        Agent {
            /// The agent.
            agent: AgentView,
        },
        /// A service is new or changed.
        Service {
            /// The service.
            service: ServiceView,
        },
        /// A service is gone.
        ServiceRemoved {
            /// Its slug.
            name: String,
        },
        /// An account is new or changed.
        Account {
            /// The account.
            account: AccountView,
        },
        /// An account is gone.
        AccountRemoved {
            /// Its id.
            id: String,
        },
        /// An authorization ended: the window comes forward.
        AuthorizationEnded {
            /// The account's id.
            id: String,
            /// How.
            outcome: AuthorizationOutcome,
        },
        /// A program asks.
        Question {
            /// The question.
            question: QuestionView,
        },
        /// A question was answered, or ran out.
        QuestionGone {
            /// Its identifier.
            id: String,
        },
        /// A permission is new or changed.
        Permission {
            /// The permission.
            permission: PermissionView,
        },
        /// A permission is gone.
        PermissionRemoved {
            /// Its identifier.
            id: String,
        },
        /// What needs the person, or did: all of it. Comes after a snapshot, too, where there is something.
        Notices {
            /// The latest first.
            notices: Vec<NoticeView>,
        },
        /// A line was added to a history.
        Event {
            /// The line.
            event: EventView,
        },
    }
}
