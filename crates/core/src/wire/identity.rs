//! Asking whose a token is, at the issuer (OpenID Connect Core §5.3) or where the catalog knows.

use serde_json::Value;
use url::Url;

use super::claims::text;
use super::resource_request::bearer_get;
use super::{Request, Response, Unreachable};
use crate::model::{AccessToken, Identity, IdentitySource, Provider, Service, plain};

/// Where to ask whose a token is, and where in the answer it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityQuestion {
    /// Address.
    pub url: Url,
    /// Names with dots between them: the identifier that never changes.
    subject: String,
    /// The names to show, the best first.
    names: Vec<String>,
    /// What the answer's subject can be compared with.
    source: IdentitySource,
}

/// Why nobody is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoIdentity {
    /// No answer.
    #[error("{0}")]
    Unreachable(String),
    /// A refusal.
    #[error("it answered {0}")]
    Status(u16),
    /// No JSON, or none that names anybody.
    #[error("its answer names nobody")]
    Unreadable,
    /// The ID token names another subject (OpenID Connect Core §5.3.2).
    #[error("it names somebody else than the ID token does")]
    OtherSubject,
}

/// Where to ask whose a token of the service is: what the catalog knows, else the issuer's `userinfo` endpoint.
///
/// `None` where there is no such address, or the service does not allow the token to go there (R-ST-14).
pub fn identity_question(
    service: &Service,
    provider: Option<&Provider>,
    userinfo: Option<&Url>,
) -> Option<IdentityQuestion> {
    let of_catalog = || {
        let provider = provider?;
        let known = provider.identity.as_ref()?;
        let url = Url::parse(&provider.filled_like(&known.uri, service)?).ok()?;
        let source = if known.subject == "sub" { IdentitySource::Issuer } else { IdentitySource::Catalog };
        Some(IdentityQuestion {
            url,
            subject: known.subject.clone(),
            names: vec![known.name.clone()],
            source,
        })
    };
    let of_issuer = || {
        let names = ["email", "name", "preferred_username"].map(str::to_owned).to_vec();
        let (url, subject) = (userinfo?.clone(), "sub".to_owned());
        Some(IdentityQuestion { url, subject, names, source: IdentitySource::Issuer })
    };
    of_catalog().or_else(of_issuer).filter(|question| service.may_request(&question.url, None))
}

/// Returns the request that asks; `None` where no header can carry the token.
pub fn identity_request(question: &IdentityQuestion, access: &AccessToken) -> Option<Request> {
    bearer_get(&question.url, access)
}

/// Reads whom an answer names; `expected` is whom the ID token names.
///
/// # Errors
/// Why nobody is named.
pub fn read_identity(
    answer: &Result<Response, Unreachable>,
    question: &IdentityQuestion,
    expected: Option<&Identity>,
) -> Result<Identity, NoIdentity> {
    let response = answer.as_ref().map_err(|error| NoIdentity::Unreachable(plain(&error.reason, 200)))?;
    if response.status != 200 {
        return Err(NoIdentity::Status(response.status));
    }
    let said: Value = serde_json::from_slice(&response.body).map_err(|_| NoIdentity::Unreadable)?;
    let subject = text(at(&said, &question.subject)).ok_or(NoIdentity::Unreadable)?;
    let mut named = Identity { subject, name: None, email: None, source: question.source };
    for shown in question.names.iter().filter_map(|path| text(at(&said, path))) {
        let place = if is_address(&shown) { &mut named.email } else { &mut named.name };
        place.get_or_insert(shown);
    }
    let Some(expected) = expected else { return Ok(named) };
    match expected.is_of_same_person(&named) {
        Some(false) => Err(NoIdentity::OtherSubject),
        // The ID token was checked, so its subject is what counts.
        Some(true) | None => Ok(Identity {
            subject: expected.subject.clone(),
            source: expected.source,
            name: expected.name.clone().or(named.name),
            email: expected.email.clone().or(named.email),
        }),
    }
}

/// What stands at a path of names and places with dots between them.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Array(values) => values.get(step.parse::<usize>().ok()?),
        _ => value.get(step),
    })
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Catalog;
    use crate::wire::example::{answer, service, url};

    fn userinfo() -> IdentityQuestion {
        identity_question(&service(), None, Some(&url("https://api.example.com/userinfo"))).unwrap()
    }

    fn ask(
        question: &IdentityQuestion,
        body: &Value,
        expected: Option<&str>,
    ) -> Result<Identity, NoIdentity> {
        let expected = expected.map(|subject| Identity {
            subject: subject.to_owned(),
            name: None,
            email: None,
            source: IdentitySource::Issuer,
        });
        let answer = Ok(answer(200, &[], body.to_string().as_bytes()));
        read_identity(&answer, question, expected.as_ref())
    }

    #[test]
    fn the_token_goes_only_where_the_service_allows_it() {
        // R-ST-14
        let cases = [
            ("https://api.example.com/userinfo", true, "the Test URI's origin"),
            ("https://auth.example.com/userinfo", true, "an endpoint's"),
            ("https://evil.example/userinfo", false, "any other"),
            ("http://api.example.com/userinfo", false, "in the open"),
        ];
        for (address, allowed, why) in cases {
            let question = identity_question(&service(), None, Some(&url(address)));
            assert_eq!(question.is_some(), allowed, "{why}");
        }
        let github = Catalog::builtin().provider("github").unwrap();
        assert_eq!(identity_question(&service(), Some(github), None), None, "not this service's API");
    }

    #[test]
    fn the_subject_of_userinfo_is_that_of_the_id_token() {
        let said =
            json!({ "sub": "7", "name": "Ada", "email": "ada@example.com", "preferred_username": "al" });

        let named = ask(&userinfo(), &said, Some("7")).unwrap();

        assert_eq!((named.name.as_deref(), named.email.as_deref()), (Some("Ada"), Some("ada@example.com")));
        assert_eq!(ask(&userinfo(), &said, None).unwrap().subject, "7", "without an ID token");
        assert_eq!(ask(&userinfo(), &said, Some("8")), Err(NoIdentity::OtherSubject));
    }

    #[test]
    fn an_answer_that_names_nobody_is_none() {
        let cases = [
            (Ok(answer(401, &[], b"{\"sub\":\"7\"}")), NoIdentity::Status(401), "refused"),
            (Ok(answer(200, &[], b"eyJhbGciOiJub25lIn0.e30.")), NoIdentity::Unreadable, "signed"),
            (Ok(answer(200, &[], b"{\"sub\":\"\"}")), NoIdentity::Unreadable, "empty"),
            (Ok(answer(200, &[], b"{\"sub\":{}}")), NoIdentity::Unreadable, "no text"),
            (Err(Unreachable { reason: "down".into() }), NoIdentity::Unreachable("down".into()), "no answer"),
        ];
        for (answer, expected, why) in cases {
            assert_eq!(read_identity(&answer, &userinfo(), None), Err(expected), "{why}");
        }
    }

    #[test]
    fn the_catalog_says_where_the_names_stand() {
        let question = IdentityQuestion {
            url: url("https://api.example.com/me"),
            subject: "data.id".into(),
            names: vec!["data.names.0".into()],
            source: IdentitySource::Catalog,
        };
        let said = json!({ "data": { "id": 7, "names": ["ada@example.com"] } });

        let named = ask(&question, &said, None).unwrap();

        assert_eq!((named.subject.as_str(), named.email.as_deref()), ("7", Some("ada@example.com")));
        let named = ask(&question, &said, Some("of the ID token")).unwrap();
        assert_eq!(named.subject, "of the ID token", "what was checked counts");
        assert_eq!(named.label(), "ada@example.com");
    }
}
