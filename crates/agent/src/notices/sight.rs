//! What an account needs the person for, seen at one moment.

use grantkeep_api::views::{AccountView, NoticeKind};
use grantkeep_core::keeper::AccountSeen;
use grantkeep_core::model::{Name, Note, Timestamp, TokenState};

/// One reason to tell the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    /// What it is about.
    pub(crate) cause: NoticeKind,
    /// The account as the person knows it.
    pub(crate) name: String,
    /// The provider's host, where that is what cannot be reached.
    pub(crate) host: Option<String>,
    /// What happened.
    pub(crate) title: String,
    /// Why, and what still holds.
    pub(crate) text: String,
}

/// Everything that an account needs the person for. `view` is made only if there is something.
pub(crate) fn sights(seen: &AccountSeen, now: Timestamp, view: impl FnOnce() -> AccountView) -> Vec<Sight> {
    let causes = causes(seen, now);
    if causes.is_empty() {
        return Vec::new();
    }
    let view = view();
    let name = name(seen);
    let service = view.service_title.as_str();
    let problem = view.trouble.as_ref().map(|trouble| &trouble.problem);
    let host = seen.service.endpoints.token.host_str().unwrap_or_default().to_owned();
    causes
        .into_iter()
        .map(|cause| {
            let kind = cause.kind();
            let (title, text) = match cause {
                Cause::Reauthorize => (
                    format!("{name} needs you to reauthorize"),
                    problem.map_or_else(
                        || format!("{service} no longer accepts the refresh token."),
                        |problem| format!("{}. {}", problem.title, problem.detail),
                    ),
                ),
                Cause::Expired => (
                    format!("{name} needs you to reauthorize"),
                    "Its token has ended, and there is no refresh token.".to_owned(),
                ),
                Cause::CheckSettings => problem.map_or_else(
                    || {
                        let text = "Nothing is sent to the changed hosts until you confirm them.";
                        (format!("{service} points to another host"), text.to_owned())
                    },
                    |problem| (format!("{name}: {}", problem.title), problem.detail.clone()),
                ),
                Cause::SomebodyElse { expected, came } => (
                    format!("{name}: that was {came}, not {expected}"),
                    "Both grants are kept until you choose.".to_owned(),
                ),
                Cause::PreviousNotRevoked { reason } => {
                    (format!("{service} did not take the previous token of {name} back"), reason)
                }
                Cause::Outage => (
                    format!("{service} can't be reached"),
                    format!(
                        "The token of {name} ended meanwhile. The grant is kept, and Grantkeep keeps trying."
                    ),
                ),
            };
            let host = (kind == NoticeKind::Outage).then(|| host.clone());
            Sight { cause: kind, name: name.clone(), host, title, text }
        })
        .collect()
}

enum Cause {
    Reauthorize,
    Expired,
    CheckSettings,
    SomebodyElse { expected: String, came: String },
    PreviousNotRevoked { reason: String },
    Outage,
}

impl Cause {
    fn kind(&self) -> NoticeKind {
        match self {
            Self::Reauthorize | Self::Expired => NoticeKind::Reauthorize,
            Self::CheckSettings => NoticeKind::CheckSettings,
            Self::SomebodyElse { .. } => NoticeKind::SomebodyElse,
            Self::PreviousNotRevoked { .. } => NoticeKind::PreviousNotRevoked,
            Self::Outage => NoticeKind::Outage,
        }
    }
}

/// By the token state and the trouble, whatever else goes on: a refresh or an authorization under way ends nothing yet.
fn causes(seen: &AccountSeen, now: Timestamp) -> Vec<Cause> {
    let mut causes = Vec::new();
    let account = &seen.account;
    let can_refresh = account.grant.as_ref().is_some_and(|grant| grant.has_refresh_token);
    match seen.status.token_state {
        TokenState::Reauthorize => causes.push(Cause::Reauthorize),
        TokenState::CheckSettings => causes.push(Cause::CheckSettings),
        TokenState::Expired if !can_refresh => causes.push(Cause::Expired),
        TokenState::Expired
        | TokenState::NotAuthorized
        | TokenState::Active
        | TokenState::UnknownLife
        | TokenState::Revoked => {
            let passes = |trouble: &grantkeep_core::model::Trouble| trouble.failure.passes();
            if can_refresh && account.trouble.as_ref().is_some_and(passes) && !account.has_usable_token(now) {
                causes.push(Cause::Outage);
            }
        }
    }
    for note in &seen.status.notes {
        match note {
            Note::SomebodyElse { expected, came } => {
                causes.push(Cause::SomebodyElse { expected: expected.clone(), came: came.clone() });
            }
            Note::PreviousNotRevoked { reason } => {
                causes.push(Cause::PreviousNotRevoked { reason: reason.clone() });
            }
            Note::ScopesMissing { .. }
            | Note::NoRefreshToken { .. }
            | Note::PolicyTurnedOff
            | Note::HostsToConfirm { .. }
            | Note::Oddity { .. } => {}
        }
    }
    causes
}

/// An account as the person knows it: "Google studio", or "Google" for the first one.
pub(crate) fn name(seen: &AccountSeen) -> String {
    if seen.account.id.account == Name::default_account() {
        seen.service.title.clone()
    } else {
        format!("{} {}", seen.service.title, seen.account.title)
    }
}
