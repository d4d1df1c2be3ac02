//! Accounts as JSON: stable names, RFC 3339 in UTC; what is not known is `null`.

use grantkeep_api::views::{AccountView, Activity, Group, Note};
use serde_json::{Value, json};

use crate::clock::rfc3339;

/// An array of accounts.
pub(crate) fn accounts<'a>(accounts: impl IntoIterator<Item = &'a AccountView>) -> Value {
    accounts.into_iter().map(account).collect()
}

fn account(account: &AccountView) -> Value {
    let grant = account.grant.as_ref();
    let time = |at_ms: Option<i64>| at_ms.map(rfc3339);
    let scopes: Vec<&str> = grant
        .map(|grant| {
            grant.scopes.iter().filter(|scope| scope.granted).map(|scope| scope.scope.as_str()).collect()
        })
        .unwrap_or_default();
    let missing = account.notes.iter().find_map(|note| match note {
        Note::ScopesMissing { missing, .. } => Some(missing.as_slice()),
        _ => None,
    });
    let next_try_at = match account.activity {
        Activity::Retrying { next_try_at_ms, .. } => Some(next_try_at_ms),
        _ => None,
    };
    json!({
        "account": account.id,
        "title": account.title,
        "service_title": account.service_title,
        "state": account.token_state,
        "headline": account.headline,
        "needs_attention": account.group == Group::NeedsAttention,
        "expires_at": time(grant.and_then(|grant| grant.expires_at_ms)),
        "refreshes_at": time(grant.and_then(|grant| grant.refreshes_at_ms)),
        "last_refresh_at": time(grant.and_then(|grant| grant.last_refresh_at_ms)),
        "authorized_at": time(grant.map(|grant| grant.authorized_at_ms)),
        "has_refresh_token": grant.is_some_and(|grant| grant.has_refresh_token),
        "scopes": scopes,
        "missing_scopes": missing.unwrap_or_default(),
        "identity": account.identity,
        "link_expires_at": time(account.pending.as_ref().map(|pending| pending.expires_at_ms)),
        "next_try_at": time(next_try_at),
        "problem": account.trouble.as_ref().map(|trouble| &trouble.problem),
        "problem_since": time(account.trouble.as_ref().map(|trouble| trouble.since_ms)),
    })
}
