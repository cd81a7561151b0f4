//! Marks that say of what items something was made, and an account of those that are held:
//! for tests of operators.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Mark, Marks};

/// The places of items.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Places(pub(crate) Vec<u64>);

impl Mark for Places {
    type With<X> = (X, Self);

    fn with<X>(self, given: X) -> (X, Self) {
        (given, self)
    }

    fn apart<X>(given: (X, Self)) -> (X, Self) {
        given
    }

    fn leave_with<X>(&mut self, given: Option<X>) -> Option<(X, Self)> {
        given.map(|given| (given, std::mem::take(self)))
    }
}

/// Counts how often the items of each place are held.
#[derive(Default)]
pub(crate) struct Account(RefCell<BTreeMap<u64, u32>>);

impl Account {
    /// Returns the mark of an item that comes.
    pub(crate) fn come(&self, place: u64) -> Places {
        self.hold(place);
        Places(vec![place])
    }

    fn hold(&self, place: u64) {
        *self.0.borrow_mut().entry(place).or_default() += 1;
    }

    /// Returns the items that are held.
    pub(crate) fn held(&self) -> Vec<u64> {
        self.0.borrow().keys().copied().collect()
    }
}

impl Marks for Account {
    type Mark = Places;

    fn join(&self, held: &mut Places, mark: Places) {
        held.0.extend(mark.0);
    }

    fn keep(&self, held: &mut Places, mark: &Places) {
        mark.0.iter().for_each(|place| self.hold(*place));
        held.0.extend(&mark.0);
    }

    fn release(&self, mark: Places) {
        for place in mark.0 {
            let mut held = self.0.borrow_mut();
            let count = held.get_mut(&place).expect("an item that is held");
            *count -= 1;
            if *count == 0 {
                held.remove(&place);
            }
        }
    }
}
