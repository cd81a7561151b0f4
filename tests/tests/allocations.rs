//! A flow that runs allocates nothing for an item.
//!
//! Every case runs with a thousand and with eleven thousand items. What it
//! allocates may not differ: set-up and the first growth of what is kept are
//! the same in both.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use flow_runtime::{flow, inspect::Knob};

/// The system's allocator, which counts the allocations of each thread.
struct Counting;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

fn count() {
    // Not there any more while a thread ends.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

#[allow(unsafe_code, reason = "the only way to count allocations")]
// SAFETY: every call is handed to the system's allocator as it is; counting
// allocates nothing and does not unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `realloc`; blocks come from
        // the system's allocator.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`; blocks come from
        // the system's allocator.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations<T>(run: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    black_box(run());
    ALLOCATIONS.get() - before
}

/// Asserts that ten thousand more items allocate nothing more.
#[track_caller]
fn assert_steady<T>(run: impl Fn(u64) -> T) {
    // What is made once a thread, such as its waker, is none of the flow's.
    run(1);
    let few = allocations(|| run(1_000));
    let many = allocations(|| run(11_000));
    assert_eq!(many, few, "allocations for 11,000 items and for 1,000");
}

fn drive<F: Future>(flow: F) -> F::Output {
    futures::executor::block_on(flow)
}

#[test]
fn allocations_are_counted() {
    assert_eq!(allocations(|| Box::new(1)), 1);
    assert_eq!(allocations(|| 1), 0);
    let growing = |n: u64| flow! { from(0..n) -> map(Box::new) -> count() }.run();
    assert_eq!(allocations(|| growing(10)), 10);
}

mod synchronous {
    use super::*;

    #[test]
    fn a_linear_chain() {
        assert_steady(|n| {
            flow! {
                from(0..n) -> map(|x| x * 3 + 1) -> filter(|x| x % 2 == 0) -> filter_map(Some)
                    -> flat_map(|x| [x, x]) -> inspect(|_| ()) -> enumerate() -> skip(1) -> step_by(2)
                    -> accumulate(0, |sum, (_, x)| { *sum += x; *sum })
                    -> fold(0, |sum: &mut u64, x| *sum = sum.wrapping_add(x))
            }
            .run()
        });
        let nothing = allocations(|| flow! { from(0..9_u64) -> map(|x| x + 1) -> sum() }.run());
        assert_eq!(nothing, 0);
    }

    #[test]
    fn a_diamond_in_lockstep() {
        let run = |n| {
            flow! {
                x = from(0..n);
                zip(x -> map(|x| x + 1), x -> map(|x| x * 2)) -> map(|(a, b)| a ^ b) -> sum()
            }
            .run()
        };
        assert_steady(run);
        assert_eq!(allocations(|| run(1_000)), 0);
    }

    #[test]
    fn a_tee_and_a_union() {
        let run = |n| {
            flow! {
                x = from(0..n);
                union(x -> filter(|x| x % 3 == 0), x -> map(|x| x * 2)) -> sum()
            }
            .run()
        };
        assert_steady(run);
        assert_eq!(allocations(|| run(1_000)), 0);
        assert_steady(|n| {
            flow! { x = from(0..n); union(x -> flat_map(|x| [x, x]), x) -> sum() }.run()
        });
    }

    #[test]
    fn a_zip_through_queues() {
        assert_steady(|n| {
            flow! {
                x = from(0..n);
                zip(x -> filter(|x| x % 2 == 0), x -> filter(|x| x % 2 == 1)) -> count()
            }
            .run()
        });
        assert_steady(|n| flow! { zip(from(0..n), from(0..n), from(0..)) -> count() }.run());
        assert_steady(|n| {
            flow! { zip(from(0..n), from(0..n), capacity = 3)? -> count() }
                .run()
                .unwrap()
        });
    }

    #[test]
    fn batches_and_windows_inline() {
        assert_steady(|n| flow! { from(0..n) -> partition(8) -> map(|b| b.len()) -> sum() }.run());
        assert_steady(|n| {
            flow! { from(0..n) -> sliding_window(5) -> map(|w| w.iter().sum::<u64>()) -> sum() }
                .run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> sliding_window(5, partial = true) -> map(|w| w.len()) -> sum() }
                .run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> partition(4, by = |x| x % 5) -> map(|b| b.len()) -> sum() }.run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> partition_unique(4, by = |x| x % 6) -> map(|b| b.len()) -> sum() }
                .run()
        });
    }

    #[test]
    fn batches_and_windows_on_the_heap() {
        let size = black_box(100);
        assert_steady(|n| {
            flow! { from(0..n) -> partition(size) -> map(|b| b.len()) -> sum() }.run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> sliding_window(size) -> map(|w| w.iter().sum::<u64>()) -> sum() }
                .run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> sliding_window(size, partial = true) -> map(|w| w.len()) -> sum() }.run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> partition(size, by = |x| x % 5) -> map(|b| b.len()) -> sum() }
                .run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> partition_unique(size, by = |x| x % 150) -> map(|b| b.len()) -> sum() }.run()
        });
        assert_steady(|n| flow! { from(0..n) -> partition(size) -> flatten() -> sum() }.run());
    }

    #[test]
    fn runs_of_equal_keys() {
        assert_steady(|n| {
            flow! { from(0..n) -> group_by(|x| x / 10) -> map(|(_, b)| b.len()) -> sum() }.run()
        });
    }

    #[test]
    fn what_was_seen_most_recently() {
        assert_steady(|n| flow! { from(0..n) -> unique(capacity = 50) -> count() }.run());
        assert_steady(|n| {
            flow! { from(0..n) -> unique(by = |x| x % 90, capacity = 50) -> count() }.run()
        });
        assert_steady(|n| flow! { from(0..n) -> unique(by = |x| x % 90) -> count() }.run());
    }

    #[test]
    fn chains_of_keys() {
        let size = black_box(10);
        assert_steady(|n| {
            flow! {
                from(0..n) -> by_key(|x| x % 5) { filter(|x| x % 3 > 0) -> sliding_window(3) -> map(|w| w[0]) } -> sum()
            }
            .run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> by_key(|x| x % 5) { partition(size) -> map(|b| b.len()) } -> sum() }.run()
        });
        assert_steady(|n| {
            flow! { from(0..n) -> by_key(|x| x % 5, capacity = 5) { partition(4) -> flatten() } -> sum() }.run()
        });
        // Keys come and go.
        assert_steady(|n| {
            flow! { from(0..n) -> by_key(|x| x % 9, capacity = 5) { enumerate() -> map(|(n, x)| n as u64 + x) } -> sum() }
                .run()
        });
    }

    #[test]
    fn keyed_pairs() {
        assert_steady(|n| {
            flow! {
                left = from(0..n) -> map(|k| (k, 'a'));
                right = from((0..n).step_by(3)) -> map(|k| (k, 'b'));
                merge_keyed(left, right)? -> count()
            }
            .run()
            .unwrap()
        });
        assert_steady(|n| {
            flow! {
                left = from(0..n) -> map(|k| (k, 'a'));
                right = from((0..n).step_by(3)) -> map(|k| (k, 'b'));
                cogroup(left, right, carry = true)? -> count()
            }
            .run()
            .unwrap()
        });
    }

    #[test]
    fn sinks() {
        assert_steady(|n| {
            flow! {
                items = from(0..n);
                count = items -> count();
                sum = items -> sum();
                fold = items -> fold(0, |most, x| *most = x.max(*most));
                min = items -> min();
                max = items -> max();
                last = items -> last();
                reduced = items -> reduce(|a, b| a ^ b);
                items -> for_each(|x| _ = black_box(x));
                items -> drain();
                (count, sum, fold, min, max, last, reduced)
            }
            .run()
        });
    }

    #[test]
    fn errors_that_are_diverted() {
        assert_steady(|n| {
            flow! {
                good = from(0..n) -> map(|x| if x % 2 == 0 { Ok(x) } else { Err(x) })? else bad -> sum();
                bad = map(|x| x + 1) -> sum();
                (good, bad)
            }
            .run()
        });
    }
}

mod asynchronous {
    use super::*;

    async fn ready(x: u64) -> u64 {
        x + 1
    }

    async fn waiting(x: u64) -> u64 {
        let mut waited = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut waited, true) {
                return std::task::Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        x + 1
    }

    #[test]
    fn one_at_a_time() {
        let run =
            |n| drive(flow! { from(0..n) -> then(ready) -> filter(|x| x % 2 == 0) -> sum() }.run());
        assert_steady(run);
        assert_steady(|n| drive(flow! { from(0..n) -> then(waiting) -> sum() }.run()));
    }

    #[test]
    fn concurrent_and_ready() {
        assert_steady(|n| {
            drive(flow! { from(0..n) -> then(ready, concurrency = 16) -> sum() }.run())
        });
        assert_steady(|n| {
            drive(
                flow! { from(0..n) -> then(ready, concurrency = 16, ordered = false) -> sum() }
                    .run(),
            )
        });
    }

    #[test]
    fn concurrent_and_waiting_once() {
        assert_steady(|n| {
            drive(flow! { from(0..n) -> then(waiting, concurrency = 16) -> sum() }.run())
        });
        assert_steady(|n| {
            drive(
                flow! { from(0..n) -> then(waiting, concurrency = 16, ordered = false) -> sum() }
                    .run(),
            )
        });
    }

    #[test]
    fn concurrent_by_a_knob() {
        assert_steady(|n| {
            let knob = Knob::new(16);
            drive(flow! { from(0..n) -> then(ready, concurrency = &knob) -> sum() }.run())
        });
        assert_steady(|n| {
            let knob = Knob::new(16);
            drive(flow! { from(0..n) -> then(waiting, concurrency = &knob) -> sum() }.run())
        });
        assert_steady(|n| {
            let knob = Knob::new(16);
            let flow = flow! { from(0..n) -> then(waiting, concurrency = &knob, ordered = false) -> map(|x| x ^ knob.get() as u64) -> sum() };
            drive(flow.run())
        });
    }

    #[test]
    fn chains_of_keys() {
        assert_steady(|n| {
            drive(flow! { from(0..n) -> by_key(|x| x % 5) { then(waiting) -> sliding_window(2) -> map(|w| w[1]) } -> sum() }.run())
        });
        assert_steady(|n| {
            drive(flow! { from(0..n) -> by_key(|x| x % 5) { buffer(2) -> then(waiting, concurrency = 2) } -> sum() }.run())
        });
    }

    #[test]
    fn across_regions() {
        assert_steady(|n| {
            drive(
                flow! {
                    items = from(0..n);
                    slow = items -> then(waiting, concurrency = 16);
                    zip(slow, items) -> map(|(a, b)| a ^ b) -> sum()
                }
                .run(),
            )
        });
    }

    #[test]
    fn a_stream() {
        assert_steady(|n| drive(flow! { stream(futures::stream::iter(0..n)) -> sum() }.run()));
    }

    /// Adds up what leaves.
    async fn total(stream: impl futures::Stream<Item = u64>) -> u64 {
        use futures::StreamExt;
        stream.fold(0, async |sum, x| sum + x).await
    }

    #[test]
    fn an_open_end() {
        assert_steady(|n| {
            drive(total(
                flow! { from(0..n) -> then(waiting) -> map(|x| x * 2) },
            ))
        });
        assert_steady(|n| {
            drive(total(
                flow! { from(0..n) -> then(ready) -> flat_map(|x| [x, x]) },
            ))
        });
        let source = |n| futures::stream::iter(0..n);
        assert_steady(|n| {
            drive(total(
                flow! { stream(source(n)) -> then(|x| async move { waiting(x).await }) -> then(async |x| x) },
            ))
        });
        assert_steady(|n| {
            drive(total(
                flow! { stream(source(n)) -> then(waiting) -> filter(|x| x % 2 == 0) },
            ))
        });
        assert_steady(|n| {
            flow! { from(0..n) -> flat_map(|x| [x, x]) -> flat_map(|x| [x]) }.sum::<u64>()
        });
    }

    #[test]
    fn awaited_emits() {
        assert_steady(|n| {
            drive(async {
                let mut flow = flow! { <u64> -> then(waiting) -> then(ready) -> sum::<u64>() };
                for x in 0..n {
                    flow.emit(x).await;
                }
                flow.finish().await
            })
        });
    }

    #[test]
    fn an_awaited_sink() {
        assert_steady(|n| drive(flow! { from(0..n) -> sink(async |x| _ = black_box(x)) }.run()));
    }
}

/// Under a paused clock of tokio's: what lets items wait, and what lets time
/// pass.
mod timed {
    use std::{future::pending, time::Duration};

    use tokio::{
        runtime::Builder,
        task::yield_now,
        time::{sleep, timeout},
    };

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Drives a flow on one thread, which is the one that counts.
    fn drive<F: Future>(flow: F) -> F::Output {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        let hours = 1_000 * Duration::from_secs(3600);
        runtime.block_on(async { timeout(hours, flow).await.expect("the flow hangs") })
    }

    /// Numbers, of which every eighth comes later than the one before it.
    fn source(n: u64) -> impl futures::Stream<Item = u64> + Unpin {
        Box::pin(futures::stream::unfold(0, move |x| async move {
            if u64::is_multiple_of(x, 8) {
                sleep(MS).await;
            }
            (x < n).then_some((x, x + 1))
        }))
    }

    async fn work(x: u64) -> u64 {
        yield_now().await;
        if x.is_multiple_of(5) {
            sleep(MS).await;
        }
        x
    }

    macro_rules! steady {
        ($($name:ident: [$($operators:tt)+];)+) => {$(
            #[test]
            fn $name() {
                assert_steady(|n| {
                    drive(async { flow! { stream(source(n)) -> $($operators)+ -> drain(); }.run().await });
                });
                assert_steady(|n| {
                    drive(async {
                        let flow = flow! { stream(source(n)) -> $($operators)+ -> sink(async |_| sleep(MS).await); };
                        flow.run().await;
                    });
                });
            }
        )+};
    }

    steady! {
        nothing_that_waits: [map(|x| x + 1)];
        a_buffer: [buffer(16)];
        a_rate_limit: [rate_limit(MS)];
        a_rate_limit_by_a_knob: [rate_limit(&Knob::new(MS))];
        a_window_on_the_heap: [sliding_window(100)];
        windows_of_time: [timed_window(4 * MS)];
        windows_of_time_one_for_a_key: [timed_window(4 * MS, by = |x| x % 3)];
        batches_in_time: [partition(16, timeout = 3 * MS)];
        batches_in_time_inline: [partition(4, timeout = MS)];
        a_delay: [delay(5 * MS, capacity = 64)];
        the_latest: [latest()];
        concurrent: [then(work, concurrency = 16)];
        concurrent_as_completed: [then(work, concurrency = 16, ordered = false)];
        two_stages: [then(work, concurrency = 16) -> buffer(4) -> then(work, concurrency = 16, ordered = false)];
        one_after_the_other: [then(work) -> rate_limit(MS) -> buffer(2)];
    }

    #[test]
    fn a_cycle_through_concurrent_work() {
        assert_steady(|n| {
            let count = drive(async {
                flow! {
                    x = then(async |(x, rounds)| (work(x).await, rounds + 1), concurrency = 16);
                    stream(source(n)) -> map(|x| (x, 0)) -> x;
                    x -> filter(|(x, rounds)| *rounds <= x % 3) -> x;
                    x -> count()
                }
                .run()
                .await
            });
            assert!(count as u64 >= n);
        });
    }

    #[test]
    fn until_it_is_stopped() {
        assert_steady(|n| {
            drive(async {
                let flow = flow! { stream(source(n)) -> then(work, concurrency = 4) -> count() };
                assert_eq!(flow.run_until(pending::<()>()).await as u64, n);
            });
        });
        assert_steady(|n| {
            drive(async {
                let time = u32::try_from(n).unwrap() * MS;
                let flow = flow! { interval(MS) -> buffer(4) -> count() };
                black_box(flow.run_until(sleep(time)).await);
            });
        });
    }

    #[test]
    fn an_emitter() {
        assert_steady(|n| {
            drive(async {
                let (emitter, handle) = flow! { <u64> -> then(work) -> sum::<u64>() }.spawn();
                for x in 0..n {
                    emitter.emit(x).await.unwrap();
                }
                drop(emitter);
                assert_eq!(handle.await.unwrap(), (0..n).sum::<u64>());
            });
        });
        assert_steady(|n| {
            drive(async {
                let (emitter, handle) =
                    flow! { <u64> -> map(|x| x + 1) -> buffer(4) -> count() }.spawn();
                let other = emitter.clone();
                for x in 0..n / 2 {
                    emitter.emit(x).await.unwrap();
                    other.emit(x).await.unwrap();
                }
                drop((emitter, other));
                assert_eq!(handle.await.unwrap() as u64, n / 2 * 2);
            });
        });
    }
}

/// Tokens live in lists that are used again and again.
mod acknowledged {
    use flow_runtime::Acked;

    use super::*;

    /// So many items, which count how many were acknowledged.
    fn source(n: u64, acks: &Cell<u64>) -> impl futures::Stream<Item = Acked<u64, impl FnOnce()>> {
        let items = (0..n).map(|x| Acked::new(x, || acks.set(acks.get() + 1)));
        futures::stream::iter(items)
    }

    async fn waiting(x: u64) -> u64 {
        let mut waited = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut waited, true) {
                return std::task::Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        x
    }

    macro_rules! steady {
        ($($name:ident: [$($operators:tt)+];)+) => {$(
            #[test]
            fn $name() {
                assert_steady(|n| {
                    let acks = Cell::new(0);
                    drive(
                        flow! { stream(source(n, &acks), ack = true) -> $($operators)+ -> drain(); }
                            .run(),
                    );
                    assert_eq!(acks.get(), n);
                });
            }
        )+};
    }

    steady! {
        a_chain: [map(|x| x + 1) -> filter(|x| x % 2 == 0)];
        a_buffer: [buffer(16)];
        a_window: [sliding_window(8)];
        batches: [partition(16) -> sliding_window(2)];
        concurrent: [then(waiting, concurrency = 16)];
        concurrent_as_completed: [then(waiting, concurrency = 16, ordered = false)];
        all_of_them: [then(waiting, concurrency = 4) -> partition(3) -> buffer(2) -> sliding_window(2)];
    }

    #[test]
    fn branches_that_meet() {
        assert_steady(|n| {
            let acks = Cell::new(0);
            drive(
                flow! {
                    x = stream(source(n, &acks), ack = true);
                    zip(x -> buffer(4), x -> filter(|_| true)) -> drain();
                }
                .run(),
            );
            assert_eq!(acks.get(), n);
        });
    }
}

#[path = "allocations/event_time.rs"]
mod event_time;

#[path = "allocations/meshes.rs"]
mod meshes;

#[path = "allocations/observed.rs"]
mod observed;
