//! `then`: an async function of each item, one at a time.
//!
//! What is made of `timeout` and `retry` the flow does itself: see
//! [`Attempts::of`](crate::attempts::Attempts::of).

use crate::operators::parts::gives::{Awaited, Gives, Outcome};
use crate::{
    Error,
    knobs::{Demand, Followed, Knob, Refused, Steer},
    ty::{Alone, Fits, Ty, When},
};

/// Gives what the async function `f` makes of each item, one at a time.
#[inline]
pub fn then<T, U, F: AsyncFnMut(T) -> U + Fits<M>, M>(_: Ty<T, M>, f: F) -> (F, Ty<U, M>) {
    // The function itself goes back: an opaque type would hide from the flow
    // whether its futures are `Send`.
    (f, Ty::of_mode())
}

/// [`then`] of a function that may not fit. Where it does not, nothing is known
/// of the operator: it is asked for twice, and what is known of the second answer is known
/// only where it fits.
#[inline]
pub fn then_known<T, U, V, F, M>(_: Ty<T, M>, f: F) -> (When<V, F>, Ty<U, M>)
where
    F: AsyncFnMut(T) -> U + AsyncFnOnce(T) -> V + Fits<M>,
{
    (f, Ty::of_mode())
}

/// [`then`] of a closure that is not `async`. What it gives may be no future; then
/// that is blamed once, where it is to be awaited.
#[inline]
pub fn then_closure<T, G, F: FnMut(T) -> G + Fits<M>, M>(_: Ty<T, M>, f: F) -> (F, Gives<G, M>) {
    (f, Gives(Ty::of_mode()))
}

/// [`then_closure`] with `limit`: it is called when its turn has come, while others of
/// its futures run.
#[inline]
pub fn then_closure_shared<T, G, F: Fn(T) -> G + Fits<M>, M>(
    _: Ty<T, M>,
    f: F,
) -> (F, Gives<G, M>) {
    (f, Gives(Ty::of_mode()))
}

/// [`then`] of an async closure with `concurrency`: several of its futures may borrow
/// from it.
#[inline]
pub fn then_shared<T, U, F: AsyncFn(T) -> U + Fits<M>, M>(_: Ty<T, M>, f: F) -> (F, Ty<U, M>) {
    (f, Ty::of_mode())
}

/// [`then_shared`] of a closure that may not fit, as [`then_known`].
#[inline]
pub fn then_shared_known<T, U, V, F, M>(_: Ty<T, M>, f: F) -> (When<V, F>, Ty<U, M>)
where
    F: AsyncFn(T) -> U + AsyncFnOnce(T) -> V + Fits<M>,
{
    (f, Ty::of_mode())
}

/// A function that may be tried again, what comes of it, and what it fails with. Where it gives
/// no future, nothing is known of what comes, not that it is a `Result` either.
pub type Tried<U, E, F, M = Alone> = (When<E, F>, Ty<When<E, Result<U, Error>>, M>, Ty<E, M>);

/// [`then`] with `timeout` or `retry`, of a function that gives a `Result`.
#[inline]
pub fn then_tried<T, V, U, E, Fut, F, M>(_: Ty<T, M>, f: F) -> Tried<U, E, F, M>
where
    F: FnMut(T) -> Fut + Fits<M>,
    Fut: Awaited<Output = V>,
    V: Outcome<Value = U, Failure = E>,
{
    (f, Ty::of_mode(), Ty::of_mode())
}

/// [`then_tried`] with `retry` and `concurrency`: the function is called again while
/// others of its futures run.
#[inline]
pub fn then_tried_shared<T, V, U, E, Fut, F, M>(_: Ty<T, M>, f: F) -> Tried<U, E, F, M>
where
    F: Fn(T) -> Fut + Fits<M>,
    Fut: Awaited<Output = V>,
    V: Outcome<Value = U, Failure = E>,
{
    (f, Ty::of_mode(), Ty::of_mode())
}

/// [`then_tried`] of an async closure, whose futures may borrow from it.
#[inline]
pub fn then_async_tried<T, V, U, E, F, M>(_: Ty<T, M>, f: F) -> Tried<U, E, F, M>
where
    F: AsyncFnMut(T) -> V + Fits<M>,
    V: Outcome<Value = U, Failure = E>,
{
    (f, Ty::of_mode(), Ty::of_mode())
}

/// [`then_async_tried`] with `concurrency`.
#[inline]
pub fn then_async_tried_shared<T, V, U, E, F, M>(_: Ty<T, M>, f: F) -> Tried<U, E, F, M>
where
    F: AsyncFn(T) -> V + Fits<M>,
    V: Outcome<Value = U, Failure = E>,
{
    (f, Ty::of_mode(), Ty::of_mode())
}

/// Returns the bound of `concurrency = …`: a number, or that of a knob.
///
/// # Panics
///
/// When it is zero. The knob refuses that from now on.
#[inline]
#[track_caller]
pub fn places<B>(concurrency: impl Concurrency<B>) -> B {
    concurrency.bound()
}

/// A value that `concurrency` takes; `B` is the bound that it makes. That is a parameter so that
/// a wrong type is told once: what follows is then not known, and not wrong as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `usize`, and no reference to a `Knob<usize>`",
    label = "not a `usize`, and not a `&Knob<usize>`",
    note = "a plain value stays as it is; `&knob` is read whenever it is needed"
)]
pub trait Concurrency<B> {
    /// Returns the bound.
    #[track_caller]
    fn bound(self) -> B;
}

impl Concurrency<Self> for usize {
    #[inline]
    #[track_caller]
    fn bound(self) -> Self {
        self.followed(PLACES)
    }
}

impl Concurrency<Followed<usize>> for &Knob<usize> {
    #[track_caller]
    fn bound(self) -> Followed<usize> {
        self.followed(PLACES)
    }
}

/// The demand that `concurrency` lets something run.
pub(crate) const PLACES: Demand<usize> = Demand {
    by: "concurrency",
    holds: |places| match places {
        0 => Err(Refused::new("`concurrency` must be at least 1")),
        _ => Ok(()),
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn closures_know_the_type_of_their_argument() {
        let mut calls = 0;
        let (mut length, _) = then(Ty::<&str>::new(), async |text| {
            calls += 1;
            text.trim().len()
        });
        assert_eq!(length(" ab").await, 2);
        assert_eq!(length("").await, 0);
        assert_eq!(calls, 2);
    }

    #[tokio::test]
    async fn functions_fit() {
        async fn double(x: u8) -> u8 {
            2 * x
        }
        let (double, _) = then(Ty::new(), double);
        assert_eq!(tokio::spawn(double(4)).await.unwrap(), 8);
    }
}
