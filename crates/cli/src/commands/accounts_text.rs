//! Accounts as a table, and one account in detail.

use grantkeep_api::views::AccountView;

use super::table::{Cell, Look, Table, cut};
use crate::words;

/// A line an account, under a head.
pub(crate) fn table<'a>(
    accounts: impl IntoIterator<Item = &'a AccountView>,
    now_ms: i64,
    look: Look,
) -> String {
    let mut table = Table::new(["ACCOUNT", "STATUS", "LIFE", ""]);
    for account in accounts {
        table.row([
            Cell::plain(&account.id),
            Cell::coloured(words::headline(account.headline), words::colour(account.group)),
            Cell::plain(words::life(account, now_ms)),
            Cell::plain(words::remark(account, now_ms)),
        ]);
    }
    table.text(look)
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
