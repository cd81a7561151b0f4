//! Time in the items: `in_order`, windows and aggregates, as the language says.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flow_runtime::{Aggregate, ErrorKind, Late, Span, Unsorted, flow};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn time(at: u64) -> SystemTime {
    UNIX_EPOCH + seconds(at)
}

fn span<X>(start: X, end: X) -> Span<X> {
    Span { start, end }
}

#[derive(Clone, Debug, PartialEq)]
struct Click {
    user: u32,
    at: SystemTime,
    price: f64,
}

fn click(user: u32, at: u64, price: f64) -> Click {
    let at = time(at);
    Click { user, at, price }
}

#[test]
fn late_items_have_a_route() {
    let (sorted, late) = flow! {
        sorted = from([10, 8, 13, 5, 10, 20]) -> in_order(|at| *at, late = 3)? else late -> collect::<Vec<i32>>();
        late   = map(|late: Late<i32, i32>| (late.item, late.by)) -> collect::<Vec<_>>();
        (sorted, late)
    }
    .run();
    assert_eq!(sorted, [8, 10, 10, 13, 20]);
    assert_eq!(late, [(5, 5)]);
}

#[test]
fn a_late_item_may_end_the_flow() {
    let sum = flow! { from([10, 1]) -> in_order(|at| *at, late = 3)? -> sum::<u64>() };
    let error = sum.run().unwrap_err();
    assert_eq!(
        error.downcast_ref::<Late<u64, u64>>().map(|late| late.by),
        Some(6)
    );
    let text = "stage `in_order`: an item is out of its time by 6";
    assert!(
        error
            .to_string()
            .ends_with("an item is out of its time by 6"),
        "{error}, not {text}"
    );
}

#[test]
fn times_are_of_several_types() {
    let clicks = [click(1, 5, 0.0), click(1, 3, 0.0), click(2, 9, 0.0)];
    let late: Vec<Result<Click, Late<Click>>> =
        flow! { from(clicks) -> in_order(|click| click.at, late = seconds(1)) }.collect();
    assert_eq!(
        late[0],
        Err(Late {
            item: click(1, 3, 0.0),
            by: seconds(1)
        })
    );
    assert_eq!(late.len(), 3);

    let start = Instant::now();
    let spans = flow! {
        from([0, 900, 1000, 2500]) -> map(|ms| start + Duration::from_millis(ms))
            -> in_order(|at| *at, late = Duration::ZERO)?
            -> tumbling_window(seconds(1), |at| *at)?
            -> map(|(span, batch)| (span.start - start, span.end - start, batch.len()))
            -> collect::<Vec<_>>()
    };
    let spans = spans.run().unwrap();
    assert_eq!(
        spans,
        [
            (seconds(0), seconds(1), 2),
            (seconds(1), seconds(2), 1),
            (seconds(2), seconds(3), 1)
        ]
    );

    let start = tokio::time::Instant::now();
    let sessions = flow! {
        from([1, 2, 5]) -> map(|s| start + seconds(s)) -> session_window(seconds(1), |at| *at)?
            -> map(|(span, batch)| (span.end - span.start, batch.len())) -> collect::<Vec<_>>()
    };
    assert_eq!(sessions.run().unwrap(), [(seconds(1), 2), (seconds(0), 1)]);

    let signed = flow! {
        from([-7_i8, -5, 3]) -> tumbling_window(5, |at| *at)? -> map(|(span, _)| span) -> collect::<Vec<_>>()
    };
    assert_eq!(
        signed.run().unwrap(),
        [span(-10, -5), span(-5, 0), span(0, 5)]
    );
}

#[test]
fn the_last_times_there_are_sort_as_all_others_do() {
    fn sorted<X: Copy + Ord>(items: &[X], flow: impl FnOnce(Vec<X>) -> Vec<X>) -> bool {
        let given = flow(items.to_vec());
        let mut sorted = items.to_vec();
        sorted.sort_unstable();
        given == sorted
    }
    for late in [1_u64, 3, 5, 63, 64, 1000] {
        let near = |n: u64| u64::MAX - n * 7919 % (late + 1);
        let items: Vec<u64> = std::iter::once(1)
            .chain([u64::MAX])
            .chain((0..200).map(near))
            .collect();
        let flow = |items: Vec<u64>| {
            flow! { from(items) -> in_order(|x| *x, late = late)? else drop -> collect::<Vec<_>>() }
                .run()
        };
        assert!(sorted(&items, flow), "late by {late}");
    }
    let items = [i64::MIN, -1, i64::MAX, i64::MAX - 3, i64::MAX - 1];
    let flow = |items: Vec<i64>| {
        flow! { from(items) -> in_order(|x| *x, late = 5)? else drop -> collect::<Vec<_>>() }.run()
    };
    assert!(sorted(&items, flow));
    let base = 1_u128 << 100;
    let items = [7, base, base + 4, base + 1, base + 9, base + 6];
    let flow = |items: Vec<u128>| {
        flow! { from(items) -> in_order(|x| *x, late = 5)? else drop -> collect::<Vec<_>>() }.run()
    };
    assert!(sorted(&items, flow));
    let far = UNIX_EPOCH + seconds(i64::MAX as u64);
    let nanos = Duration::from_nanos;
    let items = [
        UNIX_EPOCH,
        far,
        far - nanos(1),
        far - nanos(4),
        far - nanos(2),
    ];
    let flow = |items: Vec<SystemTime>| {
        flow! { from(items) -> in_order(|x| *x, late = nanos(5))? else drop -> collect::<Vec<_>>() }
            .run()
    };
    assert!(sorted(&items, flow));
}

#[test]
fn equal_times_are_in_order_of_arrival_or_as_is_said() {
    let items = [(2, 'b'), (1, 'z'), (2, 'a'), (1, 'y')];
    let sorted = |items: [(u64, char); 4]| flow! { from(items) -> in_order(|item| item.0, late = 9)? -> map(|item| item.1) -> collect::<String>() };
    assert_eq!(sorted(items).run().unwrap(), "zyba");
    let fixed = flow! {
        from(items) -> in_order(|item| item.0, late = 9, then_by = |item| item.1)? -> map(|item| item.1) -> collect::<String>()
    };
    assert_eq!(fixed.run().unwrap(), "yzab");
}

#[test]
fn a_full_one_lets_its_oldest_go() {
    let left = flow! {
        from([5, 4, 3, 2, 1]) -> in_order(|at| *at, late = 100, capacity = 2) -> collect::<Vec<Result<u32, Late<u32, u32>>>>()
    };
    let late = |item| Err(Late { item, by: 0 });
    assert_eq!(left.run(), [Ok(3), late(2), late(1), Ok(4), Ok(5)]);
}

#[test]
fn a_time_far_ahead_is_late() {
    let now = Cell::new(100_u64);
    let left = flow! {
        from([99, 5000, 101, 90]) -> in_order(|at| *at, late = 10, ahead = 50, clock = || now.get()) -> collect::<Vec<_>>()
    };
    let wrong = Err(Late {
        item: 5000,
        by: 4850,
    });
    let late = Err(Late { item: 90, by: 1 });
    assert_eq!(left.run(), [wrong, late, Ok(99), Ok(101)]);
    let year = seconds(365 * 24 * 60 * 60);
    let (now, far) = (SystemTime::now(), SystemTime::now() + year);
    let left: Vec<bool> = flow! {
        from([now, far]) -> in_order(|at| *at, late = seconds(1), ahead = seconds(60)) -> map(|left| left.is_ok())
    }
    .collect();
    assert_eq!(left, [false, true]);
}

#[test]
fn windows_of_a_span() {
    let windows = flow! {
        from([1_u64, 4, 12, 31]) -> tumbling_window(10, |at| *at)? -> map(|(span, batch)| (span, batch.into_vec())) -> collect::<Vec<_>>()
    };
    let expected = [
        (span(0, 10), vec![1, 4]),
        (span(10, 20), vec![12]),
        (span(30, 40), vec![31]),
    ];
    assert_eq!(windows.run().unwrap(), expected);
    let windows = flow! {
        from([3_i64, 12]) -> hopping_window(10, 5, |at| *at)? -> map(|(span, batch)| (span.start, batch.to_vec())) -> collect::<Vec<_>>()
    };
    assert_eq!(
        windows.run().unwrap(),
        [(-5, vec![3]), (0, vec![3]), (5, vec![12]), (10, vec![12])]
    );
    let sessions = flow! {
        from([1_u64, 3, 5, 8]) -> session_window(2, |at| *at)? -> map(|(span, batch)| (span, batch.len())) -> collect::<Vec<_>>()
    };
    assert_eq!(sessions.run().unwrap(), [(span(1, 5), 3), (span(8, 8), 1)]);
    let slides = flow! {
        from([1_u64, 3, 5, 5, 9]) -> sliding_window(4, |at| *at)? -> map(|window| window.to_vec()) -> collect::<Vec<_>>()
    };
    let expected = [vec![1], vec![1, 3], vec![3, 5], vec![3, 5, 5], vec![9]];
    assert_eq!(slides.run().unwrap(), expected);
}

#[test]
fn keys_have_windows_under_one_clock() {
    let clicks = [(1, 'a'), (2, 'b'), (5, 'a'), (20, 'b'), (21, 'a')];
    let sessions = flow! {
        from(clicks) -> session_window(5, |click: &(u64, char)| click.0, by = |click| click.1)?
            -> map(|(key, span, batch)| (key, span.start, span.end, batch.len())) -> collect::<Vec<_>>()
    };
    let expected = [
        ('a', 1, 5, 2),
        ('b', 2, 2, 1),
        ('b', 20, 20, 1),
        ('a', 21, 21, 1),
    ];
    assert_eq!(sessions.run().unwrap(), expected);
    let slides = flow! {
        from(clicks) -> sliding_window(10, |click: &(u64, char)| click.0, by = |click| click.1)? -> aggregate(count())
            -> collect::<Vec<_>>()
    };
    assert_eq!(
        slides.run().unwrap(),
        [('a', 1), ('b', 1), ('a', 2), ('b', 1), ('a', 1)]
    );
    let hops = flow! {
        from(clicks) -> hopping_window(10, 10, |click: &(u64, char)| click.0, by = |click| click.1)? -> aggregate(count())
            -> map(|(key, span, count)| (key, span.start, count)) -> collect::<Vec<_>>()
    };
    assert_eq!(
        hops.run().unwrap(),
        [('a', 0, 2), ('b', 0, 1), ('b', 20, 1), ('a', 20, 1)]
    );
}

#[test]
fn an_unsorted_item_is_left_out() {
    let (windows, errors) = flow! {
        windows = from([5_u64, 3, 12, 11, 12]) -> tumbling_window(10, |at| *at)? else errors -> aggregate(count()) -> collect::<Vec<_>>();
        errors  = map(|unsorted: Unsorted| unsorted.to_string()) -> collect::<Vec<_>>();
        (windows, errors)
    }
    .run();
    assert_eq!(windows, [(span(0, 10), 1), (span(10, 20), 2)]);
    let text = |time, before| {
        format!("an item of {time} came after one of {before}: put `in_order` before")
    };
    assert_eq!(errors, [text(3, 5), text(11, 12)]);
    let error =
        flow! { from([time(70), time(10)]) -> sliding_window(seconds(5), |at| *at)? -> count() }
            .run()
            .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsorted);
    assert!(error.downcast_ref::<Unsorted>().is_some());
    assert!(
        error
            .to_string()
            .contains("1970-01-01T00:00:10Z came after one of 1970-01-01T00:01:10Z"),
        "{error}"
    );
}

#[test]
fn a_question_mark_stands_behind_either() {
    let items = [1_u64, 2, 11];
    let left = flow! { from(items) -> tumbling_window(10, |at| *at)? -> aggregate(count()) -> map(|w| w.1) -> collect::<Vec<_>>() };
    assert_eq!(left.run().unwrap(), [2, 1]);
    let right = flow! { from(items) -> tumbling_window(10, |at| *at) -> aggregate(count())? -> map(|w| w.1) -> collect::<Vec<_>>() };
    assert_eq!(right.run().unwrap(), [2, 1]);
    let neither = flow! { from(items) -> tumbling_window(10, |at| *at) -> aggregate(count()) -> map(|w| w.unwrap().1) -> collect::<Vec<_>>() };
    assert_eq!(neither.run(), [2, 1]);
}

#[test]
fn all_six_and_the_types_they_have() {
    let known = flow! {
        from([(1_u64, 2_i32), (2, 6), (3, 7)]) -> sliding_window(2)
            -> aggregate(count(), sum(|x| x.1), mean(|x| x.1), var(|x| x.1), min(|x| x.1), max(|x| x.1)) -> collect::<Vec<_>>()
    };
    type All = (usize, i32, f64, f64, Option<i32>, Option<i32>);
    let expected: Vec<All> = vec![
        (2, 8, 4.0, 8.0, Some(2), Some(6)),
        (2, 13, 6.5, 0.5, Some(6), Some(7)),
    ];
    assert_eq!(known.run(), expected);
    let alone = flow! { from([1.5, f64::NAN]) -> sliding_window(2, partial = true) -> aggregate(var(|x| *x), max(|x| *x)) -> collect::<Vec<_>>() };
    let alone = alone.run();
    assert!(alone[0].0.is_nan());
    assert_eq!((alone[0].1, alone[1].1), (Some(1.5), Some(1.5)));
    let none = flow! { from([f64::NAN]) -> tumbling_window(1, |_| 0_u8)? -> aggregate(min(|x| *x)) -> collect::<Vec<_>>() };
    assert_eq!(none.run().unwrap(), [(span(0, 1), None)]);
    let durations = flow! { from([1, 2, 3]) -> sliding_window(2) -> aggregate(sum(|s| seconds(*s))) -> collect::<Vec<_>>() };
    assert_eq!(durations.run(), [seconds(3), seconds(5)]);
}

/// The range of what is in a window, which is `Clone`.
#[derive(Clone, Default)]
struct Names(Vec<String>);

impl Aggregate<(u64, &str)> for Names {
    type Output = String;

    fn enter(&mut self, item: &(u64, &str)) {
        self.0.push(item.1.to_owned());
    }

    fn leave(&mut self, item: &(u64, &str)) {
        assert_eq!(self.0.remove(0), item.1);
    }

    fn value(&self) -> String {
        self.0.join("+")
    }
}

/// One that is not `Clone`.
struct Once(Names);

impl Aggregate<(u64, &str)> for Once {
    type Output = String;

    fn enter(&mut self, item: &(u64, &str)) {
        self.0.enter(item);
    }

    fn leave(&mut self, item: &(u64, &str)) {
        self.0.leave(item);
    }

    fn value(&self) -> String {
        self.0.value()
    }
}

const NAMES: [(u64, &str); 4] = [(1, "a"), (4, "b"), (11, "c"), (13, "d")];

#[test]
fn aggregates_of_ones_own() {
    let names = Names::default();
    let tumbling = flow! {
        from(NAMES) -> tumbling_window(10, |item| item.0)? -> aggregate(names.clone(), Once(Names::default()), count())
            -> map(|(_, known)| known) -> collect::<Vec<_>>()
    };
    let twice = |text: &str, count| (text.to_owned(), text.to_owned(), count);
    assert_eq!(tumbling.run().unwrap(), [twice("a+b", 2), twice("c+d", 2)]);
    let sliding =
        flow! { from(NAMES) -> sliding_window(2) -> aggregate(Once(names)) -> collect::<Vec<_>>() };
    assert_eq!(sliding.run(), ["a+b", "b+c", "c+d"]);
    let by_time = flow! { from(NAMES) -> sliding_window(8, |item| item.0)? -> aggregate(Once(Names::default())) -> collect::<Vec<_>>() };
    assert_eq!(by_time.run().unwrap(), ["a", "a+b", "b+c", "c+d"]);
    let hops = flow! {
        from(NAMES) -> hopping_window(10, 5, |item| item.0)? -> aggregate(Once(Names::default())) -> map(|(span, known)| (span.start, known)) -> collect::<Vec<_>>()
    };
    let expected =
        [(0, "a+b"), (5, "c+d"), (10, "c+d")].map(|(start, known)| (start, known.to_owned()));
    assert_eq!(hops.run().unwrap(), expected);
}

#[test]
fn an_aggregate_keeps_no_items_and_wants_no_clone() {
    struct Silent(u64);
    let kept = flow! {
        from([1, 2, 11]) -> map(Silent) -> hopping_window(10, 5, |item| item.0)? -> aggregate(count()) -> map(|(_, count)| count) -> collect::<Vec<_>>()
    };
    assert_eq!(kept.run().unwrap(), [2, 1, 1]);
    let dropped = RefCell::new(Vec::new());
    struct Told<'a>(u64, &'a RefCell<Vec<u64>>);
    impl Drop for Told<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    let mut flow = flow! { <u64> -> map(|at| Told(at, &dropped)) -> tumbling_window(10, |item| item.0)? -> aggregate(count()) -> map(|w| w.1) -> collect::<Vec<_>>() };
    flow.emit(1).unwrap();
    assert_eq!(*dropped.borrow(), [1]);
    flow.emit(2).unwrap();
    assert_eq!(*dropped.borrow(), [1, 2]);
    assert_eq!(flow.finish().unwrap(), [2]);
}

#[test]
fn a_window_with_a_name_may_be_used_twice() {
    let (counts, sums, sizes) = flow! {
        windows = from([1_u64, 2, 11]) -> tumbling_window(10, |at| *at)?;
        counts  = windows -> aggregate(count()) -> collect::<Vec<_>>();
        sums    = windows -> aggregate(sum(|at| *at), max(|at| *at)) -> map(|(_, known)| known) -> collect::<Vec<_>>();
        sizes   = windows -> map(|(_, batch)| batch.len()) -> collect::<Vec<_>>();
        (counts, sums, sizes)
    }
    .run()
    .unwrap();
    assert_eq!(counts, [(span(0, 10), 2), (span(10, 20), 1)]);
    assert_eq!(
        (sums, sizes),
        (vec![(3, Some(2)), (11, Some(11))], vec![2, 1])
    );
    let (means, last) = flow! {
        windows = from([1.0, 2.0, 6.0]) -> sliding_window(2);
        means   = windows -> aggregate(mean(|x| *x)) -> collect::<Vec<_>>();
        last    = windows -> map(|[_, last]| last) -> collect::<Vec<_>>();
        (means, last)
    }
    .run();
    assert_eq!((means, last), (vec![1.5, 4.0], vec![2.0, 6.0]));
    let to_segment = flow! {
        from([1, 5]) -> sliding_window(3, |at| *at)? -> known;
        known = aggregate(count()) -> collect::<Vec<_>>();
        known
    };
    assert_eq!(to_segment.run().unwrap(), [1, 1]);
}

#[test]
fn inside_by_key_a_key_sees_its_own_items_only() {
    // Of all together, 3 would come too late; of its key it does not.
    let windows: Vec<_> = flow! {
        from([1_u64, 4, 3, 6, 11, 14]) -> by_key(|at| at % 2) {
            in_order(|at| *at, late = 0) -> map(|at| at.unwrap()) -> tumbling_window(10, |at| *at) -> aggregate(count(), sum(|at| *at))
        }
    }
    .map(Result::unwrap)
    .collect();
    let expected = [
        (span(0, 10), (2, 4)),
        (span(0, 10), (2, 10)),
        (span(10, 20), (1, 11)),
        (span(10, 20), (1, 14)),
    ];
    let mut windows = windows;
    windows.sort_by_key(|(span, known)| (span.start, known.1));
    assert_eq!(windows, expected);
    let keyed = flow! {
        from([("a", 1.0), ("b", 5.0), ("a", 2.0), ("b", 7.0)]) -> by_key(|item| item.0) { sliding_window(2) -> aggregate(mean(|item| item.1)) } -> collect::<Vec<_>>()
    };
    assert_eq!(keyed.run(), [1.5, 6.0]);
}

#[test]
fn in_pieces_and_arms() {
    let piece = || flow! { <u64> -> in_order(|at| *at, late = 2)? else drop -> session_window(2, |at| *at)? else drop -> aggregate(count()) };
    let counts = flow! { from([1, 3, 2, 9]) -> via(piece()) -> map(|(_, count)| count) -> collect::<Vec<_>>() };
    assert_eq!(counts.run(), [3, 1]);
    let (small, large) = flow! {
        from(0..10_u64) -> match {
            n if n < 5 => tumbling_window(2, |at| *at)? -> aggregate(count()) -> small,
            _          => hopping_window(4, 2, |at| *at)? -> aggregate(count()) -> large,
        };
        small = map(|(_, count)| count) -> collect::<Vec<_>>();
        large = map(|(_, count)| count) -> collect::<Vec<_>>();
        (small, large)
    }
    .run()
    .unwrap();
    assert_eq!((small, large), (vec![2, 2, 1], vec![1, 3, 4, 2]));
}

#[test]
fn in_a_cycle_what_comes_back_is_put_in_order() {
    let seen = flow! {
        steps = in_order(|at| *at, late = 1)? else drop;
        from([1_u64, 5]) -> steps;
        steps -> filter(|at| *at < 20) -> map(|at| at * 2) -> steps;
        steps -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), [1, 5, 10, 20]);
}

#[test]
fn an_open_flow_stays_usable_behind_an_error() {
    let mut flow = flow! { <u64> -> tumbling_window(10, |at| *at)? -> aggregate(count()) -> map(|w| w.1) -> collect::<Vec<_>>() };
    flow.emit(12).unwrap();
    assert_eq!(flow.emit(5).unwrap_err().kind(), ErrorKind::Unsorted);
    flow.emit(13).unwrap();
    assert_eq!(flow.finish().unwrap(), [2]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_leaves_when_nothing_comes() {
    let pause = async |(ms, at): (u64, u64)| {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        at
    };
    let start = tokio::time::Instant::now();
    let left = flow! {
        from([(0, 5), (300, 4), (300, 6), (5000, 3), (0, 7), (100, 30)]) -> then(pause)
            -> in_order(|at| *at, late = 10, idle = seconds(1))
            -> map(move |left| (left.map_err(|late| late.item), start.elapsed().as_millis())) -> collect::<Vec<_>>()
    };
    let expected = [
        (Ok(4), 1600),
        (Ok(5), 1600),
        (Ok(6), 1600),
        (Err(3), 5600),
        (Ok(7), 5700),
        (Ok(30), 5700),
    ];
    assert_eq!(left.run().await, expected);
}

#[tokio::test(start_paused = true)]
async fn idle_within_the_chain_of_a_key() {
    let pause = async |(ms, at): (u64, u64)| {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        at
    };
    let left = flow! {
        from([(0, 4), (0, 2), (0, 3), (3000, 10)]) -> then(pause)
            -> by_key(|at| at % 2) { in_order(|at| *at, late = 100, idle = seconds(1)) } -> map(|at| at.unwrap()) -> collect::<Vec<_>>()
    };
    let mut left = left.run().await;
    assert_eq!(left.pop(), Some(10));
    left.sort_unstable();
    assert_eq!(left, [2, 3, 4]);
}

#[tokio::test]
async fn between_scatter_and_gather() {
    let counts = flow! {
        from(0..100_u64) -> scatter(2, by = |at| at % 2) -> tumbling_window(50, |at| *at)? -> aggregate(count()) -> gather()
            -> map(|(_, count)| count) -> sum::<usize>()
    };
    assert_eq!(counts.run().await.unwrap(), 100);
}

#[test]
fn a_function_may_be_generic() {
    fn counts<T: Clone>(items: Vec<T>, at: impl Fn(&T) -> u64) -> Vec<usize> {
        flow! {
            from(items) -> in_order(&at, late = 5)? else drop -> hopping_window(4, 2, &at)? else drop -> aggregate(count())
                -> map(|(_, count)| count) -> collect::<Vec<_>>()
        }
        .run()
    }
    assert_eq!(counts(vec![1, 0, 5], |x| *x), [2, 1, 1]);
}
