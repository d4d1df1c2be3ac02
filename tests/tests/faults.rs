//! Bad weather around the vault: what is said, what to do next, and that nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use grantkeep_api::account_id::AccountId;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Activity, Code, Problem, VaultState};
use grantkeep_core::model::Draft;
use grantkeep_tests::{
    AgentProcess, Client, Endpoint, Home, Person, Provider, World, account, is_ordinary_user, minutes,
    until_blocking,
};
use rustix::process::{Pid, Resource, Rlimit, prlimit};

#[test]
fn a_read_only_folder_is_told_and_nothing_is_lost() {
    if !is_ordinary_user("a_read_only_folder_is_told_and_nothing_is_lost") {
        return;
    }
    let home = with_a_service();
    mode(&home.path(), 0o500);

    let agent = home.agent().start();

    let problem = closed(&agent);
    assert_eq!((problem.code, problem.title.as_str()), (Code::VaultReadOnly, "The vault can't be written"));
    assert!(problem.hint.contains("make its folder writable"), "{problem:?}");
    assert_eq!(agent.client().services().unwrap_err().code, Code::VaultReadOnly);
    agent.leave();
    mode(&home.path(), 0o700);
    assert_eq!(home.agent().start().client().services().unwrap().len(), 1);
}

#[test]
fn a_home_that_can_not_be_written_at_all_is_told_to_whoever_starts_the_agent() {
    if !is_ordinary_user("a_home_that_can_not_be_written_at_all_is_told_to_whoever_starts_the_agent") {
        return;
    }
    let home = Home::new();
    mode(&home.path(), 0o500);

    let mut agent = home.agent().spawn();

    assert!(!agent.group().wait().success());
    let said = agent.output();
    let problem = said.lines().find_map(|line| serde_json::from_str::<Problem>(line).ok()).expect(&said);
    assert_eq!(problem.code, Code::VaultReadOnly);
    assert!(problem.hint.contains("writable"), "{problem:?}");
    mode(&home.path(), 0o700);
}

// R-ST-07
#[test]
fn a_folder_that_others_can_read_is_refused() {
    let home = with_a_service();
    mode(&home.path(), 0o755);

    let agent = home.agent().start();

    let problem = closed(&agent);
    assert_eq!(
        (problem.code, problem.title.as_str()),
        (Code::VaultUnsafe, "Other users can get at the vault")
    );
    assert!(problem.hint.contains("chmod go="), "{problem:?}");
}

// R-ST-10
#[test]
fn a_vault_of_a_newer_version_is_left_untouched() {
    let home = with_a_service();
    let file = home.path().join("vault.json");
    let original = fs::read_to_string(&file).unwrap();
    let newer = original.replace("\"format\": 1", "\"format\": 99");
    assert_ne!(newer, original);
    fs::write(&file, &newer).unwrap();
    let database = fs::read(home.path().join("vault.db")).unwrap();

    let agent = home.agent().start();

    let problem = closed(&agent);
    assert_eq!(
        (problem.code, problem.title.as_str()),
        (Code::VaultTooNew, "This vault is from a newer Grantkeep")
    );
    assert_eq!(problem.hint, "Get the new version.");
    agent.leave();
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
    assert_eq!(fs::read(home.path().join("vault.db")).unwrap(), database);
}

// R-ST-05
#[test]
fn a_damaged_vault_is_told_and_not_overwritten() {
    let home = with_a_service();
    let file = home.path().join("vault.db");
    let mut bytes = fs::read(&file).unwrap();
    for byte in bytes.iter_mut().skip(512).step_by(997) {
        *byte ^= 0x55;
    }
    fs::write(&file, &bytes).unwrap();

    let agent = home.agent().start();

    let problem = closed(&agent);
    assert_eq!((problem.code, problem.title.as_str()), (Code::VaultDamaged, "The vault is damaged"));
    assert!(problem.detail.starts_with("Nothing was overwritten"), "{problem:?}");
    agent.leave();
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

// R-ST-02
#[test]
fn a_locked_vault_says_so_and_opens_with_its_passphrase_alone() {
    let home = with_a_service();
    let agent = home.agent().without_passphrase_file().start();
    assert_eq!(agent.client().agent().unwrap().vault, VaultState::NeedsPassphrase);

    let locked = agent.client().services().unwrap_err();
    assert_eq!((locked.code, locked.title.as_str()), (Code::VaultLocked, "The vault is locked"));
    assert!(locked.hint.contains("grantkeep unlock"), "{locked:?}");
    let wrong = agent.client().unlock(SecretInput::from("wrong".to_owned())).unwrap_err();
    assert_eq!(wrong.code, Code::WrongPassphrase);
    assert!(agent.client().services().is_err(), "still locked");
    let right = fs::read_to_string(home.root().join("passphrase")).unwrap().trim().to_owned();
    agent.client().unlock(right.into()).unwrap();

    assert_eq!(agent.client().services().unwrap().len(), 1);
}

#[test]
fn a_passphrase_file_that_does_not_fit_is_named() {
    let home = with_a_service();
    fs::write(home.root().join("passphrase"), "another one\n").unwrap();

    let agent = home.agent().start();

    let problem = closed(&agent);
    assert_eq!(problem.code, Code::WrongPassphrase);
    assert_eq!(problem.title, "The passphrase file does not open the vault");
    assert!(problem.detail.contains("passphrase"), "it names the file: {problem:?}");
}

// R-RS-07
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_during_a_refresh_loses_nothing() {
    let (provider, home, id) = authorized().await;
    let agent = home.agent().by(&UNLIMITED).start();
    let old = agent.token(&id).unwrap();
    provider.fault(Endpoint::Token, "slow:300").await;
    provider.reset_stats().await;
    let (client, of) = (agent.client(), id.clone());
    let refreshing = std::thread::spawn(move || client.refresh(&of).map_err(Box::new));
    while provider.stats().await.refreshes() == 0 {
        tokio::task::yield_now().await;
    }

    fill_the_disk(&agent);
    let told = until_blocking("it is told", || agent.account(&id).trouble);
    assert_eq!(
        (told.problem.code, told.problem.title.as_str()),
        (Code::VaultReadOnly, "The vault can't be written")
    );
    assert_eq!(told.problem.detail, "New tokens are held in memory until it can. Nothing is lost.");
    free_the_disk(&agent);

    refreshing.join().unwrap().expect("stored as soon as there was room");
    let new = agent.token(&id).unwrap();
    assert_ne!(new, old);
    assert!(provider.honours(&new).await);
    assert_eq!(provider.stats().await.refreshes(), 1);
    agent.kill();
    let agent = home.agent().start();
    assert_eq!(agent.token(&id).unwrap(), new, "it is on the disk");
    agent.client().refresh(&id).expect("with the rotated refresh token");
}

// R-RS-02
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_noticed_before_anything_is_sent() {
    let (provider, home, id) = authorized().await;
    let agent = home.agent().by(&UNLIMITED).start();
    provider.reset_stats().await;
    fill_the_disk(&agent);

    let refused = [
        agent.client().refresh(&id).map(drop).unwrap_err(),
        agent.client().authorize(&id, None, false).map(drop).unwrap_err(),
        agent.client().revoke(&id).map(drop).unwrap_err(),
    ];

    for problem in refused {
        assert_eq!(
            (problem.code, problem.title.as_str()),
            (Code::VaultReadOnly, "The vault can't be written")
        );
        assert!(problem.hint.contains("Free some space"), "{problem:?}");
    }
    let stats = provider.stats().await;
    assert_eq!((stats.token_requests(), stats.revocation), (0, 0));
    assert!(provider.honours(&agent.token(&id).expect("a good token is handed out")).await);
    free_the_disk(&agent);
    agent.client().refresh(&id).expect("as if nothing had been");
    assert!(matches!(agent.account(&id).activity, Activity::None));
}

#[tokio::test]
async fn a_vault_that_can_not_be_used_is_not_tried_without_a_pause() {
    let world = World::with_account("work").await;
    let id = account("practice/work");
    world.vault().close().await;
    let mut events = world.keeper().subscribe();

    world.clock.advance(minutes(6));
    world.keeper().refresh(&id).await.unwrap_err();
    // The clock stands still, so nothing further is due.
    let pause = std::time::Duration::from_millis(200);
    let mut told = 0;
    while tokio::time::timeout(pause, events.recv()).await.is_ok() && told < 100 {
        told += 1;
    }

    assert!(told < 20, "it was tried over and over");
}

/// A home whose agent has left, with a service.
fn with_a_service() -> Home {
    let home = Home::new();
    let agent = home.agent().start();
    let draft = Draft {
        title: "Example".to_owned(),
        client_id: "abc".to_owned(),
        client_authentication: grantkeep_core::model::ClientAuthentication::None,
        authorize_uri: "https://example.com/authorize".to_owned(),
        token_uri: "https://example.com/token".to_owned(),
        ..Draft::default()
    };
    agent.add_draft(&draft, None);
    agent.leave();
    home
}

/// A home whose agent has left, with an account that Ada authorized.
async fn authorized() -> (Provider, Home, AccountId) {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    let id = agent.add(&provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    agent.leave();
    (provider, home, id)
}

/// Why the vault is closed.
#[expect(clippy::panic, reason = "called by tests only")]
#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn closed(agent: &AgentProcess) -> Problem {
    match agent.client().agent().unwrap().vault {
        VaultState::Unavailable { problem } => problem,
        other => panic!("the vault should be closed: {other:?}"),
    }
}

/// No file of the agent can grow any more: as near to a full disk as a test may come.
fn fill_the_disk(agent: &AgentProcess) {
    limit_files(agent, Some(0));
}

fn free_the_disk(agent: &AgentProcess) {
    limit_files(agent, None);
}

#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn limit_files(agent: &AgentProcess, bytes: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(agent.pid()).unwrap());
    prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Starts an agent that gets an error where it would be ended for a file that grows too large.
const UNLIMITED: [&str; 3] = ["sh", "-c", "trap '' XFSZ; exec \"$0\""];
