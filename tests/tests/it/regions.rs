//! Concurrent work: bounds, order, no starvation.
//!
//! Flows as `flow!` expands them, written by hand.

use core::cell::{Cell, RefCell};
use core::convert::Infallible;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use flow_runtime::__private::region::{self, Pulse, Region};
use futures::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// `from(source) -> then(job, concurrency = n, ordered = …) -> sink(sink)`.
async fn flow<T, U>(
    source: impl IntoIterator<Item = T>,
    concurrency: usize,
    ordered: bool,
    mut job: impl AsyncJob<T, U>,
    mut sink: impl AsyncFnMut(U),
) {
    let source = source.into_iter();
    let pulse = Pulse::new();
    let answers = region::jobs(&pulse, concurrency, ordered);
    let mut upstream = pin!(Region::<_, Infallible>::new(&pulse, async {
        let mut feed = answers.feed();
        for x in source {
            feed.start(job.start(x)).await;
        }
        Ok(())
    }));
    let mut downstream = pin!(Region::<_, Infallible>::new(&pulse, async {
        let mut results = answers.results();
        while let Some(x) = results.next().await {
            sink(x).await;
        }
        Ok(())
    }));
    region::sweep(&pulse, |cx| {
        let mut over = downstream.as_mut().poll(cx);
        answers.drive();
        over &= upstream.as_mut().poll(cx);
        over
    })
    .await;
}

/// A function that starts a job.
trait AsyncJob<T, U> {
    type Future: Future<Output = U>;
    fn start(&mut self, item: T) -> Self::Future;
}

impl<T, U, F: Future<Output = U>, J: FnMut(T) -> F> AsyncJob<T, U> for J {
    type Future = F;
    fn start(&mut self, item: T) -> F {
        self(item)
    }
}

/// Counts what is running.
#[derive(Default)]
struct Gauge {
    now: Cell<usize>,
    most: Cell<usize>,
}

impl Gauge {
    fn enter(&self) -> Running<'_> {
        self.now.set(self.now.get() + 1);
        self.most.set(self.most.get().max(self.now.get()));
        Running(self)
    }
}

struct Running<'a>(&'a Gauge);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.now.set(self.0.now.get() - 1);
    }
}

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
