//! Emitters on two threads, and the flow on a third.

use super::super::remote::remote;
use super::super::{
    arisen::faults,
    line::line,
    mailbox::{Inlet, inlet},
    place::Place,
};
use super::{EmitError, Emitter, TryEmitError, emitter};
use crate::block_on::block_on;
use crate::error::{Error, ErrorKind};
use crate::region::next;
use crate::sync::{check, thread};
use crate::ty::Ty;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// The items a flow was given. The tests read it when the flow is gone.
type Seen = Arc<Mutex<Vec<i32>>>;

/// A flow that keeps up to `limit` items, and an emitter for it.
fn flow(limit: usize, seen: &Seen) -> (Emitter<i32>, impl Future<Output = ()> + use<>) {
    let seen = Arc::clone(seen);
    spawned(async move |inlet| keep(inlet, limit, seen).await)
}

/// A flow that does `work`, and an emitter for it.
fn spawned<T, W: AsyncFnOnce(Inlet<T>)>(
    work: W,
) -> (Emitter<T>, impl Future<Output = ()> + use<T, W>) {
    let faults = faults::<Error>();
    let (mailbox, inlet) = inlet(Ty::<T>::new(), &faults);
    let line = line();
    let emitter = emitter(mailbox, &line);
    (emitter, remote(&line, async move { work(inlet).await }))
}

async fn keep(mut inlet: Inlet<i32>, limit: usize, seen: Seen) {
    for _ in 0..limit {
        let Some(item) = next(&mut inlet).await else {
            return;
        };
        seen.lock().unwrap().push(item);
    }
}

/// Returns what comes of one item from each of two threads, with a flow that keeps up to
/// `limit` of them.
fn two_threads<R: 'static>(
    limit: usize,
    seen: &Seen,
    emit: impl Fn(&Emitter<i32>, i32) -> R + Copy + 'static,
) -> [R; 2] {
    let (emitter, flow) = flow(limit, seen);
    let threads = [1, 2].map(|item| {
        let emitter = emitter.clone();
        thread::spawn(move || emit(&emitter, item))
    });
    drop(emitter);
    block_on(flow);
    threads.map(|thread| thread.join().unwrap())
}

#[test]
fn two_emitters_are_both_served_and_then_the_flow_ends() {
    check(2, || {
        let seen = Seen::default();
        let outcomes = two_threads(usize::MAX, &seen, |emitter, item| {
            block_on(emitter.emit(item)).is_ok()
        });
        assert_eq!(outcomes, [true, true]);
        let seen = seen.lock().unwrap();
        assert!(*seen == [1, 2] || *seen == [2, 1], "{seen:?}");
    });
}

#[test]
fn what_a_flow_that_ends_early_does_not_take_is_given_back() {
    check(2, || {
        let seen = Seen::default();
        let back = two_threads(1, &seen, |emitter, item| {
            match block_on(emitter.emit(item)) {
                Ok(()) => None,
                Err(EmitError::Closed(item)) => Some(item),
                Err(other) => panic!("{other:?}"),
            }
        });
        let back: Vec<_> = back.into_iter().flatten().collect();
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!(back.len(), 1);
        assert_eq!(seen[0] + back[0], 3);
    });
}

#[test]
fn a_flow_that_is_dropped_leaves_no_emitter_waiting() {
    check(3, || {
        let seen = Seen::default();
        let (emitter, flow) = flow(usize::MAX, &seen);
        let emits = thread::spawn(move || block_on(emitter.emit(1)));
        abort(flow);
        match emits.join().unwrap() {
            Ok(()) => assert_eq!(*seen.lock().unwrap(), [1]),
            Err(EmitError::Closed(1)) => assert!(seen.lock().unwrap().is_empty()),
            Err(other) => panic!("{other:?}"),
        }
    });
}

#[test]
fn an_item_that_a_dropped_flow_worked_on_did_not_go_through() {
    check(3, || {
        let (emitter, flow) = spawned(async |mut inlet| {
            let item = next(&mut inlet).await;
            std::future::pending::<()>().await;
            drop((item, inlet));
        });
        let emits = thread::spawn(move || block_on(emitter.emit(1)));
        abort(flow);
        let outcome = emits.join().unwrap();
        match outcome {
            Err(EmitError::Failed(error)) => assert_eq!(error.kind(), ErrorKind::Interrupted),
            Err(EmitError::Closed(1)) => {}
            other => panic!("{other:?}"),
        }
    });
}

/// Polls a flow once and drops it, as a task that is aborted.
fn abort(flow: impl Future<Output = ()>) {
    let mut flow = pin!(flow);
    block_on(poll_fn(|cx| {
        let _ = flow.as_mut().poll(cx);
        Poll::Ready(())
    }));
}

#[test]
fn an_item_that_is_offered_is_seen_or_given_back() {
    check(2, || {
        let seen = Seen::default();
        let back = two_threads(usize::MAX, &seen, |emitter, item| {
            match emitter.try_emit(item) {
                Ok(()) => None,
                Err(TryEmitError::Full(item)) => Some(item),
                Err(other) => panic!("{other:?}"),
            }
        });
        let mut all = seen.lock().unwrap().clone();
        all.extend(back.into_iter().flatten());
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
    });
}

/// Puts the first item where a place is held, and gives the place of the other back; returns
/// whether it was used.
fn use_the_first(place: Place<'_, i32>, item: i32) -> bool {
    if item == 1 {
        place.emit(item);
    }
    item == 1
}

#[test]
fn a_place_that_is_held_is_used_or_given_back() {
    check(2, || {
        let seen = Seen::default();
        let put = two_threads(usize::MAX, &seen, |emitter, item| {
            use_the_first(block_on(emitter.reserve()).unwrap(), item)
        });
        assert_eq!(put, [true, false]);
        assert_eq!(*seen.lock().unwrap(), [1]);
    });
}

#[test]
fn closing_ends_the_flow_and_whoever_waits_has_the_item_back() {
    check(2, || {
        let seen = Seen::default();
        let (emitter, flow) = flow(usize::MAX, &seen);
        let (emits, closes) = (emitter.clone(), emitter.clone());
        let emits = thread::spawn(move || match block_on(emits.emit(1)) {
            Ok(()) => None,
            Err(EmitError::Closed(item)) => Some(item),
            Err(other) => panic!("{other:?}"),
        });
        let closes = thread::spawn(move || closes.close());
        // One emitter is never dropped.
        block_on(flow);
        let back = emits.join().unwrap();
        closes.join().unwrap();
        let mut all = seen.lock().unwrap().clone();
        all.extend(back);
        assert_eq!(all, [1]);
        assert!(emitter.is_closed());
    });
}

#[test]
fn a_place_may_still_be_used_when_the_input_is_closed() {
    check(2, || {
        let seen = Seen::default();
        let (emitter, flow) = flow(usize::MAX, &seen);
        let closes = emitter.clone();
        let puts = thread::spawn(move || match block_on(emitter.reserve()) {
            Ok(place) => {
                place.emit(1);
                true
            }
            Err(_) => false,
        });
        let closes = thread::spawn(move || closes.close());
        block_on(flow);
        let put = puts.join().unwrap();
        closes.join().unwrap();
        assert_eq!(seen.lock().unwrap().len(), usize::from(put));
    });
}

#[test]
fn what_waits_at_an_inlet_goes_through_and_nobody_is_left_waiting() {
    check(2, || {
        let seen = Seen::default();
        let (emitter, flow) = flow(usize::MAX, &seen);
        let emitter = emitter.buffered(1);
        let emits = thread::spawn(move || {
            block_on(async {
                for item in 1..=3 {
                    emitter.emit(item).await.unwrap();
                }
            });
        });
        block_on(flow);
        emits.join().unwrap();
        assert_eq!(*seen.lock().unwrap(), [1, 2, 3]);
    });
}

#[test]
fn two_that_let_items_wait_are_both_served() {
    check(2, || {
        let seen = Seen::default();
        let outcomes = two_threads(usize::MAX, &seen, |emitter, item| {
            block_on(emitter.clone().buffered(1).emit(item)).is_ok()
        });
        assert_eq!(outcomes, [true, true]);
        let seen = seen.lock().unwrap();
        assert!(*seen == [1, 2] || *seen == [2, 1], "{seen:?}");
    });
}

#[test]
fn places_behind_others_go_through() {
    check(2, || {
        let seen = Seen::default();
        let outcomes = two_threads(usize::MAX, &seen, |emitter, item| {
            let emitter = emitter.clone().buffered(1);
            block_on(emitter.reserve())
                .map(|place| place.emit(item))
                .is_ok()
        });
        assert_eq!(outcomes, [true, true]);
        let seen = seen.lock().unwrap();
        assert!(*seen == [1, 2] || *seen == [2, 1], "{seen:?}");
    });
}

#[test]
fn of_two_places_held_at_once_one_is_used_and_one_is_given_back() {
    check(1, || {
        let seen = Seen::default();
        let used = two_threads(usize::MAX, &seen, |emitter, item| {
            let emitter = emitter.clone().buffered(2);
            use_the_first(block_on(emitter.reserve()).unwrap(), item)
        });
        assert_eq!(used, [true, false]);
        assert_eq!(*seen.lock().unwrap(), [1]);
    });
}

#[test]
fn a_place_behind_others_may_still_be_used_when_the_input_is_closed() {
    check(2, || {
        let seen = Seen::default();
        let (emitter, flow) = flow(usize::MAX, &seen);
        let closes = emitter.clone();
        let emitter = emitter.buffered(1);
        let puts = thread::spawn(move || {
            let place = block_on(emitter.reserve());
            place.map(|place| place.emit(1)).is_ok()
        });
        let closes = thread::spawn(move || closes.close());
        block_on(flow);
        let put = puts.join().unwrap();
        closes.join().unwrap();
        assert_eq!(seen.lock().unwrap().len(), usize::from(put));
    });
}

#[test]
fn what_waits_at_a_flow_that_ends_is_given_back_or_dropped_with_it() {
    check(3, || {
        let (emitter, flow) = spawned(async |mut inlet| drop(next(&mut inlet).await));
        let emitter = emitter.buffered(2);
        let item = Arc::new(());
        let emits = {
            let item = Arc::clone(&item);
            thread::spawn(move || {
                for _ in 0..2 {
                    let _ = block_on(emitter.emit(Arc::clone(&item)));
                }
                emitter
            })
        };
        block_on(flow);
        let emitter = emits.join().unwrap();
        assert_eq!(Arc::strong_count(&item), 1, "nothing waits any more");
        drop(emitter);
    });
}
