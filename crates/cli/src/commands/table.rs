//! Accounts as a table, and one account in detail.

use grantkeep_api::views::AccountView;

use crate::words;

/// How the table may look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Columns of the terminal; `None` = lines are not cut.
    pub(crate) width: Option<usize>,
    /// Colours may be used.
    pub(crate) colour: bool,
}

/// A line an account, under a head.
pub(crate) fn table<'a>(
    accounts: impl IntoIterator<Item = &'a AccountView>,
    now_ms: i64,
    look: Look,
) -> String {
    let mut rows = vec![Row { cells: ["ACCOUNT", "STATUS", "LIFE", ""].map(str::to_owned), colour: None }];
    rows.extend(accounts.into_iter().map(|account| Row {
        cells: [
            account.id.clone(),
            words::headline(account.headline).to_owned(),
            words::life(account, now_ms),
            words::plain(&words::remark(account, now_ms)),
        ],
        colour: look.colour.then(|| words::colour(account.group)),
    }));
    let widths = [0, 1, 2].map(|column| rows.iter().map(|row| length(&row.cells[column])).max().unwrap_or(0));
    rows.iter().map(|row| row.line(widths, look.width)).collect()
}

/// One account, a line a fact.
pub(crate) fn detail(account: &AccountView, now_ms: i64, look: Look) -> String {
    let ago = |at_ms: i64| format!("{} ago", words::span((now_ms - at_ms).max(0)));
    let mut facts = vec![("status", words::headline(account.headline).to_owned())];
    if let Some(grant) = &account.grant {
        facts.push(("life", words::life(account, now_ms)));
        let refreshes = |at_ms: i64| format!("in {}", words::span((at_ms - now_ms).max(0)));
        facts.push(("refreshes", grant.refreshes_at_ms.map(refreshes).unwrap_or_default()));
        facts.push(("refreshed", grant.last_refresh_at_ms.map(ago).unwrap_or_default()));
        facts.push(("authorized", ago(grant.authorized_at_ms)));
        let granted = grant.scopes.iter().filter(|scope| scope.granted).map(|scope| scope.scope.as_str());
        facts.push(("scopes", granted.collect::<Vec<_>>().join(" ")));
    }
    if let Some(identity) = &account.identity {
        let name = identity.email.as_ref().or(identity.name.as_ref()).unwrap_or(&identity.subject);
        facts.push(("identity", name.clone()));
    }
    facts.push(("remark", words::remark(account, now_ms)));
    if let Some(trouble) = &account.trouble {
        facts.push(("why", trouble.problem.detail.clone()));
        facts.push(("provider", trouble.problem.provider_said.clone().unwrap_or_default()));
        facts.push(("next", trouble.problem.hint.clone()));
    }
    let mut text = format!("{}\n", account.id);
    for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        let line = format!("  {name:<10}  {}", words::plain(fact));
        text.push_str(&cut(&line, look.width));
        text.push('\n');
    }
    text
}

struct Row {
    cells: [String; 4],
    colour: Option<&'static str>,
}

impl Row {
    fn line(&self, widths: [usize; 3], width: Option<usize>) -> String {
        let [account, status, life, remark] = &self.cells;
        let pad = |cell: &str, width: usize| " ".repeat(width.saturating_sub(length(cell)) + GAP);
        let before = format!("{account}{}", pad(account, widths[0]));
        let after = format!("{}{life}{}{remark}", pad(status, widths[1]), pad(life, widths[2]));
        let line = cut(format!("{before}{status}{after}").trim_end(), width);
        let Some(colour) = self.colour else { return format!("{line}\n") };
        // Coloured after it was cut: escape sequences have no width.
        let at = before.len().min(line.len());
        let (before, rest) = line.split_at_checked(at).unwrap_or((&line, ""));
        let word = if rest.starts_with(status.as_str()) { status.len() } else { rest.len() };
        let (word, after) = rest.split_at(word);
        format!("{before}\x1b[{colour}m{word}\x1b[0m{after}\n")
    }
}

/// Cuts a line to the terminal's width.
fn cut(line: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if length(line) > width => {
            line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
        }
        _ => line.to_owned(),
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_its_terminal() {
        let row = |colour| Row { cells: ["a/b", "active", "5 min left", "fine"].map(str::to_owned), colour };
        let cases = [
            (None, None, "a/b   active  5 min left  fine\n", "not cut"),
            (None, Some(12), "a/b   activ…\n", "cut with an ellipsis"),
            (
                Some("32"),
                Some(80),
                "a/b   \x1b[32mactive\x1b[0m  5 min left  fine\n",
                "the status alone is coloured",
            ),
            (Some("32"), Some(9), "a/b   \x1b[32mac…\x1b[0m\n", "colours are closed when cut"),
            (Some("32"), Some(3), "a/…\x1b[32m\x1b[0m\n", "hardly any terminal"),
        ];
        for (colour, width, line, why) in cases {
            assert_eq!(row(colour).line([4, 6, 10], width), line, "{why}");
        }
    }
}
