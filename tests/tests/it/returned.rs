//! Flows that functions return, and that structs keep: the traits of `running`.

use std::future::ready;
use std::num::ParseIntError;
use std::time::Duration;

use flow_runtime::running::{AsyncFlow, AsyncOpenFlow, BoxAsyncFlow, Flow, OpenFlow, Running};
use flow_runtime::{DynOperator, Emitter, Error, ErrorKind, Operator, TryEmitError, flow};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::guard::within;

fn lengths(words: &[String]) -> impl Flow<Output = (usize, Option<usize>)> {
    flow! {
        words = from(words);
        count = words -> count();
        long  = words -> map(|word| word.len()) -> max();
        (count, long)
    }
}

fn slow(n: u64) -> impl AsyncFlow<Output = u64> + Send {
    flow! {
        from(0..n) -> then(async |x| { sleep(Duration::from_millis(10)).await; x }, concurrency = 2) -> sum::<u64>()
    }
}

fn parsed(words: &[String]) -> impl AsyncFlow<Output = Result<u32, Error>> + use<'_> {
    flow! { from(words) -> then(async |word| word.parse::<u32>())? -> sum::<u32>() }
}

fn open() -> impl OpenFlow<u32, Output = Vec<u32>, Emitted = ()> + Send {
    flow! { <u32> -> partition(2) -> map(|batch| batch.iter().sum()) -> take(2) -> collect::<Vec<u32>>() }
}

#[derive(Debug, PartialEq)]
struct Mine(String);

impl From<ParseIntError> for Mine {
    fn from(error: ParseIntError) -> Self {
        Self(error.to_string())
    }
}

fn mine()
-> impl AsyncOpenFlow<&'static str, Output = Result<u32, Mine>, Emitted = Result<(), Mine>> + Send {
    flow! { #![error = Mine] <&'static str> -> then(async |word: &str| word.parse::<u32>())? -> sum::<u32>() }
}

#[test]
fn a_synchronous_flow_borrows_what_its_function_was_given() {
    let words = ["a".to_string(), "bcd".to_string()];
    let flow = lengths(&words);
    assert_eq!(flow.graph().nodes().len(), 4);
    assert_eq!(flow.run(), (2, Some(3)));
    let boxed: Box<dyn Flow<Output = (usize, Option<usize>)> + '_> = Box::new(lengths(&words));
    assert_eq!(boxed.run(), (2, Some(3)));
}

#[tokio::test(start_paused = true)]
async fn a_returned_flow_is_awaited_run_stopped_and_spawned() {
    assert_eq!(within(slow(4)).await, 6);
    assert_eq!(within(slow(4).run()).await, 6);
    assert_eq!(within(slow(4).spawn()).await.unwrap(), 6);
    assert_eq!(within(slow(u64::MAX).run_until(ready(()))).await, 0);
    let stuck = slow(u64::MAX).run_until(sleep(Duration::from_millis(25)));
    assert!(
        within(stuck.deadline(Duration::from_secs(1)))
            .await
            .unwrap()
            >= 6
    );
    // Within a task, and as the associated type.
    assert_eq!(tokio::spawn(async { slow(3).await }).await.unwrap(), 3);
    assert_eq!(start(slow(3)).await.unwrap(), 3);
}

fn start<F>(flow: F) -> JoinHandle<F::Output>
where
    F: AsyncFlow<Output: Send> + Send + 'static,
    F::Running: Send,
{
    let running: Running<F> = flow.run();
    tokio::spawn(running)
}

#[tokio::test]
async fn a_deadline_of_a_returned_flow_is_told() {
    fn never() -> impl AsyncFlow<Output = usize> {
        flow! { from([1]) -> then(async |_| std::future::pending::<u8>().await) -> count() }
    }
    let run = never()
        .run_until(ready(()))
        .deadline(Duration::from_millis(5));
    // Nothing was pulled, so nothing is stuck.
    assert_eq!(within(run).await.unwrap(), 0);
    let run = never()
        .run_until(sleep(Duration::from_millis(5)))
        .deadline(Duration::from_millis(5));
    assert_eq!(within(run).await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_returned_flow_tells_its_error() {
    let words = ["1".to_string(), "x".to_string()];
    assert!(parsed(&words).await.unwrap_err().is::<ParseIntError>());
    assert_eq!(parsed(&words[..1]).run().await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn boxes_of_asynchronous_flows_are_of_one_type() {
    let words = ["1".to_string()];
    let other =
        flow! { from(&words) -> then(async |word: &String| word.len() as u64) -> sum::<u64>() };
    let jobs: Vec<BoxAsyncFlow<'_, u64>> =
        vec![slow(4).boxed(), other.boxed(), slow(u64::MAX).boxed()];
    let mut given = Vec::new();
    for job in jobs {
        given.push(job.run_until(sleep(Duration::from_millis(30))).await);
    }
    assert_eq!(given[..2], [6, 1]);
}

#[tokio::test]
async fn an_open_flow_is_fed_here_and_elsewhere() {
    let mut flow = open();
    (1..=3).for_each(|item| flow.emit(item));
    assert_eq!(flow.finish(), [3, 3]);

    let mut boxed: Box<dyn OpenFlow<u32, Output = Vec<u32>, Emitted = ()> + Send> =
        Box::new(open());
    boxed.emit(1);
    let (emitter, sums) = boxed.spawn();
    for item in 2..=4 {
        emitter.emit(item).await.unwrap();
    }
    // It wants no more.
    assert!(emitter.emit(5).await.is_err());
    assert_eq!(sums.await.unwrap(), [3, 7]);

    let (emitter, sums) = open().spawn_thread();
    tokio::task::spawn_blocking(move || emitter.emit_blocking(7).unwrap())
        .await
        .unwrap();
    assert_eq!(sums.join().unwrap(), [7]);
}

/// A struct that holds any such flow.
struct Totals<F>(F);

impl<F> Totals<F>
where
    F: AsyncOpenFlow<&'static str, Output = Result<u32, Mine>, Emitted = Result<(), Mine>>,
{
    async fn add(&mut self, word: &'static str) -> Result<(), Mine> {
        self.0.emit(word).await
    }

    async fn end(self) -> Result<u32, Mine> {
        self.0.finish().await
    }
}

#[tokio::test]
async fn an_asynchronous_open_flow_is_kept_in_a_struct() {
    let boxed: Box<dyn AsyncOpenFlow<_, Output = _, Emitted = _> + Send> = Box::new(mine());
    let task = tokio::spawn(async move {
        let mut totals = Totals(boxed);
        let failed = totals.add("x").await.unwrap_err();
        totals.add("7").await?;
        totals.add("8").await?;
        Ok::<_, Mine>((failed, totals.end().await?))
    });
    let (failed, sum) = task.await.unwrap().unwrap();
    assert_eq!(
        (failed.0.as_str(), sum),
        ("invalid digit found in string", 15)
    );
}

#[tokio::test]
async fn an_asynchronous_open_flow_is_reserved_tried_and_spawned() {
    let mut flow = mine();
    flow.reserve().await.unwrap().emit("1");
    assert_eq!(flow.try_emit("2"), Ok(()));
    assert_eq!(flow.finish().await, Ok(3));

    let (emitter, sum): (Emitter<&str, Mine>, _) = mine().spawn();
    emitter.emit("4").await.unwrap();
    emitter.close();
    assert_eq!(emitter.try_emit("5"), Err(TryEmitError::Closed("5")));
    assert_eq!(sum.await.unwrap(), Ok(4));
}

#[tokio::test]
async fn a_flow_may_be_run_or_stopped_as_the_program_decides() {
    for stops in [false, true] {
        let flow = flow! { from(0..5_u32) -> then(ready) -> count() };
        let count = if stops {
            flow.run_until(ready(())).await
        } else {
            flow.run().await
        };
        assert_eq!(count, if stops { 0 } else { 5 });
    }
}

#[test]
fn operators_stand_behind_pointers() {
    let mut all: Vec<Box<dyn DynOperator<u64, Out = u64> + Send>> = vec![
        Box::new(flow! { <u64> -> map(|n| n + 1) }),
        // Lazy, as without a box.
        Box::new(flow! { <u64> -> flat_map(|n| n..) }),
    ];
    assert_eq!(all[1].push(3).take(2).collect::<Vec<_>>(), [3, 4]);
    // What was not taken comes first.
    let (last, first) = (all.pop().unwrap(), all.pop().unwrap());
    let flow = flow! { from([1, 2]) -> via(first) -> via(last) -> take(5) -> collect::<Vec<_>>() };
    assert_eq!(flow.run(), [5, 6, 7, 8, 9]);
}

#[test]
fn a_boxed_operator_gives_what_it_holds() {
    let batches: Box<dyn DynOperator<u64, Out = usize>> =
        Box::new(flow! { <u64> -> partition(2) -> map(|batch| batch.len()) });
    let flow = flow! { from(0..5) -> via(batches) -> collect::<Vec<_>>() };
    assert_eq!(flow.run(), [2, 2, 1]);
}

#[tokio::test]
async fn a_function_that_is_generic_over_its_operator_spawns_it() {
    fn start(op: impl Operator<u64, Out = u64> + Send + 'static) -> JoinHandle<u64> {
        flow! { from(0..4) -> via(Box::new(op)) -> then(ready) -> sum::<u64>() }.spawn()
    }
    assert_eq!(start(flow! { <u64> -> map(|n| n * n) }).await.unwrap(), 14);
}
