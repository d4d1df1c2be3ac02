use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::{Failure, FailureKind, Grant, Intent, ScopeSet, TokenType, Trouble};
use crate::wire::example;

const START: Timestamp = Timestamp::from_millis(1_700_000_000_123);

fn at(second: u64) -> Timestamp {
    START + Duration::from_secs(second)
}

fn id(service: u8, account: u8) -> AccountId {
    format!("s{service}/a{account}").parse().unwrap()
}

fn service(number: u8) -> Arc<Service> {
    let mut service = example::service();
    service.name = format!("s{number}").parse().unwrap();
    service.endpoints.test = Some(service.endpoints.token.clone());
    Arc::new(service)
}

fn account(id: AccountId, end: Option<Timestamp>, has_refresh_token: bool) -> Account {
    let service = example::service();
    let mut account = Account::new(id, "default".to_owned(), START);
    account.grant = Some(Box::new(Grant {
        revision: 1,
        token_type: TokenType::Bearer,
        access_token_length: 1,
        is_jwt: false,
        authorized_at: START,
        obtained_at: START,
        expires_at: end,
        asked: ScopeSet::default(),
        granted: ScopeSet::default(),
        has_refresh_token,
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
    account
}

#[derive(Debug, Clone)]
enum Act {
    Put(u8, u8, Option<u64>, bool),
    Remove(u8, u8),
    RemoveService(u8),
    Fly(u8, u8),
    Land(u8, u8, Option<u64>),
    EditHosts(u8),
    Intend(u8, u8),
    Pass(u64),
    SetBack(u64),
    SetPace(u64, Option<u64>),
}

fn act() -> impl Strategy<Value = Act> {
    let (service, account) = (0..3_u8, 0..3_u8);
    let second = 0..4000_u64;
    prop_oneof![
        4 => (service.clone(), account.clone(), proptest::option::of(second.clone()), any::<bool>())
            .prop_map(|(s, a, end, refresh)| Act::Put(s, a, end, refresh)),
        1 => (service.clone(), account.clone()).prop_map(|(s, a)| Act::Remove(s, a)),
        1 => service.clone().prop_map(Act::RemoveService),
        2 => (service.clone(), account.clone()).prop_map(|(s, a)| Act::Fly(s, a)),
        2 => (service.clone(), account.clone(), proptest::option::of(second.clone()))
            .prop_map(|(s, a, again)| Act::Land(s, a, again)),
        1 => service.clone().prop_map(Act::EditHosts),
        1 => (service, account).prop_map(|(s, a)| Act::Intend(s, a)),
        3 => (0..900_u64).prop_map(Act::Pass),
        1 => (0..900_u64).prop_map(Act::SetBack),
        1 => (10..900_u64, proptest::option::of(300..900_u64)).prop_map(|(lead, test)| Act::SetPace(lead, test)),
    ]
}

/// The agenda, found by looking at every account.
fn by_looking(book: &Book) -> BTreeSet<(Timestamp, AccountId)> {
    let next = |entry: &Entry| {
        let service = book.service(&entry.account.id.service)?;
        Some((entry.next(book.pace, service)?, entry.account.id.clone()))
    };
    book.entries().filter_map(next).collect()
}

proptest! {
    #[test]
    fn the_agenda_is_what_looking_at_every_account_finds(acts in proptest::collection::vec(act(), 1..60)) {
        let mut book = Book::default();
        let mut now = START;
        let mut flights = Vec::new();
        for act in acts {
            match act {
                Act::Put(s, a, end, refresh) => {
                    if book.service(&id(s, a).service).is_none() {
                        book.put_service(service(s));
                    }
                    book.add(account(id(s, a), end.map(at), refresh));
                }
                Act::Remove(s, a) => book.remove(&id(s, a)),
                Act::RemoveService(s) => book.remove_service(&id(s, 0).service),
                Act::Fly(s, a) => {
                    let (sender, receiver) = tokio::sync::watch::channel(None);
                    flights.push(sender);
                    book.change(&id(s, a), |entry| entry.flight = Some(receiver));
                }
                Act::Land(s, a, again) => {
                    book.change(&id(s, a), |entry| {
                        entry.flight = None;
                        entry.account.trouble = again.map(|second| Trouble {
                            since: START,
                            tries: 1,
                            next_try_at: Some(at(second)),
                            failure: Failure::of(FailureKind::Busy),
                        });
                    });
                }
                Act::EditHosts(s) => {
                    let mut edited = (*service(s)).clone();
                    edited.confirmed_hosts = crate::model::Hosts::default();
                    book.put_service(Arc::new(edited));
                }
                Act::Intend(s, a) => {
                    book.change(&id(s, a), |entry| {
                        entry.account.intent = Some(Intent { at: START, grant_revision: 1 });
                    });
                }
                Act::Pass(seconds) => {
                    now = now + Duration::from_secs(seconds);
                    let due = book.due(now);
                    for id in &due.ended {
                        let over = book.entry(id).and_then(|entry| end(&entry.account));
                        prop_assert!(over.is_some_and(|end| end <= now), "{id}");
                    }
                    for id in &due.refreshes {
                        let entry = book.entry(id).unwrap();
                        prop_assert!(entry.flight.is_none(), "one flight an account");
                        let (sender, receiver) = tokio::sync::watch::channel(None);
                        flights.push(sender);
                        book.change(id, |entry| entry.flight = Some(receiver));
                    }
                    for id in &due.tests {
                        book.change(id, |entry| entry.account.grant.as_mut().unwrap().last_tested_at = Some(now));
                    }
                    prop_assert!(book.next().is_none_or(|next| next > now), "nothing that is due stays");
                }
                Act::SetPace(lead, test) => book.set_pace(Pace {
                    least_lead: Duration::from_secs(lead),
                    test_every: test.map(Duration::from_secs),
                }),
                Act::SetBack(seconds) => {
                    now = now - Duration::from_secs(seconds);
                    book.set_back(now);
                }
            }
            prop_assert_eq!(&book.agenda, &by_looking(&book));
        }
    }
}

#[test]
fn an_end_is_told_once_and_again_after_the_clock_was_set_back() {
    let mut book = Book::default();
    book.put_service(service(0));
    book.add(account(id(0, 0), Some(at(60)), false));
    let ended = |book: &mut Book, second| book.due(at(second)).ended.len();

    assert_eq!(ended(&mut book, 59), 0);
    assert_eq!(ended(&mut book, 60), 1, "over to the millisecond");
    assert_eq!(ended(&mut book, 61), 0, "once");
    assert_eq!(book.set_back(at(30)), [id(0, 0)]);
    assert_eq!(ended(&mut book, 59), 0);
    assert_eq!(ended(&mut book, 60), 1);
}

#[test]
fn what_ended_before_the_start_is_not_told() {
    let accounts = vec![account(id(0, 0), Some(at(60)), false), account(id(7, 0), Some(at(60)), false)];

    let mut book = Book::of(vec![(*service(0)).clone()], accounts, at(60));

    assert!(book.due(at(61)).ended.is_empty());
    assert_eq!(book.entries().count(), 1, "an account without a service is left out");
}

#[test]
fn the_most_urgent_refresh_comes_first() {
    let mut book = Book::default();
    book.put_service(service(0));
    for (number, end) in [(0, 3000), (1, 1000), (2, 2000)] {
        book.add(account(id(0, number), Some(at(end)), true));
    }

    let due = book.due(at(4000));

    assert_eq!(due.refreshes, [id(0, 1), id(0, 2), id(0, 0)]);
}
