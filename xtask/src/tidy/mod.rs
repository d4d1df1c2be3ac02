//! `cargo xtask tidy`: the house rules that no compiler checks.
//!
//! A rule is a function from a [`Source`] (or all of them) to [`Finding`]s; each is tested on samples in its file.

mod arrows;
mod purity;
mod ranks;
mod secrets;
mod size;
mod source;
mod words;

use std::fmt;
use std::fs;

use crate::out::{self, Failure, Outcome};
use crate::project;

use self::source::Source;

/// A place that breaks a rule, and what the rule is.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

/// Reads every text file of ours and tells all that is not as it should be.
pub(crate) fn run() -> Outcome {
    let mut findings = Vec::new();
    let mut read = 0;
    for source in sources()? {
        read += 1;
        for rule in [size::check, words::check, ranks::check, purity::check, secrets::check, arrows::check] {
            findings.extend(rule(&source));
        }
    }
    if findings.is_empty() {
        out::note(&format!("{read} files, nothing to say"));
        return Ok(());
    }
    for finding in &findings {
        out::note(&finding.to_string());
    }
    let what = if findings.len() == 1 { "place is" } else { "places are" };
    Err(Failure::new(format!("{} {what} not tidy", findings.len())))
}

fn sources() -> Outcome<Vec<Source>> {
    let root = project::root();
    let mut sources = Vec::new();
    for path in project::files(&root)? {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if !source::is_text(&name) {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|e| Failure::because(&name, e))?;
        sources.push(Source::new(name, text));
    }
    Ok(sources)
}
