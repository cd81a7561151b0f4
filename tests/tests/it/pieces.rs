//! Pieces of flows, and the operators of users: `via`.

use std::{collections::HashMap, fmt::Display, hash::Hash, rc::Rc};

use flow_runtime::{Error, Operator, flow};

use crate::guard::{drive_in_time, in_time};

mod awaiting;
mod copied;
mod ending;
mod twins;

#[test]
fn a_piece_is_tested_by_hand() {
    let mut piece = flow! { <u32> -> filter(|x| x % 2 == 0) -> map(|x| x * 10) };
    assert_eq!(piece.push(1).next(), None);
    assert_eq!(piece.push(2).collect::<Vec<_>>(), [20]);
    assert_eq!(piece.push(4).next(), Some(40));
    assert_eq!(piece.finish().next(), None);
}

#[test]
fn a_piece_gives_several_for_one() {
    let mut piece = flow! { <usize> -> flat_map(|n| vec!['x'; n]) };
    assert_eq!(piece.push(3).count(), 3);
    assert_eq!(piece.push(0).count(), 0);
}

#[test]
fn a_piece_gives_what_it_holds_at_the_end() {
    let mut piece = flow! { <u32> -> partition(2) -> map(|b| b.to_vec()) };
    assert_eq!(piece.push(1).next(), None);
    assert_eq!(piece.push(2).next(), Some(vec![1, 2]));
    assert_eq!(piece.push(3).next(), None);
    assert_eq!(piece.finish().collect::<Vec<_>>(), [vec![3]]);
}

#[test]
fn a_piece_stands_in_a_flow() {
    let piece = flow! { <i32> -> filter(|x| *x > 0) -> map(|x| x * 2) };
    let all = flow! { from([-1, 1, 2]) -> via(piece) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, [2, 4]);
}

#[test]
fn what_a_piece_holds_is_flushed() {
    let piece = flow! { <u32> -> partition(2) -> map(|b| b.to_vec()) };
    let all = flow! { from(0..3) -> via(piece) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, [vec![0, 1], vec![2]]);
    let runs = flow! { <u32> -> group_by(|x| x / 10) };
    let all = flow! {
        from([1, 2, 13]) -> via(runs) -> map(|(key, run)| (key, run.len())) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [(0, 2), (1, 1)]);
}

#[test]
fn a_held_batch_goes_on_into_what_holds_behind_it() {
    let piece = flow! { <u32> -> partition(2) };
    let all = flow! {
        from(0..7) -> via(piece) -> map(|b| b.len()) -> partition(3) -> map(|b| b.to_vec()) -> collect::<Vec<_>>()
    }
    .run();
    assert_eq!(all, [vec![2, 2, 2], vec![1]]);
}

fn changes<T: Clone + PartialEq>() -> impl Operator<T, Out = T> {
    let mut last = None;
    flow! {
        <T> -> filter(move |x| {
            let changed = last.as_ref() != Some(x);
            last = Some(x.clone());
            changed
        })
    }
}

fn ranked<K: Hash + Eq + Clone + Display>(at_least: u32) -> impl Operator<K, Out = String> {
    flow! {
        <K>
            -> accumulate(HashMap::new(), |seen, key| {
                let count = seen.entry(key.clone()).or_insert(0u32);
                *count += 1;
                (key, *count)
            })
            -> filter(move |(_, count)| *count >= at_least)
            -> map(|(key, count)| format!("{key}:{count}"))
    }
}

fn chunked<T>(n: usize) -> impl Operator<T, Out = Vec<T>> {
    flow! { <T> -> partition(n) -> map(|b| b.into_iter().collect()) }
}

fn borrowed<'a>(prefix: &'a str) -> impl Operator<&'a str, Out = String> + 'a {
    flow! { <&'a str> -> map(move |x| format!("{prefix}{x}")) }
}

#[test]
fn functions_return_operators() {
    let all = flow! { from([1, 1, 2, 2, 1]) -> via(changes()) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [1, 2, 1]);
    let all = flow! { from(["a", "b", "a"]) -> via(ranked(2)) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), ["a:2"]);
    let all = flow! { from(0..5) -> via(chunked(2)) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), [vec![0, 1], vec![2, 3], vec![4]]);
    let prefix = String::from("> ");
    let all = flow! { from(["a", "b"]) -> via(borrowed(&prefix)) -> collect::<Vec<_>>() };
    assert_eq!(all.run(), ["> a", "> b"]);
}

#[test]
fn an_operator_is_pushed_by_hand() {
    let mut changes = changes();
    let mut push = |x| changes.push(x).into_iter().next();
    assert_eq!(
        (push('a'), push('a'), push('b')),
        (Some('a'), None, Some('b'))
    );
    let mut chunks = chunked(2);
    assert_eq!(chunks.push(1).into_iter().count(), 0);
    assert_eq!(chunks.finish().into_iter().next(), Some(vec![1]));
}

fn labelled<T, O>(inner: O, label: &'static str) -> impl Operator<T, Out = (&'static str, O::Out)>
where
    O: Operator<T>,
{
    flow! { <T> -> via(inner) -> map(move |x| (label, x)) }
}

#[test]
fn pieces_are_nested() {
    let inner = flow! { <u32> -> partition(2) -> map(|b| b.len()) };
    let outer = flow! { <u32> -> map(|x| x + 1) -> via(inner) -> map(|n| n * 100) };
    let all = flow! { from(0..3) -> via(outer) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, [200, 100]);
    let all = flow! { from(0..3) -> via(labelled(chunked(2), "x")) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, [("x", vec![0, 1]), ("x", vec![2])]);
}

#[test]
fn a_piece_may_branch_and_have_sinks() {
    let mut logged = Vec::new();
    {
        let piece = flow! {
            items = <u32>;
            items -> for_each(|x| logged.push(x));
            inc = items -> map(|x| x + 1);
            dec = items -> map(|x| x - 1);
            zip(inc, dec)
        };
        let all = flow! { from([5, 7]) -> via(piece) -> collect::<Vec<_>>() }.run();
        assert_eq!(all, [(6, 4), (8, 6)]);
    }
    assert_eq!(logged, [5, 7]);
}

#[test]
fn a_piece_may_match_and_go_round() {
    let collatz = flow! {
        steps = accumulate((), |_, (n, steps): (u64, u32)| (n, steps)) -> match {
            (1, steps) => map(|steps| steps),
            (n, steps) if n % 2 == 0 => map(|(n, steps)| (n / 2, steps + 1)) -> steps,
            (n, steps) => map(|(n, steps)| (3 * n + 1, steps + 1)) -> steps,
        };
        <u64> -> map(|n| (n, 0)) -> steps;
        steps
    };
    let all = in_time(|| flow! { from([1, 2, 3, 6]) -> via(collatz) -> collect::<Vec<_>>() }.run());
    assert_eq!(all, [0, 1, 7, 8]);
}

#[test]
fn a_piece_may_have_a_source_of_its_own() {
    let numbered = in_time(|| {
        let piece = flow! { zip(<char>, from(1..)) };
        flow! { from("abc".chars()) -> via(piece) -> collect::<Vec<_>>() }.run()
    });
    assert_eq!(numbered, [('a', 1), ('b', 2), ('c', 3)]);
}

fn parsed() -> impl Operator<&'static str, Out = Result<i32, Error>> {
    flow! { <&'static str> -> map(str::parse::<i32>)? -> map(|x| x * 2) }
}

#[test]
fn a_piece_that_may_fail_gives_results() {
    let mut piece = flow! { <&str> -> map(str::parse::<i32>)? -> map(|x| x * 2) };
    assert_eq!(piece.push("2").next().unwrap().unwrap(), 4);
    assert!(piece.push("x").next().unwrap().is_err());
    assert_eq!(piece.push("3").next().unwrap().unwrap(), 6);
    let outcome = flow! { from(["1", "2"]) -> via(parsed())? -> collect::<Vec<_>>() }.run();
    assert_eq!(outcome.unwrap(), [2, 4]);
    let outcome = flow! { from(["1", "x"]) -> via(parsed())? -> collect::<Vec<_>>() }.run();
    assert!(outcome.unwrap_err().is::<std::num::ParseIntError>());
    let (good, bad) = flow! {
        good = from(["1", "x", "3"]) -> via(parsed())? else bad -> sum::<i32>();
        bad = count();
        (good, bad)
    }
    .run();
    assert_eq!((good, bad), (8, 1));
}

#[derive(Debug, PartialEq)]
struct Odd(u32);

#[test]
fn a_piece_may_fail_with_the_users_error() {
    let even = |x: u32| {
        if x.is_multiple_of(2) {
            Ok(x)
        } else {
            Err(Odd(x))
        }
    };
    let mut piece =
        flow! { #![error = Odd] <u32> -> map(even)? -> partition(2) -> map(|b| b.len()) };
    assert_eq!(piece.push(2).next(), None);
    assert_eq!(piece.push(3).next(), Some(Err(Odd(3))));
    assert_eq!(piece.push(4).next(), Some(Ok(2)));
    let outcome = flow! { #![error = Odd] from([2, 5]) -> via(piece)? -> count() }.run();
    assert_eq!(outcome, Err(Odd(5)));
}

/// Gives running totals, and the grand total at the end.
struct Totals {
    total: u64,
}

impl Operator<u64> for Totals {
    type Out = String;

    fn push(&mut self, item: u64) -> impl IntoIterator<Item = String> {
        self.total += item;
        (item > 0).then(|| self.total.to_string())
    }

    fn finish(&mut self) -> impl IntoIterator<Item = String> {
        [format!("all: {}", self.total)]
    }
}

/// Takes items of several types.
struct Named;

impl Operator<u8> for Named {
    type Out = &'static str;

    fn push(&mut self, _: u8) -> impl IntoIterator<Item = &'static str> {
        ["u8"]
    }
}

impl Operator<char> for Named {
    type Out = &'static str;

    fn push(&mut self, _: char) -> impl IntoIterator<Item = &'static str> {
        vec!["char", "char"]
    }
}

#[test]
fn users_write_operators() {
    let all = flow! { from([1, 0, 4]) -> via(Totals { total: 0 }) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, ["1", "5", "all: 5"]);
    let all = flow! { union(from([1_u8]) -> via(Named), from(['x']) -> via(Named)) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, ["u8", "char", "char"]);
}

#[test]
fn an_operator_may_be_lent() {
    let mut totals = Totals { total: 0 };
    let count = flow! { from([1, 2]) -> via(&mut totals) -> count() }.run();
    assert_eq!(count, 3);
    assert_eq!(totals.total, 3);
    let mut piece = flow! { <u32> -> enumerate() };
    let first = flow! { from([7, 8]) -> via(&mut piece) -> collect::<Vec<_>>() }.run();
    let second = flow! { from([9]) -> via(&mut piece) -> collect::<Vec<_>>() }.run();
    assert_eq!((first, second), (vec![(0, 7), (1, 8)], vec![(2, 9)]));
}

#[test]
fn a_branch_lends_to_via() {
    let (strings, texts) = flow! {
        items = from(["a", "b"]) -> map(String::from);
        strings = items -> via(chunked(2)) -> collect::<Vec<_>>();
        texts = items -> collect::<Vec<_>>();
        (strings, texts)
    }
    .run();
    assert_eq!(strings, [texts]);
}

#[test]
fn a_piece_stands_in_an_open_flow() {
    let mut flow = flow! { <u32> -> via(chunked(2)) -> map(|b| b.len()) -> collect::<Vec<_>>() };
    (0..3).for_each(|x| flow.emit(x));
    assert_eq!(flow.finish(), [2, 1]);
}

#[test]
fn a_piece_stands_in_an_async_flow() {
    let all = drive_in_time(|| async {
        flow! {
            from(0..5)
                -> then(async |x| x, concurrency = 2)
                -> via(chunked(2))
                -> then(async |b: Vec<u32>| b.len())
                -> collect::<Vec<_>>()
        }
        .await
    });
    assert_eq!(all, [2, 2, 1]);
}

#[test]
fn a_piece_stands_in_an_async_open_flow() {
    let all = drive_in_time(|| async {
        let mut flow = flow! { <u32> -> via(chunked(2)) -> then(async |b: Vec<u32>| b.len()) -> collect::<Vec<_>>() };
        for x in 0..3 {
            flow.emit(x).await;
        }
        flow.finish().await
    });
    assert_eq!(all, [2, 1]);
}

#[test]
fn an_operator_stands_in_a_cycle() {
    let all = in_time(|| {
        let halves = flow! { <u32> -> filter(|x| x % 2 == 0) -> map(|x| x / 2) };
        flow! {
            numbers = inspect(|_| ());
            numbers -> via(halves) -> numbers;
            from([12, 5]) -> numbers;
            numbers -> take(10) -> collect::<Vec<_>>()
        }
        .run()
    });
    assert_eq!(all[..3], [12, 6, 3]);
    assert!(all.contains(&5));
}

#[test]
fn what_an_operator_in_a_cycle_holds_goes_round_again() {
    let all = in_time(|| {
        flow! {
            numbers = filter(|x: &u32| *x < 30);
            numbers -> via(chunked(2)) -> map(|b| b.into_iter().sum::<u32>() + 10) -> numbers;
            from([1, 2, 3]) -> numbers;
            numbers -> collect::<Vec<_>>()
        }
        .run()
    });
    // 1 and 2 make 13; 13 waits with 3: 26. What is left at the end goes on alone.
    assert_eq!(all, [1, 2, 13, 3, 26]);
}

#[test]
fn items_that_cannot_be_cloned_pass() {
    struct Token(Rc<()>);
    let alive = Rc::new(());
    let piece = flow! { <Token> -> filter(|_| true) };
    let count = flow! { from([Token(alive.clone()), Token(alive.clone())]) -> via(piece) -> map(|t| Rc::strong_count(&t.0)) -> count() };
    assert_eq!(count.run(), 2);
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_take_ends_in_the_middle_of_what_an_operator_gives() {
    let mut piece = flow! { <u32> -> flat_map(|n| 0..n) };
    let all = flow! { from([5, 5]) -> via(&mut piece) -> take(3) -> collect::<Vec<_>>() }.run();
    assert_eq!(all, [0, 1, 2]);
}

#[test]
fn a_piece_of_sendable_things_is_send() {
    fn assert_send<T: Send>(_: &T) {}
    let piece = flow! { <u32> -> partition(2) -> map(|b| b.len()) };
    assert_send(&piece);
}
