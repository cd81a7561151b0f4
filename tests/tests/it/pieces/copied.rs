//! Pieces of flows that are copied: in `by_key`, between `scatter` and `gather`, by hand.

use std::{cell::Cell, rc::Rc};

use flow_runtime::{Error, Operator, flow};

#[test]
fn every_key_has_a_piece_of_its_own() {
    let all = flow! {
        from([1, 2, 3, 4, 5]) -> by_key(|x| x % 2) { via(flow! { <u32> -> map(|x| x * 10) -> partition(2) }) }
            -> map(|batch| batch.to_vec()) -> collect::<Vec<_>>()
    };
    assert_eq!(all.run(), [vec![10, 30], vec![20, 40], vec![50]]);
    let piece = flow! { <u32> -> accumulate(0, |sum, x| { *sum += x; *sum }) -> sliding_window(2) };
    let sums = flow! { from(1..=6) -> by_key(|x| x % 2) { via(piece) } -> collect::<Vec<_>>() };
    assert_eq!(sums.run(), [[1, 4], [2, 6], [4, 9], [6, 12]]);
}

#[test]
fn every_worker_has_a_piece_of_its_own() {
    let counted =
        flow! { <u32> -> enumerate() -> flat_map(|(n, _)| [(std::thread::current().id(), n)]) };
    let all = flow! {
        from(0..100) -> scatter(2, by = |x| *x) -> via(counted) -> gather() -> collect::<Vec<_>>()
    }
    .run_blocking();
    let mut seen = std::collections::HashMap::new();
    for (worker, n) in all {
        let count = seen.entry(worker).or_insert(0);
        assert_eq!(n, *count);
        *count += 1;
    }
    assert_eq!((seen.len(), seen.values().sum::<usize>()), (2, 100));
}

/// Runs what has workers.
trait RunBlocking {
    type Output;
    fn run_blocking(self) -> Self::Output;
}

impl<F: IntoFuture> RunBlocking for F {
    type Output = F::Output;
    fn run_blocking(self) -> F::Output {
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(self.into_future())
    }
}

/// Adds up, and tells at the end.
#[derive(Clone)]
struct Total(u32);

impl Operator<u32> for Total {
    type Out = u32;

    fn push(&mut self, item: u32) -> impl IntoIterator<Item = u32> {
        self.0 += item;
        None
    }

    fn finish(&mut self) -> impl IntoIterator<Item = u32> {
        Some(self.0)
    }
}

#[test]
fn pieces_of_pieces_and_of_operators_are_copied() {
    let piece = flow! { <u32> -> via(Total(100)) -> via(flow! { <u32> -> map(|x| x + 1) }) };
    let all = flow! { from(1..=4) -> by_key(|x| x % 2) { via(piece) } -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [105, 107]);
}

#[test]
fn functions_return_pieces_that_are_copied() {
    fn pairs<T: Clone>() -> impl Operator<T, Out = Vec<T>> + Clone {
        flow! { <T> -> partition(2) -> map(|pair| pair.to_vec()) }
    }
    let all = flow! { from(1..=4) -> by_key(|x| x % 2) { via(pairs()) } -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [[1, 3], [2, 4]]);
}

/// Pushes one item, clones, and pushes others to both.
macro_rules! goes_on {
    ($piece:expr, $first:expr, $second:expr => $one:expr, $other:expr) => {{
        let mut one = $piece;
        one.push($first).for_each(drop);
        let mut other = one.clone();
        let mut left: Vec<_> = one.push($second).collect();
        left.extend(one.finish());
        let mut right: Vec<_> = other.push($first).collect();
        right.extend(other.finish());
        assert_eq!((left, right), ($one.to_vec(), $other.to_vec()));
    }};
}

#[test]
fn a_clone_holds_what_the_piece_holds() {
    goes_on!(flow! { <u32> -> partition(3) -> map(|b| b.to_vec()) }, 1, 2 => [vec![1, 2]], [vec![1, 1]]);
    let n = 3;
    goes_on!(flow! { <u32> -> partition(n) -> map(|b| b.to_vec()) }, 1, 2 => [vec![1, 2]], [vec![1, 1]]);
    goes_on!(flow! { <u32> -> partition(3, by = |x| x % 2) -> map(|b| b.to_vec()) }, 1, 2 => [vec![1], vec![2]], [vec![1, 1]]);
    goes_on!(flow! { <u32> -> partition_unique(3) -> map(|b| b.to_vec()) }, 1, 2 => [vec![1, 2]], [vec![1]]);
    goes_on!(flow! { <u32> -> sliding_window(2) }, 1, 2 => [[1, 2]], [[1, 1]]);
    goes_on!(flow! { <u32> -> sliding_window(n - 1) -> map(|w| w.to_vec()) }, 1, 2 => [vec![1, 2]], [vec![1, 1]]);
    goes_on!(flow! { <u32> -> sliding_window(2, partial = true) -> map(|w| w.to_vec()) }, 1, 2 => [vec![1, 2]], [vec![1, 1]]);
    goes_on!(flow! { <u32> -> group_by(|x| x / 2) -> map(|(k, b)| (k, b.len())) }, 2, 3 => [(1, 2)], [(1, 2)]);
    goes_on!(flow! { <u32> -> window_by(|x| [*x]) -> map(|(k, b)| (k, b.len())) }, 1, 2 => [(1, 1), (2, 1)], [(1, 2)]);
    goes_on!(flow! { <u32> -> accumulate(0, |sum, x| { *sum += x; *sum }) }, 1, 2 => [3], [2]);
    goes_on!(flow! { <u32> -> skip_while(|x| *x < 2) }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> skip(1) }, 1, 2 => [2], [1]);
    goes_on!(flow! { <u32> -> take(2) }, 1, 2 => [2], [1]);
    goes_on!(flow! { <u32> -> enumerate() }, 1, 2 => [(1, 2)], [(1, 1)]);
    goes_on!(flow! { <u32> -> unique() }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> unique(by = |x| x % 2) }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> unique(by = |x| x % 2, capacity = 1) }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> dedup() }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> dedup(by = |x| x % 2) }, 1, 2 => [2], []);
    goes_on!(flow! { <u32> -> flat_map(|x| vec![x; 2]) -> partition(3) -> map(|b| b.len()) }, 1, 2 => [3, 1], [3, 1]);
    goes_on!(flow! { <u32> -> by_key(|x| x % 2) { partition(2) -> accumulate(0, |n, b| { *n += b.len(); *n }) } }, 1, 2 => [1, 1], [2]);
    goes_on!(flow! { <u32> -> by_key(|x| x % 2, capacity = 1) { partition(3) -> map(|b| b.to_vec()) } }, 1, 2 => [vec![1], vec![2]], [vec![1, 1]]);
    goes_on!(flow! { <u32> -> by_key(|x| x % 2) { by_key(|x| x % 3) { partition(3) } -> map(|b| b.to_vec()) } }, 1, 2 => [vec![1], vec![2]], [vec![1, 1]]);
    goes_on!(flow! { x = <u32>; e = x -> filter(|x| x % 2 == 0); zip(x, e) }, 1, 2 => [(1, 2)], []);
    goes_on!(flow! { x = <u32>; e = x -> filter(|x| x % 2 == 1); zip_latest(x, e) }, 1, 2 => [(2, 1)], [(1, 1)]);
    goes_on!(flow! { x = <u32>; e = x -> filter(|x| x % 2 == 1); combine_latest(x, e) }, 1, 2 => [(2, 1)], [(1, 1)]);
    goes_on!(flow! { zip(<u32>, from(7..)) }, 1, 2 => [(2, 8)], [(1, 8)]);
}

#[test]
fn large_pieces_are_copied() {
    let piece = flow! {
        <u32> -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x)
            -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> map(|x| x) -> partition(2)
            -> map(|b| b.len())
    };
    goes_on!(piece, 1, 2 => [2], [2]);
}

#[test]
fn a_piece_with_matches_errors_and_captures_is_copied() {
    let limit = Rc::new(Cell::new(5));
    let own = limit.clone();
    let piece = flow! {
        good = <&'static str> -> map(str::parse::<u32>)? else drop;
        good -> match { x if x > own.get() => map(|x| x * 2), x => map(|x| x), } -> partition(2) -> map(|b| b.to_vec())
    };
    goes_on!(piece, "3", "9" => [vec![3, 18]], [vec![3, 3]]);
    let failing =
        flow! { <&'static str> -> map(str::parse::<u32>)? -> partition(2) -> map(|b| b.len()) };
    let outcome: Result<Vec<usize>, Error> = flow! {
        from(["a 1", "b 2", "a 3"]) -> map(|line| line.split_once(' ').unwrap())
            -> by_key(|(key, _)| *key) { map(|(_, n)| n) -> via(failing)? } -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(outcome.unwrap(), [2, 1]);
}

#[test]
fn items_that_are_not_held_need_not_be_clone() {
    struct Token(u32);
    let piece = flow! { <Token> -> filter(|t| t.0 > 1) };
    let all = flow! { from(0..4) -> map(Token) -> by_key(|t| t.0) { via(piece) } -> map(|t| t.0) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [2, 3]);
}

#[test]
#[should_panic(expected = "in the midst of an item")]
fn a_piece_in_the_midst_of_an_item_is_not_cloned() {
    let mut piece = flow! { <u32> -> flat_map(|n| n..) };
    assert_eq!(piece.push(3).next(), Some(3));
    drop(piece.clone());
}

#[test]
#[should_panic(expected = "in the midst of an item")]
fn a_piece_with_something_left_in_it_is_not_cloned() {
    let mut piece = flow! { <u32> -> map(|n| n) };
    let _ = piece.push(3);
    drop(piece.clone());
}

#[test]
fn a_piece_that_has_given_all_is_cloned() {
    let mut piece = flow! { <u32> -> flat_map(|n| 0..n) };
    assert_eq!(piece.push(3).count(), 3);
    assert_eq!(piece.clone().push(2).count(), 2);
}

#[tokio::test]
async fn pieces_are_spawned() {
    async fn double(x: usize) -> usize {
        tokio::task::yield_now().await;
        x * 2
    }
    let all = flow! {
        from(0..5u64) -> via(flow! { <u64> -> partition(2) }) -> map(|b| b.len()) -> then(double) -> collect::<Vec<_>>()
    };
    assert_eq!(all.spawn().await.unwrap(), [4, 4, 2]);
    let all = flow! {
        from(0..3usize) -> via(flow! { <usize> -> flat_map(|n| vec![n; n]) -> by_key(|n| *n) { partition(2) } })
            -> map(|b| b.len()) -> then(double) -> collect::<Vec<_>>()
    };
    assert_eq!(all.spawn().await.unwrap(), [4, 2]);
}
