//! `via`: operators of the user's own, and reusable pieces of flows.

use crate::{operator::Operator, ty::Ty};

/// Passes items through `operator`: whatever implements
/// [`Operator`](crate::Operator), such as a `flow! { <T> -> … }` with an open
/// end.
#[inline]
pub fn via<T, O: Operator<T>>(_: Ty<T>, operator: O) -> (Via<O>, Ty<O::Out>) {
    let via = Via {
        operator,
        due: true,
    };
    (via, Ty::new())
}

/// An operator in its place.
pub struct Via<O> {
    operator: O,
    /// Whether the end is still to be told, or something came after it: what
    /// left at the end may come back through a cycle.
    due: bool,
}

impl<O> Via<O> {
    /// Takes one item and gives what leaves because of it.
    #[inline]
    pub fn push<T>(&mut self, item: T) -> impl IntoIterator<Item = O::Out>
    where
        O: Operator<T>,
    {
        self.due = true;
        self.operator.push(item)
    }

    /// Gives what is held at the end of input.
    #[inline]
    pub fn finish<T>(&mut self, _: Ty<T>) -> impl IntoIterator<Item = O::Out>
    where
        O: Operator<T>,
    {
        let due = std::mem::take(&mut self.due);
        due.then(|| self.operator.finish()).into_iter().flatten()
    }
}
