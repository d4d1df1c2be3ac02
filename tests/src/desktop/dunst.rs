//! A real notification daemon, dunst, and a person who reads what it shows and presses its buttons.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::{Outcome, Session, wait_until};
use crate::Group;

/// The daemon of a session, for as long as this lives.
pub struct Dunst<'a> {
    session: &'a Session,
    shown: PathBuf,
    choice: PathBuf,
    _daemon: Group,
}

impl<'a> Dunst<'a> {
    /// Starts it, and waits until the bus knows it.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub async fn start(session: &'a Session) -> Outcome<Self> {
        let folder = session.folder("tmp");
        let (shown, choice) = (folder.join("shown"), folder.join("choice"));
        fs::write(&shown, "")?;
        // What is shown is written down; the menu of actions is answered with the line that holds the chosen word.
        let write = script(
            &folder.join("write-down"),
            &format!("printf '%s | %s\\n' \"$2\" \"$3\" >> '{}'\n", shown.display()),
        )?;
        let choose =
            script(&folder.join("choose"), &format!("grep -F -m 1 \"$(cat '{}')\"\n", choice.display()))?;
        let config = folder.join("dunstrc");
        fs::write(
            &config,
            format!(
                "[global]\nmarkup = no\ndmenu = {}\nidle_threshold = 0\n[all]\nscript = {}\n[urgency_normal]\ntimeout = 0\n",
                choose.display(),
                write.display()
            ),
        )?;
        let daemon = session.spawn("dunst", session.command("dunst").arg("-conf").arg(&config))?;
        let dunst = Self { session, shown, choice, _daemon: daemon };
        wait_until("dunst on the bus", async || {
            let answer = dunst.session.command("dunstctl").arg("is-paused").output()?;
            Ok(answer.status.success().then_some(()))
        })
        .await?;
        Ok(dunst)
    }

    /// All that was shown: a line each, title and text.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn shown(&self) -> Outcome<Vec<String>> {
        Ok(fs::read_to_string(&self.shown)?.lines().map(str::to_owned).collect())
    }

    /// Waits until something is shown that begins so.
    ///
    /// # Errors
    /// It does not come.
    pub async fn wait(&self, begin: &str) -> Outcome<String> {
        wait_until(&format!("the notification {begin}"), async || {
            Ok(self.shown()?.into_iter().find(|line| line.starts_with(begin)))
        })
        .await
    }

    /// Presses a button of what is shown.
    ///
    /// # Errors
    /// dunst does not take it.
    pub fn press(&self, button: &str) -> Outcome {
        fs::write(&self.choice, button)?;
        self.session.command("dunstctl").arg("context").status()?;
        Ok(())
    }
}

fn script(path: &std::path::Path, lines: &str) -> Outcome<PathBuf> {
    fs::write(path, format!("#!/bin/sh\n{lines}"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    Ok(path.to_owned())
}
