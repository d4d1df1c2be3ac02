//! The person's permission: on the terminal, in the window, or not to be had.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::fake::{Asked, Fake, Home, Reply, text, token};

// R-AG-09
#[test]
fn without_terminal_and_display_it_is_refused_and_says_how_to_allow_it() {
    let home = Home::new();
    Fake::serve(&home, |asked| answer(asked, false, "waiting"));

    let output = home.run(&["token", "podio"]);

    assert_eq!((output.status.code(), text(&output.stdout)), (Some(6), ""));
    assert!(text(&output.stderr).contains("grantkeep access allow terminal"), "{}", text(&output.stderr));
}

// R-AG-09
#[test]
fn the_terminal_is_asked_and_the_token_comes() {
    for (typed, sent, code) in [("h\n", "hour", 0), ("maybe\no\n", "once", 0), ("n\n", "refuse", 6)] {
        let home = Home::new();
        let answers = AtomicUsize::new(0);
        let fake = Fake::serve(&home, move |asked| {
            if asked.what.ends_with("/answer") {
                answers.fetch_add(1, Ordering::SeqCst);
                return Some(Reply::done());
            }
            let answered = answers.load(Ordering::SeqCst) > 0;
            answer(asked, answered && asked.what.ends_with("/token"), "waiting")
        });

        let output = home.in_terminal("token podio", typed);

        let shown = text(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{typed:?}: {shown}");
        assert!(
            shown.contains("podio: allow this terminal to get its token? [o]nce, 1 [h]our, [n]o:"),
            "{shown}"
        );
        assert_eq!(shown.contains("t0ken"), code == 0, "{shown}");
        let answer =
            fake.asked().into_iter().find(|asked| asked.what == "POST /v1/questions/7/answer").unwrap();
        assert_eq!(answer.body["answer"], sent);
    }
}

#[test]
fn an_answer_in_the_window_ends_the_question_on_the_terminal() {
    let home = Home::new();
    let asks = AtomicUsize::new(0);
    Fake::serve(&home, move |asked| {
        let again = asked.what.ends_with("/token") && asks.fetch_add(1, Ordering::SeqCst) > 0;
        answer(asked, again, "allowed")
    });

    let output = home.in_terminal("token podio", "");

    assert!(text(&output.stdout).contains("t0ken"), "{}", text(&output.stdout));
}

// R-AG-09
#[test]
fn without_a_terminal_the_window_is_started() {
    for (outcome, code) in [("allowed", 0), ("refused", 6)] {
        let home = Home::new();
        home.script("bin/grantkeep-desktop", "echo \"$@\" > \"$GRANTKEEP_HOME/window\"");
        let asks = AtomicUsize::new(0);
        let fake = Fake::serve(&home, move |asked| {
            let again = asked.what.ends_with("/token") && asks.fetch_add(1, Ordering::SeqCst) > 0;
            answer(asked, again && outcome == "allowed", outcome)
        });

        let output = home.command(&["token", "podio"]).env("DISPLAY", ":99").output().unwrap();

        assert_eq!(output.status.code(), Some(code), "{outcome}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), if code == 0 { "t0ken\n" } else { "" });
        assert!(fake.routes().contains(&"GET /v1/questions/7".to_owned()));
        let window = home.path().join("home/window");
        until("the window was started", || {
            std::fs::read_to_string(&window).is_ok_and(|said| said == "--consent\n")
        });
    }
}

#[test]
fn a_window_that_does_not_open_is_not_waited_for() {
    let home = Home::new();
    home.script("bin/grantkeep-desktop", "exit 1");
    Fake::serve(&home, |asked| {
        if asked.what == "GET /v1/questions/7" {
            // As long as the agent lets a question wait.
            std::thread::park();
        }
        answer(asked, false, "waiting")
    });

    let output = home.command(&["token", "podio"]).env("WAYLAND_DISPLAY", "w-99").output().unwrap();

    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
}

// R-AG-08
#[test]
fn managing_is_not_allowed_on_a_terminal() {
    let home = Home::new();
    let fake = Fake::serve(&home, |asked| match asked.what.as_str() {
        "GET /v1/questions" => Some(Reply::ok(json!([question(Value::Null)]))),
        _ => Some(wants_consent()),
    });

    let output = home.in_terminal("lock", "h\n");

    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stdout));
    assert!(!fake.routes().iter().any(|route| route.ends_with("/answer")));
}

fn answer(asked: &Asked, allowed: bool, outcome: &str) -> Option<Reply> {
    match asked.what.as_str() {
        "POST /v1/accounts/podio/default/token" if allowed => Some(token("t0ken")),
        "POST /v1/accounts/podio/default/token" => Some(wants_consent()),
        "GET /v1/questions" => Some(Reply::ok(json!([question("podio".into())]))),
        "GET /v1/questions/7" if outcome == "waiting" => {
            // A long poll.
            std::thread::park_timeout(std::time::Duration::from_millis(200));
            Some(Reply::ok(json!({ "outcome": outcome })))
        }
        "GET /v1/questions/7" => Some(Reply::ok(json!({ "outcome": outcome }))),
        _ => None,
    }
}

fn wants_consent() -> Reply {
    let problem = json!({
        "code": "consent_required", "title": "this program needs permission", "detail": "", "hint": "",
        "question": "7",
    });
    Reply::new(403, problem)
}

fn question(service: Value) -> Value {
    json!({
        "id": "7", "program": { "name": "", "kind": "terminal" }, "service": service, "known": false,
        "may_always": false, "asked_at_ms": 0, "expires_at_ms": 4_102_444_800_000_i64,
    })
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    panic!("{what}: it never came");
}
