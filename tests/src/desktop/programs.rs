//! Where the programs under test and those of the system are.

use std::path::{Path, PathBuf};

use super::{Failure, Outcome};

/// One of our programs: in `GRANTKEEP_TEST_PROGRAMS`, else in `target/debug`.
///
/// # Errors
/// It is not there.
pub fn program(name: &str) -> Outcome<PathBuf> {
    let folder = match std::env::var_os("GRANTKEEP_TEST_PROGRAMS") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => root().join("target").join("debug"),
    };
    let path = std::path::absolute(folder.join(name))?;
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::new(format!(
        "{} is not there: run `cargo build --workspace --features grantkeep-desktop/custom-protocol`",
        path.display()
    )))
}

/// The first of these programs that the system has.
///
/// # Errors
/// It has none of them.
pub(super) fn first_of(names: &[&str]) -> Outcome<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates =
        names.iter().flat_map(|name| std::env::split_paths(&folders).map(move |f| f.join(name)));
    candidates
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| Failure::new(format!("none of these programs is installed: {}", names.join(", "))))
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
