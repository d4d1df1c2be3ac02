//! The passphrase file of a server (R-AG-08): private, and ours.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use grantkeep_api::views::{Code, Problem};
use grantkeep_core::model::Passphrase;
use zeroize::Zeroizing;

/// Reads the passphrase; a line break at the file's end is no part of it.
///
/// # Errors
/// The file can't be read, others can get at it, or it holds no text.
pub(super) fn read(path: &Path) -> Result<Passphrase, Problem> {
    let unreadable = |error: std::io::Error| {
        problem(
            Code::VaultLocked,
            "The passphrase file can't be read",
            format!("{}: {error}.", path.display()),
        )
        .hint("Mend GRANTKEEP_PASSPHRASE_FILE, and start the agent again.")
    };
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    // Looked at through the open file, so that nobody can exchange it in between.
    let ours = about.uid() == rustix::process::geteuid().as_raw();
    if !about.is_file() || !ours || about.mode() & 0o077 != 0 {
        let detail = format!(
            "{} has to be a file of yours with mode 0600; it has mode {:04o}.",
            path.display(),
            about.mode() & 0o7777
        );
        return Err(problem(Code::VaultUnsafe, "Others can read the passphrase file", detail)
            .hint(format!("Run chmod 600 {}, and try again.", path.display())));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX));
    file.take(MAX as u64).read_to_string(&mut text).map_err(unreadable)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        let detail = format!("{} holds no text.", path.display());
        return Err(problem(Code::VaultLocked, "The passphrase file is empty", detail)
            .hint("Write the passphrase into it, and try again."));
    }
    Ok(Passphrase::new(text))
}

fn problem(code: Code, title: &str, detail: String) -> Problem {
    Problem::new(code, title).detail(detail)
}

/// Bytes of a passphrase.
const MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_a_private_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        let cases = [
            ("hunter two\n", 0o600, Ok("hunter two"), "private, with a line break"),
            ("hunter two", 0o400, Ok("hunter two"), "stricter"),
            ("hunter two", 0o640, Err(Code::VaultUnsafe), "the group can read it"),
            ("hunter two", 0o602, Err(Code::VaultUnsafe), "others can write it"),
            ("\n", 0o600, Err(Code::VaultLocked), "nothing in it"),
        ];
        for (text, mode, expected, why) in cases {
            let _ = fs::remove_file(&path);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();

            let read = read(&path).map_err(|problem| problem.code);

            let matches = match (&read, expected) {
                (Ok(read), Ok(expected)) => read.matches(&Passphrase::new(expected)),
                (Err(read), Err(expected)) => *read == expected,
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
            };
            assert!(matches, "{why}");
        }
        assert_eq!(read(&folder.path().join("none")).err().map(|p| p.code), Some(Code::VaultLocked));
        assert_eq!(read(folder.path()).err().map(|p| p.code), Some(Code::VaultUnsafe), "a folder");
    }
}
