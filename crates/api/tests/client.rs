//! The client against a hand-written agent that speaks, and misbehaves, over a real socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{self, Receiver};

use grantkeep_api::folders::Folders;
use grantkeep_api::requests::Purpose;
use grantkeep_api::routes::AGENT_VERSION;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Change, Code};
use grantkeep_api::{AccountId, Agent};
use tempfile::TempDir;

const TOKEN: &str = r#"{"access_token":"t0ken","token_type":"Bearer"}"#;
const PROBLEM: &str =
    r#"{"code":"not_found","title":"no such account","detail":"","hint":"did you mean podio?"}"#;

#[test]
fn answers_are_read_by_length_in_chunks_and_until_the_end() {
    let by_length = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{TOKEN}", TOKEN.len());
    let (first, second) = TOKEN.split_at(7);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:X};note\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let until_the_end = format!("HTTP/1.1 200 OK\r\n\r\n{TOKEN}");
    for (answer, why) in [(by_length, "length"), (chunked, "chunks"), (until_the_end, "end")] {
        let agent = FakeAgent::answering([answer]);

        let token = agent.client().token(&podio(), 60, Purpose::Copy).unwrap();

        assert_eq!(token.access_token.expose(), "t0ken", "{why}");
        let request = agent.next_request();
        assert!(request.starts_with("POST /v1/accounts/podio/default/token HTTP/1.1\r\n"), "{request}");
        assert!(request.ends_with(r#"{"min_ttl_s":60,"purpose":"copy"}"#), "{request}");
    }
}

#[test]
fn the_agents_problem_comes_through() {
    let agent = FakeAgent::answering([status(404, PROBLEM)]);

    let problem = agent.client().account(&podio()).unwrap_err();

    assert_eq!((problem.code, problem.hint.as_str()), (Code::NotFound, "did you mean podio?"));
}

#[test]
fn what_is_no_answer_of_the_agent_is_a_fault() {
    let cases = [
        ("garbage\r\n\r\n".to_owned(), "no HTTP"),
        (status(500, "<html>"), "no problem in it"),
        (status(200, "<html>"), "no JSON"),
        (status(200, "{}"), "another shape"),
        ("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n".to_owned(), "no length"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n".to_owned(),
            "an encoding that was not asked for",
        ),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(), "no chunk"),
        (format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(100_000)), "a head without measure"),
    ];
    for (answer, why) in cases {
        let agent = FakeAgent::answering([answer]);

        let problem = agent.client().token(&podio(), 0, Purpose::HandOut).map(drop).unwrap_err();

        assert_eq!(problem.code, Code::Internal, "{why}");
    }
}

#[test]
fn a_request_that_changes_nothing_is_repeated_once() {
    let dying = ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"acc"];
    for cut in dying {
        let agent = FakeAgent::answering([cut.to_owned(), status(200, TOKEN)]);

        let token = agent.client().token(&podio(), 0, Purpose::HandOut).unwrap();

        assert_eq!(token.token_type, "Bearer", "died after {cut:?}");
    }
}

#[test]
fn a_request_that_dies_twice_is_given_up() {
    let agent = FakeAgent::answering([String::new(), String::new()]);

    let problem = agent.client().accounts().unwrap_err();

    assert_eq!(problem.code, Code::AgentUnavailable);
}

#[test]
fn a_request_that_may_have_happened_is_not_repeated() {
    let agent = FakeAgent::answering([String::new(), status(200, "{}")]);

    let problem = agent.client().revoke(&podio()).map(drop).unwrap_err();

    assert_eq!(problem.code, Code::AgentUnavailable);
    assert!(problem.detail.contains("may or may not have happened"), "{}", problem.detail);
    assert!(agent.next_request().starts_with("POST /v1/accounts/podio/default/revoke "));
    assert!(agent.requests.try_recv().is_err(), "asked once only");
}

#[test]
fn a_route_without_a_reply_needs_no_body() {
    let agent = FakeAgent::answering(["HTTP/1.1 204 No Content\r\n\r\n".to_owned()]);

    agent.client().unlock(SecretInput::from("correct horse".to_owned())).unwrap();

    assert!(agent.next_request().ends_with(r#"{"passphrase":"correct horse"}"#));
}

#[test]
fn events_are_followed_until_the_listener_stops() {
    let event = "data: {\"kind\":\"account_removed\",\"id\":\"a/b\"}\n\n";
    let chunk = format!("{:x}\r\n{event}\r\n", event.len());
    let agent = FakeAgent::answering([format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}"
    )]);
    let mut seen = Vec::new();

    let ended = agent.client().follow(|change| {
        seen.push(change);
        seen.len() < 2
    });

    assert!(ended.is_ok());
    assert_eq!(seen, vec![Change::AccountRemoved { id: "a/b".to_owned() }; 2]);
}

#[test]
fn a_stream_that_ends_is_an_agent_that_ended() {
    let agent = FakeAgent::answering(["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned()]);

    let problem = agent.client().follow(|_| true).unwrap_err();

    assert_eq!(problem.code, Code::AgentUnavailable);
}

#[test]
fn a_newer_agent_is_left_alone() {
    let agent = FakeAgent::of_version("99.0.0", [status(200, "[]")]);

    let problem = agent.client().accounts().unwrap_err();

    assert_eq!(problem.code, Code::VersionMismatch);
    assert!(agent.requests.try_recv().is_err(), "it did nothing");
}

#[test]
fn an_agent_that_knows_no_versions_may_have_done_it() {
    let hello = status(200, &format!(r#"{{"version":"{}","api":1}}"#, env!("CARGO_PKG_VERSION")));
    let mute = || status(200, "[]");
    let agent = FakeAgent::of_answers(hello, None, vec![mute(), mute(), mute()]);

    let problem = agent.client().revoke(&podio()).map(drop).unwrap_err();
    assert!(problem.detail.contains("may or may not have happened"), "{problem}");
    let problem = agent.client().accounts().unwrap_err();

    assert_eq!(problem.code, Code::Internal, "it says one version, and behaves as another");
}

// R-AG-01
#[test]
fn a_socket_in_a_folder_of_others_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let agent = FakeAgent::answering([status(200, "[]")]);
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(agent.folder.path(), open).unwrap();

    let problem = agent.client().accounts().unwrap_err();

    assert_eq!(problem.code, Code::VaultUnsafe);
}

fn podio() -> AccountId {
    "podio".parse().unwrap()
}

fn status(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Answers its version as often as asked, and everything else with the next of its answers.
struct FakeAgent {
    folder: TempDir,
    requests: Receiver<String>,
}

impl FakeAgent {
    fn answering(answers: impl IntoIterator<Item = String>) -> Self {
        Self::of_version(env!("CARGO_PKG_VERSION"), answers)
    }

    fn of_version(version: &str, answers: impl IntoIterator<Item = String>) -> Self {
        let hello = status(200, &format!(r#"{{"version":"{version}","api":1}}"#));
        let says = format!("\r\n{AGENT_VERSION}: {version}/1\r\n");
        let says = |answer: String| {
            // Each head says the version, right after the status.
            let is_head = answer.starts_with("HTTP/1.1 ");
            if is_head { answer.replacen("\r\n", &says, 1) } else { answer }
        };
        let refusal = (version != env!("CARGO_PKG_VERSION")).then(|| says(status(426, "{}")));
        let answers: Vec<String> = answers.into_iter().map(says).collect();
        Self::of_answers(hello, refusal, answers)
    }

    fn of_answers(hello: String, refusal: Option<String>, answers: Vec<String>) -> Self {
        let folder = tempfile::Builder::new().prefix("gk").tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("agent.sock")).unwrap();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            let mut answers = answers.into_iter();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read_request(&stream);
                // A client that only looks whether somebody listens sends nothing.
                if request.is_empty() {
                    continue;
                }
                let answer = if request.starts_with("GET /v1/agent ") {
                    hello.clone()
                } else if let Some(refusal) = &refusal {
                    refusal.clone()
                } else {
                    let _ = sender.send(request);
                    answers.next().unwrap_or_default()
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { folder, requests }
    }

    fn client(&self) -> Agent {
        let path = self.folder.path();
        let (data, log, config) = (path.to_owned(), path.to_owned(), path.to_owned());
        Agent::of(Folders { data, log, config, socket: path.join("agent.sock") })
    }

    fn next_request(&self) -> String {
        self.requests.recv().unwrap()
    }
}

fn read_request(stream: &UnixStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return request;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        request.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request + &String::from_utf8(body).unwrap()
}
