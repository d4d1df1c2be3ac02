//! The rules of Grantkeep: what a grant is, how it is obtained, kept and taken back.
//!
//! No database, HTTP library or window is known here.
//! Ranks, each using only those before it: [`model`] 0, [`wire`] 1, [`flow`], [`schedule`],
//! [`timeline`] and [`forecast`] 2, [`ports`] 3, [`keeper`] 4; `cargo xtask tidy` checks them.
//! Everything below [`keeper`] is pure: the time and random bytes come as arguments.

/// Ends the process here when a crash test says so; nothing at all in a build without `failpoints`.
macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name);
    };
}

pub mod flow;
pub mod forecast;
pub mod keeper;
pub mod model;
pub mod ports;
pub mod schedule;
pub mod timeline;
pub mod wire;
