//! Observed flows that are driven to their ends by themselves.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use super::Flow;
use crate::{
    flow::awaits::{Later, Now},
    flow::{
        UnrunAsyncFlow, UnrunFlow,
        driven::{Running, running},
        stop::{Mode, Stop},
    },
    observe::{Observed, WatchedJob},
};

/// A flow in which nothing is awaited, as a future: it runs when it is polled first.
///
/// ```
/// use flow_runtime::{flow, inspect::WatchedJob, running::AtOnce};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let driving: AtOnce<_> = flow! { #![observe] from([1, 2]) -> count() }.drive();
/// assert_eq!(driving.await, 2);
/// # }
/// ```
#[must_use = "nothing runs until it is awaited"]
pub struct AtOnce<F>(Option<F>);

// The flow is taken out before it runs: nothing in here is pinned.
impl<F> Unpin for AtOnce<F> {}

impl<F: Flow> Future for AtOnce<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        let flow = self.0.take().expect("a future is polled until it is done");
        Poll::Ready(flow.run())
    }
}

impl<F> fmt::Debug for AtOnce<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtOnce").finish_non_exhaustive()
    }
}

impl<F: FnOnce() -> R, R, O: Observed> WatchedJob for UnrunFlow<F, O> {
    type Output = R;
    type Driving = AtOnce<Self>;

    fn drive(self) -> AtOnce<Self> {
        AtOnce(Some(self))
    }
}

impl<F, M: Mode, R: Future, O: Observed> WatchedJob for UnrunAsyncFlow<F, Later, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    type Output = R::Output;
    type Driving = Running<Self>;

    fn drive(self) -> Running<Self> {
        running(self)
    }
}

impl<F, M: Mode, R: Future, O: Observed> WatchedJob for UnrunAsyncFlow<F, Now, M, R, O>
where
    F: FnOnce(Stop<M>) -> R,
{
    type Output = R::Output;
    type Driving = AtOnce<Self>;

    fn drive(self) -> AtOnce<Self> {
        AtOnce(Some(self))
    }
}
