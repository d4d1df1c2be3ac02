//! The bench: figures of the release programs, each against a floor or a peer of the same run.
//!
//! `bench [--json] [NAME]`: `--json` prints one object a figure (name, value, unit, floor or peer, ratio), and
//! `NAME` picks the figures whose name contains it. The programs come from `GRANTKEEP_BENCH_PROGRAMS`, else
//! `GRANTKEEP_TEST_PROGRAMS`, else `target/release`.

#[cfg(target_os = "linux")]
mod agent;
#[cfg(target_os = "linux")]
mod figure;
#[cfg(target_os = "linux")]
mod floor;
#[cfg(target_os = "linux")]
mod grant;
#[cfg(target_os = "linux")]
mod many;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod peer;
#[cfg(target_os = "linux")]
mod redirect;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod token;
#[cfg(target_os = "linux")]
mod window;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    run::run(std::env::args().skip(1)).await
}

/// Virtual displays and proportional memory are affairs of Linux.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
