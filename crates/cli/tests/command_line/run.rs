//! `exec` and `request`: a command with a token, and a service asked by the agent.

use std::os::unix::process::ExitStatusExt as _;

use serde_json::json;

use crate::fake::{Fake, Home, Reply, text, token};

#[test]
fn a_command_has_the_token_in_its_own_environment_alone() {
    let home = Home::new();
    Fake::serve(&home, |_| Some(token("t0ken")));
    let show = "echo $GRANTKEEP_ACCESS_TOKEN:$A:$B; tr '\\0' ' ' < /proc/$$/cmdline; exit 7";

    let default = home.run(&["exec", "podio", "--", "sh", "-c", show]);
    let named = home.run(&["exec", "podio", "--env", "A", "--env", "B", "--", "sh", "-c", show]);

    assert_eq!(default.status.code(), Some(7), "the exit code is the command's own");
    assert!(text(&default.stdout).starts_with("t0ken::\n"), "{}", text(&default.stdout));
    assert!(text(&named.stdout).starts_with(":t0ken:t0ken\n"), "{}", text(&named.stdout));
    let arguments = text(&named.stdout).split_once('\n').unwrap().1;
    assert!(!arguments.contains("t0ken"), "{arguments}");
}

#[test]
fn a_command_takes_the_place_of_this_program() {
    let home = Home::new();
    Fake::serve(&home, |_| Some(token("t0ken")));

    let ended = home.run(&["exec", "podio", "--", "sh", "-c", "kill -TERM $$"]);

    assert_eq!(ended.status.signal(), Some(15));
}

#[test]
fn a_command_that_cannot_be_run_is_told_as_shells_do() {
    let home = Home::new();
    Fake::serve(&home, |_| Some(token("t0ken")));
    let file = home.file("no-program", "");

    let missing = home.run(&["exec", "podio", "--", "no-such-command"]);
    let refused = home.run(&["exec", "podio", "--", file.to_str().unwrap()]);

    assert_eq!((missing.status.code(), refused.status.code()), (Some(127), Some(126)));
    assert!(text(&missing.stderr).starts_with("error: no-such-command cannot be run"));
}

#[test]
fn an_answer_is_passed_on_as_it_is() {
    let home = Home::new();
    let fake = Fake::serve(&home, |_| {
        let reply = Reply::new(200, "a\0b").header("grantkeep-answered-by", "resource");
        Some(reply.header("content-type", "x/y").header("connection", "close"))
    });

    let plain = home.run(&["request", "podio/work", "https://a.example/x", "-H", "X-A: b", "-d", "c=d"]);
    let with_head = home.run(&["request", "podio/work", "https://a.example/x", "-i"]);

    assert_eq!((plain.status.code(), plain.stdout.as_slice()), (Some(0), &b"a\0b"[..]));
    assert_eq!(text(&with_head.stdout), "HTTP/1.1 200\r\ncontent-type: x/y\r\ncontent-length: 3\r\n\r\na\0b");
    let asked = &fake.asked()[0];
    assert_eq!(asked.what, "POST /v1/accounts/podio/work/request");
    assert_eq!(
        asked.body,
        json!({
            "method": "POST", "url": "https://a.example/x", "body_base64": "Yz1k",
            "headers": [
                { "name": "X-A", "value": "b" },
                { "name": "content-type", "value": "application/x-www-form-urlencoded" },
            ],
        })
    );
}

#[test]
fn a_refusal_of_the_service_is_an_answer_unless_one_wants_it_to_fail() {
    let home = Home::new();
    Fake::serve(&home, |_| Some(Reply::new(404, "not here").header("grantkeep-answered-by", "resource")));

    let passed_on = home.run(&["request", "podio", "https://a.example/x"]);
    let failed = home.run(&["request", "podio", "-f", "https://a.example/x"]);

    assert_eq!((passed_on.status.code(), text(&passed_on.stdout)), (Some(0), "not here"));
    assert_eq!((failed.status.code(), text(&failed.stdout)), (Some(1), ""));
    assert_eq!(text(&failed.stderr), "error: the service answered 404\n");
}

#[test]
fn a_problem_of_the_agent_is_no_answer() {
    let home = Home::new();
    Fake::serve(&home, |_| Some(Reply::problem("host_not_allowed", "the token may not go there")));

    let output = home.run(&["request", "podio", "https://evil.example/x"]);

    assert_eq!((output.status.code(), text(&output.stdout)), (Some(6), ""));
}

#[test]
fn an_answer_goes_to_a_file_and_data_comes_from_one() {
    let home = Home::new();
    let fake = Fake::serve(&home, |_| Some(Reply::ok("{}").header("grantkeep-answered-by", "resource")));
    let data = home.file("data", "{\n}\n");
    let into = home.path().join("answer");

    let json = format!("@{}", data.display());
    let output =
        home.run(&["request", "podio", "https://a.example/", "--json", &json, "-o", into.to_str().unwrap()]);
    let typed = home.run_with(&["request", "podio", "https://a.example/", "-d", "@-"], "x=y\n");
    let missing = home.run(&["request", "podio", "https://a.example/", "-d", "@/nowhere"]);

    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(0), "", ""));
    assert_eq!(std::fs::read_to_string(into).unwrap(), "{}");
    assert_eq!(fake.asked()[0].body["body_base64"], "ewp9Cg==");
    assert_eq!((typed.status.code(), &fake.asked()[1].body["body_base64"]), (Some(0), &"eD15".into()));
    assert_eq!(missing.status.code(), Some(2));
    assert_eq!(fake.asked().len(), 2, "nothing was sent without its data");
}
