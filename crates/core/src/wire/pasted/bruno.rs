//! Bruno's text format: blocks of `name { key: value }`.

use super::gathered::Gathered;
use super::named::{Variables, take};
use super::{NOT_OAUTH, Pasted, PastedRefused};

const OAUTH: &str = "auth:oauth2";

/// Whether a text has Bruno's blocks.
pub(super) fn is_one(text: &str) -> bool {
    let heads = [OAUTH, "meta", "vars", "vars:pre-request", "auth"];
    text.lines().any(|line| head(line).is_some_and(|name| heads.contains(&name)))
}

/// Reads the `auth:oauth2` block; `vars` blocks pasted along with it fill in its variables.
pub(super) fn read(text: &str) -> Result<Pasted, PastedRefused> {
    let mut variables = Variables::default();
    let mut fields = Vec::new();
    let mut title = None;
    for (block, key, value) in lines(text) {
        match (block, key) {
            (OAUTH, key) => fields.push((key, value)),
            ("meta", "name") => title = Some(value),
            ("vars" | "vars:pre-request", key) => variables.add(key.trim_start_matches('~'), value),
            _ => {}
        }
    }
    if fields.is_empty() {
        return Err(NOT_OAUTH);
    }
    let mut gathered = Gathered::titled(title);
    for (key, value) in fields {
        take(&mut gathered, key, &variables.fill(value));
    }
    gathered.finish("Bruno request")
}

/// Block, key and value of each line in a block; `~` before a key turns it off.
fn lines(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut block = None;
    text.lines().filter_map(move |line| {
        if let Some(name) = head(line) {
            block = Some(name);
            return None;
        }
        if line.trim() == "}" {
            block = None;
            return None;
        }
        let (key, value) = line.split_once(':')?;
        let key = key.trim();
        (!key.starts_with('~')).then_some((block?, key, value.trim()))
    })
}

/// The name of the block that a line opens.
fn head(line: &str) -> Option<&str> {
    let name = line.trim().strip_suffix('{')?.trim();
    let fit = |sign: char| sign.is_ascii_alphanumeric() || ":-".contains(sign);
    (!name.is_empty() && name.chars().all(fit)).then_some(name)
}
