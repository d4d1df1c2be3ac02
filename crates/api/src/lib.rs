//! What crosses the local socket between the agent and its clients; the only thing front ends know.
//!
//! A front end holds an [`Agent`], which starts `grantkeep-agent` where none runs, and gets [`views`]: types
//! without secrets. Two modules alone carry secrets over the socket: [`secret_input`] (typed in by the person)
//! and [`token`] (handed out to the one who asked). Every failure is a [`views::Problem`] in the person's words.
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`routes`], [`requests`] | paths and bodies, shared by the agent's server and the client |
//! | [`views`], [`problem`] | what front ends may see; what went wrong |
//! | [`folders`], [`socket`] | where the agent is met, and whether it is ours |
//! | [`client`] | the blocking client: no async runtime, no TLS, starts in a millisecond |
//! | [`browser`] | opens a link for the person |
//! | [`export`], [`calendar`], [`time`] | what is saved as a file; times as text |
//!
//! The client side knows Unix sockets only; a named pipe for Windows has its place in [`socket`].

pub mod account_id;
#[cfg(unix)]
pub mod browser;
#[cfg(unix)]
pub mod calendar;
pub mod client;
pub mod export;
pub mod folders;
pub mod problem;
pub mod requests;
pub mod routes;
pub mod secret_input;
#[cfg(unix)]
pub mod socket;
pub mod time;
pub mod token;
pub mod views;

pub use account_id::AccountId;
#[cfg(unix)]
pub use client::Agent;
