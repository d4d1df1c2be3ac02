//! Locking: nothing is handed out until the person unlocks, and nothing is lost.

use grantkeep_api::requests::HistoryQuery;
use grantkeep_api::views::{AuthorizationOutcome, Code, TokenState, VaultState};
use grantkeep_tests::{Page, Person};

use super::Scene;

#[tokio::test]
async fn a_locked_vault_keeps_everything_and_gives_nothing() {
    let scene = Scene::new().await;
    let client = scene.agent.client();
    let token = scene.agent.token(&scene.id).unwrap();
    let (link, pending) = scene.agent.begin(&scene.id);

    client.lock().unwrap();

    assert_eq!(client.agent().unwrap().vault, VaultState::NeedsPassphrase);
    assert_eq!(scene.agent.token(&scene.id).unwrap_err().code, Code::VaultLocked);
    assert_eq!(client.refresh(&scene.id).unwrap_err().code, Code::VaultLocked);
    assert_eq!(client.history(&HistoryQuery::newest(10)).unwrap_err().code, Code::VaultLocked);
    assert_eq!(scene.agent.account(&scene.id).token_state, TokenState::Active, "status is still shown");
    client.lock().unwrap();
    // The passphrase file opens it again, because the person asks for a look at it.
    client.retry_vault().unwrap();
    assert_eq!(client.agent().unwrap().vault, VaultState::Open);
    assert_eq!(scene.agent.token(&scene.id).unwrap(), token);
    client.refresh(&scene.id).unwrap();
    let page = Page::try_open(&Person::ada().address(&link).await).await.unwrap();
    assert_eq!(page.status, 200, "the authorization went on: {}", page.body);
    let outcome = client.outcome(&scene.id, &pending);
    assert!(matches!(outcome, Ok(AuthorizationOutcome::Done) | Err(_)), "{outcome:?}");
}
