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
/// So is one that takes no longer than so many looks at the clock: where the clock is
/// slow, measuring costs a small part of the work as well.
const LOOKS: u32 = 25;
/// The quick turns by which a node proves itself.
const PROOF: u8 = 32;
/// The turns of the longest stretch.
const STRETCH: usize = 64;

/// The time a node has taken.
#[derive(Default)]
pub struct Time {
    /// In nanoseconds.
    total: u64,
    /// Its quick turns in a row, up to the proof.
    quick: u8,
    /// The number of items it had worked on when the stretch began, where it is in one.
    begun: Option<u64>,
}

impl Time {
    /// All of it.
    pub(super) fn total(&self) -> Duration {
        Duration::from_nanos(self.total)
    }

    /// Adds a turn that was measured.
    fn add(&mut self, took: Duration, is_quick: bool) {
        self.total += took.as_nanos() as u64;
        self.quick = match is_quick {
            true => PROOF.min(self.quick + 1),
            false => 0,
        };
    }
}

/// The clock of a mesh.
pub struct Clock {
    /// The longest turn that is quick.
    quick: Duration,
    /// The beginning of the stretch, or of the turn.
    since: Instant,
    /// The nodes of the stretch.
    nodes: Vec<usize>,
    /// The number of its turns.
    turns: usize,
}

impl Clock {
    pub(super) fn new() -> Self {
        // One of them may be interrupted.
        let look = (0..4).map(|_| Instant::now().elapsed()).min();
        Self {
            quick: QUICK.max(LOOKS * look.unwrap_or_default()),
            since: Instant::now(),
            nodes: Vec::with_capacity(STRETCH),
            turns: 0,
        }
    }

    /// Measures a turn that is taken by hand.
    pub(super) fn add(&self, time: &mut Time, took: Duration) {
        time.add(took, took <= self.quick);
    }

    /// Begins a run. What a run that panicked has left is forgotten.
    pub(super) fn start<K: Kind>(&mut self, places: &mut [Place<K>]) {
        for node in self.nodes.drain(..) {
            places[node].time.begun = None;
        }
        self.turns = 0;
        self.since = Instant::now();
    }

    /// Begins a turn, and returns whether it is measured alone.
    #[inline]
    pub(super) fn begin<K: Kind>(&mut self, places: &mut [Place<K>], index: usize) -> bool {
        // In a stretch there is nothing more to do.
        if self.turns < STRETCH && places[index].time.begun.is_some() {
            self.turns += 1;
            return false;
        }
        self.begin_anew(places, index)
    }

    /// Begins a turn of a node that is not in the stretch, or the first of a stretch.
    #[inline(never)]
    fn begin_anew<K: Kind>(&mut self, places: &mut [Place<K>], index: usize) -> bool {
        let alone = places[index].time.quick < PROOF;
        if alone || self.turns == STRETCH {
            self.share(places);
        }
        if !alone {
            let place = &mut places[index];
            place.time.begun = Some(place.worked);
            self.nodes.push(index);
            self.turns += 1;
        }
        alone
    }

    /// Ends a turn that is measured alone.
    #[cold]
    pub(super) fn end(&mut self, time: &mut Time) {
        let took = self.lap();
        self.add(time, took);
    }

    /// Ends a stretch: its nodes share its time.
    pub(super) fn share<K: Kind>(&mut self, places: &mut [Place<K>]) {
        let took = self.lap();
        let quick = took <= self.quick * std::mem::take(&mut self.turns) as u32;
        let items = |place: &Place<K>| place.worked - place.time.begun.unwrap_or(place.worked);
        let all: u64 = self.nodes.iter().map(|node| items(&places[*node])).sum();
        // A turn may have found nothing to do.
        let an_item = took.as_nanos() as f64 / all.max(1) as f64;
        for node in self.nodes.drain(..) {
            let place = &mut places[node];
            let items = items(place);
            let time = &mut place.time;
            time.begun = None;
            time.total += (an_item * items as f64) as u64;
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
