//! Items that want to be acknowledged.

use std::sync::Arc;

use futures_core::Stream;

use super::output::Output;
use super::source::{Commits, Source};
use crate::ty::{Ty, When, proven};

/// An item with what acknowledges it: what a client of a message broker gives.
///
/// `stream(s, ack = true)` takes a stream of these. When an item and everything
/// that was made of it is done with, its `ack` is called: once, after that of
/// every item before it, and never for an item that was lost to the error of a bare
/// `?`, to a panic, or because the flow was dropped. It is called from within the
/// flow and should not block; what has to be awaited goes into a channel.
///
/// When is an item done with?
///
/// - When it has gone through everything it can reach without waiting, on every
///   branch: each sink has taken it, and those that are awaited are done. What
///   `collect`, `fold` and the like make lives in memory only, so it is done with
///   when it is in there. `write_lines` has made it durable in the file, and `send`
///   has given it to the channel; what they could not take is never acknowledged.
/// - An error sent on by `? else` is made of the item: that is done with when the segment
///   is done with the error. With `? else drop` it is done with at once.
/// - What waits in a `buffer`, a `delay` or a concurrent `then`, when it has come
///   out and gone through; what `latest` replaces, at once.
/// - What is in a batch, when that is done with; in a sliding window, when it has
///   left the window and that is done with. A pair is done with as a whole. The
///   latest of an input is held until another has taken its place.
/// - What [an operator of one's own](crate::Operator::holds) may hold, when it
///   says that it holds nothing, or at the end.
/// - What leaves the flow at an open end, when the next is asked for.
/// - What waits for a branch that has ended, when that ends, where other branches have
///   it as well.
///
/// At the end of input nothing is held any more but what never found a
/// counterpart in `zip` or `zip_latest`, and what was pulled ahead where all branches
/// had ended: those were not delivered, and are never acknowledged.
///
/// ```
/// use flow_runtime::{Acked, flow};
/// # use std::cell::RefCell;
///
/// # futures::executor::block_on(async {
/// let acknowledged = RefCell::new(Vec::new());
/// let log = &acknowledged;
/// let messages = (1..=5).map(|n| Acked::new(n, move || log.borrow_mut().push(n)));
/// let batches = flow! {
///     stream(futures::stream::iter(messages), ack = true) -> partition(2)
///         -> inspect(|batch| println!("{batch:?}, {:?} are done with", acknowledged.borrow()))
///         -> count()
/// }
/// .run()
/// .await;
/// assert_eq!(batches, 3);
/// assert_eq!(*acknowledged.borrow(), [1, 2, 3, 4, 5]);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Acked<T, A = Box<dyn FnOnce() + Send>, M = ()> {
    item: T,
    /// Holds what is called when the item is done with.
    ack: A,
    /// Holds what the source knows about the item.
    meta: M,
}

impl<T, A: FnOnce()> Acked<T, A> {
    /// An item, and what is to be called when it is done with.
    #[inline]
    pub const fn new(item: T, ack: A) -> Self {
        let meta = ();
        Self { item, ack, meta }
    }
}

impl<T, A, M> Acked<T, A, M> {
    /// The same item with what the source knows about it, which `with_meta()`
    /// gives to the flow: a partition, a redelivery count, a time of arrival.
    ///
    /// ```
    /// use flow_runtime::Acked;
    ///
    /// let acked = Acked::new("item", || ()).with_meta(7);
    /// let (item, acknowledge, partition) = acked.into_parts();
    /// acknowledge();
    /// assert_eq!((item, partition), ("item", 7));
    /// ```
    #[inline]
    pub fn with_meta<N>(self, meta: N) -> Acked<T, A, N> {
        let Self { item, ack, .. } = self;
        Acked { item, ack, meta }
    }

    /// The item, what acknowledges it, and what the source knows about it.
    ///
    /// ```
    /// use flow_runtime::Acked;
    ///
    /// let mut is_done = false;
    /// let (item, acknowledge, ()) = Acked::new("item", || is_done = true).into_parts();
    /// acknowledge();
    /// assert_eq!((item, is_done), ("item", true));
    /// ```
    #[inline]
    pub fn into_parts(self) -> (T, A, M) {
        (self.item, self.ack, self.meta)
    }

    #[inline]
    pub(super) const fn of(item: T, ack: A, meta: M) -> Self {
        Self { item, ack, meta }
    }
}

/// `stream(s, ack = true)`: gives the items of a stream of [`Acked`]s, and
/// acknowledges each when it is done with.
#[inline]
pub fn stream_acked<S, T, P, A, M>(stream: S) -> (When<T, S>, Acking<P, A, M>, Ty<T>, Ty<M>)
where
    S: Stream<Item = Acked<T, A, M>>,
    A: Acknowledges<P>,
{
    (stream, Source::new(Calls::default()), Ty::new(), Ty::new())
}

/// The source of what is acknowledged by an `A`, where that is called.
type Acking<P, A, M> = When<P, Source<A, M, Calls>>;

proven! {
    /// Implemented by what acknowledges an item: whatever is called once, with nothing.
    #[diagnostic::on_unimplemented(
        message = "nothing is acknowledged by `{Self}`: it is no function",
        label = "the items of this stream cannot be acknowledged",
        note = "of an `Acked<T, A, M>`, `T` is the item, `A` acknowledges it and is `FnOnce()`, and `M` is what \
                `with_meta()` gives: make it with `Acked::new(item, move || …).with_meta(…)`"
    )]
    pub trait Acknowledges: FnOnce();
}

/// Calls what acknowledges an item, once it is durable in these files. Where one of
/// them failed, nothing is acknowledged any more.
#[derive(Clone, Default)]
pub struct Calls(Option<Arc<[Output]>>);

impl<A: FnOnce()> Commits<A> for Calls {
    #[inline]
    fn commit(&mut self, ack: A, _: bool) {
        let mut outputs = self.0.iter().flat_map(|outputs| outputs.iter());
        if outputs.all(|output| output.sync().is_ok()) {
            ack();
        }
    }

    fn sync_first(&mut self, output: Output) {
        let all = self.0.iter().flat_map(|outputs| outputs.iter());
        self.0 = Some(all.cloned().chain([output]).collect());
    }
}

/// Gives every item with what its source knows about it: `(item, meta)`.
///
/// Of `lines(path, resume = …)` that is a [`Position`](crate::Position), of
/// `stream(s, ack = true)` what [`Acked::with_meta`] was given.
#[inline]
#[must_use]
pub fn with_meta<T, M: Clone>(_: Ty<T>, _: Ty<M>) -> Ty<(T, M)> {
    Ty::new()
}
