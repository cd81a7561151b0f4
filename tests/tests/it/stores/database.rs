//! The file of the embedded database: its format, and what is no such file.

use std::io;
use std::sync::{Arc, Mutex};

use flow_runtime::ErrorKind;
use redb::{Database, ReadableDatabase, StorageBackend, TableDefinition};

use super::*;

const HEADER: TableDefinition<'static, &str, &str> = TableDefinition::new("header");
const META: TableDefinition<'static, &[u8], (&[u8], &[u8])> = TableDefinition::new("meta");
const RECORDS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("records");

/// Later releases open these files.
#[test]
fn the_format_is_frozen() {
    let place = Place::new();
    let path = place.path("answers.db");
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(store.put(&answer(1, "a"))).unwrap();
    drop(store);

    let read = Database::open(&path).unwrap().begin_read().unwrap();
    let header = read.open_table(HEADER).unwrap();
    assert_eq!(header.get("format").unwrap().unwrap().value(), "1");
    assert_eq!(header.get("codec").unwrap().unwrap().value(), "json");
    let key = [0x21_u8, 1];
    let record = read
        .open_table(RECORDS)
        .unwrap()
        .get(&key[..])
        .unwrap()
        .unwrap();
    assert_eq!(record.value(), br#"{"id":1,"text":"a"}"#);
    let meta = read
        .open_table(META)
        .unwrap()
        .get(&key[..])
        .unwrap()
        .unwrap();
    assert_eq!(meta.value(), (&b"1"[..], &b"{}"[..]));
}

#[test]
fn another_format_is_an_error_that_says_so() {
    for (field, value) in [("format", "2"), ("codec", "postcard")] {
        let place = Place::new();
        let path = place.path("answers.db");
        drop(Store::<Answer>::open(&path).unwrap());
        let database = Database::open(&path).unwrap();
        let write = database.begin_write().unwrap();
        write
            .open_table(HEADER)
            .unwrap()
            .insert(field, value)
            .unwrap();
        write.commit().unwrap();
        drop(database);

        let error = Store::<Answer>::open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        let message = error.to_string();
        assert!(message.contains(&format!("the {field} of ")), "{message}");
        assert!(
            message.contains(value) && message.contains("answers.db"),
            "{message}"
        );
    }
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    for content in ["{\"id\":1}\n".to_owned(), "{\"id\":1}\n".repeat(10_000)] {
        let place = Place::new();
        let path = place.path("answers.db");
        fs::write(&path, &content).unwrap();
        let error = Store::<Answer>::open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(error.to_string().contains("answers.db"), "{error}");
        assert_eq!(text(&path), content);
    }
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let place = Place::new();
    let path = place.path("theirs.db");
    let database = Database::create(&path).unwrap();
    let write = database.begin_write().unwrap();
    write
        .open_table(TableDefinition::<u32, u32>::new("theirs"))
        .unwrap()
        .insert(1, 2)
        .unwrap();
    write.commit().unwrap();
    drop(database);
    let error = Store::<Answer>::open(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("another program"), "{error}");
    let read = Database::open(&path).unwrap().begin_read().unwrap();
    assert_eq!(read.list_tables().unwrap().count(), 1);
}

#[test]
fn a_record_of_another_type_is_an_error_that_names_the_key() {
    let place = Place::new();
    let path = place.path("numbers.db");
    let store = Store::<Only<u32>>::open(&path).unwrap();
    block_on(store.put(&Only(7))).unwrap();
    drop(store);
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(async {
        assert!(store.contains(&7).await.unwrap(), "which reads no record");
        let error = store.get(&7).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(
            error.to_string().contains("under 7 is no Answer"),
            "{error}"
        );
    });
}

/// A file in memory, and all that it was so far.
#[derive(Clone, Debug, Default)]
struct Recorded(Arc<Mutex<Vec<Vec<u8>>>>);

impl Recorded {
    fn with<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let mut states = self.0.lock().unwrap();
        let mut state = states.last().cloned().unwrap_or_default();
        let before = state.clone();
        let given = f(&mut state);
        if state != before {
            states.push(state);
        }
        given
    }
}

impl StorageBackend for Recorded {
    fn len(&self) -> io::Result<u64> {
        Ok(self.with(|state| state.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.with(|state| out.copy_from_slice(&state[offset as usize..][..out.len()]));
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(|state| state.resize(len as usize, 0));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.with(|state| state[offset as usize..][..data.len()].copy_from_slice(data));
        Ok(())
    }
}

/// Opens the file with this content, and uses it.
fn opens(content: &[u8]) {
    let place = Place::new();
    let path = place.path("answers.db");
    fs::write(&path, content).unwrap();
    let store = Store::<Answer>::open(&path).unwrap();
    block_on(store.put(&answer(1, "a"))).unwrap();
    drop(store);
    let store = Store::<Answer>::open(&path).unwrap();
    assert_eq!(block_on(store.len()).unwrap(), 1);
}

#[test]
fn a_file_whose_making_was_cut_off_anywhere_is_made_again() {
    let recorded = Recorded::default();
    let builder = Database::builder();
    drop(builder.create_with_backend(recorded.clone()).unwrap());
    let states = recorded.0.lock().unwrap();
    let unmade = |state: &&Vec<u8>| !state.starts_with(b"redb");
    assert!(
        states.iter().filter(unmade).count() >= 2,
        "{}",
        states.len()
    );
    for state in states.iter() {
        opens(state);
    }
    // As when not all of it came to the disk.
    for length in [0, 1, 8, 9, 100, 320, 4096, 100_000] {
        opens(&vec![0; length]);
    }
}

#[test]
fn a_file_with_anything_in_it_is_not_made_again() {
    let recorded = Recorded::default();
    let builder = Database::builder();
    drop(builder.create_with_backend(recorded.clone()).unwrap());
    let states = recorded.0.lock().unwrap();
    let unmade = states.iter().rfind(|state| !state.starts_with(b"redb"));
    let unmade = unmade.unwrap();
    for at in [0, 8, 320, 4095, 70_000, unmade.len() - 1] {
        let mut content = unmade.clone();
        content[at] = 1;
        let place = Place::new();
        let path = place.path("answers.db");
        fs::write(&path, &content).unwrap();
        let error = Store::<Answer>::open(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        assert!(fs::read(&path).unwrap() == content, "changed: {at}");
    }
}
