//! The commands stand in four places, which Tauri cannot compare: what the web view calls, what `lib.rs`
//! serves, what `build.rs` puts under permission, and what the capability allows.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn what_the_web_view_calls_is_served_and_allowed_and_nothing_else_is() -> std::io::Result<()> {
    // All names in parentheses there are commands, but those of events.
    let text = read("../ui/src/ipc/ipc.ts")?;
    let called = names(&text, |line| between(line, "(\"", "\"").filter(|_| !line.contains("listen<")));
    let served = names(&read("src/lib.rs")?, |line| between(line, "commands::", ","));
    let listed = names(&read("build.rs")?, |line| between(line.strip_prefix("    \"")?, "", "\","));
    let capability = read("capabilities/main.json")?;
    let allowed = names(&capability, |line| between(line, "\"allow-", "\""));

    assert!(called.contains("copy_token"), "the calls are found: {called:?}");
    assert_eq!(served, called, "lib.rs");
    assert_eq!(listed, called, "build.rs");
    assert_eq!(allowed, called, "capabilities/main.json");
    Ok(())
}

#[test]
fn of_tauri_itself_the_web_view_may_listen_and_nothing_else() -> std::io::Result<()> {
    let capability = read("capabilities/main.json")?;

    let others = names(&capability, |line| between(line, "    \"core:", "\""));

    assert_eq!(others, ["event:allow_listen", "event:allow_unlisten"].map(str::to_owned).into());
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
