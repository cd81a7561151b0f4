//! `via`: operators of the user's own, and reusable pieces of flows.

use std::{collections::VecDeque, marker::PhantomData, ops::Deref};

use crate::flow::piece::{Leaving, PieceFlow, Pushed};
use crate::operator::{DynOperator, Leaves, Operator};
use crate::ty::{Fails, Fits, Holds, Nothing, Ty, When};

/// Passes items through `operator`: whatever implements
/// [`Operator`](crate::Operator), such as a `flow! { <T> -> … }` with an open
/// end.
#[inline]
pub fn via<T, U, P, O: Takes<T, P, Out = U>, M>(
    _: Ty<T, M>,
    operator: O,
) -> (When<P, When<U, Via<O, T>>>, Ty<U, M>)
where
    When<U, O>: Fits<M>, // what is no operator is not asked whether it can be copied
{
    (Via::new(operator), Ty::of_mode())
}

/// An operator for items of type `T`, with the proof that it is one.
#[diagnostic::on_unimplemented(
    message = "this is not an operator for items of type `{T}`",
    label = "this takes no `{T}`",
    note = "`via` takes whatever implements `Operator<{T}>`, such as `flow! {{ <{T}> -> … }}`; one that awaits stands in `via_async(…)`"
)]
pub trait Takes<T, P> {
    /// The type of what it gives.
    type Out;
}

#[diagnostic::do_not_recommend]
impl<T, O: Operator<T>> Takes<T, Holds> for O {
    type Out = O::Out;
}

#[diagnostic::do_not_recommend]
impl<T, O: Operator<T> + Nothing> Takes<T, Fails> for O {
    type Out = O::Out;
}

/// Returns whether an operator may hold anything of what went in.
#[inline]
pub fn pass_holds<T, V: Pass<T>>(via: &V) -> bool {
    via.holds()
}

/// Returns whether an operator takes no more.
#[inline]
pub fn pass_is_over<T, V: Pass<T>>(via: impl Deref<Target = V>) -> bool {
    via.is_over()
}

/// Returns how many items an operator gives at the end of input, at most: nobody knows, where it
/// holds any.
#[inline]
pub fn pass_held<T, V: Pass<T>>(via: impl Deref<Target = V>) -> usize {
    if via.holds() { usize::MAX } else { 0 }
}

/// Returns whether an operator may give more, now or at the end of input.
#[inline]
pub fn pass_may_give<T, V: Pass<T>>(via: impl Deref<Target = V>) -> bool {
    !via.is_over() || via.holds()
}

/// An operator in its place, for items of one type.
pub struct Via<O, T> {
    operator: O,
    /// Says whether the end is still to be told, or something came after it: what
    /// left at the end may come back through a cycle.
    due: bool,
    items: PhantomData<fn(T)>,
}

impl<O: Clone, T> Clone for Via<O, T> {
    fn clone(&self) -> Self {
        Self {
            operator: self.operator.clone(),
            ..*self
        }
    }
}

impl<O, T> Via<O, T> {
    #[inline]
    pub(super) fn new(operator: O) -> Self {
        Self {
            operator,
            due: true,
            items: PhantomData,
        }
    }
}

/// Describes what an operator does in its place.
pub trait Pass<T> {
    /// The type of what it gives.
    type Out;

    /// Takes one item and gives what leaves because of it.
    // Iterators, for what is hidden may be asked whether it is `Send`, and what it is
    // made into may not.
    fn pass(&mut self, item: T) -> impl Iterator<Item = Self::Out>;

    /// Returns whether it may hold anything.
    fn holds(&self) -> bool;

    /// Returns whether it takes no more.
    fn is_over(&self) -> bool;

    /// Gives what is held at the end of input.
    fn pass_end(&mut self) -> impl Iterator<Item = Self::Out>;

    /// Takes one item, or `None` at the end of input, and puts what leaves because of it
    /// into `out`, as far as it is not given by [`pull`](Self::pull).
    fn put(&mut self, item: Option<T>, out: &mut VecDeque<Self::Out>);

    /// Gives what is left of what was put in: what is made only when it is asked for.
    fn pull(&mut self) -> Option<Self::Out>;
}

impl<T, O: Operator<T>> Pass<T> for Via<O, T> {
    type Out = O::Out;

    #[inline]
    fn pass(&mut self, item: T) -> impl Iterator<Item = O::Out> {
        let taken = (!self.operator.is_over()).then_some(item);
        self.due |= taken.is_some();
        let given = taken.map(|item| self.operator.push(item).into_iter());
        given.into_iter().flatten()
    }

    #[inline]
    fn holds(&self) -> bool {
        self.operator.holds()
    }

    #[inline]
    fn is_over(&self) -> bool {
        self.operator.is_over()
    }

    #[inline]
    fn pass_end(&mut self) -> impl Iterator<Item = O::Out> {
        let due = std::mem::take(&mut self.due);
        due.then(|| self.operator.finish()).into_iter().flatten()
    }

    #[inline]
    fn put(&mut self, item: Option<T>, out: &mut VecDeque<O::Out>) {
        if item.is_some() && self.operator.is_over() {
            return;
        }
        if std::mem::replace(&mut self.due, item.is_some()) || item.is_some() {
            self.operator.__put(item, out);
        }
    }

    #[inline]
    fn pull(&mut self) -> Option<O::Out> {
        self.operator.__pull()
    }
}

// These methods come before those of the trait. What they give has a name, and is `Send` where
// items are borrowed, too: of the hidden types above rustc demands `O: Operator<T>` of lifetimes
// it takes for several.

impl<W: Pushed, V> Via<PieceFlow<W, V>, W::Pushed> {
    /// Takes one item and gives what leaves because of it.
    #[inline]
    pub fn pass(&mut self, item: W::Pushed) -> Leaving<'_, W> {
        self.due = true;
        self.operator.push(item)
    }

    /// Gives what is held at the end of input.
    #[inline]
    pub fn pass_end(&mut self) -> LastLeaves<Leaving<'_, W>> {
        let due = std::mem::take(&mut self.due);
        LastLeaves(due.then(|| self.operator.finish()))
    }
}

impl<T, O: DynOperator<T> + ?Sized> Via<Box<O>, T> {
    /// Takes one item and gives what leaves because of it.
    #[inline]
    pub fn pass(&mut self, item: T) -> Leaves<'_, T, O> {
        self.due = true;
        self.operator.push(item)
    }

    /// Gives what is held at the end of input.
    #[inline]
    pub fn pass_end(&mut self) -> LastLeaves<Leaves<'_, T, O>> {
        let due = std::mem::take(&mut self.due);
        LastLeaves(due.then(|| self.operator.finish()))
    }
}

/// The items that leave at the end of input, where it is to be told.
pub struct LastLeaves<I>(Option<I>);

impl<I: Iterator> Iterator for LastLeaves<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.0.as_mut()?.next()
    }
}
