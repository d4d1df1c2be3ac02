//! What a revocation did, and whether it did anything.

use grantkeep_api::views::{Code, Problem, ReceiptView};

use super::json;
use super::table::{Cell, Look, Table};
use crate::exit::Stop;
use crate::output;

/// Writes a receipt.
///
/// # Errors
/// As [`output::write`].
pub(crate) fn write(receipt: &ReceiptView, as_json: bool) -> Result<(), Stop> {
    if as_json {
        return json::write(&json::receipt(receipt));
    }
    output::write(&text(receipt, Look::of_output()))
}

/// The problem of a revocation after which no token is dead.
pub(crate) fn nothing_revoked(receipt: &ReceiptView) -> Option<Problem> {
    if receipt.lines.iter().any(|line| line.dead) {
        return None;
    }
    let problem = Problem::new(Code::NoRevocation, "no token was revoked");
    Some(match &receipt.page {
        Some(page) => {
            problem.detail("this service takes tokens back by hand only").hint(format!("open {page}"))
        }
        None => problem,
    })
}

fn text(receipt: &ReceiptView, look: Look) -> String {
    if receipt.lines.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["TOKEN", "NOW", "HOW IT IS KNOWN"]);
    for line in &receipt.lines {
        let now = if line.dead { Cell::coloured("dead", "32") } else { Cell::coloured("may live", "33") };
        table.row([Cell::plain(&line.what), now, Cell::plain(&line.how)]);
    }
    table.text(look)
}

#[cfg(test)]
mod tests {
    use grantkeep_api::views::ReceiptLine;

    use super::*;

    #[test]
    fn a_receipt_says_what_is_dead() {
        let receipt = of(&[("Access token", true), ("Refresh token", false)], None);

        assert_eq!(
            text(&receipt, Look { width: None, colour: false }),
            "TOKEN          NOW       HOW IT IS KNOWN\n\
             Access token   dead      the provider said so\n\
             Refresh token  may live  the provider said so\n"
        );
        assert!(nothing_revoked(&receipt).is_none());
    }

    #[test]
    fn a_revocation_by_hand_is_not_done_yet() {
        let problem =
            nothing_revoked(&of(&[("Access token", false)], Some("https://a.example/apps"))).unwrap();

        assert_eq!(problem.code, Code::NoRevocation);
        assert_eq!(problem.hint, "open https://a.example/apps");
    }

    fn of(lines: &[(&str, bool)], page: Option<&str>) -> ReceiptView {
        let line = |(what, dead): &(&str, bool)| ReceiptLine {
            what: (*what).to_owned(),
            how: "the provider said so".to_owned(),
            dead: *dead,
        };
        ReceiptView { at_ms: 0, lines: lines.iter().map(line).collect(), page: page.map(str::to_owned) }
    }
}
