//! Help where a provider said no: another client authentication, and the redirect doctor.

use axum::Json;
use grantkeep_api::requests::{AuthenticationTried, AuthorizationStarted, ErrorPage, TryAuthentication};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{self, RedirectHelpView};
use grantkeep_core::keeper::{RedirectFinding, RedirectHelp, Tried};
use grantkeep_core::model;
use grantkeep_core::wire::Stretch;

use super::extract::{AccountPath, OfAccount, Open, Sent, Shown};
use super::failure::Failure;
use super::secrets::Wiped;
use super::services::Answer;
use super::{convert, draft, secrets};

/// Does again what failed last, with the client secret sent in another way.
///
/// The service keeps the way if the provider takes it; else it is as it was.
#[utoipa::path(
    post,
    path = pattern::TRY_AUTHENTICATION,
    operation_id = "try_authentication",
    tag = "Accounts",
    params(AccountPath),
    request_body = TryAuthentication,
    responses((status = 200, description = "It worked, or the person has to agree first", body = AuthenticationTried)),
)]
pub(super) async fn try_authentication(
    Open(keeper): Open,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<TryAuthentication>,
) -> Result<Wiped<AuthenticationTried>, Failure> {
    let tried = keeper.try_authentication(&id, draft::authentication(sent.with)).await?;
    let seen = keeper.account(&id)?;
    Ok(Wiped(match tried {
        Tried::Refreshed => {
            let provider = keeper.provider(seen.service.provider.as_deref());
            AuthenticationTried::Refreshed { account: Box::new(convert::account(&seen, provider.as_slice())) }
        }
        Tried::Authorizing(started) => {
            let pending = convert::pending(&started.pending, &seen.service.redirect);
            let link = secrets::link(&started.link);
            AuthenticationTried::Authorizing { started: Box::new(AuthorizationStarted { link, pending }) }
        }
    }))
}

/// Compares the redirect URI with what a provider's error page shows. Nothing is stored.
#[utoipa::path(
    post,
    path = pattern::REDIRECT_HELP,
    operation_id = "redirect_help",
    tag = "Authorization",
    params(AccountPath),
    request_body = ErrorPage,
    responses((status = 200, description = "How they differ, and what to do", body = RedirectHelpView)),
)]
pub(super) async fn redirect_help(
    Shown(keeper): Shown,
    OfAccount(id): OfAccount,
    Sent(sent): Sent<ErrorPage>,
) -> Answer<RedirectHelpView> {
    Ok(Json(view(keeper.redirect_help(&id, &secrets::pasted(sent.text))?)))
}

fn view(help: RedirectHelp) -> RedirectHelpView {
    RedirectHelpView {
        finding: match help.finding {
            RedirectFinding::Differs => views::RedirectFinding::Differs,
            RedirectFinding::Same => views::RedirectFinding::Same,
            RedirectFinding::Repeated => views::RedirectFinding::Repeated,
            RedirectFinding::OtherError => views::RedirectFinding::OtherError,
            RedirectFinding::Answer => views::RedirectFinding::Answer,
            RedirectFinding::Nothing => views::RedirectFinding::Nothing,
        },
        text: help.text,
        advice: help.advice,
        sent: help.sent.into_iter().map(stretch).collect(),
        found: help.found.into_iter().map(stretch).collect(),
        differences: help.differences,
        actions: help.actions.into_iter().map(action).collect(),
    }
}

fn stretch(stretch: Stretch) -> views::Stretch {
    views::Stretch { text: stretch.text, differs: stretch.differs }
}

/// Something to do about a problem.
pub(crate) fn action(action: model::Action) -> views::Action {
    match action {
        model::Action::Authorize => views::Action::Authorize,
        model::Action::TryAgain => views::Action::TryAgain,
        model::Action::TryAuthentication { with } => {
            views::Action::TryAuthentication { with: draft::authentication_view(with) }
        }
        model::Action::EditField { field } => views::Action::EditField { field },
        model::Action::CopyRedirectUri { uri } => views::Action::CopyRedirectUri { uri },
        model::Action::OpenConsole { url } => views::Action::OpenConsole { url },
        model::Action::OpenDocumentation { url } => views::Action::OpenDocumentation { url },
        model::Action::ConfirmHosts => views::Action::ConfirmHosts,
    }
}
