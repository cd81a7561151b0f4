//! A synchronous flow with an inlet: items are pushed into it.

use super::{observed::observed, pictured::pictured};
use crate::graph::{Graph, constant::NONE};
use std::{marker::PhantomData, thread};

use tokio::task::JoinHandle;

use super::{emitter::Emitter, forms::remote, remote::Verdict};
use crate::ty::Ty;

/// A flow with an inlet `<T>`: [`emit`](CompiledOpenFlow::emit) pushes an item through
/// it, [`finish`](CompiledOpenFlow::finish) ends the input and gives the result.
///
/// `State` is what its operators remember. The functions are the flow's code; what
/// they need, they are lent.
///
/// ```
/// use flow_runtime::flow;
///
/// let mut squares = flow! { <u64> -> map(|x| x * x) -> sum::<u64>() };
/// squares.emit(2);
/// squares.emit(3);
/// assert_eq!(squares.finish(), 13);
/// ```
#[must_use = "a flow that is never finished never gives its result"]
pub struct CompiledOpenFlow<T, State, Step, Wants, Finish, O = ()> {
    /// Read by `graph()` alone: where that is not called, it is not there.
    graph: &'static Graph,
    state: State,
    step: Step,
    /// Says whether anything still wants an item.
    wants: Wants,
    finish: Finish,
    inlet: PhantomData<fn(T)>,
    /// The view of it, where it is observed.
    observed: O,
}

pictured!([T, State, Step, Wants, Finish, O] CompiledOpenFlow<T, State, Step, Wants, Finish, O>);
observed!([T, State, Step, Wants, Finish] CompiledOpenFlow<T, State, Step, Wants, Finish>: state, step, wants, finish, inlet);

impl<T, State, Step, Wants, Finish> CompiledOpenFlow<T, State, Step, Wants, Finish> {
    /// Builds a flow that does `step` with every item while it `wants` any, and `finish`
    /// at the end.
    #[doc(hidden)]
    #[inline]
    pub fn new<R, Out>(_: Ty<T>, state: State, step: Step, wants: Wants, finish: Finish) -> Self
    where
        Step: FnMut(&mut State, T) -> R,
        Wants: FnMut(&mut State) -> bool,
        Finish: FnOnce(State) -> Out,
    {
        Self {
            graph: &NONE,
            state,
            step,
            wants,
            finish,
            inlet: PhantomData,
            observed: (),
        }
    }
}

impl<T, State, Step, Wants, Finish, O> CompiledOpenFlow<T, State, Step, Wants, Finish, O> {
    /// Carries one item through everything it can reach. Where nothing wants more,
    /// the item is dropped.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let mut parsed = flow! { <&str> -> map(str::parse::<u8>)? -> sum::<u8>() };
    /// assert!(parsed.emit("x").is_err());
    /// parsed.emit("4").unwrap();
    /// assert_eq!(parsed.finish().unwrap(), 4);
    /// ```
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the first error of the item, with
    /// the [others](crate::Error::others) behind it. An error ends nothing: what
    /// else the item became goes on, and the flow stays usable for the next one.
    #[inline]
    pub fn emit<R>(&mut self, item: T) -> R
    where
        Step: FnMut(&mut State, T) -> R,
    {
        (self.step)(&mut self.state, item)
    }

    /// Ends the input: flushes what is held, in the order of the graph, and
    /// gives the result.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let mut pairs = flow! { <u8> -> partition(2) -> count() };
    /// pairs.emit(1);
    /// assert_eq!(pairs.finish(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// A flow with a bare `?` gives a `Result`: the value, or what went wrong with
    /// what was held. What `emit` has told is not told again.
    #[inline]
    pub fn finish<Out>(self) -> Out
    where
        Finish: FnOnce(State) -> Out,
    {
        (self.finish)(self.state)
    }

    /// Puts the flow on tokio, to be fed from elsewhere: gives an emitter, which
    /// may be cloned, and the handle of the task, which gives the result. When
    /// the last emitter is dropped, or one is [closed](Emitter::close), the input
    /// ends. The flow also ends when nothing in it wants more.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (emitter, sum) = flow! { <u64> -> sum::<u64>() }.spawn();
    /// emitter.emit(2).await.unwrap();
    /// drop(emitter);
    /// assert_eq!(sum.await.unwrap(), 2);
    /// # }
    /// ```
    ///
    /// A panic in the flow is an error of the handle, as of any task. Dropping
    /// the handle lets the flow go on; `abort` cancels it.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn<R, Out>(self) -> (Emitter<T, R::Error>, JoinHandle<Out>)
    where
        Step: FnMut(&mut State, T) -> R + Send + 'static,
        Wants: FnMut(&mut State) -> bool + Send + 'static,
        Finish: FnOnce(State) -> Out + Send + 'static,
        State: Send + 'static,
        O: Send + 'static,
        R: Verdict<Out, Error: Send> + 'static,
        T: Send + 'static,
        Out: Send + 'static,
    {
        let (emitter, remote) = remote(self);
        (emitter, remote.spawn())
    }

    /// Runs the flow on a thread of its own, which ends as a [spawned](Self::spawn)
    /// flow does. [`emit_blocking`](Emitter::emit_blocking) waits for it.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// let (emitter, sum) = flow! { <u64> -> sum::<u64>() }.spawn_thread();
    /// emitter.emit_blocking(2).unwrap();
    /// drop(emitter);
    /// assert_eq!(sum.join().unwrap(), 2);
    /// ```
    ///
    /// # Panics
    ///
    /// Where the system gives no thread.
    #[track_caller]
    pub fn spawn_thread<R, Out>(self) -> (Emitter<T, R::Error>, thread::JoinHandle<Out>)
    where
        Step: FnMut(&mut State, T) -> R + Send + 'static,
        Wants: FnMut(&mut State) -> bool + Send + 'static,
        Finish: FnOnce(State) -> Out + Send + 'static,
        State: Send + 'static,
        O: Send + 'static,
        R: Verdict<Out, Error: Send> + 'static,
        T: Send + 'static,
        Out: Send + 'static,
    {
        let (emitter, remote) = remote(self);
        (emitter, remote.spawn_thread(false))
    }

    /// Returns whether anything still wants an item.
    #[inline]
    pub(super) fn wants_more(&mut self) -> bool
    where
        Wants: FnMut(&mut State) -> bool,
    {
        (self.wants)(&mut self.state)
    }
}
