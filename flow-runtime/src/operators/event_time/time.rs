//! Times: what `at(&item)` may give.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::operators::parts::nanos::of_nanos;
use crate::ty::{Fails, Holds, Nothing};
use crate::unsorted::Moment;

/// A time that an item bears: a `SystemTime`, an `Instant` of std or tokio, or an
/// integer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time",
    label = "this operator goes by the time in the items",
    note = "a time is a `SystemTime`, an `Instant` (of std or tokio) or an integer"
)]
pub trait Time: Copy + Ord {
    /// The distance of two times: a `Duration`, or an integer of the same type.
    type Gap: Copy + Ord;

    /// No distance.
    const ZERO: Self::Gap;

    /// The time `gap` before this one, where there is one.
    fn before(self, gap: Self::Gap) -> Option<Self>;

    /// The time `gap` behind this one, where there is one.
    fn after(self, gap: Self::Gap) -> Option<Self>;

    /// Returns how far this is behind an earlier time; zero where that is not earlier.
    fn since(self, earlier: Self) -> Self::Gap;

    /// Returns how far this is behind the last multiple of `step`, which is not zero. `first`
    /// is the time that an `Instant` is counted from.
    fn beyond(self, step: Self::Gap, first: Self) -> Self::Gap;

    /// A distance without another one, which is not longer.
    fn shorten(gap: Self::Gap, by: Self::Gap) -> Self::Gap;

    /// Two distances in a row, as far as that can be said.
    fn lengthen(gap: Self::Gap, by: Self::Gap) -> Self::Gap;

    /// The earliest time there is, or the last, that stands for what is beyond it.
    fn outermost(self, last: bool) -> Self;

    /// A number that never descends as the time ascends.
    fn ticks(self, first: Self) -> u64;

    /// A distance, about as many ticks as times within it have.
    fn length(gap: Self::Gap) -> u64;

    /// Both times for an error: this one, and the one it came after.
    fn told(self, after: Self) -> [Moment; 2];
}

/// A [`Time`] with a distance of `D` between two, with the proof of it.
///
/// It is one bound, so that one error is told where either is none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time, or `{D}` is no distance of two such times",
    label = "this operator goes by the time in the items",
    note = "a time is a `SystemTime` or an `Instant` (of std or tokio), with a `Duration` between two of them; or an integer, with one of the same type",
    note = "a reference to a time is none: write `|x| x.at`, or `|x| *x`"
)]
pub trait Dated<D, P>: Time {
    /// The distance, as the time has it.
    fn gap(distance: D) -> Self::Gap;
}

#[diagnostic::do_not_recommend]
impl<X: Time<Gap = D>, D> Dated<D, Holds> for X {
    #[inline]
    fn gap(distance: D) -> D {
        distance
    }
}

#[diagnostic::do_not_recommend]
impl<X: Time<Gap = D> + Nothing, D> Dated<D, Fails> for X {
    fn gap(distance: D) -> D {
        distance
    }
}

/// A time that a clock tells.
pub trait Clock: Time {
    /// The time now.
    fn now() -> Self;
}

macro_rules! integers {
    ($($integer:ident $moment:ident $wide:ty;)+) => {$(
        impl Time for $integer {
            type Gap = $integer;
            const ZERO: $integer = 0;

            #[inline]
            fn before(self, gap: $integer) -> Option<Self> {
                self.checked_sub(gap)
            }

            #[inline]
            fn after(self, gap: $integer) -> Option<Self> {
                self.checked_add(gap)
            }

            #[inline]
            fn since(self, earlier: Self) -> $integer {
                if self > earlier { self.saturating_sub(earlier) } else { 0 }
            }

            #[inline]
            fn beyond(self, step: $integer, _: Self) -> $integer {
                self.rem_euclid(step)
            }

            #[inline]
            fn shorten(gap: $integer, by: $integer) -> $integer {
                gap - by
            }

            #[inline]
            fn lengthen(gap: $integer, by: $integer) -> $integer {
                gap.saturating_add(by)
            }

            #[inline]
            fn outermost(self, last: bool) -> Self {
                if last { Self::MAX } else { Self::MIN }
            }

            #[inline]
            fn ticks(self, _: Self) -> u64 {
                ticks::$moment(self as $wide)
            }

            #[inline]
            fn length(gap: $integer) -> u64 {
                u64::try_from(gap).unwrap_or(u64::MAX)
            }

            fn told(self, after: Self) -> [Moment; 2] {
                [self, after].map(|time| Moment::$moment(time as $wide))
            }
        }
    )+};
}

integers! {
    u8 Natural u128; u16 Natural u128; u32 Natural u128; u64 Natural u128; u128 Natural u128; usize Natural u128;
    i8 Integer i128; i16 Integer i128; i32 Integer i128; i64 Integer i128; i128 Integer i128; isize Integer i128;
}

/// The rest of a division, in which nothing is negative.
#[inline]
fn rest(whole: Duration, step: Duration) -> Duration {
    let (whole, step) = (whole.as_nanos(), step.as_nanos());
    // A division of 128 bits costs several times one of 64.
    let rest = match (u64::try_from(whole), u64::try_from(step)) {
        (Ok(whole), Ok(step)) => u128::from(whole % step),
        _ => whole % step,
    };
    of_nanos(rest)
}

/// Returns how far a time is behind the last multiple of `step`, when it is so far before or
/// behind the one that is counted from.
#[inline]
fn beyond(from: Result<Duration, Duration>, step: Duration) -> Duration {
    match from {
        Ok(behind) => rest(behind, step),
        Err(before) => match rest(before, step) {
            Duration::ZERO => Duration::ZERO,
            rest => step - rest,
        },
    }
}

/// The ticks of a time that is so far before or behind the one that is counted from:
/// seconds, and the nanoseconds below them.
#[inline]
fn ticks_from(from: Result<Duration, Duration>) -> u64 {
    /// The second that is counted from.
    const MIDDLE: u64 = 1 << 33;
    let within = |second: u64, nanos: u32| second << 30 | u64::from(nanos);
    match from {
        Ok(behind) if behind.as_secs() < MIDDLE => {
            within(MIDDLE + behind.as_secs(), behind.subsec_nanos())
        }
        Ok(_) => u64::MAX,
        Err(before) if before.as_secs() < MIDDLE - 1 => {
            let rest = before.subsec_nanos();
            let second = MIDDLE - before.as_secs() - u64::from(rest > 0);
            within(second, if rest > 0 { 1_000_000_000 - rest } else { 0 })
        }
        Err(_) => 0,
    }
}

/// The ticks of integers of any width.
mod ticks {
    #![allow(non_snake_case, reason = "they are named as the moments are")]

    #[inline]
    pub(super) fn Natural(time: u128) -> u64 {
        u64::try_from(time).unwrap_or(u64::MAX)
    }

    #[inline]
    pub(super) fn Integer(time: i128) -> u64 {
        let time = time.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        (time as i64 as u64) ^ (1 << 63)
    }
}

/// The operations common to all times with a `Duration` between them.
macro_rules! durations {
    () => {
        type Gap = Duration;
        const ZERO: Duration = Duration::ZERO;

        #[inline]
        fn before(self, gap: Duration) -> Option<Self> {
            self.checked_sub(gap)
        }

        #[inline]
        fn after(self, gap: Duration) -> Option<Self> {
            self.checked_add(gap)
        }

        #[inline]
        fn shorten(gap: Duration, by: Duration) -> Duration {
            gap - by
        }

        #[inline]
        fn lengthen(gap: Duration, by: Duration) -> Duration {
            gap.saturating_add(by)
        }

        #[inline]
        fn length(gap: Duration) -> u64 {
            gap.as_secs()
                .saturating_mul(1 << 30)
                .saturating_add(u64::from(gap.subsec_nanos()))
        }

        #[inline]
        fn outermost(self, _: bool) -> Self {
            // There is none to name: nobody has a time that far off.
            self
        }
    };
}

impl Time for SystemTime {
    durations!();

    #[inline]
    fn since(self, earlier: Self) -> Duration {
        self.duration_since(earlier).unwrap_or_default()
    }

    #[inline]
    fn beyond(self, step: Duration, _: Self) -> Duration {
        let from = self.duration_since(UNIX_EPOCH);
        beyond(from.map_err(|error| error.duration()), step)
    }

    #[inline]
    fn ticks(self, _: Self) -> u64 {
        let from = self.duration_since(UNIX_EPOCH);
        ticks_from(from.map_err(|error| error.duration()))
    }

    fn told(self, after: Self) -> [Moment; 2] {
        [self, after].map(|time| {
            let from = time.duration_since(UNIX_EPOCH);
            Moment::Unix(from.map_err(|error| error.duration()))
        })
    }
}

macro_rules! instants {
    ($($instant:ty),+) => {$(
        impl Time for $instant {
            durations!();

            #[inline]
            fn since(self, earlier: Self) -> Duration {
                self.saturating_duration_since(earlier)
            }

            #[inline]
            fn beyond(self, step: Duration, first: Self) -> Duration {
                let behind = self.checked_duration_since(first);
                beyond(behind.ok_or_else(|| first.saturating_duration_since(self)), step)
            }

            #[inline]
            fn ticks(self, first: Self) -> u64 {
                let behind = self.checked_duration_since(first);
                ticks_from(behind.ok_or_else(|| first.saturating_duration_since(self)))
            }

            fn told(self, after: Self) -> [Moment; 2] {
                [Moment::Ago(after.since(self)), Moment::Now]
            }
        }

        impl Clock for $instant {
            #[inline]
            fn now() -> Self {
                Self::now()
            }
        }
    )+};
}

instants!(Instant, tokio::time::Instant);

impl Clock for SystemTime {
    #[inline]
    fn now() -> Self {
        Self::now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_go_on_below_zero() {
        assert_eq!((-7_i64).beyond(5, 0), 3);
        assert_eq!(7_u8.beyond(5, 0), 2);
        assert_eq!(i8::MIN.beyond(100, 0), 72);
        let second = Duration::from_secs(1);
        let ms = Duration::from_millis;
        assert_eq!((UNIX_EPOCH + ms(2300)).beyond(second, UNIX_EPOCH), ms(300));
        assert_eq!((UNIX_EPOCH - ms(2300)).beyond(second, UNIX_EPOCH), ms(700));
        assert_eq!((UNIX_EPOCH - second).beyond(second, UNIX_EPOCH), ms(0));
    }

    #[test]
    fn instants_are_counted_from_the_first() {
        let first = Instant::now();
        let (ms, step) = (Duration::from_millis, Duration::from_millis(100));
        assert_eq!((first + ms(250)).beyond(step, first), ms(50));
        assert_eq!(first.beyond(step, first), ms(0));
        assert_eq!((first - ms(30)).beyond(step, first), ms(70));
    }

    #[test]
    fn ticks_ascend_with_the_time() {
        let times = [
            -3_000_000_001,
            -1_000_000_000,
            -999_999_999,
            -1,
            0,
            1,
            999_999_999,
            1_000_000_000,
            17_000_000_003_i64,
        ];
        let at = |nanos: i64| {
            let distance = Duration::from_nanos(nanos.unsigned_abs());
            if nanos < 0 {
                UNIX_EPOCH - distance
            } else {
                UNIX_EPOCH + distance
            }
        };
        let ticks = times.map(|nanos| at(nanos).ticks(UNIX_EPOCH));
        assert!(ticks.is_sorted_by(|a, b| a < b), "{ticks:?}");
        let ticks =
            [i128::MIN, i128::from(i64::MIN), -1, 0, 1, i128::MAX].map(|time| time.ticks(0));
        assert!(ticks.is_sorted());
        assert!([0, 7, u64::MAX].map(|time| time.ticks(0)).is_sorted());
        assert!(ticks_from(Err(Duration::MAX)) < ticks_from(Ok(Duration::MAX)));
    }

    #[test]
    fn distances_stay_within_their_type() {
        assert_eq!(i8::MAX.since(i8::MIN), i8::MAX);
        assert_eq!(3_u8.since(5), 0);
        assert_eq!(3_u8.before(5), None);
        assert_eq!(250_u8.after(10), None);
    }
}
