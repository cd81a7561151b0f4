//! Artifacts, limits and budgets, and the form in which numbers are read elsewhere.

use std::time::Duration;

use flow_runtime::{Budget, Limit, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::sleep;

use super::{ended, items};

#[extant(key = id)]
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

#[derived(key = id, version = 1)]
async fn answer(id: u32) -> std::io::Result<Answer> {
    sleep(Duration::from_millis(100)).await;
    if id == 13 {
        Err(std::io::Error::other("unlucky"))
    } else {
        Ok(Answer { id })
    }
}

#[tokio::test(start_paused = true)]
async fn artifacts_are_told_by_key_and_by_what_became_of_them() {
    let store = Store::<Answer>::memory();
    let job = |ids: std::ops::Range<u32>| {
        let store = store.clone();
        flow! {
            #![observe = "answers"]
            possible = from(ids) -> map(DerivedAnswer::new);
            answers = possible -> ensure(&store, concurrency = 2)? else failed;
            failed = drain();
            answers -> count()
        }
    };
    assert_eq!(job(0..5).run().await.unwrap(), 5);
    let flow = job(3..15);
    let watch = flow.watch();
    let running = flow.spawn();
    sleep(Duration::from_millis(50)).await;
    let oldest: Vec<_> = watch.snapshot().jobs[0]
        .oldest
        .iter()
        .map(|job| job.key.clone())
        .collect();
    assert_eq!(oldest, ["5", "6"]);
    assert_eq!(running.await.unwrap().unwrap(), 11);
    let told = watch.snapshot();
    assert_eq!(
        (told.artifacts[0].extant, told.artifacts[0].derived),
        (2, 9)
    );
    assert_eq!((told.jobs[0].done, told.jobs[0].failed), (11, 1));
    assert_eq!(
        (told.errors[0].stage.as_str(), told.errors[0].count),
        ("answers", 1)
    );
    assert!(
        told.errors[0].last[0].contains("unlucky"),
        "{:?}",
        told.errors
    );
    assert_eq!(items(&watch), [12, 12, 11, 1]);
    assert_eq!(ended(&watch), "done");
}

#[tokio::test(start_paused = true)]
async fn limits_and_budgets_are_told_as_they_are() {
    let (limit, spend) = (Limit::fixed(3), Budget::new(50.0));
    let ask = async |n: u32| {
        sleep(Duration::from_millis(100)).await;
        n
    };
    let flow = flow! {
        #![observe]
        asked = from(0..20) -> then(ask, concurrency = 5, limit = &limit, budget = &spend, cost = |_| 1.5);
        asked -> count()
    };
    let watch = flow.watch();
    let running = flow.spawn();
    sleep(Duration::from_millis(250)).await;
    let told = watch.snapshot();
    let used = &told.limits[0];
    assert_eq!(
        (used.stage.as_str(), used.running, used.bound),
        ("asked", 3, Some(3))
    );
    let spent = &told.budgets[0];
    assert_eq!(
        (spent.stage.as_str(), spent.spent, spent.total),
        ("asked", 9.0, 50.0)
    );
    assert_eq!(running.await.unwrap().unwrap(), 20);
    assert_eq!(watch.snapshot().budgets[0].spent, 30.0);
}

/// A call fails or not, whatever it is paid from.
#[tokio::test]
async fn failures_are_counted_under_a_budget_as_well() {
    let budget = Budget::new(100.0);
    let ask = async |n: u64| if n % 9 == 8 { Err("unlucky") } else { Ok(n) };
    let flow = flow! {
        #![observe]
        asked = from(0..90) -> then(ask, concurrency = 4, budget = &budget, cost = |_| 0.1)? else failed;
        failed = drain();
        asked -> count()
    };
    let watch = flow.watch();
    assert_eq!(flow.run().await.unwrap(), 80);
    let told = watch.snapshot();
    assert_eq!((told.jobs[0].done, told.jobs[0].failed), (80, 10));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_json_of_this_form() {
    let slow = async |x: u64| {
        sleep(Duration::from_millis(100)).await;
        x
    };
    let flow = flow! {
        #![observe = "numbers"]
        all = from(0..4);
        all -> then(slow, concurrency = 2) -> count()
    };
    let watch = flow.watch();
    flow.run().await;
    let mut told = serde_json::to_value(watch.snapshot()).unwrap();
    for time in ["p50", "p99"] {
        assert!(told["jobs"][0][time].is_f64());
        told["jobs"][0][time] = json!(null);
    }
    assert_eq!(
        told,
        json!({
            "name": "numbers", "ended": "done", "slow": "then_1", "seconds": 0.2,
            "edges": [
                { "from": "all", "to": "then_1", "items": 4 },
                { "from": "then_1", "to": "count_2", "items": 4 },
            ],
            "queues": [{ "stage": "then_1", "waiting": 0, "bound": 4 }],
            "regions": [
                { "stages": ["all"], "busy": 0.0, "waiting": 0.5, "held_up": 0.5 },
                { "stages": ["count_2"], "busy": 0.0, "waiting": 1.0, "held_up": 0.0 },
            ],
            "jobs": [{
                "stage": "then_1", "running": 0, "done": 4, "failed": 0,
                "p50": null, "p99": null, "oldest": [],
            }],
            "errors": [], "artifacts": [], "limits": [], "budgets": [],
        })
    );
}

/// A batch of artifacts, and what is made of the one before, are told as all artifacts are, and
/// what goes wrong where the user wrote it.
#[tokio::test]
async fn artifacts_of_batches_and_of_one_another_are_told() {
    let store = Store::<Answer>::memory();
    let make = async |ids: Vec<u32>| {
        let ids = ids.into_iter().filter(|id| id % 5 > 0);
        Ok::<_, String>(ids.map(|id| Answer { id }).collect::<Vec<_>>())
    };
    for (named, extant, derived) in [(false, 0, 8), (true, 8, 0)] {
        let watch = if named {
            let flow = flow! {
                #![observe]
                made = from(20_u32..30) -> partition(4)
                    -> ensure_batch(&store, make, key = |id: &u32| *id)? else drop;
                made -> drain();
            };
            let watch = flow.watch();
            flow.run().await.unwrap();
            watch
        } else {
            let flow = flow! {
                #![observe]
                from(20_u32..30) -> partition(4)
                    -> ensure_batch(&store, make, key = |id: &u32| *id, concurrency = 2)? else drop
                    -> drain();
            };
            let watch = flow.watch();
            flow.run().await.unwrap();
            watch
        };
        let stage = if named { "made" } else { "ensure_batch_2" };
        let told = watch.snapshot();
        let artifacts = &told.artifacts[0];
        assert_eq!(
            (&*artifacts.stage, artifacts.extant, artifacts.derived),
            (stage, extant, derived)
        );
        let errors = &told.errors[0];
        assert_eq!((&*errors.stage, errors.count), (stage, 2));
        let jobs = &told.jobs[0];
        assert_eq!((&*jobs.stage, jobs.done, jobs.failed), (stage, 3, 0));
        let edges = told.edges.iter();
        assert!(
            edges
                .flat_map(|edge| [&edge.from, &edge.to])
                .all(|at| !at.starts_with("flatten"))
        );
    }

    let store = Store::<Answer>::memory();
    let make = async |id: u32, _: Option<&Answer>| match id {
        27 => Err("unlucky"),
        _ => Ok(Answer { id }),
    };
    // What lies behind a hole is made anew.
    for (extant, derived) in [(0, 9), (7, 2)] {
        let flow = flow! {
            #![observe]
            from(20_u32..30) -> assemble(&store, make, key = |id: &u32| *id)? else drop -> drain();
        };
        let watch = flow.watch();
        flow.run().await.unwrap();
        let told = watch.snapshot();
        let artifacts = &told.artifacts[0];
        assert_eq!(
            (&*artifacts.stage, artifacts.extant, artifacts.derived),
            ("assemble_1", extant, derived)
        );
        assert_eq!((told.jobs[0].done, told.jobs[0].failed), (9, 1));
        assert_eq!(told.errors[0].stage, "assemble_1");
    }
}
