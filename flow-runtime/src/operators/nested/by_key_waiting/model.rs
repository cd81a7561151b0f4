//! Chains that are woken from other threads.

use super::woken::{Wakers, Woken};
use crate::block_on::block_on;
use crate::sync::{check, thread};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

/// Two chains that are woken at the same time, one of them twice: the task polls
/// both, and never sleeps for good.
#[test]
fn no_wake_up_is_lost() {
    check(3, || {
        let woken = Arc::new(Woken::new());
        let mut wakers = Wakers::new(&woken);
        let [first, second] = [0, 1].map(|place| wakers.of(place).clone());
        let threads = [
            thread::spawn(move || {
                first.wake_by_ref();
                first.wake();
            }),
            thread::spawn(move || second.wake()),
        ];
        let mut polled = [0, 0];
        block_on(poll_fn(|cx| {
            woken.register(cx.waker());
            let mut taken = wakers.take();
            for place in taken.drain(..) {
                wakers.reset(place);
                polled[place] += 1;
            }
            wakers.put_back(taken);
            if polled.iter().all(|times| *times > 0) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }));
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(polled[0] <= 2 && polled[1] == 1, "{polled:?}");
    });
}
