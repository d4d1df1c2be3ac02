//! The OpenAPI document of the API, made from the handlers' annotations and the types that they use.

use axum::response::{IntoResponse, Response};
use grantkeep_api::routes::{PROBLEM_TYPE, pattern};
use grantkeep_api::views::{Change, Problem};
use http::header;
use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{Content, OpenApi, Ref};

use super::routes::groups;
use crate::access::Kind;

/// This document.
#[utoipa::path(
    get,
    path = pattern::OPENAPI,
    operation_id = "openapi",
    tag = "Agent",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object)),
)]
pub(super) async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json()).into_response()
}

/// The document as it is kept in `docs/openapi.json`.
pub(crate) fn json() -> String {
    let mut document = serde_json::to_value(whole()).unwrap_or(Value::Null);
    for part in ["paths", "components"] {
        polish(&mut document[part]);
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Grantkeep agent", description = include_str!("document.md"), license(name = "MIT OR Apache-2.0")),
    servers((url = "http://grantkeep", description = "Over the agent's Unix socket; the host's name does not matter")),
    tags(
        (name = "Agent", description = "The agent and its vault"),
        (name = "Services", description = "APIs at which you registered a client, and the catalog of providers"),
        (name = "Accounts", description = "Your authorizations at a service, with their status"),
        (name = "Authorization", description = "An authorization under way"),
        (name = "Tokens", description = "Getting a token, and using one"),
        (name = "History", description = "What happened"),
        (name = "Programs", description = "Programs that ask for tokens, and what you allowed"),
    ),
    components(schemas(Problem, Change)),
)]
struct Base;

/// All groups in one, with the problems that each route may answer with.
fn whole() -> OpenApi {
    let mut whole = Base::openapi();
    let shared = whole.components.get_or_insert_default();
    for (status, description, _) in PROBLEMS {
        let response = ResponseBuilder::new()
            .description(description)
            .content(PROBLEM_TYPE, Content::new(Some(Ref::from_schema_name("Problem"))));
        shared.responses.insert(name(status), response.build().into());
    }
    for group in groups() {
        let mut part = group.routes.into_openapi();
        for (path, item) in &mut part.paths.paths {
            for operation in operations(item) {
                add_problems(path, operation, group.kind);
            }
        }
        whole.merge(part);
    }
    whole
}

/// How the answer of a status is called.
fn name(status: &str) -> String {
    format!("Problem{status}")
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [get, post, put, patch, delete].into_iter().flatten()
}

fn add_problems(path: &str, operation: &mut Operation, kind: Kind) {
    let takes_body = operation.request_body.is_some();
    let takes_anything = takes_body || operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let facts = Facts { path, kind, takes_body, takes_anything };
    for (status, _, may) in PROBLEMS {
        if may(&facts) {
            let shared = Ref::from_response_name(name(status));
            operation.responses.responses.insert(status.to_owned(), shared.into());
        }
    }
}

/// What decides which problems a route may answer with.
struct Facts<'a> {
    path: &'a str,
    kind: Kind,
    takes_body: bool,
    takes_anything: bool,
}

impl Facts<'_> {
    fn needs_vault(&self) -> bool {
        !WITHOUT_VAULT.contains(&self.path)
    }

    fn changes(&self) -> bool {
        // What a person says of programs is theirs alone, too (R-AG-09).
        self.kind != Kind::Status
            || [pattern::ACCESS, pattern::ANSWER].contains(&self.path) && self.takes_body
    }

    fn asks_a_provider(&self) -> bool {
        self.needs_vault() && self.changes() || self.path == pattern::VAULT_RETRY
    }

    fn authorizes(&self) -> bool {
        self.path.contains("/authorize") || self.path == pattern::REDIRECT
    }
}

type Rule = (&'static str, &'static str, fn(&Facts<'_>) -> bool);

/// Statuses, what each means, and where it can occur.
const PROBLEMS: [Rule; 14] = [
    ("400", "The request can't be read, or a pasted address is no answer", |it| it.takes_anything),
    ("403", "This program may not ask for it, or a host may not get the token", |it| it.changes()),
    ("404", "No service, account or other thing has that name", |it| {
        it.path.contains('{') || it.path == pattern::CHECK || it.path == pattern::ACCESS && it.takes_body
    }),
    ("408", "The body did not come in time", |it| it.takes_body),
    ("409", "It can't be done as things are: the person has to authorize, say", |it| it.asks_a_provider()),
    ("410", "The link is no longer good", |it| it.authorizes()),
    ("413", "The body is too large", |it| it.takes_body),
    ("422", "Something in the body has to be mended; `fields` names it", |it| it.takes_body),
    ("423", "The vault is locked", |it| {
        it.needs_vault() || [pattern::LOCK, pattern::VAULT].contains(&it.path)
    }),
    ("426", "Front end and agent are of different versions; nothing was done", |_| true),
    ("500", "A fault of Grantkeep or of its installation", |_| true),
    ("502", "The provider or a resource can't be reached, or answers what it should not", |it| {
        it.asks_a_provider()
    }),
    ("503", "The provider or the agent is busy or stopping", |_| true),
    ("507", "The vault can't be written", |it| it.needs_vault() || it.path == pattern::VAULT),
];

/// Routes that need no open vault.
const WITHOUT_VAULT: [&str; 13] = [
    pattern::AGENT,
    pattern::OPENAPI,
    pattern::DOCTOR,
    pattern::EVENTS,
    pattern::PROVIDERS,
    pattern::SESSION,
    pattern::RETIRE,
    pattern::LOCK,
    pattern::NOTICES,
    pattern::NOTICE,
    pattern::SETTINGS,
    pattern::SETTING,
    pattern::VAULT,
];

/// Each integer says its range, which its format alone leaves to the reader, and descriptions are for readers of the
/// document: the first paragraph, without links into the code.
fn polish(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let range = match object.get("format").and_then(Value::as_str) {
                Some("u-int16") => Some(("uint16", json!(0), json!(u16::MAX))),
                Some("u-int32") => Some(("uint32", json!(0), json!(u32::MAX))),
                Some("int32") => Some(("int32", json!(i32::MIN), json!(i32::MAX))),
                // Beyond this not every reader counts exactly (RFC 8259 §6).
                Some("u-int64") => Some(("uint64", json!(0), json!(MOST_EXACT))),
                Some("int64") => Some(("int64", json!(-MOST_EXACT), json!(MOST_EXACT))),
                _ => None,
            };
            if let Some((format, least, most)) = range {
                object.insert("format".to_owned(), json!(format));
                object.entry("minimum").or_insert(least);
                object.entry("maximum").or_insert(most);
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                let first = text.split("\n\n").next().unwrap_or_default();
                *text = first.replace("[`", "`").replace("`]", "`");
            }
            object.values_mut().for_each(polish);
        }
        Value::Array(items) => items.iter_mut().for_each(polish),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const MOST_EXACT: i64 = (1 << 53) - 1;

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
