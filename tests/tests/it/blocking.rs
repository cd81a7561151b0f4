//! Blocking functions in flows.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use flow_runtime::{Retry, blocking, flow};
use tokio::runtime::Builder;

use crate::guard::in_time;

/// On a clock that runs: a blocking function does not know another.
fn run<F: IntoFuture>(flow: F) -> F::Output {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().build().unwrap();
    runtime.block_on(flow.into_future())
}

#[test]
fn the_word_needs_no_import_and_closures_infer_their_argument() {
    let here = thread::current().id();
    let all = run(flow! {
        from(["a", "bc"])
            -> then(blocking(move |text| (text.len(), thread::current().id() != here)))
            -> collect::<Vec<_>>()
    });
    assert_eq!(all, [(1, true), (2, true)]);
}

#[test]
fn so_many_calls_run_at_once() {
    let all = in_time(|| {
        let meeting = Arc::new(Barrier::new(3));
        run(flow! {
            from(0..6)
                -> then(blocking(move |n| { meeting.wait(); n * 2 }), concurrency = 3)
                -> collect::<Vec<_>>()
        })
    });
    assert_eq!(all, [0, 2, 4, 6, 8, 10]);
}

#[test]
fn a_function_made_before_is_called() {
    let double = blocking(|n: u32| n * 2);
    let sum: u32 = run(flow! { from(1..=3) -> then(async |n| double(n).await) -> sum() });
    assert_eq!(sum, 12);
}

#[test]
fn a_panic_goes_on_in_the_flow() {
    let panic = catch_unwind(AssertUnwindSafe(|| {
        run(flow! {
            from(0..9)
                -> then(blocking(|n| { assert!(n < 4, "four"); n }), concurrency = 2)
                -> drain();
        });
    }));
    assert_eq!(panic.unwrap_err().downcast_ref::<&str>(), Some(&"four"));
}

#[test]
fn a_blocking_function_is_tried_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let seen = calls.clone();
    let all = run(flow! {
        from([7])
            -> then(
                blocking(move |n| match calls.fetch_add(1, Ordering::Relaxed) {
                    0 | 1 => Err("not yet"),
                    _ => Ok(n),
                }),
                retry = Retry::times(3).fixed(Duration::from_millis(1))
            )?
            -> collect::<Vec<_>>()
    });
    assert_eq!(all.unwrap(), [7]);
    assert_eq!(seen.load(Ordering::Relaxed), 3);
}

#[test]
fn a_deadline_does_not_wait_for_the_function() {
    let late = in_time(|| {
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        run(async {
            let late = flow! {
                from([1])
                    -> then(
                        blocking(move |n: u32| {
                            let _ = held.lock().map(|held| held.recv());
                            Ok::<_, io::Error>(n)
                        }),
                        timeout = Duration::from_millis(20)
                    )
                    -> map(|outcome| outcome.is_err())
                    -> collect::<Vec<_>>()
            }
            .await;
            drop(release);
            late
        })
    });
    assert_eq!(late, [true]);
}

#[test]
fn a_call_that_timed_out_keeps_its_place_while_it_runs() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, highest) = (Arc::clone(&now), Arc::clone(&most));
    let slow = move |n: u32| {
        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
        highest.fetch_max(now, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        running.fetch_sub(1, Ordering::SeqCst);
        Ok::<_, io::Error>(n)
    };
    let failed = run(flow! {
        from(0..6)
            -> then(blocking(slow), concurrency = 2, timeout = Duration::from_millis(2), retry = Retry::times(3))
            -> filter(|made| made.is_err())
            -> count()
    });
    assert!(failed > 0);
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
}
