//! Our own programs, told by their executable files.

use std::cell::OnceCell;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::process::Process;
use super::{Program, Trust};

/// Tells programs apart by their executable files.
#[derive(Debug)]
pub struct Programs {
    trust: Trust,
    folder: Option<PathBuf>,
    /// As they were when the agent started: a window that an update replaced on disk is still ours.
    at_start: Vec<(Program, File)>,
}

/// A file, whatever its name: device and inode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct File(pub(crate) (u64, u64));

impl File {
    pub(crate) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|about| Self((about.dev(), about.ino())))
    }
}

impl Programs {
    /// Looks at the programs beside the agent's own executable.
    pub fn beside_us(trust: Trust) -> Self {
        let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
        let at_start = folder.as_deref().map(files_in).unwrap_or_default();
        Self { trust, folder, at_start }
    }

    /// Which program a process counts as.
    pub(crate) fn of(&self, process: Option<&Process>) -> Program {
        if self.trust == Trust::SameUser {
            return Program::Window;
        }
        if !cfg!(target_os = "linux") {
            return Program::Untold;
        }
        process.map_or(Program::Other, |process| process.program)
    }

    /// For looking at several processes at one moment.
    pub(crate) fn now(&self) -> Now<'_> {
        Now { programs: self, files: OnceCell::new() }
    }
}

/// Our programs as they are at one moment: their files are looked at once, and only if need be.
pub(crate) struct Now<'a> {
    programs: &'a Programs,
    files: OnceCell<Vec<(Program, File)>>,
}

impl Now<'_> {
    /// Which program an executable is. Our CLI under another name is our CLI: the name does not count.
    pub(crate) fn of_file(&self, file: File) -> Program {
        let is_it = |(_, ours): &&(Program, File)| *ours == file;
        let now = || {
            let folder = self.programs.folder.as_deref();
            self.files.get_or_init(|| folder.map(files_in).unwrap_or_default())
        };
        let ours = self.programs.at_start.iter().find(is_it).or_else(|| now().iter().find(is_it));
        ours.map_or(Program::Other, |(program, _)| *program)
    }
}

fn files_in(folder: &Path) -> Vec<(Program, File)> {
    let names = [(Program::Window, "grantkeep-desktop"), (Program::Cli, "grantkeep")];
    names.into_iter().filter_map(|(program, name)| Some((program, File::at(&folder.join(name))?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::look;

    #[test]
    fn a_program_of_another_place_is_not_ours() {
        let programs = Programs::beside_us(Trust::OwnBinaries);
        let own = i32::try_from(std::process::id()).ok();

        let own = own.and_then(|own| look(own, &programs.now()));
        assert!(own.is_some());
        assert_eq!(programs.of(own.as_ref()), Program::Other, "a test is not the window");
        assert_eq!(programs.of(None), Program::Other);
        assert_eq!(Programs::beside_us(Trust::SameUser).of(own.as_ref()), Program::Window);
    }

    #[test]
    fn our_cli_is_ours_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["grantkeep", "grantkeep-desktop", "other"] {
            fs::write(at(name), name).unwrap();
        }
        fs::hard_link(at("grantkeep"), at("git-credential-grantkeep")).unwrap();
        std::os::unix::fs::symlink("grantkeep", at("docker-credential-grantkeep")).unwrap();
        let mut programs = Programs {
            trust: Trust::OwnBinaries,
            folder: Some(folder.path().to_owned()),
            at_start: files_in(folder.path()),
        };
        let of = |programs: &Programs, name: &str| programs.now().of_file(File::at(&at(name)).unwrap());

        for name in ["grantkeep", "git-credential-grantkeep", "docker-credential-grantkeep"] {
            assert_eq!(of(&programs, name), Program::Cli, "{name}");
        }
        assert_eq!(of(&programs, "grantkeep-desktop"), Program::Window);
        assert_eq!(of(&programs, "other"), Program::Other);
        fs::rename(at("other"), at("grantkeep")).unwrap();
        assert_eq!(of(&programs, "grantkeep"), Program::Cli, "an update counts at once");
        assert_eq!(
            of(&programs, "git-credential-grantkeep"),
            Program::Cli,
            "and what it replaced still does"
        );
        programs.folder = None;
        assert_eq!(of(&programs, "grantkeep"), Program::Other);
    }
}
