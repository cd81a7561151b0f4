//! Everything that a flow and those who watch it share.

use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use tokio::time::Instant;

use super::{
    about::About, blocks::Blocks, errors::Errors, jobs::Running, moments::Moments, times::Times,
};
use crate::{Budget, Limit};

/// The numbers of a flow.
pub struct Shared {
    pub(super) about: &'static About,
    pub(super) blocks: Blocks,
    pub(super) regions: Box<[Times]>,
    pub(super) queues: Box<[Fill]>,
    pub(super) moments: Moments,
    pub(super) jobs: Box<[Running]>,
    pub(super) errors: Box<[Errors]>,
    /// By the stage's functions: how many artifacts were there, and how many were made.
    pub(super) artifacts: Box<[[AtomicU64; 2]]>,
    /// The limits and budgets, with the stages that are under them.
    pub(super) under: Mutex<Under>,
    begun: OnceLock<Instant>,
    /// The nanoseconds from there to when the task of the flow last looked at the clock.
    looked: AtomicU64,
    life: Mutex<Life>,
}

/// The limits and budgets of a flow.
#[derive(Default)]
pub(super) struct Under {
    pub(super) limits: Vec<(&'static str, Limit)>,
    pub(super) budgets: Vec<(&'static str, Budget)>,
}

/// The end of a flow.
#[derive(Clone, Default)]
pub(super) struct Life {
    pub(super) over: Option<Instant>,
    /// The way it ended.
    pub(super) ended: Option<String>,
}

const WORKS: u64 = 1 << 63;

/// The number of items that wait in a place.
pub(super) struct Fill {
    /// The number; the highest bit is set while something is on its way there.
    waiting: AtomicU64,
    /// `u64::MAX` where there is no bound.
    bound: AtomicU64,
}

impl Fill {
    pub(super) fn new() -> Self {
        Self {
            waiting: AtomicU64::new(0),
            bound: AtomicU64::new(u64::MAX),
        }
    }

    pub(super) fn set(&self, waiting: usize, bound: Option<usize>) {
        self.set_held(waiting, bound, false);
    }

    /// Notes how many wait, and may, and whether something is on its way.
    pub(super) fn set_held(&self, waiting: usize, bound: Option<usize>, works: bool) {
        let works = if works { WORKS } else { 0 };
        self.waiting.store(waiting as u64 | works, Relaxed);
        let bound = bound.map_or(u64::MAX, |bound| bound as u64);
        self.bound.store(bound, Relaxed);
    }

    /// Returns whether something is on its way there.
    pub(super) fn works(&self) -> bool {
        self.waiting.load(Relaxed) & WORKS != 0
    }

    /// Notes how many wait, and may, with one of several, of which `before` were noted.
    pub(super) fn change(&self, before: (u64, Option<u64>), now: (u64, Option<u64>)) {
        if before.0 != now.0 {
            self.waiting
                .fetch_add(now.0.wrapping_sub(before.0), Relaxed);
        }
        if before.1 != now.1 {
            let more = now.1.unwrap_or(0).wrapping_sub(before.1.unwrap_or(0));
            let sum = |sum: u64| match sum {
                u64::MAX => more,
                sum => sum.wrapping_add(more),
            };
            // Of none there is no bound.
            let sum = |bound| Some(sum(bound)).filter(|sum| *sum > 0).or(Some(u64::MAX));
            // It is never refused.
            let _ = self.bound.fetch_update(Relaxed, Relaxed, sum);
        }
    }

    pub(super) fn waiting(&self) -> u64 {
        self.waiting.load(Relaxed) & !WORKS
    }

    pub(super) fn bound(&self) -> Option<u64> {
        Some(self.bound.load(Relaxed)).filter(|bound| *bound != u64::MAX)
    }
}

impl Shared {
    pub(super) fn new(about: &'static About) -> Self {
        Self {
            about,
            blocks: Blocks::default(),
            regions: about.regions.iter().map(|_| Times::new()).collect(),
            queues: about.queues.iter().map(|_| Fill::new()).collect(),
            moments: Moments::of(about),
            jobs: about.jobs.iter().map(|_| Running::default()).collect(),
            errors: about.errors.iter().map(|_| Errors::new()).collect(),
            artifacts: about.jobs.iter().map(|_| Default::default()).collect(),
            under: Mutex::default(),
            begun: OnceLock::new(),
            looked: AtomicU64::new(0),
            life: Mutex::default(),
        }
    }

    fn alive(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn life(&self) -> Life {
        self.alive().clone()
    }

    /// The flow begins, unless it has. Returns whether it had not.
    pub(super) fn begin(&self) -> bool {
        self.begun.get().is_none() && self.begun.set(Instant::now()).is_ok()
    }

    /// The flow has ended; the first word on it counts.
    pub(super) fn end(&self, ended: impl FnOnce() -> String) {
        let mut life = self.alive();
        if life.ended.is_none() {
            let now = Instant::now();
            life.over = Some(now);
            life.ended = Some(ended());
            let now = self.nanos(now);
            self.moments.resume(now);
            self.regions.iter().for_each(|region| region.over(now));
        }
    }

    /// Returns when the flow began, once it has.
    pub(super) fn begun(&self) -> Option<Instant> {
        self.begun.get().copied()
    }

    /// Looks at the clock, for the task of the flow.
    pub(super) fn look(&self) -> u64 {
        let now = self.nanos(Instant::now());
        self.looked.store(now, Relaxed);
        now
    }

    /// Returns when the task of the flow last looked at the clock.
    pub(super) fn looked(&self) -> u64 {
        self.looked.load(Relaxed)
    }

    /// Returns the nanoseconds since the beginning.
    pub(super) fn nanos(&self, now: Instant) -> u64 {
        let since = self
            .begun()
            .map(|begun| now.saturating_duration_since(begun).as_nanos());
        since.map_or(0, |nanos| u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}
