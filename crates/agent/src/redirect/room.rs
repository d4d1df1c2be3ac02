//! How many connections are open at once, and which one goes when there are too many (R-CB-10).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;

/// Room for [`SEATS`] connections.
///
/// When it is full, the one that has been reading longest goes, once it had [`GRACE`]: a browser sends its
/// request at once, whoever holds connections open does not. So no flood keeps the genuine redirect out.
#[derive(Default)]
pub(super) struct Room {
    seats: Mutex<Seats>,
    freed: Notify,
}

#[derive(Default)]
struct Seats {
    closed: bool,
    last: u64,
    reading: VecDeque<Reader>,
    answering: usize,
}

struct Reader {
    number: u64,
    since: Instant,
    task: AbortHandle,
}

/// A connection's place; given back when dropped.
pub(super) struct Seat {
    room: Arc<Room>,
    number: u64,
    answering: bool,
}

/// What came of asking for a seat.
pub(super) enum Entry<T> {
    /// The connection is served.
    Seated,
    /// It is not, and is dropped.
    TurnedAway,
    /// Room may be there after that time, or when a seat is given back.
    Full(T, Duration),
}

impl Room {
    /// Finds a seat for `connection` and starts `serve`, waiting at most [`GRACE`].
    pub(super) async fn admit<T, S>(self: &Arc<Self>, connection: T, serve: S)
    where
        S: Fn(T, Seat) -> JoinHandle<()>,
    {
        let mut waiting = connection;
        loop {
            match self.try_admit(waiting, &serve) {
                Entry::Seated | Entry::TurnedAway => return,
                Entry::Full(connection, wait) => {
                    waiting = connection;
                    // Running out of time is as good as a seat given back: both are looked at again.
                    let _ = tokio::time::timeout(wait, self.freed.notified()).await;
                }
            }
        }
    }

    fn try_admit<T, S>(self: &Arc<Self>, connection: T, serve: &S) -> Entry<T>
    where
        S: Fn(T, Seat) -> JoinHandle<()>,
    {
        let mut seats = self.seats();
        if seats.closed {
            return Entry::TurnedAway;
        }
        if seats.reading.len() + seats.answering >= SEATS {
            let Some(oldest) = seats.reading.front() else { return Entry::TurnedAway };
            let age = oldest.since.elapsed();
            if age < GRACE {
                return Entry::Full(connection, GRACE - age);
            }
            oldest.task.abort();
            seats.reading.pop_front();
        }
        seats.last += 1;
        let number = seats.last;
        let seat = Seat { room: Arc::clone(self), number, answering: false };
        // The task can't give its seat back before this lock is released.
        let task = serve(connection, seat).abort_handle();
        seats.reading.push_back(Reader { number, since: Instant::now(), task });
        Entry::Seated
    }

    /// Ends all connections, except those that a redirect came in by.
    pub(super) fn close(&self) {
        let mut seats = self.seats();
        seats.closed = true;
        for reader in seats.reading.drain(..) {
            reader.task.abort();
        }
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Keeps the connection until its answer is sent. False when it was to end at this moment.
    pub(super) fn keep(&mut self) -> bool {
        let mut seats = self.room.seats();
        if !seats.leave(self.number) {
            return false;
        }
        seats.answering += 1;
        self.answering = true;
        true
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.room.seats();
        if self.answering {
            seats.answering -= 1;
        } else {
            seats.leave(self.number);
        }
        drop(seats);
        self.room.freed.notify_one();
    }
}

impl Seats {
    fn leave(&mut self, number: u64) -> bool {
        let place = self.reading.iter().position(|reader| reader.number == number);
        place.and_then(|place| self.reading.remove(place)).is_some()
    }
}

/// Connections at once (R-CB-10).
const SEATS: usize = 32;

/// How long a connection is safe from later ones.
const GRACE: Duration = Duration::from_millis(50);
