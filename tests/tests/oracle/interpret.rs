//! The results that LANGUAGE says a graph gives, worked out event by event.
//!
//! An item is carried through everything it reaches before the next one: all
//! branches, in the order they are written. What meets waits in queues until
//! all branches of one item have been followed. "One item" is what leaves a
//! source, and each of the several that an operator may give: a *round* is what
//! becomes of it. So an operator in which branches meet works at the end of the
//! innermost round that all ways to it lead through, and among those of one
//! round the operators work in the order of the graph.
//!
//! The order of a union of branches, one of which comes out of another meeting,
//! follows from that; LANGUAGE says no more than "as it comes".

mod demand;
mod ends;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::graph::{Graph, NodeId, Op, Port, Sink};
use crate::operators::State;
use crate::render::Written;
use crate::turns::{self, Kept};

/// More than this, and a graph is not worth compiling.
const MOST_STEPS: usize = 20_000;

/// The text that a run prints.
pub fn run(graph: &Graph, written: &Written) -> Option<String> {
    let mut run = Run::new(graph, written);
    for sources in run.components() {
        run.run_component(&sources);
    }
    (run.steps < MOST_STEPS).then(|| run.output(written))
}

struct Run<'g> {
    graph: &'g Graph,
    /// The nodes, every one after all it reads; else as they are written.
    order: Vec<NodeId>,
    /// The uses of each output, in the order they are written.
    uses: Vec<Vec<(NodeId, usize)>>,
    states: Vec<State>,
    /// The items that still wait in each source.
    sources: Vec<VecDeque<i64>>,
    /// The nodes that have ended: sources, and nodes with an end of their own.
    ended: Vec<bool>,
    /// The node that has just ended: what is held behind it may still come.
    ending: Option<NodeId>,
    /// The rounds going on, the innermost last.
    rounds: Vec<Round>,
    /// Several sources: a branch may end before all of them have.
    several: bool,
    /// The operators that keep what they give for an item, and what is left there.
    kept: BTreeSet<NodeId>,
    left: BTreeMap<NodeId, VecDeque<VecDeque<(Port, i64)>>>,
    log: BTreeMap<NodeId, Vec<i64>>,
    steps: usize,
}

struct Round {
    origin: NodeId,
    /// The nodes that work when it is over, by its place in the order.
    pending: BTreeSet<usize>,
}

impl<'g> Run<'g> {
    fn new(graph: &'g Graph, written: &Written) -> Self {
        let nodes = 0..graph.nodes.len();
        let uses = nodes.clone().map(|id| {
            let mut uses = graph.uses(id);
            uses.sort_by_key(|(to, input)| written.uses[*to][*input]);
            uses
        });
        let states = graph.nodes.iter().map(|node| State {
            waiting: vec![VecDeque::new(); node.inputs.len()],
            closed: vec![false; node.inputs.len()],
            ..State::default()
        });
        let sources = graph.nodes.iter().map(|node| match &node.op {
            Op::Source(items) => items.iter().copied().collect(),
            _ => VecDeque::new(),
        });
        let mut order: Vec<NodeId> = Vec::new();
        while order.len() < graph.nodes.len() {
            let ready = |id: &NodeId| {
                let mut inputs = graph.nodes[*id].inputs.iter().filter(|edge| !edge.back);
                !order.contains(id) && inputs.all(|edge| order.contains(&edge.from))
            };
            let next = nodes
                .clone()
                .filter(ready)
                .min_by_key(|id| written.place[*id]);
            order.push(next.expect("cycles have edges that lead back"));
        }
        Self {
            graph,
            order,
            uses: uses.collect(),
            states: states.collect(),
            sources: sources.collect(),
            ended: vec![false; graph.nodes.len()],
            ending: None,
            rounds: Vec::new(),
            several: false,
            kept: BTreeSet::new(),
            left: BTreeMap::new(),
            log: BTreeMap::new(),
            steps: 0,
        }
    }

    /// The sources of each part of the graph that has nothing to do with the
    /// others.
    fn components(&self) -> Vec<Vec<NodeId>> {
        let mut parts: Vec<(BTreeSet<NodeId>, Vec<NodeId>)> = Vec::new();
        for &id in &self.order {
            if !matches!(self.graph.nodes[id].op, Op::Source(_)) {
                continue;
            }
            let mut reach = self.graph.reach(id, None, true);
            let mut sources = Vec::new();
            parts.retain_mut(|(other, others)| {
                let apart = other.is_disjoint(&reach);
                if !apart {
                    reach.append(other);
                    sources.append(others);
                }
                apart
            });
            sources.push(id);
            parts.push((reach, sources));
        }
        parts.into_iter().map(|(_, sources)| sources).collect()
    }

    /// Sources take turns, in the order they are written: one item each.
    fn run_component(&mut self, sources: &[NodeId]) {
        self.several = sources.len() > 1;
        let sources = &turns::in_order(self.graph, sources);
        let rivals = turns::rivals(self.graph);
        // Those of them that have given, and rest.
        let mut rests = BTreeSet::new();
        let kept = match self.several {
            true => turns::kept(self.graph, &self.order, sources),
            false => Vec::new(),
        };
        self.kept.extend(kept.iter().map(|kept| kept.node));
        loop {
            let mut moved = false;
            for &source in sources {
                moved |= self.take_turn(source, &kept, &rivals, &mut rests);
                for kept in kept.iter().filter(|kept| kept.last == Some(source)) {
                    moved |= self.give_what_is_left(kept.node);
                }
            }
            for id in self.order.clone() {
                if sources.contains(&id) || self.ended[id] || self.closer(id) != id {
                    continue;
                }
                if self.reaches(sources, id) && self.is_over(id) {
                    self.end(id);
                }
            }
            for set in &rivals {
                let due = |source: &NodeId| !self.ended[*source] && !rests.contains(source);
                if !set.iter().any(due) {
                    rests.retain(|source| !set.contains(source));
                }
            }
            if moved {
                continue;
            }
            // Those rest for nothing that could give.
            let could = |source: &NodeId| {
                rests.contains(source) && !self.ended[*source] && self.may_give(*source, &kept)
            };
            let held_up = rivals.iter().filter(|set| set.iter().any(could));
            let held_up: BTreeSet<NodeId> = held_up.flatten().copied().collect();
            if held_up.is_empty() {
                return;
            }
            rests.retain(|source| !held_up.contains(source));
        }
    }

    /// The turn of a source; gives whether it did anything.
    fn take_turn(
        &mut self,
        source: NodeId,
        kept: &[Kept],
        rivals: &[BTreeSet<NodeId>],
        rests: &mut BTreeSet<NodeId>,
    ) -> bool {
        if self.ended[source] || self.steps > MOST_STEPS {
            return false;
        }
        let waits = || rests.contains(&source) || !self.may_give(source, kept);
        let item = if !self.is_needed(source).unwrap_or(true) {
            None
        } else if self.several && waits() {
            return false;
        } else {
            self.sources[source].pop_front()
        };
        let Some(x) = item else {
            self.end(source);
            return true;
        };
        self.log.entry(source).or_default().push(x);
        if rivals.iter().any(|set| set.contains(&source)) {
            rests.insert(source);
        }
        self.round(source, Port::Items, x);
        true
    }

    /// Returns whether a source is wanted, and waits for nothing that is left elsewhere.
    fn may_give(&self, source: NodeId, kept: &[Kept]) -> bool {
        let holds_up =
            |kept: &Kept| kept.waiting.contains(&source) && self.left.contains_key(&kept.node);
        self.is_wanted(source).unwrap_or(true) && !kept.iter().any(holds_up)
    }

    /// Gives one of what is left of an item.
    fn give_what_is_left(&mut self, id: NodeId) -> bool {
        if !self.left.contains_key(&id) {
            return false;
        }
        if !self.is_needed(id).unwrap_or(true) || self.steps > MOST_STEPS {
            self.left.remove(&id);
            return true;
        }
        if !self.is_wanted(id).unwrap_or(true) {
            return false;
        }
        let left = self.left.get_mut(&id).expect("something is left");
        match left.front_mut().and_then(VecDeque::pop_front) {
            Some((port, x)) => self.round(id, port, x),
            None => {
                left.pop_front();
                if left.is_empty() {
                    self.left.remove(&id);
                }
            }
        }
        true
    }

    fn reaches(&self, sources: &[NodeId], id: NodeId) -> bool {
        let mut sources = sources.iter();
        sources.any(|source| self.graph.reach(*source, None, true).contains(&id))
    }

    /// Carries on what comes of one item that leaves `origin`.
    fn round(&mut self, origin: NodeId, port: Port, x: i64) {
        self.rounds.push(Round {
            origin,
            pending: BTreeSet::new(),
        });
        self.emit(origin, port, x);
        while let Some(place) = self
            .rounds
            .last_mut()
            .and_then(|round| round.pending.pop_first())
        {
            self.work(self.order[place]);
        }
        self.rounds.pop();
        if self.rounds.is_empty() {
            self.settle();
        }
    }

    /// Nothing is left that could go round a cycle.
    fn settle(&mut self) {
        for id in self.order.clone() {
            if self.is_cycle(id) && self.is_needed(id).unwrap_or(true) {
                self.work(id);
            }
        }
    }

    fn emit(&mut self, from: NodeId, port: Port, x: i64) {
        self.steps += 1;
        let uses = self.uses[from].clone();
        for &(to, input) in &uses {
            let ended = uses.len() > 1 && self.branch_has_ended(to, input);
            let here = self.graph.nodes[to].inputs[input].port == port;
            if here && !ended && self.steps < MOST_STEPS {
                self.deliver(to, input, x);
            }
        }
    }

    fn deliver(&mut self, id: NodeId, input: usize, x: i64) {
        let op = &self.graph.nodes[id].op;
        match op {
            Op::Inspect => self.log.entry(id).or_default().push(x),
            Op::Sink(sink) => {
                self.states[id].held.push(x);
                if *sink == Sink::Log {
                    self.log.entry(id).or_default().push(x);
                }
                return;
            }
            Op::Zip | Op::Merge => {
                self.states[id].waiting[input].push_back(x);
                return self.defer(id);
            }
            Op::Union | Op::Segment | Op::Join => {
                let alone = self.rounds.first().is_some_and(|first| {
                    let reach = self.graph.reach(first.origin, None, false);
                    let inputs = self.graph.nodes[id].inputs.iter();
                    inputs
                        .filter(|edge| !edge.back && reach.contains(&edge.from))
                        .count()
                        == 1
                });
                if alone && !self.is_cycle(id) {
                    return self.emit(id, Port::Items, x);
                }
                self.states[id].waiting[0].push_back(x);
                if !self.graph.nodes[id].inputs[input].back {
                    self.defer(id);
                }
                return;
            }
            _ => {}
        }
        let many = op.is_many();
        let given = self.states[id].push(op, x);
        if self.kept.contains(&id) {
            self.left.entry(id).or_default().push_back(given.into());
            return;
        }
        for (port, x) in given {
            if many {
                self.round(id, port, x);
                if !self.is_needed(id).unwrap_or(true) {
                    return;
                }
            } else {
                self.emit(id, port, x);
            }
        }
    }

    /// Lets an operator in which branches meet work when they have met.
    fn defer(&mut self, id: NodeId) {
        let Some(first) = self.rounds.first().map(|round| round.origin) else {
            return;
        };
        let place = self.order.iter().position(|each| *each == id);
        // The outermost is one that all ways lead through, without being asked.
        let through = |round: &Round| {
            let without = self.graph.reach(first, Some(round.origin), false);
            round.origin == first || !without.contains(&id)
        };
        let home = self.rounds.iter().rposition(through);
        self.rounds[home.unwrap_or(0)].pending.extend(place);
    }

    /// An operator in which branches meet gives all it can.
    fn work(&mut self, id: NodeId) {
        while self.steps < MOST_STEPS {
            let Some(x) = self.states[id].meet(&self.graph.nodes[id].op) else {
                return;
            };
            if self.is_cycle(id) || !self.all_have_ended(id) {
                self.round(id, Port::Items, x);
            }
            if self.is_cycle(id) && !self.is_needed(id).unwrap_or(true) {
                return;
            }
        }
    }

    fn is_cycle(&self, id: NodeId) -> bool {
        self.graph.nodes[id].inputs.iter().any(|edge| edge.back)
    }

    fn output(&self, written: &Written) -> String {
        let mut out = String::new();
        for &id in &written.results {
            if let Op::Sink(sink) = &self.graph.nodes[id].op {
                out += &format!("{}\n", self.states[id].value(*sink));
            }
        }
        for (id, items) in &self.log {
            out += &format!("{id}: {items:?}\n");
        }
        out
    }
}
