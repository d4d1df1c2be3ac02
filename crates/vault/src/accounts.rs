//! Accounts, their tokens and their pending authorizations in the database.

use std::collections::BTreeMap;

use grantkeep_core::model::{Account, AccountId, Event, EventKind, Pending, Slot, Standing};
use grantkeep_core::ports::TokenChange;
use rusqlite::{Connection, Transaction, params};

use crate::error::Fault;
use crate::{history, permissions, rows, services};

/// All accounts, by name.
///
/// # Errors
/// A row that does not hold together, or a grant without its tokens.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Account>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT service, account, revision, body FROM accounts ORDER BY service, account")?;
    let mut found = statement.query([])?;
    let mut accounts = Vec::new();
    while let Some(row) = found.next()? {
        let account = rows::account(row)?;
        check_tokens(connection, &account)?;
        accounts.push(account);
    }
    Ok(accounts)
}

/// Adds or replaces an account, with what becomes of its tokens.
///
/// # Errors
/// `Conflict` unless the revision follows the stored one (invariant 1), or when its service or the tokens to
/// take are not there; a row error when the grant would be left without tokens.
pub(crate) fn save(
    transaction: &Transaction<'_>,
    account: &Account,
    tokens: TokenChange,
) -> Result<(), Fault> {
    let id = &account.id;
    let next = rows::revision(transaction, id)?.map_or(Some(1), |stored| stored.checked_add(1));
    if i64::try_from(account.revision).ok() != next {
        return Err(Fault::Conflict);
    }
    let body = rows::body(account, &format!("account {id}"))?;
    transaction
        .prepare_cached(
            "INSERT INTO accounts (service, account, revision, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (service, account) DO UPDATE SET revision = excluded.revision, body = excluded.body",
        )?
        .execute(params![id.service.as_str(), id.account.as_str(), next, body])?;
    change_tokens(transaction, id, tokens)?;
    check_tokens(transaction, account)
}

/// Writes when each account was used last, as the hand-outs among `events` tell. No revision counts it: nothing that
/// matters to a grant changes.
pub(crate) fn note_uses(transaction: &Transaction<'_>, events: &[Event]) -> Result<(), Fault> {
    let mut uses = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == EventKind::HandedOut) {
        if let (Some(service), Some(account)) = (&event.service, &event.account) {
            uses.insert((service.as_str(), account.as_str()), event.at.millis());
        }
    }
    let mut note = transaction.prepare_cached(
        "UPDATE accounts SET body = json_set(body, '$.grant.last_used_at', ?3)
         WHERE service = ?1 AND account = ?2 AND json_type(body, '$.grant') = 'object'",
    )?;
    for ((service, account), at) in uses {
        note.execute(params![service, account, at])?;
    }
    Ok(())
}

/// Removes an account with everything that belongs to it; it need not be there.
pub(crate) fn remove(transaction: &Transaction<'_>, id: &AccountId) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM accounts WHERE service = ?1 AND account = ?2")?
        .execute([id.service.as_str(), id.account.as_str()])?;
    history::forget_account(transaction, id)
}

/// Stores a pending authorization in place of the account's previous one.
pub(crate) fn save_pending(transaction: &Transaction<'_>, pending: &Pending) -> Result<(), Fault> {
    let id = &pending.account;
    transaction
        .prepare_cached("DELETE FROM pendings WHERE service = ?1 AND account = ?2")?
        .execute([id.service.as_str(), id.account.as_str()])?;
    rows::add_pending(transaction, pending)
}

/// Forgets a pending authorization; true if it was there.
pub(crate) fn take_pending(transaction: &Transaction<'_>, id: &str) -> Result<bool, Fault> {
    Ok(transaction.prepare_cached("DELETE FROM pendings WHERE id = ?1")?.execute([id])? == 1)
}

/// Reads every row; answers with the first that does not hold together of each kind.
pub(crate) fn check(connection: &Connection) -> Result<Vec<String>, Fault> {
    let results = [
        services::all(connection).map(drop),
        all(connection).map(drop),
        rows::pendings(connection).map(drop),
        permissions::all(connection).map(drop),
        history::check(connection),
    ];
    let mut findings = Vec::new();
    for result in results {
        match result {
            Err(Fault::Row { row, reason }) => findings.push(format!("{row} {reason}")),
            other => other?,
        }
    }
    Ok(findings)
}

fn change_tokens(transaction: &Transaction<'_>, id: &AccountId, change: TokenChange) -> Result<(), Fault> {
    match change {
        TokenChange::Keep => Ok(()),
        TokenChange::Set(slot, tokens) => rows::set_tokens(transaction, id, slot, &tokens),
        TokenChange::Remove(slot) => remove_tokens(transaction, id, Some(slot)),
        TokenChange::RemoveAll => remove_tokens(transaction, id, None),
        TokenChange::Promote => {
            take_candidate(transaction, id, id)?;
            remove_tokens(transaction, id, Some(Slot::Candidate))
        }
        // The other account keeps its copy until the keeper saves it without a candidate: after a crash between
        // the two saves, both accounts still hold together.
        TokenChange::TakeCandidateOf(other) => take_candidate(transaction, id, &other),
    }
}

fn take_candidate(transaction: &Transaction<'_>, id: &AccountId, of: &AccountId) -> Result<(), Fault> {
    let tokens = rows::tokens(transaction, of, Slot::Candidate)?.ok_or(Fault::Conflict)?;
    rows::set_tokens(transaction, id, Slot::Current, &tokens)
}

fn remove_tokens(transaction: &Transaction<'_>, id: &AccountId, slot: Option<Slot>) -> Result<(), Fault> {
    transaction
        .prepare_cached("DELETE FROM tokens WHERE service = ?1 AND account = ?2 AND slot = ifnull(?3, slot)")?
        .execute(params![id.service.as_str(), id.account.as_str(), slot.map(rows::slot_name)])?;
    Ok(())
}

/// A grant has its tokens beside it, unless it was taken back here.
fn check_tokens(connection: &Connection, account: &Account) -> Result<(), Fault> {
    let revoked = matches!(account.standing, Standing::Revoked { .. });
    let wanted = [
        (Slot::Current, account.grant.is_some() && !revoked),
        (Slot::Candidate, account.candidate.is_some()),
    ];
    for (slot, wanted) in wanted {
        if wanted && !rows::has_tokens(connection, &account.id, slot)? {
            let row = format!("account {}", account.id);
            return Err(Fault::row(row, format!("has a {} grant without tokens", rows::slot_name(slot))));
        }
    }
    Ok(())
}
