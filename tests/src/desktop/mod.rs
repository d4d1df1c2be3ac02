//! The kit of the window tests, the tour and the bench: the real window on a virtual display, a real browser,
//! a real keyring, and a person at them.
//!
//! [`Desktop`] has all of it; [`play`] gives one to a test and pictures it when the test fails. Each desktop has
//! its own display, message bus, keyring, folders and browser profile, and takes its processes along when it
//! goes.

pub mod clipboard;

mod browser;
mod consent;
mod display;
mod driver;
mod dunst;
mod failure;
mod form;
mod play;
mod programs;
mod session;
mod tap;
mod tray_host;
mod whole;
mod window;

pub use browser::Browser;
pub use display::{Display, Part, Screen, WindowNumber};
pub use dunst::Dunst;
pub use failure::{Failure, Outcome, ensure, wait_until, wait_within};
pub use play::play;
pub use programs::{program, root};
pub use session::Session;
pub use tap::Tap;
pub use tray_host::{Line, TrayHost};
pub use whole::Desktop;
pub use window::Window;
