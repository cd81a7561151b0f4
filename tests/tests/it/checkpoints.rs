//! Sources that acknowledge: an item is done with when all that was made of it
//! is, and then it is committed: in order, once.

mod apart;
mod appending;
mod concurrent;
mod ended_by_errors;
mod ended_early;
mod faults;
mod files;
mod fuzz;
mod holding;
mod kills;
mod latest;
mod meeting;
mod sessions;
mod straight;
mod timed;
mod written;

use std::cell::RefCell;

use flow_runtime::Acked;
use futures::{Stream, stream};

/// The items that were acknowledged, in order.
#[derive(Default)]
struct Acks(RefCell<Vec<u32>>);

impl Acks {
    /// A source of these items, which knows of each ten times as much.
    fn source(
        &self,
        items: impl IntoIterator<Item = u32>,
    ) -> impl Stream<Item = Acked<u32, impl FnOnce(), u32>> {
        stream::iter(items.into_iter().map(|item| self.item(item)))
    }

    /// One item.
    fn item(&self, item: u32) -> Acked<u32, impl FnOnce(), u32> {
        let ack = move || self.0.borrow_mut().push(item);
        Acked::new(item, ack).with_meta(item * 10)
    }

    fn get(&self) -> Vec<u32> {
        self.0.borrow().clone()
    }

    /// The last that was acknowledged; 0 before the first.
    fn last(&self) -> u32 {
        self.0.borrow().last().copied().unwrap_or_default()
    }
}

fn drive<F: IntoFuture>(flow: F) -> F::Output {
    futures::executor::block_on(flow.into_future())
}
