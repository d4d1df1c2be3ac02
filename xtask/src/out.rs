//! What a person reads: messages on stderr, answers on stdout.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::time::Duration;

/// What a command of ours returns.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a command stopped, in a sentence for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    pub(crate) fn from_error(error: impl Display) -> Self {
        Self(error.to_string())
    }

    /// A failure to do `what`, with its cause.
    pub(crate) fn because(what: impl Display, cause: impl Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Announces a step.
pub(crate) fn step(name: &str) {
    line(&format!("── {name}"));
}

/// Says something in between.
pub(crate) fn note(text: &str) {
    line(&format!("   {text}"));
}

/// Says how a step ended.
pub(crate) fn finished(name: &str, took: Duration, well: bool) {
    let mark = if well { "✓" } else { "✗" };
    line(&format!("{mark}  {name} ({})", seconds(took)));
}

pub(crate) fn failed(failure: &Failure) {
    line(&format!("✗  {failure}"));
}

/// `took` with a tenth of a second, in minutes from one minute on.
pub(crate) fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    format!("{} min {:02} s", took.as_secs() / 60, took.as_secs() % 60)
}

/// Writes what was asked for to stdout.
pub(crate) fn answer(text: &str) {
    // A closed pipe means that nobody reads any more, which is no failure of ours.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Puts a yes-or-no question on stderr; returns whether the answer was yes (which ↵ is).
pub(crate) fn ask(question: &str) -> bool {
    let _ = write!(io::stderr().lock(), "{question} [Y/n] ");
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(0) | Err(_) => false,
        Ok(_) => matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"),
    }
}

fn line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let cases = [(350, "0.3 s"), (59_900, "59.9 s"), (60_000, "1 min 00 s"), (605_000, "10 min 05 s")];
        for (millis, text) in cases {
            assert_eq!(seconds(Duration::from_millis(millis)), text);
        }
    }
}
