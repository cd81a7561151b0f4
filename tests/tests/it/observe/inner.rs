//! The numbers of items that wait in chains of keys, and in pieces, that await.

use std::time::Duration;

use flow_runtime::{Budget, Limit, flow, inspect::Watch};
use futures::{StreamExt, stream};
use tokio::time::sleep;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Items that come at once, and an end that does not.
fn items(count: u64) -> impl futures::Stream<Item = u64> + Send + Unpin {
    stream::iter(0..count).chain(stream::pending())
}

async fn slow(x: u64) -> u64 {
    sleep(ms(100)).await;
    x
}

fn queues(watch: &Watch) -> Vec<(String, u64, Option<u64>)> {
    let queues = watch.snapshot().queues.into_iter();
    queues
        .map(|each| (each.stage, each.waiting, each.bound))
        .collect()
}

/// Runs a flow, and asserts what waits in its queues after some of these times. What waited in
/// chains is gone with them.
macro_rules! assert_waiting {
    ($count:expr, { $($chain:tt)* }, $($after:expr => [$(($stage:expr, $waiting:expr, $bound:expr)),* $(,)?]),* $(,)?) => {{
        let flow = flow! {
            #![observe]
            stream(items($count)) -> $($chain)* -> for_each(|_| ());
        };
        let watch = flow.watch();
        let running = flow.spawn();
        let mut before = 0;
        $(
            sleep(ms($after - before)).await;
            before = $after;
            let expected = [$(($stage.to_owned(), $waiting, $bound)),*];
            assert_eq!(queues(&watch), expected, "after {before} ms");
        )*
        running.abort();
        let _ = running.await;
        for (stage, waiting, bound) in queues(&watch) {
            assert!((waiting, bound) == (0, None) || !stage.contains('.'), "{stage}: {waiting}");
        }
    }};
}

#[tokio::test(start_paused = true)]
async fn buffers_of_all_keys_add_up() {
    assert_waiting!(9, { by_key(|x: &u64| x % 3) { buffer(2) -> then(slow) } },
        10 => [("by_key_1.buffer_1", 6, Some(6)), ("by_key_1", 0, Some(1))],
        110 => [("by_key_1.buffer_1", 3, Some(6)), ("by_key_1", 0, Some(1))],
        310 => [("by_key_1.buffer_1", 0, Some(6)), ("by_key_1", 0, Some(1))],
    );
}

#[tokio::test(start_paused = true)]
async fn items_that_are_delayed_by_key_are_counted() {
    assert_waiting!(9, { by_key(|x: &u64| x % 3) { delay(ms(50)) } },
        10 => [("by_key_1.delay_1", 9, Some(3 * 1024)), ("by_key_1", 0, Some(1))],
        60 => [("by_key_1.delay_1", 0, Some(3 * 1024)), ("by_key_1", 0, Some(1))],
    );
}

#[tokio::test(start_paused = true)]
async fn results_that_wait_for_older_ones_of_their_key_are_counted() {
    let uneven = async |x: u64| {
        sleep(ms(if x < 3 { 200 } else { 50 })).await;
        x
    };
    // The first of each key takes longest: the others wait behind it.
    assert_waiting!(9, { by_key(|x: &u64| x % 3) { then(uneven, concurrency = 4) } },
        10 => [("by_key_1.then_1", 0, Some(24)), ("by_key_1", 0, Some(1))],
        60 => [("by_key_1.then_1", 6, Some(24)), ("by_key_1", 0, Some(1))],
        210 => [("by_key_1.then_1", 0, Some(24)), ("by_key_1", 0, Some(1))],
    );
}

#[tokio::test(start_paused = true)]
async fn batches_that_keys_fill_count_their_items() {
    assert_waiting!(10, { by_key(|x: &u64| x % 3) { partition(10, timeout = ms(50)) } },
        10 => [("by_key_1.partition_1", 10, None), ("by_key_1", 0, Some(1))],
        60 => [("by_key_1.partition_1", 0, None), ("by_key_1", 0, Some(1))],
    );
}

#[tokio::test(start_paused = true)]
async fn chains_within_chains_add_up() {
    assert_waiting!(12, { by_key(|x: &u64| x % 3) { by_key(|x: &u64| x % 2) { buffer(1) -> then(slow) } } },
        10 => [
            ("by_key_1.by_key_1.buffer_1", 6, Some(6)), ("by_key_1.by_key_1", 0, Some(3)),
            ("by_key_1", 0, Some(1)),
        ],
        110 => [
            ("by_key_1.by_key_1.buffer_1", 0, Some(6)), ("by_key_1.by_key_1", 0, Some(3)),
            ("by_key_1", 0, Some(1)),
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_forgotten_take_their_bounds_along() {
    assert_waiting!(6, { by_key(|x: &u64| x % 3, idle = ms(30)) { buffer(8) -> then(slow) } },
        10 => [("by_key_1.buffer_1", 3, Some(24)), ("by_key_1", 0, Some(1))],
        110 => [("by_key_1.buffer_1", 0, Some(24)), ("by_key_1", 0, Some(1))],
        250 => [("by_key_1.buffer_1", 0, None), ("by_key_1", 0, Some(1))],
    );
}

#[tokio::test(start_paused = true)]
async fn workers_hold_nothing_but_what_they_are_given() {
    assert_waiting!(9, { by_key(|x: &u64| x % 3) { buffer(2) -> then(slow) } -> scatter(2) -> map(|x| x + 1) -> gather() },
        10 => [("by_key_1.buffer_1", 6, Some(6)), ("by_key_1", 0, Some(1)), ("scatter_2", 0, None)],
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_pieces_that_await_adds_up() {
    let piece = flow! { #![observe] <u64> -> buffer(2) -> then(slow) };
    let watch = piece.watch();
    let flow = flow! {
        stream(items(9)) -> by_key(|x: &u64| x % 3) { via_async(piece) } -> for_each(|_| ());
    };
    let running = flow.spawn();
    for (waiting, bound) in [(6, Some(6)), (3, Some(6)), (0, Some(6))] {
        sleep(ms(90)).await;
        assert_eq!(queues(&watch), [("buffer_1".to_owned(), waiting, bound)]);
        sleep(ms(10)).await;
    }
    running.abort();
    let _ = running.await;
    assert_eq!(queues(&watch), [("buffer_1".to_owned(), 0, None)]);
}

#[tokio::test(start_paused = true)]
async fn limits_and_budgets_of_chains_are_told() {
    let (limit, budget) = (Limit::fixed(2), Budget::new(10.0));
    let ask = async |x: u64| Ok::<_, std::io::Error>(slow(x).await);
    let flow = flow! {
        #![observe]
        from(0..9_u64)
            -> by_key(|x| x % 3) { then(ask, limit = &limit, budget = &budget, cost = |_| 0.5)? }
            -> count()
    };
    let watch = flow.watch();
    let running = tokio::spawn(flow.run());
    sleep(ms(10)).await;
    let told = watch.snapshot();
    // The chain of each key begins as many as may run.
    let limits = told
        .limits
        .iter()
        .map(|each| (&*each.stage, each.running, each.waiting, each.bound));
    assert_eq!(
        limits.collect::<Vec<_>>(),
        [("by_key_1.then_1", 2, 4, Some(2))]
    );
    let budgets = told.budgets.iter().map(|each| (&*each.stage, each.total));
    assert_eq!(budgets.collect::<Vec<_>>(), [("by_key_1.then_1", 10.0)]);
    assert_eq!(running.await.unwrap().unwrap(), 9);
    assert_eq!(watch.snapshot().budgets[0].spent, 4.5);
}
