//! Workers, and the flow that feeds them.

use super::super::Block;
use super::Workers;
use crate::block_on::block_on;
use crate::sync::check;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

type Of = Workers<i32, i32, (), usize>;

/// Two workers that double what they get, and give at their end how many items
/// they had. Zero is more than they can bear.
fn workers(queues: usize) -> Of {
    let mut workers = Workers::new(2, queues);
    for _ in 0..2 {
        workers.start(
            true,
            0,
            |count: &mut i32, out: &mut VecDeque<i32>, item| {
                assert_ne!(item, 0, "as it should");
                *count += 1;
                out.push_back(2 * item);
                Ok(true)
            },
            |count: &mut i32, out: &mut VecDeque<i32>| {
                out.push_back(-*count);
                Ok(())
            },
        );
    }
    workers
}

fn give(workers: &mut Of, queue: usize, item: i32) {
    let mut block = Block::new();
    block.items.push((0, item));
    workers.give(queue, block);
}

/// All that the workers make, sorted.
fn made(workers: &mut Of) -> Vec<i32> {
    let mut made = Vec::new();
    block_on(poll_fn(|cx| {
        while let Some(block) = workers.done(cx) {
            made.extend(block.made.into_iter().map(|(_, made)| made.unwrap()));
        }
        if workers.out() > 0 {
            return Poll::Pending;
        }
        Poll::Ready(())
    }));
    made.sort_unstable();
    made
}

#[test]
fn every_block_comes_back_from_one_queue() {
    check(2, || {
        let mut workers = workers(1);
        give(&mut workers, 0, 1);
        give(&mut workers, 0, 2);
        workers.end(0);
        let made = made(&mut workers);
        assert_eq!(made[2..], [2, 4]);
        assert_eq!(made[0] + made[1], -2);
    });
}

#[test]
fn every_block_comes_back_from_a_queue_each() {
    check(2, || {
        let mut workers = workers(2);
        give(&mut workers, 0, 1);
        give(&mut workers, 1, 2);
        workers.end(0);
        assert_eq!(made(&mut workers), [-1, -1, 2, 4]);
    });
}

#[test]
fn workers_that_are_dropped_end() {
    check(2, || {
        let mut workers = workers(1);
        give(&mut workers, 0, 1);
        give(&mut workers, 0, 2);
        drop(workers);
    });
}

#[test]
fn a_panic_reaches_the_flow() {
    check(2, || {
        let mut workers = workers(1);
        give(&mut workers, 0, 0);
        let outcome = catch_unwind(AssertUnwindSafe(|| made(&mut workers)));
        assert!(outcome.is_err());
    });
}
