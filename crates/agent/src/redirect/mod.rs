//! Where the browser brings the authorization code: a listener on loopback, and the page it answers with.
//!
//! Anything on this computer and any web page can talk to the listener, so it reads requests itself, within
//! narrow limits, and hands on only those that could be the answer. Whether one is, `state` tells, and only
//! the keeper knows that.

mod holder;
mod loopback;
mod page;
mod request;
mod room;

pub use loopback::Loopback;
