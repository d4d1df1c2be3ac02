//! The core's rules are functions: time and randomness come as arguments, and nothing waits.

use super::Finding;
use super::source::Source;

const PURE: &[&str] =
    &["crates/core/src/model", "crates/core/src/wire", "crates/core/src/flow", "crates/core/src/schedule"];

const IMPURE: &[&str] = &[
    "async fn",
    "async move",
    ".await",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::env",
    "std::thread",
    "std::process",
    "getrandom",
    "tokio::",
    "tracing::",
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let pure = PURE.iter().any(|path| {
        source.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    });
    if !pure {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, code) in source.code_lines() {
        for word in IMPURE.iter().filter(|word| has_word(code, word)) {
            findings.push(source.finding(line, format!("`{word}` has no place in a pure module")));
        }
    }
    findings
}

/// Says whether `code` has `word` that is not the middle of a longer name.
fn has_word(code: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(inside);
        let after = code[at + word.len()..].chars().next().is_some_and(inside);
        let closed = word.ends_with(inside);
        !(before && word.starts_with(inside) || after && closed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_modules_are_pure() {
        let cases = [
            ("model/a.rs", "let now = SystemTime::now();", 1, "time"),
            ("wire/a.rs", "async fn send() {}", 1, "waiting"),
            ("schedule.rs", "std::fs::read(path)", 1, "the disk"),
            ("flow/a.rs", "fn start(now: Timestamp) {}", 0, "time as an argument"),
            ("flow/a.rs", "let Instantly = 1;", 0, "a longer name"),
            ("keeper/a.rs", "self.http.send(request).await", 0, "the shell"),
            ("wire/a.rs", "use std::net::IpAddr;", 0, "an address is a value"),
            ("wire/a.rs", "TcpStream::connect(to)", 1, "the network"),
            ("model/a.rs", "// SystemTime is not used", 0, "a comment"),
        ];
        for (file, code, count, why) in cases {
            let path = format!("crates/core/src/{file}");
            assert_eq!(check(&Source::new(path, code)).len(), count, "{file}: {why}");
        }
    }
}
