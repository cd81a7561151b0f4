//! Questions to a function's error before it is tried again, while its type is
//! known: `retry_if`, `retry_after`, `refused`, and how the error becomes the library's.
//! Likewise of what flows in, `units`, and of the value that was made, `cost`.

use core::time::Duration;

use crate::BoxError;
use crate::error::cause::{Boxes, Erases};
use crate::ty::{Ty, When};

/// Answers what is asked of an error, of an item, and of a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judge<K = Boxes, I = Always, A = Never, R = Never, U = Alike, C = Free> {
    /// Converts the error into the library's; or keeps the value, if no error is converted.
    pub(super) kind: K,
    /// `retry_if = …`.
    retry_if: I,
    /// `retry_after = …`.
    retry_after: A,
    /// `refused = …`.
    refused: R,
    /// `units = …`.
    units: U,
    /// `cost = …`.
    cost: C,
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
            refused: Never,
            units: Alike,
            cost: Free,
        }
    }
}

impl<K, I, A> Judge<K, I, A> {
    /// Tries again only after an error for which `f` returns `true`.
    // Twice what it gives: see `When`.
    pub fn retry_if<E, V, F, M>(self, _: Ty<E, M>, f: F) -> Asking<V, K, F, A>
    where
        F: Fn(&E) -> bool + FnOnce(&E) -> V,
    {
        Judge {
            kind: self.kind,
            retry_if: Given(f),
            retry_after: self.retry_after,
            refused: Never,
            units: Alike,
            cost: Free,
        }
    }

    /// Waits as long as `f` says after an error, in place of the back-off.
    pub fn retry_after<E, F, M>(self, _: Ty<E, M>, f: F) -> Judge<K, I, Given<F>>
    where
        F: Fn(&E) -> Option<Duration>,
    {
        Judge {
            kind: self.kind,
            retry_if: self.retry_if,
            retry_after: Given(f),
            refused: Never,
            units: Alike,
            cost: Free,
        }
    }

    /// Takes an error for a refusal where `f` gives how long to wait.
    pub fn refused<E, F, M>(self, _: Ty<E, M>, f: F) -> Judge<K, I, A, Given<F>>
    where
        F: Fn(&E) -> Option<Duration>,
    {
        Judge {
            kind: self.kind,
            retry_if: self.retry_if,
            retry_after: self.retry_after,
            refused: Given(f),
            units: Alike,
            cost: Free,
        }
    }
}

impl<K, I, A, R> Judge<K, I, A, R> {
    /// Counts so many units for an item as `f` says.
    pub fn units<T, F, M>(self, _: Ty<T, M>, f: F) -> Judge<K, I, A, R, Given<F>>
    where
        F: Fn(&T) -> u64,
    {
        Judge {
            kind: self.kind,
            retry_if: self.retry_if,
            retry_after: self.retry_after,
            refused: self.refused,
            units: Given(f),
            cost: Free,
        }
    }
}

impl<K, I, A, R, U> Judge<K, I, A, R, U> {
    /// Asks `f` what a value cost.
    pub fn cost<V, F, M>(self, _: Ty<V, M>, f: F) -> Judge<K, I, A, R, U, Given<F>>
    where
        F: Fn(&V) -> f64,
    {
        Judge {
            kind: self.kind,
            retry_if: self.retry_if,
            retry_after: self.retry_after,
            refused: self.refused,
            units: self.units,
            cost: Given(f),
        }
    }
}

/// `retry_if` where it is not given: every error is tried again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Always;

/// `retry_after` where it is not given: no error says how long to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Never;

/// `units` where it is not given: every item has one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alike;

/// `cost` where it is not given: nothing costs anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Free;

/// A function of the user's.
#[derive(Clone, Copy)]
pub struct Given<F>(F);

/// Judges errors of type `E`.
pub trait Judges<E> {
    /// Returns whether `error` is worth another attempt, where that was asked.
    fn verdict(&self, error: &E) -> Option<bool>;

    /// The wait that `error` asks for.
    fn wait(&self, error: &E) -> Option<Duration>;

    /// The wait that `error` asks for, where it is a refusal.
    fn refusal(&self, error: &E) -> Option<Duration> {
        let _ = error;
        None
    }

    /// The error without its type.
    fn erase(&self, error: E) -> BoxError;
}

impl<E, K, I, A, R, U, C> Judges<E> for Judge<K, I, A, R, U, C>
where
    K: Erases<E>,
    I: RetryIf<E>,
    A: RetryAfter<E>,
    R: RetryAfter<E>,
{
    fn verdict(&self, error: &E) -> Option<bool> {
        self.retry_if.verdict(error)
    }

    fn wait(&self, error: &E) -> Option<Duration> {
        let asked = self.retry_after.wait(error);
        asked.filter(|wait| !wait.is_zero())
    }

    fn refusal(&self, error: &E) -> Option<Duration> {
        self.refused.wait(error)
    }

    fn erase(&self, error: E) -> BoxError {
        K::erase(error)
    }
}

/// Implemented by what decides whether an error is worth another attempt.
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

/// Implemented by what knows how long an error asks to wait.
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

/// Tells the number of units of an item.
pub trait Weighs<T> {
    /// The number of units.
    fn weigh(&self, item: &T) -> u64;
}

impl<T, K, I, A, R, U: Units<T>, C> Weighs<T> for Judge<K, I, A, R, U, C> {
    fn weigh(&self, item: &T) -> u64 {
        self.units.units(item)
    }
}

/// `units`, or what it is without.
pub trait Units<T> {
    /// The number of units.
    fn units(&self, item: &T) -> u64;
}

impl<T> Units<T> for Alike {
    fn units(&self, _: &T) -> u64 {
        1
    }
}

impl<T, F: Fn(&T) -> u64> Units<T> for Given<F> {
    fn units(&self, item: &T) -> u64 {
        (self.0)(item)
    }
}

/// Tells the price of a value.
pub trait Prices<V> {
    /// Returns what it cost, where anybody knows.
    fn price(&self, value: &V) -> Option<f64>;
}

impl<V, K, I, A, R, U, C: Cost<V>> Prices<V> for Judge<K, I, A, R, U, C> {
    fn price(&self, value: &V) -> Option<f64> {
        self.cost.cost(value)
    }
}

/// `cost`, or what it is without.
pub trait Cost<V> {
    /// Returns what the value cost.
    fn cost(&self, value: &V) -> Option<f64>;
}

impl<V> Cost<V> for Free {
    fn cost(&self, _: &V) -> Option<f64> {
        None
    }
}

impl<V, F: Fn(&V) -> f64> Cost<V> for Given<F> {
    fn cost(&self, value: &V) -> Option<f64> {
        Some((self.0)(value))
    }
}
