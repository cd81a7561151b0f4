//! Plans of what a run would do, made without doing it.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::quality::RandomState;

use super::Origin;
use crate::Error;
use crate::store::Failed;

/// The work that a run of a flow would do, by what is stored now: of `.plan().await` on
/// a flow with an `ensure`.
///
/// Each artifact that comes to the `ensure` counts once: as stored, as stale, as missing,
/// or as repeated. Where several chains of the flow have an `ensure`, they are counted
/// together; an `ensure` behind another one is not reached.
///
/// ```
/// # use flow_runtime::{Store, derived, extant, flow};
/// # #[extant(key = id)]
/// # #[derive(serde::Serialize, serde::Deserialize)]
/// # struct Answer { id: u32 }
/// #[derived(key = id, version = 1)]
/// async fn answer(id: u32) -> Answer {
///     Answer { id }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), flow_runtime::Error> {
/// let store = Store::<Answer>::memory();
/// store.put(&Answer { id: 1 }).await?;
///
/// let job = flow! {
///     from(0..10) -> map(DerivedAnswer::new) -> ensure(&store, estimate = |_| 0.25)? -> count()
/// };
/// let plan = job.plan().await?;
/// assert_eq!((plan.stored, plan.missing, plan.estimate), (1, 9, Some(2.25)));
/// assert_eq!(plan.to_string(), "10 keys: 1 stored, 9 missing\nto make: 9, estimated at 2.25");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The number of artifacts that are stored already, those included of which it is
    /// known that there is none, and stale ones where `stale = keep`.
    pub stored: usize,
    /// The number of those of [`stored`](Self::stored) of which it is known that there is
    /// none.
    pub absent: usize,
    /// The number of artifacts that another version or fingerprint made than is wanted.
    pub stale: usize,
    /// The number of artifacts that are not stored.
    pub missing: usize,
    /// The number of those of [`missing`](Self::missing) that failed before.
    pub failed: usize,
    /// The number of times that these were tried in vain, together.
    pub attempts: u64,
    /// The number of stale or missing artifacts that would leave as errors, without an
    /// attempt: failed before, and `rerun_failed` says so; or stale, and `stale = error`.
    pub passed_over: usize,
    /// The number of artifacts whose key came before, and was to be made then.
    pub repeated: usize,
    /// The number of artifacts that a run would begin to make.
    pub to_make: usize,
    /// The cost of these, by `estimate = f`; `None` without that.
    pub estimate: Option<f64>,
    /// The reasons that artifacts are stale, and how many for each.
    pub reasons: BTreeMap<String, usize>,
}

impl Plan {
    /// The number of artifacts that came.
    ///
    /// ```
    /// # use flow_runtime::Plan;
    /// assert_eq!(Plan::default().total(), 0);
    /// ```
    #[must_use]
    pub fn total(&self) -> usize {
        self.stored + self.stale + self.missing + self.repeated
    }
}

/// Writes all that is not zero, on one line or several, without a line break at the end.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = if self.total() == 1 { "key" } else { "keys" };
        write!(f, "{} {keys}", self.total())?;
        let absent = match self.absent {
            0 => String::new(),
            absent => format!(" ({absent} known to be none)"),
        };
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(" ({failed} failed before, in {} attempts)", self.attempts),
        };
        let mut separator = ": ";
        for (count, what, more) in [
            (self.stored, "stored", absent),
            (self.stale, "stale", String::new()),
            (self.missing, "missing", failed),
            (self.repeated, "repeated", String::new()),
        ] {
            if count > 0 {
                write!(f, "{separator}{count} {what}{more}")?;
                separator = ", ";
            }
        }
        for (reason, count) in &self.reasons {
            write!(f, "\nstale: {count}, {reason}")?;
        }
        write!(f, "\nto make: {}", self.to_make)?;
        if let Some(estimate) = self.estimate {
            // Sums of prices would else be told to fifteen places.
            let rounded = (estimate * 1e6).round() / 1e6;
            write!(f, ", estimated at {rounded}")?;
        }
        if self.passed_over > 0 {
            write!(f, "\npassed over: {}", self.passed_over)?;
        }
        Ok(())
    }
}

/// A plan that is being made. Those who count share it.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<State>);

#[derive(Debug, Default)]
struct State {
    counted: Mutex<Counted>,
    is_done: AtomicBool,
}

#[derive(Debug, Default)]
struct Counted {
    plan: Plan,
    /// The keys that are to be made.
    to_make: Keys,
    /// The reason that there is no plan.
    error: Option<Error>,
}

/// Keys that came, each as 128 random bits of its own: that two of a billion keys are
/// taken for one is as likely as one in 10²⁰.
#[derive(Debug, Default)]
struct Keys {
    seen: HashSet<(u64, u64), RandomState>,
    seeds: [RandomState; 2],
}

impl Keys {
    /// Returns whether the key of this store is new.
    fn insert(&mut self, store: usize, key: &[u8]) -> bool {
        let [one, other] = &self.seeds;
        let key = (store, key);
        self.seen.insert((one.hash_one(key), other.hash_one(key)))
    }
}

/// One artifact, as far as it is known.
pub(crate) enum Count {
    /// It is stored.
    Stored,
    /// It is known that there is none.
    Absent,
    /// This made it, and that is wanted.
    Stale(Origin, Origin),
    /// It is not stored.
    Missing,
}

/// An artifact that is not stored as it is wanted, and what a run would do with it.
pub(crate) struct ToDo {
    /// The address of the store.
    pub(crate) store: usize,
    /// The bytes of the key.
    pub(crate) key: Vec<u8>,
    pub(crate) failed: Option<Failed>,
    /// It would leave as an error.
    pub(crate) passed_over: bool,
}

impl Tally {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        let counted = self.0.counted.lock();
        counted.unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an artifact; `cost` says what it takes to make it, where it `estimates`.
    pub(crate) fn count(
        &self,
        count: &Count,
        estimates: bool,
        todo: impl FnOnce() -> ToDo,
        cost: impl FnOnce() -> Option<f64>,
    ) {
        let mut counted = self.counted();
        let Counted { plan, to_make, .. } = &mut *counted;
        if estimates {
            // Where nothing is to be made, it is zero.
            plan.estimate.get_or_insert(0.0);
        }
        match count {
            Count::Stored => plan.stored += 1,
            Count::Absent => {
                plan.stored += 1;
                plan.absent += 1;
            }
            Count::Stale(..) | Count::Missing => {
                let ToDo {
                    store,
                    key,
                    failed,
                    passed_over,
                } = todo();
                if !to_make.insert(store, &key) {
                    plan.repeated += 1;
                    return;
                }
                if let Count::Stale(made_by, wanted) = count {
                    plan.stale += 1;
                    let reason = made_by.difference(*wanted);
                    *plan.reasons.entry(reason).or_default() += 1;
                } else {
                    plan.missing += 1;
                    plan.failed += usize::from(failed.is_some());
                    plan.attempts += failed.map_or(0, |failed| u64::from(failed.attempts));
                }
                if passed_over {
                    plan.passed_over += 1;
                    return;
                }
                plan.to_make += 1;
                drop(counted);
                // The user's code, which may panic.
                if let Some(cost) = cost() {
                    *self.counted().plan.estimate.get_or_insert(0.0) += cost;
                }
            }
        }
    }

    /// There is no plan.
    pub(crate) fn fail(&self, error: Error) {
        self.counted().error.get_or_insert(error);
    }

    /// All is counted.
    pub(crate) fn finish(&self) {
        self.0.is_done.store(true, Ordering::Relaxed);
    }

    /// Returns whether there is nothing more to be counted.
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_done.load(Ordering::Relaxed)
    }

    /// The plan.
    ///
    /// # Errors
    ///
    /// The first of those that came.
    pub(crate) fn plan(&self) -> Result<Plan, Error> {
        let mut counted = self.counted();
        match counted.error.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut counted.plan)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_all_that_is_not_zero() {
        let nothing = Plan::default();
        assert_eq!(nothing.to_string(), "0 keys\nto make: 0");
        let plan = Plan {
            stored: 1208,
            absent: 3,
            stale: 12,
            missing: 1780,
            failed: 35,
            attempts: 71,
            passed_over: 30,
            repeated: 2,
            to_make: 1762,
            estimate: Some(0.1 + 0.2),
            reasons: [("version 1 made it, and version 2 is wanted".to_owned(), 12)].into(),
        };
        let text = "3002 keys: 1208 stored (3 known to be none), 12 stale, \
            1780 missing (35 failed before, in 71 attempts), 2 repeated\n\
            stale: 12, version 1 made it, and version 2 is wanted\n\
            to make: 1762, estimated at 0.3\n\
            passed over: 30";
        assert_eq!(plan.to_string(), text);
    }
}
