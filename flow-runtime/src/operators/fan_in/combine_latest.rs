//! `combine_latest`: the latest of each input, when any changes.
//!
//! Changes are counted where the inputs meet, once all that one item of a
//! source leads to is here. Its first change of each input is one change of
//! the whole, its second the next: branches that each pass an item on give one
//! tuple, and a branch that passes on three gives three. The items of an input
//! that is not in `emit_on` change nothing, so of those the last is the latest
//! at once.

use super::{
    latest_of::{Keep, Latest, latest_of},
    pending::Burst,
};
use crate::ty::{Ty, When};

/// Gives a tuple of the latest item of each input when any changes, once all
/// have come.
///
/// What changes together gives one tuple: of branches that meet again, no
/// tuple mixes what belongs to one item with what belongs to the one before.
/// The latest of an input that has ended stays; an input that ends without an
/// item ends the operator.
#[inline]
pub fn combine_latest<L: Lanes>(lanes: L) -> (CombineLatest<L>, Ty<L::Items>) {
    (CombineLatest { lanes }, Ty::new())
}

/// Lets changes of an input give tuples: one in `emit_on`, where that is given.
/// Of the others the [latest](latest_of()) is kept.
#[inline]
#[must_use]
pub fn changing<T: Keep<P>, P, M>(
    item: Ty<T, M>,
) -> Changing<T, When<P, impl Fn(&T) -> T + Clone>> {
    Changing {
        latest: latest_of(item),
        changed: false,
        behind: Burst::new(),
    }
}

/// Says how many inputs there are at most.
const MOST: usize = 12;

/// The inputs of a `combine_latest`.
#[derive(Clone)]
pub struct CombineLatest<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
}

impl<L: Lanes> CombineLatest<L> {
    /// The next tuple.
    #[inline]
    pub fn pop(&mut self) -> Option<L::Items> {
        while self.lanes.change() {
            if let Some(items) = self.lanes.latest() {
                return Some(items);
            }
        }
        None
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

/// An input of which every change counts.
#[derive(Clone)]
pub struct Changing<T, C> {
    latest: Latest<T, C>,
    /// Says whether the latest has not been counted yet.
    changed: bool,
    /// Holds what came after it, while it was not.
    behind: Burst<T>,
}

impl<T, C: Fn(&T) -> T> Changing<T, C> {
    /// Takes an item of this input.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.is_settled() {
            self.changed = true;
            self.latest.push(item);
        } else {
            self.behind.push(item);
        }
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.latest.close();
    }

    /// Returns whether a newer item is of use.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        self.latest.wants()
    }

    /// Returns whether every change has been counted.
    #[inline]
    fn is_settled(&self) -> bool {
        !self.changed && self.behind.is_empty()
    }
}

/// One input.
pub trait Lane {
    /// The type of what flows in.
    type Item;

    /// Counts its next change, where there is one.
    fn change(&mut self) -> bool;

    /// Returns whether there is an item.
    fn has_come(&self) -> bool;

    /// The latest item.
    fn get(&self) -> Option<Self::Item>;

    /// Returns whether it may still give a tuple; `more` says whether a branch still
    /// leads here.
    fn may_emit(&self, more: bool) -> bool;

    /// Returns whether there is an item, or may be one.
    fn may_come(&self, more: bool) -> bool;
}

impl<T, C: Fn(&T) -> T> Lane for Changing<T, C> {
    type Item = T;

    #[inline]
    fn change(&mut self) -> bool {
        let changed = std::mem::take(&mut self.changed);
        if !changed && !self.behind.is_empty() {
            let next = self.behind.pop();
            return next.map(|item| self.latest.push(item)).is_some();
        }
        changed
    }

    #[inline]
    fn has_come(&self) -> bool {
        self.latest.has_come()
    }

    #[inline]
    fn get(&self) -> Option<T> {
        self.latest.get()
    }

    #[inline]
    fn may_emit(&self, more: bool) -> bool {
        !self.is_settled() || (more && self.wants())
    }

    #[inline]
    fn may_come(&self, more: bool) -> bool {
        self.latest.may_come(more)
    }
}

impl<T, C: Fn(&T) -> T> Lane for Latest<T, C> {
    type Item = T;

    #[inline]
    fn change(&mut self) -> bool {
        false
    }

    #[inline]
    fn has_come(&self) -> bool {
        self.has_come()
    }

    #[inline]
    fn get(&self) -> Option<T> {
        self.get()
    }

    #[inline]
    fn may_emit(&self, _: bool) -> bool {
        false
    }

    #[inline]
    fn may_come(&self, more: bool) -> bool {
        self.may_come(more)
    }
}

/// Two to twelve inputs.
pub trait Lanes {
    /// An item of each.
    type Items;

    /// Counts the next change of every input that has one; whether any had.
    fn change(&mut self) -> bool;

    /// The latest of each, once all have come.
    fn latest(&self) -> Option<Self::Items>;

    /// Returns whether something may still leave, where `more` says for each input
    /// whether a branch still leads there.
    fn may_give(&self, more: &[bool]) -> bool;
}

macro_rules! lanes {
    ($($lane:ident $i:tt),+) => {
        impl<$($lane: Lane),+> Lanes for ($($lane,)+) {
            type Items = ($($lane::Item,)+);

            #[inline]
            fn change(&mut self) -> bool {
                // All of them, so no `||`.
                $(self.$i.change())|+
            }

            #[inline]
            fn latest(&self) -> Option<Self::Items> {
                // Nothing is cloned in vain.
                let all = $(self.$i.has_come())&&+;
                if all { Some(($(self.$i.get()?,)+)) } else { None }
            }

            #[inline]
            fn may_give(&self, more: &[bool]) -> bool {
                ($(self.$i.may_emit(more[$i]))||+) $(&& self.$i.may_come(more[$i]))+
            }
        }
    };
}

lanes!(A 0, B 1);
lanes!(A 0, B 1, C 2);
lanes!(A 0, B 1, C 2, D 3);
lanes!(A 0, B 1, C 2, D 3, E 4);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
lanes!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use core::iter::from_fn;

    /// Returns what leaves at one meeting.
    fn all<L: Lanes>(combine: &mut CombineLatest<L>) -> Vec<L::Items> {
        from_fn(|| combine.pop()).collect()
    }

    #[test]
    fn a_tuple_at_each_change_once_all_have_come() {
        let (mut combine, _) = combine_latest((changing(Ty::new()), changing(Ty::new())));
        combine.lanes.0.push(1);
        assert_eq!(all(&mut combine), []);
        combine.lanes.0.push(2);
        assert_eq!(all(&mut combine), []);
        combine.lanes.1.push('A');
        assert_eq!(all(&mut combine), [(2, 'A')]);
        combine.lanes.0.push(3);
        assert_eq!(all(&mut combine), [(3, 'A')]);
        combine.lanes.1.push('B');
        assert_eq!(all(&mut combine), [(3, 'B')]);
        assert_eq!(all(&mut combine), []);
    }

    #[test]
    fn what_changes_together_is_one_change() {
        let (mut combine, _) = combine_latest((changing(Ty::new()), changing(Ty::new())));
        for item in 1..=2 {
            combine.lanes.1.push(item - 1);
            combine.lanes.0.push(item + 1);
            assert_eq!(all(&mut combine), [(item + 1, item - 1)]);
        }
    }

    #[test]
    fn several_changes_of_one_input_are_all_given() {
        let (mut combine, _) = combine_latest((changing(Ty::new()), changing(Ty::new())));
        combine.lanes.0.push(1);
        combine.lanes.0.push(2);
        combine.lanes.0.push(3);
        combine.lanes.1.push('A');
        combine.lanes.1.push('B');
        assert_eq!(all(&mut combine), [(1, 'A'), (2, 'B'), (3, 'B')]);
    }

    #[test]
    fn those_before_the_first_of_another_are_replaced() {
        let (mut combine, _) = combine_latest((
            changing(Ty::new()),
            changing(Ty::new()),
            changing(Ty::new()),
        ));
        (1..=3).for_each(|item| combine.lanes.0.push(item));
        combine.lanes.1.push('A');
        assert_eq!(all(&mut combine), []);
        combine.lanes.2.push(0.5);
        assert_eq!(all(&mut combine), [(3, 'A', 0.5)]);
    }

    #[test]
    fn only_inputs_in_emit_on_give_tuples() {
        let (mut combine, _) = combine_latest((changing(Ty::new()), latest_of(Ty::new())));
        combine.lanes.0.push(1);
        assert_eq!(all(&mut combine), []);
        combine.lanes.1.push('A');
        assert_eq!(all(&mut combine), []);
        combine.lanes.0.push(2);
        assert_eq!(all(&mut combine), [(2, 'A')]);
        combine.lanes.0.push(3);
        assert_eq!(all(&mut combine), [(3, 'A')]);
        combine.lanes.1.push('B');
        assert_eq!(all(&mut combine), []);
        // All of the others is seen before anything is given.
        combine.lanes.0.push(4);
        combine.lanes.1.push('C');
        combine.lanes.1.push('D');
        combine.lanes.0.push(5);
        assert_eq!(all(&mut combine), [(4, 'D'), (5, 'D')]);
    }

    #[test]
    fn it_is_over_when_all_that_emit_are() {
        let (mut combine, _) = combine_latest((changing(Ty::new()), changing(Ty::new())));
        combine.lanes.0.push(1);
        combine.lanes.0.close();
        assert_eq!(all(&mut combine), []);
        assert!(!combine.is_over() && !combine.lanes.0.wants() && combine.lanes.1.wants());
        combine.lanes.1.push('A');
        combine.lanes.1.close();
        assert!(!combine.is_over());
        assert_eq!(all(&mut combine), [(1, 'A')]);
        assert!(combine.is_over());

        let (mut combine, _) = combine_latest((changing(Ty::new()), latest_of(Ty::new())));
        combine.lanes.0.push(1);
        combine.lanes.1.push('A');
        combine.lanes.0.close();
        assert_eq!(all(&mut combine), [(1, 'A')]);
        assert!(combine.is_over());
    }

    #[test]
    fn it_is_over_when_an_input_ends_without_an_item() {
        let (mut combine, _) =
            combine_latest((changing(Ty::<u8>::new()), changing(Ty::<u8>::new())));
        combine.lanes.1.close();
        assert!(combine.is_over());
        // The other input may have other readers, so more may come.
        combine.lanes.0.push(1);
        assert_eq!(all(&mut combine), []);
        assert!(combine.is_over());
    }

    #[test]
    fn twelve_inputs() {
        let t = Ty::<usize>::new();
        let (mut combine, _) = combine_latest((
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
            changing(t),
        ));
        macro_rules! fill {
            ($($i:tt)+) => {$( assert!(combine.pop().is_none()); combine.lanes.$i.push($i); )+};
        }
        fill!(0 1 2 3 4 5 6 7 8 9 10 11);
        assert_eq!(combine.pop(), Some((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
    }
}
