//! The job that is killed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flow_runtime::{BoxError, Store, derived, extant, flow};
use serde::{Deserialize, Serialize};

use super::evidence::Log;
use super::hasty::Hasty;

/// The number of answers there are to make.
pub const KEYS: u32 = 1500;
/// The number of derivations that run at once.
pub const CONCURRENCY: usize = 8;

/// The store that the answers are kept in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Jsonl,
    Redb,
    /// Says too early that it is durable.
    Hasty,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Redb => "redb",
            Self::Hasty => "hasty",
        }
    }

    pub fn named(name: &str) -> Self {
        let all = [Self::Jsonl, Self::Redb, Self::Hasty];
        all.into_iter().find(|kind| kind.name() == name).unwrap()
    }

    pub fn path(self, folder: &Path) -> PathBuf {
        folder.join("answers").with_extension(self.name())
    }

    pub fn open(self, folder: &Path) -> Store<Answer> {
        let path = self.path(folder);
        match self {
            Self::Jsonl => Store::jsonl(path).unwrap(),
            Self::Redb => Store::open(path).unwrap(),
            Self::Hasty => Store::with_storage(Hasty::open(path)),
        }
    }
}

#[extant(key = id)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: u32,
    /// The derivation that made it: the first is 1.
    pub derivation: u32,
    pub text: String,
}

impl Answer {
    pub fn new(id: u32, derivation: u32) -> Self {
        // Some are longer than a page, so that a kill can tear their line.
        let length = if id.is_multiple_of(7) { 9000 } else { 20 };
        let text = format!("{id} ").repeat(length);
        let text = text[..length].to_owned();
        Self {
            id,
            derivation,
            text,
        }
    }
}

struct Model {
    log: Log,
    /// The derivations of what was made in this run.
    made: RefCell<HashMap<u32, u32>>,
}

#[derived(key = id)]
async fn answer(id: u32, model: &Model) -> Result<Answer, BoxError> {
    let derivation = model.log.started(id);
    let jitter = u64::from(derivation.wrapping_mul(2_654_435_761) % 20);
    tokio::time::sleep(Duration::from_millis(3 + jitter)).await;
    if derivation.is_multiple_of(50) {
        model.log.failed(id);
        return Err("the model is overloaded".into());
    }
    model.log.finished(id, derivation);
    model.made.borrow_mut().insert(id, derivation);
    Ok(Answer::new(id, derivation))
}

/// Runs it, as far as it gets.
#[tokio::main(flavor = "current_thread")]
pub async fn run(folder: &Path, kind: Kind) {
    let store = kind.open(folder);
    let model = Model {
        log: Log::open(folder),
        made: RefCell::default(),
    };
    flow! {
        failed = drain();
        // A key that comes again while it is made waits, and later ones find it.
        from(0..KEYS) -> flat_map(|id| [id, id, id.saturating_sub(20)])
            -> map(|id| DerivedAnswer::new(id, &model))
            -> ensure(&store, concurrency = CONCURRENCY, ordered = false)? else failed
            -> for_each(|answer| {
                let made = model.made.borrow();
                let derivation = made.get(&answer.key).copied();
                model.log.reported(answer.key, derivation.filter(|_| answer.is_derived()));
            });
    }
    .run()
    .await
    .unwrap();
}
