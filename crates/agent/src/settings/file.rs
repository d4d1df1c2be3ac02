//! `settings.toml`: what was chosen, and lines of other versions, which are kept.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use grantkeep_api::views::{Code, Problem};

use super::Settings;
use super::keys::KEYS;
use crate::server::make_private;

/// The file, as it was read.
pub(super) struct File {
    path: PathBuf,
    /// Lines that this version does not know, as they are written.
    others: Vec<String>,
    /// It is there and is no TOML: it is not written over.
    broken: bool,
}

impl File {
    /// Reads it: the settings, and what was left out.
    pub(super) fn read(path: PathBuf) -> (Self, Settings, Option<String>) {
        let mut file = Self { path, others: Vec::new(), broken: false };
        let mut settings = Settings::default();
        let table = match fs::read_to_string(&file.path) {
            Ok(text) => text.parse::<toml::Table>().map_err(|error| error.message().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (file, settings, None),
            Err(error) => Err(error.to_string()),
        };
        let place = file.path.display().to_string();
        let table = match table {
            Ok(table) => table,
            Err(why) => {
                file.broken = true;
                return (file, settings, Some(format!("{place} can't be read: {why}.")));
            }
        };
        let mut unread = None;
        for (name, value) in table {
            let text = match &value {
                toml::Value::String(text) => text.trim().to_owned(),
                other => other.to_string(),
            };
            let Some(key) = KEYS.iter().find(|key| key.name == name) else {
                file.others.push(format!("{} = {value}\n", quoted(&name)));
                continue;
            };
            if let Err(wrong) = (key.take)(&mut settings, &text) {
                unread.get_or_insert_with(|| format!("{} in {place} makes no sense. {wrong}", key.name));
            }
        }
        (file, settings, unread)
    }

    /// Writes what differs from the standard, whole or not at all.
    pub(super) fn write(&self, settings: &Settings) -> Result<(), Problem> {
        if self.broken {
            return Err(Problem::new(Code::InvalidInput, "The settings' file can't be read")
                .detail(format!("{} is no TOML, so it is not written over.", self.path.display()))
                .hint("Mend it or delete it, and start the agent again."));
        }
        let mut text = HEAD.to_owned();
        for key in KEYS {
            let value = (key.show)(settings);
            if value != (key.show)(&Settings::default()) {
                text.push_str(&format!("{} = {}\n", key.name, quoted(&value)));
            }
        }
        text.extend(self.others.iter().map(String::as_str));
        replace(&self.path, &text).map_err(|error| {
            Problem::new(Code::VaultReadOnly, "The settings can't be written")
                .detail(format!("{}: {error}.", self.path.display()))
                .hint("Make the folder writable, and try again.")
        })
    }
}

/// Puts a file in the place of another, so that neither a crash nor a full disk leaves half of one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        make_private(folder).map_err(|problem| io::Error::other(problem.detail))?;
    }
    // Whatever it is named, nobody takes a hidden file for an entry.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!(".{name}.new"));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

/// A string as TOML's basic strings are written; JSON's are the same.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const HEAD: &str = "\
# Written by Grantkeep: change it by `grantkeep settings` or in the window.
# By hand only while the agent does not run.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::QuietHours;

    #[test]
    fn a_file_is_read_leniently_and_nothing_of_it_is_lost() {
        let night = QuietHours::read("22:00-07:00");
        let cases = [
            ("", true, None, None, "an empty one"),
            ("tray = \"off\"\n", false, None, None, "as it is written"),
            ("tray = false\n", false, None, None, "as people write TOML"),
            ("quiet-hours = \"22:00-07:00\"\nnew = 7\n", true, night, None, "another version's line"),
            ("tray = 7\nquiet-hours = \"22:00-07:00\"", true, night, Some("tray in "), "one bad line"),
            ("tray = ", true, None, Some("can't be read"), "no TOML"),
        ];
        for (text, tray, quiet_hours, unread, why) in cases {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("settings.toml");
            fs::write(&path, text).unwrap();

            let (file, settings, said) = File::read(path.clone());

            assert_eq!((settings.tray, settings.quiet_hours), (tray, quiet_hours), "{why}");
            match (unread, &said) {
                (None, None) => {}
                (Some(part), Some(said)) => assert!(said.contains(part), "{why}: {said}"),
                _ => panic!("{why}: {said:?}"),
            }
            let written = file.write(&settings);
            let kept = fs::read_to_string(&path).unwrap();
            assert_eq!(written.is_err(), text == "tray = ", "{why}");
            assert!(!text.contains("new") || kept.contains("\"new\" = 7"), "{why}: {kept}");
            if written.is_ok() {
                assert_eq!(File::read(path).1, settings, "{why}");
            }
        }
    }
}
