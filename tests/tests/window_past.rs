//! Activity, the chart and the forecast in the real window.

#![cfg(target_os = "linux")]

use grantkeep_tests::Client;
use grantkeep_tests::desktop::{Desktop, Outcome, clipboard, ensure, play, wait_until};

#[tokio::test]
async fn what_happened_and_what_comes_is_shown_and_taken_away() {
    play("what_happened_and_what_comes_is_shown_and_taken_away", past).await;
}

/// Authorize → activity, live, filtered, copied as CSV → the chart → a date ahead → reauthorized in a sitting.
async fn past(desktop: &mut Desktop) -> Outcome {
    desktop.window.add_and_authorize(&desktop.provider.draft(Client::Public), None).await?;
    desktop.agree_and_wait("ada").await?;
    desktop.window.wait_text("life-spans", "Good for 100% of the time, no gap").await?;

    desktop.window.click("nav-activity").await?;
    wait_line(desktop, "Authorized").await?;
    desktop.window.click("nav-accounts").await?;
    desktop.window.click("action-refresh").await?;
    desktop.window.wait_text("history", "efreshed").await?;
    desktop.window.click("nav-activity").await?;
    wait_line(desktop, "Refreshed").await?;
    desktop.window.click("topic-refreshes").await?;
    wait_until("the other lines to go", async || {
        Ok((!lines(desktop).await?.contains("Authorized")).then_some(()))
    })
    .await?;
    desktop.window.click("export").await?;
    desktop.window.click("export-copy").await?;
    desktop.window.wait_text("toast", "copied as CSV").await?;
    let csv = clipboard::read(&desktop.session)?;
    ensure(csv.starts_with("id,at,account,what,text,"), "the clipboard has the lines as CSV")?;
    ensure(csv.lines().count() == 2 && csv.contains(",practice/default,refreshed,"), "and those alone")?;

    desktop.window.click("nav-accounts").await?;
    desktop.window.choose("field-grant-life", "7").await?;
    desktop.window.click("nav-forecast").await?;
    desktop.window.wait_text("ahead-week", "You said that a grant lasts 7 days").await?;
    desktop.window.click("sitting-start").await?;
    desktop.agree("ada", &[]).await?;
    desktop.window.wait_text("sitting", "1 account reauthorized").await?;
    desktop.window.click("sitting-close").await?;
    desktop.window.wait_gone("sitting").await
}

async fn wait_line(desktop: &Desktop, part: &str) -> Outcome {
    wait_until(&format!("a line with {part}"), async || {
        Ok(lines(desktop).await?.contains(part).then_some(()))
    })
    .await
}

/// What the lines of the activity page show. The driver's own idea of it leaves out cells that cut their text.
async fn lines(desktop: &Desktop) -> Outcome<String> {
    let shown =
        desktop.window.run("return document.querySelector('[data-testid=activity-list]')?.innerText ?? ''");
    Ok(shown.await?.as_str().unwrap_or_default().to_owned())
}
