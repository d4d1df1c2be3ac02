//! What a revocation did, and whether it did anything.

use std::sync::mpsc;

use grantkeep_api::Agent;
use grantkeep_api::views::{Code, Problem, ReceiptLine, ReceiptView, TokenFate};

use super::json;
use super::table::{Cell, Look, Table};
use crate::exit::Stop;
use crate::terminal::{Terminal, Typed};
use crate::{clock, messages, output, words};

/// Writes a receipt.
///
/// # Errors
/// As [`output::write`].
pub(crate) fn write(receipt: &ReceiptView, as_json: bool) -> Result<(), Stop> {
    if as_json {
        return json::write(&json::receipt(receipt));
    }
    output::write(&text(receipt, clock::now_ms(), Look::of_output()))
}

/// The receipt once its tokens are tried; Ctrl-C ends the trials, as the revocation itself is done.
///
/// # Errors
/// The agent is gone.
pub(crate) fn followed(agent: &Agent, receipt: ReceiptView) -> Result<ReceiptView, Stop> {
    let Some(id) = receipt.id.clone().filter(|_| receipt.is_trying()) else { return Ok(receipt) };
    let terminal = Terminal::take();
    let (sender, heard) = mpsc::channel();
    watch(agent.clone(), id.clone(), sender.clone());
    if let Some(mut keyboard) = terminal.as_ref().and_then(|terminal| terminal.keyboard().ok()) {
        std::thread::spawn(move || {
            while !matches!(keyboard.next(), Ok(Typed::Interrupted) | Err(_)) {}
            let _ = sender.send(None);
        });
    }
    let mut latest = receipt;
    while latest.is_trying() {
        messages::progress(&progress(&latest));
        latest = match heard.recv() {
            Ok(Some(changed)) => changed?,
            Ok(None) | Err(_) => agent.stop_trying(&id)?,
        };
    }
    messages::end_progress();
    Ok(latest)
}

/// Asks for the receipt until its tokens are tried.
fn watch(agent: Agent, id: String, sender: mpsc::Sender<Option<Result<ReceiptView, Problem>>>) {
    std::thread::spawn(move || {
        loop {
            let receipt = agent.receipt(&id);
            let goes_on = receipt.as_ref().is_ok_and(ReceiptView::is_trying);
            if sender.send(Some(receipt)).is_err() || !goes_on {
                return;
            }
        }
    });
}

fn progress(receipt: &ReceiptView) -> String {
    let tried = receipt.lines.iter().filter(|line| line.fate == TokenFate::Trying);
    let what: Vec<_> = tried.map(|line| line.what.to_lowercase()).collect();
    format!("revoked · trying until it is refused: {} · ctrl-c ends that", words::plain(&what.join(", ")))
}

/// The problem of a revocation after which no token is dead.
pub(crate) fn nothing_revoked(receipt: &ReceiptView) -> Option<Problem> {
    if receipt.lines.iter().any(|line| line.dead) {
        return None;
    }
    let problem = Problem::new(Code::NoRevocation, "no token was revoked");
    let lives = receipt.lines.iter().any(|line| line.fate == TokenFate::Lives);
    Some(if lives { problem.detail("the provider accepts the token all the same") } else { problem })
}

fn text(receipt: &ReceiptView, now_ms: i64, look: Look) -> String {
    if receipt.lines.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["TOKEN", "NOW", "HOW IT IS KNOWN"]);
    for line in &receipt.lines {
        table.row([Cell::plain(&line.what), now(line), Cell::plain(how(line, now_ms))]);
    }
    table.text(look)
}

fn now(line: &ReceiptLine) -> Cell {
    match line.fate {
        TokenFate::Dead => Cell::coloured("dead", "32"),
        TokenFate::Said => Cell::coloured("taken back", "32"),
        TokenFate::Lives => Cell::coloured("lives", "31"),
        TokenFate::Unknown => Cell::coloured("may live", "33"),
        TokenFate::Trying => Cell::coloured("being tried", "33"),
    }
}

fn how(line: &ReceiptLine, now_ms: i64) -> String {
    let end = match (line.fate, line.lives_until_ms) {
        (TokenFate::Lives | TokenFate::Unknown, Some(at_ms)) => {
            format!(" It ends by itself in {}.", words::span((at_ms - now_ms).max(0)))
        }
        (TokenFate::Lives, None) => " Nobody knows when it ends.".to_owned(),
        (TokenFate::Dead | TokenFate::Said | TokenFate::Unknown | TokenFate::Trying, _) => String::new(),
    };
    format!("{}{end}", words::plain(&line.how))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(&str, TokenFate, Option<i64>)]) -> ReceiptView {
        let line = |(what, fate, lives_until_ms): &(&str, TokenFate, Option<i64>)| ReceiptLine {
            what: (*what).to_owned(),
            how: "This is how.".to_owned(),
            dead: matches!(fate, TokenFate::Dead | TokenFate::Said),
            fate: *fate,
            dead_at_ms: None,
            lives_until_ms: *lives_until_ms,
        };
        ReceiptView { at_ms: 0, lines: lines.iter().map(line).collect(), page: None, id: None }
    }

    #[test]
    fn a_receipt_says_what_is_dead_and_what_lives_on() {
        let receipt = of(&[
            ("Access token", TokenFate::Dead, None),
            ("Refresh token", TokenFate::Said, None),
            ("Access token", TokenFate::Lives, Some(3_600_000)),
            ("Access token", TokenFate::Lives, None),
            ("Refresh token", TokenFate::Unknown, None),
        ]);

        assert_eq!(
            text(&receipt, 0, Look { width: None, colour: false }),
            "TOKEN          NOW         HOW IT IS KNOWN\n\
             Access token   dead        This is how.\n\
             Refresh token  taken back  This is how.\n\
             Access token   lives       This is how. It ends by itself in 1 h.\n\
             Access token   lives       This is how. Nobody knows when it ends.\n\
             Refresh token  may live    This is how.\n"
        );
        assert!(nothing_revoked(&receipt).is_none());
    }

    #[test]
    fn a_revocation_that_ended_nothing_is_a_problem() {
        let problem = nothing_revoked(&of(&[("Access token", TokenFate::Lives, None)])).unwrap();

        assert_eq!(problem.code, Code::NoRevocation);
        assert_eq!(problem.detail, "the provider accepts the token all the same");
    }

    #[test]
    fn progress_names_what_is_being_tried() {
        let receipt =
            of(&[("Access token", TokenFate::Trying, None), ("Refresh token", TokenFate::Dead, None)]);
        assert!(progress(&receipt).contains("refused: access token ·"));
    }
}
