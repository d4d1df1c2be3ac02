//! What a token says of itself, in words for a person (RFC 7519 §4.1, RFC 7662 §2.2, OpenID Connect Core §5.1).

use serde_json::{Map, Value};

use crate::model::{Timestamp, plain};

/// One thing that a token or an introspection says. Untrusted text, made plain (R-TK-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// As the provider spells it.
    pub name: String,
    /// What it means in plain words, where that is known.
    pub meaning: Option<&'static str>,
    /// Its value as text.
    pub value: String,
    /// The instant that it names, where it is a time (RFC 7519 §2, `NumericDate`).
    pub at: Option<Timestamp>,
}

/// The members of a JSON object, well-known ones first; `hidden` is a secret that must not be among the values.
pub(super) fn claims(map: &Map<String, Value>, hidden: Option<&str>) -> Vec<Claim> {
    let known = MEANINGS.iter().filter_map(|(name, _)| map.get_key_value(*name));
    let others = map.iter().filter(|(name, _)| meaning(name).is_none());
    let said = known.chain(others).filter(|(_, value)| !value.is_null());
    said.take(MOST_CLAIMS).map(|(name, value)| claim(name, value, hidden)).collect()
}

/// A `NumericDate`: seconds since the epoch, fractions allowed, as a number or as digits.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(digits) => digits.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    // Beyond the year 9999 it is no date that anybody means.
    (0.0..=LAST_SECOND).contains(&seconds).then(|| Timestamp::from_millis((seconds * 1000.0) as i64))
}

/// A member that is a text with something in it, or a number, made plain.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => plain(text, LONGEST_NAME),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

fn claim(name: &str, value: &Value, hidden: Option<&str>) -> Claim {
    let at = if TIMES.contains(&name) { instant(value) } else { None };
    let secret = SECRETS.contains(&name);
    let value = if secret { NOT_SHOWN.to_owned() } else { shown(value, hidden) };
    Claim { name: plain(name, LONGEST_NAME), meaning: meaning(name), value, at }
}

fn shown(value: &Value, hidden: Option<&str>) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    };
    let has_secret = hidden.is_some_and(|secret| !secret.is_empty() && text.contains(secret));
    if has_secret || holds_jwt(&text) { NOT_SHOWN.to_owned() } else { plain(&text, LONGEST_VALUE) }
}

/// A token within a token is one all the same: a compact JWS or JWE begins with `{"` in base64url (RFC 7515 §3.1).
fn holds_jwt(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .any(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2)
}

fn meaning(name: &str) -> Option<&'static str> {
    MEANINGS.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

/// In the order in which they are shown.
const MEANINGS: [(&str, &str); 32] = [
    ("sub", "Whose it is"),
    ("name", "Name"),
    ("preferred_username", "User name"),
    ("username", "User name"),
    ("email", "E-mail address"),
    ("email_verified", "E-mail address was checked"),
    ("iss", "Who made it"),
    ("aud", "Whom it is for"),
    ("azp", "Client that asked"),
    ("client_id", "Client"),
    ("scope", "Scopes"),
    ("scp", "Scopes"),
    ("roles", "Roles"),
    ("groups", "Groups"),
    ("token_type", "Type"),
    ("exp", "Ends"),
    ("nbf", "Good from"),
    ("iat", "Made"),
    ("auth_time", "Signed in"),
    ("updated_at", "Profile changed"),
    ("acr", "How sure the provider is"),
    ("amr", "How the person signed in"),
    ("sid", "Session"),
    ("tid", "Tenant"),
    ("jti", "Identifier of the token"),
    ("nonce", "Belongs to the authorization"),
    ("at_hash", "Fingerprint of the access token"),
    ("c_hash", "Fingerprint of the code"),
    ("s_hash", "Fingerprint of the state"),
    ("alg", "Signed with"),
    ("kid", "Key"),
    ("typ", "Kind"),
];

/// Claims that are times.
const TIMES: [&str; 5] = ["exp", "nbf", "iat", "auth_time", "updated_at"];
/// Members that hold a secret by their name.
const SECRETS: [&str; 6] =
    ["token", "access_token", "refresh_token", "id_token", "client_secret", "registration_access_token"];
const NOT_SHOWN: &str = "(a secret, not shown)";
const MOST_CLAIMS: usize = 100;
const LONGEST_NAME: usize = 255;
const LONGEST_VALUE: usize = 1000;
/// The end of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(value: Value) -> String {
        let Value::Object(map) = json!({ "x": value }) else { unreachable!() };
        claims(&map, Some("opaque-token-1")).remove(0).value
    }

    #[test]
    fn values_are_plain_text_without_secrets() {
        let cases = [
            (json!("a\u{202E}b\n"), "ab", "plain"),
            (json!(["a", "b"]), "a, b", "a list of texts"),
            (json!({ "country": "DE" }), "{\"country\":\"DE\"}", "an object"),
            (json!(false), "false", "a truth"),
            (json!("opaque-token-1"), NOT_SHOWN, "the token itself"),
            (json!(["x opaque-token-1"]), NOT_SHOWN, "the token within"),
            (json!({ "t": "eyJhbGciOiJ9.eyJ9.c2ln" }), NOT_SHOWN, "a token of any kind"),
            (json!("eyJ is how they begin"), "eyJ is how they begin", "no token"),
        ];
        for (sent, expected, why) in cases {
            assert_eq!(value(sent), expected, "{why}");
        }
        assert_eq!(value(json!("é".repeat(2000))).chars().count(), LONGEST_VALUE + 1, "and cut");
    }

    #[test]
    fn well_known_claims_come_first_with_their_meaning() {
        let Value::Object(map) = json!({
            "zone": 1, "exp": 1_000_060, "sub": "7", "access_token": "s", "iat": "1000000", "nbf": 1e300, "gone": null,
        }) else {
            unreachable!()
        };

        let read = claims(&map, None);

        let names: Vec<_> = read.iter().map(|claim| claim.name.as_str()).collect();
        assert_eq!(names, ["sub", "exp", "nbf", "iat", "zone", "access_token"]);
        assert_eq!(read[0].meaning, Some("Whose it is"));
        assert_eq!(read[1].at, Some(Timestamp::from_millis(1_000_060_000)));
        assert_eq!(read[2].at, None, "no date that anybody means");
        assert_eq!(read[3].at, Some(Timestamp::from_millis(1_000_000_000)), "digits");
        assert_eq!(read[5].value, NOT_SHOWN);
    }

    #[test]
    fn what_is_said_has_an_end() {
        let map: Map<String, Value> = (0..5000).map(|number| (number.to_string(), json!(1))).collect();
        assert_eq!(claims(&map, None).len(), MOST_CLAIMS);
    }
}
