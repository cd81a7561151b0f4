//! The future of a flow that is driven item by item.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
};

use super::{
    arisen::{Arisen, Faults},
    emitter::TryEmitError,
    mailbox::Mailbox,
    place::{Closed, Place},
};

/// The future of a flow with inlets, which the program polls while it emits.
pub struct Work<F: Future, E> {
    /// Boxed once, so that the flow may be moved between two items.
    future: Pin<Box<F>>,
    /// Holds what it gave, where all its branches ended early.
    result: Option<F::Output>,
    /// It is being polled; left so by a panic, behind which it cannot go on.
    polled: bool,
    faults: Faults<E>,
    /// Makes a result of what the future gave and of the errors nobody was told
    /// of.
    end: fn(F::Output, Arisen<E>) -> F::Output,
}

impl<F: Future, E> Work<F, E> {
    /// A flow that has not begun.
    pub fn new(future: F, faults: &Faults<E>, end: fn(F::Output, Arisen<E>) -> F::Output) -> Self {
        Self {
            future: Box::pin(future),
            result: None,
            polled: false,
            faults: faults.clone(),
            end,
        }
    }

    /// Carries one item through everything it can reach.
    ///
    /// # Errors
    ///
    /// The oldest error that was not told.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the flow has a place for the item, it drops the item; after
    /// that the item goes on at the next call.
    ///
    /// # Panics
    ///
    /// Where it has panicked before.
    #[inline]
    pub fn emit<'a, T>(
        &'a mut self,
        mailbox: &'a Mailbox<T, E>,
        item: T,
    ) -> impl Future<Output = Result<(), E>> + use<'a, T, F, E> {
        let mut item = Some(item);
        poll_fn(move |cx| self.poll_emit(mailbox, &mut item, cx))
    }

    /// As [`emit`](Self::emit): the item is gone once it is in.
    ///
    /// # Panics
    ///
    /// As that.
    #[inline]
    pub(super) fn poll_emit<T>(
        &mut self,
        mailbox: &Mailbox<T, E>,
        item: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), E>> {
        if self.polled {
            panicked();
        }
        if mailbox.is_at_work() {
            ready!(self.poll_idle(mailbox, cx));
        }
        if let Some(item) = item.take() {
            if self.result.is_some() {
                return Poll::Ready(self.refuse());
            }
            mailbox.put(item);
            // As `poll` does, of which both conditions are known: it is written out here, for
            // every item.
            self.polled = true;
            if let Poll::Ready(result) = self.future.as_mut().poll(cx) {
                self.keep(result);
            }
            self.polled = false;
            if mailbox.is_at_work() && self.result.is_none() {
                return Poll::Pending;
            }
        }
        if self.faults.are_none() {
            return Poll::Ready(Ok(()));
        }
        self.poll_told(cx)
    }

    /// Tells what whoever emitted has to know.
    #[cold]
    fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), E>> {
        let told = self.faults.next();
        if told.is_err() || !self.faults.has_ended() {
            return Poll::Ready(told);
        }
        // A fatal error is told before anybody hears that the flow is closed, and it may
        // be on its way.
        self.poll(cx);
        if self.result.is_none() {
            return Poll::Pending;
        }
        Poll::Ready(self.refuse())
    }

    /// Tells whoever emits into a flow that is over.
    #[cold]
    fn refuse(&self) -> Result<(), E> {
        self.faults.next().and_then(|()| self.faults.refuse())
    }

    /// Puts one item in, if there is a place for it now.
    ///
    /// # Errors
    ///
    /// The item.
    pub fn try_emit<T>(&mut self, mailbox: &Mailbox<T, E>, item: T) -> Result<(), TryEmitError<T>> {
        // What is inside may have moved on. Whoever awaits the flow next polls all
        // of it, so no wake-up is missed.
        self.poll(&mut Context::from_waker(Waker::noop()));
        if self.is_closed(mailbox) {
            return Err(TryEmitError::Closed(item));
        }
        if mailbox.is_at_work() {
            return Err(TryEmitError::Full(item));
        }
        mailbox.offer(item).map_err(TryEmitError::Closed)
    }

    /// Waits for a place.
    ///
    /// # Errors
    ///
    /// [`Closed`] where there will be none.
    ///
    /// # Cancel safety
    ///
    /// It holds nothing.
    pub async fn reserve<'a, T>(
        &mut self,
        mailbox: &'a Mailbox<T, E>,
    ) -> Result<Place<'a, T>, Closed> {
        if poll_fn(|cx| self.poll_reserve(mailbox, cx)).await {
            Ok(Place::here(mailbox.slot()))
        } else {
            Err(Closed)
        }
    }

    /// As [`reserve`](Self::reserve): gives whether a place is held.
    pub(super) fn poll_reserve<T>(
        &mut self,
        mailbox: &Mailbox<T, E>,
        cx: &mut Context<'_>,
    ) -> Poll<bool> {
        self.poll(cx);
        let waits = mailbox.is_at_work() && !self.is_closed(mailbox);
        if waits {
            return Poll::Pending;
        }
        Poll::Ready(!self.is_closed(mailbox) && mailbox.slot().hold())
    }

    fn is_closed<T>(&self, mailbox: &Mailbox<T, E>) -> bool {
        self.result.is_some() || self.polled || mailbox.is_closed()
    }

    /// Waits until the item that is in has gone through.
    #[cold]
    fn poll_idle<T>(&mut self, mailbox: &Mailbox<T, E>, cx: &mut Context<'_>) -> Poll<()> {
        self.poll(cx);
        let busy = mailbox.is_at_work() && self.result.is_none();
        if busy { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Goes on as far as it can.
    fn poll(&mut self, cx: &mut Context<'_>) {
        if self.result.is_some() || std::mem::replace(&mut self.polled, true) {
            return;
        }
        if let Poll::Ready(result) = self.future.as_mut().poll(cx) {
            self.keep(result);
        }
        self.polled = false;
    }

    /// Keeps what the future gave.
    #[cold]
    fn keep(&mut self, result: F::Output) {
        self.result = Some(result);
    }

    /// Runs to the end, once every mailbox is closed.
    ///
    /// # Panics
    ///
    /// Where it has panicked before.
    pub async fn finish(mut self) -> F::Output {
        poll_fn(|cx| self.poll_finish(cx)).await
    }

    /// As [`finish`](Self::finish).
    ///
    /// # Panics
    ///
    /// As that.
    pub(super) fn poll_finish(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.polled {
            panicked();
        }
        self.poll(cx);
        let Some(result) = self.result.take() else {
            return Poll::Pending;
        };
        Poll::Ready((self.end)(result, self.faults.arisen()))
    }
}

const PANICKED: &str = "the flow panicked at an item before: nothing goes through it any more";

#[cold]
fn panicked() -> ! {
    panic!("{PANICKED}");
}
