//! The history in the database.

use grantkeep_core::model::{
    AccountId, Event, EventKind, Facts, HistoryOf, HistoryPage, HistoryQuery, Name, Timestamp,
};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params, params_from_iter};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde_json::Value;

use crate::error::Fault;
use crate::rows::{optional, text};

/// Adds events; answers with them and their ids. Of what they belong to, `lines` stay; older ones are forgotten, some at
/// a time.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    mut events: Vec<Event>,
    lines: u32,
) -> Result<Vec<Event>, Fault> {
    let mut insert = transaction.prepare_cached(INSERT)?;
    let mut forget = transaction.prepare_cached(FORGET_OLD)?;
    for event in &mut events {
        let service = event.service.as_ref().map(Name::as_str);
        let account = event.account.as_ref().map(Name::as_str);
        insert.execute(params![
            event.at.millis(),
            service,
            account,
            word(event.kind)?,
            event.text,
            event.detail,
            event.facts.took_ms,
            event.facts.reason,
            event.facts.token_ends_at.map(Timestamp::millis),
        ])?;
        event.id = transaction.last_insert_rowid();
        forget.execute(params![service, account, lines, FORGOTTEN_WITH_ONE])?;
    }
    Ok(events)
}

/// A part of the history, the newest line first: what is found in some thousand lines.
pub(crate) fn page(connection: &Connection, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
    let mut wanted = Wanted::default();
    let mut floor = None;
    match &query.of {
        // Few enough to be looked at whole, by the index.
        HistoryOf::Account(id) => {
            let service = wanted.value(id.service.as_str().to_owned());
            let account = wanted.value(id.account.as_str().to_owned());
            wanted.and(format!("service = {service} AND (account = {account} OR account IS NULL)"));
        }
        HistoryOf::Service(_) | HistoryOf::All => {
            floor = floor_of(connection, query.before)?;
            if let HistoryOf::Service(name) = &query.of {
                // The sign keeps SQLite from sorting the whole service.
                let service = wanted.value(name.as_str().to_owned());
                wanted.and(format!("+service = {service}"));
            }
        }
    }
    if let Some(before) = query.before {
        let before = wanted.value(before);
        wanted.and(format!("id < {before}"));
    }
    if let Some(floor) = floor {
        let floor = wanted.value(floor);
        wanted.and(format!("id >= {floor}"));
    }
    if let Some(since) = query.since {
        let since = wanted.value(since.millis());
        wanted.and(format!("at >= {since}"));
    }
    if let Some(until) = query.until {
        let until = wanted.value(until.millis());
        wanted.and(format!("at < {until}"));
    }
    if !query.kinds.is_empty() {
        let kinds = query.kinds.iter().map(|kind| Ok(wanted.value(word(*kind)?)));
        let kinds = kinds.collect::<Result<Vec<_>, Fault>>()?.join(", ");
        wanted.and(format!("kind IN ({kinds})"));
    }
    if let Some(text) = query.text.as_deref().filter(|text| !text.is_empty()) {
        let text = wanted.value(like(text));
        let columns = ["text", "ifnull(detail, '')", "ifnull(service, '') || '/' || ifnull(account, '')"];
        let any = columns.map(|column| format!("{column} LIKE {text} ESCAPE '\\'")).join(" OR ");
        wanted.and(format!("({any})"));
    }
    let limit = wanted.value(i64::from(query.limit));
    let sql = format!("{SELECT} {} ORDER BY id DESC LIMIT {limit}", wanted.conditions());
    let mut statement = connection.prepare(&sql)?;
    let mut found = statement.query(params_from_iter(&wanted.values))?;
    let mut events = Vec::new();
    while let Some(row) = found.next()? {
        events.push(event(row)?);
    }
    let is_full = u32::try_from(events.len()).is_ok_and(|count| count >= query.limit);
    let last = events.last().map(|event| event.id);
    Ok(HistoryPage { next: if is_full { last } else { floor }, events })
}

/// Reads every line.
pub(crate) fn check(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare(SELECT)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        event(row)?;
    }
    Ok(())
}

/// Forgets what is older than `before` among the oldest lines; true where there may be more.
pub(crate) fn forget_before(transaction: &Transaction<'_>, before: Timestamp) -> Result<bool, Fault> {
    let forgotten =
        transaction.prepare_cached(FORGET_BEFORE)?.execute(params![before.millis(), FORGOTTEN_AT_ONCE])?;
    Ok(u32::try_from(forgotten).unwrap_or(u32::MAX) >= FORGOTTEN_AT_ONCE)
}

/// Where looking through a part of the history ends; `None` = at its oldest line.
fn floor_of(connection: &Connection, before: Option<i64>) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached(FLOOR)?;
    let floor = statement.query_row(params![before.unwrap_or(i64::MAX), PART], |row| row.get(0));
    Ok(floor.optional()?)
}

/// Conditions with their values, of a statement that is made as it is needed.
#[derive(Default)]
struct Wanted {
    conditions: Vec<String>,
    values: Vec<rusqlite::types::Value>,
}

impl Wanted {
    fn and(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    /// The place of a value in the statement.
    fn value(&mut self, value: impl Into<rusqlite::types::Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn conditions(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.conditions.join(" AND "))
        }
    }
}

/// A pattern of `LIKE` for a text that stands anywhere.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern + "%"
}

fn word(kind: EventKind) -> Result<String, Fault> {
    match serde_json::to_value(kind) {
        Ok(Value::String(word)) => Ok(word),
        _ => Err(Fault::row("event", "has a kind that can't be written")),
    }
}

/// Removes the history of a service and its accounts.
pub(crate) fn forget_service(transaction: &Transaction<'_>, name: &Name) -> Result<(), Fault> {
    transaction.prepare_cached("DELETE FROM events WHERE service = ?1")?.execute([name.as_str()])?;
    Ok(())
}

/// Removes the history of an account.
pub(crate) fn forget_account(transaction: &Transaction<'_>, id: &AccountId) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM events WHERE service = ?1 AND account = ?2")?
        .execute([id.service.as_str(), id.account.as_str()])?;
    Ok(())
}

fn event(row: &Row<'_>) -> Result<Event, Fault> {
    let id: i64 = row.get(0)?;
    let unreadable = || Fault::row(format!("event {id}"), "can't be read");
    let name = |text: &str| text.parse::<Name>().map_err(|_| unreadable());
    let kind = text(row, 4)?.into_deserializer();
    Ok(Event {
        id,
        at: Timestamp::from_millis(row.get(1)?),
        service: optional(row, 2)?.map(name).transpose()?,
        account: optional(row, 3)?.map(name).transpose()?,
        kind: EventKind::deserialize(kind).map_err(|_: serde::de::value::Error| unreadable())?,
        text: row.get(5)?,
        detail: row.get(6)?,
        facts: Facts {
            took_ms: row.get(7)?,
            reason: row.get(8)?,
            token_ends_at: row.get::<_, Option<i64>>(9)?.map(Timestamp::from_millis),
        },
    })
}

const INSERT: &str = "
    INSERT INTO events (at, service, account, kind, text, detail, took_ms, reason, token_ends_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const FORGET_OLD: &str = "
    DELETE FROM events WHERE id IN (
        SELECT id FROM events WHERE service IS ?1 AND account IS ?2 AND id <= (
            SELECT id FROM events WHERE service IS ?1 AND account IS ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)
        ORDER BY id LIMIT ?4)";

const FORGET_BEFORE: &str = "
    DELETE FROM events WHERE at < ?1 AND id IN (SELECT id FROM events ORDER BY id LIMIT ?2)";

const FLOOR: &str = "SELECT id FROM events WHERE id < ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2";

const SELECT: &str = "
    SELECT id, at, service, account, kind, text, detail, took_ms, reason, token_ends_at FROM events";

/// Lines that one part of a search looks at: some milliseconds.
const PART: u32 = 10_000;

/// Lines forgotten with each that is added, where fewer are to be kept than before.
const FORGOTTEN_WITH_ONE: u32 = 50;

/// Lines forgotten in one step.
const FORGOTTEN_AT_ONCE: u32 = 500;
