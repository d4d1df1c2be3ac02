//! The `{name}` in a catalog entry's addresses, filled in with what the person typed.

use super::{Draft, FieldFix, FieldProblem, RevocationDraft};
use crate::model::{Catalog, Variable, VariableKind};

/// The draft with its variables in their places.
///
/// # Errors
/// What is missing or can't stand in an address, by field: `variables.‹name›`.
pub(super) fn filled(draft: &Draft) -> Result<Draft, Vec<FieldProblem>> {
    let provider = draft.provider.as_deref().and_then(|id| Catalog::builtin().provider(id));
    let mut filled = draft.clone();
    let mut problems = Vec::new();
    for variable in provider.map(|provider| provider.variables.as_slice()).unwrap_or_default() {
        let place = format!("{{{}}}", variable.name);
        if !addresses(&mut filled).iter().any(|address| address.contains(&place)) {
            continue;
        }
        match value(draft, variable) {
            Ok(value) => {
                for address in addresses(&mut filled) {
                    *address = address.replace(&place, &value);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(filled) } else { Err(problems) }
}

/// What a variable stands for, as typed or by default.
fn value(draft: &Draft, variable: &Variable) -> Result<String, FieldProblem> {
    let typed = draft.variables.iter().find(|typed| typed.name == variable.name);
    let typed = typed.map(|typed| typed.value.trim()).filter(|value| !value.is_empty());
    let problem = |message: String, fix: Option<String>| FieldProblem {
        field: format!("variables.{}", variable.name),
        message,
        fix: fix.map(|value| FieldFix { label: format!("Use {value}"), value }),
        warning: false,
    };
    let Some(value) = typed.or(variable.default.as_deref()) else {
        return Err(problem(format!("{} is needed. {}", variable.label, variable.hint), None));
    };
    if variable.kind.holds(value) {
        return Ok(value.to_owned());
    }
    // People paste whole addresses.
    let bare = value.split_once("://").map_or(value, |(_, rest)| rest);
    let bare = match variable.kind {
        VariableKind::Host => bare.split(['/', '?', '#']).next().unwrap_or_default(),
        VariableKind::Slug => bare.split(['.', '/', '?', '#']).next().unwrap_or_default(),
        VariableKind::Path => bare.trim_matches('/'),
    };
    let fix = variable.kind.holds(bare).then(|| bare.to_owned());
    Err(problem(
        format!("This can't be the {}. It looks like {}.", variable.label.to_lowercase(), variable.example),
        fix,
    ))
}

/// Every address of the form that may hold a variable, always in the same order.
pub(in crate::model) fn addresses(draft: &mut Draft) -> Vec<&mut String> {
    let Draft { authorize_uri, token_uri, test_uri, introspection_uri, issuer, .. } = draft;
    let Draft { request_hosts, habits, revocation, .. } = draft;
    let mut addresses = vec![authorize_uri, token_uri, test_uri, introspection_uri, issuer];
    addresses.extend([request_hosts, &mut habits.refresh_uri]);
    match revocation {
        RevocationDraft::None => {}
        RevocationDraft::Rfc7009 { url } | RevocationDraft::Custom { url, .. } => addresses.push(url),
        RevocationDraft::ByHand { page } => addresses.push(page),
    }
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Parameter;

    fn of(provider: &str, values: &[(&str, &str)]) -> Draft {
        let mut draft = Catalog::builtin().provider(provider).unwrap().draft.clone();
        draft.client_id = "client".to_owned();
        let pair = |(name, value): &(&str, &str)| Parameter { name: (*name).into(), value: (*value).into() };
        draft.variables = values.iter().map(pair).collect();
        draft
    }

    #[test]
    fn a_variable_stands_where_its_name_stood() {
        let cases = [
            (
                "microsoft",
                &[][..],
                "https://login.microsoftonline.com/common/oauth2/v2.0/token",
                "its default",
            ),
            (
                "microsoft",
                &[("tenant", " contoso.onmicrosoft.com ")],
                "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
                "as typed",
            ),
            ("zendesk", &[("subdomain", "acme")], "https://acme.zendesk.com/oauth/tokens", "in the host"),
        ];
        for (provider, values, token_uri, why) in cases {
            let filled = filled(&of(provider, values)).unwrap();
            assert_eq!(filled.token_uri, token_uri, "{why}");
        }
    }

    #[test]
    fn what_cannot_stand_in_an_address_is_told_at_its_field() {
        let cases = [
            ("zendesk", &[][..], None, "nothing typed"),
            ("zendesk", &[("subdomain", "https://acme.zendesk.com/agent")], Some("acme"), "a whole address"),
            ("zendesk", &[("subdomain", "evil.example/")], Some("evil"), "it would change the host"),
            ("zendesk", &[("subdomain", "a b")], None, "a space"),
            ("mastodon", &[("host", "https://mastodon.social/@ada")], Some("mastodon.social"), "a profile"),
            ("mastodon", &[("host", "user@evil.example")], None, "a user name in the host"),
            ("mastodon", &[("host", "evil.example#")], Some("evil.example"), "a fragment"),
        ];
        for (provider, values, fix, why) in cases {
            let problems = filled(&of(provider, values)).unwrap_err();
            assert!(problems[0].field.starts_with("variables."), "{why}");
            let offered = problems[0].fix.as_ref().map(|fix| fix.value.as_str());
            assert_eq!(offered, fix, "{why}");
        }
    }
}
