//! Defines what keeps the newest item alone.

use core::task::Context;
use std::collections::VecDeque;

use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

/// A hold in which the newest item takes the place of the one before, or waits behind
/// it.
pub trait Counted: Hold {
    /// The number of items in it.
    fn len(&self) -> usize;
}

/// A hold that keeps the newest item: `latest`, `debounce`, `sample`. One that is
/// replaced is done with.
pub struct Newest<'l, H, S> {
    hold: H,
    /// Those of the items in it.
    tokens: VecDeque<Token>,
    ledger: &'l Ledger<S>,
}

/// See `Newest`.
#[inline]
#[must_use]
pub fn newest<H: Counted, S: Sources>(hold: H, ledger: &Ledger<S>) -> Newest<'_, H, S> {
    let tokens = VecDeque::new();
    Newest {
        hold,
        tokens,
        ledger,
    }
}

impl<H: Counted, S: Sources> Hold for Newest<'_, H, S> {
    type In = (H::In, Token);
    type Out = (H::Out, Token);

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, (item, token): Self::In) -> bool {
        let moved = self.hold.push(item);
        if self.hold.len() == self.tokens.len()
            && let Some(replaced) = self.tokens.pop_back()
        {
            self.ledger.release(replaced);
        }
        self.tokens.push_back(token);
        moved
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        let item = self.hold.pop()?;
        Some((item, self.tokens.pop_front().unwrap_or_default()))
    }

    #[inline]
    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        self.hold.drive(cx)
    }

    #[inline]
    fn close(&mut self) {
        self.hold.close();
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
