//! The numbers of the rows of a key: each is asked for until it is there, and no other.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use flow_runtime::jsonl::{self, OnError, Report, Rows};
use flow_runtime::{BoxError, Error, ErrorKind, flow};
use serde_json::{Value, json};

use super::{Calls, Files};

/// The number of rows that a key is to have.
const N: usize = 4;

/// Makes the rows of some keys, but for those that fail, the last ones first.
async fn run(
    files: &Files,
    calls: &Calls<(u32, usize)>,
    keys: impl IntoIterator<Item = u32>,
    fails: impl Fn(u32, usize) -> bool,
) -> Result<Report, Error> {
    let make = async |key: u32, number: usize| -> Result<Value, BoxError> {
        calls.note((key, number));
        tokio::time::sleep(Duration::from_millis(10 * (N - number) as u64)).await;
        if fails(key, number) {
            return Err("it fails".into());
        }
        Ok(json!({"key": key, "number": number}))
    };
    let job = jsonl::create_or_resume(&files.dst, "key", N, keys, make);
    job.concurrency(8).on_error(OnError::Print).await
}

/// The numbers that are in the file, each once.
fn numbers(files: &Files) -> Vec<(u64, u64)> {
    let rows = files.rows();
    let number = |row: &Value, name: &str| row[name].as_u64().unwrap();
    let mut all: Vec<_> = rows
        .iter()
        .map(|row| (number(row, "key"), number(row, "number")))
        .collect();
    all.sort_unstable();
    assert_eq!(BTreeSet::from_iter(all.clone()).len(), all.len(), "{all:?}");
    all
}

fn beside(files: &Files) -> PathBuf {
    files.dst.with_extension("jsonl.numbers")
}

#[tokio::test(start_paused = true)]
async fn a_row_that_fails_is_the_one_that_is_asked_for_again() {
    for failing in 0..N {
        let (files, calls) = (Files::new("", ""), Calls::new());
        let report = run(&files, &calls, [7], |_, number| number == failing).await;
        let report = report.unwrap();
        assert_eq!((report.written, report.failed), (N - 1, 1));
        calls.take();
        // Again and again, also when the file is opened for something else meanwhile.
        for _ in 0..2 {
            drop(Rows::open(&files.dst, "key").unwrap());
            let report = run(&files, &calls, [7], |_, number| number == failing).await;
            assert_eq!(report.unwrap().failed, 1);
            assert_eq!(calls.take(), [(7, failing)]);
        }
        let report = run(&files, &calls, [7], |_, _| false).await.unwrap();
        assert_eq!((report.written, report.extant), (1, N - 1));
        assert_eq!(calls.take(), [(7, failing)]);
        assert_eq!(numbers(&files), [(7, 0), (7, 1), (7, 2), (7, 3)]);
        // Nothing has to be said any more.
        assert!(!beside(&files).exists());
        let bytes = files.bytes();
        run(&files, &calls, [7], |_, _| false).await.unwrap();
        assert!(calls.take().is_empty());
        assert_eq!(files.bytes(), bytes);
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_each_row_is_there_once_in_the_end() {
    let (files, calls, round) = (Files::new("", ""), Calls::new(), Cell::new(0));
    let mut done = 0;
    while done < 5 * N {
        let fails =
            |key, number: usize| !(key as usize * 7 + number * 5 + round.get()).is_multiple_of(3);
        let report = run(&files, &calls, 0..5, fails).await.unwrap();
        let there = numbers(&files);
        done = there.len();
        assert_eq!(report.written + report.extant, done);
        round.set(round.get() + 1);
    }
    assert!(!beside(&files).exists());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_leaves_what_is_known() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    for millis in [15, 25, 15, 25, 35] {
        let limit = Duration::from_millis(millis);
        let dropped = run(&files, &calls, 0..3, |_, number| number == 2);
        let _ = tokio::time::timeout(limit, dropped).await;
        numbers(&files);
    }
    run(&files, &calls, 0..3, |_, _| false).await.unwrap();
    assert_eq!(numbers(&files).len(), 3 * N);
}

#[tokio::test(start_paused = true)]
async fn missing_rows_have_the_numbers_that_are_missing() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    run(&files, &calls, [7], |_, number| number < 2)
        .await
        .unwrap();
    let rows = Rows::open(&files.dst, "key").unwrap();
    let missing = |n| rows.missing([7, 8], n).collect::<Vec<_>>();
    assert_eq!(missing(2), [(8, 0), (8, 1)], "two are there");
    assert_eq!(missing(3), [(7, 0), (8, 0), (8, 1), (8, 2)]);
    assert_eq!(missing(4)[..2], [(7, 0), (7, 1)]);
    // Rows that are appended do not say which they are: each is the first that is missing.
    flow! { from([json!({"key": 7})]) -> append(&rows)? -> drain() }
        .run()
        .await
        .unwrap();
    assert_eq!(missing(4)[0], (7, 1));
}

#[tokio::test(start_paused = true)]
async fn what_a_crash_leaves_beside_the_rows_is_put_right() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    run(&files, &calls, [7], |_, number| number == 0)
        .await
        .unwrap();
    let said = fs::read_to_string(beside(&files)).unwrap();
    // Of a row that did not come, and a line that is torn.
    let torn = format!("{said}{{\"key\":7,\"row\":3,\"number\":9}}\n{{\"key\":7,\"ro");
    fs::write(beside(&files), torn).unwrap();
    drop(Rows::open(&files.dst, "key").unwrap());
    assert_eq!(fs::read_to_string(beside(&files)).unwrap(), said);
    calls.take();
    run(&files, &calls, [7], |_, _| false).await.unwrap();
    assert_eq!(calls.take(), [(7, 0)]);

    // Another file is left alone.
    fs::write(beside(&files), "other\n").unwrap();
    let bytes = files.bytes();
    let error = run(&files, &calls, [7], |_, _| false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(files.bytes(), bytes);
}

#[tokio::test(start_paused = true)]
async fn without_what_is_said_the_rows_of_a_key_are_its_first_ones() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    run(&files, &calls, [7], |_, number| number == 0)
        .await
        .unwrap();
    fs::remove_file(beside(&files)).unwrap();
    calls.take();
    let report = run(&files, &calls, [7], |_, _| false).await.unwrap();
    assert_eq!((report.written, calls.take()), (1, vec![(7, 3)]));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_begins_anew_has_no_numbers_of_the_old_one() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    run(&files, &calls, [7], |_, number| number == 0)
        .await
        .unwrap();
    fs::remove_file(&files.dst).unwrap();
    calls.take();
    run(&files, &calls, [7], |_, _| false).await.unwrap();
    assert_eq!(calls.take().len(), N);
    assert_eq!(numbers(&files).len(), N);
}
