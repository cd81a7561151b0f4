//! Programs, each compiled by itself: what rustc looks for depends on the errors
//! that it has found before.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::Value;

/// One error.
pub struct Said {
    /// The first line.
    pub text: String,
    pub line: u64,
    pub column: u64,
    /// The bytes that are underlined; none where there is no place.
    pub bytes: Range<usize>,
}

/// A folder for programs, with what they depend on compiled.
pub struct Crate {
    folder: PathBuf,
    /// `name=path` of every library.
    libraries: Vec<String>,
}

/// The crates that the examples of the documentation use.
const DEPENDENCIES: &str = "
serde_json = \"1\"
serde = { version = \"1\", features = [\"derive\"] }
futures = \"0.3\"
tempfile = \"3\"
tokio = { version = \"1\", features = [\"full\", \"test-util\"] }
";

impl Crate {
    pub fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutations");
        fs::create_dir_all(folder.join("src")).expect("a folder");
        let runtime = root.join("flow-runtime").canonicalize();
        let runtime = runtime.expect("the runtime");
        let manifest = format!(
            "[package]\nname = \"mutations\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nflow-runtime = {{ path = {runtime:?} }}{DEPENDENCIES}",
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        fs::write(folder.join("src/lib.rs"), "").expect("a crate");
        let cargo = Command::new(env!("CARGO"))
            .args(["check", "--message-format=json"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .output()
            .expect("cargo");
        let told = String::from_utf8_lossy(&cargo.stderr);
        assert!(cargo.status.success(), "{told}");
        let libraries = String::from_utf8_lossy(&cargo.stdout);
        let libraries = libraries.lines().filter_map(library).collect();
        Self { folder, libraries }
    }

    /// The errors of each program.
    pub fn check(&self, programs: &[String]) -> Vec<Vec<Said>> {
        let next = AtomicUsize::new(0);
        let checked = Mutex::new(Vec::new());
        let work = || {
            loop {
                let number = next.fetch_add(1, Relaxed);
                let Some(program) = programs.get(number) else {
                    return;
                };
                let said = self.errors(number, program);
                let mut checked = checked.lock().unwrap_or_else(PoisonError::into_inner);
                checked.push((number, said));
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        let mut checked = checked.into_inner().unwrap_or_else(PoisonError::into_inner);
        checked.sort_by_key(|(number, _)| *number);
        checked.into_iter().map(|(_, said)| said).collect()
    }

    fn errors(&self, number: usize, program: &str) -> Vec<Said> {
        let file = format!("p{number}.rs");
        fs::write(self.folder.join(&file), program).expect("a program");
        let mut rustc = Command::new("rustc");
        rustc
            .args(["--edition=2024", "--crate-type=bin", "--emit=metadata"])
            .args(["--error-format=json", "-Awarnings", "--crate-name=mutant"])
            .args(["-L", "target/debug/deps", "-o"])
            .arg(format!("p{number}.rmeta"))
            .current_dir(&self.folder);
        for library in &self.libraries {
            rustc.args(["--extern", library]);
        }
        let output = rustc.arg(&file).output().expect("rustc");
        let told = String::from_utf8_lossy(&output.stderr);
        let messages = told
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{told}")));
        let said = messages.filter_map(|message| said(&message, &file));
        let said: Vec<Said> = said.collect();
        assert_eq!(said.is_empty(), output.status.success(), "{told}");
        said
    }
}

/// A library that a message of cargo tells of.
fn library(message: &str) -> Option<String> {
    let message: Value = serde_json::from_str(message).ok()?;
    let target = &message["target"];
    let kinds = target["kind"].as_array()?;
    let is_library = kinds.iter().any(|kind| kind == "lib");
    let name = target["name"].as_str()?.replace('-', "_");
    let wanted = ["flow_runtime", "serde", "futures", "tempfile", "tokio"];
    let files = message["filenames"].as_array()?;
    let file = files.iter().filter_map(Value::as_str).next()?;
    (is_library && wanted.contains(&&*name)).then(|| format!("{name}={file}"))
}

/// An error. What a macro wrote is where the program called the macro.
fn said(message: &Value, file: &str) -> Option<Said> {
    let text = message["message"].as_str()?.lines().next()?.to_owned();
    if message["level"] != "error" || text.starts_with("aborting due to") {
        return None;
    }
    let spans = message["spans"].as_array()?;
    let mut span = spans.iter().find(|span| span["is_primary"] == true);
    while let Some(outer) = span
        && outer["file_name"] != file
    {
        let inner = &outer["expansion"]["span"];
        span = (!inner.is_null()).then_some(inner);
    }
    let at = |field: &str| span.and_then(|span| span[field].as_u64());
    let at = |field| at(field).unwrap_or_default();
    let byte = |field| usize::try_from(at(field)).unwrap_or_default();
    Some(Said {
        text,
        line: at("line_start"),
        column: at("column_start"),
        bytes: byte("byte_start")..byte("byte_end"),
    })
}
