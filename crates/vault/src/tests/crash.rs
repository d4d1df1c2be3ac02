//! SIGKILL at any moment: what was acknowledged is there afterwards.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::time::Duration;

use grantkeep_core::model::Slot;

use super::*;
use crate::{Found, inspect};

// R-RS-02, R-ST-10
#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let folder = folder();
    drop(create_with_account(folder.path()));
    let mut acknowledged = 1;
    for round in 0..ROUNDS {
        let mut process = child("tests::crash::child_saves_until_killed", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        let mut committed =
            lines.by_ref().filter_map(|line| line.strip_prefix(COMMITTED)?.parse::<u64>().ok());
        // Killed between two lines, after more of them in each round: somewhere in a transaction.
        acknowledged = committed.by_ref().nth(round).unwrap();
        std::thread::sleep(Duration::from_micros(137 * round as u64));
        process.kill().unwrap();
        acknowledged = committed.last().unwrap_or(acknowledged);
        process.wait().unwrap();

        let vault = open(folder.path()).unwrap();
        let account = wait(vault.load()).unwrap().accounts.remove(0);
        let tokens = wait(vault.tokens(account.id.clone(), Slot::Current)).unwrap().unwrap();
        let event = history(&vault, None, 1).unwrap().remove(0);
        let stored = account.revision;
        assert!(
            (acknowledged..=acknowledged + 1).contains(&stored),
            "{stored} stored, {acknowledged} acknowledged"
        );
        assert!(is_access(&tokens, &format!("access-{stored}")), "account and tokens are of one transaction");
        assert_eq!(event.text, stored.to_string(), "and the event");
        assert_eq!(wait(vault.integrity_check()).unwrap(), [""; 0]);
    }
    assert!(acknowledged > ROUNDS as u64);
}

#[test]
#[ignore = "started by a_killed_process_loses_nothing_that_was_acknowledged"]
fn child_saves_until_killed() {
    let Some(folder) = child_folder() else { return };
    let vault = open(&folder).unwrap();
    let stored = wait(vault.load()).unwrap().accounts.remove(0).revision;
    let mut output = std::io::stdout().lock();
    for revision in stored + 1.. {
        let events = vec![event("google", Some("work"), &revision.to_string())];
        wait(vault.save_account(
            account("google", "work", revision),
            set_current(&revision.to_string()),
            events,
        ))
        .unwrap();
        writeln!(output, "\n{COMMITTED}{revision}").unwrap();
    }
}

#[test]
fn a_process_killed_while_it_makes_a_vault_leaves_one_that_opens_or_none() {
    let (mut nothing, mut something) = (0, 0);
    for round in 0..4 * ROUNDS {
        let folder = folder();
        let mut process =
            child("tests::crash::child_makes_a_vault", folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        lines.find(|line| line.starts_with(BEGUN)).unwrap();
        std::thread::sleep(Duration::from_micros(250 * round as u64));
        process.kill().unwrap();
        process.wait().unwrap();

        match inspect(folder.path()).unwrap() {
            Found::Nothing => {
                nothing += 1;
                drop(create(folder.path()).unwrap());
            }
            Found::Passphrase => something += 1,
            Found::Keyring => panic!("another vault"),
        }
        let vault = open(folder.path()).unwrap();
        wait(vault.check_writable()).unwrap();
        assert_eq!(wait(vault.integrity_check()).unwrap(), [""; 0]);
    }
    assert!(nothing > 0 && something > 0, "both happen: {nothing}, {something}");
}

#[test]
#[ignore = "started by a_process_killed_while_it_makes_a_vault_leaves_one_that_opens_or_none"]
fn child_makes_a_vault() {
    let Some(folder) = child_folder() else { return };
    let mut output = std::io::stdout().lock();
    writeln!(output, "\n{BEGUN}").unwrap();
    drop(create(&folder).unwrap());
}

const ROUNDS: usize = 20;
const COMMITTED: &str = "committed ";
const BEGUN: &str = "begun";
