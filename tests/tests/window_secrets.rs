//! What the web view gets to know.

#![cfg(target_os = "linux")]

use grantkeep_core::model::Draft;
use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Failure, Outcome, Tap, clipboard, ensure, play, wait_until};
use serde_json::Value;

#[tokio::test]
async fn no_secret_crosses_to_the_webview() {
    play("no_secret_crosses_to_the_webview", everything_that_crosses).await;
}

/// Keeps every answer and event that comes to the page, by a wrapped `fetch`, which carries the answers, and by
/// listening as the page itself does.
const RECORD: &str = r#"
    const said = (window.said = []);
    const ask = window.fetch.bind(window);
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        said.push(await answer.clone().text());
        return answer;
    };
    const internals = window.__TAURI_INTERNALS__;
    for (const event of ["change", "select", "agent-lost"]) {
        const handler = internals.transformCallback((payload) => said.push(JSON.stringify(payload)));
        internals.invoke("plugin:event|listen", { event, target: { kind: "Any" }, handler });
    }
"#;

/// What came so far, and what the page shows, holds in its fields and keeps in its stores.
const SAID: &str = r#"
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    const stores = JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);
    const fetched = performance.getEntries().map((entry) => entry.name);
    return [...window.said, document.documentElement.outerHTML, ...fields, stores, ...fetched];
"#;

async fn everything_that_crosses(desktop: &mut Desktop) -> Outcome {
    let provider = &desktop.provider;
    let tap = Tap::to(&provider.token_uri)?;
    let secret = provider.secret(Client::Basic).map(str::to_owned);
    let draft = Draft { token_uri: tap.address().to_owned(), ..provider.draft(Client::Basic) };
    desktop.window.run(RECORD).await?;

    desktop.window.add_and_authorize(&draft, secret.as_deref()).await?;
    let link = copied_link(desktop).await?;
    desktop.agree_and_wait("ada").await?;
    let copied = desktop.copy_token().await?;
    desktop.window.click("action-test").await?;
    desktop.window.wait_text("test-status", "200").await?;
    desktop.window.click("action-refresh").await?;
    wait_until("a second token", async || Ok((tap.values(&["access_token"]).len() > 1).then_some(())))
        .await?;
    desktop.window.wait_headline("active").await?;
    desktop.window.click("action-revoke").await?;
    desktop.window.click("confirm-revoke").await?;
    desktop.window.wait_headline("revoked").await?;

    let mut secrets = tap.values(&["access_token", "refresh_token", "id_token", "code", "code_verifier"]);
    ensure(secrets.len() >= 8, "an exchange with its code and verifier, and two answers with their tokens")?;
    ensure(secrets.contains(&copied), "the copied token is one of them")?;
    secrets.extend(secret);
    secrets.push(parameter(&link, "state")?);
    let crossed = desktop.window.run(SAID).await?;
    let crossed: Vec<&str> = crossed.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for proof in ["\"token_state\":\"active\"", "\"redirect_uri\":", "Water the tomatoes"] {
        ensure(crossed.iter().any(|one| one.contains(proof)), format!("the record is complete: {proof}"))?;
    }
    for one in crossed {
        let leaks = secrets.iter().any(|secret| one.contains(secret.as_str()));
        ensure(!leaks, format!("a secret crossed to the web view in: {one}"))?;
    }
    Ok(())
}

async fn copied_link(desktop: &Desktop) -> Outcome<String> {
    clipboard::write(&desktop.session, "before the link").await?;
    desktop.window.click("pending-copy-link").await?;
    clipboard::changed(&desktop.session, "before the link").await
}

fn parameter(link: &str, name: &str) -> Outcome<String> {
    let link = url::Url::parse(link)?;
    let value = link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    value.ok_or_else(|| Failure::new(format!("the link has no {name}")))
}
