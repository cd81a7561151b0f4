//! The time of a region: at work, without input, or held up.
//!
//! The clock is read where a region yields. When it does not work its state says why, as
//! whoever it waits for has set it.

use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::RegionShares;

/// The reason that a region does not go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It works, or waits for a function that a stage awaits.
    Busy = 0,
    /// It waits for input.
    Waiting = 1,
    /// It waits for room behind it.
    HeldUp = 2,
    /// It has not begun, or is over.
    Apart = 3,
}

/// The mark of a region that is polled, and has found nothing to do so far. Where it finds
/// nothing, it has not worked, and no clock is read.
const STILL: u8 = 0x80;

/// The place of the time in which a region is polled, behind those of its states.
const COMPUTES: u8 = 4;

/// The times of one region, in nanoseconds. The task of the flow alone writes them.
pub(super) struct Times {
    /// By the state, and last those in which it was polled: it computed.
    spent: [AtomicU64; 8],
    state: AtomicU8,
    /// The time at which the state was entered, since the beginning of the flow.
    since: AtomicU64,
    /// The queue that has no room.
    holder: AtomicUsize,
}

impl Times {
    pub(super) fn new() -> Self {
        Self {
            spent: [const { AtomicU64::new(0) }; 8],
            state: AtomicU8::new(State::Apart as u8),
            since: AtomicU64::new(0),
            holder: AtomicUsize::new(usize::MAX),
        }
    }

    fn set(&self, state: State) {
        self.state.store(state as u8, Relaxed);
    }

    /// It has what it may have waited for.
    #[inline(always)]
    pub(super) fn goes_on(&self) {
        self.set(State::Busy);
    }

    /// It waits, and may have done so before.
    pub(super) fn waits(&self, state: State) {
        if self.state.load(Relaxed) & !STILL != state as u8 {
            self.set(state);
        }
    }

    /// As [`waits`](Self::waits), for room in a queue.
    pub(super) fn held_by(&self, queue: usize) {
        self.holder.store(queue, Relaxed);
        self.waits(State::HeldUp);
    }

    pub(super) fn holder(&self) -> usize {
        self.holder.load(Relaxed)
    }

    /// Returns why it does not go on.
    pub(super) fn state(&self) -> State {
        match self.state.load(Relaxed) & !STILL {
            0 => State::Busy,
            1 => State::Waiting,
            2 => State::HeldUp,
            _ => State::Apart,
        }
    }

    /// Gives the time since it was last asked to the state it was in.
    fn account(&self, state: u8, now: u64) {
        let since = self.since.load(Relaxed);
        let spent = &self.spent[usize::from(state & !STILL) % 8];
        add(spent, now.saturating_sub(since));
        self.since.store(now.max(since), Relaxed);
    }

    /// The region is polled.
    pub(super) fn resume(&self, now: u64) {
        let state = self.state.load(Relaxed);
        self.account(state, now);
        match state == State::Apart as u8 {
            true => self.set(State::Busy),
            false => self.state.store(state | STILL, Relaxed),
        }
    }

    /// The region yields: what it did was work, where it did something. `now` reads the clock.
    pub(super) fn suspend(&self, now: impl FnOnce() -> u64, over: bool) {
        let state = self.state.load(Relaxed);
        if state & STILL != 0 && !over {
            self.state.store(state & !STILL, Relaxed);
            return;
        }
        self.account(COMPUTES, now());
        if over {
            self.set(State::Apart);
        }
    }

    /// Returns the nanoseconds for which it has computed, up to when it last yielded.
    pub(super) fn computed(&self) -> u64 {
        self.spent[usize::from(COMPUTES)].load(Relaxed)
    }

    /// Returns the nanoseconds in each state, up to now.
    pub(super) fn spent(&self, now: u64) -> [u64; 3] {
        let state = usize::from(self.state.load(Relaxed) & !STILL);
        let open = now.saturating_sub(self.since.load(Relaxed));
        let mut spent = std::array::from_fn(|index| {
            let more = if index == state { open } else { 0 };
            self.spent[index].load(Relaxed) + more
        });
        spent[0] += self.computed();
        spent
    }
}

/// Adds to a time. Nobody else writes it.
pub(super) fn add(time: &AtomicU64, more: u64) {
    time.store(time.load(Relaxed) + more, Relaxed);
}

/// Returns the shares of the time of a flow, which add up to 1. A region that has not begun, or
/// is over, waits for input.
#[allow(clippy::cast_precision_loss, reason = "shares of a time")]
pub(super) fn shares(stages: &[&str], [busy, _, held_up]: [u64; 3], flow: u64) -> RegionShares {
    let total = flow.max(busy + held_up).max(1) as f64;
    let [busy, held_up] = [busy, held_up].map(|spent| spent as f64 / total);
    RegionShares {
        stages: stages.iter().map(ToString::to_string).collect(),
        busy,
        // Rounded, the others may be more than all.
        waiting: (1.0 - busy - held_up).max(0.0),
        held_up,
    }
}

impl Times {
    /// The flow has ended.
    pub(super) fn over(&self, now: u64) {
        self.account(self.state.load(Relaxed), now);
        self.set(State::Apart);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_share_is_below_nothing_or_above_all() {
        for (busy, held_up) in
            (0..200).flat_map(|busy| (0..200).map(move |held_up| (busy, held_up)))
        {
            let of = shares(&[], [busy, 0, held_up], busy + held_up);
            let all = [of.busy, of.waiting, of.held_up];
            assert!(
                all.iter().all(|share| (0.0..=1.0).contains(share)),
                "{of:?}"
            );
            assert!(
                busy + held_up == 0 || (all.iter().sum::<f64>() - 1.0).abs() < 1e-9,
                "{of:?}"
            );
        }
    }
}
