//! Registers `grantkeep redirect %u` as the handler of our URI scheme, so that the browser can hand us a
//! redirect.
//!
//! On Linux this is a desktop entry of our own in `$XDG_DATA_HOME/applications` and the default in
//! `mimeapps.list`, written when the first service needs it. On macOS the bundle declares the scheme, on
//! Windows the installer does.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use grantkeep_api::views::{Code, Problem};

use crate::deep_link::SCHEME;

/// Whether the handler was registered by this process.
#[derive(Default)]
pub(crate) struct SchemeHandler(Mutex<bool>);

impl SchemeHandler {
    /// Registers the handler, unless this process already did. Runs programs: never on the main thread.
    ///
    /// # Errors
    ///
    /// [`Code::CannotListen`] when an answer by the scheme would not come back to us.
    pub(crate) fn ensure(&self) -> Result<(), Problem> {
        let mut registered = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !*registered && cfg!(target_os = "linux") {
            register().map_err(cannot_register)?;
        }
        *registered = true;
        Ok(())
    }
}

/// Writes the desktop entry and makes it the scheme's default.
fn register() -> std::io::Result<()> {
    let program = std::env::current_exe()?.with_file_name("grantkeep");
    if !program.is_file() {
        return Err(std::io::Error::other(format!("{} is missing", program.display())));
    }
    let text = desktop_entry(&program)?;
    let folder = data_home()?.join("applications");
    std::fs::create_dir_all(&folder)?;
    let entry = folder.join(ENTRY);
    if std::fs::read_to_string(&entry).ok().as_deref() != Some(text.as_str()) {
        let unfinished = folder.join(format!(".{ENTRY}.{}", std::process::id()));
        std::fs::write(&unfinished, text)?;
        std::fs::rename(&unfinished, &entry)?;
    }
    let mut command = std::process::Command::new("xdg-mime");
    command.args(["default", ENTRY, &format!("x-scheme-handler/{SCHEME}")]);
    let output = command.stdin(std::process::Stdio::null()).output()?;
    if output.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(std::io::Error::other(format!("xdg-mime ended with {}: {}", output.status, said.trim())))
    }
}

/// The desktop entry that starts `program` with a redirect.
///
/// # Errors
///
/// When the path cannot be written in a desktop entry: not UTF-8, or with a control character.
fn desktop_entry(program: &Path) -> std::io::Result<String> {
    let path = program.to_str().filter(|path| !path.chars().any(char::is_control));
    let path =
        path.ok_or_else(|| std::io::Error::other("the program's path cannot be written in a desktop entry"))?;
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=Grantkeep\n\
         Comment=Takes an authorization back from the browser\n\
         Exec={} redirect %u\nTerminal=false\nNoDisplay=true\nStartupNotify=false\n\
         MimeType=x-scheme-handler/{SCHEME};\n",
        exec_argument(path)
    ))
}

/// A path as an argument of `Exec`, quoted only where it must be.
///
/// Debian 12's xdg-open does not take quotes off, so a plain path stays plain. Where quotes are needed,
/// the Desktop Entry Specification escapes twice: for the quoting rule of `Exec`, then for strings.
fn exec_argument(path: &str) -> String {
    let path = path.replace('%', "%%");
    let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "/._-+@:,=%".contains(c);
    if path.chars().all(is_plain) {
        return path;
    }
    let quoted = path.chars().fold(String::from("\""), |mut quoted, c| {
        if "\"`$\\".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
        quoted
    });
    format!("{quoted}\"").replace('\\', "\\\\")
}

/// `$XDG_DATA_HOME`, or `~/.local/share` (XDG Base Directory Specification).
fn data_home() -> std::io::Result<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .ok_or_else(|| std::io::Error::other("there is no home folder"))
}

fn cannot_register(error: std::io::Error) -> Problem {
    Problem::new(Code::CannotListen, "the browser cannot hand the answer to Grantkeep")
        .detail(format!("the scheme {SCHEME} could not be registered: {error}"))
        .hint("paste the address that the browser ends on, or choose the loopback redirect")
}

const ENTRY: &str = "io.github.grantkeep.redirect.desktop";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_only_where_it_must_be() {
        let cases = [
            ("/usr/bin/grantkeep", "/usr/bin/grantkeep", "plain: Debian 12's xdg-open keeps quotes"),
            ("/home/zoë/bin/grantkeep", "/home/zoë/bin/grantkeep", "letters beyond ASCII are not reserved"),
            ("/opt/my apps/grantkeep", "\"/opt/my apps/grantkeep\"", "a space"),
            ("/opt/50%/grantkeep", "/opt/50%%/grantkeep", "a percent sign begins a field code"),
            ("/opt/a$b/grantkeep", "\"/opt/a\\\\$b/grantkeep\"", "escaped for Exec, then for strings"),
            ("/opt/a\\b", "\"/opt/a\\\\\\\\b\"", "a backslash becomes four, as the specification says"),
            ("/opt/a\"b", "\"/opt/a\\\\\"b\"", "a quotation mark"),
        ];
        for (path, written, why) in cases {
            assert_eq!(exec_argument(path), written, "{path}: {why}");
        }
    }

    #[test]
    fn the_desktop_entry_starts_the_redirect_verb() {
        let entry = desktop_entry(Path::new("/usr/bin/grantkeep")).unwrap_or_default();

        let lines: Vec<_> = entry.lines().collect();
        assert_eq!(lines.first(), Some(&"[Desktop Entry]"));
        assert!(lines.contains(&"Exec=/usr/bin/grantkeep redirect %u"), "{entry}");
        assert!(lines.contains(&"MimeType=x-scheme-handler/io.github.grantkeep;"), "{entry}");
        assert!(lines.contains(&"NoDisplay=true"), "{entry}");
    }

    #[test]
    fn a_path_with_a_line_break_is_refused() {
        assert!(desktop_entry(Path::new("/opt/a\nExec=evil")).is_err());
    }
}
