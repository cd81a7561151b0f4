//! `receive`: what comes through channels.

use flow_runtime::{Missed, flow};
use std::{sync::mpsc as blocking, thread, time::Duration};
use tokio::sync::{broadcast, mpsc, watch};

#[tokio::test]
async fn what_was_missed_is_an_error_with_a_route() {
    let (tx, rx) = broadcast::channel(2);
    for n in 0..5_u32 {
        tx.send(n).unwrap();
    }
    drop(tx);
    let (sum, missed) = flow! {
        sum = receive(rx)? else missed -> sum::<u32>();
        missed = map(|Missed(n)| n) -> sum::<u64>();
        (sum, missed)
    }
    .run()
    .await;
    assert_eq!((sum, missed), (7, 3));
}

#[tokio::test]
async fn channels_meet() {
    let (a, a_rx) = mpsc::channel(1);
    let (b, mut b_rx) = mpsc::unbounded_channel();
    let (c, c_rx) = blocking::sync_channel(0);
    let (d, d_rx) = watch::channel(0);
    let all = flow! {
        all = union(receive(a_rx), receive(&mut b_rx), receive(c_rx), receive(d_rx)) -> collect::<Vec<u32>>();
        all
    };
    let send = async move {
        a.send(1).await.unwrap();
        b.send(2).unwrap();
        d.send(4).unwrap();
        thread::spawn(move || c.send(3).unwrap());
    };
    let (mut all, ()) = tokio::join!(all.into_future(), send);
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_flow_that_is_stopped_lets_go_of_its_receiver() {
    let (tx, rx) = blocking::channel();
    tx.send(1).unwrap();
    let flow = flow! { receive(rx) -> sum::<i32>() };
    let stop = tokio::time::sleep(Duration::from_millis(50));
    assert_eq!(flow.run_until(stop).await, 1);
    let gone = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(10));
        tx.send(2).is_err()
    });
    assert!(gone);
}

#[tokio::test]
async fn a_flow_that_receives_may_be_spawned() {
    let (tx, rx) = watch::channel(String::new());
    let flow = flow! { receive(rx) -> take(1) -> collect::<Vec<_>>() };
    let flow = flow.spawn();
    tx.send("new".to_string()).unwrap();
    assert_eq!(flow.await.unwrap(), ["new"]);
    let (_tx, rx) = broadcast::channel::<u8>(1);
    let flow = flow! { receive(rx)? -> count() }.spawn();
    flow.abort();
}
