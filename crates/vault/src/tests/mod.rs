//! Tests of the vault, with real files, processes and keyrings.

mod cost;
#[cfg(unix)]
mod crash;
mod damage;
mod history;
mod keyring;
#[cfg(unix)]
mod limits;
mod opening;
mod permissions;
mod round_trip;
mod schema;
#[cfg(target_os = "linux")]
mod secret_service;

use std::fs;
use std::future::Future;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use grantkeep_core::model::{
    AccessToken, Account, AccountId, ClientAuthentication, CodeVerifier, Endpoints, Event, EventKind, Facts,
    Grant, HistoryOf, HistoryQuery, Hosts, IdToken, Link, LoopbackHost, Name, Nonce, OtherFields, Passphrase,
    Pending, Permission, Redirect, RefreshToken, RevocationRecipe, RevokePrevious, ScopeSet, Service, State,
    Timestamp, TokenType, Tokens,
};
use grantkeep_core::ports::{SecretChange, Store as _, StoreError, TokenChange};
use tempfile::TempDir;

use crate::folder::Folder;
use crate::header::{Header, KeyPlace};
use crate::key::{Cost, VaultKey};
use crate::{OpenError, Vault, connection};

/// A fresh private folder.
fn folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder.prefix("grantkeep-vault-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().unwrap()
}

/// A new vault under [`passphrase`], cheap to open.
fn create(folder: &Path) -> Result<Vault, OpenError> {
    Vault::create_at_cost(folder, &passphrase(), Cost::QUICK)
}

fn open(folder: &Path) -> Result<Vault, OpenError> {
    Vault::open_with_passphrase(folder, &passphrase())
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple")
}

/// A new vault with one service and one account with tokens.
fn create_with_account(folder: &Path) -> Vault {
    let vault = create(folder).unwrap();
    wait(vault.save_service(service("google"), SecretChange::Keep, Vec::new())).unwrap();
    let saved = vault.save_account(account("google", "work", 1), set_current("1"), Vec::new());
    wait(saved).unwrap();
    vault
}

/// The database of a closed vault, past all checks of the model.
fn raw(folder: &Path) -> rusqlite::Connection {
    let folder = Folder::at(folder).unwrap();
    connection::open(&folder, &key_of(&folder), true).unwrap()
}

fn key_of(folder: &Folder) -> VaultKey {
    let header = Header::read(folder).unwrap().unwrap();
    match header.key {
        KeyPlace::Passphrase(sealed) => sealed.unseal(&passphrase(), &header.vault_id).unwrap(),
        KeyPlace::Keyring => panic!("the key is in a keyring"),
    }
}

/// This test binary, running one test that is ignored otherwise, as a process of its own.
fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    as_child(&mut command, test, folder);
    command
}

fn as_child(command: &mut Command, test: &str, folder: &Path) {
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(CHILD_FOLDER, folder);
}

/// Runs a child to its end; what it printed is shown if it failed.
fn report(mut command: Command) -> ExitStatus {
    let output = command.output().unwrap();
    if !output.status.success() {
        std::io::stderr().write_all(&[output.stdout, output.stderr].concat()).unwrap();
    }
    output.status
}

/// The folder that the parent gave to a child; `None` when the test was started otherwise.
fn child_folder() -> Option<std::path::PathBuf> {
    std::env::var_os(CHILD_FOLDER).map(Into::into)
}

/// All files of a folder with their bytes, except an empty journal.
fn bytes_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, bytes)| !(name == "vault.db-wal" && bytes.is_empty()))
        .collect();
    files.sort();
    files
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// The newest lines of the history, of an account or of all.
fn history(vault: &Vault, of: Option<AccountId>, limit: u32) -> Result<Vec<Event>, StoreError> {
    let of = of.map_or(HistoryOf::All, HistoryOf::Account);
    Ok(wait(vault.history(HistoryQuery::newest(of, limit)))?.events)
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn id(service: &str, account: &str) -> AccountId {
    AccountId { service: name(service), account: name(account) }
}

fn service(slug: &str) -> Service {
    Service {
        name: name(slug),
        title: format!("Title of {slug}"),
        provider: Some(slug.to_owned()),
        client_id: format!("client-id-of-{slug}"),
        client_authentication: ClientAuthentication::Basic,
        has_client_secret: true,
        endpoints: Endpoints {
            authorize: "https://auth.example.com/authorize?a=b".parse().unwrap(),
            token: "https://auth.example.com/token".parse().unwrap(),
            test: None,
            introspection: None,
            issuer: Some("https://auth.example.com".to_owned()),
        },
        scopes: ScopeSet::parse("openid mail.read").unwrap(),
        redirect: Redirect::Loopback { host: LoopbackHost::Ipv4 },
        redirect_path: format!("/callback/{slug}-0a1b"),
        authorize_parameters: vec![("access_type".to_owned(), "offline".to_owned())],
        revocation: RevocationRecipe::None,
        revoke_previous: RevokePrevious::After,
        link_timeout_s: 300,
        pkce: true,
        confirmed_hosts: Hosts::default().with("auth.example.com"),
        confirmed_test_host: None,
        request_hosts: Vec::new(),
        client_configuration: None,
        client_secret_expires_at: None,
        habits: grantkeep_core::model::SharedHabits::default(),
        created_at: at(1),
    }
}

/// An account with a grant.
fn account(service: &str, slug: &str, revision: u64) -> Account {
    let mut account = Account::new(id(service, slug), format!("Title of {slug}"), at(2));
    account.revision = revision;
    account.grant = Some(Box::new(grant(revision)));
    account
}

fn grant(revision: u64) -> Grant {
    Grant {
        revision,
        token_type: TokenType::Bearer,
        access_token_length: 8,
        is_jwt: false,
        authorized_at: at(3),
        obtained_at: at(4),
        expires_at: Some(at(5)),
        asked: ScopeSet::parse("openid mail.read").unwrap(),
        granted: ScopeSet::parse("openid").unwrap(),
        has_refresh_token: true,
        has_id_token: true,
        hosts: Hosts::default().with("auth.example.com"),
        other_fields: vec!["team".to_owned()],
        api_host: Some("acme.example".to_owned()),
        oddities: Vec::new(),
        identity: None,
        last_refresh_at: None,
        last_used_at: None,
        refresh_token_ends_at: None,
        last_tested_at: None,
    }
}

/// A full token set, told apart by `mark`.
fn tokens(mark: &str) -> Tokens {
    Tokens {
        access: AccessToken::new(format!("access-{mark}")),
        refresh: Some(RefreshToken::new(format!("refresh-{mark}"))),
        previous_refresh: Some(RefreshToken::new(format!("previous-refresh-{mark}"))),
        previous_access: Some(AccessToken::new(format!("previous-access-{mark}"))),
        id: Some(IdToken::new(format!("id-token-{mark}"))),
        other: Some(OtherFields::new(format!("{{\"team\":\"{mark}\"}}"))),
    }
}

fn is_access(tokens: &Tokens, wanted: &str) -> bool {
    tokens.access.matches(&AccessToken::new(wanted))
}

fn set_current(mark: &str) -> TokenChange {
    TokenChange::Set(grantkeep_core::model::Slot::Current, tokens(mark))
}

fn pending(id: &str, account: AccountId) -> Pending {
    Pending {
        id: id.to_owned(),
        account,
        link: Link::new(format!("https://auth.example.com/authorize?state=state-{id}")),
        state: State::new(format!("state-{id}")),
        code_verifier: Some(CodeVerifier::new(format!("verifier-{id}"))),
        nonce: Some(Nonce::new(format!("nonce-{id}"))),
        redirect_uri: "http://127.0.0.1:49152/callback/google-0a1b".parse().unwrap(),
        asked: ScopeSet::parse("openid").unwrap(),
        issuer: Some("https://auth.example.com".to_owned()),
        hosts: vec!["auth.example.com".to_owned()],
        tried: vec![grantkeep_core::model::ClientAuthentication::Post],
        started_at: at(6),
        expires_at: at(7),
    }
}

fn event(service: &str, account: Option<&str>, text: &str) -> Event {
    Event {
        id: 0,
        at: at(8),
        service: Some(name(service)),
        account: account.map(name),
        kind: EventKind::RefreshFailed,
        text: text.to_owned(),
        detail: Some("212 ms".to_owned()),
        facts: Facts::default().took(Duration::from_millis(212)).because("busy").token_until(Some(at(9))),
    }
}

fn permission(id: &str, program: &str, service: Option<&str>) -> Permission {
    Permission {
        id: id.to_owned(),
        program: program.to_owned(),
        service: service.map(name),
        allowed: true,
        granted_at: at(9),
        expires_at: Some(at(10)),
        last_used_at: None,
        uses: 0,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + 1_000 * second)
}

const CHILD_FOLDER: &str = "GRANTKEEP_TEST_FOLDER";
