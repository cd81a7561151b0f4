//! `zip_latest`: every item of the first input, with the latest of the others.
//!
//! What belongs together is decided where the inputs meet, once all that one
//! item of a source leads to is here: of several items that another input got
//! on the way, the last is its latest, and the items of the first input all
//! leave with that one.

use super::{latest_of::Latest, pending::Pending};
use crate::error::Error;
use crate::region::queue::overflow;
use crate::ty::Ty;

/// Gives every item of its first input exactly once, with the latest of the
/// others, as tuples.
///
/// Items that come before the others' first wait for it; `capacity = n` bounds
/// how many, and then it gives a `Result`. The latest of an input that has
/// ended stays; an input that ends without an item ends the operator, for
/// nothing could ever leave with it.
#[inline]
pub fn zip_latest<L: Lanes>(lanes: L) -> (ZipLatest<L>, Ty<L::Items>) {
    (ZipLatest { lanes }, Ty::new())
}

/// [`zip_latest`] with a `capacity`; `input` is the name of the first input.
///
/// # Panics
///
/// Where `capacity` is zero.
#[inline]
#[track_caller]
pub fn zip_latest_within<L: Lanes>(
    lanes: L,
    capacity: usize,
    input: &'static str,
) -> (ZipLatestWithin<L>, Ty<Result<L::Items, Error>>) {
    assert!(
        capacity > 0,
        "the capacity of `zip_latest` must not be zero"
    );
    let zip = ZipLatestWithin {
        lanes,
        input,
        capacity,
    };
    (zip, Ty::new())
}

/// Lets the items of the first input wait for the others' first.
#[inline]
#[must_use]
pub const fn waiting<T, M>(_: Ty<T, M>) -> Waiting<T> {
    Waiting {
        items: Pending::new(),
        closed: false,
    }
}

/// Says how many inputs there are at most.
const MOST: usize = 12;

/// The inputs of a `zip_latest`.
#[derive(Clone)]
pub struct ZipLatest<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
}

/// The inputs of a `zip_latest` in which only so many wait.
#[derive(Clone)]
pub struct ZipLatestWithin<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
    /// Holds what the user calls the first input.
    input: &'static str,
    capacity: usize,
}

impl<L: Lanes> ZipLatest<L> {
    /// The next tuple.
    #[inline]
    pub fn pop(&mut self) -> Option<L::Items> {
        self.lanes.pop()
    }

    /// Returns whether something may still leave, where `more` says for each input
    /// whether a branch still leads there.
    #[inline]
    #[must_use]
    pub fn may_give(&self, more: &[bool]) -> bool {
        self.lanes.may_give(more)
    }

    /// Returns whether nothing can ever leave again.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.lanes.may_give(&[true; MOST])
    }
}

impl<L: Lanes> ZipLatestWithin<L> {
    /// Returns how many items of an input may wait.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// The next tuple, or that an item found no room: it is dropped.
    #[inline]
    pub fn pop(&mut self) -> Option<Result<L::Items, Error>> {
        if let Some(items) = self.lanes.pop() {
            return Some(Ok(items));
        }
        self.lanes
            .drop_beyond(self.capacity)
            .then(|| Err(overflow(self.input, self.capacity)))
    }

    /// Returns whether something may still leave, where `more` says for each input
    /// whether a branch still leads there.
    #[inline]
    #[must_use]
    pub fn may_give(&self, more: &[bool]) -> bool {
        self.lanes.may_give(more)
    }

    /// Returns whether nothing can ever leave again.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        !self.lanes.may_give(&[true; MOST])
    }
}

/// The first input: its items wait for the others' first.
#[derive(Clone)]
pub struct Waiting<T> {
    items: Pending<T>,
    closed: bool,
}

impl<T> Waiting<T> {
    /// Takes an item of this input.
    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Returns whether an item could leave, as far as this input knows: one that waits
    /// already would only have company.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        !self.closed && self.items.is_empty()
    }

    /// Returns how many items wait for the others' first.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there is an item, or may be one.
    #[inline]
    fn may_give(&self, more: bool) -> bool {
        !self.items.is_empty() || (more && !self.closed)
    }
}

/// Two to twelve inputs: the first waits, of the others the latest is kept.
pub trait Lanes {
    /// An item of each.
    type Items;

    /// An item of the first with the latest of the others.
    fn pop(&mut self) -> Option<Self::Items>;

    /// Drops the newest item of the first where more than `most` wait.
    fn drop_beyond(&mut self, most: usize) -> bool;

    /// Returns whether something may still leave, where `more` says for each input
    /// whether a branch still leads there.
    fn may_give(&self, more: &[bool]) -> bool;
}

macro_rules! lanes {
    ($($other:ident $clone:ident $i:tt),+) => {
        impl<First, $($other, $clone),+> Lanes
            for (Waiting<First>, $(Latest<$other, $clone>),+)
        where
            $($clone: Fn(&$other) -> $other),+
        {
            type Items = (First, $($other),+);

            #[inline]
            fn pop(&mut self) -> Option<Self::Items> {
                if $(self.$i.has_come())&&+ {
                    let first = self.0.items.pop()?;
                    return Some((first, $(self.$i.get()?),+));
                }
                if $(!self.$i.may_come(true))||+ {
                    // Nobody will ever come for what waits.
                    self.0.items.clear();
                }
                None
            }

            #[inline]
            fn drop_beyond(&mut self, most: usize) -> bool {
                self.0.items.pop_beyond(most).is_some()
            }

            #[inline]
            fn may_give(&self, more: &[bool]) -> bool {
                self.0.may_give(more[0]) $(&& self.$i.may_come(more[$i]))+
            }
        }
    };
}

lanes!(B BAgain 1);
lanes!(B BAgain 1, C CAgain 2);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6, H HAgain 7);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6, H HAgain 7, I IAgain 8);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6, H HAgain 7, I IAgain 8, J JAgain 9);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6, H HAgain 7, I IAgain 8, J JAgain 9, K KAgain 10);
lanes!(B BAgain 1, C CAgain 2, D DAgain 3, E EAgain 4, F FAgain 5, G GAgain 6, H HAgain 7, I IAgain 8, J JAgain 9, K KAgain 10, L LAgain 11);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::operators::fan_in::latest_of::latest_of;
    use core::iter::from_fn;
    use std::rc::Rc;

    #[test]
    fn items_wait_for_the_first_of_the_others() {
        let (mut zip, _) = zip_latest((waiting(Ty::new()), latest_of(Ty::new())));
        zip.lanes.0.push(1);
        assert_eq!(zip.pop(), None);
        zip.lanes.0.push(2);
        assert_eq!(zip.pop(), None);
        zip.lanes.1.push('A');
        assert_eq!((zip.pop(), zip.pop()), (Some((1, 'A')), Some((2, 'A'))));
        assert_eq!(zip.pop(), None);
        zip.lanes.1.push('B');
        assert_eq!(zip.pop(), None);
        zip.lanes.0.push(3);
        assert_eq!((zip.pop(), zip.pop()), (Some((3, 'B')), None));
    }

    #[test]
    fn one_that_waits_is_enough_and_a_newer_latest_is_always_of_use() {
        let (mut zip, _) = zip_latest((waiting(Ty::new()), latest_of(Ty::new())));
        assert!(zip.lanes.0.wants() && zip.lanes.1.wants());
        zip.lanes.0.push(1);
        assert!(!zip.lanes.0.wants() && zip.lanes.1.wants());
        zip.lanes.1.push('A');
        assert!(zip.pop().is_some());
        assert!(zip.lanes.0.wants() && zip.lanes.1.wants());
        zip.lanes.0.close();
        zip.lanes.1.close();
        assert!(!zip.lanes.0.wants() && !zip.lanes.1.wants());
    }

    #[test]
    fn the_latest_outlives_its_input_and_the_first_input_ends_it() {
        let (mut zip, _) = zip_latest((
            waiting(Ty::new()),
            latest_of(Ty::new()),
            latest_of(Ty::new()),
        ));
        zip.lanes.1.push('A');
        zip.lanes.1.close();
        zip.lanes.0.push(1);
        assert_eq!(zip.pop(), None);
        zip.lanes.0.push(2);
        zip.lanes.0.close();
        assert!(!zip.is_over(), "two items wait for the third input");
        zip.lanes.2.push(0.5);
        zip.lanes.2.close();
        let all: Vec<_> = from_fn(|| zip.pop()).collect();
        assert_eq!(all, [(1, 'A', 0.5), (2, 'A', 0.5)]);
        assert!(zip.is_over());
    }

    #[test]
    fn what_can_never_leave_is_dropped() {
        let (mut zip, _) = zip_latest((waiting(Ty::new()), latest_of(Ty::<char>::new())));
        let item = Rc::new(());
        zip.lanes.0.push(Rc::clone(&item));
        assert!(zip.pop().is_none() && !zip.is_over());
        zip.lanes.1.close();
        assert!(zip.is_over() && zip.pop().is_none());
        assert_eq!(Rc::strong_count(&item), 1);
        // The first input may have other readers, so more may come.
        zip.lanes.0.push(Rc::clone(&item));
        assert!(zip.pop().is_none() && zip.is_over());
        assert_eq!(Rc::strong_count(&item), 1);
    }

    #[test]
    fn an_item_without_room_is_an_error_that_names_the_input() {
        let (mut zip, _) =
            zip_latest_within((waiting(Ty::new()), latest_of(Ty::new())), 2, "readings");
        (1..=4).for_each(|item| zip.lanes.0.push(item));
        for _ in 0..2 {
            let error = zip.pop().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Capacity);
            let message = "more than 2 items of the input `readings` wait for the others";
            assert_eq!(error.to_string(), message);
        }
        assert!(zip.pop().is_none());
        zip.lanes.1.push('A');
        let two: Vec<_> = from_fn(|| zip.pop()).map(Result::unwrap).collect();
        assert_eq!(two, [(1, 'A'), (2, 'A')]);
    }

    #[test]
    fn what_leaves_at_once_needs_no_room() {
        let (mut zip, _) = zip_latest_within((waiting(Ty::new()), latest_of(Ty::new())), 1, "a");
        (1..=3).for_each(|item| zip.lanes.0.push(item));
        zip.lanes.1.push('A');
        let all: Vec<_> = from_fn(|| zip.pop()).map(Result::unwrap).collect();
        assert_eq!(all, [(1, 'A'), (2, 'A'), (3, 'A')]);
        zip.lanes.0.close();
        assert!(zip.is_over());
    }

    #[test]
    #[should_panic(expected = "the capacity of `zip_latest` must not be zero")]
    fn no_room_at_all() {
        let inputs = (waiting(Ty::<u8>::new()), latest_of(Ty::<u8>::new()));
        let _ = zip_latest_within(inputs, 0, "a");
    }

    #[test]
    fn the_first_input_need_not_be_clone() {
        struct Reading(u32);
        let (mut zip, _) = zip_latest((waiting(Ty::new()), latest_of(Ty::new())));
        zip.lanes.0.push(Reading(1));
        zip.lanes.1.push('A');
        assert!(matches!(zip.pop(), Some((Reading(1), 'A'))));
    }

    #[test]
    fn twelve_inputs() {
        let t = Ty::<usize>::new();
        let (mut zip, _) = zip_latest((
            waiting(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
            latest_of(t),
        ));
        macro_rules! fill {
            ($($i:tt)+) => {$( assert!(zip.pop().is_none()); zip.lanes.$i.push($i); )+};
        }
        fill!(0 1 2 3 4 5 6 7 8 9 10 11);
        assert_eq!(zip.pop(), Some((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
    }
}
