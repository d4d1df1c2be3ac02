//! What the fields of [`Habits`] must hold, and how to mend them.

use super::rules::Found;
use super::{Draft, Parameter, RedirectMethod};
use crate::model::{
    STANDARD_HEADERS, STANDARD_PARAMETERS, STANDARD_TOKEN_PARAMETERS, TOKEN_FIELDS, TestMethod,
};

/// Everything to mend in the habits of `draft`.
pub(super) fn check(draft: &Draft, found: &mut Found) {
    let habits = &draft.habits;
    names(&habits.names, found);
    paths(&habits.token_paths, found);
    for (extras, request) in
        [(&habits.token, "token"), (&habits.refresh, "refresh"), (&habits.revocation, "revocation")]
    {
        headers(&extras.headers, &format!("habits.{request}.headers"), found);
        parameters(&extras.parameters, &habits.names, &format!("habits.{request}.parameters"), found);
    }
    let listens = matches!(draft.redirect_method, RedirectMethod::Loopback | RedirectMethod::LoopbackFixed);
    if habits.form_post && !listens {
        found.error("habits.form_post", "Only a loopback redirect can take the answer as a posted form.");
    }
    if habits.names_issuer && draft.issuer.trim().is_empty() {
        found.error(
            "habits.names_issuer",
            "Fill in the issuer: it is what the answers have to name. The service's documentation has it.",
        );
    }
    if !habits.refresh_uri.trim().is_empty() {
        found.endpoint("habits.refresh_uri", &habits.refresh_uri, "your refresh token");
    }
    if habits.hex_challenge && !draft.pkce {
        found
            .error("habits.hex_challenge", "Without PKCE there is no challenge to be written. Turn PKCE on.");
    }
    redirect_fields(draft, found);
    let path = habits.api_host_field.trim();
    if !path.is_empty() && path.split('.').any(|step| step.trim().is_empty()) {
        found.error("habits.api_host_field", "Say where the API's address stands, such as instance_url.");
    }
    headers(&habits.test.headers, "habits.test.headers", found);
    if habits.test.method == TestMethod::Get && !habits.test.body.trim().is_empty() {
        found.error("habits.test.body", "A GET request has no body. Choose POST, or remove the body.");
    }
}

fn redirect_fields(draft: &Draft, found: &mut Found) {
    const FIELD: &str = "habits.redirect_fields";
    for name in draft.habits.redirect_fields.split_whitespace() {
        if OF_AN_ANSWER.contains(&name) || name == draft.habits.name_of("code") {
            found.error(FIELD, format!("`{name}` is read by Grantkeep itself and never kept."));
        } else if !is_name(name) {
            found.error(FIELD, format!("“{name}” is no name of a parameter, such as realmId."));
        }
    }
}

fn names(names: &[Parameter], found: &mut Found) {
    const FIELD: &str = "habits.names";
    for line in filled(names) {
        if !RENAMED.contains(&line.name.trim()) {
            let known = RENAMED.join(", ");
            found.error(FIELD, format!("`{}` can't have another name. These can: {known}.", line.name));
        } else if !is_name(line.value.trim()) {
            found
                .error(FIELD, format!("Give the service's own name of `{}`, such as client_key.", line.name));
        }
    }
    twice(names, FIELD, found);
}

fn paths(paths: &[Parameter], found: &mut Found) {
    const FIELD: &str = "habits.token_paths";
    for line in filled(paths) {
        let steps = line.value.trim().split('.');
        if !TOKEN_FIELDS.contains(&line.name.trim()) {
            let known = TOKEN_FIELDS.join(", ");
            found.error(FIELD, format!("`{}` is no field of a token answer. These are: {known}.", line.name));
        } else if steps.into_iter().any(|step| step.trim().is_empty()) {
            found
                .error(FIELD, format!("Say where `{}` stands, such as authed_user.access_token.", line.name));
        }
    }
    twice(paths, FIELD, found);
}

fn headers(headers: &[Parameter], field: &str, found: &mut Found) {
    for line in filled(headers) {
        let name = line.name.trim().to_ascii_lowercase();
        if STANDARD_HEADERS.contains(&name.as_str()) {
            found.error(field, format!("`{}` is set by Grantkeep itself.", line.name));
        } else if !name.bytes().all(is_of_header_name) {
            found.error(field, format!("“{}” is no name of a header field.", line.name));
        } else if line.value.bytes().any(|byte| !matches!(byte, b'\t' | b' '..=b'~')) {
            found.error(
                field,
                format!("The value of `{}` has characters that no header can hold.", line.name),
            );
        }
    }
    twice(headers, field, found);
}

fn parameters(parameters: &[Parameter], names: &[Parameter], field: &str, found: &mut Found) {
    for line in filled(parameters) {
        let name = line.name.trim();
        let is_set = STANDARD_TOKEN_PARAMETERS.contains(&name)
            || STANDARD_PARAMETERS.contains(&name)
            || names.iter().any(|own| own.value.trim() == name);
        if is_set {
            found.error(
                field,
                format!(
                    "`{name}` is set by Grantkeep from the other fields, so it can't be an extra parameter."
                ),
            );
        }
    }
    twice(parameters, field, found);
}

/// Lines with something in them; an empty one in a form means nothing.
fn filled(lines: &[Parameter]) -> impl Iterator<Item = &Parameter> {
    lines.iter().filter(|line| !line.name.trim().is_empty() || !line.value.trim().is_empty())
}

fn twice(lines: &[Parameter], field: &str, found: &mut Found) {
    let mut seen = Vec::new();
    for line in filled(lines) {
        let name = line.name.trim().to_ascii_lowercase();
        if name.is_empty() {
            found.error(field, format!("“{}” has no name in front of it.", line.value));
        } else if seen.contains(&name) {
            found.error(field, format!("`{name}` is there twice. Remove one of them."));
        }
        seen.push(name);
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// RFC 9110 §5.6.2.
fn is_of_header_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Parameters of an answer that are secrets, or mean something to Grantkeep (RFC 6749 §4.1.2).
const OF_AN_ANSWER: [&str; 5] = ["code", "state", "error", "error_description", "error_uri"];
/// Parameters that services are known to call otherwise.
const RENAMED: [&str; 8] = [
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "scope",
    "grant_type",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Extras, Habits};

    fn line(name: &str, value: &str) -> Vec<Parameter> {
        vec![Parameter { name: name.to_owned(), value: value.to_owned() }]
    }

    fn headers(name: &str, value: &str) -> Extras {
        Extras { headers: line(name, value), ..Extras::default() }
    }

    fn parameters(name: &str, value: &str) -> Extras {
        Extras { parameters: line(name, value), ..Extras::default() }
    }

    #[test]
    fn each_habit_says_how_to_mend_it() {
        type Edit = fn(&mut Habits);
        let cases: [(Edit, &str, &str); 24] = [
            (|h| h.names = line("client_id", "client_key"), "", "TikTok"),
            (|h| h.names = line("", ""), "", "an empty line of the form"),
            (|h| h.names = line("state", "s"), "habits.names", "it binds the answer"),
            (|h| h.names = line("client_id", "a b"), "habits.names", "no name"),
            (|h| h.names = [line("code", "a"), line("code", "b")].concat(), "habits.names", "twice"),
            (|h| h.token_paths = line("access_token", "body.access_token"), "", "Withings"),
            (|h| h.token_paths = line("token", "x"), "habits.token_paths", "no such field"),
            (|h| h.token_paths = line("scope", "a..b"), "habits.token_paths", "an empty step"),
            (|h| h.token = headers("Notion-Version", "2022-06-28"), "", "Notion"),
            (|h| h.refresh = headers("Authorization", "x"), "habits.refresh.headers", "a standard one"),
            (|h| h.token = headers("a b", "x"), "habits.token.headers", "no name"),
            (|h| h.token = headers("X-A", "a\r\nb"), "habits.token.headers", "a line break"),
            (|h| h.revocation = parameters("token", "x"), "habits.revocation.parameters", "a standard one"),
            (|h| h.token = parameters("", "x"), "habits.token.parameters", "no name"),
            (|h| h.names_issuer = true, "habits.names_issuer", "nothing to compare with"),
            (|h| h.refresh_uri = "https://api.figma.com/v1/oauth/refresh".into(), "", "Figma"),
            (|h| h.refresh_uri = "http://api.figma.com/".into(), "habits.refresh_uri", "in the open"),
            (|h| h.redirect_fields = " realmId  shop ".into(), "", "QuickBooks, Shopify"),
            (|h| h.redirect_fields = "code".into(), "habits.redirect_fields", "the code is no such field"),
            (|h| h.redirect_fields = "a&b".into(), "habits.redirect_fields", "no name"),
            (|h| h.api_host_field = "instance_url".into(), "", "Salesforce"),
            (|h| h.api_host_field = ".x".into(), "habits.api_host_field", "an empty step"),
            (|h| h.test.headers = line("Authorization", "x"), "habits.test.headers", "a standard one"),
            (|h| h.test.body = "{}".into(), "habits.test.body", "a GET has none"),
        ];
        for (edit, field, why) in cases {
            let mut draft = Draft::default();
            edit(&mut draft.habits);
            let mut found = Found::default();

            check(&draft, &mut found);

            let fields: Vec<_> = found.0.into_iter().map(|problem| problem.field).collect();
            let expected: &[&str] = if field.is_empty() { &[] } else { &[field] };
            assert_eq!(fields, expected, "{why}");
        }
    }

    #[test]
    fn a_posted_form_needs_a_listener() {
        let mut draft = Draft { redirect_method: RedirectMethod::Paste, ..Draft::default() };
        draft.habits.form_post = true;
        let mut found = Found::default();

        check(&draft, &mut found);

        assert_eq!(found.0[0].field, "habits.form_post");
    }
}
