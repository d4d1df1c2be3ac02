use super::*;
use crate::model::Catalog;

#[test]
fn each_row_says_what_it_is_and_what_to_do() {
    for row in known_errors() {
        let name = format!("{} {} {}", row.from, row.code, row.says);
        assert!(!row.code.is_empty() || !row.says.is_empty(), "{name}: it can be told by something");
        assert_eq!(row.says, row.says.to_lowercase(), "{name}: compared in lower case");
        assert!(!row.actions.is_empty(), "{name}: there is something to do");
        for sentence in [row.meaning, row.todo] {
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{name}: {sentence}");
        }
        assert!(!row.title.ends_with('.'), "{name}: a title is no sentence");
        let known = |id: &&str| Catalog::builtin().provider(id).is_some();
        assert!(row.only.iter().all(known), "{name}: the catalog has them");
        for (at, action) in row.actions.iter().enumerate() {
            assert!(!row.actions[..at].contains(action), "{name}: each action once");
        }
    }
}

#[test]
fn only_invalid_grant_ends_a_grant_whatever_the_table_says() {
    // R-TK-12
    assert!(known_errors().all(|row| row.kind != Some(FailureKind::GrantEnded)));
}

#[test]
fn each_row_can_be_reached() {
    for row in known_errors() {
        let found = known_error(
            row.only.first().copied(),
            row.at.or(row.kind).unwrap_or(FailureKind::GrantEnded),
            if row.code.is_empty() { "invalid_x" } else { row.code },
            row.says,
        );
        assert!(
            found.is_some_and(|found| std::ptr::eq(found, row)),
            "{} {} {}",
            row.from,
            row.code,
            row.says
        );
    }
}

#[test]
fn errors_are_known_by_code_words_and_provider() {
    use FailureKind::{ClientRefused, GrantEnded, Refused};
    let secret = "AADSTS7000215: Invalid client secret provided.";
    let cases = [
        (None, GrantEnded, "invalid_grant", "", "RFC 6749 §5.2", "{title} needs you to reauthorize"),
        (None, Refused, "invalid_grant", "", "RFC 6749 §5.2", "{title} did not take the code"),
        (None, GrantEnded, "INVALID_GRANT", "", "RFC 6749 §5.2", "{title} needs you to reauthorize"),
        (None, ClientRefused, "invalid_client", secret, "Microsoft", "{title} refused the client secret"),
        (
            Some("google"),
            GrantEnded,
            "invalid_grant",
            "Token has been expired or revoked.",
            "Google",
            "{title} needs you to reauthorize",
        ),
        (
            Some("github"),
            Refused,
            "redirect_uri_mismatch",
            "",
            "GitHub",
            "{title} has another callback URL registered",
        ),
        (
            None,
            Refused,
            "redirect_uri_mismatch",
            "",
            "in the wild",
            "{title} has another redirect URI registered",
        ),
        (
            Some("auth0"),
            ClientRefused,
            "access_denied",
            "Unauthorized",
            "Auth0",
            "{title} refused the client secret",
        ),
        (None, Refused, "access_denied", "Unauthorized", "RFC 6749 §4.1.2.1", "You refused at {title}"),
        (
            None,
            ClientRefused,
            "unauthorized_client",
            "Missing valid authorization header",
            "X",
            "{title} wants the client secret in the header",
        ),
    ];
    for (provider, kind, code, description, from, title) in cases {
        let row = known_error(provider, kind, code, description).unwrap();
        assert_eq!((row.from, row.title), (from, title), "{code} {description}");
    }
    assert!(known_error(None, Refused, "something_else", "").is_none());
    let longer = known_error(None, Refused, "invalid_x", "AADSTS500119: another number").is_none();
    assert!(longer, "a number is a whole one");
}

#[test]
fn a_code_of_its_own_tells_the_kind_of_failure() {
    use FailureKind::{ClientRefused, ConsentRefused, InvalidScope};
    let cases = [
        (None, "incorrect_client_credentials", "", Some(ClientRefused), "GitHub"),
        (None, "bad_client_secret", "", Some(ClientRefused), "Slack"),
        (None, "invalid_client_id", "", Some(ClientRefused), "Slack"),
        (None, "OAuthException", "Error validating client secret.", Some(ClientRefused), "Facebook"),
        (None, "access_denied", "AADSTS65004: User declined", Some(ConsentRefused), "Microsoft"),
        (None, "unauthorized_scope_error", "", Some(InvalidScope), "LinkedIn"),
        (Some("auth0"), "access_denied", "Unauthorized", Some(ClientRefused), "Auth0's wrong secret"),
        (Some("google"), "access_denied", "Unauthorized", None, "nobody else's"),
        (None, "invalid_grant", "", None, "the code tells"),
    ];
    for (provider, code, description, kind, why) in cases {
        assert_eq!(known_kind(provider, code, description), kind, "{code}: {why}");
    }
}

#[test]
fn an_error_is_found_in_the_text_of_a_page() {
    let cases = [
        ("Error 400: redirect_uri_mismatch", Some("in the wild"), "Google's page"),
        ("Access blocked. Error 403: org_internal", Some("Google"), "Google's page"),
        (
            "AADSTS50011: The redirect URI 'http://localhost' specified …",
            Some("Microsoft"),
            "Microsoft's page",
        ),
        (
            "Oauth error invalid_request: The redirect_uri is not whitelisted",
            Some("Shopify"),
            "Shopify's page",
        ),
        ("INVALID_CLIENT: Invalid redirect URI", Some("Spotify"), "Spotify's page"),
        ("Invalid OAuth2 redirect_uri", Some("Discord"), "Discord's page"),
        ("Error: invalid_request", None, "it could be anything"),
        ("my_org_internal_notes", None, "part of another word"),
        ("Welcome back", None, "no error at all"),
        ("", None, "nothing"),
    ];
    for (page, from, why) in cases {
        assert_eq!(known_error_in(None, page).map(|row| row.from), from, "{page}: {why}");
    }
}

#[test]
fn the_documentation_has_each_row() {
    let documentation = include_str!("../../../../../docs/errors.md");
    let missing: Vec<String> =
        known_errors().map(documented).filter(|row| !documentation.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "docs/errors.md lacks:\n{}", missing.join("\n"));
}

/// The row as the documentation has it.
fn documented(row: &KnownError) -> String {
    let error = match (row.code, row.says) {
        (code, "") => format!("`{code}`"),
        ("", says) => format!("“{says}”"),
        (code, says) => format!("`{code}` “{says}”"),
    };
    let title = row.title.replacen("{title}", if row.title.starts_with('{') { "It" } else { "it" }, 1);
    format!("| {error} | {} | {title}. {} | {} |", row.from, row.meaning, row.todo)
}
