//! Row tools: files of rows that are made once, and go on where they were.

mod by_key;
mod costly;
mod create;
mod flat;
mod kills;
mod numbers;
mod opening;
mod size;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a source and a file of rows.
struct Files {
    _folder: TempDir,
    src: PathBuf,
    dst: PathBuf,
}

impl Files {
    fn new(src: &str, dst: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Self {
            src: folder.path().join("src.jsonl"),
            dst: folder.path().join("dst.jsonl"),
            _folder: folder,
        };
        fs::write(&files.src, src).unwrap();
        if !dst.is_empty() {
            fs::write(&files.dst, dst).unwrap();
        }
        files
    }

    fn rows(&self) -> Vec<Value> {
        rows(&self.dst)
    }

    /// All bytes of the file of rows and of what is beside it.
    fn bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let all = self._folder.path().read_dir().unwrap();
        let mut all: Vec<_> = all
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        all.sort();
        all
    }
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The rows that a function was asked for.
#[derive(Default)]
struct Calls<T>(Mutex<Vec<T>>);

impl<T> Calls<T> {
    fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn note(&self, call: T) {
        self.0.lock().unwrap().push(call);
    }

    fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}
