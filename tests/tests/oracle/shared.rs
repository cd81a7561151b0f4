use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

#[allow(unused_imports)]
use flow_runtime::flow;
use flow_runtime::inspect::{Snapshot, Watch};

/// The items that came to nodes and uses. It is a `static`, for some flows run on other threads.
struct Log(Mutex<Vec<(usize, i64)>>);

impl Log {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn borrow_mut(&self) -> MutexGuard<'_, Vec<(usize, i64)>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn show(log: &Log) {
    let mut all = BTreeMap::<usize, Vec<i64>>::new();
    // What is noted at uses is not shown.
    for (id, x) in log.borrow_mut().iter().filter(|(id, _)| *id < 1000) {
        all.entry(*id).or_default().push(*x);
    }
    for (id, items) in all {
        println!("{id}: {items:?}");
    }
}

/// The items of a source, each noted when it is pulled.
fn pulled(log: &Log, id: usize, items: impl IntoIterator<Item = i64>) -> impl Iterator<Item = i64> {
    items.into_iter().inspect(move |x| log.borrow_mut().push((id, *x)))
}

/// A function that waits once.
async fn later(x: i64) -> i64 {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return std::task::Poll::Ready(x);
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await
}

/// Polls a flow that waits for itself alone until it ends.
fn driven<T>(flow: impl Future<Output = T>) -> T {
    let mut flow = std::pin::pin!(flow);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(given) = flow.as_mut().poll(&mut cx) {
            return given;
        }
    }
}

/// Runs a flow on a thread of its own, and looks at its numbers all the while: none of them goes
/// back.
fn aside<T: Send + 'static>(watch: &Watch, run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(run);
    let mut before = watch.snapshot();
    while !thread.is_finished() {
        let now = watch.snapshot();
        for (then, now) in before.edges.iter().zip(&now.edges) {
            assert!(then.items <= now.items, "{then:?}, then {now:?}");
        }
        for (then, now) in before.jobs.iter().zip(&now.jobs) {
            assert!(then.done <= now.done && now.failed == 0, "{then:?}, then {now:?}");
        }
        shared(&now);
        before = now;
    }
    thread.join().unwrap()
}

/// Emits from a thread of its own, and ends the inlet.
fn emit<E: Send + 'static>(emitter: flow_runtime::Emitter<i64, E>, items: &'static [i64]) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for x in items {
            let _ = emitter.emit_blocking(*x);
        }
        emitter.close();
    })
}

/// Shares add up to 1.
fn shared(told: &Snapshot) {
    for region in &told.regions {
        let shares = [region.busy, region.waiting, region.held_up];
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{region:?}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{region:?}");
    }
}

/// Compares the numbers of a flow that has ended with its log, and with each other: what
/// logs says how many came to it, and what gives one item for each gives as many as come;
/// functions have ended for all that went on; shares add up to 1. One that is driven to its end
/// by itself has loops, whose shares are told.
fn counted(watch: &Watch, log: &Log, loops: bool) {
    use flow_runtime::graph::Port;

    let (graph, told) = (watch.graph(), watch.snapshot());
    assert_eq!(told.ended.as_deref(), Some("done"));
    shared(&told);
    assert_eq!(told.regions.is_empty(), !loops);
    for job in &told.jobs {
        let came: u64 = told.edges.iter().filter(|edge| edge.to == job.stage).map(|edge| edge.items).sum();
        let went = told.edges.iter().filter(|edge| edge.from == job.stage).map(|edge| edge.items).max();
        assert!(went <= Some(job.done) && job.done <= came, "{job:?} of {came}, {went:?}");
        assert_eq!((job.running, job.failed), (0, 0), "{job:?}");
    }
    for queue in &told.queues {
        assert!(queue.bound.is_none_or(|bound| queue.waiting <= bound), "{queue:?}");
    }
    let counted = || graph.edges().iter().zip(&told.edges);
    for (index, node) in graph.nodes().iter().enumerate() {
        let into: u64 = counted().filter(|(edge, _)| edge.to == index).map(|(_, told)| told.items).sum();
        if let Some((_, id)) = node.detail.split_once("push((") {
            let id: usize = id.split(',').next().unwrap().parse().unwrap();
            let logged = log.borrow_mut().iter().filter(|(node, _)| *node == id).count();
            assert_eq!(into, logged as u64, "{}", node.detail);
        }
        if !matches!(node.operator, "map" | "inspect" | "enumerate" | "accumulate") {
            continue;
        }
        let out = |port| counted().filter(move |(edge, _)| (edge.from, edge.port) == (index, port));
        let failed = out(Port::Errors).map(|(_, told)| told.items).next().unwrap_or(0);
        // A branch among several may end before the others.
        let only = counted().filter(|(edge, _)| edge.from == index).count() == 1;
        for (_, told) in out(Port::Items) {
            let went = told.items + failed;
            assert!(went == into || (!only && went < into), "{} -> {}", told.from, told.to);
        }
    }
}

fn guarded(index: usize, run: fn()) {
    // Those before it ran already.
    let first = std::env::args().nth(1).map_or(0, |first| first.parse().unwrap());
    if index < first {
        return;
    }
    println!("flow {index}");
    if std::panic::catch_unwind(run).is_err() {
        println!("it panicked");
    }
}
