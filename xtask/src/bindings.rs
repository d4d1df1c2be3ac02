//! `cargo xtask bindings`: the TypeScript of the views, written by ts-rs from `crates/api/src/views.rs`.

use std::fs;
use std::path::PathBuf;

use crate::out::{self, Failure, Outcome};
use crate::project::{cargo, root, target};

/// Writes `ui/src/ipc/bindings.ts`.
pub(crate) fn write() -> Outcome {
    let fresh = export()?;
    if fs::read_to_string(committed()).is_ok_and(|old| old == fresh) {
        out::note("ui/src/ipc/bindings.ts is up to date");
        return Ok(());
    }
    fs::write(committed(), fresh).map_err(|e| Failure::because(committed().display(), e))?;
    out::note("wrote ui/src/ipc/bindings.ts");
    Ok(())
}

/// Fails when `ui/src/ipc/bindings.ts` is not what the views say.
pub(crate) fn check() -> Outcome {
    let old = fs::read_to_string(committed()).map_err(|e| Failure::because(committed().display(), e))?;
    match first_difference(&old, &export()?) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "ui/src/ipc/bindings.ts:{line} is out of date; `cargo xtask bindings` writes it anew"
        ))),
    }
}

/// Exports into an empty folder, because ts-rs merges into a file that is already there.
fn export() -> Outcome<String> {
    let folder = target()?.join("bindings");
    let file = folder.join("bindings.ts");
    match fs::remove_file(&file) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::because(file.display(), e));
        }
        _ => {}
    }
    cargo()
        .args([
            "test",
            "--quiet",
            "-p",
            "grantkeep-api",
            "--features",
            "bindings",
            "--lib",
            "export_bindings",
        ])
        .env("TS_RS_EXPORT_DIR", &folder)
        .output_to_stderr()
        .run()?;
    let read = |file: &PathBuf| {
        fs::read_to_string(file).map_err(|e| Failure::because("the views exported nothing", e))
    };
    let form = read(&folder.join("empty_form.json"))?;
    Ok(format!("{}\n{EMPTY_FORM}{form};\n", read(&file)?))
}

/// Comes before the form that nothing was filled in.
const EMPTY_FORM: &str =
    "/**\n * A form that nothing was filled in.\n */\nexport const EMPTY_FORM: ServiceDraft = ";

fn committed() -> PathBuf {
    root().join("ui/src/ipc/bindings.ts")
}

/// The number of the first line that differs, or `None`.
pub(crate) fn first_difference(old: &str, new: &str) -> Option<usize> {
    if old == new {
        return None;
    }
    let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found() {
        let cases = [
            ("a\nb\n", "a\nb\n", None, "the same"),
            ("a\nb\n", "a\nc\n", Some(2), "another line"),
            ("a\n", "a\nb\n", Some(2), "one line more"),
        ];
        for (old, new, line, why) in cases {
            assert_eq!(first_difference(old, new), line, "{why}");
        }
    }
}
