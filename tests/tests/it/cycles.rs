//! Cycles: what goes back into an earlier segment.

use std::{cell::RefCell, collections::HashMap};

use flow_runtime::{Error, ErrorKind, flow};
use futures::StreamExt;
use tokio::time::{Duration, sleep};

use crate::guard::{drive_in_time, in_time};

fn web() -> HashMap<&'static str, Vec<&'static str>> {
    HashMap::from([
        ("/", vec!["/a", "/b"]),
        ("/a", vec!["/", "/c"]),
        ("/b", vec!["/c", "/b", "/d"]),
        ("/c", vec!["/a"]),
    ])
}

#[test]
fn a_crawler_sees_every_page_once_in_order_of_discovery() {
    let seen = in_time(|| {
        let web = web();
        let links = |page: &'static str| web.get(page).cloned().unwrap_or_default();
        flow! {
            pages = unique();
            pages -> flat_map(links) -> pages;
            from(["/"]) -> pages;
            pages -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(seen, ["/", "/a", "/b", "/c", "/d"]);
}

#[test]
fn the_crawler_of_the_manual() {
    let seen = drive_in_time(|| async {
        let web = web();
        let seen = RefCell::new(Vec::new());
        let fetch = async |page: &'static str| -> Result<Vec<&'static str>, String> {
            sleep(Duration::from_millis(1)).await;
            seen.borrow_mut().push(page);
            web.get(page)
                .cloned()
                .ok_or_else(|| format!("{page} is gone"))
        };
        let outcome = flow! {
            pages = unique() -> then(&fetch)? -> flatten() -> pages;
            from(["/a"]) -> pages;
        }
        .run()
        .await;
        assert_eq!(reason(&outcome.unwrap_err()), "/d is gone");
        seen.into_inner()
    });
    assert_eq!(seen, ["/a", "/", "/c", "/b", "/d"]);
}

/// The text of an error behind what it says of its stage.
fn reason(error: &Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or_default().to_owned()
}

#[test]
fn what_comes_back_goes_before_new_input() {
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 5);
            x -> map(|x| x + 1) -> x;
            from([3, 0]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [3, 4, 0, 1, 2, 3, 4]);
}

#[test]
fn counting_to_four() {
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 5);
            x -> map(|x| x + 1) -> x;
            from([0]) -> x;
            x -> collect::<Vec<i32>>()
        }
        .run()
    });
    assert_eq!(all, [0, 1, 2, 3, 4]);
}

#[test]
fn fibonacci() {
    let numbers = in_time(|| {
        flow! {
            pair = map(|(a, b): (u64, u64)| (b, a + b));
            pair -> pair;
            from([(0, 1)]) -> pair;
            pair -> map(|(a, _)| a) -> take(10) -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(numbers, [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]);
}

#[test]
fn two_segments_feed_each_other_without_recursion() {
    let last = in_time(|| {
        flow! {
            ping = map(|n| n + 1) -> pong;
            pong = match {
                n if n <= 10_000 => ping,
                n => done,
            };
            done = last();
            from([0]) -> ping;
            done
        }
        .run()
    });
    assert_eq!(last, Some(10_001));
}

#[test]
fn a_million_rounds() {
    let last = in_time(|| {
        flow! {
            ping = map(|n: u64| n + 1) -> pong;
            pong = filter(|n| *n < 1_000_000);
            pong -> ping;
            from([0]) -> ping;
            pong -> last()
        }
        .run()
    });
    assert_eq!(last, Some(999_999));
}

/// Takes turns between two ways.
fn alternate() -> impl FnMut() -> bool {
    let mut first = false;
    move || {
        first = !first;
        first
    }
}

#[test]
fn the_mesh_of_tasklets() {
    let log = in_time(|| {
        let (mut recycles, mut restarts) = (alternate(), alternate());
        flow! {
            start = map(|x| x + 1) -> branch;
            branch = match {
                x if x % 2 == 0 => map(|x| format!("2x{x}")) -> sink,
                _ if recycles() => recycler,
                x => map(|x| format!("3x{x}")) -> sink,
            };
            recycler = match {
                _ if restarts() => start,
                _ => drop,
            };
            from(0..5) -> start;
            sink = collect::<Vec<_>>();
            sink
        }
        .run()
    });
    // Of 1 … 5 the odd ones go to the recycler and the tripler by turns: 1 is
    // recycled to 2, 3 is tripled, 5 is recycled and ends.
    let mut log = log;
    assert_eq!(log, ["2x2", "2x2", "3x3", "2x4"]);
    log.sort_unstable();
    assert_eq!(log, ["2x2", "2x2", "2x4", "3x3"]);
}

#[test]
fn capacity_is_an_error_that_names_the_segment() {
    let outcome = in_time(|| {
        flow! {
            #[capacity(3)]
            twice = flat_map(|x: u32| [x, x]) -> twice;
            from([0]) -> twice;
            twice -> drain();
        }
        .run()
    });
    let error: Error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Capacity);
    assert_eq!(error.stage(), Some("twice"));
    assert!(error.to_string().contains("twice"), "{error}");
}

#[test]
fn capacity_suffices_where_no_more_wait() {
    let outcome = in_time(|| {
        let most = 3;
        flow! {
            #[capacity(most)]
            x = filter(|x: &u32| *x > 0);
            x -> flat_map(|x| [x - 1, 0]) -> x;
            from([2, 1]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(outcome.unwrap(), [2, 1, 1]);
}

#[test]
fn what_is_held_in_a_cycle_goes_round_again_at_the_end() {
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 100);
            x -> partition(2) -> map(|b| b.iter().sum::<u32>() + 50) -> x;
            from([1, 2, 3]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    // 1 and 2 make 53, which waits, and makes 106 with 3.
    assert_eq!(all, [1, 2, 53, 3]);
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 100);
            x -> partition(2) -> map(|b| b.iter().sum::<u32>() + 30) -> x;
            from([1]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [1, 31, 61, 91]);
}

#[test]
fn two_that_hold_in_one_cycle_are_flushed_until_nothing_is_left() {
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 20);
            x -> partition(2) -> map(|b| b.iter().sum::<u32>() + 1)
                -> partition(2) -> map(|b| b.iter().sum::<u32>() + 1) -> x;
            from([1]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
}

#[test]
fn what_is_held_before_a_cycle_goes_into_it() {
    let all = in_time(|| {
        flow! {
            from([5, 6, 7]) -> partition(2) -> map(|b| b.len()) -> x;
            x = inspect(|_| ());
            x -> filter(|x| *x > 0) -> map(|x| x - 1) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [2, 1, 0, 1, 0]);
}

#[test]
fn a_take_behind_an_endless_cycle_ends_it() {
    let (all, rest) = in_time(|| {
        flow! {
            x = map(|x| x + 1) -> x;
            from(0..) -> x;
            all = x -> take(5) -> collect::<Vec<_>>();
            first = x -> first();
            (all, first)
        }
        .run()
    });
    assert_eq!((all, rest), (vec![1, 2, 3, 4, 5], Some(1)));
}

#[test]
fn a_take_behind_two_endless_cycles_ends_them() {
    let all = in_time(|| {
        flow! {
            x = map(|x| x + 1) -> y;
            y = map(|y| y * 2);
            y -> x;
            y -> y;
            from([0]) -> x;
            y -> take(5) -> collect::<Vec<u64>>()
        }
        .run()
    });
    assert_eq!(all[0], 2);
    assert_eq!(all.len(), 5);
}

#[test]
fn a_cycle_with_a_take_in_it() {
    let all = in_time(|| {
        flow! {
            x = take(4) -> map(|x| x * 2) -> x;
            from([1, 100]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [2, 4, 8, 16]);
}

#[test]
fn cycles_overlap() {
    // Divides by two or three where that is possible; counts what it meets.
    let (met, ones) = in_time(|| {
        flow! {
            n = inspect(|_| ());
            n -> filter(|n| n % 2 == 0) -> halves;
            n -> filter(|n| n % 3 == 0) -> map(|n| n / 3) -> n;
            halves = map(|n| n / 2) -> n;
            from([12, 6]) -> n;
            met = n -> count();
            ones = n -> filter(|n| *n == 1) -> count();
            (met, ones)
        }
        .run()
    });
    // 12 is 2·2·3: three ways to order that, 6 has two.
    assert_eq!(ones, 3 + 2);
    assert_eq!(met, 9 + 5);
}

#[test]
fn a_cycle_in_a_cycle() {
    // The inner one counts each number down; every zero goes to the outer one,
    // which starts it again two rounds.
    let all = in_time(|| {
        flow! {
            outer = filter(|(_, round)| *round < 2) -> inner;
            inner = inspect(|_: &(u32, u32)| ());
            inner -> filter(|(n, _)| *n > 0) -> map(|(n, round)| (n - 1, round)) -> inner;
            inner -> filter(|(n, _)| *n == 0) -> map(|(_, round)| (2, round + 1)) -> outer;
            from([(1, 0)]) -> outer;
            inner -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [(1, 0), (0, 0), (2, 1), (1, 1), (0, 1)]);
}

#[test]
fn a_cycle_by_way_of_where_branches_meet() {
    let all = in_time(|| {
        flow! {
            x = filter(|x| *x < 10);
            double = x -> map(|x| x * 2);
            inc = x -> map(|x| x + 1);
            zip(double, inc) -> map(|(a, b)| a + b) -> x;
            from([0, 2]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [0, 1, 4, 2, 7]);
}

#[test]
fn a_cycle_by_way_of_a_union_with_what_does_not_go_round() {
    let all = in_time(|| {
        flow! {
            seeds = from([1, 10]);
            x = filter(|x| *x < 100) -> map(|x| x * 3);
            seeds -> x;
            both = union(x, seeds);
            both -> filter(|x| x % 2 == 1) -> x;
            both -> collect::<Vec<_>>()
        }
        .run()
    });
    let mut sorted = all;
    sorted.sort_unstable();
    // 1 goes in as a seed twice, once by way of the union.
    assert_eq!(sorted, [1, 3, 3, 9, 9, 10, 27, 27, 30, 81, 81, 243, 243]);
}

#[test]
fn several_sources_share_a_cycle() {
    let all = in_time(|| {
        flow! {
            x = unique();
            x -> filter(|x| *x > 1) -> map(|x| x / 2) -> x;
            from([8, 16]) -> x;
            from([5, 3]) -> x;
            x -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [8, 4, 2, 1, 5, 16, 3]);
}

#[test]
fn errors_are_tried_again() {
    let (done, tries) = in_time(|| {
        let mut failures = HashMap::from([("a", 1), ("b", 3)]);
        let mut attempt = move |(name, tries): (&'static str, u32)| match failures.get_mut(name) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err((name, tries + 1))
            }
            _ => Ok(format!("{name}{tries}")),
        };
        flow! {
            jobs = map(&mut attempt)? else failed;
            failed = filter(|(_, tries)| *tries < 3) -> jobs;
            from([("a", 0), ("b", 0), ("c", 0)]) -> jobs;
            done = jobs -> collect::<Vec<_>>();
            tries = failed -> count();
            (done, tries)
        }
        .run()
    });
    assert_eq!(done, ["a1", "c0"]);
    assert_eq!(tries, 3);
}

#[test]
fn errors_go_straight_back() {
    let all = in_time(|| {
        flow! {
            from([7, 8]) -> halves;
            halves = map(|n: i32| if n % 2 == 0 { Ok(n / 2) } else { Err(n + 1) })? else halves;
            halves -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all, [4, 4]);
}

#[test]
fn a_bare_question_mark_in_a_cycle() {
    let outcome = in_time(|| {
        flow! {
            x = map(|x: i32| if x > 3 { Err("too many") } else { Ok(x + 1) })? -> x;
            from([0]) -> x;
            x -> drain();
        }
        .run()
    });
    assert_eq!(reason(&outcome.unwrap_err()), "too many");
}

// Cycles in other forms of flows.

#[test]
fn a_cycle_in_an_open_flow() {
    let seen = RefCell::new(Vec::new());
    let mut flow = flow! {
        x = inspect(|x| seen.borrow_mut().push(*x));
        x -> filter(|x| *x > 0) -> map(|x| x - 1) -> x;
        <u32> -> x;
        x -> count()
    };
    flow.emit(2);
    assert_eq!(*seen.borrow(), [2, 1, 0]);
    flow.emit(1);
    assert_eq!(*seen.borrow(), [2, 1, 0, 1, 0]);
    assert_eq!(flow.finish(), 5);
}

#[test]
fn a_full_cycle_is_the_emitters_error() {
    let mut flow = flow! {
        #[capacity(2)]
        x = filter(|x| *x > 0);
        x -> flat_map(|x| vec![x - 1; x]) -> x;
        <usize> -> x;
        x -> count()
    };
    flow.emit(1).unwrap();
    let error = flow.emit(5).unwrap_err();
    assert_eq!(error.stage(), Some("x"));
    flow.emit(0).unwrap();
    assert!(flow.finish().is_ok());
}

#[test]
fn what_is_held_in_a_cycle_of_an_open_flow_goes_round_at_the_end() {
    let all = in_time(|| {
        let mut flow = flow! {
            x = filter(|x| *x < 100);
            x -> partition(2) -> map(|b| b.iter().sum::<u32>() + 30) -> x;
            <u32> -> x;
            x -> collect::<Vec<_>>()
        };
        flow.emit(1);
        flow.finish()
    });
    assert_eq!(all, [1, 31, 61, 91]);
}

#[test]
fn cycles_in_open_flows_with_several_inlets() {
    let mut flow = flow! {
        left = <u32>;
        right = <u32>;
        x = inspect(|_: &u32| ());
        left -> x;
        right -> map(|x| x * 2) -> x;
        x -> filter(|x| *x > 1) -> map(|x| x / 2) -> x;
        x -> collect::<Vec<_>>()
    };
    flow.emit_left(4);
    flow.emit_right(1);
    assert_eq!(flow.finish(), [4, 2, 1, 2, 1]);
}

#[test]
fn a_cycle_that_awaits() {
    let all = drive_in_time(|| async {
        flow! {
            x = then(async |x: u32| { sleep(Duration::from_millis(1)).await; x });
            x -> filter(|x| *x > 0) -> map(|x| x - 1) -> x;
            from([2, 1]) -> x;
            x -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [2, 1, 0, 1, 0]);
}

#[test]
fn a_cycle_that_awaits_in_an_open_flow() {
    drive_in_time(|| async {
        let seen = RefCell::new(Vec::new());
        let mut flow = flow! {
            x = then(async |x: u32| { sleep(Duration::from_millis(1)).await; x });
            x -> filter(|x| *x > 0) -> map(|x| x - 1) -> x;
            <u32> -> x;
            x -> for_each(|x| seen.borrow_mut().push(x));
        };
        flow.emit(2).await;
        assert_eq!(*seen.borrow(), [2, 1, 0]);
        flow.finish().await;
    });
}

#[test]
fn a_cycle_behind_and_before_concurrent_work() {
    let mut all = drive_in_time(|| async {
        flow! {
            from([2, 1]) -> then(async |x: u32| x, concurrency = 2) -> x;
            x = inspect(|_| ());
            x -> filter(|x| *x > 0) -> map(|x| x - 1) -> x;
            x -> then(async |x| { sleep(Duration::from_millis(1)).await; x }, concurrency = 2) -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [2, 1, 0, 1, 0]);
    all.clear();
}

#[test]
fn a_take_behind_an_endless_cycle_that_awaits() {
    let all = drive_in_time(|| async {
        flow! {
            x = then(async |x: u32| x + 1) -> x;
            from([0]) -> x;
            x -> take(3) -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn what_holds_in_a_cycle_that_awaits_is_flushed() {
    let all = drive_in_time(|| async {
        flow! {
            x = filter(|x| *x < 100);
            x -> partition(2) -> then(async |b| b.iter().sum::<u32>() + 30) -> x;
            from([1]) -> x;
            x -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [1, 31, 61, 91]);
}

#[test]
fn an_endless_cycle_is_a_stream() {
    let numbers = drive_in_time(|| async {
        let numbers = flow! {
            pair = then(async |(a, b): (u64, u64)| (b, a + b)) -> pair;
            from([(0, 1)]) -> pair;
            pair -> map(|(a, _)| a)
        };
        numbers.take(5).collect::<Vec<_>>().await
    });
    assert_eq!(numbers, [1, 1, 2, 3, 5]);
}
