//! The state that the handles of a limit share: who runs, who waits, and when the next may begin.

use std::collections::BTreeMap;
use std::task::Waker;

use tokio::time::Instant;

use super::outcome::Outcome;
use super::rate::Rate;
use super::size::Size;
use crate::knobs::Setting;
use crate::region::timer::later;
use core::time::Duration;

/// Those who wait in one line, by their tickets.
///
/// Tickets are given in the order of asking and the first is next, so nobody is
/// passed over. Who leaves the line only takes its ticket along.
type Line = BTreeMap<u64, Waker>;

/// The line that somebody waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// A place, and the pace.
    Place,
    /// The pace alone.
    Pace,
}

pub(super) struct State {
    pub(super) size: Size,
    pub(super) rates: Vec<Rate>,
    /// The number that begin at once after idle time.
    pub(super) burst: Setting<u32>,
    running: usize,
    /// The number that have begun so far.
    begun: u64,
    /// Nothing begins before this: the other side said so.
    paused: Option<Instant>,
    /// The ticket of the next who asks.
    tickets: u64,
    for_places: Line,
    for_pace: Line,
}

/// The answer to somebody who wants to begin.
pub(super) enum Answer {
    /// It begins, as the one of this number.
    Begins(u64),
    /// Others are next, or no place is free.
    Waits,
    /// It is next, at this time.
    Due(Instant),
}

impl State {
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            rates: Vec::new(),
            burst: Setting::from(1),
            running: 0,
            begun: 0,
            paused: None,
            tickets: 0,
            for_places: Line::new(),
            for_pace: Line::new(),
        }
    }

    fn line(&mut self, wants: Wants) -> &mut Line {
        match wants {
            Wants::Place => &mut self.for_places,
            Wants::Pace => &mut self.for_pace,
        }
    }

    /// Gives somebody a ticket.
    pub(super) fn queue(&mut self, wants: Wants, waker: &Waker) -> u64 {
        let ticket = self.tickets;
        self.tickets += 1;
        self.line(wants).insert(ticket, waker.clone());
        ticket
    }

    /// Notes whom to wake for a ticket.
    pub(super) fn keep_waker(&mut self, wants: Wants, ticket: u64, waker: &Waker) {
        if let Some(kept) = self.line(wants).get_mut(&ticket) {
            kept.clone_from(waker);
        }
    }

    /// Somebody leaves the line.
    pub(super) fn leave(&mut self, wants: Wants, ticket: u64) {
        self.line(wants).remove(&ticket);
    }

    /// The one who may begin before all others.
    fn next(&self) -> Option<(u64, &Waker)> {
        let has_place = self.running < self.size.now();
        let placed = self.for_places.first_key_value().filter(|_| has_place);
        let paced = self.for_pace.first_key_value();
        let first = placed.into_iter().chain(paced);
        let first = first.min_by_key(|(ticket, _)| **ticket);
        first.map(|(ticket, waker)| (*ticket, waker))
    }

    /// Reads the knobs of all that is set.
    pub(super) fn renew(&mut self, now: Instant) {
        self.size.renew();
        self.burst.renew();
        self.rates.iter_mut().for_each(|rate| rate.renew(now));
    }

    /// Whom to wake once the lock is released.
    pub(super) fn wakes(&self) -> Option<Waker> {
        self.next().map(|(_, waker)| waker.clone())
    }

    /// Asks whether somebody may begin who has been ready since `ready`.
    pub(super) fn ask(
        &mut self,
        (wants, ticket): (Wants, u64),
        (now, ready): (Instant, Instant),
        units: u64,
    ) -> Answer {
        if self.next().is_none_or(|(next, _)| next != ticket) {
            return Answer::Waits;
        }
        let burst = *self.burst.get();
        let due = self
            .rates
            .iter_mut()
            .map(|rate| rate.due(now, units, burst));
        let due = due.max().flatten();
        let paused = self.paused.filter(|until| *until > now);
        if let Some(due) = due.max(paused) {
            return Answer::Due(due);
        }
        for rate in &mut self.rates {
            rate.take(now, ready, units, burst);
        }
        self.leave(wants, ticket);
        let number = self.begun;
        self.begun += 1;
        self.running += usize::from(wants == Wants::Place);
        Answer::Begins(number)
    }

    /// A place is free again.
    pub(super) fn end(&mut self, number: u64, outcome: Outcome) {
        let (next, running) = (self.begun, self.running);
        self.size.ended(outcome, number, next, running);
        self.running -= 1;
    }

    /// Nothing begins for a while.
    pub(super) fn pause(&mut self, now: Instant, wait: Duration) {
        self.paused = self.paused.max(Some(later(now, wait)));
    }

    pub(super) fn is_paused(&self, now: Instant) -> bool {
        self.paused.is_some_and(|until| until > now)
    }

    pub(super) fn running(&self) -> usize {
        self.running
    }

    /// Returns how many wait in line.
    pub(super) fn waiting(&self) -> usize {
        self.for_places.len() + self.for_pace.len()
    }
}
