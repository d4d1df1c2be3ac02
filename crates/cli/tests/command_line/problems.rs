//! Every kind of problem, once: its words on the terminal, its JSON, and the exit code that scripts rely on.

use grantkeep_api::views::{Code, FieldProblem, Problem};

use crate::fake::{Fake, Home, text};

#[test]
fn every_problem_is_told_once() {
    let home = Home::new();
    let codes: Vec<(Code, &str)> = all().into_iter().map(|code| (code, title(code))).collect();
    let answers: Vec<String> = codes.iter().map(|(code, title)| json_of(*code, title)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::serve(&home, move |_| {
        let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Some(crate::fake::Reply::new(409, &answers[at]))
    });
    let mut told = String::new();
    for (code, _) in &codes {
        let name = serde_json::to_value(code).unwrap();

        // Without a question, consent cannot be asked for.
        let output = home.run(&["token", "podio/work"]);

        assert!(output.stdout.is_empty(), "{name}");
        told.push_str(&format!(
            "{} → {}\n{}\n",
            name.as_str().unwrap(),
            output.status.code().unwrap(),
            text(&output.stderr)
        ));
    }
    assert_eq!(fake.asked().len(), codes.len());
    insta::assert_snapshot!(told);
}

#[test]
fn a_problem_is_json_for_those_who_read_json() {
    let home = Home::new();
    Fake::always(&home, 409, &json_of(Code::InvalidInput, "a form needs mending"));

    let output = home.run(&["refresh", "podio", "--json"]);

    let told: Problem = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((output.status.code(), told.code), (Some(2), Code::InvalidInput));
    assert_eq!(text(&output.stderr).lines().count(), 1);
}

/// A problem with everything that a problem can have.
fn json_of(code: Code, title: &str) -> String {
    let mut problem = Problem::new(code, title).detail("why, and what still holds").hint("what to do next");
    if code == Code::InvalidInput {
        let field = |field: &str, warning| FieldProblem {
            field: field.to_owned(),
            message: "what is wrong with it".to_owned(),
            fix: None,
            warning,
        };
        problem.fields = vec![field("token_uri", false), field("pkce", true)];
    }
    if code == Code::ProviderRefused {
        problem.provider_said = Some("no\x1b[2J way".to_owned());
    }
    serde_json::to_string(&problem).unwrap()
}

/// All kinds: a new one does not compile until it has its words here and stands in [`all`].
fn title(code: Code) -> &'static str {
    match code {
        Code::InvalidInput => "a form needs mending",
        Code::NotFound => "there is no account podio/work",
        Code::NameTaken => "the name is taken",
        Code::AuthorizationRequired => "podio/work must be authorized",
        Code::VaultLocked => "the vault is locked",
        Code::KeyMissing => "the vault's key is missing",
        Code::VaultTooNew => "the vault is newer",
        Code::VaultDamaged => "the vault is damaged",
        Code::VaultUnsafe => "others can read the vault",
        Code::VaultReadOnly => "the vault cannot be written",
        Code::WrongPassphrase => "the passphrase is wrong",
        Code::KeyringLocked => "the keyring is locked",
        Code::NotAllowed => "this program may not do that",
        Code::ConsentRequired => "this program needs permission",
        Code::HostNotAllowed => "the token may not go there",
        Code::NoIdToken => "there is no ID token",
        Code::ProviderUnreachable => "the provider cannot be reached",
        Code::ProviderBusy => "the provider is busy",
        Code::BadAnswer => "the answer cannot be read",
        Code::GrantEnded => "the grant is over",
        Code::ClientRefused => "the provider refuses the client",
        Code::ConsentRefused => "the authorization was refused",
        Code::InvalidScope => "a scope is unknown",
        Code::ProviderRefused => "the provider refused",
        Code::LinkExpired => "the link ran out",
        Code::WrongState => "the answer belongs to no authorization",
        Code::WrongIssuer => "another issuer answered",
        Code::NotAnAnswer => "the address holds no answer",
        Code::PortBusy => "the port is in use",
        Code::CannotListen => "nothing can listen",
        Code::HostsToConfirm => "hosts await confirmation",
        Code::NoRefreshToken => "there is no refresh token",
        Code::NoToken => "there is no token",
        Code::NoTestUri => "there is no Test URI",
        Code::NoIntrospectionUri => "there is no introspection endpoint",
        Code::NoRevocation => "there is nothing to revoke with",
        Code::RevocationFailed => "the token was not taken back",
        Code::Cancelled => "it was cancelled",
        Code::VersionMismatch => "the agent is of another version",
        Code::AgentUnavailable => "the agent is stopping",
        Code::Clipboard => "the clipboard cannot be used",
        Code::Browser => "the browser cannot be opened",
        Code::Internal => "a fault of Grantkeep itself",
    }
}

fn all() -> Vec<Code> {
    let names = [
        "invalid_input",
        "not_found",
        "name_taken",
        "authorization_required",
        "vault_locked",
        "key_missing",
        "vault_too_new",
        "vault_damaged",
        "vault_unsafe",
        "vault_read_only",
        "wrong_passphrase",
        "keyring_locked",
        "not_allowed",
        "consent_required",
        "host_not_allowed",
        "no_id_token",
        "provider_unreachable",
        "provider_busy",
        "bad_answer",
        "grant_ended",
        "client_refused",
        "consent_refused",
        "invalid_scope",
        "provider_refused",
        "link_expired",
        "wrong_state",
        "wrong_issuer",
        "not_an_answer",
        "port_busy",
        "cannot_listen",
        "hosts_to_confirm",
        "no_refresh_token",
        "no_token",
        "no_test_uri",
        "no_introspection_uri",
        "no_revocation",
        "revocation_failed",
        "cancelled",
        "version_mismatch",
        "agent_unavailable",
        "clipboard",
        "browser",
        "internal",
    ];
    names.iter().map(|name| serde_json::from_value((*name).into()).unwrap()).collect()
}
