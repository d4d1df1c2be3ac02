//! An exec credential plugin of kubectl (kubernetes.io, "client-go credential plugins").

use grantkeep_api::Agent;
use grantkeep_api::requests::Purpose;
use grantkeep_api::views::{Code, Problem};
use serde_json::Value;

use super::super::consent::{self, Where};
use super::MIN_TTL_S;
use crate::args::Kubectl;
use crate::credential::{self, Handed};
use crate::exit::Stop;
use crate::{clock, output};

/// Writes an `ExecCredential` in the version that kubectl asks for.
///
/// # Errors
/// The agent's problem; a version that is not known.
pub(super) fn run(args: &Kubectl) -> Result<(), Stop> {
    let asked = Asked::of(std::env::var("KUBERNETES_EXEC_INFO").ok().as_deref())?;
    let place = if asked.interactive { Where::Anywhere } else { Where::Window };
    let agent = Agent::connect_or_start()?;
    let handed = if args.id_token {
        consent::asked(&agent, place, || agent.id_token(&args.id, MIN_TTL_S, Purpose::HandOut))
            .map(Handed::Id)?
    } else {
        consent::asked(&agent, place, || agent.token(&args.id, MIN_TTL_S, Purpose::HandOut))
            .map(Handed::Access)?
    };
    let now = clock::now_ms();
    let until = handed.expires_at_ms().map(|end| a_little_early(end, now));
    output::write(&credential::kubectl_answer(asked.api_version, &handed, until))
}

/// kubectl uses a token up to the second that it is told.
fn a_little_early(end_ms: i64, now_ms: i64) -> i64 {
    end_ms - ((end_ms - now_ms) / 10).clamp(0, EARLY_MS)
}

/// What kubectl says about itself.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    api_version: &'static str,
    /// A person can be asked on the terminal.
    interactive: bool,
}

impl Asked {
    fn of(info: Option<&str>) -> Result<Self, Problem> {
        // Without it a person tries the command.
        let Some(info) = info else { return Ok(Self { api_version: VERSIONS[0], interactive: true }) };
        let unknown = |what: String| {
            Problem::new(Code::InvalidInput, "kubectl asks in a way that is not known")
                .detail(what)
                .hint("set apiVersion to client.authentication.k8s.io/v1 in kubectl's configuration")
        };
        let info: Value =
            serde_json::from_str(info).map_err(|_| unknown("KUBERNETES_EXEC_INFO is no JSON".to_owned()))?;
        let version = info.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        let api_version = VERSIONS
            .into_iter()
            .find(|known| *known == version)
            .ok_or_else(|| unknown(format!("it wants apiVersion {version:?}")))?;
        let interactive = info.pointer("/spec/interactive").and_then(Value::as_bool).unwrap_or(false);
        Ok(Self { api_version, interactive })
    }
}

const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

const EARLY_MS: i64 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubectl_is_answered_in_its_own_version() {
        let v1 = "client.authentication.k8s.io/v1";
        let cases = [
            (None, Some((v1, true)), "a person tries it"),
            (
                Some(
                    r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":true}}"#,
                ),
                Some((v1, true)),
                "on a terminal",
            ),
            (
                Some(r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}"#),
                Some(("client.authentication.k8s.io/v1beta1", false)),
                "an older version, interactiveMode: Never",
            ),
            (Some(r#"{"apiVersion":"client.authentication.k8s.io/v1alpha1"}"#), None, "one that is gone"),
            (Some("nonsense"), None, "nonsense"),
        ];
        for (info, expected, why) in cases {
            let asked = Asked::of(info).ok().map(|asked| (asked.api_version, asked.interactive));
            assert_eq!(asked, expected, "{why}");
        }
    }

    #[test]
    fn a_token_ends_a_little_early() {
        let cases = [
            (3_600_000, 3_570_000, "half a minute of an hour"),
            (60_000, 54_000, "a tenth of a minute"),
            (-5_000, -5_000, "it ended already"),
        ];
        for (end, told, why) in cases {
            assert_eq!(a_little_early(end, 0), told, "{why}");
        }
    }
}
