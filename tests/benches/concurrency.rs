//! The cost of running 16 futures at a time, against `futures` and
//! `futures-buffered`: CPU time of one run, as ratios to ours, and allocations.
//!
//! `cargo bench -p flow-tests --bench concurrency`. The variants take turns and
//! the medians are reported, so that other work on the machine hits all alike.

// For the counting allocator alone.
#![allow(unsafe_code)]

use core::future::poll_fn;
use core::pin::pin;
use core::sync::atomic::{AtomicU64, Ordering};
use core::task::Poll;
use flow_runtime::__private::region::{self, Pulse, Region};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, Stream, StreamExt, stream};
use futures_buffered::BufferedStreamExt;
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::time::Instant;
use tokio::task::LocalSet;

const ITEMS: u64 = 1_000_000;
const WIDTH: usize = 16;
const ROUNDS: usize = 7;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system's; counting touches no memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

async fn ready(n: u64) -> u64 {
    n ^ (n >> 3)
}

/// Pending once, woken by itself.
async fn yielding(n: u64) -> u64 {
    let mut yielded = false;
    poll_fn(|cx| {
        if core::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    n ^ (n >> 3)
}

/// `from(0..ITEMS) -> then(job, concurrency = 16) -> fold(…)`, as expanded.
async fn ours<F: Future<Output = u64>>(mut job: impl FnMut(u64) -> F, ordered: bool) -> u64 {
    let mut sum = 0;
    {
        let pulse = Pulse::new();
        let answers = region::jobs(&pulse, WIDTH, ordered);
        let mut upstream = Region::new(&pulse, async {
            let mut feed = answers.feed();
            for x in 0..black_box(ITEMS) {
                feed.place().await.start(job(x));
            }
        });
        let mut downstream = Region::new(&pulse, async {
            let mut results = answers.results();
            while let Some(x) = results.next().await {
                add(&mut sum, x);
            }
        });
        region::sweep(&pulse, |cx| {
            let mut over = downstream.poll(cx);
            answers.drive();
            over &= upstream.poll(cx);
            over
        })
        .await;
    }
    sum
}

async fn streamed(stream: impl Stream<Item = u64>) -> u64 {
    let mut stream = pin!(stream);
    let mut sum = 0;
    while let Some(x) = stream.next().await {
        add(&mut sum, x);
    }
    sum
}

async fn one_at_a_time<F: Future<Output = u64>>(mut job: impl FnMut(u64) -> F) -> u64 {
    let mut sum = 0;
    for x in 0..black_box(ITEMS) {
        add(&mut sum, job(x).await);
    }
    sum
}

fn add(sum: &mut u64, x: u64) {
    *sum = sum.wrapping_add(black_box(x));
}

/// Nanoseconds for which this process had a processor.
fn cpu_time(start: Instant) -> u64 {
    // The kernel brings the account up to date when a thread gives way.
    std::thread::yield_now();
    let of_linux = std::fs::read_to_string("/proc/self/schedstat");
    let first = of_linux
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    first.unwrap_or_else(|| u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// A name and what makes the future to measure.
type Variant = (&'static str, Box<dyn Fn() -> LocalBoxFuture<'static, u64>>);

fn variants<F>(job: impl Fn(u64) -> F + Copy + 'static) -> Vec<Variant>
where
    F: Future<Output = u64> + 'static,
{
    fn variant<R>(name: &'static str, run: impl Fn() -> R + 'static) -> Variant
    where
        R: Future<Output = u64> + 'static,
    {
        (name, Box::new(move || run().boxed_local()))
    }
    let source = move || stream::iter(0..black_box(ITEMS)).map(job);
    vec![
        variant("one at a time", move || one_at_a_time(job)),
        variant("ours, ordered", move || ours(job, true)),
        variant("ours, unordered", move || ours(job, false)),
        variant("futures, ordered", move || {
            streamed(source().buffered(WIDTH))
        }),
        variant("futures, unordered", move || {
            streamed(source().buffer_unordered(WIDTH))
        }),
        variant("futures-buffered, ordered", move || {
            streamed(source().buffered_ordered(WIDTH))
        }),
        variant("futures-buffered, unordered", move || {
            streamed(source().buffered_unordered(WIDTH))
        }),
    ]
}

fn report(title: &str, variants: &[Variant]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    // In a task: the root of `block_on` looks at all drivers at every yield.
    let run = |future| {
        let tasks = LocalSet::new();
        let task = tasks.spawn_local(future);
        tasks.block_on(&runtime, task).expect("no panic")
    };
    let start = Instant::now();
    let mut times = vec![Vec::new(); variants.len()];
    let mut allocations = vec![0; variants.len()];
    let mut expected = None;
    for _ in 0..ROUNDS {
        for (at, (name, make)) in variants.iter().enumerate() {
            let allocated = ALLOCATIONS.load(Ordering::Relaxed);
            let begin = cpu_time(start);
            let sum = run(make());
            times[at].push(cpu_time(start) - begin);
            allocations[at] = ALLOCATIONS.load(Ordering::Relaxed) - allocated;
            assert_eq!(*expected.get_or_insert(sum), sum, "{name}");
        }
    }
    let medians = times.iter_mut().map(|times| {
        times.sort_unstable();
        times[ROUNDS / 2] as f64 / ITEMS as f64
    });
    let medians: Vec<f64> = medians.collect();
    println!("\n{title:38}  ns/item   ratio  allocations/item");
    for (at, (name, _)) in variants.iter().enumerate() {
        let ratio = medians[at] / medians[1];
        let allocations = allocations[at] as f64 / ITEMS as f64;
        println!(
            "  {name:36} {:8.2} {ratio:7.2}  {allocations:16.4}",
            medians[at]
        );
    }
}

fn main() {
    report("ready, 16 wide", &variants(ready));
    report("pending once, 16 wide", &variants(yielding));
}
