//! Where several problems apply, the one is told that has to be mended first: the vault is locked, the name is
//! unknown, and only then that the program may not ask (the order of the exit codes 5, 3, 6).

use axum::extract::{FromRequestParts as _, RawPathParams};
use grantkeep_api::routes::pattern;
use grantkeep_core::model::AccountId;
use http::request::Parts;

use super::App;
use super::failure::Failure;
use crate::access::Kind;

/// What is told in place of a refusal, if anything.
pub(super) async fn before_refusal(app: &App, parts: &mut Parts, kind: Kind) -> Option<Failure> {
    let needs_vault = match kind {
        Kind::Token | Kind::Manage => parts.uri.path() != pattern::VAULT,
        Kind::Status | Kind::Own => false,
    };
    if !needs_vault {
        return None;
    }
    let keeper = match app.door.keeper().await {
        Ok(keeper) => keeper,
        Err(problem) => return Some(problem.into()),
    };
    let named = RawPathParams::from_request_parts(parts, app).await.ok()?;
    let segment = |name: &str| named.iter().find(|(segment, _)| *segment == name).map(|(_, value)| value);
    // A text that is no name names nothing.
    let unknown = match (segment("name"), segment("service"), segment("account")) {
        (Some(name), None, None) => keeper.service(&name.parse().ok()?).err(),
        (None, Some(service), Some(account)) => {
            let id = AccountId { service: service.parse().ok()?, account: account.parse().ok()? };
            keeper.account(&id).err()
        }
        _ => None,
    };
    unknown.map(Failure::from)
}
