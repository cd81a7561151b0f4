//! Defines what makes a batch for every key.

use core::task::Context;

use crate::checkpoint::{held::Batches, ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

/// A hold that makes several batches at once, which have numbers.
pub trait Numbered: Hold {
    /// The batch that the last item came into.
    fn filled(&self) -> u64;

    /// The batch that was taken last.
    fn taken(&self) -> u64;
}

/// A hold that makes a batch for every key: `partition(by = …, timeout = …)`.
pub struct InKeys<'l, H, S> {
    hold: H,
    open: Batches,
    ledger: &'l Ledger<S>,
}

/// See `InKeys`.
#[inline]
#[must_use]
pub fn in_keys<H: Numbered, S: Sources>(hold: H, ledger: &Ledger<S>) -> InKeys<'_, H, S> {
    let open = Batches::new();
    InKeys { hold, open, ledger }
}

impl<H: Numbered, S: Sources> Hold for InKeys<'_, H, S> {
    type In = (H::In, Token);
    type Out = (H::Out, Token);

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, (item, token): Self::In) -> bool {
        let stirs = self.hold.push(item);
        self.open.add(self.hold.filled(), token, self.ledger);
        stirs
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        let item = self.hold.pop()?;
        Some((item, self.open.take(self.hold.taken())))
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
