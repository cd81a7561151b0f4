//! What keeps the newest item alone.

use crate::checkpoint::{ledger::Ledger, source::Sources, token::Token};
use crate::region::Hold;

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
