#![allow(dead_code, unused_imports, unused_variables)]
use flow_runtime::{Acked, Batch, Store, flow};
use std::cell::RefCell;
use std::future::Future;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};
use std::time::Duration;

/// Items that say where they come from, and how often they are to go round.
fn input() -> impl Iterator<Item = u32> + Clone {
    (1..=24).map(|origin| origin * 16 + origin % 3)
}

/// An item that comes back, until it need not.
fn again(x: u32) -> Option<u32> {
    (x % 16 > 0).then(|| x - 1)
}

/// Lets others go first.
async fn yielded(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

fn drive<F: Future>(flow: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(flow)
}

thread_local! {
    /// The items that this flow has acknowledged, and those that came to its end.
    static LOG: RefCell<std::sync::Arc<Mutex<Log>>> = RefCell::default();
}

#[derive(Default)]
struct Log {
    /// The source acknowledges.
    used: bool,
    acked: Vec<u32>,
    seen: Vec<u32>,
    /// The items that were acknowledged before they were done with.
    ahead: Vec<u32>,
}

fn log() -> std::sync::Arc<Mutex<Log>> {
    LOG.with_borrow(Clone::clone)
}

/// A stream of the input, which says what it acknowledges, and how much has come to the end
/// by then: all that was made of it.
fn messages() -> Messages {
    log().lock().unwrap().used = true;
    Messages { left: input().collect::<Vec<_>>().into_iter(), rounds: false, log: log() }
}

/// As `messages`, of a flow in which items come back.
fn messages_that_come_back() -> Messages {
    Messages { rounds: true, ..messages() }
}

struct Messages {
    left: std::vec::IntoIter<u32>,
    rounds: bool,
    log: std::sync::Arc<Mutex<Log>>,
}

impl futures_core::Stream for Messages {
    type Item = Acked<u32, Box<dyn FnOnce() + Send>>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let Some(x) = self.left.next() else {
            return std::task::Poll::Ready(None);
        };
        let (log, rounds) = (self.log.clone(), self.rounds);
        let ack = move || {
            let mut log = log.lock().unwrap();
            let mut made = Vec::new();
            let mut next = Some(x);
            while let Some(x) = next {
                made.push(x);
                next = again(x).filter(|_| rounds);
            }
            if log.used && !made.iter().all(|x| log.seen.contains(x)) {
                log.ahead.push(x);
            }
            log.acked.push(x);
        };
        std::task::Poll::Ready(Some(Acked::new(x, Box::new(ack) as Box<dyn FnOnce() + Send>)))
    }
}

/// An item has come to the end.
fn saw(x: &u32) {
    log().lock().unwrap().seen.push(*x);
}

fn checked(index: usize, comes_back: bool, run: fn() -> Vec<u32>) {
    let mut given = run();
    given.sort_unstable();
    let mut wanted: Vec<u32> = input().collect();
    if comes_back {
        let mut next = wanted.clone();
        while !next.is_empty() {
            next = next.into_iter().filter_map(again).collect();
            wanted.extend(&next);
        }
        wanted.sort_unstable();
    }
    assert_eq!(given, wanted);
    let log = log();
    let log = log.lock().unwrap();
    if log.used {
        assert_eq!(log.acked, input().collect::<Vec<_>>(), "acknowledged");
        assert_eq!(log.ahead, [0; 0], "acknowledged ahead of what was made");
    }
}

fn guarded(index: usize, comes_back: bool, run: fn() -> Vec<u32>) {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let outcome = std::panic::catch_unwind(|| checked(index, comes_back, run));
        let _ = tell.send(outcome.map_err(|panic| match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => panic.downcast_ref::<&str>().unwrap_or(&"a panic").to_string(),
        }));
    });
    match told.recv_timeout(Duration::from_secs(20)) {
        Ok(Ok(())) => {}
        Ok(Err(text)) => println!("flow {index}: {}", text.replace('\n', " ")),
        Err(_) => println!("flow {index}: it does not end"),
    }
}

/// The fault that happens, and when.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    Nothing,
    /// The item of this number fails.
    Error(u32),
    /// The function panics at the item of this number.
    Panic(u32),
    /// The flow is told to stop when it has been polled so often.
    Stop(u32),
    /// It is dropped then.
    Drop(u32),
}

static FAULT: Mutex<(Fault, u32)> = Mutex::new((Fault::Nothing, 0));

fn fault() -> Fault {
    FAULT.lock().unwrap().0
}

/// Passes items, but for the one that is to fail.
fn faulty(x: u32) -> Result<u32, std::fmt::Error> {
    let (fault, number) = {
        let mut state = FAULT.lock().unwrap();
        state.1 += 1;
        *state
    };
    match fault {
        Fault::Error(at) if at == number => Err(std::fmt::Error),
        Fault::Panic(at) if at == number => panic!("as it should"),
        _ => Ok(x),
    }
}

/// Waits for so many polls.
async fn polls(mut left: u32) {
    std::future::poll_fn(|cx| {
        if left == 0 {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// The outcome of a flow, unless it is dropped before.
async fn ended<F: Future>(flow: F) -> Option<F::Output> {
    let Fault::Drop(at) = fault() else {
        return Some(flow.await);
    };
    let (mut flow, mut left) = (Box::pin(flow), at);
    std::future::poll_fn(|cx| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        cx.waker().wake_by_ref();
        flow.as_mut().poll(cx).map(Some)
    })
    .await
}

/// One run with a fault.
fn tried(fault: Fault, rounds: bool, run: fn() -> Option<Result<Vec<u32>, flow_runtime::Error>>) {
    *FAULT.lock().unwrap() = (fault, 0);
    LOG.set(Default::default());
    let outcome = std::panic::catch_unwind(run);
    let log = log();
    let log = log.lock().unwrap();
    let items: Vec<u32> = input().collect();
    assert_eq!(log.ahead, [0; 0], "committed ahead of what was made");
    let committed = log.acked.len();
    assert_eq!(log.acked, items[..committed], "committed in order, once");
    let mut seen = log.seen.clone();
    seen.sort_unstable();
    let all = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), all, "nothing comes twice");
    let failed = matches!(outcome, Ok(Some(Err(_))));
    match fault {
        Fault::Nothing => {
            assert!(matches!(outcome, Ok(Some(Ok(_)))), "it ends well");
            assert_eq!(committed, items.len(), "all is committed");
        }
        // Late ones are never reached.
        Fault::Error(_) => assert!(failed || committed == items.len(), "it fails"),
        Fault::Panic(_) => assert!(outcome.is_err() || committed == items.len(), "it panics"),
        Fault::Stop(_) => {
            // All that was taken is done with, but for what was to come back.
            let first = log.seen.iter().any(|x| !log.acked.contains(x));
            assert!(rounds || !first, "what came to the end is committed");
        }
        Fault::Drop(_) => {}
    }
}

fn with_faults(
    index: usize,
    rounds: bool,
    run: fn() -> Option<Result<Vec<u32>, flow_runtime::Error>>,
) {
    let faults = [Fault::Nothing].into_iter();
    let faults = faults.chain((1..30).step_by(3).flat_map(|at| {
        [Fault::Error(at), Fault::Panic(at), Fault::Stop(at), Fault::Drop(at)]
    }));
    for fault in faults {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let outcome = std::panic::catch_unwind(|| tried(fault, rounds, run));
            let _ = tell.send(outcome.map_err(|panic| match panic.downcast::<String>() {
                Ok(text) => *text,
                Err(panic) => panic.downcast_ref::<&str>().unwrap_or(&"a panic").to_string(),
            }));
        });
        match told.recv_timeout(Duration::from_secs(20)) {
            Ok(Ok(())) => continue,
            Ok(Err(text)) => println!("flow {index}: {fault:?}: {}", text.replace('\n', " ")),
            Err(_) => println!("flow {index}: {fault:?}: it does not end"),
        }
        return;
    }
}
