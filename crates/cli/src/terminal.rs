//! The person's terminal: asking without echo, and Ctrl-C as a key that can be answered.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read as _, Write as _};
use std::os::fd::AsFd as _;

use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem};
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use zeroize::Zeroizing;

/// The controlling terminal without echo, and with Ctrl-C as a key; as it was again on drop.
///
/// Ctrl-C as a signal would end the process before it could take back what it began.
pub(crate) struct Terminal {
    file: File,
    before: Termios,
}

impl Terminal {
    /// Takes the terminal; `None` where there is none, or another program has it (this one is in the background).
    pub(crate) fn take() -> Option<Self> {
        let file = controlling()?;
        let before = termios::tcgetattr(&file).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        termios::tcsetattr(&file, OptionalActions::Now, &quiet).ok()?;
        Some(Self { file, before })
    }

    /// Asks for a line that is not shown.
    ///
    /// # Errors
    /// The terminal went away.
    pub(crate) fn ask(&self, prompt: &str) -> io::Result<Typed> {
        (&self.file).write_all(prompt.as_bytes())?;
        let typed = self.keyboard()?.next();
        (&self.file).write_all(b"\n")?;
        typed
    }

    /// Asks for a text of several lines that is not shown; Ctrl-D on a line of its own ends it.
    ///
    /// # Errors
    /// The terminal went away.
    pub(crate) fn ask_text(&self, prompt: &str) -> io::Result<Typed> {
        (&self.file).write_all(prompt.as_bytes())?;
        let mut keyboard = self.keyboard()?;
        let mut text = Zeroizing::new(String::with_capacity(MOST_TEXT));
        while text.len() < MOST_TEXT / 2 {
            match keyboard.next()? {
                Typed::Line(line) => {
                    text.push_str(&line.into_inner());
                    text.push('\n');
                }
                Typed::Interrupted => return Ok(Typed::Interrupted),
                Typed::End => break,
            }
        }
        Ok(Typed::Line(SecretInput::new(text)))
    }

    /// What is typed, for a thread of its own.
    ///
    /// # Errors
    /// No file descriptor is left.
    pub(crate) fn keyboard(&self) -> io::Result<Keyboard> {
        Ok(Keyboard { file: self.file.try_clone()?, line: Line::new() })
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that went away needs no mending.
        let _ = termios::tcsetattr(&self.file, OptionalActions::Now, &self.before);
    }
}

/// A person can be asked: there is a terminal, it shows our messages, and no other program has it.
pub(crate) fn can_ask() -> bool {
    io::stderr().is_terminal() && controlling().is_some()
}

/// Standard input is a terminal.
pub(crate) fn is_stdin() -> bool {
    io::stdin().is_terminal()
}

/// Asks for a line that is shown while it is typed; `None` where the person ended the input.
///
/// # Errors
/// The terminal went away.
pub(crate) fn ask_shown(prompt: &str) -> io::Result<Option<String>> {
    let terminal = controlling().ok_or(io::ErrorKind::NotFound)?;
    (&terminal).write_all(prompt.as_bytes())?;
    let mut line = String::new();
    let read = BufReader::new(terminal.take(MAX_LINE)).read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// The controlling terminal, if this program is in its foreground: others are stopped when they read.
fn controlling() -> Option<File> {
    let file = File::options().read(true).write(true).open("/dev/tty").ok()?;
    (termios::tcgetpgrp(&file).ok()? == rustix::process::getpgrp()).then_some(file)
}

/// There is nobody to ask.
pub(crate) fn no_terminal(hint: &str) -> Problem {
    Problem::new(Code::InvalidInput, "there is no terminal to ask on").hint(hint)
}

/// Columns of standard output, where it is a terminal.
pub(crate) fn width() -> Option<usize> {
    let size = termios::tcgetwinsize(io::stdout().as_fd()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

/// What the person did at the keyboard. Not `Debug`: a line may be a passphrase.
pub(crate) enum Typed {
    /// A line.
    Line(SecretInput),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal went away.
    End,
}

/// Reads keys and makes lines of them.
pub(crate) struct Keyboard {
    file: File,
    line: Line,
}

impl Keyboard {
    /// Waits for the next line, or for a key that ends it.
    ///
    /// # Errors
    /// The terminal went away.
    pub(crate) fn next(&mut self) -> io::Result<Typed> {
        let mut byte = Zeroizing::new([0; 1]);
        loop {
            if self.file.read(&mut *byte)? == 0 {
                return Ok(Typed::End);
            }
            if let Some(typed) = self.line.key(byte[0]) {
                return Ok(typed);
            }
        }
    }
}

/// A line under way, with the keys that mend it.
struct Line {
    bytes: Zeroizing<Vec<u8>>,
    escape: Escape,
}

/// Where in an escape sequence (an arrow key, say) the keyboard is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    No,
    Begun,
    Parameters,
}

impl Line {
    fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(ROOM)), escape: Escape::No }
    }

    fn key(&mut self, byte: u8) -> Option<Typed> {
        match (self.escape, byte) {
            (_, CTRL_C) => return Some(Typed::Interrupted),
            (Escape::Begun, b'[') => self.escape = Escape::Parameters,
            (Escape::Begun, _) | (Escape::Parameters, 0x40..=0x7e) => self.escape = Escape::No,
            (Escape::Parameters, _) => {}
            (Escape::No, b'\n' | b'\r') => return Some(Typed::Line(self.take())),
            (Escape::No, CTRL_D | CTRL_D_BEFORE) if self.bytes.is_empty() => return Some(Typed::End),
            (Escape::No, CTRL_U) => self.bytes.clear(),
            (Escape::No, BACKSPACE | DELETE) => {
                while self.bytes.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            (Escape::No, ESCAPE) => self.escape = Escape::Begun,
            (Escape::No, 0..0x20) => {}
            (Escape::No, _) => self.bytes.push(byte),
        }
        None
    }

    fn take(&mut self) -> SecretInput {
        let bytes = std::mem::replace(&mut self.bytes, Zeroizing::new(Vec::with_capacity(ROOM)));
        SecretInput::from(String::from_utf8_lossy(&bytes).into_owned())
    }
}

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
/// What the terminal makes of a Ctrl-D that was typed before it was taken.
const CTRL_D_BEFORE: u8 = 0;
const BACKSPACE: u8 = 8;
const CTRL_U: u8 = 21;
const ESCAPE: u8 = 27;
const DELETE: u8 = 127;

/// Bytes of a line that is shown; the terminal itself takes 4096.
const MAX_LINE: u64 = 4096;

/// Bytes that a text of several lines has room for; half of them end it.
const MOST_TEXT: usize = 256 * 1024;

/// Bytes that nearly every line fits in: growing would leave copies behind.
const ROOM: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_was_typed_and_mended() {
        let cases: [(&[u8], &str, &str); 9] = [
            (b"secret\n", "line secret", "enter ends it"),
            (b"secret\r", "line secret", "so does a bare carriage return"),
            ("sü\x7fub\n".as_bytes(), "line sub", "backspace takes a whole character"),
            (b"wrong\x15right\n", "line right", "ctrl-u begins again"),
            (b"a\x1b[D\x1b[1;5Cb\x1bOc\n", "line abc", "arrow keys are no text"),
            (b"half\x03", "interrupted", "ctrl-c at any place"),
            (b"\x04", "end", "ctrl-d on an empty line"),
            (b"\0", "end", "ctrl-d that was typed ahead"),
            (b"a\x04b\n", "line ab", "ctrl-d within a line does nothing"),
        ];
        for (keys, expected, why) in cases {
            let mut line = Line::new();
            let typed = match keys.iter().find_map(|key| line.key(*key)) {
                Some(Typed::Line(text)) => format!("line {}", text.expose()),
                Some(Typed::Interrupted) => "interrupted".to_owned(),
                Some(Typed::End) => "end".to_owned(),
                None => "nothing".to_owned(),
            };
            assert_eq!(typed, expected, "{why}");
        }
    }
}
