//! A process, as the system tells it: `proc_pid_stat(5)` and its executable.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use grantkeep_core::model::plain;

use super::Program;
use super::kinds::{file_name, is_shell};
use super::programs::{File, Now};

/// Facts about a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    /// Short name: its executable's, else what it calls itself.
    pub(crate) name: String,
    /// Its parent; 0 = none.
    pub(crate) parent: i32,
    /// Its session, which has the number of the session's leader.
    pub(crate) session: i32,
    /// Its controlling terminal; 0 = none.
    pub(crate) terminal: i32,
    /// When it was started, in ticks since the machine was: tells it from a later process of the same number.
    pub(crate) started: u64,
    /// Which of ours it is.
    pub(crate) program: Program,
    /// Its executable; `None` where the system hides it, where another file stands there by now, or none does, and
    /// where its name would be shown as another one.
    pub(crate) path: Option<String>,
    /// It is a shell.
    pub(crate) shell: bool,
}

/// Looks at a process; `None` when it is gone.
pub(crate) fn look(pid: i32, programs: &Now<'_>) -> Option<Process> {
    let stat = Stat::of_process(pid)?;
    let link = format!("/proc/{pid}/exe");
    // The link leads to the file itself, even where its name was given to another one since.
    let running = fs::metadata(&link).ok();
    let file = running.as_ref().map(|about| (about.dev(), about.ino()));
    let path = fs::read_link(&link).ok().and_then(|path| path.into_os_string().into_string().ok());
    let path = path.filter(|path| {
        file.is_some() && File::at(Path::new(path)).map(|file| file.0) == file && shows_itself(path)
    });
    let from_the_system = running.is_some_and(|about| about.uid() == 0);
    Some(Process {
        name: path.as_deref().map_or_else(|| plain(&stat.name, NAME), |path| plain(file_name(path), NAME)),
        parent: stat.parent,
        session: stat.session,
        terminal: stat.terminal,
        started: stat.started,
        program: file.map_or(Program::Other, |file| programs.of_file(File(file))),
        shell: path
            .as_deref()
            .is_some_and(|path| is_shell(path) && (from_the_system || is_login_shell(path))),
        path,
    })
}

/// The name of a process, to show it.
pub(crate) fn name_of_process(pid: i32) -> Option<String> {
    let path = fs::read_link(format!("/proc/{pid}/exe"))
        .ok()
        .and_then(|path| path.into_os_string().into_string().ok());
    let path = path.filter(|path| shows_itself(path));
    path.map(|path| plain(file_name(&path), NAME))
        .or_else(|| Stat::of_process(pid).map(|stat| plain(&stat.name, NAME)))
}

/// Whether a path is shown as it is: one with hidden or reordering characters could be taken for another.
pub(crate) fn shows_itself(path: &str) -> bool {
    plain(path, path.len()) == path
}

/// When the process of that number was started; `None` when there is none.
pub(crate) fn started(pid: i32) -> Option<u64> {
    Stat::of_process(pid).map(|stat| stat.started)
}

/// The name of a terminal by its number (`tty_nr`), as `tty(1)` shows it without `/dev/`.
pub(crate) fn terminal_name(number: i32) -> String {
    let (major, minor) = ((number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00));
    match major {
        136..=143 => format!("pts/{}", (major - 136) * 256 + minor),
        4 if minor < 64 => format!("tty{minor}"),
        4 => format!("ttyS{}", minor - 64),
        _ => format!("terminal {major}:{minor}"),
    }
}

/// A shell that the system's owner did not install counts where it is one that people may log in with: any program
/// can be called `sh`.
fn is_login_shell(path: &str) -> bool {
    fs::read_to_string("/etc/shells").is_ok_and(|shells| shells.lines().any(|line| line.trim() == path))
}

/// What of `proc_pid_stat(5)` is needed.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    name: String,
    parent: i32,
    session: i32,
    terminal: i32,
    started: u64,
}

impl Stat {
    fn of_process(pid: i32) -> Option<Self> {
        // One read: the system makes the text anew for each, and every program that asks waits for this.
        let mut stat = [0; LONGEST];
        let length = fs::File::open(format!("/proc/{pid}/stat")).ok()?.read(&mut stat).ok()?;
        // What a process calls itself need not be text.
        Self::read(&String::from_utf8_lossy(&stat[..length]))
    }

    /// The program's name may hold anything, parentheses and spaces included; the fields follow its last one.
    fn read(stat: &str) -> Option<Self> {
        let (before, fields) = stat.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        // From the third on: state, parent, group, session, terminal, … the 22nd is the start.
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<i32>().ok();
        Some(Self {
            name: name.to_owned(),
            parent: number(1)?,
            session: number(3)?,
            terminal: number(4)?,
            started: fields.get(19)?.parse().ok()?,
        })
    }
}

/// Bytes of `/proc/‹pid›/stat`: 52 numbers and a name of 64 at most.
const LONGEST: usize = 2048;

/// Characters of a name.
const NAME: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Trust;
    use crate::access::programs::Programs;

    #[test]
    fn the_fields_are_read_behind_any_program_name() {
        let rest = "-1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987 1000 10";
        let stat = |name: &str, terminal, started| Stat {
            name: name.to_owned(),
            parent: 1,
            session: 7,
            terminal,
            started,
        };
        let cases = [
            (format!("7 (bash) S 1 7 7 34816 {rest}"), Some(stat("bash", 34816, 987)), "on a terminal"),
            (format!("7 (agent) S 1 7 7 0 {rest}"), Some(stat("agent", 0, 987)), "without one"),
            (
                format!("7 (a) S 9 9 9 9 {rest}) b) S 1 7 7 0 {rest}"),
                Some(stat(&format!("a) S 9 9 9 9 {rest}) b"), 0, 987)),
                "a name made to look like the fields",
            ),
            ("7 (bash) S 1 7 7 34816 -1".to_owned(), None, "too few fields"),
            ("nonsense".to_owned(), None, "nonsense"),
            (String::new(), None, "nothing"),
        ];
        for (text, read, why) in cases {
            assert_eq!(Stat::read(&text), read, "{why}");
        }
    }

    #[test]
    fn terminals_have_the_names_that_people_know() {
        let cases = [
            (136 << 8 | 3, "pts/3"),
            (137 << 8 | 1, "pts/257"),
            (4 << 8 | 1, "tty1"),
            (4 << 8 | 64, "ttyS0"),
            (5 << 8 | 1, "terminal 5:1"),
        ];
        for (number, name) in cases {
            assert_eq!(terminal_name(number), name);
        }
    }

    // R-AG-04
    #[test]
    fn a_path_that_looks_like_another_is_not_told() {
        let cases = [
            ("/usr/bin/git", true, "plain"),
            ("/home/x/My Programs/Über-Tool", true, "any letters"),
            ("/usr/bin/\u{202E}tig", false, "reordered"),
            ("/tmp/a\n/usr/bin/git", false, "two lines"),
            ("/usr/bin/git\u{200B}", false, "a hidden character"),
        ];
        for (path, shows, why) in cases {
            assert_eq!(shows_itself(path), shows, "{why}");
        }
    }

    #[test]
    fn a_process_is_looked_at_with_its_executable() {
        let programs = Programs::beside_us(Trust::OwnBinaries);
        let own = i32::try_from(std::process::id()).unwrap();

        let programs = programs.now();
        let seen = look(own, &programs).unwrap();

        let path = std::env::current_exe().unwrap();
        assert_eq!(seen.path.as_deref(), path.to_str());
        assert_eq!(Some(seen.started), started(own));
        assert!(!seen.shell && seen.program == Program::Other);
        assert_eq!(look(i32::MAX, &programs), None, "nobody");
    }

    // R-AG-04
    #[test]
    fn a_replaced_executable_is_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("waiter");
        copy_of_sleep(&program);
        let programs = Programs::beside_us(Trust::OwnBinaries);
        let mut waiter = until_it_runs(&program);
        let pid = i32::try_from(waiter.id()).unwrap();
        let path = || look(pid, &programs.now()).unwrap().path;
        assert_eq!(path().as_deref(), program.to_str());

        fs::remove_file(&program).unwrap();
        assert_eq!(path(), None, "deleted");
        copy_of_sleep(&program);
        assert_eq!(path(), None, "another file of the same name");

        waiter.kill().unwrap();
        waiter.wait().unwrap();
    }

    /// By another process: a file that a thread forks while it is open for writing can't be executed.
    fn copy_of_sleep(to: &Path) {
        let copied = std::process::Command::new("cp").arg("-L").arg("/bin/sleep").arg(to).status();
        assert!(copied.unwrap().success());
    }

    /// Starts a program that waits. `spawn` returns once it was executed.
    fn until_it_runs(program: &Path) -> std::process::Child {
        std::process::Command::new(program).arg("600").spawn().unwrap()
    }
}
