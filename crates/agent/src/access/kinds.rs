//! Which executables say nothing about what they run, told by their file's name.

use grantkeep_api::views::ProgramKind;

/// What the executable at `path` is.
///
/// A name proves nothing, so it can only take away: whatever is an interpreter by name is never allowed for good.
pub(crate) fn kind_of(path: &str) -> ProgramKind {
    let name = file_name(path);
    let stem = stem(name);
    let is_one_of = |names: &[&str]| names.contains(&name) || names.contains(&stem.as_str());
    // The loader of shared objects, and emulators, run any program that they are given.
    let runs_any = (name.starts_with("ld") && name.contains(".so")) || name.starts_with("qemu-");
    if is_one_of(STARTERS) {
        ProgramKind::Unknown
    } else if runs_any || is_shell(path) || is_one_of(INTERPRETERS) {
        ProgramKind::Interpreter
    } else {
        ProgramKind::Program
    }
}

/// Whether the executable at `path` is called as shells are.
pub(crate) fn is_shell(path: &str) -> bool {
    let stem = stem(file_name(path));
    SHELLS.contains(&stem.strip_suffix("-static").unwrap_or(&stem))
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A name without its version: `python3.11`, `zsh-5.9` and `perl5.36-x86_64-linux-gnu` are what they begin with.
fn stem(name: &str) -> String {
    let end = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    name[..end].trim_end_matches(['.', '-', '_']).to_ascii_lowercase()
}

/// Between a person or a program and `grantkeep` they are nobody themselves.
const SHELLS: &[&str] = &[
    "sh",
    "ash",
    "bash",
    "rbash",
    "busybox",
    "csh",
    "dash",
    "elvish",
    "fish",
    "ion",
    "ksh",
    "lksh",
    "mksh",
    "murex",
    "nu",
    "oksh",
    "osh",
    "pdksh",
    "powershell",
    "pwsh",
    "rc",
    "tcsh",
    "toybox",
    "xonsh",
    "yash",
    "zsh",
];

/// Interpreters, clients that fetch what they are told, and programs that start others.
const INTERPRETERS: &[&str] = &[
    // Interpreters and virtual machines.
    "awk",
    "beam.smp",
    "bun",
    "clisp",
    "deno",
    "dotnet",
    "elixir",
    "emacs",
    "erl",
    "expect",
    "gawk",
    "ghci",
    "groovy",
    "guile",
    "irb",
    "java",
    "jruby",
    "jshell",
    "julia",
    "kotlin",
    "lua",
    "luajit",
    "mawk",
    "mono",
    "nawk",
    "node",
    "nodejs",
    "nvim",
    "ocaml",
    "original-awk",
    "osascript",
    "perl",
    "php",
    "pypy",
    "python",
    "r",
    "racket",
    "raku",
    "rscript",
    "ruby",
    "runghc",
    "sbcl",
    "scala",
    "tclsh",
    "vim",
    "wine",
    "wish",
    // HTTP and socket clients.
    "aria2c",
    "curl",
    "curlie",
    "elinks",
    "http",
    "https",
    "hurl",
    "links",
    "lynx",
    "nc",
    "ncat",
    "netcat",
    "socat",
    "w3m",
    "wget",
    "xh",
    "xhs",
    // Programs that start what they are told.
    "bwrap",
    "chroot",
    "doas",
    "entr",
    "env",
    "find",
    "firejail",
    "gdb",
    "gmake",
    "ionice",
    "just",
    "lldb",
    "ltrace",
    "make",
    "nice",
    "ninja",
    "nohup",
    "nsenter",
    "parallel",
    "proot",
    "runuser",
    "screen",
    "script",
    "setpriv",
    "setsid",
    "ssh",
    "stdbuf",
    "strace",
    "su",
    "sudo",
    "systemd-run",
    "time",
    "timeout",
    "tmux",
    "unshare",
    "watch",
    "xargs",
];

/// What starts everything else.
const STARTERS: &[&str] = &[
    "catatonit",
    "conmon",
    "containerd-shim",
    "containerd-shim-runc-v2",
    "docker-init",
    "dumb-init",
    "init",
    "launchd",
    "openrc-init",
    "runit",
    "runsvdir",
    "s6-svscan",
    "systemd",
    "tini",
];

#[cfg(test)]
mod tests {
    use super::*;

    // R-AG-04
    #[test]
    fn what_runs_anything_is_told_by_its_name() {
        use ProgramKind::{Interpreter, Program, Unknown};
        let cases = [
            ("/home/x/bin/report-builder", Program, "a program of its own"),
            ("/usr/bin/git", Program, "another"),
            ("/usr/bin/python3.11", Interpreter, "with its version"),
            ("/usr/bin/python3.11-dbg", Interpreter, "and more behind it"),
            ("/usr/bin/perl5.36-x86_64-linux-gnu", Interpreter, "with its platform"),
            ("/opt/node-v22/bin/node", Interpreter, "in any place"),
            ("/usr/bin/R", Interpreter, "in capitals"),
            ("/usr/bin/Rscript", Interpreter, "in part"),
            ("/usr/lib/jvm/java-21/bin/java", Interpreter, "a virtual machine"),
            ("/usr/lib/erlang/erts-13/bin/beam.smp", Interpreter, "another"),
            ("/usr/bin/curl", Interpreter, "an HTTP client"),
            ("/usr/bin/wget2", Interpreter, "another"),
            ("/usr/bin/env", Interpreter, "starts what it is told"),
            ("/usr/bin/bash", Interpreter, "a shell as a client of its own"),
            ("/usr/bin/busybox", Interpreter, "a shell and more"),
            ("/lib64/ld-linux-x86-64.so.2", Interpreter, "the loader runs any program"),
            ("/usr/bin/qemu-aarch64", Interpreter, "so does an emulator"),
            ("/usr/bin/time-tracker", Program, "a name that only begins so"),
            ("/usr/bin/nodemon-like", Program, "another"),
            ("/usr/lib/systemd/systemd", Unknown, "starts everything"),
            ("/sbin/init", Unknown, "so does this"),
            ("/usr/bin/s6-svscan", Unknown, "and this"),
        ];
        for (path, kind, why) in cases {
            assert_eq!(kind_of(path), kind, "{path}: {why}");
        }
    }

    #[test]
    fn shells_are_told_by_their_names() {
        let shells =
            ["/bin/sh", "/usr/bin/bash", "/bin/zsh-5.9", "/bin/ksh93", "/bin/mksh-static", "fish", "nu"];
        for shell in shells {
            assert!(is_shell(shell), "{shell}");
        }
        for other in ["/usr/bin/shellcheck", "/usr/bin/ssh", "/usr/bin/bashful", "/usr/bin/git", ""] {
            assert!(!is_shell(other), "{other}");
        }
    }
}
