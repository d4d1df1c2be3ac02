//! `cargo xtask catalog`: where the provider catalog and five open lists disagree, for a person to settle.
//!
//! The lists are read from their packages, at the versions that `crates/core/catalog/NOTICE` names, into the target
//! folder. Nothing of them is shipped, and nothing is written: what is settled goes by hand into the catalog's files.

mod fetch;
mod lists;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::out::{self, Failure, Outcome};
use crate::project::root;

/// What is known of a provider: the field's name in the catalog, and its value.
type Facts = BTreeMap<&'static str, String>;

/// One list: facts by the provider's name there.
struct List {
    name: String,
    providers: BTreeMap<String, Facts>,
}

/// Shows each field that a list has otherwise; with `id`, everything that is known of one provider.
pub(crate) fn run(id: Option<&str>) -> Outcome {
    let folder = root().join("crates/core/catalog");
    let notice = folder.join("NOTICE");
    let notice = fs::read_to_string(&notice).map_err(|e| Failure::because(notice.display(), e))?;
    let mut found = Vec::new();
    for package in fetch::packages(&notice)? {
        found.push(lists::read(&package)?);
    }
    let mut text = String::new();
    let mut counts = Counts::default();
    let mut named = BTreeSet::new();
    for (provider, ours) in catalog(&folder)? {
        if id.is_some_and(|id| id != provider) {
            continue;
        }
        named.insert(provider.clone());
        text.push_str(&compared(&provider, &ours, &found, id.is_some(), &mut counts));
    }
    if let Some(id) = id.filter(|id| !named.contains(*id)) {
        return Err(Failure::new(format!("the catalog has no provider `{id}`")));
    }
    out::answer(&text);
    out::note(&counts.text());
    Ok(())
}

/// How much was compared.
#[derive(Default)]
struct Counts {
    providers: usize,
    alone: usize,
    same: usize,
    other: usize,
}

impl Counts {
    fn text(&self) -> String {
        let Self { providers, alone, same, other } = self;
        format!(
            "{providers} providers, {alone} of them in no list; {same} values agree, {other} do not: \
             the provider's newest documentation decides"
        )
    }
}

/// The lines of one provider, fields in order; those that all agree on only when everything is wanted.
fn compared(id: &str, ours: &Facts, lists: &[List], everything: bool, counts: &mut Counts) -> String {
    let theirs: Vec<_> = lists
        .iter()
        .filter_map(|list| {
            let mut names = lists::names_of(id);
            names.find_map(|name| list.providers.get(&name)).map(|facts| (&list.name, facts))
        })
        .collect();
    counts.providers += 1;
    counts.alone += usize::from(theirs.is_empty());
    let mut text = String::new();
    for field in FIELDS {
        let own = ours.get(field);
        let values: Vec<_> =
            theirs.iter().filter_map(|(list, facts)| facts.get(field).map(|value| (*list, value))).collect();
        // What we leave out on purpose is only shown when asked for.
        let differs = |value: &str| own.is_some_and(|own| !is_same(own, value));
        counts.other += values.iter().filter(|(_, value)| differs(value)).count();
        counts.same += values.iter().filter(|(_, value)| own.is_some() && !differs(value)).count();
        if !everything && !values.iter().any(|(_, value)| differs(value)) {
            continue;
        }
        text.push_str(&format!("{id}  {field}  {}\n", own.map_or("-", |own| shown(own))));
        for (list, value) in values.into_iter().filter(|(_, value)| everything || differs(value)) {
            text.push_str(&format!("    {list:<16}  {}\n", shown(value)));
        }
    }
    text
}

/// A value that can be seen.
fn shown(value: &str) -> &str {
    if value.trim().is_empty() { "(space)" } else { value }
}

/// Whether two values mean the same: addresses without a slash at their end and without a query, a hole for anything.
fn is_same(own: &str, theirs: &str) -> bool {
    let bare = |text: &str| text.split('?').next().unwrap_or_default().trim_end_matches('/').to_lowercase();
    let (own, theirs) = (bare(own), bare(theirs));
    let mut rest = theirs.as_str();
    let mut parts = own.split(['{', '}']).enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part);
    let Some(first) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = first;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || own.ends_with('}')
}

/// The catalog's own facts, by identifier.
fn catalog(folder: &std::path::Path) -> Outcome<Vec<(String, Facts)>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|e| Failure::because(folder.display(), e))?;
    let mut files: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "toml")) {
        let text = fs::read_to_string(file).map_err(|e| Failure::because(file.display(), e))?;
        let table: toml::Table = text.parse().map_err(|e| Failure::because(file.display(), e))?;
        let draft = table.get("draft").and_then(toml::Value::as_table);
        let draft = draft.ok_or_else(|| Failure::new(format!("{} has no [draft]", file.display())))?;
        let text = |key: &str| draft.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let recipe = draft.get("revocation").and_then(toml::Value::as_table);
        let revocation = recipe.and_then(|recipe| recipe.get("url")).and_then(toml::Value::as_str);
        let mut facts = Facts::new();
        facts.extend(text("authorize_uri").map(|value| (AUTHORIZE, value)));
        facts.extend(text("token_uri").map(|value| (TOKEN, value)));
        facts.extend(text("refresh_uri").map(|value| (REFRESH, value)));
        facts.extend(revocation.map(|value| (REVOCATION, value.to_owned())));
        facts.insert(SEPARATOR, text("scope_separator").unwrap_or_else(|| " ".to_owned()));
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        found.push((id, facts));
    }
    Ok(found)
}

const AUTHORIZE: &str = "authorize_uri";
const TOKEN: &str = "token_uri";
const REFRESH: &str = "refresh_uri";
const REVOCATION: &str = "revocation";
const SEPARATOR: &str = "scope_separator";
const FIELDS: [&str; 5] = [AUTHORIZE, TOKEN, REFRESH, REVOCATION, SEPARATOR];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_same_whatever_stands_in_a_hole() {
        let cases = [
            ("https://a.example/t", "https://a.example/t", true, "the same"),
            ("https://a.example/t", "https://a.example/t/?x=1", true, "a slash and a query"),
            ("https://{host}/t", "https://gitlab.com/t", true, "a hole"),
            ("https://{host}/t", "https://gitlab.com/u", false, "another path"),
            ("https://{sub}.zendesk.com/t", "https://[subdomain].zendesk.com/t", true, "their own hole"),
            ("https://a.example/t", "https://old.example/t", false, "another host"),
            (" ", ",", false, "another separator"),
        ];
        for (own, theirs, same, why) in cases {
            assert_eq!(is_same(own, theirs), same, "{own} {theirs}: {why}");
        }
    }
}
