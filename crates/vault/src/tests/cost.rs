//! What things cost. Run with `cargo test --release -p grantkeep-vault -- --ignored --nocapture cost`.

use std::io::Write as _;
use std::time::Instant;

use grantkeep_core::model::Slot;

use super::*;

#[test]
#[ignore = "measures, proves nothing"]
#[expect(clippy::disallowed_methods, reason = "short measurements that no suspend interrupts")]
fn cost_of_opening_reading_and_saving() {
    let folder = folder();
    let start = Instant::now();
    let vault = create(folder.path()).unwrap();
    report("make a vault, without Argon2", start, 1);
    for n in 0..50 {
        wait(vault.save_service(service(&format!("service-{n}")), SecretChange::Keep, Vec::new())).unwrap();
        let saved =
            vault.save_account(account(&format!("service-{n}"), "work", 1), set_current("1"), Vec::new());
        wait(saved).unwrap();
    }
    let (size, tries) = ("x".repeat(1_500), 500);
    let start = Instant::now();
    for n in 0..tries {
        let events = vec![event("service-7", Some("work"), "refreshed")];
        wait(vault.save_account(account("service-7", "work", n + 2), set_current(&size), events)).unwrap();
    }
    report("save an account with 7.5 kB of tokens and an event", start, tries);
    let start = Instant::now();
    for _ in 0..tries {
        wait(vault.check_writable()).unwrap();
    }
    report("check that the vault can be written", start, tries);
    let start = Instant::now();
    for _ in 0..tries {
        wait(vault.tokens(id("service-7", "work"), Slot::Current)).unwrap().unwrap();
    }
    report("read tokens", start, tries);
    wait(vault.log((0..1_000).map(|_| event("service-7", Some("work"), "full")).collect())).unwrap();
    let start = Instant::now();
    wait(vault.log((0..1_000).map(|_| event("service-7", Some("work"), "full")).collect())).unwrap();
    report("an event where 1,000 are kept", start, 1_000);
    let start = Instant::now();
    history(&vault, Some(id("service-7", "work")), 100).unwrap();
    report("100 events", start, 1);
    let start = Instant::now();
    drop(vault);
    report("close", start, 1);
    let start = Instant::now();
    let vault = open(folder.path()).unwrap();
    report("open, without Argon2", start, 1);
    let start = Instant::now();
    wait(vault.load()).unwrap();
    report("load 50 services and accounts", start, 1);
    let start = Instant::now();
    assert!(wait(vault.integrity_check()).unwrap().is_empty());
    report("check everything", start, 1);
    let other = super::folder();
    let start = Instant::now();
    drop(Vault::create_with_passphrase(other.path(), &passphrase()).unwrap());
    report("make a vault, with Argon2", start, 1);
}

fn report(what: &str, start: Instant, times: u64) {
    let micros = start.elapsed().as_secs_f64() * 1e6 / times as f64;
    writeln!(std::io::stdout(), "{micros:10.0} µs  {what}").unwrap();
}
