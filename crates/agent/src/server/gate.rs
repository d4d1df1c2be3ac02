//! How many requests are in work at once (R-AG-05).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for 64 requests, at most 16 of them a process'; further ones queue.
pub(super) struct Gate {
    all: Arc<Semaphore>,
    processes: Mutex<HashMap<Option<i32>, Weak<Semaphore>>>,
}

/// A place in work: one among all, and one among the process' own.
pub(super) type Places = [Option<OwnedSemaphorePermit>; 2];

impl Gate {
    /// Waits for a place; it is free again when what is returned is dropped.
    pub(super) async fn enter(&self, pid: Option<i32>) -> Places {
        // The process' own queue first: one that asks too much waits there, and takes nobody else's place.
        let own = self.of_process(pid).acquire_owned().await.ok();
        let any = self.all.clone().acquire_owned().await.ok();
        [own, any]
    }

    fn of_process(&self, pid: Option<i32>) -> Arc<Semaphore> {
        let mut processes = self.processes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = processes.get(&pid).and_then(Weak::upgrade) {
            return places;
        }
        // Places live as long as somebody has or awaits one.
        processes.retain(|_, places| places.strong_count() > 0);
        let places = Arc::new(Semaphore::new(A_PROCESS));
        processes.insert(pid, Arc::downgrade(&places));
        places
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(AT_ONCE)), processes: Mutex::default() }
    }
}

const AT_ONCE: usize = 64;
const A_PROCESS: usize = 16;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    // R-AG-05
    #[tokio::test]
    async fn a_process_has_sixteen_places_and_all_have_sixty_four() {
        let gate = Gate::default();
        let full =
            async |pid| tokio::time::timeout(Duration::from_millis(20), gate.enter(pid)).await.is_err();
        let mut places = Vec::new();
        for pid in 1..=4 {
            for _ in 0..A_PROCESS {
                assert!(!full(Some(pid)).await, "process {pid} has room");
                places.push(gate.enter(Some(pid)).await);
            }
            assert!(full(Some(pid)).await, "process {pid} has 16");
        }
        assert!(full(Some(5)).await, "64 are in work");

        places.pop();

        assert!(!full(Some(5)).await, "a place is free again");
    }
}
