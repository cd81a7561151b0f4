//! The queue of tasks between the flow and its workers.

use std::collections::VecDeque;
use std::sync::PoisonError;

use super::{Block, lock};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Condvar, Mutex};

/// Says what the flow tells a worker.
pub(super) enum Task<T, U, E, L> {
    /// To work on these.
    Work(Block<T, U, E, L>),
    /// To flush what it holds, into this block, and to end.
    End(Block<T, U, E, L>),
}

/// Holds what waits for a worker.
pub(super) struct Queue<T, U, E, L> {
    tasks: Mutex<Tasks<T, U, E, L>>,
    /// A task was put in, or the workers are to stop, or the chain of one is over.
    changed: Condvar,
    /// Says how many workers take from it.
    workers: usize,
    /// Set and read under the lock by who waits, and without it between items.
    stopped: AtomicBool,
}

struct Tasks<T, U, E, L> {
    list: VecDeque<Task<T, U, E, L>>,
    /// Says how many workers wait for one. To wake nobody costs a system call, too.
    waiting: usize,
    /// Says of how many workers the chain is over.
    over: usize,
}

impl<T, U, E, L> Queue<T, U, E, L> {
    pub(super) fn new(workers: usize) -> Self {
        Self {
            tasks: Mutex::new(Tasks {
                list: VecDeque::new(),
                waiting: 0,
                over: 0,
            }),
            changed: Condvar::new(),
            workers,
            stopped: AtomicBool::new(false),
        }
    }

    pub(super) fn put(&self, task: Task<T, U, E, L>) {
        let mut tasks = lock(&self.tasks);
        tasks.list.push_back(task);
        let (waiting, over) = (tasks.waiting > 0, tasks.over > 0);
        drop(tasks);
        // It may be of no use to the one that would be woken.
        if waiting && over {
            self.changed.notify_all();
        } else if waiting {
            self.changed.notify_one();
        }
    }

    /// The chain of a worker is over.
    pub(super) fn leave(&self) {
        lock(&self.tasks).over += 1;
        self.changed.notify_all();
    }

    /// The workers have ended, and others begin.
    pub(super) fn begin_again(&self) {
        lock(&self.tasks).over = 0;
    }

    /// The next task; waits for one. `None` once the workers are to stop. A worker whose chain
    /// is over leaves items to the others, as long as there are any.
    pub(super) fn take(&self, over: bool) -> Option<Task<T, U, E, L>> {
        let mut tasks = lock(&self.tasks);
        loop {
            if self.stopped() {
                return None;
            }
            let task = match over && tasks.over < self.workers {
                false => tasks.list.pop_front(),
                true => {
                    let ends = |task: &Task<_, _, _, _>| matches!(task, Task::End(_));
                    let end = tasks.list.iter().position(ends);
                    end.and_then(|end| tasks.list.remove(end))
                }
            };
            if task.is_some() {
                return task;
            }
            tasks.waiting += 1;
            tasks = self
                .changed
                .wait(tasks)
                .unwrap_or_else(PoisonError::into_inner);
            tasks.waiting -= 1;
        }
    }

    pub(super) fn stop(&self) {
        let tasks = lock(&self.tasks);
        self.stopped.store(true, Ordering::Relaxed);
        drop(tasks);
        self.changed.notify_all();
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
