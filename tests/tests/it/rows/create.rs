//! `create_or_resume`.

use std::fs;

use flow_runtime::jsonl::{self, OnError, Rows};
use flow_runtime::{BoxError, ErrorKind, flow};
use serde_json::{Value, json};

use super::{Calls, Files};

type Made = Result<Value, BoxError>;

#[tokio::test]
async fn a_new_file_has_each_row_of_each_key() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    let make = async |key: &'static str, number| -> Made {
        calls.note((key, number));
        Ok(json!({"key": key, "number": number}))
    };
    let keys = ["a", "b", "c"];
    let report = jsonl::create_or_resume(&files.dst, "key", 2, keys, make)
        .await
        .unwrap();
    assert_eq!((report.written, report.extant, report.failed), (6, 0, 0));
    let asked = [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("c", 0), ("c", 1)];
    assert_eq!(calls.take(), asked);
    let rows: Vec<_> = asked
        .map(|(key, number)| json!({"key": key, "number": number}))
        .into();
    assert_eq!(files.rows(), rows);

    let before = files.bytes();
    let report = jsonl::create_or_resume(&files.dst, "key", 2, keys, make)
        .await
        .unwrap();
    assert_eq!((report.written, report.extant, report.failed), (0, 6, 0));
    assert_eq!(calls.take(), []);
    assert_eq!(files.bytes(), before);
}

#[tokio::test]
async fn only_what_is_missing_is_asked_for() {
    let held = "{\"key\":\"a\"}\n{\"key\":\"a\"}\n{\"key\":\"b\"}\n";
    let (files, calls) = (Files::new("", held), Calls::new());
    let make = async |key: &'static str, number| -> Made {
        calls.note((key, number));
        Ok(json!({"key": key}))
    };
    // A key that is listed twice counts once.
    let keys = ["a", "b", "a", "c", "c"];
    let report = jsonl::create_or_resume(&files.dst, "key", 2, keys, make)
        .await
        .unwrap();
    assert_eq!((report.written, report.extant), (3, 3));
    assert_eq!(calls.take(), [("b", 1), ("c", 0), ("c", 1)]);
    assert!(fs::read_to_string(&files.dst).unwrap().starts_with(held));
}

#[tokio::test]
async fn a_foreign_key_is_an_error_or_stays() {
    let held = "{\"key\":\"z\"}\n";
    let (files, calls) = (Files::new("", held), Calls::new());
    let make = async |key: &'static str, _| -> Made {
        calls.note(key);
        Ok(json!({"key": key}))
    };
    let keys = ["a", "b", "c"];
    let error = jsonl::create_or_resume(&files.dst, "key", 1, keys, make)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Key);
    assert!(
        text.contains("dst.jsonl`, line 1") && text.contains("\"z\""),
        "{text}"
    );
    assert!(calls.take().is_empty());
    assert_eq!(fs::read_to_string(&files.dst).unwrap(), held);

    let job = jsonl::create_or_resume(&files.dst, "key", 1, keys, make);
    let report = job.on_error(OnError::Print).await.unwrap();
    assert_eq!((report.written, report.failed), (3, 0));
    let rows = ["z", "a", "b", "c"].map(|key| json!({"key": key}));
    assert_eq!(files.rows(), rows);
}

#[tokio::test]
async fn more_rows_than_are_wanted_are_an_error() {
    let held = "{\"key\":1}\n{\"key\":1}\n";
    let files = Files::new("", held);
    let make = async |key: u32, _| -> Made { Ok(json!({"key": key})) };
    let error = jsonl::create_or_resume(&files.dst, "key", 1, [1], make)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
    let job = jsonl::create_or_resume(&files.dst, "key", 1, [1, 2], make);
    assert_eq!(job.on_error(OnError::Print).await.unwrap().written, 1);
}

#[tokio::test]
async fn a_failed_row_is_made_by_the_next_run() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    let fails = std::cell::Cell::new(true);
    let make = async |key: u32, number: usize| -> Made {
        calls.note((key, number));
        if key == 2 && fails.get() {
            return Err("two".into());
        }
        Ok(json!({"key": key}))
    };
    let error = jsonl::create_or_resume(&files.dst, "key", 1, 1..=4, make)
        .concurrency(8)
        .await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("key 2"), "{error}");
    assert!(format!("{error:#}").contains("two"), "{error:#}");
    // What ran beside it was finished and written.
    let asked = calls.take();
    assert_eq!(files.rows().len(), asked.len() - 1);

    let job = jsonl::create_or_resume(&files.dst, "key", 1, 1..=4, make);
    let report = job.on_error(OnError::Print).await.unwrap();
    assert_eq!(report.failed, 1);
    assert_eq!(report.written + report.extant, 3);
    fails.set(false);
    calls.take();
    let report = jsonl::create_or_resume(&files.dst, "key", 1, 1..=4, make)
        .await
        .unwrap();
    assert_eq!((report.written, report.extant, report.failed), (1, 3, 0));
    assert_eq!(calls.take(), [(2, 0)]);
}

#[tokio::test]
async fn numbers_are_no_strings() {
    let files = Files::new("", "{\"key\":\"1\"}\n");
    let make = async |key: Value, _| -> Made { Ok(json!({"made": key.clone(), "key": key})) };
    let keys = [json!(1), json!("1")];
    let report = jsonl::create_or_resume(&files.dst, "key", 1, keys, make)
        .await
        .unwrap();
    assert_eq!((report.written, report.extant), (1, 1));
    assert_eq!(files.rows()[1], json!({"key": 1, "made": 1}));
}

#[tokio::test]
async fn a_row_has_the_key_it_was_made_for() {
    let files = Files::new("", "");
    let without = async |_: u32, _| -> Made { Ok(json!({"x": 1})) };
    jsonl::create_or_resume(&files.dst, "key", 1, [7], without)
        .await
        .unwrap();
    assert_eq!(
        fs::read_to_string(&files.dst).unwrap(),
        "{\"key\":7,\"x\":1}\n"
    );

    let other = async |_: u32, _| -> Made { Ok(json!({"key": 9})) };
    let error = jsonl::create_or_resume(&files.dst, "key", 1, [7, 8], other)
        .await
        .unwrap_err();
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Key);
    assert!(text.contains('8') && text.contains('9'), "{text}");
    let scalar = async |_: u32, _| -> Made { Ok(json!(5)) };
    let job = jsonl::create_or_resume(&files.dst, "key", 1, [7, 8], scalar);
    assert_eq!(job.on_error(OnError::Print).await.unwrap().failed, 1);
    assert_eq!(files.rows().len(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_an_error() {
    let files = Files::new("", "");
    let make = async |_: f64, _| -> Made { Ok(json!({})) };
    let error = jsonl::create_or_resume(&files.dst, "key", 1, [0.5], make)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Key);
}

#[tokio::test(start_paused = true)]
async fn a_slow_first_key_holds_up_no_row() {
    let files = Files::new("", "");
    let make = async |key: u64, _| -> Made {
        let wait = if key == 0 { 1000 } else { key };
        tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
        Ok(json!({"key": key}))
    };
    jsonl::create_or_resume(&files.dst, "key", 1, 0..4_u64, make)
        .concurrency(4)
        .await
        .unwrap();
    let keys: Vec<_> = files
        .rows()
        .iter()
        .map(|row| row["key"].as_u64().unwrap())
        .collect();
    assert_eq!(keys[3], 0, "{keys:?}");
}

#[tokio::test]
async fn keys_are_taken_as_there_is_room() {
    let (files, taken) = (Files::new("", ""), Calls::new());
    let keys = (0..u64::MAX).inspect(|key| taken.note(*key));
    let make = async |key: u64, _| -> Made {
        if key == 5 {
            return Err("enough".into());
        }
        Ok(json!({"key": key}))
    };
    jsonl::create_or_resume(&files.dst, "key", 1, keys, make)
        .await
        .unwrap_err();
    assert!(taken.take().len() < 10);
}

#[tokio::test]
async fn cancelling_leaves_a_file_that_goes_on() {
    let (files, calls) = (Files::new("", ""), Calls::new());
    let make = async |key: u64, _| -> Made {
        calls.note(key);
        if key == 3 {
            std::future::pending::<()>().await;
        }
        Ok(json!({"key": key}))
    };
    let job = jsonl::create_or_resume(&files.dst, "key", 1, 0..6_u64, make).into_future();
    let mut running = Box::pin(job);
    while calls.0.lock().unwrap().last() != Some(&3) {
        let moment = std::time::Duration::from_millis(1);
        tokio::time::timeout(moment, &mut running)
            .await
            .unwrap_err();
    }
    let job = jsonl::create_or_resume(&files.dst, "key", 1, 0..6_u64, make);
    assert_eq!(job.await.unwrap_err().kind(), ErrorKind::Locked);
    drop(running);
    assert_eq!(files.rows().len(), 3);
    calls.take();
    let make = async |key: u64, _| -> Made {
        calls.note(key);
        Ok(json!({"key": key}))
    };
    jsonl::create_or_resume(&files.dst, "key", 1, 0..6_u64, make)
        .await
        .unwrap();
    assert_eq!(calls.take(), [3, 4, 5]);
}

#[tokio::test]
#[should_panic(expected = "`concurrency` must be at least 1")]
async fn nothing_at_once_is_a_mistake() {
    let make = async |_: u32, _| -> Made { Ok(json!({})) };
    let _ = jsonl::create_or_resume("unused", "key", 1, [1], make).concurrency(0);
}

#[tokio::test]
async fn it_can_be_spawned() {
    let files = Files::new("", "");
    let path = files.dst.clone();
    let run = async move {
        let make = async |key: u32, _: usize| -> Made {
            tokio::task::yield_now().await;
            Ok(json!({"key": key}))
        };
        jsonl::create_or_resume(path, "key", 1, 0..3_u32, make)
            .concurrency(2)
            .await
    };
    assert_eq!(tokio::spawn(run).await.unwrap().unwrap().written, 3);
}

#[tokio::test]
async fn a_flow_of_ones_own_appends() {
    let files = Files::new("", "{\"id\":1}\n");
    let rows = Rows::open(&files.dst, "id").unwrap();
    let written = flow! {
        from(rows.missing([1, 2, 3], 1)) -> map(|(id, _)| json!({"id": id}))
            -> append(&rows, concurrency = 4, ordered = false)? -> count()
    };
    assert_eq!(written.run().await.unwrap(), 2);
    let sink = flow! { from([json!({"id": 9}), json!({"no": 1})]) -> append(&rows)?; };
    let error = sink.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Record);
    assert!(error.to_string().contains("dst.jsonl"), "{error}");
    assert_eq!(rows.missing([1, 2, 3, 9], 2).count(), 4);
    drop(rows);
    assert_eq!(files.rows().len(), 4);
}
