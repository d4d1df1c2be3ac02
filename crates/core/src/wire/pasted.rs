//! What a person pastes: a definition as some other program writes it, read into the form.
//!
//! Nothing of it is sent anywhere. A client secret goes into its own type at once; other secrets (tokens, codes,
//! passwords) are left out, and so is whatever only looks like one.

mod bruno;
mod curl;
mod gathered;
mod json;
mod named;
mod shell;

use serde_json::Value;

use super::token_response::wipe;
use crate::model::{ClientSecret, Draft, PastedText};

/// A definition that was found. Has no `Debug`: it may hold a secret.
pub struct Pasted {
    /// What it is, in words: "curl command".
    pub kind: &'static str,
    /// The form, filled in as far as the definition tells.
    pub draft: Draft,
    /// Names of the fields that it tells.
    pub fields: Vec<&'static str>,
    /// The client secret.
    pub secret: Option<ClientSecret>,
    /// What was left out and why, a sentence each.
    pub left_out: Vec<String>,
}

/// Why a text is no definition, and what to use instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{title}")]
pub struct PastedRefused {
    /// What it is.
    pub title: &'static str,
    /// Why it does not do.
    pub why: &'static str,
    /// What to use instead.
    pub instead: &'static str,
}

/// Reads a definition: Google's client file, a `curl` command, an authorization link, an OAuth 2 block of Postman,
/// Insomnia or Bruno, a form of Grantkeep, or JSON with the usual names.
///
/// # Errors
/// Why it is none.
pub fn read_pasted(text: &PastedText) -> Result<Pasted, PastedRefused> {
    let text = text.expose().trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.is_empty() {
        return Err(NOTHING);
    }
    if text.len() > MOST_BYTES {
        return Err(TOO_LONG);
    }
    if text.starts_with(['{', '[']) && !text.starts_with("{{") {
        let read: Value = serde_json::from_str(text).map_err(|_| BROKEN_JSON)?;
        return json::read(&Json(read));
    }
    if text.contains(json::OWN_TABLE) {
        let read: Value = toml::from_str(text).map_err(|_| BROKEN_OWN)?;
        return json::read(&Json(read));
    }
    if curl::is_one(text) {
        return curl::read(text);
    }
    if bruno::is_one(text) {
        return bruno::read(text);
    }
    let is_link = text.starts_with("https://") || text.starts_with("http://");
    if is_link && !text.contains(char::is_whitespace) {
        return curl::read_link(text);
    }
    Err(refusal_of(text))
}

/// What a text that is no definition may be.
fn refusal_of(text: &str) -> PastedRefused {
    let words = text.split_whitespace().count();
    let jwt = words == 1 && text.starts_with("ey") && text.matches('.').count() >= 2;
    if text.contains("-----BEGIN ") {
        PRIVATE_KEY
    } else if jwt || text.starts_with("Bearer ") {
        TOKEN
    } else if text.contains("collection.insomnia.rest") || text.contains("insomnia.rest/5") {
        INSOMNIA_YAML
    } else if text.starts_with('<') {
        WEB_PAGE
    } else {
        UNKNOWN
    }
}

/// JSON that is wiped from memory when dropped.
struct Json(Value);

impl Drop for Json {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// A refusal; kinds of texts that are mistaken for definitions are listed here.
const fn refused(title: &'static str, why: &'static str, instead: &'static str) -> PastedRefused {
    PastedRefused { title, why, instead }
}

const INSTEAD: &str =
    "Paste Google's client file, a curl command, or the OAuth 2 block of Postman, Insomnia or Bruno.";
const NOTHING: PastedRefused = refused("Nothing was pasted", "The text is empty.", INSTEAD);
const TOO_LONG: PastedRefused =
    refused("This is too long", "It has more than 1 MiB.", "Paste the OAuth 2 part of it alone.");
const BROKEN_JSON: PastedRefused = refused(
    "This JSON is broken",
    "It begins like JSON, but it does not go on as such. A part may be missing.",
    "Copy the whole file again.",
);
const BROKEN_OWN: PastedRefused = refused(
    "This definition is broken",
    "It looks like one of Grantkeep, but a part is missing or is not known.",
    "Copy the whole file again.",
);
const UNKNOWN: PastedRefused =
    refused("Grantkeep does not know this kind of text", "It is no definition of an OAuth client.", INSTEAD);
const NOT_OAUTH: PastedRefused = refused(
    "There is no OAuth 2 in it",
    "It was read, but it names neither a client nor the addresses of an OAuth service.",
    INSTEAD,
);
const SERVICE_ACCOUNT: PastedRefused = refused(
    "This is a service account key",
    "It is for programs that act without a person. Grantkeep needs an OAuth client of the kind Desktop app.",
    "In Google Cloud open Credentials, create an OAuth client ID of the kind “Desktop app”, and download its JSON.",
);
const OWN_CREDENTIALS: PastedRefused = refused(
    "These are somebody's own credentials",
    "The file holds the grant of another program, such as gcloud. Grantkeep gets a grant of its own.",
    "In Google Cloud open Credentials, create an OAuth client ID of the kind “Desktop app”, and download its JSON.",
);
const APP_CONFIG: PastedRefused = refused(
    "This is the configuration of a mobile app",
    "Its clients are bound to the app and can't authorize in a browser on this computer.",
    "In Google Cloud open Credentials, create an OAuth client ID of the kind “Desktop app”, and download its JSON.",
);
const PRIVATE_KEY: PastedRefused = refused(
    "This is a key",
    "Grantkeep authenticates with a client secret, not with a key.",
    "Paste the client ID and client secret that the provider shows.",
);
const TOKEN: PastedRefused = refused(
    "This is a token",
    "Grantkeep gets tokens of its own, and keeps none that somebody else obtained.",
    "Add the service, and authorize it.",
);
const INSOMNIA_YAML: PastedRefused = refused(
    "This is Insomnia's newer format (YAML)",
    "Grantkeep reads its version 4.",
    "In Insomnia choose Export and there “Insomnia v4 (JSON)”, and paste that.",
);
const WEB_PAGE: PastedRefused = refused(
    "This is a web page",
    "The source of a page holds no definition that can be read.",
    "Download the client's JSON there, or copy client ID and client secret.",
);
const POSTMAN_OTHER: PastedRefused = refused(
    "There is no OAuth 2 in this collection",
    "Its requests authenticate in other ways, or inherit it from somewhere else.",
    "In Postman open the Authorization tab of the collection, choose OAuth 2.0, and export it again.",
);

const MOST_BYTES: usize = 1024 * 1024;

#[cfg(test)]
#[path = "pasted_tests.rs"]
mod tests;
