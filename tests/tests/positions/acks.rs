//! Random flows behind a source that acknowledges, with faults: what is committed is done
//! with, in order and once; nothing is committed ahead, and nothing comes twice.
//!
//! `ACKS` says how many flows are made, `ACKS_SEED` which ones: a number, or `now`.
//!
//! ```sh
//! ACKS=300 ACKS_SEED=now cargo test -p flow-tests --test positions -- --nocapture acks
//! ```

use std::time::{SystemTime, UNIX_EPOCH};

use crate::PRELUDE;
use crate::compile::{self, Program};
use crate::operators::{OPERATORS, Tried};

/// The number of flows that are made, if nothing is said.
const FLOWS: usize = 16;

/// Numbers that look random; the same ones of a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// An operator that may stand behind a source that acknowledges.
fn operator(random: &mut Random, fits: impl Fn(&Tried) -> bool) -> &'static str {
    loop {
        let tried = random.one(OPERATORS);
        if tried.name != "via_async" && fits(tried) {
            return tried.code;
        }
    }
}

/// Operators in a row, one of which may fail.
fn chain(random: &mut Random, fits: impl Fn(&Tried) -> bool + Copy) -> String {
    let count = 1 + random.below(3);
    let mut all: Vec<&str> = (0..count).map(|_| operator(random, fits)).collect();
    all.insert(random.below(count + 1), "map(faulty)?");
    all.join(" -> ")
}

/// Part of a flow, in which something may fail.
fn part(random: &mut Random) -> String {
    let copied = |tried: &Tried| !matches!(tried.name, "progress" | "scatter");
    let works = move |tried: &Tried| copied(tried) && !tried.awaits;
    match random.below(5) {
        0 => format!(
            "by_key(|x: &u32| x / 16 % 5) {{ {} }}",
            chain(random, copied)
        ),
        1 => format!(
            "by_key(|x: &u32| x / 16 % 5) {{ then(async |x: u32| {{ yielded(x % 3).await; x }}) -> {} }}",
            chain(random, copied)
        ),
        2 => {
            let ordered = random.one(&["", "ordered = true"]);
            let by = random.one(&["", ", by = |x: &u32| x / 16 % 7"]);
            format!(
                "scatter(2{by}) -> {} -> gather({ordered})",
                chain(random, works)
            )
        }
        _ => chain(random, |_| true),
    }
}

/// A flow, and whether items come back in it.
fn flow(random: &mut Random) -> (String, bool) {
    let first = operator(random, |_| true);
    let work = part(random);
    match random.below(3) {
        0 => (
            format!(
                "stream(messages(), ack = true) -> {first} -> {work} -> inspect(saw) -> collect::<Vec<u32>>()"
            ),
            false,
        ),
        shape => {
            let head = [
                "map(|x: u32| x)",
                "then(async |x: u32| { yielded(x % 2).await; x }, concurrency = 2)",
            ][shape - 1];
            (
                format!(
                    "stream(messages_that_come_back(), ack = true) -> {first} -> work; \
                     work = {head} -> {work}; work -> filter_map(again) -> work; \
                     work -> inspect(saw) -> collect::<Vec<u32>>()"
                ),
                true,
            )
        }
    }
}

#[test]
fn what_is_committed_is_done_with_whatever_goes_wrong() {
    let count = crate::count("ACKS", FLOWS).unwrap_or(1000);
    let seed = match std::env::var("ACKS_SEED").as_deref() {
        Err(_) => 1,
        Ok("now") => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
        Ok(seed) => seed.parse().expect("a number, or `now`"),
    };
    println!("ACKS={count} ACKS_SEED={seed}");
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let flows: Vec<(String, bool)> = (0..count).map(|_| flow(&mut random)).collect();
    let programs: Vec<Program> = flows
        .iter()
        .enumerate()
        .map(|(index, (flow, rounds))| Program {
            code: format!(
                "pub fn run() -> Option<Result<Vec<u32>, flow_runtime::Error>> {{ drive(async {{ \
                 let flow = flow! {{ {flow} }}; \
                 match fault() {{ Fault::Stop(at) => Some(flow.run_until(polls(at)).await), \
                 _ => ended(flow.run()).await }} }}) }}"
            ),
            call: format!("with_faults({index}, {rounds}, flow_{index}::run);"),
        })
        .collect();
    let (errors, output) = compile::run("acks", PRELUDE, &programs);
    let mut wrong: Vec<String> = errors
        .iter()
        .map(|(index, error)| format!("{}\n{error}", flows[*index].0))
        .collect();
    for line in output.lines() {
        let index = line
            .strip_prefix("flow ")
            .and_then(|rest| rest.split_once(':'));
        let index: usize = index.and_then(|(index, _)| index.parse().ok()).expect(line);
        wrong.push(format!("{line}\n{}", flows[index].0));
    }
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n\n"));
}
