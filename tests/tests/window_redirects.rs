//! The way back from the browser, once per redirect method. Loopback with any port is in `window_main_job.rs`.

#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, TcpListener};

use grantkeep_core::model::{Draft, RedirectMethod};
use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Outcome, ensure, play};

#[tokio::test]
async fn a_redirect_comes_back_by_each_method() {
    play("a_redirect_comes_back_by_each_method", each_method).await;
}

async fn each_method(desktop: &mut Desktop) -> Outcome {
    let plain = desktop.provider.draft(Client::Public);
    by_fixed_port(desktop, &plain).await?;
    by_paste(desktop, &plain).await?;
    by_scheme(desktop, &plain).await
}

async fn by_fixed_port(desktop: &Desktop, plain: &Draft) -> Outcome {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let draft = Draft {
        title: "Fixed port".to_owned(),
        redirect_method: RedirectMethod::LoopbackFixed,
        redirect_port: port.to_string(),
        redirect_path: "/back".to_owned(),
        ..plain.clone()
    };
    let expected = format!("http://127.0.0.1:{port}/back");

    desktop.window.open_form().await?;
    desktop.window.fill_form(&draft, None).await?;
    desktop.window.wait_text("redirect-uri", &expected).await?;
    desktop.window.click("save-authorize").await?;
    desktop.agree("ada", &[]).await?;
    desktop.browser.tab(&expected).await?;

    is_active(desktop).await
}

async fn by_paste(desktop: &Desktop, plain: &Draft) -> Outcome {
    let registered = "https://example.com/paste";
    let draft = Draft {
        title: "Paste".to_owned(),
        redirect_method: RedirectMethod::Paste,
        redirect_uri: registered.to_owned(),
        ..plain.clone()
    };

    desktop.window.add_and_authorize(&draft, None).await?;
    desktop.agree("ada", &[]).await?;
    let address = desktop.browser.tab(registered).await?;
    desktop.window.fill("pending-paste", &address).await?;
    desktop.window.click("pending-paste-use").await?;

    is_active(desktop).await
}

async fn by_scheme(desktop: &Desktop, plain: &Draft) -> Outcome {
    let draft =
        Draft { title: "Scheme".to_owned(), redirect_method: RedirectMethod::Scheme, ..plain.clone() };

    desktop.window.add_and_authorize(&draft, None).await?;
    desktop.agree("ada", &[]).await?;

    is_active(desktop).await
}

async fn is_active(desktop: &Desktop) -> Outcome {
    desktop.window.wait_headline("active").await?;
    desktop.browser.close_tab().await?;
    let token = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&token).await, "the token is good")
}
