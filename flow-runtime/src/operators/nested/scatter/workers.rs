//! The threads, and the queues between them and the flow.

#[cfg(all(loom, test))]
mod model;
mod queue;

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::Context;
use std::time::Instant;

use self::queue::{Queue, Task};
use super::made::{Credit, Gathers, Post, lock};
use super::{Block, Place};
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::sync::thread::{Builder, JoinHandle};
use crate::sync::{AtomicWaker, Mutex};

/// Says what a worker tells the flow.
enum Report<T, U, E, L> {
    Done(Block<T, U, E, L>),
    /// It panicked, with this.
    Panic(Box<dyn Any + Send>),
}

/// The worker threads. Dropped, they end after the item at hand, and are waited
/// for.
pub(super) struct Workers<T, U, E, L> {
    /// One for all workers, or one for each.
    queues: Vec<Arc<Queue<T, U, E, L>>>,
    reports: Arc<Reports<T, U, E, L>>,
    /// The number of partial hand-overs of each worker.
    credits: Vec<Arc<Credit>>,
    /// Reports that were fetched and not yet looked at.
    fetched: VecDeque<Report<T, U, E, L>>,
    threads: Vec<JoinHandle<()>>,
    count: usize,
    /// Says how many blocks are with the workers.
    out: usize,
}

impl<T, U, E, L> Workers<T, U, E, L> {
    /// `count` workers, which are to be started.
    pub(super) fn new(count: usize, queues: usize) -> Self {
        Self {
            queues: (0..queues)
                .map(|_| Arc::new(Queue::new(count / queues)))
                .collect(),
            reports: Arc::new(Reports::new()),
            credits: (0..count).map(|_| Arc::new(Credit::new())).collect(),
            fetched: VecDeque::new(),
            threads: Vec::new(),
            count,
            out: 0,
        }
    }

    /// Returns how many blocks are with the workers.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    /// Returns whether the chains of all workers are over.
    pub(super) fn are_over(&self) -> bool {
        self.reports.over.load(Ordering::Relaxed) >= self.count
    }

    /// Returns whether a worker may have nothing to do, now or soon.
    pub(super) fn may_be_idle(&self) -> bool {
        self.out < 2 * self.count
    }

    /// Starts the next worker, with a chain of its own; `posts`: what it makes may be
    /// handed over in parts.
    ///
    /// # Panics
    ///
    /// Where there is no thread to be had.
    pub(super) fn start<S, O, P, Q>(&mut self, posts: bool, chain: S, step: P, end: Q)
    where
        T: Send + 'static,
        U: Send + 'static,
        E: Send + 'static,
        L: Place,
        S: Send + 'static,
        O: Gathers<U> + Send + 'static,
        P: FnMut(&mut S, &mut O, T) -> Result<bool, E> + Send + 'static,
        Q: FnMut(&mut S, &mut O) -> Result<(), E> + Send + 'static,
    {
        // Those of a time before have ended.
        self.join_ended();
        let number = self.threads.len();
        let queue = Arc::clone(&self.queues[number % self.queues.len()]);
        let round = Arc::new(AtomicU64::new(0));
        let mut out = O::default();
        if posts && out.keeps() {
            out.connect(self.post(number, &queue, &round));
        }
        let mut worker = Worker {
            chain,
            over: false,
            out,
            step,
            end,
            queue,
            round,
        };
        let reports = Arc::clone(&self.reports);
        let work = move || {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| worker.run(&reports))) {
                reports.put(Report::Panic(panic));
            }
        };
        let thread = Builder::new().name("flow worker".to_owned()).spawn(work);
        let thread = thread.expect("`scatter` starts its threads");
        self.threads.push(thread);
    }

    /// Hands over parts of a worker's output.
    fn post(&self, worker: usize, queue: &Arc<Queue<T, U, E, L>>, round: &Arc<AtomicU64>) -> Post<U>
    where
        T: Send + 'static,
        U: Send + 'static,
        E: Send + 'static,
        L: Place,
    {
        let (queue, round) = (Arc::clone(queue), Arc::clone(round));
        let (reports, credit) = (Arc::clone(&self.reports), Arc::clone(&self.credits[worker]));
        Box::new(move |items| {
            let Some(part) = credit.wait(|| queue.stopped()) else {
                return false;
            };
            let made = items.into_iter();
            let mut block = Block::new();
            block.round = round.load(Ordering::Relaxed);
            block.made = made.map(|(place, item)| (L::at(place), Ok(item))).collect();
            block.part = Some(part);
            reports.put(Report::Done(block));
            !queue.stopped()
        })
    }

    /// Forgets the threads that have ended, where all have.
    fn join_ended(&mut self) {
        if self.threads.len() == self.count {
            for thread in self.threads.drain(..) {
                // A panic was caught there, and reported.
                let _ = thread.join();
            }
            self.reports.over.store(0, Ordering::Relaxed);
            self.queues.iter().for_each(|queue| queue.begin_again());
        }
    }

    /// Gives a block to one of the workers that take from this queue.
    pub(super) fn give(&mut self, queue: usize, block: Block<T, U, E, L>) {
        self.out += 1;
        self.queues[queue].put(Task::Work(block));
    }

    /// Lets every worker flush and end, once it has nothing else to do. Each gives
    /// a block back, of rounds that count from `round`.
    pub(super) fn end(&mut self, round: u64) {
        for (worker, round) in (0..self.count).zip(round..) {
            let mut block = Block::new();
            (block.round, block.ends) = (round, true);
            self.queues[worker % self.queues.len()].put(Task::End(block));
        }
        self.out += self.count;
    }

    /// A block that is done. Where there is none, the flow is woken as soon as
    /// there is.
    pub(super) fn done(&mut self, cx: &mut Context<'_>) -> Option<Block<T, U, E, L>> {
        if self.fetched.is_empty() && self.out > 0 {
            self.reports.task.register(cx.waker());
            std::mem::swap(&mut *lock(&self.reports.list), &mut self.fetched);
        }
        match self.fetched.pop_front()? {
            Report::Done(block) => {
                self.out -= usize::from(block.part.is_none());
                Some(block)
            }
            Report::Panic(panic) => resume_unwind(panic),
        }
    }
}

impl<T, U, E, L> Drop for Workers<T, U, E, L> {
    fn drop(&mut self) {
        for queue in &self.queues {
            queue.stop();
        }
        for credit in &self.credits {
            credit.stir();
        }
        for thread in self.threads.drain(..) {
            // A panic was caught there, and reported.
            let _ = thread.join();
        }
    }
}

/// Holds what runs on a thread.
struct Worker<T, U, E, L, S, O, P, Q> {
    chain: S,
    /// Says whether the chain takes no more.
    over: bool,
    /// Holds what came out of the chain and was not taken.
    out: O,
    step: P,
    end: Q,
    queue: Arc<Queue<T, U, E, L>>,
    /// The round of the block that is worked on, for the parts of what becomes of it.
    round: Arc<AtomicU64>,
}

impl<T, U, E, L, S, O, P, Q> Worker<T, U, E, L, S, O, P, Q>
where
    L: Place,
    O: Gathers<U>,
    P: FnMut(&mut S, &mut O, T) -> Result<bool, E>,
    Q: FnMut(&mut S, &mut O) -> Result<(), E>,
{
    fn run(&mut self, reports: &Reports<T, U, E, L>) {
        while let Some(task) = self.queue.take(self.over) {
            match task {
                Task::Work(mut block) => {
                    let began = Instant::now();
                    self.round.store(block.round, Ordering::Relaxed);
                    let was_over = self.over;
                    if !self.work_on(&mut block) {
                        return;
                    }
                    block.took = began.elapsed();
                    if self.over && !was_over {
                        reports.over.fetch_add(1, Ordering::Relaxed);
                        self.queue.leave();
                    }
                    reports.put(Report::Done(block));
                }
                Task::End(mut block) => {
                    self.round.store(block.round, Ordering::Relaxed);
                    self.out.begin(0);
                    let outcome = (self.end)(&mut self.chain, &mut self.out);
                    leave(&mut self.out, 0, outcome, &mut block.made);
                    reports.put(Report::Done(block));
                    return;
                }
            }
        }
    }

    /// Carries the items of a block through the chain, as long as that takes more; `false` where
    /// the workers are to stop.
    fn work_on(&mut self, block: &mut Block<T, U, E, L>) -> bool {
        let mut last = 0;
        let mut items = block.items.drain(..);
        while !self.over
            && let Some((place, item)) = items.next()
        {
            if self.queue.stopped() {
                return false;
            }
            last = place.index();
            self.out.begin(last);
            let outcome = (self.step)(&mut self.chain, &mut self.out, item);
            self.over = matches!(outcome, Ok(false));
            if outcome.is_err() || !self.out.keeps() {
                leave(&mut self.out, last, outcome.map(drop), &mut block.made);
            }
        }
        block.refused.extend(items.map(|(_, item)| item));
        leave(&mut self.out, last, Ok(()), &mut block.made);
        true
    }
}

/// Puts what came out of a chain into the block.
fn leave<U, E, L: Place, O: Gathers<U>>(
    out: &mut O,
    place: usize,
    outcome: Result<(), E>,
    made: &mut VecDeque<(L, Result<U, E>)>,
) {
    while let Some((place, item)) = out.take(place) {
        made.push_back((L::at(place), Ok(item)));
    }
    if let Err(error) = outcome {
        made.push_back((L::at(place), Err(error)));
    }
}

/// Holds what the workers have to say.
struct Reports<T, U, E, L> {
    list: Mutex<VecDeque<Report<T, U, E, L>>>,
    /// The flow, which waits for it.
    task: AtomicWaker,
    /// Says of how many workers the chain is over.
    over: AtomicUsize,
}

impl<T, U, E, L> Reports<T, U, E, L> {
    fn new() -> Self {
        Self {
            list: Mutex::new(VecDeque::new()),
            task: AtomicWaker::new(),
            over: AtomicUsize::new(0),
        }
    }

    fn put(&self, report: Report<T, U, E, L>) {
        lock(&self.list).push_back(report);
        self.task.wake();
    }
}
