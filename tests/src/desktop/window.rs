//! The real window, driven as a person would: by what is visible in it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::{Outcome, Session, driver, programs, wait_until, wait_within};
use crate::Group;

/// A running `grantkeep-desktop`.
pub struct Window {
    pub(super) client: Client,
    process: Group,
}

impl Window {
    /// Starts the program under WebKit's own driver and waits until its page is there.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn open(session: &Session) -> Outcome<Self> {
        Self::start(session, &[], ANY_SCREEN).await
    }

    /// The same with arguments; `screen` is what its page has once it is there.
    pub(super) async fn start(session: &Session, arguments: &[&str], screen: &str) -> Outcome<Self> {
        let program = programs::program("grantkeep-desktop")?;
        let port = free_port()?;
        let mut command = session.command("WebKitWebDriver");
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let process = session.spawn("window", &mut command)?;
        wait_until("WebKitWebDriver", async || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()))
            .await?;
        let wanted = json!({ "webkitgtk:browserOptions": { "binary": program, "args": arguments } });
        let client = driver::connect(&port.to_string(), wanted).await?;
        let window = Self { client, process };
        window.element(screen).await?;
        Ok(window)
    }

    /// Presses what has this test id.
    ///
    /// # Errors
    /// It is not there, or cannot be pressed, in time.
    pub async fn click(&self, testid: &str) -> Outcome {
        self.click_css(&css(testid)).await
    }

    /// Presses what this selector finds first.
    ///
    /// # Errors
    /// As [`Self::click`].
    pub async fn click_css(&self, css: &str) -> Outcome {
        wait_until(&format!("{css} to be pressed"), async || Ok(Some(self.press(css).await?))).await
    }

    /// Presses what has this test id if it is there at this moment.
    ///
    /// # Errors
    /// It is not there, or cannot be pressed.
    pub async fn click_now(&self, testid: &str) -> Outcome {
        self.press(&css(testid)).await
    }

    /// Replaces the text of a field.
    ///
    /// # Errors
    /// It is not there in time.
    pub async fn fill(&self, testid: &str, text: &str) -> Outcome {
        let css = css(testid);
        wait_until(&format!("“{text}” in {testid}"), async || {
            self.press(&css).await?;
            let field = self.element_now(&css).await?;
            field.send_keys(SELECT_ALL).await?;
            field.send_keys(if text.is_empty() { BACKSPACE } else { text }).await?;
            // A dialog that just opened may have taken the focus to another field.
            Ok((field.prop("value").await?.as_deref() == Some(text)).then_some(()))
        })
        .await
    }

    /// Pastes what is on the clipboard into a field.
    ///
    /// # Errors
    /// It is not there in time.
    pub async fn paste(&self, testid: &str) -> Outcome {
        self.click(testid).await?;
        Ok(self.element(&css(testid)).await?.send_keys(PASTE).await?)
    }

    /// Chooses an option of a menu.
    ///
    /// # Errors
    /// It is not there in time.
    pub async fn choose(&self, testid: &str, value: &str) -> Outcome {
        Ok(self.element(&css(testid)).await?.select_by_value(value).await?)
    }

    /// The words of what has this test id, once it is there.
    ///
    /// # Errors
    /// It is not there in time.
    pub async fn text(&self, testid: &str) -> Outcome<String> {
        Ok(self.element(&css(testid)).await?.text().await?)
    }

    /// The same, once they hold `part`.
    ///
    /// # Errors
    /// They do not in time.
    pub async fn wait_text(&self, testid: &str, part: &str) -> Outcome<String> {
        let mut seen = String::new();
        let found = wait_until(&format!("{testid} to say “{part}”"), async || {
            seen = self.client.find(Locator::Css(&css(testid))).await?.text().await?;
            Ok(seen.contains(part).then(|| seen.clone()))
        })
        .await;
        found.map_err(|failure| failure.while_doing(&format!("it says “{seen}”")))
    }

    /// Waits until something has this test id.
    ///
    /// # Errors
    /// Nothing has in time.
    pub async fn wait(&self, testid: &str) -> Outcome {
        self.element(&css(testid)).await.map(drop)
    }

    /// Waits until nothing has this test id.
    ///
    /// # Errors
    /// Something still has.
    pub async fn wait_gone(&self, testid: &str) -> Outcome {
        wait_until(&format!("the end of {testid}"), async || Ok((!self.has(testid).await?).then_some(())))
            .await
    }

    /// Whether something has this test id.
    ///
    /// # Errors
    /// The window does not answer.
    pub async fn has(&self, testid: &str) -> Outcome<bool> {
        self.has_css(&css(testid)).await
    }

    pub(super) async fn has_css(&self, css: &str) -> Outcome<bool> {
        Ok(!self.client.find_all(Locator::Css(css)).await?.is_empty())
    }

    /// Waits until the account on screen has this status, for example `active`.
    ///
    /// # Errors
    /// It has not in time.
    pub async fn wait_headline(&self, headline: &str) -> Outcome {
        self.wait_headline_within(Duration::from_secs(20), headline).await
    }

    /// The same with a time of its own.
    ///
    /// # Errors
    /// As [`Self::wait_headline`].
    pub async fn wait_headline_within(&self, longest: Duration, headline: &str) -> Outcome {
        let mut seen = None;
        let found = wait_within(longest, &format!("the status {headline}"), async || {
            seen = self.element_now(&css("headline")).await?.attr("data-headline").await?;
            Ok((seen.as_deref() == Some(headline)).then_some(()))
        })
        .await;
        found.map_err(|failure| failure.while_doing(&format!("it is {}", seen.unwrap_or_default())))
    }

    /// Brings the account with this id on screen.
    ///
    /// # Errors
    /// It is not in the list in time.
    pub async fn select(&self, id: &str) -> Outcome {
        self.click_css(&format!("[data-testid=account-row][data-account-id=\"{id}\"]")).await?;
        self.element(&format!("[data-testid=detail][data-account-id=\"{id}\"]")).await.map(drop)
    }

    /// What a function body returns in the page.
    ///
    /// # Errors
    /// It throws, or the window does not answer.
    pub async fn run(&self, body: &str) -> Outcome<Value> {
        Ok(self.client.execute(body, Vec::new()).await?)
    }

    /// The HTML of the window.
    ///
    /// # Errors
    /// The window does not tell.
    pub async fn source(&self) -> Outcome<String> {
        Ok(self.client.source().await?)
    }

    /// Ends the window and its web processes as a crash would.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    async fn press(&self, css: &str) -> Outcome {
        let element = self.element_now(css).await?;
        let pressed = element.click().await;
        if pressed.is_err() {
            // Its edge may be all that is in view; a person would scroll on.
            let element = serde_json::to_value(&element)?;
            self.client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![element]).await?;
        }
        Ok(pressed?)
    }

    async fn element(&self, css: &str) -> Outcome<Element> {
        wait_until(css, async || Ok(Some(self.element_now(css).await?))).await
    }

    async fn element_now(&self, css: &str) -> Outcome<Element> {
        Ok(self.client.find(Locator::Css(css)).await?)
    }
}

fn css(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}

/// A port that nobody has. WebKitWebDriver cannot pick one itself.
fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Welcome, the list, or what stands in their place.
const ANY_SCREEN: &str =
    "[data-testid=welcome], [data-testid=main], [data-testid=locked], [data-testid=create-vault]";

/// Control and A, then all keys up, as WebDriver writes keys.
const SELECT_ALL: &str = "\u{e009}a\u{e000}";
/// Control and V, then all keys up.
const PASTE: &str = "\u{e009}v\u{e000}";
const BACKSPACE: &str = "\u{e003}";
