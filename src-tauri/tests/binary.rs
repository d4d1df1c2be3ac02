//! What the built binary is made of.

use std::process::Command;

/// WebKit and libsoup bind `sqlite3_*` by symbol: a SQLite of ours in this process would take their calls.
#[test]
#[cfg(target_os = "linux")]
fn the_desktop_brings_no_sqlite_of_its_own() {
    let mut nm = Command::new("nm");
    nm.args(["-D", "--defined-only", env!("CARGO_BIN_EXE_grantkeep-desktop")]);

    let output = nm.output().expect("nm, which comes with the compiler's linker");

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let symbols = String::from_utf8_lossy(&output.stdout);
    let ours: Vec<_> = symbols.lines().filter(|line| line.contains("sqlite3_")).collect();
    assert_eq!(ours, Vec::<&str>::new());
}
