//! Operators that wait for time, under a paused clock: moments are exact.

use std::{cell::RefCell, time::Duration};

use flow_runtime::flow;
use futures::{Stream, StreamExt};
use tokio::time::{Instant, sleep, sleep_until};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Milliseconds since it was made.
#[derive(Clone, Copy)]
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn now(self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }
}

/// Items, each at its moment from now.
fn at<T>(items: impl IntoIterator<Item = (u64, T)>) -> impl Stream<Item = T> {
    let start = Instant::now();
    let items = items.into_iter().collect::<Vec<_>>();
    futures::stream::iter(items).then(move |(at, item)| async move {
        sleep_until(start + ms(at)).await;
        item
    })
}

/// 1, 2, …, one every `every` milliseconds, the first after that.
fn every(every: u64, count: u64) -> impl Stream<Item = u64> {
    at((1..=count).map(move |n| (n * every, n)))
}

#[tokio::test(start_paused = true)]
async fn two_wait_in_a_buffer_and_one_is_in_the_sink() {
    let clock = Clock::start();
    let done = RefCell::new(Vec::new());
    let mut flow = flow! {
        <u32> -> buffer(2) -> sink(async |x: u32| { sleep(ms(50)).await; done.borrow_mut().push((x, clock.now())); });
    };
    let mut returned = Vec::new();
    for x in 0..6 {
        flow.emit(x).await;
        returned.push(clock.now());
    }
    flow.finish().await;
    assert_eq!(returned, [0, 0, 0, 50, 100, 150]);
    let expected = [(0, 50), (1, 100), (2, 150), (3, 200), (4, 250), (5, 300)];
    assert_eq!(*done.borrow(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_buffer_lets_both_sides_run_at_once() {
    let clock = Clock::start();
    let last = flow! {
        from(0..10)
            -> then(async |x| { sleep(ms(20)).await; x })
            -> buffer(1)
            -> then(async |x| { sleep(ms(20)).await; x })
            -> last()
    }
    .run()
    .await;
    assert_eq!((last, clock.now()), (Some(9), 220));
}

#[tokio::test(start_paused = true)]
async fn rate_limit_spaces_items() {
    let clock = Clock::start();
    let passed =
        flow! { from(0..4) -> rate_limit(ms(50)) -> map(|_| clock.now()) -> collect::<Vec<_>>() };
    assert_eq!(passed.run().await, [0, 50, 100, 150]);
    let clock = Clock::start();
    let items = at([(0, 'a'), (200, 'b'), (210, 'c')]);
    let passed = flow! { stream(items) -> rate_limit(ms(50)) -> map(|_| clock.now()) -> collect::<Vec<_>>() };
    assert_eq!(
        passed.run().await,
        [0, 200, 250],
        "time that passed is not saved up"
    );
}

#[tokio::test(start_paused = true)]
async fn delay_moves_every_item_by_the_same_time() {
    let clock = Clock::start();
    let left = flow! {
        stream(at([(0, 0), (0, 1), (30, 2), (31, 3)])) -> delay(ms(100)) -> map(|x| (x, clock.now())) -> collect::<Vec<_>>()
    };
    assert_eq!(left.run().await, [(0, 100), (1, 100), (2, 130), (3, 131)]);
}

#[tokio::test(start_paused = true)]
async fn delay_has_a_bound() {
    let clock = Clock::start();
    let left = flow! {
        from(0..5) -> delay(ms(100), capacity = 2) -> map(|_| clock.now()) -> collect::<Vec<_>>()
    };
    assert_eq!(left.run().await, [100, 100, 200, 200, 300]);
}

#[tokio::test(start_paused = true)]
async fn latest_gives_the_newest_and_the_last() {
    let clock = Clock::start();
    let seen = flow! {
        stream(at([(0, 1), (10, 2), (20, 3)])) -> latest() -> then(async |x| { sleep(ms(50)).await; (x, clock.now()) }) -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run().await, [(1, 50), (3, 100)]);
}

#[tokio::test(start_paused = true)]
async fn windows_of_time_have_a_beat() {
    let clock = Clock::start();
    let windows = flow! {
        stream(every(20, 8)) -> timed_window(ms(50)) -> map(|w| (w.to_vec(), clock.now())) -> collect::<Vec<_>>()
    };
    let expected = [
        (vec![1, 2], 50),
        (vec![3, 4], 100),
        (vec![5, 6, 7], 150),
        (vec![8], 160),
    ];
    assert_eq!(windows.run().await, expected);
}

#[tokio::test(start_paused = true)]
async fn windows_without_items_are_given_when_they_are_asked_for() {
    let clock = Clock::start();
    let items = || at([(60, 1), (170, 2)]);
    let windows = flow! { stream(items()) -> timed_window(ms(50)) -> map(|w| (w.len(), clock.now())) -> collect::<Vec<_>>() };
    assert_eq!(windows.run().await, [(1, 100), (1, 170)]);
    let clock = Clock::start();
    let windows = flow! { stream(items()) -> timed_window(ms(50), empty = true) -> map(|w| (w.len(), clock.now())) -> collect::<Vec<_>>() };
    assert_eq!(windows.run().await, [(0, 50), (1, 100), (0, 150), (1, 170)]);
}

#[tokio::test(start_paused = true)]
async fn windows_of_time_keep_one_for_every_key() {
    let first = flow! { stream(every(10, 9)) -> timed_window(ms(50), by = |x| x % 2) -> map(|w| w.to_vec()) -> collect::<Vec<_>>() };
    assert_eq!(first.run().await, [[1, 2], [5, 6]]);
    let last = flow! { stream(every(10, 9)) -> timed_window(ms(50), by = |x| x % 2, keep = last) -> map(|w| w.to_vec()) -> collect::<Vec<_>>() };
    assert_eq!(last.run().await, [[3, 4], [8, 9]]);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_is_not_taken_holds_the_next_ones_up() {
    let clock = Clock::start();
    let windows = flow! {
        stream(every(10, 30)) -> timed_window(ms(50)) -> then(async |w| { sleep(ms(120)).await; (w.len(), clock.now()) }) -> collect::<Vec<_>>()
    };
    let windows = windows.run().await;
    assert_eq!(
        windows.iter().map(|(len, _)| len).sum::<usize>(),
        30,
        "nothing is lost"
    );
    assert_eq!(windows[0], (4, 170));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_waits_fills_windows_up_to_their_bound() {
    let sizes = flow! { from(0u64..) -> timed_window(ms(5), capacity = 1000) -> map(|w| w.len()) -> take(2) -> collect::<Vec<_>>() };
    assert_eq!(sizes.run().await, [1000, 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_short_batch_leaves_a_while_after_its_first_item() {
    let clock = Clock::start();
    let items = at([(0, 0), (0, 1), (0, 2), (100, 9), (300, 10)]);
    let batches = flow! {
        stream(items) -> partition(10, timeout = ms(50)) -> map(|b| (b.to_vec(), clock.now())) -> collect::<Vec<_>>()
    };
    let expected = [(vec![0, 1, 2], 50), (vec![9], 150), (vec![10], 300)];
    assert_eq!(batches.run().await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_timer_goes_with_its_batch() {
    let clock = Clock::start();
    let (size, d) = (2, ms(50));
    let items = at([(0, 0), (40, 1), (45, 2), (200, 3)]);
    let batches = flow! {
        stream(items) -> partition(size, timeout = d) -> map(|b| (b.to_vec(), clock.now())) -> collect::<Vec<_>>()
    };
    let expected = [(vec![0, 1], 40), (vec![2], 95), (vec![3], 200)];
    assert_eq!(batches.run().await, expected);
}

#[tokio::test(start_paused = true)]
async fn every_key_has_a_timer_of_its_own() {
    let clock = Clock::start();
    let items = at([(0, 0), (10, 1), (20, 2), (30, 4), (100, 9), (200, 10)]);
    let batches = flow! {
        stream(items) -> partition(2, by = |x| x % 2, timeout = ms(50)) -> map(|b| (b.to_vec(), clock.now())) -> collect::<Vec<_>>()
    };
    let expected = [
        (vec![0, 2], 20),
        (vec![1], 60),
        (vec![4], 80),
        (vec![9], 150),
        (vec![10], 200),
    ];
    assert_eq!(batches.run().await, expected);
}

#[tokio::test(start_paused = true)]
async fn ticks_keep_to_their_beat() {
    let clock = Clock::start();
    let ticks =
        flow! { interval(ms(30)) -> take(3) -> map(|_| clock.now()) -> collect::<Vec<_>>() };
    assert_eq!(ticks.run().await, [30, 60, 90]);
    let clock = Clock::start();
    let slow = flow! { interval(ms(30)) -> take(3) -> then(async |tick| { sleep(ms(70)).await; (tick - clock.0, clock.now()) }) -> collect::<Vec<_>>() };
    let expected = [(ms(30), 100), (ms(60), 170), (ms(120), 240)];
    assert_eq!(
        slow.run().await,
        expected,
        "what nobody was there to take is left out"
    );
}

#[tokio::test(start_paused = true)]
async fn poll_calls_at_every_tick() {
    let clock = Clock::start();
    let mut n = 0;
    let values = flow! {
        poll(ms(30), || { n += 1; if n < 3 { Ok(n) } else { Err("no more") } })? -> for_each(|_| ());
    };
    let error = values.run().await.unwrap_err();
    assert_eq!((error.stage(), clock.now()), (Some("poll"), 90));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, "1\n2\n").unwrap();
    let more = async {
        sleep(ms(250)).await;
        let mut text = std::fs::read_to_string(&path).unwrap();
        text += "3\n4";
        std::fs::write(&path, text).unwrap();
    };
    let clock = Clock::start();
    let lines =
        flow! { tail(&path)? -> take(3) -> map(|line| (line, clock.now())) -> collect::<Vec<_>>() };
    let (lines, ()) = tokio::join!(lines.run(), more);
    let expected = [("1", 0), ("2", 0), ("3", 300)].map(|(line, at)| (line.to_string(), at));
    assert_eq!(lines.unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_error_behind_what_holds_reaches_the_caller() {
    let fails = |x: u32| if x == 3 { Err("three") } else { Ok(x) };
    macro_rules! check {
        ($($held:tt)*) => {
            let flow = flow! { from(0..10u32) -> $($held)* -> flatten() -> map(fails)? -> drain(); };
            let error = tokio::time::timeout(ms(10_000), flow.run()).await.expect("it ends");
            assert_eq!(error.unwrap_err().stage(), Some("map"), stringify!($($held)*));
        };
    }
    check!(map(Some) -> buffer(4));
    check!(map(Some) -> delay(ms(10)));
    check!(timed_window(ms(10)));
    check!(partition(4, timeout = ms(10)));
    check!(map(Some) -> rate_limit(ms(1)));
    check!(map(Some) -> then(async |x| x, concurrency = 3));
    let flow = flow! { from([3u32]) -> latest() -> map(fails)? -> drain(); };
    assert!(flow.run().await.is_err());
}

/// The number of items that are pulled ahead of a sink that takes one every 10 ms.
macro_rules! ahead {
    ($($held:tt)*) => {{
        let pulled = RefCell::new(0usize);
        let ahead = RefCell::new(0usize);
        let done = RefCell::new(0usize);
        flow! {
            from(0..100u32) -> inspect(|_| *pulled.borrow_mut() += 1) -> $($held)* -> sink(async |_| {
                sleep(ms(10)).await;
                let mut ahead = ahead.borrow_mut();
                *ahead = (*ahead).max(*pulled.borrow() - *done.borrow());
                *done.borrow_mut() += 1;
            });
        }
        .run()
        .await;
        assert_eq!(*done.borrow(), 100, "every item arrived");
        ahead.into_inner()
    }};
}

#[tokio::test(start_paused = true)]
async fn what_holds_pulls_no_more_ahead_than_its_bound() {
    // One is in the sink, and where there is a cut, one waits before it.
    assert_eq!(ahead!(map(|x| x)), 1);
    assert_eq!(ahead!(rate_limit(ms(1))), 1);
    assert_eq!(ahead!(buffer(5)), 5 + 2);
    assert_eq!(ahead!(delay(ms(1), capacity = 5)), 5 + 2);
    assert_eq!(ahead!(then(async |x| x, concurrency = 4)), 4 + 2);
    assert_eq!(
        ahead!(then(async |x| x, concurrency = 4, ordered = false)),
        4 + 2
    );
    assert_eq!(
        ahead!(partition(5, timeout = ms(1)) -> flatten()),
        5 + 5 + 1
    );
    assert_eq!(ahead!(buffer(2) -> buffer(3)), 2 + 3 + 3);
    // One for each key, and one that waits for its key.
    assert_eq!(ahead!(by_key(|x| x % 3) { then(async |x| x) }), 3 + 1 + 2);
    assert_eq!(
        ahead!(by_key(|x| x % 3, capacity = 2) { then(async |x| x) }),
        2 + 1 + 2
    );
    // What waits before and behind the queue of a key, too.
    assert_eq!(ahead!(by_key(|x| x % 3) { buffer(5) }), 3 * (5 + 2) + 1 + 2);
}
