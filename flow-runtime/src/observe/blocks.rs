//! The memory of counters: a block for each thread that counts, added up for who asks.

use std::sync::{Arc, PoisonError};

use crate::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// All blocks of a flow.
#[derive(Default)]
pub(super) struct Blocks(Mutex<State>);

#[derive(Default)]
struct State {
    live: Vec<Arc<[AtomicU64]>>,
    /// The counts of blocks that are gone.
    folded: Vec<u64>,
}

impl Blocks {
    /// A block of its own for somebody who counts.
    pub(super) fn add<const N: usize>(&self) -> Arc<[AtomicU64; N]> {
        let block = Arc::new(std::array::from_fn(|_| AtomicU64::new(0)));
        self.lock().live.push(block.clone());
        block
    }

    /// Adds a block to those that are gone.
    pub(super) fn fold(&self, block: &Arc<[AtomicU64]>) {
        let mut state = self.lock();
        let Some(index) = state.live.iter().position(|each| Arc::ptr_eq(each, block)) else {
            return;
        };
        let block = state.live.swap_remove(index);
        add_up(&mut state.folded, &block);
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

fn add_up(sums: &mut Vec<u64>, block: &[AtomicU64]) {
    sums.resize(sums.len().max(block.len()), 0);
    for (sum, counter) in sums.iter_mut().zip(block) {
        *sum += counter.load(Relaxed);
    }
}
