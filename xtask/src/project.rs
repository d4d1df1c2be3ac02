//! Where things are, and whether they are fresh.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::out::{Failure, Outcome};
use crate::process::Run;

/// Folders that hold nothing of ours.
const NOT_OURS: &[&str] = &["target", "node_modules", "dist", ".git"];

/// The repository's root: the folder above this package.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Where cargo puts what it builds; `CARGO_TARGET_DIR` and cargo's configuration have a say.
pub(crate) fn target() -> Outcome<PathBuf> {
    let text = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .read()
        .ok_or_else(|| Failure::new("`cargo metadata` failed"))?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(Failure::from_error)?;
    let folder = metadata.get("target_directory").and_then(|value| value.as_str());
    folder.map(PathBuf::from).ok_or_else(|| Failure::new("`cargo metadata` names no target folder"))
}

/// The cargo that started us, in the root.
pub(crate) fn cargo() -> Run {
    Run::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).dir(&root())
}

/// npm in one of our folders that has a package.json.
pub(crate) fn npm(folder: &str) -> Run {
    Run::new(if cfg!(windows) { "npm.cmd" } else { "npm" }).dir(&root().join(folder))
}

/// Every file below `folder`, sorted, without what is built or installed.
pub(crate) fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, &mut found).map_err(|e| Failure::because(folder.display(), e))?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if kind.is_dir() && !NOT_OURS.iter().any(|other| name == *other) {
            collect(&entry.path(), found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// When `path` was last written, or `None` when it is not there.
pub(crate) fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Says whether `path` was made after all of `sources` were last written.
pub(crate) fn is_newer(path: &Path, sources: &[PathBuf]) -> bool {
    written(path)
        .is_some_and(|made| sources.iter().all(|source| written(source).is_some_and(|at| at <= made)))
}

/// Looks `program` up as a shell would.
pub(crate) fn find_program(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    // Not on everybody's path, but where Debian keeps some tools.
    let extra = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path)
        .chain(extra)
        .flat_map(|folder| [folder.join(program), folder.join(format!("{program}.exe"))])
        .find(|candidate| candidate.is_file())
}
