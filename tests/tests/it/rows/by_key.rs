//! `map_by_key`.

use std::cell::Cell;
use std::fs;

use flow_runtime::jsonl::{self, OnError};
use flow_runtime::{BoxError, ErrorKind};
use serde_json::{Value, json};

use super::{Calls, Files};

type Made = Result<Value, BoxError>;

const SRC: &str = r#"{"key":10,"other":"A"}
{"key":20,"other":"B"}
{"key":10,"other":"C"}
"#;

fn expected() -> [Value; 3] {
    [("A", 10, 11), ("B", 20, 21), ("C", 10, 11)]
        .map(|(other, key, result)| json!({"other": other, "key": key, "result": result}))
}

fn next(key: &Value) -> Made {
    Ok(json!({"result": key.as_u64().unwrap() + 1}))
}

#[tokio::test]
async fn each_row_has_one_and_each_key_is_made_once() {
    let (files, calls) = (Files::new(SRC, ""), Calls::new());
    let f = async |key: Value, row: Value| -> Made {
        calls.note(row);
        next(&key)
    };
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["other"]);
    let report = job.await.unwrap();
    assert_eq!((report.written, report.extant, report.failed), (3, 0, 0));
    assert_eq!(files.rows(), expected());
    let firsts = [
        json!({"key": 10, "other": "A"}),
        json!({"key": 20, "other": "B"}),
    ];
    assert_eq!(calls.take(), firsts);

    let before = files.bytes();
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["other"]);
    let report = job.concurrency(4).await.unwrap();
    assert_eq!((report.written, report.extant), (0, 3));
    assert!(calls.take().is_empty());
    assert_eq!(files.bytes(), before);
}

#[tokio::test]
async fn what_is_there_is_found_by_its_key() {
    let held = "{\"other\":\"A\",\"key\":10,\"result\":11}\n";
    let (files, calls) = (Files::new(SRC, held), Calls::new());
    let f = async |key: Value, _| -> Made {
        calls.note(key.clone());
        next(&key)
    };
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["other"]);
    let report = job.await.unwrap();
    assert_eq!((report.written, report.extant), (2, 1));
    assert_eq!(calls.take(), [json!(20)]);
    let mut rows = files.rows();
    rows.sort_by_key(|row| row["other"].as_str().unwrap().to_owned());
    assert_eq!(rows, expected());
}

#[tokio::test]
async fn a_lost_resume_file_is_made_of_the_rows() {
    let (files, calls) = (Files::new(SRC, ""), Calls::new());
    let f = async |key: Value, _| -> Made {
        calls.note(key.clone());
        next(&key)
    };
    let job = || jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["other"]);
    job().await.unwrap();
    calls.take();
    let resume = files.dst.with_extension("jsonl.resume");
    let before = (fs::read(&files.dst).unwrap(), fs::read(&resume).unwrap());
    fs::remove_file(&resume).unwrap();
    assert_eq!(job().await.unwrap().extant, 3);
    assert!(calls.take().is_empty());
    assert_eq!(
        (fs::read(&files.dst).unwrap(), fs::read(&resume).unwrap()),
        before
    );

    // A row that somebody took out is made again, and no other.
    let text = fs::read_to_string(&files.dst).unwrap();
    let without: String = text
        .lines()
        .filter(|row| !row.contains("20"))
        .map(|row| format!("{row}\n"))
        .collect();
    fs::write(&files.dst, without).unwrap();
    let report = job().await.unwrap();
    assert_eq!((report.written, report.extant), (1, 2));
    assert_eq!(calls.take(), [json!(20)]);
    assert_eq!(files.rows().len(), 3);
}

#[tokio::test]
async fn a_failed_key_is_tried_by_the_next_run_alone() {
    let src = "{\"key\":1}\n{\"key\":2}\n{\"key\":3}\n{\"key\":2}\n{\"key\":4}\n";
    let (files, calls, fails) = (Files::new(src, ""), Calls::new(), Cell::new(true));
    let f = async |key: Value, _| -> Made {
        calls.note(key.clone());
        if key == 2 && fails.get() {
            return Err("no".into());
        }
        next(&key)
    };
    let job = || jsonl::map_by_key(&files.src, &files.dst, "key", f).on_error(OnError::Print);
    let report = job().await.unwrap();
    assert_eq!((report.written, report.extant, report.failed), (3, 0, 1));
    assert_eq!(calls.take(), [1, 2, 3, 4].map(|key| json!(key)));
    fails.set(false);
    let report = job().await.unwrap();
    assert_eq!((report.written, report.extant, report.failed), (2, 3, 0));
    assert_eq!(calls.take(), [json!(2)]);
    let before = files.bytes();
    assert_eq!(job().await.unwrap().extant, 5);
    assert_eq!(files.bytes(), before);
}

#[tokio::test]
async fn an_error_ends_the_run_and_names_the_line() {
    let (files, fails) = (Files::new(SRC, ""), Cell::new(true));
    let f = async |key: Value, _| -> Made {
        match key == 20 && fails.get() {
            true => Err("no".into()),
            false => next(&key),
        }
    };
    let error = jsonl::map_by_key(&files.src, &files.dst, "key", f)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(
        text.contains("src.jsonl") && text.contains("line 2"),
        "{text}"
    );
    assert_eq!(files.rows(), [json!({"key": 10, "result": 11})]);
}

#[tokio::test]
async fn an_edited_source_is_an_error_whatever_becomes_of_errors() {
    let files = Files::new(SRC, "");
    let f = async |key: Value, _| next(&key);
    let job = || jsonl::map_by_key(&files.src, &files.dst, "key", f).on_error(OnError::Print);
    job().await.unwrap();
    let before = fs::read(&files.dst).unwrap();
    for edited in [
        SRC.replace("20", "30"),
        format!("{SRC}{{\"key\":5}}\n"),
        String::new(),
    ] {
        fs::write(&files.src, &edited).unwrap();
        let error = job().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale);
        assert!(error.to_string().contains("edited"), "{error}");
    }
    fs::remove_file(files.dst.with_extension("jsonl.resume")).unwrap();
    fs::write(&files.src, SRC.replace("20", "30")).unwrap();
    assert_eq!(job().await.unwrap_err().kind(), ErrorKind::Stale);
    assert_eq!(fs::read(&files.dst).unwrap(), before);
    fs::write(&files.src, SRC).unwrap();
    assert_eq!(job().await.unwrap().written, 0);
}

#[tokio::test]
async fn other_columns_are_an_error() {
    let files = Files::new(SRC, "");
    let f = async |key: Value, _| next(&key);
    jsonl::map_by_key(&files.src, &files.dst, "key", f)
        .await
        .unwrap();
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["other"]);
    let error = job.await.unwrap_err();
    assert!(error.to_string().contains("other"), "{error}");
}

#[tokio::test]
async fn a_broken_line_is_told_before_anything_is_made() {
    let files = Files::new("{\"key\":1}\n\n{\"key\":2}\n{\"no\":3}\n", "");
    let f = async |_: Value, _: Value| -> Made { panic!("nothing is made") };
    for (src, what) in [
        ("{\"key\":1}\n\n{\"no\":3}\n", "line 3"),
        ("{\"key\":1}\n{\"key\":", "line 2"),
        ("[1]\n", "line 1"),
        ("{\"key\":0.5}\n", "line 1"),
    ] {
        fs::write(&files.src, src).unwrap();
        let error = jsonl::map_by_key(&files.src, &files.dst, "key", f)
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(text.contains("src.jsonl") && text.contains(what), "{text}");
        assert!(!files.dst.exists());
    }
    let error = jsonl::map_by_key("nowhere", &files.dst, "key", f)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    let itself = jsonl::map_by_key(&files.src, &files.src, "key", f).await;
    assert!(itself.is_err());
}

#[tokio::test]
async fn columns_keep_their_digits() {
    let src = "{\"key\":1, \"price\": 1.10, \"big\":123456789012345678901234567890}\n{\"key\":1,\"price\":2.50,\"big\":0}\n";
    let files = Files::new(src, "");
    let f = async |_: Value, _: Value| -> Made { Ok(json!({"n": 1})) };
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["price", "big"]);
    job.await.unwrap();
    let text = fs::read_to_string(&files.dst).unwrap();
    assert!(
        text.contains("\"price\":1.10,\"big\":123456789012345678901234567890"),
        "{text}"
    );
    assert!(text.contains("\"price\":2.50"), "{text}");
}

#[tokio::test]
async fn lines_of_one_key_are_copied_while_and_after_it_is_made() {
    let src: String = (0..400)
        .map(|line| format!("{{\"key\":{},\"line\":{line}}}\n", line % 7))
        .collect();
    let (files, calls) = (Files::new(&src, ""), Calls::new());
    let f = async |key: Value, _| -> Made {
        calls.note(key.clone());
        for _ in 0..key.as_u64().unwrap() * 3 {
            tokio::task::yield_now().await;
        }
        next(&key)
    };
    let job = jsonl::map_by_key(&files.src, &files.dst, "key", f).keep(["line"]);
    let report = job.concurrency(3).await.unwrap();
    assert_eq!(report.written, 400);
    assert_eq!(calls.take().len(), 7);
    let mut rows = files.rows();
    rows.sort_by_key(|row| row["line"].as_u64());
    for (line, row) in rows.iter().enumerate() {
        let key = line % 7;
        assert_eq!(*row, json!({"key": key, "line": line, "result": key + 1}));
    }
}

#[tokio::test]
async fn it_can_be_spawned() {
    let files = Files::new(SRC, "");
    let (src, dst) = (files.src.clone(), files.dst.clone());
    let run = async move {
        let f = async |key: Value, _: Value| {
            tokio::task::yield_now().await;
            next(&key)
        };
        jsonl::map_by_key(src, dst, "key", f)
            .keep(["other"])
            .concurrency(2)
            .await
    };
    assert_eq!(tokio::spawn(run).await.unwrap().unwrap().written, 3);
}
