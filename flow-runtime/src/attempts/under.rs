//! The limit and the budget that the attempts of a stage are made under.

use core::time::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::Attempts;
use crate::{Budget, Limit};

/// The time for which a refused item is tried, unless `give_up` says otherwise.
const GIVE_UP: Duration = Duration::from_secs(15 * 60);

/// A limit, a budget, and who of the stage's items runs or waits under them. Copies of
/// the stage, one a key, share it.
#[derive(Debug)]
pub struct Under {
    limit: Option<Limit>,
    give_up: Duration,
    budget: Option<Budget>,
    /// Those that wait for their first attempt.
    waiting: AtomicUsize,
    /// Those that were told that they will not begin.
    unbegun: AtomicUsize,
    /// Those that have begun, and are not done with.
    running: AtomicUsize,
    /// Tells that none runs any more.
    rest: Notify,
}

impl Default for Under {
    fn default() -> Self {
        Self::new()
    }
}

impl Under {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            limit: None,
            give_up: GIVE_UP,
            budget: None,
            waiting: AtomicUsize::new(0),
            unbegun: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            rest: Notify::new(),
        }
    }

    /// `limit = …`.
    #[must_use]
    pub fn limit(mut self, limit: &Limit) -> Self {
        self.limit = Some(limit.clone());
        self
    }

    /// `give_up = …`.
    #[must_use]
    pub fn give_up(mut self, after: Duration) -> Self {
        self.give_up = after;
        self
    }

    /// `budget = …`.
    #[must_use]
    pub fn budget(mut self, budget: &Budget) -> Self {
        self.budget = Some(budget.clone());
        self
    }

    pub(crate) fn given_limit(&self) -> Option<&Limit> {
        self.limit.as_ref()
    }

    pub(crate) fn given_budget(&self) -> Option<&Budget> {
        self.budget.as_ref()
    }

    /// Returns whether nothing may begin since something was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.limit.as_ref().is_some_and(Limit::is_paused)
    }

    /// Returns how long an item that is refused is tried.
    pub(super) fn patience(&self) -> Duration {
        self.give_up
    }

    /// Waits until nothing of the stage's runs.
    ///
    /// Cancel safe: it holds nothing.
    pub(super) async fn at_rest(&self) {
        loop {
            let rest = self.rest.notified();
            if self.running.load(Ordering::Acquire) == 0 {
                return;
            }
            rest.await;
        }
    }
}

/// An item is counted, until this is dropped.
pub(super) struct Counted<'a> {
    under: &'a Under,
    state: State,
}

/// The state of an item that is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waits,
    Runs,
    NeverBegins,
}

impl<'a> Counted<'a> {
    /// It waits for its first attempt.
    pub(super) fn waits(under: &'a Under) -> Self {
        under.waiting.fetch_add(1, Ordering::AcqRel);
        let state = State::Waits;
        Self { under, state }
    }

    /// It has begun.
    pub(super) fn begin(&mut self) {
        if self.state == State::Waits {
            self.state = State::Runs;
            self.under.running.fetch_add(1, Ordering::AcqRel);
            self.under.waiting.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// It will not begin. Returns how many have not, those included that wait to be told.
    pub(super) fn never_begins(&mut self) -> usize {
        if self.state == State::Waits {
            self.state = State::NeverBegins;
            self.under.unbegun.fetch_add(1, Ordering::AcqRel);
            self.under.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        let waiting = self.under.waiting.load(Ordering::Acquire);
        self.under.unbegun.load(Ordering::Acquire) + waiting
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        match self.state {
            State::Waits => _ = self.under.waiting.fetch_sub(1, Ordering::AcqRel),
            State::Runs if self.under.running.fetch_sub(1, Ordering::AcqRel) == 1 => {
                self.under.rest.notify_waiters();
            }
            State::Runs | State::NeverBegins => {}
        }
    }
}

/// The owner of the attempts of a stage.
pub trait IsUnder {
    /// Returns what they are made under.
    fn is_under(&self) -> Option<&Under>;

    /// The budget that pays for them.
    fn pays(&self) -> Option<Budget> {
        self.is_under()?.given_budget().cloned()
    }
}

impl<J> IsUnder for Attempts<J> {
    fn is_under(&self) -> Option<&Under> {
        self.under.as_deref()
    }
}
