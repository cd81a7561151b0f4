//! `by_key` of chains that await: every key waits for itself.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use flow_runtime::{Error, flow};
use futures::{FutureExt, StreamExt};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::guard::{drive, drive_in_time, within};
use crate::keyed::{at, letter, ms};

/// The time at which something happened, in milliseconds of the paused clock.
fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn every_key_has_windows_of_its_own() {
    let start = Instant::now();
    let items = at([(0, "a1"), (10, "a2"), (40, "b1"), (110, "a3"), (130, "b2")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter) { timed_window(ms(100)) }
            -> map(|window| (window.join("+"), since(start)))
            -> collect::<Vec<_>>()
    };
    // Counted from the first item of each key; what is open at the end leaves then.
    let windows = within(flow).await;
    let windows: Vec<_> = windows.iter().map(|(w, at)| (w.as_str(), *at)).collect();
    assert_eq!(windows, [("a1+a2", 100), ("a3", 130), ("b1+b2", 130)]);
}

#[tokio::test(start_paused = true)]
async fn every_key_has_batches_that_leave_in_time() {
    let start = Instant::now();
    let items = at([(0, "a1"), (30, "b1"), (40, "b2"), (50, "b3"), (200, "a2")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter) { partition(2, timeout = ms(100)) }
            -> map(|batch| (batch.join("+"), since(start)))
            -> collect::<Vec<_>>()
    };
    let batches = within(flow).await;
    let batches: Vec<_> = batches.iter().map(|(b, at)| (b.as_str(), *at)).collect();
    assert_eq!(
        batches,
        [("b1+b2", 40), ("a1", 100), ("b3", 150), ("a2", 200)]
    );
}

#[tokio::test(start_paused = true)]
async fn batches_of_a_key_by_another_one_and_windows_by_one() {
    let items = || at([(0, "a1"), (1, "a2"), (2, "b1"), (3, "a1"), (4, "a2")]);
    let digit = |text: &&str| text.as_bytes()[1];
    let flow = flow! {
        stream(Box::pin(items()))
            -> by_key(letter) { partition(9, by = digit, timeout = ms(100)) }
            -> map(|batch| batch.join("+")) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["a1+a1", "b1", "a2+a2"]);
    let nine = 90;
    let flow = flow! {
        stream(Box::pin(items()))
            -> by_key(letter) { partition(nine, by = digit, timeout = ms(100)) }
            -> map(|batch| batch.join("+")) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["a1+a1", "b1", "a2+a2"]);
    let flow = flow! {
        stream(Box::pin(items()))
            -> by_key(letter) { timed_window(ms(100), by = digit, keep = last) }
            -> map(|window| window.join("+")) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["a1+a2", "b1"]);
}

#[tokio::test(start_paused = true)]
async fn one_host_that_waits_holds_up_no_other() {
    let start = Instant::now();
    let pages = ["a1", "b1", "a2", "b2", "c1"];
    let flow = flow! {
        from(pages)
            -> by_key(letter) { rate_limit(ms(100)) -> then(async |page| { sleep(ms(10)).await; page }) }
            -> map(|page| (page, since(start)))
            -> collect::<Vec<_>>()
    };
    assert_eq!(
        within(flow).await,
        [("a1", 10), ("b1", 10), ("c1", 20), ("a2", 110), ("b2", 110)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_queue_for_every_key_lets_all_of_them_go_on() {
    let start = Instant::now();
    let pages = ["a1", "a2", "a3", "b1", "c1", "b2"];
    let flow = flow! {
        from(pages)
            -> by_key(letter) { buffer(10) -> rate_limit(ms(100)) }
            -> map(|page| (page, since(start)))
            -> collect::<Vec<_>>()
    };
    assert_eq!(
        within(flow).await,
        [
            ("a1", 0),
            ("b1", 0),
            ("c1", 0),
            ("a2", 100),
            ("b2", 100),
            ("a3", 200)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn items_of_a_key_are_delayed_and_the_newest_waits() {
    let start = Instant::now();
    let flow = flow! {
        stream(Box::pin(at([(0, "a1"), (5, "b1"), (7, "a2")])))
            -> by_key(letter) { delay(ms(20)) }
            -> map(|text| (text, since(start))) -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, [("a1", 20), ("b1", 25), ("a2", 27)]);
    let flow = flow! {
        from(["a1", "a2", "a3", "b1", "a4"])
            -> by_key(letter) { latest() -> then(async |text| { sleep(ms(10)).await; text }) }
            -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await, ["a1", "b1", "a4"]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_key_run_at_the_same_time_and_in_order() {
    let start = Instant::now();
    let calls = RefCell::new(0);
    let flow = flow! {
        from(["a1", "a2", "b1", "a3", "b2"])
            -> by_key(letter) { then(async |text: &str| { *calls.borrow_mut() += 1; sleep(ms(if text == "a1" { 30 } else { 10 })).await; text }, concurrency = 2) }
            -> map(|text| (text, since(start))) -> collect::<Vec<_>>()
    };
    assert_eq!(
        within(flow).await,
        [("b1", 10), ("b2", 10), ("a1", 30), ("a2", 30), ("a3", 30)]
    );
    assert_eq!(*calls.borrow(), 5);
    let tried = RefCell::new(0);
    let flow = flow! {
        from(["a1", "b1"])
            -> by_key(letter) { then(async |text| { *tried.borrow_mut() += 1; if *tried.borrow() < 3 { Err("busy") } else { Ok(text) } }, concurrency = 2, retry = 2, timeout = ms(10))? }
            -> collect::<Vec<_>>()
    };
    assert_eq!(within(flow).await.unwrap().len(), 2);
    assert_eq!(*tried.borrow(), 4);
}

#[test]
fn what_keys_do_not_take_stays_in_the_source() {
    let pulled = Rc::new(RefCell::new(0));
    let items = ["a1", "b1", "a2", "a3", "b2"].into_iter();
    let items = items.inspect(|_| *pulled.borrow_mut() += 1);
    let flow = flow! {
        from(items) -> by_key(letter) { then(async |text: &str| { sleep(ms(10)).await; text }) } -> collect::<Vec<_>>()
    };
    drive(async {
        let mut flow = std::pin::pin!(flow.run());
        assert!(flow.as_mut().now_or_never().is_none());
        // Both keys work, `a2` waits before the cut and `a3` with it.
        assert_eq!(*pulled.borrow(), 4);
        assert_eq!(flow.await, ["a1", "b1", "a2", "a3", "b2"]);
    });
}

#[test]
fn states_are_kept_from_item_to_item() {
    let flow = flow! {
        from(1..=6)
            -> by_key(|n| n % 2) { then(async |n| n) -> accumulate(0, |sum, n| { *sum += n; *sum }) -> match { n if n > 8 => map(|n| -n), n => sliding_window(2) -> map(|[a, b]| a + b) } }
            -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow), [5, 8, -9, -12]);
}

#[test]
fn a_chain_gives_several_for_one_and_none() {
    let flow = flow! {
        from(0..4u32) -> by_key(|n| n % 2) { then(async |n| n) -> flat_map(|n| 0..n) -> filter(|n| n % 2 == 0) } -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow), [0, 0, 0, 2]);
}

#[test]
fn a_branch_that_ends_early_ends_endless_chains() {
    let taken = drive_in_time(|| {
        flow! {
            from(0..) -> by_key(|n| n % 2) { then(async |n: u32| n) -> flat_map(|n| n..) } -> take(5) -> collect::<Vec<_>>()
        }
    });
    assert_eq!(
        taken,
        [0, 1, 1, 2, 2].map(|n: u32| n).map(|n| n)[..].to_vec()
    );
}

#[test]
fn a_key_that_takes_no_more_does_not_end_the_others() {
    let flow = flow! {
        from(0..8) -> by_key(|n| n % 2 == 0) { filter(|n| n % 4 != 3) -> then(async |n| n) -> take(2) } -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow), [0, 1, 2, 5]);
}

#[test]
fn a_capacity_flushes_the_key_not_seen_for_longest() {
    let flow = flow! {
        from(["a1", "b1", "a2", "c1", "b2", "a3"])
            -> by_key(letter, capacity = 2) { then(async |text: &str| { sleep(ms(1)).await; text }) -> partition(9) }
            -> map(|batch| batch.join("+")) -> collect::<Vec<_>>()
    };
    // `c1` makes `b` leave, `b2` then `a`, and `a3` `c`.
    assert_eq!(drive(flow), ["b1", "a1+a2", "c1", "b2", "a3"]);
}

#[test]
fn a_capacity_of_one_is_one_chain_at_a_time() {
    let most = RefCell::new((0, 0));
    let call = async |text: &'static str| {
        most.borrow_mut().0 += 1;
        let now = *most.borrow();
        most.borrow_mut().1 = now.1.max(now.0);
        sleep(ms(1)).await;
        most.borrow_mut().0 -= 1;
        text
    };
    let flow = flow! {
        from(["a1", "b1", "a2", "c1"]) -> by_key(letter, capacity = 1) { then(call) } -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow), ["a1", "b1", "a2", "c1"]);
    assert_eq!(most.borrow().1, 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_idle_begins_anew_when_it_has_left() {
    let start = Instant::now();
    let items = at([(0, "a1"), (1, "b1"), (60, "a2"), (61, "b2"), (400, "c1")]);
    let flow = flow! {
        stream(Box::pin(items))
            -> by_key(letter, idle = ms(50)) { partition(9) -> then(async |batch| { sleep(ms(30)).await; batch }) }
            -> map(|batch| (batch.join("+"), since(start))) -> collect::<Vec<_>>()
    };
    let flushed = within(flow).await;
    let flushed: Vec<_> = flushed.iter().map(|(b, at)| (b.as_str(), *at)).collect();
    // Idle at 50, gone at 80; `a2` waits until then and is idle 50 later.
    assert_eq!(
        flushed,
        [
            ("a1", 80),
            ("b1", 81),
            ("a2", 160),
            ("b2", 161),
            ("c1", 430)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_of_which_items_wait_is_not_idle() {
    for idle in [10, 50] {
        let start = Instant::now();
        let items = at([
            (0, "a1"),
            (0, "a2"),
            (0, "a3"),
            (0, "a4"),
            (135, "a5"),
            (900, "a6"),
        ]);
        let flow = flow! {
            stream(Box::pin(items))
                -> by_key(letter, idle = ms(idle)) { buffer(9) -> rate_limit(ms(40)) }
                -> map(|text| (text, since(start))) -> collect::<Vec<_>>()
        };
        // Done with the fourth at 120: for 10 ms nothing came then, for 50 ms something did.
        let fifth = if idle == 10 { 135 } else { 160 };
        let paced = [
            ("a1", 0),
            ("a2", 40),
            ("a3", 80),
            ("a4", 120),
            ("a5", fifth),
            ("a6", 900),
        ];
        assert_eq!(within(flow).await, paced);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_key_holds_for_a_time_leaves_when_it_is_idle() {
    let start = Instant::now();
    let items = at([(0, "a1"), (10, "a2"), (500, "b1")]);
    let flow = flow! {
        texts   = stream(Box::pin(items));
        batches = texts -> by_key(letter, idle = ms(50)) { partition(9, timeout = ms(300)) }
            -> map(|batch| (batch.join("+"), since(start))) -> first();
        windows = texts -> by_key(letter, idle = ms(50)) { timed_window(ms(300)) }
            -> map(|window| (window.join("+"), since(start))) -> first();
        newest  = texts -> by_key(letter, idle = ms(50)) { debounce(ms(300)) }
            -> map(|text| (text.to_string(), since(start))) -> first();
        (batches, windows, newest)
    };
    let both = Some(("a1+a2".to_string(), 60));
    let newest = Some(("a2".to_string(), 60));
    assert_eq!(within(flow).await, (both.clone(), both, newest));
}

#[tokio::test(start_paused = true)]
async fn an_error_in_a_chain_ends_the_flow_and_names_its_stage() {
    let seen = RefCell::new(Vec::new());
    let start = Instant::now();
    let flow = flow! {
        from(["a1", "b1", "bad", "a2"])
            -> by_key(letter) { then(async |text: &str| { sleep(ms(10)).await; if text == "bad" { Err("no") } else { Ok(text) } })? -> buffer(2) }
            -> for_each(|text| seen.borrow_mut().push(text));
    };
    let error: Error = within(flow).await.unwrap_err();
    assert_eq!(error.stage(), Some("then"));
    assert_eq!(since(start), 20);
    assert_eq!(*seen.borrow(), ["a1", "b1", "a2"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_what_is_flushed_reaches_the_caller() {
    let flow = flow! {
        from([1, 2, 3])
            -> by_key(|n| n % 2) { then(async |n| n) -> partition(2) -> map(|batch| if batch.len() == 1 { Err("short") } else { Ok(batch) })? }
            -> drain();
    };
    let error: Error = within(flow).await.unwrap_err();
    assert_eq!(error.stage(), Some("map"));
}

#[tokio::test(start_paused = true)]
async fn an_open_flow_goes_on_after_an_error_in_a_chain() {
    let mut flow = flow! {
        <i32> -> by_key(|n| n % 2) { then(async |n| { sleep(ms(1)).await; if n == 3 { Err("three") } else { Ok(n) } })? -> accumulate(0, |sum, n| { *sum += n; *sum }) } -> collect::<Vec<_>>()
    };
    let mut errors = 0;
    for n in 1..=5 {
        errors += usize::from(within(flow.emit(n)).await.is_err());
        sleep(ms(5)).await;
    }
    // What waits in the cut goes on with the next item, or at the end.
    let result = within(flow.finish()).await;
    assert_eq!(errors + usize::from(result.is_err()), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_of_a_stream_come_as_items() {
    let flow = flow! {
        from(1..=4) -> by_key(|n| n % 2) { then(async |n| if n == 2 { Err("two") } else { Ok(n) })? }
    };
    let items: Vec<Result<i32, Error>> = within(flow.collect::<Vec<_>>()).await;
    assert_eq!(items.iter().filter(|item| item.is_err()).count(), 1);
    assert_eq!(items[0].as_ref().unwrap(), &1);
    assert!(items.last().unwrap().is_err());
}

#[test]
#[should_panic(expected = "four")]
fn a_panic_reaches_the_caller() {
    let flow = flow! {
        from(0..9) -> by_key(|n| n % 3) { then(async |n| { sleep(ms(1)).await; assert!(n != 4, "four"); n }) } -> drain();
    };
    drive(flow);
}

#[test]
fn keys_nest() {
    let flow = flow! {
        from(0..8u32)
            -> by_key(|n| n % 2) { map(|n| n) -> by_key(|n| n % 4, capacity = 1) { then(async |n| { sleep(ms(1)).await; n }) -> partition(3) } -> map(|batch| batch.to_vec()) }
            -> collect::<Vec<_>>()
    };
    let mut batches = drive(flow);
    batches.sort();
    assert_eq!(batches, [[0], [1], [2], [3], [4], [5], [6], [7]]);
    let flow = flow! {
        from(0..8u32)
            -> by_key(|n| n % 2) { by_key(|n| n % 4, idle = ms(5)) { partition(3) } -> map(|batch| batch.to_vec()) }
            -> collect::<Vec<_>>()
    };
    let mut batches = drive(flow);
    batches.sort();
    assert_eq!(batches, [[0, 4], [1, 5], [2, 6], [3, 7]]);
    let flow = flow! {
        from(0..8u32) -> by_key(|n| n % 2) { by_key(|n| n % 4) { partition(3) } -> then(async |batch| batch.to_vec()) } -> collect::<Vec<_>>()
    };
    assert_eq!(drive(flow).len(), 4);
}

#[tokio::test]
async fn a_flow_may_run_elsewhere() {
    let name = String::from("host");
    let shared = Arc::new(name);
    let flow = flow! {
        from(vec!["a1".to_string(), "b1".to_string(), "a2".to_string()])
            -> by_key(|text: &String| text.as_bytes()[0]) { buffer(2) -> then({ let shared = shared.clone(); move |text: String| { let shared = shared.clone(); async move { format!("{shared}/{text}") } } }, concurrency = 2) }
            -> collect::<Vec<_>>()
    };
    let mut texts = tokio::spawn(async move { flow.run().await }).await.unwrap();
    texts.sort();
    assert_eq!(texts, ["host/a1", "host/a2", "host/b1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_a_flow_is_stopped_is_delivered() {
    let flow = flow! {
        interval(ms(10)) -> enumerate() -> map(|(n, _)| n) -> by_key(|n| n % 3) { then(async |n| { sleep(ms(25)).await; n }) } -> collect::<Vec<_>>()
    };
    let got = within(flow.run_until(sleep(ms(95)))).await;
    assert_eq!(got, (0..got.len()).collect::<Vec<_>>());
    assert!(got.len() >= 9, "{got:?}");
}

#[tokio::test(start_paused = true)]
async fn a_crawler_with_a_rate_for_every_host() {
    let start = Instant::now();
    let visits = RefCell::new(Vec::new());
    let links = |page: &str| match page {
        "a1" => vec!["a2", "b1"],
        "b1" => vec!["a3", "c1"],
        _ => vec![],
    };
    let flow = flow! {
        pages = unique();
        from(["a1"]) -> pages;
        fetched = pages
            -> by_key(letter) { rate_limit(ms(100)) }
            -> then(async |page| { sleep(ms(10)).await; page }, concurrency = 4, ordered = false)
            -> inspect(|page| visits.borrow_mut().push((*page, since(start))));
        fetched -> flat_map(links) -> pages;
    };
    within(flow).await;
    // `a2` waits with its host, `a3` before the cut, and so does `c1`.
    assert_eq!(
        *visits.borrow(),
        [
            ("a1", 10),
            ("b1", 20),
            ("a2", 110),
            ("c1", 110),
            ("a3", 210)
        ]
    );
}

#[test]
fn a_cycle_through_a_chain_ends_when_nothing_goes_round() {
    let flow = flow! {
        n = by_key(|n| n % 2) { then(async |n: u32| { if n == 5 { sleep(ms(1)).await; } n }) -> filter(|n| *n > 0) };
        from([5, 4]) -> n;
        n -> map(|n| n - 1) -> n;
        n -> collect::<Vec<_>>()
    };
    let mut numbers = drive(flow);
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 1, 2, 2, 3, 3, 4, 4, 5]);
}

#[test]
fn the_bound_is_in_the_graph() {
    let flow = flow! {
        from(0..9) -> by_key(|n| n % 2) { then(async |n| n) } -> drain();
    };
    let graph = flow.graph();
    let bounds: Vec<_> = graph
        .edges()
        .iter()
        .map(|edge| format!("{:?}", edge.bound))
        .collect();
    assert_eq!(bounds, ["Slots(1)", "Given(\"1 for each key\")"]);
}

#[tokio::test(start_paused = true)]
async fn a_crawler_with_a_queue_for_every_host() {
    let start = Instant::now();
    let visits = RefCell::new(Vec::new());
    let links = |page: &str| match page {
        "a1" => vec!["a2", "a3", "b1"],
        "b1" => vec!["a4", "c1"],
        _ => vec![],
    };
    let flow = flow! {
        pages = unique();
        from(["a1"]) -> pages;
        fetched = pages
            -> by_key(letter) { buffer(100) -> rate_limit(ms(100)) -> then(async |page| { sleep(ms(10)).await; page }, concurrency = 2) -> then(async |page| { sleep(ms(5)).await; page }) };
        fetched -> inspect(|page| visits.borrow_mut().push((*page, since(start)))) -> flat_map(links) -> pages;
    };
    within(flow).await;
    assert_eq!(
        *visits.borrow(),
        [
            ("a1", 15),
            ("b1", 30),
            ("c1", 45),
            ("a2", 115),
            ("a3", 215),
            ("a4", 315)
        ]
    );
    assert_eq!(since(start), 315);
}

#[tokio::test(start_paused = true)]
async fn windows_and_idle_keys_in_a_cycle() {
    let flow = flow! {
        n = by_key(|n| n % 2) { match { n if n > 2 => timed_window(ms(10)) -> flatten(), n => then(async |n: u32| n) } };
        from([5, 4]) -> n;
        n -> filter(|n| *n > 0) -> map(|n| n - 1) -> n;
        n -> collect::<Vec<_>>()
    };
    let mut numbers = within(flow).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    let start = Instant::now();
    let flow = flow! {
        n = by_key(|n| n % 2, idle = ms(10)) { then(async |n: u32| n) -> partition(2) -> flatten() };
        from([3, 5]) -> n;
        n -> filter(|n| *n > 0) -> map(|n| n - 1) -> n;
        n -> collect::<Vec<_>>()
    };
    let mut numbers = within(flow).await;
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 0, 1, 1, 2, 2, 3, 3, 4, 5]);
    assert!(since(start) < 100);
}

#[tokio::test(start_paused = true)]
async fn chains_go_on_while_the_consumer_waits() {
    let start = Instant::now();
    let flow = flow! {
        from(0..100) -> by_key(|x| x % 5) { then(async |x| { sleep(ms(100)).await; x }) }
            -> sink(async |_| sleep(ms(20)).await)
    };
    within(flow).await;
    // The last five are consumed when nothing else runs.
    assert_eq!(since(start), 2100);
}

#[tokio::test(start_paused = true)]
async fn chains_and_consumer_share_a_mutex() {
    let shared = Mutex::new(0);
    let flow = flow! {
        from(0..100)
            -> by_key(|x| x % 5) { then(async |x| { let mut n = shared.lock().await; sleep(ms(5)).await; *n += 1; x }) -> then(async |x| { sleep(ms(1)).await; x }, concurrency = 2) }
            -> sink(async |_| { let mut n = shared.lock().await; sleep(ms(2)).await; *n += 1; })
    };
    within(flow).await;
    assert_eq!(*shared.lock().await, 200);
}

#[tokio::test]
async fn a_chain_may_be_woken_from_another_thread() {
    let flow = flow! {
        from(0..200u64) -> by_key(|x| x % 7) { then(blocking(|x: u64| x + 1)) -> partition(3) } -> flatten() -> sum()
    };
    assert_eq!(within(flow).await, (1..=200).sum::<u64>());
}

#[test]
fn a_chain_that_never_waits_lets_others_run() {
    let flow = flow! {
        from(0..100_000u64) -> by_key(|x| x % 3) { then(async |x| x) } -> count()
    };
    drive(async {
        let turns = RefCell::new(0);
        let others = async {
            loop {
                tokio::task::yield_now().await;
                *turns.borrow_mut() += 1;
            }
        };
        tokio::select! { biased; n = flow.run() => assert_eq!(n, 100_000), () = others => {} };
        assert!(*turns.borrow() > 10, "{}", turns.borrow());
    });
}
