//! The instructions that a case of a bench takes.

use std::{env, process::Command};

/// Returns the instructions inside one function, this binary run again under callgrind with
/// `case`; none where that is not installed.
pub fn instructions(function: &str, case: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect={function}"))
        .arg(env::current_exe().ok()?)
        .arg(case)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.split(':').nth(1)?.trim().parse().ok()
}
