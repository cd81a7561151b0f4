//! `keep_item = true`: errors leave an operator together with the item that it was given.

use crate::Failed;
use crate::attempts::Charged;
use crate::ty::{Ty, When, proven};

/// Says what leaves an operator that keeps its items: `T` goes in, `R` would come out.
#[inline]
#[must_use]
pub fn keep_item<T: Repeats<P>, P, R: Results, M>(
    _: Ty<T, M>,
    _: Ty<R, M>,
) -> Ty<Result<R::Ok, Failed<When<P, T>, R::Err>>, M> {
    Ty::of_mode()
}

proven! {
    /// An item that is kept beside what fails.
    #[diagnostic::on_unimplemented(
        message = "`keep_item` keeps a clone of each item beside it, and `{Self}` is not `Clone`",
        label = "its items are not `Clone`",
        note = "derive `Clone`, or send `Arc<_>`s; an artifact is `Clone` where the arguments of its function are"
    )]
    pub trait Repeats: Clone;
}

/// The output of an operator that may keep its items.
#[diagnostic::on_unimplemented(
    message = "`keep_item` on what gives `{Self}`, which is not a `Result`",
    label = "there is no error to keep the item with",
    note = "remove `keep_item`, or let the function give a `Result`"
)]
pub trait Results {
    /// The value that goes on.
    type Ok;

    /// The error that the item is kept with.
    type Err;

    /// Itself.
    ///
    /// # Errors
    ///
    /// Its own.
    fn result(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> Results for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline]
    fn result(self) -> Self {
        self
    }
}

/// The item once more, to be kept.
#[inline]
#[must_use]
pub fn kept<T: Repeats<P>, P>(item: &T) -> T {
    item.clone()
}

/// One result, with the item where it is an error.
///
/// # Errors
///
/// That one.
#[inline]
pub fn failed<T, R: Results>(item: T, result: R) -> Result<R::Ok, Failed<T, R::Err>> {
    result.result().map_err(|error| Failed { item, error })
}

/// A result that may not be there.
#[inline]
pub fn failed_some<T, R: Results>(
    item: T,
    result: Option<R>,
) -> Option<Result<R::Ok, Failed<T, R::Err>>> {
    Some(failed(item, result?))
}

/// Several results of one item.
#[inline]
pub fn failed_each<T: Repeats<P>, P, I: IntoIterator<Item = R>, R: Results>(
    item: T,
    results: I,
) -> impl Iterator<Item = Result<R::Ok, Failed<T, R::Err>>> {
    let results = results.into_iter();
    results.map(move |result| {
        result.result().map_err(|error| {
            let item = item.clone();
            Failed { item, error }
        })
    })
}

/// A result that is awaited.
///
/// # Cancel safety
///
/// That of the future; the item is dropped with it.
///
/// # Errors
///
/// That of the future.
#[inline]
pub async fn failed_later<T, F: IntoFuture<Output: Keeps<T>>>(
    item: T,
    future: F,
) -> <F::Output as Keeps<T>>::Kept {
    future.await.beside(item)
}

/// The output of a future that fails, perhaps with the reason that it was not begun.
pub trait Keeps<T> {
    /// The same, with the item beside the error.
    type Kept;

    /// Puts the item beside the error.
    fn beside(self, item: T) -> Self::Kept;
}

impl<T, U, E> Keeps<T> for Result<U, E> {
    type Kept = Result<U, Failed<T, E>>;

    #[inline]
    fn beside(self, item: T) -> Self::Kept {
        failed(item, self)
    }
}

impl<T, R: Keeps<T>> Keeps<T> for Charged<R> {
    type Kept = Charged<R::Kept>;

    fn beside(self, item: T) -> Charged<R::Kept> {
        self.map(|given| given.beside(item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_their_item_beside_them() {
        let bad = |item| Failed { item, error: "no" };
        assert_eq!(failed(1, Ok::<_, &str>('a')), Ok('a'));
        assert_eq!(failed(1, Err::<(), _>("no")), Err(bad(1)));
        assert_eq!(failed_some(1, None::<Result<(), &str>>), None);
        assert_eq!(failed_some(1, Some(Err::<(), _>("no"))), Some(Err(bad(1))));
        let all: Vec<_> = failed_each(2, [Ok('a'), Err("no"), Err("no")]).collect();
        assert_eq!(all, [Ok('a'), Err(bad(2)), Err(bad(2))]);
    }
}
