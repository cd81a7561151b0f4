//! The end of flows that the program drives, and of pieces.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use flow_runtime::flow;
use tokio::time::{sleep, timeout};

use super::ended;

async fn slow(x: u64) -> u64 {
    sleep(Duration::from_secs(9)).await;
    x
}

fn fails(x: u64) -> u64 {
    assert_ne!(x, 3, "unlucky");
    x
}

/// Runs a step that panics.
fn panics<T>(step: impl FnOnce() -> T) {
    assert!(catch_unwind(AssertUnwindSafe(step)).is_err());
}

#[test]
fn a_panic_that_is_caught_is_the_end() {
    let mut flow = flow! { #![observe] from(0..9_u64) -> map(fails) };
    let watch = flow.watch();
    panics(|| while flow.next().is_some() {});
    assert_eq!(ended(&watch), "panic");
    drop(flow);
    assert_eq!(ended(&watch), "panic");

    let mut flow = flow! { #![observe] from([[2, 3]]) -> flatten() -> map(fails) };
    let watch = flow.watch();
    panics(|| while flow.next().is_some() {});
    assert_eq!(ended(&watch), "panic");

    let mut flow = flow! { #![observe] <u64> -> map(fails) -> count() };
    let watch = flow.watch();
    flow.emit(2);
    assert_eq!(ended(&watch), "");
    panics(|| flow.emit(3));
    assert_eq!(ended(&watch), "panic");

    let mut flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        union(left, right) -> map(|x| if x > 9 { Err("nine") } else { Ok(fails(x)) })? -> count()
    };
    let watch = flow.watch();
    flow.emit_left(2).unwrap();
    panics(|| flow.emit_right(3));
    assert_eq!(ended(&watch), "panic");
}

#[test]
fn an_error_is_no_panic() {
    let odd = |x: u64| if x == 3 { Err("three") } else { Ok(x) };
    let mut flow = flow! { #![observe] from(0..9) -> map(odd)? };
    let watch = flow.watch();
    assert_eq!(flow.by_ref().count(), 4);
    assert!(ended(&watch).starts_with("error: "));
}

#[tokio::test(start_paused = true)]
async fn a_piece_that_is_dropped_was_cancelled() {
    let piece = flow! { #![observe] <u64> -> then(slow, concurrency = 2) };
    let watch = piece.watch();
    let flow = flow! { from(0..9) -> via_async(piece) -> drain(); };
    assert!(
        timeout(Duration::from_millis(30), flow.run())
            .await
            .is_err()
    );
    assert_eq!(ended(&watch), "cancelled");

    let piece = flow! { #![observe] <u64> -> then(slow) };
    let watch = piece.watch();
    drop(piece);
    assert_eq!(ended(&watch), "cancelled");

    let piece = flow! { #![observe] <u64> -> map(|x| x) };
    let watch = piece.watch();
    drop(piece);
    assert_eq!(ended(&watch), "cancelled");

    let piece = flow! { #![observe] <u64> -> map(|x| x) };
    let watch = piece.watch();
    let mut flow = flow! { from(0..9_u64) -> via(piece) };
    flow.next();
    assert_eq!(ended(&watch), "");
    drop(flow);
    assert_eq!(ended(&watch), "cancelled");
}

#[tokio::test(start_paused = true)]
async fn a_piece_whose_input_has_ended_is_done() {
    let piece = flow! { #![observe] <u64> -> partition(2) -> map(|pair| pair.len()) };
    let (watch, other) = (piece.watch(), piece.clone());
    assert_eq!(flow! { from(0..9_u64) -> via(piece) -> count() }.run(), 5);
    assert_eq!(ended(&watch), "");
    assert_eq!(flow! { from(0..9_u64) -> via(other) -> count() }.run(), 5);
    assert_eq!(ended(&watch), "done");

    let piece = flow! { #![observe] <u64> -> map(|x| x) };
    let watch = piece.watch();
    assert_eq!(
        flow! { from(0..9_u64) -> by_key(|x| x % 2) { via(piece) } -> count() }.run(),
        9
    );
    assert_eq!(ended(&watch), "done");

    let piece = flow! { #![observe] <u64> -> flat_map(|x| [x, x]) };
    let watch = piece.watch();
    let flow = flow! { from(0..9_u64) -> scatter(2) -> via(piece) -> gather() -> count() };
    assert_eq!((flow.run().await, ended(&watch)), (18, "done".into()));

    let piece = flow! { #![observe] <u64> -> then(slow, concurrency = 2) };
    let watch = piece.watch();
    let flow = flow! { from(0..9) -> by_key(|x| x % 2) { via_async(piece) } -> count() };
    assert_eq!((flow.run().await, ended(&watch)), (9, "done".into()));

    let piece = flow! { #![observe] <u64> -> map(|x| x) };
    let watch = piece.watch();
    assert_eq!(
        flow! { from(0..9_u64) -> take(3) -> via(piece) -> count() }.run(),
        3
    );
    assert_eq!(ended(&watch), "done");
}
