//! Instructions a million items cost: by hand, in a flow and in what else there is.
//!
//! ```text
//! cargo run --release --manifest-path tests/benches/peers/Cargo.toml
//! ```
//!
//! runs each case under `valgrind --tool=callgrind`, which must be installed,
//! and prints one table. A workspace of its own: what dfir needs is built only
//! by who asks for this table.

#![allow(clippy::redundant_closure, reason = "what is measured is a closure")]

use std::{
    env,
    hint::black_box,
    pin::pin,
    process::Command,
    task::{Context, Poll, Waker},
};

const ITEMS: u64 = 1_000_000;

fn even(x: &u64) -> bool {
    x.is_multiple_of(2)
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            return result;
        }
    }
}

/// One chain: `map`, `filter`, `fold`.
///
/// None is inlined, so that callgrind can count inside it alone, and each sum
/// begins with another number: of functions with the same code the linker keeps one.
mod linear {
    use super::{black_box, block_on, even};

    #[inline(never)]
    pub fn hand(n: u64) -> u64 {
        let mut sum = 1;
        for x in 0..n {
            let x = black_box(x) * 3 + 1;
            if even(&x) {
                sum += x;
            }
        }
        sum
    }

    #[inline(never)]
    pub fn flow(n: u64) -> u64 {
        flow_runtime::flow! {
            from(0..n) -> map(|x| black_box(x) * 3 + 1) -> filter(even) -> fold(2, |sum, x| *sum += x)
        }
        .run()
    }

    #[inline(never)]
    pub fn futures(n: u64) -> u64 {
        use futures::{StreamExt, future::ready, stream};
        block_on(
            stream::iter(0..n)
                .map(|x| black_box(x) * 3 + 1)
                .filter(|x| ready(even(x)))
                .fold(3, |sum, x| ready(sum + x)),
        )
    }

    #[inline(never)]
    pub fn tokio_stream(n: u64) -> u64 {
        use tokio_stream::StreamExt;
        block_on(
            tokio_stream::iter(0..n)
                .map(|x| black_box(x) * 3 + 1)
                .filter(even)
                .fold(4, |sum, x| sum + x),
        )
    }

    #[inline(never)]
    pub fn dfir(n: u64) -> u64 {
        let mut sum = 5;
        let total = &mut sum;
        let mut flow = dfir_rs::dfir_syntax! {
            source_iter(0..n)
                -> map(|x| black_box(x) * 3 + 1)
                -> filter(even)
                -> for_each(|x| *total += x);
        };
        flow.run_available_sync();
        drop(flow);
        sum
    }
}

/// Two branches of the same items, which meet again.
///
/// A `Stream` cannot be used twice: where streams are measured the source is
/// there twice, which only sources that can be repeated allow.
mod union {
    use super::{black_box, block_on, even};

    #[inline(never)]
    pub fn hand(n: u64) -> u64 {
        let mut sum = 11;
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
    pub fn flow(n: u64) -> u64 {
        flow_runtime::flow! {
            x = from(0..n) -> map(|x| black_box(x));
            union(x -> filter(even) -> map(|x| x + 1), x -> map(|x| x * 2))
                -> fold(12, |sum, x| *sum += x)
        }
        .run()
    }

    #[inline(never)]
    pub fn futures(n: u64) -> u64 {
        use futures::{StreamExt, future::ready, stream};
        let items = || stream::iter(0..n).map(|x| black_box(x));
        let left = items().filter(|x| ready(even(x))).map(|x| x + 1);
        let right = items().map(|x| x * 2);
        block_on(stream::select(left, right).fold(13, |sum, x| ready(sum + x)))
    }

    #[inline(never)]
    pub fn tokio_stream(n: u64) -> u64 {
        use tokio_stream::StreamExt;
        let items = || tokio_stream::iter(0..n).map(|x| black_box(x));
        let left = items().filter(even).map(|x| x + 1);
        let right = items().map(|x| x * 2);
        block_on(left.merge(right).fold(14, |sum, x| sum + x))
    }

    #[inline(never)]
    pub fn dfir(n: u64) -> u64 {
        let mut sum = 15;
        let total = &mut sum;
        let mut flow = dfir_rs::dfir_syntax! {
            x = source_iter(0..n) -> map(|x| black_box(x)) -> tee();
            x -> filter(even) -> map(|x| x + 1) -> all;
            x -> map(|x| x * 2) -> all;
            all = union() -> for_each(|x| *total += x);
        };
        flow.run_available_sync();
        drop(flow);
        sum
    }
}

type Case = (&'static str, fn(u64) -> u64);

/// Each job with its functions, by whose names callgrind finds them.
macro_rules! jobs {
    ($($job:ident: $($case:ident)*),*) => {
        &[$(&[$((concat!(stringify!($job), "::", stringify!($case)), $job::$case)),*]),*]
    };
}

const JOBS: &[&[Case]] = jobs![
    linear: hand flow futures tokio_stream dfir,
    union: hand flow futures tokio_stream dfir
];

fn main() {
    if let Some(name) = env::args().nth(1) {
        let mut cases = JOBS.iter().copied().flatten();
        let (_, case) = cases.find(|(case, _)| *case == name).expect("a case");
        black_box(case(black_box(ITEMS)));
        return;
    }
    println!("{:<22} {:>14} {:>8}", "", "instructions", "ratio");
    for job in JOBS {
        // They begin with numbers that follow each other.
        let sums: Vec<u64> = (0..)
            .zip(*job)
            .map(|(i, (_, case))| case(1000) - i)
            .collect();
        assert!(sums.iter().all(|sum| *sum == sums[0]), "all do the same");
        let mut by_hand = None;
        for (name, _) in *job {
            let Some(count) = count(name) else {
                println!("valgrind is not installed: nothing counted");
                return;
            };
            let ratio = count as f64 / *by_hand.get_or_insert(count) as f64;
            println!("{name:<22} {count:>14} {ratio:>8.3}");
        }
    }
}

/// The instructions inside one case, this binary run again under callgrind.
fn count(case: &str) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("--toggle-collect=peers::{case}"))
        .arg(env::current_exe().ok()?)
        .arg(case)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.split(':').nth(1)?.trim().parse().ok()
}
