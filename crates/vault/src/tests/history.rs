//! The history: filtered, in pages, and forgotten in small steps.

use grantkeep_core::model::{HistoryPage, Retention};

use super::*;

#[test]
fn the_newest_lines_of_each_account_are_kept() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let kept = Retention::default().lines;
    let many = |account| (0..kept + 5).map(|n| event("google", account, &n.to_string())).collect();

    wait(vault.log(vec![event("google", Some("home"), "kept")])).unwrap();
    wait(vault.log(many(Some("work")))).unwrap();
    wait(vault.log(many(None))).unwrap();

    let all = history(&vault, None, u32::MAX).unwrap();
    assert_eq!(all.len() as u32, 2 * kept + 1);
    assert_eq!(all.last().unwrap().text, "kept", "another account's history is untouched");
    assert_eq!(all[0].text, (kept + 4).to_string(), "the newest stay");
}

#[test]
fn fewer_lines_are_reached_in_small_steps_from_the_oldest() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    wait(vault.log((0..200).map(|n| event("google", Some("work"), &n.to_string())).collect())).unwrap();

    vault.keep_lines(20);
    wait(vault.log(vec![event("google", Some("work"), "one more")])).unwrap();

    let left = history(&vault, None, u32::MAX).unwrap();
    assert_eq!(left.len(), 151, "50 with each line that is added");
    assert_eq!(left.last().unwrap().text, "50", "the oldest go first");
    wait(vault.log((0..10).map(|n| event("google", Some("work"), &n.to_string())).collect())).unwrap();
    assert_eq!(history(&vault, None, u32::MAX).unwrap().len(), 20);
}

#[test]
fn old_lines_are_forgotten_some_hundred_at_a_time() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let old = |n: i64| Event { at: at(n), ..event("google", Some("work"), "old") };
    wait(vault.log((0..700).map(old).collect())).unwrap();
    wait(vault.log(vec![old(5_000)])).unwrap();

    assert_eq!(wait(vault.forget_history(at(1_000))), Ok(true), "there may be more");
    assert_eq!(history(&vault, None, u32::MAX).unwrap().len(), 201);
    assert_eq!(wait(vault.forget_history(at(1_000))), Ok(false));

    assert_eq!(history(&vault, None, u32::MAX).unwrap().len(), 1);
    assert_eq!(wait(vault.forget_history(at(1_000))), Ok(false), "nothing is old any more");
}

#[test]
fn a_history_is_filtered() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let of = |kind, n, service: &str, account, text: &str| Event {
        at: at(n),
        kind,
        ..event(service, account, text)
    };
    let lines = vec![
        of(EventKind::Refreshed, 10, "google", Some("work"), "Refreshed"),
        of(EventKind::RefreshFailed, 20, "google", Some("home"), "Refresh failed: 100% of it"),
        of(EventKind::Service, 30, "google", None, "Service edited"),
        of(EventKind::Access, 40, "podio", Some("work"), "git may"),
        Event { service: None, ..of(EventKind::Access, 50, "x", None, "git may manage") },
    ];
    wait(vault.log(lines)).unwrap();
    let any = HistoryQuery::newest(HistoryOf::All, 100);
    let kinds = |kinds: &[EventKind]| HistoryQuery { kinds: kinds.to_vec(), ..any.clone() };
    let text = |text: &str| HistoryQuery { text: Some(text.to_owned()), ..any.clone() };
    let cases = [
        (any.clone(), vec![5, 4, 3, 2, 1], "all"),
        (
            HistoryQuery::newest(HistoryOf::Service(name("google")), 100),
            vec![3, 2, 1],
            "a service, its accounts",
        ),
        (
            HistoryQuery::of_account(id("google", "work"), 100),
            vec![3, 1],
            "an account, with its service's own",
        ),
        (kinds(&[EventKind::Access]), vec![5, 4], "a kind"),
        (kinds(&[EventKind::Access, EventKind::Service]), vec![5, 4, 3], "two kinds"),
        (HistoryQuery { since: Some(at(20)), until: Some(at(40)), ..any.clone() }, vec![3, 2], "a time"),
        (text("GIT"), vec![5, 4], "a text in either case"),
        (text("100%"), vec![2], "signs of patterns are letters"),
        (text("_"), vec![], "signs of patterns are letters"),
        (text("google/work"), vec![1], "a name"),
        (text("212"), vec![5, 4, 3, 2, 1], "the second part"),
        (HistoryQuery { before: Some(4), limit: 2, ..any.clone() }, vec![3, 2], "from a place"),
        (HistoryQuery { limit: 0, ..any.clone() }, vec![], "nothing"),
    ];
    for (query, ids, why) in cases {
        let page = wait(vault.history(query)).unwrap();
        assert_eq!(page.events.iter().map(|event| event.id).collect::<Vec<_>>(), ids, "{why}");
    }
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let folder = folder();
    let vault = create_with_account(folder.path());
    let names: Vec<_> = (0..26).map(|n| format!("account-{n}")).collect();
    for n in 0..25_i64 {
        let kind = if n % 7 == 0 { EventKind::Revoked } else { EventKind::Refreshed };
        let of = |name: &String| Event { kind, ..event("google", Some(name), &n.to_string()) };
        wait(vault.log(names.iter().map(of).cycle().take(500).collect())).unwrap();
    }
    for (kinds, count) in [(vec![], 12_500), (vec![EventKind::Revoked], 2_000)] {
        let mut query = HistoryQuery { kinds, ..HistoryQuery::newest(HistoryOf::All, 300) };
        let mut ids = Vec::new();
        loop {
            let HistoryPage { events, next } = wait(vault.history(query.clone())).unwrap();
            ids.extend(events.iter().map(|event| event.id));
            let Some(next) = next else { break };
            query.before = Some(next);
        }
        assert_eq!(ids.len(), count);
        assert!(ids.is_sorted_by(|newer, older| newer > older), "the newest first, each once");
    }
}
