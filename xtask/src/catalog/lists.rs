//! What each list says. They are JSON, JavaScript and Python: of code, the texts beside well-known names are read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::fetch::Package;
use super::{AUTHORIZE, Facts, List, REFRESH, REVOCATION, SEPARATOR, TOKEN};
use crate::out::{Failure, Outcome};
use crate::project::files;

/// Reads the list in a package.
pub(super) fn read(package: &Package) -> Outcome<List> {
    let at = |path: &str| package.folder.join(path);
    let providers = match package.name.as_str() {
        "grant" => grant(&at("package/config/oauth.json"))?,
        "arctic" => code(&at("package/dist/providers"), "js", ARCTIC, stem)?,
        "@auth/core" => code(&at("package/providers"), "js", AUTH_CORE, stem)?,
        "django-allauth" => code(&at("allauth/socialaccount/providers"), "py", ALLAUTH, parent)?,
        "social-auth-core" => social(&at("social_core/backends"))?,
        other => return Err(Failure::new(format!("NOTICE names {other}, which nobody here can read"))),
    };
    if providers.len() < 20 {
        return Err(Failure::new(format!(
            "{} has only {} providers: was it rebuilt?",
            package.name,
            providers.len()
        )));
    }
    Ok(List { name: package.name.clone(), providers })
}

/// The names under which lists have a provider of ours, the likeliest first.
pub(super) fn names_of(id: &str) -> impl Iterator<Item = String> {
    let others = ALIASES.iter().filter(move |(own, _)| *own == id).flat_map(|(_, others)| others.iter());
    let id = id.to_owned();
    let usual = ["", "-oauth2", "_oauth2"].map(move |end| format!("{id}{end}"));
    usual.into_iter().chain(others.map(|name| (*name).to_owned()))
}

fn grant(file: &Path) -> Outcome<BTreeMap<String, Facts>> {
    let text = fs::read_to_string(file).map_err(|e| Failure::because(file.display(), e))?;
    let list: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|e| Failure::because(file.display(), e))?;
    let facts = |provider: &serde_json::Value| {
        let fields = [(AUTHORIZE, "authorize_url"), (TOKEN, "access_url"), (SEPARATOR, "scope_delimiter")];
        let text = |key: &str| provider.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        let found = fields.into_iter().filter_map(|(field, key)| Some((field, text(key)?)));
        found.collect::<Facts>()
    };
    let is_oauth2 =
        |provider: &serde_json::Value| provider.get("oauth").and_then(|value| value.as_u64()) == Some(2);
    Ok(list
        .into_iter()
        .filter(|(_, value)| is_oauth2(value))
        .map(|(name, value)| (name, facts(&value)))
        .collect())
}

/// A folder with a file a provider, which `name` names.
fn code(
    folder: &Path,
    end: &str,
    keys: &[(&'static str, &str)],
    name: fn(&Path) -> String,
) -> Outcome<BTreeMap<String, Facts>> {
    let mut found = BTreeMap::<String, Facts>::new();
    for file in files(folder)?.iter().filter(|file| file.extension().is_some_and(|is| is == end)) {
        let text = fs::read_to_string(file).map_err(|e| Failure::because(file.display(), e))?;
        let facts = facts(&text, keys);
        if !facts.is_empty() {
            found.entry(name(file)).or_default().extend(facts);
        }
    }
    Ok(found)
}

/// Several classes a file, each with its `name`.
fn social(folder: &Path) -> Outcome<BTreeMap<String, Facts>> {
    let mut found = BTreeMap::new();
    for file in files(folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "py")) {
        let text = fs::read_to_string(file).map_err(|e| Failure::because(file.display(), e))?;
        for class in text.split("\nclass ").skip(1) {
            let name = quoted_after(class, "name");
            let facts = facts(class, SOCIAL);
            if let Some(name) = name.filter(|_| !facts.is_empty()) {
                found.insert(name, facts);
            }
        }
    }
    Ok(found)
}

fn facts(text: &str, keys: &[(&'static str, &str)]) -> Facts {
    let text: String = text.lines().filter(|line| !is_comment(line)).flat_map(|line| [line, "\n"]).collect();
    let mut facts = Facts::new();
    for (field, key) in keys {
        let found = quoted_after(&text, key);
        let fits = |value: &String| *field == SEPARATOR || value.starts_with("https://");
        if let Some(value) = found.filter(fits) {
            facts.entry(field).or_insert(value);
        }
    }
    facts
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('*') || line.starts_with("//") || line.starts_with("/*") || line.starts_with('#')
}

/// The first text in quotes that is assigned to a name: `key = "…"`, `key: "…"`, `key: { url: "…"`.
fn quoted_after(text: &str, key: &str) -> Option<String> {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(key).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = &text[at + key.len()..];
        if before.is_some_and(is_of_word) || rest.starts_with(is_of_word) {
            return None;
        }
        let rest = rest.trim_start().strip_prefix([':', '='])?.trim_start();
        let rest = rest
            .strip_prefix('{')
            .map_or(rest, |rest| rest.trim_start().trim_start_matches("url:"))
            .trim_start();
        let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next().map(str::to_owned)
    })
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn parent(file: &Path) -> String {
    let parent = file.parent().and_then(Path::file_name).unwrap_or_default();
    parent.to_string_lossy().into_owned()
}

const ARCTIC: &[(&str, &str)] = &[
    (AUTHORIZE, "authorizationEndpoint"),
    (TOKEN, "tokenEndpoint"),
    (REFRESH, "refreshEndpoint"),
    (REVOCATION, "tokenRevocationEndpoint"),
];
const AUTH_CORE: &[(&str, &str)] = &[(AUTHORIZE, "authorization"), (TOKEN, "token")];
const ALLAUTH: &[(&str, &str)] = &[(AUTHORIZE, "authorize_url"), (TOKEN, "access_token_url")];
const SOCIAL: &[(&str, &str)] = &[
    (AUTHORIZE, "AUTHORIZATION_URL"),
    (TOKEN, "ACCESS_TOKEN_URL"),
    (REFRESH, "REFRESH_TOKEN_URL"),
    (REVOCATION, "REVOKE_TOKEN_URL"),
    (SEPARATOR, "SCOPE_SEPARATOR"),
];

/// Other names that lists have for a provider of ours.
const ALIASES: &[(&str, &[&str])] = &[
    ("adobe", &["adobe-ims"]),
    ("amazon", &["login-with-amazon", "amazon-cognito"]),
    ("battlenet", &["battle-net", "battle.net"]),
    ("constantcontact", &["constant-contact"]),
    ("microsoft", &["microsoft-entra-id", "microsoft-graph", "azuread-oauth2", "azure-ad"]),
    ("salesforce", &["salesforce-oauth2"]),
    ("wordpress", &["wordpress-com"]),
    ("x", &["twitter", "twitter2", "twitter_oauth2"]),
    ("zoho", &["zoho-accounts"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_beside_their_names() {
        let cases = [
            ("authorize_url = \"https://a.example/a\"", "authorize_url", Some("https://a.example/a")),
            ("const tokenEndpoint = 'https://a.example/t';", "tokenEndpoint", Some("https://a.example/t")),
            ("token: { url: \"https://a.example/t\", x }", "token", Some("https://a.example/t")),
            (
                "ACCESS_TOKEN_URL = (\n  \"https://a.example/t\"\n)",
                "ACCESS_TOKEN_URL",
                Some("https://a.example/t"),
            ),
            ("my_token = \"x\"; token: \"y\"", "token", Some("y")),
            ("token: profile.token", "token", None),
            ("nothing", "token", None),
        ];
        for (text, key, expected) in cases {
            assert_eq!(quoted_after(text, key).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn comments_say_nothing() {
        let facts = facts(
            "# access_token_url = \"https://old.example\"\naccess_token_url = \"https://a.example\"",
            ALLAUTH,
        );

        assert_eq!(facts.get(TOKEN).map(String::as_str), Some("https://a.example"));
    }
}
