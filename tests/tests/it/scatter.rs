//! `scatter(n) -> … -> gather()`: what lies between runs on worker threads.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread::{self, ThreadId},
    time::Duration,
};

use flow_runtime::{Error, flow};

use crate::guard::in_time;

/// Drives a flow to its end. Its clock is no paused one, which does not wait for
/// threads.
fn drive<F>(flow: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F: IntoFuture<Output: Send + 'static>,
{
    in_time(|| futures::executor::block_on(flow().into_future()))
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items
}

#[test]
fn every_item_leaves_once() {
    let all = drive(|| {
        flow! { from(0..10_000_u32) -> scatter(3) -> map(|x| x + 1) -> gather() -> collect::<Vec<_>>() }
    });
    assert_eq!(sorted(all), (1..=10_000).collect::<Vec<_>>());
}

#[test]
fn items_leave_in_the_order_of_input() {
    let slow = |x: u32| {
        if x.is_multiple_of(97) {
            thread::sleep(Duration::from_millis(1));
        }
        x
    };
    let all = drive(move || {
        flow! { from(0..5_000) -> scatter(4) -> map(slow) -> gather(ordered = true) -> collect::<Vec<_>>() }
    });
    assert_eq!(all, (0..5_000).collect::<Vec<_>>());
}

#[test]
fn what_is_left_out_or_repeated_leaves_in_the_order_of_input() {
    let all = drive(|| {
        flow! {
            from(0..3_000_u32)
                -> scatter(3, by = |x| x % 7) -> filter(|x| x % 3 != 0) -> flat_map(|x| [x, x + 1]) -> gather(ordered = true)
                -> collect::<Vec<_>>()
        }
    });
    let expected = (0..3_000_u32).filter(|x| x % 3 != 0);
    assert_eq!(all, expected.flat_map(|x| [x, x + 1]).collect::<Vec<_>>());
}

#[test]
fn it_runs_on_so_many_threads() {
    let threads: Vec<ThreadId> = drive(|| {
        flow! {
            from(0..1_000) -> scatter(2) -> map(|_: u32| { thread::sleep(Duration::from_micros(50)); thread::current().id() }) -> gather()
                -> collect::<Vec<_>>()
        }
    });
    let mut counts: HashMap<ThreadId, usize> = HashMap::new();
    for id in threads {
        *counts.entry(id).or_default() += 1;
    }
    assert_eq!(counts.len(), 2);
    assert!(!counts.contains_key(&thread::current().id()));
}

#[test]
fn a_key_stays_on_one_worker_in_its_order() {
    let all = drive(|| {
        flow! {
            from(0..4_000_u32)
                -> scatter(3, by = |x| x % 10) -> map(|x| (x, thread::current().id())) -> gather()
                -> collect::<Vec<_>>()
        }
    });
    assert_eq!(all.len(), 4_000);
    for key in 0..10 {
        let of_key: Vec<_> = all.iter().filter(|(x, _)| x % 10 == key).collect();
        assert!(of_key.is_sorted_by_key(|(x, _)| *x));
        assert!(of_key.iter().all(|(_, thread)| *thread == of_key[0].1));
    }
}

#[test]
fn state_is_a_workers_own_and_is_flushed() {
    let batches = drive(|| {
        flow! {
            from(0..1_003_u32) -> scatter(2) -> partition(10) -> map(|batch| batch.to_vec()) -> gather() -> collect::<Vec<_>>()
        }
    });
    let short = batches.iter().filter(|batch| batch.len() < 10).count();
    assert!((1..=2).contains(&short));
    let all = batches.into_iter().flatten().collect();
    assert_eq!(sorted(all), (0..1_003).collect::<Vec<_>>());
}

#[test]
fn keys_have_chains_of_their_own_on_a_worker() {
    let sums = drive(|| {
        flow! {
            from(0..100_u32)
                -> scatter(2, by = |x| x % 4) -> by_key(|x| x % 4) { accumulate(0, |sum, x| { *sum += x; (x % 4, *sum) }) } -> gather()
                -> fold(HashMap::new(), |last: &mut HashMap<u32, u32>, (key, sum)| { last.insert(key, sum); })
        }
    });
    let expected = (0..4).map(|key| (key, (0..100).filter(|x| x % 4 == key).sum()));
    assert_eq!(sums, expected.collect());
}

#[test]
fn no_item_no_output() {
    let none = drive(|| {
        flow! { from(Vec::<u32>::new()) -> scatter(2) -> partition(3) -> gather(ordered = true) -> count() }
    });
    assert_eq!(none, 0);
}

#[test]
fn an_error_in_a_worker_ends_the_flow_and_names_its_stage() {
    let outcome: Result<usize, Error> = drive(|| {
        flow! {
            numbers = from((0..1_000).map(|n| if n == 500 { "x".to_owned() } else { n.to_string() }))
                -> scatter(2) -> map(|text| text.parse::<u32>())? -> gather();
            numbers -> count()
        }
    });
    let error = outcome.unwrap_err();
    assert_eq!(error.stage(), Some("numbers"));
    assert!(error.is::<std::num::ParseIntError>());
}

#[test]
fn an_open_flow_goes_on_after_an_error_in_a_worker() {
    let all = drive(|| async {
        let mut flow = flow! {
            <&str> -> scatter(1) -> map(|text| text.parse::<u32>())? -> gather() -> collect::<Vec<_>>()
        };
        let mut errors = 0;
        for text in ["1", "x", "3"] {
            errors += usize::from(flow.emit(text).await.is_err());
        }
        let all = flow.finish().await;
        (errors, all)
    });
    // The error is found at a later moment: by an `emit`, or by `finish`.
    match all {
        (1, Ok(all)) => assert_eq!(all, [1, 3]),
        (0, Err(_)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_panic_in_a_worker_is_one_of_the_flow() {
    let outcome = catch_unwind(|| {
        drive(|| {
            flow! {
                from(0..1_000_u32) -> scatter(2) -> map(|x| { assert!(x != 321, "not this one"); x }) -> gather() -> drain();
            }
        });
    });
    let panic = outcome.unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"not this one"));
}

#[test]
fn a_flow_that_is_dropped_leaves_no_thread() {
    in_time(|| {
        let alive = Arc::new(());
        let held = alive.clone();
        let (started, has_started) = mpsc::channel();
        let flow = flow! {
            from(0..) -> scatter(3)
                -> map(move |x: u64| { let _ = &held; let _ = started.send(()); thread::sleep(Duration::from_millis(1)); x })
                -> gather() -> drain();
        };
        let mut work = Box::pin(flow.into_future());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(work.as_mut().poll(&mut cx).is_pending());
        has_started.recv().unwrap();
        assert!(Arc::strong_count(&alive) > 3);
        drop(work);
        assert_eq!(Arc::strong_count(&alive), 1);
    });
}

#[test]
fn nothing_starts_before_the_flow_is_driven() {
    let alive = Arc::new(());
    let held = alive.clone();
    let flow = flow! {
        from(0..9) -> scatter(3) -> map(move |x: u64| { let _ = &held; x }) -> gather() -> drain();
    };
    // The chain itself; no worker has a copy.
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(flow);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn a_slow_sink_holds_the_source_up() {
    let pulled = Arc::new(AtomicUsize::new(0));
    let (count, seen) = (pulled.clone(), pulled.clone());
    let most = Arc::new(Mutex::new(0));
    let furthest = most.clone();
    drive(move || {
        let mut taken = 0;
        flow! {
            from((0..60_000_u32).inspect(move |_| { count.fetch_add(1, SeqCst); }))
                -> scatter(2) -> map(|x| x) -> gather()
                -> sink(async move |_| {
                    taken += 1;
                    if taken % 1_000 == 0 {
                        thread::sleep(Duration::from_millis(2));
                    }
                    let ahead = seen.load(SeqCst) - taken;
                    let mut most = furthest.lock().unwrap();
                    *most = ahead.max(*most);
                });
        }
    });
    assert_eq!(pulled.load(SeqCst), 60_000);
    // 8192 a worker, and the one that waits to come in.
    let most = *most.lock().unwrap();
    assert!((64..=2 * 8192 + 1).contains(&most), "{most} items ahead");
}

#[test]
fn a_few_costly_items_go_to_all_workers() {
    // Each waits for the others: they have to be on a worker each.
    let all = drive(|| {
        let meeting = Arc::new(Barrier::new(3));
        flow! {
            from(0..3_u32) -> scatter(3) -> inspect(move |_| { meeting.wait(); }) -> gather() -> collect::<Vec<_>>()
        }
    });
    assert_eq!(sorted(all), [0, 1, 2]);
}

#[test]
fn costly_items_hold_the_source_up_at_two_a_worker() {
    let (most, pulled) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (ahead, count) = (most.clone(), pulled.clone());
    drive(move || {
        let mut taken = 0;
        flow! {
            from((0..40_u32).inspect(move |_| { count.fetch_add(1, SeqCst); }))
                -> scatter(2) -> inspect(|_| thread::sleep(Duration::from_millis(2))) -> gather()
                -> for_each(move |_| {
                    taken += 1;
                    ahead.fetch_max(pulled.load(SeqCst) - taken, SeqCst);
                });
        }
    });
    // Two a worker, and the one that waits to come in.
    let most = most.load(SeqCst);
    assert!((2..=5).contains(&most), "{most} items ahead");
}

#[test]
fn a_branch_that_ends_early_ends_the_rest() {
    let all = drive(|| {
        flow! { from(0..) -> scatter(2) -> map(|x: u64| x * 2) -> gather(ordered = true) -> take(5) -> collect::<Vec<_>>() }
    });
    assert_eq!(all, [0, 2, 4, 6, 8]);
}

#[test]
fn one_item_does_not_wait_for_a_block() {
    let all = drive(|| async {
        let (tx, rx) = mpsc::channel();
        let mut flow = flow! {
            <u32> -> scatter(2) -> map(|x| x + 1) -> gather() -> for_each(move |x| tx.send(x).unwrap());
        };
        flow.emit(1).await;
        flow.emit(2).await;
        flow.finish().await;
        sorted(rx.into_iter().collect())
    });
    assert_eq!(all, [2, 3]);
}

#[test]
fn it_is_woken_by_its_workers() {
    let flow = flow! {
        from(0..3_u32) -> scatter(1) -> map(|x| { thread::sleep(Duration::from_millis(20)); x }) -> gather() -> count()
    };
    let woken = Arc::new(Woken(AtomicUsize::new(0), thread::current()));
    let waker = Waker::from(woken.clone());
    let mut work = Box::pin(flow.into_future());
    let mut polls = 0;
    let count = loop {
        polls += 1;
        match work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(count) => break count,
            Poll::Pending => {
                while woken.0.swap(0, SeqCst) == 0 {
                    thread::park_timeout(Duration::from_secs(5));
                }
            }
        }
    };
    assert_eq!(count, 3);
    assert!(polls < 20, "it polls while it waits: {polls}");
}

/// Unparks a thread and counts that.
struct Woken(AtomicUsize, thread::Thread);

impl std::task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
        self.1.unpark();
    }
}

#[test]
fn a_panic_leaves_no_thread() {
    let alive = Arc::new(());
    let held = alive.clone();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        drive(move || {
            flow! {
                from(0..) -> scatter(2) -> map(move |x: u64| { let _ = &held; assert!(x < 300); x }) -> gather() -> drain();
            }
        });
    }));
    assert!(outcome.is_err());
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn errors_become_the_users_own() {
    #[derive(Debug, PartialEq)]
    struct Mine(String);
    impl From<std::num::ParseIntError> for Mine {
        fn from(error: std::num::ParseIntError) -> Self {
            Self(error.to_string())
        }
    }
    let outcome = drive(|| {
        flow! {
            #![error = Mine]
            from(["1", "x"]) -> scatter(2) -> map(|text| text.parse::<u8>())? -> gather() -> count()
        }
    });
    let expected = Mine("invalid digit found in string".into());
    assert_eq!(outcome, Err(expected));
}

#[test]
fn what_is_gathered_branches_and_is_scattered_again() {
    let (sum, all) = drive(|| {
        flow! {
            twice = from(0..500_u64) -> scatter(2) -> map(|x| x * 2) -> gather(ordered = true);
            sum   = twice -> scatter(2) -> match { x if x > 100 => map(|x| x + 1), x => filter(|x| x % 4 == 0), } -> gather() -> sum::<u64>();
            all   = twice -> collect::<Vec<_>>();
            (sum, all)
        }
    });
    assert_eq!(all, (0..500).map(|x| x * 2).collect::<Vec<_>>());
    let expected = all.iter().filter(|x| **x > 100 || **x % 4 == 0);
    assert_eq!(sum, expected.map(|x| x + u64::from(*x > 100)).sum::<u64>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_with_workers_may_be_spawned_and_cancelled() {
    let flow = flow! {
        from(0..10_000_u32) -> scatter(2, by = |x| x % 5) -> partition(7) -> gather() -> flatten() -> count()
    };
    assert_eq!(
        tokio::spawn(async move { flow.run().await }).await.unwrap(),
        10_000
    );
    let alive = Arc::new(());
    let held = alive.clone();
    let flow = flow! {
        from(0..) -> scatter(2) -> map(move |x: u64| { let _ = &held; x }) -> gather() -> drain();
    };
    let task = tokio::spawn(async move { flow.run().await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(Arc::strong_count(&alive) > 2);
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[tokio::test]
async fn what_one_item_gives_may_be_without_end_or_very_much() {
    let n = flow! { from([0]) -> scatter(2) -> flat_map(|_| 0..) -> gather() -> take(10_000) -> collect::<Vec<i32>>() };
    assert_eq!(n.run().await, (0..10_000).collect::<Vec<_>>());
    let n = flow! { from([0, 1, 2]) -> scatter(2) -> flat_map(|_| 0..) -> gather(ordered = true) -> take(3) -> count() };
    assert_eq!(n.run().await, 3);
    let spread = |x: i32| (0..20_000).map(move |y| x * 20_000 + y);
    let n = flow! { from(0..3) -> scatter(2) -> flat_map(spread) -> gather(ordered = true) -> collect::<Vec<i32>>() };
    assert_eq!(n.run().await, (0..60_000).collect::<Vec<_>>());
    let n = flow! { from(0..3) -> scatter(2, by = |x| *x) -> flat_map(spread) -> gather(ordered = true) -> collect::<Vec<i32>>() };
    assert_eq!(n.run().await, (0..60_000).collect::<Vec<_>>());
    let n = flow! { from(0..3) -> scatter(2, by = |x| *x) -> by_key(|x| *x) { flat_map(|_| 0..) } -> gather() -> take(3) -> count() };
    assert_eq!(n.run().await, 3);
}
