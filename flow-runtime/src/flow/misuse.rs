//! Defines what is said where a flow is driven in a way that is another's.
//!
//! Every form of flow has its methods: `run`, or `emit` and `finish`, or those of an
//! iterator. Where rustc would only say that there is no such method, there is one that
//! cannot be called: it asks for a trait that no flow has, and the trait says what the
//! flow is and how it is driven. None of them is shown in the documentation, nor
//! offered by editors.

use std::{
    future::Ready,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    AsyncPieceFlow, CompiledAsyncOpenFlow, CompiledOpenFlow, LazyFlow, PieceFlow, StreamFlow,
    UnrunAsyncFlow, UnrunFlow,
};
use crate::flow::awaits::Later;

/// `run` where there is an open end, and nothing is awaited.
#[diagnostic::on_unimplemented(
    message = "this flow is an iterator: its result chain ends in no sink, so it has no `run`",
    label = "an iterator is not run",
    note = "take its items: `for x in flow! {{ … }}`, or any method of `Iterator`; or end the chain in a sink, such as `-> collect::<Vec<_>>()`"
)]
pub trait RunsAsIterator {}

/// `run` where there is an open end, and something is awaited.
#[diagnostic::on_unimplemented(
    message = "this flow is a stream: its result chain ends in no sink, so it has no `run`",
    label = "a stream is not run",
    note = "take its items: `while let Some(x) = flow.next().await`, with `futures::StreamExt`; or end the chain in a sink, such as `-> collect::<Vec<_>>()`"
)]
pub trait RunsAsStream {}

/// `run` where there is an inlet, and no open end.
#[diagnostic::on_unimplemented(
    message = "this flow has an inlet: the program emits into it, so it has no `run`",
    label = "a flow with an inlet is not run",
    note = "call `.emit(x)` for every item, then `.finish()` for the result; where something is awaited, `.emit(x).await` and `.finish().await`"
)]
pub trait RunsWithInlet {}

/// `run`, `emit` and `next` of a piece.
#[diagnostic::on_unimplemented(
    message = "this flow is a piece of another: it has an inlet and an open end",
    label = "a piece is not driven by itself",
    note = "write `-> via(piece)` in another flow; or push by hand: `.push(x)` gives what leaves, and so does `.finish()` at the end"
)]
pub trait DrivesPiece {}

/// The way to drive any other flow, and a piece that does not await.
#[diagnostic::on_unimplemented(
    message = "this flow is a piece of another: it has an inlet and an open end, and awaits or lets time pass",
    label = "a piece that awaits is not driven by itself",
    note = "write `-> via_async(piece)` in another flow; in a test, `flow! {{ from(items) -> via_async(piece) -> collect::<Vec<_>>() }}.run().await`"
)]
pub trait DrivesAsyncPiece {}

/// `emit` and the like where there is no inlet.
#[diagnostic::on_unimplemented(
    message = "this flow has no inlet: it takes its items from its sources",
    label = "nothing can be emitted into this flow",
    note = "call `.run()`, where something is awaited `.run().await`; or start a chain with an inlet, `<T> -> …`"
)]
pub trait HasInlet {}

/// `emit` where there are several inlets.
#[diagnostic::on_unimplemented(
    message = "this flow has several inlets: items are emitted by their names",
    label = "into which inlet?",
    note = "for an inlet `left = <T>;` call `.emit_left(x)`"
)]
pub trait HasOneInlet {}

/// Describes what an iterator or a stream does, where there is no open end.
#[diagnostic::on_unimplemented(
    message = "this flow is no iterator: its chains end in sinks",
    label = "no items leave this flow",
    note = "call `.run()` for its result, where something is awaited `.run().await`; or leave the last chain open, without a sink and without `;`"
)]
pub trait HasOpenEndElseCallRun {
    /// The type of what would leave it.
    type Item;
}

/// Describes what is done with the future of a flow, where nothing is awaited.
#[diagnostic::on_unimplemented(
    message = "this flow is synchronous: nothing in it is awaited",
    label = "this is no future",
    note = "call `.run()`, without `.await`; it gives the result"
)]
pub trait IsAsyncElseCallRun {
    /// The type of what would be awaited.
    type Output;
}

/// Methods that ask for what no flow has.
macro_rules! misused {
    ([$($parameter:tt)*] $flow:ty: $($methods:tt)*) => {
        #[doc(hidden)]
        #[allow(clippy::should_implement_trait, reason = "it is none of that trait")]
        impl<$($parameter)*> $flow {
            misused!(methods $($methods)*);
        }
    };
    (methods) => {};
    (methods $method:ident(self): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<R>(self) -> R
        where
            Self: $lacks + Sized,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods $method:ident(&mut self): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<R>(&mut self) -> R
        where
            Self: $lacks,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods $method:ident(self, x): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<X, R>(self, _: X) -> R
        where
            Self: $lacks + Sized,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods $method:ident(&mut self, x): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<X, R>(&mut self, _: X) -> R
        where
            Self: $lacks,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods async $method:ident(self): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<R>(self) -> Ready<R>
        where
            Self: $lacks + Sized,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods async $method:ident(&mut self, x): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<X, R>(&mut self, _: X) -> Ready<R>
        where
            Self: $lacks,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
    (methods async $method:ident(self, x): $lacks:ident; $($rest:tt)*) => {
        #[doc(hidden)]
        pub fn $method<X, R>(self, _: X) -> Ready<R>
        where
            Self: $lacks + Sized,
        {
            unreachable!()
        }
        misused!(methods $($rest)*);
    };
}

misused!([F, O] UnrunFlow<F, O>:
    emit(&mut self, x): HasInlet;
    push(&mut self, x): HasInlet;
    finish(self): HasInlet;
    next(&mut self): HasOpenEndElseCallRun;
    async run_until(self, x): IsAsyncElseCallRun;
    async spawn(self): IsAsyncElseCallRun;
);

misused!([F, W, M, Work, O] UnrunAsyncFlow<F, W, M, Work, O>:
    async emit(&mut self, x): HasInlet;
    push(&mut self, x): HasInlet;
    async finish(self): HasInlet;
    async next(self): HasOpenEndElseCallRun;
);

misused!([W, O] LazyFlow<W, O>:
    run(self): RunsAsIterator;
    emit(&mut self, x): HasInlet;
    push(&mut self, x): HasInlet;
    finish(self): HasInlet;
);

misused!([W, O] StreamFlow<W, O>:
    async run(self): RunsAsStream;
    async emit(&mut self, x): HasInlet;
    push(&mut self, x): HasInlet;
    async finish(self): HasInlet;
);

misused!([T, State, Step, Wants, Finish, O] CompiledOpenFlow<T, State, Step, Wants, Finish, O>:
    run(self): RunsWithInlet;
    next(&mut self): HasOpenEndElseCallRun;
);

misused!([T, E, F: Future, const FAILS: bool, O] CompiledAsyncOpenFlow<T, E, F, FAILS, O>:
    async run(self): RunsWithInlet;
    async next(self): HasOpenEndElseCallRun;
);

misused!([W, O] PieceFlow<W, O>:
    run(self): DrivesPiece;
    emit(&mut self, x): DrivesPiece;
    next(&mut self): DrivesPiece;
    async run_until(self, x): DrivesPiece;
    async spawn(self): DrivesPiece;
    spawn_thread(self): DrivesPiece;
);

misused!([T, U, State, Run, O] AsyncPieceFlow<T, U, State, Run, O>:
    run(self): DrivesAsyncPiece;
    push(&mut self, x): DrivesAsyncPiece;
    emit(&mut self, x): DrivesAsyncPiece;
    finish(self): DrivesAsyncPiece;
    next(&mut self): DrivesAsyncPiece;
);

// `for` and `.await` ask for these. There rustc says what it says of every type that
// is no iterator and no future, and names the trait that is missing.
#[doc(hidden)]
impl<F, O> Iterator for UnrunFlow<F, O>
where
    Self: HasOpenEndElseCallRun,
{
    type Item = <Self as HasOpenEndElseCallRun>::Item;

    fn next(&mut self) -> Option<Self::Item> {
        unreachable!()
    }
}

#[doc(hidden)]
impl<F, O> Future for UnrunFlow<F, O>
where
    Self: IsAsyncElseCallRun,
{
    type Output = <Self as IsAsyncElseCallRun>::Output;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        unreachable!()
    }
}

#[doc(hidden)]
impl<F, M, R, O> Iterator for UnrunAsyncFlow<F, Later, M, R, O>
where
    Self: HasOpenEndElseCallRun,
{
    type Item = <Self as HasOpenEndElseCallRun>::Item;

    fn next(&mut self) -> Option<Self::Item> {
        unreachable!()
    }
}
