//! A storage of a user's that does not keep its contract: an error, and no walk
//! without an end.

use std::sync::Mutex;

use flow_runtime::{
    ErrorKind, Storage, StorageFuture,
    store::{Entry, Write},
};

use super::*;

/// Gives for every key the record that was put first, and from every place on all
/// keys that it has.
#[derive(Default)]
struct Careless(Mutex<Vec<(Entry, Vec<u8>)>>);

impl Storage for Careless {
    fn name(&self) -> String {
        "the careless storage".to_owned()
    }

    fn contains<'a>(&'a self, key: &'a [u8]) -> StorageFuture<'a, bool> {
        Box::pin(async move { Ok(self.0.lock().unwrap().iter().any(|row| row.0.key == key)) })
    }

    fn get<'a>(&'a self, _: &'a [u8]) -> StorageFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.0.lock().unwrap().first().map(|row| row.1.clone())) })
    }

    fn scan<'a>(&'a self, _: Option<&'a [u8]>, limit: usize) -> StorageFuture<'a, Vec<Entry>> {
        Box::pin(async move {
            let rows = self.0.lock().unwrap();
            Ok(rows.iter().take(limit).map(|row| row.0.clone()).collect())
        })
    }

    fn count(&self) -> StorageFuture<'_, usize> {
        Box::pin(async move { Ok(self.0.lock().unwrap().len()) })
    }

    fn commit(&self, batch: Vec<Write>) -> StorageFuture<'_, Vec<bool>> {
        Box::pin(async move {
            let replaced = vec![false; batch.len()];
            for write in batch {
                if let Write::Put {
                    key,
                    key_json,
                    record,
                    ..
                } = write
                {
                    let row = (Entry::new(key, key_json), record);
                    self.0.lock().unwrap().push(row);
                }
            }
            Ok(replaced)
        })
    }
}

fn filled(keys: std::ops::Range<u32>) -> Store<Answer> {
    let store = Store::with_storage(Careless::default());
    block_on(async {
        for id in keys {
            store.put(&answer(id, "a")).await.unwrap();
        }
    });
    store
}

#[test]
fn the_record_of_another_key_is_damage() {
    let store = filled(1..3);
    assert_eq!(block_on(store.get(&1)).unwrap(), Some(answer(1, "a")));
    let error = block_on(store.get(&2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let text = error.to_string();
    assert_eq!(text, "what is stored under 2 is the Answer of 1");
}

#[test]
fn a_walk_that_comes_to_its_beginning_again_is_an_error() {
    let few = filled(0..100);
    assert_eq!(block_on(few.page(None, 200)).unwrap().len(), 100);
    let many = filled(0..2000);
    let error = block_on(many.page(None, 200)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(
        error.to_string().contains("the careless storage"),
        "{error}"
    );
}
