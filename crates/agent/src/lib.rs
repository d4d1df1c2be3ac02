//! The keeper process as a library: the real ports, and the server that front ends talk to.

pub mod clock;
pub mod entropy;
pub mod harden;
pub mod http;
pub mod lock;
pub mod log;
pub mod redirect;
