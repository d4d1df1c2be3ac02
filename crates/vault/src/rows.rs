//! Model to rows and back. The only place where stored secrets are seen as text.
//!
//! A secret goes from SQLite's memory (wiped by SQLCipher) straight into its own type.

use grantkeep_core::model::{
    AccessToken, Account, AccountId, ClientAuthentication, ClientSecret, CodeVerifier, IdToken, Link, Name,
    Nonce, OtherFields, Pending, Permission, RefreshToken, RegistrationAccessToken, ScopeSet, Service, Slot,
    State, Timestamp, Tokens,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;

use crate::error::Fault;

/// Reads a row `(name, body)` of `services`.
pub(crate) fn service(row: &Row<'_>) -> Result<Service, Fault> {
    let name = text(row, 0)?;
    let place = format!("service {name}");
    let service: Service = read_body(text(row, 1)?, &place)?;
    if service.name.as_str() == name { Ok(service) } else { Err(Fault::row(place, OTHERS)) }
}

/// Reads a row `(service, account, revision, body)` of `accounts`.
pub(crate) fn account(row: &Row<'_>) -> Result<Account, Fault> {
    let (service, account, revision) = (text(row, 0)?, text(row, 1)?, row.get::<_, i64>(2)?);
    let place = format!("account {service}/{account}");
    let body: Account = read_body(text(row, 3)?, &place)?;
    if body.id.service.as_str() != service || body.id.account.as_str() != account {
        return Err(Fault::row(place, OTHERS));
    }
    if i64::try_from(body.revision) == Ok(revision) {
        Ok(body)
    } else {
        Err(Fault::row(place, "has another revision than it says"))
    }
}

/// Reads a row `(id, program, service, body)` of `permissions`.
pub(crate) fn permission(row: &Row<'_>) -> Result<Permission, Fault> {
    let (id, program, service) = (text(row, 0)?, text(row, 1)?, optional(row, 2)?);
    let place = format!("permission {id}");
    let body: Permission = read_body(text(row, 3)?, &place)?;
    let same = body.id == id && body.program == program && body.service.as_ref().map(Name::as_str) == service;
    if same { Ok(body) } else { Err(Fault::row(place, OTHERS)) }
}

/// The JSON of a body.
pub(crate) fn body(value: &impl Serialize, place: &str) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::row(place, "can't be written"))
}

/// Sets or removes a client secret; false when there is no such service.
pub(crate) fn set_client_secret(
    connection: &Connection,
    service: &Name,
    secret: Option<&ClientSecret>,
) -> Result<bool, Fault> {
    let mut statement =
        connection.prepare_cached("UPDATE services SET client_secret = ?2 WHERE name = ?1")?;
    let changed = statement.execute(params![service.as_str(), secret.map(ClientSecret::expose)])?;
    Ok(changed == 1)
}

/// The client secret of a service.
pub(crate) fn client_secret(connection: &Connection, service: &Name) -> Result<Option<ClientSecret>, Fault> {
    let mut statement = connection.prepare_cached("SELECT client_secret FROM services WHERE name = ?1")?;
    let mut rows = statement.query([service.as_str()])?;
    match rows.next()? {
        Some(row) => Ok(optional(row, 0)?.map(ClientSecret::new)),
        None => Ok(None),
    }
}

/// Sets or removes the registration access token of a service.
pub(crate) fn set_registration_token(
    connection: &Connection,
    service: &Name,
    token: Option<&RegistrationAccessToken>,
) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE services SET registration_token = ?2 WHERE name = ?1")?
        .execute(params![service.as_str(), token.map(RegistrationAccessToken::expose)])?;
    Ok(())
}

/// The registration access token of a service.
pub(crate) fn registration_token(
    connection: &Connection,
    service: &Name,
) -> Result<Option<RegistrationAccessToken>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT registration_token FROM services WHERE name = ?1")?;
    let mut rows = statement.query([service.as_str()])?;
    match rows.next()? {
        Some(row) => Ok(optional(row, 0)?.map(RegistrationAccessToken::new)),
        None => Ok(None),
    }
}

/// Adds or replaces the tokens of a slot.
pub(crate) fn set_tokens(
    connection: &Connection,
    id: &AccountId,
    slot: Slot,
    tokens: &Tokens,
) -> Result<(), Fault> {
    connection.prepare_cached(SET_TOKENS)?.execute(params![
        id.service.as_str(),
        id.account.as_str(),
        slot_name(slot),
        tokens.access.expose(),
        tokens.refresh.as_ref().map(RefreshToken::expose),
        tokens.previous_refresh.as_ref().map(RefreshToken::expose),
        tokens.previous_access.as_ref().map(AccessToken::expose),
        tokens.id.as_ref().map(IdToken::expose),
        tokens.other.as_ref().map(OtherFields::expose),
    ])?;
    Ok(())
}

/// The tokens of a slot.
pub(crate) fn tokens(connection: &Connection, id: &AccountId, slot: Slot) -> Result<Option<Tokens>, Fault> {
    let mut statement = connection.prepare_cached(TOKENS)?;
    let mut rows = statement.query([id.service.as_str(), id.account.as_str(), slot_name(slot)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Tokens {
        access: AccessToken::new(text(row, 0)?),
        refresh: optional(row, 1)?.map(RefreshToken::new),
        previous_refresh: optional(row, 2)?.map(RefreshToken::new),
        previous_access: optional(row, 3)?.map(AccessToken::new),
        id: optional(row, 4)?.map(IdToken::new),
        other: optional(row, 5)?.map(OtherFields::new),
    }))
}

/// Whether a slot has tokens.
pub(crate) fn has_tokens(connection: &Connection, id: &AccountId, slot: Slot) -> Result<bool, Fault> {
    let found = connection
        .prepare_cached("SELECT 1 FROM tokens WHERE service = ?1 AND account = ?2 AND slot = ?3")?
        .exists([id.service.as_str(), id.account.as_str(), slot_name(slot)])?;
    Ok(found)
}

/// Adds a pending authorization.
pub(crate) fn add_pending(connection: &Connection, pending: &Pending) -> Result<(), Fault> {
    let Pending { id, account, link, state, code_verifier, nonce, .. } = pending;
    let body = PendingBody {
        id: id.clone(),
        account: account.clone(),
        redirect_uri: pending.redirect_uri.clone(),
        asked: pending.asked.clone(),
        issuer: pending.issuer.clone(),
        hosts: pending.hosts.clone(),
        tried: pending.tried.clone(),
        started_at: pending.started_at,
        expires_at: pending.expires_at,
    };
    connection.prepare_cached(ADD_PENDING)?.execute(params![
        id,
        account.service.as_str(),
        account.account.as_str(),
        self::body(&body, &format!("pending authorization of {account}"))?,
        link.expose(),
        state.expose(),
        code_verifier.as_ref().map(CodeVerifier::expose),
        nonce.as_ref().map(Nonce::expose),
    ])?;
    Ok(())
}

/// All pending authorizations, the oldest first.
pub(crate) fn pendings(connection: &Connection) -> Result<Vec<Pending>, Fault> {
    let mut statement = connection.prepare_cached(PENDINGS)?;
    let mut rows = statement.query([])?;
    let mut pendings = Vec::new();
    while let Some(row) = rows.next()? {
        pendings.push(pending(row)?);
    }
    Ok(pendings)
}

fn pending(row: &Row<'_>) -> Result<Pending, Fault> {
    let (id, service, account) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
    let place = format!("pending authorization of {service}/{account}");
    let body: PendingBody = read_body(text(row, 3)?, &place)?;
    let named = &body.account;
    if body.id != id || named.service.as_str() != service || named.account.as_str() != account {
        return Err(Fault::row(place, OTHERS));
    }
    Ok(Pending {
        id: body.id,
        account: body.account,
        link: Link::new(text(row, 4)?),
        state: State::new(text(row, 5)?),
        code_verifier: optional(row, 6)?.map(CodeVerifier::new),
        nonce: optional(row, 7)?.map(Nonce::new),
        redirect_uri: body.redirect_uri,
        asked: body.asked,
        issuer: body.issuer,
        hosts: body.hosts,
        tried: body.tried,
        started_at: body.started_at,
        expires_at: body.expires_at,
    })
}

/// A pending authorization without its secrets.
#[derive(Serialize, Deserialize)]
struct PendingBody {
    id: String,
    account: AccountId,
    redirect_uri: Url,
    asked: ScopeSet,
    issuer: Option<String>,
    hosts: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tried: Vec<ClientAuthentication>,
    started_at: Timestamp,
    expires_at: Timestamp,
}

/// How a slot is called in the table.
pub(crate) fn slot_name(slot: Slot) -> &'static str {
    match slot {
        Slot::Current => "current",
        Slot::Candidate => "candidate",
    }
}

/// The stored revision of an account; `None` when it is not stored.
pub(crate) fn revision(connection: &Connection, id: &AccountId) -> Result<Option<i64>, Fault> {
    let found = connection
        .prepare_cached("SELECT revision FROM accounts WHERE service = ?1 AND account = ?2")?
        .query_row([id.service.as_str(), id.account.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found)
}

fn read_body<T: DeserializeOwned>(text: &str, place: &str) -> Result<T, Fault> {
    // The parser's message could quote the body; its position is enough.
    serde_json::from_str(text)
        .map_err(|e| Fault::row(place, format!("can't be read (column {} of its body)", e.column())))
}

pub(crate) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, Fault> {
    Ok(row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?)
}

pub(crate) fn optional<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<&'r str>, Fault> {
    Ok(row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?)
}

const OTHERS: &str = "holds what belongs to another row";

const SET_TOKENS: &str = "
    INSERT OR REPLACE INTO tokens
        (service, account, slot, access, refresh, previous_refresh, previous_access, id_token, other)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const TOKENS: &str = "
    SELECT access, refresh, previous_refresh, previous_access, id_token, other FROM tokens
    WHERE service = ?1 AND account = ?2 AND slot = ?3";

const ADD_PENDING: &str = "
    INSERT INTO pendings (id, service, account, body, link, state, code_verifier, nonce)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const PENDINGS: &str = "
    SELECT id, service, account, body, link, state, code_verifier, nonce FROM pendings ORDER BY rowid";
