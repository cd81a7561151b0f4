//! Futures in a cut, woken from other threads while the flow is swept.

use super::{Pulse, Region, jobs, next, sweep};
use crate::block_on::block_on;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{AtomicWaker, check, thread};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

/// Holds what a future waits for.
#[derive(Default)]
struct Event {
    happened: AtomicBool,
    waiting: AtomicWaker,
}

impl Event {
    fn happen(&self) {
        self.happened.store(true, Ordering::Release);
        self.waiting.wake();
    }

    async fn wait(&self) {
        poll_fn(|cx| {
            self.waiting.register(cx.waker());
            if self.happened.load(Ordering::Acquire) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// A flow of two futures, each of which another thread ends.
fn two_futures(ordered: bool) {
    let events = [Arc::new(Event::default()), Arc::new(Event::default())];
    let threads = events
        .clone()
        .map(|event| thread::spawn(move || event.happen()));
    let mut done = Vec::new();
    block_on(async {
        let pulse = Pulse::new();
        let cut = jobs(&pulse, 2, ordered);
        let mut feed = cut.feed();
        let mut results = cut.results();
        let mut source = Region::new(&pulse, async move {
            for (index, event) in events.into_iter().enumerate() {
                let wait = async move {
                    event.wait().await;
                    index
                };
                feed.start(wait).await;
            }
        });
        let mut sink = Region::new(&pulse, async {
            while let Some(index) = next(&mut results).await {
                done.push(index);
            }
        });
        sweep(&pulse, |cx| {
            let over = sink.poll(cx);
            cut.drive();
            source.poll(cx);
            over
        })
        .await;
    });
    for thread in threads {
        thread.join().unwrap();
    }
    if ordered {
        assert_eq!(done, [0, 1]);
    } else {
        assert!(done == [0, 1] || done == [1, 0], "{done:?}");
    }
}

#[test]
fn no_wake_up_is_lost_in_order() {
    check(3, || two_futures(true));
}

#[test]
fn no_wake_up_is_lost_in_any_order() {
    check(3, || two_futures(false));
}
