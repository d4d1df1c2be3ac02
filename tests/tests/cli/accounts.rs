//! Accounts: made by authorizing them, renamed, revoked, removed; and their history.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider};

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn authorizing_a_new_name_makes_the_account() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;

    authorize(&agent, "practice/work", &Person::ada()).await;

    let listed = agent.run(&["account", "list", "practice", "--json"]).json();
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().filter_map(|it| it["account"].as_str()).collect();
    assert_eq!(names, ["practice/default", "practice/work"]);
    assert!(provider.honours(agent.run(&["token", "practice/work"]).good().trim()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_authorized_leaves_nothing_behind() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    agent.add(&provider, Client::Public);

    let ended = begin(&agent, "practice/wrok", |link| {
        tokio::runtime::Handle::current().block_on(Person::ada().refusing().follow(&link));
    });

    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("practice/wrok is gone again"), "{}", ended.err);
    assert_eq!(agent.run(&["account", "list", "--json"]).json().as_array().unwrap().len(), 1);
    let unknown = agent.run(&["authorize", "practise/work"]);
    assert_eq!(unknown.code, Some(3), "{}", unknown.err);
    assert!(unknown.err.contains("practice"), "the nearest is suggested: {}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_renamed_revoked_and_removed() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let token = agent.run(&["token", "practice"]).good();

    let renamed = agent.run(&["account", "rename", "practice", "The studio", "--json"]).json();
    let receipt = agent.run(&["revoke", "practice", "--yes", "--json"]).json();
    let after = agent.run(&["token", "practice"]);
    agent.run(&["account", "add", "practice", "Spare"]).good();
    agent.run(&["account", "remove", "practice/spare", "--yes"]).good();

    assert_eq!((&renamed["account"], &renamed["title"]), (&"practice/default".into(), &"The studio".into()));
    assert_eq!(receipt["tokens"][0]["dead"], true);
    assert!(!provider.honours(token.trim()).await);
    assert_eq!(after.code, Some(4), "{}", after.err);
    assert_eq!(agent.run(&["account", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_shown_and_followed() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    agent.run(&["token", "practice"]).good();
    let mut following =
        agent.command(&["log", "practice", "--follow", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines().map(|line| {
        serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap()["what"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    let mut seen = Vec::new();
    while seen.last().is_none_or(|what| what != "handed_out") {
        seen.push(lines.next().unwrap());
    }

    agent.run(&["refresh", "practice"]).good();

    let next = lines.find(|what| what == "refreshed");
    following.kill().unwrap();
    following.wait().unwrap();
    assert_eq!(next.as_deref(), Some("refreshed"));
    let whole = agent.run(&["log", "--json"]).json();
    let whats: Vec<&str> =
        whole.as_array().unwrap().iter().filter_map(|event| event["what"].as_str()).collect();
    let place = |what: &str| whats.iter().position(|other| *other == what).unwrap();
    assert!(place("authorized") < place("handed_out"), "oldest first: {whats:?}");
    assert_eq!(agent.run(&["log", "practice", "--limit", "1"]).good().lines().count(), 1);
}

/// Lets a person authorize an account by `authorize --print-link`.
pub(crate) async fn authorize(agent: &AgentProcess, name: &str, person: &Person) {
    let handle = tokio::runtime::Handle::current();
    let ended = tokio::task::block_in_place(|| {
        begin(agent, name, |link| {
            let page = handle.block_on(person.follow(&link));
            assert_eq!(page.status, 200, "{}", page.body);
        })
    });
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{}", ended.err);
    assert!(ended.err.contains(&format!("{name} is authorized")), "{}", ended.err);
}

/// Begins an authorization over a pipe: the link stands there alone, and then the command waits.
fn begin(agent: &AgentProcess, name: &str, with_link: impl FnOnce(String)) -> grantkeep_tests::Said {
    let mut command = agent.command(&["authorize", name, "--print-link"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut link = String::new();
    stdout.read_line(&mut link).unwrap();
    assert!(link.starts_with("http://127.0.0.1") && link.ends_with('\n'), "{link}");
    tokio::task::block_in_place(|| with_link(link.trim().to_owned()));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    grantkeep_tests::Said {
        code: output.status.code(),
        out: rest,
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
