//! An account: one person's authorization at a service.

use serde::{Deserialize, Serialize};

use super::{AccountId, Failure, Grant, Identity, Name, Timestamp, plain};

/// Everything about an account but its tokens, which only the store holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Full name; stable.
    pub id: AccountId,
    /// The account's title as typed.
    pub title: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts up with each save: a save of an older one is refused (invariant 1).
    pub revision: u64,
    /// The token set, without tokens.
    pub grant: Option<Box<Grant>>,
    /// How the provider sees the grant, as far as known.
    pub standing: Standing,
    /// A refresh that fails.
    pub trouble: Option<Trouble>,
    /// An authorization that failed, until the next one begins.
    pub authorization_trouble: Option<Trouble>,
    /// The person said of missing scopes: use it as it is.
    pub scopes_accepted: bool,
    /// A request that may have been sent without its answer being stored.
    pub intent: Option<Intent>,
    /// Why the previous access token was not revoked.
    pub previous_not_revoked: Option<String>,
    /// Revoking the previous token ended the new one, so the policy was turned off.
    pub policy_turned_off: bool,
    /// The grant of somebody else who came back, until the person chooses.
    pub candidate: Option<Box<Grant>>,
    /// How long a grant of this account lasts, where the person said it or an earlier one showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_life: Option<GrantLife>,
}

/// How long a grant lasts, whatever happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantLife {
    /// Days from the authorization on, 1 to 3,650.
    pub days: u32,
    /// An earlier grant ended after them; else the person said so.
    pub learned: bool,
}

/// How the provider sees the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is known against it.
    Good,
    /// The provider ended it.
    Ended {
        /// When that was learned.
        at: Timestamp,
    },
    /// The provider refuses the client; the grant is kept.
    ClientRefused {
        /// When that was learned.
        at: Timestamp,
    },
    /// Taken back here.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// Trouble that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// Tries that failed in a row.
    pub tries: u32,
    /// When the keeper tries next; `None` = it does not by itself.
    pub next_try_at: Option<Timestamp>,
    /// What failed last.
    pub failure: Failure,
}

/// A refresh that was about to be sent, recorded before it was (R-RS-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// When.
    pub at: Timestamp,
    /// Revision of the grant whose refresh token is used.
    pub grant_revision: u64,
}

impl Account {
    /// A new account that never had a token.
    pub fn new(id: AccountId, title: String, now: Timestamp) -> Self {
        Self {
            id,
            title,
            created_at: now,
            revision: 0,
            grant: None,
            standing: Standing::Good,
            trouble: None,
            authorization_trouble: None,
            scopes_accepted: false,
            intent: None,
            previous_not_revoked: None,
            policy_turned_off: false,
            candidate: None,
            grant_life: None,
        }
    }

    /// The account names itself after the person: the first account of a service, as long as nobody gave it a title.
    ///
    /// `before` is whom it was named after. Its name, which programs use, stays.
    pub fn name_itself(&mut self, before: Option<&Identity>) {
        let now = self.grant.as_ref().and_then(|grant| grant.identity.as_ref());
        if let Some(title) = now.and_then(|now| own_title(&self.id, &self.title, before, now)) {
            self.title = title;
        }
    }

    /// Whether the access token may be handed out at `now`: it has not expired and was not revoked.
    pub fn has_usable_token(&self, now: Timestamp) -> bool {
        !matches!(self.standing, Standing::Revoked { .. })
            && self.grant.as_ref().is_some_and(|grant| grant.expires_at.is_none_or(|end| end > now))
    }
}

/// The title that an untouched first account gives itself; `None` = it keeps the one it has.
fn own_title(id: &AccountId, title: &str, before: Option<&Identity>, now: &Identity) -> Option<String> {
    let label = |identity: &Identity| plain(identity.label(), LONGEST_TITLE);
    let untouched = title == DEFAULT_TITLE || before.is_some_and(|before| title == label(before));
    // An identifier alone would say less than the service's title does.
    (id.account == Name::default_account() && untouched && !now.is_bare()).then(|| label(now))
}

/// The title of a service's first account.
const DEFAULT_TITLE: &str = "default";
/// Characters of a title, next to the ellipsis of one that was cut.
const LONGEST_TITLE: usize = 79;

#[cfg(test)]
mod tests {
    use super::super::IdentitySource;
    use super::*;

    #[test]
    fn only_an_untouched_first_account_names_itself() {
        let named = |email: Option<&str>| Identity {
            subject: "7".into(),
            name: None,
            email: email.map(str::to_owned),
            source: IdentitySource::Issuer,
        };
        let (mail, old) = (Some("ada@example.com"), Some("ada@old.example"));
        let cases = [
            ("a/default", "default", mail, None, mail, "untouched"),
            ("a/default", "default", None, None, None, "an identifier alone says nothing"),
            ("a/default", "Mine", mail, None, None, "the person gave a title"),
            ("a/work", "default", mail, None, None, "not the first account"),
            ("a/default", "ada@old.example", mail, old, mail, "the address changed"),
            ("a/default", "ada@old.example", mail, None, None, "typed by the person"),
        ];
        for (id, title, email, before, expected, why) in cases {
            let before = before.map(|before| named(Some(before)));
            let title = own_title(&id.parse().unwrap(), title, before.as_ref(), &named(email));
            assert_eq!(title.as_deref(), expected, "{why}");
        }
    }
}
