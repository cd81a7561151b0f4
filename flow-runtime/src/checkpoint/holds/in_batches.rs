//! Defines what makes one batch after the other.

use core::task::Context;

use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

/// A hold that makes batches, of which one at most is complete and one is being
/// filled.
pub trait Batching: Hold {
    /// Returns whether a batch is complete.
    fn is_complete(&self) -> bool;
}

/// A hold that makes batches: `timed_window`, `partition(timeout = …)`.
pub struct InBatches<'l, H, S> {
    hold: H,
    /// Of the batch that is complete.
    complete: Token,
    /// Of the batch that is being filled.
    open: Token,
    ledger: &'l Ledger<S>,
}

/// See `InBatches`.
#[inline]
#[must_use]
pub fn in_batches<H: Batching, S: Sources>(hold: H, ledger: &Ledger<S>) -> InBatches<'_, H, S> {
    InBatches {
        hold,
        complete: Token::none(),
        open: Token::none(),
        ledger,
    }
}

impl<H: Batching, S: Sources> InBatches<'_, H, S> {
    /// Does something with the hold, which may complete the open batch.
    #[inline]
    fn turn<R>(&mut self, act: impl FnOnce(&mut H) -> R) -> R {
        let was_complete = self.hold.is_complete();
        let given = act(&mut self.hold);
        if !was_complete && self.hold.is_complete() {
            self.complete = self.open.take();
        }
        given
    }
}

impl<H: Batching, S: Sources> Hold for InBatches<'_, H, S> {
    type In = (H::In, Token);
    type Out = (H::Out, Token);

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, (item, token): Self::In) -> bool {
        self.open = self.ledger.join(self.open.take(), token);
        self.turn(|hold| hold.push(item))
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        let item = self.hold.pop()?;
        let token = self.complete.take();
        if self.hold.is_complete() {
            self.complete = self.open.take();
        }
        Some((item, token))
    }

    #[inline]
    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        self.turn(|hold| hold.drive(cx))
    }

    #[inline]
    fn close(&mut self) {
        self.turn(Hold::close);
    }

    fn waits_for_time(&self) -> bool {
        self.hold.waits_for_time()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        self.hold.fill()
    }
}
