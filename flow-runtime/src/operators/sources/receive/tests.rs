use std::{
    pin::pin,
    sync::{Arc, mpsc as blocking},
    thread,
    time::Duration,
};

use tokio::sync::{broadcast, mpsc, watch};

use super::*;
use crate::{Missed, region::next};

/// All that comes through.
async fn all<R: Receive>(rx: R) -> Vec<R::Item> {
    let (items, _) = receive(rx);
    let mut items = pin!(items);
    let mut all = Vec::new();
    while let Some(item) = next(&mut items).await {
        all.push(item);
    }
    assert!(next(&mut items).await.is_none(), "it stays ended");
    all
}

#[tokio::test]
async fn channels_of_tokio() {
    let (tx, mut rx) = mpsc::channel(4);
    for n in 0..3 {
        tx.send(n).await.unwrap();
    }
    let taken = {
        let (items, _) = receive(&mut rx);
        next(&mut pin!(items)).await
    };
    drop(tx);
    assert_eq!((taken, all(rx).await), (Some(0), vec![1, 2]));
    let (tx, rx) = mpsc::unbounded_channel();
    tx.send('a').unwrap();
    drop(tx);
    assert_eq!(all(rx).await, ['a']);
}

#[tokio::test]
async fn a_broadcast_tells_what_was_missed() {
    let (tx, mut rx) = broadcast::channel(2);
    for n in 0..5 {
        tx.send(n).unwrap();
    }
    let taken = {
        let (items, _) = receive(&mut rx);
        next(&mut pin!(items)).await
    };
    assert_eq!(taken, Some(Err(Missed(3))));
    drop(tx);
    assert_eq!(all(rx).await, [Ok(3), Ok(4)]);
}

#[tokio::test]
async fn a_watch_gives_what_was_not_seen() {
    let (tx, rx) = watch::channel(0);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let mut again = rx.clone();
    let taken = {
        let (items, _) = receive(&mut again);
        let mut items = pin!(items);
        let first = next(&mut items).await;
        tx.send(3).unwrap();
        (first, next(&mut items).await)
    };
    assert_eq!(taken, (Some(2), Some(3)));
    drop(tx);
    assert_eq!((all(again).await, all(rx).await), (vec![], vec![3]));
}

#[tokio::test]
async fn channels_of_threads() {
    let (tx, rx) = blocking::channel();
    let sender = thread::spawn(move || {
        for n in 0..1000 {
            if n % 300 == 0 {
                thread::sleep(Duration::from_millis(30));
            }
            tx.send(n).unwrap();
        }
    });
    assert_eq!(all(rx).await, (0..1000).collect::<Vec<_>>());
    sender.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_waits_holds_no_clock_and_ends_with_the_source() {
    let (tx, rx) = blocking::channel();
    let alive = Arc::new(());
    {
        let (items, _) = receive(rx);
        let mut items = pin!(items);
        let early = tokio::time::timeout(Duration::from_secs(3600), next(&mut items)).await;
        assert!(early.is_err());
        tx.send(alive.clone()).unwrap();
        assert!(next(&mut items).await.is_some());
        let early = tokio::time::timeout(Duration::from_secs(3600), next(&mut items)).await;
        assert!(early.is_err());
    }
    // The thread lets go of the receiver.
    let tries = (0..200).map(|_| {
        thread::sleep(Duration::from_millis(10));
        tx.send(alive.clone())
    });
    assert!(tries.into_iter().any(|sent| sent.is_err()));
}
