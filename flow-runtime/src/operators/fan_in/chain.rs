//! `chain`: all of one input, then all of the next.
//!
//! An input whose turn has not come is not pulled, and sources that lead to no other
//! one are not begun. What comes nevertheless, pushed by the program or from a source
//! that another input shares, waits.

mod gate;

use std::collections::VecDeque;

pub use self::gate::Gate;
use crate::error::{Error, ErrorKind};
use crate::ty::{Ty, When};

/// Gives all items of its first input, then all of the second, and so on.
#[inline]
pub fn chain<L: Lanes<Item = T>, T>(lanes: L) -> (When<T, Chain<L>>, Ty<T>) {
    let lanes = first(lanes);
    (Chain { lanes }, Ty::new())
}

/// [`chain`] in which no more than `capacity` items of an input may wait for its turn;
/// `names` are what the user calls the inputs.
///
/// # Panics
///
/// Where `capacity` is zero.
#[inline]
#[track_caller]
pub fn chain_within<L: Lanes<Item = T>, T, const N: usize>(
    lanes: L,
    names: [&'static str; N],
    capacity: usize,
) -> (When<T, ChainWithin<L, N>>, Ty<Result<T, Error>>) {
    assert!(capacity > 0, "the capacity of `chain` must not be zero");
    let mut lanes = first(lanes);
    lanes.bound(capacity);
    let chain = ChainWithin {
        lanes,
        names,
        capacity,
    };
    (chain, Ty::new())
}

/// Lets the items of an input wait for its turn.
#[inline]
#[must_use]
pub const fn in_turn<T, M>(_: Ty<T, M>) -> InTurn<T> {
    InTurn {
        items: VecDeque::new(),
        due: false,
        closed: false,
        capacity: usize::MAX,
        refused: 0,
        gate: None,
    }
}

fn first<L: Lanes>(mut lanes: L) -> L {
    lanes.begin();
    lanes
}

/// The inputs of a `chain`.
#[derive(Clone)]
pub struct Chain<L> {
    /// The inputs, to push into and to close.
    pub lanes: L,
}

/// The inputs of a `chain` in which only so many items wait.
#[derive(Clone)]
pub struct ChainWithin<L, const N: usize> {
    /// The inputs, to push into and to close.
    pub lanes: L,
    names: [&'static str; N],
    capacity: usize,
}

// What the methods demand they say themselves: inputs of different types are one mistake.
impl<L> Chain<L> {
    /// The next item.
    #[inline]
    pub fn pop(&mut self) -> Option<L::Item>
    where
        L: Lanes,
    {
        self.lanes.pop()
    }

    /// Returns whether every input has ended and given all it had.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool
    where
        L: Lanes,
    {
        self.lanes.is_over()
    }
}

impl<L, const N: usize> ChainWithin<L, N> {
    /// Returns how many items of an input may wait.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// The next item, or that one found no room: it was dropped.
    #[inline]
    pub fn pop(&mut self) -> Option<Result<L::Item, Error>>
    where
        L: Lanes,
    {
        if let Some(item) = self.lanes.pop() {
            return Some(Ok(item));
        }
        let input = self.lanes.refused()?;
        Some(Err(overflow(self.names[input], self.capacity)))
    }

    /// Returns whether every input has ended and given all it had, and all that was
    /// refused is told.
    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool
    where
        L: Lanes,
    {
        self.lanes.is_over()
    }
}

#[cold]
fn overflow(input: &str, capacity: usize) -> Error {
    let message = format!("more than {capacity} items of the input `{input}` wait for its turn");
    Error::new(ErrorKind::Capacity, message)
}

/// An input of a `chain`.
pub struct InTurn<T> {
    items: VecDeque<T>,
    /// True when all inputs before have ended.
    due: bool,
    closed: bool,
    /// The number that may wait until it is due.
    capacity: usize,
    /// The number that found no room, and are to be told of.
    refused: usize,
    /// Opened when it is due, for the regions that wait for that.
    gate: Option<Gate>,
}

impl<T: Clone> Clone for InTurn<T> {
    /// Copies the items, and not the gate: nothing waits for the turns of a copy.
    fn clone(&self) -> Self {
        Self {
            items: self.items.clone(),
            gate: None,
            ..*self
        }
    }
}

impl<T> InTurn<T> {
    /// Takes an item of this input. Before its turn one that finds no room is dropped
    /// and reported.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.due || self.items.len() < self.capacity {
            self.items.push_back(item);
        } else {
            self.refused += 1;
        }
    }

    /// Says that nothing more will come.
    #[inline]
    pub fn close(&mut self) {
        self.closed = true;
        // Whoever waits to be begun is told that nobody wants it.
        self.open_gate();
    }

    /// Returns whether an item of this input could leave now.
    #[inline]
    #[must_use]
    pub fn wants(&self) -> bool {
        self.due && !self.closed && self.items.is_empty()
    }

    /// Returns whether its turn has come.
    #[inline]
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.due
    }

    /// Returns how many items wait.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Opens when its turn comes.
    pub fn gate(&mut self) -> Gate {
        let open = self.due || self.closed;
        self.gate.get_or_insert_with(|| Gate::new(open)).clone()
    }

    fn begin(&mut self) {
        self.due = true;
        self.open_gate();
    }

    #[inline]
    fn open_gate(&mut self) {
        if let Some(gate) = &self.gate {
            gate.open();
        }
    }

    /// The next item. `Err` where there will be none, so that it is the turn of the next
    /// input.
    #[inline]
    fn pop(&mut self) -> Result<Option<T>, ()> {
        match self.items.pop_front() {
            None if self.closed => Err(()),
            item => Ok(item),
        }
    }

    fn is_over(&self) -> bool {
        self.closed && self.items.is_empty() && self.refused == 0
    }

    /// Returns whether there was an item to tell of that found no room.
    fn tell_refused(&mut self) -> bool {
        let told = self.refused > 0;
        self.refused -= usize::from(told);
        told
    }
}

/// Two to twelve inputs, of items of one type.
#[diagnostic::on_unimplemented(
    message = "the inputs of `chain` are of different types",
    label = "its inputs are {Self}",
    note = "bring them to one type before: `-> map(f)`"
)]
pub trait Lanes {
    /// An item of any input.
    type Item;

    /// It is the turn of the first.
    fn begin(&mut self);

    /// No more than `capacity` items of an input may wait.
    fn bound(&mut self, capacity: usize);

    /// The next item.
    fn pop(&mut self) -> Option<Self::Item>;

    /// The input that an item was refused of, which is told once.
    fn refused(&mut self) -> Option<usize>;

    /// Returns whether nothing is left, and nothing more will come.
    fn is_over(&self) -> bool;
}

/// `InTurn<T>`, as often as there are inputs.
macro_rules! of_one_type {
    (@ $i:tt) => { InTurn<T> };
    ($($i:tt)+) => { ($(of_one_type!(@ $i)),+) };
}

macro_rules! lanes {
    ($($i:tt then $next:tt),+; $last:tt) => {
        impl<T> Lanes for of_one_type!($($i)+ $last) {
            type Item = T;

            #[inline]
            fn begin(&mut self) {
                self.0.begin();
            }

            fn bound(&mut self, capacity: usize) {
                $(self.$i.capacity = capacity;)+
                self.$last.capacity = capacity;
            }

            #[inline]
            fn pop(&mut self) -> Option<T> {
                $(
                    if let Ok(item) = self.$i.pop() {
                        return item;
                    }
                    if !self.$next.due {
                        self.$next.begin();
                    }
                )+
                self.$last.pop().unwrap_or_default()
            }

            fn refused(&mut self) -> Option<usize> {
                $(if self.$i.tell_refused() { return Some($i); })+
                self.$last.tell_refused().then_some($last)
            }

            #[inline]
            fn is_over(&self) -> bool {
                $(self.$i.is_over())&&+ && self.$last.is_over()
            }
        }
    };
}

lanes!(0 then 1; 1);
lanes!(0 then 1, 1 then 2; 2);
lanes!(0 then 1, 1 then 2, 2 then 3; 3);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4; 4);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5; 5);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6; 6);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6, 6 then 7; 7);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6, 6 then 7, 7 then 8; 8);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6, 6 then 7, 7 then 8, 8 then 9; 9);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6, 6 then 7, 7 then 8, 8 then 9,
    9 then 10; 10);
lanes!(0 then 1, 1 then 2, 2 then 3, 3 then 4, 4 then 5, 5 then 6, 6 then 7, 7 then 8, 8 then 9,
    9 then 10, 10 then 11; 11);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_has_its_turn_when_those_before_have_ended() {
        let lanes = (
            in_turn(Ty::<char>::new()),
            in_turn(Ty::new()),
            in_turn(Ty::new()),
        );
        let (mut chain, _) = chain(lanes);
        assert!(chain.lanes.0.wants() && !chain.lanes.1.wants());
        chain.lanes.1.push('b');
        assert_eq!(chain.pop(), None);
        chain.lanes.0.push('a');
        assert_eq!((chain.pop(), chain.pop()), (Some('a'), None));
        chain.lanes.0.close();
        assert_eq!((chain.pop(), chain.pop()), (Some('b'), None));
        assert!(!chain.lanes.0.wants() && chain.lanes.1.wants() && !chain.lanes.2.wants());
        chain.lanes.1.close();
        chain.lanes.2.close();
        assert!(chain.pop().is_none() && chain.is_over());
    }

    #[test]
    fn what_finds_no_room_is_told_by_its_input() {
        let lanes = (in_turn(Ty::<i32>::new()), in_turn(Ty::new()));
        let (mut chain, _) = chain_within(lanes, ["left", "right"], 2);
        for n in 1..=3 {
            chain.lanes.1.push(n);
        }
        let error = chain.pop().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Capacity);
        let message = "more than 2 items of the input `right` wait for its turn";
        assert_eq!(error.to_string(), message);
        assert!(chain.pop().is_none());
        for n in 10..20 {
            chain.lanes.0.push(n);
        }
        chain.lanes.0.close();
        chain.lanes.1.close();
        let all: Vec<_> = core::iter::from_fn(|| chain.pop()).collect();
        assert_eq!(all.len(), 12, "the input that is due has no bound");
        assert!(all.iter().all(Result::is_ok) && chain.is_over());
    }

    #[test]
    fn a_gate_opens_with_the_turn_or_with_the_end() {
        let lanes = (in_turn::<u8, _>(Ty::new()), in_turn(Ty::new()));
        let (mut opened, _) = chain(lanes);
        let gate = opened.lanes.1.gate();
        assert!(!gate.is_open() && opened.lanes.0.gate().is_open());
        opened.lanes.0.close();
        assert!(opened.pop().is_none() && gate.is_open());
        let lanes = (in_turn::<u8, _>(Ty::new()), in_turn(Ty::new()));
        let (mut unwanted, _) = chain(lanes);
        let gate = unwanted.lanes.1.gate();
        unwanted.lanes.1.close();
        assert!(gate.is_open());
    }
}
