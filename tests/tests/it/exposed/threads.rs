//! Knobs and gauges that threads share.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use flow_runtime::{
    flow,
    inspect::{Gauge, Knob},
};

use crate::guard::in_time;

#[test]
fn nothing_that_is_added_is_lost() {
    let gauge = Gauge::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..10_000).for_each(|_| gauge.add(1.0)));
        }
    });
    assert_eq!(gauge.get(), 40_000.0);
}

#[test]
fn a_flow_keeps_to_a_knob_that_is_turned_all_the_time() {
    let (count, most) = in_time(|| {
        let (knob, running, most) = (Knob::new(1), Cell::new(0), Cell::new(0));
        let work = async |x: u32| {
            running.set(running.get() + 1);
            most.set(most.get().max(running.get()));
            tokio::task::yield_now().await;
            running.set(running.get() - 1);
            x
        };
        let over = AtomicBool::new(false);
        let count = thread::scope(|scope| {
            scope.spawn(|| {
                for n in (0..8).cycle() {
                    if over.load(Ordering::Acquire) {
                        break;
                    }
                    knob.set(1 + n).unwrap();
                }
            });
            let flow = flow! {
                from(0..20_000) -> then(work, concurrency = &knob, ordered = false) -> count()
            };
            let count = futures::executor::block_on(flow.run());
            over.store(true, Ordering::Release);
            count
        });
        (count, most.get())
    });
    assert_eq!(count, 20_000);
    assert!((1..=8).contains(&most), "{most}");
}
