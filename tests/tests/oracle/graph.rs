//! The model: flows of `i64` items as flat graphs.
//!
//! An operator whose items are not numbers comes with the `map` that makes them
//! numbers again, so any node may follow any other.

use std::collections::BTreeSet;

/// A node, as an index into [`Graph::nodes`].
pub type NodeId = usize;

/// A flow.
#[derive(Clone, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    /// Decides what may be written in several ways, and the order of statements.
    pub style: u64,
}

/// An operator in its place.
#[derive(Clone)]
pub struct Node {
    pub op: Op,
    pub inputs: Vec<Edge>,
    /// Its chain ends here, and those that read it do so by name.
    pub named: bool,
}

/// The origin of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    pub from: NodeId,
    pub port: Port,
    /// It closes a cycle.
    pub back: bool,
}

/// One of the outputs of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Port {
    Items,
    Errors,
    Arm(usize),
}

/// The operator of a node.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    Source(Vec<i64>),
    Map(i64, i64),
    /// An operator that lets what goes round a cycle grow.
    Grow(i64),
    Filter(i64, i64),
    Below(i64),
    FilterMap(i64),
    FlatMap(i64),
    Take(usize),
    TakeWhile(i64),
    Skip(usize),
    SkipWhile(i64),
    StepBy(usize),
    Enumerate,
    Accumulate(i64),
    Unique,
    Inspect,
    Partition(usize),
    /// `partition(n) -> flatten()`.
    Batched(usize),
    PartitionUnique(usize),
    Sliding(usize, bool),
    GroupBy(i64),
    WindowBy(i64),
    /// `map(…)? else segment`.
    Try(i64),
    /// `flat_map(…)? else segment`.
    TryEach(i64),
    Union,
    Zip,
    Merge,
    /// The meeting of chains that feed one segment; the segment's head reads it.
    Segment,
    /// The pattern of each arm; its body comes after it.
    Match(Vec<Arm>),
    /// The place where the open arms of a `match` join again.
    Join,
    Sink(Sink),
}

/// An arm of a `match`.
#[derive(Clone, PartialEq, Debug)]
pub struct Arm {
    pub pattern: Pattern,
    pub body: Vec<NodeId>,
    pub end: ArmEnd,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Pattern {
    /// `x if x % m == r`.
    Guard(i64, i64),
    /// `low..=high`, which binds nothing.
    Range(i64, i64),
    /// `x @ 0..=high`.
    Bound(i64),
    Rest,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ArmEnd {
    /// It joins the others in this node.
    Open(NodeId),
    Feed(NodeId),
    /// Its body's last node is a sink.
    Sink,
    Drop,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sink {
    Collect,
    Count,
    Sum,
    Fold,
    Max,
    First,
    Last,
    /// `for_each`, into the log.
    Log,
    Drain,
}

impl Arm {
    /// Returns whether nothing comes out of it.
    fn is_closed(&self) -> bool {
        self.end == ArmEnd::Drop
    }
}

impl Sink {
    /// Returns whether it has a value, and with it a place in the result.
    pub fn has_value(self) -> bool {
        !matches!(self, Self::Log | Self::Drain)
    }
}

impl Pattern {
    pub fn matches(self, x: i64) -> bool {
        match self {
            Self::Guard(m, r) => x % m == r,
            Self::Range(low, high) => (low..=high).contains(&x),
            Self::Bound(high) => (0..=high).contains(&x),
            Self::Rest => true,
        }
    }
}

impl Op {
    pub fn is_fan_in(&self) -> bool {
        matches!(self, Self::Union | Self::Zip | Self::Merge)
    }

    /// Returns whether several chains meet in it.
    pub fn meets(&self) -> bool {
        self.is_fan_in() || matches!(self, Self::Segment | Self::Join)
    }

    /// Returns whether one item may give several.
    pub fn is_many(&self) -> bool {
        matches!(
            self,
            Self::FlatMap(_) | Self::TryEach(_) | Self::Batched(_) | Self::WindowBy(_)
        ) || self.meets()
    }

    /// Returns whether something of its input may be left in it.
    pub fn holds(&self) -> bool {
        use Op::*;
        matches!(
            self,
            Partition(_) | Batched(_) | PartitionUnique(_) | GroupBy(_) | WindowBy(_)
        )
    }

    /// Returns whether its branch may end before its input does.
    pub fn is_gate(&self) -> bool {
        matches!(self, Self::Take(_) | Self::TakeWhile(_))
    }

    /// Returns whether it passes strictly ascending items on as such.
    pub fn keeps_order(&self) -> bool {
        use Op::*;
        matches!(
            self,
            Filter(..) | Below(_) | Take(_) | TakeWhile(_) | Skip(_) | SkipWhile(_) | StepBy(_)
        ) || matches!(self, Unique | Inspect | Try(_))
    }
}

impl Graph {
    pub fn push(&mut self, op: Op, from: &[(NodeId, Port)]) -> NodeId {
        let edge = |&(from, port): &(NodeId, Port)| Edge {
            from,
            port,
            back: false,
        };
        let inputs = from.iter().map(edge).collect();
        self.nodes.push(Node {
            op,
            inputs,
            named: false,
        });
        self.nodes.len() - 1
    }

    /// The sources, and their items.
    pub fn sources(&self) -> impl Iterator<Item = (NodeId, &[i64])> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(id, node)| match &node.op {
            Op::Source(items) => Some((id, items.as_slice())),
            _ => None,
        })
    }

    /// The same graph with an open end in the place of a sink that has a value. The values of
    /// the others are dropped.
    pub fn opened(&self) -> Option<(Self, NodeId)> {
        let mut graph = self.clone();
        let arms = self.in_arms();
        let mut open = None;
        for (id, node) in graph.nodes.iter_mut().enumerate() {
            let has_value = matches!(node.op, Op::Sink(sink) if sink.has_value());
            if has_value && open.is_none() && !arms.contains(&id) {
                (node.op, open) = (Op::Inspect, Some(id));
            } else if has_value {
                (node.op, node.named) = (Op::Sink(Sink::Drain), false);
            }
        }
        Some((graph, open?))
    }

    /// One more chain that feeds a segment.
    pub fn feed(&mut self, segment: NodeId, (from, port): (NodeId, Port), back: bool) {
        self.nodes[segment].inputs.push(Edge { from, port, back });
    }

    /// The inputs that read an output, as (node, input), in no order.
    pub fn uses(&self, from: NodeId) -> Vec<(NodeId, usize)> {
        let mut found = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            for (input, edge) in node.inputs.iter().enumerate() {
                if edge.from == from {
                    found.push((id, input));
                }
            }
        }
        found
    }

    /// The nodes that can be reached from `start`, itself included, not by way of
    /// `without`; edges that lead back only where `round` says so.
    pub fn reach(&self, start: NodeId, without: Option<NodeId>, round: bool) -> BTreeSet<NodeId> {
        let (mut found, mut next) = (BTreeSet::from([start]), vec![start]);
        while let Some(id) = next.pop() {
            for (to, input) in self.uses(id) {
                let back = self.nodes[to].inputs[input].back;
                if (round || !back) && Some(to) != without && found.insert(to) {
                    next.push(to);
                }
            }
        }
        found
    }

    /// Returns whether a sink lies behind every node. Where none does, nothing says for
    /// how long items are needed.
    pub fn leads_to_sinks(&self) -> bool {
        let is_sink = |id: &NodeId| matches!(self.nodes[*id].op, Op::Sink(_));
        (0..self.nodes.len()).all(|id| {
            let ends = |op: &Op| matches!(op, Op::Match(arms) if arms.iter().all(Arm::is_closed));
            ends(&self.nodes[id].op) || self.reach(id, None, true).iter().any(is_sink)
        })
    }

    /// The nodes that are written within the arm of some `match`.
    pub fn in_arms(&self) -> BTreeSet<NodeId> {
        let arms = self.nodes.iter().flat_map(|node| match &node.op {
            Op::Match(arms) => arms.as_slice(),
            _ => &[],
        });
        arms.flat_map(|arm| arm.body.iter().copied()).collect()
    }

    /// Names what has to have a name, and nothing that cannot.
    pub fn name_what_must_be(&mut self) {
        let arms = self.in_arms();
        for id in 0..self.nodes.len() {
            let uses = self.uses(id).into_iter();
            let uses: Vec<_> = uses
                .filter(|(to, input)| self.nodes[*to].inputs[*input].port == Port::Items)
                .collect();
            let begun_by_feeds = || self.starts_with_segment(id);
            let met = |(to, _): &(NodeId, usize)| self.nodes[*to].op.is_fan_in();
            let must = uses.len() > 1 || (uses.iter().any(met) && begun_by_feeds());
            let node = &self.nodes[id];
            let named = match &node.op {
                Op::Segment | Op::Match(_) => false,
                Op::Sink(sink) => sink.has_value(),
                _ => must || (node.named && !uses.is_empty()),
            };
            self.nodes[id].named = named && !arms.contains(&id);
        }
    }

    /// Returns whether the chain that ends here starts with an open input.
    pub fn starts_with_segment(&self, mut id: NodeId) -> bool {
        loop {
            let node = &self.nodes[id];
            match &node.op {
                Op::Segment => return true,
                op if op.is_fan_in() => return false,
                _ => {}
            }
            let Some(edge) = node.inputs.first() else {
                return false;
            };
            if self.nodes[edge.from].named {
                return false;
            }
            id = edge.from;
        }
    }
}
