//! The functions that run for the items of a stage: how many, for how long, and for whom.
//!
//! To look at the clock may take longer than a function that has its value at once. So of
//! those, where they are fast, one of 64 is timed, of those that take no longer than the clock
//! one of 1,024, and stands for the others. One that waits is timed in any case.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_core::Serialize;

use tokio::time::Instant;

use super::{JobCounts, OldestJob, sketch::Sketch};

/// Says how many of those that run are told one by one.
const TOLD: usize = 5;

/// The functions of one stage. Nobody holds the lock but for a few steps: whoever begins
/// or ends one, and whoever takes a snapshot.
#[derive(Default)]
pub(super) struct Running {
    state: Mutex<State>,
}

/// The number of functions that one which is timed stands for, where it has its value at once
/// and takes less than these times.
const STANDS_FOR: [(Duration, u64); 2] = [
    (Duration::from_micros(1), 1024),
    (Duration::from_micros(20), 64),
];

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
    /// The seconds of all that ended at once, in which whoever began them computed, and of all
    /// others that have ended.
    seconds: [f64; 2],
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
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One begins, of which `untimed` were not timed before; returns its place.
    #[cold]
    pub(super) fn begin(&self, now: Instant, untimed: u64, key: Option<&impl Serialize>) -> usize {
        let mut state = self.lock();
        let number = state.begun + untimed;
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

    /// One ends: well, badly, or by being dropped; perhaps `at_once`. Returns how many it stands
    /// for.
    #[cold]
    pub(super) fn end(&self, place: usize, failed: Option<bool>, at_once: bool) -> u64 {
        let now = Instant::now();
        let mut state = self.lock();
        let since = state.slots[place].since.take();
        state.free.push(place);
        let (Some(since), Some(failed)) = (since, failed) else {
            return 1;
        };
        let time = now.saturating_duration_since(since);
        let mut steps = STANDS_FOR
            .iter()
            .filter(|(most, _)| at_once && time < *most);
        let times = steps.next().map_or(1, |(_, times)| *times);
        state.times.add(time, times);
        #[allow(clippy::cast_precision_loss, reason = "it is 1,024 at most")]
        let seconds = time.as_secs_f64() * times as f64;
        state.seconds[usize::from(!at_once)] += seconds;
        if failed {
            state.failed += 1;
        } else {
            state.done += 1;
        }
        times
    }

    /// Returns the number of those that run.
    pub(super) fn count(&self) -> u64 {
        let state = self.lock();
        (state.slots.len() - state.free.len()) as u64
    }

    /// Returns the seconds of all that have ended at once, and of all others that have ended or
    /// run.
    pub(super) fn seconds(&self, now: Instant) -> [f64; 2] {
        let state = self.lock();
        let runs = state.slots.iter().filter_map(|slot| slot.since);
        let run = runs.map(|since| now.saturating_duration_since(since).as_secs_f64());
        let [at_once, others] = state.seconds;
        [at_once, others + run.sum::<f64>()]
    }

    /// Returns what is told of them; `untimed` others ended well, and badly.
    pub(super) fn told(&self, stage: &str, now: Instant, untimed: [u64; 2]) -> JobCounts {
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
            done: state.done + untimed[0],
            failed: state.failed + untimed[1],
            p50: state.times.quantile(0.5),
            p99: state.times.quantile(0.99),
            oldest: oldest.collect(),
        }
    }
}
