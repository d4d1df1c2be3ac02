//! What can be known about an account's tokens: whose they are, what they can do, what is inside.

mod identity;
mod inspect;
mod introspect;
mod keys;

pub use inspect::{Inspected, SeenToken};
pub use introspect::Introspection;

pub(super) use keys::KnownKeys;
