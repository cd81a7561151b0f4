//! A flow with an inlet and an open end in which something is awaited.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::marker::PhantomData;

use super::{mailbox::Inlet, outlet::Outlet};
use crate::ty::Ty;

/// A reusable piece of a flow that awaits or lets time pass, made by
/// `flow! { <T> -> … }` with an open end.
///
/// It stands in another flow as `-> via_async(piece)`, and runs there beside the rest of
/// it. It is `Clone` when what it is made of is, and `Send` when what it holds is. Nothing
/// of it runs before, so every clone begins as the piece was built.
///
/// ```
/// use flow_runtime::{AsyncPiece, flow};
///
/// fn squares() -> impl AsyncPiece<u64, Out = u64> {
///     flow! { <u64> -> then(async |x| x * x, concurrency = 4) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let all = flow! { from([1, 2, 3]) -> via_async(squares()) -> collect::<Vec<_>>() };
/// assert_eq!(all.run().await, [1, 4, 9]);
/// # }
/// ```
#[must_use = "nothing runs until it stands in a flow"]
pub struct AsyncPieceFlow<T, U, S, R, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    /// The operators, as they were built.
    state: S,
    /// Makes a future of them, and of the two ends.
    run: R,
    items: PhantomData<fn(T) -> U>,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([T, U, S, R, O] AsyncPieceFlow<T, U, S, R, O>);
observed!([T, U, S, R] AsyncPieceFlow<T, U, S, R>: state, run, items);

impl<T, U, S, R, F> AsyncPieceFlow<T, U, S, R>
where
    R: FnOnce(S, Inlet<T>, Outlet<U>) -> F,
    F: Future<Output = ()>,
{
    /// A piece that runs as what `run` gives.
    #[doc(hidden)]
    #[inline]
    pub fn new(_: Ty<T>, _: Ty<U>, state: S, run: R) -> Self {
        Self {
            graph: &NONE,
            state,
            run,
            items: PhantomData,
            observed: (),
        }
    }
}

impl<T, U, S: Clone, R: Clone, O: Clone> Clone for AsyncPieceFlow<T, U, S, R, O> {
    fn clone(&self) -> Self {
        Self {
            graph: self.graph,
            state: self.state.clone(),
            run: self.run.clone(),
            items: PhantomData,
            observed: self.observed.clone(),
        }
    }
}

/// A piece of a flow that awaits or lets time pass: `flow! { <T> -> … }` with an open end,
/// for `-> via_async(piece)`.
///
/// Functions return such pieces as this. Where the flow around one is to be spawned:
/// `impl AsyncPiece<T, Out = U, Running: Send> + Send`.
///
/// ```
/// use flow_runtime::{AsyncPiece, flow};
/// use std::time::Duration;
///
/// fn paced<T: Send>(d: Duration) -> impl AsyncPiece<T, Out = T, Running: Send> + Send {
///     flow! { <T> -> delay(d) }
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let all = flow! { from([1, 2]) -> via_async(paced(Duration::from_secs(1))) -> collect::<Vec<_>>() };
/// assert_eq!(all.run().await, [1, 2]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no piece of a flow that awaits, for items of type `{T}`",
    label = "`via_async` takes a piece that awaits or lets time pass",
    note = "such as `flow! {{ <{T}> -> then(f) }}`; what does not await stands in `via(…)`"
)]
pub trait AsyncPiece<T> {
    /// The items that leave it.
    type Out;

    /// The future that runs it.
    type Running: Future<Output = ()>;

    /// Runs it between two ends.
    #[doc(hidden)]
    fn start(self, inlet: Inlet<T>, outlet: Outlet<Self::Out>) -> Self::Running;
}

impl<T, U, S, R, F, O> AsyncPiece<T> for AsyncPieceFlow<T, U, S, R, O>
where
    R: FnOnce(S, Inlet<T>, Outlet<U>) -> F,
    F: Future<Output = ()>,
{
    type Out = U;
    type Running = F;

    #[inline]
    fn start(self, inlet: Inlet<T>, outlet: Outlet<U>) -> F {
        (self.run)(self.state, inlet, outlet)
    }
}
