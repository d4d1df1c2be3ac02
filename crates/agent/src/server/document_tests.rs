use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn document() -> Value {
    serde_json::from_str(&json()).unwrap()
}

/// Path → methods.
fn methods(document: &Value) -> BTreeMap<&str, BTreeSet<&str>> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .map(|(path, item)| (path.as_str(), item.as_object().unwrap().keys().map(String::as_str).collect()))
        .collect()
}

#[test]
fn every_path_of_the_client_is_in_the_document() {
    let source = include_str!("../../../api/src/routes.rs");
    let patterns = source.split("pub mod pattern {").nth(1).unwrap().split("\n}\n").next().unwrap();
    let constants: BTreeSet<_> =
        patterns.lines().filter_map(|line| line.split_once("&str = \"")?.1.strip_suffix("\";")).collect();
    assert!(constants.len() > 35, "the constants are found");
    let document = document();

    let documented: BTreeSet<_> = methods(&document).into_keys().collect();

    let unknown: Vec<_> = documented.difference(&constants).collect();
    assert!(unknown.is_empty(), "no constant for {unknown:?}");
    let missing: Vec<_> = constants.difference(&documented).collect();
    assert!(missing.is_empty(), "not documented: {missing:?}");
}

#[test]
fn methods_of_one_path_stand_together() {
    let document = document();
    let methods = methods(&document);
    let cases: [(&str, &[&str]); 3] = [
        (pattern::SERVICES, &["get", "post"]),
        (pattern::SERVICE, &["delete", "get", "put"]),
        (pattern::ACCOUNT, &["delete", "get", "patch"]),
    ];
    for (path, expected) in cases {
        assert_eq!(methods[path], expected.iter().copied().collect(), "{path}");
    }
}

#[test]
fn every_operation_is_named_described_and_says_how_it_fails() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{place}: its name is taken");
            assert!(operation["summary"].as_str().is_some_and(|words| words.ends_with('.')), "{place}");
            assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            for (status, response) in responses {
                let is_problem = status.starts_with(['4', '5']);
                let shared = format!("#/components/responses/Problem{status}");
                assert_eq!(is_problem, response["$ref"] == shared.as_str(), "{place}: {status}");
            }
            assert!(responses.contains_key("426") && responses.contains_key("500"), "{place}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_integer_has_its_range() {
    fn walk<'a>(value: &'a Value, seen: &mut dyn FnMut(&'a serde_json::Map<String, Value>)) {
        match value {
            Value::Object(object) => {
                seen(object);
                object.values().for_each(|value| walk(value, seen));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, seen)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    walk(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        let is_integer = object.get("type").is_some_and(|kind| {
            kind == "integer"
                || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "integer"))
        });
        if is_integer {
            assert!(object.contains_key("minimum") && object.contains_key("maximum"), "{object:?}");
        }
    });
}

// R-AG-03
#[test]
fn secrets_go_in_and_only_tokens_and_links_come_out() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let secret: BTreeSet<_> = schemas
        .iter()
        .filter(|(_, schema)| schema["format"] == "password")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(secret, BTreeSet::from(["Link", "SecretInput", "TokenText"]));
    let carries = |schema: &Value| {
        secret.iter().filter(|name| schema.to_string().contains(&format!("schemas/{name}\""))).count()
    };
    let carrying: BTreeSet<_> =
        schemas.iter().filter(|(_, schema)| carries(schema) > 0).map(|(name, _)| name.as_str()).collect();
    let in_and_out = [
        "AddService",
        "AuthorizationStarted",
        "ConfirmHosts",
        "CurrentLink",
        "ErrorPage",
        "HandedIdToken",
        "HandedToken",
        "Passphrase",
        "Paste",
        "Redirected",
        "Register",
        "SecretChange",
    ];
    assert_eq!(carrying, BTreeSet::from(in_and_out));
}

#[test]
fn the_document_in_docs_is_up_to_date() {
    let kept = include_str!("../../../../docs/openapi.json");
    assert!(kept == json(), "`cargo xtask openapi` writes docs/openapi.json anew");
}
