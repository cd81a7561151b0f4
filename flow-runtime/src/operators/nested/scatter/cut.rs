//! The cut between `scatter` and `gather`: blocks on their way to the workers and back.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::task::Context;

use super::order::Order;
use super::size::Size;
use super::workers::Workers;
use super::{Assigns, Block, Place, Start};
use crate::checkpoint::in_chains::Chains;
use crate::copies::fresh::Fresh;
use crate::region::Hold;

/// The cut between `scatter` and `gather`.
pub struct Scatter<T, U, E, L, W> {
    /// The queue that an item goes to.
    worker: W,
    /// Starts the workers.
    start: Start<T, U, E, L>,
    /// The workers run, or have ended for good.
    started: bool,
    /// The number of workers that have not given what they held when they were told to.
    /// No item is taken meanwhile.
    flushing: usize,
    workers: Workers<T, U, E, L>,
    /// The blocks that are being filled, one a queue.
    open: Vec<Block<T, U, E, L>>,
    /// Says how many items are in them.
    opened: usize,
    /// Says how many more may come in before anything else happens: see
    /// [`Scatter::measure`].
    room: usize,
    /// The number of the round they belong to.
    round: u64,
    /// Says how many items are within, those in the open blocks apart, until all that
    /// was made of them has left.
    within: usize,
    /// Says how many workers there are.
    count: usize,
    /// Says how many items a block is to have.
    size: Size,
    /// Says how many items were open when the cut was driven last.
    seen: usize,
    /// Puts blocks in the order of their rounds, where that is asked for.
    order: Option<Order<T, U, E, L>>,
    /// The block that leaves.
    leaving: Block<T, U, E, L>,
    /// Blocks that are done, in the order in which they leave.
    ready: VecDeque<Block<T, U, E, L>>,
    /// Blocks that were emptied, to be used again.
    spare: Vec<Block<T, U, E, L>>,
    /// The items that chains took no more, where somebody asks for them.
    refused: Vec<T>,
    keeps_refused: bool,
    closed: bool,
}

impl<T, U, E, L: Place, W> Scatter<T, U, E, L, W> {
    pub(super) fn new(
        n: usize,
        queues: usize,
        worker: W,
        ordered: bool,
        start: Start<T, U, E, L>,
    ) -> Self {
        let mut scatter = Self {
            worker,
            start,
            started: false,
            flushing: 0,
            workers: Workers::new(n, queues),
            open: (0..queues).map(|_| Block::new()).collect(),
            opened: 0,
            room: 0,
            round: 0,
            within: 0,
            count: n,
            size: Size::new(),
            seen: 0,
            order: ordered.then(Order::new),
            leaving: Block::new(),
            ready: VecDeque::new(),
            spare: Vec::new(),
            refused: Vec::new(),
            keeps_refused: false,
            closed: false,
        };
        scatter.measure();
        scatter
    }

    /// Returns how many items are handed over together.
    fn target(&self) -> usize {
        self.size.get() * self.open.len()
    }

    /// Computes how much room there is, which only an item that comes in changes
    /// in between.
    fn measure(&mut self) {
        let limit = 2 * self.count * self.size.get();
        let room = limit.min(self.within + self.target());
        self.room = match self.flushing {
            0 => room.saturating_sub(self.within + self.opened),
            _ => 0,
        };
    }

    /// Hands the open blocks over.
    fn hand_over(&mut self) {
        if self.opened == 0 {
            return;
        }
        self.start();
        let mut parts = 0;
        for (queue, open) in self.open.iter_mut().enumerate() {
            if !open.items.is_empty() {
                let next = self.spare.pop().unwrap_or_else(Block::new);
                let mut block = std::mem::replace(open, next);
                (block.round, block.ends) = (self.round, false);
                block.count = block.items.len();
                self.workers.give(queue, block);
                parts += 1;
            }
        }
        self.within += self.opened;
        self.opened = 0;
        self.begin(parts);
    }

    /// Notes that so many blocks of this round come back.
    fn begin(&mut self, parts: usize) {
        if let Some(order) = &mut self.order {
            order.begin(parts);
        }
        self.round += 1;
    }

    /// Has all workers flush and end.
    fn end(&mut self) {
        self.hand_over();
        self.start();
        self.workers.end(self.round);
        for _ in 0..self.count {
            self.begin(1);
        }
    }

    fn start(&mut self) {
        if !self.started {
            self.started = true;
            let mut start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
            start(&mut self.workers);
        }
    }

    /// Goes on to the next block of which anything is left, when all of this one
    /// has left.
    fn next_block(&mut self) {
        while self.leaving.made.is_empty() {
            self.within -= std::mem::take(&mut self.leaving.count);
            self.leaving.part = None;
            let Some(next) = self.ready.pop_front() else {
                break;
            };
            self.spare.push(std::mem::replace(&mut self.leaving, next));
        }
        self.measure();
    }
}

impl<T, U, E, L: Place, W: Assigns<T>> Hold for Scatter<T, U, E, L, W> {
    type In = T;
    type Out = Result<U, E>;

    #[inline]
    fn has_room(&self) -> bool {
        self.room > 0
    }

    #[inline]
    fn push(&mut self, item: T) -> bool {
        let worker = self.worker.queue(&item);
        self.open[worker].items.push((L::at(self.opened), item));
        self.opened += 1;
        self.room -= 1;
        // It is handed over when the flow is swept again.
        self.opened == 1 || self.room == 0
    }

    #[inline]
    fn pop(&mut self) -> Option<Result<U, E>> {
        let (_, made) = self.leaving.made.pop_front()?;
        if self.leaving.made.is_empty() {
            self.next_block();
        }
        Some(made)
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> bool {
        let had_room = self.has_room();
        // While all have enough to do, or more is coming, a block may as well be
        // filled.
        let coming = self.opened > self.seen;
        if self.opened >= self.target() || (self.workers.may_be_idle() && !coming) {
            self.hand_over();
        }
        self.seen = self.opened;
        let mut moved = self.opened > 0 && coming;
        while let Some(mut block) = self.workers.done(cx) {
            moved = true;
            let refused = block.refused.drain(..).filter(|_| self.keeps_refused);
            self.refused.extend(refused);
            if self.flushing > 0 && block.ends {
                self.flushing -= 1;
                self.started &= self.flushing > 0;
            }
            self.size.learn(block.count, block.took);
            match &mut self.order {
                None => self.ready.push_back(block),
                Some(order) => order.put(block, &mut self.ready, &mut self.spare),
            }
        }
        self.next_block();
        moved || (self.has_room() && !had_room)
    }

    fn close(&mut self) {
        self.end();
        self.closed = true;
    }

    fn flush(&mut self) -> bool {
        // Workers that took nothing hold nothing.
        if !self.started {
            return false;
        }
        self.end();
        self.flushing = self.count;
        self.measure();
        true
    }

    fn is_resting(&self) -> bool {
        self.opened == 0
            && self.workers.out() == 0
            && self.leaving.made.is_empty()
            && self.ready.is_empty()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.closed
            && self.workers.out() == 0
            && self.leaving.made.is_empty()
            && self.ready.is_empty()
    }

    fn takes_more(&self) -> bool {
        !self.workers.are_over()
    }

    // The bound grows with the blocks.
    fn fill(&self) -> (usize, Option<usize>) {
        (self.within + self.opened, None)
    }
}

impl<T, U, E, L: Place, W: Assigns<T>> Chains for Scatter<T, U, E, L, W> {
    fn keep_refused(&mut self) {
        self.keeps_refused = true;
    }

    fn refused(&mut self) -> Option<T> {
        self.refused.pop()
    }
}

impl<T, U, E, L: Place, W: Clone> Fresh for Scatter<T, U, E, L, W> {
    fn fresh(&self) -> Self {
        let (worker, start) = (self.worker.clone(), Arc::clone(&self.start));
        let ordered = self.order.is_some();
        Self::new(self.count, self.open.len(), worker, ordered, start)
    }
}
