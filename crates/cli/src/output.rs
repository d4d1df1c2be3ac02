//! The only writer to standard output: the answer, and nothing else.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::AsFd as _;

use grantkeep_api::token::{HandedToken, Link};
use grantkeep_api::views::{Code, Problem};
use zeroize::Zeroizing;

use crate::args::TokenOutput;
use crate::exit::Stop;
use crate::{clock, messages};

/// Writes text as it is.
///
/// # Errors
/// [`Stop::ClosedPipe`] where the reader went away.
pub(crate) fn write(text: &str) -> Result<(), Stop> {
    Stream::new()?.write(text.as_bytes())
}

/// Standard output for an answer that comes bit by bit.
pub(crate) struct Stream(File);

impl Stream {
    /// Standard output as a file of its own: it has no buffer that a token would stay in.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn new() -> Result<Self, Stop> {
        io::stdout()
            .as_fd()
            .try_clone_to_owned()
            .map(|stdout| Self(File::from(stdout)))
            .map_err(|error| stop(&error))
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// [`Stop::ClosedPipe`] where the reader went away.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.0.write_all(bytes).map_err(|error| stop(&error))
    }
}

fn stop(error: &io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::ClosedPipe,
        _ => Stop::Problem(
            Problem::new(Code::Internal, "the answer cannot be written").detail(error.to_string()),
        ),
    }
}

/// Standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes a link on a line of its own.
///
/// # Errors
/// As [`write()`].
pub(crate) fn write_link(link: &Link) -> Result<(), Stop> {
    write(&Zeroizing::new(format!("{}\n", link.expose())))
}

/// Tells a link on standard error, for a browser that could not be opened.
pub(crate) fn tell_link(link: &Link) {
    messages::say(link.expose());
}

/// Writes a token in the shape that was asked for.
///
/// # Errors
/// As [`write()`]; a token that would not stay on its line.
pub(crate) fn write_token(account: &str, token: &HandedToken, output: TokenOutput) -> Result<(), Stop> {
    write(&token_text(account, token, output)?)
}

fn token_text(account: &str, token: &HandedToken, output: TokenOutput) -> Result<Zeroizing<String>, Problem> {
    let secret = token.access_token.expose();
    if output != TokenOutput::Json && secret.chars().chain(token.token_type.chars()).any(char::is_control) {
        return Err(Problem::new(Code::BadAnswer, "this token has control characters")
            .detail("it could forge a header or a line")
            .hint("use --output json"));
    }
    let expires_at = token.expires_at_ms.map(clock::rfc3339);
    let text = match output {
        TokenOutput::Raw => format!("{secret}\n"),
        TokenOutput::Header => format!("Authorization: {} {secret}\n", token.token_type),
        TokenOutput::Env => {
            let expiry = expires_at.map(|at| format!("GRANTKEEP_EXPIRES_AT={at}\n")).unwrap_or_default();
            let quoted = Zeroizing::new(quoted(secret));
            format!("GRANTKEEP_ACCESS_TOKEN={}\n{expiry}", *quoted)
        }
        TokenOutput::Json => {
            let quoted = |text: &str| Zeroizing::new(serde_json::Value::from(text).to_string());
            let expiry = expires_at.map(|at| format!(r#","expires_at":"{at}""#)).unwrap_or_default();
            format!(
                "{{\"account\":{},\"access_token\":{},\"token_type\":{}{expiry}}}\n",
                *quoted(account),
                *quoted(secret),
                *quoted(&token.token_type)
            )
        }
    };
    Ok(Zeroizing::new(text))
}

/// A value that a shell reads as it is, and most readers of `.env` files, too.
fn quoted(value: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._~+/=-".contains(character);
    if value.chars().all(is_plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use grantkeep_api::token::TokenText;

    use super::*;

    #[test]
    fn a_token_is_written_as_asked() {
        let token = token("a-b.c~d+e/f=", Some(1_000));
        let cases = [
            (TokenOutput::Raw, "a-b.c~d+e/f=\n"),
            (TokenOutput::Header, "Authorization: Bearer a-b.c~d+e/f=\n"),
            (
                TokenOutput::Env,
                "GRANTKEEP_ACCESS_TOKEN=a-b.c~d+e/f=\nGRANTKEEP_EXPIRES_AT=1970-01-01T00:00:01Z\n",
            ),
            (
                TokenOutput::Json,
                "{\"account\":\"podio/work\",\"access_token\":\"a-b.c~d+e/f=\",\"token_type\":\"Bearer\",\
                 \"expires_at\":\"1970-01-01T00:00:01Z\"}\n",
            ),
        ];
        for (output, text) in cases {
            let written = token_text("podio/work", &token, output).map(|text| text.to_string());
            assert_eq!(written.unwrap(), text);
        }
    }

    #[test]
    fn a_token_cannot_leave_its_line() {
        let token = token("a\nSet-Cookie: b", None);

        for output in [TokenOutput::Raw, TokenOutput::Header, TokenOutput::Env] {
            assert!(token_text("a/b", &token, output).is_err());
        }
        let json = token_text("a/b", &token, TokenOutput::Json).unwrap();
        assert_eq!(
            *json,
            "{\"account\":\"a/b\",\"access_token\":\"a\\nSet-Cookie: b\",\"token_type\":\"Bearer\"}\n"
        );
    }

    #[test]
    fn a_shell_reads_a_quoted_token_as_it_is() {
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }

    fn token(text: &str, expires_at_ms: Option<i64>) -> HandedToken {
        let access_token = TokenText::new(text.to_owned());
        HandedToken { access_token, token_type: "Bearer".to_owned(), expires_at_ms }
    }
}
