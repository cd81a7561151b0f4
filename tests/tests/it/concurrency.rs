//! `then(…, concurrency = n)`: how long it takes, how many run, who waits.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;

use flow_runtime::flow;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::guard::within;

async fn pass(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds)).await;
}

/// Counts what runs at once.
#[derive(Default)]
struct Gauge {
    now: Cell<usize>,
    most: Cell<usize>,
}

impl Gauge {
    fn enter(&self) -> impl Drop {
        struct Leave<'g>(&'g Gauge);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.now.set(self.0.now.get() - 1);
            }
        }
        self.now.set(self.now.get() + 1);
        self.most.set(self.most.get().max(self.now.get()));
        Leave(self)
    }
}

mod time {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn jobs_go_on_while_the_consumer_waits() {
        let start = Instant::now();
        let jobs = flow! {
            from(0..100) -> then(async |x| { pass(100).await; x }, concurrency = 5)
                -> sink(async |_| pass(20).await)
        };
        within(jobs).await;
        // The last five are consumed when nothing else runs.
        assert_eq!(start.elapsed(), Duration::from_millis(2100));
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_out_of_order_go_on_as_well() {
        let start = Instant::now();
        let jobs = flow! {
            from(0..100) -> then(async |x| { pass(100).await; x }, concurrency = 5, ordered = false)
                -> then(async |x| { pass(20).await; x }) -> count()
        };
        assert_eq!(within(jobs).await, 100);
        assert_eq!(start.elapsed(), Duration::from_millis(2100));
    }

    #[tokio::test(start_paused = true)]
    async fn two_stages_in_a_row_run_together() {
        let start = Instant::now();
        let jobs = flow! {
            from(0..100) -> then(async |x| { pass(100).await; x }, concurrency = 5)
                -> then(async |x| { pass(100).await; x }, concurrency = 5) -> collect::<Vec<_>>()
        };
        assert_eq!(within(jobs).await, (0..100).collect::<Vec<_>>());
        assert_eq!(start.elapsed(), Duration::from_millis(2100));
    }

    #[tokio::test(start_paused = true)]
    async fn without_concurrency_one_at_a_time() {
        let start = Instant::now();
        within(flow! { from(0..10) -> then(async |_| pass(100).await) -> drain() }).await;
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn two_sources_run_together() {
        let start = Instant::now();
        let (a, b) = within(flow! {
            a = from(0..10) -> then(async |_| pass(100).await, concurrency = 2) -> count();
            b = from(0..10) -> then(async |_| pass(100).await, concurrency = 2) -> count();
            (a, b)
        })
        .await;
        assert_eq!((a, b), (10, 10));
        assert_eq!(start.elapsed(), Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_branches_run_together() {
        let start = Instant::now();
        let pairs = within(flow! {
            items = from(0..10);
            a = items -> then(async |x| { pass(100).await; x }, concurrency = 2);
            b = items -> then(async |x| { pass(100).await; x }, concurrency = 2);
            zip(a, b) -> filter(|(a, b)| a == b) -> count()
        })
        .await;
        assert_eq!(pairs, 10);
        assert_eq!(start.elapsed(), Duration::from_millis(500));
    }
}

mod bounds {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_concurrency_run() {
        for concurrency in [1, 2, 7] {
            let gauge = Gauge::default();
            let job = async |x: u64| {
                let _running = gauge.enter();
                pass(10 + x % 3 * 10).await;
            };
            let ordered = flow! { from(0..50) -> then(job, concurrency = concurrency) -> count() };
            assert_eq!(within(ordered).await, 50);
            assert_eq!(gauge.most.get(), concurrency);
            let unordered = flow! {
                from(0..50) -> then(job, concurrency = concurrency, ordered = false) -> count()
            };
            assert_eq!(within(unordered).await, 50);
            assert_eq!(gauge.most.get(), concurrency);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_is_not_even_made_before_it_may_run() {
        let gauge = Gauge::default();
        let job = |_| {
            let running = gauge.enter();
            async move {
                pass(10).await;
                drop(running);
            }
        };
        within(flow! { from(0..20) -> then(job, concurrency = 3) -> drain() }).await;
        assert_eq!(gauge.most.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_consumer_slows_the_source() {
        let (pulled, done) = (Cell::new(0), Cell::new(0));
        let flow = flow! {
            from(0..100) -> inspect(|_| pulled.set(pulled.get() + 1))
                -> then(async |x| x, concurrency = 4)
                -> sink(async |_| {
                    pass(10).await;
                    done.set(done.get() + 1);
                    let ahead = pulled.get() - done.get();
                    assert!(ahead <= 10, "{ahead}");
                })
        };
        within(flow).await;
        assert_eq!(done.get(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn sleepers_finish_in_order_of_completion() {
        let gauge = Gauge::default();
        let finished: Vec<_> = within(flow! {
            from([30, 25, 20, 12, 5])
                -> then(async |ms| { let _running = gauge.enter(); pass(ms).await; ms }, concurrency = 2, ordered = false)
                -> collect()
        })
        .await;
        // 20 begins at 25, 12 at 30, 5 at 42.
        assert_eq!(finished, [25, 30, 12, 20, 5]);
        assert_eq!(gauge.most.get(), 2);
    }
}

/// No more is begun for the first item of a stream than `StreamExt::buffered` begins, nor for
/// any other: what waits to be taken is not delivered.
mod begun {
    use std::pin::pin;

    use flow_runtime::AsyncPiece;
    use futures::{Stream, StreamExt as _, stream};

    use super::*;

    /// Counts what is begun, what is delivered, and the most between.
    #[derive(Default)]
    struct Count {
        begun: Cell<usize>,
        delivered: Cell<usize>,
        most: Cell<usize>,
    }

    impl Count {
        fn job(&self, (x, time): (u64, u64)) -> impl Future<Output = u64> + use<> {
            self.begun.set(self.begun.get() + 1);
            let on_its_way = self.begun.get() - self.delivered.get();
            self.most.set(self.most.get().max(on_its_way));
            async move {
                if time > 0 {
                    pass(time).await;
                }
                x
            }
        }
    }

    /// The number begun for the first item, and the most that were on their way at once when
    /// all are taken, one every few milliseconds.
    async fn taken(count: &Count, items: impl Stream<Item = u64>) -> (usize, usize) {
        let mut items = pin!(items);
        let mut first = None;
        while within(items.next()).await.is_some() {
            first.get_or_insert(count.begun.get());
            pass(3).await;
            count.delivered.set(count.delivered.get() + 1);
        }
        assert_eq!(count.delivered.get(), count.begun.get());
        (first.unwrap(), count.most.get())
    }

    const TIMES: [fn(u64) -> u64; 4] = [|_| 0, |_| 10, |x| 40 - x, |x| x * 7919 % 23];

    fn items(time: fn(u64) -> u64) -> impl Iterator<Item = (u64, u64)> + Clone {
        (0..40).map(move |x| (x, time(x)))
    }

    #[tokio::test(start_paused = true)]
    async fn as_many_as_of_buffered() {
        for (n, time) in [1, 4, 9]
            .into_iter()
            .flat_map(|n| TIMES.map(|time| (n, time)))
        {
            let count = Count::default();
            let buffered = stream::iter(items(time)).map(|x| count.job(x)).buffered(n);
            let (buffered, _) = taken(&count, buffered).await;
            let count = Count::default();
            let ordered = flow! { from(items(time)) -> then(|x| count.job(x), concurrency = n) };
            let (ordered, most) = taken(&count, ordered).await;
            assert_eq!(ordered, buffered);
            assert!(most < 2 * n + 1, "{most}");
            let count = Count::default();
            let unordered = flow! {
                from(items(time)) -> then(|x| count.job(x), concurrency = n, ordered = false)
            };
            assert_eq!(taken(&count, unordered).await, (n, n));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn wherever_it_stands() {
        let n = 4;
        for time in TIMES.into_iter().take(2) {
            let count = Count::default();
            let streamed = flow! { stream(stream::iter(items(time))) -> then(|x| count.job(x), concurrency = n) };
            assert_eq!(taken(&count, streamed).await, (n, n));
            let count = Count::default();
            let mapped = flow! {
                from(items(time)) -> map(|x| x) -> then(|x| count.job(x), concurrency = n)
                    -> flat_map(|x| [x]) -> filter(|_| true)
            };
            assert_eq!(taken(&count, mapped).await, (n, n));
            let count = Count::default();
            let behind = flow! {
                from(items(time)) -> then(async |x| x, concurrency = n) -> then(|x| count.job(x), concurrency = n)
            };
            assert_eq!(taken(&count, behind).await, (n, n));
            let count = Count::default();
            let in_a_row = flow! {
                from(items(time)) -> then(async |x| x) -> then(|x| count.job(x), concurrency = n) -> then(async |x| x)
            };
            assert_eq!(taken(&count, in_a_row).await, (n, n));
            let count = Count::default();
            let arm = flow! {
                from(items(time)) -> match { (x, time) => then(|x| count.job(x), concurrency = n), }
            };
            assert_eq!(taken(&count, arm).await, (n, n));
            let count = Count::default();
            let branches = flow! {
                items = from(items(time));
                items -> for_each(|_| ());
                items -> then(|x| count.job(x), concurrency = n)
            };
            assert_eq!(taken(&count, branches).await, (n, n));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_piece() {
        fn piece(count: &Count) -> impl AsyncPiece<(u64, u64), Out = u64> {
            flow! { <(u64, u64)> -> then(|x| count.job(x), concurrency = 4) }
        }
        for time in TIMES.into_iter().take(2) {
            let count = Count::default();
            let through = flow! { from(items(time)) -> via_async(piece(&count)) };
            let (first, most) = taken(&count, through).await;
            // One more is on its way behind the piece.
            assert!(first <= 5 && most <= 6, "{first} {most}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn others_go_on_while_a_consumer_that_is_awaited_waits() {
        let count = Count::default();
        let start = Instant::now();
        let jobs = flow! {
            from(items(|_| 100)) -> then(|x| count.job(x), concurrency = 4) -> sink(async |_| pass(25).await)
        };
        within(jobs).await;
        assert_eq!(start.elapsed(), Duration::from_millis(1100));
    }
}

mod order {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn of_input_or_of_completion() {
        let times = [50, 10, 40, 20, 30];
        let (ordered, unordered): (Vec<_>, Vec<_>) = within(flow! {
            times = from(times);
            ordered = times -> then(async |ms| { pass(ms).await; ms }, concurrency = 5) -> collect();
            unordered = times -> then(async |ms| { pass(ms).await; ms }, concurrency = 5, ordered = false) -> collect();
            (ordered, unordered)
        })
        .await;
        assert_eq!(ordered, times);
        assert_eq!(unordered, [10, 20, 30, 40, 50]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_order_of_a_long_input_is_kept() {
        let job = async |x: u64| {
            if !x.is_multiple_of(3) {
                pass(x * 7919 % 23).await;
            }
            x
        };
        let all: Vec<_> = within(
            flow! { from(0..1000) -> then(job, concurrency = 16, ordered = true) -> collect() },
        )
        .await;
        assert_eq!(all, (0..1000).collect::<Vec<_>>());
    }
}

mod deadlocks {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn jobs_and_consumer_share_a_mutex() {
        for ordered in [true, false] {
            let mutex = Mutex::new(0);
            let job = async |x: u64| {
                let mut guard = mutex.lock().await;
                pass(10).await;
                *guard += 1;
                x
            };
            let consume = async |_| {
                let mut guard = mutex.lock().await;
                pass(10).await;
                *guard += 1;
            };
            if ordered {
                within(flow! { from(0..50) -> then(job, concurrency = 5) -> sink(consume) }).await;
            } else {
                within(flow! { from(0..50) -> then(job, concurrency = 5, ordered = false) -> sink(consume) }).await;
            }
            assert_eq!(mutex.into_inner(), 100);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_of_two_stages_share_a_mutex() {
        let mutex = Mutex::new(());
        let count = within(flow! {
            from(0..50)
                -> then(async |x| { let _guard = mutex.lock().await; pass(1).await; x }, concurrency = 5)
                -> then(async |x| { let _guard = mutex.lock().await; pass(1).await; x }, concurrency = 3, ordered = false)
                -> then(async |x| { let _guard = mutex.lock().await; pass(1).await; x })
                -> count()
        })
        .await;
        assert_eq!(count, 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_concurrent_branch_is_paired_with_a_filtered_one() {
        // One side outruns the other by far more than waits between regions.
        let pairs = within(flow! {
            items = from(0..2000);
            slow = items -> then(async |x| { pass(1).await; x }, concurrency = 4);
            rare = items -> filter(|x| x % 100 == 99);
            zip(slow, rare) -> collect::<Vec<_>>()
        })
        .await;
        let expected: Vec<_> = (0..20).map(|n| (n, n * 100 + 99)).collect();
        assert_eq!(pairs, expected);
        let turned = within(flow! {
            items = from(0..2000);
            rare = items -> filter(|x| x % 100 == 99) -> then(async |x| { pass(1).await; x }, concurrency = 4);
            zip(rare, items) -> collect::<Vec<_>>()
        })
        .await;
        assert_eq!(turned.len(), 20);
        assert_eq!(turned[19], (1999, 19));
    }

    #[tokio::test(start_paused = true)]
    async fn keyed_inputs_of_different_depth() {
        let merged = within(flow! {
            items = from(0..1000);
            late = items -> filter(|x| *x > 900) -> then(async |x| { pass(1).await; (x, "late") }, concurrency = 4);
            all = items -> map(|x| (x, "all"));
            merge_keyed(all, late)? -> filter(|(_, name)| *name == "late") -> count()
        })
        .await;
        assert_eq!(merged.unwrap(), 99);
    }

    #[tokio::test(start_paused = true)]
    async fn branches_and_fan_ins_across_many_regions() {
        let sum = within(flow! {
            items = from(0..500_u64);
            one = items -> then(async |x| { pass(x % 3).await; x }, concurrency = 4);
            two = one -> then(async |x| { pass(x % 5).await; x }, concurrency = 3, ordered = false);
            three = union(one, two, items -> filter(|x| x % 50 == 0));
            four = three -> then(async |x| { pass(1).await; x }, concurrency = 8);
            five = zip(four, items) -> map(|(a, b)| a + b);
            union(five, one, two -> partition(7) -> flat_map(|batch| batch)) -> count()
        })
        .await;
        assert_eq!(sum, 500 + 500 + 500);
    }

    #[tokio::test(start_paused = true)]
    async fn one_side_ends_early_across_regions() {
        let pairs = within(flow! {
            items = from(0..);
            slow = items -> then(async |x| { pass(1).await; x }, concurrency = 4) -> take(3);
            zip(slow, items -> filter(|x| x % 10 == 0)) -> collect::<Vec<_>>()
        })
        .await;
        assert_eq!(pairs, [(0, 0), (1, 10), (2, 20)]);
        let (few, many) = within(flow! {
            items = from(0..300);
            few = items -> then(async |x| { pass(1).await; x }, concurrency = 4) -> take(3) -> collect::<Vec<_>>();
            many = items -> then(async |x| { pass(1).await; x }, concurrency = 4) -> count();
            (few, many)
        })
        .await;
        assert_eq!((few, many), (vec![0, 1, 2], 300));
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_wakes_another_is_no_deadlock() {
        let (tx, rx) = tokio::sync::oneshot::channel();
        let ends = RefCell::new((Some(tx), Some(rx)));
        let all = within(flow! {
            from(0..2)
                -> then(async |x| {
                    if x == 0 {
                        let rx = ends.borrow_mut().1.take().unwrap();
                        rx.await.unwrap();
                    } else {
                        let tx = ends.borrow_mut().0.take().unwrap();
                        tx.send(()).unwrap();
                    }
                    x
                }, concurrency = 2)
                -> collect::<BTreeSet<_>>()
        })
        .await;
        assert_eq!(all.len(), 2);
    }
}

mod fairness {
    use super::*;

    #[tokio::test]
    async fn jobs_that_never_wait_let_others_run() {
        let stop = Cell::new(false);
        let endless = flow! {
            from(0..) -> then(async |x| x, concurrency = 4) -> take_while(|_| !stop.get()) -> drain()
        };
        let other = async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            stop.set(true);
        };
        let ((), ()) = tokio::join!(within(endless), other);
    }
}

/// A function that is awaited may be given in any way that calls it: `FnMut(T) -> impl Future`
/// as well as `AsyncFnMut(T)`.
mod functions {
    use std::future::{Future, Ready, ready};
    use std::pin::Pin;

    use flow_runtime::blocking;

    use super::*;

    async fn double(x: u32) -> u32 {
        x * 2
    }

    async fn kept<T: Clone>(x: T) -> T {
        x.clone()
    }

    fn hidden(by: u32) -> impl Fn(u32) -> Ready<u32> + Clone {
        move |x| ready(x * by)
    }

    fn hidden_async(by: u32) -> impl AsyncFn(u32) -> u32 + Clone {
        async move |x| x * by
    }

    type Handler<'h> = Box<dyn Fn(u32) -> Pin<Box<dyn Future<Output = u32> + 'h>> + 'h>;

    async fn of_bound<F: Fn(u32) -> Fut, Fut: Future<Output = u32>>(f: F) -> Vec<u32> {
        let one = flow! { from(0..3) -> then(&f) -> collect::<Vec<_>>() };
        let mut all = within(one).await;
        let many = flow! { from(0..3) -> then(f, concurrency = 2) -> map(|x| x.count_ones()) -> collect::<Vec<_>>() };
        all.extend(within(many).await);
        all
    }

    #[tokio::test]
    async fn by_name_by_bound_boxed_or_hidden() {
        let flow = flow! { from(0..3) -> then(double) -> then(hidden(3)) -> then(hidden_async(5)) -> then(kept) -> collect::<Vec<_>>() };
        assert_eq!(within(flow).await, [0, 30, 60]);
        assert_eq!(of_bound(double).await, [0, 2, 4, 0, 1, 1]);
        let by = 7;
        let boxed: Handler<'_> = Box::new(|x| Box::pin(async move { x * by }));
        let flow = flow! { from(0..3) -> then(&boxed, concurrency = 2) -> then(&boxed) -> sum() };
        assert_eq!(within(flow).await, 147);
        let pointer: fn(u32) -> Ready<u32> = ready;
        assert_eq!(
            within(flow! { from(0..3) -> then(pointer) -> sum() }).await,
            3
        );
        let parse = blocking(|text: &'static str| text.parse::<u32>());
        let flow = flow! { from(["1", "2"]) -> then(parse, concurrency = 2)? -> sum() };
        assert_eq!(within(flow).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_closure_in_a_variable_keeps_what_it_has() {
        let mut sum = 0;
        let running = async |x: u32| {
            sum += x;
            sum
        };
        let flow = flow! { from(1..4) -> then(running) -> collect::<Vec<_>>() };
        assert_eq!(within(flow).await, [1, 3, 6]);
        let seen = RefCell::new(Vec::new());
        let see = |x: u32| {
            seen.borrow_mut().push(x);
            ready(())
        };
        within(flow! { from(1..4) -> sink(see); }).await;
        let mut lent = 0;
        let add = async |x: u32| lent += x;
        within(flow! { from(1..4) -> sink(add); }).await;
        assert_eq!(lent, 6);
        let fails = |x: u32| ready(if x == 2 { Err("two") } else { Ok(()) });
        let flow = flow! { from(1..4) -> sink(fails)?; };
        assert_eq!(within(flow).await.unwrap_err().stage(), Some("sink"));
        assert_eq!(*seen.borrow(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn in_the_chain_of_a_key_and_on_other_threads() {
        let flow = flow! {
            from(0..4) -> by_key(|x| x % 2) { then(hidden(3)) -> then(double, concurrency = 2) } -> sum()
        };
        let sum: u32 = tokio::spawn(async move { flow.run().await }).await.unwrap();
        assert_eq!(sum, 36);
    }

    /// The client that calls go through.
    struct Client {
        fails: Cell<usize>,
    }

    impl Client {
        async fn get(&self, x: u32) -> Result<u32, String> {
            tokio::task::yield_now().await;
            let fails = self.fails.get();
            self.fails.set(fails.saturating_sub(1));
            if fails > 0 {
                Err(format!("busy {fails}"))
            } else {
                Ok(x)
            }
        }
    }

    fn failing(times: usize) -> Client {
        let fails = Cell::new(times);
        Client { fails }
    }

    #[tokio::test(start_paused = true)]
    async fn closures_that_own_what_they_use_run_concurrently() {
        let client = failing(0);
        let flow = flow! { from(0..9) -> then(async move |x| client.get(x).await, concurrency = 4)? -> sum() };
        assert_eq!(within(flow).await.unwrap(), 36);
        let client = failing(2);
        let flow = flow! { from(0..9) -> then(async move |x| client.get(x).await, concurrency = 4, retry = 2)? -> sum() };
        assert_eq!(within(flow).await.unwrap(), 36);
        let client = failing(0);
        let slow = async move |x| {
            pass(if x == 5 { 50 } else { 5 }).await;
            client.get(x).await
        };
        let limit = Duration::from_millis(10);
        let flow = flow! {
            from(0..9) -> then(slow, concurrency = 4, timeout = limit, ordered = false) -> map(|x| x.is_err()) -> collect::<Vec<_>>()
        };
        let late = within(flow).await;
        assert_eq!(late.iter().filter(|late| **late).count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn closures_that_lend_are_tried_again_and_have_a_deadline() {
        let mut calls = Vec::new();
        let flow = flow! {
            from(0..3) -> then(async |x| { calls.push(x); if calls.len() == 2 { Err("once") } else { Ok(x) } }, retry = 1)? -> sum()
        };
        assert_eq!(within(flow).await.unwrap(), 3);
        assert_eq!(calls, [0, 1, 1, 2]);
        let mut calls = 0;
        let limit = Duration::from_millis(10);
        let flow = flow! {
            from(0..3) -> then(async |x| { calls += 1; pass(9 * x).await; Ok::<_, String>(x) }, timeout = limit)? -> sum()
        };
        assert!(within(flow).await.is_err());
        assert_eq!(calls, 3);
    }

    #[tokio::test]
    async fn they_run_on_another_thread() {
        let client = std::sync::Arc::new(Mutex::new(2));
        let call = async move |x: u32| {
            let mut left = client.lock().await;
            if *left > 0 {
                *left -= 1;
                return Err("busy");
            }
            Ok(x)
        };
        let flow = flow! {
            from(0..9) -> by_key(|x| x % 3) { then(call.clone(), retry = 2)? } -> then(call, concurrency = 4, retry = 2, timeout = Duration::from_secs(9))? -> sum()
        };
        assert_eq!(flow.spawn().await.unwrap().unwrap(), 36);
    }
}
