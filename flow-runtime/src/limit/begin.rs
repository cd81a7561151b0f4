//! Waiting in the line of a limit, and the place that is given there.

use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use tokio::time::Instant;

use super::Limit;
use super::outcome::Outcome;
use super::state::{Answer, Wants};
use crate::region::timer::Timer;

/// The wait in the line. The one who is next knows when that is; all others sleep
/// until they are.
///
/// # Cancel safety
///
/// Dropped, it leaves the line, and holds up nobody.
#[must_use = "nobody waits"]
pub(crate) struct Begin<'a> {
    limit: &'a Limit,
    wants: Wants,
    units: u64,
    /// There while it is in the line: its ticket, and since when.
    ticket: Option<(u64, Instant)>,
    timer: Timer,
    /// The time that the timer is set to.
    due: Option<Instant>,
}

impl<'a> Begin<'a> {
    pub(super) fn new(limit: &'a Limit, wants: Wants, units: u64) -> Self {
        Self {
            limit,
            wants,
            units,
            ticket: None,
            timer: Timer::new(),
            due: None,
        }
    }

    fn ask(&mut self, cx: &Context<'_>) -> Answer {
        let now = Instant::now();
        let mut state = self.limit.lock();
        let (ticket, ready) = match self.ticket {
            Some(ticket) => {
                state.keep_waker(self.wants, ticket.0, cx.waker());
                ticket
            }
            None => {
                let ticket = (state.queue(self.wants, cx.waker()), now);
                *self.ticket.insert(ticket)
            }
        };
        let answer = state.ask((self.wants, ticket), (now, ready), self.units);
        if let Answer::Begins(_) = answer {
            self.ticket = None;
            // Who comes next looks at the clock itself.
            let next = state.wakes();
            drop(state);
            next.into_iter().for_each(|waker| waker.wake());
        }
        answer
    }
}

impl Future for Begin<'_> {
    type Output = Place;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Place> {
        let this = &mut *self;
        loop {
            let due = match this.ask(cx) {
                Answer::Begins(number) => {
                    let number = (this.wants == Wants::Place).then_some(number);
                    let limit = this.limit.clone();
                    return Poll::Ready(Place { limit, number });
                }
                Answer::Waits => {
                    this.due = None;
                    this.timer.clear();
                    return Poll::Pending;
                }
                Answer::Due(due) => due,
            };
            if this.due != Some(due) || !this.timer.is_set() {
                this.due = Some(due);
                this.timer.set(due);
            }
            if !this.timer.poll(cx) {
                return Poll::Pending;
            }
        }
    }
}

impl Drop for Begin<'_> {
    fn drop(&mut self) {
        if let Some((ticket, _)) = self.ticket.take() {
            let mut state = self.limit.lock();
            state.leave(self.wants, ticket);
            let next = state.wakes();
            drop(state);
            next.into_iter().for_each(|waker| waker.wake());
        }
    }
}

/// A place, until it is dropped.
#[must_use = "the place is free again"]
pub(crate) struct Place {
    limit: Limit,
    /// The index among those that began; `None` once it is free, and if only the
    /// pace was waited for.
    number: Option<u64>,
}

impl Place {
    /// Frees the place, and says what came of it.
    pub(crate) fn end(mut self, outcome: Outcome) {
        self.free(outcome, None);
    }

    /// Frees the place: what began was refused, and nothing more begins for `wait`.
    pub(crate) fn refused(mut self, wait: Duration) {
        self.free(Outcome::Refused, Some(wait));
    }

    fn free(&mut self, outcome: Outcome, wait: Option<Duration>) {
        let Some(number) = self.number.take() else {
            return;
        };
        let mut state = self.limit.lock();
        if let Some(wait) = wait {
            state.pause(Instant::now(), wait);
        }
        state.end(number, outcome);
        let next = state.wakes();
        drop(state);
        next.into_iter().for_each(|waker| waker.wake());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.free(Outcome::Dropped, None);
    }
}
