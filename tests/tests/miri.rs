//! Small flows whose futures borrow from themselves while cuts, keys and branches hold
//! them. They are here for Miri; `flow-runtime/src/region/mod.rs` has the command.

use flow_runtime::flow;
use tokio::task::yield_now;

async fn twice(x: u32) -> u32 {
    let own = vec![x];
    let lent = &own;
    yield_now().await;
    lent[0] * 2
}

async fn even(x: u32) -> Result<u32, String> {
    let own = x.to_string();
    let lent = &own;
    yield_now().await;
    if x.is_multiple_of(2) {
        Ok(x)
    } else {
        Err(format!("{lent} is odd"))
    }
}

#[tokio::test]
async fn keys_that_wait() {
    let flow = flow! { from(0..12_u32) -> by_key(|x| x % 3) { then(twice) } -> sum() };
    assert_eq!(flow.run().await, 132_u32);
    let flow = flow! {
        from(0..12_u32) -> by_key(|x| x % 3, capacity = 2) { partition(2) -> map(|pair| pair[0]) -> then(twice, concurrency = 2) } -> count()
    };
    assert!(flow.run().await >= 6);
}

#[tokio::test]
async fn keys_that_are_dropped_while_they_wait() {
    let flow = flow! { from(0..12_u32) -> by_key(|x| x % 3) { then(even)? } -> count() };
    assert!(flow.run().await.is_err());
}

#[tokio::test]
async fn futures_in_a_cut() {
    let flow = flow! {
        from(0..12_u32) -> partition(2) -> map(|pair| pair[0]) -> then(even, concurrency = 3, retry = 2)? -> count()
    };
    assert_eq!(flow.run().await.unwrap(), 6);
    let flow = flow! {
        from(0..12_u32) -> then(twice, concurrency = 3, ordered = false) -> then(twice, concurrency = 2) -> sum()
    };
    assert_eq!(flow.run().await, 264_u32);
}

#[tokio::test]
async fn branches_that_wait_and_meet() {
    let flow = flow! {
        x = from(0..12_u32) -> then(twice);
        union(x -> then(twice), x -> buffer(2)) -> count()
    };
    assert_eq!(flow.run().await, 24);
}

#[tokio::test]
async fn open_ends() {
    use futures::StreamExt;
    let mut flow = flow! { from(0..6_u32) -> then(twice) -> filter(|x| x % 4 == 0) -> then(twice) };
    assert_eq!(flow.next().await, Some(0));
    let mut flow = Box::new(flow);
    assert_eq!(flow.next().await, Some(8));
    assert_eq!(futures::poll!(flow.next()), std::task::Poll::Pending);
    drop(flow);
    let flow = flow! { from(0..6_u32) -> then(twice) -> flat_map(|x| [x, x]) };
    assert_eq!(flow.collect::<Vec<_>>().await.len(), 12);
}

#[tokio::test]
async fn items_that_are_emitted() {
    let mut flow = flow! { <u32> -> then(twice) -> map(|x| x.to_string()) -> count() };
    for x in 0..4 {
        flow.emit(x).await;
    }
    flow.try_emit(4).unwrap();
    assert_eq!(flow.finish().await, 5);
    let (emitter, sum) = flow! { <u32> -> then(twice) -> sum::<u32>() }.spawn();
    emitter.emit(1).await.unwrap();
    let emitter = emitter.buffered(2);
    for x in 2..5 {
        emitter.emit(x).await.unwrap();
    }
    drop(emitter);
    assert_eq!(sum.await.unwrap(), 20);
}
