//! The functions that are timed one by one: those of artifacts, and those that may have to wait
//! in line before they begin.

use std::{
    mem::ManuallyDrop,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use serde_core::Serialize;
use tokio::time::Instant;

use super::jobs::Running;
use crate::attempts::{Word, asked};

/// A function that runs. Dropped, it ran to no end.
pub(super) struct Ticket<'a> {
    running: &'a Running,
    place: usize,
}

impl<'a> Ticket<'a> {
    /// One begins, for the artifact with this key.
    fn begin(running: &'a Running, now: Instant, key: Option<&impl Serialize>) -> Self {
        let place = running.begin(now, 0, key);
        Self { running, place }
    }

    /// It ends.
    pub(super) fn end(self, failed: bool) {
        let ticket = ManuallyDrop::new(self);
        ticket.running.end(ticket.place, Some(failed), false);
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.running.end(self.place, None, false);
    }
}

pin_project! {
    /// A function, with the ticket that it has from when it begins; `None` where it never does.
    #[must_use]
    pub(super) struct Ticketed<'a, K, F> {
        #[pin]
        future: F,
        running: &'a Running,
        key: Option<K>,
        ticket: Option<Ticket<'a>>,
        // True until it is known that the function has begun.
        asks: bool,
    }
}

impl<'a, K: Serialize, F: Future> Ticketed<'a, K, F> {
    /// A function that has begun when it is polled first, unless it may have to wait `in_line`.
    pub(super) fn new(running: &'a Running, key: Option<K>, in_line: bool, future: F) -> Self {
        Self {
            future,
            running,
            key,
            ticket: None,
            asks: in_line,
        }
    }
}

impl<'a, K: Serialize, F: Future> Future for Ticketed<'a, K, F> {
    type Output = (F::Output, Option<Ticket<'a>>);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if !*this.asks {
            let begins = || Ticket::begin(this.running, Instant::now(), this.key.as_ref());
            this.ticket.get_or_insert_with(begins);
            let polled = this.future.poll(cx);
            return polled.map(|given| (given, this.ticket.take()));
        }
        // It may begin, and even end, while it is polled.
        let now = Instant::now();
        let (polled, word) = asked(|| this.future.poll(cx));
        match word {
            Word::Waits | Word::NeverBegins => *this.ticket = None,
            Word::Unasked | Word::Asked | Word::Begins => {
                let begins = || Ticket::begin(this.running, now, this.key.as_ref());
                this.ticket.get_or_insert_with(begins);
                *this.asks = word != Word::Begins;
            }
        }
        polled.map(|given| (given, this.ticket.take()))
    }
}
