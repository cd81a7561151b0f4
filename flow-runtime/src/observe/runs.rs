//! The items of a source in runs: between them the flow publishes what it has counted.
//!
//! A run of a range, or of a slice, is one itself. The loop over it asks nothing more than the
//! loop over all of it would, and the compiler makes of it what it would make of that. What
//! else iterates is asked for every item.

use std::{array, iter::Take, ops::Range, option, slice};

/// The items of a source, whose kind is asked for.
pub struct Runs<'a, I>(pub &'a I);

/// The kind of a source that holds a few items, known to the compiler.
pub struct Few;

/// The kind of a source of which a part is a source like it.
pub struct Whole;

/// The kind of a source whose items are pulled one by one.
pub struct Pulled;

/// Tells the kind of an array, or an `Option`.
pub trait RunsFew {
    /// Returns the kind.
    fn kind(&self) -> Few {
        Few
    }
}

/// Tells the kind of a range, or a slice.
pub trait RunsWhole {
    /// Returns the kind.
    fn kind(&self) -> Whole {
        Whole
    }
}

/// Tells the kind of every other source.
pub trait RunsPulled {
    /// Returns the kind.
    fn kind(&self) -> Pulled {
        Pulled
    }
}

impl<I: Counted> RunsFew for &&Runs<'_, I> {}

impl<I: Parts> RunsWhole for &Runs<'_, I> {}

impl<I: Iterator> RunsPulled for Runs<'_, I> {}

impl Few {
    /// Returns the next items, at most so many, or all that are left.
    #[inline(always)]
    pub fn run<I: Counted>(self, items: &mut I, most: u64) -> NextOf<'_, I> {
        NextOf { items, left: most }
    }
}

impl Whole {
    /// Returns the next items, at most so many, or all that are left.
    #[inline(always)]
    pub fn run<I: Parts>(self, items: &mut I, most: u64) -> I {
        items.part(most)
    }
}

impl Pulled {
    /// Returns the next items, at most so many, or all that are left.
    #[inline(always)]
    pub fn run<I: Iterator>(self, items: &mut I, most: u64) -> Take<&mut I> {
        items.take(most as usize)
    }
}

/// An iterator over no more than a number of items that its type tells.
pub trait Counted: Iterator {
    /// The number.
    const MOST: usize;
}

impl<T, const N: usize> Counted for array::IntoIter<T, N> {
    const MOST: usize = N;
}

impl<T> Counted for option::IntoIter<T> {
    const MOST: usize = 1;
}

/// The next items of a few: those that are left are counted where there may be too many.
pub struct NextOf<'a, I> {
    items: &'a mut I,
    left: u64,
}

/// The number of items that are a few.
const FEW: usize = 64;

impl<I: Counted> Iterator for NextOf<'_, I> {
    type Item = I::Item;

    #[inline(always)]
    fn next(&mut self) -> Option<I::Item> {
        if I::MOST > FEW {
            self.left = self.left.checked_sub(1)?;
        }
        self.items.next()
    }
}

/// An iterator of which a part is one like it.
pub trait Parts: Iterator {
    /// Takes the next items away, `most` of them, or all that are left.
    fn part(&mut self, most: u64) -> Self;
}

impl<T> Parts for slice::Iter<'_, T> {
    #[inline(always)]
    fn part(&mut self, most: u64) -> Self {
        let items = self.as_slice();
        let (part, rest) = items.split_at(items.len().min(most as usize));
        *self = rest.iter();
        part.iter()
    }
}

/// The ranges of a type of numbers.
macro_rules! ranges {
    ($($number:ty)*) => {
        $(
            impl Parts for Range<$number> {
                #[inline(always)]
                fn part(&mut self, most: u64) -> Self {
                    let next = self.start.saturating_add(most as $number);
                    let part = self.start..self.end.min(next);
                    self.start = part.end.max(self.start);
                    part
                }
            }
        )*
    };
}

ranges!(u16 u32 u64 usize i16 i32 i64 isize);

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn runs<I: Parts>(mut items: I) -> Vec<Vec<I::Item>> {
        let mut runs = Vec::new();
        loop {
            let run: Vec<_> = items.part(4).collect();
            let ended = run.len() < 4;
            runs.push(run);
            if ended {
                return runs;
            }
        }
    }

    #[test]
    fn parts_are_all_of_it() {
        assert_eq!(runs(0..6_u64), [vec![0, 1, 2, 3], vec![4, 5]]);
        assert_eq!(runs(-2..2_i16), [vec![-2, -1, 0, 1], vec![]]);
        assert_eq!(runs(u32::MAX - 2..u32::MAX).concat().len(), 2);
        assert_eq!(runs(i64::MIN..i64::MIN + 5).concat().len(), 5);
        #[allow(clippy::reversed_empty_ranges, reason = "it is the case")]
        let reversed = 7..3_usize;
        assert_eq!(runs(reversed), [Vec::<usize>::new()]);
        assert_eq!(
            runs([1, 2, 3, 4, 5].iter()),
            [vec![&1, &2, &3, &4], vec![&5]]
        );
        assert_eq!(runs::<slice::Iter<'_, u8>>([].iter()), [Vec::<&u8>::new()]);
    }

    #[test]
    #[allow(clippy::needless_borrow, reason = "expansions write as many")]
    fn every_source_is_of_the_kind_that_is_nearest() {
        let mut range = 0..6_u64;
        assert_eq!((&&&Runs(&range)).kind().run(&mut range, 4), 0..4);
        let mut odd = (0..6_u64).filter(|n| n % 2 == 1);
        let run = (&&&Runs(&odd)).kind().run(&mut odd, 2);
        assert_eq!(run.collect::<Vec<_>>(), [1, 3]);
        assert_eq!(odd.next(), Some(5));
        let mut few = [1, 2, 3].into_iter();
        assert_eq!((&&&Runs(&few)).kind().run(&mut few, 512).count(), 3);
        let mut many = [7; 600].into_iter();
        assert_eq!((&&&Runs(&many)).kind().run(&mut many, 512).count(), 512);
        assert_eq!((&&&Runs(&many)).kind().run(&mut many, 512).count(), 88);
    }
}
