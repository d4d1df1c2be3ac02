//! The session's clipboard, read as any other program would.

use std::process::Stdio;

use super::{Outcome, Session, wait_until};

/// The text on the clipboard; empty where there is none.
///
/// # Errors
/// xclip is missing.
pub fn read(session: &Session) -> Outcome<String> {
    let mut command = session.command("xclip");
    let output = command.args(["-selection", "clipboard", "-out"]).stderr(Stdio::null()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Puts a text there, so that what comes next is known to be new.
///
/// # Errors
/// xclip is missing, or what it puts there does not come.
pub async fn write(session: &Session, text: &str) -> Outcome {
    let file = session.folder("tmp").join("clipboard");
    std::fs::write(&file, text)?;
    // It stays in the background until another program takes the clipboard over.
    let mut command = session.command("xclip");
    let command = command.args(["-selection", "clipboard", "-in"]).arg(&file);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // Its foreground part may end before the clipboard is its own.
    wait_until("our own text on the clipboard", async || Ok((read(session)? == text).then_some(()))).await
}

/// The text on the clipboard, once it is another one than `before` and not empty.
///
/// # Errors
/// It stays.
pub async fn changed(session: &Session, before: &str) -> Outcome<String> {
    wait_until("something new on the clipboard", async || {
        let text = read(session)?;
        Ok((text != before && !text.is_empty()).then_some(text))
    })
    .await
}
