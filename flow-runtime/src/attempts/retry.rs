//! The policy of repeated attempts.

use super::Failure;
use crate::Error;
use core::fmt;
use core::time::Duration;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

type Predicate = dyn Fn(&Error) -> bool + Send + Sync;

/// The wait before the second attempt, unless the policy says otherwise.
const INITIAL: Duration = Duration::from_millis(100);

/// The growth of each further wait, unless the policy says otherwise.
const FACTOR: f64 = 2.0;

/// The longest wait, where the policy sets neither the waits nor their limit.
const MAX_DELAY: Duration = Duration::from_secs(30);

/// A policy of retries: which errors are tried again, how often, and after how long.
///
/// A number is the simplest policy: `retry = 3` makes up to three further
/// attempts, after any error. Unless the policy says otherwise, the waits between
/// them are 100 ms, 200 ms, 400 ms and so on, up to 30 s, each shortened at random by
/// up to a half. Waits need a tokio runtime with time.
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
    /// Says how many attempts may follow the first.
    pub(super) times: u32,
    /// The wait before the second attempt, and the growth of each further one;
    /// `None` where nothing was said of it.
    backoff: Option<(Duration, f64)>,
    /// The longest wait, where one was given.
    max_delay: Option<Duration>,
    /// `None`: only where nothing was said of the waits either.
    jitter: Option<bool>,
    /// Picks the errors that are worth another attempt; `None` is all.
    when: Option<Arc<Predicate>>,
}

impl Retry {
    /// Makes up to `times` further attempts, after any error. The waits are 100 ms,
    /// 200 ms, 400 ms and so on, up to 30 s, with [`jitter`](Self::jitter).
    ///
    /// ```
    /// use flow_runtime::Retry;
    ///
    /// let policy = Retry::times(3); // as `retry = 3`
    /// ```
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self {
            times,
            backoff: None,
            max_delay: None,
            jitter: None,
            when: None,
        }
    }

    /// Waits `initial` before the second attempt and `factor` times as long
    /// before each one after it, without jitter unless that is asked for.
    ///
    /// ```
    /// use flow_runtime::Retry;
    /// use std::time::Duration;
    ///
    /// let policy = Retry::times(3).backoff(Duration::from_secs(1), 3.0); // 1 s, 3 s, 9 s
    /// ```
    ///
    /// # Panics
    ///
    /// When `factor` is negative or not a number.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, factor: f64) -> Self {
        assert!(factor >= 0.0, "a backoff cannot grow by {factor}");
        self.backoff = Some((initial, factor));
        self
    }

    /// Waits `delay` before each further attempt, without jitter unless that is asked
    /// for. [`Duration::ZERO`] tries again at once.
    ///
    /// ```
    /// use flow_runtime::Retry;
    /// use std::time::Duration;
    ///
    /// let policy = Retry::times(3).fixed(Duration::from_millis(250));
    /// ```
    #[must_use]
    pub fn fixed(self, delay: Duration) -> Self {
        self.backoff(delay, 1.0)
    }

    /// Never waits longer than `delay`. A wait that `retry_after` asks for may be
    /// longer.
    ///
    /// ```
    /// use flow_runtime::Retry;
    /// use std::time::Duration;
    ///
    /// let policy = Retry::times(10).max_delay(Duration::from_secs(2)); // 100 ms … 1.6 s, 2 s, 2 s …
    /// ```
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = Some(delay);
        self
    }

    /// Shortens each wait at random, to no less than half, so that what failed
    /// together does not try again together; or does not, with `false`.
    ///
    /// ```
    /// use flow_runtime::Retry;
    ///
    /// let policy = Retry::times(3).jitter(false); // 100 ms, 200 ms, 400 ms
    /// ```
    #[must_use]
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Tries again only after an error for which `predicate` returns `true`.
    ///
    /// It sees the error that an attempt gave:
    /// [`is`](Error::is), [`downcast_ref`](Error::downcast_ref) and
    /// [`find`](Error::find) look for the user's error in it and in all its sources. A
    /// deadline that passed is of [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    /// Where the type of the function's error is to be seen, there is the option
    /// `retry_if`. Where both are given, both have to agree.
    ///
    /// ```
    /// use flow_runtime::{ErrorKind, Retry};
    /// use std::io;
    ///
    /// let policy = Retry::times(3)
    ///     .when(|error| error.is::<io::Error>() || error.kind() == ErrorKind::Timeout);
    /// ```
    #[must_use]
    pub fn when(mut self, predicate: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.when = Some(Arc::new(predicate));
        self
    }

    /// Returns whether `failure` is worth another attempt, where that was asked.
    pub(super) fn verdict(&self, failure: &Failure) -> Option<bool> {
        let when = self.when.as_ref()?;
        Some(failure.with(|error| when(error)))
    }

    /// The wait after `made` attempts.
    pub(super) fn delay(&self, made: u32) -> Duration {
        let (initial, factor) = self.backoff.unwrap_or((INITIAL, FACTOR));
        if initial.is_zero() {
            return Duration::ZERO;
        }
        let limit = match self.backoff {
            None => self.max_delay.unwrap_or(MAX_DELAY),
            Some(_) => self.max_delay.unwrap_or(Duration::MAX),
        };
        let growth = factor.powf(f64::from(made - 1));
        let delay = Duration::try_from_secs_f64(initial.as_secs_f64() * growth)
            .map_or(limit, |delay| delay.min(limit));
        if self.jitter.unwrap_or(self.backoff.is_none()) {
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
            .field("backoff", &self.backoff)
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
