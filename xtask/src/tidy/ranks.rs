//! Inside the core, a module uses only modules of a lower rank.

use super::Finding;
use super::source::Source;

const CORE: &str = "crates/core/src/";

const RANKS: &[(&str, u8)] = &[
    ("model", 0),
    ("wire", 1),
    ("flow", 2),
    ("schedule", 2),
    ("timeline", 2),
    ("forecast", 2),
    ("ports", 3),
    ("keeper", 4),
];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Some(module) = Module::of(&source.path) else { return Vec::new() };
    let Some(rank) = rank_of(module.name) else {
        let known: Vec<&str> = RANKS.iter().map(|(name, _)| *name).collect();
        let rule = format!("the core's module `{}` has no rank; there are {}", module.name, known.join(", "));
        return vec![source.finding(1, rule)];
    };
    // Uses may be spread over lines, so the code is read as one text.
    let lines: Vec<(usize, &str)> = source.code_lines().collect();
    let code: String = lines.iter().flat_map(|(_, line)| [line, "\n"]).collect();
    let mut findings = Vec::new();
    for (at, name) in uses(&code, module.depth) {
        let allowed = name == module.name || rank_of(name).is_none_or(|other| other < rank);
        if !allowed {
            let line = code[..at].matches('\n').count() + 1;
            findings.push(
                source
                    .finding(line, format!("`{}` may not use `{name}`: its rank is not lower", module.name)),
            );
        }
    }
    findings
}

/// Where a file stands in the core's tree of modules.
struct Module<'a> {
    name: &'a str,
    /// How many `super` lead from here to the crate.
    depth: usize,
}

impl<'a> Module<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let inside = path.strip_prefix(CORE)?.strip_suffix(".rs")?;
        if inside == "lib" {
            return None;
        }
        let parts: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
        Some(Self { name: parts.first()?, depth: parts.len() })
    }
}

fn rank_of(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

/// The crate's modules that `code` names, each with its place.
fn uses(code: &str, depth: usize) -> Vec<(usize, &str)> {
    let from_here = "super::".repeat(depth);
    let mut found = Vec::new();
    for prefix in ["crate::", from_here.as_str()] {
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            named_after(code, at + prefix.len(), &mut found);
        }
    }
    found
}

/// Adds the first name of each path that begins at `at`: one, or those of a `{…}` list.
fn named_after<'a>(code: &'a str, at: usize, found: &mut Vec<(usize, &'a str)>) {
    if !code[at..].starts_with('{') {
        found.push((at, name_at(code, at)));
        return;
    }
    let mut depth = 0_usize;
    for (offset, sign) in code[at..].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return;
        }
        if depth == 1 && matches!(sign, '{' | ',') {
            let rest = &code[at + offset + 1..];
            let start = at + offset + 1 + (rest.len() - rest.trim_start().len());
            found.push((start, name_at(code, start)));
        }
    }
}

fn name_at(code: &str, at: usize) -> &str {
    let rest = &code[at..];
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_go_one_way() {
        let cases = [
            ("wire/mod.rs", "use crate::model::Scope;", 0, "down"),
            ("wire/mod.rs", "use crate::flow::Step;", 1, "up"),
            ("model/grant.rs", "use crate::{model::Scope, wire::Request};", 1, "up, in a list"),
            (
                "model/grant.rs",
                "use crate::{\n    model::{A, B},\n    keeper::K,\n};",
                1,
                "in a list over lines",
            ),
            ("flow/refresh.rs", "use crate::schedule::due;", 1, "sideways"),
            ("flow/refresh.rs", "use crate::flow::Step;", 0, "the module itself"),
            ("flow/refresh.rs", "use super::Step;", 0, "its own parent"),
            ("flow/refresh.rs", "use super::super::keeper::Keeper;", 1, "up by super"),
            ("schedule.rs", "use super::ports::Clock;", 1, "up by super from a file"),
            ("ports.rs", "fn f(g: &crate::model::Grant, k: crate::keeper::Keeper) {}", 1, "in a signature"),
            ("model/mod.rs", "/// See [`crate::keeper::Keeper`].", 0, "documentation may point up"),
            ("keeper/mod.rs", "use crate::ports::Store;", 0, "the highest uses all"),
            ("odd.rs", "", 1, "a module without rank"),
            ("lib.rs", "pub mod keeper;", 0, "the crate itself"),
        ];
        for (file, code, count, why) in cases {
            let findings = check(&Source::new(format!("{CORE}{file}"), code));
            assert_eq!(findings.len(), count, "{file}: {why}: {findings:?}");
        }
    }

    #[test]
    fn the_line_is_told() {
        let source =
            Source::new("crates/core/src/model/mod.rs", "\n\nuse crate::{\n    wire::Request,\n};\n");

        assert_eq!(check(&source)[0].line, 4);
    }
}
