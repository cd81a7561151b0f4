//! Defines what `then` and `sink` are given by name: any function whose futures can be
//! awaited.
//!
//! There are two kinds. What is `AsyncFnMut(T)` may lend its futures something of its
//! own: async closures do, and functions are as well. What is known by a bound or a
//! type to be `FnMut(T) -> impl Future` is not: a generic `F: Fn(T) -> Fut`, a boxed
//! closure, what another function returned. So the flow asks which kind a function
//! [is](Function::kind), and then has the constructor of that kind.
//!
//! ```text
//! let (mut then_1, item_1) = { let f = fetch; (&function(&f, item_0)).kind().then(item_0, f) };
//! ```

use core::marker::PhantomData;

use super::then::Tried;
use crate::operators::parts::gives::{Awaited, Gives, Outcome};
use crate::ty::{Fits, Ty, When};

/// A function of items of this type, of a kind that is still to be told.
pub struct Function<T, F>(PhantomData<fn(T, F)>);

/// Asks for the kind of a function.
#[inline]
#[must_use]
pub fn function<T, F: Fits<M>, M>(_: &F, _: Ty<T, M>) -> Function<T, F> {
    Function::new()
}

impl<T, F> Function<T, F> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, U, F: AsyncFnMut(T) -> U> Function<T, F> {
    /// An async one.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> IsAsync {
        IsAsync
    }
}

/// As `Function::kind`, of others that give something: futures, if it is no mistake.
// In scope where that one is called: a method of the type itself comes first, where
// its bound holds. Behind both comes the one of a reference to the type.
pub trait FutureFunction {
    /// One that gives futures.
    #[inline]
    fn kind(&self) -> GivesFutures {
        GivesFutures
    }
}

impl<T, G, F: FnMut(T) -> G> FutureFunction for Function<T, F> {}

/// As `Function::kind`, of what is neither.
pub trait NoFunction {
    /// The constructor of an async one says what is wrong.
    #[inline]
    fn kind(&self) -> IsAsync {
        IsAsync
    }
}

impl<T, F> NoFunction for &Function<T, F> {}

/// The constructors for `FnMut(T) -> impl Future`.
pub struct GivesFutures;

/// The constructors for `AsyncFnMut(T)`.
pub struct IsAsync;

// What is given may be no future; then that is blamed once, where it is to be
// awaited.
impl GivesFutures {
    /// Gives what the async function `f` makes of each item, one at a time.
    #[inline]
    pub fn then<T, G, F: FnMut(T) -> G, M>(self, _: Ty<T, M>, f: F) -> (F, Gives<G, M>) {
        (f, Gives(Ty::of_mode()))
    }

    /// [`then`](Self::then) with `timeout` or `retry`.
    #[inline]
    pub fn then_tried<T, V, U, E, Fut, F, M>(self, _: Ty<T, M>, f: F) -> Tried<U, E, F, M>
    where
        F: FnMut(T) -> Fut,
        Fut: Awaited<Output = V>,
        V: Outcome<Value = U, Failure = E>,
    {
        (f, Ty::of_mode(), Ty::of_mode())
    }

    /// Awaits the async function `f` with each item, one at a time.
    #[inline]
    pub fn sink<T, G, F: FnMut(T) -> G, M>(self, _: Ty<T, M>, f: F) -> F {
        f
    }

    /// Awaits the async function `f` with each item; an `Err` goes to the `?`
    /// behind it.
    #[inline]
    pub fn try_sink<T, G, F: FnMut(T) -> G, M>(self, _: Ty<T, M>, f: F) -> (F, Gives<G, M>) {
        (f, Gives(Ty::of_mode()))
    }
}

// Each function is asked for twice: what is known of the second answer is known only where it
// fits, whatever is made of the first.
impl IsAsync {
    /// Gives what the async function `f` makes of each item, one at a time.
    // The function itself goes back: an opaque type would hide from the flow whether
    // its futures are `Send`.
    #[inline]
    pub fn then<T, U, V, F, M>(self, _: Ty<T, M>, f: F) -> (When<V, F>, Ty<U, M>)
    where
        F: AsyncFnMut(T) -> U + AsyncFnOnce(T) -> V,
    {
        (f, Ty::of_mode())
    }

    /// [`then`](Self::then) with `timeout` or `retry`.
    #[inline]
    pub fn then_tried<T, V, U, E, F, M>(self, _: Ty<T, M>, f: F) -> Tried<U, E, F, M>
    where
        F: AsyncFnMut(T) -> V,
        V: Outcome<Value = U, Failure = E>,
    {
        (f, Ty::of_mode(), Ty::of_mode())
    }

    /// Awaits the async function `f` with each item, one at a time.
    #[inline]
    // That nothing comes of it is asked where it is awaited.
    pub fn sink<T, V, F: AsyncFnMut(T) -> V, M>(self, _: Ty<T, M>, f: F) -> When<V, F> {
        f
    }

    /// Awaits the async function `f` with each item; an `Err` goes to the `?`
    /// behind it.
    #[inline]
    pub fn try_sink<T, U, V, F, M>(self, _: Ty<T, M>, f: F) -> (When<V, F>, Ty<U, M>)
    where
        F: AsyncFnMut(T) -> U + AsyncFnOnce(T) -> V,
    {
        (f, Ty::of_mode())
    }
}
