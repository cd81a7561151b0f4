//! Group commit and poisoning, seen by a storage that the test plugs in.

use std::future::ready;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use flow_runtime::{
    ErrorKind, Storage, StorageFuture,
    store::{Entry, Write},
};
use futures::future::{join_all, poll_immediate};

use super::gated::{Gated, gated, until};
use super::*;

fn answers(ids: std::ops::Range<u32>) -> Vec<Answer> {
    ids.map(|id| answer(id, "")).collect()
}

#[test]
fn what_queues_during_a_commit_goes_into_the_next() {
    let (store, watched, open) = gated();
    let records = answers(0..101);
    block_on(async {
        let mut first = Box::pin(store.put(&records[0]));
        assert!(poll_immediate(&mut first).await.is_none());
        watched.begun(1);

        let mut rest = Box::pin(join_all(
            records[1..].iter().map(|record| store.put(record)),
        ));
        assert!(poll_immediate(&mut rest).await.is_none());
        open.send(Ok(())).unwrap();
        first.await.unwrap();
        drop(open);
        assert!(rest.await.into_iter().all(|put| put.is_ok()));

        assert_eq!(watched.batches(), [1, 100]);
        assert_eq!(store.len().await.unwrap(), 101);
    });
}

#[test]
fn a_put_is_not_ready_before_its_batch_is() {
    let (store, watched, open) = gated();
    let records = answers(0..2);
    block_on(async {
        let mut first = Box::pin(store.put(&records[0]));
        assert!(poll_immediate(&mut first).await.is_none());
        watched.begun(1);
        std::thread::sleep(Duration::from_millis(20));
        assert!(poll_immediate(&mut first).await.is_none());
        assert!(!store.contains(&0).await.unwrap());

        // Put during the first commit: ready after the second only.
        let mut second = Box::pin(store.put(&records[1]));
        assert!(poll_immediate(&mut second).await.is_none());
        open.send(Ok(())).unwrap();
        first.await.unwrap();
        watched.begun(2);
        assert!(poll_immediate(&mut second).await.is_none());
        open.send(Ok(())).unwrap();
        second.await.unwrap();
    });
}

#[test]
fn writes_of_one_key_in_one_batch_keep_their_order() {
    let (store, watched, open) = gated();
    let [blocker, old, new] = [answer(0, ""), answer(1, "old"), answer(1, "new")];
    block_on(async {
        let mut first = Box::pin(store.put(&blocker));
        assert!(poll_immediate(&mut first).await.is_none());
        watched.begun(1);
        let mut rest = Box::pin(async {
            futures::join!(
                store.put(&old),
                store.remove(&1),
                store.remove(&1),
                store.put(&new)
            )
        });
        assert!(poll_immediate(&mut rest).await.is_none());
        drop(open);
        first.await.unwrap();
        let (put, removed, again, last) = rest.await;
        put.unwrap();
        last.unwrap();
        assert!(removed.unwrap());
        assert!(!again.unwrap());
        assert_eq!(store.get(&1).await.unwrap(), Some(new.clone()));
        assert_eq!(watched.batches(), [1, 4]);
    });
}

#[test]
fn a_failed_commit_ends_all_writing() {
    let (store, watched, open) = gated();
    let records = answers(0..4);
    block_on(async {
        let mut first = Box::pin(store.put(&records[0]));
        assert!(poll_immediate(&mut first).await.is_none());
        watched.begun(1);
        let mut rest = Box::pin(join_all(
            records[1..3].iter().map(|record| store.put(record)),
        ));
        assert!(poll_immediate(&mut rest).await.is_none());

        open.send(Err("no space left".to_owned())).unwrap();
        let mut errors = vec![first.await.unwrap_err()];
        errors.extend(rest.await.into_iter().map(Result::unwrap_err));
        errors.push(store.put(&records[3]).await.unwrap_err());
        errors.push(store.remove(&0).await.unwrap_err());
        errors.push(store.compact().await.unwrap_err());
        errors.push(store.clone().put(&records[3]).await.unwrap_err());
        assert_eq!(errors.len(), 7);
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Store);
            let message = error.to_string();
            assert!(message.contains("takes no more writes"), "{message}");
            assert!(message.contains("the gated storage"), "{message}");
            assert!(message.contains("no space left"), "{message}");
        }
        assert_eq!(watched.batches(), [1], "nothing was tried again");
        assert!(!store.contains(&0).await.unwrap(), "reading goes on");
    });
}

#[test]
fn a_storage_that_panics_ends_all_writing() {
    let (store, watched, open) = gated();
    open.send(Err("panic".to_owned())).unwrap();
    block_on(async {
        for record in answers(0..2) {
            let error = store.put(&record).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Store);
            assert!(error.to_string().contains("panicked"), "{error}");
        }
    });
    assert_eq!(watched.batches(), [1]);
}

#[test]
fn a_storage_that_miscounts_ends_all_writing() {
    struct Silent(Gated);
    impl Storage for Silent {
        fn name(&self) -> String {
            "the silent storage".to_owned()
        }
        fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
            self.0.contains(key)
        }
        fn get<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
            self.0.get(key)
        }
        fn scan<'a>(
            &'a self,
            after: Option<&'a [u8]>,
            limit: usize,
        ) -> StorageFuture<'a, Vec<Entry>> {
            self.0.scan(after, limit)
        }
        fn count(&self) -> StorageFuture<'_, usize> {
            self.0.count()
        }
        fn commit(&self, _: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
            Box::pin(ready(Ok(Vec::new())))
        }
    }
    let (_, gate) = mpsc::channel();
    let gated = Gated {
        shared: Arc::default(),
        gate: Mutex::new(gate),
    };
    let store = Store::<Answer>::with_storage(Silent(gated));
    let error = block_on(store.put(&answer(1, ""))).unwrap_err();
    assert!(
        error.to_string().contains("0 answers to 1 writes"),
        "{error}"
    );
    block_on(store.put(&answer(1, ""))).unwrap_err();
}

#[test]
fn a_dropped_put_is_written_whole_or_not() {
    let (store, watched, open) = gated();
    let records = answers(0..3);
    block_on(async {
        let mut first = Box::pin(store.put(&records[0]));
        assert!(poll_immediate(&mut first).await.is_none());
        watched.begun(1);
        // Queued, then dropped: written. Never polled: not written.
        let mut second = Box::pin(store.put(&records[1]));
        assert!(poll_immediate(&mut second).await.is_none());
        drop(second);
        drop(store.put(&records[2]));
        drop(open);
        first.await.unwrap();
        until(|| watched.rows.lock().unwrap().len() == 2);
        assert_eq!(store.get(&1).await.unwrap(), Some(answer(1, "")));
        assert!(!store.contains(&2).await.unwrap());
    });
}

#[test]
fn the_writer_ends_after_the_last_clone_and_what_is_queued() {
    let (store, watched, open) = gated();
    let records = answers(0..3);
    let clone = store.clone();
    block_on(async {
        for record in &records {
            let mut put = Box::pin(store.put(record));
            assert!(poll_immediate(&mut put).await.is_none());
        }
    });
    watched.begun(1);
    drop(store);
    drop(clone);
    assert!(!*watched.dropped.lock().unwrap());
    drop(open);
    until(|| *watched.dropped.lock().unwrap());
    assert_eq!(watched.rows.lock().unwrap().len(), 3);
}

/// The queue of a dropped file store is written before its lock is given back.
#[test]
fn dropping_a_file_store_waits_for_its_queue() {
    let place = Place::new();
    let path = place.path("answers.jsonl");
    let records = answers(0..200);
    let store = Store::jsonl(&path).unwrap();
    block_on(async {
        let mut puts = Box::pin(join_all(records.iter().map(|record| store.put(record))));
        let _ = poll_immediate(&mut puts).await;
    });
    drop(store);
    assert_eq!(in_jsonl(&path, async |store| store.len().await), 200);
}

#[test]
fn many_at_once_on_every_executor() {
    let place = Place::new();
    let store = Store::<Answer>::open(place.path("answers.db")).unwrap();
    let records = answers(0..500);
    let (even, odd): (Vec<_>, Vec<_>) = records.iter().partition(|record| record.id % 2 == 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let puts = block_on(join_all(even.iter().map(|record| store.put(record))));
            assert!(puts.into_iter().all(|put| put.is_ok()));
        });
        scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            let puts = runtime.block_on(join_all(odd.iter().map(|record| store.put(record))));
            assert!(puts.into_iter().all(|put| put.is_ok()));
        });
    });
    assert_eq!(block_on(store.len()).unwrap(), 500);
    assert!(block_on(keys(&store)).into_iter().eq(0..500));
}
