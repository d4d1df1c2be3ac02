//! What a person sees in the window when something goes wrong, and how it is mended there.

#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use grantkeep_core::model::{Draft, RedirectMethod};
use grantkeep_tests::desktop::{Desktop, Outcome, ensure, play};
use grantkeep_tests::{Bystander, Client};

#[tokio::test]
async fn an_answer_other_than_the_one_asked_for_is_shown() {
    play("an_answer_other_than_the_one_asked_for_is_shown", other_answers).await;
}

#[tokio::test]
async fn wrong_settings_are_named_and_mended() {
    play("wrong_settings_are_named_and_mended", wrong_settings).await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_new_host_until_it_is_confirmed() {
    play("nothing_is_sent_to_a_new_host_until_it_is_confirmed", new_host).await;
}

#[tokio::test]
async fn a_link_is_worthless_after_its_time() {
    play("a_link_is_worthless_after_its_time", expired_link).await;
}

#[tokio::test]
async fn a_pending_authorization_outlives_the_window_and_the_grant_outlives_the_provider() {
    play("a_pending_authorization_outlives_the_window_and_the_grant_outlives_the_provider", outages).await;
}

/// Refused, less than asked for, and somebody else.
async fn other_answers(desktop: &mut Desktop) -> Outcome {
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Public), None).await?;
    desktop.browser.log_in(desktop.issuer(), "ada").await?;
    desktop.browser.refuse().await?;
    desktop.window.wait_headline("not_authorized").await?;
    desktop.window.wait_text("state-card", "refused").await?;
    desktop.browser.close_tab().await?;

    desktop.window.click("action-authorize").await?;
    desktop.agree("ada", &["notes.write"]).await?;
    desktop.window.wait_headline("scopes_missing").await?;
    desktop.window.wait_text("state-card", "notes").await?;
    desktop.browser.close_tab().await?;
    desktop.window.click("action-accept-scopes").await?;
    desktop.window.wait_headline("active").await?;

    desktop.window.click("more").await?;
    desktop.window.click("menu-authorize").await?;
    desktop.agree("grace", &[]).await?;
    desktop.window.wait_text("note-somebody-else", "grace").await?;
    desktop.browser.close_tab().await?;
    desktop.window.click("choice-new-account").await?;
    desktop.window.fill("name", "Grace").await?;
    desktop.window.click("name-save").await?;
    desktop.window.wait_gone("name-dialog").await?;
    desktop.window.select("practice/grace").await?;
    desktop.window.wait_headline("active").await?;
    let of_grace = desktop.copy_token().await?;
    desktop.window.select("practice/default").await?;
    let of_ada = desktop.copy_token().await?;
    ensure(of_ada != of_grace, "each account has its own token")
}

/// A client secret that the provider refuses, then a port that somebody else has.
async fn wrong_settings(desktop: &mut Desktop) -> Outcome {
    let draft = desktop.provider.draft(Client::Basic);
    desktop.window.add_and_authorize(&draft, Some("not-the-secret")).await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_text("state-card", "client").await?;
    desktop.browser.close_tab().await?;

    desktop.window.edit().await?;
    desktop.window.choose_segment("secret_plan-replace").await?;
    let secret = desktop.provider.secret(Client::Basic).unwrap_or_default().to_owned();
    desktop.window.fill("field-client_secret", &secret).await?;
    desktop.window.save_form().await?;
    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await?;

    desktop.window.edit().await?;
    desktop.window.choose_segment("secret_plan-replace").await?;
    desktop.window.fill("field-client_secret", "not-the-secret").await?;
    desktop.window.save_form().await?;
    desktop.window.click("action-refresh").await?;
    desktop.window.wait_headline("check_settings").await?;
    desktop.window.edit().await?;
    desktop.window.choose_segment("secret_plan-replace").await?;
    desktop.window.fill("field-client_secret", &secret).await?;
    desktop.window.save_form().await?;
    desktop.window.click("action-refresh").await?;
    desktop.window.wait_headline("active").await?;

    let neighbour = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = neighbour.local_addr()?.port().to_string();
    let fixed = Draft {
        title: "Busy port".to_owned(),
        redirect_method: RedirectMethod::LoopbackFixed,
        redirect_port: port.clone(),
        ..desktop.provider.draft(Client::Public)
    };
    desktop.window.add_and_authorize(&fixed, None).await?;
    desktop.window.wait_text("refusal", &port).await?;
    drop(neighbour);
    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await
}

/// An edited token URI (R-ST-14).
async fn new_host(desktop: &mut Desktop) -> Outcome {
    let draft = desktop.provider.draft(Client::Basic);
    let secret = desktop.provider.secret(Client::Basic).unwrap_or_default().to_owned();
    let token_uri = draft.token_uri.clone();
    desktop.window.add_and_authorize(&draft, Some(&secret)).await?;
    desktop.agree_and_wait("ada").await?;

    // Another name of this machine, so that nothing else is in the way of a request.
    let elsewhere = Bystander::listen();
    desktop.window.edit().await?;
    let address = elsewhere.url("/token").replace("127.0.0.1", "localhost");
    desktop.window.fill("field-token_uri", &address).await?;
    desktop.window.wait("form-hosts").await?;
    desktop.window.save_form().await?;
    desktop.window.wait_text("note-hosts-to-confirm", "localhost").await?;
    ensure(!desktop.window.has("action-refresh").await?, "nothing can be refreshed there")?;
    ensure(elsewhere.connections() == 0, "nothing was sent to the new host")?;

    desktop.window.click("confirm-hosts").await?;
    desktop.window.fill("confirm-hosts-secret", &secret).await?;
    desktop.window.click("confirm-hosts-save").await?;
    desktop.window.wait_gone("note-hosts-to-confirm").await?;
    desktop.window.edit().await?;
    desktop.window.fill("field-token_uri", &token_uri).await?;
    desktop.window.save_form().await?;
    desktop.window.wait_headline("active").await
}

/// Thirty seconds are the shortest life of a link.
async fn expired_link(desktop: &mut Desktop) -> Outcome {
    let draft = Draft { link_timeout_s: 30, ..desktop.provider.draft(Client::Public) };
    desktop.window.add_and_authorize(&draft, None).await?;
    desktop.browser.log_in(desktop.issuer(), "ada").await?;

    desktop.window.wait_headline_within(Duration::from_secs(45), "not_authorized").await?;
    desktop.browser.consent(&[]).await?;

    desktop.window.wait_text("state-card", "no longer good").await?;
    ensure(desktop.provider.stats().await.exchanges() == 0, "the code was never exchanged")?;

    desktop.browser.close_tab().await?;
    desktop.window.click("action-authorize").await?;
    desktop.agree_and_wait("ada").await
}

/// The window is killed while an authorization waits; then window and agent; then the provider is gone.
async fn outages(desktop: &mut Desktop) -> Outcome {
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Public), None).await?;
    desktop.browser.log_in(desktop.issuer(), "ada").await?;
    desktop.restart_window().await?;
    desktop.window.wait_headline("waiting").await?;
    desktop.browser.consent(&[]).await?;
    desktop.window.wait_headline("active").await?;
    desktop.browser.close_tab().await?;

    desktop.window.click("more").await?;
    desktop.window.click("menu-authorize").await?;
    desktop.browser.log_in(desktop.issuer(), "ada").await?;
    desktop.restart_everything().await?;
    desktop.window.wait_headline("waiting").await?;
    desktop.browser.consent(&[]).await?;
    desktop.window.wait_headline("active").await?;

    let token = desktop.copy_token().await?;
    desktop.provider.stop();
    desktop.window.click("action-refresh").await?;
    desktop.window.wait_headline("retrying").await?;
    desktop.window.wait_text("state-card", "Nothing answers at 127.0.0.1").await?;
    ensure(desktop.copy_token().await? == token, "the token is kept and can be copied meanwhile")
}
