//! What providers' error codes mean, and what to do about each: one table, as data.
//!
//! The first row that fits counts, so providers' own stand before those of the RFCs. `docs/errors.md` shows it.

mod giants;
mod standard;
mod vendors;

use super::{FailureKind, Remedy};

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct KnownError {
    /// The code as it is spelled, in any case; empty = any.
    pub code: &'static str,
    /// What stands in the description, in lower case; empty = anything.
    pub says: &'static str,
    /// Catalog entries that alone mean this by it; empty = whoever says it.
    pub only: &'static [&'static str],
    /// The kind of failure that alone means this; `None` = any.
    pub at: Option<FailureKind>,
    /// The kind of failure that it is, where the code alone does not tell. Never the end of a grant: only
    /// `invalid_grant` and the catalog's equivalents are (R-TK-12).
    pub kind: Option<FailureKind>,
    /// Who says it.
    pub from: &'static str,
    /// What happened; `{title}` is the service's.
    pub title: &'static str,
    /// What it means, in whole sentences.
    pub meaning: &'static str,
    /// What to do, in whole sentences.
    pub todo: &'static str,
    /// The same as actions, in the order of their usefulness.
    pub actions: &'static [Remedy],
}

impl KnownError {
    const fn new(
        from: &'static str,
        code: &'static str,
        title: &'static str,
        meaning: &'static str,
        todo: &'static str,
        actions: &'static [Remedy],
    ) -> Self {
        Self { code, says: "", only: &[], at: None, kind: None, from, title, meaning, todo, actions }
    }

    const fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    const fn only(self, only: &'static [&'static str]) -> Self {
        Self { only, ..self }
    }

    const fn at(self, kind: FailureKind) -> Self {
        Self { at: Some(kind), ..self }
    }

    const fn kind(self, kind: FailureKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    fn fits(&self, provider: Option<&str>, code: &str, description: &str) -> bool {
        (self.code.is_empty() || code.trim().eq_ignore_ascii_case(self.code))
            && (self.says.is_empty() || stands_in(&description.to_lowercase(), self.says))
            && (self.only.is_empty() || provider.is_some_and(|provider| self.only.contains(&provider)))
    }
}

/// All rows, in the order in which they are looked at.
pub fn known_errors() -> impl Iterator<Item = &'static KnownError> {
    giants::ERRORS.iter().chain(vendors::ERRORS).chain(standard::ERRORS)
}

/// The row of an error that a provider answered with; `provider` is its catalog entry.
pub fn known_error(
    provider: Option<&str>,
    kind: FailureKind,
    code: &str,
    description: &str,
) -> Option<&'static KnownError> {
    let at = |row: &&KnownError| row.at.is_none_or(|at| at == kind);
    known_errors().filter(at).find(|row| row.fits(provider, code, description))
}

/// The kind of failure that a provider means by a code, where the code alone does not tell.
pub fn known_kind(provider: Option<&str>, code: &str, description: &str) -> Option<FailureKind> {
    known_errors().filter(|row| row.fits(provider, code, description)).find_map(|row| row.kind)
}

/// The row of an error whose words stand somewhere in the text of a page.
///
/// Words that occur in any text (`invalid_request` and its like) name no error there.
pub fn known_error_in(provider: Option<&str>, page: &str) -> Option<&'static KnownError> {
    let page = page.to_lowercase();
    let spelled = |code: &str| {
        let around = |c: char| c.is_alphanumeric() || c == '_';
        page.match_indices(&code.to_lowercase())
            .any(|(at, found)| !page[..at].ends_with(around) && !page[at + found.len()..].starts_with(around))
    };
    known_errors()
        .filter(|row| row.only.is_empty() || provider.is_some_and(|id| row.only.contains(&id)))
        .find(|row| match (row.code, row.says) {
            (code, "") => code.contains('_') && !VAGUE.contains(&code) && spelled(code),
            ("", says) => stands_in(&page, says),
            (code, says) => stands_in(&page, says) && spelled(code),
        })
}

/// Whether words stand in a text; a number at their end is a whole one.
fn stands_in(text: &str, says: &str) -> bool {
    let is_number = says.ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(says)
        .any(|(at, found)| !is_number || !text[at + found.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// Codes that say nothing by themselves.
const VAGUE: [&str; 5] =
    ["invalid_request", "access_denied", "server_error", "temporarily_unavailable", "slow_down"];

#[cfg(test)]
mod tests;
