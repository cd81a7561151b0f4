//! `scatter(n) -> … -> gather()`: what lies between runs on worker threads.
//!
//! It is one cut. Items go to the workers in blocks, so that a hand-over is paid
//! once for many of them; a block comes back with what its worker made of it, and
//! with how long that took. By this blocks are as large as keeps a worker busy
//! for a while, and no larger: a few costly items go to all workers. A worker
//! that has nothing to do sleeps, and one that is done wakes the flow.
//!
//! ```text
//! push ──▶ open block ──▶ queue ──▶ worker: its copy of the chain
//!                                      │
//! pop  ◀── ready ◀── order ◀── done ◀──┘
//! ```

mod cut;
mod made;
mod order;
mod size;
mod workers;

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foldhash::quality::RandomState;

use self::cut::Scatter;
pub use self::made::made;
use self::made::{Gathers, Taken};
use self::size::BLOCK;
use self::workers::Workers;
use crate::ty::{Ty, When, apart::Apart, proven};

/// Says how many items may be within for each worker: a block it works on, and one
/// that waits for it.
pub const SCATTERED: usize = 2 * BLOCK;

/// Runs what lies up to `gather()` on `n` worker threads, each with a copy of
/// the chain: functions are `Clone + Send + 'static`, and items `Send + 'static`.
///
/// `by = f` keeps the items of a key, which is what `f` gives of them, on one
/// worker and in their order. What leaves comes as it is made, and with
/// `gather(ordered = true)` in the order of input. What operators remember, such
/// as windows, is each worker's own, and what they hold leaves at the end of
/// input, worker by worker.
///
/// Items go to the workers in blocks that take about 100 µs, of one item to 4096.
/// Two blocks a worker are within at once, from where items come in to where what
/// was made of them is taken, so `8192 * n` items at most and `2 * n` where they
/// cost much; then what is before it waits. An item may give very many, or be without end:
/// what it gives goes on in parts, and ends when nobody wants more. A worker whose chain is over
/// (each `take` counts its own items) drops what comes to it, and once all are, nothing more is
/// pulled for them; `step` gives `false` then. Only with `by = f` and
/// `gather(ordered = true)` together what an item gives leaves at once, when all is made of it.
///
/// The threads start with the first item and end with the flow; who drops the
/// flow waits for the items that are being worked on. A panic in a worker is one
/// of the flow. Workers know no clock: under tokio's paused one, time may pass
/// while they work.
///
/// # Panics
///
/// Where `n` is 0, and where a thread cannot be started.
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn scatter<T, U, E, S, C, O, P, Q, M, N>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    n: usize,
    chain: S,
    copy: C,
    out: O,
    ordered: bool,
    step: P,
    end: Q,
) -> (Scatter<T, U, E, (), fn(&T) -> usize>, Ty<U, M>)
where
    T: Send + 'static,
    U: Send + 'static,
    E: Send + 'static,
    S: Send + 'static,
    C: Fn(&S) -> S + Send + 'static,
    O: Gathers<U> + Send + 'static,
    P: FnMut(&mut S, &mut O, T) -> Result<bool, E> + Clone + Send + 'static,
    Q: FnMut(&mut S, &mut O) -> Result<(), E> + Clone + Send + 'static,
{
    drop(out);
    let start = starter(n, true, chain, copy, step, end);
    (Scatter::new(n, 1, |_| 0, ordered, start), Ty::of_mode())
}

/// [`scatter`] with `by = f`.
///
/// # Panics
///
/// As [`scatter`].
#[inline]
#[track_caller]
#[allow(clippy::too_many_arguments, reason = "a macro calls it")]
pub fn scatter_by<T, U, E, A, K: Spread<H> + Apart<T, F, A>, H, F, S, C, O, P, Q, M, N>(
    _: Ty<T, M>,
    _: Ty<U, N>,
    n: usize,
    f: F,
    chain: S,
    copy: C,
    out: O,
    ordered: bool,
    step: P,
    end: Q,
) -> (
    When<A, When<H, Scatter<T, U, E, usize, ByKey<F>>>>,
    Ty<U, M>,
)
where
    T: Send + 'static,
    U: Send + 'static,
    E: Send + 'static,
    F: FnMut(&T) -> K,
    S: Send + 'static,
    C: Fn(&S) -> S + Send + 'static,
    O: Gathers<U> + Send + 'static,
    P: FnMut(&mut S, &mut O, T) -> Result<bool, E> + Clone + Send + 'static,
    Q: FnMut(&mut S, &mut O) -> Result<(), E> + Clone + Send + 'static,
{
    drop(out);
    let hashes = RandomState::default();
    let worker = ByKey { f, hashes, n };
    // The order of a round is that of its blocks together.
    let start = starter(n, !ordered, chain, copy, step, end);
    (Scatter::new(n, n, worker, ordered, start), Ty::of_mode())
}

proven! {
    /// Implemented by what can be spread over workers: whatever is `Hash`.
    #[diagnostic::on_unimplemented(
        message = "no worker is chosen by `{Self}`: it is not `Hash`",
        label = "`by` gives the key of each item, and keeps a key on one worker",
        note = "derive `Hash`, or give a key that is; of a float, `by = |x| x.to_bits()`",
        note = "a type parameter can be spread where it is `Hash`"
    )]
    pub trait Spread: Hash;
}

/// Assigns items to the queues of the workers.
pub trait Assigns<T> {
    /// Returns the queue.
    fn queue(&mut self, item: &T) -> usize;
}

/// The only one there is.
impl<T> Assigns<T> for fn(&T) -> usize {
    #[inline]
    fn queue(&mut self, item: &T) -> usize {
        self(item)
    }
}

/// The queue of the worker that has a key.
#[derive(Clone)]
pub struct ByKey<F> {
    f: F,
    hashes: RandomState,
    n: usize,
}

impl<T, K: Hash, F: FnMut(&T) -> K> Assigns<T> for ByKey<F> {
    #[inline]
    fn queue(&mut self, item: &T) -> usize {
        worker_of(&self.hashes, &(self.f)(item), self.n)
    }
}

/// Returns the worker of a key. The hash is one whose every bit is good: with less, keys
/// in a row may all come to one worker.
fn worker_of<K: Hash>(hashes: &RandomState, key: &K, n: usize) -> usize {
    (hashes.hash_one(key) % n as u64) as usize
}

/// Returns what starts the workers, each with a copy of the chain.
#[track_caller]
fn starter<T, U, E, L, S, C, O, P, Q>(
    n: usize,
    posts: bool,
    chain: S,
    copy: C,
    step: P,
    end: Q,
) -> Start<T, U, E, L>
where
    T: Send + 'static,
    U: Send + 'static,
    E: Send + 'static,
    L: Place,
    S: Send + 'static,
    C: Fn(&S) -> S + Send + 'static,
    O: Gathers<U> + Send + 'static,
    P: FnMut(&mut S, &mut O, T) -> Result<bool, E> + Clone + Send + 'static,
    Q: FnMut(&mut S, &mut O) -> Result<(), E> + Clone + Send + 'static,
{
    assert!(n > 0, "`scatter(n)`: `n` must be at least 1");
    Arc::new(Mutex::new(move |workers: &mut Workers<T, U, E, L>| {
        for _ in 0..n {
            workers.start::<S, O, _, _>(posts, copy(&chain), step.clone(), end.clone());
        }
    }))
}

/// The type of what starts the workers. Copies of a piece share it.
type Start<T, U, E, L> = Arc<Mutex<dyn FnMut(&mut Workers<T, U, E, L>) + Send>>;

/// The place of an item in its round. Where a round is one block, which keeps its
/// order by itself, it is nothing.
pub trait Place: Copy + Ord + Send + 'static {
    fn at(place: usize) -> Self;

    fn index(self) -> usize;
}

impl Place for () {
    #[inline]
    fn at(_: usize) -> Self {}

    #[inline]
    fn index(self) -> usize {
        0
    }
}

impl Place for usize {
    #[inline]
    fn at(place: usize) -> Self {
        place
    }

    #[inline]
    fn index(self) -> usize {
        self
    }
}

/// Items on their way to a worker and back.
struct Block<T, U, E, L> {
    /// Blocks that were handed over together.
    round: u64,
    /// Says how many items came in with it.
    count: usize,
    /// It is the last of its worker.
    ends: bool,
    /// It is a part of what becomes of a block that is still being worked on. The worker
    /// goes on when this is dropped.
    part: Option<Taken>,
    /// Says how long the worker worked on them.
    took: Duration,
    /// The items, each with its place in the round.
    items: Vec<(L, T)>,
    /// Holds what became of them, with the place of the item.
    made: VecDeque<(L, Result<U, E>)>,
    /// The items that came when the chain of the worker was over.
    refused: Vec<T>,
}

impl<T, U, E, L> Block<T, U, E, L> {
    fn new() -> Self {
        Self {
            round: 0,
            count: 0,
            ends: false,
            part: None,
            took: Duration::ZERO,
            items: Vec::new(),
            made: VecDeque::new(),
            refused: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RandomState, worker_of};

    #[test]
    fn keys_in_a_row_have_different_workers() {
        for _ in 0..1000 {
            let hashes = RandomState::default();
            let first = (0..100_u32).filter(|key| worker_of(&hashes, key, 2) == 0);
            assert!((10..=90).contains(&first.count()));
        }
    }
}
