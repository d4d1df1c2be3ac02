//! Answers as JSON: stable names, times as RFC 3339 in UTC; what is not known is `null`. docs/cli.md lists them.

use grantkeep_api::views::{
    AccountView, Activity, CheckView, ClaimView, DiscoveryView, Group, InspectionView, IntrospectionView,
    JwtView, Note, PermissionView, Problem, ReceiptLine, ReceiptView, RedirectHelpView, ServiceView,
    TestView,
};
use serde_json::{Value, json};

use crate::exit::Stop;
use crate::output;

use crate::clock::rfc3339;

/// Writes a value as a page for people, which programs read as well.
///
/// # Errors
/// As [`output::write`].
pub(crate) fn write(value: &Value) -> Result<(), Stop> {
    output::write(&format!("{value:#}\n"))
}

/// An array of accounts.
pub(crate) fn accounts<'a>(accounts: impl IntoIterator<Item = &'a AccountView>) -> Value {
    accounts.into_iter().map(account).collect()
}

/// One account.
pub(crate) fn account(account: &AccountView) -> Value {
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
        "api_host": grant.and_then(|grant| grant.api_host.clone()),
        "scopes": scopes,
        "missing_scopes": missing.unwrap_or_default(),
        "identity": account.identity,
        "link_expires_at": time(account.pending.as_ref().map(|pending| pending.expires_at_ms)),
        "next_try_at": time(next_try_at),
        "problem": account.trouble.as_ref().map(|trouble| &trouble.problem),
        "problem_since": time(account.trouble.as_ref().map(|trouble| trouble.since_ms)),
    })
}

/// A service, without its client secret.
pub(crate) fn service(service: &ServiceView) -> Value {
    json!({
        "name": service.name,
        "definition": service.definition,
        "has_client_secret": service.has_client_secret,
        "redirect_uri": service.redirect_uri,
        "hosts_to_confirm": service.hosts_to_confirm,
        "test_host_to_confirm": service.test_host_to_confirm,
        "registration_uri": service.registration_uri,
        "revocation_effect": service.revocation_effect,
        "accounts": service.accounts,
    })
}

/// What a provider tells of itself.
pub(crate) fn discovery(found: &DiscoveryView) -> Value {
    json!({
        "issuer": found.issuer,
        "definition": found.draft,
        "facts": found.facts,
        "registration": found.registration,
        "provider": found.provider,
        "warnings": found.warnings,
    })
}

/// What a revocation did.
pub(crate) fn receipt(receipt: &ReceiptView) -> Value {
    let line = |line: &ReceiptLine| {
        json!({
            "what": line.what,
            "how": line.how,
            "dead": line.dead,
            "fate": line.fate,
            "dead_at": line.dead_at_ms.map(rfc3339),
            "lives_until": line.lives_until_ms.map(rfc3339),
        })
    };
    let tokens: Vec<Value> = receipt.lines.iter().map(line).collect();
    json!({ "at": rfc3339(receipt.at_ms), "tokens": tokens, "page": receipt.page })
}

/// What is inside an account's tokens, and what introspection says of them.
pub(crate) fn inspection(
    inside: &InspectionView,
    said: Option<&IntrospectionView>,
    problem: Option<&Problem>,
) -> Value {
    let jwt = |jwt: &JwtView| {
        json!({
            "verified": jwt.verified,
            "signature": jwt.signature,
            "ends_at": jwt.ends_at_ms.map(rfc3339),
            "header": claims(&jwt.header),
            "claims": claims(&jwt.claims),
        })
    };
    let introspection = |said: &IntrospectionView| {
        json!({
            "at": rfc3339(said.at_ms),
            "active": said.active,
            "scopes": said.scopes,
            "whose": said.whose,
            "ends_at": said.ends_at_ms.map(rfc3339),
            "claims": claims(&said.claims),
        })
    };
    json!({
        "at": rfc3339(inside.at_ms),
        "access_token": inside.access_token.as_ref().map(jwt),
        "id_token": inside.id_token.as_ref().map(jwt),
        "keys_uri": inside.keys_uri,
        "introspection": said.map(introspection),
        "introspection_problem": problem,
    })
}

fn claims(claims: &[ClaimView]) -> Value {
    let claim = |claim: &ClaimView| {
        json!({
            "name": claim.name,
            "meaning": claim.meaning,
            "value": claim.value,
            "at": claim.at_ms.map(rfc3339),
        })
    };
    claims.iter().map(claim).collect()
}

/// What the Test URI answered.
pub(crate) fn test(test: &TestView) -> Value {
    json!({
        "at": rfc3339(test.at_ms),
        "request": test.request,
        "status": test.status,
        "reason": test.reason,
        "took_ms": test.took_ms,
        "headers": test.headers,
        "body": test.body,
        "is_json": test.is_json,
        "truncated": test.truncated,
    })
}

/// A line of the history.
pub(crate) use grantkeep_api::export::event;

/// What a program may do.
pub(crate) fn permission(permission: &PermissionView) -> Value {
    json!({
        "id": permission.id,
        "program": {
            "name": permission.program.name,
            "path": permission.program.path,
            "kind": permission.program.kind,
        },
        "service": permission.service,
        "allowed": permission.allowed,
        "terminal_session": permission.terminal_session,
        "granted_at": rfc3339(permission.granted_at_ms),
        "expires_at": permission.expires_at_ms.map(rfc3339),
        "last_used_at": permission.last_used_at_ms.map(rfc3339),
        "uses": permission.uses,
    })
}

/// What the redirect doctor found.
pub(crate) fn redirect_help(help: &RedirectHelpView) -> Value {
    json!({
        "finding": help.finding,
        "text": help.text,
        "advice": help.advice,
        "sent": help.sent,
        "found": help.found,
        "differences": help.differences,
        "actions": help.actions,
    })
}

/// A check of `doctor`.
pub(crate) fn check(check: &CheckView) -> Value {
    json!({ "name": check.name, "state": check.state, "text": check.text, "hint": check.hint })
}
