//! Pieces that are cloned in the midst: the clone and the piece go on by themselves.

use std::fmt::Debug;

use flow_runtime::{Aggregate, Operator, flow};

/// The items that come into the pieces: mostly in order, some of them twice.
const ITEMS: [i64; 12] = [1, 2, 2, 5, 4, 9, 9, 14, 3, 20, 21, 40];

/// The items that come into one of two that go on.
const OTHERS: [i64; 5] = [30, 7, 7, 50, 51];

/// Pushes items, and adds what leaves.
fn push<P: Operator<i64, Out: Debug>>(piece: &mut P, items: &[i64], left: &mut Vec<String>) {
    for item in items {
        left.extend(piece.push(*item).into_iter().map(|x| format!("{x:?}")));
    }
}

/// Returns what leaves a piece for these items and at the end.
fn rest<P: Operator<i64, Out: Debug>>(mut piece: P, items: &[i64]) -> Vec<String> {
    let mut left = Vec::new();
    push(&mut piece, items, &mut left);
    left.extend(piece.finish().into_iter().map(|x| format!("{x:?}")));
    left
}

/// Cuts a piece at every item: the piece and its clone both go on, each with the rest while
/// the other goes another way, and give what there is without a clone.
fn goes_on_by_itself<P: Operator<i64, Out: Debug> + Clone>(code: &str, piece: impl Fn() -> P) {
    let whole = rest(piece(), &ITEMS);
    assert!(!whole.is_empty(), "{code} gives nothing");
    for cut in 0..=ITEMS.len() {
        let (before, behind) = ITEMS.split_at(cut);
        for clone_goes_on in [false, true] {
            let mut one = piece();
            let mut left = Vec::new();
            push(&mut one, before, &mut left);
            let mut other = one.clone();
            if clone_goes_on {
                std::mem::swap(&mut one, &mut other);
            }
            rest(other, &OTHERS);
            left.extend(rest(one, behind));
            assert_eq!(left, whole, "{code}, cut at {cut}, clone: {clone_goes_on}");
        }
    }
}

macro_rules! twins {
    ($($piece:expr),+ $(,)?) => {
        $(goes_on_by_itself(stringify!($piece), || $piece);)+
    };
}

/// An aggregate of one's own.
#[derive(Clone)]
struct Total(i64);

impl Aggregate<i64> for Total {
    type Output = i64;

    fn enter(&mut self, item: &i64) {
        self.0 += item;
    }

    fn leave(&mut self, item: &i64) {
        self.0 -= item;
    }

    fn value(&self) -> i64 {
        self.0
    }
}

#[test]
fn items() {
    twins![
        flow! { <i64> -> map(|x| x * 2) },
        flow! { <i64> -> flat_map(|x| 0..x % 3) },
        flow! { <i64> -> enumerate() },
        flow! { <i64> -> take(5) },
        flow! { <i64> -> take_while(|x| *x < 9) },
        flow! { <i64> -> skip(3) },
        flow! { <i64> -> skip_while(|x| *x < 9) },
        flow! { <i64> -> step_by(3) },
        flow! { <i64> -> accumulate(0, |sum, x| { *sum += x; *sum }) },
        flow! { <i64> -> unique() },
        flow! { <i64> -> unique(capacity = 2) },
        flow! { <i64> -> dedup() },
        flow! { <i64> -> map(|x| if x == 5 { Err("five") } else { Ok(x) })? else drop },
    ];
}

#[test]
fn batches_and_windows() {
    let n = 3;
    twins![
        flow! { <i64> -> partition(3) },
        flow! { <i64> -> partition(n) },
        flow! { <i64> -> partition(3, by = |x| x % 2) },
        flow! { <i64> -> partition_unique(3) },
        flow! { <i64> -> partition_unique(3, keep = last) },
        flow! { <i64> -> sliding_window(3) },
        flow! { <i64> -> sliding_window(n) },
        flow! { <i64> -> sliding_window(3, partial = true) },
        flow! { <i64> -> group_by(|x| x / 4) },
        flow! { <i64> -> window_by(|x| [x / 4, x / 4 + 1]) },
    ];
}

#[test]
fn aggregates() {
    twins![
        flow! { <i64> -> sliding_window(3) -> aggregate(count(), mean(|x| *x as f64)) },
        flow! { <i64> -> sliding_window(3) -> aggregate(min(|x| *x)) },
        flow! { <i64> -> sliding_window(4, partial = true) -> aggregate(max(|x| *x), sum(|x| 0.1 * *x as f64)) },
        flow! { <i64> -> sliding_window(4) -> aggregate(Total(0), var(|x| *x)) },
        flow! { <i64> -> tumbling_window(4, |x| *x)? else drop -> aggregate(min(|x| *x), max(|x| *x), sum(|x| 0.1 * *x as f64)) },
        flow! { <i64> -> session_window(2, |x| *x)? else drop -> aggregate(Total(0), var(|x| *x)) },
        flow! { <i64> -> hopping_window(6, 2, |x| *x)? else drop -> aggregate(min(|x| *x), max(|x| *x)) },
        flow! { <i64> -> hopping_window(2, 5, |x| *x)? else drop -> aggregate(min(|x| *x), max(|x| *x)) },
        flow! { <i64> -> sliding_window(6, |x| *x)? else drop -> aggregate(min(|x| *x), sum(|x| 0.1 * *x as f64)) },
        flow! { <i64> -> tumbling_window(8, |x| *x, by = |x| x % 2)? else drop -> aggregate(max(|x| *x)) },
        flow! { <i64> -> sliding_window(8, |x| *x, by = |x| x % 2)? else drop -> aggregate(max(|x| *x)) },
        flow! {
            x = <i64>;
            windows = x -> tumbling_window(4, |x| *x)? else drop;
            least = windows -> aggregate(min(|x| *x), count());
            zip(windows, least)
        },
    ];
}

#[test]
fn by_the_time_in_the_items() {
    twins![
        flow! { <i64> -> in_order(|x| *x, late = 5) },
        flow! { <i64> -> in_order(|x| *x, late = 1000) },
        flow! { <i64> -> in_order(|x| *x, late = 5, capacity = 2, then_by = |x| -x) },
        flow! { <i64> -> in_order(|x| *x, late = 5, ahead = 19, clock = || 20)? else drop },
        flow! { <i64> -> tumbling_window(4, |x| *x) },
        flow! { <i64> -> tumbling_window(4, |x| *x, by = |x| x % 2) },
        flow! { <i64> -> hopping_window(4, 2, |x| *x) },
        flow! { <i64> -> hopping_window(4, 2, |x| *x, by = |x| x % 2) },
        flow! { <i64> -> session_window(2, |x| *x) },
        flow! { <i64> -> session_window(2, |x| *x, by = |x| x % 2) },
        flow! { <i64> -> sliding_window(6, |x| *x) },
        flow! { <i64> -> sliding_window(6, |x| *x, by = |x| x % 2) },
        flow! { <i64> -> in_order(|x| *x, late = 5)? else drop -> tumbling_window(4, |x| *x)? },
    ];
}

#[test]
fn meetings() {
    twins![
        flow! { x = <i64>; zip(x, x -> skip(1)) },
        flow! { x = <i64>; zip_latest(x, x -> filter(|x| x % 2 == 1)) },
        flow! { x = <i64>; combine_latest(x, x -> filter(|x| x % 2 == 1)) },
        flow! { x = <i64>; union(x, x -> skip(1)) },
        flow! { x = <i64>; chain(x, x -> skip(1), capacity = 99)? else drop },
        flow! { x = <i64>; merge_keyed(x -> map(|x| (x, 1)), x -> filter(|x| x % 2 == 0) -> map(|x| (x, 2))) },
        flow! { x = <i64>; merge_keyed(x -> map(|x| (x, 1)), x -> skip(2) -> map(|x| (x, 2)))? },
        flow! { x = <i64>; cogroup(x -> map(|x| (x, 1)), x -> skip(1) -> map(|x| (x, 2))) },
        flow! { x = <i64>; cogroup(x -> map(|x| (x, 1)), x -> skip(1) -> map(|x| (x, 2)), carry = true) },
        flow! { x = <i64>; x -> halves; halves = map(|x| x / 2) -> filter(|x| *x > 0); halves -> halves; halves -> map(|x| x) },
    ];
}

#[test]
fn chains() {
    twins![
        flow! { <i64> -> match { 4 => drop, x if x > 5 => partition(2) -> map(|batch| batch[0]), x => map(|x| x), } },
        flow! { <i64> -> by_key(|x| x % 2) { partition(2) } },
        flow! { <i64> -> by_key(|x| x % 2, capacity = 1) { accumulate(0, |sum, x| { *sum += x; *sum }) } },
        flow! { <i64> -> by_key(|x| x % 2) { in_order(|x| *x, late = 5)? else drop -> tumbling_window(4, |x| *x)? else drop -> aggregate(count()) } },
        flow! { <i64> -> by_key(|x| x % 2) { via(flow! { <i64> -> session_window(4, |x| *x)? else drop -> aggregate(max(|x| *x)) }) } },
        flow! { <i64> -> via(flow! { <i64> -> sliding_window(4, |x| *x)? else drop -> map(|window| window.len()) }) },
    ];
}

/// Windows of what cannot be cloned are not kept: what is known of them can be.
#[test]
fn items_that_are_not_kept_need_not_be_clone() {
    #[derive(Debug)]
    struct Item(i64);
    twins![
        flow! { <i64> -> map(Item) -> tumbling_window(4, |x| x.0)? else drop -> aggregate(max(|x| x.0), count()) },
        flow! { <i64> -> map(Item) -> session_window(2, |x| x.0)? else drop -> aggregate(sum(|x| x.0)) },
    ];
}

/// A piece that awaits is copied before it begins.
#[tokio::test]
async fn pieces_that_await() {
    macro_rules! copies {
        ($($piece:expr => $left:expr),+ $(,)?) => {$(
            let piece = $piece;
            for copy in [piece.clone(), piece] {
                let left = flow! { from([1, 2, 4]) -> via_async(copy) -> collect::<Vec<_>>() };
                assert_eq!(left.run().await, $left);
            }
        )+};
    }
    async fn same(x: i64) -> i64 {
        x
    }
    copies![
        flow! { x = <i64> -> then(same); merge_keyed(x -> map(|x| (x, 1)), x -> skip(1) -> map(|x| (x, 2)))? else drop }
            => [(1, 1), (2, 2), (4, 2)],
        flow! { x = <i64> -> then(same); cogroup(x -> map(|x| (x, 1)), x -> skip(1) -> map(|x| (x, 2)))? else drop -> map(|(key, (_, b))| (key, b.is_some())) }
            => [(1, false), (2, true), (4, true)],
        flow! { x = <i64> -> then(same); cogroup(x -> map(|x| (x, 1)), x -> take(1) -> map(|x| (x, 2)), carry = true)? else drop -> map(|(key, (_, b))| (key, b.map(|b| b.0))) }
            => [(1, Some(1)), (2, Some(1)), (4, Some(1))],
        flow! { <i64> -> then(same) -> tumbling_window(2, |x| *x)? else drop -> aggregate(count()) -> map(|(_, n)| n) }
            => [1, 1, 1],
        flow! { <i64> -> then(same) -> in_order(|x| -x, late = 9)? else drop } => [4, 2, 1],
        flow! { <i64> -> scatter(2) -> map(|x| x * 2) -> gather(ordered = true) } => [2, 4, 8],
        flow! { <i64> -> scatter(2, by = |x| x % 2) -> map(|x| x * 2) -> gather(ordered = true) } => [2, 4, 8],
    ];
    let piece = flow! {
        x = <i64> -> then(same);
        x -> halves;
        #[capacity(9)]
        halves = map(|x| x / 2) -> filter(|x| *x > 0);
        halves -> halves;
        halves -> map(|x| x)
    };
    for copy in [piece.clone(), piece] {
        let left = flow! { from([1, 2, 4]) -> via_async(copy)? -> collect::<Vec<_>>() };
        assert_eq!(left.run().await.unwrap(), [1, 2, 1]);
    }
}
