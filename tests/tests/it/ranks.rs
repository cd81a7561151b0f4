//! `min`, `max` and `top`, by keys and by orders, and `dedup`: wherever they stand.

use std::cmp::Reverse;

use flow_runtime::flow;

#[derive(Clone, Debug, PartialEq)]
struct Score {
    name: &'static str,
    points: f64,
}

fn scores() -> Vec<Score> {
    let score = |(name, points)| Score { name, points };
    [("a", 2.0), ("b", 1.0), ("c", 2.0), ("d", -0.5), ("e", 1.0)]
        .map(score)
        .into()
}

fn names(scores: Vec<Score>) -> String {
    scores.iter().map(|score| score.name).collect()
}

#[test]
fn extremes_go_by_a_key_an_order_or_both() {
    let by_order = flow! {
        all = from(scores());
        least = all -> min(order = |a, b| a.points.total_cmp(&b.points));
        greatest = all -> max(by = |score| score.points, order = f64::total_cmp);
        longest = all -> map(|score| score.name) -> max(by = |name| Reverse(*name));
        (least, greatest, longest)
    };
    let (least, greatest, longest) = by_order.run();
    assert_eq!((least.unwrap().name, greatest.unwrap().name), ("d", "c"));
    assert_eq!(longest, Some("a"));
    let none = flow! { from(Vec::<f64>::new()) -> max(order = f64::total_cmp) };
    assert_eq!(none.run(), None);
}

#[test]
fn the_earlier_of_equals_comes_first_in_a_top() {
    let three =
        flow! { from(scores()) -> top(3, by = |score| score.points, order = f64::total_cmp) };
    assert_eq!(names(three.run()), "acb");
    let n = 2;
    let least = flow! { from([3, 1, 2]) -> top(n, by = |x| Reverse(*x)) };
    assert_eq!(least.run(), [1, 2]);
}

#[test]
fn ranks_stand_in_arms_open_flows_and_pieces() {
    let mut open = flow! { <i32> -> top(2) };
    [3, 9, 5].into_iter().for_each(|x| open.emit(x));
    assert_eq!(open.finish(), [9, 5]);
    let (odd, even) = flow! {
        from(0..10) -> match { x if x % 2 == 1 => odd, x => even, };
        odd = max(by = |x| (x - 4i32).abs());
        even = top(2);
        (odd, even)
    }
    .run();
    assert_eq!((odd, even), (Some(9), vec![8, 6]));
}

#[tokio::test(start_paused = true)]
async fn ranks_stand_behind_awaits() {
    let top = flow! { from(0..50) -> then(async |x| x * 7 % 50, concurrency = 4) -> top(3) };
    assert_eq!(top.run().await, [49, 48, 47]);
}

#[test]
fn repeats_are_left_out_by_item_or_by_key() {
    let words = flow! {
        from(["a", "a", "b", "B", "b"]) -> map(String::from) -> dedup(by = |w| w.to_lowercase())
            -> collect::<Vec<_>>()
    };
    assert_eq!(words.run(), ["a", "b"]);
    let lazy = flow! { from([1, 1, 2, 2, 1]) -> dedup() };
    assert_eq!(lazy.collect::<Vec<_>>(), [1, 2, 1]);
}

#[test]
fn every_key_has_repeats_of_its_own() {
    let items = [("x", 1), ("y", 1), ("x", 1), ("y", 2), ("x", 3), ("y", 2)];
    let seen = flow! {
        from(items) -> by_key(|item| item.0) { dedup() } -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), [("x", 1), ("y", 1), ("y", 2), ("x", 3)]);
    let seen = flow! {
        from(items) -> by_key(|item| item.0) { dedup(by = |item| item.1 / 2) } -> map(|item| item.1)
            -> collect::<Vec<_>>()
    };
    assert_eq!(seen.run(), [1, 1, 2, 3]);
}

#[test]
fn a_dedup_lets_a_cycle_come_to_rest() {
    let mut steps = Vec::new();
    flow! {
        from([40]) -> halves;
        halves = dedup() -> inspect(|x| steps.push(*x)) -> map(|x: i32| x / 2) -> halves;
    }
    .run();
    assert_eq!(steps, [40, 20, 10, 5, 2, 1, 0]);
}
