//! What the window offers where a provider said no: another way to send the secret, and the redirect doctor.

#![cfg(target_os = "linux")]

use std::time::Duration;

use grantkeep_core::model::{ClientAuthentication, Draft, RedirectMethod};
use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Outcome, ensure, play, wait_within};

#[tokio::test]
async fn a_refused_client_is_tried_the_other_way_with_one_click() {
    play("a_refused_client_is_tried_the_other_way_with_one_click", other_way).await;
}

#[tokio::test]
async fn the_redirect_doctor_finds_what_differs() {
    play("the_redirect_doctor_finds_what_differs", redirect_doctor).await;
}

/// A client that takes `client_secret_post` alone, and a service that says Basic.
async fn other_way(desktop: &mut Desktop) -> Outcome {
    let secret = desktop.provider.secret(Client::Post).unwrap_or_default().to_owned();
    let wrong =
        Draft { client_authentication: ClientAuthentication::Basic, ..desktop.provider.draft(Client::Post) };
    desktop.window.add_and_authorize(&wrong, Some(&secret)).await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_text("state-card", "refused the client").await?;
    desktop.window.wait("raw-answer").await?;
    desktop.browser.close_tab().await?;

    desktop.window.click("action-try-post").await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_headline("active").await?;
    desktop.browser.close_tab().await?;
    desktop.window.wait_text("history", "in the body (POST) from here on: that worked").await?;
    desktop.window.click("action-refresh").await?;
    desktop.window.wait_text("history", "Refreshed").await?;
    let asked = desktop.provider.stats().await.last_token_request;
    ensure(asked.is_some_and(|asked| asked.client_authentication == "post"), "the service kept it")?;

    let other = Draft {
        title: "Neither".to_owned(),
        client_id: "nobody".to_owned(),
        ..desktop.provider.draft(Client::Post)
    };
    let mended = Draft { client_id: desktop.provider.draft(Client::Basic).client_id, ..other };
    desktop.window.add_and_authorize(&mended, Some("not-the-secret")).await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_text("state-card", "refused the client").await?;
    desktop.browser.close_tab().await?;
    desktop.window.click("action-try-basic").await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_text("state-card", "was refused, too; the service is as it was").await?;
    desktop.window.wait("action-try-basic-raw").await
}

/// The client has one redirect URI registered, and the service sends another one.
async fn redirect_doctor(desktop: &mut Desktop) -> Outcome {
    let registered = desktop.provider.strict_redirect_uri().to_owned();
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Strict), None).await?;
    let address = desktop.browser.tab(&format!("{}/auth", desktop.issuer())).await?;
    let page = desktop.browser.words("redirect_uri").await?;
    ensure(!desktop.window.has("redirect-doctor").await?, "nothing is offered before 20 seconds are over")?;
    wait_within(Duration::from_secs(40), "the redirect doctor", async || {
        Ok(desktop.window.has("redirect-doctor").await?.then_some(()))
    })
    .await?;

    desktop.window.fill("doctor-text", page.replace(['\n', '\t'], " ").trim()).await?;
    desktop.window.wait_text("doctor-verdict", "shows none").await?;
    desktop.window.fill("doctor-text", &address).await?;
    desktop.window.wait_text("doctor-verdict", "repeats the redirect URI that was sent").await?;
    desktop.window.fill("doctor-text", &registered).await?;
    let said = desktop.window.wait_text("doctor-verdict", "the port (8765 in the place of").await?;
    ensure(said.contains("the path (/cb in the place of /callback/practice-"), "the path is named, too")?;
    ensure(said.contains("on Practice's page"), "it says where to change it")?;
    let marked = desktop.window.run(MARKED).await?;
    ensure(marked.as_str().is_some_and(|marked| marked.contains("/cb")), "the characters are marked")?;
    desktop.window.click("doctor-copy").await?;
    desktop.window.wait_text("doctor-copy", "Copied").await?;
    desktop.browser.close_tab().await?;

    // The service is changed to the registered one, as a person does who may not change the client.
    desktop.window.click("pending-cancel").await?;
    desktop.window.edit().await?;
    let mended = Draft {
        redirect_method: RedirectMethod::LoopbackFixed,
        redirect_port: "8765".to_owned(),
        redirect_path: "/cb".to_owned(),
        ..desktop.provider.draft(Client::Strict)
    };
    desktop.window.fill_form(&mended, None).await?;
    desktop.window.save_form().await?;
    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await
}

const MARKED: &str = "return [...document.querySelectorAll('[data-testid=redirect-doctor] del')]\
     .map((mark) => mark.textContent).join(' ');";
