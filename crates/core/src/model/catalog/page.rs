//! The page where a stored service's client is registered.

use super::Provider;
use crate::model::draft::addresses;
use crate::model::{Draft, Variable};

impl Provider {
    /// The page where the client of a service with this definition is registered; the service's own addresses say what
    /// stands for the page's variables. `None` where there is no page, or an address that tells was changed by hand.
    pub fn registration_page(&self, definition: &Draft) -> Option<String> {
        let mut page = self.registration_uri.clone()?;
        for variable in &self.variables {
            let place = format!("{{{}}}", variable.name);
            if page.contains(&place) {
                page = page.replace(&place, &self.read_back(variable, definition)?);
            }
        }
        (!page.contains('{')).then_some(page)
    }

    /// What stands for a variable in the addresses of a definition, else its default.
    fn read_back(&self, variable: &Variable, definition: &Draft) -> Option<String> {
        let (mut patterns, mut whole) = (self.draft.clone(), definition.clone());
        let found = addresses(&mut patterns)
            .into_iter()
            .zip(addresses(&mut whole))
            .find_map(|(pattern, address)| between(pattern, address, &variable.name));
        let told = found.filter(|value| variable.kind.holds(value)).map(str::to_owned);
        told.or_else(|| variable.default.clone())
    }
}

/// What stands in `address` where `pattern` has `{name}`; other holes of the pattern may hold anything.
fn between<'a>(pattern: &str, address: &'a str, name: &str) -> Option<&'a str> {
    let mut pieces = pattern.split('{');
    let mut rest = address.strip_prefix(pieces.next()?)?;
    let mut found = None;
    let mut holes = pieces.peekable();
    while let Some(piece) = holes.next() {
        let (hole, literal) = piece.split_once('}')?;
        let end = match holes.peek() {
            None => rest.len().checked_sub(literal.len()).filter(|_| rest.ends_with(literal))?,
            Some(_) => rest.find(literal)?,
        };
        let (value, after) = (rest.get(..end)?, rest.get(end + literal.len()..)?);
        if hole == name && !value.is_empty() {
            found = found.or(Some(value));
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Basis, Catalog, Parameter, RevocationDraft, Timestamp};

    /// A stored service of the provider, with the example of each variable.
    fn stored(provider: &Provider) -> Draft {
        let line =
            |variable: &Variable| Parameter { name: variable.name.clone(), value: variable.example.clone() };
        let draft = Draft {
            client_id: "client".to_owned(),
            variables: provider.variables.iter().map(line).collect(),
            ..provider.draft.clone()
        };
        let name = "service".parse().unwrap();
        let now = Timestamp::from_millis(0);
        let basis = Basis { existing: None, name, bound: false, has_client_secret: true, now };
        Draft::from(&draft.into_service(basis).unwrap())
    }

    #[test]
    fn each_page_is_whole_for_a_stored_service() {
        for provider in Catalog::builtin().providers() {
            let Some(page) = &provider.registration_uri else { continue };
            let mut expected = page.clone();
            for Variable { name, example, .. } in &provider.variables {
                expected = expected.replace(&format!("{{{name}}}"), example);
            }
            let found = provider.registration_page(&stored(provider));
            assert_eq!(found, Some(expected), "{}", provider.id);
        }
    }

    #[test]
    fn an_address_that_was_changed_by_hand_tells_nothing() {
        let zendesk = Catalog::builtin().provider("zendesk").unwrap();
        let elsewhere = Draft {
            authorize_uri: "https://a.example/authorize".to_owned(),
            token_uri: "https://a.example/token".to_owned(),
            test_uri: String::new(),
            revocation: RevocationDraft::None,
            ..stored(zendesk)
        };
        let astray = Draft {
            authorize_uri: "https://evil.example/x.zendesk.com/oauth/authorizations/new".to_owned(),
            ..elsewhere.clone()
        };
        for draft in [elsewhere, astray] {
            assert_eq!(zendesk.registration_page(&draft), None, "{}", draft.authorize_uri);
        }
    }

    #[test]
    fn a_hole_is_read_between_what_stands_around_it() {
        let cases = [
            (
                "https://{host}/r/{realm}/t",
                "https://a.example/r/staff/t",
                "realm",
                Some("staff"),
                "the second",
            ),
            (
                "https://{host}/r/{realm}/t",
                "https://a.example/r/staff/t",
                "host",
                Some("a.example"),
                "the first",
            ),
            ("https://a/{id}", "https://a/7", "id", Some("7"), "at the end"),
            ("https://a/{id}", "https://a/", "id", None, "nothing there"),
            ("https://a/{id}/x", "https://a/7/y", "id", None, "another end"),
            ("https://a/x", "https://a/x", "id", None, "no hole"),
        ];
        for (pattern, address, name, value, why) in cases {
            assert_eq!(between(pattern, address, name), value, "{why}");
        }
    }
}
