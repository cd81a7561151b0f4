//! `via`: operators of the user's own, and reusable pieces of flows.

use crate::{operator::Operator, ty::Ty};

/// Passes items through `operator`: whatever implements
/// [`Operator`](crate::Operator), such as a `flow! { <T> -> … }` with an open
/// end.
#[inline]
pub fn via<T, O: Operator<T>>(_: Ty<T>, operator: O) -> (Via<O>, Ty<O::Out>) {
    (Via(operator), Ty::new())
}

/// An operator in its place.
pub struct Via<O>(O);

impl<O> Via<O> {
    /// Takes one item and gives what leaves because of it.
    #[inline]
    pub fn push<T>(&mut self, item: T) -> impl IntoIterator<Item = O::Out>
    where
        O: Operator<T>,
    {
        self.0.push(item)
    }

    /// Gives what is held at the end of input.
    #[inline]
    pub fn finish<T>(&mut self, _: Ty<T>) -> impl IntoIterator<Item = O::Out>
    where
        O: Operator<T>,
    {
        self.0.finish()
    }
}
