//! Services and the catalog.

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{AddService, CheckService, ConfirmHosts, Removal, SaveService, Title};
use grantkeep_api::routes::pattern;
use grantkeep_api::views::{DraftCheck, ProviderView, ReceiptView, ServiceView};
use grantkeep_core::keeper::{Error, Keeper, ServiceSeen};
use grantkeep_core::model::{Catalog, Name};

use super::extract::{Asked, OfService, Open, Sent, ServicePath, Shown};
use super::failure::Failure;
use super::secrets::Secret;
use super::{App, convert, draft, provider, secrets, tokens};

/// A reply or a problem.
pub(super) type Answer<T> = Result<Json<T>, Failure>;

pub(super) fn view(keeper: &Keeper, seen: &ServiceSeen) -> Json<ServiceView> {
    Json(convert::service(seen, keeper.provider(seen.service.provider.as_deref()).as_slice()))
}

/// The catalog; it needs no vault.
#[utoipa::path(
    get,
    path = pattern::PROVIDERS,
    operation_id = "providers",
    tag = "Services",
    responses((status = 200, description = "All providers", body = Vec<ProviderView>)),
)]
pub(super) async fn providers(State(app): State<App>) -> Json<Vec<ProviderView>> {
    let practice = app.practice.look().await;
    let providers = match app.door.seen().keeper {
        Some(keeper) => {
            keeper.set_practice(practice);
            keeper.providers()
        }
        None => practice.into_iter().chain(Catalog::builtin().providers().iter().cloned()).collect(),
    };
    Json(providers.iter().map(|known| provider::view(known)).collect())
}

/// All services.
#[utoipa::path(
    get,
    path = pattern::SERVICES,
    operation_id = "services",
    tag = "Services",
    responses((status = 200, description = "In the order of their names", body = Vec<ServiceView>)),
)]
pub(super) async fn all(Shown(keeper): Shown) -> Json<Vec<ServiceView>> {
    let providers = keeper.providers();
    Json(keeper.services().iter().map(|seen| convert::service(seen, &providers)).collect())
}

/// One service.
#[utoipa::path(
    get,
    path = pattern::SERVICE,
    operation_id = "service",
    tag = "Services",
    params(ServicePath),
    responses((status = 200, description = "The service, without its client secret", body = ServiceView)),
)]
pub(super) async fn one(Shown(keeper): Shown, OfService(name): OfService) -> Answer<ServiceView> {
    Ok(view(&keeper, &keeper.service(&name)?))
}

/// Checks a form without saving it.
#[utoipa::path(
    post,
    path = pattern::CHECK,
    operation_id = "check_service",
    tag = "Services",
    request_body = CheckService,
    responses((status = 200, description = "What to mend, and the redirect URI to register", body = DraftCheck)),
)]
pub(super) async fn check(Open(keeper): Open, Sent(sent): Sent<CheckService>) -> Answer<DraftCheck> {
    // A name that is no slug names no service.
    let name =
        sent.name.map(|name| name.parse::<Name>().map_err(|_| Error::NotFound { name, nearest: None }));
    let checked = keeper.check(&draft::to_core(sent.draft), name.transpose()?.as_ref(), sent.has_secret)?;
    Ok(Json(convert::checked(checked)))
}

/// Adds a service with its account `default`.
#[utoipa::path(
    post,
    path = pattern::SERVICES,
    operation_id = "add_service",
    tag = "Services",
    request_body = AddService,
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn add(Open(keeper): Open, Sent(sent): Sent<AddService>) -> Answer<ServiceView> {
    let draft = draft::to_core(sent.draft);
    let seen = match sent.secret_ref {
        Some(pasted) => keeper.add_pasted_service(draft, &pasted).await?,
        None => keeper.add_service(draft, secrets::client_secret(sent.client_secret)).await?,
    };
    Ok(view(&keeper, &seen))
}

/// Replaces the definition of a service.
///
/// Where hosts change, nothing is sent to the new ones until they are confirmed.
#[utoipa::path(
    put,
    path = pattern::SERVICE,
    operation_id = "save_service",
    tag = "Services",
    params(ServicePath),
    request_body = SaveService,
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn save(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<SaveService>,
) -> Answer<ServiceView> {
    let draft = draft::to_core(sent.draft);
    let seen = match secrets::secret_change(sent.secret) {
        Secret::Change(change) => keeper.edit_service(&name, draft, change).await?,
        Secret::Pasted(pasted) => keeper.edit_pasted_service(&name, draft, &pasted).await?,
    };
    Ok(view(&keeper, &seen))
}

/// Deletes a service with its accounts.
#[utoipa::path(
    delete,
    path = pattern::SERVICE,
    operation_id = "delete_service",
    tag = "Services",
    params(ServicePath, Removal),
    responses((status = 200, description = "What was revoked", body = ReceiptView)),
)]
pub(super) async fn remove(
    Open(keeper): Open,
    OfService(name): OfService,
    Asked(removal): Asked<Removal>,
) -> Answer<ReceiptView> {
    Ok(Json(tokens::receipt_view(keeper.remove_service(&name, removal.revoke).await?)))
}

/// Copies a service, its client secret included.
#[utoipa::path(
    post,
    path = pattern::DUPLICATE,
    operation_id = "duplicate_service",
    tag = "Services",
    params(ServicePath),
    request_body = Title,
    responses((status = 200, description = "The copy", body = ServiceView)),
)]
pub(super) async fn duplicate(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<Title>,
) -> Answer<ServiceView> {
    let seen = keeper.duplicate_service(&name, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

/// Confirms the hosts that the endpoints name now.
#[utoipa::path(
    post,
    path = pattern::CONFIRM_HOSTS,
    operation_id = "confirm_hosts",
    tag = "Services",
    params(ServicePath),
    request_body = ConfirmHosts,
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn confirm_hosts(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<ConfirmHosts>,
) -> Answer<ServiceView> {
    let seen = keeper.confirm_hosts(&name, secrets::client_secret(sent.client_secret)).await?;
    Ok(view(&keeper, &seen))
}

/// Adds the practice provider, where it runs.
#[utoipa::path(
    post,
    path = pattern::PRACTICE,
    operation_id = "add_practice",
    tag = "Services",
    responses((status = 200, description = "The service as stored", body = ServiceView)),
)]
pub(super) async fn add_practice(State(app): State<App>, Open(keeper): Open) -> Answer<ServiceView> {
    keeper.set_practice(app.practice.look().await);
    let seen = keeper.add_practice().await?;
    Ok(view(&keeper, &seen))
}
