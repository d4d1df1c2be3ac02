//! Ways in which the answer comes back, and links that are dead.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use grantkeep_core::keeper::{AuthorizeOptions, Code, Outcome};
use grantkeep_core::model::{LoopbackHost, RedirectAddress, RedirectMethod, TokenState};
use grantkeep_tests::{Bystander, Client, Page, Person, World, account, ended, minutes};
use url::Url;

use crate::problem;

// R-CB-09
#[tokio::test]
async fn an_expired_link_is_dead() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;

    world.clock.advance(minutes(5));
    let problem = problem(ended(&mut events, &id).await);

    assert_eq!(problem.code, Code::LinkExpired);
    assert!(Page::try_open(&address).await.is_none(), "the redirect reaches nobody");
    let pasted = world.keeper().paste(&id, RedirectAddress::new(address.as_str())).await.unwrap_err();
    assert_eq!(pasted.problem().code, Code::LinkExpired);
    assert_eq!(world.state(&id), TokenState::NotAuthorized);
    assert_eq!(world.provider.stats().await.token_requests(), 0);
}

#[tokio::test]
async fn a_link_lives_as_long_as_was_asked_but_half_a_minute_at_least() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    for (asked, lives) in [(1, 30), (45, 45)] {
        let timeout = Some(Duration::from_secs(asked));

        let options = AuthorizeOptions { timeout, ..AuthorizeOptions::default() };
        let started = world.keeper().authorize(&id, options).await.unwrap();

        let life = started.pending.expires_at.since(started.pending.started_at);
        assert_eq!(life, Duration::from_secs(lives));
    }
}

// R-CB-09
#[tokio::test]
async fn a_cancelled_link_is_dead() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;

    world.keeper().cancel(&id).await.unwrap();

    assert_eq!(ended(&mut events, &id).await, Outcome::Cancelled);
    assert!(Page::try_open(&address).await.is_none());
    assert_eq!(world.keeper().cancel(&id).await.unwrap_err().problem().code, Code::LinkExpired);
    assert!(world.keeper().link(&id).is_err(), "there is no link to open again");
}

// R-CB-04
#[tokio::test]
async fn a_link_is_good_once() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    Page::try_open(&address).await.expect("the listener answers");
    assert_eq!(ended(&mut events, &id).await, Outcome::Done);
    let token = world.token(&id).await.unwrap();

    assert!(Page::try_open(&address).await.is_none(), "the same answer again");
    let pasted = world.keeper().paste(&id, RedirectAddress::new(address.as_str())).await;
    let second = Person::named("bob").address(started.link.expose()).await;

    assert!(pasted.is_err());
    assert!(Page::try_open(&second).await.is_none(), "another answer to the same link");
    assert_eq!(world.token(&id).await.unwrap(), token);
    assert_eq!(world.provider.stats().await.exchanges(), 1);
}

#[tokio::test]
async fn a_new_link_ends_the_one_before_it() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let first = world.begin(&id).await;
    let address = Person::ada().address(first.link.expose()).await;

    let second = world.begin(&id).await;

    assert_ne!(first.pending.id, second.pending.id);
    assert!(Page::try_open(&address).await.is_none());
    assert_eq!(Person::ada().follow(second.link.expose()).await.status, 200);
}

#[tokio::test]
async fn two_authorizations_wait_at_once() {
    let world = World::new().await;
    let service = world.add(Client::Public).await;
    world.keeper().add_account(&service, "Work").await.unwrap();
    let (home, work) = (account("practice"), account("practice/work"));
    let (first, second) = (world.begin(&home).await, world.begin(&work).await);

    let page = Person::named("bob").follow(second.link.expose()).await;
    assert_eq!(page.status, 200);
    assert!(world.seen(&home).pending.is_some(), "the other one waits on");
    assert_eq!(Person::ada().follow(first.link.expose()).await.status, 200);

    let who = |id| world.seen(id).account.grant.unwrap().identity.unwrap().subject;
    assert_eq!((who(&home), who(&work)), ("ada".to_owned(), "bob".to_owned()));
}

// R-CB-05, R-CB-12
#[tokio::test]
async fn a_forged_or_broken_answer_is_refused_and_the_login_still_succeeds() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    let changed = |name: &str, value: &str| {
        let mut url = address.clone();
        let pairs: Vec<_> = address.query_pairs().into_owned().collect();
        url.query_pairs_mut().clear().extend_pairs(
            pairs
                .iter()
                .map(|(field, old)| (field.as_str(), if field == name { value } else { old.as_str() })),
        );
        url
    };
    let with = |more: &str| Url::parse(&format!("{address}&{more}")).unwrap();
    let forged = [
        (changed("state", "wrong"), "wrong state"),
        (changed("state", ""), "no state"),
        (with("code=another"), "two codes"),
        (with("state=another"), "two states"),
        (Url::parse(&format!("{}?error=access_denied", started.pending.redirect_uri)).unwrap(), "an error"),
    ];

    for (address, why) in forged {
        let page = Page::try_open(&address).await.expect("the listener answers");
        assert_eq!(page.status, 400, "{why}");
        assert!(world.seen(&id).pending.is_some(), "{why}: the listener keeps waiting");
    }
    assert_eq!(world.provider.stats().await.token_requests(), 0);
    let page = Page::try_open(&address).await.expect("the listener answers");

    assert_eq!(page.status, 200);
    assert_eq!(world.state(&id), TokenState::Active);
}

// R-CB-07
#[tokio::test]
async fn an_answer_of_another_issuer_is_not_exchanged() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let mut events = world.keeper().subscribe();
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    let issuer: String = url::form_urlencoded::byte_serialize(world.provider.issuer.as_bytes()).collect();
    assert!(address.as_str().contains(&issuer), "the provider names itself (RFC 9207)");

    let mixed_up = address.as_str().replace(&issuer, "https%3A%2F%2Fevil.example");
    let page = Page::try_open(&mixed_up.parse().unwrap()).await.expect("the listener answers");

    let problem = problem(ended(&mut events, &id).await);
    assert_eq!((problem.code, page.status), (Code::WrongIssuer, 400));
    assert_eq!(world.provider.stats().await.token_requests(), 0);
    assert_eq!(world.state(&id), TokenState::NotAuthorized);
}

// R-CB-08
#[tokio::test]
async fn a_busy_fixed_port_is_named_and_no_other_port_is_bound() {
    let world = World::new().await;
    let bystander = Bystander::listen();
    let mut draft = world.provider.draft(Client::Public);
    draft.redirect_method = RedirectMethod::LoopbackFixed;
    draft.redirect_port = bystander.port().to_string();
    draft.redirect_path = "/cb".to_owned();
    let id = account(world.add_draft(draft, Client::Public).await.as_str());

    let busy = world.keeper().authorize(&id, AuthorizeOptions::default()).await.err().unwrap().problem();
    assert_eq!(busy.code, Code::PortBusy);
    assert_eq!(busy.title, format!("Port {} is in use", bystander.port()));
    assert_eq!(world.seen(&id).pending, None);
    let redirect_uri = format!("http://127.0.0.1:{}/cb", bystander.port());
    drop(bystander);
    let started = world.begin(&id).await;

    assert_eq!(started.pending.redirect_uri, redirect_uri);
    assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200);
}

#[tokio::test]
async fn whoever_will_paste_needs_no_free_port() {
    let world = World::new().await;
    let bystander = Bystander::listen();
    let mut draft = world.provider.draft(Client::Public);
    draft.redirect_method = RedirectMethod::LoopbackFixed;
    draft.redirect_port = bystander.port().to_string();
    let id = account(world.add_draft(draft, Client::Public).await.as_str());

    let options = AuthorizeOptions { paste: true, ..AuthorizeOptions::default() };
    let started = world.keeper().authorize(&id, options).await.unwrap();
    assert!(started.pending.paste_only);
    let address = Person::ada().address(started.link.expose()).await;
    let outcome = world.keeper().paste(&id, RedirectAddress::new(address.as_str())).await.unwrap();

    assert_eq!(outcome, Outcome::Done);
    assert_eq!(bystander.connections(), 0);
}

#[tokio::test]
async fn each_loopback_host_works() {
    for (host, text) in [(LoopbackHost::Localhost, "localhost"), (LoopbackHost::Ipv6, "[::1]")] {
        if host == LoopbackHost::Ipv6 && TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0)).is_err() {
            continue;
        }
        let world = World::new().await;
        let draft =
            grantkeep_core::model::Draft { redirect_host: host, ..world.provider.draft(Client::Public) };
        let id = account(world.add_draft(draft, Client::Public).await.as_str());

        let started = world.begin(&id).await;

        assert!(started.pending.redirect_uri.starts_with(&format!("http://{text}:")), "{text}");
        assert_eq!(Person::ada().follow(started.link.expose()).await.status, 200, "{text}");
    }
}

#[tokio::test]
async fn a_pasted_address_authorizes() {
    let world = World::new().await;
    let mut draft = world.provider.draft(Client::Public);
    draft.redirect_method = RedirectMethod::Paste;
    draft.redirect_uri = "https://example.com/paste".to_owned();
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    let started = world.begin(&id).await;
    assert_eq!(started.pending.redirect_uri, "https://example.com/paste");
    let address = Person::ada().address(started.link.expose()).await;

    let paste = async |text: &str| world.keeper().paste(&id, RedirectAddress::new(text)).await;
    let wrong = paste("https://example.com/paste?state=x&code=y").await.unwrap_err().problem();
    assert_eq!(wrong.code, Code::WrongState);
    let wrong = paste("https://example.com/").await.unwrap_err().problem();
    assert_eq!(wrong.code, Code::NotAnAnswer);
    assert!(wrong.hint.contains("whole address"), "{wrong:?}");
    let outcome = paste(&format!("  {address}\n")).await.unwrap();

    assert_eq!(outcome, Outcome::Done);
    assert_eq!(world.state(&id), TokenState::Active);
}

#[tokio::test]
async fn an_address_of_the_loopback_method_can_be_pasted_too() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;

    let outcome = world.keeper().paste(&id, RedirectAddress::new(address.as_str())).await.unwrap();

    assert_eq!(outcome, Outcome::Done);
    assert!(Page::try_open(&address).await.is_none(), "the listener is closed");
}

// R-CB-16
#[tokio::test]
async fn the_custom_scheme_authorizes_and_unsolicited_calls_change_nothing() {
    let world = World::new().await;
    let mut draft = world.provider.draft(Client::Public);
    draft.redirect_method = RedirectMethod::Scheme;
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    let unsolicited = "io.github.grantkeep:/callback/practice?code=x&state=y";
    let early = world.keeper().redirected(RedirectAddress::new(unsolicited)).await.unwrap_err();
    assert_eq!(early.problem().code, Code::WrongState);
    let started = world.begin(&id).await;
    let address = Person::ada().address(started.link.expose()).await;
    assert_eq!(address.scheme(), "io.github.grantkeep");

    let forged = world.keeper().redirected(RedirectAddress::new(unsolicited)).await;
    assert!(forged.is_err());
    assert_eq!(world.seen(&id).pending, Some(started.pending));
    let (of, outcome) = world.keeper().redirected(RedirectAddress::new(address.as_str())).await.unwrap();

    assert_eq!((of, outcome), (id.clone(), Outcome::Done));
    let again = world.keeper().redirected(RedirectAddress::new(address.as_str())).await;
    assert!(again.is_err(), "good once");
    assert_eq!(world.provider.stats().await.exchanges(), 1);
}

// R-CB-09
#[tokio::test]
async fn the_port_is_free_again_as_soon_as_the_browser_has_its_page() {
    let world = World::new().await;
    let id = account(world.add(Client::Public).await.as_str());
    let started = world.begin(&id).await;
    let port = Url::parse(&started.pending.redirect_uri).unwrap().port().unwrap();
    assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err(), "taken before the browser opens");

    Person::ada().follow(started.link.expose()).await;

    assert!(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
}
