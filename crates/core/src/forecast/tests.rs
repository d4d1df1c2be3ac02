use super::*;
use crate::model::{Catalog, GrantLife, Hosts, ScopeSet, TokenType};
use crate::wire::example;

/// Days after the authorization.
fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_123 + days * 86_400_000)
}

fn account() -> Account {
    let id = AccountId { service: "example".parse().unwrap(), account: "work".parse().unwrap() };
    let grant = Grant {
        revision: 1,
        token_type: TokenType::Bearer,
        access_token_length: 1,
        is_jwt: false,
        authorized_at: at(0),
        obtained_at: at(0),
        expires_at: Some(at(1)),
        asked: ScopeSet::default(),
        granted: ScopeSet::default(),
        has_refresh_token: true,
        has_id_token: false,
        hosts: Hosts::default(),
        other_fields: Vec::new(),
        api_host: None,
        oddities: Vec::new(),
        identity: None,
        last_refresh_at: None,
        last_used_at: None,
        refresh_token_ends_at: None,
        last_tested_at: None,
    };
    Account { grant: Some(Box::new(grant)), ..Account::new(id, "Work".to_owned(), at(0)) }
}

fn with(change: impl FnOnce(&mut Account, &mut Grant)) -> Account {
    let mut account = account();
    let mut grant = account.grant.take().unwrap();
    change(&mut account, &mut grant);
    Account { grant: Some(grant), ..account }
}

fn provider(rotation: Rotation, idle: Option<u32>, life: Option<u32>) -> Provider {
    let google = Catalog::builtin().provider("google").unwrap();
    Provider {
        title: "Acme".to_owned(),
        rotation,
        refresh_idle_days: idle,
        refresh_life_days: life,
        ..(**google).clone()
    }
}

#[test]
fn an_account_has_a_date_where_the_person_will_be_needed() {
    use Known::{Documented, Learned, Said, Told};
    use Rotation::{Grace, Rotates, Same};
    let soon = Some(at(1));
    let no_refresh = || with(|_, grant| grant.has_refresh_token = false);
    let told = |days| with(move |_, grant| grant.refresh_token_ends_at = Some(at(days)));
    let refreshed = |days| with(move |_, grant| grant.last_refresh_at = Some(at(days)));
    let life = |days, learned| with(move |account, _| account.grant_life = Some(GrantLife { days, learned }));
    let ended = with(|account, _| account.standing = Standing::Ended { at: at(0) });
    let refused = with(|account, _| account.standing = Standing::ClientRefused { at: at(0) });
    let cases = [
        (account(), None, soon, None, "it renews itself"),
        (no_refresh(), None, None, Some((1, Told)), "no refresh token"),
        (
            with(|_, g| (g.has_refresh_token, g.expires_at) = (false, None)),
            None,
            None,
            None,
            "a token without end",
        ),
        (
            told(7),
            Some(provider(Same, None, None)),
            soon,
            Some((7, Told)),
            "Google in testing: refreshing keeps the end",
        ),
        (told(7), Some(provider(Rotates, None, None)), soon, None, "the next refresh brings another one"),
        (told(7), None, None, Some((7, Told)), "nothing refreshes it"),
        (account(), Some(provider(Same, Some(180), None)), soon, None, "used before it dies of idleness"),
        (account(), Some(provider(Same, Some(180), None)), None, Some((180, Documented)), "nobody uses it"),
        (
            refreshed(30),
            Some(provider(Same, Some(180), None)),
            None,
            Some((210, Documented)),
            "from its last use",
        ),
        (account(), Some(provider(Same, Some(2), None)), Some(at(5)), Some((2, Documented)), "used too late"),
        (account(), Some(provider(Same, None, Some(365))), soon, Some((365, Documented)), "whatever happens"),
        (
            refreshed(30),
            Some(provider(Grace, Some(100), Some(1825))),
            Some(at(31)),
            Some((1825, Documented)),
            "QuickBooks",
        ),
        (
            refreshed(30),
            Some(provider(Rotates, None, Some(90))),
            Some(at(31)),
            None,
            "each refresh token has its own life",
        ),
        (
            refreshed(30),
            Some(provider(Rotates, None, Some(90))),
            None,
            Some((120, Documented)),
            "the last one's",
        ),
        (life(7, false), Some(provider(Same, Some(180), None)), soon, Some((7, Said)), "the person knows"),
        (
            life(7, true),
            Some(provider(Same, Some(180), None)),
            soon,
            Some((7, Learned)),
            "the one before showed it",
        ),
        (
            life(7, true),
            Some(provider(Same, Some(7), None)),
            None,
            Some((7, Learned)),
            "the surer of two at once",
        ),
        (ended, Some(provider(Same, None, Some(365))), None, None, "needs the person by now"),
        (
            refused,
            Some(provider(Same, Some(180), None)),
            None,
            Some((180, Documented)),
            "the grant is kept, and ages",
        ),
        (Account { grant: None, ..account() }, None, None, None, "not authorized"),
    ];
    for (account, provider, refreshes_at, expected, why) in cases {
        let found = of_account(&account, &example::service(), provider.as_ref(), refreshes_at, at(0));
        let expected = expected.map(|(days, known)| (at(days), known));
        assert_eq!(found.as_ref().map(|ahead| (ahead.at, ahead.known)), expected, "{why}");
    }
}

#[test]
fn what_has_passed_is_no_date_ahead() {
    let account = account();
    let provider = provider(Rotation::Same, None, Some(365));
    let next =
        |now| of_account(&account, &example::service(), Some(&provider), None, now).map(|ahead| ahead.at);

    assert_eq!(next(at(364)), Some(at(365)));
    assert_eq!(next(at(365)), None, "it still works: the catalog was wrong");
}

#[test]
fn a_date_says_in_a_sentence_what_ends_and_why() {
    let text = |account: &Account, provider: Option<&Provider>| {
        of_account(account, &example::service(), provider, None, at(0)).map(|ahead| ahead.text).unwrap()
    };
    let no_refresh = with(|_, grant| grant.has_refresh_token = false);
    let learned = with(|account, _| account.grant_life = Some(GrantLife { days: 7, learned: true }));
    let acme = provider(Rotation::Same, None, None);

    assert_eq!(text(&no_refresh, None), "The access token ends, and no refresh token came with it");
    assert_eq!(
        text(&learned, Some(&acme)),
        "The grant before ended after 7 days, as they do while the client is in testing at Acme"
    );
    let idle = provider(Rotation::Same, Some(1), None);
    assert_eq!(text(&account(), Some(&idle)), "The refresh token ends after 1 day without use");
}

#[test]
fn a_client_secret_has_a_date_that_stays_until_there_is_another() {
    let mut service = example::service();
    assert_eq!(of_service(&service, at(0)), None, "no end is known");

    service.client_secret_expires_at = Some(at(10));
    let said = of_service(&service, at(0)).unwrap();
    service.client_configuration = Some(Box::new(example::url("https://auth.example.com/client/1")));
    let told = of_service(&service, at(11)).unwrap();
    service.has_client_secret = false;

    assert_eq!((said.at, said.known, said.account), (at(10), Known::Said, None));
    assert_eq!((told.known, told.text.as_str()), (Known::Told, "The client secret has expired"));
    assert_eq!(of_service(&service, at(0)), None, "there is none");
}

#[test]
fn one_is_reminded_30_7_and_1_days_ahead() {
    let cases = [
        (31, None, "not yet"),
        (30, Some(30), "the first time"),
        (8, Some(30), "still the first"),
        (7, Some(7), "the second"),
        (1, Some(1), "the last"),
        (-5, Some(1), "over"),
    ];
    for (days_left, due, why) in cases {
        assert_eq!(reminder(at(100), at(100 - days_left)), due, "{why}");
    }
}

#[test]
fn a_client_in_testing_is_known_by_how_a_grant_ended() {
    let google = Catalog::builtin().provider("google").unwrap();
    let podio = Catalog::builtin().provider("podio").unwrap();
    let cases = [
        (Some(6), 7, Some(7), "it worked until then"),
        (None, 7, Some(7), "never refreshed: still it ended then"),
        (Some(6), 8, Some(7), "learned a day late, after a sleep"),
        (Some(6), 9, None, "too late to say"),
        (Some(3), 4, None, "it ended earlier"),
        (Some(8), 8, None, "it worked longer"),
    ];
    for (refreshed, ended, life, why) in cases {
        let account = with(|_, grant| grant.last_refresh_at = refreshed.map(at));
        let grant = account.grant.unwrap();
        assert_eq!(learned_life(&grant, google, at(ended)), life, "{why}");
        assert_eq!(learned_life(&grant, podio, at(ended)), None, "no such mode");
    }
}
