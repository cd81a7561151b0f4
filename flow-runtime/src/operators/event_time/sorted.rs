//! The demand of all windows on their input: that it is sorted.

use super::time::Time;
use crate::unsorted::Unsorted;

/// The newest time of an operator, and the number of items that came.
#[derive(Clone, Copy)]
pub struct Sorted<X> {
    /// The newest time so far.
    pub(super) newest: Option<X>,
    /// The time of the first item.
    pub(super) first: Option<X>,
    came: u64,
}

impl<X: Time> Sorted<X> {
    pub(super) const fn new() -> Self {
        Self {
            newest: None,
            first: None,
            came: 0,
        }
    }

    /// Numbers an item, and refuses one that is older than one before it.
    #[inline]
    pub(super) fn accept(&mut self, at: X) -> (u64, Result<(), Unsorted>) {
        let number = self.came;
        self.came += 1;
        match self.newest {
            Some(newest) if at < newest => (number, Err(Unsorted::new(at.told(newest)))),
            _ => {
                self.newest = Some(at);
                self.first.get_or_insert(at);
                (number, Ok(()))
            }
        }
    }
}

/// Panics where a length is zero, or negative.
#[track_caller]
pub(super) fn demand_length<X: Time>(operator: &str, what: &str, gap: X::Gap) {
    assert!(
        gap > X::ZERO,
        "`{operator}`: `{what}` must be more than zero"
    );
}
