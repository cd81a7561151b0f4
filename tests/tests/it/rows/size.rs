//! Memory, where a file is large.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use flow_runtime::BoxError;
use flow_runtime::jsonl;
use serde_json::{Value, json};

/// A run of its own process, whose memory is looked at.
#[test]
#[ignore = "run by the test below, in a process of its own"]
fn child() {
    let Some(folder) = std::env::var_os("FLOW_ROWS_FOLDER") else {
        return;
    };
    let folder = Path::new(&folder);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let f = async |key: Value, _: Value| Ok::<_, BoxError>(json!({"result": key}));
    let job = jsonl::map_by_key(folder.join("src"), folder.join("dst"), "key", f);
    let report = runtime.block_on(job.concurrency(64).into_future()).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let kilobytes = |what: &str| -> usize {
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    // Without the pages of the program, of which more are there the larger it is.
    let peak = kilobytes("VmHWM") - kilobytes("RssFile");
    println!(
        "PEAK {peak} kB WRITTEN {} EXTANT {}",
        report.written, report.extant
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let rows = std::env::var("FLOW_ROWS").map_or(50_000, |rows| rows.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let padding = "x".repeat(200);
    let (mut src, mut dst) = (
        BufWriter::new(File::create(folder.path().join("src")).unwrap()),
        BufWriter::new(File::create(folder.path().join("dst")).unwrap()),
    );
    for row in 0..rows {
        writeln!(src, "{{\"key\":{row},\"text\":\"{padding}\"}}").unwrap();
        // Some are missing, so that the keys of the others have to be known.
        if row % 1000 != 7 {
            writeln!(dst, "{{\"key\":{row},\"result\":\"{padding}\"}}").unwrap();
        }
    }
    src.flush().unwrap();
    dst.flush().unwrap();
    for (what, written) in [("rebuild", rows / 1000), ("rerun", 0)] {
        let began = std::time::Instant::now();
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["rows::size::child", "--ignored", "--exact", "--nocapture"])
            .env("FLOW_ROWS_FOLDER", folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        let line = said.lines().find(|line| line.contains("PEAK"));
        let line = line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&run.stderr)));
        println!("{what} of {rows} rows: {line} in {:?}", began.elapsed());
        let words: Vec<_> = line.split_whitespace().collect();
        let at = |word| words[1 + words.iter().position(|each| *each == word).unwrap()];
        assert_eq!(at("WRITTEN"), written.to_string());
        let peak: usize = at("PEAK").parse().unwrap();
        assert!(peak < 12_000, "{peak} kB");
    }
}
