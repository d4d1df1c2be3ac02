//! The kit of the scenario tests: a real authorization server, a person, a clock that can be moved, and the real
//! keeper with a real vault between them.
//!
//! - [`World`] is the keeper within the test's process: real HTTP, redirects and vault, and a [`VirtualClock`].
//! - [`Bent`] is such a keeper beside a provider that bends the standard as the test says.
//! - [`AgentProcess`] is the real `grantkeep-agent` in a process of its own, asked over its socket.
//! - [`AgentProcess::run`] is the real command line beside it; [`AgentProcess::in_terminal`] gives it a terminal.
//! - [`Provider`] is the practice provider (`practice/server.mjs`), with its side door for faults and counts.
//! - [`Person`] follows a link through the provider's pages, as a browser would.
//! - [`desktop`] is the real window with a real browser, for the tests that look at them, the tour and the bench.
//!
//! What goes wrong in the kit itself ends the test by a panic that says what was expected.

#[cfg(target_os = "linux")]
pub mod desktop;

mod agent_process;
mod bent;
mod clock;
mod command_line;
mod deadline;
mod listener;
mod local;
mod ordinary_user;
mod person;
mod process;
mod provider;
mod resource;
mod world;

pub use agent_process::{AgentProcess, Home, Programs, Start};
pub use bent::{Bent, Reply};
pub use clock::VirtualClock;
pub use command_line::{Said, said};
pub use deadline::{until, until_blocking, within};
pub use listener::Bystander;
pub use local::LocalKeeper;
pub use ordinary_user::is_ordinary_user;
pub use person::{Landed, Page, Person};
pub use process::Group;
pub use provider::{Client, Descriptor, Endpoint, Found, Provider, Settings, Stats, TokenRequestSeen};
pub use resource::{Asked, Resource, reply};
pub use world::{World, account, ended, minutes};
