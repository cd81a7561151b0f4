//! The memory of counters: a block for each thread that counts, added up for who asks.

use std::sync::{Arc, PoisonError};

use crate::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// The counters of one thread.
pub(super) struct Block<C: ?Sized> {
    /// By the stage's functions that were not timed: how many ended well, and how many badly.
    pub(super) untimed: Box<[[AtomicU64; 2]]>,
    pub(super) counters: C,
}

/// All blocks of a flow.
#[derive(Default)]
pub(super) struct Blocks(Mutex<State>);

#[derive(Default)]
struct State {
    live: Vec<Arc<Block<[AtomicU64]>>>,
    /// The counts of blocks that are gone.
    folded: Vec<u64>,
    /// Those of functions.
    folded_untimed: Vec<[u64; 2]>,
}

impl Blocks {
    /// A block of its own for somebody who counts, items and the functions of so many stages.
    pub(super) fn add<const N: usize>(&self, jobs: usize) -> Arc<Block<[AtomicU64; N]>> {
        let block = Arc::new(Block {
            untimed: (0..jobs).map(|_| none()).collect(),
            counters: std::array::from_fn(|_| AtomicU64::new(0)),
        });
        self.lock().live.push(block.clone());
        block
    }

    /// Adds a block to those that are gone.
    pub(super) fn fold(&self, block: &Arc<Block<[AtomicU64]>>) {
        let mut state = self.lock();
        let Some(index) = state.live.iter().position(|each| Arc::ptr_eq(each, block)) else {
            return;
        };
        let block = state.live.swap_remove(index);
        add_up(&mut state.folded, &block);
        add_untimed(&mut state.folded_untimed, &block);
    }

    /// Returns how many functions of each stage were not timed: well ended, and badly.
    pub(super) fn untimed(&self) -> Vec<[u64; 2]> {
        let state = self.lock();
        let mut sums = state.folded_untimed.clone();
        for block in &state.live {
            add_untimed(&mut sums, block);
        }
        sums
    }

    /// Returns the sum of all blocks, counter by counter.
    pub(super) fn sums(&self) -> Vec<u64> {
        let state = self.lock();
        let mut sums = state.folded.clone();
        for block in &state.live {
            add_up(&mut sums, block);
        }
        sums
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn none() -> [AtomicU64; 2] {
    [AtomicU64::new(0), AtomicU64::new(0)]
}

fn add_untimed(sums: &mut Vec<[u64; 2]>, block: &Block<[AtomicU64]>) {
    sums.resize(sums.len().max(block.untimed.len()), [0; 2]);
    for (sums, counts) in sums.iter_mut().zip(&block.untimed) {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count.load(Relaxed);
        }
    }
}

fn add_up(sums: &mut Vec<u64>, block: &Block<[AtomicU64]>) {
    sums.resize(sums.len().max(block.counters.len()), 0);
    for (sum, counter) in sums.iter_mut().zip(&block.counters) {
        *sum += counter.load(Relaxed);
    }
}
