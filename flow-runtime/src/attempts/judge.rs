//! What is asked of a function's error before it is tried again, while its type is
//! known: `retry_if`, `retry_after`, and how the error becomes the library's.

use core::time::Duration;

use crate::BoxError;
use crate::cause::{Boxes, Erases};

/// Answers what is asked of an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judge<K = Boxes, I = Always, A = Never> {
    /// How the error becomes the library's.
    pub(super) kind: K,
    /// `retry_if = …`.
    pub(super) retry_if: I,
    /// `retry_after = …`.
    pub(super) retry_after: A,
}

/// `retry_if` where it is not given: every error is tried again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Always;

/// `retry_after` where it is not given: no error says how long to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

/// A function of the user's.
#[derive(Clone, Copy)]
pub struct Given<F>(pub(super) F);

/// Judges errors of type `E`.
pub trait Judges<E> {
    /// Returns whether `error` is worth another attempt.
    fn is_transient(&self, error: &E) -> bool;

    /// The wait that `error` asks for.
    fn wait(&self, error: &E) -> Option<Duration>;

    /// The error without its type.
    fn erase(&self, error: E) -> BoxError;
}

impl<E, K: Erases<E>, I: RetryIf<E>, A: RetryAfter<E>> Judges<E> for Judge<K, I, A> {
    fn is_transient(&self, error: &E) -> bool {
        self.retry_if.is_transient(error)
    }

    fn wait(&self, error: &E) -> Option<Duration> {
        let asked = self.retry_after.wait(error);
        asked.filter(|wait| !wait.is_zero())
    }

    fn erase(&self, error: E) -> BoxError {
        K::erase(error)
    }
}

/// What decides whether an error is worth another attempt.
pub trait RetryIf<E> {
    /// Returns whether it is.
    fn is_transient(&self, error: &E) -> bool;
}

impl<E> RetryIf<E> for Always {
    fn is_transient(&self, _: &E) -> bool {
        true
    }
}

impl<E, F: Fn(&E) -> bool> RetryIf<E> for Given<F> {
    fn is_transient(&self, error: &E) -> bool {
        (self.0)(error)
    }
}

/// What knows how long an error asks to wait.
pub trait RetryAfter<E> {
    /// The wait; `None` where the error does not say.
    fn wait(&self, error: &E) -> Option<Duration>;
}

impl<E> RetryAfter<E> for Never {
    fn wait(&self, _: &E) -> Option<Duration> {
        None
    }
}

impl<E, F: Fn(&E) -> Option<Duration>> RetryAfter<E> for Given<F> {
    fn wait(&self, error: &E) -> Option<Duration> {
        (self.0)(error)
    }
}
