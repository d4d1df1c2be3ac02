use std::time::Duration;

use super::*;
use crate::model::{
    AccountId, Basis, Draft, Failure, FailureKind, Grant, Identity, IdentitySource, Name, Parameter,
    ScopeSet, TokenType, Trouble,
};

type Edit = fn(&mut Account, &mut Service);

#[test]
fn the_headline_is_the_first_that_holds() {
    let waiting = Running { waiting_since: Some(NOW), ..Running::default() };
    let refreshing = Running { refreshing: true, ..Running::default() };
    let revoking = Running { revoking: true, ..Running::default() };
    let idle = Running::default();
    let cases: [(Edit, Running, TokenState, Headline, Group, &str); 16] = [
        (
            |a, _| a.grant = None,
            idle,
            TokenState::NotAuthorized,
            Headline::NotAuthorized,
            Group::Other,
            "never had a token",
        ),
        (|_, _| {}, idle, TokenState::Active, Headline::Active, Group::Active, "good"),
        (
            |a, _| life(a, None),
            idle,
            TokenState::UnknownLife,
            Headline::UnknownLife,
            Group::Active,
            "no expiry",
        ),
        (
            |a, _| life(a, Some(NOW)),
            idle,
            TokenState::Expired,
            Headline::Expired,
            Group::NeedsAttention,
            "over to the millisecond",
        ),
        (
            |a, _| {
                life(a, Some(NOW));
                no_refresh(a)
            },
            refreshing,
            TokenState::Expired,
            Headline::Expired,
            Group::NeedsAttention,
            "nothing refreshes it",
        ),
        (
            |a, _| life(a, Some(NOW)),
            refreshing,
            TokenState::Expired,
            Headline::Refreshing,
            Group::Active,
            "being refreshed",
        ),
        (
            |a, _| a.standing = Standing::Ended { at: NOW },
            idle,
            TokenState::Reauthorize,
            Headline::Reauthorize,
            Group::NeedsAttention,
            "invalid_grant",
        ),
        (
            |a, _| a.standing = Standing::ClientRefused { at: NOW },
            idle,
            TokenState::CheckSettings,
            Headline::CheckSettings,
            Group::NeedsAttention,
            "invalid_client",
        ),
        (
            |a, _| {
                a.grant = None;
                a.standing = Standing::ClientRefused { at: NOW }
            },
            idle,
            TokenState::CheckSettings,
            Headline::CheckSettings,
            Group::NeedsAttention,
            "refused at the first exchange",
        ),
        (
            |_, s| s.endpoints.token = "https://other.example/t".parse().unwrap(),
            idle,
            TokenState::CheckSettings,
            Headline::CheckSettings,
            Group::NeedsAttention,
            "a changed host",
        ),
        (
            |a, _| a.standing = Standing::Revoked { at: NOW },
            idle,
            TokenState::Revoked,
            Headline::Revoked,
            Group::Other,
            "taken back",
        ),
        (
            |a, _| scopes(a),
            refreshing,
            TokenState::Active,
            Headline::ScopesMissing,
            Group::NeedsAttention,
            "before refreshing",
        ),
        (
            |a, _| {
                scopes(a);
                a.scopes_accepted = true
            },
            idle,
            TokenState::Active,
            Headline::Active,
            Group::Active,
            "accepted",
        ),
        (
            |a, _| retrying(a),
            idle,
            TokenState::Active,
            Headline::Retrying,
            Group::Active,
            "a passing failure, token good",
        ),
        (
            |a, _| {
                retrying(a);
                life(a, Some(NOW))
            },
            idle,
            TokenState::Expired,
            Headline::Retrying,
            Group::NeedsAttention,
            "the token is over",
        ),
        (
            |a, _| a.standing = Standing::Ended { at: NOW },
            waiting,
            TokenState::Reauthorize,
            Headline::Waiting,
            Group::NeedsAttention,
            "waiting is first",
        ),
    ];
    for (edit, running, token_state, headline, group, why) in cases {
        let (mut account, mut service) = fixture();
        edit(&mut account, &mut service);

        let status = status(&account, &service, running, NOW);

        assert_eq!(
            (status.token_state, status.headline, status.group),
            (token_state, headline, group),
            "{why}"
        );
    }
    let (account, service) = fixture();
    assert_eq!(status(&account, &service, revoking, NOW).headline, Headline::Revoking);
}

#[test]
fn what_is_possible_follows_the_token_state_alone() {
    let cases: [(Edit, [bool; 4], &str); 7] = [
        (|_, _| {}, [true, true, true, true], "good"),
        (
            |a, _| a.standing = Standing::Ended { at: NOW },
            [true, true, true, true],
            "a living token is copied in Reauthorize, too",
        ),
        (
            |a, _| {
                a.standing = Standing::Ended { at: NOW };
                life(a, Some(NOW))
            },
            [false, true, true, false],
            "refresh tries once",
        ),
        (|a, _| a.standing = Standing::Revoked { at: NOW }, [false; 4], "nothing left"),
        (|a, _| no_refresh(a), [true, false, true, true], "no refresh token"),
        (
            |_, s| s.endpoints.token = "https://other.example/t".parse().unwrap(),
            [true, false, false, true],
            "nothing is sent to a changed host",
        ),
        (
            |_, s| s.endpoints.test = Some("https://other.example/me".parse().unwrap()),
            [true, true, true, false],
            "a changed Test URI suspends testing only",
        ),
    ];
    for (edit, expected, why) in cases {
        let (mut account, mut service) = fixture();
        edit(&mut account, &mut service);
        retrying(&mut account);

        let possible = status(&account, &service, Running::default(), NOW).possible;

        assert_eq!([possible.copy, possible.refresh, possible.revoke, possible.test], expected, "{why}");
    }
}

#[test]
fn notes_say_what_is_worth_knowing() {
    let (mut account, mut service) = fixture();
    scopes(&mut account);
    no_refresh(&mut account);
    let mut candidate = account.grant.clone().unwrap();
    candidate.identity = Some(Identity {
        subject: "2".into(),
        name: None,
        email: Some("sam@example.com".into()),
        source: IdentitySource::Issuer,
    });
    account.candidate = Some(candidate);
    service.provider = Some("google".into());

    let notes = status(&account, &service, Running::default(), NOW).notes;

    assert!(notes.contains(&Note::ScopesMissing { missing: vec!["b".into()], accepted: false }));
    assert!(
        notes
            .iter()
            .any(|n| matches!(n, Note::NoRefreshToken { hint } if hint.contains("access_type=offline")))
    );
    assert!(notes.iter().any(|n| matches!(n, Note::SomebodyElse { came, .. } if came == "sam@example.com")));
}

fn fixture() -> (Account, Service) {
    let draft = Draft {
        title: "Acme".into(),
        client_id: "id".into(),
        authorize_uri: "https://a.example/authorize".into(),
        token_uri: "https://a.example/token".into(),
        test_uri: "https://a.example/me".into(),
        scopes: "a b".into(),
        revocation: crate::model::RevocationDraft::Rfc7009 { url: "https://a.example/revoke".into() },
        authorize_parameters: vec![Parameter { name: "access_type".into(), value: "offline".into() }],
        ..Draft::default()
    };
    let name: Name = "acme".parse().unwrap();
    let basis = Basis { existing: None, name: name.clone(), bound: false, has_client_secret: true, now: NOW };
    let service = draft.into_service(basis).unwrap();
    let mut account =
        Account::new(AccountId { service: name, account: Name::default_account() }, "default".into(), NOW);
    account.grant = Some(Box::new(Grant {
        revision: 1,
        token_type: TokenType::Bearer,
        access_token_length: 40,
        is_jwt: false,
        authorized_at: NOW,
        obtained_at: NOW,
        expires_at: Some(NOW + Duration::from_secs(3600)),
        asked: ScopeSet::parse("a b").unwrap(),
        granted: ScopeSet::parse("a b").unwrap(),
        has_refresh_token: true,
        has_id_token: false,
        hosts: service.hosts(),
        other_fields: Vec::new(),
        api_host: None,
        oddities: Vec::new(),
        identity: None,
        last_refresh_at: None,
        last_used_at: None,
        refresh_token_ends_at: None,
        last_tested_at: None,
    }));
    (account, service)
}

fn life(account: &mut Account, end: Option<Timestamp>) {
    account.grant.as_mut().unwrap().expires_at = end;
}

fn no_refresh(account: &mut Account) {
    account.grant.as_mut().unwrap().has_refresh_token = false;
}

fn scopes(account: &mut Account) {
    account.grant.as_mut().unwrap().granted = ScopeSet::parse("a").unwrap();
}

fn retrying(account: &mut Account) {
    let failure = Failure::of(FailureKind::Busy);
    account.trouble = Some(Trouble { since: NOW, tries: 1, next_try_at: Some(NOW), failure });
}

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
