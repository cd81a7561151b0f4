//! Flows that await: regions, cuts, functions, open ends.

use std::time::Duration;

use flow_runtime::{flow, inspect::WatchedJob};
use futures::StreamExt;
use tokio::time::sleep;

use super::{assert_shares, edges, ended, items};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn slow(x: u64) -> u64 {
    sleep(ms(100)).await;
    x
}

#[tokio::test(start_paused = true)]
async fn functions_are_counted_and_timed() {
    let flow = flow! { #![observe] from(0..10) -> then(slow) -> sum::<u64>() };
    let watch = flow.watch();
    assert_eq!((flow.run().await, items(&watch)), (45, vec![10, 10]));
    let told = watch.snapshot();
    let job = &told.jobs[0];
    assert_eq!(
        (job.stage.as_str(), job.running, job.done, job.failed),
        ("then_1", 0, 10, 0)
    );
    for time in [job.p50, job.p99] {
        assert!((time.unwrap() - 0.1).abs() < 0.004, "{time:?}");
    }
    assert_eq!((told.slow.as_deref(), told.seconds), (Some("then_1"), 1.0));
    assert_eq!(
        (told.regions[0].busy, told.ended.as_deref()),
        (1.0, Some("done"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_stage_holds_up_what_is_before_it() {
    let flow = flow! {
        #![observe]
        answers = from(0..100) -> then(slow, concurrency = 4);
        answers -> buffer(8) -> sum::<u64>()
    };
    let watch = flow.watch();
    let running = flow.spawn();
    sleep(ms(450)).await;
    let told = watch.snapshot();
    assert_eq!(told.ended, None);
    assert_eq!(told.slow.as_deref(), Some("answers"));
    assert_eq!(
        (told.regions[0].held_up, told.regions[1].waiting),
        (1.0, 1.0)
    );
    let job = &told.jobs[0];
    assert_eq!((job.running, job.done, job.oldest.len()), (4, 16, 4));
    assert_eq!(
        (job.oldest[0].key.as_str(), job.oldest[0].seconds),
        ("16", 0.05)
    );
    let queues: Vec<_> = told
        .queues
        .iter()
        .map(|each| (&*each.stage, each.bound))
        .collect();
    assert_eq!(queues, [("answers", Some(8)), ("buffer_2", Some(8))]);
    assert_shares(&watch);
    assert_eq!(running.await.unwrap(), 4950);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![100, 100, 100], "done".into())
    );
}

#[tokio::test(start_paused = true)]
async fn behind_a_full_buffer_is_the_slow_stage() {
    let flow = flow! {
        #![observe]
        from(0..50) -> buffer(4) -> then(slow) -> map(|x| x + 1) -> count()
    };
    let watch = flow.watch();
    let running = flow.spawn();
    sleep(ms(1050)).await;
    let told = watch.snapshot();
    assert_eq!(told.slow.as_deref(), Some("then_2"));
    assert_eq!((told.queues[0].waiting, told.queues[0].bound), (4, Some(4)));
    assert!(told.regions[0].held_up > 0.99 && told.regions[1].busy > 0.99);
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_waited_for_is_the_slow_stage() {
    let flow = flow! { #![observe] interval(ms(100)) -> take(5) -> buffer(2) -> count() };
    let watch = flow.watch();
    flow.run().await;
    let told = watch.snapshot();
    assert_eq!(told.slow.as_deref(), Some("interval_0"));
    assert!(told.regions.iter().all(|region| region.waiting > 0.99));
    assert_shares(&watch);
}

#[tokio::test]
async fn a_stream_counts_as_it_is_taken() {
    let mut flow = flow! { #![observe] from(0..10_u64) -> then(async |x| x) };
    let watch = flow.watch();
    assert_eq!(flow.next().await, Some(0));
    assert_eq!(items(&watch), [1, 1]);
    assert_eq!(flow.by_ref().count().await, 9);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![10, 10], "done".into())
    );

    let odd = async |x: u64| if x == 3 { Err("three") } else { Ok(x) };
    let mut flow = flow! { #![observe] from(0..10) -> then(odd)? };
    let watch = flow.watch();
    assert_eq!(flow.by_ref().count().await, 4);
    assert!(ended(&watch).starts_with("error: ") && ended(&watch).ends_with("three"));
}

#[tokio::test]
async fn open_flows_count_while_they_are_driven() {
    let mut flow = flow! { #![observe] <u64> -> then(async |x| x) -> sum::<u64>() };
    let watch = flow.watch();
    flow.emit(1).await;
    flow.emit(2).await;
    assert_eq!((items(&watch), ended(&watch)), (vec![2, 2], String::new()));
    assert_eq!((flow.finish().await, ended(&watch)), (3, "done".into()));

    let flow = flow! {
        #![observe]
        left = <u64>;
        right = <u64>;
        union(left, right) -> then(async |x| x) -> sum::<u64>()
    };
    let watch = flow.watch();
    let (emitter, sum) = flow.spawn();
    emitter.emit_left(1).await.unwrap();
    emitter.emit_right(2).await.unwrap();
    emitter.emit_left(3).await.unwrap();
    emitter.close();
    assert_eq!((sum.await.unwrap(), items(&watch)), (6, vec![2, 1, 3, 3]));
    assert_eq!(ended(&watch), "done");

    let flow = flow! { #![observe] <u64> -> sum::<u64>() };
    let watch = flow.watch();
    let (emitter, sum) = flow.spawn();
    emitter.emit(1).await.unwrap();
    emitter.close();
    assert_eq!(
        (sum.await.unwrap(), items(&watch), ended(&watch)),
        (1, vec![1], "done".into())
    );
}

#[tokio::test]
async fn workers_are_added_up() {
    let flow = flow! {
        #![observe]
        from(0..10_000_u64) -> scatter(3, by = |x| x % 10) -> map(|x| x + 1)
            -> by_key(|x| x % 10) { partition(4) -> map(|batch| batch.len()) } -> gather()
            -> sum::<usize>()
    };
    let watch = flow.watch();
    assert_eq!(flow.run().await, 10_000);
    let told = [
        "from_0 -> scatter_1: 10000",
        "scatter_1 -> sum_2: 2500",
        "scatter_1 -> scatter_1.map_1: 10000",
        "scatter_1.map_1 -> scatter_1.by_key_2: 10000",
        "scatter_1.by_key_2 -> scatter_1: 2500",
        "scatter_1.by_key_2 -> scatter_1.by_key_2.partition_1: 10000",
        "scatter_1.by_key_2.partition_1 -> scatter_1.by_key_2.map_2: 2500",
        "scatter_1.by_key_2.map_2 -> scatter_1.by_key_2: 2500",
    ];
    assert_eq!(edges(&watch), told);
}

#[tokio::test(start_paused = true)]
async fn chains_of_keys_that_await_are_counted_together() {
    let flow = flow! {
        #![observe]
        from(0..100) -> by_key(|x| x % 10) { then(slow) -> filter(|x| x % 2 == 0) } -> count()
    };
    let watch = flow.watch();
    assert_eq!(flow.run().await, 50);
    assert_eq!(items(&watch), [100, 50, 100, 100, 50]);
    let told = watch.snapshot();
    assert_eq!(
        (told.jobs[0].stage.as_str(), told.jobs[0].done),
        ("by_key_1.then_1", 100)
    );
    assert_eq!(told.slow.as_deref(), Some("by_key_1"));
}

#[tokio::test(start_paused = true)]
async fn a_piece_that_awaits_is_watched_beside_its_flow() {
    let piece =
        flow! { #![observe] <u64> -> then(slow, concurrency = 2) -> filter(|x| x % 2 == 0) };
    let of_piece = piece.watch();
    let flow = flow! { #![observe] from(0..10) -> via_async(piece) -> count() };
    let watch = flow.watch();
    assert_eq!(flow.drive().await, 5);
    assert_eq!(
        (items(&watch), items(&of_piece)),
        (vec![10, 5], vec![10, 10, 5])
    );
    assert_eq!(
        (ended(&watch), ended(&of_piece)),
        ("done".into(), "done".into())
    );
}

#[tokio::test(start_paused = true)]
async fn cycles_through_cuts_are_counted() {
    let links = async |n: u64| Ok::<_, std::io::Error>(vec![slow(n).await / 2, n / 3]);
    let flow = flow! {
        #![observe]
        #[capacity(100)]
        pages = unique() -> then(links, concurrency = 3)? -> flatten() -> pages;
        from([100]) -> pages;
    };
    let watch = flow.watch();
    flow.run().await.unwrap();
    let told = [
        "unique_0 -> then_1: 15",
        "then_1 -> pages: 15",
        "pages -> union_4: 30",
        "from_3 -> union_4: 1",
        "union_4 -> unique_0: 31",
    ];
    assert_eq!(edges(&watch), told);
    assert_eq!(watch.snapshot().queues[1].bound, Some(100));
}

/// Nothing is held up in a circle that is not full, and no source is waited for.
#[tokio::test(start_paused = true)]
async fn what_holds_most_of_what_goes_round_is_the_slow_stage() {
    for (pace, latency, stage) in [(200, 10, "paced"), (1, 200, "got")] {
        let get = move |n: u64| async move {
            sleep(ms(latency)).await;
            n..n + 10
        };
        let flow = flow! {
            #![observe]
            from([1]) -> urls;
            urls = unique();
            paced = urls -> by_key(|n| n % 3) { buffer(1000) -> rate_limit(ms(pace)) };
            got = paced -> then(get, concurrency = 64, ordered = false);
            got -> flatten() -> urls;
        };
        let watch = flow.watch();
        assert_eq!(watch.snapshot().slow, None);
        let running = flow.spawn();
        sleep(ms(2100)).await;
        assert_eq!(watch.snapshot().slow.as_deref(), Some(stage));
        running.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn branches_that_run_at_the_same_time_are_counted_each() {
    let flow = flow! {
        #![observe]
        numbers = from(0..4);
        numbers -> then(slow) -> drain();
        numbers -> sink(async |x| { slow(x).await; });
    };
    let watch = flow.watch();
    flow.run().await;
    assert_eq!(items(&watch), [4, 4, 4]);
    assert_eq!(watch.snapshot().seconds, 0.4);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_flow_is_done_and_logged() {
    let flow = flow! { #![observe] interval(Duration::from_secs(1)) -> count() };
    let watch = flow.watch();
    let log = watch.clone().log_every(Duration::from_secs(1));
    let (count, ()) = tokio::join!(flow.run_until(sleep(ms(3500))), log);
    assert_eq!(
        (count, items(&watch), ended(&watch)),
        (3, vec![3], "done".into())
    );
}

#[tokio::test]
async fn what_acknowledges_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let [path, offsets] = ["lines", "offsets"].map(|name| folder.path().join(name));
    std::fs::write(&path, "1\n2\n3\n4\n5\n").unwrap();
    let offsets = flow_runtime::Offsets::open(&offsets).unwrap();
    let flow = flow! {
        #![observe]
        lines(&path, resume = &offsets)? -> partition(2) -> then(async |b| b.len()) -> sum::<usize>()
    };
    let watch = flow.watch();
    assert_eq!(flow.run().await.unwrap(), 5);
    assert_eq!(
        (items(&watch), ended(&watch)),
        (vec![5, 3, 3], "done".into())
    );
}
