//! Starting at login: a file in the desktop's autostart folder, or a systemd user unit for servers. Whether it is on is
//! what the files say.

use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::file::replace;

/// How the agent is started at login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Not at all: whoever needs it starts it.
    Off,
    /// By the desktop (XDG Autostart).
    Autostart,
    /// By the user's systemd.
    Systemd,
}

/// What is started, and where the files are.
#[derive(Debug, Clone)]
pub struct Login {
    /// `$XDG_CONFIG_HOME`.
    pub config_home: PathBuf,
    /// The agent's program.
    pub program: PathBuf,
    /// Tells agents of several vaults apart: `agent`, or `agent-‹hash›`.
    pub name: String,
    /// Variables that name the vault, as this agent has them.
    pub environment: Vec<(String, String)>,
}

impl Start {
    pub(super) const ALL: [Self; 3] = [Self::Off, Self::Autostart, Self::Systemd];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Autostart => "autostart",
            Self::Systemd => "systemd",
        }
    }
}

impl Login {
    /// How the agent is started at login.
    pub(super) fn now(&self) -> Start {
        let file = std::fs::read_to_string(self.autostart()).unwrap_or_default();
        // Desktops turn an entry off by one of these lines.
        let off = |line: &str| matches!(line.trim(), "Hidden=true" | "X-GNOME-Autostart-enabled=false");
        if !file.is_empty() && !file.lines().any(off) {
            return Start::Autostart;
        }
        if self.unit().is_file() && self.wanted().is_symlink() { Start::Systemd } else { Start::Off }
    }

    /// Puts the files there, or takes them away. It counts from the next login on.
    ///
    /// # Errors
    /// A folder can't be written.
    pub(super) fn set(&self, start: Start) -> io::Result<()> {
        let removed = match start {
            Start::Off => vec![self.autostart(), self.wanted(), self.unit()],
            Start::Autostart => vec![self.wanted(), self.unit()],
            Start::Systemd => vec![self.autostart()],
        };
        match start {
            Start::Off => {}
            Start::Autostart => write(&self.autostart(), &self.entry())?,
            Start::Systemd => {
                write(&self.unit(), &self.service())?;
                let wanted = self.wanted();
                make_folder(&wanted)?;
                match symlink(self.unit(), &wanted) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    Ok(()) | Err(_) => {}
                }
            }
        }
        for path in removed {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// The desktop entry (Desktop Entry Specification 1.5, Autostart Specification 0.5).
    fn entry(&self) -> String {
        let program = self.program.display().to_string();
        let mut exec = String::new();
        if !self.environment.is_empty() {
            exec.push_str("env ");
            for (name, value) in &self.environment {
                exec.push_str(&format!("{} ", exec_argument(&format!("{name}={value}"))));
            }
        }
        exec.push_str(&format!("{} {FLAGS}", exec_argument(&program)));
        format!(
            "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Grantkeep agent\n\
             Comment=Keeps OAuth grants alive\nTryExec={}\nExec={exec}\nIcon=io.github.grantkeep\nTerminal=false\n\
             NoDisplay=true\nStartupNotify=false\nX-GNOME-Autostart-enabled=true\n",
            program.replace('\\', r"\\"),
        )
    }

    /// The unit (systemd.unit(5), systemd.exec(5)).
    fn service(&self) -> String {
        let environment: String = self
            .environment
            .iter()
            .map(|(name, value)| format!("Environment={}\n", unit_word(&format!("{name}={value}"))))
            .collect();
        let program = unit_word(&self.program.display().to_string().replace('$', "$$"));
        format!(
            "[Unit]\nDescription=Grantkeep agent: keeps OAuth grants alive\n\n[Service]\nType=exec\n\
             {environment}ExecStart={program} {FLAGS}\nRestart=on-failure\nRestartSec=5\n\n[Install]\n\
             WantedBy=default.target\n",
        )
    }

    fn autostart(&self) -> PathBuf {
        self.config_home.join("autostart").join(format!("io.github.grantkeep.{}.desktop", self.name))
    }

    fn unit(&self) -> PathBuf {
        self.units().join(format!("grantkeep-{}.service", self.name))
    }

    /// What `systemctl --user enable` makes.
    fn wanted(&self) -> PathBuf {
        self.units().join("default.target.wants").join(format!("grantkeep-{}.service", self.name))
    }

    fn units(&self) -> PathBuf {
        self.config_home.join("systemd/user")
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    make_folder(path)?;
    replace(path, text)
}

fn make_folder(of: &Path) -> io::Result<()> {
    of.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// An argument of `Exec`: quoted, `%` doubled; the backslashes once more, because the value is a string.
fn exec_argument(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '`' | '$' => quoted.push_str(&format!(r"\\{character}")),
            '\\' => quoted.push_str(r"\\\\"),
            '%' => quoted.push_str("%%"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A word of a unit's line: quoted, `%` doubled.
fn unit_word(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', r#"\""#).replace('%', "%%"))
}

/// An agent that is there from login on stays.
const FLAGS: &str = "--idle=never";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_is_on_at_a_time_and_a_desktop_may_turn_it_off() {
        let home = tempfile::tempdir().unwrap();
        let login = login(home.path());

        assert_eq!(login.now(), Start::Off);
        for start in [Start::Autostart, Start::Systemd, Start::Systemd, Start::Autostart, Start::Off] {
            login.set(start).unwrap();
            assert_eq!(login.now(), start);
        }
        login.set(Start::Autostart).unwrap();
        let entry = std::fs::read_to_string(login.autostart()).unwrap();
        std::fs::write(login.autostart(), format!("{entry}Hidden=true\n")).unwrap();
        assert_eq!(login.now(), Start::Off, "as the desktop's own settings do it");
    }

    #[test]
    fn paths_are_quoted_as_each_file_wants_it() {
        let home = tempfile::tempdir().unwrap();
        let login = login(home.path());

        let (entry, unit) = (login.entry(), login.service());

        let exec = r#"Exec=env "GRANTKEEP_HOME=/srv/a \\"b\\"" "/opt/my \\$apps/100%%/grantkeep-agent" --idle=never"#;
        assert!(entry.contains(exec), "{entry}");
        assert!(entry.contains("TryExec=/opt/my $apps/100%/grantkeep-agent\n"), "{entry}");
        assert!(unit.contains(r#"ExecStart="/opt/my $$apps/100%%/grantkeep-agent" --idle=never"#), "{unit}");
        assert!(unit.contains(r#"Environment="GRANTKEEP_HOME=/srv/a \"b\"""#), "{unit}");
    }

    fn login(home: &Path) -> Login {
        Login {
            config_home: home.to_owned(),
            program: "/opt/my $apps/100%/grantkeep-agent".into(),
            name: "agent".to_owned(),
            environment: vec![("GRANTKEEP_HOME".to_owned(), "/srv/a \"b\"".to_owned())],
        }
    }
}
