//! Operators behind a pointer.

use std::{collections::VecDeque, fmt, marker::PhantomData};

use super::Operator;

/// An [`Operator`] whose type is not known: `Box<dyn DynOperator<T, Out = U>>`.
///
/// Every operator is one, and nobody implements it by hand. A box of one is an operator
/// again, so it stands in a flow as any does:
///
/// ```
/// use flow_runtime::{DynOperator, flow};
///
/// fn filter(name: &str) -> Box<dyn DynOperator<i64, Out = i64> + Send> {
///     match name {
///         "evens" => Box::new(flow! { <i64> -> filter(|n| n % 2 == 0) }),
///         _ => Box::new(flow! { <i64> -> flat_map(|n| [n, -n]) }),
///     }
/// }
///
/// let evens = flow! { from(1..5) -> via(filter("evens")) -> collect::<Vec<_>>() };
/// assert_eq!(evens.run(), [2, 4]);
/// let both = flow! { from(1..3) -> via(filter("mirror")) -> collect::<Vec<_>>() };
/// assert_eq!(both.run(), [1, -1, 2, -2]);
/// ```
///
/// What [`push`](Operator::push) of a box gives is `Send` where the operator and its items
/// are. So a function that is generic over an operator, and spawns it, boxes it; rustc
/// cannot know that what `push` of any other gives is `Send`.
///
/// ```
/// use flow_runtime::{Operator, flow};
///
/// async fn sum(op: impl Operator<u64, Out = u64> + Send + 'static) -> u64 {
///     let flow = flow! { from(1..5) -> via(Box::new(op)) -> then(async |n| n) -> sum::<u64>() };
///     flow.spawn().await.unwrap()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(sum(flow! { <u64> -> map(|n| n * n) }).await, 30);
/// # }
/// ```
///
/// A piece made by `flow!` stays lazy in a box. What the `push` of an operator of one's own
/// gives is collected when it is pushed, so it has to end.
pub trait DynOperator<T> {
    /// The type of the items that it gives.
    type Out;

    /// As `Operator::__put`.
    #[doc(hidden)]
    fn put_dyn(&mut self, item: Option<T>, out: &mut VecDeque<Self::Out>);

    /// As `Operator::__pull`.
    #[doc(hidden)]
    fn pull_dyn(&mut self) -> Option<Self::Out>;

    /// As `Operator::holds`.
    #[doc(hidden)]
    fn holds_dyn(&self) -> bool;

    /// As `Operator::is_over`.
    #[doc(hidden)]
    fn is_over_dyn(&self) -> bool;
}

impl<T, O: Operator<T>> DynOperator<T> for O {
    type Out = O::Out;

    fn put_dyn(&mut self, item: Option<T>, out: &mut VecDeque<O::Out>) {
        if item.is_none() || !self.is_over() {
            self.__put(item, out);
        }
    }

    fn pull_dyn(&mut self) -> Option<O::Out> {
        self.__pull()
    }

    fn holds_dyn(&self) -> bool {
        self.holds()
    }

    fn is_over_dyn(&self) -> bool {
        self.is_over()
    }
}

/// The items that leave an [`Operator`] in a box, in order.
///
/// ```
/// use flow_runtime::{DynOperator, Operator, flow, running::Leaves};
///
/// let mut piece: Box<dyn DynOperator<u64, Out = u64>> = Box::new(flow! { <u64> -> flat_map(|n| n..) });
/// let leaves: Leaves<'_, u64, _> = piece.push(3);
/// assert_eq!(leaves.take(2).collect::<Vec<_>>(), [3, 4]);
/// ```
#[must_use = "items leave when they are asked for"]
// The type of a field is a parameter: as of `Partition`.
pub struct Leaves<'a, T, O: ?Sized, U = <O as DynOperator<T>>::Out> {
    operator: &'a mut O,
    /// Holds what it gave at once.
    given: VecDeque<U>,
    items: PhantomData<fn(T)>,
}

impl<'a, T, O: DynOperator<T> + ?Sized> Leaves<'a, T, O> {
    fn new(operator: &'a mut O, item: Option<T>) -> Self {
        let mut given = VecDeque::new();
        operator.put_dyn(item, &mut given);
        Self {
            operator,
            given,
            items: PhantomData,
        }
    }
}

impl<T, O: DynOperator<T> + ?Sized> Iterator for Leaves<'_, T, O> {
    type Item = O::Out;

    fn next(&mut self) -> Option<O::Out> {
        match self.given.pop_front() {
            Some(item) => Some(item),
            None => self.operator.pull_dyn(),
        }
    }
}

impl<T, O: ?Sized, U> fmt::Debug for Leaves<'_, T, O, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaves").finish_non_exhaustive()
    }
}

// What leaves is named, so that it is known to be `Send`.
#[allow(refining_impl_trait)]
impl<T, O: DynOperator<T> + ?Sized> Operator<T> for Box<O> {
    type Out = O::Out;

    fn push(&mut self, item: T) -> Leaves<'_, T, O> {
        Leaves::new(&mut **self, Some(item))
    }

    fn holds(&self) -> bool {
        (**self).holds_dyn()
    }

    fn is_over(&self) -> bool {
        (**self).is_over_dyn()
    }

    fn finish(&mut self) -> Leaves<'_, T, O> {
        Leaves::new(&mut **self, None)
    }

    fn __put(&mut self, item: Option<T>, out: &mut VecDeque<O::Out>) {
        (**self).put_dyn(item, out);
    }

    fn __pull(&mut self) -> Option<O::Out> {
        (**self).pull_dyn()
    }
}
