//! What front ends may see: every type here is built from fields that are no secret.
//!
//! TypeScript is generated from these types (`cargo xtask bindings`).
//! Times are milliseconds since the Unix epoch (UTC), durations are milliseconds, unless the name says otherwise.

/// Declares a view: serializable in `snake_case`, and exported to TypeScript by feature `bindings`.
macro_rules! view {
    ($(#[$meta:meta])* struct $name:ident { $($body:tt)* }) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "bindings", derive(TS), ts(export, export_to = "bindings.ts"))]
        $(#[$meta])*
        pub struct $name { $($body)* }
    };
    ($(#[$meta:meta])* enum $name:ident { $($body:tt)* }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "bindings", derive(TS), ts(export, export_to = "bindings.ts"))]
        $(#[$meta])*
        pub enum $name { $($body)* }
    };
    ($(#[$meta:meta])* tagged $name:ident { $($body:tt)* }) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[cfg_attr(feature = "bindings", derive(TS), ts(export, export_to = "bindings.ts"))]
        $(#[$meta])*
        pub enum $name { $($body)* }
    };
}

mod access;
mod account;
mod agent;
mod ahead;
mod definition;
mod habits;
mod help;
mod notice;
mod problem;
mod provider;
mod service;
mod settings;
mod status;
mod token;

pub use access::{
    Answer, CheckState, CheckView, PermissionView, ProgramKind, ProgramView, QuestionOutcome, QuestionView,
};
pub use account::{AccountView, GrantView, IdentityView, PendingView, ScopeView, TroubleView};
pub use agent::{
    AgentView, AuthorizationOutcome, Change, EventKind, EventView, HistoryView, KeyPlace, TestView,
    VaultState,
};
pub use ahead::{AheadView, Ends, ForecastView, Known, SpanState, SpanView, TimelineView};
pub use definition::{DiscoveryView, PastedView};
pub use habits::{Extras, Habits, ScopeSeparator, TestMethod, TestRequest, TokenFormat};
pub use help::{Action, RedirectFinding, RedirectHelpView, Stretch, Tried};
pub use notice::{NoticeKind, NoticeView};
pub use problem::{Code, Problem};
pub use provider::{ProviderScope, ProviderView, Refreshes, Rotation, VariableView};
pub use service::{
    ClientAuthentication, DraftCheck, FieldFix, FieldProblem, LoopbackHost, Parameter, RedirectMethod,
    Revocation, RevocationAuth, RevocationBody, RevocationMethod, RevokePrevious, ServiceDraft, ServiceView,
};
pub use settings::SettingView;
pub use status::{Activity, Group, Headline, Note, Possible, TokenState};
pub use token::{ClaimView, InspectionView, IntrospectionView, JwtView, ReceiptLine, ReceiptView, TokenFate};
