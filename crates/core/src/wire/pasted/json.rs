//! Definitions as JSON: Google's client file, Postman, Insomnia, Grantkeep's own form, and any with the usual names.

use serde_json::{Map, Value};

use super::gathered::{Gathered, List, is_secretive};
use super::named::{Variables, take, text_of};
use super::{
    APP_CONFIG, BROKEN_OWN, INSOMNIA_YAML, Json, NOT_OAUTH, OWN_CREDENTIALS, POSTMAN_OTHER, PRIVATE_KEY,
    Pasted, PastedRefused, SERVICE_ACCOUNT, TOKEN,
};
use crate::model::{Draft, Parameter};

/// Reads a JSON definition.
pub(super) fn read(json: &Json) -> Result<Pasted, PastedRefused> {
    let Value::Object(map) = &json.0 else { return Err(NOT_OAUTH) };
    let text = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str| map.contains_key(name);
    match text("type") {
        "service_account" => return Err(SERVICE_ACCOUNT),
        "authorized_user" | "external_account" | "impersonated_service_account" => {
            return Err(OWN_CREDENTIALS);
        }
        kind if kind.starts_with("collection.insomnia.rest") => return Err(INSOMNIA_YAML),
        _ => {}
    }
    for (kind, name) in
        [("Google client file, Desktop app", "installed"), ("Google client file, Web application", "web")]
    {
        if let Some(Value::Object(client)) = map.get(name) {
            return console(kind, client);
        }
    }
    if has("project_info") && has("client") {
        return Err(APP_CONFIG);
    }
    if has("kty") || has("keys") && !has("client_id") {
        return Err(PRIVATE_KEY);
    }
    if has("resources") && (text("_type") == "export" || has("__export_format")) {
        return insomnia_export(map);
    }
    if has("item") || has("_postman_variable_scope") || has("auth") || has("oauth2") || has("info") {
        return postman(map);
    }
    if let Some(Value::Object(block)) = map.get("authentication") {
        return insomnia(block, &Variables::default());
    }
    if has("grantType") || has("accessTokenUrl") && has("authorizationUrl") {
        return insomnia(map, &Variables::default());
    }
    if has("authorize_uri") && has("token_uri") || has("definition") || has("services") && has("version") {
        return own(map);
    }
    if has("access_token") {
        return Err(TOKEN);
    }
    let mut gathered = Gathered::default();
    take_all(&mut gathered, map, &Variables::default());
    gathered.finish("client as JSON")
}

/// Google's `client_secret_….json`. A web client takes the redirect URIs alone that it names.
fn console(kind: &'static str, client: &Map<String, Value>) -> Result<Pasted, PastedRefused> {
    let mut gathered = Gathered::default();
    let redirects = client.get("redirect_uris").and_then(Value::as_array);
    let redirects: Vec<&str> = redirects.into_iter().flatten().filter_map(Value::as_str).collect();
    let on_loopback = redirects
        .iter()
        .find(|uri| ["http://localhost", "http://127.0.0.1"].iter().any(|l| uri.starts_with(l)));
    if let Some(uri) = on_loopback.or(redirects.first()) {
        gathered.redirect(uri);
    }
    for (name, value) in client.iter().filter(|(name, _)| *name != "redirect_uris") {
        if let Some(text) = text_of(name, value) {
            take(&mut gathered, name, &text);
        }
    }
    if redirects.len() > 1 {
        gathered.leave_out("Further redirect URIs", "one is used at a time");
    }
    gathered.finish(kind)
}

fn postman(map: &Map<String, Value>) -> Result<Pasted, PastedRefused> {
    let mut variables = Variables::default();
    for list in ["variable", "values"] {
        for entry in map.get(list).and_then(Value::as_array).into_iter().flatten() {
            if let (Some(key), Some(value)) =
                (entry["key"].as_str(), entry.get("value").and_then(|v| text_of("", v)))
            {
                variables.add(key, &value);
            }
        }
    }
    let title =
        map.get("info").and_then(|info| info["name"].as_str()).or(map.get("name").and_then(Value::as_str));
    let mut gathered = Gathered::titled(title);
    let mut blocks = Vec::new();
    find_postman(map, &mut blocks);
    if blocks.is_empty() {
        if map.contains_key("values") {
            // An environment: whatever in it has one of the usual names.
            for entry in map.get("values").and_then(Value::as_array).into_iter().flatten() {
                let value = entry.get("value").and_then(|value| text_of("", value));
                if let (Some(key), Some(value)) = (entry["key"].as_str(), value) {
                    take(&mut gathered, key, &variables.fill(&value));
                }
            }
            return gathered.finish("Postman environment");
        }
        return Err(POSTMAN_OTHER);
    }
    if blocks.len() > 1 {
        gathered.leave_out("Further OAuth 2 settings", "the first ones were taken");
    }
    if let Some(block) = blocks.first() {
        take_all(&mut gathered, &block.0, &variables);
        for (name, list) in [
            ("authRequestParams", List::Authorize),
            ("tokenRequestParams", List::Token),
            ("refreshRequestParams", List::Refresh),
        ] {
            for entry in block.0.get(name).and_then(Value::as_array).into_iter().flatten() {
                let enabled = entry.get("enabled").and_then(Value::as_bool).unwrap_or(true);
                let value = entry.get("value").and_then(|value| text_of("", value));
                if let (true, Some(key), Some(value)) = (enabled, entry["key"].as_str(), value) {
                    gathered.further(list, key, &variables.fill(&value));
                }
            }
        }
    }
    gathered.finish("Postman OAuth 2 settings")
}

/// A map that is wiped when dropped.
struct Block(Map<String, Value>);

impl Drop for Block {
    fn drop(&mut self) {
        self.0.values_mut().for_each(super::wipe);
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

/// The `oauth2` blocks in a collection, folder, request or block, each once: as a list of keys (format 2.1) or an object.
fn find_postman(map: &Map<String, Value>, found: &mut Vec<Block>) {
    let block = match map.get("oauth2") {
        Some(Value::Object(block)) => Some(block.clone()),
        Some(Value::Array(entries)) => {
            let pair = |entry: &Value| Some((entry["key"].as_str()?.to_owned(), entry.get("value")?.clone()));
            Some(entries.iter().filter_map(pair).collect())
        }
        _ => None,
    };
    if let Some(block) = block.filter(|block: &Map<_, _>| !block.is_empty()).map(Block)
        && !found.iter().any(|known| known.0 == block.0)
    {
        found.push(block);
    }
    let inner = ["auth", "request"].into_iter().filter_map(|inner| map.get(inner));
    let items = map.get("item").and_then(Value::as_array).into_iter().flatten();
    for map in inner.chain(items).filter_map(Value::as_object) {
        find_postman(map, found);
    }
}

fn insomnia_export(map: &Map<String, Value>) -> Result<Pasted, PastedRefused> {
    let resources = || map.get("resources").and_then(Value::as_array).into_iter().flatten();
    let mut variables = Variables::default();
    for resource in resources().filter(|resource| resource["_type"] == "environment") {
        if let Some(Value::Object(data)) = resource.get("data") {
            add_nested(&mut variables, "", data);
        }
    }
    let is_oauth = |block: &&Map<String, Value>| block.get("type").and_then(Value::as_str) == Some("oauth2");
    let mut blocks =
        resources().filter_map(|resource| resource.get("authentication")?.as_object()).filter(is_oauth);
    blocks.next().ok_or(NOT_OAUTH).and_then(|block| insomnia(block, &variables))
}

fn insomnia(block: &Map<String, Value>, variables: &Variables) -> Result<Pasted, PastedRefused> {
    let mut gathered = Gathered::default();
    take_all(&mut gathered, block, variables);
    gathered.finish("Insomnia OAuth 2 settings")
}

/// Variables of Insomnia may stand in one another, `a.b`.
fn add_nested(variables: &mut Variables, before: &str, data: &Map<String, Value>) {
    for (name, value) in data {
        let name = format!("{before}{name}");
        match value {
            Value::Object(inner) => add_nested(variables, &format!("{name}."), inner),
            value => {
                if let Some(text) = text_of("", value) {
                    variables.add(&name, &text);
                }
            }
        }
    }
}

/// A form as Grantkeep writes it: alone, as a service's `definition`, or the first of a file of `grantkeep service export`.
fn own(map: &Map<String, Value>) -> Result<Pasted, PastedRefused> {
    let services = map.get("services").and_then(Value::as_array);
    let form = services.and_then(|services| services.first()).or(map.get("definition"));
    let mut form = form.map_or(Some(map), Value::as_object).cloned().ok_or(NOT_OAUTH)?;
    if services.is_some() {
        form.remove("name");
    }
    let secret = form.remove("client_secret").map(Json::from);
    let fields: Vec<&'static str> =
        FIELDS.iter().copied().filter(|field| form.contains_key(*field)).collect();
    let mut draft: Draft = serde_json::from_value(Value::Object(form)).map_err(|_| BROKEN_OWN)?;
    let mut gathered = Gathered::default();
    if services.is_some_and(|services| services.len() > 1) {
        gathered.leave_out("Further services", "`grantkeep service import` reads them all");
    }
    let told = |gathered: &mut Gathered, parameters: &mut Vec<Parameter>| {
        for parameter in parameters.iter().filter(|parameter| is_secretive(&parameter.name)) {
            gathered.leave_out(&format!("The parameter {}", parameter.name), "it may be a secret");
        }
        parameters.retain(|parameter| !is_secretive(&parameter.name));
    };
    for extras in [&mut draft.habits.token, &mut draft.habits.refresh, &mut draft.habits.revocation] {
        told(&mut gathered, &mut extras.parameters);
        told(&mut gathered, &mut extras.headers);
    }
    told(&mut gathered, &mut draft.authorize_parameters);
    if let Some(secret) = secret.as_ref().and_then(|secret| secret.0.as_str()) {
        gathered.secret(secret);
    }
    gathered.client_id("to-come");
    let Pasted { secret, left_out, .. } = gathered.finish(OWN)?;
    Ok(Pasted { kind: OWN, draft, fields, secret, left_out })
}

/// Every field whose name says something; those of the other programs' own are passed over.
fn take_all(into: &mut Gathered, map: &Map<String, Value>, variables: &Variables) {
    for (name, value) in map {
        if let Some(text) = text_of(name, value) {
            take(into, name, &variables.fill(&text));
        }
    }
}

const OWN: &str = "Grantkeep definition";

/// How the TOML of `grantkeep service export` begins a service.
pub(super) const OWN_TABLE: &str = "[[services]]";

/// Fields of a form.
const FIELDS: [&str; 23] = [
    "title",
    "provider",
    "client_id",
    "client_authentication",
    "authorize_uri",
    "token_uri",
    "test_uri",
    "introspection_uri",
    "issuer",
    "scopes",
    "redirect_method",
    "redirect_host",
    "redirect_port",
    "redirect_path",
    "redirect_uri",
    "authorize_parameters",
    "revocation",
    "revoke_previous",
    "link_timeout_s",
    "pkce",
    "habits",
    "variables",
    "request_hosts",
];
