//! Errors of users in boxes, in which their types are found again.
//!
//! An `anyhow::Error` is no [`Error`](StdError): it is turned into a box of one, and
//! that hides the type of what is inside. So where the type of an error is still
//! known, it is asked whether it *lends* an error, as `anyhow`'s and `eyre`'s do. Then
//! it is kept whole, and whoever looks for a type is shown what it lends.
//!
//! ```text
//! erasing(error).kind()       // `Lends`, if the type lends an error, else `Boxes`
//! ```

use core::{any::Any, fmt, marker::PhantomData, ops::Deref};
use std::{error::Error as StdError, io, sync::Arc};

use crate::BoxError;
use crate::ty::Ty;

/// What a type may lend.
type Lent = dyn StdError + Send + Sync + 'static;

/// The first error that is a `T`, of `error` and its sources.
pub(crate) fn find<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(found) = error.downcast_ref::<Box<T>>() {
            return Some(found);
        }
        if let Some(found) = error.downcast_ref::<Arc<T>>() {
            return Some(found);
        }
        next = inside(error).or_else(|| error.source());
    }
    None
}

/// What an error holds that its `source` passes over.
fn inside<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.get_ref().map(|error| error as _);
    }
    if let Some(error) = error.downcast_ref::<Arc<Lent>>() {
        return Some(&**error);
    }
    None
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

/// What lends an error is kept whole.
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

/// An error that a function may fail with, where the library makes its own of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "`timeout` and `retry` make an `Error` of `{Self}`",
    note = "what the function fails with is `Into<Box<dyn Error + Send + Sync>>`: implement `std::error::Error`"
)]
pub trait Fails: Into<BoxError> {}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Fails for E {}

/// Asks how an error of this type is turned into the library's.
#[inline]
#[must_use]
pub fn erasing<E>(_: Ty<E>) -> Erasing<E> {
    Erasing(Otherwise(PhantomData))
}

/// A type of errors. What `kind` it is its own method says, where its bounds hold;
/// else that of what it derefs to.
pub struct Erasing<E>(Otherwise<E>);

/// See [`Erasing`].
pub struct Otherwise<E>(PhantomData<fn(E)>);

impl<E: AsRef<Lent> + Send + Sync + 'static> Erasing<E> {
    /// One that lends an error.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Lends {
        Lends
    }
}

impl<E> Deref for Erasing<E> {
    type Target = Otherwise<E>;

    #[inline]
    fn deref(&self) -> &Otherwise<E> {
        &self.0
    }
}

impl<E> Otherwise<E> {
    /// Any other.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Boxes {
        Boxes
    }
}
