//! What the browser shows after a redirect: the real outcome.

use super::{AccountSeen, Keeper, Outcome};
use crate::model::{AccountId, Timestamp};
use crate::ports::Page;

impl Keeper {
    /// The page of an outcome.
    pub(super) fn page(&self, id: &AccountId, outcome: &Outcome) -> Page {
        let at = self.now();
        let seen = self.account(id).ok();
        let title = seen.as_ref().map_or_else(|| id.service.to_string(), |seen| seen.service.title.clone());
        let page = |good, title: String, text: &str| Page {
            status: if good { 200 } else { 400 },
            good,
            title,
            text: text.to_owned(),
            facts: Vec::new(),
            said: None,
            at,
        };
        match outcome {
            Outcome::Done => {
                let mut page = page(
                    true,
                    format!("{title} is authorized"),
                    "The grant is stored. You can close this tab.",
                );
                page.facts = seen.iter().flat_map(facts).collect();
                if seen.is_some_and(|seen| seen.account.candidate.is_some()) {
                    page.text =
                        "That was somebody else than before: Grantkeep asks what to do with the new grant. \
                                 You can close this tab."
                            .to_owned();
                }
                page
            }
            Outcome::Failed(problem) => {
                let text = format!("{} {}", problem.detail, problem.hint);
                Page {
                    said: problem.provider_said.clone(),
                    ..page(false, problem.title.clone(), text.trim())
                }
            }
            Outcome::Cancelled | Outcome::Waiting => page(
                false,
                format!("{title} was not authorized"),
                "The authorization was cancelled in Grantkeep.",
            ),
        }
    }
}

/// The page of an address that was ignored (R-CB-05).
pub(super) fn not_ours(at: Timestamp) -> Page {
    Page {
        status: 400,
        good: false,
        title: "This answer did not belong here".to_owned(),
        text: "Grantkeep ignored it and goes on waiting for the right one.".to_owned(),
        facts: Vec::new(),
        said: None,
        at,
    }
}

/// What the browser's page tells of a new grant.
fn facts(seen: &AccountSeen) -> Vec<(String, String)> {
    let Some(grant) = &seen.account.grant else { return Vec::new() };
    let who = grant.identity.as_ref().map(|who| format!(" · {}", who.label())).unwrap_or_default();
    let mut facts = vec![("Account".to_owned(), format!("{}{who}", seen.account.title))];
    let asked = grant.asked.iter().count();
    if asked > 0 {
        let missing = grant.asked.missing_from(&grant.granted).len();
        facts.push(("Scopes".to_owned(), format!("{} of {asked} granted", asked - missing)));
    }
    facts
}
