//! The service's form, filled in by hand.

use std::time::Duration;

use grantkeep_core::model::{Draft, RedirectMethod, RevocationDraft};
use serde::Serialize;

use super::{Failure, Outcome, Window, wait_until, wait_within};

impl Window {
    /// Opens the empty form, from the welcome or from the list.
    ///
    /// # Errors
    /// Neither is on screen.
    pub async fn open_form(&self) -> Outcome {
        let add = wait_until("a button to add a service", async || {
            for testid in ["welcome-add", "add-service"] {
                if self.has(testid).await? {
                    return Ok(Some(testid));
                }
            }
            Ok(None)
        })
        .await?;
        self.click(add).await?;
        self.click("provider-manual").await?;
        self.wait("service-sheet").await
    }

    /// Types a draft into the open form.
    ///
    /// # Errors
    /// A field is missing or refuses what is typed.
    pub async fn fill_form(&self, draft: &Draft, secret: Option<&str>) -> Outcome {
        let texts = [
            ("title", &draft.title),
            ("client_id", &draft.client_id),
            ("authorize_uri", &draft.authorize_uri),
            ("token_uri", &draft.token_uri),
            ("scopes", &draft.scopes),
            ("test_uri", &draft.test_uri),
            ("introspection_uri", &draft.introspection_uri),
            ("issuer", &draft.issuer),
            ("request_hosts", &draft.request_hosts),
        ];
        for (name, text) in texts {
            if !text.is_empty() {
                self.fill(&format!("field-{name}"), text).await?;
            }
        }
        if let Some(secret) = secret {
            self.fill("field-client_secret", secret).await?;
        }
        self.choose_redirect(draft).await?;
        let authentication = word(&draft.client_authentication)?;
        self.choose_segment(&format!("client_authentication-{authentication}")).await?;
        if let RevocationDraft::Rfc7009 { url } = &draft.revocation {
            self.choose("field-revocation_kind", "rfc7009").await?;
            self.fill("field-revocation", url).await?;
        }
        for (index, parameter) in draft.authorize_parameters.iter().enumerate() {
            self.add_parameter(&format!("parameter-name-{index}")).await?;
            self.fill(&format!("parameter-name-{index}"), &parameter.name).await?;
            self.fill(&format!("parameter-value-{index}"), &parameter.value).await?;
        }
        if draft.link_timeout_s != Draft::default().link_timeout_s {
            self.choose("link-timeout-unit", "seconds").await?;
            self.fill("field-link_timeout_s", &draft.link_timeout_s.to_string()).await?;
        }
        Ok(())
    }

    /// Adds a service by hand and begins its authorization.
    ///
    /// # Errors
    /// The form refuses it.
    pub async fn add_and_authorize(&self, draft: &Draft, secret: Option<&str>) -> Outcome {
        self.open_form().await?;
        self.fill_form(draft, secret).await?;
        self.click("save-authorize").await?;
        self.wait_gone("service-sheet").await
    }

    /// Opens the settings of the account on screen.
    ///
    /// # Errors
    /// They do not open.
    pub async fn edit(&self) -> Outcome {
        self.click("more").await?;
        self.click("menu-edit-service").await?;
        self.wait("service-sheet").await
    }

    /// Saves the open form.
    ///
    /// # Errors
    /// The form refuses it.
    pub async fn save_form(&self) -> Outcome {
        self.click("save").await?;
        self.wait_gone("service-sheet").await
    }

    /// Presses one of several choices until it is chosen.
    ///
    /// # Errors
    /// It is not in time.
    pub async fn choose_segment(&self, testid: &str) -> Outcome {
        let chosen = format!("[data-testid=\"{testid}\"][aria-checked=true]");
        wait_until(&format!("{testid} to be chosen"), async || {
            if self.has_css(&chosen).await? {
                return Ok(Some(()));
            }
            // A word about the field that was left may move the form under the pointer.
            self.click_now(testid).await?;
            Ok(None)
        })
        .await
    }

    /// Presses *Add a parameter* until its row is there, for the same reason.
    async fn add_parameter(&self, row: &str) -> Outcome {
        wait_until(&format!("{row} to be added"), async || {
            self.click_now("parameter-add").await?;
            let added = wait_within(ROW_COMES, row, async || Ok(self.has(row).await?.then_some(()))).await;
            Ok(added.ok())
        })
        .await
    }

    async fn choose_redirect(&self, draft: &Draft) -> Outcome {
        self.choose_segment(&format!("redirect_method-{}", word(&draft.redirect_method)?)).await?;
        match draft.redirect_method {
            RedirectMethod::LoopbackFixed => {
                self.fill("field-redirect_port", &draft.redirect_port).await?;
                self.fill("field-redirect_path", &draft.redirect_path).await
            }
            RedirectMethod::Paste => self.fill("field-redirect_uri", &draft.redirect_uri).await,
            RedirectMethod::Loopback | RedirectMethod::Scheme => Ok(()),
        }
    }
}

/// The word for a choice that the form's test ids use, which is that of the API.
fn word(choice: &impl Serialize) -> Outcome<String> {
    let value = serde_json::to_value(choice)?;
    value.as_str().map(str::to_owned).ok_or_else(|| Failure::new("a choice is not one word"))
}

/// Longer than a row takes; a press that met nothing is made again after it.
const ROW_COMES: Duration = Duration::from_secs(2);
