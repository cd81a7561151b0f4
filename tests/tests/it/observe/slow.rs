//! The stage that the others wait for.

use std::time::Duration;

use flow_runtime::{Limit, flow};
use tokio::time::sleep;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn wait(x: u64, millis: u64) -> u64 {
    sleep(ms(millis)).await;
    x
}

/// Runs a flow for a while, and asserts which stage is the slow one.
macro_rules! assert_slow {
    ($after:expr, $slow:expr, { $($flow:tt)* }) => {{
        let flow = flow! { #![observe] $($flow)* };
        let watch = flow.watch();
        let running = flow.spawn();
        sleep(ms($after)).await;
        let told = watch.snapshot();
        running.abort();
        assert_eq!(told.slow.as_deref(), Some($slow), "{:?}", told.regions);
        super::assert_shares(&watch);
        told
    }};
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_over_is_not_waited_for() {
    let told = assert_slow!(100, "then_1", {
        from(0..3) -> then(|x| wait(x, 1000), concurrency = 8) -> drain();
    });
    assert_eq!(
        (told.regions[0].busy, told.regions[0].waiting),
        (0.0, 1.0),
        "it is over"
    );
    let told = assert_slow!(100, "then_2", {
        from(0..10) -> buffer(64) -> then(|x| wait(x, 20)) -> drain();
    });
    assert_eq!(told.regions[1].busy, 1.0);
    // The first that still works keeps the next from being full.
    assert_slow!(350, "then_1", {
        from(0..8) -> then(|x| wait(x, 100), concurrency = 2)
            -> then(|x| wait(x, 90), concurrency = 8) -> drain();
    });
}

#[tokio::test(start_paused = true)]
async fn what_is_full_of_finished_items_is_not_waited_for() {
    assert_slow!(1000, "then_2", {
        from(0..1000) -> then(|x| wait(x, 1), concurrency = 4) -> then(|x| wait(x, 50)) -> drain();
    });
    assert_slow!(1000, "then_2", {
        from(0..1000) -> then(|x| wait(x, 1), concurrency = 4)
            -> then(|x| wait(x, 50), concurrency = 2) -> map(|x| x + 1) -> drain();
    });
    assert_slow!(1000, "then_2", {
        from(0..1000) -> by_key(|x| x % 3) { then(|x| wait(x, 1)) } -> then(|x| wait(x, 50)) -> drain();
    });
    assert_slow!(1000, "by_key_1", {
        from(0..1000) -> by_key(|x| x % 3) { then(|x| wait(x, 50)) } -> then(|x| wait(x, 1)) -> drain();
    });
    assert_slow!(1000, "then_1", {
        from(0..1000) -> then(|x| wait(x, 50), concurrency = 4) -> then(|x| wait(x, 1)) -> drain();
    });
    // In the order of the input: most places are empty, and all wait for one.
    assert_slow!(1000, "then_1", {
        from(0..1000) -> then(|x| wait(x, if x % 8 == 0 { 80 } else { 1 }), concurrency = 8)
            -> then(|x| wait(x, 2)) -> drain();
    });
}

#[tokio::test]
async fn workers_that_are_done_are_not_waited_for() {
    assert_slow!(400, "then_2", {
        from(0..1000_u64) -> scatter(2) -> map(|x| x) -> gather() -> then(|x| wait(x, 20)) -> drain();
    });
    let work = |x: u64| {
        std::thread::sleep(ms(20));
        x
    };
    assert_slow!(400, "scatter_1", {
        from(0..1000_u64) -> scatter(2) -> map(work) -> gather() -> then(|x| wait(x, 1)) -> drain();
    });
}

#[tokio::test(start_paused = true)]
async fn the_branch_that_holds_up_its_source_is_the_slow_one() {
    for (left, right, slow) in [(1, 30, "right"), (30, 1, "left")] {
        assert_slow!(1000, slow, {
            numbers = from(0..1000);
            left = numbers -> then(move |x| wait(x, left), concurrency = 2);
            right = numbers -> then(move |x| wait(x, right), concurrency = 2);
            left -> drain();
            right -> drain();
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_waits_has_more_to_say_than_what_it_keeps_busy() {
    assert_slow!(1000, "interval_0", {
        interval(ms(10)) -> then(|_| wait(0, 50), concurrency = 8) -> drain();
    });
    assert_slow!(1000, "then_1", {
        interval(ms(10)) -> then(|_| wait(0, 100), concurrency = 8) -> drain();
    });
    assert_slow!(1000, "interval_0", {
        interval(ms(10)) -> then(|_| wait(0, 3)) -> drain();
    });
}

#[tokio::test(start_paused = true)]
async fn a_pace_is_waited_for_itself() {
    let told = assert_slow!(200, "rate_limit_1", {
        from(0..100) -> rate_limit(ms(20)) -> map(|x| x) -> drain();
    });
    assert_eq!((told.regions[0].held_up, told.queues.len()), (1.0, 0));
    let told = assert_slow!(200, "paced", {
        paced = from(0..100) -> rate_limit(ms(20));
        paced -> then(|x| wait(x, 1)) -> drain();
    });
    let busy = told.regions[0].busy;
    assert!((0.04..0.06).contains(&busy), "{busy}");
    assert_slow!(200, "then_2", {
        from(0..100) -> rate_limit(ms(1)) -> then(|x| wait(x, 20)) -> drain();
    });
    assert_slow!(200, "rate_limit_2", {
        from(0..100) -> buffer(4) -> rate_limit(ms(20)) -> then(|x| wait(x, 1), concurrency = 3)
            -> drain();
    });
    let limit = Limit::fixed(8).per(1, ms(20));
    assert_slow!(200, "then_1", {
        from(0..100) -> then(|x| wait(x, 1), limit = &limit) -> then(|x| wait(x, 5)) -> drain();
    });
}

#[tokio::test]
async fn a_function_that_computes_is_told_from_one_that_waits() {
    let compute = |x: u64| {
        std::thread::sleep(ms(10));
        x
    };
    assert_slow!(300, "map_1", {
        from(0..100) -> map(compute) -> then(|x| wait(x, 2)) -> drain();
    });
    assert_slow!(300, "map_1", {
        from(0..100) -> map(compute) -> then(|x| wait(x, 2), concurrency = 4) -> drain();
    });
    assert_slow!(300, "then_2", {
        from(0..100) -> map(|x| x + 1) -> then(|x| wait(x, 10)) -> drain();
    });
    assert_slow!(300, "then_2", {
        from(0..100) -> map(|x| x + 1) -> then(async move |x| compute(x)) -> drain();
    });
}

/// Whoever is outside may be the slow one: no stage is.
#[tokio::test(start_paused = true)]
async fn who_takes_what_leaves_is_no_stage() {
    use futures::StreamExt;
    let mut flow = flow! { #![observe] from(0..100) -> then(|x| wait(x, 1), concurrency = 2) };
    let watch = flow.watch();
    for _ in 0..10 {
        flow.next().await;
        sleep(ms(20)).await;
    }
    assert_eq!(watch.snapshot().slow, None);
}

#[tokio::test(start_paused = true)]
async fn the_slower_of_two_is_named_whatever_waits_between_them() {
    assert_slow!(9000, "second", {
        first = from(0..300) -> then(|x| wait(x, 20));
        second = first -> buffer(4) -> then(|x| wait(x, 32));
        second -> drain();
    });
    assert_slow!(5000, "first", {
        first = from(0..300) -> then(|x| wait(x, 20));
        second = first -> buffer(4) -> then(|x| wait(x, 16));
        second -> drain();
    });
    assert_slow!(5000, "then_2", {
        interval(ms(10)) -> latest() -> then(async |_| wait(0, 35).await) -> drain();
    });
    assert_slow!(5000, "interval_0", {
        interval(ms(10)) -> latest() -> then(async |_| wait(0, 7).await) -> drain();
    });
    assert_slow!(5000, "then_2", {
        interval(ms(10)) -> delay(ms(100), capacity = 4000) -> then(async |_| wait(0, 35).await)
            -> drain();
    });
    assert_slow!(5000, "sink_2", {
        interval(ms(10)) -> buffer(3000) -> sink(async |_| { wait(0, 35).await; });
    });
}

#[tokio::test(start_paused = true)]
async fn jobs_whose_places_are_all_taken_are_slow_though_a_sink_takes_time() {
    assert_slow!(5000, "jobs", {
        jobs = from(0..9000) -> then(|x| wait(x, 100), concurrency = 8, ordered = false);
        jobs -> sink(async |x| { wait(x, 10).await; });
    });
    assert_slow!(5000, "sink_2", {
        jobs = from(0..9000) -> then(|x| wait(x, 100), concurrency = 12, ordered = false);
        jobs -> sink(async |x| { wait(x, 10).await; });
    });
}

#[tokio::test]
async fn of_several_that_compute_all_are_named() {
    let busy = |x: u64| {
        std::thread::sleep(ms(2));
        x
    };
    let flow =
        flow! { #![observe] from(0..50) -> buffer(4) -> map(busy) -> fold(0, |sum, x| *sum += x) };
    let watch = flow.watch();
    flow.run().await;
    assert_eq!(watch.snapshot().slow.as_deref(), Some("map_2 or fold_3"));
    let flow = flow! {
        #![observe]
        from(0..50) -> buffer(4) -> map(busy) -> filter(|_| true) -> map(busy) -> inspect(|_| ()) -> count()
    };
    let watch = flow.watch();
    flow.run().await;
    assert_eq!(
        watch.snapshot().slow.as_deref(),
        Some("map_2, filter_3 or 2 others")
    );
}
