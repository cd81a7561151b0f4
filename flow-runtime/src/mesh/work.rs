//! Behaviours of every form, as the mesh runs them.

use std::marker::PhantomData;

use super::{
    behaviour::{Behaviour, Outcome},
    mail::Mail,
    post::Take,
    turn::Turn,
};
use crate::error::BoxError;

/// A behaviour in its node. Items are taken here, where their type is known: a
/// turn is one call through a pointer, however many items it works on.
pub trait Run {
    /// Works on an item of the node's mailbox, if there is one.
    fn one(&mut self, mail: &mut Mail<'_>, take: Take) -> Result<(), BoxError>;

    /// Works on all of them: until the mailbox is empty, a behaviour asked for a change, or
    /// one failed. Adds the number of items to `worked`.
    fn all(&mut self, mail: &mut Mail<'_>, worked: &mut u64) -> Result<(), BoxError>;

    /// Says the last word.
    fn closed(&mut self, mail: &mut Mail<'_>);
}

/// A behaviour of the user's; `P` says which form it has.
pub struct Worker<X, P> {
    pub(super) works: X,
    form: PhantomData<fn(P)>,
}

impl<X, P> Worker<X, P> {
    pub(super) fn new(works: X) -> Self {
        let form = PhantomData;
        Self { works, form }
    }
}

/// The form of a closure that takes a `T` and gives an `R`.
pub struct Closure<T, R>(PhantomData<fn(T) -> R>);

/// The form of a type that implements [`Behaviour<T>`](Behaviour).
pub struct Typed<T>(PhantomData<fn(T)>);

/// Describes what one form of behaviour does with an item.
pub trait Works {
    /// The items.
    type Item: 'static;

    /// Works on one.
    fn work(&mut self, item: Self::Item, mail: &mut Mail<'_>) -> Result<(), BoxError>;

    /// Says the last word.
    fn closed(&mut self, _: &mut Mail<'_>) {}
}

impl<T, R, F> Works for Worker<F, Closure<T, R>>
where
    T: 'static,
    R: Outcome,
    F: FnMut(T, &mut Mail<'_>) -> R,
{
    type Item = T;

    // A quick closure is written into the loop over the items, a long one is called.
    #[inline(always)]
    fn work(&mut self, item: T, mail: &mut Mail<'_>) -> Result<(), BoxError> {
        (self.works)(item, mail).into_result()
    }
}

impl<T: 'static, B: Behaviour<T>> Works for Worker<B, Typed<T>> {
    type Item = T;

    // A quick closure is written into the loop over the items, a long one is called.
    #[inline(always)]
    fn work(&mut self, item: T, mail: &mut Mail<'_>) -> Result<(), BoxError> {
        self.works.work(item, mail)
    }

    fn closed(&mut self, mail: &mut Mail<'_>) {
        self.works.closed(mail);
    }
}

impl<W: Works> Run for W {
    #[inline]
    fn one(&mut self, mail: &mut Mail<'_>, take: Take) -> Result<(), BoxError> {
        match mail.take(take) {
            Some(item) => self.work(item, mail),
            None => Ok(()),
        }
    }

    #[inline]
    fn all(&mut self, mail: &mut Mail<'_>, worked: &mut u64) -> Result<(), BoxError> {
        let (mut turn, mut items, mut result) = (Turn::new(mail), 0, Ok(()));
        while let Some(item) = turn.next() {
            items += 1;
            result = self.work(item, &mut turn.mail());
            if result.is_err() || turn.is_over() {
                break;
            }
        }
        *worked += items;
        result
    }

    fn closed(&mut self, mail: &mut Mail<'_>) {
        Works::closed(self, mail);
    }
}
