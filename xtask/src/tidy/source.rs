//! A file as the rules see it.

use super::Finding;

/// Endings of the files that people write.
const TEXT: &[&str] = &[
    ".rs", ".ts", ".svelte", ".mjs", ".js", ".css", ".html", ".md", ".toml", ".json", ".yml", ".yaml", ".sh",
    ".sql", ".svg", ".desktop", ".service", ".npmrc", ".ci/run",
];

/// Says whether the file at `path` is text that somebody wrote.
pub(super) fn is_text(path: &str) -> bool {
    TEXT.iter().any(|ending| path.ends_with(ending))
}

/// A text file, by its path from the root with forward slashes.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// A finding at `line`, counted from 1.
    pub(super) fn finding(&self, line: usize, rule: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, rule: rule.into() }
    }

    /// The lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The lines of Rust code, without comments, up to the tests (which come last in a file).
    pub(super) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
            .map(|(number, line)| (number, without_comment(line)))
    }
}

/// `line` up to its `//`, as long as that is not inside a string (as it is in a URL).
fn without_comment(line: &str) -> &str {
    let mut from = 0;
    while let Some(found) = line[from..].find("//") {
        let at = from + found;
        let quotes = line[..at].matches('"').count() - line[..at].matches("\\\"").count();
        if quotes.is_multiple_of(2) {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_left_out() {
        let cases = [
            ("let a = 1; // see crate::keeper", "let a = 1; ", "a comment"),
            ("/// [`crate::keeper`]", "", "documentation"),
            (r#"let a = "http://x"; // y"#, r#"let a = "http://x"; "#, "a URL in a string"),
            ("let a = 1;", "let a = 1;", "nothing to leave out"),
        ];
        for (line, code, why) in cases {
            assert_eq!(without_comment(line), code, "{why}");
        }
    }

    #[test]
    fn tests_are_left_out() {
        let source = Source::new("a.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {}\n");

        let lines: Vec<_> = source.code_lines().collect();

        assert_eq!(lines, [(1, "fn a() {}"), (2, "")]);
    }
}
