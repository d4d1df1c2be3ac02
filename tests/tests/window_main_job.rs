//! The main job in the real window, with a real browser, provider and keyring.

#![cfg(target_os = "linux")]

use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Outcome, clipboard, ensure, play, wait_until};

#[tokio::test]
async fn a_grant_is_got_kept_used_and_taken_back() {
    play("a_grant_is_got_kept_used_and_taken_back", main_job).await;
}

#[tokio::test]
async fn a_copied_token_outlives_the_closed_window_until_it_is_cleared() {
    play("a_copied_token_outlives_the_closed_window_until_it_is_cleared", copied_token).await;
}

/// Add → authorize → active → copy → test → refresh → revoke → reauthorize → kill everything → still there.
async fn main_job(desktop: &mut Desktop) -> Outcome {
    desktop.window.click("welcome-practice").await?;
    desktop.window.wait_headline("waiting").await?;
    desktop.look_at_browser().await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_headline("active").await?;
    came_forward(desktop).await?;
    desktop.browser.close_tab().await?;

    let first = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&first).await, "the copied token is good")?;

    desktop.window.click("action-test").await?;
    desktop.window.wait_text("test-status", "200").await?;
    desktop.window.wait_text("test-body", "ada@example.test").await?;

    desktop.window.click("action-refresh").await?;
    let second = refreshed(desktop, &first).await?;
    ensure(desktop.provider.honours(&second).await, "the refreshed token is good")?;

    desktop.window.click("action-revoke").await?;
    desktop.window.click("confirm-revoke").await?;
    desktop.window.wait_headline("revoked").await?;
    ensure(!desktop.provider.honours(&second).await, "a revoked token is worthless at the provider")?;

    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await?;
    let third = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&third).await, "the reauthorized token is good")?;

    desktop.restart_everything().await?;

    desktop.window.wait_headline("active").await?;
    let kept = desktop.copy_token().await?;
    ensure(kept == third, "the same token is there after a crash")?;
    desktop.window.click("action-test").await?;
    desktop.window.wait_text("test-status", "200").await.map(drop)
}

async fn copied_token(desktop: &mut Desktop) -> Outcome {
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Public), None).await?;
    desktop.agree_and_wait("ada").await?;

    let token = desktop.copy_token().await?;
    desktop.clear_clipboard().await?;

    let again = desktop.copy_token().await?;
    ensure(again == token, "the token is the same")?;
    let screen = desktop.screen()?;
    let window = wait_until("the window", async || screen.window_of("grantkeep-desktop")).await?;
    screen.ask_to_close(window)?;
    wait_until("the window to be closed", async || {
        Ok(screen.window_of("grantkeep-desktop")?.is_none().then_some(()))
    })
    .await?;
    ensure(clipboard::read(&desktop.session)? == token, "closing the window does not empty the clipboard")?;
    ensure(desktop.session.agent_pid()?.is_some(), "the agent goes on")
}

/// The window lies above the browser, or asks for attention, once the authorization is done.
async fn came_forward(desktop: &Desktop) -> Outcome {
    let screen = desktop.screen()?;
    wait_until("the window to come forward", async || {
        let Some(window) = screen.window_of("grantkeep-desktop")? else { return Ok(None) };
        let forward = screen.has_focus(window)? || screen.is_in_front(window)? || screen.is_urgent(window)?;
        Ok(forward.then_some(()))
    })
    .await
}

/// The token on the clipboard, once the copied one is another.
async fn refreshed(desktop: &Desktop, before: &str) -> Outcome<String> {
    desktop.window.wait_text("history", "efreshed").await?;
    let token = desktop.copy_token().await?;
    ensure(token != before, "a refresh brings another token")?;
    Ok(token)
}
