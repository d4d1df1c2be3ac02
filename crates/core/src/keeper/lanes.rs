//! Lanes: scheduled refreshes go to a host a few at a time, the most urgent first (R-RS-05).
//!
//! What waits here waits before anything of it began: no turn is held, nothing is written. A caller that needs a token
//! does not queue here.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Keeper;
use super::drive::A_HOST;
use super::refresh::landed;
use crate::model::{AccountId, Timestamp, host_of};

/// By host.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<String, Lane>>);

#[derive(Default)]
struct Lane {
    under_way: usize,
    waiting: VecDeque<AccountId>,
    /// The host asked to be left alone until then (RFC 9110 §10.2.3).
    quiet_until: Option<Timestamp>,
}

/// Whether a refresh may begin.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// It may, and has to leave again.
    Taken,
    /// It waits for a place.
    Waiting,
    /// Not before that time.
    Quiet(Timestamp),
}

impl Lanes {
    /// The host asked to be left alone until then.
    pub(super) fn quiet(&self, host: &str, until: Timestamp) {
        let mut lanes = self.lanes();
        let lane = lanes.entry(host.to_owned()).or_default();
        lane.quiet_until = lane.quiet_until.max(Some(until));
    }

    fn enter(&self, host: &str, id: &AccountId, now: Timestamp) -> Place {
        let mut lanes = self.lanes();
        let lane = lanes.entry(host.to_owned()).or_default();
        if let Some(until) = lane.quiet_until.filter(|until| *until > now) {
            return Place::Quiet(until);
        }
        lane.quiet_until = None;
        if lane.under_way < A_HOST {
            lane.under_way += 1;
            return Place::Taken;
        }
        lane.waiting.push_back(id.clone());
        Place::Waiting
    }

    /// A refresh has ended. Who is next has to enter in turn.
    fn leave(&self, host: &str) {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get_mut(host) {
            lane.under_way = lane.under_way.saturating_sub(1);
            if lane.under_way == 0 && lane.waiting.is_empty() && lane.quiet_until.is_none() {
                lanes.remove(host);
            }
        }
    }

    /// Who waits longest, where there is a place, or no sense in waiting for one.
    fn next(&self, host: &str, now: Timestamp) -> Option<AccountId> {
        let mut lanes = self.lanes();
        let lane = lanes.get_mut(host)?;
        let moves = lane.under_way < A_HOST || lane.quiet_until.is_some_and(|until| until > now);
        if moves { lane.waiting.pop_front() } else { None }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper {
    /// Begins a refresh that is due, or puts it where it waits.
    pub(super) fn refresh_in_lane(self: &Arc<Self>, id: &AccountId, now: Timestamp) {
        let host = {
            let mut book = self.book();
            // What waits is not due: first it leaves its place in the line.
            book.change(id, |entry| entry.in_lane = false);
            // It may have been refreshed, edited or removed while it waited.
            if !book.is_due(id, now) {
                return;
            }
            let Some(service) = book.service(&id.service) else { return };
            host_of(&service.endpoints.token)
        };
        match self.lanes.enter(&host, id, now) {
            Place::Taken => {
                let flight = self.fly(id, None);
                let keeper = self.clone();
                tokio::spawn(async move {
                    if let Ok(flight) = flight {
                        // How it ended stands in the account.
                        let _ = landed(flight).await;
                    }
                    keeper.lanes.leave(&host);
                    let now = keeper.now();
                    while let Some(next) = keeper.lanes.next(&host, now) {
                        keeper.refresh_in_lane(&next, now);
                    }
                });
            }
            Place::Waiting => {
                self.book().change(id, |entry| entry.in_lane = true);
            }
            Place::Quiet(until) => {
                self.book().change(id, |entry| entry.not_before = Some(until));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn id(number: usize) -> AccountId {
        format!("s/{number}").parse().unwrap()
    }

    #[test]
    fn four_go_at_once_and_the_rest_in_order() {
        let lanes = Lanes::default();
        let places: Vec<_> = (0..7).map(|number| lanes.enter("a.example", &id(number), NOW)).collect();

        assert!(places[..A_HOST].iter().all(|place| *place == Place::Taken));
        assert!(places[A_HOST..].iter().all(|place| *place == Place::Waiting));
        assert_eq!(lanes.enter("b.example", &id(9), NOW), Place::Taken, "another host");
        assert_eq!(lanes.next("a.example", NOW), None, "no place");
        lanes.leave("a.example");
        assert_eq!(lanes.next("a.example", NOW), Some(id(A_HOST)));
    }

    #[test]
    fn a_host_that_asks_to_wait_is_left_alone() {
        let lanes = Lanes::default();
        let until = NOW + Duration::from_secs(60);
        for number in 0..6 {
            lanes.enter("a.example", &id(number), NOW);
        }

        lanes.quiet("a.example", until);
        lanes.quiet("a.example", NOW);

        assert_eq!(lanes.enter("a.example", &id(7), NOW), Place::Quiet(until), "the longest counts");
        assert_eq!(lanes.next("a.example", NOW), Some(id(A_HOST)), "those that wait are put off as well");
        lanes.leave("a.example");
        assert_eq!(lanes.enter("a.example", &id(7), until), Place::Taken, "the time is over");
    }
}
