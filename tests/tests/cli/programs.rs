//! Programs: what the agent asks for them, what they are told, and what they may.

use std::os::unix::fs::PermissionsExt as _;

use grantkeep_tests::{Home, Provider, Resource, reply, said};
use serde_json::{Value, json};

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_sent_with_the_token_to_its_own_hosts_only() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let elsewhere = Resource::new(|_, _, stream| _ = reply(stream, 200, &[], b"got it"));

    let notes = agent.run(&["request", "practice", "-i", &provider.notes_uri]).good();
    let refused = agent.run(&["request", "practice", &elsewhere.url("/")]);
    agent.run(&["service", "edit", "practice", "--allow-host", &elsewhere.origin()]).good();
    let file = home.root().join("answer");
    let url = elsewhere.url("/x");
    agent.run(&["request", "practice", "-X", "PUT", "-d", "a=b", "-o", file.to_str().unwrap(), &url]).good();

    assert!(notes.starts_with("HTTP/1.1 200\r\n") && notes.contains("\"owner\":\"ada\""), "{notes}");
    assert_eq!(refused.code, Some(6), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "got it");
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 1, "nothing came before it was allowed");
    assert_eq!((asked[0].method.as_str(), asked[0].body.as_slice()), ("PUT", &b"a=b"[..]));
    let token = agent.run(&["token", "practice"]).good();
    assert_eq!(asked[0].header("authorization"), Some(format!("Bearer {}", token.trim()).as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_noted_and_a_token_that_is_new_stays() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let token = agent.run(&["token", "practice"]).good();

    let reported = agent.run(&["report", "practice", "--status", "401", "--json"]).json();
    let nonsense = agent.run(&["report", "practice", "--status", "200"]);

    assert_eq!(reported["state"], "active");
    assert_eq!(nonsense.code, Some(2));
    assert_eq!(agent.run(&["token", "practice"]).good(), token, "the report was about the one before");
    let whole = agent.run(&["log", "practice", "--json"]).json();
    assert_eq!(whole.as_array().unwrap().iter().filter(|event| event["what"] == "reported").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_hands_nothing_out_and_still_shows_names() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    agent.run(&["lock"]).good();
    let token = agent.run(&["token", "practice"]);
    let status = agent.run(&["status", "--json"]).json();
    let unlocked =
        said(&mut agent.command(&["unlock", "--passphrase-stdin"]), "correct horse battery staple\n");

    assert_eq!(token.code, Some(5), "{}", token.err);
    assert_eq!(status[0]["account"], "practice/default");
    assert_eq!(unlocked.code, Some(0), "{}", unlocked.err);
    assert_eq!(
        agent.run(&["lock"]).code,
        Some(6),
        "the person has opened it, not the file: a script may not manage"
    );
}

// R-AG-04
#[tokio::test(flavor = "multi_thread")]
async fn permissions_are_given_listed_and_taken_back() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let program = home.root().join("program");
    std::fs::write(&program, "#!/bin/true\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = program.canonicalize().unwrap();

    let given = agent
        .run(&["access", "allow", program.to_str().unwrap(), "practice", "--for", "1h", "--json"])
        .json();
    let listed = agent.run(&["access", "list", "--json"]).json();
    let unknown = agent.run(&["access", "allow", program.to_str().unwrap(), "practise", "--always"]);
    agent.run(&["access", "revoke", program.to_str().unwrap()]).good();

    assert_eq!((&given["program"]["path"], &given["service"]), (&json!(path), &"practice".into()));
    assert!(given["expires_at"].is_string());
    assert_eq!(listed, json!([given]));
    assert_eq!(unknown.code, Some(3), "{}", unknown.err);
    assert_eq!(agent.run(&["access", "list", "--json"]).json(), json!([]));
}

// R-AG-09
#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_consents_for_itself() {
    let (provider, home) = (Provider::new().await, Home::new());
    authorized(&provider, &home).await.leave();
    let agent = home.agent().without_passphrase_file().start();
    said(&mut agent.command(&["unlock", "--passphrase-stdin"]), "correct horse battery staple\n").good();

    let script = agent.run(&["token", "practice"]);
    let person = agent.in_terminal("token practice", "o\n");
    let refused = agent.in_terminal("token practice", "n\n");

    assert_eq!(script.code, Some(6), "{}", script.err);
    assert!(script.err.contains("hint: "), "{}", script.err);
    assert_eq!(person.code, Some(0), "{}", person.out);
    // The terminal of the test does not echo the answer and its line end.
    let token = person.out.split_whitespace().last().unwrap();
    assert!(provider.honours(token).await, "{}", person.out);
    assert_eq!(refused.code, Some(6), "{}", refused.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_token_goes_to_a_private_file_and_to_kubectl() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let file = home.root().join("token");

    agent.run(&["helper", "aws", "practice", "--file", file.to_str().unwrap()]).good();
    let credential: Value = agent.run(&["helper", "kubectl", "practice", "--id-token"]).json();

    let token = std::fs::read_to_string(&file).unwrap();
    assert_eq!(token.split('.').count(), 3, "a compact JWS");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(credential["status"]["token"], token);
    assert!(credential["status"]["expirationTimestamp"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_looks_at_a_real_agent() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    let checked = agent.run(&["doctor", "--json"]);

    let checks: Vec<Value> = serde_json::from_str(&checked.out).unwrap();
    let state = |name: &str| {
        checks.iter().find(|check| check["name"] == name).map(|check| check["state"].as_str().unwrap())
    };
    for name in ["agent", "folders", "socket", "clock"] {
        assert_eq!(state(name), Some("good"), "{name}: {}", checked.out);
    }
    let bad = checks.iter().any(|check| check["state"] == "bad");
    assert_eq!(checked.code, Some(i32::from(bad)), "{}", checked.out);
    assert!(checks.iter().all(|check| check["state"] == "good" || check["hint"] != ""), "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_doctor_marks_what_differs() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let shown = agent.run(&["service", "show", "practice", "--json"]).json();
    let path = shown["redirect_uri"].as_str().unwrap().strip_prefix("http://127.0.0.1").unwrap().to_owned();
    let ask = |page: &str, args: &[&str]| {
        let all = [&["doctor", "--redirect", "practice"], args].concat();
        said(&mut agent.command(&all), page)
    };

    let differs = ask(&format!("https://localhost{path}/\n"), &[]).good();
    let json = ask(&format!("https://localhost{path}/\n"), &["--json"]).json();
    let nothing = ask("Good morning", &[]).good();
    let unknown = said(&mut agent.command(&["doctor", "--redirect", "nobody"]), "x");

    let lines: Vec<&str> = differs.lines().collect();
    assert_eq!(lines[0], format!("sent   http://127.0.0.1{path}"));
    assert_eq!(lines[2], format!("there  https://localhost{path}/"));
    assert_eq!(lines[3].matches('^').count(), "s".len() + "localhost".len() + "/".len());
    assert!(differs.contains("https in the place of http, localhost in the place of 127.0.0.1"), "{differs}");
    assert!(differs.contains(&format!("redirect URI: http://127.0.0.1{path}")), "{differs}");
    assert_eq!(
        (&json["finding"], json["differences"].as_array().map(Vec::len)),
        (&"differs".into(), Some(3))
    );
    assert!(nothing.contains("no redirect URI in this text"), "{nothing}");
    assert_eq!(unknown.code, Some(3), "{}", unknown.err);
}
