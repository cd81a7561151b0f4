//! What one browser is told: what is new, four times a second at most.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde_json::{Map, Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::board::{Board, Told};
use crate::inspect::{Exposed, User, View};

/// The time between two updates.
pub const EVERY: Duration = Duration::from_millis(250);
/// The most bytes of one update.
pub const MOST: usize = 10 * 1024;
/// The most bytes of an exposed value; a longer one is not shown.
const VALUE: usize = 1024;

/// The updates for one browser. It is asked for one only when the last was taken; so one
/// that is slow misses what changed in between, and gets what is there then.
pub struct Updates {
    board: Arc<Board>,
    user: User,
    ticks: Interval,
    /// The version of each flow that was told, by name.
    told: BTreeMap<Arc<str>, (u64, u64)>,
    /// The flows that are there, as they were told.
    names: Vec<Told>,
    /// What the user sees of the exposed structs, as of this change of the board.
    views: Vec<(String, View)>,
    changes: Option<u64>,
    /// The values of each struct that were told.
    values: BTreeMap<String, Value>,
    /// What is to be told before anything else.
    waiting: VecDeque<Utf8Bytes>,
}

impl Updates {
    pub fn new(board: &Arc<Board>, user: &User) -> Self {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            board: Arc::clone(board),
            user: user.clone(),
            ticks,
            told: BTreeMap::new(),
            names: Vec::new(),
            views: Vec::new(),
            changes: None,
            values: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Puts what is new into messages. The first of them goes out now, each other with a tick of its own.
    fn look(&mut self) {
        let changes = self.board.changes();
        if self.changes != Some(changes) {
            self.changes = Some(changes);
            let exposed = self.board.exposed().into_iter();
            let views = exposed.map(|(name, fields)| (name, fields.as_seen_by(&self.user)));
            self.views = views.collect();
            self.values.clear();
            self.greet();
        }
        for (name, view) in &self.views {
            let values = described(view);
            if values.as_array().is_some_and(|values| !values.is_empty())
                && self.values.get(name) != Some(&values)
            {
                let text =
                    json!({ "update": { "exposed": { name.as_str(): values } } }).to_string();
                self.values.insert(name.clone(), values);
                self.waiting.push_back(text.into());
            }
        }
        if self.waiting.is_empty()
            && let Some(flows) = self.flows()
        {
            self.waiting.push_back(flows);
        }
    }

    /// Tells who the user is, and of which stores they may try something again.
    fn greet(&mut self) {
        let stores = self.board.stores().into_iter();
        let stores: Map<_, _> = stores
            .map(|(name, role)| (name, self.user.has_role(&role).into()))
            .collect();
        let text = json!({ "update": { "user": self.user.name(), "stores": stores } }).to_string();
        self.waiting.push_back(text.into());
    }

    /// Returns the flows whose numbers are new, as many as there is room for: those first
    /// that have waited longest.
    fn flows(&mut self) -> Option<Utf8Bytes> {
        let all = self.board.told();
        let is_same = |a: &Told, b: &Told| a.name == b.name && a.id == b.id;
        let mut text = String::from("{\"update\":{");
        if all.len() != self.names.len() || !all.iter().zip(&self.names).all(|(a, b)| is_same(a, b))
        {
            let names: Vec<_> = all
                .iter()
                .map(|told| json!([&*told.name, told.id]))
                .collect();
            text.push_str(&format!("\"names\":{},", Value::from(names)));
            self.told.retain(|name, (id, _)| {
                all.iter().any(|told| told.name == *name && told.id == *id)
            });
            self.names.clone_from(&all);
        }
        text.push_str("\"flows\":{");
        let begin = text.len();
        let mut new: Vec<&Told> = Vec::new();
        for told in &all {
            let last = self.told.get(&told.name).copied();
            if last != Some((told.id, told.version)) {
                new.push(told);
            }
        }
        new.sort_by_key(|told| self.told.get(&told.name).map_or(0, |(_, version)| *version));
        let mut is_new = false;
        for told in new {
            let name = Value::from(&*told.name).to_string();
            if text.len() + name.len() + told.text.len() + 8 > MOST && text.len() > begin {
                continue;
            }
            if text.len() > begin {
                text.push(',');
            }
            text.push_str(&name);
            text.push(':');
            text.push_str(&told.text);
            self.told
                .insert(Arc::clone(&told.name), (told.id, told.version));
            is_new = true;
        }
        text.push_str("}}}");
        (is_new || text.contains("\"names\":")).then(|| text.into())
    }
}

/// What somebody sees of a struct, in a size that fits.
fn described(view: &View) -> Value {
    let mut room = MOST - 1024;
    let mut all = Vec::new();
    for mut field in view.describe() {
        let size = |value: &Value| value.to_string().len();
        if field
            .value
            .as_ref()
            .is_some_and(|value| size(value) > VALUE)
        {
            field.value = Some(Value::from("… too long to be shown"));
            field.settable = false;
        }
        let field = serde_json::to_value(field).unwrap_or_default();
        let Some(left) = room.checked_sub(size(&field) + 1) else {
            break;
        };
        room = left;
        all.push(field);
    }
    Value::from(all)
}

impl Stream for Updates {
    type Item = Utf8Bytes;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Utf8Bytes>> {
        let this = self.get_mut();
        loop {
            if this.ticks.poll_tick(cx).is_pending() {
                return Poll::Pending;
            }
            if this.waiting.is_empty() {
                this.look();
            }
            if let Some(text) = this.waiting.pop_front() {
                return Poll::Ready(Some(text));
            }
        }
    }
}
