//! Hubs: looking at a flow while it runs.

use std::{
    future::{IntoFuture, poll_fn},
    pin::pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use flow_runtime::{Hub, Missed, flow};
use futures::StreamExt;
use tokio::time::{Instant, sleep};

use crate::guard::drive;

#[test]
fn a_subscriber_sees_what_passes_and_ends_with_the_flow() {
    let hub = Hub::new(8);
    let seen = hub.subscribe();
    let sum: i32 = drive(flow! { from(1..=3) -> tap(&hub) -> sum() });
    assert_eq!(sum, 6);
    assert_eq!(drive(seen.collect::<Vec<_>>()), [Ok(1), Ok(2), Ok(3)]);
}

#[test]
fn a_slow_subscriber_is_told_what_it_missed_and_has_the_newest() {
    let hub = Hub::new(2);
    let seen = hub.subscribe();
    drive(flow! { from(0..10) -> tap(&hub) -> drain(); });
    let seen = drive(seen.collect::<Vec<_>>());
    assert_eq!(seen, [Err(Missed(8)), Ok(8), Ok(9)]);
}

#[test]
fn who_sees_everything_is_waited_for() {
    drive(async {
        let hub = Hub::new(2);
        let mut all = hub.subscribe_to_all();
        let start = Instant::now();
        let flow = flow! { from(0..10) -> tap(&hub) -> count() };
        let read = async {
            let mut seen = Vec::new();
            while let Some(item) = all.recv().await {
                seen.push(item);
                sleep(Duration::from_millis(10)).await;
            }
            seen
        };
        let (count, seen) = futures::join!(flow.into_future(), read);
        assert_eq!((count, seen), (10, (0..10).collect()));
        assert_eq!(start.elapsed(), Duration::from_millis(100));
    });
}

#[test]
fn a_flow_does_not_wait_for_one_that_is_gone() {
    drive(async {
        let hub = Hub::new(1);
        let all = hub.subscribe_to_all();
        let flow = flow! { from(0..3) -> tap(&hub) -> count() };
        let mut running = pin!(flow.into_future());
        let waits = poll_fn(|cx| Poll::Ready(running.as_mut().poll(cx).is_pending()));
        assert!(waits.await, "there is no room");
        drop(all);
        assert_eq!(running.await, 3);
    });
}

#[test]
fn subscribers_come_and_go_while_the_flow_runs() {
    drive(async {
        let hub = Hub::new(8);
        let mut flow = flow! { <u32> -> tap(&hub) -> count() };
        flow.emit(1).await;
        let mut first = hub.subscribe();
        flow.emit(2).await;
        let mut second = hub.subscribe();
        assert_eq!(first.recv().await, Some(Ok(2)));
        drop(first);
        flow.emit(3).await;
        assert_eq!(second.recv().await, Some(Ok(3)));
        assert_eq!(flow.finish().await, 3);
        assert_eq!(second.recv().await, None);
    });
}

#[test]
fn a_hub_outlives_its_flows() {
    let hub = Hub::new(8);
    for round in 0..2 {
        let seen = hub.subscribe();
        drive(flow! { from([round]) -> tap(&hub) -> drain(); });
        assert_eq!(drive(seen.collect::<Vec<_>>()), [Ok(round)]);
    }
    let seen = hub.subscribe();
    drop(hub);
    assert!(drive(seen.collect::<Vec<_>>()).is_empty());
}

#[test]
fn nothing_is_cloned_for_nobody() {
    struct Counted(Arc<AtomicUsize>);
    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(self.0.clone())
        }
    }
    let clones = Arc::new(AtomicUsize::new(0));
    let items = || [Counted(clones.clone()), Counted(clones.clone())];
    let hub = Hub::new(8);
    drive(flow! { from(items()) -> tap(&hub) -> drain(); });
    assert_eq!(clones.load(Ordering::Relaxed), 0);
    let _seen = hub.subscribe();
    drive(flow! { from(items()) -> tap(&hub) -> drain(); });
    assert_eq!(clones.load(Ordering::Relaxed), 2);
}

#[test]
fn a_flow_with_a_tap_is_spawned_and_items_need_not_be_send() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let hub = Hub::new(8);
    let flow = flow! { from(0..3) -> tap(&hub) -> count() };
    let task = runtime.spawn(flow.into_future());
    assert_eq!(runtime.block_on(task).unwrap(), 3);
    let hub = Hub::new(8);
    drive(flow! { from([Rc::new(1)]) -> tap(&hub) -> drain(); });
}
