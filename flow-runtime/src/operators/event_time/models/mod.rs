//! The operators beside naive models of them, on random items.
//!
//! `EVENT_TIME_CASES` says how many cases each; 20,000 take some minutes.

mod aggregates;
mod in_order;
mod windows;

use std::env;

/// Runs a test on many seeds. A case that fails is named by its seed.
fn cases(test: impl Fn(&mut Random)) {
    let given = env::var("EVENT_TIME_CASES").ok();
    let cases = given.and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    for seed in 0..cases {
        let mut random = Random::new(seed);
        test(&mut random);
    }
}

/// Random numbers that are the same every time.
pub(super) struct Random {
    /// The name of the case.
    pub(super) seed: u64,
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { seed, state }
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % end
    }

    /// A number in a range.
    pub(super) fn within(&mut self, start: i64, end: i64) -> i64 {
        let length = u64::try_from(end - start).expect("a range");
        start + i64::try_from(self.below(length)).expect("below the end")
    }

    /// Items that come a little out of order, from below zero on.
    fn items(&mut self) -> Vec<Item> {
        let mut now = self.within(-20, 5);
        let (step, back) = (1 + self.below(6), 1 + self.within(0, 10));
        (0..self.below(40))
            .map(|place| {
                now += i64::try_from(self.below(step)).expect("small");
                let at = now - self.within(0, back);
                let key = self.below(3);
                Item { at, key, place }
            })
            .collect()
    }

    /// Items in order, a few of them not.
    fn sorted(&mut self) -> Vec<Item> {
        let mut now = self.within(-20, 5);
        let step = 1 + self.within(0, 8);
        (0..self.below(40))
            .map(|place| {
                now += self.within(0, step);
                let wrong = i64::from(self.below(10) == 0);
                let at = now - wrong * self.within(0, 6);
                let key = self.below(3);
                Item { at, key, place }
            })
            .collect()
    }
}

/// An item with a time and a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Item {
    at: i64,
    key: u64,
    /// Its place among all.
    place: u64,
}
