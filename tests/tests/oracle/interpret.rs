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
        if let Some(rivals) = rivals.iter().find(|set| set.contains(&source)) {
            rests.insert(source);
            let mut others = rivals.iter();
            if !others.any(|each| !self.ended[*each] && !rests.contains(each)) {
                rests.retain(|each| !rivals.contains(each));
            }
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
        for (to, input) in self.uses[from].clone() {
            if self.graph.nodes[to].inputs[input].port == port && self.steps < MOST_STEPS {
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
            self.round(id, Port::Items, x);
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

/// Ends.
impl Run<'_> {
    /// The closer of the items that leave a node: the source they all come from, or
    /// a node with an end of its own.
    fn closer(&self, id: NodeId) -> NodeId {
        let node = &self.graph.nodes[id];
        let inputs = node.inputs.iter().filter(|edge| !edge.back);
        let closers: BTreeSet<_> = inputs.map(|edge| self.closer(edge.from)).collect();
        let early = node.op.is_gate() || matches!(node.op, Op::Zip | Op::Merge);
        let early = early || self.kept.contains(&id);
        match closers.first() {
            Some(only) if closers.len() == 1 && !(early && self.several) => *only,
            _ => id,
        }
    }

    fn has_ended(&self, id: NodeId) -> bool {
        self.ended[self.closer(id)]
    }

    /// Returns whether a node with an end of its own is at it.
    fn is_over(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let state = &self.states[id];
        let mut inputs = node.inputs.iter().zip(&state.waiting);
        let mut forward = node.inputs.iter().filter(|edge| !edge.back);
        match node.op {
            Op::Zip => inputs.any(|(edge, queue)| self.has_ended(edge.from) && queue.is_empty()),
            Op::Merge => inputs.all(|(edge, queue)| self.has_ended(edge.from) && queue.is_empty()),
            _ if self.left.contains_key(&id) => false,
            _ => state.is_over(&node.op) || forward.all(|edge| self.has_ended(edge.from)),
        }
    }

    /// Lets what is held behind an end leave, in the order of the graph. What comes
    /// back in a cycle and is held again leaves before what is behind the cycle.
    fn end(&mut self, closer: NodeId) {
        self.ended[closer] = true;
        self.ending = Some(closer);
        let mut done = BTreeSet::new();
        for id in self.order.clone() {
            let circle = self.circle(id);
            if !done.insert(id) {
                continue;
            }
            done.extend(&circle);
            let mut left = true;
            while left && self.steps < MOST_STEPS {
                left = false;
                for &each in &circle {
                    left |= self.flush(each, closer);
                }
                left &= circle.len() > 1;
            }
        }
        self.ending = None;
    }

    /// A node, and those that are in a cycle with it.
    fn circle(&self, id: NodeId) -> Vec<NodeId> {
        let below = self.graph.reach(id, None, true);
        let back = |other: &NodeId| {
            below.contains(other) && self.graph.reach(*other, None, true).contains(&id)
        };
        self.order.iter().copied().filter(back).collect()
    }

    /// Lets what a node holds leave; gives whether there was anything.
    fn flush(&mut self, id: NodeId, closer: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let ends = |(input, edge): (usize, &crate::graph::Edge)| {
            (!edge.back && self.closer(edge.from) == closer).then_some(input)
        };
        let ends: Vec<usize> = node.inputs.iter().enumerate().filter_map(ends).collect();
        if ends.is_empty() {
            return false;
        }
        if node.op == Op::Merge {
            ends.iter()
                .for_each(|input| self.states[id].closed[*input] = true);
            self.work(id);
        }
        let items = self.states[id].finish(&node.op);
        let left = !items.is_empty();
        for x in items {
            self.round(id, Port::Items, x);
        }
        left
    }
}

/// Demand.
impl Run<'_> {
    /// Returns whether some branch behind a node has not ended; `None` where all that
    /// is behind it goes round in a cycle.
    fn is_needed(&self, id: NodeId) -> Option<bool> {
        self.any_use(id, &|run, to, input| {
            let state = &run.states[to];
            let open = match run.graph.nodes[to].op {
                Op::Sink(_) => return Some(!state.is_over(&run.graph.nodes[to].op)),
                Op::Zip | Op::Merge if run.ended[to] => false,
                Op::Zip => run.may_pair(to, input),
                _ => !state.is_over(&run.graph.nodes[to].op),
            };
            if open { run.is_needed(to) } else { Some(false) }
        })
    }

    /// Returns whether some operator behind a node can use an item now; `None` as for
    /// [`is_needed`](Self::is_needed).
    fn is_wanted(&self, id: NodeId) -> Option<bool> {
        self.any_use(id, &|run, to, input| {
            let state = &run.states[to];
            let open = match run.graph.nodes[to].op {
                Op::Sink(_) => return Some(!state.is_over(&run.graph.nodes[to].op)),
                Op::Zip | Op::Merge if run.ended[to] => false,
                Op::Zip => run.is_next(to, input) && run.may_pair(to, input),
                Op::Merge => state.wants(input),
                _ if run.left.contains_key(&to) => false,
                _ => !state.is_over(&run.graph.nodes[to].op),
            };
            if open { run.is_wanted(to) } else { Some(false) }
        })
    }

    fn any_use(
        &self,
        id: NodeId,
        of: &dyn Fn(&Self, NodeId, usize) -> Option<bool>,
    ) -> Option<bool> {
        let forward = |(to, input): &&(NodeId, usize)| !self.graph.nodes[*to].inputs[*input].back;
        let uses = &self.uses[id];
        if uses.is_empty() {
            return Some(true);
        }
        let uses = uses.iter().filter(forward);
        let needs: Vec<bool> = uses
            .filter_map(|(to, input)| of(self, *to, *input))
            .collect();
        (!needs.is_empty()).then(|| needs.contains(&true))
    }

    /// Returns whether an input of a `zip` is empty, and those before it are not.
    fn is_next(&self, zip: NodeId, input: usize) -> bool {
        let waiting = &self.states[zip].waiting;
        waiting[input].is_empty() && waiting[..input].iter().all(|queue| !queue.is_empty())
    }

    /// Nothing is pulled that cannot be paired.
    fn may_pair(&self, zip: NodeId, input: usize) -> bool {
        let inputs = self.graph.nodes[zip]
            .inputs
            .iter()
            .zip(&self.states[zip].waiting);
        let mut others = inputs.enumerate().filter(|(other, _)| *other != input);
        others.all(|(_, (edge, queue))| !queue.is_empty() || self.may_come(edge.from))
    }

    /// Returns whether more may come out of a node.
    fn may_come(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id];
        let closer = self.closer(id);
        if self.ended[closer] && self.ending != Some(closer) {
            return false;
        }
        let mut inputs = node.inputs.iter().map(|edge| self.may_come(edge.from));
        match node.op {
            Op::Source(_) | Op::Merge => true,
            Op::Zip if self.several => true,
            Op::Zip => {
                let queues = self.states[id].waiting.iter();
                inputs
                    .zip(queues)
                    .all(|(may, queue)| may || !queue.is_empty())
            }
            _ if node.op.holds() || self.is_cycle(id) => true,
            Op::Union | Op::Segment | Op::Join => inputs.any(|may| may),
            _ if self.left.contains_key(&id) => true,
            _ => !self.states[id].is_over(&node.op) && inputs.all(|may| may),
        }
    }
}
