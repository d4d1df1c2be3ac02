//! What the person chose for Grantkeep as a whole, in `settings.toml`: one line a setting, `key = "value"`, written as
//! the command line writes it.
//!
//! A new setting is a field of [`Settings`] and a row of [`KEYS`]; file, route, command line and `doctor` follow. Who
//! needs its value follows [`Chosen::watch`].

mod file;
mod keys;
mod quiet;

use std::path::PathBuf;

use grantkeep_api::views::{Code, Problem, SettingView};
use grantkeep_core::model::{Retention, plain};
use tokio::sync::{Mutex, watch};

pub use self::quiet::QuietHours;

use self::file::File;
use self::keys::{KEYS, Key};

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The agent shows an icon in the desktop's tray.
    pub tray: bool,
    /// The agent tells in the desktop's notifications that the person is needed.
    pub notifications: bool,
    /// When notifications wait; `None` = never.
    pub quiet_hours: Option<QuietHours>,
    /// How much of the history is kept.
    pub history: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tray: true, notifications: true, quiet_hours: None, history: Retention::default() }
    }
}

/// The settings as they are, and their file.
pub struct Chosen {
    /// Held while the file is written.
    file: Mutex<File>,
    now: watch::Sender<Settings>,
    /// Why the file was not read.
    unread: Option<String>,
}

impl Chosen {
    /// Reads `settings.toml` in `folder`. What cannot be read counts as not chosen, and is told by [`Self::unread`].
    pub fn read(folder: PathBuf) -> Self {
        let (file, settings, unread) = File::read(folder.join(NAME));
        if let Some(why) = &unread {
            tracing::warn!("settings are left out: {why}");
        }
        Self { file: Mutex::new(file), now: watch::Sender::new(settings), unread }
    }

    /// The settings.
    pub fn now(&self) -> Settings {
        self.now.borrow().clone()
    }

    /// The settings, and each change of them.
    pub fn watch(&self) -> watch::Receiver<Settings> {
        self.now.subscribe()
    }

    /// What of the file was left out at the start, in one sentence.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// All of them for front ends.
    pub fn views(&self) -> Vec<SettingView> {
        let settings = self.now();
        KEYS.iter().map(|key| view(key, &settings)).collect()
    }

    /// Sets one and writes the file; `standard` takes the choice back.
    ///
    /// # Errors
    /// There is no such setting, the value makes no sense, or the file cannot be written. Nothing changed then.
    pub async fn set(&self, name: &str, value: &str) -> Result<SettingView, Problem> {
        let key = KEYS.iter().find(|key| key.name == name).ok_or_else(|| no_such(name))?;
        let file = self.file.lock().await;
        let mut settings = self.now();
        let value = if value == STANDARD { (key.show)(&Settings::default()) } else { value.to_owned() };
        (key.take)(&mut settings, value.trim()).map_err(|wrong| not_that(key, &value, wrong))?;
        file.write(&settings)?;
        self.now.send_replace(settings);
        Ok(view(key, &self.now()))
    }
}

fn view(key: &Key, settings: &Settings) -> SettingView {
    SettingView {
        key: key.name.to_owned(),
        value: (key.show)(settings),
        standard: (key.show)(&Settings::default()),
        meaning: key.meaning.to_owned(),
    }
}

fn no_such(name: &str) -> Problem {
    let names: Vec<_> = KEYS.iter().map(|key| key.name).collect();
    Problem::new(Code::NotFound, format!("There is no setting “{}”", plain(name, 40)))
        .detail(format!("There are {}.", names.join(", ")))
        .hint("Run grantkeep settings to see all of them.")
}

fn not_that(key: &Key, value: &str, wrong: &str) -> Problem {
    Problem::new(Code::InvalidInput, format!("“{}” is no value for {}", plain(value, 40), key.name))
        .detail(wrong)
        .hint(key.meaning)
}

/// Name of the file.
const NAME: &str = "settings.toml";

/// The value that takes a choice back.
const STANDARD: &str = "standard";
