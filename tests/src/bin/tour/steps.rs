//! What a person does on the tour.

use grantkeep_core::model::Draft;
use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Outcome, Screen, WindowNumber, ensure, wait_until};

use crate::guide::{Guide, Shows};

/// All of it, in order.
pub(crate) async fn all(guide: &mut Guide, desktop: &mut Desktop) -> Outcome {
    add(guide, desktop).await?;
    authorize(guide, desktop).await?;
    use_it(guide, desktop).await?;
    revoke(guide, desktop).await?;
    second_service(guide, desktop).await?;
    survive(guide, desktop).await?;
    look_again(guide, desktop).await
}

async fn add(guide: &mut Guide, desktop: &Desktop) -> Outcome {
    desktop.window.wait("welcome-practice").await?;
    guide.show(desktop, Shows::Window, "welcome", "First start: two ways in").await?;

    desktop.window.click("welcome-add").await?;
    desktop.window.wait("providers").await?;
    guide
        .show(desktop, Shows::Window, "providers", "Add a service: choose a provider, or fill in by hand")
        .await?;

    desktop.window.click("provider-manual").await?;
    let draft = Draft { title: "Field notes".to_owned(), ..desktop.provider.draft(Client::Public) };
    desktop.window.fill_form(&draft, None).await?;
    desktop.window.run("document.querySelector('.sbody').scrollTop = 0").await?;
    guide.show(desktop, Shows::Window, "form", "The form, with the redirect URI to register").await?;

    desktop.window.click("save-authorize").await?;
    desktop.window.wait_headline("waiting").await?;
    guide
        .show(desktop, Shows::Window, "waiting", "Saved; the link is open in the browser and counts down")
        .await
}

async fn authorize(guide: &mut Guide, desktop: &Desktop) -> Outcome {
    desktop.look_at_browser().await?;
    desktop.browser.tab(&format!("{}/interaction/", desktop.issuer())).await?;
    desktop.browser.words("Who are you?").await?;
    guide
        .show(desktop, Shows::Browser, "browser-login", "The system browser: the provider asks who is there")
        .await?;

    desktop.browser.log_in(desktop.issuer(), "ada").await?;
    guide.show(desktop, Shows::Browser, "browser-consent", "The provider asks what Grantkeep may do").await?;

    desktop.browser.consent(&[]).await?;
    desktop.browser.words("Grantkeep").await?;
    desktop.browser.tab("http://127.0.0.1").await?;
    guide
        .show(desktop, Shows::Browser, "browser-done", "Agreed; the grant is stored before this page is sent")
        .await?;
    desktop.browser.close_tab().await?;

    desktop.window.wait_headline("active").await?;
    guide.show(desktop, Shows::Window, "active", "The window is in front again: the account is active").await
}

async fn use_it(guide: &mut Guide, desktop: &Desktop) -> Outcome {
    let first = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&first).await, "the provider takes the copied token")?;
    desktop.window.wait("toast").await?;
    guide.show(desktop, Shows::Window, "copied", "The token is on the clipboard, for 30 seconds").await?;
    desktop.clear_clipboard().await?;

    desktop.window.click("action-test").await?;
    desktop.window.wait_text("test-status", "200").await?;
    desktop
        .window
        .run("document.querySelector('[data-testid=test-answer]').scrollIntoView({ block: 'center' })")
        .await?;
    guide.show(desktop, Shows::Window, "tested", "Tried at the Test URI: 200, with the answer").await?;

    desktop.window.click("action-refresh").await?;
    wait_until("a refresh at the provider", async || {
        Ok((desktop.provider.stats().await.refreshes() > 0).then_some(()))
    })
    .await?;
    desktop.window.wait_headline("active").await?;
    desktop.window.run("document.querySelector('.detail .scroll').scrollTop = 0").await?;
    guide.show(desktop, Shows::Window, "refreshed", "Refreshed: a new token").await?;
    let second = desktop.copy_token().await?;
    ensure(second != first, "a refresh brings another token")?;
    desktop.clear_clipboard().await
}

async fn revoke(guide: &mut Guide, desktop: &Desktop) -> Outcome {
    let token = desktop.copy_token().await?;
    desktop.clear_clipboard().await?;
    desktop.window.click("action-revoke").await?;
    desktop.window.wait("confirm-revoke").await?;
    guide.show(desktop, Shows::Window, "confirm-revoke", "Revoke says what will be lost").await?;

    desktop.window.click("confirm-revoke").await?;
    desktop.window.wait_headline("revoked").await?;
    ensure(!desktop.provider.honours(&token).await, "the provider takes the token no more")?;
    guide.show(desktop, Shows::Window, "revoked", "Revoked: the provider takes the token no more").await?;

    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await?;
    guide.show(desktop, Shows::Window, "reauthorized", "Authorized again").await
}

async fn second_service(guide: &mut Guide, desktop: &Desktop) -> Outcome {
    desktop.window.click("add-service").await?;
    desktop.window.click_css("[data-testid=providers] button[data-testid^=provider-practice]").await?;
    desktop.window.wait_headline("waiting").await?;
    desktop.agree("grace", &["email"]).await?;
    desktop.window.wait_headline("scopes_missing").await?;
    desktop.browser.close_tab().await?;
    guide
        .show(
            desktop,
            Shows::Window,
            "scopes-missing",
            "A scope was unticked at the provider: it is said at once",
        )
        .await
}

async fn survive(guide: &mut Guide, desktop: &mut Desktop) -> Outcome {
    desktop.restart_everything().await?;
    desktop.window.select(FIRST).await?;
    desktop.window.wait_headline("active").await?;
    let token = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&token).await, "the kept token is good")?;
    desktop.clear_clipboard().await?;
    guide
        .show(desktop, Shows::Window, "still-there", "Window and agent were killed and started: all is there")
        .await?;
    desktop.window.wait_gone("toast").await?;
    guide.keep(desktop, "main.png").await
}

async fn look_again(guide: &mut Guide, desktop: &mut Desktop) -> Outcome {
    let screen = desktop.screen()?;
    let window = wait_until("the window", async || screen.window_of("grantkeep-desktop")).await?;
    resize(desktop, &screen, window, 660).await?;
    guide.show(desktop, Shows::Window, "narrow", "A narrow window").await?;
    resize(desktop, &screen, window, 1200).await?;

    desktop.session.set("GTK_THEME", "Adwaita:dark");
    desktop.restart_window().await?;
    desktop.window.select(FIRST).await?;
    desktop.window.wait_headline("active").await?;
    guide.show(desktop, Shows::Window, "dark", "The same in the dark, as the desktop's theme says").await
}

async fn resize(desktop: &Desktop, screen: &Screen, window: WindowNumber, width: u32) -> Outcome {
    screen.resize(window, width, 800)?;
    wait_until("the new size", async || {
        let inner = desktop.window.run("return window.innerWidth").await?;
        Ok((inner.as_u64() == Some(u64::from(width))).then_some(()))
    })
    .await
}

const FIRST: &str = "field-notes/default";
