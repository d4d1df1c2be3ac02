//! ID tokens: checked before anything in them is shown as a fact (R-TK-17).

use serde::Deserialize;
use serde_json::Value;

use super::jwt::decoded;
use crate::model::{IdToken, Identity, IdentitySource, Nonce, Timestamp, plain};

/// Why an ID token does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenRefused {
    /// It can't be read: no JWS with claims, or one without a subject.
    #[error("the ID token can't be read")]
    Unreadable,
    /// `iss` is another.
    #[error("the ID token comes from `{got}`, not from `{expected}`")]
    WrongIssuer {
        /// The issuer of the service.
        expected: String,
        /// The one in the token, made plain.
        got: String,
    },
    /// `aud` or `azp` name another client.
    #[error("the ID token is meant for another client")]
    WrongAudience,
    /// `exp` is over or missing.
    #[error("the ID token has expired")]
    Expired,
    /// `nonce` is missing or another.
    #[error("the ID token belongs to another authorization")]
    WrongNonce,
}

/// Checks an ID token and returns whom it names (OpenID Connect Core §3.1.3.7).
///
/// The token must come straight from the token endpoint: there the TLS channel stands in for the signature, as
/// item 6 of that section allows, and the signature is not looked at. One that came any other way proves nothing.
/// `exp` is compared with `now`, wall-clock time (UTC), with 60 s leeway. `nonce` is the one that was asked with;
/// `None` after a refresh, where a nonce is not repeated (§12.2).
///
/// # Errors
/// The first of issuer, audience, expiry and nonce that does not hold.
pub fn check_id_token(
    id: &IdToken,
    issuer: &str,
    client_id: &str,
    nonce: Option<&Nonce>,
    now: Timestamp,
) -> Result<Identity, IdTokenRefused> {
    let claims = claims(id.expose()).ok_or(IdTokenRefused::Unreadable)?;
    if !is_issuer(issuer, &claims.iss) {
        let got = plain(&claims.iss, TEXT_LIMIT);
        return Err(IdTokenRefused::WrongIssuer { expected: issuer.to_owned(), got });
    }
    if !is_for(client_id, &claims) {
        return Err(IdTokenRefused::WrongAudience);
    }
    if claims.exp.is_none_or(|exp| exp + LEEWAY_S <= now.seconds() as f64) {
        return Err(IdTokenRefused::Expired);
    }
    if nonce.is_some_and(|nonce| !claims.nonce.is_some_and(|sent| Nonce::new(sent).matches(nonce))) {
        return Err(IdTokenRefused::WrongNonce);
    }
    let text =
        |text: Option<String>| text.map(|text| plain(&text, TEXT_LIMIT)).filter(|text| !text.is_empty());
    let subject = text(Some(claims.sub)).ok_or(IdTokenRefused::Unreadable)?;
    let (name, email) = (text(claims.name), text(claims.email));
    Ok(Identity { subject, name, email, source: IdentitySource::Issuer })
}

/// Returns when an ID token ends: its `exp` (OpenID Connect Core §2), wall-clock time (UTC). `None` where it can't be
/// read or says nothing.
pub fn id_token_end(id: &IdToken) -> Option<Timestamp> {
    let seconds = claims(id.expose())?.exp.filter(|exp| exp.is_finite())?;
    // A float beyond the range becomes the nearest end of it.
    Some(Timestamp::from_millis((seconds * 1000.0) as i64))
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    azp: Option<String>,
    exp: Option<f64>,
    nonce: Option<String>,
    name: Option<String>,
    email: Option<String>,
}

/// The payload of a compact JWS (RFC 7515 §3.1); an encrypted token has five parts and can't be read.
fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.trim().split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    serde_json::from_slice(&decoded(payload)?).ok()
}

/// `aud` holds the client; several audiences need `azp`, and `azp` names the client wherever it is sent.
fn is_for(client_id: &str, claims: &Claims) -> bool {
    let (is_in, several) = match &claims.aud {
        Value::String(one) => (one == client_id, false),
        Value::Array(many) => (many.iter().any(|one| one.as_str() == Some(client_id)), many.len() > 1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => (false, false),
    };
    is_in && claims.azp.as_ref().map_or(!several, |azp| azp == client_id)
}

/// The issuer is compared as text (OpenID Connect Core §3.1.3.7); Google may leave out the scheme (§15.6.2).
pub(super) fn is_issuer(issuer: &str, sent: &str) -> bool {
    sent == issuer || (issuer == "https://accounts.google.com" && sent == "accounts.google.com")
}

/// Clocks differ (OpenID Connect Core §2: "a few minutes" at most).
const LEEWAY_S: f64 = 60.0;
/// Characters of a claim that are kept; `sub` has up to 255 (OpenID Connect Core §2).
const TEXT_LIMIT: usize = 255;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{URL_SAFE as PADDED, URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://as.example";
    const NOW: Timestamp = Timestamp::from_millis(1_000_000_500);

    fn check(claims: &Value, issuer: &str) -> Result<Identity, IdTokenRefused> {
        let token = format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        check_id_token(&IdToken::new(token), issuer, "client", Some(&Nonce::new("n")), NOW)
    }

    fn good() -> Value {
        json!({ "iss": ISSUER, "sub": "7", "aud": "client", "exp": 1_000_060, "nonce": "n" })
    }

    #[test]
    fn each_claim_is_checked() {
        // R-TK-17
        use IdTokenRefused::{Expired, Unreadable, WrongAudience, WrongNonce};
        let cases = [
            ("aud", json!(["client"]), None, "a list of one"),
            ("aud", json!(["other", "client"]), Some(WrongAudience), "several without azp"),
            ("aud", json!("other"), Some(WrongAudience), "another client"),
            ("aud", json!([]), Some(WrongAudience), "nobody"),
            ("aud", json!(7), Some(WrongAudience), "nonsense"),
            ("azp", json!("client"), None, "the client asked itself"),
            ("azp", json!("other"), Some(WrongAudience), "asked by another client"),
            ("exp", json!(999_941), None, "within the leeway of 60 s"),
            ("exp", json!(999_940), Some(Expired), "beyond it"),
            ("exp", json!(1_000_000.5), None, "a fraction"),
            ("exp", json!(null), Some(Expired), "missing"),
            ("exp", json!("soon"), Some(Unreadable), "nonsense"),
            ("nonce", json!("m"), Some(WrongNonce), "another authorization"),
            ("nonce", json!(null), Some(WrongNonce), "missing"),
            ("sub", json!(""), Some(Unreadable), "nobody"),
            ("sub", json!(null), Some(Unreadable), "nobody"),
            ("iss", json!(null), Some(Unreadable), "from nowhere"),
        ];
        assert!(check(&good(), ISSUER).is_ok(), "as it should be");
        for (claim, value, refused, why) in cases {
            let mut claims = good();
            claims[claim] = value;
            assert_eq!(check(&claims, ISSUER).err(), refused, "{claim}: {why}");
        }
        let mut claims = good();
        claims["aud"] = json!(["other", "client"]);
        claims["azp"] = json!("client");
        assert!(check(&claims, ISSUER).is_ok(), "several audiences with azp");
    }

    #[test]
    fn the_issuer_is_compared_as_text() {
        let google = "https://accounts.google.com";
        let cases = [
            (ISSUER, "https://as.example/", false, "a slash"),
            (ISSUER, "as.example", false, "the scheme"),
            (google, google, true, "Google"),
            (google, "accounts.google.com", true, "Google's exception"),
            (google, "evil.example", false, "no further one"),
        ];
        for (issuer, sent, holds, why) in cases {
            let mut claims = good();
            claims["iss"] = json!(sent);
            match check(&claims, issuer) {
                Ok(_) => assert!(holds, "{why}"),
                Err(refused) => {
                    assert!(!holds, "{why}");
                    let expected = issuer.to_owned();
                    assert_eq!(
                        refused,
                        IdTokenRefused::WrongIssuer { expected, got: sent.to_owned() },
                        "{why}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_person_is_named_in_plain_text() {
        let mut claims = good();
        claims["name"] = json!("A\u{202E}da\n");
        claims["email"] = json!("");
        let identity = check(&claims, ISSUER).unwrap();
        let source = IdentitySource::Issuer;
        let (subject, name) = ("7".to_owned(), Some("Ada".to_owned()));
        assert_eq!(identity, Identity { subject, name, email: None, source });
    }

    #[test]
    fn the_end_of_an_id_token_is_its_exp() {
        let cases = [
            (json!(1_000_060), Some(1_000_060_000), "seconds"),
            (json!(1_000_060.5), Some(1_000_060_500), "a fraction"),
            (json!(1e300), Some(i64::MAX), "beyond all time"),
            (json!(null), None, "missing"),
            (json!("soon"), None, "nonsense"),
        ];
        for (exp, millis, why) in cases {
            let mut claims = good();
            claims["exp"] = exp;
            let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()));
            assert_eq!(id_token_end(&IdToken::new(token)).map(Timestamp::millis), millis, "{why}");
        }
    }

    #[test]
    fn only_a_compact_jws_is_read() {
        let payload = good().to_string();
        let (bare, padded) = (URL_SAFE_NO_PAD.encode(&payload), PADDED.encode(&payload));
        let cases = [
            (format!("h.{bare}.s"), true, "three parts"),
            (format!("h.{padded}.s"), true, "padding does no harm"),
            (format!("h.{bare}."), true, "an unsecured one: the channel vouches for it"),
            (format!("h.{bare}"), false, "two parts"),
            (format!("h.{bare}.s.t.u"), false, "encrypted"),
            ("h.%%%.s".to_owned(), false, "no base64"),
            (format!("h.{}.s", URL_SAFE_NO_PAD.encode("[]")), false, "no claims"),
            (String::new(), false, "nothing"),
        ];
        for (token, holds, why) in cases {
            let checked = check_id_token(&IdToken::new(token), ISSUER, "client", None, NOW);
            assert_eq!(checked.is_ok(), holds, "{why}");
        }
    }
}
