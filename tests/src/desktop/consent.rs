//! The consent window, beside the main one or alone: WebDriver goes from one to the other by their handles.

use std::time::Duration;

use fantoccini::Locator;

use super::{Outcome, Session, Window, wait_until, wait_within};

/// Longer than an answer takes; a press that meant nothing is made again after it.
const ANSWER_COMES: Duration = Duration::from_millis(500);
/// Escape, as WebDriver writes keys.
const ESCAPE: &str = "\u{e00c}";

impl Window {
    /// Starts the program for questions alone, as a program's client does.
    ///
    /// # Errors
    /// It does not start, or has nothing to ask.
    pub async fn open_for_consent(session: &Session) -> Outcome<Self> {
        Self::start(session, &["--consent"], CONSENT).await
    }

    /// Goes to the consent window once it asks, and returns the identifier of the question.
    ///
    /// # Errors
    /// It does not open.
    pub async fn go_to_consent(&self) -> Outcome<String> {
        wait_until("a question in the consent window", async || {
            if !self.go_to("consent.html").await? {
                return Ok(None);
            }
            let asked = self.client.find(Locator::Css(CONSENT)).await?;
            Ok(asked.attr("data-question").await?)
        })
        .await
    }

    /// Chooses for how long: `once`, `hour`, `eight_hours` or `always`.
    ///
    /// # Errors
    /// That is not to be chosen.
    pub async fn choose_span(&self, span: &str) -> Outcome {
        self.choose_segment(&format!("span-{span}")).await
    }

    /// Presses a button of the consent window as soon as it acts (`consent-allow`, `consent-refuse`, `consent-never`).
    ///
    /// # Errors
    /// The question stays.
    pub async fn answer(&self, button: &str) -> Outcome {
        let acting = format!("[data-testid=\"{button}\"][aria-disabled=false]");
        self.until_answered(async || {
            // The window may close before the driver has an answer.
            drop(self.client.find(Locator::Css(&acting)).await?.click().await);
            Ok(())
        })
        .await
    }

    /// Presses Escape in the consent window, which refuses once the buttons act.
    ///
    /// # Errors
    /// The question stays.
    pub async fn escape(&self) -> Outcome {
        self.until_answered(async || {
            drop(self.client.find(Locator::Css(CONSENT)).await?.send_keys(ESCAPE).await);
            Ok(())
        })
        .await
    }

    /// Goes back to the main window, once the consent window is closed.
    ///
    /// # Errors
    /// It stays open, or there is no main window.
    pub async fn go_back(&self) -> Outcome {
        wait_until("the main window alone", async || {
            let alone = self.client.windows().await?.len() == 1;
            Ok((alone && !self.go_to("consent.html").await?).then_some(()))
        })
        .await
    }

    /// Does `act` until the question on screen is another one, or none.
    async fn until_answered(&self, act: impl AsyncFn() -> Outcome) -> Outcome {
        let before = self.go_to_consent().await?;
        wait_until("the end of the question", async || {
            // A press within the first second means nothing, so it is made again; the window may be gone already.
            drop(act().await);
            let gone =
                wait_within(ANSWER_COMES, "it", async || Ok((!self.asks(&before).await).then_some(()))).await;
            Ok(gone.ok())
        })
        .await
    }

    /// Whether the consent window shows this question. A window that is gone, or a driver that went with it, does not.
    async fn asks(&self, id: &str) -> bool {
        let css = format!("{CONSENT}[data-question=\"{id}\"]");
        self.has_css(&css).await.unwrap_or(false)
    }

    /// Goes to the window whose address ends like this, if there is one.
    async fn go_to(&self, end: &str) -> Outcome<bool> {
        for handle in self.client.windows().await? {
            self.client.switch_to_window(handle).await?;
            if self.client.current_url().await?.path().ends_with(end) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

const CONSENT: &str = "[data-testid=consent]";
