//! What programs may do, in the database.

use grantkeep_core::model::{Name, Permission};
use rusqlite::{Connection, Transaction, params};

use crate::error::Fault;
use crate::rows;

/// All permissions, by identifier.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Permission>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT id, program, service, body FROM permissions ORDER BY id")?;
    let mut found = statement.query([])?;
    let mut permissions = Vec::new();
    while let Some(row) = found.next()? {
        permissions.push(rows::permission(row)?);
    }
    Ok(permissions)
}

/// Adds or replaces a permission. A second one of the same program and service, or a service that is gone, is a
/// conflict.
pub(crate) fn save(transaction: &Transaction<'_>, permission: &Permission) -> Result<(), Fault> {
    let service = permission.service.as_ref().map(Name::as_str);
    transaction.prepare_cached(SAVE)?.execute(params![
        permission.id,
        permission.program,
        service,
        body(permission)?
    ])?;
    Ok(())
}

/// Replaces the bodies of those that are there.
pub(crate) fn save_uses(transaction: &Transaction<'_>, permissions: &[Permission]) -> Result<(), Fault> {
    let mut update = transaction.prepare_cached("UPDATE permissions SET body = ?2 WHERE id = ?1")?;
    for permission in permissions {
        update.execute([&permission.id, &body(permission)?])?;
    }
    Ok(())
}

/// Removes a permission; it need not be there.
pub(crate) fn remove(transaction: &Transaction<'_>, id: &str) -> Result<(), Fault> {
    transaction.prepare_cached("DELETE FROM permissions WHERE id = ?1")?.execute([id])?;
    Ok(())
}

fn body(permission: &Permission) -> Result<String, Fault> {
    rows::body(permission, &format!("permission {}", permission.id))
}

const SAVE: &str = "
    INSERT INTO permissions (id, program, service, body) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE
    SET program = excluded.program, service = excluded.service, body = excluded.body";
