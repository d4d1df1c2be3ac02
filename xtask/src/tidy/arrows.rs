//! A crate's dependencies are its manners: which of our crates it may know, and what it must never link.

use super::Finding;
use super::source::Source;

/// A crate's manifest, our crates it may depend on, and others it must not.
struct Manners {
    manifest: &'static str,
    knows: &'static [&'static str],
    never: &'static [&'static str],
}

const MANNERS: &[Manners] = &[
    Manners {
        manifest: "crates/core/Cargo.toml",
        knows: &[],
        never: &["rusqlite", "reqwest", "hyper", "axum", "tauri", "keyring", "rustix", "getrandom", "chrono"],
    },
    Manners {
        manifest: "crates/vault/Cargo.toml",
        knows: &["core"],
        never: &["reqwest", "tauri", "axum", "oauth2"],
    },
    Manners {
        manifest: "crates/api/Cargo.toml",
        knows: &[],
        never: &["rusqlite", "reqwest", "tauri", "oauth2"],
    },
    Manners {
        manifest: "crates/agent/Cargo.toml",
        knows: &["api", "vault", "core"],
        never: &["tauri", "webbrowser"],
    },
    Manners {
        manifest: "crates/cli/Cargo.toml",
        knows: &["api"],
        never: &["tokio", "reqwest", "rusqlite", "tauri", "oauth2"],
    },
    Manners {
        manifest: "src-tauri/Cargo.toml",
        knows: &["api"],
        never: &["reqwest", "rusqlite", "oauth2", "keyring"],
    },
    Manners { manifest: "tests/Cargo.toml", knows: &["agent", "api", "core", "vault"], never: &[] },
    Manners { manifest: "tests/empty-window/Cargo.toml", knows: &[], never: &[] },
    Manners { manifest: "fuzz/Cargo.toml", knows: &["core"], never: &[] },
    Manners { manifest: "xtask/Cargo.toml", knows: &[], never: &["tauri", "rusqlite", "reqwest", "openssl"] },
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Some(folder) = source.path.strip_suffix("Cargo.toml") else { return Vec::new() };
    if folder.is_empty() {
        return Vec::new();
    }
    let Some(manners) = MANNERS.iter().find(|manners| manners.manifest == source.path) else {
        return vec![source.finding(1, "a new crate: say what it may know in xtask/src/tidy/arrows.rs")];
    };
    let manifest: toml::Table = match toml::from_str(&source.text) {
        Ok(manifest) => manifest,
        Err(error) => return vec![source.finding(1, error.to_string())],
    };
    let mut findings = default_features(source, &manifest);
    for name in dependencies(&manifest) {
        let known = match name.strip_prefix("grantkeep-") {
            Some(ours) => manners.knows.contains(&ours),
            None => !manners.never.contains(&name.as_str()),
        };
        if !known {
            let line =
                source.lines().find(|(_, line)| line.starts_with(&name)).map_or(1, |(number, _)| number);
            findings.push(source.finding(line, format!("this crate may not depend on `{name}`")));
        }
    }
    findings
}

/// The names below `[dependencies]` and `[build-dependencies]`, for any platform. Tests may use what they like.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let mut tables = vec![manifest];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    tables.extend(targets.into_iter().flat_map(|table| table.values()).filter_map(toml::Value::as_table));
    let names = tables.into_iter().flat_map(|table| {
        ["dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(|kind| table.get(kind).and_then(toml::Value::as_table))
            .flat_map(|dependencies| dependencies.iter().map(|(name, value)| package(name, value)))
    });
    names.collect()
}

/// The package behind a dependency, which may be renamed.
fn package(name: &str, value: &toml::Value) -> String {
    value.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_owned()
}

/// Points where the agent can be stopped are for tests, so no default feature may bring them along.
fn default_features(source: &Source, manifest: &toml::Table) -> Vec<Finding> {
    let default = manifest.get("features").and_then(|features| features.get("default"));
    let default = default.and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let has_failpoints =
        default.iter().any(|feature| feature.as_str().is_some_and(|name| name.contains("fail")));
    if has_failpoints {
        vec![source.finding(1, "failpoints must not be a default feature")]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_one_way() {
        let cases = [
            ("crates/core/Cargo.toml", "[dependencies]\nserde = '1'", 0, "a harmless library"),
            ("crates/core/Cargo.toml", "[dependencies]\nrusqlite = '1'", 1, "a database in the core"),
            ("crates/core/Cargo.toml", "[dependencies]\ndb = { package = 'rusqlite' }", 1, "renamed"),
            (
                "crates/core/Cargo.toml",
                "[dependencies]\ngrantkeep-vault.workspace = true",
                1,
                "an arrow back",
            ),
            ("crates/vault/Cargo.toml", "[dependencies]\ngrantkeep-core.workspace = true", 0, "an arrow"),
            ("crates/cli/Cargo.toml", "[dependencies]\ngrantkeep-core.workspace = true", 1, "past the API"),
            ("crates/core/Cargo.toml", "[dev-dependencies]\ntokio = '1'\nrusqlite = '1'", 0, "for tests"),
            ("crates/cli/Cargo.toml", "[target.'cfg(unix)'.dependencies]\ntokio = '1'", 1, "on one platform"),
            ("crates/agent/Cargo.toml", "[features]\ndefault = ['failpoints']", 1, "failpoints by default"),
            ("crates/new/Cargo.toml", "", 1, "a crate without manners"),
            ("Cargo.toml", "", 0, "the workspace"),
        ];
        for (path, text, count, why) in cases {
            let findings = check(&Source::new(path, text));
            assert_eq!(findings.len(), count, "{path}: {why}: {findings:?}");
        }
    }
}
