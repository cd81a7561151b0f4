//! Defines how long nodes work, without a look at the clock for every turn.
//!
//! Reading a clock costs more than a quick node does. So a node is measured turn
//! by turn until it has proved to be quick; turns of quick nodes are measured
//! together, as a *stretch*. A stretch that took long makes all in it prove
//! themselves again.

use std::time::{Duration, Instant};

use super::{Place, kind::Kind};

/// A turn, or the mean of a stretch, that is no longer than this is quick.
const QUICK: Duration = Duration::from_micros(1);
/// The quick turns by which a node proves itself.
const PROOF: u8 = 32;
/// The turns of the longest stretch.
const STRETCH: usize = 64;

/// The time a node has taken.
#[derive(Default)]
pub struct Time {
    pub(super) total: Duration,
    /// Its quick turns in a row, up to the proof.
    quick: u8,
}

impl Time {
    /// Adds a turn that was measured.
    pub(super) fn add(&mut self, took: Duration) {
        self.total += took;
        self.quick = match took <= QUICK {
            true => PROOF.min(self.quick + 1),
            false => 0,
        };
    }
}

/// The clock of a mesh.
pub struct Clock {
    /// The beginning of the stretch, or of the turn.
    since: Instant,
    /// The nodes of the stretch, and the items of each turn.
    turns: [(usize, usize); STRETCH],
    /// The number of its turns.
    len: usize,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            turns: [(0, 0); STRETCH],
            len: 0,
        }
    }

    /// Begins a run. What a run that panicked has left is forgotten.
    pub(super) fn start(&mut self) {
        self.since = Instant::now();
        self.len = 0;
    }

    /// Begins a turn, and returns whether it is measured alone.
    #[inline]
    pub(super) fn begin<K: Kind>(&mut self, places: &mut [Place<K>], index: usize) -> bool {
        if places[index].time.quick == PROOF {
            return false;
        }
        self.share(places);
        true
    }

    /// Ends a turn.
    #[inline]
    pub(super) fn end<K: Kind>(
        &mut self,
        places: &mut [Place<K>],
        index: usize,
        worked: usize,
        alone: bool,
    ) {
        if alone {
            let took = self.lap();
            places[index].time.add(took);
            return;
        }
        self.turns[self.len] = (index, worked);
        self.len += 1;
        if self.len == STRETCH {
            self.share(places);
        }
    }

    /// Ends a stretch: its nodes share its time.
    pub(super) fn share<K: Kind>(&mut self, places: &mut [Place<K>]) {
        let took = self.lap();
        let turns = &self.turns[..std::mem::take(&mut self.len)];
        let items: usize = turns.iter().map(|(_, worked)| worked).sum();
        let quick = took <= QUICK * turns.len() as u32;
        let nanos = took.as_nanos();
        for (index, worked) in turns {
            let time = &mut places[*index].time;
            if items > 0 {
                let share = nanos * *worked as u128 / items as u128;
                time.total += Duration::from_nanos(share as u64);
            }
            if !quick {
                time.quick = 0;
            }
        }
    }

    /// The time since the last look.
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let took = now - self.since;
        self.since = now;
        took
    }
}
