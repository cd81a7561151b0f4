//! Updates for one browser: what is new, four times a second at most.

use std::collections::BTreeMap;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde_json::{Map, Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::board::{Board, Told};
use super::figures::{self, shortened};
use crate::inspect::{Exposed, User, View};

/// The time between two updates: a little more than a quarter of a second, so that none of the
/// second falls into the first.
pub const EVERY: Duration = Duration::from_millis(260);
/// The most bytes of one update.
pub const MOST: usize = 9_900;
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
    /// The user's view of the exposed structs, as of this change of the board.
    views: Vec<(String, View)>,
    changes: Option<u64>,
    /// The values of each struct that were told.
    values: BTreeMap<String, Value>,
    /// Says whether flows come first this time; exposed values do the next time.
    flows_first: bool,
    /// The user and the stores are to be told.
    greets: bool,
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
            flows_first: false,
            greets: true,
        }
    }

    /// Returns what is new, as far as there is room for it; `None` where nothing is. The
    /// rest comes with the next tick.
    fn news(&mut self) -> Option<Utf8Bytes> {
        let changes = self.board.changes();
        if self.changes != Some(changes) {
            self.changes = Some(changes);
            let exposed = self.board.exposed().into_iter();
            let views = exposed.map(|(name, fields)| (name, fields.as_seen_by(&self.user)));
            self.views = views.collect();
            self.values.clear();
            self.greets = true;
        }
        let mut room = MOST - "{\"update\":{}}".len();
        let mut parts = Vec::new();
        let mut add = |part: String| {
            room = room.saturating_sub(part.len() + 1);
            parts.push(part);
            room
        };
        let mut left = MOST;
        if mem::take(&mut self.greets) {
            left = add(self.greeting());
        }
        if let Some(names) = self.new_names() {
            left = add(names);
        }
        let turns: [fn(&mut Self, usize) -> Option<String>; 2] = match self.flows_first {
            true => [Self::flows, Self::exposed],
            false => [Self::exposed, Self::flows],
        };
        self.flows_first = !self.flows_first;
        for news in turns {
            if let Some(part) = news(self, left) {
                left = add(part);
            }
        }
        (!parts.is_empty()).then(|| format!("{{\"update\":{{{}}}}}", parts.join(",")).into())
    }

    /// Returns who the user is, and of which stores they may try something again.
    fn greeting(&self) -> String {
        let stores = self.board.stores().into_iter();
        let stores: Map<_, _> = stores
            .map(|(name, role)| (name, self.user.has_role(&role).into()))
            .collect();
        let user = Value::from(shortened(self.user.name(), 100));
        format!("\"user\":{user},\"stores\":{}", Value::from(stores))
    }

    /// Returns the names of the flows, where there are others than before.
    fn new_names(&mut self) -> Option<String> {
        let all = self.board.told();
        let is_same = |(a, b): (&Told, &Told)| a.name == b.name && a.id == b.id;
        let same = all.len() == self.names.len() && all.iter().zip(&self.names).all(is_same);
        self.names = all;
        if same {
            return None;
        }
        let names = &self.names;
        self.told.retain(|name, (id, _)| {
            let mut names = names.iter();
            names.any(|told| told.name == *name && told.id == *id)
        });
        let names: Vec<_> = names
            .iter()
            .map(|told| json!([&*told.name, told.id]))
            .collect();
        Some(format!("\"names\":{}", Value::from(names)))
    }

    /// Returns the structs with new values, as many as there is room for.
    fn exposed(&mut self, room: usize) -> Option<String> {
        let mut text = String::new();
        for (name, view) in &self.views {
            let values = described(view);
            let is_empty = values.as_array().is_none_or(Vec::is_empty);
            if is_empty || self.values.get(name) == Some(&values) {
                continue;
            }
            let part = format!("{}:{values}", Value::from(name.as_str()));
            if append(&mut text, &part, room) {
                self.values.insert(name.clone(), values);
            }
        }
        (!text.is_empty()).then(|| format!("\"exposed\":{{{text}}}"))
    }

    /// Returns the flows with new numbers, as many as there is room for: those first that
    /// have waited longest.
    fn flows(&mut self, room: usize) -> Option<String> {
        let told = &mut self.told;
        let is_new = |flow: &&Told| told.get(&flow.name) != Some(&(flow.id, flow.version));
        let mut new: Vec<&Told> = self.names.iter().filter(is_new).collect();
        new.sort_by_key(|flow| told.get(&flow.name).map_or(0, |(_, version)| *version));
        let mut text = String::new();
        for flow in new {
            let part = format!("{}:{}", Value::from(&*flow.name), flow.text);
            if append(&mut text, &part, room) {
                told.insert(Arc::clone(&flow.name), (flow.id, flow.version));
            }
        }
        (!text.is_empty()).then(|| format!("\"flows\":{{{text}}}"))
    }
}

/// Adds an entry to the text of an object that may be so long, with its own name and
/// braces. Returns false where there is no room for it.
fn append(text: &mut String, part: &str, room: usize) -> bool {
    let fits = text.len() + part.len() + "\"exposed\":{},".len() <= room;
    if fits {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(part);
    }
    fits
}

/// A user's view of a struct, in a size that fits.
fn described(view: &View) -> Value {
    // A flow's numbers have as much.
    let mut room = figures::MOST - 256;
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
            if let Some(news) = this.news() {
                return Poll::Ready(Some(news));
            }
        }
    }
}
