//! Knobs: values that are set while the program runs.
//!
//! A knob counts its turns. Who reads it for every item keeps a copy of the value and
//! looks at that number only ([`Followed`](super::Followed)); who sleeps until
//! something is different is told ([`Hears`]).

use core::fmt;
use std::sync::{Arc, PoisonError, Weak};

use super::ears::{Ears, Hears};
use super::refused::Refused;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// A value that operators read when they need it, and that may be set while they run.
///
/// A knob is a handle: cloning it is cheap, and clones are one knob. Operators take it by
/// reference and keep a clone:
///
/// - `concurrency = &knob` of every operator that has the option. More places are opened
///   at once, and what runs beyond fewer is let run to its end. Zero is refused once a flow has taken the
///   knob, since nothing could ever run.
/// - `rate_limit(&knob)`, a `Knob<Duration>`. An item that waits is due by the new time.
/// - The sizes and rates of a [`Limit`](crate::Limit), and a [`Budget`](crate::Budget):
///   all that is a [`Steer`](super::Steer).
/// - Any closure, through [`get`](Self::get).
///
/// ```
/// use flow_runtime::{flow, inspect::Knob};
///
/// let least = Knob::new(10);
/// let kept = flow! { from(0..20) -> filter(|x| *x >= least.get()) -> count() };
/// least.set(15)?;
/// assert_eq!(kept.run(), 5);
/// # Ok::<_, flow_runtime::inspect::Refused>(())
/// ```
pub struct Knob<T>(Arc<Shared<T>>);

struct Shared<T> {
    /// The number of turns so far. It is changed under the lock, so it tells which value
    /// is there.
    turns: AtomicUsize,
    state: Mutex<State<T>>,
}

struct State<T> {
    value: T,
    /// Is replaced, and never changed: who sets runs them while nothing is locked.
    checks: Arc<[Check<T>]>,
    ears: Ears,
}

/// A check of all values that are set.
struct Check<T> {
    /// Says who demands it: nobody does twice.
    by: &'static str,
    holds: Arc<Holds<T>>,
}

/// Says of a value why it is refused.
type Holds<T> = dyn Fn(&T) -> Result<(), Refused> + Send + Sync;

impl<T> Clone for Check<T> {
    fn clone(&self) -> Self {
        Self {
            by: self.by,
            holds: Arc::clone(&self.holds),
        }
    }
}

impl<T> Knob<T> {
    /// A knob of this value.
    ///
    /// ```
    /// use flow_runtime::inspect::Knob;
    ///
    /// let at_once = Knob::new(8);
    /// assert_eq!(at_once.get(), 8);
    /// ```
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(Shared {
            turns: AtomicUsize::new(0),
            state: Mutex::new(State {
                value,
                checks: Arc::new([]),
                ears: Ears::new(),
            }),
        }))
    }

    /// Returns the value. It is cloned under a lock, which is held for no longer.
    ///
    /// ```
    /// # use flow_runtime::inspect::Knob;
    /// assert_eq!(Knob::new("fast").get(), "fast");
    /// ```
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.lock().value.clone()
    }

    /// Sets the value. What reads it, and what waits because of the old one, does so by
    /// the new one from now on.
    ///
    /// ```
    /// use flow_runtime::inspect::Knob;
    ///
    /// let at_once = Knob::new(8);
    /// at_once.clone().set(16)?;
    /// assert_eq!(at_once.get(), 16);
    /// # Ok::<_, flow_runtime::inspect::Refused>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Why it is refused: it is out of the `range`, or fails the `check`, that
    /// [`Exposed`](derive@crate::inspect::Exposed) gave the knob; or an operator that has taken
    /// the knob could do nothing with it. The old value stays.
    pub fn set(&self, value: T) -> Result<(), Refused> {
        let mut checks = Arc::clone(&self.lock().checks);
        loop {
            for check in checks.iter() {
                (check.holds)(&value)?;
            }
            let mut state = self.lock();
            if !Arc::ptr_eq(&checks, &state.checks) {
                // One more was demanded in the meantime.
                checks = Arc::clone(&state.checks);
                continue;
            }
            let old = core::mem::replace(&mut state.value, value);
            self.0.turns.fetch_add(1, Ordering::Release);
            let ears = state.ears.clone();
            drop(state);
            drop(old);
            ears.tell();
            return Ok(());
        }
    }

    /// Refuses from now on what does not hold, unless `by` has demanded it before.
    ///
    /// # Errors
    ///
    /// Why the value that is set already is refused.
    pub(crate) fn demand(
        &self,
        by: &'static str,
        holds: impl Fn(&T) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Result<(), Refused>
    where
        T: Clone,
    {
        let check = {
            let mut state = self.lock();
            let known = state.checks.iter().find(|check| check.by == by);
            if let Some(known) = known {
                known.clone()
            } else {
                let holds = Arc::new(holds);
                let check = Check { by, holds };
                let checks = state.checks.iter().cloned();
                state.checks = checks.chain([check.clone()]).collect();
                check
            }
        };
        (check.holds)(&self.get())
    }

    /// Tells `ear` of every turn from now on, for as long as it is there.
    pub(crate) fn tells(&self, ear: Weak<dyn Hears>) {
        self.lock().ears.add(ear);
    }

    /// The number of turns so far.
    #[inline]
    pub(super) fn turns(&self) -> usize {
        self.0.turns.load(Ordering::Acquire)
    }

    /// The value, and the number of turns that led to it.
    pub(super) fn turned(&self) -> (T, usize)
    where
        T: Clone,
    {
        let state = self.lock();
        (state.value.clone(), self.turns())
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A `clone` of the user's may have panicked: it changed nothing.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Knob<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Knob<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Knob<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Knob").field(&self.lock().value).finish()
    }
}
