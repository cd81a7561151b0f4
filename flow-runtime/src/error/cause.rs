//! Errors of users in boxes, in which their types are found again.
//!
//! An `anyhow::Error` is no [`Error`](StdError): it is turned into a box of one, and
//! that hides the type of what is inside. So where the type of an error is still
//! known, it is asked whether it *lends* an error, as `anyhow`'s and `eyre`'s do. Then
//! it is kept whole, and whoever looks for a type is shown what it lends.
//!
//! ```text
//! erasing(failure).kind()     // `Lends`, if the type lends an error, else `Boxes`
//! ```

use core::{any::Any, convert::Infallible, fmt, marker::PhantomData, ops::Deref};
use std::{error::Error as StdError, io, sync::Arc};

use super::{BoxError, Error};
use crate::ty::Ty;

/// The type of what a type may lend.
type Lent = dyn StdError + Send + Sync + 'static;

/// Gives an error, what is inside it or is its source, and so on.
pub(crate) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error = *error;
        inside(error).or_else(|| error.source())
    })
}

/// Returns the error as a `T`, also where a box of one is taken for an error.
pub(crate) fn is<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let boxed = || error.downcast_ref::<Box<T>>().map(|error| &**error);
    let shared = || error.downcast_ref::<Arc<T>>().map(|error| &**error);
    error.downcast_ref().or_else(boxed).or_else(shared)
}

/// Returns what an error holds that its `source` passes over.
fn inside<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.get_ref().map(|error| error as _);
    }
    if let Some(error) = error.downcast_ref::<Arc<Lent>>() {
        return Some(&**error);
    }
    if let Some(error) = error.downcast_ref::<Arc<Error>>() {
        return Some(&**error);
    }
    error.downcast_ref::<Error>()?.behind()
}

/// An error as whoever looks at it is to see it.
pub(crate) fn shown<'a>(error: &'a Lent) -> &'a (dyn StdError + 'static) {
    match error.downcast_ref::<Keeper>() {
        Some(keeper) => keeper.lent(),
        None => error,
    }
}

/// Keeps what lends an error. It stands for that error, and is never shown.
struct Keeper(Box<dyn AsRef<Lent> + Send + Sync>);

impl Keeper {
    fn lent(&self) -> &Lent {
        (*self.0).as_ref()
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.lent(), f)
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.lent(), f)
    }
}

impl StdError for Keeper {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.lent().source()
    }
}

/// Turns an error into the library's boxed one.
pub trait Erases<E> {
    /// The error without its type.
    fn erase(error: E) -> BoxError;
}

/// An error by its own conversion.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boxes;

impl<E: Fails> Erases<E> for Boxes {
    fn erase(error: E) -> BoxError {
        error.into()
    }
}

/// Holds what lends an error is kept whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lends;

impl<E: AsRef<Lent> + Send + Sync + 'static> Erases<E> for Lends {
    fn erase(error: E) -> BoxError {
        let mut error = Some(error);
        // A box of an error lends it as well, and needs no keeper.
        let boxed = (&mut error as &mut dyn Any).downcast_mut::<Option<BoxError>>();
        if let Some(boxed) = boxed.and_then(Option::take) {
            return boxed;
        }
        match error {
            Some(error) => Box::new(Keeper(Box::new(error))),
            None => unreachable!("an error is there until it is taken"),
        }
    }
}

/// An operator that calls a function of the user's, and erases its error by an `X`.
pub trait Failing<X> {
    /// The operator that does.
    type By;

    /// Returns the operator that erases errors by `erases`.
    fn failing(self, erases: X) -> Self::By;
}

/// Returns the operator that erases its function's errors by `erases`: see [`erasing`].
#[inline]
#[must_use]
pub fn failing<X, O: Failing<X>>(operator: O, erases: X) -> O::By {
    operator.failing(erases)
}

/// An error that a function may fail with, where the library makes its own of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "an `Error` is to be made of `{Self}`",
    note = "what the function fails with is `Into<Box<dyn Error + Send + Sync>>`: implement `std::error::Error`; a boxed error is `Send` and `Sync` as well"
)]
pub trait Fails: Into<BoxError> {}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Fails for E {}

/// Asks how an error of this type becomes the library's.
#[inline]
#[must_use]
pub fn erasing<E, M>(_: Ty<E, M>) -> Erasing<Result<Infallible, E>> {
    Erasing::new()
}

/// Asks how the error of items of this type becomes the library's. They may be no
/// `Result`s: then that is blamed where the error is wanted.
#[inline]
#[must_use]
pub fn erasing_of<R, M>(_: Ty<R, M>) -> Erasing<R> {
    Erasing::new()
}

/// As [`erasing`], of an error that is there.
#[inline]
#[must_use]
pub fn erasing_this<E>(_: &E) -> Erasing<Result<Infallible, E>> {
    Erasing::new()
}

/// The first type that is asked for its `kind`. Where the bounds of its method do not
/// hold, rustc goes on to what it derefs to: from errors as most are to those that
/// lend one, and then to all others. Of a type that is not known yet it takes the
/// first.
pub struct Erasing<R>(Lending<R>);

/// See [`Erasing`].
pub struct Lending<R>(Otherwise<R>);

/// See [`Erasing`].
pub struct Otherwise<R>(PhantomData<fn(R)>);

impl<R> Erasing<R> {
    const fn new() -> Self {
        Self(Lending(Otherwise(PhantomData)))
    }
}

impl<T, E: StdError> Erasing<Result<T, E>> {
    /// The kind of an error as most are.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Boxes {
        Boxes
    }
}

impl<T, E: AsRef<Lent> + Send + Sync + 'static> Lending<Result<T, E>> {
    /// The kind of an error that lends one.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Lends {
        Lends
    }
}

impl<R> Otherwise<R> {
    /// The kind of all others.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Boxes {
        Boxes
    }
}

impl<R> Deref for Erasing<R> {
    type Target = Lending<R>;

    #[inline]
    fn deref(&self) -> &Lending<R> {
        &self.0
    }
}

impl<R> Deref for Lending<R> {
    type Target = Otherwise<R>;

    #[inline]
    fn deref(&self) -> &Otherwise<R> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Refused;

    impl fmt::Display for Refused {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("refused")
        }
    }

    impl StdError for Refused {}

    /// No error by itself, as `anyhow`'s.
    struct Report(BoxError);

    impl AsRef<Lent> for Report {
        fn as_ref(&self) -> &Lent {
            &*self.0
        }
    }

    /// The library's error that is made of one.
    macro_rules! made_of {
        ($error:expr) => {{
            fn made<K: Erases<E>, E>(_: K, error: E) -> Error {
                Error::failed(K::erase(error))
            }
            let error = $error;
            made(erasing_this(&error).kind(), error)
        }};
    }

    #[test]
    fn the_type_of_an_error_is_found_in_all_that_may_hold_it() {
        let boxed = || BoxError::from(Refused);
        for error in [
            made_of!(Refused),
            made_of!(boxed()),
            made_of!(Box::new(Refused)),
            made_of!(Arc::new(Refused)),
            made_of!(Arc::<Lent>::from(boxed())),
            made_of!(io::Error::other(Refused)),
            made_of!(Report(boxed())),
            made_of!(Report(Box::new(io::Error::other(Refused)))),
            Error::with_source(crate::ErrorKind::Derive, "no record", boxed()),
            Error::with_source(crate::ErrorKind::Derive, "again", made_of!(Report(boxed()))),
        ] {
            assert_eq!(error.find(), Some(&Refused), "{error:?}");
            assert!(error.is::<Refused>() && !error.is::<fmt::Error>());
        }
    }

    #[test]
    fn what_lends_an_error_is_shown_as_that_error() {
        let error = made_of!(Report(Refused.into()));
        assert_eq!(error.to_string(), "refused");
        assert!(error.behind().unwrap().is::<Refused>() && error.source().is_none());
    }

    #[test]
    fn the_library_s_error_passes_through_a_box() {
        let full = BoxError::from(Error::new(crate::ErrorKind::Capacity, "full"));
        assert_eq!(made_of!(full).kind(), crate::ErrorKind::Capacity);
        assert_eq!(made_of!("text").to_string(), "text");
        assert_eq!(made_of!(String::from("text")).to_string(), "text");
    }
}
