//! The functions that run for the items of a stage: how many, for how long, and for whom.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use tokio::time::Instant;

use super::{JobCounts, OldestJob, shared::Shared, sketch::Sketch};

/// Says how many of those that run are told one by one.
const TOLD: usize = 5;

/// The functions of one stage. Nobody holds the lock but for a few steps: whoever begins
/// or ends one, and whoever takes a snapshot.
#[derive(Default)]
pub(super) struct Running(Mutex<State>);

#[derive(Default)]
struct State {
    /// The places of those that run; one that ends leaves its place, and its text, to the
    /// next.
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The number of those that have begun so far.
    begun: u64,
    done: u64,
    failed: u64,
    times: Sketch,
    /// The seconds of all that have ended.
    total: f64,
}

struct Slot {
    /// `None` in a free place.
    since: Option<Instant>,
    /// Its JSON; empty where it has none.
    key: Vec<u8>,
    number: u64,
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, now: Instant, key: Option<&impl Serialize>) -> usize {
        let mut state = self.lock();
        let number = state.begun;
        state.begun += 1;
        let place = state.free.pop().unwrap_or_else(|| {
            state.slots.push(Slot {
                since: None,
                key: Vec::new(),
                number: 0,
            });
            // So that a place can always be given back without an allocation.
            let places = state.slots.len();
            let more = places - state.free.len();
            state.free.reserve(more);
            places - 1
        });
        let slot = &mut state.slots[place];
        slot.key.clear();
        if let Some(key) = key {
            // A key that cannot be written is told as its number.
            if serde_json::to_writer(&mut slot.key, key).is_err() {
                slot.key.clear();
            }
        }
        (slot.since, slot.number) = (Some(now), number);
        place
    }

    /// One ends: well, badly, or by being dropped.
    fn end(&self, place: usize, failed: Option<bool>) {
        let now = Instant::now();
        let mut state = self.lock();
        let since = state.slots[place].since.take();
        state.free.push(place);
        let (Some(since), Some(failed)) = (since, failed) else {
            return;
        };
        let time = now.saturating_duration_since(since);
        state.times.add(time);
        state.total += time.as_secs_f64();
        if failed {
            state.failed += 1;
        } else {
            state.done += 1;
        }
    }

    /// Returns the seconds of all that have ended and of all that run.
    pub(super) fn seconds(&self, now: Instant) -> f64 {
        let state = self.lock();
        let runs = state.slots.iter().filter_map(|slot| slot.since);
        let run = runs.map(|since| now.saturating_duration_since(since).as_secs_f64());
        state.total + run.sum::<f64>()
    }

    pub(super) fn told(&self, stage: &str, now: Instant) -> JobCounts {
        let state = self.lock();
        let mut running: Vec<_> = state.slots.iter().collect();
        running.retain(|slot| slot.since.is_some());
        running.sort_by_key(|slot| (slot.since, slot.number));
        let oldest = running.iter().take(TOLD).map(|slot| OldestJob {
            key: match slot.key.is_empty() {
                true => slot.number.to_string(),
                false => String::from_utf8_lossy(&slot.key).into_owned(),
            },
            seconds: slot.since.map_or(0.0, |since| {
                now.saturating_duration_since(since).as_secs_f64()
            }),
        });
        JobCounts {
            stage: stage.into(),
            running: running.len() as u64,
            done: state.done,
            failed: state.failed,
            p50: state.times.quantile(0.5),
            p99: state.times.quantile(0.99),
            oldest: oldest.collect(),
        }
    }
}

/// A function that runs. Dropped, it ran to no end.
pub(super) struct Ticket<'a> {
    running: &'a Running,
    place: Option<usize>,
}

impl<'a> Ticket<'a> {
    pub(super) fn begin(shared: &'a Shared, job: usize, key: Option<&impl Serialize>) -> Self {
        let running = &shared.jobs[job];
        let place = Some(running.begin(Instant::now(), key));
        Self { running, place }
    }

    pub(super) fn end(mut self, failed: bool) {
        if let Some(place) = self.place.take() {
            self.running.end(place, Some(failed));
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.running.end(place, None);
        }
    }
}
