//! What stands in a cut, with the tokens of what it holds.
//!
//! A cut gives items with their tokens and takes them so. Around what stands in
//! it is one of these, by what it does with its items: it lets each pass, keeps
//! the newest alone, or makes batches.

use core::task::Context;
use std::collections::VecDeque;

use super::{held::Batches, ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

/// The output of a future, with the token of what went in.
#[inline]
pub async fn along<F: Future>(future: F, token: Token) -> (F::Output, Token) {
    (future.await, token)
}

/// A hold that lets every item pass, in order: `buffer`, `delay`.
pub struct InOrder<H> {
    hold: H,
    tokens: VecDeque<Token>,
}

/// See `InOrder`.
#[inline]
#[must_use]
pub fn in_order<H: Hold>(hold: H) -> InOrder<H> {
    let tokens = VecDeque::new();
    InOrder { hold, tokens }
}

impl<H: Hold> Hold for InOrder<H> {
    type In = (H::In, Token);
    type Out = (H::Out, Token);

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, (item, token): Self::In) -> bool {
        self.tokens.push_back(token);
        self.hold.push(item)
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

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }
}

/// A hold that keeps the newest item alone: `latest`. One that is replaced is
/// done with.
pub struct Newest<'l, H, S> {
    hold: H,
    token: Token,
    ledger: &'l Ledger<S>,
}

/// See `Newest`.
#[inline]
#[must_use]
pub fn newest<H: Hold, S: Sources>(hold: H, ledger: &Ledger<S>) -> Newest<'_, H, S> {
    let token = Token::none();
    Newest {
        hold,
        token,
        ledger,
    }
}

impl<H: Hold, S: Sources> Hold for Newest<'_, H, S> {
    type In = (H::In, Token);
    type Out = (H::Out, Token);

    #[inline]
    fn has_room(&self) -> bool {
        self.hold.has_room()
    }

    #[inline]
    fn push(&mut self, (item, token): Self::In) -> bool {
        let replaced = core::mem::replace(&mut self.token, token);
        self.ledger.release(replaced);
        self.hold.push(item)
    }

    #[inline]
    fn pop(&mut self) -> Option<Self::Out> {
        let item = self.hold.pop()?;
        Some((item, self.token.take()))
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }
}

/// A hold that makes batches, of which one at most is complete and one is being
/// filled.
pub trait Batching: Hold {
    /// Whether a batch is complete.
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

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }
}

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

    #[inline]
    fn is_empty(&self) -> bool {
        self.hold.is_empty()
    }
}
