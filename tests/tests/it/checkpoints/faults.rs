//! Whatever goes wrong, what was acknowledged was delivered: a prefix of what
//! came, and a subset of what was delivered.
//!
//! Every holding operator with every end: an error, a panic, the flow dropped
//! at each of its awaits, and the end of input.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use flow_runtime::flow;
use futures::{FutureExt, StreamExt};

use super::Acks;

const ITEMS: u32 = 12;

/// The act of the sink on the item that is to fail.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Error,
    Panic,
}

/// The items that a sink got.
struct Sink {
    fault: Fault,
    at: u32,
    delivered: RefCell<BTreeSet<u32>>,
}

impl Sink {
    /// Takes what was made of some items, some time later.
    async fn take(&self, items: Vec<u32>) -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        if items.contains(&self.at) {
            match self.fault {
                Fault::None => {}
                Fault::Error => return Err("the sink fails"),
                Fault::Panic => resume_unwind(Box::new("the sink panics")),
            }
        }
        self.delivered.borrow_mut().extend(items);
        Ok(())
    }
}

/// Runs a flow up to its end, or until it has been polled so many times.
fn run<T>(flow: impl Future<Output = T>, polls: usize) -> Option<T> {
    let mut flow = pin!(flow);
    for _ in 0..polls {
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(value) = flow.poll_unpin(&mut cx) {
            return Some(value);
        }
    }
    None
}

macro_rules! matrix {
    ($($name:ident: [$($operators:tt)+];)+) => {$(
        #[test]
        fn $name() {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            let _in = runtime.enter();
            check(|acks, sink, polls| {
                // Every item comes a poll late.
                let items = Box::pin(acks.source(1..=ITEMS).then(async |item| {
                    tokio::task::yield_now().await;
                    item
                }));
                let flow = flow! {
                    stream(items, ack = true) -> $($operators)+ -> sink(|x| sink.take(x))?;
                };
                run(flow.run(), polls).map(|outcome| outcome.is_err())
            });
        }
    )+};
}

/// Holds for every end of a flow, which says whether it came to one and whether
/// that was an error.
fn check(flow: impl Fn(&Acks, &Sink, usize) -> Option<bool>) {
    let whole = |polls| {
        let faults = [(Fault::None, 0)].into_iter();
        let items = (1..=ITEMS).flat_map(|at| [(Fault::Error, at), (Fault::Panic, at)]);
        let mut ended = true;
        for (fault, at) in faults.chain(items) {
            let (acks, delivered) = (Acks::default(), RefCell::default());
            let sink = Sink {
                fault,
                at,
                delivered,
            };
            let outcome = catch_unwind(AssertUnwindSafe(|| flow(&acks, &sink, polls)));
            let case = format!("{fault:?} at {at} after {polls} polls");
            let acked = acks.get();
            let prefix: Vec<u32> = (1..).take(acked.len()).collect();
            assert_eq!(acked, prefix, "in order, each once: {case}");
            let delivered = sink.delivered.borrow();
            let lost: Vec<_> = acked.iter().filter(|x| !delivered.contains(x)).collect();
            assert!(
                lost.is_empty(),
                "{lost:?} was acknowledged and not delivered: {case}"
            );
            if let Ok(Some(failed)) = outcome {
                assert_eq!(failed, fault == Fault::Error, "{case}");
                if !failed {
                    assert_eq!(acked.len(), ITEMS as usize, "{case}");
                }
            }
            if fault == Fault::None {
                ended = matches!(outcome, Ok(Some(_)));
            }
        }
        ended
    };
    assert!((0..400).any(whole), "the flow never comes to its end");
}

matrix! {
    nothing_that_holds: [map(|x| vec![x])];
    a_buffer: [buffer(3) -> map(|x| vec![x])];
    two_buffers: [buffer(2) -> map(|x| vec![x]) -> buffer(1)];
    a_batch: [partition(5) -> map(|batch| batch.to_vec())];
    batches_of_keys: [partition(2, by = |x| x % 3) -> map(|batch| batch.to_vec())];
    a_window: [sliding_window(3, partial = true) -> map(|window| window.to_vec())];
    windows_of_keys: [window_by(|x| [x / 4, x / 4 + 1]) -> map(|(_, window)| window.to_vec())];
    concurrent_work: [then(work, concurrency = 3) -> map(|x| vec![x])];
    concurrent_work_as_completed: [then(work, concurrency = 3, ordered = false) -> map(|x| vec![x])];
    batches_of_concurrent_work: [then(work, concurrency = 3, ordered = false) -> partition(2) -> buffer(1)
            -> map(|batch| batch.to_vec())];
    work_on_batches: [partition(2) -> then(async |batch| { work(batch[0]).await; batch }, concurrency = 2)
            -> map(|batch| batch.to_vec())];
}

/// Takes longer for some items.
async fn work(x: u32) -> u32 {
    for _ in 0..x % 4 {
        tokio::task::yield_now().await;
    }
    x
}

/// As `check`, where a timer decides: the flow is dropped after some time.
#[test]
fn what_waits_for_time() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    for dropped in 0..60 {
        let (acks, seen) = (Acks::default(), RefCell::new(BTreeSet::new()));
        runtime.block_on(async {
            let items = Box::pin(acks.source(1..=ITEMS).then(async |item| {
                tokio::time::sleep(Duration::from_millis(3)).await;
                item
            }));
            let flow = flow! {
                stream(items, ack = true) -> delay(Duration::from_millis(4))
                    -> partition(4, timeout = Duration::from_millis(7))
                    -> sink(async |batch| {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        seen.borrow_mut().extend(batch.to_vec());
                    });
            };
            let limit = Duration::from_millis(dropped);
            let _ = tokio::time::timeout(limit, flow.run()).await;
        });
        let acked: BTreeSet<u32> = acks.get().into_iter().collect();
        assert_eq!(acked.len(), acks.get().len());
        assert!(
            acked.is_subset(&seen.borrow()),
            "dropped after {dropped} ms"
        );
    }
}
