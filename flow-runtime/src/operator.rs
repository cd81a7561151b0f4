//! The trait of operators: what `-> via(op)` takes.

/// A reusable stretch of a flow: takes items, gives items, and may hold some
/// until the end of input.
///
/// `flow! { <T> -> … }` with an open end makes one, and so may anybody: an
/// operator of one's own stands in a flow as `-> via(op)`.
///
/// ```
/// use flow_runtime::{Operator, flow};
///
/// /// Gives every item that differs from the one before it.
/// struct Changes<T>(Option<T>);
///
/// impl<T: Clone + PartialEq> Operator<T> for Changes<T> {
///     type Out = T;
///
///     fn push(&mut self, item: T) -> impl IntoIterator<Item = T> {
///         let changed = self.0.as_ref() != Some(&item);
///         self.0 = Some(item.clone());
///         changed.then_some(item)
///     }
/// }
///
/// let changes = flow! { from([1, 1, 2, 2, 1]) -> via(Changes(None)) -> collect::<Vec<_>>() };
/// assert_eq!(changes.run(), [1, 2, 1]);
/// ```
///
/// A function returns one as `impl Operator<T, Out = U>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operator for items of type `{T}`",
    note = "`via` takes whatever implements `Operator<{T}>`, such as `flow! {{ <{T}> -> … }}`; one that awaits stands in `via_async(…)`"
)]
pub trait Operator<T> {
    /// What it gives.
    type Out;

    /// Takes one item and gives what leaves because of it: nothing, one, or
    /// several items. An `Option`, an array or a `Vec` will do.
    fn push(&mut self, item: T) -> impl IntoIterator<Item = Self::Out>;

    /// Whether anything that went in may still lead to something that leaves, as
    /// far as a source that acknowledges is concerned. It is asked after every
    /// item, when what left because of it has gone through the flow.
    ///
    /// Where it is `true`, nothing that went in since it was `false` is
    /// acknowledged before the end of input; that is the default, for nobody but
    /// the operator can know. One that holds nothing says so.
    fn holds(&self) -> bool {
        true
    }

    /// Gives what is held at the end of input; by default nothing is. Called
    /// once, and in a cycle once more whenever something of it has come back.
    fn finish(&mut self) -> impl IntoIterator<Item = Self::Out> {
        []
    }
}

impl<T, O: Operator<T>> Operator<T> for &mut O {
    type Out = O::Out;

    #[inline]
    fn push(&mut self, item: T) -> impl IntoIterator<Item = Self::Out> {
        (**self).push(item)
    }

    #[inline]
    fn holds(&self) -> bool {
        (**self).holds()
    }

    #[inline]
    fn finish(&mut self) -> impl IntoIterator<Item = Self::Out> {
        (**self).finish()
    }
}
