//! Services and the catalog.

use axum::Json;
use axum::extract::State;
use grantkeep_api::requests::{AddService, CheckService, ConfirmHosts, Removal, SaveService, Title};
use grantkeep_api::views::{DraftCheck, ProviderView, ReceiptView, ServiceView};
use grantkeep_core::keeper::{Error, Keeper, ServiceSeen};
use grantkeep_core::model::{Catalog, Name};

use super::extract::{Asked, OfService, Open, Sent, Shown};
use super::failure::Failure;
use super::{App, convert, draft, provider, secrets};

/// A reply or a problem.
pub(super) type Answer<T> = Result<Json<T>, Failure>;

fn view(keeper: &Keeper, seen: &ServiceSeen) -> Json<ServiceView> {
    Json(convert::service(seen, &keeper.providers()))
}

/// The catalog; it needs no vault.
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

pub(super) async fn all(Shown(keeper): Shown) -> Json<Vec<ServiceView>> {
    let providers = keeper.providers();
    Json(keeper.services().iter().map(|seen| convert::service(seen, &providers)).collect())
}

pub(super) async fn one(Shown(keeper): Shown, OfService(name): OfService) -> Answer<ServiceView> {
    Ok(view(&keeper, &keeper.service(&name)?))
}

pub(super) async fn check(Open(keeper): Open, Sent(sent): Sent<CheckService>) -> Answer<DraftCheck> {
    // A name that is no slug names no service.
    let name =
        sent.name.map(|name| name.parse::<Name>().map_err(|_| Error::NotFound { name, nearest: None }));
    let checked = keeper.check(&draft::to_core(sent.draft), name.transpose()?.as_ref(), sent.has_secret)?;
    Ok(Json(convert::checked(checked)))
}

pub(super) async fn add(Open(keeper): Open, Sent(sent): Sent<AddService>) -> Answer<ServiceView> {
    let secret = secrets::client_secret(sent.client_secret);
    let seen = keeper.add_service(draft::to_core(sent.draft), secret).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn save(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<SaveService>,
) -> Answer<ServiceView> {
    let secret = secrets::secret_change(sent.secret);
    let seen = keeper.edit_service(&name, draft::to_core(sent.draft), secret).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn remove(
    Open(keeper): Open,
    OfService(name): OfService,
    Asked(removal): Asked<Removal>,
) -> Answer<ReceiptView> {
    Ok(Json(convert::receipt(keeper.remove_service(&name, removal.revoke).await?)))
}

pub(super) async fn duplicate(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<Title>,
) -> Answer<ServiceView> {
    let seen = keeper.duplicate_service(&name, &sent.title).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn confirm_hosts(
    Open(keeper): Open,
    OfService(name): OfService,
    Sent(sent): Sent<ConfirmHosts>,
) -> Answer<ServiceView> {
    let seen = keeper.confirm_hosts(&name, secrets::client_secret(sent.client_secret)).await?;
    Ok(view(&keeper, &seen))
}

pub(super) async fn add_practice(State(app): State<App>, Open(keeper): Open) -> Answer<ServiceView> {
    keeper.set_practice(app.practice.look().await);
    let seen = keeper.add_practice().await?;
    Ok(view(&keeper, &seen))
}
