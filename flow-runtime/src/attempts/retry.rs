//! The policy of repeated attempts.

use super::Failure;
use crate::{Error, ErrorKind};
use core::fmt;
use core::time::Duration;
use std::collections::hash_map::RandomState;
use std::error::Error as StdError;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

type Predicate = dyn Fn(&(dyn StdError + 'static)) -> bool + Send + Sync;

/// When to try again what failed, how often, and after how long.
///
/// A number is the simplest policy: `retry = 3` makes up to three further
/// attempts, at once and after any error.
///
/// ```
/// use flow_runtime::Retry;
/// use std::{io, time::Duration};
///
/// let policy = Retry::times(5)
///     .backoff(Duration::from_millis(200), 2.0) // 200 ms, 400 ms, 800 ms …
///     .max_delay(Duration::from_secs(10))
///     .jitter(true)
///     .when(|error| error.is::<io::Error>());
/// ```
#[derive(Clone)]
pub struct Retry {
    /// How many attempts may follow the first.
    pub(super) times: u32,
    /// The wait before the second attempt.
    initial: Duration,
    /// What each further wait is multiplied by.
    factor: f64,
    max_delay: Duration,
    jitter: bool,
    /// Which errors are worth another attempt; `None` is all.
    when: Option<Arc<Predicate>>,
}

impl Retry {
    /// Up to `times` further attempts, without a delay, after any error.
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self {
            times,
            initial: Duration::ZERO,
            factor: 1.0,
            max_delay: Duration::MAX,
            jitter: false,
            when: None,
        }
    }

    /// Waits `initial` before the second attempt and `factor` times as long
    /// before each one after it.
    ///
    /// # Panics
    ///
    /// When `factor` is negative or not a number.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, factor: f64) -> Self {
        assert!(factor >= 0.0, "a backoff cannot grow by {factor}");
        self.initial = initial;
        self.factor = factor;
        self
    }

    /// Waits `delay` before each further attempt.
    #[must_use]
    pub fn fixed(self, delay: Duration) -> Self {
        self.backoff(delay, 1.0)
    }

    /// Never waits longer than `delay`.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Whether each wait is shortened at random, to no less than half, so that
    /// what failed together does not try again together.
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Tries again only after an error of which `predicate` is true.
    ///
    /// It sees the error that the function gave, so `error.is::<MyError>()` and
    /// `downcast_ref` work. A deadline that passed is an [`Error`] of
    /// [`ErrorKind::Timeout`].
    #[must_use]
    pub fn when(
        mut self,
        predicate: impl Fn(&(dyn StdError + 'static)) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.when = Some(Arc::new(predicate));
        self
    }

    /// Whether `failure` is worth another attempt.
    pub(super) fn covers(&self, failure: &Failure) -> bool {
        let Some(when) = &self.when else { return true };
        match failure {
            Failure::Error(error) => when(&**error),
            Failure::Timeout(_) => when(&Error::new(ErrorKind::Timeout, "timed out")),
        }
    }

    /// The wait after `made` attempts.
    pub(super) fn delay(&self, made: u32) -> Duration {
        if self.initial.is_zero() {
            return Duration::ZERO;
        }
        let growth = self.factor.powf(f64::from(made - 1));
        let delay = Duration::try_from_secs_f64(self.initial.as_secs_f64() * growth)
            .map_or(self.max_delay, |delay| delay.min(self.max_delay));
        if self.jitter {
            delay.mul_f64(1.0 - random() / 2.0)
        } else {
            delay
        }
    }
}

/// A number from 0 to 1. Hash maps are seeded at random: good enough to spread
/// attempts, and no dependency.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    bits as f64 / u64::MAX as f64
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry")
            .field("times", &self.times)
            .field("initial", &self.initial)
            .field("factor", &self.factor)
            .field("max_delay", &self.max_delay)
            .field("jitter", &self.jitter)
            .finish_non_exhaustive()
    }
}

/// `retry = 3`: the literal may be of any integer type.
macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Retry {
            /// That many further attempts; none for a negative number.
            fn from(times: $integer) -> Self {
                Self::times(times.clamp(0, <$integer>::MAX).try_into().unwrap_or(u32::MAX))
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
