//! Redirects that bring the code in another way, or more than the code.

use grantkeep_core::keeper::{Code, Outcome};
use grantkeep_core::model::{LoopbackHost, RedirectAddress, RedirectMethod};
use grantkeep_tests::{Bent, Page};

use super::failed;

const ISSUER: &str = "https://as.example";

// R-CB-10
#[tokio::test]
async fn the_answer_posted_as_a_form() {
    let bent = Bent::new(|draft, _| draft.habits.form_post = true).await;
    let (link, pending) = bent.link().await;
    let address = Bent::back(&link, "code", "");
    let form = address.query().unwrap_or_default().to_owned();
    let mut place = address.clone();
    place.set_query(None);

    assert!(link.query_pairs().any(|(name, value)| name == "response_mode" && value == "form_post"));
    let by_get = Page::try_open(&address).await.unwrap();
    assert_eq!(by_get.status, 405, "nothing but a form");
    let waiting = bent.keeper().wait(&bent.id, &pending);
    let (outcome, page) = tokio::join!(waiting, Page::post(&place, form));

    assert_eq!((outcome.unwrap(), page.status), (Outcome::Done, 200));
    assert_eq!(bent.access().await, "access-1");
}

// R-CB-07
#[tokio::test]
async fn another_issuer_in_the_answer() {
    let bent = Bent::new(|draft, _| draft.issuer = ISSUER.to_owned()).await;

    let (_, outcome) = bent.authorize_with("code", "&iss=https://evil.example").await;

    assert_eq!(failed(outcome).code, Code::WrongIssuer);
    assert!(bent.asked("/token").is_empty(), "the code goes nowhere");
    let (_, outcome) = bent.authorize_with("code", "&iss=https://as.example").await;
    assert_eq!(outcome, Outcome::Done);
}

// R-CB-07
#[tokio::test]
async fn no_issuer_in_the_answer() {
    let bent = Bent::new(|draft, _| {
        draft.issuer = ISSUER.to_owned();
        draft.habits.names_issuer = true;
    })
    .await;

    let (_, outcome) = bent.authorize_with("code", "").await;
    let problem = failed(outcome);
    assert_eq!(problem.code, Code::WrongIssuer, "its metadata says that it always names itself");
    let (_, outcome) = bent.authorize_with("ignored", "&error=access_denied").await;
    assert_eq!(failed(outcome).code, Code::WrongIssuer, "an error, too");
    assert!(bent.asked("/token").is_empty());

    let lenient = Bent::new(|draft, _| draft.issuer = ISSUER.to_owned()).await;
    assert_eq!(lenient.authorize().await, Outcome::Done, "most providers send none");
}

// R-CB-07
#[tokio::test]
async fn an_issuer_that_nobody_knew() {
    let bent = Bent::plain().await;

    let (_, outcome) = bent.authorize_with("code", "&iss=https://as.example").await;

    assert_eq!(outcome, Outcome::Done);
    assert!(bent.other().await.contains(ISSUER), "it is recorded");
}

#[tokio::test]
async fn more_than_the_code() {
    let bent = Bent::new(|draft, _| draft.habits.redirect_fields = "realmId".to_owned()).await;

    let (_, outcome) = bent.authorize_with("code", "&realmId=9130&session_state=x&session_state=y").await;

    assert_eq!(outcome, Outcome::Done, "unknown parameters are ignored, even twice");
    let kept = |bent: &Bent| bent.seen(&bent.id).account.grant.map(|grant| grant.other_fields);
    assert_eq!(kept(&bent).unwrap(), ["realmId"]);
    bent.keeper().refresh(&bent.id).await.unwrap();
    assert!(bent.other().await.contains("9130"), "a refresh does not bring it again, and it is kept");
    assert_eq!(kept(&bent).unwrap(), ["realmId"]);
}

#[tokio::test]
async fn something_stuck_to_the_code() {
    let bent = pasted().await;
    let (link, pending) = bent.link().await;
    let address = format!("{}#_=_", Bent::back(&link, "code", ""));

    bent.keeper().paste(&bent.id, RedirectAddress::new(address)).await.unwrap();

    assert_eq!(bent.keeper().wait(&bent.id, &pending).await.unwrap(), Outcome::Done);
    assert_eq!(bent.last("/token").form("code").as_deref(), Some("the-code"));
}

#[tokio::test]
async fn https_redirects_only() {
    let bent = pasted().await;
    let (link, pending) = bent.link().await;
    let address = Bent::back(&link, "code", "").to_string();

    bent.keeper().paste(&bent.id, RedirectAddress::new(address)).await.unwrap();

    assert_eq!(bent.keeper().wait(&bent.id, &pending).await.unwrap(), Outcome::Done);
    let sent = bent.last("/token").form("redirect_uri");
    assert_eq!(sent.as_deref(), Some("https://localhost/callback"), "as it was registered");
}

#[tokio::test]
async fn localhost_only() {
    let bent = Bent::new(|draft, _| draft.redirect_host = LoopbackHost::Localhost).await;

    assert_eq!(bent.authorize().await, Outcome::Done);

    let sent = bent.last("/token").form("redirect_uri").unwrap_or_default();
    assert!(sent.starts_with("http://localhost:"), "{sent}");
}

/// A service whose answer is pasted.
async fn pasted() -> Bent {
    Bent::new(|draft, _| {
        draft.redirect_method = RedirectMethod::Paste;
        draft.redirect_uri = "https://localhost/callback".to_owned();
    })
    .await
}
