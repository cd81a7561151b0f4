//! Chains that run apart from the flow, each with a ledger of its own.

use core::task::Context;

use crate::checkpoint::deputy::Passes;
use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

/// A hold of chains that may be over before the input is.
pub trait Chains: Hold {
    /// Has it keep what a chain takes no more.
    fn keep_refused(&mut self);

    /// Takes what a chain took no more.
    fn refused(&mut self) -> Option<Self::In>;
}

/// A hold of chains that run apart: `scatter`, and `by_key` of chains that await.
pub struct InChains<'l, H, S> {
    hold: H,
    ledger: &'l Ledger<S>,
}

/// See `InChains`.
#[inline]
#[must_use]
pub fn in_chains<T, H, S>(mut hold: H, ledger: &Ledger<S>) -> InChains<'_, H, S>
where
    H: Chains<In = (T, Token), Out: Passes>,
    S: Sources,
{
    hold.keep_refused();
    InChains { hold, ledger }
}

impl<H, S, T> InChains<'_, H, S>
where
    H: Chains<In = (T, Token)>,
    S: Sources,
{
    /// Lets go of the items that nothing will be made of: their chains are over.
    #[inline]
    fn settle(&mut self) {
        while let Some((item, token)) = self.hold.refused() {
            drop(item);
            self.ledger.release(token);
        }
    }
}

impl<H, S, T> Hold for InChains<'_, H, S>
where
    H: Chains<In = (T, Token), Out: Passes>,
    S: Sources,
{
    type In = (T, Token);
    type Out = <H::Out as Passes>::Out;

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, item: Self::In) -> bool {
        let stirs = self.hold.push(item);
        self.settle();
        stirs
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        loop {
            let left = self.hold.pop();
            self.settle();
            if let Some(out) = left?.settled(self.ledger) {
                return Some(out);
            }
        }
    }

    #[inline]
    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let moved = self.hold.drive(cx);
        self.settle();
        moved
    }

    #[inline]
    fn close(&mut self) {
        self.hold.close();
        self.settle();
    }

    fn discard(&mut self) {
        self.hold.discard();
    }

    fn flush(&mut self) -> bool {
        let held = self.hold.flush();
        self.settle();
        held
    }

    fn is_resting(&self) -> bool {
        self.hold.is_resting()
    }

    fn waits_for_time(&self) -> bool {
        self.hold.waits_for_time()
    }

    fn takes_more(&self) -> bool {
        self.hold.takes_more()
    }

    fn is_over(&self) -> bool {
        self.hold.is_over()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }

    fn fill(&self) -> (usize, Option<usize>) {
        self.hold.fill()
    }
}
