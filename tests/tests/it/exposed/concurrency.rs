//! `concurrency = &knob`: a turn takes effect while the flow runs.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use flow_runtime::{Limit, flow, inspect::Knob};
use tokio::{
    sync::{Notify, Semaphore},
    task::yield_now,
    time::{Instant, sleep},
};

use crate::guard::in_time;

const SECOND: Duration = Duration::from_secs(1);

/// Counts what runs, and the most that ever ran.
#[derive(Default)]
struct Running {
    now: Cell<usize>,
    most: Cell<usize>,
}

impl Running {
    async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.now.set(self.now.get() + 1);
        self.most.set(self.most.get().max(self.now.get()));
        let value = work.await;
        self.now.set(self.now.get() - 1);
        value
    }

    /// The most that ran since this was asked.
    fn most(&self) -> usize {
        self.most.replace(self.now.get())
    }
}

#[tokio::test(start_paused = true)]
async fn more_places_are_opened_before_anything_ends() {
    let (knob, running, begin) = (Knob::new(1), Running::default(), Instant::now());
    let work = |x: u32| {
        running.run(async move {
            sleep(100 * SECOND).await;
            x
        })
    };
    let all = flow! { from(0..10) -> then(work, concurrency = &knob) -> collect::<Vec<_>>() };
    let turn = async {
        sleep(SECOND).await;
        assert_eq!(running.now.get(), 1);
        knob.set(10).unwrap();
        sleep(SECOND).await;
        assert_eq!(running.now.get(), 10);
    };
    let (all, ()) = tokio::join!(all.run(), turn);
    assert_eq!(all, (0..10).collect::<Vec<_>>());
    assert_eq!(begin.elapsed(), 101 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn fewer_are_let_drain() {
    for ordered in [true, false] {
        let (knob, running) = (Knob::new(8), Running::default());
        let work = |x: u32| {
            running.run(async move {
                sleep(SECOND * (x % 3 + 1)).await;
                x
            })
        };
        let mut all = if ordered {
            let flow =
                flow! { from(0..60) -> then(work, concurrency = &knob) -> collect::<Vec<_>>() };
            let turn = turn(&knob, &running);
            tokio::join!(flow.run(), turn).0
        } else {
            let flow = flow! { from(0..60) -> then(work, concurrency = &knob, ordered = false) -> collect::<Vec<_>>() };
            let turn = turn(&knob, &running);
            tokio::join!(flow.run(), turn).0
        };
        all.sort_unstable();
        assert_eq!(all, (0..60).collect::<Vec<_>>());
    }
}

async fn turn(knob: &Knob<usize>, running: &Running) {
    sleep(SECOND / 2).await;
    assert_eq!(running.most(), 8);
    knob.set(2).unwrap();
    sleep(SECOND).await;
    // Those of one second have ended, and nothing has begun in their places.
    assert_eq!(running.now.get(), 5);
    sleep(4 * SECOND).await;
    running.most();
    sleep(6 * SECOND).await;
    assert_eq!(running.most(), 2);
    knob.set(5).unwrap();
    sleep(SECOND / 4).await;
    assert_eq!(running.now.get(), 5);
}

/// Runs nine that end only once four of them are there, by a knob of two that is turned to
/// four in between.
macro_rules! opens {
    (|$knob:ident, $work:ident| $flow:expr) => {{
        let (knob, begun, go) = (Knob::new(2), Cell::new(0), Notify::new());
        let work = async |x: u32| {
            begun.set(begun.get() + 1);
            if begun.get() >= 4 {
                go.notify_waiters();
            } else {
                go.notified().await;
            }
            x
        };
        let ($knob, $work) = (&knob, &work);
        let flow = $flow;
        let turn = async {
            while begun.get() < 2 {
                yield_now().await;
            }
            for _ in 0..100 {
                yield_now().await;
            }
            assert_eq!(begun.get(), 2);
            knob.set(4).unwrap();
        };
        let both = async { tokio::join!(flow, turn).0 };
        tokio::time::timeout(SECOND * 60, both)
            .await
            .expect("it goes on")
    }};
}

#[tokio::test(start_paused = true)]
async fn a_knob_is_read_in_every_form_of_flow() {
    // A closed flow, in the middle of others.
    let sum = opens!(|knob, work| {
        flow! {
        from(0..9) -> map(|x| x) -> then(async |x| work(x).await, concurrency = knob) -> buffer(2) -> sum::<u32>()
    }
    .run()
    });
    assert_eq!(sum, 36);
    // With attempts.
    let sum = opens!(|knob, work| {
        flow! {
        from(0..9) -> then(async |x| Ok::<_, std::io::Error>(work(x).await), concurrency = knob, timeout = 50 * SECOND, retry = 1)?
            -> sum::<u32>()
    }
    .run()
    });
    assert_eq!(sum.unwrap(), 36);
    // Under a limit, which has more room.
    let limit = Limit::fixed(100);
    let sum = opens!(|knob, work| {
        flow! {
        from(0..9) -> then(async |x| work(x).await, concurrency = knob, limit = &limit) -> sum::<u32>()
    }
    .run()
    });
    assert_eq!(sum, 36);
    // Within a piece.
    let sum = opens!(|knob, work| {
        let piece =
            flow! { <u32> -> then(async |x| work(x).await, concurrency = knob) -> map(|x| x + 1) };
        flow! { from(0..9) -> via_async(piece) -> sum::<u32>() }.run()
    });
    assert_eq!(sum, 45);
    // In the chain of a key.
    let sum = opens!(|knob, work| {
        flow! {
        from(0..9) -> by_key(|_| ()) { then(async |x| work(x).await, concurrency = knob, ordered = false) } -> sum::<u32>()
    }
    .run()
    });
    assert_eq!(sum, 36);
}

#[test]
fn a_flow_that_sleeps_on_another_thread_is_woken() {
    let count = in_time(|| {
        let (knob, go) = (Knob::new(1), Arc::new(Semaphore::new(0)));
        let begun = Arc::new(AtomicUsize::new(0));
        let flow = {
            let (knob, go, begun) = (knob.clone(), Arc::clone(&go), Arc::clone(&begun));
            let wait = async move |_: u32| {
                begun.fetch_add(1, Ordering::AcqRel);
                go.acquire().await.unwrap().forget();
            };
            thread::spawn(move || {
                let flow = flow! { from(0..3) -> then(wait, concurrency = &knob) -> count() };
                futures::executor::block_on(flow.run())
            })
        };
        let wait_for = |n| {
            while begun.load(Ordering::Acquire) < n {
                thread::yield_now();
            }
        };
        wait_for(1);
        knob.set(3).unwrap();
        wait_for(3);
        go.add_permits(3);
        flow.join().unwrap()
    });
    assert_eq!(count, 3);
}

#[tokio::test]
async fn zero_is_refused_once_a_flow_has_the_knob() {
    let knob = Knob::new(1);
    knob.set(0).unwrap();
    let zero = AssertUnwindSafe(|| {
        let _ = flow! { from(0..3) -> then(async |x| x, concurrency = &knob) -> count() };
    });
    let panic = catch_unwind(zero).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(message, "`concurrency` must be at least 1");

    knob.set(2).unwrap();
    let turn = |x: u32| {
        let refused = knob.set(0).unwrap_err();
        assert_eq!(refused.to_string(), "`concurrency` must be at least 1");
        x
    };
    let flow =
        flow! { from(0..30) -> map(turn) -> then(async |x| x, concurrency = &knob) -> count() };
    assert_eq!(flow.run().await, 30);
    assert_eq!(knob.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_knob_steers_several_stages() {
    let (knob, running, begin) = (Knob::new(2), Running::default(), Instant::now());
    let work = |x: u32| {
        running.run(async move {
            sleep(SECOND).await;
            x
        })
    };
    let flow = flow! {
        from(0..8) -> then(work, concurrency = &knob) -> then(work, concurrency = &knob, ordered = false) -> count()
    };
    let turn = async {
        sleep(SECOND / 2).await;
        knob.set(8).unwrap();
    };
    let (count, ()) = tokio::join!(flow.run(), turn);
    assert_eq!(count, 8);
    assert!(begin.elapsed() < 3 * SECOND, "{:?}", begin.elapsed());
    assert!(running.most() <= 16);
}
