//! From the keeper's values to what front ends see. Every match is complete: a new state must be thought about.

use std::sync::Arc;

use grantkeep_api::views;
use grantkeep_core::keeper::{self, AccountSeen, Outcome, PendingSeen, ServiceSeen, of_failure};
use grantkeep_core::model::{
    self, Checked, Draft, Event, FieldProblem, Grant, Identity, Note, Provider, Redirect, Timestamp,
    TokenType,
};

use super::{draft, help};

/// Makes functions from an enum of the core to the view of the same variants.
macro_rules! same_variants {
    ($($(#[$meta:meta])* $function:ident: $core:path => $view:path { $($variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        fn $function(value: $core) -> $view {
            use $core as Core;
            use $view as View;
            match value { $(Core::$variant => View::$variant),* }
        }
    )*};
}

same_variants! {
    token_state: model::TokenState => views::TokenState {
        NotAuthorized, Active, UnknownLife, Expired, Reauthorize, CheckSettings, Revoked,
    }
    headline: model::Headline => views::Headline {
        Waiting, Revoking, Reauthorize, CheckSettings, Expired, ScopesMissing, Retrying, Refreshing, Active,
        UnknownLife, NotAuthorized, Revoked,
    }
    group: model::Group => views::Group { NeedsAttention, Active, Other }
    event_kind: model::EventKind => views::EventKind {
        Service, Authorization, Authorized, Refreshed, RefreshFailed, WorkingAgain, HandedOut, Revoked,
        RevokeFailed, Tested, Reported, Access,
    }
    code: keeper::Code => views::Code {
        InvalidInput, NotFound, NameTaken, AuthorizationRequired, VaultLocked, VaultDamaged, VaultReadOnly,
        ProviderUnreachable, ProviderBusy, BadAnswer, GrantEnded, ClientRefused, ConsentRefused, InvalidScope,
        ProviderRefused, LinkExpired, WrongState, WrongIssuer, NotAnAnswer, PortBusy, CannotListen,
        HostNotAllowed, HostsToConfirm, NoIdToken, NoRefreshToken, NoToken, NoTestUri, NoIntrospectionUri, NoRevocation, RevocationFailed, Cancelled, Internal,
    }
}

/// A problem of the keeper.
pub(crate) fn problem(problem: keeper::Problem) -> views::Problem {
    views::Problem {
        code: code(problem.code),
        title: problem.title,
        detail: problem.detail,
        hint: problem.hint,
        question: None,
        provider_said: problem.provider_said,
        fields: problem.fields.into_iter().map(field_problem).collect(),
        actions: problem.actions.into_iter().map(help::action).collect(),
    }
}

/// An account; `providers` are the catalog's.
pub(crate) fn account(seen: &AccountSeen, providers: &[Arc<Provider>]) -> views::AccountView {
    let AccountSeen { account, service, status, pending, refreshes_at } = seen;
    let provider = of_service(providers, service.provider.as_deref());
    let trouble = account.shown_trouble();
    views::AccountView {
        id: account.id.to_string(),
        service: account.id.service.to_string(),
        account: account.id.account.to_string(),
        service_title: service.title.clone(),
        title: account.title.clone(),
        provider: service.provider.clone(),
        token_state: token_state(status.token_state),
        activity: activity(status.activity),
        notes: status.notes.iter().map(note).collect(),
        headline: headline(status.headline),
        group: group(status.group),
        since_ms: status.since.map(Timestamp::millis),
        identity: account.grant.as_ref().and_then(|grant| grant.identity.as_ref()).map(identity),
        grant: account.grant.as_ref().map(|held| grant(held, *refreshes_at, provider)),
        pending: pending.as_ref().map(|waiting| self::pending(waiting, &service.redirect)),
        trouble: trouble.map(|(since, failure)| views::TroubleView {
            since_ms: since.millis(),
            problem: problem(of_failure(failure, service)),
        }),
        grant_life_days: account.grant_life.map(|life| life.days),
        possible: views::Possible {
            copy: status.possible.copy,
            refresh: status.possible.refresh,
            revoke: status.possible.revoke,
            test: status.possible.test,
            authorize: status.possible.authorize,
        },
    }
}

/// A service; `providers` are the catalog's.
pub(super) fn service(seen: &ServiceSeen, providers: &[Arc<Provider>]) -> views::ServiceView {
    let service = &seen.service;
    let provider = of_service(providers, service.provider.as_deref());
    let definition = Draft::from(&**service);
    views::ServiceView {
        name: service.name.to_string(),
        has_client_secret: service.has_client_secret,
        redirect_uri: service.registered_redirect_uri(),
        hosts_to_confirm: service.hosts_to_confirm(),
        test_host_to_confirm: service.test_host_to_confirm(),
        revocation_effect: provider.and_then(|provider| provider.revocation_effect.clone()),
        registration_uri: provider.and_then(|provider| provider.registration_page(&definition)),
        definition: draft::to_view(definition),
        client_is_registered: service.client_configuration.is_some(),
        client_secret_expires_at_ms: service.client_secret_expires_at.map(Timestamp::millis),
        accounts: seen.accounts.iter().map(ToString::to_string).collect(),
    }
}

/// An authorization under way.
pub(super) fn pending(pending: &PendingSeen, redirect: &Redirect) -> views::PendingView {
    views::PendingView {
        id: pending.id.clone(),
        started_at_ms: pending.started_at.millis(),
        expires_at_ms: pending.expires_at.millis(),
        redirect_uri: pending.redirect_uri.clone(),
        method: match redirect {
            Redirect::Loopback { .. } => views::RedirectMethod::Loopback,
            Redirect::LoopbackFixed { .. } => views::RedirectMethod::LoopbackFixed,
            Redirect::Scheme => views::RedirectMethod::Scheme,
            Redirect::Paste { .. } => views::RedirectMethod::Paste,
        },
        paste_only: pending.paste_only,
    }
}

/// How an authorization stands.
pub(super) fn outcome(outcome: Outcome) -> views::AuthorizationOutcome {
    match outcome {
        Outcome::Waiting => views::AuthorizationOutcome::Waiting,
        Outcome::Done => views::AuthorizationOutcome::Done,
        Outcome::Failed(why) => views::AuthorizationOutcome::Failed { problem: problem(*why) },
        Outcome::Cancelled => views::AuthorizationOutcome::Cancelled,
    }
}

/// A line of the history.
pub(super) fn event(event: Event) -> views::EventView {
    views::EventView {
        id: event.id,
        at_ms: event.at.millis(),
        account: match (event.service, event.account) {
            (Some(service), Some(account)) => format!("{service}/{account}"),
            (Some(service), None) => service.to_string(),
            (None, _) => String::new(),
        },
        what: event_kind(event.kind),
        text: event.text,
        detail: event.detail,
        took_ms: event.facts.took_ms,
        reason: event.facts.reason,
        token_ends_at_ms: event.facts.token_ends_at.map(Timestamp::millis),
    }
}

/// What checking a draft found.
pub(super) fn checked(checked: Checked) -> views::DraftCheck {
    views::DraftCheck {
        problems: checked.problems.into_iter().map(field_problem).collect(),
        redirect_uri: checked.redirect_uri,
        hosts_to_confirm: checked.hosts_to_confirm,
        name: checked.name,
    }
}

/// A token's type, as shown.
pub(super) fn token_type(token_type: &TokenType) -> String {
    match token_type {
        TokenType::Bearer => "Bearer".to_owned(),
        TokenType::Other(name) => name.clone(),
    }
}

fn field_problem(problem: FieldProblem) -> views::FieldProblem {
    views::FieldProblem {
        field: problem.field,
        message: problem.message,
        fix: problem.fix.map(|fix| views::FieldFix { label: fix.label, value: fix.value }),
        warning: problem.warning,
    }
}

fn activity(activity: model::Activity) -> views::Activity {
    match activity {
        model::Activity::None => views::Activity::None,
        model::Activity::Waiting => views::Activity::Waiting,
        model::Activity::Refreshing => views::Activity::Refreshing,
        model::Activity::Retrying { next_try_at, tries } => {
            views::Activity::Retrying { next_try_at_ms: next_try_at.millis(), tries }
        }
        model::Activity::Revoking => views::Activity::Revoking,
    }
}

fn note(note: &Note) -> views::Note {
    match note.clone() {
        Note::ScopesMissing { missing, accepted } => views::Note::ScopesMissing { missing, accepted },
        Note::NoRefreshToken { hint } => views::Note::NoRefreshToken { hint },
        Note::SomebodyElse { expected, came } => views::Note::SomebodyElse { expected, came },
        Note::PreviousNotRevoked { reason } => views::Note::PreviousNotRevoked { reason },
        Note::PolicyTurnedOff => views::Note::PolicyTurnedOff,
        Note::HostsToConfirm { known, new } => views::Note::HostsToConfirm { known, new },
        Note::Oddity { text } => views::Note::Oddity { text },
    }
}

fn identity(identity: &Identity) -> views::IdentityView {
    views::IdentityView {
        subject: identity.subject.clone(),
        name: identity.name.clone(),
        email: identity.email.clone(),
    }
}

fn grant(grant: &Grant, refreshes_at: Option<Timestamp>, provider: Option<&Provider>) -> views::GrantView {
    let ungranted = grant.asked.missing_from(&grant.granted);
    let scopes = grant.granted.iter().chain(&ungranted);
    views::GrantView {
        token_type: token_type(&grant.token_type),
        access_token_length: grant.access_token_length,
        is_jwt: grant.is_jwt,
        obtained_at_ms: grant.obtained_at.millis(),
        authorized_at_ms: grant.authorized_at.millis(),
        expires_at_ms: grant.expires_at.map(Timestamp::millis),
        refreshes_at_ms: refreshes_at.map(Timestamp::millis),
        last_refresh_at_ms: grant.last_refresh_at.map(Timestamp::millis),
        last_used_at_ms: grant.last_used_at.map(Timestamp::millis),
        has_refresh_token: grant.has_refresh_token,
        has_id_token: grant.has_id_token,
        hosts: grant.hosts.iter().cloned().collect(),
        scopes: scopes
            .map(|scope| views::ScopeView {
                scope: scope.to_string(),
                description: provider.and_then(|provider| {
                    let known = provider.scopes.iter().find(|known| known.scope == scope.as_str());
                    known.map(|known| known.description.clone())
                }),
                asked: grant.asked.contains(scope),
                granted: grant.granted.contains(scope),
            })
            .collect(),
        other_fields: grant.other_fields.clone(),
        api_host: grant.api_host.clone(),
    }
}

fn of_service<'a>(providers: &'a [Arc<Provider>], id: Option<&str>) -> Option<&'a Provider> {
    providers.iter().map(Arc::as_ref).find(|provider| Some(provider.id.as_str()) == id)
}
