//! Errors that arose in one flow: the first is told, with the others behind it.

use std::{
    any::Any,
    collections::VecDeque,
    fmt::Debug,
    sync::{Arc, OnceLock, PoisonError},
};

use super::ending::Ending;
use crate::error::Error;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The errors of a flow that goes on behind them, oldest first. Each is told
/// once: one by one as the program emits, what is left at the end.
pub struct Faults<E>(Arc<Shared<E>>);

struct Shared<E> {
    /// True when any error has come; loops ask this for every item.
    any: AtomicBool,
    /// True when one has come, or a fatal one may: whoever emits asks this for every item.
    told: AtomicBool,
    /// True when those who wait for the flow's sources know of it.
    known: AtomicBool,
    errors: Mutex<VecDeque<E>>,
    /// The end of a flow that a fatal error ends, and what everybody is told who emits
    /// after it.
    ending: OnceLock<Ending<E>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that may panic runs under the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<E> Clone for Faults<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A place for the errors of one flow.
#[must_use]
pub fn faults<E>() -> Faults<E> {
    Faults(Arc::new(Shared {
        any: AtomicBool::new(false),
        told: AtomicBool::new(false),
        known: AtomicBool::new(false),
        errors: Mutex::new(VecDeque::new()),
        ending: OnceLock::new(),
    }))
}

impl<E> Faults<E> {
    /// Keeps an error for the program.
    pub fn fail(&self, error: E) {
        lock(&self.0.errors).push_back(error);
        self.0.any.store(true, Ordering::Relaxed);
        self.0.told.store(true, Ordering::Relaxed);
    }

    /// Gives what is in a `Result`, and keeps its error.
    #[inline]
    pub fn keep<T>(&self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.fail(error)).ok()
    }

    /// Returns whether the first error has come since this was asked last.
    #[must_use]
    pub fn is_new(&self) -> bool {
        let any = self.any();
        any && !self.0.known.swap(any, Ordering::Relaxed)
    }

    /// Returns whether any error has come.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        // Relaxed: the task that runs the flow sets it and reads it.
        self.0.any.load(Ordering::Relaxed)
    }

    /// Takes the errors that have not been told.
    #[must_use]
    pub fn arisen(&self) -> Arisen<E> {
        Arisen(lock(&self.0.errors).drain(..).collect())
    }

    /// Sees to it that whoever emits after this end is told that the flow has ended.
    pub fn end_with(&self, ending: &Ending<E>) {
        self.0.ending.get_or_init(|| ending.clone());
        self.0.told.store(true, Ordering::Relaxed);
    }

    /// Returns whether nobody who emits has anything to be told.
    #[inline]
    pub(super) fn are_none(&self) -> bool {
        // Relaxed: whoever emits has run the flow.
        !self.0.told.load(Ordering::Relaxed)
    }

    /// Keeps the errors of branches that ran at the same time, and gives the last
    /// one for its step to end with.
    ///
    /// # Errors
    ///
    /// That one.
    pub fn all<const N: usize>(&self, outcomes: [Result<(), E>; N]) -> Result<(), E> {
        let mut last = Ok(());
        for error in outcomes.into_iter().filter_map(Result::err) {
            if let Err(before) = std::mem::replace(&mut last, Err(error)) {
                self.fail(before);
            }
        }
        last
    }

    /// Tells the oldest error that has not been told.
    #[inline]
    pub(super) fn next(&self) -> Result<(), E> {
        if !self.any() {
            return Ok(());
        }
        lock(&self.0.errors).pop_front().map_or(Ok(()), Err)
    }

    /// Returns whether a fatal error has ended the input.
    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.0.ending.get().is_some_and(Ending::has_come)
    }

    /// Tells whoever emits into a flow that has ended whether that was with a fatal error.
    pub(super) fn refuse(&self) -> Result<(), E> {
        let closed = self.0.ending.get().and_then(Ending::closed);
        closed.map_or(Ok(()), Err)
    }
}

/// Errors in the order in which they arose, to be told together.
pub struct Arisen<E>(Vec<E>);

/// No errors yet.
#[inline]
#[must_use]
pub fn arisen<E>() -> Arisen<E> {
    Arisen(Vec::new())
}

impl<E> Arisen<E> {
    /// Adds one.
    #[inline]
    pub fn fail(&mut self, error: E) {
        self.0.push(error);
    }

    /// Gives what is in a `Result`, and keeps its error.
    #[inline]
    pub fn keep<T>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.fail(error)).ok()
    }

    /// Returns whether there is one.
    #[inline]
    #[must_use]
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Adds what went wrong, where something did.
    #[inline]
    pub fn add(&mut self, outcome: Result<(), E>) {
        self.0.extend(outcome.err());
    }

    /// The first error and the others, the one of `out` last; `out`, where there
    /// are none before.
    fn first<V>(&mut self, out: Result<V, E>) -> Result<Result<V, E>, (E, Vec<E>)> {
        if self.0.is_empty() {
            return Ok(out);
        }
        self.0.extend(out.err());
        let first = self.0.remove(0);
        Err((first, std::mem::take(&mut self.0)))
    }
}

impl Arisen<Error> {
    /// Gives what a flow gives at its end; where errors are left to tell, the
    /// first, with the [others](Error::others) behind it.
    ///
    /// # Errors
    ///
    /// That one.
    #[inline]
    pub fn end<V>(&mut self, out: Result<V, Error>) -> Result<V, Error> {
        self.first(out).unwrap_or_else(|(mut first, others)| {
            first.add_others(others);
            Err(first)
        })
    }
}

/// As `Arisen::end`, for an error type of the user's, which has no place for
/// others: they are events.
pub trait EndInEvents<E> {
    /// Gives the value, or the first error.
    ///
    /// # Errors
    ///
    /// The first.
    fn end<V>(&mut self, out: Result<V, E>) -> Result<V, E>;
}

impl<E: Debug> EndInEvents<E> for Arisen<E> {
    fn end<V>(&mut self, out: Result<V, E>) -> Result<V, E> {
        self.first(out).unwrap_or_else(|(first, others)| {
            others.iter().for_each(|other| event(other));
            Err(first)
        })
    }
}

/// As [`EndInEvents`], of errors that cannot be written.
pub trait EndInNames<E> {
    /// Gives the value, or the first error.
    ///
    /// # Errors
    ///
    /// The first.
    fn end<V>(&mut self, out: Result<V, E>) -> Result<V, E>;
}

impl<E> EndInNames<E> for &mut Arisen<E> {
    fn end<V>(&mut self, out: Result<V, E>) -> Result<V, E> {
        self.first(out).unwrap_or_else(|(first, others)| {
            others.iter().for_each(|_| unwritten::<E>());
            Err(first)
        })
    }
}

/// As [`Arisen::end`], where it is not known whether the error is an [`Error`].
pub(super) fn end_any<V, E: 'static>(mut arisen: Arisen<E>, out: Result<V, E>) -> Result<V, E> {
    arisen.first(out).unwrap_or_else(|(mut first, others)| {
        let told: Option<&mut Error> = (&mut first as &mut dyn Any).downcast_mut();
        match told {
            Some(first) => first.add_others(others.into_iter().filter_map(cast)),
            None => others.iter().for_each(|_| unwritten::<E>()),
        }
        Err(first)
    })
}

/// A value as one of a type that is the same.
pub(super) fn cast<A: 'static, B: 'static>(value: A) -> Option<B> {
    let mut value = Some(value);
    let same: &mut Option<B> = (&mut value as &mut dyn Any).downcast_mut()?;
    same.take()
}

fn event(other: &dyn Debug) {
    #[cfg(feature = "tracing")]
    tracing::warn!(error = ?other, "one more error of a flow that gives its first");
    #[cfg(not(feature = "tracing"))]
    let _ = other;
}

fn unwritten<E>() {
    event(&format_args!("{}", std::any::type_name::<E>()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn error(text: &str) -> Error {
        Error::new(ErrorKind::Failed, text)
    }

    #[test]
    fn the_first_error_has_the_others_behind_it() {
        let faults = faults();
        for text in ["a", "b", "c"] {
            faults.fail(error(text));
        }
        assert_eq!(faults.next().unwrap_err().to_string(), "a");
        let told = faults.arisen().end(Err::<(), _>(error("d"))).unwrap_err();
        let others: Vec<_> = told.others().iter().map(ToString::to_string).collect();
        assert_eq!(
            (told.to_string().as_str(), others),
            ("b", vec!["c".into(), "d".into()])
        );
        assert!(faults.arisen().end(Ok(1)).is_ok());
    }

    #[test]
    fn what_is_behind_another_error_is_not_nested() {
        let mut inner = error("b");
        inner.add_others([error("c")]);
        let mut outer = error("a");
        outer.add_others([inner, error("d")]);
        assert_eq!(outer.others().len(), 3);
        assert!(outer.others().iter().all(|other| other.others().is_empty()));
    }

    #[test]
    #[allow(clippy::needless_borrow, reason = "as expansions call it")]
    fn errors_of_any_type_are_told_first_come_first() {
        struct Plain(u8);
        let mut plain = arisen();
        plain.fail(Plain(1));
        plain.fail(Plain(2));
        assert!(matches!((&mut plain).end(Ok(())), Err(Plain(1))));
        let mut written = arisen();
        written.add(Err("x"));
        written.add(Ok(()));
        assert_eq!((&mut written).end(Ok(())), Err("x"));
    }

    #[test]
    fn where_the_type_is_not_known_the_others_are_behind_it_too() {
        let faults = faults();
        faults.fail(error("a"));
        faults.fail(error("b"));
        let told = end_any(faults.arisen(), Ok(())).unwrap_err();
        assert_eq!(told.others().len(), 1);
        let mut other = arisen();
        other.fail(7);
        assert_eq!(end_any::<(), _>(other, Err(8)), Err(7));
    }

    #[test]
    fn branches_tell_all_their_errors_in_order() {
        let faults = faults();
        let last = faults.all([Err(1), Ok(()), Err(2), Err(3)]);
        faults.fail(last.unwrap_err());
        assert_eq!(faults.arisen().0, [1, 2, 3]);
        assert_eq!(faults.all([Ok(()), Ok(())]), Ok(()));
    }
}
