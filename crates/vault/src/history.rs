//! The history in the database.

use grantkeep_core::model::{AccountId, Event, EventKind, Name, Timestamp};
use rusqlite::{Connection, Row, Transaction, params};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde_json::Value;

use crate::error::Fault;
use crate::rows::{optional, text};

/// Events kept of each account, of each service itself, and of what concerns none; older ones are forgotten.
pub const EVENTS_KEPT: u32 = 1_000;

/// Adds events; answers with them and their ids.
pub(crate) fn add(transaction: &Transaction<'_>, mut events: Vec<Event>) -> Result<Vec<Event>, Fault> {
    let mut insert = transaction.prepare_cached(INSERT)?;
    let mut forget = transaction.prepare_cached(FORGET_OLD)?;
    for event in &mut events {
        let Ok(Value::String(kind)) = serde_json::to_value(event.kind) else {
            return Err(Fault::row("event", "has a kind that can't be written"));
        };
        let service = event.service.as_ref().map(Name::as_str);
        let account = event.account.as_ref().map(Name::as_str);
        insert.execute(params![event.at.millis(), service, account, kind, event.text, event.detail])?;
        event.id = transaction.last_insert_rowid();
        forget.execute(params![service, account, EVENTS_KEPT])?;
    }
    Ok(events)
}

/// The newest events first, of one account with its service's own, or of all.
pub(crate) fn newest(
    connection: &Connection,
    of: Option<&AccountId>,
    limit: u32,
) -> Result<Vec<Event>, Fault> {
    let mut statement = connection.prepare_cached(if of.is_some() { OF_ONE } else { OF_ALL })?;
    let mut found = match of {
        Some(id) => statement.query(params![limit, id.service.as_str(), id.account.as_str()])?,
        None => statement.query([limit])?,
    };
    let mut events = Vec::new();
    while let Some(row) = found.next()? {
        events.push(event(row)?);
    }
    Ok(events)
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
    })
}

const INSERT: &str = "
    INSERT INTO events (at, service, account, kind, text, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const FORGET_OLD: &str = "
    DELETE FROM events WHERE service IS ?1 AND account IS ?2 AND id <= (
        SELECT id FROM events WHERE service IS ?1 AND account IS ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)";

const OF_ALL: &str = "
    SELECT id, at, service, account, kind, text, detail FROM events ORDER BY id DESC LIMIT ?1";

const OF_ONE: &str = "
    SELECT id, at, service, account, kind, text, detail FROM events
    WHERE service = ?2 AND (account = ?3 OR account IS NULL) ORDER BY id DESC LIMIT ?1";
