//! Sizes that are known at run time only: none may be zero, and none is too large.

use std::{cell::RefCell, hint::black_box, panic, sync::Once, time::Duration};

use flow_runtime::flow;
use tokio::{task::yield_now, time::sleep};

use crate::guard::drive;

/// The file of a panic of `f`.
pub fn place_of_panic(f: impl FnOnce()) -> String {
    thread_local!(static PLACE: RefCell<String> = const { RefCell::new(String::new()) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(|place| place.file().to_owned());
            PLACE.with(|last| *last.borrow_mut() = place.unwrap_or_default());
            before(info);
        }));
    });
    PLACE.take();
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(f));
    assert!(outcome.is_err(), "it does not panic");
    PLACE.take()
}

#[test]
fn a_zero_at_run_time_panics_at_the_line_of_the_flow() {
    let (n, second) = (black_box(0), Duration::from_secs(1));
    macro_rules! refused {
        ($($flow:expr),* $(,)?) => {$(
            let place = place_of_panic(|| { let _ = $flow; });
            assert!(place.ends_with("zeros.rs"), "{place}: {}", stringify!($flow));
        )*};
    }
    refused![
        flow! { from([1], epochs = n) -> count() },
        flow! { from([1]) -> then(async |x: i32| x, concurrency = n) -> count() },
        flow! { from([1]) -> then(blocking(|x: i32| x), concurrency = n) -> count() },
        flow! { from([1]) -> partition(n) -> count() },
        flow! { from([1]) -> partition(n, by = |x: &i32| *x) -> count() },
        flow! { from([1]) -> partition(n, timeout = second) -> count() },
        flow! { from([1]) -> partition_unique(n) -> count() },
        flow! { from([1]) -> sliding_window(n) -> count() },
        flow! { from([1]) -> sliding_window(n, partial = true) -> count() },
        flow! { from([1]) -> step_by(n) -> count() },
        flow! { from([1]) -> unique(capacity = n) -> count() },
        flow! { from([1]) -> buffer(n) -> count() },
        flow! { from([1]) -> delay(second, capacity = n) -> count() },
        flow! { from([1]) -> timed_window(second, capacity = n) -> count() },
        flow! { from([1]) -> timed_window(Duration::ZERO) -> count() },
        flow! { interval(Duration::ZERO) -> count() },
        flow! { from([1]) -> scatter(n) -> map(|x| x) -> gather() -> count() },
        flow! { from([1]) -> by_key(|x| *x, capacity = n) { map(|x: i32| x) } -> count() },
        flow! { from([1]) -> by_key(|x| *x, capacity = n, idle = second) { map(|x: i32| x) } -> count() },
        flow! { x = from([1]); zip(x -> filter(|_| true), x, capacity = n)? -> count() },
        flow! { x = from([1]); zip_latest(x -> filter(|_| true), x, capacity = n)? -> count() },
    ];
}

#[test]
fn places_are_made_as_they_are_needed() {
    for n in [1_000_000, usize::MAX] {
        drive(async move {
            let all = flow! {
                from(0..1000)
                    -> then(async |x: u64| { sleep(Duration::from_millis(2000 - x)).await; x }, concurrency = n)
                    -> collect::<Vec<_>>()
            };
            assert_eq!(all.run().await, (0..1000).collect::<Vec<_>>());
            let all = flow! {
                from(0..1000) -> then(async |x| { yield_now().await; x }, concurrency = n, ordered = false) -> sum::<u64>()
            };
            assert_eq!(all.run().await, 499_500);
            let all = flow! {
                from(0..10) -> buffer(n) -> delay(Duration::from_secs(1), capacity = n) -> count()
            };
            assert_eq!(all.run().await, 10);
        });
        let batches = flow! { from(0..10) -> partition(n, by = |x| x % 2) -> count() };
        assert_eq!(batches.run(), 2);
        let windows = flow! { from(0..10) -> sliding_window(n, partial = true) -> count() };
        assert_eq!(windows.run(), 10);
        let pairs = flow! {
            x = from(0..10);
            zip(x -> filter(|x| x % 2 == 0), x, capacity = n)? -> count()
        };
        assert_eq!(pairs.run().ok(), Some(5));
    }
}
