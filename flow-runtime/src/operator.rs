//! The trait of operators: what `-> via(op)` takes.

mod dynamic;

pub use dynamic::{DynOperator, Leaves};

use std::collections::VecDeque;

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
/// A function returns one as `impl Operator<T, Out = U>`. Behind a pointer it is a
/// [`DynOperator`]; a box is the way as well where a function that is generic over its
/// operator has to be spawned.
///
/// # In flows that are spawned
///
/// A flow that awaits behind the operator holds what leaves it meanwhile. To be spawned it has
/// to know that this is `Send`, and rustc does not look into `impl IntoIterator`. So either the
/// operator stands in a box, `via(Box::new(op))`, which collects what `push` gives, or both
/// functions name their types:
///
/// ```
/// use flow_runtime::{Operator, flow};
///
/// /// Gives the sum so far of every item, and all of it at the end.
/// struct Sums(u64);
///
/// #[allow(refining_impl_trait)] // named, so that they are known to be `Send`
/// impl Operator<u64> for Sums {
///     type Out = u64;
///
///     fn push(&mut self, item: u64) -> Option<u64> {
///         self.0 += item;
///         Some(self.0)
///     }
///
///     fn finish(&mut self) -> Option<u64> {
///         Some(self.0)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let sums = flow! { from([1, 2]) -> via(Sums(0)) -> then(async |n| n) -> collect::<Vec<_>>() };
/// assert_eq!(sums.spawn().await.unwrap(), [1, 3, 3]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operator for items of type `{T}`",
    note = "`via` takes whatever implements `Operator<{T}>`, such as `flow! {{ <{T}> -> … }}`; one that awaits stands in `via_async(…)`"
)]
pub trait Operator<T> {
    /// The type of what it gives.
    type Out;

    /// Takes one item and gives what leaves because of it: nothing, one, or
    /// several items. An `Option`, an array or a `Vec` will do.
    ///
    /// ```
    /// use flow_runtime::{Operator, flow};
    ///
    /// /// Gives every item twice.
    /// struct Twice;
    ///
    /// impl<T: Clone> Operator<T> for Twice {
    ///     type Out = T;
    ///
    ///     fn push(&mut self, item: T) -> impl IntoIterator<Item = T> {
    ///         [item.clone(), item]
    ///     }
    /// }
    ///
    /// assert_eq!(flow! { from([1, 2]) -> via(Twice) -> collect::<Vec<_>>() }.run(), [1, 1, 2, 2]);
    /// ```
    fn push(&mut self, item: T) -> impl IntoIterator<Item = Self::Out>;

    /// Returns whether anything that went in may still lead to something that leaves, as
    /// far as a source that acknowledges is concerned. It is asked after every
    /// item, when what left because of it has gone through the flow.
    ///
    /// Where it is `true`, nothing that went in since it was `false` is
    /// acknowledged before the end of input; that is the default, for nobody but
    /// the operator can know. One that holds nothing says so. So a `zip` learns as well that
    /// nothing will come of an operator that [is over](Self::is_over); else its other inputs are
    /// pulled until they end.
    ///
    /// ```
    /// use flow_runtime::Operator;
    ///
    /// struct Double;
    ///
    /// impl Operator<u64> for Double {
    ///     type Out = u64;
    ///
    ///     fn push(&mut self, item: u64) -> impl IntoIterator<Item = u64> {
    ///         Some(2 * item)
    ///     }
    ///
    ///     fn holds(&self) -> bool {
    ///         false
    ///     }
    /// }
    /// # assert!(!Double.holds());
    /// ```
    fn holds(&self) -> bool {
        true
    }

    /// Gives what is held at the end of input; by default nothing is. Called
    /// once, and in a cycle once more whenever something of it has come back.
    ///
    /// ```
    /// use flow_runtime::{Operator, flow};
    ///
    /// /// Gives the last item a second time.
    /// struct Encore(Option<u8>);
    ///
    /// impl Operator<u8> for Encore {
    ///     type Out = u8;
    ///
    ///     fn push(&mut self, item: u8) -> impl IntoIterator<Item = u8> {
    ///         self.0 = Some(item);
    ///         [item]
    ///     }
    ///
    ///     fn finish(&mut self) -> impl IntoIterator<Item = u8> {
    ///         self.0.take()
    ///     }
    /// }
    ///
    /// let flow = flow! { from([1, 2]) -> via(Encore(None)) -> collect::<Vec<_>>() };
    /// assert_eq!(flow.run(), [1, 2, 2]);
    /// ```
    fn finish(&mut self) -> impl IntoIterator<Item = Self::Out> {
        []
    }

    /// Returns whether it takes no more. Then nothing is pulled from a source for it alone,
    /// and what is pushed into it all the same is dropped; what it holds leaves at the end of
    /// input, as ever. By default it takes all that comes.
    ///
    /// ```
    /// use flow_runtime::{Operator, flow};
    ///
    /// /// Gives the items up to a zero, and with it.
    /// struct UpToZero(bool);
    ///
    /// impl Operator<u8> for UpToZero {
    ///     type Out = u8;
    ///
    ///     fn push(&mut self, item: u8) -> impl IntoIterator<Item = u8> {
    ///         self.0 = item == 0;
    ///         [item]
    ///     }
    ///
    ///     fn is_over(&self) -> bool {
    ///         self.0
    ///     }
    /// }
    ///
    /// let mut text = [b'a', 0, b'b'].into_iter();
    /// let flow = flow! { from(&mut text) -> via(UpToZero(false)) -> count() };
    /// assert_eq!((flow.run(), text.next()), (2, Some(b'b')));
    /// ```
    fn is_over(&self) -> bool {
        false
    }

    /// Takes one item, or `None` at the end of input, and puts what leaves because of it
    /// into `out`, as far as it is not given by `pull`.
    #[doc(hidden)]
    fn __put(&mut self, item: Option<T>, out: &mut VecDeque<Self::Out>) {
        match item {
            Some(item) => out.extend(self.push(item)),
            None => out.extend(self.finish()),
        }
    }

    /// Gives what is left of what was put in: what is made only when it is asked for.
    #[doc(hidden)]
    fn __pull(&mut self) -> Option<Self::Out> {
        None
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
    fn is_over(&self) -> bool {
        (**self).is_over()
    }

    #[inline]
    fn finish(&mut self) -> impl IntoIterator<Item = Self::Out> {
        (**self).finish()
    }

    fn __put(&mut self, item: Option<T>, out: &mut VecDeque<Self::Out>) {
        (**self).__put(item, out);
    }

    fn __pull(&mut self) -> Option<Self::Out> {
        (**self).__pull()
    }
}
