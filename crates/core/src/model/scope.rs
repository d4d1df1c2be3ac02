//! Scopes (RFC 6749 §3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// One scope token: printable ASCII without space, quote and backslash (RFC 6749 §3.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

/// A text that is no scope token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: quotes, backslashes and control characters are not allowed")]
pub struct InvalidScope(pub String);

impl Scope {
    /// Reads one scope token strictly.
    ///
    /// # Errors
    /// When a character is outside of RFC 6749 §3.3's set.
    pub fn new(text: &str) -> Result<Self, InvalidScope> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        if !text.is_empty() && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidScope(super::plain(text, 80)))
        }
    }

    /// The scope as the provider writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Scopes in the order they were given, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// Reads what a person typed: separated by white space.
    ///
    /// # Errors
    /// Names the first token that is no scope.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        let scopes: Result<Vec<_>, _> = text.split_whitespace().map(Scope::new).collect();
        Ok(scopes?.into_iter().collect())
    }

    /// Reads what a provider answered: spaces or commas, and what is no scope is left out (R-TK-09).
    pub fn read(text: &str) -> Self {
        text.split(|c: char| c.is_whitespace() || c == ',').filter_map(|part| Scope::new(part).ok()).collect()
    }

    /// The scopes of `self` that `other` does not hold.
    pub fn missing_from(&self, other: &Self) -> Vec<Scope> {
        self.0.iter().filter(|scope| !other.contains(scope)).cloned().collect()
    }

    /// Whether it holds this scope.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Vec::new();
        for scope in scopes {
            if !set.contains(&scope) {
                set.push(scope);
            }
        }
        Self(set)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_leniently_and_forms_strictly() {
        assert_eq!(ScopeSet::read("repo,user  gist,").to_string(), "repo user gist");
        assert_eq!(ScopeSet::read("a \"b\" c").to_string(), "a c", "what is no scope is left out");
        assert_eq!(ScopeSet::parse("a b a").unwrap().to_string(), "a b", "each once");
        assert!(ScopeSet::parse("a \"b\"").is_err());
    }

    #[test]
    fn missing_scopes_keep_their_order() {
        let asked = ScopeSet::parse("a b c").unwrap();
        let granted = ScopeSet::parse("b").unwrap();
        let missing: Vec<_> = asked.missing_from(&granted).iter().map(Scope::to_string).collect();
        assert_eq!(missing, ["a", "c"]);
    }
}
