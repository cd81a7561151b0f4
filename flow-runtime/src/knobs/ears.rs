//! Those who hear when a knob is turned.

use std::sync::{Arc, Weak};

use crate::sync::AtomicWaker;

/// The least number of ears that are looked through for deaf ones.
const FEW: usize = 8;

/// Something that does otherwise once a knob is turned.
pub(crate) trait Hears: Send + Sync {
    /// Is called after the knob has its new value, by the thread that turned it, which
    /// holds no lock of the knob.
    fn turned(&self);
}

impl Hears for AtomicWaker {
    fn turned(&self) {
        self.wake();
    }
}

/// Everybody who is told of a turn. Who is dropped is forgotten.
#[derive(Clone)]
pub(super) struct Ears {
    ears: Vec<Weak<dyn Hears>>,
    /// The number at which those who are gone are looked for: so a knob that many flows
    /// use one after the other does not grow, and adding one costs little.
    full: usize,
}

impl Ears {
    pub(super) fn new() -> Self {
        Self {
            ears: Vec::new(),
            full: FEW,
        }
    }

    pub(super) fn add(&mut self, ear: Weak<dyn Hears>) {
        if self.ears.len() >= self.full {
            self.ears.retain(|ear| ear.strong_count() > 0);
            self.full = FEW.max(2 * self.ears.len());
        }
        self.ears.push(ear);
    }

    /// Tells all of them.
    pub(super) fn tell(&self) {
        let living = self.ears.iter().filter_map(Weak::upgrade);
        living.for_each(|ear: Arc<dyn Hears>| ear.turned());
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_is_gone_takes_no_room() {
        let mut ears = Ears::new();
        let living = Arc::new(AtomicWaker::new());
        for _ in 0..1_000 {
            let gone = Arc::new(AtomicWaker::new());
            let gone: Weak<AtomicWaker> = Arc::downgrade(&gone);
            ears.add(gone);
        }
        for _ in 0..100 {
            let ear: Weak<AtomicWaker> = Arc::downgrade(&living);
            ears.add(ear);
        }
        assert!(ears.ears.len() < 120, "{}", ears.ears.len());
    }
}
