//! An error of one of several items that were made of one is none of the others': they go
//! through before the flow ends. What says that it has no end is left.

use flow_runtime::{Error, Operator, flow};
use futures::StreamExt;

use crate::guard::within;

/// Refuses the number 3, and those that end in 8.
fn check(n: u32) -> Result<u32, String> {
    match n == 3 || n % 10 == 8 {
        true => Err(format!("{n} is bad")),
        false => Ok(n),
    }
}

async fn check_later(n: u32) -> Result<u32, String> {
    check(n)
}

/// Runs a flow of numbers: gives those that came, and how many errors it has told.
macro_rules! came {
    ($($flow:tt)*) => {{
        let mut came = Vec::new();
        let outcome: Result<(), Error> = flow! { $($flow)* -> for_each(|n| came.push(n)); }.run();
        (came, told(&outcome.unwrap_err()))
    }};
}

/// As [`came`], of a flow that awaits.
macro_rules! came_later {
    ($($flow:tt)*) => {{
        let mut came = Vec::new();
        let flow = flow! { $($flow)* -> for_each(|n| came.push(n)); };
        let outcome: Result<(), Error> = within(flow.run()).await;
        came.sort();
        (came, told(&outcome.unwrap_err()))
    }};
}

/// Counts an error, and those behind it.
fn told(error: &Error) -> usize {
    1 + error.others().len()
}

/// The numbers of the first batch, of six or of ten, that do not fail.
const OF_SIX: [u32; 5] = [0, 1, 2, 4, 5];
const OF_TEN: [u32; 8] = [0, 1, 2, 4, 5, 6, 7, 9];

#[test]
fn what_one_item_gave_goes_through() {
    let of_six = (OF_SIX.to_vec(), 1);
    assert_eq!(
        came!(from(0..20) -> partition(6) -> flatten() -> map(check)?),
        of_six
    );
    assert_eq!(
        came!(from(0..2) -> flat_map(|n| n * 10..n * 10 + 6) -> map(check)?),
        of_six
    );
    // The error is of the items themselves, or several operators behind.
    assert_eq!(
        came!(from([0; 2]) -> flat_map(|_| (0..6).map(check))?),
        of_six
    );
    assert_eq!(
        came!(from([0; 2]) -> flat_map(|_| 0..6) -> filter(|_| true) -> map(check)?),
        of_six
    );
    // All of one item, also if more of it fail.
    assert_eq!(
        came!(from(0..20) -> partition(10) -> flatten() -> map(check)?),
        (OF_TEN.to_vec(), 2)
    );
}

#[test]
fn what_several_gave_within_each_other_goes_through() {
    let inner =
        came!(from([0; 2]) -> flat_map(|_| 0..2) -> flat_map(|n| [n, 3, n + 10]) -> map(check)?);
    assert_eq!(inner, (vec![0, 10, 1, 11], 2));
    let outer = came!(from([0; 2]) -> flat_map(|_| 0..4) -> map(check)? -> flat_map(|n| [n, n]));
    assert_eq!(outer, (vec![0, 0, 1, 1, 2, 2], 1));
}

#[test]
fn what_has_no_end_is_left() {
    let begun = (vec![0, 1, 2], 1);
    assert_eq!(
        came!(from([0; 2]) -> flat_map(|_| 0..) -> map(check)?),
        begun
    );
    // The rest of what one of them gave goes through.
    let within = came!(from([0; 2]) -> flat_map(|_| 0..) -> flat_map(|n| [n, 3, n]) -> map(check)?);
    assert_eq!(within, (vec![0, 0], 1));
    assert_eq!(
        came!(from([0; 2]) -> by_key(|n| *n) { flat_map(|_| 0..) } -> map(check)?),
        begun
    );
    assert_eq!(
        came!(from([0; 2]) -> by_key(|n| *n) { flat_map(|_| 0..) -> map(check)? }),
        begun
    );
    assert_eq!(
        came!(#![observe] from([0; 2]) -> flat_map(|_| 0..) -> map(check)?),
        begun
    );
}

#[tokio::test]
async fn what_awaits_goes_through() {
    let of_six = (OF_SIX.to_vec(), 1);
    let then = came_later!(from(0..20) -> partition(6) -> flatten() -> then(check_later)?);
    assert_eq!(then, of_six);
    let jobs = came_later!(from(0..20) -> partition(6) -> flatten() -> then(check_later, concurrency = 2)?);
    assert_eq!(jobs, of_six);
    let endless = came_later!(from([0; 2]) -> flat_map(|_| 0..) -> then(check_later)?);
    assert_eq!(endless, (vec![0, 1, 2], 1));
    let nested = came_later!(from([0; 2]) -> flat_map(|_| 0..) -> flat_map(|n| [n, 3, n]) -> then(check_later)?);
    assert_eq!(nested, (vec![0, 0], 1));
}

#[tokio::test]
async fn in_chains_too() {
    let of_six = (OF_SIX.to_vec(), 1);
    let key =
        came!(from(0..20) -> partition(6) -> by_key(|batch| batch[0]) { flatten() -> map(check)? });
    assert_eq!(key, of_six);
    let behind =
        came!(from(0..20) -> partition(6) -> by_key(|batch| batch[0]) { flatten() } -> map(check)?);
    assert_eq!(behind, of_six);
    let recent = came!(from(0..20) -> partition(6) -> by_key(|batch| batch[0], capacity = 1) { flatten() } -> map(check)?);
    assert_eq!(recent, of_six);
    let keys = came!(from(0..20) -> partition(6) -> by_key(|batch| batch[0]) { by_key(|batch| batch[1]) { flatten() -> map(check)? } });
    assert_eq!(keys, of_six);
    let waits = came_later!(from(0..6) -> partition(6) -> map(|batch| batch.to_vec()) -> by_key(|batch| batch[0]) { flatten() -> then(check_later)? });
    assert_eq!(waits, of_six);
    let workers = came_later!(from(0..6) -> partition(6) -> map(|batch| batch.to_vec()) -> scatter(2) -> flatten() -> map(check)? -> gather());
    assert_eq!(workers, of_six);
    let piece = came!(from(0..6) -> partition(6) -> map(|batch| batch.to_vec()) -> via(flow! { <Vec<u32>> -> flatten() -> map(check)? })?);
    assert_eq!(piece, of_six);
}

/// Gives six numbers for one.
struct Six;

impl Operator<u32> for Six {
    type Out = u32;

    fn push(&mut self, n: u32) -> impl IntoIterator<Item = u32> {
        n * 10..n * 10 + 6
    }
}

#[test]
fn what_an_operator_of_ones_own_gave_goes_through() {
    assert_eq!(
        came!(from(0..2) -> via(Six) -> map(check)?),
        (OF_SIX.to_vec(), 1)
    );
}

#[test]
fn beside_other_branches_and_sources() {
    let branches = came! {
        six = from(0..20) -> partition(6) -> flatten();
        union(six -> map(|n| n + 100), six -> map(check)?)
    };
    // The branches of the item that failed never met.
    assert_eq!(branches.0.iter().filter(|n| **n < 100).count(), 5);
    assert_eq!(branches.0.iter().filter(|n| **n >= 100).count(), 5);
    let sources = came! {
        union(from(0..20) -> partition(6) -> flatten() -> map(check)?, from(100..120))
    };
    assert_eq!(sources.0.iter().filter(|n| **n < 100).count(), 5);
    let fans_in = came! {
        merge_keyed(from(0..20) -> partition(6) -> flatten() -> map(check)? -> map(|n| (n, 'a')), from([(7, 'b')]))? -> map(|(n, _)| n)
    };
    assert_eq!(fans_in.0, [0, 1, 2, 4, 5, 7]);
}

#[tokio::test]
async fn iterators_and_streams_give_the_error_last() {
    let given: Vec<_> = flow! { from(0..20) -> partition(6) -> flatten() -> map(check)? }.collect();
    assert_eq!(given.iter().flatten().copied().collect::<Vec<_>>(), OF_SIX);
    assert!(given.last().is_some_and(Result::is_err));
    let stream = flow! { from(0..20) -> partition(6) -> flatten() -> then(check_later)? };
    let given: Vec<_> = within(stream.collect()).await;
    assert_eq!(given.iter().flatten().copied().collect::<Vec<_>>(), OF_SIX);
    assert!(given.last().is_some_and(Result::is_err));
}

#[test]
fn a_flow_that_is_emitted_into_goes_on() {
    let mut came = Vec::new();
    let mut flow =
        flow! { <u32> -> flat_map(|n| n..n + 6) -> map(check)? -> for_each(|n| came.push(n)); };
    assert_eq!(told(&flow.emit(0).unwrap_err()), 1);
    flow.emit(10).unwrap();
    flow.finish().unwrap();
    assert_eq!(came, [0, 1, 2, 4, 5, 10, 11, 12, 13, 14, 15]);
}
