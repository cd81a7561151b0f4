//! The short table of the README: of some shapes, the instructions an item, with the day and
//! the machine.

use std::{fs, process::Command};

use crate::{Row, alike, count};

/// A row, what the README calls it, the case of another with its name, and for how many
/// items each stands that is worked on.
type Short = (
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
    f64,
);

#[rustfmt::skip]
const SHORT: &[Short] = &[
    ("linear", "`map`, `filter`, `fold`", Some(("iterator", "`Iterator`")), 1.0),
    ("as_stream", "a flow as `Stream`", Some(("futures", "`StreamExt`")), 1.0),
    ("emit_awaited", "`emit(x).await`", None, 1.0),
    ("spawned_emitter_with_room", "`emit` into a task, 64 buffered; by hand tokio's channel", None, 8.0),
];

/// Prints the table.
pub fn print(rows: &[Row]) {
    let (today, machine) = (today(), machine());
    println!("| instructions an item, {today}, {machine} | by hand | flow | others |");
    println!("|---|---|---|---|");
    for (row, about, peer, each) in SHORT {
        let (_, cases) = rows
            .iter()
            .find(|(name, _)| name == row)
            .expect("a row of this bench");
        alike(row, cases);
        let counted = |case: &str| {
            let mut cases = cases.iter();
            let (name, _) = cases
                .find(|(name, _)| name.ends_with(&format!("::{case}")))
                .expect("a case of this row");
            count(name) * each
        };
        let (hand, flow) = (counted("by_hand"), counted("flow"));
        let peer = peer.map(|(case, name)| format!("{:.1} {name}", counted(case)));
        let peer = peer.unwrap_or_default();
        println!("| {about} | {hand:.1} | {flow:.1} | {peer} |");
    }
}

fn today() -> String {
    let date = Command::new("date").args(["-u", "+%F"]).output();
    date.ok()
        .and_then(|date| String::from_utf8(date.stdout).ok())
        .map_or_else(|| "today".to_owned(), |date| date.trim().to_owned())
}

/// The name of the processor, where the system says it.
fn machine() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    told.lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or_else(
            || std::env::consts::ARCH.to_owned(),
            |(_, name)| name.trim().to_owned(),
        )
}
