//! The kinds of waiting: a flow awaits its outlets, or never does.

use std::marker::PhantomData;

/// Says whether an outlet waits: a flow of synchronous operators is asynchronous
/// where one of its outlets is.
pub struct Wait<W>(PhantomData<fn() -> W>);

/// Says that an outlet waits as `W` has it.
#[inline]
pub(crate) const fn wait<W>() -> Wait<W> {
    Wait(PhantomData)
}

/// A flow that waits, whatever its outlets.
#[inline]
#[must_use]
pub fn later() -> Wait<Later> {
    Wait(PhantomData)
}

/// A flow with two outlets waits where either does.
#[inline]
#[must_use]
pub fn either<A: Either<B>, B>(_: Wait<A>, _: Wait<B>) -> Wait<A::Out> {
    Wait(PhantomData)
}

/// The kind of waiting that covers both of two.
pub trait Either<Other> {
    /// [`Later`], where one of them is.
    type Out;
}

impl<W> Either<W> for Now {
    type Out = W;
}

impl<W> Either<W> for Later {
    type Out = Later;
}

/// The marker of an [`Outlet`] that never waits asynchronously.
pub enum Now {}

/// The marker of an [`Outlet`] that may wait for its receiver.
pub enum Later {}
