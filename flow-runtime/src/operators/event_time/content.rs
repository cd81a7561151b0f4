//! The content of a window in which items enter and stay.

use std::mem;

pub use crate::operators::aggregate::Several;
use crate::operators::aggregate::Summary;
use crate::operators::many::batch::Batch;
use crate::operators::many::pool::KEPT;
use crate::operators::many::supply::{Heap, Supply};

/// The value that a window makes of the items that enter it.
pub trait Content<T> {
    /// A window that is open.
    type Open;

    /// The output.
    type Out;

    /// Opens a window.
    fn open(&mut self) -> Self::Open;

    /// An item enters.
    fn enter(&mut self, open: &mut Self::Open, item: T);

    /// The window is complete.
    fn close(&mut self, open: Self::Open) -> Self::Out;
}

/// Batches of the items.
pub struct Batches<T>(Heap<T>);

impl<T> Batches<T> {
    pub(super) fn new() -> Self {
        Self(Heap::new(usize::MAX))
    }
}

impl<T> Several for Batches<T> {}

impl<T> Content<T> for Batches<T> {
    type Open = Batch<T>;
    type Out = Batch<T>;

    #[inline]
    fn open(&mut self) -> Batch<T> {
        self.0.empty()
    }

    #[inline]
    fn enter(&mut self, open: &mut Batch<T>, item: T) {
        open.push(item);
    }

    #[inline]
    fn close(&mut self, open: Batch<T>) -> Batch<T> {
        open
    }
}

/// The copies of a chain share what memory they leave.
impl<T> Clone for Batches<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Aggregates of the items, which are not kept.
pub struct Summed<T, S, A> {
    summary: S,
    /// Windows that are empty, but for their memory.
    spare: Vec<Open<T, A>>,
}

/// It with the state of its windows.
pub type SummedOf<T, S> = Summed<T, S, <S as Summary<T>>::State>;

impl<T, S, A> Summed<T, S, A> {
    pub(super) const fn new(summary: S) -> Self {
        let spare = Vec::new();
        Self { summary, spare }
    }
}

impl<T, S: Several, A> Several for Summed<T, S, A> {}

/// A window of aggregates, and its items where they have to leave one by one.
pub struct Open<T, A> {
    state: A,
    items: Vec<T>,
}

/// Of items that have to leave there is no clone: their aggregate has none.
impl<T, A: Clone> Clone for Open<T, A> {
    fn clone(&self) -> Self {
        debug_assert!(
            self.items.is_empty(),
            "an aggregate that is `Clone` keeps no items"
        );
        let (state, items) = (self.state.clone(), Vec::new());
        Self { state, items }
    }
}

impl<T, S: Summary<T>> Content<T> for SummedOf<T, S> {
    type Open = Open<T, S::State>;
    type Out = S::Output;

    #[inline]
    fn open(&mut self) -> Self::Open {
        self.spare.pop().unwrap_or_else(|| {
            let (state, items) = (self.summary.open(false), Vec::new());
            Open { state, items }
        })
    }

    #[inline]
    fn enter(&mut self, open: &mut Self::Open, item: T) {
        self.summary.enter(&mut open.state, &item);
        if S::LEAVES {
            open.items.push(item);
        }
    }

    #[inline]
    fn close(&mut self, mut open: Self::Open) -> S::Output {
        let value = self.summary.value(&open.state);
        for item in open.items.drain(..) {
            self.summary.leave(&mut open.state, &item);
        }
        let has_memory = S::LEAVES || mem::needs_drop::<S::State>();
        if has_memory && self.spare.len() < KEPT {
            self.summary.reset(&mut open.state);
            self.spare.push(open);
        }
        value
    }
}

/// A clone has memory of its own.
impl<T, S: Clone, A> Clone for Summed<T, S, A> {
    fn clone(&self) -> Self {
        Self::new(self.summary.clone())
    }
}
