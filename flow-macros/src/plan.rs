//! [`Graph`] to [`Plan`]: what runs where and in which order, before any token
//! is written.
//!
//! - **Regions**: a region is what runs in one loop. A cut (a concurrent
//!   `then`) ends one region and begins the next. Where inputs from several
//!   regions meet, the others cross over through a bounded ring.
//! - **Closers**: what ends when. A holding operator is flushed when what
//!   closes it has ended: a root of its region, or a fan-in of several roots.
//! - **Rates**: two nodes of one rate emit exactly once for each other, so a
//!   `zip` of them needs no queue.
//! - **Ownership**: the last use of an item takes it, the others clone.

mod alone;
mod branches;
mod closers;
mod kept;
mod levels;
mod once;
mod pulls;
mod rates;
mod regions;
mod rivals;
mod rounds;
mod steps;
mod ways;

use std::cell::OnceCell;

pub use self::levels::Level;
pub use crate::table::Waits;
use crate::{
    acknowledge,
    graph::{Graph, Node, NodeId, Port, Turn, Use},
    sorted::{Map, Set},
    table::{Question, Role},
    values::flag,
};

/// Holds what expansion reads beside the graph.
pub struct Plan<'g, 's> {
    /// The graph planned.
    pub graph: &'g Graph<'s>,
    /// The nodes, every one after all it reads.
    pub order: Vec<NodeId>,
    /// The loops, upstream first.
    pub regions: Vec<Region>,
    /// The edges that lead from one region into another.
    pub crossings: Vec<Crossing>,
    /// Says whether anything is awaited.
    pub waits: Waits,
    /// Says whether a bare `?` may end the flow.
    pub fails: bool,
    /// Of every node, whether several items leave it together that an error may come of, or
    /// come round to it.
    pub together: Vec<bool>,
    /// The sources that acknowledge. Where there are none, nothing is written of
    /// tokens.
    pub acknowledging: Vec<NodeId>,
    /// Holds what lies behind them.
    pub acked: Vec<bool>,
    /// True when items come with tokens from the flow around this chain.
    pub carries: bool,
    /// True when this chain cannot reach the ledger of the flow around it, and so has one of
    /// its own.
    pub apart: bool,
    /// The plans of the chains within nodes.
    pub inner: Map<NodeId, Plan<'g, 's>>,
    /// The roots that do not begin before the turn of an input of a `chain`.
    pub turns: Vec<Turn>,
    /// The outputs, by their nodes and ports, whose branches run at the same time.
    joined: Set<(NodeId, usize)>,
    /// The operators of which what they give for an item is kept, and taken one by one.
    kept: Set<NodeId>,
    /// Those of a flow that is pulled by turns, and where their items wait.
    levels: Option<Map<NodeId, Level>>,
    /// The roots that wait, and for which of these operators: until nothing is left there.
    held_up: Map<Set<Root>, Vec<NodeId>>,
    /// True when what the last operator of a chain within a node gives leaves as a whole: it
    /// is kept behind the node.
    leaves_whole: bool,
    /// The shape of the flow, once that was asked.
    shape: OnceCell<Shape>,
    /// The nodes to which something comes back within the step of an item.
    cycle_heads: Vec<bool>,
    /// The crossings, by where they lead.
    crossed_to: Map<(NodeId, usize), usize>,
    /// The nodes to which something returns from another region.
    returned_to: Vec<NodeId>,
    /// The region in which a node's code runs.
    region_of: Vec<usize>,
    /// The places of roots in [`Region::roots`], by their regions.
    root_places: Map<(usize, Root), usize>,
    /// Holds what closes what comes out of a node, within its region.
    closers: Vec<Closer>,
    /// The inputs that end with a closer, by their nodes, in the order of the graph.
    ended: Map<(usize, Closer), Map<usize, Vec<usize>>>,
    /// The place of a node in the order.
    ranks: Vec<usize>,
    /// True when what comes out of a node was in another region before.
    crossed: Vec<bool>,
    /// Says whether what comes out of a node was pushed by the program.
    pushed: Vec<bool>,
    /// The rate of what comes out of a node.
    rates: Vec<usize>,
    /// The way that an item must have gone to reach a node.
    ways: Vec<Map<NodeId, Port>>,
}

/// Holds what runs in one loop.
#[derive(Default)]
pub struct Region {
    /// Holds what it pulls from.
    pub roots: Vec<Root>,
    /// The nodes whose code runs here, in order.
    pub nodes: Vec<NodeId>,
    /// The inlets among the roots, by their places there.
    pub inlets: Vec<usize>,
    /// Says whether sources keep step with what the program pushes.
    pub is_paced: bool,
    /// The roots that compete for one place, by their places.
    pub rivals: Vec<Set<usize>>,
}

/// Says where items enter a region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Root {
    /// A source.
    Source(NodeId),
    /// The items that come out of a cut.
    Results(NodeId),
    /// The items that cross over from another region.
    Crossing(usize),
}

/// An edge from one region into another, over a ring.
pub struct Crossing {
    /// The output.
    pub from: NodeId,
    /// The input.
    pub to: Use,
}

/// The end of a stretch of a region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Closer {
    /// A root, by its place in [`Region::roots`].
    Root(usize),
    /// A fan-in of several closers, or an operator that ends its branch.
    Node(NodeId),
}

/// Says what a flow is to the program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// It is run from its sources to its result.
    Closed,
    /// The program pushes items into its inlets.
    Open(Vec<NodeId>),
    /// The program takes what leaves it.
    Lazy(NodeId),
    /// Both: a piece of another flow.
    Piece(NodeId, NodeId),
}

/// Says how an edge hands an item on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hand {
    /// The item itself.
    Own,
    /// A reference; who needs the item itself clones it with the cloner of
    /// this output.
    Lend(NodeId, Port),
    /// Nothing: that there is an item is all that is needed of it.
    Nothing,
}

/// Plans a graph without mistakes. `None` where it has a cycle, which the
/// checks report.
pub fn plan<'g, 's>(graph: &'g Graph<'s>) -> Option<Plan<'g, 's>> {
    plan_part(graph, graph.topological().ok()?)
}

/// Plans the part of a graph with these nodes, every one after all it reads. No other
/// reads or is read by one of them.
pub fn plan_part<'g, 's>(graph: &'g Graph<'s>, order: Vec<NodeId>) -> Option<Plan<'g, 's>> {
    let mut plan = Plan {
        graph,
        order,
        regions: Vec::new(),
        crossings: Vec::new(),
        waits: graph.waits(),
        fails: graph.fails(),
        together: graph.together(),
        acknowledging: acknowledge::sources(graph),
        acked: acknowledge::reached(graph),
        carries: false,
        apart: false,
        inner: Map::new(),
        turns: graph.turns(),
        joined: Set::new(),
        kept: Set::new(),
        levels: None,
        held_up: Map::new(),
        leaves_whole: false,
        shape: OnceCell::new(),
        cycle_heads: graph.nodes.iter().map(Node::is_cycle_head).collect(),
        crossed_to: Map::new(),
        returned_to: Vec::new(),
        region_of: vec![0; graph.nodes.len()],
        root_places: Map::new(),
        closers: Vec::new(),
        ended: Map::new(),
        ranks: Vec::new(),
        crossed: Vec::new(),
        pushed: Vec::new(),
        rates: Vec::new(),
        ways: Vec::new(),
    };
    for (id, node) in graph.nodes.iter().enumerate() {
        if let Some(inner) = &node.inner {
            let mut inner = self::plan(inner)?;
            if plan.acked[id] {
                inner.carry_tokens(node.runs_apart());
            }
            plan.inner.insert(id, inner);
        }
    }
    plan.lay_regions();
    plan.order_roots();
    plan.find_inlets();
    plan.find_rounds();
    plan.find_rates();
    plan.find_closers();
    plan.find_ends();
    plan.find_origins();
    plan.find_rivals();
    plan.find_ways();
    plan.find_joined();
    plan.find_kept();
    Some(plan)
}

impl Plan<'_, '_> {
    /// Notes that items come with tokens, to this chain and to those within it; `apart`:
    /// the chain runs apart from the ledger around it.
    fn carry_tokens(&mut self, apart: bool) {
        self.carries = true;
        self.apart = apart;
        self.acked.fill(true);
        for (id, inner) in self.inner.iter_mut() {
            inner.carry_tokens(self.graph.nodes[*id].runs_apart());
        }
    }

    /// Returns what the flow is to the program.
    pub fn shape(&self) -> Shape {
        self.shape.get_or_init(|| self.find_shape()).clone()
    }

    fn find_shape(&self) -> Shape {
        let of = |role| {
            let all = 0..self.graph.nodes.len();
            all.filter(move |id| self.graph.nodes[*id].behaviour.role == role)
                .collect::<Vec<_>>()
        };
        match (of(Role::Inlet).as_slice(), of(Role::Outlet).as_slice()) {
            ([], []) => Shape::Closed,
            ([], [outlet, ..]) => Shape::Lazy(*outlet),
            ([inlet], [outlet, ..]) => Shape::Piece(*inlet, *outlet),
            (inlets, _) => Shape::Open(inlets.to_vec()),
        }
    }

    /// Returns whether something comes back to a node within the step of an item.
    pub fn is_cycle_head(&self, node: NodeId) -> bool {
        self.cycle_heads[node]
    }

    /// The region in which a node's code runs.
    pub fn region_of(&self, node: NodeId) -> usize {
        self.region_of[node]
    }

    /// The crossing that leads to this input, where one does.
    pub fn crossing(&self, to: Use) -> Option<usize> {
        self.crossed_to.get(&(to.node, to.input)).copied()
    }

    /// Returns whether a crossing leads back.
    pub fn returns(&self, crossing: usize) -> bool {
        let to = self.crossings[crossing].to;
        self.graph.nodes[to.node].inputs[to.input].returns
    }

    /// Returns how the item travels to an input.
    pub fn hand(&self, to: Use) -> Hand {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        if self.joins(edge.from, edge.port) {
            return Hand::Own;
        }
        let uses = self.graph.uses(edge.from, edge.port);
        let needs = |to: &&Use| self.graph.nodes[to.node].behaviour.needs_items();
        let taker = uses.iter().rfind(needs).or(uses.last());
        let is_last = taker == Some(&to);
        match self.hand_at_output(edge.from, edge.port) {
            Hand::Own if is_last => Hand::Own,
            _ if !needs(&&to) && self.crossing(to).is_none() => Hand::Nothing,
            Hand::Own => Hand::Lend(edge.from, edge.port),
            lent => lent,
        }
    }

    /// Returns how the item is held where it comes out of a node. What lets items pass
    /// holds them as they came.
    pub fn hand_at_output(&self, node: NodeId, port: Port) -> Hand {
        let passes = self.graph.nodes[node].behaviour.passes();
        if passes && port == Port::Items && !self.graph.nodes[node].inputs.is_empty() {
            self.hand(Use { node, input: 0 })
        } else {
            Hand::Own
        }
    }

    /// The sinks in the order in which their values are asked for.
    pub fn has_value(&self, node: NodeId) -> bool {
        self.graph.nodes[node].behaviour.has_value()
    }

    /// Returns whether a sink's value is a `Result` that its `?` unwraps.
    pub fn unwraps_value(&self, node: NodeId) -> bool {
        let node = &self.graph.nodes[node];
        node.operator.question == Question::Value && node.raises().is_some()
    }

    /// The literal bool of an option, where it is written.
    pub fn flag(&self, node: NodeId, name: &str) -> Option<bool> {
        self.graph.nodes[node].option(name).and_then(flag)
    }
}
