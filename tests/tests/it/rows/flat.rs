//! `flat_map`.

use std::cell::Cell;
use std::fs;

use flow_runtime::jsonl::{self, OnError};
use flow_runtime::{BoxError, ErrorKind};
use serde_json::{Value, json};

use super::{Calls, Files};

type Made = Result<Vec<Value>, BoxError>;

const SRC: &str = "{\"n\":2}\n{\"n\":0}\n\n{\"n\":3}\n{\"n\":1}\n";

fn several(row: &Value) -> Vec<Value> {
    let n = row["n"].as_u64().unwrap();
    (0..n).map(|each| json!({"of": n, "each": each})).collect()
}

#[tokio::test]
async fn each_row_gives_any_number() {
    let (files, calls) = (Files::new(SRC, ""), Calls::new());
    let f = async |row: Value| -> Made {
        calls.note(row.clone());
        Ok(several(&row))
    };
    let job = || jsonl::flat_map(&files.src, &files.dst, f);
    let report = job().await.unwrap();
    assert_eq!((report.written, report.extant, report.failed), (6, 0, 0));
    assert_eq!(files.rows().len(), 6);
    assert_eq!(calls.take().len(), 4);
    let before = files.bytes();
    let report = job().concurrency(3).await.unwrap();
    assert_eq!((report.written, report.extant), (0, 6));
    assert!(calls.take().is_empty());
    assert_eq!(files.bytes(), before);
}

#[tokio::test]
async fn a_failed_line_is_tried_again_alone() {
    let (files, calls, fails) = (Files::new(SRC, ""), Calls::new(), Cell::new(true));
    let f = async |row: Value| -> Made {
        calls.note(row.clone());
        match row["n"] == 3 && fails.get() {
            true => Err("no".into()),
            false => Ok(several(&row)),
        }
    };
    let job = || jsonl::flat_map(&files.src, &files.dst, f).concurrency(2);
    let report = job().on_error(OnError::Print).await.unwrap();
    assert_eq!((report.written, report.failed), (3, 1));
    calls.take();
    let error = job().await.unwrap_err();
    assert!(error.to_string().contains("line 4"), "{error}");
    fails.set(false);
    calls.take();
    let report = job().await.unwrap();
    assert_eq!((report.written, report.extant), (3, 3));
    assert_eq!(calls.take(), [json!({"n": 3})]);
}

#[tokio::test]
async fn without_its_resume_file_nothing_is_made() {
    let files = Files::new(SRC, "");
    let f = async |row: Value| -> Made { Ok(several(&row)) };
    let job = || jsonl::flat_map(&files.src, &files.dst, f);
    job().await.unwrap();
    let resume = files.dst.with_extension("jsonl.resume");
    let said = fs::read(&resume).unwrap();
    let rows = fs::read(&files.dst).unwrap();

    fs::remove_file(&resume).unwrap();
    let error = job().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert!(error.to_string().contains(".resume"), "{error}");
    fs::write(&resume, &said).unwrap();
    fs::write(&files.dst, [&rows[..], b"{\"by\":\"hand\"}\n"].concat()).unwrap();
    assert_eq!(job().await.unwrap_err().kind(), ErrorKind::Stale);
    fs::write(&files.dst, &rows).unwrap();
    assert_eq!(job().await.unwrap().written, 0);
    // Without any rows all is made.
    fs::remove_file(&files.dst).unwrap();
    assert_eq!(job().await.unwrap().written, 6);
}

#[tokio::test]
async fn rows_of_a_line_that_are_not_all_there_are_made_again() {
    let files = Files::new(SRC, "");
    let f = async |row: Value| -> Made { Ok(several(&row)) };
    // Killed while the rows of the last line but one were written.
    let job = jsonl::flat_map(&files.src, &files.dst, f).on_error(OnError::Print);
    job.await.unwrap();
    let rows = fs::read_to_string(&files.dst).unwrap();
    let resume = files.dst.with_extension("jsonl.resume");
    let said = fs::read_to_string(&resume).unwrap();
    let header = said.lines().next().unwrap();
    let sum = |bytes: &[u8]| {
        let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, step)
    };
    let lines: Vec<_> = rows.split_inclusive('\n').collect();
    let (first, second) = (lines[..2].concat(), lines[..5].concat());
    let entries = format!(
        "{header}\n{{\"lines\":[],\"end\":0,\"sum\":\"{:016x}\"}}\n\
         {{\"line\":1,\"end\":{},\"sum\":\"{:016x}\"}}\n{{\"line\":4,\"end\":{},\"sum\":\"{:016x}\"}}\n",
        sum(b""),
        first.len(),
        sum(first.as_bytes()),
        second.len(),
        sum(second.as_bytes()),
    );
    // With its line break alone missing the last row is whole.
    for cut in first.len()..second.len() - 1 {
        fs::write(&files.dst, &rows[..cut]).unwrap();
        fs::write(&resume, &entries).unwrap();
        let report = jsonl::flat_map(&files.src, &files.dst, f).await.unwrap();
        assert_eq!((report.written, report.extant), (4, 2), "cut at {cut}");
        assert_eq!(files.rows().len(), 6);
    }
}

#[tokio::test]
async fn it_can_be_spawned() {
    let files = Files::new(SRC, "");
    let (src, dst) = (files.src.clone(), files.dst.clone());
    let run = async move {
        let f = async |row: Value| -> Made {
            tokio::task::yield_now().await;
            Ok(several(&row))
        };
        jsonl::flat_map(src, dst, f).await
    };
    assert_eq!(tokio::spawn(run).await.unwrap().unwrap().written, 6);
}
