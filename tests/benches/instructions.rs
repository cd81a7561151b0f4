//! Instructions a million items cost, in a flow and in the loop by hand.
//!
//! ```text
//! cargo bench -p flow-tests --bench instructions
//! ```
//!
//! runs each case under `valgrind --tool=callgrind`, which must be installed,
//! and prints one table. Instructions are the same at every run; times are not.

#![allow(clippy::redundant_closure, reason = "what is measured is a closure")]

use std::{env, hint::black_box, process::Command};

use flow_runtime::flow;

const ITEMS: u64 = 1_000_000;

/// The four shapes, each by hand and as a flow. None is inlined, so that
/// callgrind can count inside it alone.
mod cases {
    use super::*;

    fn even(x: &u64) -> bool {
        x.is_multiple_of(2)
    }

    #[inline(never)]
    pub fn linear_hand(n: u64) -> u64 {
        let mut sum = 0;
        for x in 0..n {
            let x = black_box(x) * 3 + 1;
            if even(&x) {
                sum += x;
            }
        }
        sum
    }

    #[inline(never)]
    pub fn linear_flow(n: u64) -> u64 {
        flow! {
            from(0..n) -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(0, |sum, x| *sum += x)
        }
        .run()
    }

    #[inline(never)]
    pub fn diamond_hand(n: u64) -> u64 {
        // Something to tell it from the flow by: the two are otherwise the same
        // code, and the linker would keep one of them.
        let mut sum = black_box(0);
        for x in 0..n {
            let x = black_box(x);
            let left = x + 1;
            let right = x * 2;
            sum += left ^ right;
        }
        sum
    }

    #[inline(never)]
    pub fn diamond_flow(n: u64) -> u64 {
        flow! {
            x = from(0..n) -> map(|x| black_box(x));
            zip(x -> map(|x| x + 1), x -> map(|x| x * 2))
                -> map(|(left, right)| left ^ right)
                -> fold(0, |sum, x| *sum += x)
        }
        .run()
    }

    #[inline(never)]
    pub fn union_hand(n: u64) -> u64 {
        let mut sum = 0;
        for x in 0..n {
            let x = black_box(x);
            if even(&x) {
                sum += x + 1;
            }
            sum += x * 2;
        }
        sum
    }

    #[inline(never)]
    pub fn union_flow(n: u64) -> u64 {
        flow! {
            x = from(0..n) -> map(|x| black_box(x));
            union(x -> filter(even) -> map(|x| x + 1), x -> map(|x| x * 2))
                -> fold(0, |sum, x| *sum += x)
        }
        .run()
    }

    async fn ready(x: u64) -> u64 {
        x * 3 + 1
    }

    #[inline(never)]
    pub fn then_hand(n: u64) -> u64 {
        block_on(async {
            let mut sum = 0;
            for x in 0..n {
                let x = ready(black_box(x)).await;
                if even(&x) {
                    sum += x;
                }
            }
            sum
        })
    }

    #[inline(never)]
    pub fn then_flow(n: u64) -> u64 {
        block_on(
            flow! {
                from(0..n) -> map(|x| black_box(x)) -> then(ready) -> filter(even)
                    -> fold(0, |sum, x| *sum += x)
            }
            .run(),
        )
    }

    fn block_on<F: Future>(future: F) -> F::Output {
        futures::executor::block_on(future)
    }
}

type Case = (&'static str, fn(u64) -> u64);

const CASES: &[[Case; 2]] = &[
    [
        ("linear_hand", cases::linear_hand),
        ("linear_flow", cases::linear_flow),
    ],
    [
        ("diamond_hand", cases::diamond_hand),
        ("diamond_flow", cases::diamond_flow),
    ],
    [
        ("union_hand", cases::union_hand),
        ("union_flow", cases::union_flow),
    ],
    [
        ("then_hand", cases::then_hand),
        ("then_flow", cases::then_flow),
    ],
];

fn main() {
    let wanted = env::args().nth(1).filter(|name| !name.starts_with('-'));
    if let Some(name) = wanted {
        let case = CASES.as_flattened().iter().find(|(case, _)| *case == name);
        let (_, case) = case.expect("one of the cases");
        black_box(case(black_box(ITEMS)));
        return;
    }
    println!("{:<10} {:>14} {:>14} {:>8}", "", "by hand", "flow", "ratio");
    for [(hand, by_hand), (flow, in_flow)] in CASES {
        assert_eq!(
            by_hand(1000),
            in_flow(1000),
            "{hand} and {flow} do the same"
        );
        let (Some(by_hand), Some(in_flow)) = (count(hand), count(flow)) else {
            println!("valgrind is not installed: nothing counted");
            return;
        };
        let ratio = in_flow as f64 / by_hand as f64;
        let name = hand.trim_end_matches("_hand");
        println!("{name:<10} {by_hand:>14} {in_flow:>14} {ratio:>8.3}");
    }
}

/// The instructions inside one case, this binary run again under callgrind.
fn count(case: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect=instructions::cases::{case}"))
        .arg(env::current_exe().ok()?)
        .arg(case)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.split(':').nth(1)?.trim().parse().ok()
}
