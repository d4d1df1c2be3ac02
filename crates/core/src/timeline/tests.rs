use proptest::prelude::*;

use super::*;
use crate::model::{AccountId, Facts, Grant, Hosts, Name, ScopeSet, TokenType};

/// Hours after the account was added.
fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_123 + hours * 3_600_000)
}

fn account() -> Account {
    let id = AccountId { service: "google".parse::<Name>().unwrap(), account: "work".parse().unwrap() };
    Account::new(id, "Work".to_owned(), at(0))
}

fn with_grant(obtained: i64, ends: Option<i64>) -> Account {
    let grant = Grant {
        revision: 1,
        token_type: TokenType::Bearer,
        access_token_length: 1,
        is_jwt: false,
        authorized_at: at(obtained),
        obtained_at: at(obtained),
        expires_at: ends.map(at),
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
    Account { grant: Some(Box::new(grant)), ..account() }
}

fn event(hours: i64, kind: EventKind, ends: Option<i64>) -> Event {
    let AccountId { service, account } = account().id;
    Event {
        id: 0,
        at: at(hours),
        service: Some(service),
        account: Some(account),
        kind,
        text: String::new(),
        detail: None,
        facts: Facts::default().token_until(ends.map(at)),
    }
}

#[test]
fn spans_tell_how_an_account_was() {
    use EventKind::{Authorized, HandedOut, RefreshFailed, Refreshed, Revoked};
    let revoked = Account { standing: Standing::Revoked { at: at(40) }, ..account() };
    let previous =
        Event { facts: Facts::default().because(Facts::PREVIOUS_TOKEN), ..event(12, Revoked, None) };
    // Each from hour 10 to hour 50.
    let cases = [
        (account(), vec![], vec![(SpanState::NoToken, 10, 50)], "never authorized"),
        (with_grant(5, None), vec![], vec![(SpanState::Alive, 10, 50)], "no end is known"),
        (
            Account { standing: Standing::Ended { at: at(40) }, ..with_grant(5, None) },
            vec![],
            vec![(SpanState::Alive, 10, 40), (SpanState::Expired, 40, 50)],
            "found dead at a test",
        ),
        (
            with_grant(20, Some(30)),
            vec![],
            vec![(SpanState::NoToken, 10, 20), (SpanState::Alive, 20, 30), (SpanState::Expired, 30, 50)],
            "it ended",
        ),
        (
            with_grant(30, Some(60)),
            vec![
                event(5, Authorized, Some(20)),
                event(19, Refreshed, Some(31)),
                event(30, Refreshed, Some(60)),
            ],
            vec![(SpanState::Alive, 10, 50)],
            "refreshed in time, again and again",
        ),
        (
            with_grant(30, Some(60)),
            vec![
                event(5, Authorized, Some(20)),
                event(18, RefreshFailed, None),
                event(30, Refreshed, Some(60)),
            ],
            vec![
                (SpanState::Alive, 10, 18),
                (SpanState::Failing, 18, 20),
                (SpanState::Expired, 20, 30),
                (SpanState::Alive, 30, 50),
            ],
            "trouble, an end, and its end",
        ),
        (
            revoked,
            vec![event(5, Authorized, None), event(40, Revoked, None)],
            vec![(SpanState::Alive, 10, 40), (SpanState::NoToken, 40, 50)],
            "revoked",
        ),
        (
            with_grant(12, None),
            vec![event(5, Authorized, None), event(12, Refreshed, None), previous],
            vec![(SpanState::Alive, 10, 50)],
            "revoking the previous token ends nothing",
        ),
        (
            with_grant(30, None),
            vec![event(5, HandedOut, None), event(30, Refreshed, None)],
            vec![(SpanState::Unknown, 10, 30), (SpanState::Alive, 30, 50)],
            "what came before the refresh is forgotten",
        ),
    ];
    for (account, events, expected, why) in cases {
        let spans = timeline(&account, &events, at(10), at(50));
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(state, from, to)| Span { state, from: at(from), to: at(to) })
            .collect();
        assert_eq!(spans, expected, "{why}");
    }
}

#[test]
fn the_order_of_events_and_their_repetition_are_nothing() {
    let account = with_grant(30, Some(60));
    let events = [event(5, EventKind::Authorized, Some(20)), event(30, EventKind::Refreshed, Some(60))];
    let turned: Vec<_> = events.iter().rev().chain(&events).cloned().collect();

    assert_eq!(timeline(&account, &events, at(0), at(50)), timeline(&account, &turned, at(0), at(50)));
}

#[test]
fn a_life_is_the_time_with_a_good_token() {
    let account = with_grant(20, Some(30));

    assert_eq!(alive(&timeline(&account, &[], at(10), at(50))), Duration::from_secs(10 * 3600));
}

proptest! {
    #[test]
    fn spans_cover_the_window_without_overlap(
        lines in prop::collection::vec((-100_i64..200, 0_usize..12, prop::option::of(-100_i64..300)), 0..40),
        grant in prop::option::of((-100_i64..200, prop::option::of(-100_i64..300))),
        window in (-120_i64..220, -120_i64..220),
        revoked in prop::option::of(-100_i64..200),
    ) {
        let kinds = [
            EventKind::Service, EventKind::Authorization, EventKind::Authorized, EventKind::Refreshed,
            EventKind::RefreshFailed, EventKind::WorkingAgain, EventKind::HandedOut, EventKind::Revoked,
            EventKind::RevokeFailed, EventKind::Tested, EventKind::Reported, EventKind::Access,
        ];
        let events: Vec<_> = lines.into_iter().map(|(at, kind, ends)| event(at, kinds[kind], ends)).collect();
        let mut account = grant.map_or_else(account, |(at, ends)| with_grant(at, ends));
        if let Some(hours) = revoked {
            account.standing = Standing::Revoked { at: at(hours) };
        }
        let (from, to) = (at(window.0), at(window.1));

        let spans = timeline(&account, &events, from, to);

        prop_assert_eq!(spans.is_empty(), from >= to);
        if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
            prop_assert_eq!((first.from, last.to), (from, to));
        }
        for span in &spans {
            prop_assert!(span.from < span.to);
        }
        for pair in spans.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_ne!(pair[0].state, pair[1].state);
        }
        prop_assert!(alive(&spans) <= to.since(from));
    }
}
