//! What the provider says of a token, and what is inside.

use std::net::TcpStream;

use grantkeep_core::keeper::Code;
use grantkeep_core::model::{AccountId, Draft, EventKind};

use grantkeep_tests::{Asked, Client, Person, Resource, World, account, reply};

/// An authorized account of a client, changed by `edit`.
async fn authorized(client: Client, edit: impl FnOnce(&World, &mut Draft)) -> (World, AccountId) {
    let world = World::new().await;
    let mut draft = world.provider.draft(client);
    edit(&world, &mut draft);
    let id = account(world.add_draft(draft, client).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    (world, id)
}

fn introspected(world: &World, draft: &mut Draft) {
    draft.introspection_uri.clone_from(&world.provider.introspection_uri);
}

// RFC 7662
#[tokio::test]
async fn introspection_says_what_a_token_can_do_and_when_it_is_over() {
    for client in [Client::Public, Client::Basic, Client::Post] {
        let (world, id) = authorized(client, introspected).await;

        let said = world.keeper().introspect(&id).await.unwrap();

        assert!(said.active, "{client:?}");
        assert_eq!(said.whose.as_deref(), Some("ada"), "{client:?}");
        assert!(said.scopes.unwrap().contains(&"notes.read".to_owned()), "{client:?}");
        let ends = world.seen(&id).account.grant.unwrap().expires_at.unwrap();
        let told = said.ends_at.unwrap();
        assert!((told.millis() - ends.millis()).abs() < 5_000, "{told:?} {ends:?}");
        let token = world.token(&id).await.unwrap();
        assert!(said.claims.iter().all(|claim| !claim.value.contains(&token)), "R-ST-13");

        world.provider.end_grant_of(&token).await;
        let said = world.keeper().introspect(&id).await.unwrap();

        assert!(!said.active && said.claims.is_empty(), "{client:?}");
        assert_eq!(world.provider.stats().await.introspection, 2, "{client:?}");
        let history = world.history(&id).await;
        let tested: Vec<_> = history.iter().filter(|event| event.kind == EventKind::Tested).collect();
        assert_eq!(tested[0].text, "Introspected: not active");
    }
}

#[tokio::test]
async fn introspection_that_says_nothing_is_told_in_words() {
    // RFC 9701 §5
    let signed = Resource::new(|_, _: &Asked, stream: &mut TcpStream| {
        let kind = ("content-type", "application/token-introspection+jwt");
        reply(stream, 200, &[kind], b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln");
    });
    let (world, id) =
        authorized(Client::Public, |_, draft| draft.introspection_uri = signed.url("/introspect")).await;

    let problem = world.keeper().introspect(&id).await.unwrap_err().problem();

    assert_eq!(problem.code, Code::BadAnswer);
    assert!(problem.provider_said.unwrap().contains("signed token (RFC 9701)"));

    let (world, id) = authorized(Client::Public, |_, _| {}).await;
    let problem = world.keeper().introspect(&id).await.unwrap_err().problem();
    assert_eq!(problem.code, Code::NoIntrospectionUri);
}

// R-ST-14
#[tokio::test]
async fn a_changed_introspection_host_gets_no_token() {
    let bystander = Resource::new(|_, _: &Asked, stream: &mut TcpStream| {
        reply(stream, 200, &[], b"{\"active\":true}");
    });
    let (world, id) = authorized(Client::Public, introspected).await;
    let draft =
        Draft { introspection_uri: bystander.url("/introspect"), ..Draft::from(&*world.seen(&id).service) };
    let keep = grantkeep_core::ports::SecretChange::Keep;
    world.keeper().edit_service(&id.service, draft, keep).await.unwrap();

    let problem = world.keeper().introspect(&id).await.unwrap_err().problem();

    assert_eq!(problem.code, Code::HostsToConfirm);
    assert!(bystander.asked().is_empty());
    world.keeper().confirm_hosts(&id.service, None).await.unwrap();
    assert!(world.keeper().introspect(&id).await.unwrap().active);
}

// R-TK-17
#[tokio::test]
async fn the_claims_of_an_id_token_are_facts_once_its_signature_was_checked() {
    let (world, id) = authorized(Client::Public, |_, _| {}).await;

    let found = world.keeper().inspect(&id).await.unwrap();

    assert!(found.access.is_none(), "it is opaque");
    let token = found.id.unwrap();
    assert_eq!(token.signature.unwrap().algorithm, "ES256");
    let claim = |name: &str| token.inside.claims.iter().find(|claim| claim.name == name).unwrap();
    assert_eq!((claim("sub").value.as_str(), claim("sub").meaning), ("ada", Some("Whose it is")));
    assert_eq!(claim("exp").at, token.inside.ends_at);
    assert_eq!(claim("iss").value, world.provider.issuer);
    assert_eq!(found.keys_uri.unwrap(), format!("{}/jwks", world.provider.issuer));
}

#[tokio::test]
async fn claims_are_unverified_where_nobody_vouches_for_them() {
    let (world, id) = authorized(Client::Public, |_, draft| draft.issuer.clear()).await;

    let found = world.keeper().inspect(&id).await.unwrap();

    let token = found.id.unwrap();
    assert_eq!(token.signature.unwrap_err(), "The service names no issuer whose keys could be asked for.");
    assert!(!token.inside.claims.is_empty(), "they are shown all the same");
}

#[tokio::test]
async fn keys_are_asked_for_once_and_only_the_issuers_count() {
    let keys = |origin: String| {
        format!(
            "{{\"issuer\":\"{origin}\",\"authorization_endpoint\":\"{origin}/a\",\"token_endpoint\":\"{origin}/t\",\
             \"jwks_uri\":\"{origin}/keys\"}}"
        )
    };
    let other = Resource::new(move |_, asked: &Asked, stream: &mut TcpStream| {
        let origin = format!("http://{}", asked.header("host").unwrap_or_default());
        let kept = ("cache-control", "max-age=600");
        let body = if asked.target == "/keys" { "{\"keys\":[]}".to_owned() } else { keys(origin) };
        reply(stream, 200, &[kept], body.as_bytes());
    });
    let (world, id) = authorized(Client::Public, |_, _| {}).await;
    let draft = Draft { issuer: other.origin(), ..Draft::from(&*world.seen(&id).service) };
    let keep = grantkeep_core::ports::SecretChange::Keep;
    world.keeper().edit_service(&id.service, draft, keep).await.unwrap();

    for _ in 0..3 {
        let found = world.keeper().inspect(&id).await.unwrap();
        let why = found.id.unwrap().signature.unwrap_err();
        assert!(why.contains(&world.provider.issuer) && why.contains(&other.origin()), "{why}");
    }

    let asked = other.asked();
    assert_eq!(asked.iter().filter(|asked| asked.target == "/keys").count(), 1, "{asked:?}");
    assert!(asked.iter().all(|asked| asked.header("authorization").is_none()), "no token travels there");
}
