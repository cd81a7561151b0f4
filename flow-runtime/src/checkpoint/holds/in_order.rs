//! Defines what lets every item pass, in order.

use core::task::Context;
use std::collections::VecDeque;

use crate::checkpoint::token::Token;
use crate::region::Hold;

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
