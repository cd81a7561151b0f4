//! Branches of one item that await: they run at the same time.

use std::{cell::RefCell, time::Duration};

use flow_runtime::flow;
use tokio::time::{Instant, sleep};

use crate::guard::within;

async fn after<T>(ms: u64, item: T) -> T {
    sleep(Duration::from_millis(ms)).await;
    item
}

#[tokio::test(start_paused = true)]
async fn a_slow_branch_adds_its_time_once() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..4_u32);
        a = x -> then(async |x| after(30, x + 1).await) -> collect::<Vec<_>>();
        b = x -> filter(|x| x % 2 == 0) -> then(async |x| after(20, x * 2).await) -> collect::<Vec<_>>();
        c = x -> sum::<u32>();
        (a, b, c)
    };
    assert_eq!(within(flow).await, (vec![1, 2, 3, 4], vec![0, 4], 6));
    assert_eq!(began.elapsed(), Duration::from_millis(4 * 30));
}

#[tokio::test(start_paused = true)]
async fn branches_that_meet_in_a_zip_wait_for_each_other() {
    let began = Instant::now();
    let flow = flow! {
        name = from(["a", "b"]) -> map(String::from);
        size = name -> then(async |name: String| after(10, name.len()).await);
        long = name -> then(async |name: String| after(25, name.repeat(3)).await);
        zip(name, size, long) -> collect::<Vec<_>>()
    };
    let expected = [("a", 1, "aaa"), ("b", 1, "bbb")];
    let expected = expected.map(|(name, size, long)| (name.to_owned(), size, long.to_owned()));
    assert_eq!(within(flow).await, expected);
    assert_eq!(began.elapsed(), Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn a_zip_of_branches_that_leave_items_out() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..6_u32);
        even = x -> then(async |x| after(10, x).await) -> filter(|x| x % 2 == 0);
        odd = x -> then(async |x| after(10, x).await) -> filter(|x| x % 2 == 1);
        zip(even, odd) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [(0, 1), (2, 3), (4, 5)]);
    assert_eq!(began.elapsed(), Duration::from_millis(60));
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_branch_ends_the_flow_when_the_others_are_done_with_the_item() {
    let done = RefCell::new(Vec::new());
    let flow = flow! {
        x = from(0..4_u32);
        x -> then(async |x| after(10, if x < 2 { Ok(x) } else { Err("two") }).await)? -> drain();
        x -> sink(async |x| { after(20, ()).await; done.borrow_mut().push(x); });
    };
    let error = within(flow).await.unwrap_err();
    assert_eq!(error.stage(), Some("then"));
    assert_eq!(done.into_inner(), [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn branches_of_a_branch_and_of_a_match_run_at_the_same_time() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..2_u32) -> match {
            0 => map(|_| 10),
            n => map(|n| n * 20),
        };
        a = x -> then(async |x| after(10, x).await);
        b = a -> then(async |x| after(10, x).await) -> collect::<Vec<_>>();
        c = a -> flat_map(|x| [x, x]) -> then(async |x| after(5, x).await) -> count();
        d = x -> sink(async |_| after(20, ()).await);
        (b, c, d)
    };
    assert_eq!(within(flow).await, (vec![10, 20], 4, ()));
    assert_eq!(began.elapsed(), Duration::from_millis(40));
}

#[tokio::test(start_paused = true)]
async fn branches_that_meet_in_a_union_wait_for_each_other_and_keep_their_order() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..3_u32);
        a = x -> then(async |x| after(10, x).await) -> filter(|x| *x != 1);
        b = x -> then(async |x| after(5, x + 10).await);
        union(a, x, b) -> map(|x| x + 100) -> collect::<Vec<_>>()
    };
    // In the order in which the uses of `x` are declared.
    let expected = [100, 110, 100, 111, 101, 102, 112, 102];
    assert_eq!(within(flow).await, expected);
    assert_eq!(began.elapsed(), Duration::from_millis(30));
}

#[tokio::test(start_paused = true)]
async fn branches_that_meet_with_the_latest_wait_for_each_other() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..4_u32);
        a = x -> then(async |x| after(10, x).await) -> filter(|x| x % 2 == 0);
        b = x -> then(async |x| after(5, x + 10).await);
        latest = zip_latest(a, b) -> collect::<Vec<_>>();
        both = combine_latest(a, b) -> take(3) -> collect::<Vec<_>>();
        (latest, both)
    };
    let expected = (vec![(0, 10), (2, 12)], vec![(0, 10), (0, 11), (2, 12)]);
    assert_eq!(within(flow).await, expected);
    assert_eq!(began.elapsed(), Duration::from_millis(40));
}

#[tokio::test(start_paused = true)]
async fn branches_of_several_items_that_meet_in_a_union_run_in_turn() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..2_u32);
        a = x -> then(async |x| after(10, x).await) -> flat_map(|x| [x, x + 1]);
        b = x -> then(async |x| after(5, x + 10).await);
        union(a, b) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [0, 1, 10, 1, 2, 11]);
    assert_eq!(began.elapsed(), Duration::from_millis(30));
}

#[tokio::test(start_paused = true)]
async fn a_zip_of_branches_one_of_which_ends() {
    let flow = flow! {
        x = from(0..9_u32);
        a = x -> then(async |x| after(10, x).await) -> flat_map(|x| [x, x]);
        b = x -> then(async |x| after(5, x).await) -> take(3);
        zip(a, b) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [(0, 0), (0, 1), (1, 2)]);
}

#[tokio::test(start_paused = true)]
async fn such_a_flow_may_be_spawned_and_be_open() {
    let (emitter, handle) = flow! {
        x = <String>;
        a = x -> then(async |x: String| after(10, x.len()).await) -> sum::<usize>();
        b = x -> then(async |x: String| after(10, x).await) -> last();
        (a, b)
    }
    .spawn();
    let began = Instant::now();
    emitter.emit("one".to_owned()).await.unwrap();
    emitter.emit("three".to_owned()).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(20));
    drop(emitter);
    assert_eq!(within(handle).await.unwrap(), (8, Some("three".to_owned())));
}
