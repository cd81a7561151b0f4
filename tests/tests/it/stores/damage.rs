//! Damaged databases: an error, or the right value, and never another one.
//!
//! `FLOW_DAMAGED` is how many are opened, 60 unless it says otherwise; each is
//! numbered, and its number alone decides what is wrong with it.

use std::panic::catch_unwind;

use flow_runtime::ErrorKind;
use redb::{Database, TableDefinition};

use super::*;

const KEYS: u32 = 300;

/// Some are longer than a page.
fn made(id: u32) -> Answer {
    let length = if id.is_multiple_of(50) { 6000 } else { 30 };
    answer(id, &format!("{id} ").repeat(length)[..length])
}

/// A database that was written in several commits, and what it looks like.
fn whole(path: &Path) -> Vec<u8> {
    for round in 0..4 {
        let store = Store::<Answer>::open(path).unwrap();
        let records: Vec<_> = (0..KEYS).filter(|id| id % 4 >= round).map(made).collect();
        let puts = records.iter().map(|record| store.put(record));
        block_on(futures::future::try_join_all(puts)).unwrap();
    }
    fs::read(path).unwrap()
}

/// Damages a file in the way of this number.
fn damage(bytes: &mut Vec<u8>, number: u64) {
    let mut seed = number;
    let mut below = |limit: usize| {
        // Of splitmix64.
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    };
    match number % 4 {
        0 => {
            let at = below(bytes.len());
            bytes[at] ^= 1 << below(8);
        }
        1 => {
            let page = below(bytes.len() / 4096);
            bytes[page * 4096..][..4096].fill(0);
        }
        2 => bytes.truncate(1 + below(bytes.len() - 1)),
        _ => {
            for _ in 0..50 {
                let at = below(bytes.len());
                bytes[at] = below(256) as u8;
            }
        }
    }
}

/// Reads all that was there, and writes; gives how many errors that were.
async fn read(store: &Store<Answer>) -> Result<usize, String> {
    let mut errors = 0;
    for id in 0..KEYS {
        match store.get(&id).await {
            Ok(Some(found)) if found == made(id) => {}
            Ok(found) => return Err(format!("{id} is {found:?}")),
            Err(_) => errors += 1,
        }
        match store.contains(&id).await {
            Ok(true) => {}
            Ok(false) => return Err(format!("{id} is missing")),
            Err(_) => errors += 1,
        }
    }
    match store.page(None, usize::MAX).await {
        Ok(keys) if keys.iter().copied().eq(0..KEYS) => {}
        Ok(keys) => return Err(format!("the keys are {keys:?}")),
        Err(_) => errors += 1,
    }
    match store.len().await {
        Ok(len) if len == KEYS as usize => {}
        Ok(len) => return Err(format!("there are {len}")),
        Err(_) => errors += 1,
    }
    Ok(errors)
}

/// Opens and reads a damaged database.
async fn used(path: &Path) -> Result<usize, String> {
    let Ok(store) = Store::<Answer>::open(path) else {
        return Ok(1);
    };
    let mut errors = read(&store).await?;
    errors += usize::from(store.put(&made(7)).await.is_err());
    errors += read(&store).await?;
    drop(store);
    match Store::<Answer>::open(path) {
        Ok(store) => Ok(errors + read(&store).await?),
        Err(_) => Ok(errors + 1),
    }
}

#[test]
fn however_it_is_damaged_nothing_else_is_read_and_nothing_panics() {
    let many = std::env::var("FLOW_DAMAGED").ok();
    let many = many.map_or(60, |many| many.parse().unwrap());
    let place = Place::new();
    let whole = whole(&place.path("whole.db"));
    let mut seen = 0;
    for number in 0..many {
        let mut bytes = whole.clone();
        damage(&mut bytes, number);
        let path = place.path("damaged.db");
        fs::write(&path, bytes).unwrap();
        let used = catch_unwind(|| block_on(used(&path)));
        let errors = used.unwrap_or_else(|_| panic!("damage {number} panics"));
        seen += usize::from(errors.unwrap_or_else(|wrong| panic!("damage {number}: {wrong}")) > 0);
    }
    assert!(seen * 3 > many as usize, "only {seen} of {many} were seen");
}

#[test]
fn a_flipped_bit_in_a_record_is_an_error_of_that_record() {
    let place = Place::new();
    let path = place.path("answers.db");
    let mut bytes = whole(&path);
    let text = made(17).text;
    let flipped: Vec<usize> = (0..bytes.len() - text.len())
        .filter(|at| bytes[*at..].starts_with(text.as_bytes()))
        .collect();
    for at in flipped {
        bytes[at] ^= 4;
    }
    fs::write(&path, bytes).unwrap();
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(async {
        let error = store.get(&17).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(!error.is_fatal(), "{error}");
        assert!(error.to_string().contains("answers.db"), "{error}");
        assert_eq!(store.get(&18).await.unwrap(), Some(made(18)));
        // What is written anew is whole again.
        store.put(&made(17)).await.unwrap();
        assert_eq!(store.get(&17).await.unwrap(), Some(made(17)));
    });
}

#[test]
fn a_key_that_is_lost_in_one_table_is_not_missing() {
    const META: TableDefinition<'static, &[u8], (&[u8], &[u8])> = TableDefinition::new("meta");
    let place = Place::new();
    let path = place.path("answers.db");
    whole(&path);
    let database = Database::open(&path).unwrap();
    let write = database.begin_write().unwrap();
    let gone = [0x21_u8, 17];
    assert!(
        write
            .open_table(META)
            .unwrap()
            .remove(&gone[..])
            .unwrap()
            .is_some()
    );
    write.commit().unwrap();
    drop(database);
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(async {
        for error in [
            store.contains(&17).await.unwrap_err(),
            store.page(None, 1000).await.unwrap_err(),
            store.len().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        }
        assert!(store.contains(&18).await.unwrap());
        assert!(!store.contains(&KEYS).await.unwrap());
    });
}

/// As 0.1.0 left it: no sums, and nothing in the header that asks for them.
#[test]
fn what_was_written_without_sums_is_read_as_it_is() {
    const HEADER: TableDefinition<'static, &str, &str> = TableDefinition::new("header");
    const CHECKS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("checks");
    let place = Place::new();
    let path = place.path("answers.db");
    whole(&path);
    let database = Database::open(&path).unwrap();
    let write = database.begin_write().unwrap();
    assert!(write.delete_table(CHECKS).unwrap());
    assert!(
        write
            .open_table(HEADER)
            .unwrap()
            .remove("checks")
            .unwrap()
            .is_some()
    );
    write.commit().unwrap();
    drop(database);
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(async {
        assert_eq!(read(&store).await, Ok(0));
        store.put(&made(3)).await.unwrap();
        assert_eq!(read(&store).await, Ok(0));
        assert!(store.remove(&3).await.unwrap());
        assert!(!store.contains(&3).await.unwrap());
        assert_eq!(store.get(&3).await.unwrap(), None);
    });
}

#[test]
fn a_folder_is_no_database() {
    let place = Place::new();
    let error = Store::<Answer>::open(place.path("")).unwrap_err();
    assert!(error.to_string().contains("could not be opened"), "{error}");
}
