//! What the person chose for Grantkeep as a whole, in `settings.toml`: one line a setting, `key = "value"`, written as
//! the command line writes it.
//!
//! A new setting is a field of [`Settings`] and a row of [`KEYS`]; file, route, command line and `doctor` follow. Who
//! needs its value follows [`Chosen::watch`].

mod file;
mod keys;
mod quiet;
mod start;

use std::path::PathBuf;

use grantkeep_api::views::{Code, Problem, SettingView};
use grantkeep_core::model::{Retention, plain};
use grantkeep_core::schedule::Pace;
use tokio::sync::{Mutex, watch};

pub use self::quiet::QuietHours;
pub use self::start::Login;

use self::file::File;
use self::keys::{KEYS, Key};
use self::start::Start;

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The agent shows an icon in the desktop's tray.
    pub tray: bool,
    /// The agent tells in the desktop's notifications that the person is needed.
    pub notifications: bool,
    /// When notifications wait; `None` = never.
    pub quiet_hours: Option<QuietHours>,
    /// How far ahead of their end tokens are refreshed, and how often endless ones are tried.
    pub pace: Pace,
    /// How much of the history is kept.
    pub history: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tray: true,
            notifications: true,
            quiet_hours: None,
            pace: Pace::default(),
            history: Retention::default(),
        }
    }
}

/// The settings as they are, and their file.
pub struct Chosen {
    /// Held while the file is written.
    file: Mutex<File>,
    now: watch::Sender<Settings>,
    /// Why the file was not read.
    unread: Option<String>,
    /// Where starting at login is set; `None` in an agent that is not to be started so.
    login: Option<Login>,
}

impl Chosen {
    /// Reads `settings.toml` in `folder`. What cannot be read counts as not chosen, and is told by [`Self::unread`].
    pub fn read(folder: PathBuf, login: Option<Login>) -> Self {
        let (file, settings, unread) = File::read(folder.join(NAME));
        if let Some(why) = &unread {
            tracing::warn!("settings are left out: {why}");
        }
        Self { file: Mutex::new(file), now: watch::Sender::new(settings), unread, login }
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
        KEYS.iter().map(|key| view(key, &settings)).chain([self.start()]).collect()
    }

    /// Whether the agent starts at login: its files say so, not ours.
    pub fn start(&self) -> SettingView {
        SettingView {
            key: START.to_owned(),
            value: self.login.as_ref().map_or(Start::Off, Login::now).word().to_owned(),
            standard: Start::Off.word().to_owned(),
            meaning: START_MEANING.to_owned(),
        }
    }

    /// Sets one and writes the file; `standard` takes the choice back.
    ///
    /// # Errors
    /// There is no such setting, the value makes no sense, or the file cannot be written. Nothing changed then.
    pub async fn set(&self, name: &str, value: &str) -> Result<SettingView, Problem> {
        if name == START {
            return self.set_start(value.trim());
        }
        let key = KEYS.iter().find(|key| key.name == name).ok_or_else(|| no_such(name))?;
        let file = self.file.lock().await;
        let mut settings = self.now();
        let value = if value == STANDARD { (key.show)(&Settings::default()) } else { value.to_owned() };
        (key.take)(&mut settings, value.trim()).map_err(|why| wrong(key.name, &value, why, key.meaning))?;
        file.write(&settings)?;
        self.now.send_replace(settings);
        Ok(view(key, &self.now()))
    }
}

impl Chosen {
    fn set_start(&self, value: &str) -> Result<SettingView, Problem> {
        let value = if value == STANDARD { Start::Off.word() } else { value };
        let start = Start::ALL.into_iter().find(|start| start.word() == value);
        let start =
            start.ok_or_else(|| wrong(START, value, "It is off, autostart or systemd.", START_MEANING))?;
        let login = self.login.as_ref().ok_or_else(|| {
            Problem::new(Code::InvalidInput, "This agent can't be started at login")
                .detail("There is no home folder for the files that do it.")
                .hint("Set HOME, and start the agent again.")
        })?;
        login.set(start).map_err(|error| {
            Problem::new(Code::VaultReadOnly, "Starting at login can't be set")
                .detail(format!("{}: {error}.", login.config_home.display()))
                .hint("Make the folder writable, and try again.")
        })?;
        Ok(self.start())
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
    let names: Vec<_> = KEYS.iter().map(|key| key.name).chain([START]).collect();
    Problem::new(Code::NotFound, format!("There is no setting “{}”", plain(name, 40)))
        .detail(format!("There are {}.", names.join(", ")))
        .hint("Run grantkeep settings to see all of them.")
}

fn wrong(name: &str, value: &str, why: &str, meaning: &str) -> Problem {
    Problem::new(Code::InvalidInput, format!("“{}” is no value for {name}", plain(value, 40)))
        .detail(why)
        .hint(meaning)
}

/// Name of the file.
const NAME: &str = "settings.toml";

/// The value that takes a choice back.
const STANDARD: &str = "standard";

/// The setting whose value is what the system has.
const START: &str = "start-at-login";
const START_MEANING: &str =
    "Start the agent at login: off, autostart (by the desktop) or systemd (a user unit, for servers).";
