//! The keeper process as a library: the real ports, and the server that front ends talk to.
//!
//! [`assembly::run`] starts an agent; the binary does little more, and tests pick their own ports.

pub mod access;
pub mod assembly;
pub mod clock;
mod desktop;
pub mod entropy;
pub mod harden;
pub mod http;
pub mod idle;
mod keeping;
pub mod lock;
pub mod log;
mod network;
mod notices;
pub mod redirect;
mod server;
pub mod settings;
pub mod vault_door;

/// The OpenAPI document of the API, as it is kept in `docs/openapi.json`.
pub fn openapi() -> String {
    server::document::json()
}
