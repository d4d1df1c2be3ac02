//! Fields by the names that other programs give them, however they are spelled.

use std::collections::HashMap;

use serde_json::Value;
use zeroize::Zeroizing;

use super::gathered::{Gathered, List};
use crate::model::ClientAuthentication;

/// Values that stand as `{{name}}` in others.
#[derive(Default)]
pub(super) struct Variables(HashMap<String, Zeroizing<String>>);

impl Variables {
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if self.0.len() < MOST_VARIABLES {
            self.0.entry(name.trim().to_owned()).or_insert_with(|| Zeroizing::new(value.to_owned()));
        }
    }

    /// The text with the variables in their places; what is not known stays as it is.
    pub(super) fn fill(&self, text: &str) -> Zeroizing<String> {
        let mut filled = Zeroizing::new(String::with_capacity(text.len()));
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once("}}") else {
                filled.push_str("{{");
                rest = after;
                continue;
            };
            // Insomnia writes `{{ _.name }}`.
            let bare = name.trim().trim_start_matches("_.");
            match self.0.get(bare) {
                Some(value) if filled.len() + value.len() <= MOST_FILLED => filled.push_str(value),
                Some(_) | None => {
                    filled.push_str("{{");
                    filled.push_str(name);
                    filled.push_str("}}");
                }
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

/// Takes a field by its name, spelled in any of the usual ways; false if the name says nothing.
pub(super) fn take(into: &mut Gathered, name: &str, value: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match name.as_str() {
        "clientid" | "appid" | "applicationid" | "consumerkey" => into.client_id(value),
        "clientsecret" | "appsecret" | "applicationsecret" | "consumersecret" => into.secret(value),
        "authuri"
        | "authurl"
        | "authorizeuri"
        | "authorizeurl"
        | "authorizationuri"
        | "authorizationurl"
        | "authorizationendpoint"
        | "authorizeendpoint"
        | "authendpoint" => into.authorize(value),
        "tokenuri" | "tokenurl" | "accesstokenuri" | "accesstokenurl" | "tokenendpoint" => into.token(value),
        "issuer" => into.issuer(value),
        "scope" | "scopes" => into.scopes(value),
        "redirecturi" | "redirecturl" | "callbackuri" | "callbackurl" => into.redirect(value),
        "clientauthentication" => into.authentication = placement(value).or(into.authentication),
        "credentialsplacement" => into.authentication = placement(value).or(into.authentication),
        "credentialsinbody" => into.authentication = Some(in_body(value == "true")),
        "tokenendpointauthmethod" => into.authentication = method(value).or(into.authentication),
        "usepkce" | "pkce" => into.pkce = Some(value == "true"),
        "granttype" => grant_type(into, value),
        "audience" | "resource" => {
            if !value.trim().is_empty() {
                let field = name;
                into.further(List::Authorize, &field, value);
            }
        }
        "accesstoken" | "refreshtoken" | "idtoken" | "token" => {
            if !value.trim().is_empty() {
                into.leave_out("A token", "Grantkeep gets tokens of its own");
            }
        }
        "username" | "password" => {
            if !value.trim().is_empty() {
                into.leave_out("User name and password", "you type them at the provider only");
            }
        }
        _ => return false,
    }
    true
}

/// A JSON value as the text it stands for; lists (redirect URIs) by their first, scopes by all.
pub(super) fn text_of(name: &str, value: &Value) -> Option<Zeroizing<String>> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) if name.to_ascii_lowercase().starts_with("scope") => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        Value::Array(values) => values.iter().find_map(Value::as_str)?.to_owned(),
        Value::Null | Value::Object(_) => return None,
    };
    Some(Zeroizing::new(text))
}

/// Says so where a definition is for another way to a grant than the browser's.
pub(super) fn grant_type(into: &mut Gathered, value: &str) {
    let value = value.trim();
    let other = match value {
        "" | "authorization_code" | "authorization_code_with_pkce" | "refresh_token" => return,
        "implicit" => "the implicit grant",
        "client_credentials" => "the client credentials grant",
        "password" | "password_credentials" => "the password grant",
        "device_code" | "urn:ietf:params:oauth:grant-type:device_code" => "the device grant",
        _ => "its grant type",
    };
    let why = "Grantkeep authorizes in the browser, with the authorization code grant";
    into.leave_out(&capital(other), why);
}

fn placement(value: &str) -> Option<ClientAuthentication> {
    match value.trim() {
        "header" | "basic_auth_header" => Some(ClientAuthentication::Basic),
        "body" => Some(ClientAuthentication::Post),
        _ => None,
    }
}

fn method(value: &str) -> Option<ClientAuthentication> {
    match value.trim() {
        "client_secret_basic" => Some(ClientAuthentication::Basic),
        "client_secret_post" => Some(ClientAuthentication::Post),
        "none" => Some(ClientAuthentication::None),
        _ => None,
    }
}

fn in_body(yes: bool) -> ClientAuthentication {
    if yes { ClientAuthentication::Post } else { ClientAuthentication::Basic }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

const MOST_VARIABLES: usize = 1000;
const MOST_FILLED: usize = 64 * 1024;
