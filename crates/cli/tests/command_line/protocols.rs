//! Credential helpers by their documented protocols; git with the real program.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::fake::{Asked, Fake, Home, Reply, run_with, service, text, token};

#[test]
fn git_gets_user_name_token_and_expiry() {
    let home = Home::new();
    Fake::serve(&home, agent);
    let helper = format!("!{} helper git forge", home.program().display());

    let output = git(&home, "fill", &helper, "protocol=https\nhost=git.forge.example\n\n");

    assert_eq!(
        text(&output.stdout),
        "protocol=https\nhost=git.forge.example\nusername=oauth2\npassword=t0ken\npassword_expiry_utc=4102444800\n"
    );
}

#[test]
fn git_finds_the_helper_by_its_name_and_the_account_by_the_user_name() {
    let home = Home::new();
    let fake = Fake::serve(&home, agent);
    symlink(home.program(), home.path().join("bin/git-credential-grantkeep")).unwrap();

    let output = git(&home, "fill", "grantkeep", "protocol=https\nhost=git.forge.example\nusername=work\n\n");

    assert!(text(&output.stdout).contains("username=work\npassword=t0ken\n"), "{}", text(&output.stdout));
    assert!(fake.routes().contains(&"POST /v1/accounts/forge/work/token".to_owned()));
}

#[test]
fn git_goes_on_to_its_next_helper_for_other_hosts() {
    let home = Home::new();
    let fake = Fake::serve(&home, agent);

    for request in [
        "protocol=https\nhost=other.example\n\n",
        "protocol=http\nhost=git.forge.example\n\n",
        "protocol=ssh\nhost=git.forge.example\n\n",
        "nonsense",
        "",
    ] {
        let output = home.run_with(&["helper", "git", "get"], request);
        assert_eq!(
            (output.status.code(), text(&output.stdout), text(&output.stderr)),
            (Some(0), "", ""),
            "{request}"
        );
    }
    let named = home.run_with(&["helper", "git", "forge", "get"], "protocol=https\nhost=other.example\n\n");
    assert_eq!(
        (named.status.code(), text(&named.stdout)),
        (Some(0), ""),
        "a name alone does not open a host"
    );
    for operation in ["store", "capability", "dance"] {
        let output =
            home.run_with(&["helper", "git", operation], "protocol=https\nhost=git.forge.example\n\n");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), ""), "{operation}");
    }
    assert!(!fake.routes().iter().any(|route| route.ends_with("/token")));
}

#[test]
fn git_stops_where_the_person_has_to_act() {
    let home = Home::new();
    Fake::serve(&home, |asked| match asked.what.as_str() {
        "POST /v1/accounts/forge/default/token" => {
            Some(Reply::problem("authorization_required", "forge must be authorized"))
        }
        _ => agent(asked),
    });
    let helper = format!("!{} helper git forge", home.program().display());

    let output = git(&home, "fill", &helper, "protocol=https\nhost=git.forge.example\n\n");

    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("error: forge must be authorized"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("told us to quit"), "{}", text(&output.stderr));
}

#[test]
fn a_token_that_git_says_was_refused_is_reported_once() {
    let home = Home::new();
    let fake = Fake::serve(&home, agent);
    let erase = |password: &str| {
        let helper = format!("!{} helper git forge", home.program().display());
        let request =
            format!("protocol=https\nhost=git.forge.example\nusername=oauth2\npassword={password}\n\n");
        git(&home, "reject", &helper, &request)
    };

    erase("typed by hand");
    let reports =
        |fake: &Fake| fake.asked().into_iter().filter(|asked| asked.what.ends_with("/report")).count();
    assert_eq!(reports(&fake), 0, "another one's password");

    erase("t0ken");
    let reported = fake.asked().pop().unwrap();
    assert_eq!((reports(&fake), &reported.body), (1, &json!({ "status": 401 })));
}

#[test]
fn docker_gets_json_or_its_own_words_for_nothing() {
    let home = Home::new();
    Fake::serve(&home, agent);
    symlink(home.program(), home.path().join("docker-credential-grantkeep")).unwrap();
    let docker = |operation: &str, input: &str| {
        let mut command = Command::new(home.path().join("docker-credential-grantkeep"));
        home.clean(&mut command);
        run_with(command.arg(operation), input)
    };

    let found = docker("get", "git.forge.example");
    let missing = docker("get", "https://other.example/v1/\n");
    let stored = docker("store", r#"{"ServerURL":"git.forge.example","Username":"a","Secret":"b"}"#);
    let erased = docker("erase", "git.forge.example");
    let listed = docker("list", "");

    let answer: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(answer, json!({ "ServerURL": "git.forge.example", "Username": "oauth2", "Secret": "t0ken" }));
    assert_eq!(
        (missing.status.code(), text(&missing.stdout)),
        (Some(1), "credentials not found in native keychain\n")
    );
    assert_eq!(stored.status.code(), Some(1));
    assert!(text(&stored.stdout).contains("grantkeep authorize"), "{}", text(&stored.stdout));
    assert_eq!((erased.status.code(), text(&erased.stdout)), (Some(0), ""));
    assert_eq!(text(&listed.stdout), "{\"https://git.forge.example\":\"oauth2\"}\n");
}

#[test]
fn docker_is_told_a_problem_where_it_looks_for_it() {
    let home = Home::new();
    Fake::serve(&home, |asked| match asked.what.as_str() {
        "POST /v1/accounts/forge/default/token" => {
            Some(Reply::problem("vault_locked", "the vault is locked"))
        }
        _ => agent(asked),
    });

    let output = home.run_with(&["helper", "docker", "get"], "git.forge.example");

    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), "grantkeep: the vault is locked\n"));
}

#[test]
fn kubectl_gets_an_exec_credential_of_its_version() {
    let home = Home::new();
    Fake::serve(&home, agent);
    let info = r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}"#;
    let kubectl = |args: &[&str]| home.command(args).env("KUBERNETES_EXEC_INFO", info).output().unwrap();

    let access = kubectl(&["helper", "kubectl", "forge"]);
    let identity = kubectl(&["helper", "kubectl", "forge", "--id-token"]);

    let answer: Value = serde_json::from_slice(&access.stdout).unwrap();
    assert_eq!(
        answer,
        json!({
            "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential",
            "status": { "token": "t0ken", "expirationTimestamp": "2099-12-31T23:59:30Z" },
        })
    );
    let answer: Value = serde_json::from_slice(&identity.stdout).unwrap();
    assert_eq!(answer["status"]["token"], "i.d.token");
}

#[test]
fn aws_finds_a_private_file() {
    let home = Home::new();
    Fake::serve(&home, agent);
    let file = home.path().join("token");
    let path = file.to_str().unwrap();

    let identity = home.run(&["helper", "aws", "forge", "--file", path]);
    let content = std::fs::read_to_string(&file).unwrap();
    let access = home.run(&["helper", "aws", "forge", "--file", path, "--access-token"]);

    assert_eq!(
        (identity.status.code(), text(&identity.stdout), content.as_str()),
        (Some(0), "", "i.d.token")
    );
    assert_eq!(text(&identity.stderr), format!("export AWS_WEB_IDENTITY_TOKEN_FILE={path}\n"));
    assert_eq!((access.status.code(), std::fs::read_to_string(&file).unwrap().as_str()), (Some(0), "t0ken"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let nowhere = home.run(&["helper", "aws", "forge", "--file", "/nowhere/token"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

/// The real git with this helper alone.
fn git(home: &Home, operation: &str, helper: &str, request: &str) -> Output {
    let mut command = Command::new("git");
    home.clean(&mut command);
    let path = std::env::var("PATH").unwrap();
    command
        .env("PATH", format!("{}:{path}", home.path().join("bin").display()))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["-c", "credential.helper=", "-c", &format!("credential.helper={helper}")])
        .args(["credential", operation]);
    run_with(&mut command, request)
}

/// An agent with the service `forge` for `git.forge.example`.
fn agent(asked: &Asked) -> Option<Reply> {
    let forge = || service("forge", "git.forge.example", &["default", "work"]);
    match asked.what.as_str() {
        "GET /v1/services" => Some(Reply::ok(json!([forge()]))),
        "GET /v1/services/forge" => Some(Reply::ok(forge())),
        "POST /v1/accounts/forge/default/token" | "POST /v1/accounts/forge/work/token" => {
            Some(token("t0ken"))
        }
        "POST /v1/accounts/forge/default/id-token" => {
            Some(Reply::ok(json!({ "id_token": "i.d.token", "expires_at_ms": 4_102_444_800_000_i64 })))
        }
        "POST /v1/accounts/forge/default/report" => {
            Some(Reply::ok(crate::fake::account("forge/default", true)))
        }
        _ => None,
    }
}
