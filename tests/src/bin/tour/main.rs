//! The tour: the real window in a virtual display, doing its main job with a real browser and provider.
//!
//! `tour --out DIR [--pictures DIR]` puts a PNG of each step into the first folder and prints what happened; the
//! second folder gets the README's picture.

#[cfg(target_os = "linux")]
mod guide;
#[cfg(target_os = "linux")]
mod steps;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    guide::run(std::env::args_os().skip(1)).await
}

/// Virtual displays are an affair of X11.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
