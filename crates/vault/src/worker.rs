//! The thread that has the database connection.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use grantkeep_core::ports::{Later, StoreError};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::OpenError;
use crate::connection::{checkpoint, make_room};
use crate::error::{Fault, is_not_writable};

/// A handle to the thread. Jobs run one after the other, in the order they were given.
pub(crate) struct Worker {
    /// The thread's own, but for a moment in [`Worker::ask_now`]; `None` once it is closed.
    connection: Arc<Mutex<Option<Connection>>>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

impl Worker {
    /// Moves the connection to a thread of its own.
    pub(crate) fn start(connection: Connection) -> Result<Self, OpenError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let connection = Arc::new(Mutex::new(Some(connection)));
        let own = connection.clone();
        let thread = thread::Builder::new()
            .name("vault".to_owned())
            .spawn(move || {
                for job in queue {
                    if let Some(connection) = lock(&own).as_mut() {
                        job(connection);
                    }
                }
                if let Some(connection) = lock(&own).take() {
                    finish(connection);
                }
            })
            .map_err(|e| OpenError::io("start the vault's thread", e))?;
        Ok(Self { connection, jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    /// Does `write` in one transaction that is durable when the future is ready.
    ///
    /// The transaction happens even if nobody waits for it any more. When the disk does not take it, the journal
    /// is folded into `vault.db`: that makes room in it for the next try.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Later<'static, Result<T, StoreError>> {
        self.ask(move |connection| {
            let result = transact(connection, write);
            if let Err(Fault::Sql(error)) = &result
                && is_not_writable(error)
                && let Err(error) = make_room(connection)
            {
                tracing::debug!(%error, "no room in the journal either");
            }
            result
        })
    }

    /// Does a short `read` here and now while the thread has nothing to do, else as [`Worker::ask`]: to wake the thread
    /// and be woken takes longer than to read a row, and each token that a program gets waits for it.
    pub(crate) fn ask_now<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Later<'static, Result<T, StoreError>> {
        if let Ok(mut connection) = self.connection.try_lock()
            && let Some(connection) = connection.as_mut()
        {
            let result = read(connection).map_err(StoreError::from);
            return Box::pin(std::future::ready(result));
        }
        self.ask(read)
    }

    /// Does `read` on the connection.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Later<'static, Result<T, StoreError>> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Without a receiver the caller stopped waiting; what was done stays done.
            let _ = reply.send(read(connection).map_err(StoreError::from));
        });
        // A job that can't be sent is dropped, and its reply with it: the receiver then says `Closed`.
        let _ = lock(&self.jobs).as_ref().map(|jobs| jobs.send(job));
        Box::pin(async move { answer.await.unwrap_or(Err(StoreError::Closed)) })
    }

    /// Ends the thread once what was asked before is done; the lock on the file is gone when the future is ready.
    pub(crate) fn close(&self) -> Later<'static, ()> {
        let (reply, answer) = oneshot::channel::<()>();
        if let Some(thread) = lock(&self.thread).take() {
            drop(lock(&self.jobs).take());
            // Joining blocks, and the caller may be on an async thread.
            let _ = thread::Builder::new().spawn(move || {
                let _ = thread.join();
                drop(reply);
            });
        }
        Box::pin(async move {
            let _ = answer.await;
        })
    }
}

impl Drop for Worker {
    /// Waits for the thread, so that the vault can be opened again at once.
    fn drop(&mut self) {
        drop(lock(&self.jobs).take());
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

fn transact<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = write(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

fn finish(connection: Connection) {
    if let Err(error) = checkpoint(&connection) {
        // The journal keeps what is not in vault.db yet; the next opening reads it.
        tracing::warn!(%error, "could not fold the journal into vault.db");
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "could not close vault.db");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
