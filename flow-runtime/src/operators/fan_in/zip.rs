//! `zip`: pairs first with first.

use super::side::{Side, Slot};
use crate::error::Error;
use crate::region::queue::Bounded;
use crate::ty::Ty;

/// Pairs the items of its inputs, first with first, as tuples.
///
/// Inputs of one source that arrive exactly once for each other are paired in
/// place. Otherwise items wait for the other inputs; `capacity = n` bounds how
/// many, and then it gives a `Result`.
#[inline]
#[must_use]
pub fn zip<W: Witnesses>(_: W) -> Ty<W::Items, W::Mode> {
    Ty::of_mode()
}

/// [`zip`] with a `capacity`.
#[inline]
#[must_use]
pub fn zip_within<W: Witnesses>(_: W) -> Ty<Result<W::Items, Error>, W::Mode> {
    Ty::of_mode()
}

/// Pairs that never wait fit any capacity.
///
/// # Errors
///
/// None.
#[inline]
pub fn fits<T>(pair: T) -> Result<T, Error> {
    Ok(pair)
}

/// The first of each queue, once there is one in every queue.
#[inline]
pub fn pair<Q: Queues>(mut queues: Q) -> Option<Q::Items> {
    queues.is_ready().then(|| queues.pop()).flatten()
}

/// As [`pair`]; what did not fit comes first, and what is left without a
/// counterpart beyond the capacity last.
#[inline]
pub fn pair_within<Q: BoundedQueues>(mut queues: Q) -> Option<Result<Q::Items, Error>> {
    if let Some(error) = queues.refused() {
        return Some(Err(error));
    }
    if queues.is_ready() {
        return queues.pop().map(Ok);
    }
    queues.excess().map(Err)
}

/// The witnesses of several inputs.
pub trait Witnesses {
    /// One item of each.
    type Items;

    /// The mode of the chain that they stand in.
    type Mode;
}

/// An input at which items wait for the others.
pub trait Waits {
    /// The type of the items.
    type Item;

    /// Returns whether nothing waits.
    fn is_empty(&self) -> bool;

    /// The item that waited for longest.
    fn pop(&mut self) -> Option<Self::Item>;
}

macro_rules! waits {
    ($($Input:ident),+) => {$(
        impl<T> Waits for $Input<T> {
            type Item = T;

            #[inline]
            fn is_empty(&self) -> bool {
                self.is_empty()
            }

            #[inline]
            fn pop(&mut self) -> Option<T> {
                self.pop()
            }
        }
    )+};
}

waits!(Slot, Side, Bounded);

/// The queues of several inputs.
pub trait Queues {
    /// One item of each.
    type Items;

    /// Returns whether there is an item in every one.
    fn is_ready(&self) -> bool;

    /// The first item of each.
    fn pop(&mut self) -> Option<Self::Items>;
}

/// The queues of several inputs, each with a capacity.
pub trait BoundedQueues: Queues {
    /// Says that an item had no place.
    fn refused(&mut self) -> Option<Error>;

    /// Drops an item that waits beyond the capacity, and says so.
    fn excess(&mut self) -> Option<Error>;
}

macro_rules! tuples {
    ($($T:ident $index:tt),+) => {
        impl<$($T,)+ M> Witnesses for ($(Ty<$T, M>,)+) {
            type Items = ($($T,)+);
            type Mode = M;
        }

        impl<$($T: Waits),+> Queues for ($(&mut $T,)+) {
            type Items = ($($T::Item,)+);

            #[inline]
            fn is_ready(&self) -> bool {
                $(!self.$index.is_empty())&&+
            }

            #[inline]
            fn pop(&mut self) -> Option<Self::Items> {
                Some(($(self.$index.pop()?,)+))
            }
        }

        impl<$($T),+> BoundedQueues for ($(&mut Bounded<$T>,)+) {
            #[inline]
            fn refused(&mut self) -> Option<Error> {
                $(if let Some(error) = self.$index.refused() {
                    return Some(error);
                })+
                None
            }

            #[inline]
            fn excess(&mut self) -> Option<Error> {
                None$(.or_else(|| self.$index.excess()))+
            }
        }
    };
}

tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::fan_in::side::side;

    #[test]
    fn nothing_leaves_until_every_input_has_an_item() {
        let (mut a, mut b) = (side(Ty::new()), side(Ty::new()));
        a.push(1);
        a.push(2);
        assert_eq!(pair((&mut a, &mut b)), None);
        b.push('x');
        assert_eq!(pair((&mut a, &mut b)), Some((1, 'x')));
        assert_eq!(pair((&mut a, &mut b)), None);
        assert_eq!(a.len(), 1);
    }
}
