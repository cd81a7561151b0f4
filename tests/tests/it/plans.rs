//! `.plan()`: what a run would do.

use std::cell::{Cell, RefCell};
use std::future::{pending, ready};
use std::time::Duration;

use flow_runtime::running::AsyncFlow;
use flow_runtime::{
    BoxError, Error, ErrorKind, Limit, Offsets, Plan, Store, derived, extant, flow,
};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
}

thread_local! {
    static MADE: Cell<usize> = const { Cell::new(0) };
}

#[derived(key = id, version = 2)]
async fn answer(id: u32) -> Result<Option<Answer>, BoxError> {
    MADE.set(MADE.get() + 1);
    match id {
        40.. => Err("it never will".into()),
        30.. => Ok(None),
        _ => Ok(Some(Answer { id })),
    }
}

#[derived(key = id, version = 1, as = Older)]
fn older(id: u32) -> Answer {
    Answer { id }
}

/// Of 0..50: ten are there, ten stale, ten are missing, ten known to be none, ten failed.
async fn filled() -> Store<Answer> {
    let store = Store::memory();
    for _ in 0..2 {
        flow! {
            from((0..10).chain(30..50)) -> map(DerivedAnswer::new) -> ensure(&store)? else drop -> drain();
        }
        .run()
        .await
        .unwrap();
    }
    flow! { from(10..20) -> map(Older::new) -> ensure(&store)? -> drain(); }
        .run()
        .await
        .unwrap();
    MADE.set(0);
    store
}

fn counts(plan: &Plan) -> [usize; 5] {
    assert_eq!(MADE.get(), 0, "it makes nothing");
    let counted = plan.stored + plan.stale + plan.missing + plan.repeated;
    assert_eq!(plan.total(), counted);
    [
        plan.stored,
        plan.absent,
        plan.stale,
        plan.missing,
        plan.failed,
    ]
}

#[tokio::test]
async fn says_what_a_run_would_do() -> Result<(), Error> {
    let store = filled().await;
    let seen = RefCell::new(Vec::new());
    let job = flow! {
        failed = for_each(|_| seen.borrow_mut().push(0));
        from(0..50) -> map(DerivedAnswer::new) -> ensure(&store, concurrency = 4, estimate = |_| 0.5)? else failed
            -> inspect(|_| seen.borrow_mut().push(1)) -> count()
    };
    let plan = job.plan().await?;
    assert_eq!(counts(&plan), [20, 10, 10, 20, 10]);
    assert_eq!(
        (plan.attempts, plan.to_make, plan.estimate),
        (20, 30, Some(15.0))
    );
    let text = "50 keys: 20 stored (10 known to be none), 10 stale, 20 missing (10 failed before, in 20 attempts)\n\
        stale: 10, version 1 made it, and version 2 is wanted\n\
        to make: 30, estimated at 15";
    assert_eq!(plan.to_string(), text);
    assert!(seen.take().is_empty());
    assert_eq!(store.len().await?, 20);
    Ok(())
}

#[tokio::test]
async fn options_mean_in_a_plan_what_they_mean_in_a_run() -> Result<(), Error> {
    let store = filled().await;
    let kept = flow! { from(0..50) -> map(DerivedAnswer::new) -> ensure(&store, stale = keep)? -> drain(); };
    assert_eq!(counts(&kept.plan().await?), [30, 10, 0, 20, 10]);
    let refused = flow! {
        from(0..50) -> map(DerivedAnswer::new)
            -> ensure(&store, stale = error, rerun_failed = false, estimate = |_| 1.0)? -> drain();
    };
    let plan = refused.plan().await?;
    assert_eq!(counts(&plan), [20, 10, 10, 20, 10]);
    assert_eq!(
        (plan.passed_over, plan.to_make, plan.estimate),
        (20, 10, Some(10.0))
    );
    let transient = flow! {
        from(40..50) -> map(DerivedAnswer::new) -> ensure(&store, rerun_failed = transient)? -> drain();
    };
    assert_eq!(transient.plan().await?.passed_over, 10);
    let nothing = flow! { from(0..5) -> map(DerivedAnswer::new) -> ensure(&store, estimate = |_| 1.0)? -> drain(); };
    assert_eq!(nothing.plan().await?.estimate, Some(0.0));
    Ok(())
}

#[tokio::test]
async fn a_key_that_comes_twice_is_made_once() -> Result<(), Error> {
    let store = Store::<Answer>::memory();
    let job =
        flow! { from([1, 2, 1, 1]) -> map(DerivedAnswer::new) -> ensure(&store)? -> drain(); };
    let plan = job.plan().await?;
    assert_eq!((plan.missing, plan.repeated, plan.to_make), (2, 2, 2));
    assert_eq!(
        plan.to_string(),
        "4 keys: 2 missing, 2 repeated\nto make: 2"
    );
    Ok(())
}

#[tokio::test]
async fn look_ups_may_come_before() -> Result<(), Error> {
    let store = filled().await;
    let merged = flow! {
        possible = from(0..50) -> map(DerivedAnswer::new);
        merge_keyed(possible, stored(&store))? -> ensure(&store, concurrency = 4)? -> count()
    };
    assert_eq!(counts(&merged.plan().await?), [20, 10, 10, 20, 10]);
    let missing = flow! { from(0..50) -> map(DerivedAnswer::new) -> missing(&store) -> ensure(&store)? -> count() };
    assert_eq!(counts(&missing.plan().await?), [0, 0, 10, 20, 10]);
    Ok(())
}

#[tokio::test]
async fn nothing_comes_to_the_branches_beside() -> Result<(), Error> {
    let place = tempfile::tempdir().unwrap();
    let (store, path) = (Store::<Answer>::memory(), place.path().join("seen"));
    let job = flow! {
        ids     = from(["1", "x", "2"]) -> map(str::parse::<u32>)? else rejects;
        rejects = for_each(|_| panic!("nobody looks at this"));
        ids -> sink(async |_| panic!("nobody awaits this"));
        ids -> map(|id| id.to_string()) -> write_lines(&path)?;
        ids -> map(DerivedAnswer::new) -> ensure(&store)? -> sink(async |_| panic!("nobody awaits this"));
    };
    assert_eq!(counts(&job.plan().await?), [0, 0, 0, 2, 0]);
    assert!(!path.exists());
    Ok(())
}

#[tokio::test]
async fn several_that_are_ensured_are_counted_together() -> Result<(), Error> {
    let (one, other) = (filled().await, Store::<Answer>::memory());
    let job = flow! {
        a = from(0..5) -> map(DerivedAnswer::new);
        a -> map(|a| a) -> ensure(&one)? -> map(|made| Older::new(made.key)) -> ensure(&other)? -> drain();
        from(0..3) -> map(DerivedAnswer::new) -> ensure(&other)? -> drain();
    };
    assert_eq!(counts(&job.plan().await?), [5, 0, 0, 3, 0]);
    Ok(())
}

#[tokio::test]
async fn what_comes_back_from_behind_is_not_waited_for() -> Result<(), Error> {
    let store = Store::<Answer>::memory();
    let job = flow! {
        ids = unique();
        ids -> map(DerivedAnswer::new) -> ensure(&store)? -> flat_map(|made| (made.key < 20).then_some(made.key + 1)) -> ids;
        from([1, 2, 1]) -> ids;
    };
    assert_eq!(counts(&job.plan().await?), [0, 0, 0, 2, 0]);
    Ok(())
}

#[tokio::test]
async fn a_source_that_resumes_stays_where_it_was() -> Result<(), BoxError> {
    let place = tempfile::tempdir()?;
    let at = |name: &str| place.path().join(name);
    std::fs::write(at("ids"), "1\n2\n3\n")?;
    let store = Store::<Answer>::memory();
    for planned in [3, 0] {
        let offsets = Offsets::open(at("offsets"))?;
        // Planned as often as one likes, and then run.
        for _ in 0..2 {
            let job = flow! {
                lines(at("ids"), resume = &offsets)? -> map(|id| id.parse())?
                    -> partition(2) -> flatten()
                    -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
            };
            assert_eq!(job.plan().await?.missing, planned);
        }
        let job = flow! {
            lines(at("ids"), resume = &offsets)? -> map(|id| id.parse())?
                -> partition(2) -> flatten()
                -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
        };
        assert_eq!(job.run().await?, planned);
    }
    Ok(())
}

#[tokio::test]
async fn an_error_on_the_way_is_the_answer() {
    let store = Store::<Answer>::memory();
    let job = flow! {
        from(["1", "x"]) -> map(str::parse::<u32>)? -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
    };
    let error = job.plan().await.unwrap_err();
    assert!(error.to_string().contains("invalid digit"), "{error}");
    // Where something is held, an error is an end of input first.
    let held = flow! {
        from(["1", "x"]) -> map(str::parse::<u32>)? -> partition(2) -> flat_map(|ids| ids)
            -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
    };
    let error = held.plan().await.unwrap_err();
    assert!(error.to_string().contains("invalid digit"), "{error}");
    let limit = Limit::fixed(1);
    let parted = flow! {
        from(["1", "x"]) -> map(str::parse::<u32>)? -> partition(2) -> flat_map(|ids| ids)
            -> map(DerivedAnswer::new) -> ensure(&store, concurrency = 2, limit = &limit)? -> count()
    };
    let error = parted.plan().await.unwrap_err();
    assert!(error.to_string().contains("invalid digit"), "{error}");
    let unsorted = flow! {
        possible = from([2, 1]) -> map(DerivedAnswer::new);
        merge_keyed(possible, stored(&store))? -> ensure(&store)? -> count()
    };
    assert_eq!(
        unsorted.plan().await.unwrap_err().kind(),
        ErrorKind::Unsorted
    );
}

/// An error type of the user's.
#[derive(Debug)]
struct Mine;

impl From<Error> for Mine {
    fn from(_: Error) -> Self {
        Self
    }
}

impl From<std::num::ParseIntError> for Mine {
    fn from(_: std::num::ParseIntError) -> Self {
        Self
    }
}

#[tokio::test]
async fn a_flow_with_errors_of_its_own_has_a_plan() -> Result<(), Mine> {
    let store = Store::<Answer>::memory();
    let job = flow! {
        #![error = Mine]
        from(["1"]) -> map(str::parse::<u32>)? -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
    };
    let plan: Plan = job.plan().await?;
    assert_eq!(plan.missing, 1);
    let job = flow! {
        #![error = Mine]
        from(["1", "2", "x"]) -> map(str::parse::<u32>)? -> partition(2) -> flat_map(|ids| ids)
            -> map(DerivedAnswer::new) -> ensure(&store)? -> count()
    };
    let Err(Mine) = job.plan().await else {
        panic!("an error is no plan");
    };
    Ok(())
}

/// It may be sent to another thread, as the run may.
#[tokio::test]
async fn a_plan_may_be_spawned() {
    let store = Store::<Answer>::memory();
    let job = flow! { from(0..5) -> map(DerivedAnswer::new) -> ensure(&store, concurrency = 2)? -> count() };
    let plan = tokio::spawn(job.plan()).await.unwrap().unwrap();
    assert_eq!(plan.missing, 5);
}

/// A closure makes flows of one type: planned, and run.
#[tokio::test]
async fn what_makes_a_flow_for_a_plan_makes_one_to_run() -> Result<(), Error> {
    let store = Store::<Answer>::memory();
    let job = || flow! { from(0..5) -> map(DerivedAnswer::new) -> ensure(&store)? -> count() };
    assert_eq!(job().plan().await?.to_make, 5);
    assert_eq!(job().run().await?, 5);
    assert_eq!(job().plan().await?.to_make, 0);
    Ok(())
}

/// In every order, and stopped as well.
#[tokio::test]
async fn what_makes_a_flow_for_a_plan_makes_one_to_stop() -> Result<(), Error> {
    let store = Store::<Answer>::memory();
    let job = |n| flow! { from(0..n) -> map(DerivedAnswer::new) -> ensure(&store)? -> count() };
    assert_eq!(job(3).run_until(ready(())).await?, 0);
    assert_eq!(job(3).plan().await?.to_make, 3);
    let run = job(5).run_until(pending::<()>());
    assert_eq!(run.await?, 5);
    let run = job(6)
        .run_until(pending::<()>())
        .deadline(Duration::from_secs(1));
    assert_eq!(run.await??, 6);
    assert_eq!(job(7).plan().await?.to_make, 1);
    assert_eq!(job(7).await?, 7);
    // One that cannot be planned is stopped as ever.
    let other = |n| flow! { from(0..n) -> then(async |n| n) -> map(DerivedAnswer::new) -> ensure(&store)? -> count() };
    assert_eq!(other(8).run_until(pending::<()>()).await?, 8);
    assert_eq!(other(8).await?, 8);
    Ok(())
}

/// A function gives it away as any flow.
#[tokio::test]
async fn a_flow_with_a_plan_is_returned() -> Result<(), Error> {
    fn job(store: &Store<Answer>) -> impl AsyncFlow<Output = Result<usize, Error>> + Send {
        flow! { from(0..4) -> map(DerivedAnswer::new) -> ensure(store)? -> count() }
    }
    let store = Store::<Answer>::memory();
    assert_eq!(job(&store).run_until(ready(())).await?, 0);
    assert_eq!(job(&store).await?, 4);
    Ok(())
}
