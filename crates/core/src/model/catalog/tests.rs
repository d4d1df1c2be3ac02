use std::collections::BTreeSet;

use toml::{Table, Value};
use url::Url;

use super::*;
use crate::model::{Redirect, RedirectMethod, RevocationDraft};

/// All files, read as they are written, too.
fn all() -> impl Iterator<Item = (Table, Provider)> {
    FILES.iter().map(|text| {
        let table: Table = text.parse().unwrap();
        let provider = file::read(text).unwrap_or_else(|error| panic!("{:?}: {error}", table["id"]));
        (table, provider)
    })
}

/// The form with a client and with an example for each variable that has no default.
fn filled(provider: &Provider) -> Draft {
    let mut draft = provider.draft.clone();
    draft.client_id = "client".to_owned();
    let needed = provider.variables.iter().filter(|variable| variable.default.is_none());
    let value =
        |variable: &Variable| Parameter { name: variable.name.clone(), value: variable.example.clone() };
    draft.variables = needed.map(value).collect();
    draft
}

#[test]
fn every_file_parses_and_its_form_needs_only_what_the_person_registers() {
    let mut ids = BTreeSet::new();
    for (_, provider) in all() {
        let id = &provider.id;
        let problems = filled(&provider).problems(true);

        assert!(problems.iter().all(|problem| problem.warning), "{id}: {problems:?}");
        assert_eq!(provider.draft.provider.as_deref(), Some(id.as_str()));
        assert!(provider.steps.len() <= 3 && !provider.steps.is_empty(), "{id}");
        assert!(provider.revocation_effect.is_some(), "{id}: what does a revocation take with it?");
        assert!(ids.insert(id.clone()), "{id} is there twice");
    }
    assert!(ids.len() >= 60, "{} providers", ids.len());
    assert_eq!(Catalog::builtin().providers().len(), ids.len());
}

#[test]
fn every_fact_names_its_source_and_its_day() {
    for (table, provider) in all() {
        let sources = table["sources"].as_array().unwrap();
        assert!(!sources.is_empty(), "{}", provider.id);
        for source in sources {
            for key in ["what", "source", "checked"] {
                let text = source.get(key).and_then(Value::as_str).unwrap_or_default();
                assert!(text.len() > 2, "{}: {source:?}", provider.id);
            }
        }
    }
}

#[test]
fn every_hole_in_an_address_has_a_variable_and_every_variable_a_hole() {
    for (_, provider) in all() {
        let draft = &provider.draft;
        let mut addresses: Vec<&str> = vec![
            &draft.authorize_uri,
            &draft.token_uri,
            &draft.test_uri,
            &draft.introspection_uri,
            &draft.issuer,
            &draft.request_hosts,
            &draft.habits.refresh_uri,
        ];
        match &draft.revocation {
            RevocationDraft::None => {}
            RevocationDraft::Rfc7009 { url } | RevocationDraft::Custom { url, .. } => addresses.push(url),
            RevocationDraft::ByHand { page } => addresses.push(page),
        }
        addresses.extend(provider.identity.iter().map(|identity| identity.uri.as_str()));
        let text = addresses.join(" ").replace("{token}", "").replace("{client_id}", "");
        for hole in text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            assert!(
                provider.variables.iter().any(|variable| variable.name == hole),
                "{}: {hole}",
                provider.id
            );
        }
        for variable in &provider.variables {
            assert!(text.contains(&format!("{{{}}}", variable.name)), "{}: {}", provider.id, variable.name);
            assert!(variable.kind.holds(&variable.example), "{}: {}", provider.id, variable.example);
            let default = variable.default.as_deref();
            assert!(default.is_none_or(|default| variable.kind.holds(default)), "{}", provider.id);
        }
    }
}

#[test]
fn links_are_https_and_the_redirect_is_one_that_the_provider_takes() {
    for (_, provider) in all() {
        let id = &provider.id;
        for link in provider.registration_uri.iter().chain(&provider.documentation_uri) {
            let whole = provider.variables.iter().fold(link.clone(), |link, variable| {
                link.replace(&format!("{{{}}}", variable.name), &variable.example)
            });
            assert!(Url::parse(&whole).is_ok_and(|url| url.scheme() == "https"), "{id}: {link}");
        }
        let rules = provider.redirect.as_ref().unwrap_or_else(|| panic!("{id} has no redirect rules"));
        assert!(matches!(rules.host.as_str(), "any" | "127.0.0.1" | "localhost"), "{id}");
        match provider.draft.redirect_method {
            RedirectMethod::Loopback => {
                assert!(rules.http_loopback && rules.any_port, "{id}: the port must match")
            }
            RedirectMethod::LoopbackFixed => assert!(rules.http_loopback, "{id}: http is refused"),
            RedirectMethod::Paste | RedirectMethod::Scheme => {}
        }
        if !matches!(provider.draft.redirect_method, RedirectMethod::Paste) && rules.host == "localhost" {
            assert_eq!(provider.draft.redirect_host, LoopbackHost::Localhost, "{id}");
        }
    }
}

#[test]
fn scopes_that_are_asked_are_told_in_plain_words() {
    for (_, provider) in all() {
        let asked: BTreeSet<_> = provider.draft.scopes.split_whitespace().collect();
        let by_default: BTreeSet<_> =
            provider.scopes.iter().filter(|scope| scope.default).map(|scope| scope.scope.as_str()).collect();
        assert_eq!(asked, by_default, "{}", provider.id);
    }
}

#[test]
fn a_variable_changes_nothing_but_its_own_place() {
    let cases = [
        (VariableKind::Host, "acme.example.com", true, "a host"),
        (VariableKind::Host, "acme.example.com:8443", true, "with a port"),
        (VariableKind::Host, "acme.example.com/x", false, "a path"),
        (VariableKind::Host, "user@acme.example.com", false, "a user"),
        (VariableKind::Host, "acme..example", false, "an empty label"),
        (VariableKind::Host, "-acme.example", false, "no host begins so"),
        (VariableKind::Host, "", false, "nothing"),
        (VariableKind::Slug, "acme", true, "a label"),
        (VariableKind::Slug, "72f988bf-86f1-41af-91ab-2d7cd011db47", true, "a tenant's ID"),
        (VariableKind::Slug, "acme/x", false, "two segments"),
        (VariableKind::Slug, "a%2Fb", false, "an escaped one"),
        (VariableKind::Path, "realms/acme", true, "segments"),
        (VariableKind::Path, "realms/../acme", false, "climbing"),
        (VariableKind::Path, "a?b", false, "a query"),
        (VariableKind::Path, "a#b", false, "a fragment"),
    ];
    for (kind, text, holds, why) in cases {
        assert_eq!(kind.holds(text), holds, "{text}: {why}");
    }
}

#[test]
fn every_service_of_the_catalog_can_be_made() {
    for (_, provider) in all() {
        let basis = crate::model::Basis {
            existing: None,
            name: "example".parse().unwrap(),
            bound: false,
            has_client_secret: true,
            now: crate::model::Timestamp::from_millis(0),
        };
        let service = filled(&provider)
            .into_service(basis)
            .unwrap_or_else(|error| panic!("{}: {error:?}", provider.id));
        assert!(service.hosts_to_confirm().is_empty(), "{}", provider.id);
        assert!(!matches!(service.redirect, Redirect::Scheme), "{}", provider.id);
    }
}

#[test]
fn whose_a_token_is_can_be_asked_with_the_service_as_the_form_makes_it() {
    let mut not_allowed = Vec::new();
    for (_, provider) in all() {
        let Some(identity) = &provider.identity else { continue };
        let basis = crate::model::Basis {
            existing: None,
            name: "example".parse().unwrap(),
            bound: false,
            has_client_secret: true,
            now: crate::model::Timestamp::from_millis(0),
        };
        let service = filled(&provider).into_service(basis).unwrap();
        let address = provider.filled_like(&identity.uri, &service).and_then(|uri| Url::parse(&uri).ok());
        // R-ST-14
        if !address.as_ref().is_some_and(|address| service.may_request(address, None)) {
            not_allowed.push(format!("{}: {}", provider.id, identity.uri));
        }
    }
    assert_eq!(not_allowed, [] as [String; 0]);
}
