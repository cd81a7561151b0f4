//! A place in a flow, held for the next item.

use std::{fmt, sync::Arc};

use tokio::sync::MutexGuard;

use super::{line::Line, mailbox::Slot};

/// A place for one item in a flow with an inlet: what `reserve` gives.
///
/// The item that is put there is in: it is not lost when a future is dropped,
/// and it is not made before there is room for it. A place that is dropped is
/// given back.
///
/// ```
/// use flow_runtime::flow;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (emitter, sum) = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() }.spawn();
/// let place = emitter.reserve().await.unwrap();
/// place.emit(3); // never waits
/// drop(emitter.reserve().await.unwrap());
/// emitter.close();
/// assert!(emitter.reserve().await.is_err());
/// assert_eq!(sum.await.unwrap(), 9);
/// # }
/// ```
#[must_use = "a place that is dropped is given back"]
pub struct Place<'a, T> {
    slot: &'a Slot<T>,
    /// Of a flow that runs elsewhere: the flow to wake.
    line: Option<&'a Arc<Line>>,
    held: Held<'a>,
}

/// The kind of a place.
enum Held<'a> {
    /// That of the next item; of a flow that runs elsewhere with the turn of who holds it.
    Next { _turn: Option<MutexGuard<'a, ()>> },
    /// One behind the items that wait.
    Behind,
    /// It has been used.
    Used,
}

impl<'a, T> Place<'a, T> {
    /// The place of a flow that the program runs.
    pub(super) fn here(slot: &'a Slot<T>) -> Self {
        Self {
            slot,
            line: None,
            held: Held::Next { _turn: None },
        }
    }

    /// The place of a flow that runs elsewhere.
    pub(super) fn elsewhere(
        slot: &'a Slot<T>,
        line: &'a Arc<Line>,
        turn: MutexGuard<'a, ()>,
    ) -> Self {
        Self {
            slot,
            line: Some(line),
            held: Held::Next { _turn: Some(turn) },
        }
    }

    /// A place of a flow that runs elsewhere, behind the items that wait there.
    pub(super) fn behind(slot: &'a Slot<T>, line: &'a Arc<Line>) -> Self {
        Self {
            slot,
            line: Some(line),
            held: Held::Behind,
        }
    }

    /// Puts an item in, and does not wait for it to go through: a spawned flow
    /// goes on with it, another one at its next `emit`, `reserve` or `finish`. An
    /// error it causes is that of a later `emit`, or of the end.
    ///
    /// Where a spawned flow has ended since the place was given, the item ends
    /// with it, as all that is inside.
    ///
    /// ```
    /// use flow_runtime::flow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut sum = flow! { <u64> -> then(async |x| x * x) -> sum::<u64>() };
    /// sum.reserve().await.unwrap().emit(3);
    /// assert_eq!(sum.finish().await, 9);
    /// # }
    /// ```
    pub fn emit(mut self, item: T) {
        // Dropping the place wakes the flow.
        if let Held::Behind = self.held {
            self.held = Held::Used;
            self.slot.put_behind(item);
        } else {
            self.slot.put(item);
        }
    }
}

impl<T> Drop for Place<'_, T> {
    fn drop(&mut self) {
        match self.held {
            Held::Next { .. } => self.slot.release(),
            Held::Behind => self.slot.release_behind(),
            Held::Used => {}
        }
        if let Some(line) = self.line {
            line.wake_flow();
        }
    }
}

impl<T> fmt::Debug for Place<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}

/// The error of `reserve`: the flow has ended, its input was closed, or nothing in
/// it wants more.
///
/// ```
/// use flow_runtime::{Closed, flow};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut one = flow! { <u8> -> then(async |x: u8| x) -> take(1) -> count() };
/// one.emit(1).await;
/// assert_eq!(one.reserve().await.unwrap_err(), Closed);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Closed;

impl Closed {
    pub(super) const TEXT: &str = "the flow takes nothing more";
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::TEXT)
    }
}

impl std::error::Error for Closed {}
