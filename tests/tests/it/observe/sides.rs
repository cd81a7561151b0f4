//! Ways to the side out of chains: of keys, of workers, and cycles.

use flow_runtime::{flow, inspect::Watch};

use super::ended;

fn third(x: u32) -> Result<u32, u32> {
    if x.is_multiple_of(3) { Err(x) } else { Ok(x) }
}

fn small(x: u32) -> Result<u32, String> {
    if x > 90 { Err(x.to_string()) } else { Ok(x) }
}

/// The items on the edges that lead to a stage.
fn to(watch: &Watch, stage: &str) -> u64 {
    let edges = watch.snapshot().edges.into_iter();
    let edges = edges.filter(|edge| edge.to == stage);
    edges.map(|edge| edge.items).sum()
}

/// The errors of each stage.
fn errors(watch: &Watch) -> Vec<(String, u64)> {
    let errors = watch.snapshot().errors.into_iter();
    errors.map(|each| (each.stage, each.count)).collect()
}

macro_rules! sides {
    ($($name:ident: $chain:tt ($($more:tt)*);)*) => {$(
        #[tokio::test]
        async fn $name() {
            let flow = flow! {
                #![observe]
                good = from(1_u32..=100) -> buffer(3) -> $($more)* -> collect::<Vec<_>>();
                bad = collect::<Vec<u32>>();
                worse = collect::<Vec<String>>();
                (good, bad, worse)
            };
            let watch = flow.watch();
            let (good, bad, worse) = flow.run().await;
            assert_eq!((good.len(), bad.len(), worse.len()), (60, 33, 7));
            assert_eq!((to(&watch, "bad"), to(&watch, "worse")), (33, 7));
            assert_eq!(to(&watch, "good"), 60);
            let mut counts = errors(&watch);
            counts.sort_by_key(|(_, count)| *count);
            assert_eq!(counts.iter().map(|(_, count)| count).collect::<Vec<_>>(), [&7, &33]);
            assert!(counts.iter().all(|(stage, _)| stage.starts_with($chain)), "{counts:?}");
            assert_eq!(ended(&watch), "done");
        }
    )*};
}

sides! {
    out_of_keys: "by_key_2.map_" (by_key(|x: &u32| x % 4) { map(third)? else bad -> map(small)? else worse });
    out_of_keys_that_await: "by_key_2.map_" (by_key(|x: &u32| x % 4) { then(async |x: u32| x) -> map(third)? else bad -> map(small)? else worse });
    out_of_workers: "scatter_2.map_" (scatter(2) -> map(third)? else bad -> map(small)? else worse -> gather());
}

#[test]
fn out_of_keys_without_awaits() {
    let flow = flow! {
        #![observe]
        good = from(1_u32..=100) -> by_key(|x: &u32| x % 4) { map(third)? else bad } -> count();
        bad = count();
        (good, bad)
    };
    let watch = flow.watch();
    assert_eq!(flow.run(), (67, 33));
    assert_eq!(to(&watch, "bad"), 33);
    assert_eq!(errors(&watch), [("by_key_1.map_1".to_owned(), 33)]);
}

#[tokio::test]
async fn round_a_cycle() {
    let flow = flow! {
        #![observe]
        pages = unique() -> then(async |x: u32| x / 2, concurrency = 4) -> partition(2) -> flatten();
        from([9_u32]) -> pages;
        pages -> pages;
        pages -> count()
    };
    let watch = flow.watch();
    // 9, and 4, 2, 1, 0 of it, and 0 once more, which is not unique.
    assert_eq!(flow.run().await, 5);
    let told = watch.snapshot();
    let job = &told.jobs[0];
    assert_eq!((job.running, job.done, job.failed), (0, 5, 0));
    let round: Vec<_> = told.edges.iter().map(|edge| edge.items).collect();
    assert!(
        round.contains(&1) && round.iter().filter(|items| **items == 5).count() >= 3,
        "{round:?}"
    );
    assert!(
        told.queues.iter().all(|queue| queue.waiting == 0),
        "{:?}",
        told.queues
    );
}
