//! The walk over tables of processes.

use std::collections::HashMap;

use super::*;

/// Number, parent, session, terminal, executable. `?` = not told; `grantkeep` = our CLI under any name.
type Row = (i32, i32, i32, i32, &'static str);

const PTS: i32 = 136 << 8 | 3;

fn table(rows: &[Row]) -> HashMap<i32, Process> {
    let process = |&(pid, parent, session, terminal, path): &Row| {
        let path = Some(path).filter(|path| *path != "?");
        let cli = path.is_some_and(|path| path.ends_with("grantkeep"));
        let process = Process {
            name: path.map_or("hidden", super::super::kinds::file_name).to_owned(),
            parent,
            session,
            terminal,
            started: 1_000 + u64::try_from(pid).unwrap(),
            program: if cli { Program::Cli } else { Program::Other },
            shell: path.is_some_and(super::super::kinds::is_shell),
            path: path.map(ToOwned::to_owned),
        };
        (pid, process)
    };
    rows.iter().map(process).collect()
}

fn of_table(rows: &[Row], pid: i32) -> Asker {
    let table = table(rows);
    asker(pid, &|pid| table.get(&pid).cloned())
}

const INIT: Row = (1, 0, 1, 0, "/usr/lib/systemd/systemd");
const TERMINAL: Row = (50, 1, 50, 0, "/usr/bin/xterm");
const SHELL: Row = (60, 50, 60, PTS, "/usr/bin/bash");

// R-AG-04
#[test]
fn the_caller_of_our_cli_is_the_first_that_is_neither_a_shell_nor_grantkeep() {
    use ProgramKind::{Interpreter, Program, Terminal, Unknown};
    let cli = "/opt/grantkeep";
    let git_helper = "/opt/git-credential-grantkeep";
    let cases: [(&str, &[Row], &str, ProgramKind, i32); 15] = [
        ("typed at a prompt", &[(70, 60, 60, PTS, cli)], "xterm", Terminal, 60),
        (
            "in a script at a prompt",
            &[(65, 60, 60, PTS, "/bin/dash"), (70, 65, 60, PTS, cli)],
            "xterm",
            Terminal,
            60,
        ),
        (
            "through another of our own",
            &[(65, 60, 60, PTS, cli), (66, 65, 60, PTS, "/bin/sh"), (70, 66, 60, PTS, git_helper)],
            "xterm",
            Terminal,
            60,
        ),
        ("in place of the shell", &[(70, 50, 70, PTS, cli)], "xterm", Terminal, 70),
        (
            "by git at a prompt",
            &[(65, 60, 60, PTS, "/usr/bin/git"), (66, 65, 60, PTS, "/bin/sh"), (70, 66, 60, PTS, git_helper)],
            "git",
            Program,
            65,
        ),
        (
            "by an interpreter at a prompt",
            &[(65, 60, 60, PTS, "/usr/bin/python3.11"), (70, 65, 60, PTS, cli)],
            "python3.11",
            Interpreter,
            65,
        ),
        (
            "by a program without a terminal",
            &[(65, 1, 65, 0, "/home/x/bin/report-builder"), (66, 65, 65, 0, "/bin/sh"), (70, 66, 65, 0, cli)],
            "report-builder",
            Program,
            65,
        ),
        (
            "by a program that took a terminal of its own, so it leads the session",
            &[(65, 60, 65, PTS, "/home/x/bin/report-builder"), (70, 65, 65, PTS, cli)],
            "report-builder",
            Program,
            65,
        ),
        (
            "by a program above a session without its leader",
            &[(65, 50, 65, PTS, "/usr/bin/code"), (66, 65, 999, PTS, "/bin/sh"), (70, 66, 999, PTS, cli)],
            "code",
            Program,
            65,
        ),
        ("by the init", &[(70, 1, 70, 0, cli)], "systemd", Unknown, 1),
        (
            "by the person's own systemd",
            &[(65, 1, 65, 0, "/usr/lib/systemd/systemd"), (70, 65, 70, 0, cli)],
            "systemd",
            Unknown,
            65,
        ),
        ("left behind at a prompt, and adopted", &[(70, 1, 60, PTS, cli)], "systemd", Unknown, 1),
        ("by what the system hides", &[(65, 1, 65, 0, "?"), (70, 65, 65, 0, cli)], "hidden", Unknown, 65),
        ("by nobody that is still there", &[(70, 69, 69, 0, cli)], "a program", Unknown, 0),
        ("in a circle", &[(65, 70, 0, 0, "/bin/sh"), (70, 65, 0, 0, cli)], "a program", Unknown, 0),
    ];
    for (why, rows, name, kind, pid) in cases {
        let rows: Vec<Row> = [INIT, TERMINAL, SHELL].into_iter().chain(rows.iter().copied()).collect();

        let asker = of_table(&rows, 70);

        let found = (asker.name.as_str(), asker.kind, asker.pid.unwrap_or(0));
        assert_eq!(found, (name, kind, pid), "called {why}");
    }
}

#[test]
fn a_client_that_is_not_ours_is_itself() {
    let client = (70, 60, 60, PTS, "/usr/bin/curl");

    let curl = of_table(&[INIT, TERMINAL, SHELL, client], 70);

    assert_eq!(curl.who, Who::Program("/usr/bin/curl".to_owned()));
    assert_eq!((curl.kind, curl.parent), (ProgramKind::Interpreter, Some(60)));
    let session = Session { id: 60, terminal: PTS, started: 1_060 };
    assert_eq!(curl.session, Some(session), "and it is known from where it asked");
    assert_eq!(curl.shown(), "curl (/usr/bin/curl, process 70)");
    let gone = of_table(&[INIT], 70);
    assert_eq!((&gone.who, gone.shown()), (&Who::Untold, "a program".to_owned()));
}

#[test]
fn a_terminal_is_told_by_its_leader_and_shown_by_its_program() {
    let cli = (70, 60, 60, PTS, "/opt/grantkeep");
    let session = Session { id: 60, terminal: PTS, started: 1_060 };

    let asker = of_table(&[INIT, TERMINAL, SHELL, cli], 70);

    assert_eq!((asker.who.clone(), asker.session), (Who::Terminal(session), Some(session)));
    assert_eq!(asker.shown(), "xterm (terminal pts/3, process 60)");
    let alone = of_table(&[(60, 59, 60, PTS, "/usr/bin/bash"), cli], 70);
    assert_eq!(alone.shown(), "pts/3 (terminal pts/3, process 60)", "where nothing stands above");
    let nested =
        [(50, 1, 50, 0, "/usr/bin/xterm"), (55, 50, 55, PTS, "/bin/bash"), (60, 55, 60, PTS, "/bin/sh"), cli];
    assert_eq!(of_table(&nested, 70).name, "pts/3", "a shell is no terminal");
    assert_eq!(asker.view().path, None);
}

#[test]
fn a_hidden_program_is_its_process() {
    let asker = of_table(&[INIT, (70, 1, 70, 0, "?")], 70);

    assert_eq!(asker.who, Who::Process { pid: 70, started: 1_070 });
    assert_eq!((asker.kind, asker.shown().as_str()), (ProgramKind::Unknown, "hidden (process 70)"));
}
