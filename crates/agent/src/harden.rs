//! Keeps what is in the memory of the agent out of files and of other programs (R-ST-12).

use std::fs;

/// Sees to it that the process leaves no core dump, that no other program of the same user may read its
/// memory, and that its files are for their owner alone.
///
/// Called first in `main`, before any file is made or thread started. Returns what could not be done, in
/// words for the log; empty when all was.
pub fn harden() -> Vec<String> {
    let mut failed = Vec::new();
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit};
        // 077: for everybody else nothing.
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(error) = rustix::process::setrlimit(Resource::Core, none) {
            failed.push(format!("core dumps can't be turned off: {error}"));
        }
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // Also ends ptrace and /proc/‹pid›/mem for other programs of the same user.
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            failed.push(format!("the memory can't be closed to other programs: {error}"));
        }
    }
    failed
}

/// Memory of this process in bytes: its share (PSS), or all that is resident where the system does not tell
/// the share.
///
/// A process that is not dumpable can only be measured by itself, so the agent reports its own figure.
/// `None` where the system tells neither.
pub fn memory() -> Option<u64> {
    field("/proc/self/smaps_rollup", "Pss:").or_else(|| field("/proc/self/status", "VmRSS:"))
}

fn field(file: &str, name: &str) -> Option<u64> {
    kibibytes(&fs::read_to_string(file).ok()?, name)?.checked_mul(1024)
}

fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn memory_is_read_in_kibibytes() {
        let rollup =
            "55d0-7ffe ---p 00000000 00:00 0  [rollup]\nRss:  5124 kB\nPss:\t 1911 kB\nPss_Dirty: 700 kB\n";
        assert_eq!(kibibytes(rollup, "Pss:"), Some(1911));
        assert_eq!(kibibytes(rollup, "VmRSS:"), None);
        assert_eq!(kibibytes("Pss: many kB", "Pss:"), None);
    }

    // R-ST-12
    #[test]
    fn a_hardened_process_is_closed_and_still_measures_itself() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        // By this path the program can be started whoever may enter the folders above it.
        let mut child = Command::new("/proc/self/exe");
        child
            .args(["harden::tests::in_a_process_of_its_own", "--exact", "--ignored"])
            .current_dir(folder.path());
        // As an ordinary user also where tests run as root, to whom everything is open.
        if rustix::process::getuid().is_root() {
            child.uid(65534).gid(65534);
        }

        let output = child.output().unwrap();

        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
    }

    #[test]
    #[ignore = "hardens the process it runs in; started by the test above"]
    fn in_a_process_of_its_own() {
        assert!(!rustix::process::getuid().is_root());

        assert_eq!(harden(), Vec::<String>::new());

        let limits = fs::read_to_string("/proc/self/limits").unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
        fs::write("mode", "").unwrap();
        assert_eq!(fs::metadata("mode").unwrap().permissions().mode() & 0o777, 0o600);
        let own = std::process::id();
        let stranger = Command::new("cat").arg(format!("/proc/{own}/maps")).output().unwrap();
        assert!(!stranger.status.success(), "another program of the same user reads no memory");
        let share = field("/proc/self/smaps_rollup", "Pss:").unwrap();
        assert!((100 * 1024..1024 * 1024 * 1024).contains(&share), "{share}");
        assert!(memory().is_some());
    }
}
