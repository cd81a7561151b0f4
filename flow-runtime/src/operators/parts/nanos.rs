//! Durations of nanoseconds that are counted in 128 bits.

use std::time::Duration;

/// The duration of so many nanoseconds.
///
/// # Panics
///
/// Where they are more than a `Duration` holds.
#[inline]
pub(crate) fn of_nanos(nanos: u128) -> Duration {
    const SECOND: u128 = 1_000_000_000;
    let seconds = u64::try_from(nanos / SECOND).expect("a time that a `Duration` holds");
    // The rest of a division by a second is less than one.
    #[allow(clippy::cast_possible_truncation)]
    Duration::new(seconds, (nanos % SECOND) as u32)
}
