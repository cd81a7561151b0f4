//! One pace: no more than so many within any stretch of time, and those evenly.
//!
//! Two rules hold together. The *beat* puts even gaps between what begins: after
//! something of `w` units the next is due `w * d / n` later. The *window* remembers
//! what began within the last `d`, so that not even lateness that is made up, or a
//! burst, lets more than `n` begin within any `d`.

use core::time::Duration;
use std::collections::VecDeque;

use tokio::time::Instant;

use crate::knobs::Setting;
use crate::region::timer::later;

/// The most lateness of a timer that is made up: timers go by milliseconds.
const LATE: Duration = Duration::from_millis(2);

/// A pace: `n` within any `d`.
pub(super) struct Rate {
    counted: Counted,
    d: Setting<Duration>,
    /// The time at which the beat began anew.
    base: Option<Instant>,
    /// The units since then: the next is due `done * d / n` behind `base`.
    done: u128,
    /// The beginnings within the last `d`: their times, and their units.
    window: VecDeque<(Instant, u64)>,
    /// The units in the window.
    within: u128,
    /// The one that began last.
    last: Option<Instant>,
    /// True when the window holds somebody up whom the beat would let begin: time that
    /// passes so is not idle, and is not saved up for a burst.
    held: bool,
}

/// The things that a pace counts.
pub(super) enum Counted {
    /// It counts beginnings, each as one; so many.
    Begins(Setting<u32>),
    /// The units of what begins; so many.
    Units(Setting<u64>),
}

impl Rate {
    pub(super) fn new(counted: Counted, d: Setting<Duration>) -> Self {
        Self {
            counted,
            d,
            base: None,
            done: 0,
            window: VecDeque::new(),
            within: 0,
            last: None,
            held: false,
        }
    }

    fn n(&self) -> u64 {
        match &self.counted {
            Counted::Begins(n) => (*n.get()).into(),
            Counted::Units(n) => *n.get(),
        }
    }

    fn d(&self) -> Duration {
        *self.d.get()
    }

    /// Reads its knobs. What is still to be made up for is so at the new pace; what
    /// began within the old time is what the new one knows of.
    pub(super) fn renew(&mut self, now: Instant) {
        let due = self.base.map(|base| self.behind(base, self.done));
        let (n, d) = (self.n(), self.d());
        match &mut self.counted {
            Counted::Begins(n) => n.renew(),
            Counted::Units(n) => n.renew(),
        }
        self.d.renew();
        let Some(due) = due.filter(|_| (n, d) != (self.n(), self.d())) else {
            return;
        };
        let left = due.saturating_duration_since(now);
        if left.is_zero() {
            (self.base, self.done) = (Some(due), 0);
            return;
        }
        let [old, new] = [(n, d), (self.n(), self.d())].map(|(n, d)| d.as_secs_f64() / n as f64);
        let left = left.as_secs_f64() / old;
        let due = later(
            now,
            Duration::try_from_secs_f64(left * new).unwrap_or(Duration::MAX),
        );
        // The whole units, and the rest of one before them: a burst counts in units.
        self.done = left.ceil() as u128;
        let before = Duration::try_from_secs_f64(left.ceil() * new).unwrap_or(Duration::MAX);
        self.base = due.checked_sub(before).or(Some(now));
    }

    /// As many as this counts something of so many units for.
    fn weight(&self, units: u64) -> u64 {
        match self.counted {
            Counted::Begins(_) => 1,
            Counted::Units(_) => units,
        }
    }

    /// Returns when something of so many units may begin; `None` is now. Up to
    /// `burst` alike begin at once after idle time.
    pub(super) fn due(&mut self, now: Instant, units: u64, burst: u32) -> Option<Instant> {
        let weight = self.weight(units);
        if weight == 0 {
            return None;
        }
        let beat = self.beat(weight, burst).filter(|due| *due > now);
        let window = self.room(now);
        self.held |= burst > 1 && window > beat;
        beat.max(window)
    }

    /// Counts something that begins; it has been ready since `ready`.
    pub(super) fn take(&mut self, now: Instant, ready: Instant, units: u64, burst: u32) {
        let weight = self.weight(units);
        if weight == 0 {
            return;
        }
        if std::mem::take(&mut self.held) {
            self.base = Some(now);
            self.done = u128::from(weight) * u128::from(burst - 1);
        } else if !self.is_on_beat(now, ready) {
            self.base = Some(now);
            self.done = 0;
        }
        self.last = Some(now);
        self.done += u128::from(weight);
        self.settle(now);
        self.within += u128::from(weight);
        match self.window.back_mut() {
            Some((at, within)) if *at == now => *within = within.saturating_add(weight),
            _ => self.window.push_back((now, weight)),
        }
    }

    /// Returns whether something that begins now keeps the beat, and does not begin it
    /// anew: it is not late, or its timer is late and not itself.
    fn is_on_beat(&self, now: Instant, ready: Instant) -> bool {
        let Some(due) = self.base.map(|base| self.behind(base, self.done)) else {
            return false;
        };
        let late = now.saturating_duration_since(due);
        // Who comes right behind another that its timer let begin too late.
        let follows = self.last.is_some_and(|last| ready <= later(last, LATE));
        late.is_zero() || (late <= LATE && (ready <= due || follows))
    }

    /// The time at which the beat is due for something of this weight.
    fn beat(&self, weight: u64, burst: u32) -> Option<Instant> {
        let saved = u128::from(weight) * u128::from(burst - 1);
        let base = self.base?;
        Some(self.behind(base, self.done.saturating_sub(saved)))
    }

    /// The moment so many units behind another.
    fn behind(&self, base: Instant, units: u128) -> Instant {
        let nanos = units.saturating_mul(self.d().as_nanos());
        let nanos = nanos.div_ceil(u128::from(self.n()));
        let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
        later(base, Duration::new(seconds, (nanos % 1_000_000_000) as u32))
    }

    /// Moves the base on by one whole stretch that has passed, so that the count stays
    /// small.
    fn settle(&mut self, now: Instant) {
        let n = u128::from(self.n());
        if let Some(base) = self.base
            && self.done > n
            && later(base, self.d()) <= now
        {
            self.base = Some(later(base, self.d()));
            self.done -= n;
        }
    }

    /// The time at which the window has room; `None` is now.
    fn room(&mut self, now: Instant) -> Option<Instant> {
        let (n, d) = (u128::from(self.n()), self.d());
        while let Some((at, weight)) = self.window.front()
            && later(*at, d) <= now
        {
            self.within -= u128::from(*weight);
            self.window.pop_front();
        }
        let mut within = self.within;
        let mut room = None;
        for (at, weight) in &self.window {
            if within < n {
                break;
            }
            within -= u128::from(*weight);
            room = Some(later(*at, d));
        }
        room
    }
}
