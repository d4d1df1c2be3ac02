//! Consent, with real processes: who is asked about, what answers do, who may give them.

#[path = "programs.rs"]
mod programs;

use std::fs;

use serde_json::{Value, json};

use programs::{Agent, HAND_OUT, TOKEN, json_of, say};

// R-AG-04, R-AG-06, R-AG-09
#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_a_token_once_the_person_has_allowed_it_in_the_window() {
    let agent = Agent::start(false).await;
    let mut stream = agent.home.follow().await;
    stream.until("snapshot").await;

    let asked = agent.token_by("report-builder");
    assert_eq!((asked.0, &asked.1["code"]), (403, &json!("consent_required")), "{asked:?}");
    let id = asked.1["question"].as_str().unwrap().to_owned();
    let question = stream.until("question").await["question"].clone();
    let path = agent.program("report-builder");
    let program = json!({ "name": "report-builder", "path": path, "kind": "program" });
    assert_eq!((&question["id"], &question["program"]), (&json!(id), &program));
    assert_eq!((&question["service"], &question["account"]), (&json!("acme"), &json!("acme/default")));
    assert_eq!((&question["may_always"], &question["known"]), (&json!(true), &json!(false)));
    assert_eq!(agent.home.get("/v1/questions").await, (200, json!([question])));
    assert_eq!(agent.token_by("report-builder").1["question"], json!(id), "one question is enough");

    let waits = format!("/v1/questions/{id}");
    let (answer, always) = (format!("{waits}/answer"), say("always"));
    let (outcome, answered) = tokio::join!(agent.home.get(&waits), agent.home.ask("POST", &answer, &always));

    assert_eq!((outcome, answered.0), ((200, json!({ "outcome": "allowed" })), 204), "{}", answered.1);
    assert_eq!(stream.until("question_gone").await["id"], json!(id));
    for _ in 0..2 {
        assert_eq!(agent.token_by("report-builder").0, 409, "it may; the account has to be authorized");
    }
    assert_eq!(agent.token_by("other").0, 403, "another program may not");
    let (_, permissions) = agent.home.get("/v1/access").await;
    assert_eq!((&permissions[0]["program"], &permissions[0]["uses"]), (&program, &json!(2)));
    let (_, history) = agent.home.get("/v1/accounts/acme/default/history").await;
    let pid = question["pid"].as_i64().unwrap();
    let told = format!("report-builder ({path}, process {pid}) may always have tokens");
    assert_eq!(
        (&history["events"][0]["what"], &history["events"][0]["text"]),
        (&json!("access"), &json!(told)),
        "{history}"
    );
    let (status, _) = agent.home.ask("POST", &answer, &say("refuse")).await;
    assert_eq!(status, 404, "an answer counts once");

    let at = format!("/v1/access/{}", permissions[0]["id"].as_str().unwrap());
    assert_eq!(agent.home.ask("DELETE", &at, &Value::Null).await.0, 204);
    assert_eq!(agent.home.ask("DELETE", &at, &Value::Null).await.0, 404);
    assert_eq!(agent.token_by("report-builder").1["code"], json!("consent_required"), "taken back");
}

// R-AG-04
#[tokio::test(flavor = "multi_thread")]
async fn each_answer_does_what_it_says() {
    let agent = Agent::start(false).await;

    agent.answer("once-program", "once").await;
    assert_eq!(agent.token_by("once-program").0, 409, "once");
    assert_eq!(agent.token_by("once-program").0, 403, "and not twice");
    agent.answer("refused", "refuse").await;
    let (status, problem) = agent.token_by("refused");
    assert_eq!((status, &problem["code"]), (403, &json!("consent_required")));
    assert_eq!(problem["question"], Value::Null, "it is not asked again at once: {problem}");
    agent.answer("never-again", "never").await;
    let (_, problem) = agent.token_by("never-again");
    assert_eq!(problem["code"], json!("not_allowed"));
    assert!(problem["hint"].as_str().unwrap().contains("grantkeep access revoke "), "{problem}");
    let (_, asked) = agent.token_by("curl");
    let answer = format!("/v1/questions/{}/answer", asked["question"].as_str().unwrap());
    for too_long in ["always", "eight_hours"] {
        let (status, problem) = agent.home.ask("POST", &answer, &say(too_long)).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("invalid_input")),
            "{too_long}: curl runs anything"
        );
    }
    assert_eq!(agent.home.ask("POST", &answer, &say("hour")).await.0, 204);
    assert_eq!(agent.token_by("curl").0, 409);
    let (status, problem) = agent.home.ask("POST", "/v1/questions/none/answer", &say("once")).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    assert_eq!(agent.home.get("/v1/questions/none").await.0, 404);
}

// R-AG-04, R-AG-08
#[tokio::test(flavor = "multi_thread")]
async fn our_command_line_speaks_for_its_caller() {
    let agent = Agent::start(false).await;
    let call = format!("{}; true", agent.cli("POST", TOKEN, HAND_OUT));

    let by_runner = json_of(&agent.run("report-runner", &["-c", &call]));

    assert_eq!(by_runner["code"], json!("consent_required"));
    let question = &agent.home.get("/v1/questions").await.1[0];
    assert_eq!(
        question["program"]["path"],
        json!(agent.program("report-runner")),
        "not grantkeep: {question}"
    );
    assert_eq!(agent.answer_with(&by_runner, "always").await, 204);
    let again = json_of(&agent.run("report-runner", &["-c", &call]));
    assert_eq!(again["code"], json!("authorization_required"), "it may now: {again}");
    assert_eq!(agent.token_by("grantkeep").1["code"], json!("consent_required"), "its caller is another");
    let manage = format!("{}; true", agent.cli("POST", "/v1/accounts/acme/default/revoke", "{}"));
    let managed = json_of(&agent.run("report-runner", &["-c", &manage]));
    assert_eq!(managed["code"], json!("consent_required"), "tokens are no managing");
    let of_manage = agent.home.get("/v1/questions").await.1;
    let of_manage = of_manage.as_array().unwrap().iter().find(|question| question["service"].is_null());
    assert_eq!(of_manage.unwrap()["id"], managed["question"]);
    assert_eq!(agent.answer_with(&managed, "hour").await, 204);
    let managed = json_of(&agent.run("report-runner", &["-c", &manage]));
    assert_eq!(managed["code"], json!("no_token"), "the window let it manage: {managed}");
    let (_, history) = agent.home.get("/v1/history?limit=1").await;
    assert_eq!(history["events"][0]["account"], json!(""), "of no service: {history}");
    let answer = agent.cli("POST", "/v1/questions/x/answer", r#"{"answer":"once"}"#);
    let refused = json_of(&agent.run("report-runner", &["-c", &format!("{answer}; true")]));
    assert_eq!(refused["code"], json!("not_allowed"), "nobody answers without a person");
}

// R-AG-08, R-AG-09
#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_consents_for_its_own_session() {
    let agent = Agent::start(false).await;
    let ask = agent.cli("POST", TOKEN, HAND_OUT);
    let answer = |file: &str, word: &str| {
        let id = format!(r#"$(sed -n 's/.*"question":"\([0-9a-f]*\)".*/\1/p' {file})"#);
        let body = format!(r#"{{"answer":"{word}"}}"#);
        agent.cli("POST", &format!("/v1/questions/{id}/answer"), &body)
    };
    let allow = |body: &str| agent.cli("POST", "/v1/access", body);
    let program = format!(
        r#"{{"program":{{"kind":"program","path":"{}"}},"service":"acme"}}"#,
        agent.program("report-builder")
    );
    let builder = agent.call("report-builder", "POST", TOKEN, HAND_OUT);
    // The last one is asked by a program on this terminal, and answered by the person there.
    let steps = [
        ("asked", ask.clone()),
        ("too-long", answer("asked", "always")),
        ("answered", answer("asked", "hour")),
        ("token", ask.clone()),
        ("programs", allow(&program)),
        ("manage", allow(r#"{"program":{"kind":"terminal"}}"#)),
        ("builder-asked", builder.clone()),
        ("builder-answered", answer("builder-asked", "once")),
        ("builder-token", builder.clone()),
    ];
    let script: String = steps.iter().map(|(name, step)| format!("{step} > {name}\n")).collect();

    agent.at_a_terminal(&script);

    let code = |file: &str| json_of(&fs::read(agent.folder.path().join(file)).unwrap())["code"].clone();
    assert_eq!(code("asked"), json!("consent_required"));
    assert_eq!(code("too-long"), json!("not_allowed"), "a terminal says no always");
    assert_eq!(code("answered"), Value::Null);
    assert_eq!(code("token"), json!("authorization_required"), "the terminal may");
    assert_eq!(code("programs"), json!("not_allowed"), "it allows no program");
    assert_eq!(code("manage"), json!("not_allowed"), "and no managing");
    assert_eq!(code("builder-asked"), json!("consent_required"), "a program there is another");
    assert_eq!(code("builder-answered"), Value::Null);
    assert_eq!(code("builder-token"), json!("authorization_required"));
    assert_eq!(agent.token_by("report-builder").0, 403, "outside of the terminal it may not");
    agent.at_a_terminal(&format!("{ask} > later\n"));
    assert_eq!(code("later"), json!("consent_required"), "another session is another terminal");
    let asked = json_of(&fs::read(agent.folder.path().join("later")).unwrap());
    let question = agent.home.get("/v1/questions").await.1;
    let question = question.as_array().unwrap().iter().find(|one| one["id"] == asked["question"]).unwrap();
    assert_eq!(question["program"]["kind"], json!("terminal"), "{question}");
    assert_eq!(agent.home.get("/v1/access").await.1, json!([]), "what a terminal said ended with it");
    agent.at_a_terminal(&format!(
        "{ask} > first\n{} > elsewhere\n{} > itself\n{ask} > allowed\n",
        answer("later", "once"),
        allow(r#"{"program":{"kind":"terminal"},"service":"acme"}"#),
    ));
    assert_eq!(code("elsewhere"), json!("not_allowed"), "it answers for itself alone");
    let itself = json_of(&fs::read(agent.folder.path().join("itself")).unwrap());
    assert_eq!(
        (&itself["terminal_session"], &itself["expires_at_ms"]),
        (&json!(true), &Value::Null),
        "{itself}"
    );
    assert_eq!(code("allowed"), json!("authorization_required"));
}

// R-AG-08
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_a_passphrase_file_is_the_person() {
    let agent = Agent::start(true).await;
    let by_cli = |method: &str, path: &str, body: &str| {
        json_of(&agent.run("report-runner", &["-c", &format!("{}; true", agent.cli(method, path, body))]))
    };
    let allow = |program: &str, more: &str| {
        let body = format!(r#"{{"program":{{"kind":"program","path":"{program}"}}{more}}}"#);
        by_cli("POST", "/v1/access", &body)
    };
    let (builder, curl) = (agent.program("report-builder"), agent.program("curl"));

    assert_eq!(by_cli("POST", TOKEN, HAND_OUT)["code"], json!("authorization_required"), "our CLI may");
    assert_eq!(agent.token_by("report-builder").0, 403, "no other program may");
    let given = allow(&builder, r#","service":"acme""#);
    assert_eq!(
        (&given["program"]["path"], &given["expires_at_ms"]),
        (&json!(builder), &Value::Null),
        "{given}"
    );
    assert_eq!(agent.token_by("report-builder").0, 409, "it may always");
    assert_eq!(
        agent.home.get("/v1/questions").await.1,
        json!([]),
        "what waited for it is not asked any more"
    );
    let cases = [
        (allow(&curl, r#","service":"acme""#), "invalid_input", "an interpreter, always"),
        (allow(&curl, r#","service":"acme","for_s":7200"#), "invalid_input", "an interpreter, two hours"),
        (allow(&builder, r#","service":"acme","for_s":59"#), "invalid_input", "too short"),
        (allow(&builder, r#","service":"acme","for_s":604801"#), "invalid_input", "too long"),
        (allow("report-builder", r#","service":"acme""#), "invalid_input", "no absolute path"),
        (allow("/tmp", r#","service":"acme""#), "invalid_input", "a folder"),
        (allow("/nonexistent", r#","service":"acme""#), "invalid_input", "nothing"),
        (allow(&builder, r#","service":"acne""#), "not_found", "no such service"),
        (allow(&builder, ""), "not_allowed", "managing is given in the window"),
    ];
    for (answer, code, why) in cases {
        assert_eq!(answer["code"], json!(code), "{why}: {answer}");
    }
    let link = agent.program("link");
    std::os::unix::fs::symlink(&curl, &link).unwrap();
    let given = allow(&link, r#","service":"acme","for_s":3600"#);
    assert_eq!(
        given["program"],
        json!({ "name": "curl", "path": curl, "kind": "interpreter" }),
        "links are followed"
    );
    let asked = agent.token_by("other").1;
    let answer = format!("/v1/questions/{}/answer", asked["question"].as_str().unwrap());
    assert_eq!(by_cli("POST", &answer, r#"{"answer":"eight_hours"}"#), Value::Null);
    assert_eq!(agent.token_by("other").0, 409);
    assert_eq!(by_cli("DELETE", &format!("/v1/access/{}", given["id"].as_str().unwrap()), ""), Value::Null);
    assert_eq!(agent.home.get("/v1/access").await.1.as_array().map(Vec::len), Some(2));
    let terminal = by_cli("POST", "/v1/access", r#"{"program":{"kind":"terminal"},"service":"acme"}"#);
    assert_eq!(terminal["code"], json!("invalid_input"), "it runs on none");
}
