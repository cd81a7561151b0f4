//! Stopping a flow: its sources give nothing more, and all that is inside goes
//! on to the end.
//!
//! The code of a flow asks its [`Stop`] wherever it pulls from a source. What
//! the answer is is known where the flow is started: a flow that is run to its
//! end carries no trace of the question, down to the last instruction.

use core::{
    convert::Infallible,
    future::pending,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use futures_core::Stream;

use crate::artifact::plan::Tally;
use crate::attempts::wait::BackOffs;

/// Says how many items a flow that may be stopped takes from a source that never
/// waits before it looks whether it is to stop.
const IN_A_ROW: u32 = 256;

/// Says how a flow is run. It is chosen by the method that starts the flow; where there is
/// none, because the flow is run to its end or never started, rustc takes `i32`, as for any
/// number, or `f64` where the number has a point: in flows that have a plan.
pub trait Mode {
    /// The flag that says whether to stop; by default it never does.
    type Flag: Clone + Default;

    /// Returns whether to stop.
    #[inline]
    fn stopped(_: &Self::Flag) -> bool {
        false
    }

    /// Returns whether the flow may be told to stop.
    const STOPS: bool = false;

    /// Returns whether the flow has to look up from its work.
    #[inline]
    fn tired(_: &Self::Flag) -> bool {
        false
    }

    /// Returns what counts what would be made, where the flow is planned and not run.
    #[inline]
    fn tally(_: &Self::Flag) -> Option<&Tally> {
        None
    }
}

/// The mark of a flow without an `ensure`: there is nothing to plan.
#[diagnostic::on_unimplemented(
    message = "this flow has no plan: nothing in it is ensured",
    label = "a plan says what an `ensure` would make",
    note = "only an `ensure` that stands in the flow itself is planned, not in `by_key {{ … }}` or between `scatter` and `gather`"
)]
pub trait RunsAlone: Mode {}

impl RunsAlone for ToTheEnd {}
impl RunsAlone for UntilStopped {}

/// The mark of a flow that awaits something before its `ensure`.
#[diagnostic::on_unimplemented(
    message = "this flow has no plan: more than a store's look-up is awaited before `ensure`",
    label = "this would have to run to know what comes to the `ensure`",
    note = "a plan makes nothing: before the `ensure` may stand what is not awaited, and `stored` and `missing`"
)]
pub trait RunsAwaiting: Mode {}

impl RunsAwaiting for ToTheEnd {}
impl RunsAwaiting for UntilStopped {}

/// Asked for a plan, where there is none.
pub type Unplanned = u8;

impl Mode for Unplanned {
    type Flag = ();
}

/// To the end of input, where there is a plan.
pub type Plannable = f64;

impl Mode for Plannable {
    type Flag = ();
}

/// Planned, or until it is told to stop: a closure makes flows of one type for both.
pub type Planned = f32;

impl Mode for Planned {
    type Flag = (Signal, Option<Tally>);
    const STOPS: bool = true;

    #[inline]
    fn stopped((signal, _): &Self::Flag) -> bool {
        UntilStopped::stopped(signal)
    }

    #[inline]
    fn tired((signal, _): &Self::Flag) -> bool {
        UntilStopped::tired(signal)
    }

    #[inline]
    fn tally((_, tally): &Self::Flag) -> Option<&Tally> {
        tally.as_ref()
    }
}

/// A mode in which a flow may be told to stop: of each kind of number there is one.
pub trait Stops: Mode {
    /// Returns the flag that `signal` sets.
    fn on(signal: &Signal) -> Self::Flag;
}

impl Stops for UntilStopped {
    fn on(signal: &Signal) -> Signal {
        signal.clone()
    }
}

impl Stops for Planned {
    fn on(signal: &Signal) -> Self::Flag {
        (signal.clone(), None)
    }
}

/// To the end of input.
pub type ToTheEnd = i32;

/// Until it is told to stop.
pub type UntilStopped = u32;

impl Mode for ToTheEnd {
    type Flag = ();
}

impl Mode for UntilStopped {
    type Flag = Signal;
    const STOPS: bool = true;

    #[inline]
    fn stopped(flag: &Signal) -> bool {
        // Set by the task that runs the flow, between two polls.
        flag.0.stopped.load(Ordering::Relaxed)
    }

    #[inline]
    fn tired(flag: &Signal) -> bool {
        let items = flag.0.items.load(Ordering::Relaxed);
        let tired = items >= IN_A_ROW;
        let next = if tired { 0 } else { items + 1 };
        flag.0.items.store(next, Ordering::Relaxed);
        tired
    }
}

/// Tells a flow to stop.
#[derive(Clone, Default)]
pub struct Signal(Arc<State>);

#[derive(Default)]
struct State {
    stopped: AtomicBool,
    /// Says how many items came since the flow last looked up.
    items: AtomicU32,
    /// Holds what waits in it for another attempt.
    back_offs: BackOffs,
}

impl Signal {
    pub(super) fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
        self.0.back_offs.end();
    }

    /// Polls the flow that this stops.
    pub(super) fn poll<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.0.back_offs.within(poll)
    }
}

/// Holds what the code of a flow asks.
pub struct Stop<M: Mode> {
    flag: M::Flag,
}

impl<M: Mode> Stop<M> {
    /// Never stops.
    #[inline]
    pub(super) fn never() -> Self {
        let flag = M::Flag::default();
        Self { flag }
    }
}

impl<M: Stops> Stop<M> {
    pub(super) fn on(signal: &Signal) -> Self {
        let flag = M::on(signal);
        Self { flag }
    }
}

impl Stop<Planned> {
    pub(super) fn planned(tally: &Tally) -> Self {
        let flag = (Signal::default(), Some(tally.clone()));
        Self { flag }
    }
}

impl<M: Mode> Stop<M> {
    /// Returns what counts what would be made, where the flow is planned and not run.
    #[inline]
    #[must_use]
    pub fn tally(&self) -> Option<&Tally> {
        M::tally(&self.flag)
    }

    /// All is counted: there is nothing more to do, and no result.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    #[cold]
    pub async fn counted(&self) -> Infallible {
        if let Some(tally) = self.tally() {
            tally.finish();
        }
        pending().await
    }

    /// The items of `source`, until the flow is to stop.
    #[inline]
    pub fn iter<I: Iterator>(&self, source: I) -> Stoppable<M, I> {
        self.stoppable(source)
    }

    /// The output of an operator for one item: all of it, also if the flow is to stop. One
    /// that says it has no end is left then.
    #[inline]
    pub fn each<I: IntoIterator>(&self, items: I) -> Each<M, I::IntoIter> {
        let items = items.into_iter();
        Each {
            endless: is_endless(&items),
            items: self.stoppable(items),
        }
    }

    /// As [`iter`](Self::iter), of a stream.
    #[inline]
    pub fn stream<S: Stream>(&self, source: S) -> Stoppable<M, S> {
        self.stoppable(source)
    }

    fn stoppable<S>(&self, source: S) -> Stoppable<M, S> {
        let flag = self.flag.clone();
        Stoppable { flag, source }
    }

    /// Returns whether the flow is to stop: then nothing goes round once more.
    #[inline]
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        M::stopped(&self.flag)
    }

    /// Lets the executor have its turn, now and then, in a loop that may never
    /// wait. A flow that is run to its end goes on.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    #[inline]
    pub fn rest(&self) -> Rest<M> {
        Rest {
            due: M::tired(&self.flag),
            running: PhantomData,
        }
    }
}

/// See [`Stop::rest`].
pub struct Rest<M> {
    due: bool,
    running: PhantomData<fn() -> M>,
}

impl<M> Future for Rest<M> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if core::mem::take(&mut self.due) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

/// Returns whether items say that they have no end.
#[inline]
#[must_use]
pub fn is_endless<I: Iterator>(items: &I) -> bool {
    // What has an end may have very many items; none has so many.
    items.size_hint().0 == usize::MAX
}

/// See [`Stop::each`].
pub struct Each<M: Mode, I> {
    items: Stoppable<M, I>,
    endless: bool,
}

impl<M: Mode, I> Each<M, I> {
    /// Returns whether they say that they have no end.
    #[inline]
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.endless
    }
}

impl<M: Mode, I: Iterator> Iterator for Each<M, I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        match M::STOPS && self.endless {
            true => self.items.next(),
            false => self.items.source.next(),
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.source.size_hint()
    }
}

/// A source that ends when the flow is to stop.
pub struct Stoppable<M: Mode, S> {
    flag: M::Flag,
    source: S,
}

impl<M: Mode, I: Iterator> Iterator for Stoppable<M, I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        if M::stopped(&self.flag) {
            return None;
        }
        self.source.next()
    }
}

impl<M: Mode, S: Stream + Unpin> Stream for Stoppable<M, S>
where
    M::Flag: Unpin,
{
    type Item = S::Item;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if M::stopped(&self.flag) {
            return Poll::Ready(None);
        }
        if M::tired(&self.flag) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Pin::new(&mut self.source).poll_next(cx)
    }
}
