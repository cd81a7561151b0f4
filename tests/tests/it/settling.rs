//! `debounce` and `sample`, under a paused clock: which items leave, and when.

use std::{cell::RefCell, time::Duration};

use flow_runtime::{Acked, flow};
use futures::{Stream, StreamExt};
use tokio::time::{Instant, sleep, sleep_until};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Items named after the moments at which they come.
fn at(moments: impl IntoIterator<Item = u64>) -> impl Stream<Item = u64> {
    let start = Instant::now();
    let moments: Vec<u64> = moments.into_iter().collect();
    futures::stream::iter(moments).then(move |at| async move {
        sleep_until(start + ms(at)).await;
        at
    })
}

/// Items with the moments at which they left.
macro_rules! left {
    ($moments:expr, $($operator:tt)+) => {{
        let start = Instant::now();
        flow! {
            stream(at($moments)) -> $($operator)+
                -> map(|x| (x, start.elapsed().as_millis() as u64)) -> collect::<Vec<_>>()
        }
        .run()
        .await
    }};
}

#[tokio::test(start_paused = true)]
async fn an_item_leaves_when_a_while_has_passed_without_another() {
    let seen = left!([0, 10, 20, 100, 200, 210], debounce(ms(50)));
    // The last leaves with the end of input.
    assert_eq!(seen, [(20, 70), (100, 150), (210, 210)]);
    assert_eq!(left!([], debounce(ms(50))), []);
    assert_eq!(
        left!([0, 50, 100], debounce(ms(50))).last(),
        Some(&(100, 100))
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_while_every_item_leaves() {
    let seen = left!([0, 10, 20], debounce(Duration::ZERO));
    assert_eq!(seen, [(0, 0), (10, 10), (20, 20)]);
}

#[tokio::test(start_paused = true)]
async fn the_newest_of_each_stretch_leaves_at_its_end() {
    let seen = left!([10, 20, 130, 140, 400, 420], sample(ms(100)));
    assert_eq!(seen, [(20, 100), (140, 200), (420, 420)]);
}

#[tokio::test(start_paused = true)]
async fn the_beat_is_kept_over_stretches_without_items() {
    let seen = left!([350, 360, 999, 1001, 1150], sample(ms(100)));
    assert_eq!(seen, [(360, 400), (999, 1000), (1001, 1100), (1150, 1150)]);
}

#[tokio::test(start_paused = true)]
async fn what_has_to_leave_is_not_replaced_behind_a_slow_stage() {
    let start = Instant::now();
    let slow = async |x: u64| {
        sleep(ms(130)).await;
        (x, start.elapsed().as_millis() as u64)
    };
    let seen = flow! {
        stream(at((0..40).map(|n| n * 10 + 5))) -> sample(ms(50)) -> then(slow) -> collect::<Vec<_>>()
    };
    // Every stretch's newest leaves; what comes meanwhile waits before it.
    let seen = seen.run().await;
    assert_eq!(seen[..3], [(45, 180), (95, 310), (145, 440)]);
    let seen = flow! {
        stream(at([0, 100, 200, 300])) -> debounce(ms(50)) -> then(slow) -> map(|(x, _)| x)
            -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run().await, [0, 100, 200, 300]);
}

#[tokio::test(start_paused = true)]
async fn what_is_replaced_is_done_with_and_what_waits_is_not() {
    let acks = RefCell::new(Vec::new());
    let start = Instant::now();
    let source = at([0, 10, 100, 110, 300]).map(|x| {
        let acks = &acks;
        Acked::new(x, move || {
            acks.borrow_mut()
                .push((x, start.elapsed().as_millis() as u64))
        })
    });
    let seen = flow! {
        stream(source, ack = true) -> debounce(ms(50)) -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run().await, [10, 110, 300]);
    let expected = [(0, 10), (10, 60), (100, 110), (110, 160), (300, 300)];
    assert_eq!(acks.take(), expected);
    // So for a sample.
    let acks = RefCell::new(Vec::new());
    let source = at([0, 10, 120]).map(|x| {
        let acks = &acks;
        Acked::new(x, move || acks.borrow_mut().push(x))
    });
    let seen = flow! { stream(source, ack = true) -> sample(ms(100)) -> collect::<Vec<_>>() };
    assert_eq!(seen.run().await, [10, 120]);
    assert_eq!(acks.take(), [0, 10, 120]);
}

#[tokio::test(start_paused = true)]
async fn every_key_settles_for_itself() {
    let start = Instant::now();
    let items = at([0, 10, 20, 30, 200]).map(|at| (at / 10 % 2, at));
    let seen = flow! {
        stream(items) -> by_key(|item| item.0) { debounce(ms(25)) }
            -> map(|(_, at)| (at, start.elapsed().as_millis() as u64)) -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run().await, [(20, 45), (30, 55), (200, 200)]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_cycle_goes_round() {
    let mut rounds = Vec::new();
    let start = Instant::now();
    flow! {
        from([1]) -> again;
        again = debounce(ms(10)) -> inspect(|x| rounds.push((*x, start.elapsed().as_millis())))
            -> filter(|x| *x < 4) -> map(|x| x + 1) -> again;
    }
    .run()
    .await;
    assert_eq!(rounds, [(1, 10), (2, 20), (3, 30), (4, 40)]);
}
