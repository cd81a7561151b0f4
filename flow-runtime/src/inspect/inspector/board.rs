//! The board of what is shown: flows, exposed values, and stores with what failed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_core::ser::{Serialize, SerializeMap, Serializer};

use super::again::Failures;
use super::figures::{self, shortened};
use super::picture::Picture;
use crate::inspect::{Fields, Snapshot, Watch};

/// The flows that are shown at once.
const FLOWS: usize = 64;
/// The characters of a flow's name.
const NAME: usize = 120;
/// The age from which on numbers are read anew.
const FRESH: Duration = Duration::from_millis(200);

/// All that is shown. It is shared by the program, which puts things up, and the server.
#[derive(Default)]
pub struct Board {
    flows: Mutex<Flows>,
    exposed: Mutex<BTreeMap<String, Fields>>,
    stores: Mutex<BTreeMap<String, Arc<ShownStore>>>,
    /// Grows with every change of what is exposed, or of the stores.
    changes: AtomicU64,
}

/// A store whose failures are shown, and who may try again.
pub struct ShownStore {
    pub role: String,
    pub failures: Box<dyn Failures>,
}

#[derive(Default)]
struct Flows {
    /// In the order in which they were shown.
    shown: Vec<Flow>,
    /// The time at which their numbers were read last.
    read: Option<Instant>,
    /// Names each version of the numbers.
    versions: u64,
}

/// A flow, and its numbers as they are told.
pub struct Flow {
    name: String,
    watch: Watch,
    picture: Option<Arc<Picture>>,
    told: Told,
}

/// The numbers of a flow as text.
#[derive(Clone)]
pub struct Told {
    /// The flow's name, and a number which no former flow of that name has.
    pub name: Arc<str>,
    pub id: u64,
    /// Changes with the text.
    pub version: u64,
    pub text: Arc<str>,
}

impl Board {
    /// Shows a flow; one that is shown stays as it is.
    pub fn follow(&self, watch: Watch) {
        let mut flows = lock(&self.flows);
        if flows.shown.iter().any(|flow| flow.watch.is_same(&watch)) {
            return;
        }
        let base = shortened(watch.name(), NAME);
        let is_running = |flow: &Flow| flow.watch.snapshot().ended.is_none();
        let mut name = base.clone();
        let mut next = 2;
        while let Some(place) = flows.shown.iter().position(|flow| flow.name == name) {
            if !is_running(&flows.shown[place]) {
                flows.shown.remove(place);
                break;
            }
            name = format!("{base} {next}");
            next += 1;
        }
        if flows.shown.len() == FLOWS {
            let ended = flows.shown.iter().position(|flow| !is_running(flow));
            flows.shown.remove(ended.unwrap_or(0));
        }
        flows.versions += 1;
        let id = flows.versions;
        let told = Told {
            name: name.as_str().into(),
            id,
            version: 0,
            text: "".into(),
        };
        flows.shown.push(Flow {
            name,
            watch,
            picture: None,
            told,
        });
        flows.read = None;
    }

    /// Returns the numbers of all flows, read within the last [`FRESH`]: whoever asks then
    /// shares the text that was made.
    pub fn told(&self) -> Vec<Told> {
        let mut flows = lock(&self.flows);
        let flows = &mut *flows;
        let is_fresh = |read: Instant| read.elapsed() < FRESH;
        if !flows.read.is_some_and(is_fresh) {
            flows.read = Some(Instant::now());
            for flow in &mut flows.shown {
                let snapshot = flow.watch.snapshot();
                let text = figures::text(&snapshot, &flow.drawn(&snapshot));
                if *text != *flow.told.text {
                    flows.versions += 1;
                    flow.told.version = flows.versions;
                    flow.told.text = text.into();
                }
            }
        }
        flows.shown.iter().map(|flow| flow.told.clone()).collect()
    }

    /// Has the numbers read anew when they are asked for next.
    pub fn stale(&self) {
        lock(&self.flows).read = None;
    }

    /// Returns the picture of a flow.
    pub fn picture(&self, name: &str) -> Option<Arc<Picture>> {
        let mut flows = lock(&self.flows);
        let flow = flows.shown.iter_mut().find(|flow| flow.name == name)?;
        let snapshot = flow.watch.snapshot();
        Some(flow.drawn(&snapshot))
    }

    /// Returns all that is known of the flows.
    pub fn snapshots(&self) -> Snapshots {
        let flows = lock(&self.flows);
        let shown = flows.shown.iter();
        Snapshots(
            shown
                .map(|flow| (flow.name.clone(), flow.watch.snapshot()))
                .collect(),
        )
    }

    /// Shows the exposed values of a struct.
    pub fn expose(&self, name: String, fields: Fields) {
        lock(&self.exposed).insert(name, fields);
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Shows what failed in a store.
    pub fn keep(&self, name: String, role: String, failures: Box<dyn Failures>) {
        let store = Arc::new(ShownStore { role, failures });
        lock(&self.stores).insert(name, store);
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Returns a number that is another one when the exposed structs or the stores are.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Returns handles of all that is exposed, by name.
    pub fn exposed(&self) -> BTreeMap<String, Fields> {
        lock(&self.exposed).clone()
    }

    /// Returns the handles that are exposed under a name.
    pub fn fields(&self, name: &str) -> Option<Fields> {
        lock(&self.exposed).get(name).cloned()
    }

    /// Returns the names of the stores, and the role that may try again.
    pub fn stores(&self) -> Vec<(String, String)> {
        let stores = lock(&self.stores);
        stores
            .iter()
            .map(|(name, store)| (name.clone(), store.role.clone()))
            .collect()
    }

    /// Returns the store of a name.
    pub fn store(&self, name: &str) -> Option<Arc<ShownStore>> {
        lock(&self.stores).get(name).cloned()
    }
}

impl Flow {
    /// Returns the picture, which is drawn when it is wanted first.
    fn drawn(&mut self, snapshot: &Snapshot) -> Arc<Picture> {
        let graph = self.watch.graph();
        let picture = self
            .picture
            .get_or_insert_with(|| Arc::new(Picture::new(graph, snapshot)));
        Arc::clone(picture)
    }
}

/// `{"flows": {name: snapshot}}`.
pub struct Snapshots(Vec<(String, Snapshot)>);

impl Serialize for Snapshots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Flows<'s>(&'s [(String, Snapshot)]);

        impl Serialize for Flows<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, snapshot)| (name, snapshot)))
            }
        }

        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("flows", &Flows(&self.0))?;
        map.end()
    }
}

/// Locks what no panic leaves half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
