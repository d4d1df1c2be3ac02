//! Secrets are exposed only where they leave the program (the table in ARCHITECTURE.md).

use super::Finding;
use super::source::Source;

const MAY_EXPOSE: &[&str] = &[
    "crates/core/src/wire/token_request.rs",
    "crates/core/src/wire/revocation.rs",
    "crates/core/src/wire/token_response.rs",
    "crates/core/src/wire/id_token.rs",
    "crates/core/src/wire/introspection.rs",
    "crates/core/src/wire/jwt.rs",
    "crates/core/src/wire/pasted.rs",
    "crates/core/src/wire/registration.rs",
    "crates/core/src/wire/resource_request.rs",
    "crates/core/src/wire/resource_answer.rs",
    "crates/core/src/wire/oauth2_crate.rs",
    "crates/core/src/wire/redirect.rs",
    "crates/core/src/wire/redirect_doctor/page.rs",
    "crates/core/src/wire/authorization_request.rs",
    "crates/vault/src/rows.rs",
    "crates/vault/src/key.rs",
    "crates/agent/src/server/secrets.rs",
    "crates/agent/src/desktop/clipboard.rs",
    "crates/api/src/browser.rs",
    "crates/api/src/token.rs",
    "crates/api/src/secret_input.rs",
    "crates/cli/src/output.rs",
    "crates/cli/src/credential.rs",
    "src-tauri/src/clipboard.rs",
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let ours = source.path.starts_with("crates/") || source.path.starts_with("src-tauri/");
    // Integration tests stand outside of `src` and hold no secret but their own.
    let shipped = ours
        && source.path.ends_with(".rs")
        && source.path.contains("/src/")
        && !source.path.ends_with("_tests.rs");
    if !shipped || MAY_EXPOSE.contains(&source.path.as_str()) {
        return Vec::new();
    }
    source
        .code_lines()
        .filter(|(_, code)| code.contains(".expose(") || code.contains("::expose"))
        .map(|(line, _)| {
            source.finding(line, "a secret may not be exposed here (see the table in ARCHITECTURE.md)")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_exposed_in_few_places() {
        let cases = [
            ("crates/core/src/wire/token_request.rs", "token.expose()", 0, "in the list"),
            ("crates/core/src/keeper/token.rs", "token.expose()", 1, "not in the list"),
            ("crates/core/src/keeper/token.rs", "map(AccessToken::expose)", 1, "by its path"),
            ("crates/core/src/model/secret.rs", "pub fn expose(&self) -> &str {", 0, "where it is defined"),
            ("crates/core/src/keeper/token.rs", "// token.expose() would be wrong", 0, "a comment"),
            ("crates/core/src/a.rs", "#[cfg(test)]\nmod tests { fn f() { t.expose() } }", 0, "a test"),
            ("crates/agent/tests/a.rs", "token.expose()", 0, "an integration test"),
        ];
        for (path, code, count, why) in cases {
            assert_eq!(check(&Source::new(path, code)).len(), count, "{path}: {why}");
        }
    }
}
