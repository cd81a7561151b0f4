//! Places between threads, in every order in which they can meet.

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::{Limit, Outcome};
use crate::sync::Parker;

/// Wakes a thread that blocks on a future.
struct Sleeper(Parker);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.wake();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let sleeper = Arc::new(Sleeper(Parker::here()));
    let waker = Waker::from(Arc::clone(&sleeper));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => sleeper.0.sleep(),
        }
    }
}

/// Takes the place of a limit of one, and gives it back.
fn take(limit: &Limit, inside: &AtomicUsize) {
    let place = block_on(limit.begin(1));
    assert_eq!(inside.fetch_add(1, Ordering::AcqRel), 0);
    inside.fetch_sub(1, Ordering::AcqRel);
    place.end(Outcome::Done);
}

#[test]
fn a_place_is_one_thread_s_at_a_time_and_no_one_sleeps_on() {
    loom::model(|| {
        let limit = Limit::fixed(1);
        let inside = Arc::new(AtomicUsize::new(0));
        let other = {
            let (limit, inside) = (limit.clone(), Arc::clone(&inside));
            thread::spawn(move || take(&limit, &inside))
        };
        take(&limit, &inside);
        other.join().unwrap();
    });
}

#[test]
fn who_leaves_the_line_holds_up_nobody() {
    loom::model(|| {
        let limit = Limit::fixed(1);
        let inside = Arc::new(AtomicUsize::new(0));
        let other = {
            let (limit, inside) = (limit.clone(), Arc::clone(&inside));
            thread::spawn(move || take(&limit, &inside))
        };
        let gone = {
            let limit = limit.clone();
            thread::spawn(move || {
                // It asks once, and is dropped wherever it stands.
                let mut begin = pin!(limit.begin(1));
                let _ = begin.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            })
        };
        take(&limit, &inside);
        other.join().unwrap();
        gone.join().unwrap();
    });
}
