//! What is asked of a function's error before it is tried again, while its type is
//! known: `retry_if`, `retry_after`, and how the error becomes the library's.

use core::time::Duration;

use crate::BoxError;
use crate::cause::{Boxes, Erases};
use crate::ty::{Ty, When};

/// Answers what is asked of an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judge<K = Boxes, I = Always, A = Never> {
    /// How the error becomes the library's.
    kind: K,
    /// `retry_if = …`.
    retry_if: I,
    /// `retry_after = …`.
    retry_after: A,
}

/// A `Judge` that asks `retry_if`, as soon as `V` is known.
type Asking<V, K, F, A> = When<V, Judge<K, Given<F>, A>>;

impl<K> Judge<K> {
    /// Tries every error again, and asks none how long to wait. `kind` says how they
    /// become the library's.
    #[must_use]
    pub const fn of(kind: K) -> Self {
        Self {
            kind,
            retry_if: Always,
            retry_after: Never,
        }
    }
}

impl<K, I, A> Judge<K, I, A> {
    /// Tries again only after an error for which `f` returns `true`.
    // Twice what it gives: see `When`.
    pub fn retry_if<E, V, F>(self, _: Ty<E>, f: F) -> Asking<V, K, F, A>
    where
        F: Fn(&E) -> bool + FnOnce(&E) -> V,
    {
        Judge {
            kind: self.kind,
            retry_if: Given(f),
            retry_after: self.retry_after,
        }
    }

    /// Waits as long as `f` says after an error, in place of the back-off.
    pub fn retry_after<E, F>(self, _: Ty<E>, f: F) -> Judge<K, I, Given<F>>
    where
        F: Fn(&E) -> Option<Duration>,
    {
        Judge {
            kind: self.kind,
            retry_if: self.retry_if,
            retry_after: Given(f),
        }
    }
}

/// `retry_if` where it is not given: every error is tried again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Always;

/// `retry_after` where it is not given: no error says how long to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

/// A function of the user's.
#[derive(Clone, Copy)]
pub struct Given<F>(F);

/// Judges errors of type `E`.
pub trait Judges<E> {
    /// Returns whether `error` is worth another attempt, where that was asked.
    fn verdict(&self, error: &E) -> Option<bool>;

    /// The wait that `error` asks for.
    fn wait(&self, error: &E) -> Option<Duration>;

    /// The error without its type.
    fn erase(&self, error: E) -> BoxError;
}

impl<E, K: Erases<E>, I: RetryIf<E>, A: RetryAfter<E>> Judges<E> for Judge<K, I, A> {
    fn verdict(&self, error: &E) -> Option<bool> {
        self.retry_if.verdict(error)
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
    /// Returns whether it is, where that was asked.
    fn verdict(&self, error: &E) -> Option<bool>;
}

impl<E> RetryIf<E> for Always {
    fn verdict(&self, _: &E) -> Option<bool> {
        None
    }
}

impl<E, F: Fn(&E) -> bool> RetryIf<E> for Given<F> {
    fn verdict(&self, error: &E) -> Option<bool> {
        Some((self.0)(error))
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
