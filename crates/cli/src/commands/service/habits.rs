//! Flags for a service that bends the standard, written into its form.

use grantkeep_api::views::{Habits, Parameter, ScopeSeparator, TestMethod, TokenFormat};

use crate::args;

/// Writes the flags that were given into the form.
pub(super) fn apply(flags: &args::Habits, habits: &mut Habits) {
    if let Some(separator) = flags.scope_separator {
        habits.scope_separator = match separator {
            args::ScopeSeparator::Space => ScopeSeparator::Space,
            args::ScopeSeparator::Comma => ScopeSeparator::Comma,
        };
    }
    if let Some(format) = flags.token_format {
        habits.token_format = match format {
            args::TokenFormat::Form => TokenFormat::Form,
            args::TokenFormat::Json => TokenFormat::Json,
            args::TokenFormat::Query => TokenFormat::Query,
        };
    }
    let lists = [
        (&flags.rename, &mut habits.names),
        (&flags.token_header, &mut habits.token.headers),
        (&flags.token_param, &mut habits.token.parameters),
        (&flags.refresh_header, &mut habits.refresh.headers),
        (&flags.refresh_param, &mut habits.refresh.parameters),
        (&flags.revocation_header, &mut habits.revocation.headers),
        (&flags.revocation_extra, &mut habits.revocation.parameters),
        (&flags.token_path, &mut habits.token_paths),
        (&flags.test_header, &mut habits.test.headers),
    ];
    for (given, list) in lists {
        change(given, list);
    }
    habits.refresh_scopes = flags.refresh_scopes.unwrap_or(habits.refresh_scopes);
    habits.form_post = flags.form_post.unwrap_or(habits.form_post);
    habits.names_issuer = flags.names_issuer.unwrap_or(habits.names_issuer);
    habits.hex_challenge = flags.hex_challenge.unwrap_or(habits.hex_challenge);
    let texts = [
        (&flags.refresh_uri, &mut habits.refresh_uri),
        (&flags.api_host_field, &mut habits.api_host_field),
        (&flags.test_body, &mut habits.test.body),
    ];
    for (given, text) in texts {
        if let Some(given) = given {
            text.clone_from(given);
        }
    }
    if !flags.redirect_field.is_empty() {
        habits.redirect_fields = flags.redirect_field.join(" ").trim().to_owned();
    }
    match (flags.test_method, &flags.test_body) {
        (Some(args::TestMethod::Get), _) => habits.test.method = TestMethod::Get,
        (Some(args::TestMethod::Post), _) => habits.test.method = TestMethod::Post,
        (None, Some(body)) if !body.is_empty() => habits.test.method = TestMethod::Post,
        (None, Some(_) | None) => {}
    }
}

/// `NAME=VALUE` sets a line, `NAME` alone takes it away.
pub(super) fn change(given: &[(String, Option<String>)], list: &mut Vec<Parameter>) {
    for (name, value) in given {
        list.retain(|line| line.name != *name);
        if let Some(value) = value {
            list.push(Parameter { name: name.clone(), value: value.clone() });
        }
    }
}

/// The flag that sets a field of the habits.
pub(super) fn flag(field: &str) -> Option<&'static str> {
    Some(match field {
        "habits.names" => "--rename",
        "habits.token.headers" => "--token-header",
        "habits.token.parameters" => "--token-param",
        "habits.refresh.headers" => "--refresh-header",
        "habits.refresh.parameters" => "--refresh-param",
        "habits.revocation.headers" => "--revocation-header",
        "habits.revocation.parameters" => "--revocation-extra",
        "habits.token_paths" => "--token-path",
        "habits.form_post" => "--form-post",
        "habits.names_issuer" => "--names-issuer",
        "habits.refresh_uri" => "--refresh-uri",
        "habits.hex_challenge" => "--hex-challenge",
        "habits.redirect_fields" => "--redirect-field",
        "habits.api_host_field" => "--api-host-field",
        "habits.test.headers" => "--test-header",
        "habits.test.body" => "--test-body",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_set_lines_and_take_them_away() {
        let mut habits = Habits::default();
        let pair = |name: &str, value: Option<&str>| vec![(name.to_owned(), value.map(str::to_owned))];

        apply(
            &args::Habits {
                token_format: Some(args::TokenFormat::Json),
                rename: pair("client_id", Some("client_key")),
                refresh_scopes: Some(true),
                ..args::Habits::default()
            },
            &mut habits,
        );
        assert_eq!(habits.names, [Parameter { name: "client_id".into(), value: "client_key".into() }]);
        assert_eq!((habits.token_format, habits.refresh_scopes), (TokenFormat::Json, true));

        apply(&args::Habits { rename: pair("client_id", None), ..args::Habits::default() }, &mut habits);
        assert!(habits.names.is_empty());
        assert_eq!(habits.token_format, TokenFormat::Json, "what is not given stays");
    }
}
