//! A file is read in one sitting.

use super::Finding;
use super::source::Source;

const MOST_LINES: usize = 400;

/// Written by a program.
const GENERATED: &[&str] = &["ui/src/ipc/bindings.ts"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "handler", "misc"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let path = source.path.as_str();
    let counted = [".rs", ".ts", ".svelte"].iter().any(|ending| path.ends_with(ending));
    if !counted || GENERATED.contains(&path) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let lines = source.text.lines().count();
    if lines > MOST_LINES {
        let rule = format!("{lines} lines; a file has at most {MOST_LINES}: what is the second thing in it?");
        findings.push(source.finding(MOST_LINES + 1, rule));
    }
    if let Some(name) = path.split(['/', '.']).find(|part| EMPTY_NAMES.contains(part)) {
        findings.push(
            source.finding(1, format!("`{name}` is no name; code lives with the concept it belongs to")),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_short_and_named() {
        let long = "x\n".repeat(401);
        let cases = [
            ("crates/core/src/a.rs", long.as_str(), 1, "too long"),
            ("crates/core/src/a.rs", &long[2..], 0, "just short enough"),
            ("ui/src/ipc/bindings.ts", &long, 0, "generated"),
            ("docs/a.md", &long, 0, "prose"),
            ("crates/core/src/utils.rs", "", 1, "a name that says nothing"),
            ("ui/src/common/a.ts", "", 1, "a folder that says nothing"),
            ("crates/core/src/manage.rs", "", 0, "another word"),
        ];
        for (path, text, count, why) in cases {
            assert_eq!(check(&Source::new(path, text)).len(), count, "{path}: {why}");
        }
    }
}
