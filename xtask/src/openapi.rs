//! `cargo xtask openapi`: the OpenAPI document of the agent's API, as the agent itself prints it.

use std::fs;
use std::path::PathBuf;

use crate::bindings::first_difference;
use crate::out::{self, Failure, Outcome};
use crate::project::{cargo, root};

/// Writes `docs/openapi.json`.
pub(crate) fn write() -> Outcome {
    let fresh = print()?;
    if fs::read_to_string(committed()).is_ok_and(|old| old == fresh) {
        out::note("docs/openapi.json is up to date");
        return Ok(());
    }
    fs::write(committed(), fresh).map_err(|e| Failure::because(committed().display(), e))?;
    out::note("wrote docs/openapi.json");
    Ok(())
}

/// Fails when `docs/openapi.json` is not what the agent serves.
pub(crate) fn check() -> Outcome {
    let old = fs::read_to_string(committed()).map_err(|e| Failure::because(committed().display(), e))?;
    match first_difference(&old, &print()?) {
        None => Ok(()),
        Some(line) => Err(Failure::new(format!(
            "docs/openapi.json:{line} is out of date; `cargo xtask openapi` writes it anew"
        ))),
    }
}

fn print() -> Outcome<String> {
    cargo().args(["build", "--quiet", "-p", "grantkeep-agent"]).output_to_stderr().run()?;
    let printed = cargo().args(["run", "--quiet", "-p", "grantkeep-agent", "--", "--openapi"]).read();
    // What is read comes without the line break at its end.
    printed.map(|text| text + "\n").ok_or_else(|| Failure::new("the agent prints no OpenAPI document"))
}

fn committed() -> PathBuf {
    root().join("docs").join("openapi.json")
}
