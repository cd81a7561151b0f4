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

/// The size of the future of a flow.
fn future_size<F: Future>(_: impl FnOnce() -> F) -> usize {
    core::mem::size_of::<F>()
}

/// The size of the future of a flow whose item goes to as many branches as there are numbers.
macro_rules! branches {
    ($($branch:literal)*) => {
        future_size(|| {
            flow! {
                x = from(0..4_u32);
                $(x -> sink(async |x| { after($branch, x).await; });)*
            }
            .run()
        })
    };
}

/// As [`branches`], of branches that may fail and meet in a union.
macro_rules! union_of_branches {
    ($($branch:literal)*) => {
        future_size(|| {
            flow! {
                x = from(0..4_u32);
                union($(x -> then(async |x| after($branch, Ok::<_, String>(x)).await)?),*) -> count()
            }
            .run()
        })
    };
}

#[test]
fn the_future_grows_by_as_much_with_each_branch() {
    let plain = [
        branches!(1 2 3 4),
        branches!(1 2 3 4 5 6 7 8),
        branches!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16),
    ];
    let meeting = [
        union_of_branches!(1 2 3 4),
        union_of_branches!(1 2 3 4 5 6 7 8),
        union_of_branches!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16),
    ];
    for [four, eight, sixteen] in [plain, meeting] {
        let by_four = eight - four;
        assert!(eight < 3 * four, "{four} and {eight} bytes");
        let most = eight + 2 * by_four + 64;
        assert!(sixteen <= most, "{four}, {eight} and {sixteen} bytes");
    }
}

#[tokio::test(start_paused = true)]
async fn branches_beside_a_union_that_meets_them_in_another_run_in_turn() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..3_u32);
        a = x -> then(async |x| after(10, x).await);
        b = x -> then(async |x| after(5, x + 10).await);
        c = union(x, x -> map(|x| x + 100));
        union(a, b, c) -> collect::<Vec<_>>()
    };
    assert_eq!(
        within(flow).await,
        [0, 10, 0, 100, 1, 11, 1, 101, 2, 12, 2, 102]
    );
    assert_eq!(began.elapsed(), Duration::from_millis(45));
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_meets_a_union_behind_all_of_them_runs_beside_the_others() {
    let began = Instant::now();
    let flow = flow! {
        x = from(0..3_u32);
        a = x -> then(async |x| after(10, x).await);
        b = x -> then(async |x| after(5, x + 10).await) -> collect::<Vec<_>>();
        c = union(x, x -> map(|x| x + 100));
        d = union(a, c) -> collect::<Vec<_>>();
        (b, d)
    };
    let expected = (vec![10, 11, 12], vec![0, 0, 100, 1, 1, 101, 2, 2, 102]);
    assert_eq!(within(flow).await, expected);
    assert_eq!(began.elapsed(), Duration::from_millis(30));
}

#[tokio::test(start_paused = true)]
async fn branches_meet_in_a_union_that_is_filled_several_times_from_before_them() {
    let flow = flow! {
        p = stream(futures::stream::iter(0..2_u32));
        x = p -> map(|p| p + 1);
        a = x -> then(async |x| after(10, x).await);
        b = x -> then(async |x| after(5, x + 10).await);
        union(p -> flat_map(|p| [p + 50, p + 60]), a, b) -> collect::<Vec<_>>()
    };
    let given = within(flow).await;
    assert_eq!(given, [1, 11, 50, 60, 2, 12, 51, 61]);
}

#[tokio::test(start_paused = true)]
async fn branches_in_arms_and_segments_meet_beside_a_union() {
    let flow = flow! {
        x = from(0..4_u32);
        a = x -> match {
            0..2 => then(async |x| after(10, x).await),
            _ => then(async |x| after(5, x + 10).await),
        };
        b = x -> then(async |x| after(1, x + 20).await);
        all = collect::<Vec<_>>();
        a -> all;
        union(x, b -> filter(|b| *b != 21)) -> all;
        b -> all;
        all
    };
    let mut given = within(flow).await;
    given.sort_unstable();
    assert_eq!(
        given,
        [0, 0, 1, 1, 2, 3, 12, 13, 20, 20, 21, 22, 22, 23, 23]
    );
}

#[tokio::test(start_paused = true)]
async fn at_the_end_of_many_that_hold_branches_run_together() {
    let began = Instant::now();
    let flow = flow! {
        x = from(1..8_u32) -> partition(3) -> partition(2) -> map(|both| both.concat().iter().sum::<u32>());
        a = x -> then(async |x| after(10, x).await) -> partition(2) -> map(|both| both.to_vec()) -> collect::<Vec<_>>();
        b = x -> then(async |x| after(5, x + 1).await) -> partition(2) -> map(|both| both.to_vec()) -> collect::<Vec<_>>();
        c = union(x, x) -> collect::<Vec<_>>();
        (a, b, c)
    };
    let (a, b, c) = within(flow).await;
    assert_eq!((a, b), (vec![vec![21, 7]], vec![vec![22, 8]]));
    assert_eq!(c, [21, 21, 7, 7]);
    // Two items, of which one was held.
    assert_eq!(began.elapsed(), Duration::from_millis(10 + 10));
}
