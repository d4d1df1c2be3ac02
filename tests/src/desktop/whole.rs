//! A person's whole desktop.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::try_join;

use super::{Browser, Outcome, Screen, Session, Window, clipboard, wait_until};
use crate::Provider;

/// The window, the browser, the session that both are in, and the provider they talk to.
pub struct Desktop {
    /// The window of Grantkeep.
    pub window: Window,
    /// The system browser.
    pub browser: Browser,
    /// Display, bus, keyring and folders.
    pub session: Session,
    /// The practice provider, which the window offers.
    pub provider: Provider,
    /// Where the provider is, also when it was stopped.
    issuer: String,
}

impl Desktop {
    /// A desktop as on a fresh machine, with the window just opened.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn start() -> Outcome<Self> {
        let mut session = Session::start().await?;
        let provider = Provider::new().await;
        let issuer = provider.issuer.clone();
        session.set("GRANTKEEP_PRACTICE", provider.descriptor_file().display().to_string());
        let (browser, window) = try_join!(Browser::start(&session, &issuer), Window::open(&session))?;
        Ok(Self { window, browser, session, provider, issuer })
    }

    /// Where the provider is.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Ends the window and its web processes as a crash would, and opens it again.
    ///
    /// # Errors
    /// It does not open.
    pub async fn restart_window(&mut self) -> Outcome {
        self.window.kill();
        self.window = Window::open(&self.session).await?;
        Ok(())
    }

    /// Ends window and agent as a power cut would, and opens the window again.
    ///
    /// # Errors
    /// The agent stays, or the window does not open.
    pub async fn restart_everything(&mut self) -> Outcome {
        self.window.kill();
        self.session.kill_agent().await?;
        self.window = Window::open(&self.session).await?;
        Ok(())
    }

    /// Logs in at the provider and agrees to all but some scopes, in the tab that the window opened.
    ///
    /// # Errors
    /// No tab was opened, or its pages are others.
    pub async fn agree(&self, name: &str, untick: &[&str]) -> Outcome {
        self.browser.log_in(&self.issuer, name).await?;
        self.browser.consent(untick).await
    }

    /// Agrees to everything, waits until the account is active, and closes the tab.
    ///
    /// # Errors
    /// As [`Self::agree`].
    pub async fn agree_and_wait(&self, name: &str) -> Outcome {
        self.agree(name, &[]).await?;
        self.window.wait_headline("active").await?;
        self.browser.close_tab().await
    }

    /// Presses *Copy token* and returns what is on the clipboard then.
    ///
    /// # Errors
    /// Nothing new comes there.
    pub async fn copy_token(&self) -> Outcome<String> {
        clipboard::write(&self.session, BEFORE).await?;
        self.window.click("action-copy").await?;
        clipboard::changed(&self.session, BEFORE).await
    }

    /// Presses *Clear now* until the clipboard is empty.
    ///
    /// # Errors
    /// It stays as it is.
    pub async fn clear_clipboard(&self) -> Outcome {
        wait_until("an empty clipboard", async || {
            if clipboard::read(&self.session)?.is_empty() {
                return Ok(Some(()));
            }
            // The message slides in, so that a press may miss it.
            self.window.click_now("clear-now").await?;
            Ok(None)
        })
        .await
    }

    /// The display, to look at its windows.
    ///
    /// # Errors
    /// The display does not answer.
    pub fn screen(&self) -> Outcome<Screen> {
        self.session.display().screen()
    }

    /// Puts the browser in front, as when the person works there.
    ///
    /// # Errors
    /// It has no visible window.
    pub async fn look_at_browser(&self) -> Outcome {
        let screen = self.screen()?;
        wait_until("the browser's window", async || {
            let windows = screen.window_of("chrom")?;
            let Some(window) = windows else { return Ok(None) };
            screen.bring_forward(window)?;
            Ok(Some(()))
        })
        .await
    }

    /// A PNG of the window as the display shows it: WebKit's driver makes none of a window that draws without layers.
    ///
    /// # Errors
    /// It is not visible in time.
    pub async fn picture(&self) -> Outcome<Vec<u8>> {
        let screen = self.screen()?;
        let look = async || screen.window_of("grantkeep");
        let window = wait_until("the window on the display", look).await?;
        screen.bring_forward(window)?;
        let mut import = self.session.command("import");
        import.args(["-window", &window.to_string(), "png:-"]).stdin(Stdio::null()).stderr(Stdio::null());
        Ok(import.output()?.stdout)
    }

    /// Puts pictures, pages and logs of this moment into a folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn record(&self, folder: &Path) -> Outcome {
        fs::create_dir_all(folder)?;
        let pages = [
            ("window", self.picture().await, self.window.source().await),
            ("browser", self.browser.picture().await, self.browser.source().await),
        ];
        for (name, picture, source) in pages {
            // What cannot be pictured may be the very trouble.
            fs::write(folder.join(format!("{name}.png")), picture.unwrap_or_default())?;
            let source = source.unwrap_or_else(|failure| format!("no source: {failure}"));
            fs::write(folder.join(format!("{name}.html")), source)?;
        }
        let mut import = self.session.command("import");
        import.args(["-window", "root"]).arg(folder.join("screen.png"));
        import.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        copy_files(&self.session.folder("logs"), folder)?;
        copy_files(&self.session.folders()?.log, folder)
    }
}

/// Copies the files of a folder; one that is not there has none.
fn copy_files(from: &Path, to: &Path) -> Outcome {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// On the clipboard before a token is.
const BEFORE: &str = "before the token";
