//! Whatever goes wrong, nothing is lost silently, nothing comes twice, and
//! nothing waits for ever.
//!
//! Every operator that holds items or lets time pass, with every end of a flow:
//!
//! | end                          | what holds                                                                        |
//! |------------------------------|-----------------------------------------------------------------------------------|
//! | of input                     | delivered = pulled                                                                |
//! | `run_until`, at its k-th poll | delivered = pulled, for every k                                                  |
//! | an error behind it, bare `?` | it reaches the caller with the sink's name; delivered + failed = pulled             |
//! | a panic behind it            | it reaches the caller as it is; delivered ⊆ pulled                                |
//! | dropped after its k-th poll  | nothing is delivered afterwards; delivered ⊆ pulled, for every k                  |
//!
//! Errors and panics come with each of the items. In every cell nothing is
//! delivered twice, an operator that keeps the order delivers a prefix of the
//! input, `latest` delivers in order and the newest in place of all, and every
//! item is dropped and no task left once the flow is gone.
//!
//! `checkpoints::faults` holds the same against acknowledgements.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
    thread,
    time::Duration,
};

use flow_runtime::{Error, flow};
use futures::{FutureExt, Stream, StreamExt, future::LocalBoxFuture, stream};
use tokio::{runtime::Builder, task::yield_now, time::sleep};

use crate::guard::{in_time, within};

const ITEMS: u32 = 12;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A numbered item; who holds `live`, too, sees whether it is still there.
#[derive(Clone)]
struct Item {
    number: u32,
    rounds: u32,
    _live: Arc<()>,
}

/// The way in which a flow comes to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// With its input.
    Input,
    /// The sink fails at this item.
    Error(u32),
    /// The sink panics at this item.
    Panic(u32),
    /// Stopped when the future of `run_until` is polled for the k-th time.
    Stop(usize),
    /// Dropped after its k-th poll.
    Drop(usize),
}

/// The effect of an operator on the order of its items.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Kept,
    Any,
    /// Any, and what would go round once more when the flow is stopped is left out.
    Round,
    /// Kept, and some are left out in favour of newer ones.
    Newest,
}

/// The clock, which may be paused: it does not wait for threads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Clock {
    Paused,
    Real,
}

/// One cell of the matrix: what its source and its sink see.
struct Cell {
    end: End,
    clock: Clock,
    live: Arc<()>,
    pulled: Mutex<Vec<u32>>,
    delivered: Mutex<Vec<u32>>,
    /// True when the item that fails came to the sink.
    failed: AtomicBool,
    /// The items that the sink failed at.
    refused: Mutex<Vec<u32>>,
}

impl Cell {
    fn new(end: End, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            end,
            clock,
            live: Arc::default(),
            pulled: Mutex::default(),
            delivered: Mutex::default(),
            failed: AtomicBool::new(false),
            refused: Mutex::default(),
        })
    }

    fn pulled(&self) -> Vec<u32> {
        self.pulled.lock().unwrap().clone()
    }

    fn delivered(&self) -> Vec<u32> {
        self.delivered.lock().unwrap().clone()
    }

    /// Lets some time pass, or another task run where the clock is a real one.
    async fn pause(&self, time: Duration) {
        match self.clock {
            Clock::Paused if !time.is_zero() => sleep(time).await,
            _ => yield_now().await,
        }
    }

    /// The items, which come at once, a poll late or after some time.
    fn source(self: &Arc<Self>) -> impl Stream<Item = Item> + Unpin + use<> {
        let this = self.clone();
        let items = stream::iter(1..=ITEMS).then(move |number| {
            let this = this.clone();
            async move {
                if number % 4 != 0 {
                    this.pause(ms(u64::from(number) % 3 * 2)).await;
                }
                this.pulled.lock().unwrap().push(number);
                Item {
                    number,
                    rounds: 0,
                    _live: this.live.clone(),
                }
            }
        });
        Box::pin(items)
    }

    /// The sink: takes what was made of some items, some time later.
    async fn take(&self, items: Vec<Item>) -> Result<(), &'static str> {
        let has = |at| items.iter().any(|item| item.number == at);
        self.pause(ms(u64::from(items[0].number) % 2 * 3)).await;
        match self.end {
            End::Error(at) if has(at) => {
                self.failed.store(true, Relaxed);
                let numbers = items.iter().map(|item| item.number);
                self.refused.lock().unwrap().extend(numbers);
                return Err("the sink fails");
            }
            End::Panic(at) if has(at) => {
                self.failed.store(true, Relaxed);
                resume_unwind(Box::new("the sink panics"));
            }
            _ => {}
        }
        let numbers = items.iter().map(|item| item.number);
        self.delivered.lock().unwrap().extend(numbers);
        Ok(())
    }

    /// Tells `run_until` to stop when it is polled so many times.
    async fn stop(&self) {
        let End::Stop(mut polls) = self.end else {
            return std::future::pending().await;
        };
        poll_fn(|_| match polls {
            0 => Poll::Ready(()),
            _ => {
                polls -= 1;
                Poll::Pending
            }
        })
        .await;
    }
}

/// Takes longer for some items.
async fn work(mut item: Item) -> Item {
    for _ in 0..item.number % 4 {
        yield_now().await;
    }
    item.rounds += 1;
    item
}

type Running = LocalBoxFuture<'static, Result<(), Error>>;

/// Polls a flow until it is there, or so many times.
async fn polled(mut flow: Running, polls: usize) -> Option<Result<(), Error>> {
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match flow.poll_unpin(cx) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            // It is to be dropped now, and not when it is woken again.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

type Outcome = Result<Option<Result<(), Error>>, Box<dyn Any + Send>>;

/// Runs a flow to its end; `None` where it was dropped before.
fn run(cell: &Arc<Cell>, flow: fn(Arc<Cell>) -> Running) -> Outcome {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(cell.clock == Clock::Paused)
        .build()
        .unwrap();
    let polls = match cell.end {
        End::Drop(polls) => polls,
        _ => usize::MAX,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { within(polled(flow(cell.clone()), polls)).await })
    }));
    let delivered = cell.delivered();
    let later = match cell.clock {
        Clock::Paused => ms(1000),
        Clock::Real => ms(0),
    };
    runtime.block_on(async { sleep(later).await });
    assert_eq!(cell.delivered(), delivered, "delivered afterwards");
    assert_eq!(runtime.metrics().num_alive_tasks(), 0, "tasks are left");
    // What is on another thread is dropped there.
    while cell.clock == Clock::Real && Arc::strong_count(&cell.live) > 1 {
        thread::yield_now();
    }
    assert_eq!(Arc::strong_count(&cell.live), 1, "items are left");
    outcome
}

/// Asserts what holds for one end, and says whether the flow came to it.
fn check_one(end: End, clock: Clock, order: Order, flow: fn(Arc<Cell>) -> Running) -> bool {
    let cell = Cell::new(end, clock);
    let outcome = run(&cell, flow);
    let (mut pulled, delivered) = (cell.pulled(), cell.delivered());
    // An error is an end of input: all else that was pulled is delivered.
    let refused = cell.refused.lock().unwrap().clone();
    pulled.retain(|number| !refused.contains(number));
    let case = format!("{end:?}: of {pulled:?} came {delivered:?}");

    let mut sorted = delivered.clone();
    sorted.sort_unstable();
    let whole = match order {
        Order::Kept => {
            assert!(pulled.starts_with(&delivered), "no prefix: {case}");
            pulled.len() == delivered.len()
        }
        Order::Any => sorted == pulled,
        Order::Round => matches!(end, End::Stop(_)) || sorted == pulled,
        Order::Newest => {
            assert_eq!(sorted, delivered, "out of order: {case}");
            delivered.last() == pulled.last()
        }
    };
    sorted.dedup();
    assert_eq!(sorted.len(), delivered.len(), "twice: {case}");
    assert!(
        delivered.iter().all(|x| pulled.contains(x)),
        "made up: {case}"
    );

    let failed = cell.failed.load(Relaxed);
    match (end, outcome) {
        (End::Error(_), Ok(Some(Err(error)))) => {
            assert!(failed, "{case}");
            assert!(whole || order == Order::Newest, "lost: {case}");
            assert_eq!(error.stage(), Some("sink"), "{case}");
            assert!(error.to_string().ends_with("the sink fails"), "{error}");
        }
        (End::Panic(_), Err(panic)) if failed => {
            assert_eq!(panic.downcast_ref(), Some(&"the sink panics"), "{case}");
        }
        (_, Err(panic)) => {
            eprintln!("{case}");
            resume_unwind(panic);
        }
        (_, Ok(Some(Err(error)))) => panic!("{error}: {case}"),
        (End::Drop(_), Ok(None)) => return false,
        (_, Ok(None)) => unreachable!("only what is to be dropped is"),
        (_, Ok(Some(Ok(())))) => {
            assert!(!failed, "the fault is swallowed: {case}");
            assert!(whole, "lost: {case}");
            match end {
                End::Stop(_) => return pulled.len() == ITEMS as usize,
                End::Error(_) | End::Panic(_) => assert_eq!(order, Order::Newest, "{case}"),
                End::Input | End::Drop(_) => {}
            }
            assert_eq!(pulled.len(), ITEMS as usize, "{case}");
        }
    }
    true
}

/// Goes through all the ends of a flow.
fn check(clock: Clock, order: Order, flow: fn(Arc<Cell>) -> Running) {
    let one = |end| check_one(end, clock, order, flow);
    assert!(one(End::Input));
    for at in 1..=ITEMS {
        assert!(one(End::Error(at)));
        assert!(one(End::Panic(at)));
    }
    let last = 400;
    assert!((0..last).any(|k| one(End::Stop(k))), "it is always stopped");
    assert!((0..last).any(|k| one(End::Drop(k))), "it never ends");
}

fn one(item: Item) -> Vec<Item> {
    vec![item]
}

macro_rules! matrix {
    ($clock:ident: $($name:ident($items:ident) $order:ident: [$($operators:tt)+];)+) => {$(
        #[test]
        fn $name() {
            in_time(|| {
                check(Clock::$clock, Order::$order, |cell| {
                    Box::pin(async move {
                        let $items = cell.source();
                        if matches!(cell.end, End::Stop(_)) {
                            let flow = flow! { $($operators)+ -> sink(|items| cell.take(items))?; };
                            return flow.run_until(cell.stop()).await;
                        }
                        let flow = flow! { $($operators)+ -> sink(|items| cell.take(items))?; };
                        flow.run().await
                    })
                });
            });
        }
    )+};
}

matrix! { Paused:
    nothing_that_holds(items) Kept: [stream(items) -> map(one)];
    a_buffer(items) Kept: [stream(items) -> buffer(3) -> map(one)];
    a_delay(items) Kept: [stream(items) -> delay(ms(4)) -> map(one)];
    a_full_delay(items) Kept: [stream(items) -> delay(ms(9), capacity = 2) -> map(one)];
    a_rate_limit(items) Kept: [stream(items) -> rate_limit(ms(3)) -> map(one)];
    the_latest(items) Newest: [stream(items) -> latest() -> map(one)];
    windows_of_time(items) Kept: [stream(items) -> timed_window(ms(5)) -> map(|window| window.to_vec())];
    batches(items) Kept: [stream(items) -> partition(5) -> map(|batch| batch.to_vec())];
    batches_in_time(items) Kept: [stream(items) -> partition(4, timeout = ms(5)) -> map(|batch| batch.to_vec())];
    batches_of_keys(items) Any: [stream(items) -> partition(2, by = |x| x.number % 3) -> map(|batch| batch.to_vec())];
    batches_of_distinct_keys(items) Kept: [stream(items) -> partition_unique(5, by = |x| x.number) -> map(|batch| batch.to_vec())];
    windows(items) Kept: [stream(items) -> sliding_window(3, partial = true) -> map(|window| window[window.len() - 1..].to_vec())];
    runs(items) Kept: [stream(items) -> group_by(|x| x.number / 5) -> map(|(_, run)| run.to_vec())];
    windows_of_keys(items) Kept: [stream(items) -> window_by(|x| [x.number / 5]) -> map(|(_, window)| window.to_vec())];
    branches_that_meet(items) Kept: [
        x = stream(items);
        zip(x -> buffer(2), x -> delay(ms(4))) -> map(|(left, right)| { assert_eq!(left.number, right.number); one(left) })
    ];
    branches_of_which_one_is_late(items) Kept: [
        x = stream(items);
        zip_latest(x, x -> delay(ms(4))) -> map(|(first, _)| one(first))
    ];
    concurrent_work(items) Kept: [stream(items) -> then(work, concurrency = 3) -> map(one)];
    concurrent_work_as_completed(items) Any: [stream(items) -> then(work, concurrency = 3, ordered = false) -> map(one)];
    batches_of_each_key(items) Any: [stream(items) -> by_key(|x| x.number % 3) { partition(2) } -> map(|batch| batch.to_vec())];
    chains_of_keys_that_wait(items) Any: [stream(items) -> by_key(|x| x.number % 3) { then(work) -> rate_limit(ms(2)) } -> map(one)];
    windows_of_time_of_each_key(items) Any: [stream(items) -> by_key(|x| x.number % 3) { timed_window(ms(5)) } -> map(|window| window.to_vec())];
    concurrent_work_of_each_key(items) Any: [stream(items) -> by_key(|x| x.number % 3) { buffer(2) -> then(work, concurrency = 2) -> partition(2) } -> map(|batch| batch.to_vec())];
    few_keys_that_wait(items) Any: [stream(items) -> by_key(|x| x.number % 3, capacity = 2) { then(work) -> partition(2) } -> map(|batch| batch.to_vec())];
    keys_that_are_idle_and_wait(items) Any: [stream(items) -> by_key(|x| x.number % 3, idle = ms(3)) { then(work) -> partition(2) } -> map(|batch| batch.to_vec())];
    a_cycle_through_chains_of_keys(items) Round: [
        x = by_key(|x| x.number % 3) { buffer(3) -> then(work, concurrency = 2) -> rate_limit(ms(1)) };
        stream(items) -> x;
        x -> filter(|x| x.rounds <= x.number % 3) -> x;
        x -> filter(|x| x.rounds > x.number % 3) -> map(one)
    ];
    a_cycle_through_concurrent_work(items) Round: [
        x = then(work, concurrency = 3);
        stream(items) -> x;
        x -> filter(|x| x.rounds <= x.number % 3) -> x;
        x -> filter(|x| x.rounds > x.number % 3) -> map(one)
    ];
    all_sorts(items) Any: [
        stream(items) -> buffer(2) -> then(work, concurrency = 2, ordered = false) -> partition(3, timeout = ms(4)) -> delay(ms(2))
            -> map(|batch| batch.to_vec())
    ];
}

matrix! { Real:
    threads(items) Any: [stream(items) -> scatter(2) -> map(one) -> gather()];
    threads_in_order(items) Kept: [stream(items) -> scatter(2) -> map(one) -> gather(ordered = true)];
    batches_on_threads(items) Any: [stream(items) -> scatter(2) -> partition(3) -> map(|batch| batch.to_vec()) -> gather()];
}
