//! The counters of a flow: who writes them, and who adds them up.
//!
//! Each counter has one writer at a time, the task or the thread that runs its code: it
//! is read and written back, never locked. What runs on several threads has a block of
//! counters for each.

use std::{mem, ops::Deref, sync::Arc};

use super::{copy_fills::CopyFills, shared::Shared, watch::Watch};
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// A writer of counters, within the task of the flow. Its clones write the same ones.
#[derive(Clone)]
pub struct Counter<const N: usize> {
    pub(super) block: Arc<[AtomicU64; N]>,
    pub(super) shared: Arc<Shared>,
}

impl<const N: usize> Counter<N> {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let block = shared.blocks.add();
        Self { block, shared }
    }

    /// Counts one item.
    #[inline(always)]
    pub fn add(&self, index: usize) {
        add(&self.block[index]);
    }

    /// Publishes what was counted in a local, which begins anew.
    #[inline(always)]
    pub fn publish(&self, index: usize, counted: &mut u64) {
        let counter = &self.block[index];
        let counted = mem::take(counted);
        counter.store(counter.load(Relaxed).wrapping_add(counted), Relaxed);
    }

    /// Publishes the count of all items so far.
    #[inline(always)]
    pub(super) fn set(&self, index: usize, count: u64) {
        self.block[index].store(count, Relaxed);
    }

    /// Returns the part that one copy of a chain has in what waits.
    #[must_use]
    pub fn fills_of_copy(&self) -> CopyFills {
        CopyFills::new(self.shared.clone())
    }

    /// Returns a writer of which every copy has counters of its own: for code that runs on
    /// several threads.
    #[must_use]
    pub fn apart(&self) -> Apart<N> {
        Apart::of(self.shared.clone(), None)
    }
}

/// Counts one. Nobody else writes the counter: see above.
#[inline(always)]
pub(super) fn add(counter: &AtomicU64) {
    counter.store(counter.load(Relaxed).wrapping_add(1), Relaxed);
}

/// A writer that is copied with the code that counts.
pub struct Apart<const N: usize> {
    counter: Counter<N>,
    /// The counts as they are published: to read those back would take longer.
    counts: [u64; N],
    /// The items that wait with this copy.
    fills: CopyFills,
    /// The end of the piece whose copies these are.
    piece: Option<Arc<PieceEnd>>,
    /// True when the input of this copy has ended.
    over: AtomicBool,
}

/// The end of a piece: it comes when nobody has a copy any more. It is done where the input of
/// every copy that took an item has ended, and of one at least.
struct PieceEnd {
    shared: Arc<Shared>,
    /// True when the input of a copy has ended.
    over: AtomicBool,
    /// True when a copy is gone that took an item, and whose input had not ended.
    cancelled: AtomicBool,
}

impl Drop for PieceEnd {
    fn drop(&mut self) {
        let over = self.over.load(Relaxed) && !self.cancelled.load(Relaxed);
        let ended = match over {
            _ if std::thread::panicking() => "panic",
            true => "done",
            false => "cancelled",
        };
        self.shared.end(|| ended.to_owned());
    }
}

impl<const N: usize> Apart<N> {
    /// The writer of a piece.
    pub(super) fn of_piece(shared: Arc<Shared>) -> Self {
        shared.begin();
        let end = PieceEnd {
            shared: shared.clone(),
            over: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
        };
        Self::of(shared, Some(Arc::new(end)))
    }

    fn of(shared: Arc<Shared>, piece: Option<Arc<PieceEnd>>) -> Self {
        Self {
            fills: CopyFills::new(shared.clone()),
            counter: Counter::new(shared),
            counts: [0; N],
            piece,
            over: AtomicBool::new(false),
        }
    }

    /// The input of this copy has ended.
    pub fn over(&self) {
        self.over.store(true, Relaxed);
    }

    /// Notes how many items wait in a place: those of all copies add up.
    #[inline]
    pub fn waiting(&self, queue: usize, fill: (usize, Option<usize>)) {
        self.fills.waiting(queue, fill);
    }

    /// Counts one item.
    #[inline(always)]
    pub fn mark(&mut self, index: usize) {
        self.counts[index] += 1;
        self.counter.set(index, self.counts[index]);
    }

    /// Returns what is watched.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::of(self.counter.shared.clone())
    }
}

impl<const N: usize> Deref for Apart<N> {
    type Target = Counter<N>;

    #[inline(always)]
    fn deref(&self) -> &Counter<N> {
        &self.counter
    }
}

impl<const N: usize> Clone for Apart<N> {
    fn clone(&self) -> Self {
        let mut copy = Self::of(self.counter.shared.clone(), self.piece.clone());
        copy.fills = self.fills.clone();
        copy
    }
}

impl<const N: usize> Drop for Apart<N> {
    fn drop(&mut self) {
        let block: Arc<[AtomicU64]> = self.counter.block.clone();
        if let Some(piece) = &self.piece {
            let took = block.iter().any(|counter| counter.load(Relaxed) > 0);
            match self.over.load(Relaxed) {
                true => piece.over.store(true, Relaxed),
                false if took => piece.cancelled.store(true, Relaxed),
                false => {}
            }
        }
        self.counter.shared.blocks.fold(&block);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::{graph::constant::NONE, observe::about::About};

    const ABOUT: About = About {
        name: "test",
        graph: &NONE,
        edges: &[],
        regions: &[],
        queues: &[],
        jobs: &[],
        errors: &[],
    };

    #[test]
    fn copies_that_are_apart_add_up_also_when_they_are_gone() {
        let shared = Arc::new(Shared::new(&ABOUT));
        let main = Counter::<2>::new(shared.clone());
        main.add(0);
        let workers: Vec<_> = (0..4).map(|_| main.apart()).collect();
        let threads = workers
            .into_iter()
            .map(|worker| std::thread::spawn(move || (0..1000).for_each(|_| worker.add(1))));
        threads.for_each(|thread| thread.join().unwrap());
        assert_eq!(shared.blocks.sums(), [1, 4000]);
        let kept = main.apart().clone();
        kept.add(1);
        assert_eq!(shared.blocks.sums(), [1, 4001]);
        main.set(1, 7);
        let mut other = kept.clone();
        other.mark(0);
        assert_eq!(shared.blocks.sums(), [2, 4008]);
    }
}
