//! Cycles through operators that let time pass.

use std::{cell::RefCell, time::Duration};

use flow_runtime::{Error, ErrorKind, flow};
use futures::stream;
use tokio::time::{Instant, sleep};

use crate::guard::{drive_in_time, within};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}
/// The pages of a small web: page `n` links to `2n` and `2n + 1`, below 200.
async fn links(page: u32) -> Vec<u32> {
    sleep(Duration::from_millis(10)).await;
    [page * 2, page * 2 + 1]
        .into_iter()
        .filter(|page| *page < 200)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_crawler_fetches_several_pages_at_once() {
    let began = Instant::now();
    let crawl = flow! {
        pages = unique() -> then(async |page| (page, links(page).await), concurrency = 8, ordered = false);
        from([1]) -> pages;
        pages -> flat_map(|(_, links)| links) -> pages;
        pages -> map(|(page, _)| page) -> collect::<Vec<_>>()
    };
    let mut pages = within(crawl).await;
    pages.sort_unstable();
    assert_eq!(pages, (1..200).collect::<Vec<_>>());
    // Levels of 1, 2, 4, …, 64 and 72 pages, eight at a time.
    let rounds = began.elapsed().as_millis() / 10;
    assert!((26..=36).contains(&rounds), "{rounds} rounds");
}

#[tokio::test(start_paused = true)]
async fn the_crawler_of_the_language() {
    let seen = RefCell::new(Vec::new());
    flow! {
        pages = unique() -> inspect(|page| seen.borrow_mut().push(*page))
            -> then(async |page| Ok::<_, Error>(links(page).await), concurrency = 4)? -> flat_map(|links| links) -> pages;
        from([1, 3]) -> pages;
    }
    .run()
    .await
    .unwrap();
    let mut seen = seen.into_inner();
    seen.sort_unstable();
    assert_eq!(seen, (1..200).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn cuts_that_hold_are_part_of_the_way_round() {
    let flow = flow! {
        numbers = buffer(2) -> inspect(|_| ());
        from([3_u32, 5]) -> numbers;
        numbers -> delay(ms(5)) -> filter(|n| *n > 0) -> map(|n| n - 1) -> numbers;
        numbers -> count()
    };
    assert_eq!(within(flow).await, 4 + 6);
}

#[tokio::test(start_paused = true)]
async fn a_cycle_waits_for_all_that_leads_into_it() {
    let late = stream::once(async {
        sleep(ms(500)).await;
        4_u32
    });
    let flow = flow! {
        numbers = then(async |n| { sleep(ms(1)).await; n }, concurrency = 2);
        stream(Box::pin(late)) -> numbers;
        from([2_u32]) -> numbers;
        numbers -> filter(|n| *n > 0) -> map(|n| n - 1) -> numbers;
        numbers -> count()
    };
    assert_eq!(within(flow).await, 3 + 5);
}

#[tokio::test(start_paused = true)]
async fn cycles_through_cuts_follow_each_other_and_nest() {
    let flow = flow! {
        outer = then(async |n| n, concurrency = 2);
        from([2_u32, 3]) -> outer;
        inner = buffer(4);
        outer -> map(|n| (n, n)) -> inner;
        inner -> filter(|(_, left)| *left > 1) -> map(|(n, left)| (n, left - 1)) -> inner;
        inner -> filter(|(_, left)| *left == 1) -> filter(|(n, _)| *n > 1) -> map(|(n, _)| n - 1) -> outer;
        after = delay(ms(3));
        inner -> map(|(n, _)| n) -> after;
        after -> filter(|n| *n > 2) -> map(|n| n - 1) -> after;
        inner -> count();
        after -> count()
    };
    // Inner: 2, 1; 3, 2, 1: as many turns as each number. After: 2 2 1 1, 3 3 3 2 2 1 …
    assert_eq!(within(flow).await, 2 + 1 + 3 + 2 + 1 + 3);
}

#[tokio::test(start_paused = true)]
async fn what_waits_to_go_round_through_a_cut_is_bounded() {
    let flow = flow! {
        #[capacity(3)]
        numbers = then(async |n: u32| { sleep(ms(1)).await; n }, concurrency = 2);
        from([0_u32]) -> numbers;
        numbers -> flat_map(|n| [n, n, n, n]) -> numbers;
    };
    let error = within(flow).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Capacity);
    assert_eq!(error.stage(), Some("numbers"));
    assert!(error.to_string().contains("more than 3 items"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_on_the_way_round_ends_the_flow() {
    let flow = flow! {
        numbers = then(async |n: u32| if n < 5 { Ok(n) } else { Err("five") }, concurrency = 2)?;
        from([0_u32]) -> numbers;
        numbers -> map(|n| n + 1) -> numbers;
    };
    assert_eq!(within(flow).await.unwrap_err().stage(), Some("numbers"));
}

#[test]
fn an_endless_cycle_ends_with_its_only_sink() {
    let found = drive_in_time(|| {
        flow! {
            numbers = then(async |n: u32| n, concurrency = 3);
            from([0_u32]) -> numbers;
            numbers -> map(|n| n + 1) -> numbers;
            numbers -> take(100) -> collect::<Vec<_>>()
        }
    });
    assert_eq!(found, (0..100).collect::<Vec<_>>());
}

#[test]
fn an_endless_cycle_is_stopped_from_outside() {
    let last = drive_in_time(|| async {
        let flow = flow! {
            numbers = then(async |n: u32| { sleep(Duration::from_millis(1)).await; n }, concurrency = 3);
            from([0_u32]) -> numbers;
            numbers -> map(|n| n + 1) -> numbers;
            numbers -> last()
        };
        flow.run_until(sleep(Duration::from_millis(50)))
            .deadline(Duration::from_secs(5))
            .await
    });
    // What goes round is worked off, and goes round no more.
    assert!(last.unwrap().is_some_and(|last| last > 0));
}

#[tokio::test(start_paused = true)]
async fn an_open_flow_with_a_cycle_through_a_cut() {
    let mut flow = flow! {
        numbers = then(async |n: u32| { sleep(ms(1)).await; n }, concurrency = 2);
        <u32> -> numbers;
        numbers -> filter(|n| *n > 0) -> map(|n| n - 1) -> numbers;
        numbers -> collect::<Vec<_>>()
    };
    flow.emit(2).await;
    flow.emit(1).await;
    let mut all = within(flow.finish()).await;
    all.sort_unstable();
    assert_eq!(all, [0, 0, 1, 1, 2]);
}

/// The items of a batch.
fn listed(batch: impl IntoIterator<Item = u32>) -> Vec<u32> {
    batch.into_iter().collect()
}

/// Passes numbers below 4 on, which also take a way round that ends with a filter, and gives
/// what operators behind the segment make of them.
macro_rules! beside_a_way_round {
    ([$($head:tt)+] [$($back:tt)+] $($behind:tt)+) => {
        within(flow! {
            from(0..4_u32) -> n;
            n = $($head)+;
            n -> $($back)+ -> filter(|_| false) -> n;
            n -> $($behind)+ -> collect::<Vec<_>>()
        })
        .await
    };
}

#[tokio::test]
async fn what_is_held_beside_a_way_round_leaves_at_the_end() {
    let wanted = [vec![0, 1, 2], vec![3]];
    let given = beside_a_way_round!([map(|x| x)] [buffer(1)] partition(3) -> map(listed));
    assert_eq!(given, wanted);
    let given = beside_a_way_round!([unique()] [then(async |x| x, concurrency = 2)] partition(3) -> map(listed));
    assert_eq!(given, wanted);
    let given = beside_a_way_round!([unique()] [scatter(2) -> map(|x| x) -> gather()] partition(3) -> map(listed));
    assert_eq!(given, wanted);
    let given = beside_a_way_round!([buffer(1)] [buffer(1)] partition(3) -> map(listed));
    assert_eq!(given, wanted);
    let given = beside_a_way_round!([map(|x| x)] [buffer(1)] group_by(|x| x / 3) -> map(|(_, batch)| listed(batch)));
    assert_eq!(given, wanted);
    let given = beside_a_way_round!([map(|x| x)] [latest()] in_order(|x| *x, late = 2)? else drop);
    assert_eq!(given, [0, 1, 2, 3]);
    let given = beside_a_way_round!([map(|x| x)] [by_key(|x| *x) { then(async |x| x) }] by_key(|x| x % 2) { partition(3) } -> map(listed));
    assert_eq!(given, [[0, 2], [1, 3]]);
    let given = beside_a_way_round!([map(|x| x)] [buffer(1)] partition(3) -> then(async |batch| listed(batch), concurrency = 2));
    assert_eq!(given, wanted);
}

/// The error of a flow in which more and more goes round, of which ten may wait.
macro_rules! overfull {
    ([$($head:tt)+] $($back:tt)+) => {
        drive_in_time(move || {
            flow! {
                from([1_u32]) -> n;
                #[capacity(10)] n = $($head)+;
                n -> $($back)+ -> n;
                n -> drain();
            }
        })
        .unwrap_err()
        .kind()
    };
}

#[test]
fn a_way_round_that_was_too_full_ends() {
    let (twice, full) = (|x: u32| [x, x], ErrorKind::Capacity);
    assert_eq!(
        overfull!([then(async |x| x, concurrency = 4)] flat_map(twice)),
        full
    );
    assert_eq!(overfull!([then(async |x| x)] flat_map(twice)), full);
    assert_eq!(overfull!([map(|x| x)] flat_map(twice) -> buffer(1)), full);
    assert_eq!(overfull!([map(|x| x)] buffer(3) -> flat_map(twice)), full);
    assert_eq!(
        overfull!([by_key(|x| x % 2) { then(async |x| x) }] flat_map(twice)),
        full
    );
}
