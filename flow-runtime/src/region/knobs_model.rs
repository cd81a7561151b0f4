//! Knobs that are turned by one thread and read by another, in every order.

use core::future::poll_fn;
use core::task::Poll;
use std::sync::Arc;

use super::{Pulse, Region, jobs, next, sweep};
use crate::block_on::block_on;
use crate::knobs::{Followed, Knob, Refused};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{AtomicWaker, check, thread};

/// Turns a knob in a thread of its own.
fn turns(knob: &Knob<usize>, value: usize) -> thread::JoinHandle<()> {
    let knob = knob.clone();
    thread::spawn(move || drop(knob.set(value)))
}

#[test]
fn who_waits_hears_of_a_turn() {
    check(3, || {
        let knob = Knob::new(1);
        let mut followed = Followed::new(&knob);
        let waiting = Arc::new(AtomicWaker::new());
        followed.wakes(&waiting);
        let thread = turns(&knob, 2);
        block_on(poll_fn(|cx| {
            waiting.register(cx.waker());
            match *followed.now() {
                2 => Poll::Ready(()),
                _ => Poll::Pending,
            }
        }));
        thread.join().unwrap();
    });
}

/// The first of two futures ends once the second has run, which has no place before the
/// knob is turned.
#[test]
fn a_place_is_opened_while_the_flow_sleeps() {
    check(2, || {
        let knob = Knob::new(1);
        let thread = turns(&knob, 2);
        let (second, waiting) = (AtomicBool::new(false), AtomicWaker::new());
        let mut done = 0;
        block_on(async {
            let pulse = Pulse::new();
            let cut = jobs(&pulse, Followed::new(&knob), false);
            let mut feed = cut.feed();
            let mut results = cut.results();
            let second = &second;
            let waiting = &waiting;
            let mut source = Region::new(&pulse, async move {
                for index in 0..2 {
                    let place = feed.place().await;
                    place.start(poll_fn(move |cx| {
                        if index == 1 {
                            second.store(true, Ordering::Release);
                            waiting.wake();
                            return Poll::Ready(());
                        }
                        waiting.register(cx.waker());
                        match second.load(Ordering::Acquire) {
                            true => Poll::Ready(()),
                            false => Poll::Pending,
                        }
                    }));
                }
            });
            let mut sink = Region::new(&pulse, async {
                while next(&mut results).await.is_some() {
                    done += 1;
                }
            });
            sweep(&pulse, |cx| {
                let mut over = sink.poll(cx);
                cut.drive();
                over &= source.poll(cx);
                over
            })
            .await;
        });
        assert_eq!(done, 2);
        thread.join().unwrap();
    });
}

#[test]
fn what_is_demanded_holds_whoever_comes_first() {
    check(3, || {
        let knob = Knob::new(1);
        let thread = turns(&knob, 0);
        let demanded = knob.demand("at least one", |value| match value {
            0 => Err(Refused::new("zero")),
            _ => Ok(()),
        });
        thread.join().unwrap();
        assert_eq!(demanded.is_ok(), knob.get() == 1);
    });
}

#[test]
fn the_last_of_two_turns_is_what_all_read() {
    check(3, || {
        let knob = Knob::new(1);
        let mut followed = Followed::new(&knob);
        let threads = [2, 3].map(|value| turns(&knob, value));
        let early = *followed.now();
        assert!((1..=3).contains(&early));
        let _ = threads.map(|thread| thread.join().unwrap());
        assert_eq!(*followed.now(), knob.get());
    });
}
