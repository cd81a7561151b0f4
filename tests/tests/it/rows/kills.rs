//! `kill -9` at any moment: nothing is written twice, and nothing is made twice but what
//! was running.
//!
//! A tool runs in a process of its own and notes each call of its function before and
//! after it is made. `FLOW_ROW_KILLS` says how often each is killed; the whole of it:
//!
//! ```sh
//! FLOW_ROW_KILLS=100 cargo test -p flow-tests --test it -- rows::kills
//! ```

#![cfg(unix)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use flow_runtime::BoxError;
use flow_runtime::jsonl;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::rows;
use crate::killing::{Killing, begin};

const KEYS: u64 = 60;
const AT_ONCE: usize = 4;

/// The process that is killed.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn child() {
    let Some(folder) = std::env::var_os("FLOW_ROWS_FOLDER") else {
        return;
    };
    let folder = Path::new(&folder);
    let (src, dst) = (folder.join("src"), folder.join("dst"));
    let note = |key: &Value| {
        let mut calls = OpenOptions::new();
        let mut calls = calls
            .append(true)
            .create(true)
            .open(folder.join("calls"))
            .unwrap();
        writeln!(calls, "{key}").unwrap();
    };
    let work = async |key: &Value| {
        note(key);
        tokio::time::sleep(Duration::from_micros(key.as_u64().unwrap() * 37 % 1500)).await;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        match std::env::var("FLOW_ROWS_TOOL").unwrap().as_str() {
            "create" => {
                let make = async |key: u64, number: usize| {
                    work(&json!(key)).await;
                    Ok::<_, BoxError>(json!({"key": key, "number": number}))
                };
                jsonl::create_or_resume(dst, "key", 2, 0..KEYS, make)
                    .concurrency(AT_ONCE)
                    .await
            }
            "by_key" => {
                let f = async |key: Value, _: Value| {
                    work(&key).await;
                    Ok::<_, BoxError>(json!({"result": key}))
                };
                let job = jsonl::map_by_key(src, dst, "key", f).keep(["line"]);
                job.concurrency(AT_ONCE).await
            }
            _ => {
                let f = async |row: Value| {
                    work(&row["line"]).await;
                    let line = row["line"].as_u64().unwrap();
                    let each = |each| json!({"line": line, "each": each, "text": "x".repeat(300)});
                    Ok::<_, BoxError>((0..line % 4).map(each).collect())
                };
                jsonl::flat_map(src, dst, f).concurrency(AT_ONCE).await
            }
        }
    });
    report.unwrap();
}

#[test]
fn create_or_resume_survives() {
    kill("create", |folder| {
        let number = |row: &Value, name: &str| row[name].as_u64().unwrap();
        let mut all: Vec<_> = rows(&folder.join("dst"))
            .iter()
            .map(|row| (number(row, "key"), number(row, "number")))
            .collect();
        all.sort_unstable();
        let expected = (0..KEYS).flat_map(|key| [(key, 0), (key, 1)]);
        assert_eq!(all, expected.collect::<Vec<_>>());
        2 * KEYS
    });
}

#[test]
fn map_by_key_survives() {
    kill("by_key", |folder| {
        let mut rows = rows(&folder.join("dst"));
        rows.sort_by_key(|row| row["line"].as_u64());
        let expected = |line| json!({"key": line % KEYS, "result": line % KEYS, "line": line});
        assert_eq!(rows, (0..2 * KEYS).map(expected).collect::<Vec<_>>());
        KEYS
    });
}

#[test]
fn flat_map_survives() {
    kill("flat", |folder| {
        let mut rows: Vec<_> = rows(&folder.join("dst"))
            .iter()
            .map(|row| (row["line"].as_u64().unwrap(), row["each"].as_u64().unwrap()))
            .collect();
        rows.sort_unstable();
        let expected = (0..2 * KEYS).flat_map(|line| (0..line % 4).map(move |each| (line, each)));
        assert_eq!(rows, expected.collect::<Vec<_>>());
        2 * KEYS
    });
}

/// Kills a tool again and again until it comes to its end, and then looks at the rows.
/// `check` gives how many calls an undisturbed run makes.
fn kill(tool: &str, check: impl Fn(&Path) -> u64) {
    let whole = fresh();
    let mut killing = Killing::new("FLOW_ROW_KILLS", 12, start(tool, whole.path()));
    while killing.goes_on() {
        let folder = fresh();
        let killed = killing.run(folder.path(), || start(tool, folder.path()), |_| true);
        let needed = check(folder.path());
        let calls = fs::read_to_string(folder.path().join("calls")).unwrap();
        let calls = calls.lines().count() as u64;
        let most_calls = needed + killed * AT_ONCE as u64;
        assert!(
            (needed..=most_calls).contains(&calls),
            "{calls} calls, {needed}, {killed} kills"
        );
    }
}

/// A folder with a source.
fn fresh() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let line = |line| format!("{{\"key\":{},\"line\":{line}}}\n", line % KEYS);
    let lines: String = (0..2 * KEYS).map(line).collect();
    fs::write(folder.path().join("src"), lines).unwrap();
    folder
}

/// Begins a run of a tool in a process of its own.
fn start(tool: &str, folder: &Path) -> Child {
    let environment = [
        ("FLOW_ROWS_FOLDER", folder.as_os_str()),
        ("FLOW_ROWS_TOOL", tool.as_ref()),
    ];
    begin("rows::kills::child", &environment)
}
