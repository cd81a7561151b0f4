//! The implementors of [`AsyncOpenFlow`]: flows that fail, flows that do not, and boxes of either.

use std::{
    convert::identity,
    task::{Context, Poll, ready},
};

use super::{AsyncOpenFlow, Sealed};
use crate::error::Error;
use crate::flow::{
    CompiledAsyncOpenFlow, TryEmitError,
    mailbox::{Mailbox, Slot},
    remote::Verdict,
};
use crate::graph::Graph;

impl<T, E, F: Future, const FAILS: bool, O> Sealed for CompiledAsyncOpenFlow<T, E, F, FAILS, O> {}

/// The trait for flows that fail, or do not; `$told` makes what `emit` gives of a `Result`.
macro_rules! async_open_flow {
    ([$($parameter:tt)*] $error:ty, $fails:literal, $output:ty, $emitted:ty, $told:expr) => {
        impl<T, $($parameter)*, O> AsyncOpenFlow<T> for CompiledAsyncOpenFlow<T, $error, F, $fails, O> {
            type Output = $output;
            type Emitted = $emitted;

            fn try_emit(&mut self, item: T) -> Result<(), TryEmitError<T>> {
                Self::try_emit(self, item)
            }

            fn graph(&self) -> Graph {
                Self::graph(self)
            }

            fn poll_emit(&mut self, item: &mut Option<T>, cx: &mut Context<'_>) -> Poll<$emitted> {
                let (work, mailbox) = self.parts();
                Poll::Ready($told(ready!(work.poll_emit(mailbox, item, cx))))
            }

            fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
                let (work, mailbox) = self.parts();
                work.poll_reserve(mailbox, cx)
            }

            fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<$output> {
                self.parts().0.poll_finish(cx)
            }

            fn slot(&self) -> &Slot<T> {
                self.inlet().slot()
            }

            fn mailbox(&self) -> Mailbox<T, $error> {
                self.inlet().clone()
            }

            fn close(&self) {
                self.inlet().close();
            }
        }
    };
}

async_open_flow!([F: Future] Error, false, F::Output, (), drop);
async_open_flow!([V, E: 'static, F: Future<Output = Result<V, E>>] E, true, Result<V, E>, Result<(), E>, identity);

impl<T, F: AsyncOpenFlow<T> + ?Sized> AsyncOpenFlow<T> for Box<F> {
    type Output = F::Output;
    type Emitted = F::Emitted;

    fn try_emit(&mut self, item: T) -> Result<(), TryEmitError<T>> {
        (**self).try_emit(item)
    }

    fn graph(&self) -> Graph {
        (**self).graph()
    }

    fn poll_emit(&mut self, item: &mut Option<T>, cx: &mut Context<'_>) -> Poll<F::Emitted> {
        (**self).poll_emit(item, cx)
    }

    fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        (**self).poll_reserve(cx)
    }

    fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        (**self).poll_finish(cx)
    }

    fn slot(&self) -> &Slot<T> {
        (**self).slot()
    }

    fn mailbox(&self) -> Mailbox<T, <F::Emitted as Verdict<F::Output>>::Error> {
        (**self).mailbox()
    }

    fn close(&self) {
        (**self).close();
    }
}
