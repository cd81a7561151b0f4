//! Notes beside records: which version made them, and of which
//! keys there is none.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use flow_runtime::{Artifact, Error, ErrorKind, Store, artifact::Outcome, derived, extant, flow};
use futures::executor::block_on;
use futures::stream;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Word {
    id: u32,
    text: String,
}

fn word(id: u32, text: &str) -> Word {
    let text = text.to_owned();
    Word { id, text }
}

/// The keys that were derived, and the one that fails.
#[derive(Default)]
struct Calls {
    keys: RefCell<Vec<u32>>,
    failing: Cell<Option<u32>>,
}

impl Calls {
    fn called(&self, id: u32) -> Result<(), String> {
        self.keys.borrow_mut().push(id);
        match self.failing.get() {
            Some(failing) if failing == id => Err("no".to_owned()),
            _ => Ok(()),
        }
    }

    /// Those derived since this was asked last.
    fn take(&self) -> Vec<u32> {
        let mut keys = self.keys.take();
        keys.sort_unstable();
        keys
    }
}

/// There is none for 0 and 3.
#[derived(key = id, as = Old, version = 1)]
async fn old(id: u32, calls: &Calls) -> Result<Option<Word>, String> {
    calls.called(id)?;
    Ok((!id.is_multiple_of(3)).then(|| word(id, "old")))
}

/// There is none for 0, 2 and 4.
#[derived(key = id, as = New, version = 2)]
async fn new(id: u32, calls: &Calls) -> Result<Option<Word>, String> {
    calls.called(id)?;
    Ok((!id.is_multiple_of(2)).then(|| word(id, "new")))
}

const KEYS: Range<u32> = 0..6;

/// On memory, a file and a database; what is given opens the store anew.
fn on_every_backend(test: impl AsyncFn(&dyn Fn() -> Store<Word>)) {
    let place = TempDir::new().unwrap();
    let memory = Store::memory();
    block_on(test(&|| memory.clone()));
    block_on(test(&|| {
        Store::jsonl(place.path().join("words.jsonl")).unwrap()
    }));
    block_on(test(&|| {
        Store::open(place.path().join("words.db")).unwrap()
    }));
}

/// A run that looks up every key.
macro_rules! ensured {
    ($artifact:ident, $store:expr, $calls:expr $(, stale = $stale:ident)?) => {{
        let (store, calls) = ($store, &$calls);
        let looked_up = flow! {
            from(KEYS) -> map(|id| $artifact::new(id, calls))
                -> ensure(&store $(, stale = $stale)?) -> collect::<Vec<_>>()
        }
        .run()
        .await
        .unwrap();
        looked_up
    }};
}

/// A run that merges with what is stored.
macro_rules! ensured_merged {
    ($artifact:ident, $store:expr, $calls:expr $(, stale = $stale:ident)?) => {{
        let (store, calls) = ($store, &$calls);
        let merged = flow! {
            possible = from(KEYS) -> map(|id| $artifact::new(id, calls));
            all      = merge_keyed(possible, stored(&store))?;
            all -> ensure(&store, concurrency = 3 $(, stale = $stale)?) -> collect::<Vec<_>>()
        }
        .run()
        .await
        .unwrap();
        merged
    }};
}

type Ensured = Result<flow_runtime::Ensured<u32>, Error>;

/// The outcomes by one letter each.
fn outcomes(ensured: Vec<Ensured>) -> String {
    let letter = |ensured: Ensured| match ensured {
        Ok(ensured) => match ensured.outcome() {
            Outcome::Extant => 'e',
            Outcome::Derived => 'd',
            Outcome::Absent => '-',
            _ => '?',
        },
        Err(error) if error.kind() == ErrorKind::Stale => 's',
        Err(_) => 'f',
    };
    ensured.into_iter().map(letter).collect()
}

async fn texts(store: &Store<Word>) -> Vec<(u32, String)> {
    let mut texts = Vec::new();
    for id in store.page(None, 100).await.unwrap() {
        texts.push((id, store.get(&id).await.unwrap().unwrap().text));
    }
    texts
}

fn all<const N: usize>(texts: [(u32, &str); N]) -> Vec<(u32, String)> {
    let owned = |(id, text): (u32, &str)| (id, text.to_owned());
    texts.into_iter().map(owned).collect()
}

#[test]
fn that_there_is_none_is_remembered_and_not_asked_again() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        assert_eq!(outcomes(ensured!(Old, open(), calls)), "-dd-dd");
        assert_eq!(calls.take(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(outcomes(ensured!(Old, open(), calls)), "-ee-ee");
        assert_eq!(outcomes(ensured_merged!(Old, open(), calls)), "-ee-ee");
        assert_eq!(calls.take(), [0; 0]);

        // It is no record.
        let store = open();
        assert!(!store.contains(&3).await.unwrap());
        assert_eq!(store.get(&3).await.unwrap(), None);
        assert_eq!(store.len().await.unwrap(), 4);
        assert_eq!(store.page(None, 10).await.unwrap(), [1, 2, 4, 5]);
        let extant = ExtantWord::new(3, &store);
        assert!(!extant.exists().await.unwrap());
        assert_eq!(extant.find().await.unwrap(), None);
        extant.ensure().await.unwrap();
        let error = extant.get().await.unwrap_err();
        assert_eq!(error.to_string(), "there is no `Word` 3");
        let error = ExtantWord::new(9, &store).find().await.unwrap_err();
        assert_eq!(error.to_string(), "`Word` 9 is not in the store");
    });
}

#[test]
fn a_record_clears_that_there_is_none_and_so_does_remove() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        calls.take();
        open().put(&word(3, "by hand")).await.unwrap();
        assert!(!open().remove(&0).await.unwrap(), "there was no record");
        assert_eq!(open().len().await.unwrap(), 5);
        assert_eq!(outcomes(ensured!(Old, open(), calls)), "-eeeee");
        assert_eq!(calls.take(), [0]);

        // Nothing is left below the record.
        assert!(open().remove(&3).await.unwrap());
        assert_eq!(outcomes(ensured!(Old, open(), calls)), "-ee-ee");
        assert_eq!(calls.take(), [3]);
    });
}

#[test]
fn another_version_makes_everything_anew_and_once() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        calls.take();
        for outcome in ["-d-d-d", "-e-e-e"] {
            assert_eq!(outcomes(ensured!(New, open(), calls)), outcome);
        }
        assert_eq!(calls.take(), [0, 1, 2, 3, 4, 5]);
        let new = all([(1, "new"), (3, "new"), (5, "new")]);
        assert_eq!(texts(&open()).await, new);

        // And back again, where what is stored is merged.
        for outcome in ["-dd-dd", "-ee-ee"] {
            assert_eq!(outcomes(ensured_merged!(Old, open(), calls)), outcome);
        }
        assert_eq!(calls.take(), [0, 1, 2, 3, 4, 5]);
        let old = all([(1, "old"), (2, "old"), (4, "old"), (5, "old")]);
        assert_eq!(texts(&open()).await, old);
    });
}

#[test]
fn a_record_of_unknown_version_is_as_good_as_any() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        for id in KEYS {
            open().put(&word(id, "adopted")).await.unwrap();
        }
        assert_eq!(outcomes(ensured!(New, open(), calls)), "eeeeee");
        assert_eq!(outcomes(ensured_merged!(Old, open(), calls)), "eeeeee");
        assert_eq!(calls.take(), [0; 0]);

        // What is put takes the version of what was there away.
        let store = open();
        store.remove(&1).await.unwrap();
        drop(store);
        ensured!(Old, open(), calls);
        open().put(&word(1, "by hand")).await.unwrap();
        assert_eq!(outcomes(ensured!(New, open(), calls)), "eeeeee");
        assert_eq!(calls.take(), [1]);
    });
}

#[test]
fn stale_records_can_be_kept_or_be_errors() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        calls.take();
        let before = texts(&open()).await;
        let keep = ensured!(New, open(), calls, stale = keep);
        assert_eq!(outcomes(keep), "-ee-ee");
        let keep = ensured_merged!(New, open(), calls, stale = keep);
        assert_eq!(outcomes(keep), "-ee-ee");

        open().remove(&5).await.unwrap();
        let mut errors = ensured!(New, open(), calls, stale = error);
        let error = errors[1].as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale);
        assert_eq!(
            error.to_string(),
            "`Word` 1 is stale: version 1 made it, and version 2 is wanted"
        );
        assert!(errors.pop().unwrap().unwrap().is_derived());
        assert_eq!(outcomes(errors), "sssss");
        let merged = ensured_merged!(New, open(), calls, stale = error);
        assert_eq!(outcomes(merged), "ssssse");
        assert_eq!(calls.take(), [5]);
        assert_eq!(texts(&open()).await[..3], before[..3]);

        let replaced = ensured!(New, open(), calls, stale = replace);
        assert_eq!(outcomes(replaced), "-d-d-e");
    });
}

#[test]
fn missing_passes_what_is_stale_and_not_what_there_is_none_of() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        open().remove(&4).await.unwrap();
        let store = open();
        macro_rules! missing {
            ($artifact:ident $(, stale = $stale:ident)?) => {
                flow! {
                    from(KEYS) -> map(|id| $artifact::new(id, &calls))
                        -> missing(&store $(, stale = $stale)?)
                        -> map(|artifact| artifact.key()) -> collect::<Vec<_>>()
                }
                .run()
                .await
            };
        }
        assert_eq!(missing!(Old), [4]);
        assert_eq!(missing!(New), [0, 1, 2, 3, 4, 5]);
        assert_eq!(missing!(New, stale = replace), [0, 1, 2, 3, 4, 5]);
        assert_eq!(missing!(New, stale = keep), [4]);
    });
}

#[test]
fn what_fails_leaves_the_stale_record() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        calls.take();
        calls.failing.set(Some(1));
        assert_eq!(outcomes(ensured!(New, open(), calls)), "-f-d-d");
        assert_eq!(open().get(&1).await.unwrap(), Some(word(1, "old")));
        calls.failing.set(None);
        calls.take();
        assert_eq!(outcomes(ensured_merged!(New, open(), calls)), "-d-e-e");
        assert_eq!(calls.take(), [1]);
    });
}

#[test]
fn a_stale_record_does_not_win_a_merge_and_another_does() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        ensured!(Old, open(), calls);
        open().put(&word(3, "by hand")).await.unwrap();
        calls.take();
        let store = open();
        let got = flow! {
            possible = from([1, 3, 5]) -> map(|id| New::new(id, &calls));
            merge_keyed(possible, stored(&store))? -> get()? -> collect::<Vec<_>>()
        }
        .run()
        .await
        .unwrap();
        let texts: Vec<&str> = got.iter().map(|word| &*word.text).collect();
        assert_eq!(texts, ["new", "old", "by hand", "old", "new"]);
        assert_eq!(calls.take(), [1, 5]);

        // Two derived ones: the rightmost wins, whatever their versions.
        let got = flow! {
            left  = from([1, 5]) -> map(|id| New::new(id, &calls));
            right = from([1]) -> map(|id| Old::new(id, &calls));
            merge_keyed(left, right, stored(&store))? -> filter(|word| word.key() != 3)
                -> get()? -> map(|word| word.text) -> collect::<Vec<_>>()
        }
        .run()
        .await
        .unwrap();
        assert_eq!(got, ["old", "old", "old", "new"]);
        assert_eq!(
            calls.take(),
            [5],
            "the stored 1 is what the right would make"
        );
    });
}

#[test]
fn a_copy_is_of_the_version_it_was() {
    on_every_backend(async |open| {
        let calls = Calls::default();
        let first = Store::memory();
        ensured!(Old, first.clone(), calls);
        calls.take();
        let second = open();
        let copied = flow! {
            stored(&first) -> ensure(&second)? -> filter(|ensured| ensured.is_derived()) -> count()
        }
        .run()
        .await
        .unwrap();
        assert_eq!(copied, 4);
        drop(second);
        assert_eq!(outcomes(ensured_merged!(New, open(), calls)), "-d-d-d");

        // What is copied over a record of another version does not replace it.
        let second = open();
        let ids = stream::iter([1, 5]);
        let copied = flow! {
            stream(ids) -> map(|id| ExtantWord::new(id, &first)) -> ensure(&second)?
                -> filter(|ensured| ensured.is_derived()) -> count()
        }
        .run()
        .await
        .unwrap();
        assert_eq!(copied, 0);
    });
}
