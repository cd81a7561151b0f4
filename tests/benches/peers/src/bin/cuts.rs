//! Nanoseconds an item costs through the operators that cut a flow, against
//! other libraries: wall time, the best of several rounds taken in turns.
//!
//! ```text
//! cargo run --release --manifest-path tests/benches/peers/Cargo.toml --bin cuts
//! ```

use std::{hint::black_box, time::Instant};

use flow_runtime::flow;
use futures::{StreamExt, stream};
use futures_buffered::BufferedStreamExt;
use rayon::iter::{ParallelBridge, ParallelIterator};
use tokio::{runtime::Builder, sync::mpsc};

const ITEMS: u64 = 1_000_000;
const ROUNDS: usize = 7;

/// A little work, about as much as a hash of a word.
fn work(n: u64) -> u64 {
    (0..20).fold(n, |x, _| {
        x.wrapping_mul(6_364_136_223_846_793_005).rotate_left(13)
    })
}

/// The number of dear items.
const DEAR: u64 = ITEMS / 100;

/// A hundred times as much, where it counts how evenly the workers are used.
fn dear(n: u64) -> u64 {
    (0..100).fold(n, |x, _| work(x))
}

async fn ready(n: u64) -> u64 {
    n ^ (n >> 3)
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn add(sum: &mut u64, x: u64) {
    *sum = sum.wrapping_add(black_box(x));
}

fn buffer_flow() -> u64 {
    block_on(flow! { from(0..black_box(ITEMS)) -> buffer(256) -> fold(0, add) }.run())
}

fn buffer_mpsc() -> u64 {
    block_on(async {
        let (tx, mut rx) = mpsc::channel(256);
        let feed = async move {
            for x in 0..black_box(ITEMS) {
                tx.send(x).await.unwrap();
            }
        };
        let read = async {
            let mut sum = 0;
            while let Some(x) = rx.recv().await {
                add(&mut sum, x);
            }
            sum
        };
        futures::join!(feed, read).1
    })
}

fn buffer_futures() -> u64 {
    block_on(async {
        let (mut tx, mut rx) = futures::channel::mpsc::channel(256);
        let feed = async move {
            for x in 0..black_box(ITEMS) {
                futures::SinkExt::send(&mut tx, x).await.unwrap();
            }
        };
        let read = async {
            let mut sum = 0;
            while let Some(x) = rx.next().await {
                add(&mut sum, x);
            }
            sum
        };
        futures::join!(feed, read).1
    })
}

fn stages_flow() -> u64 {
    block_on(
        flow! { from(0..black_box(ITEMS)) -> then(ready, concurrency = 16) -> then(ready, concurrency = 16) -> fold(0, add) }
            .run(),
    )
}

fn stages_buffered() -> u64 {
    block_on(async {
        let stages = stream::iter(0..black_box(ITEMS))
            .map(ready)
            .buffered_ordered(16)
            .map(ready)
            .buffered_ordered(16);
        let mut stages = std::pin::pin!(stages);
        let mut sum = 0;
        while let Some(x) = stages.next().await {
            add(&mut sum, x);
        }
        sum
    })
}

fn stages_roughage() -> u64 {
    block_on(async {
        let stages = roughage::AsyncPipeline::from_iter(0..black_box(ITEMS))
            .map_concurrent(ready, 16)
            .map_concurrent(ready, 16);
        let mut sum = 0;
        stages.for_each(async |x| add(&mut sum, x)).await;
        sum
    })
}

fn stages_futures() -> u64 {
    block_on(async {
        let stages = stream::iter(0..black_box(ITEMS))
            .map(ready)
            .buffered(16)
            .map(ready)
            .buffered(16);
        let mut stages = std::pin::pin!(stages);
        let mut sum = 0;
        while let Some(x) = stages.next().await {
            add(&mut sum, x);
        }
        sum
    })
}

fn scatter(items: u64, work: fn(u64) -> u64) -> u64 {
    block_on(
        flow! { from(0..black_box(items)) -> scatter(2) -> map(work) -> gather() -> fold(0, add) }
            .run(),
    )
}

fn rayon(items: u64, work: fn(u64) -> u64) -> u64 {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    pool.install(|| {
        (0..black_box(items))
            .par_bridge()
            .map(work)
            .map(black_box)
            .reduce(|| 0, u64::wrapping_add)
    })
}

fn sequential(items: u64, work: fn(u64) -> u64) -> u64 {
    let mut sum = 0;
    for x in 0..black_box(items) {
        add(&mut sum, work(x));
    }
    sum
}

fn report(title: &str, items: u64, variants: &[(&str, fn() -> u64)]) {
    let mut best = vec![f64::MAX; variants.len()];
    let mut expected = None;
    for _ in 0..ROUNDS {
        for (at, (name, run)) in variants.iter().enumerate() {
            let begin = Instant::now();
            let sum = run();
            let ns = begin.elapsed().as_nanos() as f64 / items as f64;
            best[at] = best[at].min(ns);
            assert_eq!(*expected.get_or_insert(sum), sum, "{name}");
        }
    }
    println!("\n{title:38}  ns/item   ratio");
    for (at, (name, _)) in variants.iter().enumerate() {
        println!("  {name:36} {:8.2} {:7.2}", best[at], best[at] / best[0]);
    }
}

fn main() {
    report(
        "one buffer of 256",
        ITEMS,
        &[
            ("flow!, buffer(256)", buffer_flow),
            ("tokio mpsc", buffer_mpsc),
            ("futures mpsc", buffer_futures),
        ],
    );
    report(
        "two concurrent stages of 16",
        ITEMS,
        &[
            ("flow!", stages_flow),
            ("futures-buffered", stages_buffered),
            ("roughage", stages_roughage),
            ("futures", stages_futures),
        ],
    );
    report(
        "two workers",
        ITEMS,
        &[
            ("flow!, scatter(2)", || scatter(ITEMS, work)),
            ("rayon, par_bridge", || rayon(ITEMS, work)),
            ("one thread", || sequential(ITEMS, work)),
        ],
    );
    report(
        "two workers, dear items",
        DEAR,
        &[
            ("flow!, scatter(2)", || scatter(DEAR, dear)),
            ("rayon, par_bridge", || rayon(DEAR, dear)),
            ("one thread", || sequential(DEAR, dear)),
        ],
    );
}
