//! The keyring's thread, over stores that misbehave.

use std::collections::HashMap;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::*;
use crate::keyring::{Answer, KeyStore};
use crate::{Found, KeyringHandle, inspect};

#[test]
fn a_vault_opens_with_the_key_from_the_keyring() {
    let folder = folder();
    let entries = Entries::default();
    let keyring = || KeyringHandle::over(Memory(Arc::clone(&entries)), PATIENCE);

    keyring().usable().unwrap();
    let vault = Vault::create_with_keyring(folder.path(), &keyring()).unwrap();
    wait(vault.save_service(service("google"), SecretChange::Keep, Vec::new())).unwrap();
    drop(vault);

    assert_eq!(inspect(folder.path()).unwrap(), Found::Keyring);
    let names: Vec<_> = entries.lock().unwrap().keys().cloned().collect();
    assert!(names.len() == 1 && names[0].starts_with("vault-key:"), "the probe is gone: {names:?}");
    let vault = Vault::open_with_keyring(folder.path(), &keyring()).unwrap();
    assert_eq!(wait(vault.load()).unwrap().services.len(), 1);
    assert!(matches!(open(folder.path()), Err(OpenError::KeyElsewhere)));
}

// R-ST-02
#[test]
fn a_missing_key_locks_the_vault_and_no_new_one_is_made() {
    let folder = folder();
    let entries = Entries::default();
    let keyring = KeyringHandle::over(Memory(Arc::clone(&entries)), PATIENCE);
    drop(Vault::create_with_keyring(folder.path(), &keyring).unwrap());
    let before = bytes_of(folder.path());
    let kept = std::mem::take(&mut *entries.lock().unwrap());

    for _ in 0..2 {
        assert!(matches!(Vault::open_with_keyring(folder.path(), &keyring), Err(OpenError::KeyMissing)));
        assert!(matches!(Vault::create_with_keyring(folder.path(), &keyring), Err(OpenError::AlreadyThere)));
    }
    assert!(entries.lock().unwrap().is_empty(), "no new key");
    assert!(bytes_of(folder.path()) == before);

    *entries.lock().unwrap() = kept;
    Vault::open_with_keyring(folder.path(), &keyring).expect("opens again by itself once the key is back");
}

// R-ST-03
#[test]
fn a_keyring_that_does_not_keep_the_key_gets_no_vault() {
    let folder = folder();
    let keyring = KeyringHandle::over(Forgetful, PATIENCE);

    assert!(matches!(keyring.usable(), Err(OpenError::KeyringUnavailable { .. })));
    let made = Vault::create_with_keyring(folder.path(), &keyring);

    assert!(matches!(made, Err(OpenError::KeyringUnavailable { .. })));
    assert_eq!(inspect(folder.path()).unwrap(), Found::Nothing);
}

// R-ST-04
#[test]
fn a_keyring_that_hangs_is_given_up_and_later_calls_answer_at_once() {
    let folder = folder();
    let entries = Entries::default();
    let healthy = KeyringHandle::over(Memory(Arc::clone(&entries)), PATIENCE);
    drop(Vault::create_with_keyring(folder.path(), &healthy).unwrap());
    let (answer, question) = mpsc::channel();
    let hanging = Hanging { question, then: Memory(entries) };
    let keyring = KeyringHandle::over(hanging, Duration::from_millis(100));
    let path = folder.path().to_owned();
    let open = move || Vault::open_with_keyring(&path, &keyring).map(drop);

    let first = within(Duration::from_secs(5), open.clone());
    assert!(matches!(first, Err(OpenError::KeyringTimedOut)), "within the deadline");
    for _ in 0..100 {
        // A hundred deadlines would be longer.
        let later = within(Duration::from_millis(90), open.clone());
        assert!(matches!(later, Err(OpenError::KeyringBusy)), "at once");
    }

    // The person answers: the call that hung returns, and the ones after it get through.
    drop(answer);
    let mut result = Err(OpenError::KeyringBusy);
    for _ in 0..500 {
        result = open();
        if !matches!(result, Err(OpenError::KeyringBusy)) {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    result.expect("comes back by itself");
}

#[test]
fn a_call_given_up_before_its_turn_is_not_made_later() {
    let entries = Entries::default();
    let (answer, question) = mpsc::channel();
    let hanging = Hanging { question, then: Memory(Arc::clone(&entries)) };
    let keyring = KeyringHandle::over(hanging, Duration::from_millis(200));
    let (one, two) = (keyring.clone(), keyring.clone());

    let first = thread::spawn(move || one.get("a").map(drop));
    let second = thread::spawn(move || two.keep("a", Zeroizing::new(vec![1])));
    let given_up = [first.join().unwrap(), second.join().unwrap()];
    drop(answer);
    while let Err(OpenError::KeyringBusy) = keyring.get("a") {
        thread::sleep(Duration::from_millis(10));
    }

    // Whichever came first hung; if that was the `keep`, it was under way and may be done.
    let done = entries.lock().unwrap().len();
    assert!(given_up.iter().all(Result::is_err));
    assert!(done <= 1);
    assert!(keyring.usable().is_ok());
}

type Entries = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A keyring in memory.
struct Memory(Entries);

impl KeyStore for Memory {
    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), OpenError> {
        self.0.lock().unwrap().insert(user.to_owned(), secret.to_vec());
        Ok(())
    }

    fn get(&mut self, user: &str) -> Answer {
        Ok(self.0.lock().unwrap().get(user).cloned().map(Zeroizing::new))
    }

    fn delete(&mut self, user: &str) -> Result<(), OpenError> {
        self.0.lock().unwrap().remove(user);
        Ok(())
    }
}

/// Takes everything and keeps nothing.
struct Forgetful;

impl KeyStore for Forgetful {
    fn set(&mut self, _user: &str, _secret: &[u8]) -> Result<(), OpenError> {
        Ok(())
    }

    fn get(&mut self, _user: &str) -> Answer {
        Ok(None)
    }

    fn delete(&mut self, _user: &str) -> Result<(), OpenError> {
        Ok(())
    }
}

/// Asks the person before each call, until the other end of the question is dropped.
struct Hanging {
    question: mpsc::Receiver<()>,
    then: Memory,
}

impl KeyStore for Hanging {
    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), OpenError> {
        let _ = self.question.recv();
        self.then.set(user, secret)
    }

    fn get(&mut self, user: &str) -> Answer {
        let _ = self.question.recv();
        self.then.get(user)
    }

    fn delete(&mut self, user: &str) -> Result<(), OpenError> {
        let _ = self.question.recv();
        self.then.delete(user)
    }
}

/// The result of `work`, which must be there in that time.
fn within<T: Send + 'static>(time: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(time).expect("in time")
}

const PATIENCE: Duration = Duration::from_secs(10);
