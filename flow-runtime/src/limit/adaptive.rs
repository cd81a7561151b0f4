//! The size that the other side takes, found by trying.
//!
//! It doubles in every clean round until the first refusal; an episode of refusals cuts
//! it once. Then it grows by little in every clean round. Below the size that was
//! refused last it waits for three of them. Where that size is taken now, the other side takes
//! more than it did, and each further round grows by more. Grown is only what is made
//! use of.
//!
//! ```text
//! 2  4  8  16  32  refused  25  26  28  29  30, 30, 30  32  35  42  51  …
//! ```

use core::ops::RangeInclusive;

use super::outcome::Outcome;
use crate::knobs::Setting;

/// The share that a cut leaves.
const CUT: f64 = 0.8;

/// The growth in a clean round behind a cut.
const STEP: f64 = 0.05;

/// The factor by which each further clean round grows more, once more is taken than
/// was refused.
const FASTER: f64 = 2.0;

/// The most growth in a clean round behind a cut.
const FASTEST: f64 = 0.2;

/// The growth before the first refusal.
const DOUBLE: f64 = 1.0;

/// The clean rounds that the last size below the one refused has to stand.
const ROUNDS: usize = 3;

/// The share of the places that has to be in use for more to be made.
const USED: f64 = 0.8;

/// A number of places between two bounds.
pub(super) struct Adaptive {
    bounds: Setting<RangeInclusive<usize>>,
    /// The places, of which the whole ones count.
    size: f64,
    /// The growth in the next clean round.
    step: f64,
    /// The size that was refused last.
    full: f64,
    /// The number of successes in this round.
    clean: usize,
    /// The most that ran in this round.
    peak: usize,
    /// The number before which all that began belongs to an episode of refusals that is known.
    fresh: u64,
}

impl Adaptive {
    pub(super) fn new(bounds: Setting<RangeInclusive<usize>>) -> Self {
        Self {
            size: *bounds.get().start() as f64,
            bounds,
            step: DOUBLE,
            full: 0.0,
            clean: 0,
            peak: 0,
            fresh: 0,
        }
    }

    pub(super) fn places(&self) -> usize {
        (self.size as usize).clamp(self.least(), self.most())
    }

    /// The bounds, as they are set.
    pub(super) fn bounds(&self) -> &Setting<RangeInclusive<usize>> {
        &self.bounds
    }

    /// Reads the knob of its bounds; the size is moved into them.
    pub(super) fn renew(&mut self) {
        self.bounds.renew();
        self.size = self.size.clamp(self.least() as f64, self.most() as f64);
    }

    fn least(&self) -> usize {
        *self.bounds.get().start()
    }

    fn most(&self) -> usize {
        *self.bounds.get().end()
    }

    /// See `Size::ended`.
    pub(super) fn ended(&mut self, outcome: Outcome, number: u64, next: u64, running: usize) {
        let known = number < self.fresh;
        match outcome {
            Outcome::Dropped => {}
            Outcome::Failed => self.begin_round(),
            Outcome::Refused if known => {}
            Outcome::Refused => {
                self.full = self.size;
                self.size = (self.size * CUT).max(self.least() as f64);
                self.step = STEP;
                self.fresh = next;
                self.begin_round();
            }
            // What began before a cut says nothing of the size behind it.
            Outcome::Done if known => {}
            Outcome::Done => {
                self.clean += 1;
                self.peak = self.peak.max(running);
                if self.clean >= self.rounds() * self.places() {
                    self.grow();
                }
            }
        }
    }

    /// Returns how many clean rounds it takes to grow.
    fn rounds(&self) -> usize {
        let grown = self.size * (1.0 + self.step);
        if (self.size..grown).contains(&self.full) {
            ROUNDS
        } else {
            1
        }
    }

    /// Rounds have been clean.
    fn grow(&mut self) {
        if self.peak as f64 >= USED * self.size.floor() {
            self.size = (self.size * (1.0 + self.step)).min(self.most() as f64);
            if self.full > 0.0 && self.size > self.full {
                self.step = (self.step * FASTER).min(FASTEST);
            }
        }
        self.begin_round();
    }

    fn begin_round(&mut self) {
        self.clean = 0;
        self.peak = 0;
    }
}
