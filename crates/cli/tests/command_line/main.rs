//! The built program against an agent that a test plays: what goes to which stream, and how it ends.
//!
//! What needs the real agent is in the scenarios of `tests/`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its kit, too")]

mod basics;
mod consent;
mod fake;
mod problems;
mod protocols;
mod run;
mod services;
mod upkeep;
