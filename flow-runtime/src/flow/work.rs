//! The future of a flow that is driven item by item.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, Waker},
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
    /// What it gave, where all its branches ended early.
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
    pub async fn emit<T>(&mut self, mailbox: &Mailbox<T, E>, item: T) -> Result<(), E> {
        assert!(!self.polled, "{PANICKED}");
        self.until_idle(mailbox).await;
        if self.result.is_some() {
            return self.faults.next().and_then(|()| self.faults.refuse());
        }
        mailbox.put(item);
        self.until_idle(mailbox).await;
        self.faults.next()
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
        if mailbox.is_busy() {
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
        poll_fn(|cx| {
            self.poll(cx);
            let waits = mailbox.is_busy() && !self.is_closed(mailbox);
            if waits {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        if self.is_closed(mailbox) || !mailbox.slot().hold() {
            return Err(Closed);
        }
        Ok(Place::here(mailbox.slot()))
    }

    fn is_closed<T>(&self, mailbox: &Mailbox<T, E>) -> bool {
        self.result.is_some() || self.polled || mailbox.is_closed()
    }

    async fn until_idle<T>(&mut self, mailbox: &Mailbox<T, E>) {
        poll_fn(|cx| {
            if mailbox.is_busy() {
                self.poll(cx);
            }
            let busy = mailbox.is_busy() && self.result.is_none();
            if busy { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    /// Goes on as far as it can.
    fn poll(&mut self, cx: &mut Context<'_>) {
        if self.result.is_some() || std::mem::replace(&mut self.polled, true) {
            return;
        }
        if let Poll::Ready(result) = self.future.as_mut().poll(cx) {
            self.result = Some(result);
        }
        self.polled = false;
    }

    /// Runs to the end, once every mailbox is closed.
    ///
    /// # Panics
    ///
    /// Where it has panicked before.
    pub async fn finish(self) -> F::Output {
        assert!(!self.polled, "{PANICKED}");
        let result = match self.result {
            Some(result) => result,
            None => self.future.await,
        };
        (self.end)(result, self.faults.arisen())
    }
}

const PANICKED: &str = "the flow panicked at an item before: nothing goes through it any more";
