//! The commands stand in several places, which Tauri cannot compare: what the web views call, what `lib.rs` serves,
//! what `build.rs` puts under permission, and what each window's capability allows.

use std::collections::BTreeSet;
use std::path::Path;

/// Each window: what its page calls, and what it may.
const WINDOWS: [(&[&str], &str); 2] = [
    (&["../ui/src/ipc/ipc.ts", "../ui/src/ipc/past_ipc.ts"], "capabilities/main.json"),
    (&["../ui/src/ipc/consent_ipc.ts"], "capabilities/consent.json"),
];

#[test]
fn what_the_web_views_call_is_served_and_allowed_and_nothing_else_is() -> std::io::Result<()> {
    let mut all = BTreeSet::new();
    for (pages, capability) in WINDOWS {
        // All names in parentheses there are commands, but those of events.
        let text = pages.iter().map(|page| read(page)).collect::<std::io::Result<String>>()?;
        let called = names(&text, |line| between(line, "(\"", "\"").filter(|_| !line.contains("listen<")));
        let allowed = names(&read(capability)?, |line| between(line, "\"allow-", "\""));
        assert_eq!(allowed, called, "{capability}");
        all.extend(called);
    }
    let served = names(&read("src/lib.rs")?, |line| {
        between(line, "commands::", ",").or_else(|| between(line, "  past::", ","))
    });
    let listed = names(&read("build.rs")?, |line| between(line.strip_prefix("    \"")?, "", "\","));

    assert!(all.contains("copy_token"), "the calls are found: {all:?}");
    assert_eq!(served, all, "lib.rs");
    assert_eq!(listed, all, "build.rs");
    Ok(())
}

// R-AG-08
#[test]
fn the_consent_window_answers_and_the_main_window_does_not() -> std::io::Result<()> {
    let (main, consent) = (read("capabilities/main.json")?, read("capabilities/consent.json")?);

    assert!(consent.contains("\"allow-answer-question\"") && !main.contains("\"allow-answer-question\""));
    assert!(!consent.contains("\"allow-copy-token\"") && !consent.contains("\"main\""));
    Ok(())
}

#[test]
fn of_tauri_itself_the_web_views_may_listen_and_nothing_else() -> std::io::Result<()> {
    for (_, capability) in WINDOWS {
        let others = names(&read(capability)?, |line| between(line, "    \"core:", "\""));

        let expected = ["event:allow_listen", "event:allow_unlisten"].map(str::to_owned);
        assert_eq!(others, expected.into(), "{capability}");
    }
    Ok(())
}

/// The names that `find` sees in lines, with the hyphens of permissions as underscores.
fn names<'a>(text: &'a str, find: impl Fn(&'a str) -> Option<&'a str>) -> BTreeSet<String> {
    text.lines().filter_map(find).map(|name| name.replace('-', "_")).collect()
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(line.split_once(before)?.1.split_once(after)?.0)
}

fn read(path: &str) -> std::io::Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path)
}
