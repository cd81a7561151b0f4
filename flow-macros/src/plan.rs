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

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    acknowledge, check,
    graph::{Edge, Graph, Node, NodeId, Port, Use},
    operators::{Form, Question},
};

/// What expansion reads beside the graph.
pub struct Plan<'g, 's> {
    /// The graph planned.
    pub graph: &'g Graph<'s>,
    /// The nodes, every one after all it reads.
    pub order: Vec<NodeId>,
    /// The loops, upstream first.
    pub regions: Vec<Region>,
    /// The edges that lead from one region into another.
    pub crossings: Vec<Crossing>,
    /// Whether anything is awaited.
    pub waits: Waits,
    /// Whether a bare `?` may end the flow.
    pub fails: bool,
    /// The sources that acknowledge. Where there are none, nothing is written of
    /// tokens.
    pub acknowledging: Vec<NodeId>,
    /// What lies behind them.
    pub acked: Vec<bool>,
    /// The plans of the chains within nodes.
    pub inner: BTreeMap<NodeId, Plan<'g, 's>>,
    /// The outputs, by their nodes and ports, whose branches run at the same time.
    pub joined: BTreeSet<(NodeId, usize)>,
    /// The region in which a node's code runs.
    region_of: Vec<usize>,
    /// What closes what comes out of a node, within its region.
    closers: Vec<Closer>,
    /// The rate of what comes out of a node.
    rates: Vec<usize>,
    /// Which way an item must have gone to reach a node.
    ways: Vec<BTreeMap<NodeId, Port>>,
}

/// What runs in one loop.
#[derive(Default)]
pub struct Region {
    /// What it pulls from.
    pub roots: Vec<Root>,
    /// The nodes whose code runs here, in order.
    pub nodes: Vec<NodeId>,
}

/// Where items enter a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Root {
    /// A source.
    Source(NodeId),
    /// What comes out of a cut.
    Results(NodeId),
    /// What crosses over from another region.
    Crossing(usize),
}

/// An edge from one region into another, over a ring.
pub struct Crossing {
    /// The output.
    pub from: NodeId,
    /// The input.
    pub to: Use,
}

/// What ends a stretch of a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closer {
    /// A root, by its place in [`Region::roots`].
    Root(usize),
    /// A fan-in of several closers, or an operator that ends its branch.
    Node(NodeId),
}

/// What a flow is to the program.
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

/// Whether a flow awaits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Waits {
    /// Everything is synchronous.
    Never,
    /// The type of an outlet decides.
    Depends,
    /// Something is awaited.
    Always,
}

/// How an edge hands an item on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hand {
    /// The item itself.
    Own,
    /// A reference; who needs the item itself clones it with the cloner of
    /// this output.
    Lend(NodeId, Port),
}

/// Plans a graph without mistakes. `None` where it has a cycle, which the
/// checks report.
pub fn plan<'g, 's>(graph: &'g Graph<'s>) -> Option<Plan<'g, 's>> {
    let order = graph.topological().ok()?;
    let mut plan = Plan {
        graph,
        order,
        regions: Vec::new(),
        crossings: Vec::new(),
        waits: waits(graph),
        fails: graph.fails(),
        acknowledging: acknowledge::sources(graph),
        acked: acknowledge::reached(graph),
        inner: BTreeMap::new(),
        joined: BTreeSet::new(),
        region_of: vec![0; graph.nodes.len()],
        closers: Vec::new(),
        rates: Vec::new(),
        ways: Vec::new(),
    };
    for (id, node) in graph.nodes.iter().enumerate() {
        if let Some(inner) = &node.inner {
            plan.inner.insert(id, self::plan(inner)?);
        }
    }
    plan.lay_regions();
    plan.find_rates();
    plan.find_closers();
    plan.find_ways();
    plan.find_joined();
    Some(plan)
}

fn waits(graph: &Graph<'_>) -> Waits {
    let nodes = graph.nodes.iter();
    nodes.map(waits_of).max().unwrap_or(Waits::Never)
}

/// Whether a node awaits, or the chain within it.
pub fn waits_of(node: &Node<'_>) -> Waits {
    if node.is_cut() {
        return Waits::Always;
    }
    match node.operator.form {
        form if form == Form::Stream || form.awaits() => Waits::Always,
        Form::SinkSend => Waits::Depends,
        _ => node.inner.as_deref().map_or(Waits::Never, waits),
    }
}

impl Plan<'_, '_> {
    /// What the flow is to the program.
    pub fn shape(&self) -> Shape {
        let of = |form| {
            let all = 0..self.graph.nodes.len();
            all.filter(move |id| self.graph.nodes[*id].operator.form == form)
                .collect::<Vec<_>>()
        };
        match (of(Form::Inlet).as_slice(), of(Form::Outlet).as_slice()) {
            ([], []) => Shape::Closed,
            ([], [outlet, ..]) => Shape::Lazy(*outlet),
            ([inlet], [outlet, ..]) => Shape::Piece(*inlet, *outlet),
            (inlets, _) => Shape::Open(inlets.to_vec()),
        }
    }

    /// Cuts the graph into regions.
    ///
    /// A node lies as deep as there are cuts on the way to it, at most; an edge
    /// to a deeper node crosses. What is joined by other edges is one region,
    /// so regions never wait for each other in a circle.
    fn lay_regions(&mut self) {
        let nodes = &self.graph.nodes;
        let depth = self.graph.depths(&self.order);
        let leaves = |from: NodeId| self.graph.leaves(from, &depth);
        // Two places a node: where its code runs, and where what comes out of
        // it does. They differ for a cut.
        let mut sets = Sets::new(nodes.len() * 2);
        for (id, node) in nodes.iter().enumerate() {
            if !node.is_cut() {
                sets.join(id * 2, id * 2 + 1);
            }
            for edge in node.inputs.iter().filter(|edge| !edge.back) {
                if leaves(edge.from) == depth[id] {
                    sets.join(edge.from * 2 + 1, id * 2);
                }
            }
        }
        // What the program drives item by item is one loop, where nothing waits.
        if self.waits == Waits::Never && self.shape() != Shape::Closed {
            (1..nodes.len() * 2).for_each(|place| sets.join(0, place));
        }
        let mut index: BTreeMap<usize, usize> = BTreeMap::new();
        let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
        for (rank, &id) in self.order.iter().enumerate() {
            ranked.push((depth[id], rank, sets.find(id * 2)));
            ranked.push((leaves(id), rank, sets.find(id * 2 + 1)));
        }
        ranked.sort_unstable();
        for (_, _, set) in ranked {
            let next = index.len();
            index.entry(set).or_insert(next);
        }
        self.regions = (0..index.len()).map(|_| Region::default()).collect();
        let mut region = |place: usize| index[&sets.find(place)];
        for &id in &self.order {
            let (inside, outside) = (region(id * 2), region(id * 2 + 1));
            self.region_of[id] = inside;
            self.regions[inside].nodes.push(id);
            if nodes[id].operator.is_source() {
                self.regions[inside].roots.push(Root::Source(id));
            }
            if nodes[id].is_cut() {
                self.regions[outside].roots.push(Root::Results(id));
            }
            for (input, edge) in nodes[id].inputs.iter().enumerate() {
                if edge.returns || (!edge.back && leaves(edge.from) < depth[id]) {
                    let root = Root::Crossing(self.crossings.len());
                    self.regions[inside].roots.push(root);
                    let to = Use { node: id, input };
                    self.crossings.push(Crossing {
                        from: edge.from,
                        to,
                    });
                }
            }
        }
    }

    fn find_closers(&mut self) {
        self.closers = vec![Closer::Root(0); self.graph.nodes.len()];
        for &id in &self.order {
            let node = &self.graph.nodes[id];
            let region = &self.regions[self.region_of[id]];
            let several = region.roots.len() > 1;
            let closers: Vec<Closer> = (0..node.inputs.len())
                .filter(|input| !node.inputs[*input].goes_round())
                .map(|input| self.closer_of_input(id, input))
                .collect();
            let form = node.operator.form;
            let ends_early = several
                && match form {
                    Form::Zip => !self.is_lockstep(id),
                    _ => matches!(form, Form::Gate | Form::Lanes),
                };
            self.closers[id] = match closers.as_slice() {
                [] => Closer::Root(self.root_index(self.region_of[id], Root::Source(id))),
                [first, rest @ ..] if !ends_early && rest.iter().all(|each| each == first) => {
                    *first
                }
                _ => Closer::Node(id),
            };
        }
    }

    fn root_index(&self, region: usize, root: Root) -> usize {
        let roots = &self.regions[region].roots;
        roots
            .iter()
            .position(|each| *each == root)
            .expect("a root is in its region")
    }

    /// What closes an input of a node.
    pub fn closer_of_input(&self, node: NodeId, input: usize) -> Closer {
        let region = self.region_of[node];
        let edge = &self.graph.nodes[node].inputs[input];
        match self.crossing(Use { node, input }) {
            Some(crossing) => Closer::Root(self.root_index(region, Root::Crossing(crossing))),
            None if self.graph.nodes[edge.from].is_cut() => {
                Closer::Root(self.root_index(region, Root::Results(edge.from)))
            }
            None => self.closers[edge.from],
        }
    }

    /// What closes what comes out of a node within its region.
    pub fn closer(&self, node: NodeId) -> Closer {
        self.closers[node]
    }

    /// The crossing that leads to this input, where one does.
    pub fn crossing(&self, to: Use) -> Option<usize> {
        self.crossings.iter().position(|crossing| crossing.to == to)
    }

    /// Whether a crossing leads back.
    pub fn returns(&self, crossing: usize) -> bool {
        let to = self.crossings[crossing].to;
        self.graph.nodes[to.node].inputs[to.input].returns
    }

    /// Whether leaving an input of a fan-in unread could hold up another one: it
    /// comes from another region, and by way of the rest of the graph the two
    /// depend on each other. Then items wait in the fan-in, and it always reads.
    pub fn holds_up(&self, to: Use) -> bool {
        let inputs = &self.graph.nodes[to.node].inputs;
        let around = self.graph.around(inputs[to.input].from, to.node);
        let mut others = inputs.iter().enumerate();
        self.comes_from_another_region(to)
            && others.any(|(other, edge)| other != to.input && around[edge.from])
    }

    fn comes_from_another_region(&self, to: Use) -> bool {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        if edge.back {
            return edge.returns;
        }
        let from = &self.graph.nodes[edge.from];
        let mut inputs = (0..from.inputs.len()).map(|input| Use {
            node: edge.from,
            input,
        });
        self.crossing(to).is_some()
            || from.is_cut()
            || inputs.any(|input| self.comes_from_another_region(input))
    }

    /// The inlets among the roots of a region, by their places there.
    pub fn inlets(&self, region: usize) -> Vec<usize> {
        let roots = self.regions[region].roots.iter().enumerate();
        roots
            .filter(|(_, root)| self.is_source(**root, Form::Inlet))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whether sources of a region keep step with what the program pushes.
    pub fn is_paced(&self, region: usize) -> bool {
        let mut roots = self.regions[region].roots.iter();
        roots.any(|root| self.is_source(*root, Form::Iterator)) && !self.inlets(region).is_empty()
    }

    /// Whether a root is a source of this form.
    pub fn is_source(&self, root: Root, form: Form) -> bool {
        matches!(root, Root::Source(node) if self.graph.nodes[node].operator.form == form)
    }

    /// Whether what comes into an input was pushed by the program.
    pub fn is_pushed(&self, to: Use) -> bool {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        let from = &self.graph.nodes[edge.from];
        if edge.back || from.is_cut() || self.crossing(to).is_some() {
            return false;
        }
        let mut inputs = 0..from.inputs.len();
        from.operator.form == Form::Inlet
            || inputs.any(|input| {
                self.is_pushed(Use {
                    node: edge.from,
                    input,
                })
            })
    }

    /// The regions that a region's roots come from, directly or not.
    pub fn above(&self, region: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut next = vec![region];
        while let Some(each) = next.pop() {
            for root in &self.regions[each].roots {
                let from = match root {
                    Root::Source(_) => continue,
                    Root::Results(node) => self.region_of[*node],
                    Root::Crossing(crossing) if self.returns(*crossing) => continue,
                    Root::Crossing(crossing) => {
                        self.region_of_output(self.crossings[*crossing].from)
                    }
                };
                if !found.contains(&from) {
                    found.push(from);
                    next.push(from);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The regions that a region's items go on to, directly.
    pub fn below(&self, region: usize) -> Vec<usize> {
        let leads = |root: &Root| match root {
            Root::Source(_) => false,
            Root::Results(node) => self.region_of[*node] == region,
            Root::Crossing(crossing) if self.returns(*crossing) => false,
            Root::Crossing(crossing) => {
                self.region_of_output(self.crossings[*crossing].from) == region
            }
        };
        (0..self.regions.len())
            .filter(|each| self.regions[*each].roots.iter().any(leads))
            .collect()
    }

    /// Whether some chain ends in this region.
    pub fn has_ends(&self, region: usize) -> bool {
        self.regions[region]
            .nodes
            .iter()
            .any(|node| self.graph.all_uses(*node).is_empty())
    }

    /// The region in which what comes out of a node runs.
    pub fn region_of_output(&self, node: NodeId) -> usize {
        if !self.graph.nodes[node].is_cut() {
            return self.region_of[node];
        }
        let root = Root::Results(node);
        let region = self
            .regions
            .iter()
            .position(|region| region.roots.contains(&root));
        region.expect("what comes out of a cut is a root")
    }

    fn find_rates(&mut self) {
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next
        };
        self.rates = vec![0; self.graph.nodes.len()];
        for &id in &self.order {
            let node = &self.graph.nodes[id];
            let keeps = match node.operator.form {
                Form::Call
                | Form::Meta
                | Form::Look
                | Form::Tick
                | Form::Pace
                | Form::Show
                | Form::Await
                | Form::Job => !node.is_cut() && node.diverts().is_none(),
                Form::Zip => self.is_lockstep(id),
                _ => false,
            };
            let rate = if keeps {
                self.rate_of_input(id, 0)
            } else {
                None
            };
            self.rates[id] = rate.unwrap_or_else(&mut fresh);
        }
    }

    /// The rate of an input; `None` where it is nobody else's.
    fn rate_of_input(&self, node: NodeId, input: usize) -> Option<usize> {
        let edge: &Edge = &self.graph.nodes[node].inputs[input];
        let own = edge.port != Port::Items || self.crossing(Use { node, input }).is_some();
        (!own).then(|| self.rates[edge.from])
    }

    /// Whether all inputs of a `zip` arrive exactly once for each other.
    pub fn is_lockstep(&self, zip: NodeId) -> bool {
        let first = self.rate_of_input(zip, 0);
        let inputs = 1..self.graph.nodes[zip].inputs.len();
        first.is_some()
            && inputs
                .into_iter()
                .all(|input| self.rate_of_input(zip, input) == first)
    }

    /// The nodes that lie on a way from a node back to itself, in order, itself
    /// included; none where there is no such way.
    pub fn round(&self, node: NodeId) -> Vec<NodeId> {
        let round = self.graph.round(node);
        let order = self.order.iter().copied();
        order.filter(|other| round.contains(other)).collect()
    }

    /// The nodes to which something returns from another region.
    pub fn returned_to(&self) -> Vec<NodeId> {
        let returns = |id: &NodeId| self.graph.nodes[*id].inputs.iter().any(|edge| edge.returns);
        self.order.iter().copied().filter(returns).collect()
    }

    /// The first of the nodes that something returns to on the same ways round:
    /// it stands for those ways.
    pub fn round_of(&self, head: NodeId) -> NodeId {
        let round = self.round(head);
        let heads = self.returned_to();
        heads
            .into_iter()
            .find(|other| round.contains(other))
            .unwrap_or(head)
    }

    /// The ways round that a region lies on.
    pub fn rounds_through(&self, region: usize) -> Vec<NodeId> {
        let heads = self.returned_to().into_iter();
        let through = |head: &NodeId| {
            let first = self.round_of(*head) == *head;
            let mut round = self.graph.round(*head).into_iter();
            first && round.any(|node| self.region_of_output(node) == region)
        };
        heads.filter(through).collect()
    }

    /// Whether of a union's inputs only one is ever filled: they lie behind
    /// different arms of one `match`, or before and behind one `else`.
    pub fn is_exclusive(&self, union: NodeId) -> bool {
        let ways: Vec<_> = self.graph.nodes[union]
            .inputs
            .iter()
            .map(|edge| self.way_of(edge))
            .collect();
        let apart = |a: &BTreeMap<NodeId, Port>, b: &BTreeMap<NodeId, Port>| {
            a.iter()
                .any(|(node, port)| b.get(node).is_some_and(|other| other != port))
        };
        ways.iter()
            .enumerate()
            .all(|(index, a)| ways[..index].iter().all(|b| apart(a, b)))
    }

    /// The outputs an item must have taken to come along an edge, where a node
    /// gives it to one of several.
    fn way_of(&self, edge: &Edge) -> BTreeMap<NodeId, Port> {
        let mut way = self.ways[edge.from].clone();
        let node = &self.graph.nodes[edge.from];
        if node.operator.form == Form::Match || node.diverts().is_some() {
            way.insert(edge.from, edge.port);
        }
        way
    }

    fn find_ways(&mut self) {
        self.ways = vec![BTreeMap::new(); self.graph.nodes.len()];
        for &id in &self.order {
            let inputs = self.graph.nodes[id].inputs.iter();
            let ways = inputs.map(|edge| {
                if edge.back {
                    BTreeMap::new()
                } else {
                    self.way_of(edge)
                }
            });
            let common = ways.reduce(|mut a, b| {
                a.retain(|node, port| b.get(node) == Some(port));
                a
            });
            self.ways[id] = common.unwrap_or_default();
        }
    }

    /// How the item travels to an input.
    pub fn hand(&self, to: Use) -> Hand {
        let edge = &self.graph.nodes[to.node].inputs[to.input];
        if self.joins(edge.from, edge.port) {
            return Hand::Own;
        }
        let is_last = self.graph.uses(edge.from, edge.port).last() == Some(&to);
        match self.hand_at_output(edge.from, edge.port) {
            Hand::Own if is_last => Hand::Own,
            Hand::Own => Hand::Lend(edge.from, edge.port),
            lent => lent,
        }
    }

    /// How the item is held where it comes out of a node. What lets items pass
    /// holds them as they came.
    pub fn hand_at_output(&self, node: NodeId, port: Port) -> Hand {
        let passes = matches!(
            self.graph.nodes[node].operator.form,
            Form::Test | Form::Gate | Form::Look | Form::Tick | Form::Pace | Form::Show
        );
        if passes && port == Port::Items && !self.graph.nodes[node].inputs.is_empty() {
            self.hand(Use { node, input: 0 })
        } else {
            Hand::Own
        }
    }

    /// The sinks in the order in which their values are asked for.
    pub fn has_value(&self, node: NodeId) -> bool {
        matches!(
            self.graph.nodes[node].operator.form,
            Form::SinkPush | Form::SinkGate | Form::SinkSend
        )
    }

    /// Whether a sink's value is a `Result` that its `?` unwraps.
    pub fn unwraps_value(&self, node: NodeId) -> bool {
        let node = &self.graph.nodes[node];
        node.operator.question == Question::Value && node.raises().is_some()
    }

    /// The literal bool of an option, where it is written.
    pub fn flag(&self, node: NodeId, name: &str) -> Option<bool> {
        self.graph.nodes[node].option(name).and_then(check::flag)
    }
}

/// Disjoint sets.
struct Sets(Vec<usize>);

impl Sets {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn find(&mut self, mut place: usize) -> usize {
        while self.0[place] != place {
            self.0[place] = self.0[self.0[place]];
            place = self.0[place];
        }
        place
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
