//! The order of input, restored.

use std::collections::VecDeque;

use super::{Block, Place};

/// Blocks that wait for those of the rounds before them.
pub(super) struct Order<T, U, E, L> {
    /// The number of the first round that is not complete.
    first: u64,
    /// The rounds from that one on.
    rounds: VecDeque<Round<T, U, E, L>>,
}

/// Blocks that were handed over together.
struct Round<T, U, E, L> {
    /// Says how many are still out.
    out: usize,
    /// Those that are back, in one.
    back: Option<Block<T, U, E, L>>,
    /// Parts of what becomes of the only block, before it is back.
    parts: Vec<Block<T, U, E, L>>,
}

impl<T, U, E, L: Place> Order<T, U, E, L> {
    pub(super) fn new() -> Self {
        Self {
            first: 0,
            rounds: VecDeque::new(),
        }
    }

    /// The next round has so many blocks.
    pub(super) fn begin(&mut self, out: usize) {
        self.rounds.push_back(Round {
            out,
            back: None,
            parts: Vec::new(),
        });
    }

    /// A block came back. The rounds that are complete then are `ready`, and
    /// blocks that were emptied into others `spare`.
    pub(super) fn put(
        &mut self,
        mut block: Block<T, U, E, L>,
        ready: &mut VecDeque<Block<T, U, E, L>>,
        spare: &mut Vec<Block<T, U, E, L>>,
    ) {
        let place = (block.round - self.first) as usize;
        let round = &mut self.rounds[place];
        if block.part.is_some() {
            match place {
                0 => ready.push_back(block),
                _ => round.parts.push(block),
            }
            return;
        }
        round.out -= 1;
        match &mut round.back {
            None => round.back = Some(block),
            Some(back) => {
                back.count += block.count;
                back.made.append(&mut block.made);
                // What was made of one item is kept together.
                if round.out == 0 {
                    back.made.make_contiguous().sort_by_key(|(place, _)| *place);
                }
                spare.push(block);
            }
        }
        while self.rounds.front().is_some_and(|round| round.out == 0) {
            let round = self.rounds.pop_front();
            ready.extend(round.and_then(|round| round.back));
            self.first += 1;
            if let Some(round) = self.rounds.front_mut() {
                ready.extend(round.parts.drain(..));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(round: u64, made: &[(usize, char)]) -> Block<(), char, (), usize> {
        let made = made.iter().map(|(place, item)| (*place, Ok(*item)));
        Block {
            round,
            made: made.collect(),
            ..Block::new()
        }
    }

    #[test]
    fn rounds_leave_in_order_and_items_by_their_places() {
        let (mut order, mut ready, mut spare) = (Order::new(), VecDeque::new(), Vec::new());
        order.begin(1);
        order.begin(2);
        order.put(block(1, &[(1, 'd'), (1, 'e')]), &mut ready, &mut spare);
        order.put(block(1, &[(0, 'c'), (2, 'f')]), &mut ready, &mut spare);
        assert!(ready.is_empty());
        order.begin(1);
        order.put(block(0, &[(0, 'a'), (5, 'b')]), &mut ready, &mut spare);
        let leave = ready.iter().flat_map(|block| &block.made);
        assert_eq!(
            leave.map(|(_, made)| made.unwrap()).collect::<String>(),
            "abcdef"
        );
        assert_eq!((spare.len(), order.first), (1, 2));
    }
}
