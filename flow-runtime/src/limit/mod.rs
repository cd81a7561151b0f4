//! Limits: how many run at once, and how many begin in a time, for all that shares one.
//!
//! ```text
//! Limit ──begin──▶ Begin (in line) ──▶ Place (runs) ──end──▶ the next in line
//! ```
//!
//! One lock guards all a limit knows. Whoever changes that wakes the one who is next,
//! and nobody else: who begins wakes the next in turn. Only who is next has a timer.

mod adaptive;
mod begin;
#[cfg(all(loom, test))]
mod model;
mod outcome;
mod rate;
mod size;
mod state;
#[cfg(all(test, not(loom)))]
mod tests;

pub(crate) use begin::{Begin, Place};
pub(crate) use outcome::Outcome;
pub(crate) use size::Most;

use core::fmt;
use core::ops::RangeInclusive;
use core::time::Duration;
use std::sync::{Arc, PoisonError, Weak};

use tokio::time::Instant;

use self::adaptive::Adaptive;
use self::rate::{Counted, Rate};
use self::size::Size;
use self::state::{State, Wants};
use crate::knobs::{Demand, Hears, Refused, Setting, Steer};
use crate::sync::{Mutex, MutexGuard};

const MINUTE: Duration = Duration::from_secs(60);

/// The reason that a pace of zero is refused.
const PACE: &str = "a pace must let at least 1 begin";

fn at_least_one(holds: bool, reason: &'static str) -> Result<(), Refused> {
    holds.then_some(()).ok_or_else(|| Refused::new(reason))
}

/// Bounds how many run at once, how many begin in a time, and how many units of what a
/// service counts they take: one limit for everything that shares an account there.
///
/// A limit is a handle: cloning it is cheap, and clones are one limit. Stages take it by
/// reference, `limit = &account`, and keep a clone, so several stages, flows and threads
/// share it. Who comes first begins first.
///
/// It stands in place of `concurrency` on `then`, `get`, `ensure`, `store`, and on the row
/// tools of [`jsonl`](crate::jsonl). Every
/// attempt is counted, and nothing that is stored already. What
/// `refused = f` says was refused for load goes back in line without holding a place,
/// and all under the limit wait as long as the other side asked for.
/// [`rate_limit(&account)`](crate::reference#rate_limit) lets items pass at its pace.
///
/// The pace is even: `per_minute(60)` lets one begin each second. Never more than that
/// begin within any minute, and time in which nothing begins is not saved up, unless
/// [`burst`](Self::burst) says so.
///
/// Every number and time of a limit is plain, or a [`Knob`](crate::inspect::Knob) by
/// reference: `Limit::fixed(&at_once).per_minute(&pace)`. Once it is turned, those that wait
/// do so by the new value. What a limit could not do with, such as zero, the knob refuses.
///
/// Waits for a pace, or after a refusal, need a tokio runtime with time, and follow its
/// paused clock in tests. A function that runs under a limit must not wait for a place
/// under the same limit: with all places taken by such functions none could go on.
///
/// ```
/// use flow_runtime::{Limit, flow};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// async fn ask(x: u32) -> u32 {
///     tokio::time::sleep(Duration::from_secs(1)).await;
///     x * 2
/// }
///
/// // At most 10 at once, and 60 a minute.
/// let account = Limit::fixed(10).per_minute(60);
/// let begin = tokio::time::Instant::now();
/// let sum = flow! { from(0..30) -> then(ask, limit = &account) -> sum::<u32>() };
/// assert_eq!(sum.run().await, 870);
/// assert_eq!(begin.elapsed().as_secs(), 30);
/// # }
/// ```
#[derive(Clone)]
pub struct Limit(Arc<Mutex<State>>);

impl Limit {
    /// At most `n` at once.
    ///
    /// ```
    /// use flow_runtime::Limit;
    ///
    /// let account = Limit::fixed(8);
    /// ```
    ///
    /// # Panics
    ///
    /// When `n` is zero.
    #[must_use]
    #[track_caller]
    pub fn fixed(n: impl Steer<usize>) -> Self {
        let n = n.setting(Demand {
            by: "the size of a limit",
            holds: |n| at_least_one(*n > 0, "a limit must let at least 1 run"),
        });
        Self::of(Size::Fixed(n.clone())).steered_by(&n)
    }

    /// At most as many at once as the other side takes, found by trying: from the first
    /// number of the range, both bounds included.
    ///
    /// The number doubles in every round until something is
    /// refused, as `refused = f` tells. Each episode of refusals cuts it by a fifth,
    /// once; every round without one lets it grow, by 5 % at first and then faster, while
    /// at least 80 % of it was made use of. Other errors pause the growth.
    ///
    /// ```
    /// use flow_runtime::Limit;
    ///
    /// let account = Limit::adaptive(4..=64);
    /// ```
    ///
    /// # Panics
    ///
    /// When the range is empty, or begins with zero.
    #[must_use]
    #[track_caller]
    pub fn adaptive(range: impl Steer<RangeInclusive<usize>>) -> Self {
        let bounds = range.setting(Demand {
            by: "the bounds of a limit",
            holds: |range| {
                at_least_one(*range.start() > 0, "a limit must let at least 1 run")?;
                if range.is_empty() {
                    return Err(Refused::new(format!("no number is in {range:?}")));
                }
                Ok(())
            },
        });
        Self::of(Size::Adaptive(Adaptive::new(bounds.clone()))).steered_by(&bounds)
    }

    fn of(size: Size) -> Self {
        Self(Arc::new(Mutex::new(State::new(size))))
    }

    /// The same limit, under which also at most `n` begin within any `d`, evenly.
    /// Several of these hold together.
    ///
    /// ```
    /// use flow_runtime::Limit;
    /// use std::time::Duration;
    ///
    /// // One each 100 ms, and 300 a minute.
    /// let account = Limit::fixed(8).per(10, Duration::from_secs(1)).per_minute(300);
    /// ```
    ///
    /// # Panics
    ///
    /// When `n` or `d` is zero.
    #[must_use]
    #[track_caller]
    pub fn per(self, n: impl Steer<u32>, d: impl Steer<Duration>) -> Self {
        let n = n.setting(Demand {
            by: "the pace of a limit",
            holds: |n| at_least_one(*n > 0, PACE),
        });
        self.steered_by(&n).paced(Counted::Begins(n), d)
    }

    /// The same limit, under which also at most `n` begin within any minute, evenly.
    ///
    /// ```
    /// use flow_runtime::Limit;
    ///
    /// let account = Limit::fixed(8).per_minute(500);
    /// ```
    ///
    /// # Panics
    ///
    /// When `n` is zero.
    #[must_use]
    #[track_caller]
    pub fn per_minute(self, n: impl Steer<u32>) -> Self {
        self.per(n, MINUTE)
    }

    /// The same limit, under which also at most `n` units begin within any `d`, evenly.
    ///
    /// `units = f` says of each item how many units it has; without it an item has one.
    /// An item may have more than `n`, or than are left: it begins when its time has
    /// come, and those behind it wait for as long as it takes to make up for it.
    ///
    /// ```
    /// use flow_runtime::{Limit, flow};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let account = Limit::fixed(8).units_per(10, Duration::from_secs(1));
    /// let length = async |text: &str| text.len();
    /// let begin = tokio::time::Instant::now();
    /// let lengths = flow! {
    ///     from(["twenty characters...", "five.", "five."])
    ///         -> then(length, limit = &account, units = |text| text.len() as u64) -> sum::<usize>()
    /// };
    /// assert_eq!(lengths.run().await, 30);
    /// assert_eq!(begin.elapsed().as_millis(), 2500);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When `n` or `d` is zero.
    #[must_use]
    #[track_caller]
    pub fn units_per(self, n: impl Steer<u64>, d: impl Steer<Duration>) -> Self {
        let n = n.setting(Demand {
            by: "the pace of a limit",
            holds: |n| at_least_one(*n > 0, PACE),
        });
        self.steered_by(&n).paced(Counted::Units(n), d)
    }

    /// The same limit, under which also at most `n` units begin within any minute,
    /// evenly: see [`units_per`](Self::units_per).
    ///
    /// ```
    /// use flow_runtime::Limit;
    ///
    /// let account = Limit::adaptive(4..=64).per_minute(500).units_per_minute(200_000);
    /// ```
    ///
    /// # Panics
    ///
    /// When `n` is zero.
    #[must_use]
    #[track_caller]
    pub fn units_per_minute(self, n: impl Steer<u64>) -> Self {
        self.units_per(n, MINUTE)
    }

    /// The same limit, whose paces save up to `k` while nothing begins: so many alike
    /// then begin at once. It is 1 unless this is said. Never more than the pace says
    /// begin within any of its times all the same.
    ///
    /// ```
    /// use flow_runtime::{Limit, flow};
    /// use std::time::Duration;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let account = Limit::fixed(8).per(10, Duration::from_secs(1)).burst(4);
    /// let begin = tokio::time::Instant::now();
    /// let times = flow! {
    ///     from(0..6) -> then(|_| async { begin.elapsed().as_millis() }, limit = &account) -> collect::<Vec<_>>()
    /// };
    /// assert_eq!(times.run().await, [0, 0, 0, 0, 100, 200]);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When `k` is zero.
    #[must_use]
    #[track_caller]
    pub fn burst(self, k: impl Steer<u32>) -> Self {
        let k = k.setting(Demand {
            by: "the burst of a limit",
            holds: |k| at_least_one(*k > 0, "a burst must let at least 1 begin"),
        });
        let this = self.steered_by(&k);
        this.lock().burst = k;
        this
    }

    #[track_caller]
    fn paced(self, counted: Counted, d: impl Steer<Duration>) -> Self {
        let d = d.setting(Demand {
            by: "the time of a pace",
            holds: |d| at_least_one(!d.is_zero(), "a pace needs a time that is not zero"),
        });
        let this = self.steered_by(&d);
        this.lock().rates.push(Rate::new(counted, d));
        this
    }

    /// Lets the knob of a setting, if it has one, tell of its turns.
    fn steered_by<T: Clone>(self, setting: &Setting<T>) -> Self {
        if let Some(knob) = setting.knob() {
            let state: Weak<Mutex<State>> = Arc::downgrade(&self.0);
            knob.tells(state);
        }
        self
    }

    /// Waits for a place, and until something of so many units may begin.
    pub(crate) fn begin(&self, units: u64) -> Begin<'_> {
        Begin::new(self, Wants::Place, units)
    }

    /// Waits until something may begin that needs no place.
    pub(crate) fn pace(&self) -> Begin<'_> {
        Begin::new(self, Wants::Pace, 1)
    }

    /// The most that will run at once, as it is set.
    pub(crate) fn most(&self) -> Most {
        self.lock().size.most()
    }

    /// Returns how many run, how many wait, and how many may run now.
    pub(crate) fn in_use(&self) -> (u64, u64, u64) {
        let state = self.lock();
        let [running, waiting, places] = [state.running(), state.waiting(), state.size.now()];
        (running as u64, waiting as u64, places as u64)
    }

    /// Returns whether nothing may begin since something was refused.
    pub(crate) fn is_paused(&self) -> bool {
        self.lock().is_paused(Instant::now())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing of a user's runs while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hears for Mutex<State> {
    fn turned(&self) {
        let mut state = self.lock().unwrap_or_else(PoisonError::into_inner);
        state.renew(Instant::now());
        let next = state.wakes();
        drop(state);
        next.into_iter().for_each(|waker| waker.wake());
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Limit")
            .field("size", &state.size.now())
            .field("most", &state.size.most().now())
            .field("running", &state.running())
            .finish_non_exhaustive()
    }
}
