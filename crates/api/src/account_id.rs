//! `service/account` as a person writes it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::views::{Code, Problem};

/// Names one account: `podio/work`; `podio` alone is `podio/default`.
///
/// The parts are not checked to be slugs: the agent knows which names there are, and suggests the nearest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId {
    /// The service's slug.
    pub service: String,
    /// The account's slug.
    pub account: String,
}

/// The account that each service has from its creation.
pub const DEFAULT_ACCOUNT: &str = "default";

/// A text that names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an account is written as SERVICE or SERVICE/ACCOUNT")]
pub struct InvalidAccountId;

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, InvalidAccountId> {
        let (service, account) = text.split_once('/').unwrap_or((text, DEFAULT_ACCOUNT));
        let is_part = |part: &str| {
            !part.is_empty()
                && part.len() <= MAX_PART
                && !part.contains('/')
                && !part.chars().any(char::is_control)
        };
        if is_part(service) && is_part(account) {
            Ok(Self { service: service.to_owned(), account: account.to_owned() })
        } else {
            Err(InvalidAccountId)
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, InvalidAccountId> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.service, self.account)
    }
}

impl From<InvalidAccountId> for Problem {
    fn from(error: InvalidAccountId) -> Self {
        Self::new(Code::InvalidInput, "this names no account").detail(error.to_string())
    }
}

/// Bytes of a part: names have 64, titles that are typed by mistake may be longer.
const MAX_PART: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_read_as_a_person_writes_it() {
        let cases = [
            ("podio", Some("podio/default"), "the service alone means its first account"),
            ("podio/work", Some("podio/work"), "both parts"),
            ("Podio", Some("Podio/default"), "no slug: the agent suggests the nearest"),
            ("", None, "nothing"),
            ("/work", None, "no service"),
            ("podio/", None, "no account"),
            ("a/b/c", None, "too many parts"),
            ("a\nb", None, "a control character could forge a log line"),
        ];
        for (text, id, why) in cases {
            let read = text.parse::<AccountId>().ok().map(|id| id.to_string());
            assert_eq!(read.as_deref(), id, "{text:?}: {why}");
        }
    }
}
