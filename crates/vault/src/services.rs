//! Services in the database.

use grantkeep_core::model::{Name, Service};
use grantkeep_core::ports::SecretChange;
use rusqlite::{Connection, Transaction};

use crate::error::Fault;
use crate::{history, rows};

/// All services, by name.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Service>, Fault> {
    let mut statement = connection.prepare_cached("SELECT name, body FROM services ORDER BY name")?;
    let mut found = statement.query([])?;
    let mut services = Vec::new();
    while let Some(row) = found.next()? {
        services.push(rows::service(row)?);
    }
    Ok(services)
}

/// Adds or replaces a service. A secret to copy that is not there is a conflict.
pub(crate) fn save(
    transaction: &Transaction<'_>,
    service: &Service,
    secret: SecretChange,
) -> Result<(), Fault> {
    let body = rows::body(service, &format!("service {}", service.name))?;
    // Not `INSERT OR REPLACE`: that deletes the row first, and its accounts with it.
    transaction
        .prepare_cached(
            "INSERT INTO services (name, body) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET body = excluded.body",
        )?
        .execute([service.name.as_str(), &body])?;
    if service.client_configuration.is_none() {
        // The token is of no use without the address that it is for.
        rows::set_registration_token(transaction, &service.name, None)?;
    }
    let secret = match secret {
        SecretChange::Keep => return Ok(()),
        SecretChange::Set(secret) => Some(secret),
        SecretChange::Remove => None,
        SecretChange::Registered(secret, token) => {
            if service.client_configuration.is_some() {
                rows::set_registration_token(transaction, &service.name, token.as_ref())?;
            }
            secret
        }
        SecretChange::CopyFrom(other) => {
            Some(rows::client_secret(transaction, &other)?.ok_or(Fault::Conflict)?)
        }
    };
    rows::set_client_secret(transaction, &service.name, secret.as_ref()).map(|_| ())
}

/// Removes a service with everything that belongs to it; it need not be there.
pub(crate) fn remove(transaction: &Transaction<'_>, name: &Name) -> Result<(), Fault> {
    transaction.prepare_cached("DELETE FROM services WHERE name = ?1")?.execute([name.as_str()])?;
    history::forget_service(transaction, name)
}
