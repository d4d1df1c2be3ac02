//! The commands by which the person answers programs that ask.

use grantkeep_api::views;
use tauri::{AppHandle, command};

use crate::commands::{Answer, ask, blocking};
use crate::consent;

/// Brings the consent window forward, if a program waits for an answer.
#[command]
pub(crate) async fn show_consent(app: AppHandle) -> Answer<()> {
    blocking(&app, |app| {
        consent::look(app);
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn answer_question(app: AppHandle, id: String, answer: views::Answer) -> Answer<()> {
    ask(&app, move |app, agent| consent::answer(app, agent, &id, answer)).await
}

/// Gives the consent window the height of its page, in CSS pixels, and shows it.
#[command]
pub(crate) async fn fit_consent(app: AppHandle, height: f64) -> Answer<()> {
    consent::fit(&app, height);
    Ok(())
}
