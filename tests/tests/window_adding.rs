//! Services that are added from elsewhere: a provider of the catalog, one that tells of itself, a pasted text.

#![cfg(target_os = "linux")]

use grantkeep_tests::desktop::{Desktop, Outcome, clipboard, ensure, play};
use grantkeep_tests::{Client, Settings};

#[tokio::test]
async fn a_catalog_provider_is_added_in_three_steps() {
    play("a_catalog_provider_is_added_in_three_steps", three_steps).await;
}

#[tokio::test]
async fn a_provider_that_tells_of_itself_registers_the_client() {
    play("a_provider_that_tells_of_itself_registers_the_client", discovered).await;
}

#[tokio::test]
async fn a_pasted_command_fills_in_the_form_without_its_secret() {
    play("a_pasted_command_fills_in_the_form_without_its_secret", pasted).await;
}

/// A provider at a host of one's own; its addresses are then changed to those of the one that runs here.
async fn three_steps(desktop: &mut Desktop) -> Outcome {
    let (window, provider) = (&desktop.window, &desktop.provider);
    let draft = provider.draft(Client::Post);
    let secret = provider.secret(Client::Post).unwrap_or_default();
    window.click("welcome-add").await?;
    window.fill("provider-search", "nextcl").await?;
    window.click("provider-nextcloud").await?;

    window.fill("field-variables.host", "cloud.acme.example").await?;
    window.click("redirect-toggle").await?;
    window.choose_segment("redirect_method-loopback").await?;
    window.wait_text("redirect-uri", "http://127.0.0.1/callback/nextcloud-").await?;
    window.click("step-next").await?;
    window.fill("field-client_id", &draft.client_id).await?;
    window.fill("field-client_secret", secret).await?;
    window.click("step-back").await?;
    ensure(value(desktop, "field-variables.host").await? == "cloud.acme.example", "Back loses nothing")?;
    window.click("step-next").await?;
    ensure(value(desktop, "field-client_id").await? == draft.client_id, "nor does going on")?;
    window.click("step-next").await?;
    window.fill("field-scopes", "openid notes.read").await?;
    window.click("settings-toggle").await?;
    let token_uri = value(desktop, "field-token_uri").await?;
    ensure(token_uri == "https://cloud.acme.example/index.php/apps/oauth2/api/v1/token", token_uri)?;
    window.fill("field-authorize_uri", &draft.authorize_uri).await?;
    window.fill("field-token_uri", &draft.token_uri).await?;
    window.fill("field-test_uri", &draft.test_uri).await?;
    window.click("save-authorize").await?;

    is_active(desktop).await
}

async fn discovered(desktop: &mut Desktop) -> Outcome {
    let (window, provider) = (&desktop.window, &desktop.provider);
    provider.set(Settings { initial_access_token: Some("let-me-in"), ..Settings::default() }).await;
    window.click("welcome-add").await?;
    window.fill("provider-search", &provider.issuer).await?;
    window.click("provider-none-discover").await?;
    window.wait_text("facts", &provider.token_uri).await?;
    window.click("discover-use").await?;

    window.fill("field-title", "Found").await?;
    window.click("save-authorize").await?;
    window.wait_text("form-problem", "registers clients only for whom it knows").await?;
    window.fill("field-initial_access_token", "let-me-in").await?;
    window.click("save-authorize").await?;

    is_active(desktop).await?;
    desktop.window.edit().await?;
    let client_id = value(desktop, "field-client_id").await?;
    ensure(desktop.provider.registered(&client_id).await.is_some(), "the provider knows the client")
}

async fn pasted(desktop: &mut Desktop) -> Outcome {
    let (window, provider) = (&desktop.window, &desktop.provider);
    let draft = provider.draft(Client::Basic);
    let secret = provider.secret(Client::Basic).unwrap_or_default();
    let command = format!(
        "curl {} -u '{}:{secret}' -d grant_type=authorization_code -d code=x -d scope='openid notes.read'",
        draft.token_uri, draft.client_id
    );
    clipboard::write(&desktop.session, &command).await?;
    window.click("welcome-add").await?;
    window.paste("provider-search").await?;
    window.wait_text("paste-taken", &draft.client_id).await?;
    window.wait_text("paste-left-out", "The code was left out").await?;
    window.click("paste-use").await?;

    window.wait_text("pasted-secret", "The agent keeps it").await?;
    window.fill("field-title", "Pasted").await?;
    window.fill("field-authorize_uri", &draft.authorize_uri).await?;
    window.fill("field-test_uri", &draft.test_uri).await?;
    let page = window.run(PAGE).await?.to_string();
    ensure(page.contains(&draft.client_id) && !page.contains(secret), "the secret is not on the page")?;
    window.click("save-authorize").await?;

    is_active(desktop).await
}

/// What the page shows and holds in its fields.
const PAGE: &str = r#"
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    return document.documentElement.outerHTML + fields.join(" ");
"#;

async fn value(desktop: &Desktop, testid: &str) -> Outcome<String> {
    desktop.window.wait(testid).await?;
    let field = format!("return document.querySelector('[data-testid=\"{testid}\"]').value");
    Ok(desktop.window.run(&field).await?.as_str().unwrap_or_default().to_owned())
}

/// The person agrees; the token is good.
async fn is_active(desktop: &Desktop) -> Outcome {
    desktop.window.wait_gone("service-sheet").await?;
    desktop.agree_and_wait("ada").await?;
    let token = desktop.copy_token().await?;
    ensure(desktop.provider.honours(&token).await, "the token is good")
}
