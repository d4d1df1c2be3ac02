//! A window with next to nothing in it: what any Tauri window costs, for the bench to compare ours with.

use std::process::ExitCode;

fn main() -> ExitCode {
    match tauri::Builder::default().run(context()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The configuration and the page, built in.
#[expect(
    clippy::disallowed_methods,
    reason = "the macro's own code ends the process where it was built wrong"
)]
fn context() -> tauri::Context {
    tauri::generate_context!()
}
