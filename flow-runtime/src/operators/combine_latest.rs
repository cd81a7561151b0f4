//! `combine_latest`: the latest of each input, when any changes.
//!
//! Changes are counted where the inputs meet, once all that one item of a
//! source leads to is here. Its first change of each input is one change of
//! the whole, its second the next: branches that each pass an item on give one
//! tuple, and a branch that passes on three gives three. The items of an input
//! that is not in `emit_on` change nothing, so of those the last is the latest
//! at once.

use super::pending::Pending;
use crate::ty::Ty;

/// Gives a tuple of the latest item of each input when any changes, once all
/// have come.
///
/// What changes together gives one tuple: of branches that meet again, no
/// tuple mixes what belongs to one item with what belongs to the one before.
/// The latest of an input that has ended stays; an input that ends without an
/// item ends the operator.
#[inline]
pub fn combine_latest<I: Inputs<N>, const N: usize>(
    inputs: I,
) -> (CombineLatest<I::Lanes>, Ty<<I::Lanes as Lanes>::Items>) {
    combine_latest_on(inputs, [true; N])
}

/// [`combine_latest`] with `emit_on`: whether a change of an input gives a
/// tuple.
#[inline]
pub fn combine_latest_on<I: Inputs<N>, const N: usize>(
    _: I,
    emit_on: [bool; N],
) -> (CombineLatest<I::Lanes>, Ty<<I::Lanes as Lanes>::Items>) {
    let lanes = I::lanes(emit_on);
    (CombineLatest { lanes }, Ty::new())
}

/// The inputs of a `combine_latest`.
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

    /// Whether nothing can ever leave again.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.lanes.is_over()
    }
}

/// One input.
pub struct Changing<T> {
    latest: Option<T>,
    /// The changes that have not been given yet; none where it does not emit.
    changes: Pending<T>,
    emits: bool,
    closed: bool,
}

impl<T> Changing<T> {
    const fn new(emits: bool) -> Self {
        Self {
            latest: None,
            changes: Pending::new(),
            emits,
            closed: false,
        }
    }

    /// Takes an item of this input.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.emits {
            self.changes.push(item);
        } else {
            self.latest = Some(item);
        }
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Whether a newer item is of use.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        !self.closed
    }

    /// Makes the next change, where there is one.
    #[inline]
    fn change(&mut self) -> bool {
        let item = self.changes.pop();
        let changed = item.is_some();
        if changed {
            self.latest = item;
        }
        changed
    }

    /// Whether it may still give a tuple.
    #[inline]
    fn may_emit(&self) -> bool {
        self.emits && !(self.closed && self.changes.is_empty())
    }

    /// Whether it ended without an item.
    #[inline]
    fn never_came(&self) -> bool {
        self.closed && self.latest.is_none() && self.changes.is_empty()
    }
}

/// The witnesses of two to twelve inputs, all `Clone`.
pub trait Inputs<const N: usize> {
    /// The inputs themselves.
    type Lanes: Lanes;

    /// Empty and open.
    fn lanes(emit_on: [bool; N]) -> Self::Lanes;
}

/// Two to twelve inputs.
pub trait Lanes {
    /// An item of each.
    type Items;

    /// Makes the next change of every input that has one; whether any had.
    fn change(&mut self) -> bool;

    /// The latest of each, once all have come.
    fn latest(&self) -> Option<Self::Items>;

    /// Whether nothing can ever leave again.
    fn is_over(&self) -> bool;
}

macro_rules! inputs {
    ($n:literal: $($input:ident $i:tt),+) => {
        impl<$($input: Clone),+> Inputs<$n> for ($(Ty<$input>,)+) {
            type Lanes = ($(Changing<$input>,)+);

            #[inline]
            fn lanes(emit_on: [bool; $n]) -> Self::Lanes {
                ($(Changing::<$input>::new(emit_on[$i]),)+)
            }
        }

        impl<$($input: Clone),+> Lanes for ($(Changing<$input>,)+) {
            type Items = ($($input,)+);

            #[inline]
            fn change(&mut self) -> bool {
                // All of them, so no `||`.
                $(self.$i.change())|+
            }

            #[inline]
            fn latest(&self) -> Option<Self::Items> {
                // Nothing is cloned in vain.
                let all = $(self.$i.latest.is_some())&&+;
                if all { Some(($(self.$i.latest.clone()?,)+)) } else { None }
            }

            #[inline]
            fn is_over(&self) -> bool {
                !($(self.$i.may_emit())||+) $(|| self.$i.never_came())+
            }
        }
    };
}

inputs!(2: A 0, B 1);
inputs!(3: A 0, B 1, C 2);
inputs!(4: A 0, B 1, C 2, D 3);
inputs!(5: A 0, B 1, C 2, D 3, E 4);
inputs!(6: A 0, B 1, C 2, D 3, E 4, F 5);
inputs!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
inputs!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
inputs!(9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
inputs!(10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
inputs!(11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
inputs!(12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use core::iter::from_fn;

    /// What leaves at one meeting.
    fn all<L: Lanes>(combine: &mut CombineLatest<L>) -> Vec<L::Items> {
        from_fn(|| combine.pop()).collect()
    }

    #[test]
    fn a_tuple_at_each_change_once_all_have_come() {
        let (mut combine, _) = combine_latest((Ty::new(), Ty::new()));
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
        let (mut combine, _) = combine_latest((Ty::new(), Ty::new()));
        for item in 1..=2 {
            combine.lanes.1.push(item - 1);
            combine.lanes.0.push(item + 1);
            assert_eq!(all(&mut combine), [(item + 1, item - 1)]);
        }
    }

    #[test]
    fn several_changes_of_one_input_are_all_given() {
        let (mut combine, _) = combine_latest((Ty::new(), Ty::new()));
        combine.lanes.0.push(1);
        combine.lanes.0.push(2);
        combine.lanes.0.push(3);
        combine.lanes.1.push('A');
        combine.lanes.1.push('B');
        assert_eq!(all(&mut combine), [(1, 'A'), (2, 'B'), (3, 'B')]);
    }

    #[test]
    fn those_before_the_first_of_another_are_replaced() {
        let (mut combine, _) = combine_latest((Ty::new(), Ty::new(), Ty::new()));
        (1..=3).for_each(|item| combine.lanes.0.push(item));
        combine.lanes.1.push('A');
        assert_eq!(all(&mut combine), []);
        combine.lanes.2.push(0.5);
        assert_eq!(all(&mut combine), [(3, 'A', 0.5)]);
    }

    #[test]
    fn only_inputs_in_emit_on_give_tuples() {
        let (mut combine, _) = combine_latest_on((Ty::new(), Ty::new()), [true, false]);
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
        let (mut combine, _) = combine_latest((Ty::new(), Ty::new()));
        combine.lanes.0.push(1);
        combine.lanes.0.close();
        assert_eq!(all(&mut combine), []);
        assert!(!combine.is_over() && !combine.lanes.0.wants() && combine.lanes.1.wants());
        combine.lanes.1.push('A');
        combine.lanes.1.close();
        assert!(!combine.is_over());
        assert_eq!(all(&mut combine), [(1, 'A')]);
        assert!(combine.is_over());

        let (mut combine, _) = combine_latest_on((Ty::new(), Ty::new()), [true, false]);
        combine.lanes.0.push(1);
        combine.lanes.1.push('A');
        combine.lanes.0.close();
        assert_eq!(all(&mut combine), [(1, 'A')]);
        assert!(combine.is_over());
    }

    #[test]
    fn it_is_over_when_an_input_ends_without_an_item() {
        let (mut combine, _) = combine_latest((Ty::<u8>::new(), Ty::<u8>::new()));
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
        let (mut combine, _) = combine_latest((t, t, t, t, t, t, t, t, t, t, t, t));
        macro_rules! fill {
            ($($i:tt)+) => {$( assert!(combine.pop().is_none()); combine.lanes.$i.push($i); )+};
        }
        fill!(0 1 2 3 4 5 6 7 8 9 10 11);
        assert_eq!(combine.pop(), Some((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
    }
}
