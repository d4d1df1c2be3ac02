//! Where the vault, the log and the agent's socket are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::views::{Code, Problem};

/// The folders of one vault. `GRANTKEEP_HOME` overrides them all, for tests and servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// The vault's.
    pub data: PathBuf,
    /// The log's.
    pub log: PathBuf,
    /// That of `settings.toml`.
    pub config: PathBuf,
    /// The agent's socket.
    pub socket: PathBuf,
}

/// Why there are no folders.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// Neither `GRANTKEEP_HOME` nor a home folder.
    #[error("there is no home folder")]
    NoHome,
    /// A socket's address holds [`MAX_SOCKET_PATH`] bytes, and cutting it would meet another vault's agent.
    #[error("the path of the agent's socket has {length} bytes, the system allows {MAX_SOCKET_PATH}: {path}")]
    SocketPathTooLong {
        /// The path.
        path: String,
        /// Its bytes.
        length: usize,
    },
}

impl Folders {
    /// The folders that this process' environment names.
    ///
    /// # Errors
    /// [`FolderError`] as a problem.
    pub fn of_environment() -> Result<Self, Problem> {
        let platform = Platform::of_environment();
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Ok(Self::of(&|name| std::env::var_os(name), &platform, &here)?)
    }

    /// The folders by an environment, the platform's own places and the working folder.
    ///
    /// - `GRANTKEEP_HOME`: data and settings there, log in its `log`, socket `agent-‹hash of its path›.sock` in the runtime
    ///   folder, else `agent.sock` in it.
    /// - otherwise the platform's places and `agent.sock` in the runtime folder, else in the data folder.
    ///
    /// The runtime folder is `$XDG_RUNTIME_DIR/grantkeep`; a relative value counts as not set.
    ///
    /// # Errors
    /// No home folder; a socket path too long for the system.
    pub fn of(
        variable: &dyn Fn(&str) -> Option<OsString>,
        platform: &Platform,
        here: &Path,
    ) -> Result<Self, FolderError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let runtime = set("XDG_RUNTIME_DIR").filter(|path| path.is_absolute()).map(|path| path.join(APP));
        let folders = match set("GRANTKEEP_HOME") {
            Some(home) => {
                let home = plain(&here.join(home));
                let socket = match runtime {
                    Some(runtime) => runtime.join(format!("agent-{:08x}.sock", hash_of(&home))),
                    None => home.join("agent.sock"),
                };
                Self { log: home.join("log"), config: home.clone(), data: home, socket }
            }
            None => {
                let data = platform.data.clone().ok_or(FolderError::NoHome)?.join(APP);
                let log = platform.state.clone().map_or_else(|| data.join("log"), |state| state.join(APP));
                let config = platform.config.clone().map_or_else(|| data.clone(), |config| config.join(APP));
                let socket = runtime.unwrap_or_else(|| data.clone()).join("agent.sock");
                Self { data, log, config, socket }
            }
        };
        let length = folders.socket.as_os_str().len();
        if length > MAX_SOCKET_PATH {
            return Err(FolderError::SocketPathTooLong {
                path: folders.socket.display().to_string(),
                length,
            });
        }
        Ok(folders)
    }
}

/// The platform's own places for applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// `$XDG_DATA_HOME` and its kin; absent where there is no home folder.
    pub data: Option<PathBuf>,
    /// `$XDG_STATE_HOME`, where the platform has such a place.
    pub state: Option<PathBuf>,
    /// `$XDG_CONFIG_HOME` and its kin.
    pub config: Option<PathBuf>,
}

impl Platform {
    /// What etcetera knows of this platform: relative XDG values count as not set.
    fn of_environment() -> Self {
        use etcetera::BaseStrategy as _;
        match etcetera::choose_base_strategy() {
            Ok(strategy) => Self {
                data: Some(strategy.data_dir()),
                state: strategy.state_dir(),
                config: Some(strategy.config_dir()),
            },
            Err(_) => Self { data: None, state: None, config: None },
        }
    }
}

/// Where programs of this user have their settings: `$XDG_CONFIG_HOME` and its kin.
pub fn config_home() -> Option<PathBuf> {
    Platform::of_environment().config
}

impl From<FolderError> for Problem {
    fn from(error: FolderError) -> Self {
        let hint = match error {
            FolderError::NoHome => "set HOME, or GRANTKEEP_HOME to the folder that should hold the vault",
            FolderError::SocketPathTooLong { .. } => {
                "set XDG_RUNTIME_DIR or GRANTKEEP_HOME to a shorter path"
            }
        };
        Self::new(Code::InvalidInput, "the agent's socket has no place").detail(error.to_string()).hint(hint)
    }
}

/// Takes `.` and doubled separators out of an absolute path, without asking the disk.
///
/// The disk may not have the folder yet; asking later could give another name and miss the running agent.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

/// FNV-1a over the path's bytes: the same in each version, as socket names must be.
fn hash_of(path: &Path) -> u32 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Name of our folder in each place.
const APP: &str = "grantkeep";

/// Bytes of `sockaddr_un::sun_path` on Linux, without the closing zero.
pub const MAX_SOCKET_PATH: usize = 107;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_follow_the_environment() {
        let hashed = "/run/user/1000/grantkeep/agent-c7c64bdd.sock";
        let (data, log) = ("/h/.local/share/grantkeep", "/h/.local/state/grantkeep");
        let config = "/h/.config/grantkeep";
        let desktop = "/run/user/1000/grantkeep/agent.sock";
        let runtime = ("XDG_RUNTIME_DIR", "/run/user/1000");
        let home = ("GRANTKEEP_HOME", "/srv/keep");
        let cases = [
            (vec![], [data, log, config, "/h/.local/share/grantkeep/agent.sock"], "no runtime folder"),
            (vec![runtime], [data, log, config, desktop], "the usual desktop"),
            (
                vec![("XDG_RUNTIME_DIR", "run")],
                [data, log, config, "/h/.local/share/grantkeep/agent.sock"],
                "a relative value counts as not set",
            ),
            (vec![home], ["/srv/keep", "/srv/keep/log", "/srv/keep", "/srv/keep/agent.sock"], "a server"),
            (
                vec![home, runtime],
                ["/srv/keep", "/srv/keep/log", "/srv/keep", hashed],
                "another vault on a desktop",
            ),
            (
                vec![("GRANTKEEP_HOME", "keep/./"), runtime],
                ["/srv/keep", "/srv/keep/log", "/srv/keep", hashed],
                "the same, named from where it stands",
            ),
            (
                vec![("GRANTKEEP_HOME", ""), runtime],
                [data, log, config, desktop],
                "an empty value counts as not set",
            ),
        ];
        for (variables, [data, log, config, socket], why) in cases {
            let expected =
                Folders { data: data.into(), log: log.into(), config: config.into(), socket: socket.into() };
            assert_eq!(of(&variables), Ok(expected), "{why}");
        }
    }

    #[test]
    fn a_socket_path_is_never_cut() {
        let long = format!("/{}", "x".repeat(MAX_SOCKET_PATH));

        assert!(matches!(
            of(&[("GRANTKEEP_HOME", &long)]),
            Err(FolderError::SocketPathTooLong { length: 119, .. })
        ));
        assert!(
            of(&[("GRANTKEEP_HOME", &long), ("XDG_RUNTIME_DIR", "/run")]).is_ok(),
            "the runtime folder helps"
        );
    }

    #[test]
    fn without_a_home_there_are_no_folders() {
        let nowhere = Platform { data: None, state: None, config: None };

        assert_eq!(Folders::of(&|_| None, &nowhere, Path::new("/")), Err(FolderError::NoHome));
    }

    fn of(variables: &[(&str, &str)]) -> Result<Folders, FolderError> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let home = |path: &str| Some(Path::new("/h/.local").join(path));
        let config = Some("/h/.config".into());
        let platform = Platform { data: home("share"), state: home("state"), config };
        Folders::of(&lookup, &platform, Path::new("/srv"))
    }
}
