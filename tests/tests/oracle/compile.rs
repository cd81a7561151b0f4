//! Compiles flows, all in one crate, and runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Case, module::module, operators::PRELUDE};

/// The time that one flow may run.
const TIME: Duration = Duration::from_secs(5);

/// Runs each flow; gives what it prints, or why it does not.
pub fn run(cases: &[Case]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle");
    let mut outputs: Vec<Option<String>> = vec![None; cases.len()];
    // What does not compile is left out, and the rest built again.
    loop {
        let left: Vec<usize> = (0..cases.len())
            .filter(|index| outputs[*index].is_none())
            .collect();
        if left.is_empty() {
            return outputs.into_iter().flatten().collect();
        }
        write(&folder, cases, &left);
        match build(&folder) {
            Ok(binary) => {
                for (index, output) in printed(&binary) {
                    outputs[index] = Some(output);
                }
                let output = |output: Option<String>| output.unwrap_or("it was not run".into());
                return outputs.into_iter().map(output).collect();
            }
            Err(errors) => {
                for (index, error) in errors {
                    outputs[index] = Some(error);
                }
            }
        }
    }
}

fn write(folder: &Path, cases: &[Case], left: &[usize]) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let modules: String = left
        .iter()
        .map(|index| format!("mod flow_{index};\n"))
        .collect();
    let calls: String = left
        .iter()
        .map(|index| format!("    guarded({index}, flow_{index}::run);\n"))
        .collect();
    let main = format!("{ATTRIBUTES}\n{modules}\n{SHARED}\n{PRELUDE}\nfn main() {{\n{calls}}}\n");
    fs::write(folder.join("main.rs"), main).unwrap();
    for &index in left {
        let path = folder.join(format!("flow_{index}.rs"));
        fs::write(path, module(&cases[index])).unwrap();
    }
}

/// An expansion warns of nothing, but patterns may overlap.
const ATTRIBUTES: &str =
    "#![deny(warnings)]\n#![allow(dead_code, overlapping_range_endpoints, unreachable_patterns)]\n";

/// The code that the flows share.
const SHARED: &str = include_str!("shared.rs");

/// The binary, or the errors of the flows that have some.
///
/// The runtime was built for this test, and with it all it needs; so the
/// compiler is called as cargo would call it, and nothing is built twice.
fn build(folder: &Path) -> Result<PathBuf, BTreeMap<usize, String>> {
    let dependencies = env::current_exe().unwrap();
    let dependencies = dependencies.parent().expect("the test is in a folder");
    let binary = folder.join("flows");
    let output = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into()))
        .args(["--edition", "2024", "--crate-name", "flows"])
        .arg(folder.join("main.rs"))
        .arg("--extern")
        .arg(format!("flow_runtime={}", runtime(dependencies).display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap();
    if output.status.success() {
        return Ok(binary);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let mut errors = BTreeMap::new();
    for message in text.split("\n\n") {
        let mut files = message.split("/flow_").skip(1);
        let index = files.find_map(|rest| rest.split_once(".rs")?.0.parse().ok());
        if let Some(index) = index
            && message.starts_with("error")
        {
            errors.entry(index).or_insert_with(|| message.to_string());
        }
    }
    assert!(!errors.is_empty(), "{text}");
    Err(errors)
}

/// The runtime this test was built with: of those that were built with other
/// features, the newest is the one that cargo has seen to last.
fn runtime(dependencies: &Path) -> PathBuf {
    let files = fs::read_dir(dependencies)
        .unwrap()
        .map(|file| file.unwrap());
    files
        .filter(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libflow_runtime-") && name.ends_with(".rlib")
        })
        .max_by_key(|file| file.metadata().unwrap().modified().unwrap())
        .expect("the runtime is built before its tests")
        .path()
}

/// Runs all flows; behind one that does not end, or ends the process, those
/// that are left.
fn printed(binary: &Path) -> BTreeMap<usize, String> {
    let path = binary.with_extension("output");
    let mut flows = BTreeMap::new();
    let mut first = 0;
    loop {
        let end = run_from(first, binary, &path);
        let text = fs::read_to_string(&path).unwrap();
        flows.extend(text.split("flow ").skip(1).filter_map(|flow| {
            let (index, output) = flow.split_once('\n')?;
            Some((index.parse().ok()?, output.to_string()))
        }));
        let (Some(end), Some((&last, output))) = (end, flows.iter_mut().next_back()) else {
            return flows;
        };
        // Nothing was reached: it will not be.
        if last < first {
            return flows;
        }
        output.push_str(end);
        first = last + 1;
    }
}

/// Runs the flows from one on; what the last of them did, where it was not to
/// end well.
fn run_from(first: usize, binary: &Path, output: &Path) -> Option<&'static str> {
    let mut child = Command::new(binary)
        .arg(first.to_string())
        .stdout(fs::File::create(output).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A flow that ends has said so.
    let (mut length, mut since) = (0, Instant::now());
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (!status.success()).then_some("it ended the process\n");
        }
        let written = fs::metadata(output).unwrap().len();
        if written > length {
            (length, since) = (written, Instant::now());
        } else if since.elapsed() > TIME {
            child.kill().unwrap();
            child.wait().unwrap();
            return Some("it does not end\n");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// The indices of what differs.
pub fn wrong(cases: &[Case], given: &[String]) -> BTreeSet<usize> {
    (0..cases.len())
        .filter(|index| !cases[*index].agrees(&given[*index]))
        .collect()
}
