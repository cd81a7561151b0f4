//! A key that is being made is not begun again: who asks meanwhile waits, and is
//! told what was stored, or makes its own attempt.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flow_runtime::{BoxError, Error, ErrorKind, Store, artifact::Outcome, derived, extant, flow};
use futures::future::{LocalBoxFuture, join};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    by: usize,
}

/// Who makes answers.
#[derive(Default)]
struct Model {
    begun: AtomicUsize,
    /// The number of these that are made at the same time, and at most.
    running: Mutex<BTreeMap<u32, (usize, usize)>>,
    /// The first so many attempts fail.
    fail: AtomicUsize,
    /// Who asked, in the order in which their attempts began.
    order: Mutex<Vec<usize>>,
}

/// An attempt that is under way.
struct Running<'m>(&'m Model, u32);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut running = self.0.running.lock().unwrap();
        running.get_mut(&self.1).unwrap().0 -= 1;
    }
}

impl Model {
    fn begin(&self, id: u32, by: usize) -> Running<'_> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.order.lock().unwrap().push(by);
        let mut running = self.running.lock().unwrap();
        let (now, most) = running.entry(id).or_default();
        *now += 1;
        *most = (*most).max(*now);
        Running(self, id)
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    fn most_at_once(&self) -> usize {
        let running = self.running.lock().unwrap();
        running.values().map(|(_, most)| *most).max().unwrap_or(0)
    }

    fn fails(&self) -> bool {
        let fail = |left: usize| left.checked_sub(1);
        let fails = self
            .fail
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fail);
        fails.is_ok()
    }
}

/// Takes a second of the paused clock.
#[derived(key = id, version = 1)]
async fn answer(id: u32, by: usize, model: Arc<Model>) -> Result<Answer, BoxError> {
    let _running = model.begin(id, by);
    sleep(Duration::from_secs(1)).await;
    match model.fails() {
        true => Err("no answer".into()),
        false => Ok(Answer { id, by }),
    }
}

fn model() -> (Store<Answer>, Arc<Model>) {
    (Store::memory(), Arc::default())
}

/// `e`xtant, `d`erived or `f`ailed.
fn letters(outcomes: &[Result<Outcome, Error>]) -> String {
    let letter = |outcome: &Result<Outcome, Error>| match outcome {
        Ok(Outcome::Extant) => 'e',
        Ok(Outcome::Derived) => 'd',
        Ok(_) => '?',
        Err(_) => 'f',
    };
    outcomes.iter().map(letter).collect()
}

/// Ensures the keys, so many at once.
macro_rules! ensured {
    ($keys:expr, $store:expr, $model:expr $(, $option:ident = $value:tt)*) => {{
        let (store, model) = ($store.clone(), $model.clone());
        flow! {
            from($keys) -> enumerate() -> map(move |(by, id)| DerivedAnswer::new(id, by, model.clone()))
                -> ensure(&store $(, $option = $value)*)
                -> map(|made: Result<flow_runtime::Ensured<u32>, Error>| made.map(|made| made.outcome()))
                -> collect::<Vec<_>>()
        }
    }};
}

#[tokio::test(start_paused = true)]
async fn a_key_that_comes_again_is_made_once() {
    let (store, model) = model();
    let keys = [1, 1, 1, 1, 2, 2, 2, 2];
    let made = ensured!(keys, store, model, concurrency = 4)
        .run()
        .await
        .unwrap();
    assert_eq!(letters(&made), "deeedeee");
    assert_eq!((model.begun(), store.len().await.unwrap()), (2, 2));

    let again = ensured!(keys, store, model, concurrency = 4, ordered = false);
    assert_eq!(letters(&again.run().await.unwrap()), "eeeeeeee");
    assert_eq!(model.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn each_in_its_turn_it_is_made_once_too() {
    let (store, model) = model();
    let made = ensured!([1, 2, 1, 2], store, model).run().await.unwrap();
    assert_eq!(letters(&made), "ddee");
}

#[tokio::test(start_paused = true)]
async fn thousands_of_repeats_are_made_once() {
    let (store, model) = model();
    let keys = (0..5000).map(|n| n % 3);
    let made = ensured!(keys, store, model, concurrency = 100, ordered = false);
    let made = made.run().await.unwrap();
    assert_eq!((made.len(), model.begun()), (5000, 3));
    assert_eq!(letters(&made).matches('d').count(), 3);
}

#[tokio::test(start_paused = true)]
async fn flows_on_one_store_share_what_is_made() {
    let (store, model) = model();
    let left = ensured!(0..20, store, model, concurrency = 4);
    let right = ensured!(
        (0..20).rev(),
        store.clone(),
        model,
        concurrency = 3,
        ordered = false
    );
    let (left, right) = join(left.run(), right.run()).await;
    let both = letters(&left.unwrap()) + &letters(&right.unwrap());
    assert_eq!(both.matches('d').count(), 20, "{both}");
    assert_eq!((model.begun(), model.most_at_once()), (20, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn so_do_flows_on_several_threads() {
    #[derived(key = id, as = Quick)]
    async fn quick(id: u32, model: Arc<Model>) -> Answer {
        let _running = model.begin(id, 0);
        tokio::task::yield_now().await;
        Answer { id, by: 0 }
    }
    let folder = tempfile::TempDir::new().unwrap();
    let on_disk = Store::<Answer>::jsonl(folder.path().join("answers.jsonl")).unwrap();
    for store in [Store::memory(), on_disk] {
        let model = Arc::<Model>::default();
        let flows = (0..4).map(|_| {
            let (store, model) = (store.clone(), model.clone());
            flow! {
                from((0..2000u32).map(|n| n % 100)) -> map(move |id| Quick::new(id, model.clone()))
                    -> ensure(&store, concurrency = 8)? -> filter(|made| made.is_derived()) -> count()
            }
            .spawn()
        });
        let flows: Vec<_> = flows.collect();
        let mut derived = 0;
        for flow in flows {
            derived += flow.await.unwrap().unwrap();
        }
        assert_eq!(
            (derived, model.begun(), model.most_at_once()),
            (100, 100, 1)
        );
        assert_eq!(store.len().await.unwrap(), 100);
    }
}

#[tokio::test(start_paused = true)]
async fn behind_a_failure_the_next_makes_its_own_attempt_in_order_of_asking() {
    let (store, model) = model();
    model.fail.store(2, Ordering::SeqCst);
    let made = ensured!([7; 6], store, model, concurrency = 6)
        .run()
        .await
        .unwrap();
    assert_eq!(letters(&made), "ffdeee");
    assert_eq!(*model.order.lock().unwrap(), [0, 1, 2]);
    assert_eq!(store.get(&7).await.unwrap().unwrap().by, 2);
    let error = made[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Derive);
}

#[tokio::test(start_paused = true)]
async fn behind_one_that_was_cancelled_the_next_makes_its_own_attempt() {
    let (store, model) = model();
    let first = ensured!([7], store, model);
    let second = ensured!([7], store, model);
    let cancelled = timeout(Duration::from_millis(500), first.run());
    let (first, second) = join(cancelled, second.run()).await;
    assert!(first.is_err());
    assert_eq!(letters(&second.unwrap()), "d");
    assert_eq!((model.begun(), model.most_at_once()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_holds_up_nobody() {
    let (store, model) = model();
    let first = ensured!([7], store, model);
    let second = ensured!([7], store, model);
    let third = ensured!([7], store, model);
    let second = timeout(Duration::from_millis(500), second.run());
    let (first, (second, third)) = join(first.run(), join(second, third.run())).await;
    assert_eq!(letters(&first.unwrap()), "d");
    assert!(second.is_err());
    assert_eq!(letters(&third.unwrap()), "e");
    assert_eq!(model.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_there_is_none_of_is_asked_once() {
    #[derived(key = id, as = Nothing)]
    async fn nothing(id: u32, model: Arc<Model>) -> Result<Option<Answer>, BoxError> {
        let _running = model.begin(id, 0);
        sleep(Duration::from_secs(1)).await;
        Ok(None)
    }
    let (store, model) = model();
    let asked = flow! {
        from([1u32; 5]) -> map(|id| Nothing::new(id, model.clone())) -> ensure(&store, concurrency = 5)?
            -> map(|made| made.outcome()) -> collect::<Vec<_>>()
    };
    assert_eq!(asked.run().await.unwrap(), [Outcome::Absent; 5]);
    assert_eq!(model.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_another_version_makes_it() {
    #[derived(key = id, as = Newer, version = 2)]
    async fn newer(id: u32, model: Arc<Model>) -> Answer {
        let _running = model.begin(id, 9);
        sleep(Duration::from_secs(1)).await;
        Answer { id, by: 9 }
    }
    let (store, model) = model();
    let older = ensured!([1, 1], store, model, concurrency = 2);
    let newer = flow! {
        from([1u32, 1]) -> map(|id| Newer::new(id, model.clone())) -> ensure(&store, concurrency = 2)?
            -> map(|made| made.outcome()) -> collect::<Vec<_>>()
    };
    let (older, newer) = join(older.run(), newer.run()).await;
    assert_eq!(letters(&older.unwrap()), "de");
    assert_eq!(newer.unwrap(), [Outcome::Derived, Outcome::Extant]);
    assert_eq!((model.begun(), model.most_at_once()), (2, 1));
    assert_eq!(store.get(&1).await.unwrap().unwrap().by, 9);
}

#[tokio::test(start_paused = true)]
async fn a_derivation_may_ensure_another_key_of_the_same_store() {
    /// Each needs the one before it.
    #[derived(key = id, as = Linked)]
    async fn linked(id: u32, store: Store<Answer>, model: Arc<Model>) -> Result<Answer, Error> {
        let _running = model.begin(id, 0);
        sleep(Duration::from_secs(1)).await;
        if let Some(before) = id.checked_sub(1) {
            let (one, model) = (store.clone(), model.clone());
            let before = flow! {
                from([before]) -> map(move |id| Linked::new(id, one.clone(), model.clone()))
                    -> ensure(&store)? -> count()
            };
            Box::pin(before.run()).await?;
        }
        Ok(Answer { id, by: 0 })
    }
    let (store, model) = model();
    let all = flow! {
        from((0..20u32).rev()) -> map(|id| Linked::new(id, store.clone(), model.clone()))
            -> ensure(&store, concurrency = 3)? -> count()
    };
    assert_eq!(all.run().await.unwrap(), 20);
    assert_eq!((model.begun(), model.most_at_once()), (20, 1));
}

#[tokio::test(start_paused = true)]
async fn branches_of_one_item_that_run_at_once_share_it() {
    let (store, model) = model();
    let (left, right) = flow! {
        ids = from([1u32, 1, 2]);
        left = ids -> map(|id| DerivedAnswer::new(id, 0, model.clone())) -> ensure(&store)? -> count();
        right = ids -> map(|id| DerivedAnswer::new(id, 1, model.clone())) -> ensure(&store, concurrency = 2)? -> count();
        (left, right)
    }
    .run()
    .await
    .unwrap();
    assert_eq!((left, right), (3, 3));
    assert_eq!((model.begun(), model.most_at_once()), (2, 1));
}

/// Ensures the next key, of those below four, in the same store: 3 is followed by 1.
#[derived(key = id, as = Circular)]
async fn circular(id: u32, store: Store<Answer>) -> Result<Answer, Error> {
    tokio::task::yield_now().await;
    if id > 0 {
        let next = id % 3 + 1;
        let own = store.clone();
        // In a box: the type of its future would hold itself.
        let made: LocalBoxFuture<Result<(), Error>> = Box::pin(async move {
            let made = flow! {
                from([next]) -> map(|next| Circular::new(next, own.clone()))
                    -> ensure(&own)? -> drain();
            };
            made.run().await
        });
        made.await?;
    }
    Ok(Answer { id, by: 0 })
}

#[tokio::test]
async fn a_derivation_that_ensures_what_it_makes_is_an_error() {
    let store = Store::<Answer>::memory();
    let made = flow! {
        from([2, 0]) -> map(|id| Circular::new(id, store.clone())) -> ensure(&store)
            -> map(|ensured| ensured.map_err(|error: Error| error.to_string()))
            -> collect::<Vec<_>>()
    };
    let made = timeout(Duration::from_secs(10), made.run()).await.unwrap();
    let made = made.unwrap();
    let error = made[0].as_ref().unwrap_err();
    assert!(
        error.ends_with("`Answer` 2 is ensured by the function that makes it"),
        "{error}"
    );
    assert!(made[1].is_ok());
    assert_eq!(store.len().await.unwrap(), 1);
}
