//! The nouns: services, accounts, grants, scopes, secrets, the catalog, and the status of an account.
//!
//! Values only. Nothing here reads a clock, makes a random number or waits.

mod account;
mod action;
mod catalog;
mod draft;
mod event;
mod failure;
mod grant;
mod habits;
mod hosts;
mod known_error;
mod name;
mod pending;
mod permission;
mod scope;
mod secret;
mod service;
mod status;
mod text;
mod time;

pub use account::{Account, GrantLife, Intent, Standing, Trouble};
pub use action::{Action, Remedy, other_ways};
pub use catalog::{
    Catalog, IdentityRequest, Practice, Provider, ProviderScope, RedirectRules, Refreshes, Rotation,
    Variable, VariableKind,
};
pub use draft::{
    Basis, Checked, Draft, FieldFix, FieldProblem, Parameter, RedirectMethod, RevocationDraft, redirect_path,
};
pub use event::{Event, EventKind, Facts, HistoryOf, HistoryPage, HistoryQuery, Retention};
pub use failure::{Failure, FailureKind};
pub use grant::{Grant, Identity, IdentitySource, Slot, TokenType, Tokens};
pub use habits::{
    Extras, Habits, STANDARD_HEADERS, STANDARD_TOKEN_PARAMETERS, ScopeSeparator, SharedHabits, TOKEN_FIELDS,
    TestMethod, TestRequest, TokenFormat,
};
pub use hosts::Hosts;
pub use known_error::{KnownError, known_error, known_error_in, known_errors, known_kind};
pub use name::{AccountId, InvalidName, Name};
pub use pending::Pending;
pub use permission::{Permission, Said};
pub use scope::{InvalidScope, Scope, ScopeSet};
pub use secret::{
    AccessToken, AuthorizationCode, ClientSecret, CodeVerifier, IdToken, InitialAccessToken, Link, Nonce,
    OtherFields, Passphrase, PastedText, RedirectAddress, RefreshToken, RegistrationAccessToken, State,
};
pub use service::{
    ClientAuthentication, Endpoints, LoopbackHost, Redirect, RevocationAuth, RevocationBody,
    RevocationMethod, RevocationRecipe, RevokePrevious, STANDARD_PARAMETERS, Service, host_of,
};
pub(crate) use service::{is_loopback, is_sent_safely};
pub use status::{
    Activity, Group, Headline, Note, Possible, Running, Status, TokenState, status, token_state,
};
pub use text::plain;
pub use time::Timestamp;
