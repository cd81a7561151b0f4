//! Defines what happens on an edge between operators: two chains meet, one splits,
//! results are taken apart.

use std::marker::PhantomData;

use super::zip::Witnesses;
use crate::error::cause::{Boxes, Erases, Lends};
use crate::error::{BoxError, Error, Stage};
use crate::ty::Ty;

/// Says that two chains that meet carry one type, and gives what makes an item
/// of the second one of the first.
#[inline]
#[must_use]
pub fn same<W: Witnesses<Items = P>, P: Same>(_: W) -> Join<P> {
    Join(PhantomData)
}

/// Says where a chain joins another.
pub struct Join<P>(PhantomData<fn() -> P>);

impl<P> Clone for Join<P> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<P> Join<P> {
    /// An item of the second chain as one of the first.
    #[inline]
    pub fn join<A, B>(&self, item: B) -> A
    where
        P: Same<First = A, Second = B>,
    {
        P::same(item)
    }
}

/// Two types that are one.
#[diagnostic::on_unimplemented(
    message = "chains of different types meet: `{Self}`",
    label = "this carries the second of `{Self}`",
    note = "chains that meet carry one type: `map` the items of one to the other's type, or both to an enum"
)]
pub trait Same {
    /// The type of what the first chain carries.
    type First;

    /// The type of what the second carries.
    type Second;

    /// The item itself.
    fn same(item: Self::Second) -> Self::First;
}

impl<T> Same for (T, T) {
    type First = T;
    type Second = T;

    #[inline]
    fn same(item: T) -> T {
        item
    }
}

/// Gives what clones the item for one of several branches; the last branch
/// takes the item itself.
// The bound is `Clone` itself, so that this is what rustc suggests for a type parameter.
// With it rustc shows the line that it stands in.
#[inline]
pub fn branch<T, M>(_: Ty<T, M>) -> impl Fn(&T) -> T + Copy
where
    T: Clone, // every branch but the last gets a clone: derive it, or send `Arc<_>`s
{
    T::clone
}

/// The witness of items, or of errors beside them: of what leaves a chain within an
/// element by its end, or by a `? else` there.
#[inline]
#[must_use]
pub fn or<T, E, M>(_: Ty<T, M>, _: Ty<E, M>) -> Ty<Result<T, E>, M> {
    Ty::of_mode()
}

/// The witness of items alone, of what also gives errors that leave a chain.
#[inline]
pub fn items<H, T, E, M>((hold, _): (H, Ty<Result<T, E>, M>)) -> (H, Ty<T, M>) {
    (hold, Ty::of_mode())
}

/// Describes what a `?` unwraps.
#[diagnostic::on_unimplemented(
    message = "`?` behind what gives `{Self}`, which is not a `Result`",
    label = "there is nothing to unwrap",
    note = "remove the `?`, or let the function give a `Result`"
)]
pub trait Fallible {
    /// The type of what goes on.
    type Ok;

    /// The type of what `? else` sends to its segment.
    type Err;

    /// Itself.
    fn result(self) -> Result<Self::Ok, Self::Err>;

    /// Returns whether it is an error.
    fn has_failed(&self) -> bool;
}

impl<T, E> Fallible for Result<T, E> {
    type Ok = T;
    type Err = E;

    #[inline]
    fn result(self) -> Self {
        self
    }

    #[inline]
    fn has_failed(&self) -> bool {
        self.is_err()
    }
}

/// Implemented by what can end a flow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot end a flow: it is not an error",
    label = "this ends the flow with `{Self}`",
    note = "a bare `?` takes whatever is `Into<Box<dyn Error + Send + Sync>>`: implement `std::error::Error`, or send it to a segment with `? else name`"
)]
pub trait Raise<K> {
    /// The flow's error, made as errors of the kind `K` are.
    fn raise(self, stage: Stage) -> Error;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Raise<Boxes> for E {
    #[cold]
    fn raise(self, stage: Stage) -> Error {
        Error::at(stage, self)
    }
}

impl<E> Raise<Lends> for E
where
    Lends: Erases<E>,
{
    #[cold]
    fn raise(self, stage: Stage) -> Error {
        Error::at(stage, Lends::erase(self))
    }
}

/// Implemented by what can end a flow under `#![error = X]`.
#[diagnostic::on_unimplemented(
    message = "`?` cannot make `{X}` of `{Self}`",
    label = "this ends the flow with `{Self}`",
    note = "under `#![error = {X}]` every error becomes one: implement `From<{Self}>` for `{X}`"
)]
pub trait RaiseInto<X> {
    /// The flow's error.
    fn raise_into(self) -> X;
}

#[diagnostic::do_not_recommend]
impl<E, X: From<E>> RaiseInto<X> for E {
    #[inline]
    fn raise_into(self) -> X {
        X::from(self)
    }
}

/// A bare `?`: gives what makes an error the flow's, and what goes on.
// The kind comes first: what cannot end a flow is blamed once where that is known.
#[inline]
pub fn raise<R: Fallible<Err: Raise<K>>, K, M>(
    _: K,
    _: Ty<R, M>,
    stage: Stage,
) -> (Raises<K>, Ty<R::Ok, M>) {
    (Raises(stage, PhantomData), Ty::of_mode())
}

/// A bare `?` under `#![error = X]`.
#[inline]
pub fn raise_into<X, R: Fallible<Err: RaiseInto<X>>, M>(
    _: Ty<R, M>,
) -> (RaisesInto<X>, Ty<R::Ok, M>) {
    (RaisesInto(PhantomData), Ty::of_mode())
}

/// A bare `?`. It says nothing of what it is used for, so that a chain in which that is
/// no `Result` is no second mistake.
pub struct Raises<K>(Stage, PhantomData<fn() -> K>);

impl<K> Clone for Raises<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Raises<K> {}

impl<K> Raises<K> {
    /// Makes an error the flow's.
    ///
    /// # Errors
    ///
    /// That one.
    #[inline]
    pub fn raise<R: Fallible<Err: Raise<K>>>(&self, result: R) -> Result<R::Ok, Error> {
        result.result().map_err(|error| error.raise(self.0))
    }
}

/// As [`Raises`], under `#![error = X]`.
pub struct RaisesInto<X>(PhantomData<fn() -> X>);

impl<X> Clone for RaisesInto<X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X> Copy for RaisesInto<X> {}

impl<X> RaisesInto<X> {
    /// Makes an error the flow's.
    ///
    /// # Errors
    ///
    /// That one.
    #[inline]
    pub fn raise<R: Fallible<Err: RaiseInto<X>>>(&self, result: R) -> Result<R::Ok, X> {
        result.result().map_err(RaiseInto::raise_into)
    }
}

/// `? else`: gives what parts items and errors, and both.
#[inline]
pub fn divert<R: Fallible, M>(
    _: Ty<R, M>,
) -> (
    impl Fn(R) -> Result<R::Ok, R::Err> + Copy,
    Ty<R::Ok, M>,
    Ty<R::Err, M>,
) {
    (R::result, Ty::of_mode(), Ty::of_mode())
}

/// Parts items and errors in a chain that is copied.
///
/// # Errors
///
/// Those of the operator before the `? else`.
#[inline]
pub fn part<R: Fallible>(result: R) -> Result<R::Ok, R::Err> {
    result.result()
}

/// Returns what a bare `?` ends the flow with.
#[cold]
pub fn raised<E: Raise<K>, K>(error: E, stage: Stage, _: K) -> Error {
    error.raise(stage)
}

/// Does what ends with the first error.
///
/// # Errors
///
/// That one.
#[inline]
pub fn attempt<E>(f: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    f()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const PARSE: Stage = Stage {
        name: "rows",
        operator: "map",
        location: "main.rs:1:1",
    };

    #[test]
    fn results_are_taken_apart() {
        let (divert, ok, err) = divert(Ty::<Result<u8, String>>::new());
        let _ = same((ok, Ty::<u8>::new()));
        let _ = same((err, Ty::<String>::new()));
        assert_eq!(divert(Ok(1)), Ok(1));
        let (raise, _) = raise(Boxes, Ty::<Result<u8, &str>>::new(), PARSE);
        assert_eq!(
            raise.raise(Err::<u8, _>("no")).unwrap_err().stage(),
            Some("rows")
        );
        let (raise, _) = raise_into::<String, _, _>(Ty::<Result<u8, &str>>::new());
        assert_eq!(raise.raise(Err::<u8, _>("no")), Err("no".to_owned()));
    }

    #[test]
    fn chains_that_meet_learn_their_type_from_each_other() {
        let known = Ty::<u8>::new();
        let (left, right) = (Ty::new(), Ty::new());
        assert_eq!(same((known, left)).join(1), 1);
        assert_eq!(same((right, known)).join(1), 1);
    }

    #[test]
    fn a_branch_is_a_clone() {
        assert_eq!(branch(Ty::new())(&vec![1, 2]), [1, 2]);
    }

    #[test]
    fn raised_errors_name_their_stage() {
        let error = raised("x".parse::<u8>().unwrap_err(), PARSE, Boxes);
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.stage(), Some("rows"));
        assert!(error.is::<std::num::ParseIntError>());
        assert_eq!(raised("text fits too", PARSE, Boxes).stage(), Some("rows"));
    }
}
