//! Concurrent work: bounds, order, no starvation.
//!
//! Flows as `flow!` expands them, written by hand.

use core::cell::{Cell, RefCell};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use flow_runtime::__private::flow::{EndInEvents as _, faults};
use flow_runtime::__private::region::{self, Pulse, Region};
use futures::{FutureExt, Stream, StreamExt, future, stream};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A cut in which up to `capacity` items wait.
fn ring<T>(pulse: &Pulse, capacity: usize) -> region::Cut<'_, region::Buffer<T>> {
    region::cut(pulse, region::Buffer::new(capacity))
}

/// `from(source) -> then(job, concurrency = n, ordered = …) -> sink(sink)`.
async fn flow<T, F: Future>(
    source: impl IntoIterator<Item = T>,
    concurrency: usize,
    ordered: bool,
    mut job: impl FnMut(T) -> F,
    mut sink: impl AsyncFnMut(F::Output),
) {
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, concurrency, ordered);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = answers.feed();
        for x in source {
            feed.place().await.start(job(x));
        }
    });
    let mut downstream = Region::new(&pulse, async {
        let mut results = answers.results();
        while let Some(x) = results.next().await {
            sink(x).await;
        }
    });
    region::sweep(&pulse, |cx| {
        let mut over = downstream.poll(cx);
        answers.drive();
        over &= upstream.poll(cx);
        over
    })
    .await;
}

/// The same with a sink that can fail, and a source that is tried too.
async fn fallible_flow<T, F: Future>(
    source: impl IntoIterator<Item = Result<T, String>>,
    mut job: impl FnMut(T) -> F,
    mut sink: impl FnMut(F::Output) -> Result<(), String>,
) -> Result<(), String> {
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, 4, true);
    let faults = faults::<String>();
    {
        let mut upstream = Region::new(&pulse, async {
            let mut feed = answers.feed();
            for x in source {
                let Some(x) = faults.keep(x) else { break };
                feed.place().await.start(job(x));
            }
        });
        let mut downstream = Region::new(&pulse, async {
            let mut results = answers.results();
            while let Some(x) = results.next().await {
                if faults.keep(sink(x)).is_none() {
                    break;
                }
            }
        });
        region::sweep(&pulse, |cx| {
            let mut over = downstream.poll(cx);
            answers.drive();
            over &= upstream.poll(cx);
            if faults.is_new() && downstream.over() {
                upstream.stop();
            }
            over
        })
        .await;
    }
    faults.arisen().end(Ok(()))
}

/// Counts what is going on, and remembers the most.
#[derive(Default)]
struct Gauge {
    now: Cell<usize>,
    most: Cell<usize>,
}

impl Gauge {
    fn enter(&self) -> Entered<'_> {
        self.now.set(self.now.get() + 1);
        self.most.set(self.most.get().max(self.now.get()));
        Entered(self)
    }
}

struct Entered<'a>(&'a Gauge);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.now.set(self.0.now.get() - 1);
    }
}

/// Ready after it has been polled `times` times more.
async fn yields(times: usize) {
    for _ in 0..times {
        let mut yielded = false;
        future::poll_fn(|cx| {
            if core::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// A waker that counts.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wakes {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Numbers that look random and are the same in every run.
fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48
}

// ---- Time ----

#[tokio::test(start_paused = true)]
async fn jobs_run_while_the_consumer_waits() {
    for ordered in [true, false] {
        let begin = Instant::now();
        let longest = Cell::new(Duration::ZERO);
        let job = async |_| {
            let begin = Instant::now();
            sleep(ms(100)).await;
            longest.set(longest.get().max(begin.elapsed()));
        };
        flow(0..100, 5, ordered, job, async |()| sleep(ms(20)).await).await;
        assert_eq!(begin.elapsed(), ms(2100));
        assert_eq!(longest.get(), ms(100));
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_and_consumer_may_share_a_lock() {
    let lock = tokio::sync::Mutex::new(0);
    let job = async |_| {
        *lock.lock().await += 1;
        sleep(ms(10)).await;
        *lock.lock().await += 1;
    };
    flow(0..100, 5, true, job, async |()| *lock.lock().await += 1).await;
    assert_eq!(lock.into_inner(), 300);
}

#[tokio::test(start_paused = true)]
async fn two_concurrent_stages_run_at_once() {
    for ordered in [true, false] {
        let begin = Instant::now();
        let out = RefCell::new(Vec::new());
        let pulse = Pulse::new();
        let first = region::jobs(&pulse, 5, ordered);
        let second = region::jobs(&pulse, 5, ordered);
        let job = async |n: u32| {
            sleep(ms(100)).await;
            n
        };
        let mut a = Region::new(&pulse, async {
            let mut feed = first.feed();
            for n in 0..100 {
                feed.place().await.start(job(n));
            }
        });
        let mut b = Region::new(&pulse, async {
            let mut results = first.results();
            let mut feed = second.feed();
            while let Some(n) = results.next().await {
                feed.place().await.start(job(n));
            }
        });
        let mut c = Region::new(&pulse, async {
            let mut results = second.results();
            while let Some(n) = results.next().await {
                out.borrow_mut().push(n);
            }
        });
        region::sweep(&pulse, |cx| {
            let mut over = c.poll(cx);
            second.drive();
            over &= b.poll(cx);
            first.drive();
            over &= a.poll(cx);
            over
        })
        .await;
        assert_eq!(begin.elapsed(), ms(2100));
        assert_eq!(out.take(), Vec::from_iter(0..100));
    }
}

#[tokio::test(start_paused = true)]
async fn a_free_place_is_taken_at_once() {
    // Two wide, one long job: the other place does all the rest meanwhile.
    let begin = Instant::now();
    let job = async |n: u64| sleep(ms(if n == 0 { 100 } else { 10 })).await;
    flow(0..11, 2, false, job, async |()| ()).await;
    assert_eq!(begin.elapsed(), ms(100));
}

// ---- Bounds ----

#[tokio::test(start_paused = true)]
async fn at_most_n_run_and_all_n_do() {
    for ordered in [true, false] {
        for n in [1, 2, 3, 16, 63, 64, 65, 128, 200] {
            let running = Gauge::default();
            let sum = Cell::new(0);
            let job = async |x: u64| {
                let _entered = running.enter();
                sleep(ms(scattered(x) % 50 + 1)).await;
                x
            };
            flow(0..500, n, ordered, job, async |x| sum.set(sum.get() + x)).await;
            assert_eq!(running.most.get(), n);
            assert_eq!(running.now.get(), 0);
            assert_eq!(sum.get(), 500 * 499 / 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_runs_and_what_waits_is_the_concurrency() {
    for ordered in [true, false] {
        for n in [1, 4, 65] {
            let inside = Gauge::default();
            let job = async |x: u64| {
                let entered = inside.enter();
                sleep(ms(scattered(x) % 7)).await;
                entered
            };
            // The result stays counted until the sink has it in hand.
            let sink = async |entered: Entered<'_>| {
                drop(entered);
                sleep(ms(10)).await;
            };
            flow(0..500, n, ordered, job, sink).await;
            // In order, more are begun while what is next is not ready.
            let most = if ordered && n > 1 {
                n..2 * n + 1
            } else {
                n..n + 1
            };
            assert!(most.contains(&inside.most.get()), "{}", inside.most.get());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_one_at_the_head_holds_up_what_comes_after_but_not_the_running() {
    for slow in [0, 1, 50] {
        let finished = Cell::new(0);
        let at_slow_result = Cell::new(None);
        let job = async |n: u64| {
            sleep(ms(if n == slow { 1000 } else { 10 })).await;
            finished.set(finished.get() + 1);
            n
        };
        let sink = async |n| {
            if n == slow {
                at_slow_result.set(Some(finished.get() - n));
            }
        };
        flow(0..100, 4, true, job, sink).await;
        assert_eq!(at_slow_result.get(), Some(8), "{slow}");
    }
}

#[tokio::test]
#[should_panic(expected = "`concurrency` is zero")]
async fn zero_concurrency_is_refused() {
    flow([()], 0, true, async |()| (), async |()| ()).await;
}

// ---- Order ----

#[tokio::test(start_paused = true)]
async fn order_of_input_or_of_completion() {
    let waits = [50, 10, 40, 30, 20, 5];
    let mut by_completion: Vec<u64> = Vec::new();
    let mut by_input = Vec::new();
    let job = async |n| {
        sleep(ms(n)).await;
        n
    };
    flow(waits, 3, true, job, async |n| by_input.push(n)).await;
    flow(waits, 3, false, job, async |n| by_completion.push(n)).await;
    assert_eq!(by_input, waits);
    // 10 @10 · 30 starts · 40 @40 · 30 @40 · 20, 5 start · 5 @45 · 50 @50 · 20 @60
    let at = |n| by_completion.iter().position(|x| *x == n).unwrap();
    assert_eq!(at(10), 0);
    assert_eq!(by_completion[3..], [5, 50, 20]);
}

#[tokio::test]
async fn order_of_input_holds_for_jobs_of_all_lengths() {
    for n in [1, 2, 7, 64, 65, 200] {
        let mut out = Vec::new();
        let job = async |x: u64| {
            yields(scattered(x) as usize % 9).await;
            x
        };
        flow(0..1000, n, true, job, async |x| out.push(x)).await;
        assert_eq!(out, Vec::from_iter(0..1000));
    }
}

#[tokio::test]
async fn jobs_start_in_order_of_input() {
    let started = RefCell::new(Vec::new());
    let job = async |x: u64| {
        started.borrow_mut().push(x);
        yields(scattered(x) as usize % 5).await;
    };
    flow(0..300, 8, false, job, async |()| ()).await;
    assert_eq!(started.take(), Vec::from_iter(0..300));
}

// ---- Ends ----

#[tokio::test]
async fn no_input_is_no_output() {
    for ordered in [true, false] {
        let job = async |(): ()| ();
        flow([], 3, ordered, job, async |()| unreachable!()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_flow_drops_all_jobs() {
    let running = Gauge::default();
    let job = async |_| {
        let _entered = running.enter();
        sleep(ms(100)).await;
    };
    let flow = flow(0..100, 5, true, job, async |()| ());
    assert!(tokio::time::timeout(ms(250), flow).await.is_err());
    assert_eq!((running.most.get(), running.now.get()), (5, 0));
}

#[tokio::test]
async fn a_failing_sink_ends_an_endless_source() {
    let made = Cell::new(0);
    let source = (0..).map(|n| {
        made.set(n);
        Ok(n)
    });
    let sink = |n| {
        if n < 10 {
            Ok(())
        } else {
            Err(format!("no {n}"))
        }
    };
    let result = fallible_flow(source, async |n| n, sink).await;
    assert_eq!(result, Err("no 10".into()));
    assert!(made.get() < 30, "{}", made.get());
}

#[tokio::test(start_paused = true)]
async fn what_was_accepted_before_an_error_is_delivered() {
    let source = [Ok(1), Ok(2), Ok(3), Err("broken".into()), Ok(5)];
    let mut out = Vec::new();
    let job = async |n| {
        sleep(ms(10)).await;
        n
    };
    let sink = |n| {
        out.push(n);
        Ok(())
    };
    let result = fallible_flow(source, job, sink).await;
    assert_eq!(result, Err("broken".into()));
    assert_eq!(out, [1, 2, 3]);
}

#[tokio::test]
async fn a_consumer_that_leaves_cancels_the_jobs_and_lets_the_source_run() {
    let (running, fed) = (Gauge::default(), Cell::new(0));
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, 3, true);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = answers.feed();
        for n in 0..100 {
            let running = &running;
            feed.start(async move {
                let _entered = running.enter();
                if n > 0 {
                    future::pending().await
                }
            })
            .await;
            fed.set(fed.get() + u32::from(feed.is_wanted()));
        }
        assert!(!feed.is_wanted());
    });
    let mut downstream = Region::new(&pulse, async {
        let results = answers.results();
        assert_eq!(results.take(1).count().await, 1);
        assert_eq!(running.now.get(), 0);
    });
    region::sweep(&pulse, |cx| {
        let mut over = downstream.poll(cx);
        answers.drive();
        over &= upstream.poll(cx);
        over
    })
    .await;
    assert_eq!(running.most.get(), 2);
    assert_eq!(fed.get(), 3);
}

#[tokio::test]
async fn a_panic_reaches_the_caller_and_drops_the_rest() {
    for polls_before in [0, 2] {
        let running = Gauge::default();
        let job = async |n: u32| {
            let _entered = running.enter();
            yields(polls_before).await;
            assert!(n != 7, "job {n}");
        };
        let flow = flow(0..100, 5, true, job, async |()| ());
        let panic = AssertUnwindSafe(flow).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), "job 7");
        assert_eq!(running.now.get(), 0);
    }
}

#[tokio::test]
async fn stopping_a_region_that_stands_alone_ends_the_flow() {
    let pulse = Pulse::new();
    let mut idle = Region::new(&pulse, future::pending());
    let mut ends = Region::new(&pulse, async {});
    region::sweep(&pulse, |cx| {
        let mut over = idle.poll(cx);
        over &= ends.poll(cx);
        if ends.over() {
            idle.stop();
        }
        over
    })
    .await;
    assert!(idle.over());
}

#[tokio::test]
async fn a_region_may_be_stopped_from_outside() {
    let (stop, mut stopped) = futures::channel::oneshot::channel::<()>();
    let pulse = Pulse::new();
    let mut idle = Region::new(&pulse, future::pending());
    let flow = region::sweep(&pulse, |cx| {
        let over = idle.poll(cx);
        if stopped.poll_unpin(cx).is_ready() && !over {
            idle.stop();
        }
        over
    });
    let stopping = async {
        yields(3).await;
        stop.send(())
    };
    assert!(future::join(flow, stopping).await.1.is_ok());
}

#[tokio::test]
async fn a_feed_may_close_before_its_region_ends() {
    let (seen, first) = futures::channel::oneshot::channel();
    let (seen_too, second) = futures::channel::oneshot::channel();
    let pulse = Pulse::new();
    let answers = region::jobs::<future::Ready<()>, _>(&pulse, 1, true);
    let ring = ring::<()>(&pulse, 1);
    let mut upstream = Region::new(&pulse, async {
        let feeds = (answers.feed(), ring.feed());
        yields(1).await;
        drop(feeds.0);
        assert!(first.await.is_ok());
        yields(1).await;
        drop(feeds.1);
        assert!(second.await.is_ok());
    });
    let mut downstream = Region::new(&pulse, async {
        let mut results = (answers.results(), ring.results());
        assert_eq!(results.0.next().await, None);
        assert!(seen.send(()).is_ok());
        assert_eq!(results.1.next().await, None);
        assert!(seen_too.send(()).is_ok());
    });
    region::sweep(&pulse, |cx| {
        let mut over = downstream.poll(cx);
        answers.drive();
        over &= upstream.poll(cx);
        over
    })
    .await;
}

/// A cycle has no order from sink to source, so what is polled first must not
/// matter.
#[tokio::test(start_paused = true)]
async fn a_sweep_from_source_to_sink_gets_there_too() {
    let out = RefCell::new(Vec::new());
    let sink = async |n| {
        if n % 3 == 0 {
            sleep(ms(1)).await;
        }
        out.borrow_mut().push(n);
    };
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, 1, true);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = answers.feed();
        for n in 0..20 {
            feed.place().await.start(future::ready(n));
        }
    });
    let mut downstream = Region::new(&pulse, async {
        let mut results = answers.results();
        while let Some(n) = results.next().await {
            sink(n).await;
        }
    });
    region::sweep(&pulse, |cx| {
        let mut over = upstream.poll(cx);
        answers.drive();
        over &= downstream.poll(cx);
        over
    })
    .await;
    let ring = ring(&pulse, 1);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = ring.feed();
        for n in 20..40 {
            feed.send(n).await;
        }
    });
    let mut downstream = Region::new(&pulse, async {
        let mut results = ring.results();
        while let Some(n) = results.next().await {
            sink(n).await;
        }
    });
    region::sweep(&pulse, |cx| {
        let mut over = upstream.poll(cx);
        over &= downstream.poll(cx);
        over
    })
    .await;
    assert_eq!(out.take(), Vec::from_iter(0..40));
}

// ---- Wake-ups ----

#[test]
fn an_idle_flow_sleeps() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let gates: Vec<_> = (0..3).map(|_| tokio::sync::Notify::new()).collect();
    let polls = Cell::new(0);
    let job = |n: usize| {
        let (gates, polls) = (&gates, &polls);
        async move {
            let mut gate = pin!(gates[n].notified());
            future::poll_fn(|cx| {
                polls.set(polls.get() + 1);
                gate.as_mut().poll(cx)
            })
            .await;
        }
    };
    let mut flow = pin!(flow(0..3, 3, true, job, async |()| ()));
    assert!(flow.as_mut().poll(&mut cx).is_pending());
    assert_eq!((polls.get(), wakes.count()), (3, 0));
    // Polled for nothing, it polls no job.
    assert!(flow.as_mut().poll(&mut cx).is_pending());
    assert_eq!((polls.get(), wakes.count()), (3, 0));
    gates[1].notify_one();
    assert_eq!(wakes.count(), 1);
    assert!(flow.as_mut().poll(&mut cx).is_pending());
    assert_eq!((polls.get(), wakes.count()), (4, 1));
    gates[0].notify_one();
    gates[2].notify_one();
    assert!(flow.as_mut().poll(&mut cx).is_ready());
}

#[test]
fn a_flow_that_never_waits_lets_the_executor_have_its_turn() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let done = Cell::new(0);
    let sink = async |()| done.set(done.get() + 1);
    let mut flow = pin!(flow(0..10_000, 16, true, async |_| (), sink));
    let mut before = 0;
    while flow.as_mut().poll(&mut cx).is_pending() {
        let now = done.get();
        assert!((200..2000).contains(&(now - before)), "{}", now - before);
        before = now;
    }
    assert_eq!(done.get(), 10_000);
    assert!(wakes.count() >= 5, "{}", wakes.count());
}

#[tokio::test]
async fn jobs_are_woken_from_other_threads() {
    for n in [1, 16, 100] {
        let (send, receive) = std::sync::mpsc::channel::<futures::channel::oneshot::Sender<u64>>();
        let answering = std::thread::spawn(move || {
            for (n, sender) in (0..).zip(receive) {
                if n % 3 == 0 {
                    std::thread::yield_now();
                }
                sender.send(n).unwrap();
            }
        });
        let mut out = Vec::new();
        let job = |_| {
            let (sender, receiver) = futures::channel::oneshot::channel();
            send.send(sender).unwrap();
            receiver
        };
        flow(0..5000, n, true, job, async |x| out.push(x.unwrap())).await;
        drop(send);
        answering.join().unwrap();
        assert_eq!(out, Vec::from_iter(0..5000));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_is_send_and_may_move_between_threads() {
    let task = tokio::spawn(async {
        let mut sum = 0;
        {
            let pulse = Pulse::new();
            let answers = region::jobs(&pulse, 16, true);
            let waiting = ring(&pulse, 3);
            let mut first = Region::new(&pulse, async {
                let mut feed = answers.feed();
                for n in 0..2000 {
                    let job = async move {
                        tokio::task::yield_now().await;
                        n
                    };
                    feed.start(job).await;
                }
            });
            let mut second = Region::new(&pulse, async {
                let mut results = answers.results();
                let mut feed = waiting.feed();
                while let Some(n) = results.next().await {
                    feed.send(n).await;
                }
            });
            let mut third = Region::new(&pulse, async {
                let mut results = waiting.results();
                while let Some(n) = results.next().await {
                    sum += n;
                    tokio::task::yield_now().await;
                }
            });
            region::sweep(&pulse, |cx| {
                let mut over = third.poll(cx);
                waiting.drive(cx);
                over &= second.poll(cx);
                answers.drive();
                over &= first.poll(cx);
                over
            })
            .await;
        }
        sum
    });
    assert_eq!(task.await.unwrap(), 2000 * 1999 / 2);
}

#[tokio::test]
async fn jobs_need_not_be_send_nor_static() {
    let words = ["a".to_owned(), "bb".to_owned(), "ccc".to_owned()];
    let mut out = Vec::new();
    let job = |word| {
        let word: Rc<&String> = Rc::new(word);
        async move {
            yields(1).await;
            word.len()
        }
    };
    flow(&words, 2, true, job, async |n| out.push(n)).await;
    assert_eq!(out, [1, 2, 3]);
}

// ---- Rings ----

/// `from(source) -> buffer(capacity) -> sink(sink)`.
async fn buffered<T>(
    source: impl IntoIterator<Item = T>,
    capacity: usize,
    mut sink: impl AsyncFnMut(T),
) {
    let pulse = Pulse::new();
    let waiting = ring(&pulse, capacity);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = waiting.feed();
        for x in source {
            feed.send(x).await;
        }
    });
    let mut downstream = Region::new(&pulse, async {
        let mut results = waiting.results();
        while let Some(x) = results.next().await {
            sink(x).await;
        }
    });
    region::sweep(&pulse, |cx| {
        let mut over = downstream.poll(cx);
        waiting.drive(cx);
        over &= upstream.poll(cx);
        over
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_ring_holds_exactly_its_capacity() {
    for capacity in [1, 2, 3, 64, 100] {
        let made = Cell::new(0);
        let mut out = Vec::new();
        let source = (0..1000).inspect(|_| made.set(made.get() + 1));
        let most = Cell::new(0);
        let sink = async |n: usize| {
            sleep(ms(1)).await;
            out.push(n);
            // One is in the sink's hand and one in the feed's.
            most.set(most.get().max(made.get() - out.len()));
        };
        buffered(source, capacity, sink).await;
        assert_eq!(most.get(), capacity + 1);
        assert_eq!(out, Vec::from_iter(0..1000));
    }
}

#[tokio::test]
async fn a_ring_that_nobody_reads_drops_what_it_is_sent() {
    let item = Rc::new(());
    let pulse = Pulse::new();
    let ring = ring(&pulse, 2);
    once(&pulse, |cx| {
        let (mut feed, results) = (ring.feed(), ring.results());
        assert_eq!(feed.send(item.clone()).now_or_never(), Some(()));
        assert!(feed.is_wanted());
        drop(results);
        assert!(!feed.is_wanted());
        let mut send = pin!(feed.send(item.clone()));
        assert!(send.as_mut().poll(cx).is_pending());
        assert!(send.as_mut().poll(cx).is_ready());
        assert_eq!(Rc::strong_count(&item), 1);
    })
    .await;
}

/// A send may wait for somebody to read, and then nobody does.
#[tokio::test(start_paused = true)]
async fn a_waiting_send_ends_when_nobody_reads_any_more() {
    let item = Rc::new(());
    let pulse = Pulse::new();
    let ring = ring(&pulse, 1);
    once(&pulse, |cx| {
        let (mut feed, results) = (ring.feed(), ring.results());
        assert_eq!(feed.send(item.clone()).now_or_never(), Some(()));
        let mut send = pin!(feed.send(item.clone()));
        assert!(send.as_mut().poll(cx).is_pending());
        drop(results);
        assert!(send.as_mut().poll(cx).is_ready());
        assert_eq!(Rc::strong_count(&item), 1);
    })
    .await;
}

/// Does this in a flow of nothing else.
async fn once(pulse: &Pulse, act: impl FnOnce(&mut Context<'_>)) {
    let mut act = Some(act);
    region::sweep(pulse, |cx| {
        if let Some(act) = act.take() {
            act(cx);
        }
        true
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_waiting_send_and_a_waiting_start_may_be_given_up() {
    let pulse = Pulse::new();
    let ring = ring(&pulse, 1);
    let jobs = region::jobs(&pulse, 1, true);
    once(&pulse, |_| {
        let (mut feed, mut results) = (ring.feed(), ring.results());
        assert_eq!(feed.send(1).now_or_never(), Some(()));
        assert_eq!(feed.send(2).now_or_never(), None);
        assert_eq!(results.next().now_or_never(), Some(Some(1)));
        assert_eq!(results.next().now_or_never(), None);
        let (mut feed, mut results) = (jobs.feed(), jobs.results());
        assert_eq!(feed.start(yields(1)).now_or_never(), Some(()));
        assert_eq!(feed.start(yields(1)).now_or_never(), None);
        assert!(feed.place().now_or_never().is_none());
        assert_eq!(results.next().now_or_never(), None);
        jobs.drive();
        // What is finished has its place until it is read.
        assert!(feed.place().now_or_never().is_none());
        assert_eq!(results.next().now_or_never(), Some(Some(())));
        assert!(feed.place().now_or_never().is_some());
        assert_eq!(results.next().now_or_never(), None);
    })
    .await;
}

// ---- Several sources ----

/// Items of both, as they come.
async fn union<T>(
    mut a: impl Stream<Item = T> + Unpin,
    mut b: impl Stream<Item = T> + Unpin,
    mut each: impl FnMut(T),
) {
    let (mut a_over, mut b_over) = (false, false);
    while !(a_over && b_over) {
        let mut moved = false;
        if !a_over && let Poll::Ready(item) = region::poll_now(&mut a).await {
            moved = true;
            match item {
                Some(item) => each(item),
                None => a_over = true,
            }
        }
        if !b_over && let Poll::Ready(item) = region::poll_now(&mut b).await {
            moved = true;
            match item {
                Some(item) => each(item),
                None => b_over = true,
            }
        }
        if !moved {
            region::pause().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn streams_and_cuts_are_read_in_turns() {
    let out = RefCell::new(Vec::new());
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, 2, false);
    let mut upstream = Region::new(&pulse, async {
        let mut feed = answers.feed();
        for n in [30, 20, 40] {
            feed.start(async move {
                sleep(ms(n)).await;
                n
            })
            .await;
        }
    });
    let mut downstream = Region::new(&pulse, async {
        let ticks = pin!(stream::iter([25, 10, 20]).then(async |n| {
            sleep(ms(n)).await;
            n
        }));
        union(ticks, answers.results(), |n| out.borrow_mut().push(n)).await;
    });
    region::sweep(&pulse, |cx| {
        let mut over = downstream.poll(cx);
        answers.drive();
        over &= upstream.poll(cx);
        over
    })
    .await;
    // Jobs end at 20, 30 and 60, ticks come at 25, 35 and 55.
    assert_eq!(out.take(), [20, 25, 30, 10, 20, 40]);
}

#[tokio::test]
async fn next_reads_any_stream_and_two_regions_may_feed_one_cut() {
    let mut out = Vec::new();
    {
        let pulse = Pulse::new();
        let ring = ring(&pulse, 2);
        let feeding = |range: core::ops::Range<u32>| {
            let mut source = stream::iter(range);
            let ring = &ring;
            async move {
                let mut feed = ring.feed();
                while let Some(n) = region::next(&mut source).await {
                    feed.send(n).await;
                }
            }
        };
        let mut short = Region::new(&pulse, feeding(0..1));
        let mut long = Region::new(&pulse, feeding(10..15));
        let mut downstream = Region::new(&pulse, async {
            let mut results = ring.results();
            while let Some(n) = region::next(&mut results).await {
                out.push(n);
            }
        });
        region::sweep(&pulse, |cx| {
            let mut over = downstream.poll(cx);
            ring.drive(cx);
            over &= short.poll(cx);
            over &= long.poll(cx);
            over
        })
        .await;
    }
    assert_eq!(out, [0, 10, 11, 12, 13, 14]);
}
