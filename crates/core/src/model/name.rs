//! Names: slugs that are stable, and safe in paths, addresses and command lines.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

/// A slug `[a-z0-9._-]{1,64}` of a service or of an account within a service. A clone shares the text: a name stands in
/// many places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Arc<str>);

impl Name {
    /// The account that each service has from its creation.
    pub fn default_account() -> Self {
        static DEFAULT: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("default"));
        Self(DEFAULT.clone())
    }

    /// The slug of a title: lower case, other characters become single hyphens.
    ///
    /// `None` where nothing of the title can stand in a slug.
    pub fn of_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for character in title.trim().chars().flat_map(char::to_lowercase) {
            if slug.len() >= MAX_LENGTH {
                break;
            }
            match character {
                'a'..='z' | '0'..='9' | '.' | '_' => slug.push(character),
                _ if slug.ends_with('-') || slug.is_empty() => {}
                _ => slug.push('-'),
            }
        }
        let slug = slug.trim_matches(['-', '.']);
        slug.parse().ok()
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same with `-number` at its end, cut to the length allowed.
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let kept: String = self.0.chars().take(MAX_LENGTH - suffix.len()).collect();
        Self((kept + &suffix).into())
    }
}

/// A text that is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 64 characters of a-z, 0-9, dot, underscore and hyphen")]
pub struct InvalidName;

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let fits = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed);
        // Names are parts of paths: `.` and `..` must not be.
        if fits && !text.bytes().all(|byte| byte == b'.') {
            Ok(if text == "default" { Self::default_account() } else { Self(text.into()) })
        } else {
            Err(InvalidName)
        }
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.to_string()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account by its full name, written `service/account`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId {
    /// The service's slug.
    pub service: Name,
    /// The account's slug.
    pub account: Name,
}

impl AccountId {
    /// The name as a person writes it: without the account where it is `default`.
    pub fn short(&self) -> String {
        if self.account == Name::default_account() { self.service.to_string() } else { self.to_string() }
    }
}

impl FromStr for AccountId {
    type Err = InvalidName;

    /// Reads `service/account`, or `service` for its default account.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.split_once('/') {
            Some((service, account)) => Ok(Self { service: service.parse()?, account: account.parse()? }),
            None => Ok(Self { service: text.parse()?, account: Name::default_account() }),
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.account)
    }
}

const MAX_LENGTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_slug() {
        let cases = [
            ("Google", Some("google"), "lower case"),
            ("Acme CRM", Some("acme-crm"), "a space is a hyphen"),
            ("  Über & Co.  ", Some("ber-co"), "what a slug cannot hold is left out, ends are trimmed"),
            ("日本", None, "nothing is left"),
            ("..", None, "no path part"),
        ];
        for (title, slug, why) in cases {
            assert_eq!(Name::of_title(title).as_ref().map(Name::as_str), slug, "{title}: {why}");
        }
    }

    #[test]
    fn an_account_is_read_with_and_without_its_second_part() {
        let id: AccountId = "google/studio".parse().unwrap();
        assert_eq!((id.to_string(), id.short()), ("google/studio".to_owned(), "google/studio".to_owned()));
        assert_eq!("google/default".parse::<AccountId>().unwrap().short(), "google");
        assert_eq!("google".parse::<AccountId>().unwrap().to_string(), "google/default");
        for wrong in ["", "/", "a/b/c", "A", "a b", "../x", "a/.."] {
            assert!(wrong.parse::<AccountId>().is_err(), "{wrong}");
        }
    }
}
