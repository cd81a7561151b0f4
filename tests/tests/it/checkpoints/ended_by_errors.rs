//! Errors in front of a branch that may end early, beside one that takes all: what failed, and
//! what was dropped for it, is not done with, wherever it is.

use std::fs;
use std::time::Duration;

use flow_runtime::{Offsets, flow};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Acks;
use crate::guard::within;

const MILLI: Duration = Duration::from_millis(1);
const NONE: [u32; 0] = [];

fn fail(n: u32) -> Result<u32, &'static str> {
    (n != 3).then_some(n).ok_or("three")
}

async fn fail_later(n: u32) -> Result<u32, &'static str> {
    fail(n)
}

fn fail_all(batch: &[u32]) -> Result<usize, &'static str> {
    batch.iter().copied().try_for_each(|n| fail(n).map(drop))?;
    Ok(batch.len())
}

/// Takes longer for every fourth item, and the first of all.
async fn slowly(n: u32) -> u32 {
    sleep(if n.is_multiple_of(4) { 50 } else { 0 } * MILLI).await;
    n
}

/// Writes the numbers to 7 that leave a chain to a file, beside a branch that takes all; an error
/// ends the input. Gives what was acknowledged.
macro_rules! acked_beside {
    ($($chain:tt)+) => {{
        let (acks, folder) = (Acks::default(), tempfile::tempdir().unwrap());
        let (before, behind) = (folder.path().join("before"), folder.path().join("behind"));
        let outcome = within(flow! {
            all = stream(acks.source(0..8), ack = true);
            all -> drain();
            all -> $($chain)+ -> write_lines(before, append = true)?;
        }.into_future()).await;
        assert!(outcome.is_err());
        let first = acks.get();
        let acks = Acks::default();
        let outcome = within(flow! {
            all = stream(acks.source(0..8), ack = true);
            all -> $($chain)+ -> write_lines(behind, append = true)?;
            all -> drain();
        }.into_future()).await;
        assert!(outcome.is_err());
        assert_eq!(acks.get(), first, "the order of the branches counts");
        first
    }};
}

#[tokio::test]
async fn what_fails_in_the_chain_of_a_key_that_awaits_is_not_done_with() {
    let before = [0, 1, 2];
    assert_eq!(acked_beside!(by_key(|n| *n) { then(fail_later)? }), before);
    assert_eq!(acked_beside!(by_key(|_| 0) { then(fail_later)? }), before);
    assert_eq!(
        acked_beside!(by_key(|n| *n) { then(async |n| n) -> map(fail)? }),
        before
    );
    assert_eq!(
        acked_beside!(by_key(|n| *n) { then(fail_later, concurrency = 2)? }),
        before
    );
    assert_eq!(
        acked_beside!(by_key(|n| *n) { then(async |n| n) -> flat_map(|n| [n + 8, n, n]) -> map(fail)? }),
        before
    );
    // It leaves two chains, one within the other.
    assert_eq!(
        acked_beside!(by_key(|n| *n) { by_key(|n| *n) { then(fail_later)? } -> map(|n| n) }),
        before
    );
    // Its batch fails with it, and leaves at the end.
    assert_eq!(
        acked_beside!(by_key(|n| n % 2) { then(async |n| n) -> partition(2) -> map(|batch| fail_all(&batch))? }),
        [0]
    );
    assert_eq!(
        acked_beside!(by_key(|n| n / 2) { then(async |n| n) -> partition(9) -> map(|batch| fail_all(&batch))? }),
        [0, 1]
    );
    assert_eq!(
        acked_beside!(by_key(|n| *n) { then(fail_later)? } -> buffer(1)),
        before
    );
}

#[tokio::test]
async fn what_fails_on_a_worker_is_not_done_with() {
    let before = [0, 1, 2];
    assert_eq!(acked_beside!(scatter(1) -> map(fail)? -> gather()), before);
    assert_eq!(
        acked_beside!(scatter(2, by = |n| *n) -> map(fail)? -> gather()),
        before
    );
    assert_eq!(
        acked_beside!(scatter(2) -> by_key(|n| *n) { map(fail)? } -> gather(ordered = true)),
        before
    );
    assert_eq!(
        acked_beside!(scatter(1) -> flat_map(|n| [n, n + 8]) -> map(fail)? -> gather()),
        before
    );
    assert_eq!(
        acked_beside!(scatter(1) -> partition(2) -> map(|batch| fail_all(&batch))? -> gather()),
        [0, 1]
    );
    assert_eq!(
        acked_beside!(scatter(1) -> partition(9) -> map(|batch| fail_all(&batch))? -> gather()),
        NONE
    );
}

#[tokio::test]
async fn a_batch_that_fails_in_a_chain_within_is_not_done_with() {
    // The batch is that of 1 and 3.
    assert_eq!(
        acked_beside!(scatter(1) -> by_key(|n| n % 2) { partition(2) -> map(|batch| fail_all(&batch))? } -> gather()),
        [0]
    );
    assert_eq!(
        acked_beside!(scatter(1) -> by_key(|_| 0) { by_key(|n| n % 2) { partition(2) -> map(|batch| fail_all(&batch))? } } -> gather()),
        [0]
    );
    assert_eq!(
        acked_beside!(by_key(|_| 0) { then(async |n| n) -> by_key(|n| n % 2) { partition(2) -> map(|batch| fail_all(&batch))? } }),
        [0]
    );
}

#[tokio::test]
async fn what_fails_in_other_cuts_is_not_done_with() {
    let before = [0, 1, 2];
    assert_eq!(acked_beside!(then(fail_later, concurrency = 8)?), before);
    assert_eq!(
        acked_beside!(then(fail_later, concurrency = 8, ordered = false)?),
        before
    );
    assert_eq!(acked_beside!(buffer(8) -> map(fail)?), before);
    assert_eq!(acked_beside!(delay(MILLI) -> then(fail_later)?), before);
}

#[tokio::test]
async fn what_a_canceled_flow_drops_is_not_done_with() {
    let (acks, folder) = (Acks::default(), tempfile::tempdir().unwrap());
    let out = folder.path().join("out");
    let flow = flow! {
        #![on_error = cancel]
        all = stream(acks.source(0..8), ack = true);
        all -> drain();
        all -> by_key(|n| *n) { then(slowly) -> then(fail_later)? } -> write_lines(&out, append = true)?;
    };
    assert!(within(flow.into_future()).await.is_err());
    assert_eq!(acks.get(), NONE);
}

#[tokio::test]
async fn errors_that_go_elsewhere_are_done_with() {
    let (acks, folder) = (Acks::default(), tempfile::tempdir().unwrap());
    let (out, mut failed) = (folder.path().join("out"), 0);
    let flow = flow! {
        all = stream(acks.source(0..8), ack = true);
        all -> drain();
        all -> by_key(|n| *n) { then(fail_later)? else failing } -> write_lines(&out, append = true)?;
        failing = for_each(|_| failed += 1);
    };
    within(flow.into_future()).await.unwrap();
    assert_eq!((acks.get(), failed), ((0..8).collect(), 1));
}

#[tokio::test]
async fn a_line_that_failed_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let [text, log, out] = ["text", "log", "out"].map(|name| folder.path().join(name));
    fs::write(&text, "0\n1\n2\n3\n4\n5\n").unwrap();
    for (allowed, read) in [(2, "0 1 2 4 5"), (2, "4 5"), (3, "3 4 5")] {
        fs::write(&out, "").unwrap();
        let fail = async |n: u32| (n != 3 || allowed == 3).then_some(n).ok_or("three");
        let offsets = Offsets::open(&log).unwrap();
        let flow = flow! {
            all = lines(&text, resume = &offsets)? -> map(|line: String| line.parse::<u32>())?;
            all -> drain();
            all -> by_key(|n| *n) { then(fail)? } -> write_lines(&out, append = true)?;
        };
        assert_eq!(within(flow.into_future()).await.is_ok(), allowed == 3);
        let written = fs::read_to_string(&out).unwrap();
        assert_eq!(
            written.split_whitespace().collect::<Vec<_>>().join(" "),
            read
        );
    }
}

/// Sends to a receiver that is gone what leaves a chain, beside a branch that takes all.
macro_rules! acked_unsent {
    ($($chain:tt)+) => {{
        let acks = Acks::default();
        let (tx, rx) = mpsc::channel::<u32>(1);
        drop(rx);
        let flow = flow! {
            all = stream(acks.source(0..8), ack = true);
            all -> drain();
            all -> $($chain)+ -> send(tx)?;
        };
        assert!(within(flow.into_future()).await.is_err());
        acks.get()
    }};
}

#[tokio::test(start_paused = true)]
async fn what_was_for_a_sink_that_failed_is_not_done_with() {
    // The first is still in the cut when the sink fails.
    assert_eq!(
        acked_unsent!(then(slowly, concurrency = 8, ordered = false)),
        NONE
    );
    assert_eq!(acked_unsent!(by_key(|n| *n) { then(slowly) }), NONE);
    assert_eq!(
        acked_unsent!(then(slowly, concurrency = 8, ordered = false) -> delay(MILLI)),
        NONE
    );
}
