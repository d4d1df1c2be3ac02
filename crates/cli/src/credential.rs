//! The shapes in which other programs take a token: an environment, git's lines, docker's and kubectl's JSON, a file.
//!
//! Beside [`crate::output`] the only place of this program that looks into a token.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use grantkeep_api::token::{HandedIdToken, HandedToken, TokenText};
use grantkeep_api::views::{Code, Problem};
use serde_json::Value;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::clock;

/// Puts a token into the environment of one command.
///
/// # Errors
/// The token would not stay in its variable.
pub(crate) fn set_variables(
    command: &mut Command,
    variables: &[String],
    token: &HandedToken,
) -> Result<(), Problem> {
    let text = on_one_line(&token.access_token)?;
    command.envs(variables.iter().map(|variable| (variable, text)));
    Ok(())
}

/// How git is to send a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GitScheme {
    /// As the password of HTTP Basic.
    Basic,
    /// As a bearer token (git 2.46 and newer).
    Bearer,
}

/// An answer of a git credential helper (gitcredentials(7), git-credential(1)).
///
/// # Errors
/// The token would not stay on its line.
pub(crate) fn git_answer(
    username: &str,
    token: &HandedToken,
    scheme: GitScheme,
) -> Result<Zeroizing<String>, Problem> {
    let text = on_one_line(&token.access_token)?;
    let expiry = token.expires_at_ms.map(|at| format!("password_expiry_utc={}\n", at.div_euclid(1000)));
    let expiry = expiry.unwrap_or_default();
    Ok(Zeroizing::new(match scheme {
        GitScheme::Basic => format!("username={username}\npassword={text}\n{expiry}"),
        GitScheme::Bearer => {
            format!("capability[]=authtype\nauthtype=Bearer\ncredential={text}\n{expiry}")
        }
    }))
}

/// What git says was refused is this token.
pub(crate) fn is_same(said: &str, token: &HandedToken) -> bool {
    token.access_token.expose() == said
}

/// An answer of docker's `get` (docker/docker-credential-helpers).
pub(crate) fn docker_answer(server: &str, username: &str, token: &HandedToken) -> Zeroizing<String> {
    let secret = quoted(token.access_token.expose());
    let (server, username) = (Value::from(server), Value::from(username));
    Zeroizing::new(format!("{{\"ServerURL\":{server},\"Username\":{username},\"Secret\":{}}}\n", *secret))
}

/// A token of either kind, with its end.
pub(crate) enum Handed {
    /// An access token.
    Access(HandedToken),
    /// An ID token.
    Id(HandedIdToken),
}

impl Handed {
    /// When it ends; `None` = unknown life.
    pub(crate) fn expires_at_ms(&self) -> Option<i64> {
        match self {
            Self::Access(token) => token.expires_at_ms,
            Self::Id(token) => Some(token.expires_at_ms),
        }
    }

    fn text(&self) -> &TokenText {
        match self {
            Self::Access(token) => &token.access_token,
            Self::Id(token) => &token.id_token,
        }
    }
}

/// An `ExecCredential` (Kubernetes, client.authentication.k8s.io) that says it ends at `until_ms`.
pub(crate) fn kubectl_answer(api_version: &str, handed: &Handed, until_ms: Option<i64>) -> Zeroizing<String> {
    let token = quoted(handed.text().expose());
    let until = until_ms.map(clock::rfc3339);
    let until = until.map(|until| format!("\"expirationTimestamp\":\"{until}\",")).unwrap_or_default();
    let version = Value::from(api_version);
    Zeroizing::new(format!(
        "{{\"apiVersion\":{version},\"kind\":\"ExecCredential\",\"status\":{{{until}\"token\":{}}}}}\n",
        *token
    ))
}

/// Replaces a file by a token, as a whole: only this user can read it, and nobody reads half of it.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write_file(path: &Path, handed: &Handed) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made with 0600, whatever the umask.
    let mut file = NamedTempFile::with_prefix_in(".grantkeep-", folder)?;
    file.write_all(handed.text().expose().as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// A string of JSON.
fn quoted(text: &str) -> Zeroizing<String> {
    Zeroizing::new(Value::from(text).to_string())
}

/// The text of a token that forges no line and no variable.
fn on_one_line(token: &TokenText) -> Result<&str, Problem> {
    let text = token.expose();
    if text.chars().any(char::is_control) {
        return Err(Problem::new(Code::BadAnswer, "this token has control characters")
            .detail("it could forge a line")
            .hint("use grantkeep token --output json"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn git_reads_lines() {
        let token = token("t0ken", Some(1_999));

        assert_eq!(
            *git_answer("oauth2", &token, GitScheme::Basic).unwrap(),
            "username=oauth2\npassword=t0ken\npassword_expiry_utc=1\n"
        );
        assert_eq!(
            *git_answer("oauth2", &token, GitScheme::Bearer).unwrap(),
            "capability[]=authtype\nauthtype=Bearer\ncredential=t0ken\npassword_expiry_utc=1\n"
        );
    }

    #[test]
    fn no_token_leaves_its_line() {
        let token = token("t\nhost=evil.example", None);

        assert!(git_answer("a", &token, GitScheme::Basic).is_err());
        assert!(set_variables(&mut Command::new("true"), &["A".to_owned()], &token).is_err());
    }

    #[test]
    fn docker_and_kubectl_read_json() {
        let docker = docker_answer("https://a.example", "u\"ser", &token("t\"0", None));
        assert_eq!(
            *docker,
            "{\"ServerURL\":\"https://a.example\",\"Username\":\"u\\\"ser\",\"Secret\":\"t\\\"0\"}\n"
        );

        let handed =
            Handed::Id(HandedIdToken { id_token: TokenText::new("i.d.t".to_owned()), expires_at_ms: 9 });
        assert_eq!(
            *kubectl_answer("v", &handed, Some(5_000)),
            "{\"apiVersion\":\"v\",\"kind\":\"ExecCredential\",\
             \"status\":{\"expirationTimestamp\":\"1970-01-01T00:00:05Z\",\"token\":\"i.d.t\"}}\n"
        );
        assert!(!kubectl_answer("v", &handed, None).contains("expirationTimestamp"));
    }

    #[test]
    fn a_file_is_private_and_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "a much longer text that was there before").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();

        write_file(&path, &Handed::Access(token("t0ken", None))).unwrap();

        assert_eq!(std::fs::read_to_string(&path).unwrap(), "t0ken");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        assert!(write_file(Path::new("/nowhere/token"), &Handed::Access(token("t", None))).is_err());
    }

    fn token(text: &str, expires_at_ms: Option<i64>) -> HandedToken {
        let access_token = TokenText::new(text.to_owned());
        HandedToken { access_token, token_type: "Bearer".to_owned(), expires_at_ms }
    }
}
