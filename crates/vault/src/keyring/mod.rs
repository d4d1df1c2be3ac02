//! The OS keyring behind a thread of its own.
//!
//! A locked keyring answers when the person does, which may be never (R-ST-04). So all calls are made on one
//! thread, one at a time, and the caller waits no longer than a deadline. A std thread, because the keyring's
//! client must not run on a thread of an async runtime, and a runtime would wait for it when it ends.

mod system;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::OpenError;
use crate::key::random_id;

/// Access to the keyring; clones share one thread.
#[derive(Clone)]
pub struct KeyringHandle {
    calls: mpsc::Sender<Call>,
    turns: Arc<Mutex<Turns>>,
    deadline: Duration,
}

impl KeyringHandle {
    /// The keyring of the system: Secret Service, Keychain or Credential Manager.
    ///
    /// Nothing is asked of it yet. A caller waits at most `deadline` for an answer; what the keyring shows to the
    /// person stays, so a later call finds it answered. Where no keyring was reachable, each call looks anew:
    /// the agent may start before the session bus does.
    pub fn system(deadline: Duration) -> Self {
        Self::over(system::System::default(), deadline)
    }

    /// Finds out whether the keyring keeps something, by a probe that is written, read and deleted.
    ///
    /// Reading alone does not tell: a keyring that was never set up answers "no such entry".
    ///
    /// # Errors
    /// `KeyringLocked`, `KeyringTimedOut`, `KeyringBusy` or `KeyringUnavailable`.
    pub fn usable(&self) -> Result<(), OpenError> {
        let probe = format!("probe:{}", random_id()?);
        self.keep(&probe, Zeroizing::new(probe.as_bytes().to_vec()))?;
        self.delete(&probe)
    }

    /// Starts the thread that talks to `store`.
    pub(crate) fn over(store: impl KeyStore, deadline: Duration) -> Self {
        let turns = Arc::new(Mutex::new(Turns::default()));
        let (calls, queue) = mpsc::channel();
        let finished = Arc::clone(&turns);
        let thread = thread::Builder::new().name("keyring".to_owned());
        // It ends with the last handle. Nobody waits for it: it may hang for ever. If it can't be started, the
        // queue is gone, and each call says so.
        let _ = thread.spawn(move || serve(store, &queue, &finished));
        Self { calls, turns, deadline }
    }

    /// Stores `secret`, reads it back and compares (R-ST-03).
    pub(crate) fn keep(&self, user: &str, secret: Zeroizing<Vec<u8>>) -> Result<(), OpenError> {
        let (name, copy) = (user.to_owned(), secret.clone());
        self.call(move |store| store.set(&name, &copy).map(|()| None))?;
        match self.get(user)? {
            Some(kept) if *kept == *secret => Ok(()),
            _ => {
                Err(OpenError::KeyringUnavailable { reason: "it did not keep what it was given".to_owned() })
            }
        }
    }

    pub(crate) fn get(&self, user: &str) -> Result<Option<Secret>, OpenError> {
        let user = user.to_owned();
        self.call(move |store| store.get(&user))
    }

    pub(crate) fn delete(&self, user: &str) -> Result<(), OpenError> {
        let user = user.to_owned();
        self.call(move |store| store.delete(&user).map(|()| None)).map(|_| ())
    }

    fn call(&self, ask: impl FnOnce(&mut dyn KeyStore) -> Answer + Send + 'static) -> Answer {
        let number = turns(&self.turns).next()?;
        let (reply, answer) = mpsc::sync_channel(1);
        let abandoned = Arc::new(AtomicBool::new(false));
        let call = Call { number, ask: Box::new(ask), abandoned: Arc::clone(&abandoned), reply };
        self.calls.send(call).map_err(|_| no_thread())?;
        match answer.recv_timeout(self.deadline) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                abandoned.store(true, Ordering::Relaxed);
                turns(&self.turns).gave_up(number);
                Err(OpenError::KeyringTimedOut)
            }
            Err(RecvTimeoutError::Disconnected) => Err(no_thread()),
        }
    }
}

/// A store of small secrets by name. It may block for as long as it likes.
pub(crate) trait KeyStore: Send + 'static {
    /// Adds or replaces an entry.
    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), OpenError>;
    /// Reads an entry.
    fn get(&mut self, user: &str) -> Answer;
    /// Removes an entry; it need not be there.
    fn delete(&mut self, user: &str) -> Result<(), OpenError>;
}

/// What comes back from the keyring: the secret of a `get` that found one.
pub(crate) type Answer = Result<Option<Secret>, OpenError>;

/// A secret on its way from or to the keyring; wiped when dropped.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

type Ask = Box<dyn FnOnce(&mut dyn KeyStore) -> Answer + Send>;

struct Call {
    number: u64,
    ask: Ask,
    /// The caller waits no more: a call that has not begun must not begin.
    abandoned: Arc<AtomicBool>,
    reply: mpsc::SyncSender<Answer>,
}

/// Which calls were made, given up and finished, by number.
#[derive(Default)]
struct Turns {
    made: u64,
    given_up: u64,
    finished: u64,
}

impl Turns {
    fn next(&mut self) -> Result<u64, OpenError> {
        if self.given_up > self.finished {
            return Err(OpenError::KeyringBusy);
        }
        self.made += 1;
        Ok(self.made)
    }

    fn gave_up(&mut self, number: u64) {
        self.given_up = self.given_up.max(number);
    }
}

fn serve(mut store: impl KeyStore, queue: &mpsc::Receiver<Call>, finished: &Mutex<Turns>) {
    for Call { number, ask, abandoned, reply } in queue {
        let answer = (!abandoned.load(Ordering::Relaxed)).then(|| ask(&mut store));
        turns(finished).finished = number;
        if let Some(answer) = answer {
            // A caller that waits no more asks again later.
            let _ = reply.send(answer);
        }
    }
}

/// The counters are whole after any panic: each change is one assignment.
fn turns(turns: &Mutex<Turns>) -> MutexGuard<'_, Turns> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

fn no_thread() -> OpenError {
    OpenError::KeyringUnavailable { reason: "its thread could not be started".to_owned() }
}
