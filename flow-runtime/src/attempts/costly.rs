//! The attempts that a flow makes itself, under a limit or a budget.
//!
//! ```text
//! loop {
//!     if let Err(error) = tries.begin().await { break Err(error); }
//!     let x = tries.item();
//!     if let Some(result) = tries.end(f(x)).await { break result; }
//! }
//! ```

use super::made::Makes;
use super::visit::{OnStop, Visit};
use super::{Again, Attempts, Judge, Judges, Prices, Weighs};
use crate::Error;
use crate::limit::Outcome;

/// The attempts for one item.
pub struct Costly<'a, T, J = Judge> {
    attempts: &'a Attempts<J>,
    visit: Visit<'a, J>,
    /// Until the last attempt has it.
    item: Option<T>,
    again: Option<Repeats<T>>,
}

/// The way in which an item is given to several attempts.
struct Repeats<T> {
    clone: fn(&T) -> T,
    /// Any attempt may be refused, so none is known to be the last.
    refused: bool,
}

impl<J> Attempts<J> {
    /// One attempt for an item.
    ///
    /// # Panics
    ///
    /// Where the attempts are made under nothing.
    pub fn costly<T>(&self, item: T) -> Costly<'_, T, J>
    where
        J: Weighs<T>,
    {
        self.visits(item, None)
    }

    /// The attempts for an item that may be tried again; `refused` says that any of
    /// them may be refused.
    ///
    /// # Panics
    ///
    /// Where the attempts are made under nothing.
    pub fn costly_again<T: Again>(&self, item: T, refused: bool) -> Costly<'_, T, J>
    where
        J: Weighs<T>,
    {
        let clone = T::clone;
        self.visits(item, Some(Repeats { clone, refused }))
    }

    fn visits<T>(&self, item: T, again: Option<Repeats<T>>) -> Costly<'_, T, J>
    where
        J: Weighs<T>,
    {
        let units = self.judge.weigh(&item);
        let visit = Visit::new(self, units, OnStop::Begins);
        Costly {
            attempts: self,
            visit: visit.expect("the attempts are made under something"),
            item: Some(item),
            again,
        }
    }
}

impl<T, J> Costly<'_, T, J> {
    /// Waits until the next attempt may begin.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub async fn begin(&mut self) -> Result<(), Error> {
        self.visit.begin().await
    }

    /// Waits until the only attempt may begin, which no budget forbids. It begins where the
    /// flow is told to stop as well: there is nobody to be told that it did not.
    pub async fn begin_once(&mut self) {
        self.visit.begins_surely();
        let begun = self.visit.begin().await;
        debug_assert!(begun.is_ok(), "nothing holds it up for good");
    }

    /// Returns what the next attempt gets: the last one the item itself, those before it
    /// clones.
    ///
    /// # Panics
    ///
    /// When no attempt is left.
    pub fn item(&mut self) -> T {
        let more = self.visit.made() < self.attempts.retry.times;
        let item = match &self.again {
            Some(again) if again.refused || more => self.item.as_ref().map(again.clone),
            _ => self.item.take(),
        };
        item.expect("an attempt is left")
    }

    /// Makes an attempt, `future`; what comes of it, unless another one follows.
    pub async fn end<U, E>(
        &mut self,
        future: impl Future<Output = Result<U, E>>,
    ) -> Option<Result<U, Error>>
    where
        J: Judges<E> + Prices<U>,
    {
        let attempts = self.attempts;
        let paid = async {
            let made = future.await;
            made.inspect(|value| attempts.charge(value))
        };
        self.visit.attempt(paid).await
    }
}

impl<T, K, I, A, R, N, C> Costly<'_, T, Judge<K, I, A, R, N, C>> {
    /// Makes the only attempt, `future`, whatever comes of it.
    pub async fn once<U>(&mut self, future: impl Future<Output = U>) -> U
    where
        K: Makes<U>,
        Judge<K, I, A, R, N, C>: Prices<K::Value>,
    {
        let given = future.await;
        match self.attempts.judge.kind.made(&given) {
            Some(value) => {
                self.attempts.charge(value);
                self.visit.end(Outcome::Done);
            }
            None => self.visit.end(Outcome::Failed),
        }
        given
    }
}

/// The value of a function, or the reason that it was not called: the budget is used up.
pub struct Charged<U>(Result<U, Error>);

impl<U> Charged<U> {
    /// Returns what the function gave.
    pub const fn given(given: U) -> Self {
        Self(Ok(given))
    }

    /// The reason that it was not called.
    pub const fn ended(error: Error) -> Self {
        Self(Err(error))
    }

    /// Returns what the function gave, or why it was not called.
    pub(crate) const fn as_given(&self) -> Result<&U, &Error> {
        self.0.as_ref()
    }

    /// The same, of what the function gave.
    pub fn map<V>(self, f: impl FnOnce(U) -> V) -> Charged<V> {
        Charged(self.0.map(f))
    }

    /// Returns what the function gave.
    ///
    /// # Errors
    ///
    /// Why it was not called.
    pub fn into_given(self) -> Result<U, Error> {
        self.0
    }
}
