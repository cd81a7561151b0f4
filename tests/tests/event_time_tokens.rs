use flow_runtime::Acked;
use futures::{Stream, stream};
use std::cell::RefCell;
#[derive(Default)]
struct Acks(RefCell<Vec<u32>>);
impl Acks {
    fn source(&self, items: impl IntoIterator<Item = u32>) -> impl Stream<Item = Acked<u32, impl FnOnce(), u32>> {
        stream::iter(items.into_iter().map(|item| self.item(item)))
    }
    fn item(&self, item: u32) -> Acked<u32, impl FnOnce(), u32> {
        let ack = move || self.0.borrow_mut().push(item);
        Acked::new(item, ack).with_meta(item * 10)
    }
    fn get(&self) -> Vec<u32> { self.0.borrow().clone() }
    fn last(&self) -> u32 { self.0.borrow().last().copied().unwrap_or_default() }
}
fn drive<F: IntoFuture>(flow: F) -> F::Output { futures::executor::block_on(flow.into_future()) }
#[path = "it/checkpoints/timed.rs"]
mod timed;
