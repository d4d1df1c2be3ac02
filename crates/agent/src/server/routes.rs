//! All routes, by who may ask. A handler's annotation names its path, method, body and reply, and both the router and
//! the OpenAPI document are made from it.
//!
//! A new route is a handler with `#[utoipa::path(…)]`, named in the group of those who may ask for it.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    App, access, accounts, agent, authorization, broker, definitions, doctor, document, events, help,
    history, notices, services, settings, tokens,
};
use crate::access::Kind;

/// Routes that the same callers may ask for.
pub(super) struct Group {
    pub(super) kind: Kind,
    /// They wait for one of the places in work (R-AG-05). Others have places of their own.
    pub(super) queued: bool,
    pub(super) routes: OpenApiRouter<App>,
}

/// All of them.
pub(super) fn groups() -> [Group; 7] {
    let looking = OpenApiRouter::new()
        .routes(routes!(agent::agent))
        .routes(routes!(document::document))
        .routes(routes!(doctor::doctor))
        .routes(routes!(settings::all))
        .routes(routes!(notices::all))
        .routes(routes!(events::state))
        .routes(routes!(services::providers))
        .routes(routes!(services::all))
        .routes(routes!(services::one))
        .routes(routes!(services::check))
        .routes(routes!(accounts::all))
        .routes(routes!(accounts::one))
        .routes(routes!(help::redirect_help))
        .routes(routes!(history::of_account))
        .routes(routes!(history::of_all))
        .routes(routes!(history::timeline))
        .routes(routes!(history::forecast))
        .routes(routes!(access::questions))
        .routes(routes!(access::permissions));
    let waiting = OpenApiRouter::new()
        .routes(routes!(events::events))
        .routes(routes!(authorization::outcome))
        .routes(routes!(tokens::receipt))
        .routes(routes!(access::outcome));
    // Who may say what about a program is for the handler to see (R-AG-09).
    let saying = OpenApiRouter::new().routes(routes!(access::answer)).routes(routes!(access::allow));
    let tokens = OpenApiRouter::new()
        .routes(routes!(accounts::token))
        .routes(routes!(accounts::id_token))
        .routes(routes!(accounts::report))
        .routes(routes!(accounts::refresh))
        .routes(routes!(tokens::test))
        .routes(routes!(tokens::introspect))
        .routes(routes!(tokens::inspect));
    // It queues by itself, and leaves the queue when its answer was read.
    let brokered = OpenApiRouter::new().routes(routes!(broker::request));
    let managing = OpenApiRouter::new()
        .routes(routes!(agent::create_vault))
        .routes(routes!(agent::lock))
        .routes(routes!(settings::set))
        .routes(routes!(notices::dismiss))
        .routes(routes!(services::add))
        .routes(routes!(definitions::read_pasted))
        .routes(routes!(definitions::discover))
        .routes(routes!(definitions::register))
        .routes(routes!(services::save, services::remove))
        .routes(routes!(services::duplicate))
        .routes(routes!(services::confirm_hosts))
        .routes(routes!(services::add_practice))
        .routes(routes!(accounts::add))
        .routes(routes!(accounts::rename, accounts::remove))
        .routes(routes!(authorization::authorize))
        .routes(routes!(authorization::link))
        .routes(routes!(authorization::cancel))
        .routes(routes!(authorization::paste))
        .routes(routes!(tokens::revoke))
        .routes(routes!(tokens::revoked))
        .routes(routes!(tokens::stop_trying))
        .routes(routes!(help::try_authentication))
        .routes(routes!(accounts::accept_scopes))
        .routes(routes!(history::set_grant_life))
        .routes(routes!(history::set_secret_expiry))
        .routes(routes!(accounts::identity))
        .routes(routes!(access::remove));
    let own = OpenApiRouter::new()
        .routes(routes!(authorization::redirect))
        .routes(routes!(agent::session))
        .routes(routes!(agent::unlock))
        .routes(routes!(agent::retry))
        .routes(routes!(agent::retire));
    let group = |kind, queued, routes| Group { kind, queued, routes };
    [
        group(Kind::Status, true, looking),
        group(Kind::Status, false, waiting),
        group(Kind::Status, true, saying),
        group(Kind::Token, true, tokens),
        group(Kind::Token, false, brokered),
        group(Kind::Manage, true, managing),
        group(Kind::Own, true, own),
    ]
}
