//! Two threads that write to one store.

use super::super::{Entry, Storage, StorageFuture, Write};
use super::{Mode, Writer};
use crate::block_on::block_on;
use crate::sync::{check, thread};
use crate::{Error, ErrorKind};
use std::future::ready;
use std::sync::{Arc, Mutex};

/// A storage that keeps the keys of each batch but one, which fails.
struct Batches {
    /// The keys of the batches, those of the one that failed left out.
    tried: Mutex<Vec<Vec<u8>>>,
    fails: usize,
}

impl Batches {
    fn new(fails: usize) -> Arc<Self> {
        let tried = Mutex::default();
        Arc::new(Self { tried, fails })
    }

    /// All keys, in the order in which they came.
    fn keys(&self) -> Vec<u8> {
        self.tried.lock().unwrap().concat()
    }
}

impl Storage for Batches {
    fn name(&self) -> String {
        "the model".to_owned()
    }

    fn contains<'a>(&'a self, _: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(ready(Ok(false)))
    }

    fn get<'a>(&'a self, _: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(ready(Ok(None)))
    }

    fn scan<'a>(&'a self, _: Option<&'a [u8]>, _: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(ready(Ok(0)))
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        let mut tried = self.tried.lock().unwrap();
        if tried.len() == self.fails {
            tried.push(Vec::new());
            let full = Error::new(ErrorKind::Store, "the disk is full");
            return Box::pin(ready(Err(full)));
        }
        let keys = batch.iter().map(|write| match write {
            Write::Remove { key } => key[0],
            _ => unreachable!("only that is written here"),
        });
        tried.push(keys.collect());
        Box::pin(ready(Ok(vec![false; batch.len()])))
    }
}

fn write(writer: &Writer, key: u8) -> Result<bool, Error> {
    block_on(writer.write(Write::Remove { key: vec![key] }))
}

#[test]
fn every_write_is_committed_once_and_answered() {
    check(2, || {
        let batches = Batches::new(usize::MAX);
        let writer = Arc::new(Writer::new(batches.clone(), Mode::Joined, Arc::default()));
        let other = {
            let writer = Arc::clone(&writer);
            thread::spawn(move || write(&writer, 1).unwrap())
        };
        write(&writer, 2).unwrap();
        other.join().unwrap();
        let mut keys = batches.keys();
        keys.sort_unstable();
        assert_eq!(keys, [1, 2]);
    });
}

#[test]
fn what_is_queued_is_written_before_the_store_is_gone() {
    check(2, || {
        let batches = Batches::new(usize::MAX);
        let writer = Writer::new(batches.clone(), Mode::Joined, Arc::default());
        {
            let mut first = std::pin::pin!(writer.write(Write::Remove { key: vec![1] }));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let _ = first.as_mut().poll(&mut cx);
        }
        drop(writer);
        assert_eq!(batches.keys(), [1]);
    });
}

/// Two threads that write to a storage whose batch of this number fails: the
/// keys of what was acknowledged, which are those that are there.
fn acknowledged(fails: usize) -> Vec<u8> {
    let batches = Batches::new(fails);
    let writer = Arc::new(Writer::new(batches.clone(), Mode::Joined, Arc::default()));
    let other = {
        let writer = Arc::clone(&writer);
        thread::spawn(move || write(&writer, 1).is_ok())
    };
    let here = write(&writer, 2).is_ok();
    let there = other.join().unwrap();
    let acknowledged: Vec<_> = [there.then_some(1), here.then_some(2)]
        .into_iter()
        .flatten()
        .collect();
    // One more: where nothing has failed yet, this does.
    assert!(write(&writer, 3).is_err());
    let mut keys = batches.keys();
    keys.sort_unstable();
    assert_eq!(keys, acknowledged);
    // What failed was the last that was tried.
    assert_eq!(batches.tried.lock().unwrap().len(), fails + 1);
    acknowledged
}

#[test]
fn a_failure_is_told_to_everybody() {
    check(2, || assert!(acknowledged(0).is_empty()));
}

#[test]
fn what_was_acknowledged_before_a_failure_is_there() {
    check(2, || assert!(!acknowledged(1).is_empty()));
}
