//! Derivations that would wait for each other for ever: the one that closes the circle
//! is told so, whatever lies between them.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use flow_runtime::{Artifact, BoxError, Error, ErrorKind, Store, derived, extant, flow};
use futures::future::{BoxFuture, join, join_all};
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;
use tokio::time::{sleep, timeout};

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    id: u32,
}

/// Who is in the circle, and how each asks for the next.
struct Circle {
    stores: Vec<Store<Node>>,
    ask: fn(Arc<Circle>, u32) -> BoxFuture<'static, Result<(), BoxError>>,
    begun: Begun,
}

/// All have begun before one asks.
struct Begun(Barrier, AtomicUsize);

impl Begun {
    fn all(count: usize) -> Self {
        Self(Barrier::new(count), AtomicUsize::new(count))
    }

    async fn wait(&self) {
        let first = |left: usize| left.checked_sub(1);
        // Who takes a key over does not wait.
        if self.1.fetch_update(Relaxed, Relaxed, first).is_ok() {
            self.0.wait().await;
        }
    }
}

#[derived(key = id)]
async fn node(id: u32, circle: Arc<Circle>) -> Result<Node, BoxError> {
    circle.begun.wait().await;
    let next = (id + 1) % circle.stores.len() as u32;
    (circle.ask)(circle.clone(), next).await?;
    Ok(Node { id })
}

/// By a flow that the derivation drives.
fn drives(circle: Arc<Circle>, id: u32) -> BoxFuture<'static, Result<(), BoxError>> {
    Box::pin(async move {
        let made = flow! {
            from([id]) -> map(|id| DerivedNode::new(id, circle.clone()))
                -> ensure(&circle.stores[id as usize])? -> drain();
        };
        Ok(made.run().await?)
    })
}

/// By a flow that it spawns.
fn spawns_a_flow(circle: Arc<Circle>, id: u32) -> BoxFuture<'static, Result<(), BoxError>> {
    Box::pin(async move {
        let store = circle.stores[id as usize].clone();
        let made = flow! {
            from([id]) -> map(move |id| DerivedNode::new(id, circle.clone()))
                -> ensure(&store)? -> drain();
        };
        Ok(made.spawn().await??)
    })
}

/// By a task that it spawns.
fn spawns_a_task(circle: Arc<Circle>, id: u32) -> BoxFuture<'static, Result<(), BoxError>> {
    Box::pin(async move {
        let store = circle.stores[id as usize].clone();
        let task = tokio::spawn(async move {
            let made = flow! {
                from([id]) -> map(|id| DerivedNode::new(id, circle.clone()))
                    -> ensure(&store)? -> drain();
            };
            made.run().await
        });
        Ok(task.await??)
    })
}

/// By a flow in a thread of its own.
fn blocks(circle: Arc<Circle>, id: u32) -> BoxFuture<'static, Result<(), BoxError>> {
    Box::pin(async move {
        let run = flow_runtime::blocking(move |id| {
            tokio::runtime::Handle::current().block_on(drives(circle.clone(), id))
        });
        run(id).await
    })
}

async fn errors(
    length: u32,
    ask: fn(Arc<Circle>, u32) -> BoxFuture<'static, Result<(), BoxError>>,
    stores: impl Fn() -> Store<Node>,
) -> Vec<String> {
    let circle = Arc::new(Circle {
        stores: (0..length).map(|_| stores()).collect(),
        ask,
        begun: Begun::all(length as usize),
    });
    let each = (0..length).map(|id| {
        let circle = circle.clone();
        async move {
            let made = flow! {
                from([id]) -> map(|id| DerivedNode::new(id, circle.clone()))
                    -> ensure(&circle.stores[id as usize])? -> drain();
            };
            made.run().await
        }
    });
    let made = timeout(Duration::from_secs(20), join_all(each));
    let made = made.await.expect("nothing waits for ever");
    let errors = made.into_iter().map(|made| {
        let error = made.expect_err("none can be made");
        assert_eq!(error.kind(), ErrorKind::Derive, "{error}");
        error.to_string()
    });
    errors.collect()
}

fn is_told(errors: &[String], said: &str) {
    assert!(
        errors.iter().any(|error| error.contains(said)),
        "{errors:?}"
    );
}

type Ask = fn(Arc<Circle>, u32) -> BoxFuture<'static, Result<(), BoxError>>;

const ASKS: [Ask; 4] = [drives, spawns_a_flow, spawns_a_task, blocks];

#[tokio::test]
async fn two_flows_on_one_store() {
    for ask in ASKS {
        let store = Store::memory();
        let errors = errors(2, ask, || store.clone()).await;
        is_told(
            &errors,
            "would wait for itself: its function ensures `Node`",
        );
        assert_eq!(store.len().await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flows_on_several_stores_and_threads() {
    for length in [2, 3, 7] {
        for ask in ASKS {
            let errors = errors(length, ask, Store::memory).await;
            is_told(
                &errors,
                "would wait for itself: its function ensures `Node`",
            );
        }
    }
}

#[tokio::test]
async fn a_function_that_ensures_its_own_key_in_a_task() {
    for ask in ASKS {
        let errors = errors(1, ask, Store::memory).await;
        is_told(&errors, "`Node` 0 is ensured by the function that makes it");
    }
}

#[tokio::test]
async fn one_flow_that_makes_both_at_once() {
    let store = Store::<Node>::memory();
    let circle = Arc::new(Circle {
        stores: vec![store.clone(), store.clone()],
        ask: drives,
        begun: Begun::all(2),
    });
    let made = flow! {
        from([0, 1]) -> map(|id| DerivedNode::new(id, circle.clone()))
            -> ensure(&store, concurrency = 2)
            -> map(|made| made.err().map(|error| error.to_string())) -> collect::<Vec<_>>()
    };
    let made = timeout(Duration::from_secs(20), made.run()).await;
    let errors: Vec<String> = made.unwrap().unwrap().into_iter().flatten().collect();
    assert_eq!(errors.len(), 2);
    is_told(&errors, "whose function ensures `Node`");
}

/// Gets what it is itself, or what another gets.
#[derived(key = id, as = Getting)]
async fn getting(id: u32, others: Arc<OnceLock<[Weak<Getting>; 2]>>) -> Result<Node, BoxError> {
    tokio::task::yield_now().await;
    let next = others.get().unwrap()[id as usize].upgrade().unwrap();
    got(next).await?;
    Ok(Node { id })
}

fn got(next: Arc<Getting>) -> BoxFuture<'static, Result<(), Error>> {
    Box::pin(async move { next.ensure().await })
}

#[tokio::test]
async fn values_that_are_got_of_each_other() {
    for order in [[1, 0], [0, 1]] {
        let others = Arc::default();
        let two = [0, 1].map(|id| Arc::new(Getting::new(id, Arc::clone(&others))));
        let next = order.map(|id: usize| Arc::downgrade(&two[id]));
        others.set(next).ok().unwrap();
        let both = join(two[0].get(), two[1].get());
        let (first, second) = timeout(Duration::from_secs(20), both).await.unwrap();
        let errors = [
            first.unwrap_err().to_string(),
            second.unwrap_err().to_string(),
        ];
        let said = match order {
            [1, 0] => "whose function gets `Node`",
            _ => "is got by the function that makes it",
        };
        is_told(&errors, said);
    }
}

/// Gets a value that ensures this.
#[derived(key = id, as = Mixed)]
async fn mixed(
    id: u32,
    shared: Arc<OnceLock<Arc<Shared>>>,
    begun: Arc<Begun>,
) -> Result<Node, BoxError> {
    begun.wait().await;
    let shared = shared.get().unwrap().clone();
    shared_got(shared).await?;
    Ok(Node { id })
}

fn shared_got(shared: Arc<Shared>) -> BoxFuture<'static, Result<(), Error>> {
    Box::pin(async move { shared.ensure().await })
}

#[derived(key = 9, as = Shared)]
async fn shared(
    store: Store<Node>,
    own: Arc<OnceLock<Arc<Shared>>>,
    begun: Arc<Begun>,
) -> Result<Node, BoxError> {
    sleep(Duration::from_millis(10)).await;
    let made = flow! {
        from([1, 2]) -> map(|id| Mixed::new(id, own.clone(), begun.clone())) -> ensure(&store)? -> drain();
    };
    made.run().await?;
    Ok(Node { id: 9 })
}

#[tokio::test]
async fn a_value_that_ensures_those_who_get_it() {
    let store = Store::<Node>::memory();
    let (own, begun) = (Arc::new(OnceLock::new()), Arc::new(Begun::all(2)));
    let value = Arc::new(Shared::new(store.clone(), own.clone(), begun.clone()));
    own.set(value).ok().unwrap();
    let made = flow! {
        from([1, 2]) -> map(|id| Mixed::new(id, own.clone(), begun.clone()))
            -> ensure(&store, concurrency = 2)
            -> map(|made| made.err().map(|error| error.to_string())) -> collect::<Vec<_>>()
    };
    let made = timeout(Duration::from_secs(20), made.run()).await;
    let errors: Vec<String> = made.unwrap().unwrap().into_iter().flatten().collect();
    is_told(&errors, "would wait for itself");
}

/// Ensures all below it, each in a task of its own.
#[derived(key = id, as = Above)]
async fn above(id: u32, store: Store<Node>) -> Result<Node, BoxError> {
    let below = (0..id).map(|below| tokio::spawn(ensure_above(below, store.clone())));
    for task in below.collect::<Vec<_>>() {
        task.await??;
    }
    sleep(Duration::from_millis(1)).await;
    Ok(Node { id })
}

fn ensure_above(id: u32, own: Store<Node>) -> BoxFuture<'static, Result<(), Error>> {
    Box::pin(async move {
        let made = flow! {
            from([id]) -> map(|id| Above::new(id, own.clone())) -> ensure(&own)? -> drain();
        };
        made.run().await
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn waits_without_a_circle_are_no_error() {
    for _ in 0..20 {
        let store = Store::<Node>::memory();
        let made = flow! {
            from((0..8u32).rev()) -> map(|id| Above::new(id, store.clone()))
                -> ensure(&store, concurrency = 8)? -> count()
        };
        let made = timeout(Duration::from_secs(20), made.run()).await;
        assert_eq!(made.unwrap().unwrap(), 8);
    }
}

/// Ensures a key that all the others do.
#[derived(key = id, as = Common)]
async fn common(id: u32, store: Store<Node>) -> Result<Node, BoxError> {
    tokio::task::yield_now().await;
    if id > 0 {
        ensure_common(store).await?;
    } else {
        sleep(Duration::from_millis(10)).await;
    }
    Ok(Node { id })
}

fn ensure_common(own: Store<Node>) -> BoxFuture<'static, Result<(), Error>> {
    Box::pin(async move {
        let made = flow! {
            from([0]) -> map(|id| Common::new(id, own.clone())) -> ensure(&own)? -> drain();
        };
        made.run().await
    })
}

#[tokio::test]
async fn thousands_may_wait_for_one() {
    let store = Store::<Node>::memory();
    let made = flow! {
        from(1..5000u32) -> map(|id| Common::new(id, store.clone()))
            -> ensure(&store, concurrency = 5000)? -> count()
    };
    assert_eq!(made.run().await.unwrap(), 4999);
    assert_eq!(store.len().await.unwrap(), 5000);
}
