//! Pieces of flows that await or let time pass: `via_async`.

use std::{cell::RefCell, rc::Rc, time::Duration};

use flow_runtime::{AsyncPiece, Error, flow};
use tokio::time::{Instant, sleep};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[tokio::test(start_paused = true)]
async fn a_piece_that_awaits_stands_in_a_flow() {
    let piece = flow! { <u64> -> then(async |x| { sleep(ms(10)).await; x * 2 }) -> buffer(2) };
    let all =
        flow! { from([1, 2, 3]) -> via_async(piece) -> map(|x| x + 1) -> collect::<Vec<_>>() };
    let begin = Instant::now();
    assert_eq!(all.run().await, [3, 5, 7]);
    assert_eq!(begin.elapsed(), ms(30));
}

#[tokio::test(start_paused = true)]
async fn it_runs_beside_what_is_around_it() {
    let slow = async |x: u64| {
        sleep(ms(10)).await;
        x
    };
    let piece = flow! { <u64> -> then(slow) };
    let all = flow! { from(0..4) -> via_async(piece) -> then(slow) -> count() };
    let begin = Instant::now();
    assert_eq!(all.await, 4);
    assert_eq!(begin.elapsed(), ms(50));
}

#[tokio::test(start_paused = true)]
async fn what_it_holds_leaves_at_the_end() {
    let piece = flow! { <u64> -> then(async |x| x) -> partition(2) -> map(|b| b.to_vec()) };
    let all = flow! { from(0..5) -> via_async(piece) -> partition(2) -> map(|b| b.to_vec()) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [vec![vec![0, 1], vec![2, 3]], vec![vec![4]]]);
    let late = flow! { <u64> -> delay(ms(50)) };
    let all = flow! { from(0..3) -> via_async(late) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [0, 1, 2]);
    let batches = flow! { <u64> -> partition(10, timeout = ms(20)) -> map(|b| b.len()) };
    let all = flow! { from(0..25) -> via_async(batches) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [10, 10, 5]);
}

#[tokio::test(start_paused = true)]
async fn one_waits_before_it() {
    let pulled = Rc::new(RefCell::new(0));
    let seen = pulled.clone();
    let piece = flow! { <u64> -> then(async |x| { sleep(ms(10)).await; x }) };
    let mut flow = Box::pin(
        flow! { from(0..10) -> inspect(move |_| *seen.borrow_mut() += 1) -> via_async(piece) -> drain() }.into_future(),
    );
    assert!(tokio::time::timeout(ms(5), &mut flow).await.is_err());
    // One is worked on, one waits before it, and one waits for its place.
    assert_eq!(*pulled.borrow(), 3);
    flow.await;
    assert_eq!(*pulled.borrow(), 10);
}

#[tokio::test]
async fn one_item_may_mean_several_or_none() {
    let piece = flow! { <usize> -> then(async |n| n) -> flat_map(|n| vec![n; n]) };
    let all = flow! { from([0, 3, 0, 0, 2, 0]) -> via_async(piece) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [3, 3, 3, 2, 2]);
    let nothing = flow! { <usize> -> then(async |n| n) -> filter(|_| false) };
    assert_eq!(
        flow! { from(0..1000) -> via_async(nothing) -> count() }.await,
        0
    );
    let none = flow! { <usize> -> then(async |n| n) };
    assert_eq!(
        flow! { from(std::iter::empty()) -> via_async(none) -> count() }.await,
        0
    );
}

#[tokio::test]
async fn errors_leave_as_results() {
    let parsed = || flow! { <&'static str> -> then(async |x: &'static str| x.parse::<u32>())? -> partition(2) -> map(|b| b.to_vec()) };
    let all = flow! { from(["1", "x", "2"]) -> via_async(parsed()) -> map(|x| x.ok()) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [None, Some(vec![1, 2])]);
    let outcome: Result<usize, Error> =
        flow! { from(["1", "x", "2"]) -> via_async(parsed())? -> count() }.await;
    assert!(outcome.unwrap_err().is::<std::num::ParseIntError>());
    let (good, bad) = flow! {
        good = from(["1", "x", "2"]) -> via_async(parsed())? else bad -> count();
        bad = count();
        (good, bad)
    }
    .await;
    assert_eq!((good, bad), (1, 1));
}

#[derive(Debug, PartialEq)]
struct Odd(u32);

#[tokio::test]
async fn errors_of_the_users_own_leave_as_they_are() {
    let even = async |x: u32| {
        if x.is_multiple_of(2) {
            Ok(x)
        } else {
            Err(Odd(x))
        }
    };
    let piece = flow! { #![error = Odd] <u32> -> then(even)? };
    let outcome = flow! { #![error = Odd] from([2, 5]) -> via_async(piece)? -> count() }.await;
    assert_eq!(outcome, Err(Odd(5)));
}

fn squares() -> impl AsyncPiece<u64, Out = u64, Running: Send> + Send + Clone {
    flow! { <u64> -> then(async |x| { tokio::task::yield_now().await; x * x }, concurrency = 3) }
}

#[tokio::test]
async fn functions_return_pieces_that_are_spawned() {
    let all = flow! { from(0..4) -> via_async(squares()) -> collect::<Vec<_>>() };
    assert_eq!(all.spawn().await.unwrap(), [0, 1, 4, 9]);
    let piece = squares();
    let all = flow! {
        from(0..4) -> via_async(piece.clone()) -> via_async(piece) -> sum::<u64>()
    };
    assert_eq!(all.spawn().await.unwrap(), 98);
}

#[tokio::test]
async fn every_key_has_a_piece_of_its_own() {
    let piece = flow! { <u64> -> accumulate(0, |sum, x| { *sum += x; *sum }) -> then(async |x| x) -> buffer(2) };
    let mut all =
        flow! { from(1..=6) -> by_key(|x| x % 2) { via_async(piece) } -> collect::<Vec<_>>() }
            .await;
    all.sort_unstable();
    assert_eq!(all, [1, 2, 4, 6, 9, 12]);
}

#[tokio::test]
async fn pieces_that_await_stand_in_each_other() {
    let inner = flow! { <u64> -> then(async |x| x + 1) };
    let outer = flow! { <u64> -> via_async(inner) -> by_key(|x| x % 2) { partition(2) -> then(async |b| b.len()) } };
    let mut all = flow! { from(0..6) -> via_async(outer) -> collect::<Vec<_>>() }.await;
    all.sort_unstable();
    assert_eq!(all, [1, 1, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn pieces_with_keys_are_copied() {
    let awaits = flow! { <u64> -> by_key(|x| x % 3) { then(async |x| x) -> partition(2) } -> map(|b| b.len()) };
    let idle =
        flow! { <u64> -> by_key(|x| x % 3, idle = ms(10)) { partition(2) } -> map(|b| b.len()) };
    let all = flow! {
        numbers = from(0..12);
        awaits = numbers -> by_key(|x| x % 2) { via_async(awaits) } -> collect::<Vec<_>>();
        idle = numbers -> by_key(|x| x % 2) { via_async(idle) } -> collect::<Vec<_>>();
        (awaits, idle)
    };
    assert_eq!(all.spawn().await.unwrap(), (vec![2; 6], vec![2; 6]));
}

#[tokio::test]
async fn it_stands_in_open_flows_streams_and_branches() {
    let mut flow = flow! { <u64> -> via_async(squares()) -> sum::<u64>() };
    flow.emit(2).await;
    flow.emit(3).await;
    assert_eq!(flow.finish().await, 13);
    let all: Vec<u64> =
        futures::StreamExt::collect(flow! { from(0..3) -> via_async(squares()) }).await;
    assert_eq!(all, [0, 1, 4]);
    let (squared, sum) = flow! {
        numbers = from(0..4u64);
        squared = numbers -> via_async(squares()) -> collect::<Vec<_>>();
        sum = numbers -> sum::<u64>();
        (squared, sum)
    }
    .await;
    assert_eq!((squared, sum), (vec![0, 1, 4, 9], 6));
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_stops_lets_it_end() {
    let piece =
        flow! { <()> -> then(async |_| sleep(ms(15)).await) -> partition(100) -> map(|b| b.len()) };
    let flow = flow! { interval(ms(10)) -> map(|_| ()) -> via_async(piece) -> collect::<Vec<_>>() };
    assert_eq!(flow.run_until(sleep(ms(35))).await, [3]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_is_dropped_drops_it() {
    let alive = Rc::new(());
    let own = alive.clone();
    let piece =
        flow! { <u64> -> then(async move |x| { let _own = own.clone(); sleep(ms(10)).await; x }) };
    let flow = flow! { from(0..10) -> via_async(piece) -> drain() };
    assert!(tokio::time::timeout(ms(25), flow.run()).await.is_err());
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[tokio::test(start_paused = true)]
async fn a_take_behind_it_ends_the_flow() {
    let piece = flow! { <u64> -> then(async |x| x) -> buffer(4) };
    let all = flow! { from(0..) -> via_async(piece) -> take(3) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_ends_within_it_drops_the_rest() {
    let piece = flow! { <u64> -> then(async |x| x) -> take(2) };
    let all = flow! { from(0..10) -> via_async(piece) -> collect::<Vec<_>>() };
    assert_eq!(all.await, [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn it_may_have_sources_and_sinks_of_its_own() {
    let logged = Rc::new(RefCell::new(Vec::new()));
    let log = logged.clone();
    let piece = flow! {
        x = <u64> -> then(async |x| x);
        x -> for_each(move |x| log.borrow_mut().push(x));
        zip(x, from('a'..))
    };
    let all = flow! { from([7, 8]) -> via_async(piece) -> collect::<Vec<_>>() }.await;
    assert_eq!(all, [(7, 'a'), (8, 'b')]);
    assert_eq!(*logged.borrow(), [7, 8]);
}

#[test]
fn it_has_a_graph() {
    let piece = flow! { <u64> -> buffer(2) };
    assert!(piece.graph().to_mermaid().contains("buffer"));
}
