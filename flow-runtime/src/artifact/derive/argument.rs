//! The arguments an artifact keeps for its function.
//!
//! A function that takes its argument by value uses it up, and after a failure
//! it may be called again. So an argument that is `Clone` is cloned for every
//! call. One that is not is handed out once, and a second call is an error.
//! Which of the two it is, method resolution decides at the concrete type:
//! `(&Handing::new(…)).hand()` finds [`HandClone`] first and, where its bound
//! does not hold, [`HandOnce`] one reference further.

use core::any::Any;
use core::ops::Deref;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::{Error, ErrorKind};

/// An argument, until it is used up. The lock makes an artifact `Sync` where
/// the argument is only `Send`.
///
/// Where it may be shared it can be looked at, as a field of the artifact.
pub struct Argument<T> {
    held: Mutex<Option<T>>,
    /// A clone for whoever looks at it, made when somebody does. Without its type:
    /// whether that may be shared matters only to them.
    shown: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl<T> Argument<T> {
    /// An argument that was not handed out yet.
    #[must_use]
    pub const fn new(argument: T) -> Self {
        Self {
            held: Mutex::new(Some(argument)),
            shown: OnceLock::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<T>> {
        // Only a user's `Clone` can panic in here, and it changes nothing.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Implemented by an argument that is `Clone`. It has a lifetime, so that an artifact of
/// arguments that are not may say that it would be one.
pub trait Cloned<'once> {
    /// The argument.
    type Of;

    /// A clone.
    ///
    /// # Panics
    ///
    /// Where it was handed out by code that could not know that it is `Clone`.
    fn cloned(&self) -> Self::Of;
}

impl<T: Clone> Cloned<'_> for Argument<T> {
    type Of = T;

    fn cloned(&self) -> T {
        let held = self.lock().clone();
        held.expect("the argument is used up: it was not known to be `Clone`")
    }
}

impl<T: Clone + Send + Sync + 'static> Deref for Argument<T> {
    type Target = T;

    /// # Panics
    ///
    /// Where it was handed out by code that could not know that it is `Clone`.
    fn deref(&self) -> &T {
        let shown = self.shown.get_or_init(|| Box::new(self.cloned()));
        shown.downcast_ref().expect("it is a clone of the argument")
    }
}

/// An argument with what an error says of it.
pub struct Handing<'a, T> {
    argument: &'a Argument<T>,
    /// The argument as the source has it, `name: Type`.
    text: &'static str,
}

impl<'a, T> Handing<'a, T> {
    /// About to hand out `argument`.
    #[must_use]
    pub const fn new(argument: &'a Argument<T>, text: &'static str) -> Self {
        Self { argument, text }
    }

    fn used_up(&self) -> Error {
        let message = format!(
            "it was called before, and `{}` is not `Clone` to be given again",
            self.text
        );
        Error::new(ErrorKind::Derive, message)
    }
}

/// Hands out a clone.
pub trait HandClone<T> {
    /// The argument.
    ///
    /// # Errors
    ///
    /// Never: it is there as long as its artifact.
    fn hand(&self) -> Result<T, Error>;
}

impl<T: Clone> HandClone<T> for Handing<'_, T> {
    fn hand(&self) -> Result<T, Error> {
        let argument = self.argument.lock();
        argument.clone().ok_or_else(|| self.used_up())
    }
}

/// Hands out the argument itself.
pub trait HandOnce<T> {
    /// The argument.
    ///
    /// # Errors
    ///
    /// Where it was handed out before.
    fn hand(&self) -> Result<T, Error>;
}

impl<T> HandOnce<T> for &Handing<'_, T> {
    fn hand(&self) -> Result<T, Error> {
        let mut argument = self.argument.lock();
        argument.take().ok_or_else(|| self.used_up())
    }
}

/// Describes what an argument must be where the function has `retry = n`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Clone`, so a retry cannot be given it again",
    label = "not `Clone`",
    note = "make it `Clone`, take it by reference, or leave `retry` out"
)]
pub trait Repeatable {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Repeatable for T {}

/// Says that an argument may be given again.
pub const fn given_again<T: Repeatable>() {}
