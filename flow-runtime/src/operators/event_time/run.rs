//! The run of items that overlapping windows are views of: at its end items
//! enter and at the beginning of which they leave.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::operators::aggregate::Summary;
use crate::operators::many::batch::Batch;
use crate::operators::many::pool::Pool;
use crate::operators::many::supply::{Heap, Supply};
use crate::operators::many::window::{Chunk, Window};
use crate::region::Lent;

use super::content::Several;

/// The value that is made of a run of items.
pub trait Run<T> {
    /// The items, or what is known of them.
    type Items;

    /// The output.
    type Out;

    /// No items.
    fn begin(&mut self) -> Self::Items;

    /// An item enters.
    fn enter(&mut self, items: &mut Self::Items, item: T);

    /// The first item leaves.
    fn leave(&mut self, items: &mut Self::Items);

    /// All items have left: drops what is kept of them, but for the memory.
    fn clear(&mut self, items: &mut Self::Items);

    /// A window of all that is there, of which the first `going` leave.
    fn give(&mut self, items: &mut Self::Items, going: usize) -> Self::Out;
}

/// Batches: items are cloned for all windows but their last.
pub struct Copies<T>(Heap<T>);

impl<T> Copies<T> {
    pub(super) fn new() -> Self {
        Self(Heap::new(usize::MAX))
    }
}

impl<T> Several for Copies<T> {}

impl<T: Clone> Run<T> for Copies<T> {
    type Items = VecDeque<T>;
    type Out = Batch<T>;

    #[inline]
    fn begin(&mut self) -> VecDeque<T> {
        VecDeque::new()
    }

    #[inline]
    fn enter(&mut self, items: &mut VecDeque<T>, item: T) {
        items.push_back(item);
    }

    #[inline]
    fn leave(&mut self, items: &mut VecDeque<T>) {
        items.pop_front();
    }

    #[inline]
    fn clear(&mut self, _: &mut VecDeque<T>) {}

    fn give(&mut self, items: &mut VecDeque<T>, going: usize) -> Batch<T> {
        let mut batch = self.0.empty();
        items.drain(..going).for_each(|item| batch.push(item));
        items.iter().for_each(|item| batch.push(item.clone()));
        batch
    }
}

/// The copies of a chain share what memory they leave.
impl<T> Clone for Copies<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Windows that share their items with the run.
pub struct Shared<T> {
    pool: Arc<Pool<Lent<Chunk<T>>>>,
}

/// The items of a window, behind some that have left. The clones share a chunk: the first to
/// add an item goes on with a copy of it.
#[derive(Clone)]
pub struct Stretch<T> {
    chunk: Lent<Chunk<T>>,
    /// The number of items in front that have left.
    left: usize,
}

impl<T> Shared<T> {
    pub(super) fn new() -> Self {
        let pool = Arc::new(Pool::new());
        Self { pool }
    }
}

impl<T> Several for Shared<T> {}

impl<T: Clone> Run<T> for Shared<T> {
    type Items = Stretch<T>;
    type Out = Window<T>;

    #[inline]
    fn begin(&mut self) -> Stretch<T> {
        let chunk = Chunk::take(&self.pool, 0, |_| ());
        Stretch { chunk, left: 0 }
    }

    #[inline]
    fn enter(&mut self, items: &mut Stretch<T>, item: T) {
        match items.chunk.get_mut() {
            Some(chunk) => {
                // To move the rest to the front costs next to nothing when half has left.
                if items.left * 2 > chunk.items.len() {
                    chunk.items.drain(..items.left);
                    items.left = 0;
                }
                chunk.items.push(item);
            }
            // A window lives on, and has the chunk.
            None => {
                let stays = &items.chunk.items[items.left..];
                let next = Chunk::take(&self.pool, stays.len() + 1, |next| {
                    next.extend_from_slice(stays);
                    next.push(item);
                });
                Chunk::leave(&mut items.chunk);
                *items = Stretch {
                    chunk: next,
                    left: 0,
                };
            }
        }
    }

    #[inline]
    fn leave(&mut self, items: &mut Stretch<T>) {
        items.left += 1;
    }

    fn clear(&mut self, items: &mut Stretch<T>) {
        match items.chunk.get_mut() {
            Some(chunk) => {
                chunk.items.clear();
                items.left = 0;
            }
            None => *items = self.begin(),
        }
    }

    #[inline]
    fn give(&mut self, items: &mut Stretch<T>, going: usize) -> Window<T> {
        let all = items.left..items.chunk.items.len();
        items.left += going;
        Window::new(&mut items.chunk, all)
    }
}

/// The copies of a chain share what memory they leave.
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        let pool = Arc::clone(&self.pool);
        Self { pool }
    }
}

/// Aggregates of the items, which are kept to leave.
pub struct Slid<T, S> {
    summary: S,
    items: PhantomData<fn(T)>,
}

impl<T, S> Slid<T, S> {
    pub(super) const fn new(summary: S) -> Self {
        let items = PhantomData;
        Self { summary, items }
    }
}

impl<T, S: Several> Several for Slid<T, S> {}

impl<T, S: Summary<T>> Run<T> for Slid<T, S> {
    type Items = (S::State, VecDeque<T>);
    type Out = S::Output;

    #[inline]
    fn begin(&mut self) -> Self::Items {
        (self.summary.open(true), VecDeque::new())
    }

    #[inline]
    fn enter(&mut self, (state, items): &mut Self::Items, item: T) {
        self.summary.enter(state, &item);
        items.push_back(item);
    }

    #[inline]
    fn leave(&mut self, (state, items): &mut Self::Items) {
        if let Some(item) = items.pop_front() {
            self.summary.leave(state, &item);
        }
    }

    #[inline]
    fn clear(&mut self, (state, _): &mut Self::Items) {
        self.summary.reset(state);
    }

    #[inline]
    fn give(&mut self, items: &mut Self::Items, going: usize) -> S::Output {
        let value = self.summary.value(&items.0);
        (0..going).for_each(|_| self.leave(items));
        value
    }
}

impl<T, S: Clone> Clone for Slid<T, S> {
    fn clone(&self) -> Self {
        Self::new(self.summary.clone())
    }
}
