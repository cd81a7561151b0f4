//! `by_key`: a chain with a state of its own for every key.

use std::{cell::RefCell, rc::Rc, time::Duration};

use flow_runtime::{Error, Hub, Store, extant, flow};
use futures::Stream;
use tokio::time::{Instant, sleep, sleep_until};

use crate::guard::{drive, within};

pub fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Items, each at its moment from now.
pub fn at<T>(items: impl IntoIterator<Item = (u64, T)>) -> impl Stream<Item = T> {
    let start = Instant::now();
    let items = items.into_iter().collect::<Vec<_>>();
    futures::StreamExt::then(futures::stream::iter(items), move |(at, item)| async move {
        sleep_until(start + ms(at)).await;
        item
    })
}

/// The key of texts such as `a1`: the letter.
pub fn letter(text: &&str) -> char {
    text.chars().next().unwrap()
}

#[test]
fn every_key_has_windows_of_its_own() {
    let readings = [
        ("a", 1),
        ("b", 10),
        ("a", 2),
        ("b", 20),
        ("a", 3),
        ("b", 30),
        ("a", 4),
    ];
    let sums = flow! {
        from(readings)
            -> by_key(|reading| reading.0) { map(|reading| reading.1) -> sliding_window(3) -> map(|[a, b, c]| a + b + c) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(sums.run(), [6, 60, 9]);
}

#[test]
fn what_keys_hold_follows_in_the_order_of_their_first_sight() {
    let batches = flow! {
        from(["c1", "a1", "b1", "a2", "a3", "c2"])
            -> by_key(letter) { partition(2) -> map(|batch| batch.join("+")) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(batches.run(), ["a1+a2", "c1+c2", "a3", "b1"]);
}

#[test]
fn what_holds_several_is_flushed_in_the_order_of_the_chain() {
    let all = flow! {
        from(0..7_u32)
            -> by_key(|x| x % 2) { partition(2) -> map(|batch| batch.to_vec()) -> group_by(|batch| batch[0] / 4) -> map(|(run, batches)| (run, batches.to_vec())) }
            -> collect::<Vec<_>>()
    };
    let expected = vec![
        (0, vec![vec![0, 2]]),
        (1, vec![vec![4, 6]]),
        (0, vec![vec![1, 3]]),
        (1, vec![vec![5]]),
    ];
    assert_eq!(all.run(), expected);
}

#[test]
fn a_key_that_takes_no_more_does_not_end_the_others() {
    let all = flow! {
        from(0..10_u32) -> by_key(|x| x % 3) { enumerate() -> skip(1) -> take(1) -> map(|(_, x)| x) } -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [3, 4, 5]);
}

#[test]
fn items_need_not_be_clone() {
    struct Job(u32);
    let sizes = flow! {
        from(0..5) -> map(Job)
            -> by_key(|job| job.0 % 2) { partition(2) -> map(|jobs| jobs.len()) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(sizes.run(), [2, 2, 1]);
}

#[test]
fn arguments_are_evaluated_once() {
    let made = RefCell::new(0);
    let size = || {
        *made.borrow_mut() += 1;
        2
    };
    let batches = flow! { from(0..9_u32) -> by_key(|x| x % 3) { partition(size()) } -> count() };
    assert_eq!(batches.run(), 6);
    assert_eq!(made.into_inner(), 1);
}

#[test]
fn functions_share_what_they_borrow() {
    let seen = RefCell::new(Vec::new());
    let limit = String::from("3");
    flow! {
        from(0..6_u32) -> by_key(|x| x % 2) { filter(|x| x.to_string() != limit) -> inspect(|x| seen.borrow_mut().push(*x)) } -> drain();
    }
    .run();
    assert_eq!(seen.into_inner(), [0, 1, 2, 4, 5]);
    drop(limit);
}

#[test]
fn ways_part_and_keys_nest_within_a_chain() {
    enum Event {
        Up(u32),
        Down(u32),
        Idle,
    }
    let events = (0..12).map(|n| match n % 4 {
        0 | 1 => Event::Up(n),
        2 => Event::Down(n),
        _ => Event::Idle,
    });
    let all = flow! {
        from(events)
            -> by_key(|event| matches!(event, Event::Down(_))) {
                match {
                    Event::Up(n) => map(|n| n * 10),
                    Event::Down(n) if n > 5 => filter(|n| n % 4 == 2),
                    _ => drop,
                }
                -> by_key(|n| n % 20) { match { n if n < 100 => partition(2) -> map(|b| b.iter().sum::<u32>()), n => map(|n| n), } }
            }
            -> collect::<Vec<_>>()
    };
    // Ups are 0, 10, 40, 50, 80, 90, downs that pass 6 and 10.
    assert_eq!(all.run(), [40, 60, 80, 90, 6, 10]);
}

#[test]
fn a_loop_goes_through_the_chains() {
    let all = flow! {
        from([3_u32, 5]) -> down;
        down = by_key(|n| n % 2) { unique() } -> map(|n| (n, n));
        down -> filter(|(n, _)| *n > 0) -> map(|(n, _)| n - 1) -> down;
        down -> map(|(n, _)| n) -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [3, 2, 1, 0, 5, 4]);
}

#[test]
fn a_capacity_flushes_the_key_not_seen_for_longest() {
    let all = flow! {
        from(["a1", "b1", "a2", "c1", "b2", "d1", "b3"])
            -> by_key(letter, capacity = 2) { partition(3) -> map(|batch| batch.join("+")) }
            -> collect::<Vec<_>>()
    };
    // c pushes out b, b pushes out a, d pushes out c; b2 is a new beginning.
    assert_eq!(all.run(), ["b1", "a1+a2", "c1", "b2+b3", "d1"]);
}

#[test]
fn an_open_flow_has_keys_from_item_to_item() {
    let left = Rc::new(RefCell::new(Vec::new()));
    let sink = left.clone();
    let mut flow = flow! {
        <&str> -> by_key(letter, capacity = 1) { partition(2) -> map(|batch| batch.join("+")) }
            -> for_each(move |text: String| sink.borrow_mut().push(text));
    };
    flow.emit("a1");
    flow.emit("a2");
    assert_eq!(*left.borrow(), ["a1+a2"]);
    flow.emit("a3");
    flow.emit("b1");
    assert_eq!(*left.borrow(), ["a1+a2", "a3"]);
    flow.finish();
    assert_eq!(*left.borrow(), ["a1+a2", "a3", "b1"]);
}

#[test]
fn lazy_flows_and_pieces_have_keys() {
    let lazy = flow! { from(0..6_u32) -> by_key(|x| x % 2) { sliding_window(2) } };
    assert_eq!(lazy.collect::<Vec<_>>(), [[0, 2], [1, 3], [2, 4], [3, 5]]);
    let mut piece =
        flow! { <u32> -> by_key(|x| x % 2) { partition(2) -> map(|batch| batch.len()) } };
    assert_eq!(piece.push(0).next(), None);
    assert_eq!(piece.push(1).next(), None);
    assert_eq!(piece.push(2).next(), Some(2));
    assert_eq!(piece.finish().collect::<Vec<_>>(), [1]);
}

#[test]
fn an_error_within_a_chain_ends_the_flow_and_names_its_stage() {
    let seen = RefCell::new(Vec::new());
    let outcome: Result<(), Error> = flow! {
        totals = from(["1", "2", "x", "4"])
            -> by_key(|text| text.len()) { map(|text| text.parse::<u32>())? -> accumulate(0, |sum, n| { *sum += n; *sum }) };
        totals -> for_each(|n| seen.borrow_mut().push(n));
    }
    .run();
    let error = outcome.unwrap_err();
    assert_eq!(error.stage(), Some("totals"));
    assert!(
        error.to_string().starts_with("stage `totals` (`map`): "),
        "{error}"
    );
    assert!(error.is::<std::num::ParseIntError>());
    assert_eq!(*seen.borrow(), [1, 3]);
}

#[test]
fn what_left_before_an_error_is_delivered() {
    let mut seen = Vec::new();
    let outcome: Result<(), Error> = flow! {
        from([vec![Ok(1), Ok(2), Err("no"), Ok(4)]])
            -> by_key(|_| ()) { flatten()? -> map(|n| n * 10) }
            -> for_each(|n: i32| seen.push(n));
    }
    .run();
    assert!(outcome.is_err());
    assert_eq!(seen, [10, 20, 40]);
}

#[test]
fn an_open_flow_goes_on_after_an_error_within_a_chain() {
    let mut flow = flow! {
        <&str> -> by_key(|text| text.len()) { map(|text| text.parse::<u32>())? } -> collect::<Vec<_>>()
    };
    assert!(flow.emit("1").is_ok());
    assert!(flow.emit("x").is_err());
    assert!(flow.emit("3").is_ok());
    assert_eq!(flow.finish().unwrap(), [1, 3]);
}

#[test]
fn errors_become_the_users_own() {
    #[derive(Debug, PartialEq)]
    struct Mine(String);
    impl From<std::num::ParseIntError> for Mine {
        fn from(error: std::num::ParseIntError) -> Self {
            Self(error.to_string())
        }
    }
    let outcome = flow! {
        #![error = Mine]
        from(["1", "x"]) -> by_key(|_| 0) { map(|text| text.parse::<u8>())? } -> count()
    };
    assert_eq!(
        outcome.run(),
        Err(Mine("invalid digit found in string".into()))
    );
}

#[test]
fn results_of_the_chains_are_unwrapped_behind_them() {
    let mut rejects = Vec::new();
    let sum = flow! {
        sum = from(["1", "x", "3"]) -> by_key(|text| text.len()) { map(|text| text.parse::<u32>()) }? else bad -> sum();
        bad = for_each(|_| rejects.push("x"));
        (sum,)
    };
    let (sum,): (u32,) = sum.run();
    assert_eq!((sum, rejects), (4, vec!["x"]));
}

#[tokio::test(start_paused = true)]
async fn a_rate_for_every_host() {
    let start = Instant::now();
    let requests = at([(0, "a1"), (10, "b1"), (20, "a2"), (130, "b2"), (140, "c1")]);
    let times = flow! {
        stream(Box::pin(requests))
            -> by_key(letter) { rate_limit(ms(100)) -> then(async |text| { sleep(ms(1)).await; text }) }
            -> map(|text| (text, start.elapsed().as_millis()))
            -> collect::<Vec<_>>()
    };
    let expected = [("a1", 1), ("b1", 11), ("a2", 101), ("b2", 131), ("c1", 141)];
    assert_eq!(within(times).await, expected);
}

#[tokio::test(start_paused = true)]
async fn functions_of_a_chain_are_awaited_and_may_fail() {
    let flow = flow! {
        from(0..4_u32)
            -> by_key(|n| n % 2) { then(async |n| { sleep(ms(1)).await; if n == 3 { Err("three") } else { Ok(n) } })? -> partition(2) }
            -> map(|batch| batch.to_vec())
            -> collect::<Vec<_>>()
    };
    let error = tokio::spawn(async move { flow.run().await })
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.stage(), Some("then"));
}

#[test]
fn functions_of_a_chain_are_tried_again() {
    let calls = RefCell::new(0);
    let at_once = flow_runtime::Retry::times(2).fixed(std::time::Duration::ZERO);
    let flow = flow! {
        from(0..2_u32)
            -> by_key(|n| *n) { then(async |n| { *calls.borrow_mut() += 1; if *calls.borrow() == 1 { Err("once") } else { Ok(n) } }, retry = at_once)? }
            -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow).unwrap(), [0, 1]);
    assert_eq!(*calls.borrow(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_idle_is_flushed_to_the_millisecond() {
    let start = Instant::now();
    let items = at([(0, "a1"), (40, "b1"), (90, "a2"), (500, "a3")]);
    let flushed = flow! {
        stream(Box::pin(items))
            -> by_key(letter, idle = ms(100)) { partition(9) -> map(|batch| batch.join("+")) }
            -> map(|text| (text, start.elapsed().as_millis()))
            -> collect::<Vec<_>>()
    };
    let flushed = within(flushed).await;
    let flushed: Vec<_> = flushed
        .iter()
        .map(|(text, at)| (text.as_str(), *at))
        .collect();
    // b was last seen at 40, a at 90; a3 begins anew and ends with the input.
    assert_eq!(flushed, [("b1", 140), ("a1+a2", 190), ("a3", 500)]);
}

#[tokio::test(start_paused = true)]
async fn idle_keys_leave_while_the_chain_of_another_waits() {
    let start = Instant::now();
    let items = at([(0, "a1"), (10, "b1"), (20, "b2"), (200, "c1")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter, idle = ms(50), capacity = 10) { then(async |text: &str| { if text == "b2" { sleep(ms(100)).await; } text }) -> partition(2) }
            -> map(|batch| (batch.join("+"), start.elapsed().as_millis()))
            -> collect::<Vec<_>>()
    };
    let flushed = within(flow).await;
    let flushed: Vec<_> = flushed
        .iter()
        .map(|(text, at)| (text.as_str(), *at))
        .collect();
    assert_eq!(flushed, [("a1", 50), ("b1+b2", 120), ("c1", 200)]);
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_keys_that_are_forgotten_gives_a_zip_several_items_for_one() {
    let flow = flow! {
        numbers = from(0..9);
        items = from([1, 1, 2, 2, 3]) -> by_key(|n| *n, idle = ms(1000)) { partition(2) -> flatten() };
        zip(items, numbers) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [(1, 0), (1, 1), (2, 2), (2, 3), (3, 4)]);
}

#[tokio::test(start_paused = true)]
async fn keys_left_at_the_end_are_flushed_at_once_in_the_order_of_their_first_sight() {
    let start = Instant::now();
    let items = at([(0, "b1"), (1, "a1"), (2, "b2")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter, idle = ms(1000)) { partition(9) -> map(|batch| batch.join("+")) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["b1+b2", "a1"]);
    assert_eq!(start.elapsed(), ms(2));
}

#[tokio::test(start_paused = true)]
async fn a_capacity_holds_beside_idle() {
    let items = at([(0, "a1"), (1, "b1"), (2, "c1"), (3, "a2")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter, idle = ms(1000), capacity = 2) { partition(9) -> map(|batch| batch.join("+")) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["a1", "b1", "a2", "c1"]);
}

#[tokio::test(start_paused = true)]
async fn errors_of_chains_that_are_forgotten_end_the_flow_or_leave_it() {
    let failing = at([(0, "a1"), (1, "bx"), (2, "a2")]);
    let flow = flow! {
        texts = stream(Box::pin(failing))
            -> by_key(letter, idle = ms(10)) { partition(2) -> map(|batch| if batch.contains(&"bx") { Err("x") } else { Ok(batch.len()) })? };
        texts -> collect::<Vec<_>>()
    };
    let error = within(flow).await.unwrap_err();
    assert_eq!(
        (error.stage(), error.to_string().ends_with(": x")),
        (Some("texts"), true)
    );

    let failing = at([(0, "a1"), (1, "bx"), (30, "a2")]);
    let flow = flow! {
        good = stream(Box::pin(failing))
            -> by_key(letter, idle = ms(10)) { partition(2) -> map(|batch| if batch.contains(&"bx") { Err("x") } else { Ok(batch.len()) }) }? else bad
            -> sum();
        bad = collect::<Vec<_>>();
        (good, bad)
    };
    assert_eq!(within(flow).await, (2, vec!["x"]));
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_ends_early_leaves_idle_keys_alone() {
    let items = at((0..100).map(|n| (n, if n % 2 == 0 { "a" } else { "b" })));
    let flow = flow! {
        stream(Box::pin(items)) -> by_key(letter, idle = ms(10)) { enumerate() } -> take(3) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [(0, "a"), (0, "b"), (1, "a")]);
}

#[tokio::test(start_paused = true)]
async fn an_open_flow_forgets_what_is_idle() {
    let flow = async {
        let mut flow = flow! {
            <&str> -> by_key(letter, idle = ms(10)) { partition(3) -> map(|batch| batch.join("+")) } -> collect::<Vec<_>>()
        };
        flow.emit("a1").await;
        flow.emit("a2").await;
        sleep(ms(20)).await;
        flow.emit("b1").await;
        flow.emit("a3").await;
        flow.finish().await
    };
    assert_eq!(flow.await, ["a1+a2", "b1", "a3"]);
}

#[extant(key = key)]
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Row {
    key: u32,
}

#[test]
fn records_are_kept_and_items_shown_within_a_chain() {
    let store: Store<Row> = Store::memory();
    let hub = Hub::new(16);
    let seen = hub.subscribe();
    let flow = flow! {
        from(0..5) -> by_key(|key| key % 2) { map(|key| Row { key }) -> store(&store)? -> tap(&hub) -> partition(2) } -> map(|rows| rows.len()) -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow).unwrap(), [2, 2, 1]);
    let seen: Vec<_> = drive(futures::StreamExt::collect::<Vec<_>>(seen));
    let seen = seen.into_iter().map(|row| row.unwrap().key);
    assert_eq!(seen.collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(drive(store.get(&3)).unwrap(), Some(Row { key: 3 }));
}
