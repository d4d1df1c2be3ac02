//! The system browser of a session: a real Chromium, found through the desktop's own settings, and a person at it.

use std::fs;
use std::io::BufRead as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::json;

use super::{Failure, Outcome, Session, driver, programs, wait_until};
use crate::Group;

/// A running browser. What the session opens becomes a tab of it.
pub struct Browser {
    client: Client,
    _driver: Group,
    _process: Group,
}

impl Browser {
    /// Makes Chromium the session's browser and starts it with an empty tab.
    ///
    /// `issuer` may open addresses of our own scheme without a question, which no driver could answer.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn start(session: &Session, issuer: &str) -> Outcome<Self> {
        let profile = session.folder("tmp").join("browser");
        prepare(&profile, issuer)?;
        let wrapper = install(session, &profile)?;
        let process = session.spawn("browser", session.command(&wrapper).arg("about:blank"))?;
        let port = wait_until("the browser's debugging port", async || {
            let said = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
            // The file is complete when its second line is there.
            Ok(said.lines().nth(1).and(said.lines().next()).map(str::to_owned))
        })
        .await?;
        let (driver, client) = attach(session, &port).await?;
        Ok(Self { client, _driver: driver, _process: process })
    }

    /// Goes to the newest tab whose address begins like this, and returns the address.
    ///
    /// # Errors
    /// There is none in time.
    pub async fn tab(&self, begin: &str) -> Outcome<String> {
        wait_until(&format!("a browser tab at {begin}…"), async || {
            let mut found = None;
            for window in self.client.windows().await? {
                let address = self.address_of(window.clone()).await?;
                if address.starts_with(begin) {
                    found = Some((window, address));
                }
            }
            let Some((window, address)) = found else { return Ok(None) };
            self.client.switch_to_window(window).await?;
            Ok(Some(address))
        })
        .await
    }

    /// Opens an address in a tab of its own, as a person who pastes it.
    ///
    /// # Errors
    /// The browser does not.
    pub async fn open(&self, address: &str) -> Outcome {
        let tab = self.client.new_window(true).await?;
        self.client.switch_to_window(tab.handle).await?;
        Ok(self.client.goto(address).await?)
    }

    /// Says at the provider's first page who is there.
    ///
    /// # Errors
    /// The page does not come.
    pub async fn log_in(&self, issuer: &str, name: &str) -> Outcome {
        self.tab(&format!("{issuer}/interaction/")).await?;
        let login = self.element("#login").await?;
        login.clear().await?;
        login.send_keys(name).await?;
        self.click("#continue").await?;
        self.element("#allow").await.map(drop)
    }

    /// Agrees at the provider's second page to all but some scopes.
    ///
    /// # Errors
    /// The page is another one.
    pub async fn consent(&self, untick: &[&str]) -> Outcome {
        for scope in untick {
            self.click(&format!("input[name=scope][value=\"{scope}\"]")).await?;
        }
        self.click("#allow").await
    }

    /// Refuses at the provider's second page.
    ///
    /// # Errors
    /// The page is another one.
    pub async fn refuse(&self) -> Outcome {
        self.click("#refuse").await
    }

    /// The words of the current tab's page, once it has some that hold `part`.
    ///
    /// # Errors
    /// They do not come.
    pub async fn words(&self, part: &str) -> Outcome<String> {
        wait_until(&format!("a browser page that says “{part}”"), async || {
            let words = self.element("body").await?.text().await?;
            Ok(words.contains(part).then_some(words))
        })
        .await
    }

    /// The current tab's address, also where nothing answers.
    ///
    /// # Errors
    /// The browser does not tell.
    pub async fn address(&self) -> Outcome<String> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// Closes the current tab, unless it is the last one.
    ///
    /// # Errors
    /// The browser does not.
    pub async fn close_tab(&self) -> Outcome {
        let windows = self.client.windows().await?;
        if windows.len() > 1 {
            self.client.close_window().await?;
        }
        let rest = self.client.windows().await?;
        let last = rest.into_iter().next_back().ok_or_else(|| Failure::new("the browser has no tab"))?;
        Ok(self.client.switch_to_window(last).await?)
    }

    /// A PNG of the current tab.
    ///
    /// # Errors
    /// The browser makes none.
    pub async fn picture(&self) -> Outcome<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// The HTML of the current tab.
    ///
    /// # Errors
    /// The browser does not tell.
    pub async fn source(&self) -> Outcome<String> {
        Ok(self.client.source().await?)
    }

    async fn address_of(&self, window: WindowHandle) -> Outcome<String> {
        self.client.switch_to_window(window).await?;
        self.address().await
    }

    async fn element(&self, css: &str) -> Outcome<fantoccini::elements::Element> {
        wait_until(&format!("{css} in the browser"), async || {
            Ok(self.client.find_all(Locator::Css(css)).await?.into_iter().next())
        })
        .await
    }

    async fn click(&self, css: &str) -> Outcome {
        Ok(self.element(css).await?.click().await?)
    }
}

/// The profile, with the one question answered beforehand.
fn prepare(profile: &Path, issuer: &str) -> Outcome {
    let folder = profile.join("Default");
    fs::create_dir_all(&folder)?;
    let mut allowed = serde_json::Map::new();
    allowed.insert(issuer.to_owned(), json!({ SCHEME: true }));
    let preferences = json!({ "protocol_handler": { "allowed_origin_protocol_pairs": allowed } });
    Ok(fs::write(folder.join("Preferences"), preferences.to_string())?)
}

/// A script that is the session's handler of web addresses; the path of it.
fn install(session: &Session, profile: &Path) -> Outcome<PathBuf> {
    let chromium = programs::first_of(&["chromium", "chromium-browser", "google-chrome"])?;
    let wrapper = session.folder("home").join("browser");
    let script = format!(
        "#!/bin/sh\nexec '{}' {} --user-data-dir='{}' --remote-debugging-port=0 \"$@\"\n",
        chromium.display(),
        SWITCHES.join(" "),
        profile.display()
    );
    fs::write(&wrapper, script)?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o700))?;
    let applications = session.folder("data").join("applications");
    fs::create_dir_all(&applications)?;
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nTerminal=false\n\
         MimeType=x-scheme-handler/http;x-scheme-handler/https;text/html;\n",
        wrapper.display()
    );
    fs::write(applications.join("browser.desktop"), entry)?;
    let defaults = "[Default Applications]\nx-scheme-handler/http=browser.desktop\n\
                    x-scheme-handler/https=browser.desktop\ntext/html=browser.desktop\n";
    fs::write(session.folder("config").join("mimeapps.list"), defaults)?;
    Ok(wrapper)
}

/// Chromium's own driver, attached to the browser that runs.
async fn attach(session: &Session, debugging_port: &str) -> Outcome<(Group, Client)> {
    let program = programs::first_of(&["chromedriver", "chromium.chromedriver"])?;
    let (driver, mut output) =
        session.spawn_read("browser-driver", session.command(program).arg("--port=0"))?;
    let mut port = None;
    let mut line = String::new();
    while port.is_none() && output.read_line(&mut line)? > 0 {
        port = line.trim().strip_prefix(DRIVER_STARTED).map(|rest| rest.trim_end_matches('.').to_owned());
        line.clear();
    }
    // The driver may go on talking; nobody needs to hear it.
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let port = port.ok_or_else(|| Failure::new("chromedriver did not start"))?;
    let options = json!({ "debuggerAddress": format!("127.0.0.1:{debugging_port}") });
    let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
    Ok((driver, driver::connect(&port, wanted).await?))
}

const DRIVER_STARTED: &str = "ChromeDriver was started successfully on port ";
const SCHEME: &str = "io.github.grantkeep";

/// Nothing of the browser's own leaves this machine, and a machine without a sandbox will do.
const SWITCHES: [&str; 12] = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--test-type",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
    "--host-resolver-rules='MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost'",
    "--window-size=1000,760",
];
