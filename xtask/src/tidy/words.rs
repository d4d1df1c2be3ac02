//! Words that have no place in the repository.

use std::env;

use super::Finding;
use super::source::Source;
use crate::project;

/// Words forbidden in Rust code, each with what to do.
const IN_RUST: &[(&str, &str)] = &[
    ("todo!", "finish it, or leave it out"),
    ("dbg!", "a trace of debugging"),
    ("env::set_var", "changes the environment of all threads; pass a value or a child's environment"),
    ("env::remove_var", "changes the environment of all threads; pass a value or a child's environment"),
    ("#[allow(", "use #[expect(…, reason = \"…\")]"),
    ("#![allow(", "use #![expect(…, reason = \"…\")]"),
];

/// Words forbidden everywhere, each with what to do. Compared in lower case.
const EVERYWHERE: &[(&str, &str)] = &[
    ("coming soon", "what is not there is not announced"),
    ("not implemented yet", "what is not there is not announced"),
    ("/root/", ONE_MACHINE),
    ("/work/", ONE_MACHINE),
    ("registry.npmjs", "leave the registry to each person's configuration"),
    ("index.crates.io", "leave the registry to each person's configuration"),
    ("static.crates.io", "leave the registry to each person's configuration"),
    ("artifactory", "leave the registry to each person's configuration"),
];

const ONE_MACHINE: &str = "a path of one machine";

/// Where the words themselves are listed.
const OWN: &str = "xtask/src/tidy/words.rs";

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.path == OWN {
        return Vec::new();
    }
    if source.path.ends_with("package-lock.json") {
        return check_lock(source);
    }
    let rust = source.path.ends_with(".rs");
    let here = paths_of_this_machine();
    let mut findings = Vec::new();
    for (number, line) in source.lines() {
        let lower = line.to_lowercase();
        let in_rust = IN_RUST.iter().filter(|(word, _)| rust && names(line, word));
        let everywhere = EVERYWHERE.iter().filter(|(word, _)| named_in_prose(&lower, word));
        for (word, advice) in in_rust.chain(everywhere) {
            findings.push(source.finding(number, format!("`{word}`: {advice}")));
        }
        if here.iter().any(|path| line.contains(path.as_str())) {
            findings.push(source.finding(number, "a path of this machine"));
        }
    }
    findings
}

/// A lock file names each package by its checksum; an address in it would be that of one machine's registry.
fn check_lock(source: &Source) -> Vec<Finding> {
    let public = "https://registry.npmjs.org/";
    source
        .lines()
        .filter_map(|(number, line)| {
            let address = line.trim().strip_prefix("\"resolved\": \"")?;
            (!address.starts_with(public))
                .then(|| source.finding(number, "resolved from one machine's own registry"))
        })
        .collect()
}

/// This clone's folder and this person's home, as long as they are more than a folder of everybody's.
fn paths_of_this_machine() -> Vec<String> {
    let home = env::var("HOME").unwrap_or_default();
    [project::root().to_string_lossy().into_owned(), home]
        .into_iter()
        .map(|path| format!("{}/", path.trim_end_matches('/')))
        .filter(|path| path.matches('/').count() > 2)
        .collect()
}

/// Says whether `line` has the macro or path `word`, not as the end of a longer name.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

/// Says whether `line` has `word`; a path counts only from its root.
fn named_in_prose(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let inside =
            word.starts_with('/') && before.is_some_and(|c| c.is_alphanumeric() || "._-}~$*".contains(c));
        !inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        let cases = [
            ("a.rs", "    todo!()", 1, "unfinished"),
            ("a.rs", "my_todo!()", 0, "another macro"),
            ("a.md", "the macro todo! is forbidden", 0, "prose about it"),
            ("a.rs", "unsafe { std::env::set_var(a, b) }", 1, "the environment"),
            ("a.rs", "#[allow(dead_code, reason = \"x\")]", 1, "an exception that may outlive its reason"),
            ("a.ts", "\"Coming soon\"", 1, "an empty promise"),
            ("a.md", "see /root/x", 1, "somebody's home"),
            ("a.md", "see /home/ada/x", 0, "an example's home"),
            ("a.rs", "join(\"share/work/x\")", 0, "a folder of that name"),
            ("a.md", "https://example.com/work/x", 0, "an address"),
            ("a.toml", "url = \"https://registry.npmjs.org\"", 1, "a registry"),
        ];
        for (path, text, count, why) in cases {
            assert_eq!(check(&Source::new(path, text)).len(), count, "{text}: {why}");
        }
    }

    #[test]
    fn this_clone_is_not_named() {
        let text = format!("see {}/README.md", project::root().display());

        assert!(!check(&Source::new("a.md", text)).is_empty());
    }

    #[test]
    fn locks_name_public_addresses_or_none() {
        let cases = [
            ("\"resolved\": \"https://registry.npmjs.org/a/-/a-1.tgz\",", 0),
            ("\"resolved\": \"https://packages.example.test/a-1.tgz\",", 1),
            ("\"url\": \"https://example.test/fund\"", 0),
        ];
        for (text, count) in cases {
            assert_eq!(check(&Source::new("ui/package-lock.json", text)).len(), count, "{text}");
        }
    }
}
