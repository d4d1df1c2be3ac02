use super::*;

/// Incidents, a clock that the test moves, and what went out.
struct Table {
    incidents: Incidents,
    now: Timestamp,
}

impl Table {
    fn new() -> Self {
        Self { incidents: Incidents::default(), now: Timestamp::from_millis(1_000_000) }
    }

    fn see(&mut self, id: &str, causes: &[NoticeKind]) {
        let sights: Vec<_> = causes.iter().map(|cause| sight(id, *cause)).collect();
        self.incidents.see(&account(id), &sights, causes.is_empty(), self.now);
    }

    fn after(&mut self, seconds: u64, voice: Voice) -> Vec<String> {
        self.now = self.now + Duration::from_secs(seconds);
        self.incidents.messages(voice, self.now).iter().map(said).collect()
    }

    fn listed(&self) -> Vec<(String, bool)> {
        self.incidents.views().into_iter().map(|view| (view.title, view.over_at_ms.is_some())).collect()
    }
}

const REAUTHORIZE: &[NoticeKind] = &[NoticeKind::Reauthorize];
const OUTAGE: &[NoticeKind] = &[NoticeKind::Outage];

#[test]
fn an_incident_is_told_once_and_so_is_its_end() {
    let mut table = Table::new();

    table.see("podio", REAUTHORIZE);
    assert_eq!(table.after(4, Voice::Loud), [""; 0], "others may join it");
    assert_eq!(table.after(1, Voice::Loud), ["tell: podio needs you"]);
    table.see("podio", REAUTHORIZE);
    assert_eq!(table.after(3600, Voice::Loud), [""; 0], "once");
    assert_eq!(table.incidents.next(), None, "nothing is waited for");
    table.see("podio", &[]);
    assert_eq!(table.after(0, Voice::Loud), ["over: Working again: podio"], "at once");
    assert_eq!(table.after(60, Voice::Loud), [""; 0]);
    assert_eq!(table.listed(), [("podio needs you".to_owned(), true)]);
    table.see("podio", REAUTHORIZE);
    assert_eq!(table.after(5, Voice::Loud), ["tell: podio needs you"], "another incident");
}

#[test]
fn many_that_fail_at_once_are_one_message() {
    let cases: [(&[&str], &[NoticeKind], &str, &str); 4] = [
        (&["a", "b"], REAUTHORIZE, "tell: 2 accounts need you to reauthorize", "two of a kind"),
        (&["a/1", "a/2", "a/3"], OUTAGE, "tell: a can't be reached", "one provider"),
        (&["a", "b/1", "b/2"], OUTAGE, "tell: 2 providers can't be reached", "the network, perhaps"),
        (
            &["a", "b"],
            &[NoticeKind::CheckSettings],
            "tell: The settings of 2 accounts need a look",
            "settings",
        ),
    ];
    for (accounts, causes, expected, why) in cases {
        let mut table = Table::new();
        accounts.iter().for_each(|id| table.see(id, causes));

        assert_eq!(table.after(5, Voice::Loud), [expected], "{why}");
        accounts.iter().skip(1).for_each(|id| table.see(id, &[]));
        assert_eq!(table.after(5, Voice::Loud), [""; 0], "{why}: one still lasts");
        table.see(accounts[0], &[]);
        let over = format!("over: Working again: {}", accounts.join(", "));
        assert_eq!(table.after(5, Voice::Loud), [over], "{why}");
    }
}

#[test]
fn a_late_one_joins_what_was_told() {
    let mut table = Table::new();
    table.see("a/1", OUTAGE);
    assert_eq!(table.after(5, Voice::Loud), ["tell: a can't be reached"]);

    table.see("a/2", OUTAGE);

    assert_eq!(table.after(60, Voice::Loud), [""; 0], "one message for a host");
    assert_eq!(table.incidents.views()[0].accounts, ["a/1", "a/2"]);
}

#[test]
fn what_passes_before_it_is_told_is_not_worth_a_word() {
    let mut table = Table::new();
    table.see("podio", OUTAGE);
    table.after(4, Voice::Loud);

    table.see("podio", &[]);

    assert_eq!(table.after(60, Voice::Loud), [""; 0]);
    assert_eq!(table.listed(), []);
}

#[test]
fn quiet_hours_keep_what_lasts_for_later() {
    let mut table = Table::new();
    table.see("a", REAUTHORIZE);
    table.see("b", REAUTHORIZE);
    table.see("passes", OUTAGE);
    assert_eq!(table.after(3600, Voice::Quiet), [""; 0]);
    assert_eq!(table.incidents.open(), 3, "on the list at once");
    table.see("passes", &[]);

    assert_eq!(table.after(3600, Voice::Loud), ["tell: 2 accounts need you to reauthorize"]);
    table.see("a", &[]);
    table.see("b", &[]);
    assert_eq!(table.after(1, Voice::Quiet), ["withdraw"], "good news does not wake anybody");
}

#[test]
fn what_happens_while_notifications_are_off_is_not_told_later() {
    let mut table = Table::new();
    table.see("podio", REAUTHORIZE);
    assert_eq!(table.after(5, Voice::Off), [""; 0]);

    assert_eq!(table.after(60, Voice::Loud), [""; 0]);
    assert_eq!(table.incidents.open(), 1);
}

#[test]
fn a_dismissed_notice_is_not_told_again_while_it_lasts() {
    let mut table = Table::new();
    table.see("podio", REAUTHORIZE);
    table.after(5, Voice::Loud);
    let id: u64 = table.incidents.views()[0].id.parse().unwrap();

    assert!(table.incidents.dismiss(id));

    assert_eq!(table.after(0, Voice::Loud), ["withdraw"]);
    assert!(!table.incidents.dismiss(id), "it is off the list");
    table.see("podio", REAUTHORIZE);
    assert_eq!(table.after(60, Voice::Loud), [""; 0]);
    table.see("podio", &[]);
    assert_eq!((table.after(60, Voice::Loud), table.listed()), (Vec::new(), Vec::new()), "nor its end");
}

#[test]
fn what_is_gone_or_was_decided_ends_without_a_word() {
    type End = fn(&mut Table);
    let cases: [(NoticeKind, End, &str); 3] = [
        (NoticeKind::SomebodyElse, |table| table.see("podio", &[]), "the person chose"),
        (
            NoticeKind::Reauthorize,
            |table| {
                table.incidents.forget(&account("podio"), table.now);
            },
            "the account was deleted",
        ),
        (
            NoticeKind::Reauthorize,
            |table| {
                table.incidents.see(&account("podio"), &[], false, table.now);
            },
            "the grant was revoked",
        ),
    ];
    for (cause, end, why) in cases {
        let mut table = Table::new();
        table.see("podio", &[cause]);
        assert_eq!(table.after(5, Voice::Loud).len(), 1, "{why}");

        end(&mut table);

        assert_eq!(table.after(5, Voice::Loud), ["withdraw"], "{why}");
        assert_eq!(table.listed(), [], "{why}");
    }
}

#[test]
fn what_lasts_stands_before_what_is_over_and_old_news_go() {
    let mut table = Table::new();
    for number in 0..60 {
        let id = format!("a{number}");
        table.see(&id, REAUTHORIZE);
        table.after(5, Voice::Loud);
        table.see(&id, &[]);
    }
    table.see("last", REAUTHORIZE);

    let listed = table.listed();

    assert_eq!(listed.len(), 1 + OVER_KEPT);
    assert_eq!(listed[0], ("last needs you".to_owned(), false));
    assert_eq!(listed[1], ("a59 needs you".to_owned(), true));
}

fn said(message: &Message) -> String {
    match message {
        Message::Tell { title, .. } => format!("tell: {title}"),
        Message::Over { title, .. } => format!("over: {title}"),
        Message::Withdraw { .. } => "withdraw".to_owned(),
    }
}

fn sight(id: &str, cause: NoticeKind) -> Sight {
    let service = account(id).service.to_string();
    let is_outage = cause == NoticeKind::Outage;
    Sight {
        cause,
        name: id.to_owned(),
        host: is_outage.then(|| format!("{service}.example")),
        title: if is_outage { format!("{service} can't be reached") } else { format!("{id} needs you") },
        text: String::new(),
    }
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}
