//! The packages of the lists, from npm and PyPI by their own clients, unpacked into the target folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::out::{self, Failure, Outcome};
use crate::process::Run;
use crate::project::{npm, target};

/// A package that is unpacked.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) folder: PathBuf,
}

/// The packages that NOTICE names, fetched where they are not there yet.
pub(super) fn packages(notice: &str) -> Outcome<Vec<Package>> {
    let lists = target()?.join("catalog");
    named(notice)
        .into_iter()
        .map(|(name, version)| {
            let folder = lists.join(format!("{}-{version}", name.replace(['@', '/'], "")));
            if !folder.is_dir() {
                out::note(&format!("fetching {name} {version}"));
                fetch(&name, &version, &folder)?;
            }
            Ok(Package { name, folder })
        })
        .collect()
}

/// Names and versions: the indented lines of NOTICE that begin with them.
fn named(notice: &str) -> Vec<(String, String)> {
    let lines = notice.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let words = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    words.filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit())).collect()
}

fn fetch(name: &str, version: &str, folder: &Path) -> Outcome {
    // Unpacked beside its place, so that what breaks off is not taken for a package.
    let parts = folder.with_extension("part");
    if parts.is_dir() {
        fs::remove_dir_all(&parts).map_err(|e| Failure::because(parts.display(), e))?;
    }
    fs::create_dir_all(&parts).map_err(|e| Failure::because(parts.display(), e))?;
    if is_python(name) {
        let spec = format!("{name}=={version}");
        let download =
            ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", "."];
        Run::new("python3").args(download).args([spec]).dir(&parts).output_to_stderr().run()?;
        Run::new("python3")
            .args(["-m", "zipfile", "-e"])
            .args([only_file(&parts)?])
            .args(["."])
            .dir(&parts)
            .run()?;
    } else {
        let spec = format!("{name}@{version}");
        npm("ui").args(["pack", "--silent"]).args([spec]).dir(&parts).output_to_stderr().run()?;
        Run::new("tar").args(["-xzf"]).args([only_file(&parts)?]).dir(&parts).run()?;
    }
    fs::rename(&parts, folder).map_err(|e| Failure::because(folder.display(), e))
}

/// The two lists of PyPI; all others are npm's.
pub(super) fn is_python(name: &str) -> bool {
    matches!(name, "social-auth-core" | "django-allauth")
}

fn only_file(folder: &Path) -> Outcome<PathBuf> {
    let entries = fs::read_dir(folder).map_err(|e| Failure::because(folder.display(), e))?;
    let mut files =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file());
    files.next().ok_or_else(|| Failure::new(format!("nothing was fetched into {}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_names_the_packages_and_their_versions() {
        let notice = "Text.\n\n  grant 5.4.24     MIT     Copyright\n                   https://example.com/x\n  \
                      @auth/core 0.41.3   ISC  Copyright\n\nMore text 1 2.\n";

        let named = named(notice);

        let pair = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(named, [pair("grant", "5.4.24"), pair("@auth/core", "0.41.3")]);
    }
}
