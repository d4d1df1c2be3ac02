//! The `{name}` of a catalog entry, as a service that was made from it has them.

use super::{Provider, Variable};
use crate::model::Service;

impl Provider {
    /// A text of this entry with its variables as `service` has them: a service keeps whole addresses only.
    ///
    /// `None` where the service's addresses were changed so that they no longer tell.
    pub fn filled_like(&self, text: &str, service: &Service) -> Option<String> {
        let test = service.endpoints.test.as_ref().map(url::Url::as_str).unwrap_or_default();
        let addresses = [
            (&self.draft.authorize_uri, service.endpoints.authorize.as_str()),
            (&self.draft.token_uri, service.endpoints.token.as_str()),
            (&self.draft.test_uri, test),
        ];
        self.variables.iter().try_fold(text.to_owned(), |text, variable| {
            let place = format!("{{{}}}", variable.name);
            if !text.contains(&place) {
                return Some(text);
            }
            let value = addresses.iter().find_map(|(template, whole)| value(template, whole, variable))?;
            Some(text.replace(&place, &value))
        })
    }
}

/// What stands in `whole` at the variable's place of `template`.
fn value(template: &str, whole: &str, variable: &Variable) -> Option<String> {
    let (mut whole, mut found) = (whole, None);
    let mut pieces = template.split('{');
    whole = whole.strip_prefix(pieces.next()?)?;
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let (name, fixed) = piece.split_once('}')?;
        let end = match (fixed, pieces.peek()) {
            ("", None) => whole.len(),
            // The last piece stands at the end, wherever else it may stand.
            (fixed, None) => {
                whole.len().checked_sub(fixed.len()).filter(|end| whole.get(*end..) == Some(fixed))?
            }
            (fixed, Some(_)) => whole.find(fixed)?,
        };
        if name == variable.name {
            found = Some(whole.get(..end)?);
        }
        whole = whole.get(end + fixed.len()..)?;
    }
    found.filter(|value| variable.kind.holds(value)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VariableKind;

    #[test]
    fn a_variable_is_read_back_from_an_address() {
        let of = |template: &str, whole: &str, name: &str, kind| {
            let variable = Variable {
                name: name.to_owned(),
                label: String::new(),
                hint: String::new(),
                example: String::new(),
                default: None,
                kind,
            };
            value(template, whole, &variable)
        };
        use VariableKind::{Host, Path, Slug};
        let cases = [
            ("https://{host}/a", "https://git.example/a", "host", Host, Some("git.example"), "a host"),
            ("https://{s}.x.com/a", "https://acme.x.com/a", "s", Slug, Some("acme"), "a label"),
            ("https://{d}/{p}/v1/a", "https://o.example/oauth2/x/v1/a", "p", Path, Some("oauth2/x"), "two"),
            (
                "https://{d}/{p}/v1/a",
                "https://o.example/oauth2/x/v1/a",
                "d",
                Host,
                Some("o.example"),
                "the first",
            ),
            ("https://x.com/{t}", "https://x.com/acme", "t", Slug, Some("acme"), "at the end"),
            ("https://{host}/a", "https://git.example/b", "host", Host, None, "another address"),
            ("https://{s}.x.com/a", "https://a/b.x.com/a", "s", Slug, None, "not what a label can be"),
            ("https://x.com/a", "https://x.com/a", "host", Host, None, "not there"),
        ];
        for (template, whole, name, kind, expected, why) in cases {
            assert_eq!(of(template, whole, name, kind).as_deref(), expected, "{why}");
        }
    }
}
