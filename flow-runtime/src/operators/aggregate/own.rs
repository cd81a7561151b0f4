//! Aggregates of the user's own.
//!
//! ```text
//! own_of(item_1, above).kind()    // `Cloned`, if it is `Clone`, else `Left`
//! ```

use std::marker::PhantomData;

use super::{Aggregate, Several, Summary};
use crate::ty::{Fails, Holds, Nothing, Ty, When};

/// A value that is to be an aggregate of items of type `T`.
#[inline]
pub fn own_of<T, P, A: IsAggregate<T, P>, M>(_: Ty<T, M>, aggregate: A) -> When<P, Own<T, A>> {
    Own(Some(aggregate), PhantomData)
}

/// An [`Aggregate`], with the [proof](Holds) of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no aggregate of items of type `{T}`",
    label = "this is to be an aggregate",
    note = "it is one of `count()`, `sum(f)`, `mean(f)`, `var(f)`, `min(f)`, `max(f)`, or a value that implements `Aggregate<{T}>`"
)]
pub trait IsAggregate<T, P>: Aggregate<T> {}

#[diagnostic::do_not_recommend]
impl<T, A: Aggregate<T>> IsAggregate<T, Holds> for A {}

#[diagnostic::do_not_recommend]
impl<T, A: Aggregate<T> + Nothing> IsAggregate<T, Fails> for A {}

/// See [`own_of`].
pub struct Own<T, A>(Option<A>, PhantomData<fn(T)>);

/// One that is cloned for every window.
pub trait ClonesAggregate<A> {
    /// The summary.
    fn kind(&mut self) -> Cloned<A>;
}

impl<T, A: Clone> ClonesAggregate<A> for Own<T, A> {
    #[inline]
    fn kind(&mut self) -> Cloned<A> {
        Cloned(self.0.take().expect("it is asked once"))
    }
}

/// One that all items leave when a window is complete.
pub trait LeavesAggregate<A> {
    /// The summary.
    fn kind(&mut self) -> Left<A>;
}

impl<T, A> LeavesAggregate<A> for &mut Own<T, A> {
    #[inline]
    fn kind(&mut self) -> Left<A> {
        Left(self.0.take().expect("it is asked once"))
    }
}

/// See [`ClonesAggregate`].
#[derive(Clone)]
pub struct Cloned<A>(A);

impl<A> Several for Cloned<A> {}

impl<T, A: Aggregate<T> + Clone> Summary<T> for Cloned<A> {
    type State = A;
    type Output = A::Output;

    #[inline]
    fn open(&mut self, _: bool) -> A {
        self.0.clone()
    }

    #[inline]
    fn enter(&mut self, state: &mut A, item: &T) {
        state.enter(item);
    }

    #[inline]
    fn leave(&mut self, state: &mut A, item: &T) {
        state.leave(item);
    }

    #[inline]
    fn value(&self, state: &A) -> A::Output {
        state.value()
    }

    #[inline]
    fn reset(&mut self, state: &mut A) {
        state.clone_from(&self.0);
    }
}

/// See [`LeavesAggregate`]. One window is open at a time.
pub struct Left<A>(A);

impl<T, A: Aggregate<T>> Summary<T> for Left<A> {
    type State = ();
    type Output = A::Output;
    const LEAVES: bool = true;

    #[inline]
    fn open(&mut self, _: bool) {}

    #[inline]
    fn enter(&mut self, (): &mut (), item: &T) {
        self.0.enter(item);
    }

    #[inline]
    fn leave(&mut self, (): &mut (), item: &T) {
        self.0.leave(item);
    }

    #[inline]
    fn value(&self, (): &()) -> A::Output {
        self.0.value()
    }

    #[inline]
    fn reset(&mut self, (): &mut ()) {}
}
