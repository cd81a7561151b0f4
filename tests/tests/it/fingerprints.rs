//! The other things a record is made of: `fingerprint = expr`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use flow_runtime::{Artifact, ErrorKind, Store, derived, extant, flow};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};

#[extant(key = id)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answer {
    id: u32,
    text: String,
}

/// The model that answers, and how often it was asked.
#[derive(Default)]
struct Model {
    name: String,
    settings: HashMap<String, f64>,
    asked: RefCell<Vec<u32>>,
}

fn model(name: &str, settings: &[(&str, f64)]) -> Model {
    let settings = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    Model {
        name: name.to_owned(),
        settings: settings.collect(),
        asked: RefCell::default(),
    }
}

// The parts lie in what is borrowed, and in an argument that the function owns.
#[derived(key = id, version = 1, fingerprint = (model.name, model.settings, prompt))]
async fn answer(id: u32, prompt: String, model: &Model) -> Answer {
    model.asked.borrow_mut().push(id);
    let text = format!("{prompt} {}", model.name);
    Answer { id, text }
}

async fn run(store: &Store<Answer>, prompt: &str, model: &Model) -> Vec<u32> {
    flow! {
        from(0..3) -> map(|id| DerivedAnswer::new(id, prompt.to_owned(), model))
            -> ensure(&store)? -> drain();
    }
    .run()
    .await
    .unwrap();
    model.asked.take()
}

/// The store is opened anew each time, where it lasts.
async fn changes(open: impl Fn() -> Store<Answer>) {
    let first = model("small", &[("a", 1.0), ("b", 2.0), ("c", 3.0)]);
    assert_eq!(run(&open(), "why?", &first).await, [0, 1, 2]);
    assert_eq!(run(&open(), "why?", &first).await, [0; 0]);
    let same = model("small", &[("c", 3.0), ("b", 2.0), ("a", 1.0)]);
    assert_eq!(
        run(&open(), "why?", &same).await,
        [0; 0],
        "the order of maps"
    );
    let other = model("small", &[("a", 1.0), ("b", 2.0), ("c", 3.5)]);
    assert_eq!(run(&open(), "why?", &other).await, [0, 1, 2]);
    assert_eq!(run(&open(), "why not?", &other).await, [0, 1, 2]);
    assert_eq!(run(&open(), "why not?", &other).await, [0; 0]);
    let text = open().get(&1).await.unwrap().unwrap().text;
    assert_eq!(text, "why not? small");
}

#[tokio::test]
async fn a_changed_argument_is_stale_in_every_store() {
    let memory = Store::<Answer>::memory();
    changes(|| memory.clone()).await;
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    changes(|| Store::jsonl(at("answers.jsonl")).unwrap()).await;
    changes(|| Store::open(at("answers.db")).unwrap()).await;
    let meta = std::fs::read_to_string(at("answers.jsonl.meta")).unwrap();
    let row = meta.lines().nth(1).unwrap();
    assert!(
        row.starts_with("{\"key\":0,\"version\":1,\"fingerprint\":\""),
        "{row}"
    );
}

#[tokio::test]
async fn what_was_made_without_one_is_adopted() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("answers.jsonl");
    std::fs::write(
        &path,
        "{\"id\":0,\"text\":\"\"}\n{\"id\":1,\"text\":\"\"}\n",
    )
    .unwrap();
    let beside = "{\"format\":\"flow-store-meta\",\"version\":1}\n{\"key\":1,\"version\":1}\n";
    std::fs::write(beside_of(&path), beside).unwrap();
    let store = Store::<Answer>::jsonl(&path).unwrap();
    let model = model("small", &[]);
    assert_eq!(run(&store, "why?", &model).await, [2]);
}

fn beside_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".meta");
    name.into()
}

#[tokio::test]
async fn what_becomes_of_a_stale_one_is_said_as_for_versions() {
    let store = Store::<Answer>::memory();
    let (one, other) = (model("one", &[]), model("other", &[]));
    run(&store, "why?", &one).await;
    let possible = |id| DerivedAnswer::new(id, "why?".to_owned(), &other);
    let kept = flow! { from(0..3) -> map(possible) -> ensure(&store, stale = keep)? -> count() };
    assert_eq!(kept.run().await.unwrap(), 3);
    let refused =
        flow! { from(0..3) -> map(possible) -> ensure(&store, stale = error)? -> count() };
    let error = refused.run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert!(
        error.to_string().contains("with another fingerprint"),
        "{error}"
    );
    let missing = flow! { from(0..3) -> map(possible) -> missing(&store) -> count() };
    assert_eq!(missing.run().await, 3);
    let merged = flow! {
        possible = from(0..3) -> map(possible);
        merge_keyed(possible, stored(&store))? -> ensure(&store)? -> filter(|made| made.is_derived()) -> count()
    };
    assert_eq!(merged.run().await.unwrap(), 3);
    assert_eq!(other.asked.take(), [0, 1, 2]);
}

struct Secret;

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("it is a secret"))
    }
}

#[derived(key = id, fingerprint = *secret, as = Unhashed)]
fn unhashed(id: u32, secret: &Secret) -> Answer {
    let (_, text) = (secret, String::new());
    Answer { id, text }
}

#[tokio::test]
async fn what_does_not_serialize_is_that_item_s_error() {
    let store = Store::<Answer>::memory();
    let errors = flow! {
        failed = map(|error| error.to_string()) -> collect::<Vec<_>>();
        from([7]) -> map(|id| Unhashed::new(id, &Secret)) -> ensure(&store)? else failed -> drain();
        failed
    };
    let errors = errors.run().await.unwrap();
    assert_eq!(errors, ["`Answer` 7 has no fingerprint: it is a secret"]);
    assert!(store.is_empty().await.unwrap());
    assert!(
        Unhashed::new(7, &Secret).get().await.is_ok(),
        "nothing is kept of it"
    );
}
