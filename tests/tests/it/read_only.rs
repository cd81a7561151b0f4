//! Stores that are read and not written, also beside a writer.

use std::fs;
use std::path::{Path, PathBuf};

use flow_runtime::{BoxError, ErrorKind, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

#[derived(key = id, version = 1)]
fn answer(id: u32) -> Result<Answer, BoxError> {
    match id {
        7 => Err("it is busy".into()),
        id => Ok(Answer {
            id,
            text: "x".repeat(id as usize),
        }),
    }
}

async fn fill(store: &Store<Answer>, ids: impl IntoIterator<Item = u32>) {
    flow! { from(ids) -> map(DerivedAnswer::new) -> ensure(store)? else drop -> drain(); }
        .run()
        .await
        .unwrap();
}

/// All names in a folder, with what is in the files.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_file_is_read_beside_its_writer() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    let writer = Store::<Answer>::jsonl(&path).unwrap();
    fill(&writer, 5..9).await;
    let before = files(place.path());

    let reader = Store::<Answer>::read_only(&path).unwrap();
    assert_eq!(reader.page(None, 10).await.unwrap(), [5, 6, 8]);
    assert_eq!(reader.get(&6).await.unwrap().unwrap().text, "xxxxxx");
    assert_eq!(reader.failures().await.unwrap()[0].key, 7);
    assert_eq!(files(place.path()), before, "nothing is changed");

    // What comes later is seen when it is asked for.
    fill(&writer, [9]).await;
    writer.remove(&5).await.unwrap();
    writer.compact().await.unwrap();
    assert_eq!(reader.page(None, 10).await.unwrap(), [5, 6, 8]);
    assert_eq!(reader.get(&5).await.unwrap().unwrap().text, "xxxxx");
    reader.refresh().await.unwrap();
    assert_eq!(reader.page(None, 10).await.unwrap(), [6, 8, 9]);
    // Versions come along, so nothing is stale.
    let plan = flow! { from(6..8) -> map(DerivedAnswer::new) -> ensure(&reader)? -> drain(); };
    let plan = plan.plan().await.unwrap();
    assert_eq!((plan.stored, plan.missing, plan.failed), (1, 1, 1));
    // Who writes is not held up by who reads, nor the other way round.
    drop(writer);
    assert!(Store::<Answer>::jsonl(&path).is_ok());
}

#[tokio::test]
async fn nothing_is_made_where_it_could_not_be_written() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    fill(&Store::jsonl(&path).unwrap(), [1]).await;
    let reader = Store::<Answer>::read_only(&path).unwrap();
    fill(&reader, [1]).await;
    let job =
        flow! { from([2]) -> map(DerivedAnswer::new) -> ensure(&reader)? else drop -> drain(); };
    let error = job.run().await.unwrap_err();
    assert!(
        error.is_fatal() && error.to_string().contains("open for reading only"),
        "{error}"
    );
    let writes = [
        reader
            .put(&Answer {
                id: 3,
                text: String::new(),
            })
            .await,
        reader.remove(&1).await.map(drop),
        reader.compact().await,
    ];
    for error in writes.map(Result::unwrap_err) {
        assert_eq!(error.kind(), ErrorKind::Store, "{error}");
    }
}

#[tokio::test]
async fn what_a_crash_left_stays_where_it_is() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    fill(&Store::jsonl(&path).unwrap(), [1, 7]).await;
    for name in [
        "answers.jsonl",
        "answers.jsonl.meta",
        "answers.jsonl.failed",
    ] {
        let path = place.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"id\":2,\"te")).unwrap();
    }
    let before = files(place.path());
    let reader = Store::<Answer>::read_only(&path).unwrap();
    assert_eq!(reader.len().await.unwrap(), 1);
    assert_eq!(reader.failures().await.unwrap().len(), 1);
    assert_eq!(files(place.path()), before);
}

#[tokio::test]
async fn a_database_is_read_where_nobody_writes() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.any");
    let writer = Store::<Answer>::open(&path).unwrap();
    fill(&writer, [1, 7]).await;
    let error = Store::<Answer>::read_only(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    assert!(error.to_string().contains("is open already, in"), "{error}");
    drop(writer);
    let reader = Store::<Answer>::read_only(&path).unwrap();
    let second = Store::<Answer>::read_only(&path).unwrap();
    reader.refresh().await.unwrap();
    assert_eq!(reader.get(&1).await.unwrap().unwrap().text, "x");
    assert_eq!(second.failures().await.unwrap().len(), 1);
    let error = reader.remove(&1).await.unwrap_err();
    assert!(
        error.to_string().contains("open for reading only"),
        "{error}"
    );
    assert_eq!(
        Store::<Answer>::open(&path).unwrap_err().kind(),
        ErrorKind::Locked
    );
    drop((reader, second));
    assert!(Store::<Answer>::open(&path).is_ok());
}

#[test]
fn what_is_no_store_is_said() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let gone = Store::<Answer>::read_only(at("gone")).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Store);
    assert!(!at("gone").exists());
    fs::write(at("text"), "hello\n").unwrap();
    let text = Store::<Answer>::read_only(at("text")).unwrap_err();
    assert_eq!(text.kind(), ErrorKind::Corrupt, "{text}");
    fs::write(at("damaged"), b"redb\x1a\x0a\xa9\x0d\x0aand nothing else").unwrap();
    let damaged = Store::<Answer>::read_only(at("damaged")).unwrap_err();
    assert!(
        matches!(damaged.kind(), ErrorKind::Corrupt | ErrorKind::Store),
        "{damaged}"
    );
}

#[tokio::test]
async fn whoever_reads_while_much_is_written_sees_whole_records() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    let writer = Store::<Answer>::jsonl(&path).unwrap();
    let there = path.clone();
    let writes = std::thread::spawn(move || {
        futures::executor::block_on(async {
            for round in 0..30 {
                fill(&writer, (round * 10)..(round * 10 + 10)).await;
                if round % 3 == 2 {
                    writer.remove(&(round * 10)).await.unwrap();
                }
            }
        });
    });
    let mut most = 0;
    while !writes.is_finished() {
        let reader = Store::<Answer>::read_only(&there).unwrap();
        let keys = reader.page(None, 1000).await.unwrap();
        for key in &keys {
            assert!(reader.get(key).await.unwrap().is_some());
        }
        assert!(keys.len() + 2 >= most, "{} after {most}", keys.len());
        most = most.max(keys.len());
    }
    writes.join().unwrap();
    let reader = Store::<Answer>::read_only(&there).unwrap();
    assert_eq!(reader.len().await.unwrap(), 300 - 1 - 10);
}
