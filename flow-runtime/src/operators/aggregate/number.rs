//! Types that can be summed, and averaged.

use std::time::Duration;

use super::exact::Exact;
use crate::operators::parts::nanos::of_nanos;
use crate::ty::proven;

/// A value that `sum(f)` adds: a number, or a `Duration`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be summed in a window",
    label = "`sum(f)` adds what `f` gives",
    note = "`f` gives a number or a `Duration`; for another type, `aggregate` takes a value that implements `Aggregate`"
)]
pub trait Summand: Copy {
    /// The running sum of several.
    type Sum: Default;

    /// Adds this one.
    fn enter(self, sum: &mut Self::Sum);

    /// Takes this one away, which was added.
    fn leave(self, sum: &mut Self::Sum);

    /// The sum.
    fn total(sum: &Self::Sum) -> Self;

    /// Forgets all that was added.
    #[inline]
    fn clear(sum: &mut Self::Sum) {
        *sum = Self::Sum::default();
    }
}

/// A value that `mean(f)` and `var(f)` take: a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "`mean(f)` and `var(f)` are of what `f` gives",
    note = "`f` gives an integer or a float"
)]
pub trait Number: Summand {
    /// The sum, as a float.
    fn sum(sum: &Self::Sum) -> f64;

    /// Returns how far this is from another one; a float by itself, which loses nothing so.
    fn distance(self, base: Self) -> f64;
}

proven! {
    /// A [`Summand`], with the proof of it.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be summed in a window",
        label = "`sum(f)` adds what `f` gives",
        note = "`f` gives a number or a `Duration`; for another type, `aggregate` takes a value that implements `Aggregate`"
    )]
    pub trait Summed: Summand;

    /// A [`Number`], with the proof of it.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no number",
        label = "`mean(f)` and `var(f)` are of what `f` gives",
        note = "`f` gives an integer or a float"
    )]
    pub trait Numeric: Number;

    /// A value that is kept and compared, with the proof of it.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be kept and compared: it is not `PartialOrd + Clone`",
        label = "`min(f)` and `max(f)` compare what `f` gives",
        note = "derive both, or give a key of it that is both"
    )]
    pub trait Compared: PartialOrd, Clone;
}

macro_rules! floats {
    ($($float:ident)+) => {$(
        impl Summand for $float {
            type Sum = Exact;

            #[inline]
            fn enter(self, sum: &mut Exact) {
                sum.add(f64::from(self));
            }

            #[inline]
            fn leave(self, sum: &mut Exact) {
                sum.take(f64::from(self));
            }

            #[inline]
            fn total(sum: &Exact) -> Self {
                sum.value() as $float
            }

            #[inline]
            fn clear(sum: &mut Exact) {
                sum.clear();
            }
        }

        impl Number for $float {
            #[inline]
            fn sum(sum: &Exact) -> f64 {
                sum.value()
            }

            #[inline]
            fn distance(self, _: Self) -> f64 {
                f64::from(self)
            }
        }
    )+};
}

floats!(f32 f64);

/// Integers add up in the widest type, so that a sum which fits is right, whatever was
/// in between.
macro_rules! integers {
    ($($integer:ident)+ => $wide:ident) => {$(
        impl Summand for $integer {
            type Sum = $wide;

            #[inline]
            fn enter(self, sum: &mut $wide) {
                *sum = sum.wrapping_add(self as $wide);
            }

            #[inline]
            fn leave(self, sum: &mut $wide) {
                *sum = sum.wrapping_sub(self as $wide);
            }

            #[inline]
            fn total(sum: &$wide) -> Self {
                match Self::try_from(*sum) {
                    Ok(sum) => sum,
                    Err(_) => panic!(
                        "`sum` in a window: {sum} is no {}; let `f` give a wider type",
                        stringify!($integer)
                    ),
                }
            }
        }

        impl Number for $integer {
            #[inline]
            fn sum(sum: &$wide) -> f64 {
                *sum as f64
            }

            #[inline]
            fn distance(self, base: Self) -> f64 {
                if self >= base {
                    (self as $wide).wrapping_sub(base as $wide) as f64
                } else {
                    -((base as $wide).wrapping_sub(self as $wide) as f64)
                }
            }
        }
    )+};
}

integers!(i8 i16 i32 i64 i128 isize => i128);
integers!(u8 u16 u32 u64 u128 usize => u128);

impl Summand for Duration {
    type Sum = u128;

    #[inline]
    fn enter(self, sum: &mut u128) {
        *sum += self.as_nanos();
    }

    #[inline]
    fn leave(self, sum: &mut u128) {
        *sum -= self.as_nanos();
    }

    #[inline]
    fn total(sum: &u128) -> Self {
        of_nanos(*sum)
    }
}
