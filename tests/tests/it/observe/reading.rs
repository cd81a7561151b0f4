//! Snapshots of flows that go on, and lines for a log.

use std::time::Duration;

use flow_runtime::flow;
use flow_runtime::inspect::EdgeItems;
use tokio::time::sleep;

use super::ended;

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn a_line_is_one_line_whatever_an_error_says() {
    let said = "no\n\x1b[2J\x1b]0;title\x07\u{9b}31m\u{202e}";
    let flow = flow! {
        #![observe = "a\nb\x1b[31m"]
        from([said]) -> map(Err::<u8, _>)? -> sum::<u8>()
    };
    let watch = flow.watch();
    flow.run().unwrap_err();
    let line = watch.snapshot().to_string();
    assert!(line.starts_with("a\\nb\\u{1b}[31m: "), "{line}");
    assert!(line.contains(", error: stage `map` at "), "{line}");
    let end = ": no\\n\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{9b}31m\\u{202e}";
    assert!(line.ends_with(end), "{line}");
    // Who reads the numbers themselves has the error as it is.
    assert!(ended(&watch).ends_with(said));
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_never_due_is_written_at_the_end() {
    for d in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        let flow = flow! { #![observe] interval(Duration::from_secs(1)) -> count() };
        let log = flow.watch().log_every(d);
        let (count, ()) = tokio::join!(flow.run_until(sleep(ms(3500))), log);
        assert_eq!(count, 3);
    }
}

/// Whoever reads while the flow goes on does not see more done than came.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_stage_has_done_more_than_what_came_to_it() {
    let flow = flow! {
        #![observe]
        first = from(0..u64::MAX) -> then(async |x| { tokio::task::yield_now().await; x }, concurrency = 4);
        second = first -> then(async |x| {
            for _ in 0..x % 5 { tokio::task::yield_now().await; }
            if x % 3 == 0 { Err(x) } else { Ok(x) }
        }, concurrency = 4, ordered = false)? else drop;
        second -> map(|x| x) -> count()
    };
    let watch = flow.watch();
    let reader = std::thread::spawn(move || {
        let mut mistakes = Vec::new();
        let mut read = 0;
        while ended(&watch).is_empty() {
            let told = watch.snapshot();
            read += 1;
            for job in &told.jobs {
                let sum = |is: fn(&EdgeItems, &str) -> bool| -> u64 {
                    let edges = told.edges.iter().filter(|edge| is(edge, &job.stage));
                    edges.map(|edge| edge.items).sum()
                };
                let came = sum(|edge, stage| edge.to == stage);
                let left = sum(|edge, stage| edge.from == stage);
                let done = job.done + job.failed;
                if came < done + job.running || left > done {
                    mistakes.push(format!(
                        "{}: {came} came, {done} done, {} run, {left} left",
                        job.stage, job.running
                    ));
                }
            }
        }
        (read, mistakes)
    });
    let _ = tokio::time::timeout(ms(500), flow.run()).await;
    let (read, mistakes) = reader.join().unwrap();
    assert!(read > 10, "{read}");
    assert!(
        mistakes.is_empty(),
        "{} of {read}: {mistakes:?}",
        mistakes.len(),
    );
}
