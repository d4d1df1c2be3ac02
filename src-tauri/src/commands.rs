//! The commands of the web views: each is its conversion and one call of the agent.
//!
//! Input is checked by its types, then by the agent (R-UI-05). What takes time runs on a thread for it.

use grantkeep_api::requests::{
    AuthenticationTried, AuthorizationStarted, IdentityChoice, Purpose, SecretChange,
};
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{
    AccountView, AuthorizationOutcome, ClientAuthentication, Code, DiscoveryView, DraftCheck, InspectionView,
    IntrospectionView, PastedView, Problem, ProviderView, ReceiptView, RedirectHelpView, RedirectMethod,
    ServiceDraft, ServiceView, SettingView, TestView, Tried,
};
use grantkeep_api::{AccountId, Agent, browser};
use tauri::{AppHandle, Manager as _, WebviewWindow, command};

use crate::scheme_handler::SchemeHandler;
use crate::starts::Selection;
use crate::{Connection, clipboard, events, window};

pub(crate) type Answer<T> = Result<T, Problem>;

/// Sends one snapshot and, to the main window, what a start asked to select. The web view listens from here on.
#[command]
pub(crate) async fn announce(app: AppHandle, from: WebviewWindow) -> Answer<()> {
    ask(&app, move |app, agent| {
        // The stream begins with a snapshot, also of a vault that is not open.
        agent.follow(|snapshot| {
            events::change(app, &snapshot);
            false
        })?;
        if from.label() == window::LABEL
            && let Some(id) = app.state::<Selection>().taken()
        {
            events::select(app, &id);
        }
        Ok(())
    })
    .await
}

#[command]
pub(crate) async fn unlock(app: AppHandle, passphrase: SecretInput) -> Answer<()> {
    ask(&app, |_, agent| agent.unlock(passphrase)).await
}

#[command]
pub(crate) async fn create_vault(app: AppHandle, passphrase: SecretInput) -> Answer<()> {
    ask(&app, |_, agent| agent.create_vault(passphrase)).await
}

#[command]
pub(crate) async fn retry_vault(app: AppHandle) -> Answer<()> {
    ask(&app, |_, agent| agent.retry_vault()).await
}

/// Forgets the vault's key until the person unlocks it.
#[command]
pub(crate) async fn lock(app: AppHandle) -> Answer<()> {
    ask(&app, |_, agent| agent.lock()).await
}

#[command]
pub(crate) async fn providers(app: AppHandle) -> Answer<Vec<ProviderView>> {
    ask(&app, |_, agent| agent.providers()).await
}

#[command]
pub(crate) async fn check_service(
    app: AppHandle,
    draft: ServiceDraft,
    name: Option<String>,
    has_secret: bool,
) -> Answer<DraftCheck> {
    ask(&app, move |_, agent| agent.check_service(draft, name, has_secret)).await
}

/// Adds the service without a name, saves the one with it.
#[command]
pub(crate) async fn save_service(
    app: AppHandle,
    draft: ServiceDraft,
    secret: SecretChange,
    name: Option<String>,
) -> Answer<ServiceView> {
    ask(&app, move |app, agent| {
        let saved = match (name, secret) {
            (Some(name), secret) => agent.save_service(&name, draft, secret)?,
            (None, SecretChange::Set { value }) => agent.add_service(draft, Some(value))?,
            (None, SecretChange::Pasted { secret_ref }) => agent.add_pasted_service(draft, secret_ref)?,
            (None, SecretChange::Keep | SecretChange::Remove) => agent.add_service(draft, None)?,
        };
        Ok(with_its_scheme(app, saved))
    })
    .await
}

/// Asks a provider what it tells of itself.
#[command]
pub(crate) async fn discover(app: AppHandle, issuer: String) -> Answer<DiscoveryView> {
    ask(&app, move |_, agent| agent.discover(issuer)).await
}

/// Registers a client at the provider that the form's issuer names, and adds the service with it.
#[command]
pub(crate) async fn register_service(
    app: AppHandle,
    draft: ServiceDraft,
    initial_access_token: Option<SecretInput>,
) -> Answer<ServiceView> {
    ask(&app, move |app, agent| Ok(with_its_scheme(app, agent.register(draft, initial_access_token)?))).await
}

/// Reads a definition of another program; a client secret in it stays in the agent.
#[command]
pub(crate) async fn read_pasted(app: AppHandle, text: SecretInput) -> Answer<PastedView> {
    ask(&app, move |_, agent| agent.read_pasted(text)).await
}

#[command]
pub(crate) async fn duplicate_service(app: AppHandle, name: String, title: String) -> Answer<ServiceView> {
    ask(&app, move |_, agent| agent.duplicate_service(&name, title)).await
}

#[command]
pub(crate) async fn delete_service(app: AppHandle, name: String, revoke: bool) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.delete_service(&name, revoke)).await
}

#[command]
pub(crate) async fn confirm_hosts(
    app: AppHandle,
    name: String,
    client_secret: Option<SecretInput>,
) -> Answer<ServiceView> {
    ask(&app, move |_, agent| agent.confirm_hosts(&name, client_secret)).await
}

#[command]
pub(crate) async fn add_practice(app: AppHandle) -> Answer<ServiceView> {
    ask(&app, |_, agent| agent.add_practice()).await
}

#[command]
pub(crate) async fn add_account(app: AppHandle, service: String, title: String) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.add_account(&service, title)).await
}

#[command]
pub(crate) async fn rename_account(app: AppHandle, id: AccountId, title: String) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.rename_account(&id, title)).await
}

#[command]
pub(crate) async fn delete_account(app: AppHandle, id: AccountId, revoke: bool) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.delete_account(&id, revoke)).await
}

/// Makes a link and opens it. Where the browser cannot be opened the authorization goes on waiting.
#[command]
pub(crate) async fn authorize(app: AppHandle, id: AccountId) -> Answer<()> {
    ask(&app, move |app, agent| authorize_in_browser(app, agent, &id)).await
}

/// Does again what the provider refused, with the client secret sent in another way.
#[command]
pub(crate) async fn try_authentication(
    app: AppHandle,
    id: AccountId,
    way: ClientAuthentication,
) -> Answer<Tried> {
    ask(&app, move |app, agent| match agent.try_authentication(&id, way)? {
        AuthenticationTried::Refreshed { .. } => Ok(Tried::Refreshed),
        AuthenticationTried::Authorizing { started } => open(app, &started).map(|()| Tried::Authorizing),
    })
    .await
}

/// Makes a link and opens it.
pub(crate) fn authorize_in_browser(app: &AppHandle, agent: &Agent, id: &AccountId) -> Answer<()> {
    open(app, &agent.authorize(id, None, false)?)
}

/// Compares the redirect URI with what a provider's error page shows.
#[command]
pub(crate) async fn redirect_help(
    app: AppHandle,
    id: AccountId,
    text: SecretInput,
) -> Answer<RedirectHelpView> {
    ask(&app, move |_, agent| agent.redirect_help(&id, text)).await
}

#[command]
pub(crate) async fn open_again(app: AppHandle, id: AccountId) -> Answer<()> {
    ask(&app, move |_, agent| browser::open_link(&agent.link(&id)?)).await
}

#[command]
pub(crate) async fn copy_link(app: AppHandle, id: AccountId) -> Answer<()> {
    ask(&app, move |app, agent| clipboard::copy_link(app, &agent.link(&id)?)).await
}

#[command]
pub(crate) async fn cancel_authorization(app: AppHandle, id: AccountId) -> Answer<()> {
    ask(&app, move |_, agent| agent.cancel_authorization(&id)).await
}

#[command]
pub(crate) async fn paste_redirect(
    app: AppHandle,
    id: AccountId,
    address: SecretInput,
) -> Answer<AuthorizationOutcome> {
    ask(&app, move |_, agent| agent.paste_redirect(&id, address)).await
}

#[command]
pub(crate) async fn resolve_identity(
    app: AppHandle,
    id: AccountId,
    choice: IdentityChoice,
) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.resolve_identity(&id, choice)).await
}

#[command]
pub(crate) async fn accept_scopes(app: AppHandle, id: AccountId) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.accept_scopes(&id)).await
}

/// Copies the token in Rust. Returns the milliseconds until it is cleared.
#[command]
pub(crate) async fn copy_token(app: AppHandle, id: AccountId) -> Answer<u64> {
    ask(&app, move |app, agent| clipboard::copy_token(app, &agent.token(&id, 0, Purpose::Copy)?)).await
}

/// The same as an `Authorization` header.
#[command]
pub(crate) async fn copy_header(app: AppHandle, id: AccountId) -> Answer<u64> {
    ask(&app, move |app, agent| clipboard::copy_header(app, &agent.token(&id, 0, Purpose::Copy)?)).await
}

#[command]
pub(crate) async fn clear_clipboard(app: AppHandle) -> Answer<()> {
    blocking(&app, clipboard::clear).await
}

#[command]
pub(crate) async fn refresh(app: AppHandle, id: AccountId) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.refresh(&id)).await
}

#[command]
pub(crate) async fn revoke(app: AppHandle, id: AccountId) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.revoke(&id)).await
}

/// The person took the grant back at the provider's page.
#[command]
pub(crate) async fn revoked(app: AppHandle, id: AccountId) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.revoked_by_hand(&id)).await
}

/// A receipt at its next change.
#[command]
pub(crate) async fn receipt(app: AppHandle, id: String) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.receipt(&id)).await
}

#[command]
pub(crate) async fn stop_trying(app: AppHandle, id: String) -> Answer<ReceiptView> {
    ask(&app, move |_, agent| agent.stop_trying(&id)).await
}

#[command]
pub(crate) async fn test(app: AppHandle, id: AccountId) -> Answer<TestView> {
    ask(&app, move |_, agent| agent.test(&id)).await
}

#[command]
pub(crate) async fn introspect(app: AppHandle, id: AccountId) -> Answer<IntrospectionView> {
    ask(&app, move |_, agent| agent.introspect(&id)).await
}

/// What is inside the tokens; they stay with the agent.
#[command]
pub(crate) async fn inspect(app: AppHandle, id: AccountId) -> Answer<InspectionView> {
    ask(&app, move |_, agent| agent.inspect(&id)).await
}

/// Copies a text that is no secret.
#[command]
pub(crate) async fn copy_text(app: AppHandle, text: String) -> Answer<()> {
    blocking(&app, move |app| clipboard::copy_text(app, &text)).await
}

/// Opens an https page in the system browser; a link of an authorization has its own commands.
#[command]
pub(crate) async fn open_page(app: AppHandle, url: String) -> Answer<()> {
    blocking(&app, move |_| browser::open(https(&url)?.as_str())).await
}

/// Takes a permission back, or a refusal for good.
#[command]
pub(crate) async fn remove_permission(app: AppHandle, id: String) -> Answer<()> {
    ask(&app, move |_, agent| agent.remove_permission(&id)).await
}

#[command]
pub(crate) async fn settings(app: AppHandle) -> Answer<Vec<SettingView>> {
    ask(&app, |_, agent| agent.settings()).await
}

#[command]
pub(crate) async fn change_setting(app: AppHandle, key: String, value: String) -> Answer<SettingView> {
    ask(&app, move |_, agent| agent.set(&key, value)).await
}

#[command]
pub(crate) async fn dismiss_notice(app: AppHandle, id: String) -> Answer<()> {
    ask(&app, move |_, agent| agent.dismiss(&id)).await
}

/// A service that was saved, with the scheme that it may want at hand.
fn with_its_scheme(app: &AppHandle, saved: ServiceView) -> ServiceView {
    if saved.definition.redirect_method == RedirectMethod::Scheme {
        // The service is saved. A failure is met again, and told, when it is authorized.
        let _ = app.state::<SchemeHandler>().ensure();
    }
    saved
}

/// Opens the link of an authorization that was begun.
fn open(app: &AppHandle, started: &AuthorizationStarted) -> Answer<()> {
    if started.pending.method == RedirectMethod::Scheme {
        app.state::<SchemeHandler>().ensure()?;
    }
    browser::open_link(&started.link)
}

/// The address, if it is a page that may be opened (R-CB-15).
fn https(address: &str) -> Answer<tauri::Url> {
    let url =
        address.parse::<tauri::Url>().ok().filter(|url| url.scheme() == "https" && url.username().is_empty());
    url.ok_or_else(|| {
        Problem::new(Code::InvalidInput, "this page is not opened")
            .detail("only https addresses are")
            .hint("mend the address in the service's settings")
    })
}

/// Asks the agent on a thread for blocking work.
pub(crate) async fn ask<T: Send + 'static>(
    app: &AppHandle,
    call: impl FnOnce(&AppHandle, &Agent) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    blocking(app, |app| call(app, app.state::<Connection>().agent()?)).await
}

/// Does `work` on a thread for blocking work.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &AppHandle,
    work: impl FnOnce(&AppHandle) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    let app = app.clone();
    let done = tauri::async_runtime::spawn_blocking(move || work(&app)).await;
    done.unwrap_or_else(|error| {
        Err(Problem::new(Code::Internal, "this window failed").detail(error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_pages_are_opened() {
        let cases = [
            ("https://example.com/apps?x=1", true, "a page"),
            ("http://127.0.0.1:8080/", false, "loopback is for authorizations"),
            ("https://user@example.com/", false, "a name that hides the host"),
            ("javascript:alert(1)", false, "a script"),
            ("file:///etc/passwd", false, "a file"),
            ("/etc/passwd", false, "no address"),
        ];
        for (address, opened, why) in cases {
            assert_eq!(https(address).is_ok(), opened, "{address}: {why}");
        }
    }
}
