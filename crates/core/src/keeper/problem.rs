//! Errors in the person's words: what happened, what still holds, what to do next. The words are written once,
//! here; windows and command lines look at the [`Code`] for what they offer.

mod discovered;
mod failure;
mod registered;

use serde::Serialize;

use super::{Code, Error};
use crate::model::{Action, FieldProblem};
use crate::ports::{CannotListen, StoreError};
use crate::wire::RedirectRefused;

pub use failure::of_failure;
pub(super) use failure::place_of;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable kind.
    pub code: Code,
    /// What happened.
    pub title: String,
    /// Why, and what still holds.
    pub detail: String,
    /// What to do next.
    pub hint: String,
    /// What the provider said, made plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_said: Option<String>,
    /// Fields to mend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// What can be done, the most useful first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
}

impl Problem {
    fn new(code: Code, title: impl Into<String>, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code,
            title: title.into(),
            detail: detail.into(),
            hint: hint.into(),
            provider_said: None,
            fields: Vec::new(),
            actions: Vec::new(),
        }
    }

    fn doing(self, actions: impl IntoIterator<Item = Action>) -> Self {
        Self { actions: actions.into_iter().collect(), ..self }
    }
}

impl Error {
    /// This error in the person's words.
    pub fn problem(&self) -> Problem {
        match self {
            Self::NotFound { name, nearest } => Problem::new(
                Code::NotFound,
                format!("There is no “{name}”"),
                "No service or account has that name.",
                nearest.as_ref().map_or_else(
                    || "`grantkeep status` lists all names.".to_owned(),
                    |nearest| format!("Did you mean “{nearest}”?"),
                ),
            ),
            Self::Invalid(fields) => {
                let count = fields.iter().filter(|field| !field.warning).count();
                let title =
                    if count == 1 { "1 field to mend".to_owned() } else { format!("{count} fields to mend") };
                let first = fields.iter().find(|field| !field.warning).map(|field| field.message.clone());
                let problem =
                    Problem::new(Code::InvalidInput, title, first.unwrap_or_default(), "Nothing was saved.");
                Problem { fields: fields.clone(), ..problem }
            }
            Self::NameTaken(name) => Problem::new(
                Code::NameTaken,
                format!("There is already an account “{name}”"),
                "Each account of a service has its own name.",
                "Choose another one.",
            ),
            Self::Failed { service, failure } => of_failure(failure, service),
            Self::CannotListen(error) => cannot_listen(error),
            Self::NoToken(name) => Problem::new(
                Code::NoToken,
                format!("{name} has no token"),
                "There is nothing to do that with.",
                "Authorize it first.",
            )
            .doing([Action::Authorize]),
            Self::AuthorizationRequired(name) => Problem::new(
                Code::AuthorizationRequired,
                format!("{name} has to be authorized"),
                "It has no token that is still good, and only you can get one.",
                format!("Authorize it in the window, or run `grantkeep authorize {name}`."),
            )
            .doing([Action::Authorize]),
            Self::NoRefreshToken(name) => Problem::new(
                Code::NoRefreshToken,
                format!("{name} has no refresh token"),
                "The provider sent none, so the token can't be renewed without you.",
                "Reauthorize to get a new one.",
            )
            .doing([edit("scopes"), Action::Authorize]),
            Self::NoIdToken { name, asked } => Problem::new(
                Code::NoIdToken,
                format!("{name} has no ID token that is still good"),
                if *asked {
                    "The provider sends a new one only when you authorize."
                } else {
                    "Providers send one where the scope openid is asked."
                },
                if *asked {
                    format!("Reauthorize it in the window, or run `grantkeep authorize {name}`.")
                } else {
                    "Add openid to the scopes of the service, and reauthorize.".to_owned()
                },
            )
            .doing(if *asked { vec![Action::Authorize] } else { vec![edit("scopes"), Action::Authorize] }),
            Self::HostNotAllowed { service, title, host } => Problem::new(
                Code::HostNotAllowed,
                format!("The token of {title} is not sent to {host}"),
                "Requests may go to the hosts of the service's endpoints and Test URI, and to those that you named. \
                 Nothing was sent.",
                format!(
                    "Allow it with `grantkeep service edit {service} --allow-host {host}`, or in the window."
                ),
            )
            .doing([edit("request_hosts")]),
            Self::ResourceUnreachable { host, reason } => Problem::new(
                Code::ProviderUnreachable,
                format!("{host} can't be reached"),
                sentence(reason),
                "Check the network and the address, and try again.",
            ),
            Self::TooManyRedirects { title } => Problem::new(
                Code::BadAnswer,
                format!("{title} redirects in circles"),
                "It answered with more than 10 redirects, one after the other.",
                "Check the address.",
            ),
            Self::TokenNotShown(why) => Problem::new(
                Code::NoToken,
                "The token can't be shown to a resource",
                sentence(why),
                "Ask for the token itself, and use it as its type wants.",
            ),
            Self::ReauthorizationRequired(name) => Problem::new(
                Code::AuthorizationRequired,
                format!("{name} has to be authorized again"),
                "Its token was refused, and the provider sent no refresh token to renew it with.",
                format!("Reauthorize it in the window, or run `grantkeep authorize {name}`."),
            )
            .doing([Action::Authorize]),
            Self::NoTestUri(_) => Problem::new(
                Code::NoTestUri,
                "There is no Test URI",
                "Testing calls an address of the service with the token.",
                "Edit the service and fill in its Test URI.",
            )
            .doing([edit("test_uri")]),
            Self::NoIntrospectionUri(_) => Problem::new(
                Code::NoIntrospectionUri,
                "There is no introspection endpoint",
                "Whoever runs the service says what a token can do at an address of its own (RFC 7662), if at all.",
                "Edit the service and fill in its introspection endpoint; its documentation may name one.",
            )
            .doing([edit("introspection_uri")]),
            Self::TestNotAllowed(why) => Problem::new(
                Code::NoTestUri,
                "The token was not sent to the Test URI",
                why.clone(),
                "Edit the service, or confirm the changed address.",
            )
            .doing([edit("test_uri")]),
            Self::NoRevocation(_) => Problem::new(
                Code::NoRevocation,
                "Nobody told Grantkeep how to revoke here",
                "The service has no revocation recipe.",
                "Edit the service and choose one, or end the grant at the service's own page.",
            )
            .doing([edit("revocation")]),
            Self::RevocationFailed { service, failure } => {
                let (cause, title) = (of_failure(failure, service), &service.title);
                Problem {
                    provider_said: failure.said.clone(),
                    actions: vec![edit("revocation")],
                    ..Problem::new(
                        Code::RevocationFailed,
                        format!("{title} did not take the token back"),
                        format!("{}. Nothing was changed here.", cause.title),
                        "Try again later, or end the grant at the service's own page.",
                    )
                }
            }
            Self::HostsToConfirm { name, hosts } => Problem::new(
                Code::HostsToConfirm,
                format!("{name} now points to {}", hosts.join(", ")),
                "Its tokens were obtained for other hosts. Nothing is sent until you confirm.",
                "Confirm the hosts and enter the client secret again, or edit the service back.",
            )
            .doing([Action::ConfirmHosts]),
            Self::SecretNeeded => Problem::new(
                Code::HostsToConfirm,
                "Enter the client secret again",
                "So that a changed address alone never gets it.",
                "Copy it from the service's page.",
            )
            .doing([Action::ConfirmHosts]),
            Self::NotWaiting(name) => Problem::new(
                Code::LinkExpired,
                "The link is no longer good",
                format!("No authorization of {name} is under way."),
                "Authorize again: a new link takes a second.",
            )
            .doing([Action::Authorize]),
            Self::NotAnAnswer(refused) => not_an_answer(refused),
            Self::UnknownState => wrong_state(),
            Self::NoCandidate(name) => Problem::new(
                Code::NoToken,
                "There is nothing to choose",
                format!("Nobody else came back for {name}."),
                "",
            ),
            Self::NotDiscovered { asked, why } => discovered::problem(asked, why),
            Self::NotRegistered { issuer, why } => registered::problem(issuer, why),
            Self::NotPasted(refused) => {
                Problem::new(Code::InvalidInput, refused.title, refused.why, refused.instead)
            }
            Self::PastedGone => {
                let message =
                    "What was pasted is kept for 10 minutes. Paste it again, or type the client secret.";
                let field = FieldProblem {
                    field: "client_secret".to_owned(),
                    message: message.to_owned(),
                    fix: None,
                    warning: false,
                };
                let title = "The pasted client secret is no longer there";
                Problem {
                    fields: vec![field],
                    ..Problem::new(Code::InvalidInput, title, "It was used, or its time was over.", message)
                }
            }
            Self::NoPractice => Problem::new(
                Code::ProviderUnreachable,
                "The practice provider does not run",
                "It is started by `cargo xtask run`.",
                "Start Grantkeep with `cargo xtask run`.",
            ),
            Self::Store(error) => store(error),
        }
    }
}

fn cannot_listen(error: &CannotListen) -> Problem {
    match error {
        CannotListen::Busy { port, holder } => Problem::new(
            Code::PortBusy,
            format!("Port {port} is in use"),
            match holder {
                Some(holder) => format!("{holder} holds it."),
                None => "Another program holds it.".to_owned(),
            },
            "Close that program, or register another port at the service and change it here.",
        )
        .doing([Action::Authorize, edit("redirect_port")]),
        CannotListen::Refused { reason } => Problem::new(
            Code::CannotListen,
            "No redirect can be received",
            sentence(reason),
            "Use the paste method for this service.",
        )
        .doing([Action::Authorize, edit("redirect_method")]),
    }
}

fn not_an_answer(refused: &RedirectRefused) -> Problem {
    match refused {
        RedirectRefused::WrongState => wrong_state(),
        RedirectRefused::NotAnAnswer
        | RedirectRefused::WrongPlace
        | RedirectRefused::DuplicateParameter(_)
        | RedirectRefused::WrongIssuer { .. }
        | RedirectRefused::NoIssuer { .. } => Problem::new(
            Code::NotAnAnswer,
            "This address holds no answer",
            sentence(&refused.to_string()),
            "Paste the whole address that the browser ended on: it begins with the redirect URI and has code= in it.",
        ),
    }
}

fn wrong_state() -> Problem {
    Problem::new(
        Code::WrongState,
        "An answer did not belong to this authorization",
        "Grantkeep ignored it and goes on waiting.",
        "Use the newest link.",
    )
}

fn store(error: &StoreError) -> Problem {
    match error {
        StoreError::NotWritable { reason } => Problem::new(
            Code::VaultReadOnly,
            "The vault can't be written",
            format!("{} What is in it is unharmed.", sentence(reason)),
            "Free some space, or make its folder writable, and try again.",
        ),
        StoreError::Damaged { reason } => Problem::new(
            Code::VaultDamaged,
            "The vault is damaged",
            format!("{} Nothing was overwritten.", sentence(reason)),
            "Keep the file, and put a backup in its place.",
        ),
        StoreError::Closed => Problem::new(
            Code::VaultLocked,
            "The vault is closed",
            "The agent is stopping, or the vault was not opened yet.",
            "Run `grantkeep unlock`, or open the window.",
        ),
        StoreError::Conflict => Problem::new(
            Code::Internal,
            "The account was changed meanwhile",
            "Nothing was overwritten.",
            "Try again.",
        ),
    }
}

fn edit(field: &str) -> Action {
    Action::EditField { field: field.to_owned() }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let rest = characters.as_str();
    let stop = if text.ends_with(['.', '!', '?']) || text.is_empty() { "" } else { "." };
    format!("{first}{rest}{stop}")
}
