//! The file beside a JSONL file.

use flow_runtime::{ErrorKind, Recovered, derived, extant, flow};

use super::*;

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    id: u32,
    text: String,
}

/// There is none for 3.
#[derived(key = id, version = 7)]
async fn note(id: u32) -> Option<Note> {
    let text = id.to_string();
    (id != 3).then_some(Note { id, text })
}

/// As its next version says: there is none for 2.
#[derived(key = id, version = 8, as = NextNote)]
async fn next_note(id: u32) -> Option<Note> {
    let text = id.to_string();
    (id != 2).then_some(Note { id, text })
}

const HEADER: &str = "{\"format\":\"flow-store-meta\",\"version\":1}\n";
const NOTES: &str = "{\"id\":1,\"text\":\"1\"}\n{\"id\":2,\"text\":\"2\"}\n";
const ROWS: &str = concat!(
    "{\"key\":1,\"version\":7}\n",
    "{\"key\":2,\"version\":7}\n",
    "{\"key\":3,\"none\":true,\"version\":7}\n",
);

/// A JSONL file and the file beside it.
struct Files {
    records: PathBuf,
    side: PathBuf,
    _place: Place,
}

impl Files {
    fn new() -> Self {
        let place = Place::new();
        Self {
            records: place.path("notes.jsonl"),
            side: place.path("notes.jsonl.meta"),
            _place: place,
        }
    }

    /// Holding what a run over 1, 2 and 3 leaves.
    fn filled() -> Self {
        let files = Self::new();
        assert_eq!(files.run(), [1, 2, 3]);
        files
    }

    fn open(&self) -> Result<Store<Note>, Error> {
        Store::jsonl(&self.records)
    }

    /// Gives what had to be asked.
    fn run(&self) -> Vec<u32> {
        run_on(&self.open().unwrap())
    }

    fn run_next(&self) -> Vec<u32> {
        let store = self.open().unwrap();
        let asked = std::cell::RefCell::new(Vec::new());
        let run = flow! {
            from(1..4) -> map(NextNote::new) -> missing(&store)
                -> inspect(|note| asked.borrow_mut().push(flow_runtime::Artifact::key(note)))
                -> ensure(&store)? -> drain()
        };
        block_on(run.run()).unwrap();
        asked.into_inner()
    }

    fn side(&self) -> String {
        text(&self.side)
    }

    fn recovered(&self) -> Option<Recovered> {
        self.open().unwrap().recovered().cloned()
    }
}

fn run_on(store: &Store<Note>) -> Vec<u32> {
    let asked = std::cell::RefCell::new(Vec::new());
    let run = flow! {
        from(1..4) -> map(DerivedNote::new) -> missing(store)
            -> inspect(|note| asked.borrow_mut().push(flow_runtime::Artifact::key(note)))
            -> ensure(store)? -> drain()
    };
    block_on(run.run()).unwrap();
    asked.into_inner()
}

#[test]
fn it_says_what_the_records_do_not() {
    let files = Files::filled();
    assert_eq!(text(&files.records), NOTES);
    assert_eq!(files.side(), format!("{HEADER}{ROWS}"));
    assert_eq!(files.run(), [0; 0]);
    assert_eq!(files.side(), format!("{HEADER}{ROWS}"), "not written again");
}

#[test]
fn it_is_made_when_there_is_something_to_say() {
    let files = Files::new();
    let store = files.open().unwrap();
    let note = |id| Note {
        id,
        text: String::new(),
    };
    block_on(async {
        store.put(&note(1)).await.unwrap();
        store.remove(&1).await.unwrap();
        store.remove(&2).await.unwrap();
        store.compact().await.unwrap();
    });
    assert!(!files.side.exists());
    assert_eq!(run_on(&store), [1, 2, 3]);
    assert!(files.side.exists());

    // What is put by hand takes back what was said.
    block_on(store.put(&note(3))).unwrap();
    assert!(
        files
            .side()
            .ends_with("{\"key\":3,\"replaces\":\"none\"}\n")
    );
    block_on(async {
        for id in 1..4 {
            store.remove(&id).await.unwrap();
        }
        store.compact().await.unwrap();
    });
    assert!(!files.side.exists());
    assert_eq!(run_on(&store), [1, 2, 3]);
    drop(store);
    assert_eq!(files.run(), [0; 0]);
}

#[cfg(unix)]
#[test]
fn it_is_as_private_as_the_records() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    fs::write(&files.records, "").unwrap();
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(&files.records, private).unwrap();
    files.run();
    let mode = || files.side.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    files.run_next();
    block_on(files.open().unwrap().compact()).unwrap();
    assert_eq!(mode(), 0o600);
}

#[test]
fn without_it_records_are_what_they_are() {
    let files = Files::filled();
    fs::remove_file(&files.side).unwrap();
    // Of no version, so never stale; that there is none is asked again.
    assert_eq!(files.run_next(), [3]);
    assert_eq!(files.side().lines().count(), 2);
}

/// As where the disk lost a part, or someone cut it off.
#[test]
fn cut_off_anywhere_no_record_is_lost() {
    let whole = format!("{HEADER}{ROWS}");
    for cut in 0..=whole.len() {
        let files = Files::filled();
        fs::write(&files.side, &whole[..cut]).unwrap();
        let kept = whole[..cut].matches('\n').count();
        // A line that only lacks its line break is whole.
        let kept = kept + usize::from(whole[cut..].starts_with('\n'));
        let recovered = files.recovered();
        let starts = whole.split_inclusive('\n').take(kept).map(str::len);
        let torn = cut.saturating_sub(starts.sum());
        assert_eq!(recovered.as_ref().map_or(0, |it| it.bytes), torn as u64);
        if let Some(recovered) = recovered {
            let place = files.side.with_extension("meta.torn");
            assert_eq!(recovered.path, place);
            assert_eq!(fs::metadata(place).unwrap().len(), torn as u64);
        }
        let asked = files.run();
        assert_eq!(asked, if kept < 4 { vec![3] } else { Vec::new() }, "{cut}");
        assert_eq!(text(&files.records), NOTES);

        // A record without its row is of no version; one with it is stale.
        let next: Vec<u32> = (1..4)
            .filter(|id| *id == 3 || kept > *id as usize)
            .collect();
        assert_eq!(files.run_next(), next, "cut at {cut}");
        assert_eq!(files.run_next(), [0; 0]);
    }
}

#[test]
fn a_record_outweighs_a_row_that_says_there_is_none() {
    let files = Files::filled();
    // As another program adds a record.
    let records = format!("{NOTES}{{\"id\":3,\"text\":\"late\"}}\n");
    fs::write(&files.records, &records).unwrap();
    let store = files.open().unwrap();
    assert_eq!(block_on(store.len()).unwrap(), 3);
    assert_eq!(run_on(&store), [0; 0]);

    // With the record goes what it outweighed.
    assert!(block_on(store.remove(&3)).unwrap());
    drop(store);
    assert_eq!(files.run(), [3]);
}

#[test]
fn a_row_without_its_record_means_nothing() {
    let files = Files::filled();
    fs::write(&files.records, "").unwrap();
    assert_eq!(files.run(), [1, 2]);
    fs::write(&files.records, "").unwrap();
    let store = files.open().unwrap();
    let text = String::new();
    block_on(store.put(&Note { id: 1, text })).unwrap();
    drop(store);
    assert_eq!(files.run_next(), [2, 3], "1 is not of the version 7 of old");
}

#[test]
fn a_record_is_written_behind_its_row() {
    let files = Files::new();
    let store = files.open().unwrap();
    // In the way of the file.
    fs::create_dir(&files.side).unwrap();
    let run = flow! {
        from(1..2) -> map(DerivedNote::new) -> ensure(&store)? -> drain()
    };
    block_on(run.run()).unwrap_err();
    assert_eq!(text(&files.records), "");
    drop(store);
    fs::remove_dir(&files.side).unwrap();
    assert_eq!(files.run(), [1, 2, 3]);
}

/// As long as that is there which it replaces, a row says nothing.
#[test]
fn a_row_whose_record_did_not_come_says_nothing() {
    #[derived(key = id, version = 9, as = Reworded)]
    async fn reworded(id: u32) -> Note {
        let text = "reworded".to_owned();
        Note { id, text }
    }

    let files = Files::filled();
    let store = files.open().unwrap();
    let run = flow! { from(1..4) -> map(Reworded::new) -> ensure(&store)? -> drain() };
    block_on(run.run()).unwrap();
    drop(store);
    let side = files.side();
    let rows: Vec<&str> = side.lines().skip(4).collect();
    assert!(
        rows[0].starts_with("{\"key\":1,\"replaces\":\""),
        "{rows:?}"
    );
    assert_eq!(rows[2], "{\"key\":3,\"replaces\":\"none\",\"version\":9}");

    // As a power cut leaves it: the rows are there, and no record is.
    fs::write(&files.records, NOTES).unwrap();
    assert_eq!(files.run(), [0; 0], "all is of the version before");
    // The next record of the key is what it is, and not what the row was for.
    fs::write(&files.records, NOTES).unwrap();
    fs::write(&files.side, side).unwrap();
    let store = files.open().unwrap();
    let text = "by hand".to_owned();
    block_on(store.put(&Note { id: 1, text })).unwrap();
    drop(store);
    assert_eq!(files.run(), [0; 0]);
    assert_eq!(files.run_next(), [2, 3]);
}

#[test]
fn compacting_leaves_what_counts_and_what_it_does_not_know() {
    let files = Files::filled();
    let later = concat!(
        "{\"key\": 1, \"version\": 7, \"fingerprint\": \"ab\"}\n",
        "{\"key\":4,\"attempts\":3,\"at\":1e400}\n",
        "{\"key\":5,\"version\":7}\n",
        "{\"key\":6,\"none\":true}\n",
        "{\"key\":6}\n",
    );
    fs::write(&files.side, format!("{HEADER}{ROWS}{later}")).unwrap();
    let store = files.open().unwrap();
    block_on(store.compact()).unwrap();
    let expected = concat!(
        "{\"key\":1,\"fingerprint\":\"ab\",\"version\":7}\n",
        "{\"key\":2,\"version\":7}\n",
        "{\"key\":3,\"none\":true,\"version\":7}\n",
        "{\"key\":4,\"at\":1e400,\"attempts\":3}\n",
    );
    assert_eq!(files.side(), format!("{HEADER}{expected}"));
    assert_eq!(text(&files.records), NOTES);
    let rewritten = fs::metadata(&files.side).unwrap().modified().unwrap();
    block_on(store.compact()).unwrap();
    let again = fs::metadata(&files.side).unwrap().modified().unwrap();
    assert_eq!(rewritten, again, "there was nothing to gain");

    // Writing goes on behind it.
    assert_eq!(run_on(&store), [0; 0]);
    block_on(store.remove(&2)).unwrap();
    let side = files.side();
    let row = side.strip_prefix(&format!("{HEADER}{expected}")).unwrap();
    assert!(row.starts_with("{\"key\":2,\"replaces\":\""), "{row}");
    drop(store);
    assert_eq!(files.run(), [2]);
}

#[test]
fn what_is_none_of_ours_is_left_alone() {
    let later = "{\"format\":\"flow-store-meta\",\"version\":2}\n{\"key\":1}\n";
    let broken = format!("{HEADER}{{\"key\":1}}\n{{\"key\":\"one\"}}\n{{\"key\":2}}\n");
    let wrong = format!("{HEADER}{{\"key\":1,\"version\":-1}}\n{{\"key\":2}}\n");
    let keyless = format!("{HEADER}{{\"version\":1}}\n");
    for (content, kind, says) in [
        (
            later,
            ErrorKind::Store,
            "is of format 2, which a later release wrote",
        ),
        ("hello\n", ErrorKind::Store, "of another program"),
        ("hello", ErrorKind::Store, "of another program"),
        ("\n\n", ErrorKind::Store, "of another program"),
        ("{}\n{}\n", ErrorKind::Store, "of another program"),
        (
            &broken,
            ErrorKind::Corrupt,
            "line 3 at byte 51: not metadata",
        ),
        (
            &wrong,
            ErrorKind::Corrupt,
            "line 2 at byte 41: not metadata",
        ),
        (&keyless, ErrorKind::Corrupt, "no `key`"),
    ] {
        let files = Files::filled();
        fs::write(&files.side, content).unwrap();
        fs::write(&files.records, format!("{NOTES}{{\"id\"")).unwrap();
        let error = files.open().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let message = error.to_string();
        assert!(message.contains(says), "{message}");
        assert!(message.contains("notes.jsonl.meta"), "{message}");
        assert_eq!(files.side(), content);
        assert!(
            text(&files.records).ends_with("{\"id\""),
            "nothing repaired"
        );
    }
}

#[test]
fn changed_while_the_store_is_open_it_ends_writing() {
    let note = |id| Note {
        id,
        text: String::new(),
    };
    let changes: [fn(&Path); 4] = [
        |side| fs::remove_file(side).unwrap(),
        |side| fs::rename(side, side.with_extension("moved")).unwrap(),
        |side| fs::write(side, HEADER).unwrap(),
        |side| {
            let copy = side.with_extension("copy");
            fs::copy(side, &copy).unwrap();
            fs::rename(copy, side).unwrap();
        },
    ];
    for change in changes {
        let files = Files::filled();
        let store = files.open().unwrap();
        change(&files.side);
        for id in [3, 4] {
            let error = block_on(store.put(&note(id))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Store);
            assert!(error.to_string().contains("notes.jsonl.meta` "), "{error}");
        }
        assert_eq!(text(&files.records), NOTES, "nothing was written");
    }
}

/// A version that is not said is not kept.
#[test]
fn without_a_version_there_is_none() {
    #[derived(key = id, as = PlainNote)]
    async fn plain_note(id: u32) -> Note {
        let text = id.to_string();
        Note { id, text }
    }

    let files = Files::new();
    let store = files.open().unwrap();
    let run = flow! { from(1..3) -> map(PlainNote::new) -> ensure(&store)? -> drain() };
    block_on(run.run()).unwrap();
    assert_eq!(text(&files.records), NOTES);
    assert!(!files.side.exists());

    // Rows of an earlier release say 1 of what said nothing.
    let rows = "{\"key\":1,\"version\":1}\n";
    drop(store);
    fs::write(&files.side, format!("{HEADER}{rows}")).unwrap();
    let store = files.open().unwrap();
    let run = flow! {
        from(1..3) -> map(PlainNote::new) -> ensure(&store)? -> filter(|it| it.is_derived()) -> count()
    };
    assert_eq!(block_on(run.run()).unwrap(), 0);
    drop(store);
    assert_eq!(files.run(), [1, 3]);
}

#[test]
fn keys_of_every_kind_come_back() {
    #[extant(key = (a, b))]
    #[derive(Serialize, Deserialize)]
    struct Pair {
        a: u128,
        b: String,
    }

    #[derived(key = (a, b))]
    async fn pair(a: u128, b: String) -> Option<Pair> {
        (b != "}\n").then_some(Pair { a, b })
    }

    let place = Place::new();
    let path = place.path("pairs.jsonl");
    for outcome in ["dd-d", "ee-e"] {
        let store = Store::<Pair>::jsonl(&path).unwrap();
        let run = flow! {
            from([(u128::MAX, "a"), (0, "\",\"key\":1"), (1, "}\n"), (1 << 64, "")])
                -> map(|(a, b)| DerivedPair::new(a, b.to_owned())) -> ensure(&store)?
                -> map(|it| if it.is_extant() { "e" } else if it.is_derived() { "d" } else { "-" })
                -> collect::<String>()
        };
        assert_eq!(block_on(run.run()).unwrap(), outcome);
    }
}
