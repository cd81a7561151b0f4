//! Compiles flows, all in one crate, and runs them.
//!
//! The runtime was built for this test, and with it all it needs; so the compiler is called
//! as cargo would call it, and nothing is built twice.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The code of a flow: a function of the name `run`.
pub struct Program {
    /// The code.
    pub code: String,
    /// The name it is called by, made of its number.
    pub call: String,
}

/// The flows that did not compile, each with its first error.
pub type Errors = BTreeMap<usize, String>;

/// Compiles flows and runs them; returns those that do not compile, and lines of the others.
pub fn run(folder: &str, prelude: &str, programs: &[Program]) -> (Errors, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let mut errors = Errors::new();
    // What does not compile is left out, and the rest built again.
    loop {
        write(&folder, prelude, programs, &errors);
        let found = match build(&folder) {
            Ok(binary) => {
                let output = Command::new(binary).output().unwrap();
                return (errors, String::from_utf8_lossy(&output.stdout).into_owned());
            }
            Err(found) => found,
        };
        errors.extend(found);
    }
}

fn write(folder: &Path, prelude: &str, programs: &[Program], errors: &Errors) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let mut main = format!("{prelude}\n");
    let mut calls = String::new();
    for (index, program) in programs.iter().enumerate() {
        if !errors.contains_key(&index) {
            main.push_str(&format!("mod flow_{index};\n"));
            calls.push_str(&format!("    {}\n", program.call));
            let code = format!("use super::*;\n{}\n", program.code);
            fs::write(folder.join(format!("flow_{index}.rs")), code).unwrap();
        }
    }
    main.push_str(&format!(
        "fn main() {{\n    std::panic::set_hook(Box::new(|_| {{}}));\n{calls}}}\n"
    ));
    fs::write(folder.join("main.rs"), main).unwrap();
}

/// A program that compiles only with the builds of the two libraries that the runtime uses, and
/// only if they have all that the flows need.
const PROBE: &str = "
pub fn probe(rx: tokio::sync::mpsc::Receiver<u32>, s: impl futures_core::Stream<Item = u32>) {
    let _ = flow_runtime::flow! { stream(s) -> count() };
    let _ = flow_runtime::flow! { receive(rx) -> count() };
    let _ = tokio::runtime::Builder::new_current_thread().enable_all();
}
";

/// The binary, or the first error of each flow that has some.
fn build(folder: &Path) -> Result<PathBuf, Errors> {
    static BUILDS: OnceLock<Builds> = OnceLock::new();
    let builds = BUILDS.get_or_init(|| builds_of_the_runtime(folder));
    let binary = folder.join("flows");
    let output = rustc(builds, &folder.join("main.rs"), &binary)
        .arg("-Ccodegen-units=4")
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(binary);
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut errors = Errors::new();
    for message in text.split("\n\n") {
        let index = message.split("/flow_").skip(1);
        let index = index
            .filter_map(|rest| rest.split_once(".rs")?.0.parse().ok())
            .next();
        if let (Some(index), true) = (index, message.starts_with("error")) {
            errors.entry(index).or_insert_with(|| message.to_string());
        }
    }
    assert!(!errors.is_empty(), "{text}");
    Err(errors)
}

/// The builds of tokio and of `futures_core` that the newest build of the runtime uses.
type Builds = [PathBuf; 2];

/// Finds them, of the several that a folder may have.
fn builds_of_the_runtime(folder: &Path) -> Builds {
    let (source, output) = (folder.join("probe.rs"), folder.join("libprobe.rmeta"));
    fs::write(&source, PROBE).unwrap();
    let [tokio, futures] = ["tokio", "futures_core"].map(|name| newest(&dependencies(), name));
    let pairs = |tokio: PathBuf| {
        futures
            .iter()
            .map(move |each| [tokio.clone(), each.clone()])
    };
    let mut builds = tokio.into_iter().flat_map(pairs);
    let fits = |builds: &Builds| {
        let mut rustc = rustc(builds, &source, &output);
        rustc.args(["--crate-type=lib", "--emit=metadata"]);
        rustc.output().unwrap().status.success()
    };
    builds.find(fits).expect("the runtime was built with both")
}

/// The compiler, as cargo would call it with these builds.
fn rustc([tokio, futures]: &Builds, source: &Path, output: &Path) -> Command {
    let dependencies = dependencies();
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc
        .args(["--edition", "2024", "--crate-name", "flows"])
        .arg(source)
        .arg("--extern")
        .arg(with(&dependencies, "flow_runtime"))
        .arg("--extern")
        .arg(format!("futures_core={}", futures.display()))
        .arg("--extern")
        .arg(format!("tokio={}", tokio.display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("-o")
        .arg(output);
    rustc
}

/// The folder of what the tests were built with.
fn dependencies() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.parent().expect("the test is in a folder").to_owned()
}

fn with(dependencies: &Path, name: &str) -> String {
    let newest = newest(dependencies, name);
    format!("{name}={}", newest[0].display())
}

/// The builds of a library, the newest first: cargo has seen to it last.
fn newest(dependencies: &Path, name: &str) -> Vec<PathBuf> {
    let prefix = format!("lib{name}-");
    let files = fs::read_dir(dependencies).unwrap();
    let mut found: Vec<PathBuf> = files
        .map(|file| file.unwrap().path())
        .filter(|path| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file.starts_with(&prefix) && file.ends_with(".rlib")
        })
        .collect();
    found.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    found.reverse();
    assert!(!found.is_empty(), "`{name}` is built before the tests");
    found
}
