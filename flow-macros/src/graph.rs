//! The flow as a graph: nodes, edges, names and spans. No tokens but the
//! user's own expressions, which stay in the [`Element`]s.

use proc_macro2::{Ident, Span};
use syn::{Expr, ext::IdentExt};

use crate::{
    check,
    operators::{Form, Operator},
    plan::{self, Waits},
    syntax::{Element, Special},
};

/// A node, as an index into [`Graph::nodes`].
pub type NodeId = usize;

/// A resolved flow.
#[derive(Default)]
pub struct Graph<'s> {
    /// The operators in the order they are written.
    pub nodes: Vec<Node<'s>>,
    /// The sinks whose values are the result; `None` without one.
    pub result: Option<Vec<NodeId>>,
    /// Whether the result is a tuple, also of one.
    pub tuple: bool,
}

/// One operator in its place.
pub struct Node<'s> {
    /// Its row.
    pub operator: &'static Operator,
    /// What the user wrote; `None` for the meeting of several chains that feed
    /// one segment.
    pub element: Option<&'s Element>,
    /// The operator's word, or the segment's head.
    pub span: Span,
    /// The name of the chain it is part of.
    pub chain: Option<&'s Ident>,
    /// Whether the chain's name names what comes out here.
    pub names_end: bool,
    /// What flows in, in the order of the inputs.
    pub inputs: Vec<Edge>,
    /// How many may wait to go round a cycle through it: `#[capacity(n)]`.
    pub capacity: Option<&'s Expr>,
    /// The chain within it: from an inlet to an outlet.
    pub inner: Option<Box<Graph<'s>>>,
    /// Whether something about it was reported: rules about it are silent.
    pub broken: bool,
    /// Whether what comes out goes to something that was reported.
    pub lost: bool,
}

/// What flows from one node to another.
#[derive(Clone, Copy)]
pub struct Edge {
    /// Where it comes from.
    pub from: NodeId,
    /// Which of that node's two outputs.
    pub port: Port,
    /// The token that asks for it.
    pub span: Span,
    /// Its place among all uses, in the order they are written.
    pub order: usize,
    /// Whether it feeds a segment: `… -> name`.
    pub feed: bool,
    /// Whether it leads back into a cycle.
    pub back: bool,
    /// Whether it leads back from another region: time passes on the way round.
    pub returns: bool,
}

impl Edge {
    /// Whether it leads back within the step of an item.
    pub fn goes_round(&self) -> bool {
        self.back && !self.returns
    }
}

/// One of the outputs of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Port {
    /// The items; behind a `?`, what was in `Ok`.
    Items,
    /// What was in `Err`, behind `? else`.
    Errors,
    /// What an arm of a `match` binds.
    Arm(usize),
}

/// Where an output goes: input `input` of node `node`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// The node that takes it.
    pub node: NodeId,
    /// Which of its inputs.
    pub input: usize,
}

impl Node<'_> {
    /// The name that errors give the stage: the chain's, else the operator's.
    pub fn stage(&self) -> String {
        match self.chain {
            Some(name) => name.unraw().to_string(),
            None => self.operator.name.to_string(),
        }
    }

    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&Expr> {
        let arguments = self.element?.arguments.as_ref()?;
        arguments
            .options
            .iter()
            .find(|(word, _)| word == name)
            .map(|(_, value)| value)
    }

    /// The `?`, where it ends the flow.
    pub fn raises(&self) -> Option<Span> {
        let question = self.element?.question.as_ref()?;
        question.or_else.is_none().then_some(question.span)
    }

    /// The segment that errors go to, behind `? else`.
    pub fn diverts(&self) -> Option<&Ident> {
        self.element?.question.as_ref()?.or_else.as_ref()
    }

    /// Its outputs.
    pub fn ports(&self) -> Vec<Port> {
        match self.element.map(|element| &element.special) {
            Some(Some(Special::Match(arms))) => (0..arms.len()).map(Port::Arm).collect(),
            _ => vec![Port::Items, Port::Errors],
        }
    }

    /// Whether this is a union, and what comes in at an input has to be of the
    /// type of what comes in at another, the first.
    pub fn joins(&self, input: usize) -> bool {
        let follows = self.inputs[..input].iter().any(|edge| !edge.back);
        self.operator.form == Form::Union && (self.inputs[input].back || follows)
    }

    /// Whether something comes back to it within the step of an item.
    pub fn is_cycle_head(&self) -> bool {
        self.inputs.iter().any(Edge::goes_round)
    }

    /// Whether something comes back to it.
    pub fn is_come_back_to(&self) -> bool {
        self.inputs.iter().any(|edge| edge.back)
    }

    /// Whether time passes between input and output: what comes out runs in
    /// another region.
    pub fn is_cut(&self) -> bool {
        self.operator.form == Form::Cut
            || self.runs_jobs()
            || (self.operator.form == Form::Hold && self.option("timeout").is_some())
            || self.watches_keys()
            || self.runs_chains()
    }

    /// Whether it is a cut that knows when keys were last seen, before chains that do
    /// not await.
    pub fn watches_keys(&self) -> bool {
        let idle = self.operator.form == Form::Keyed && self.option("idle").is_some();
        idle && !self.runs_chains()
    }

    /// Whether it is a cut in which the chains of keys run: they await.
    pub fn runs_chains(&self) -> bool {
        let inner = self.inner.as_deref();
        self.operator.form == Form::Keyed
            && inner.is_some_and(|inner| plan::waits(inner) != Waits::Never)
    }

    /// Whether it is a cut in which futures run.
    pub fn runs_jobs(&self) -> bool {
        matches!(self.operator.form, Form::Await | Form::Job)
            && self.option("concurrency").is_some()
    }

    /// Whether something was reported that leaves open what its chain gives.
    pub fn is_unclear(&self) -> bool {
        self.broken || self.element.is_some_and(|element| element.cut_off)
    }

    /// Whether it is a source that is told which of its items are done with.
    pub fn acknowledges(&self) -> bool {
        let given = |value: &Expr| check::flag(value) == Some(true);
        match self.operator.name {
            "lines" => self.option("resume").is_some(),
            "stream" => self.option("ack").is_some_and(given),
            _ => false,
        }
    }

    /// Whether something was reported, and the chain within it may still be
    /// understood.
    pub fn remains_within(&self) -> bool {
        let parsed = self.element.is_some_and(|element| !element.broken);
        self.broken && self.inner.is_some() && parsed
    }

    /// Whether it is a `match` that parsed: what was reported is behind its arms.
    fn is_whole_match(&self) -> bool {
        self.operator.form == Form::Match && self.element.is_some_and(|each| !each.broken)
    }

    /// Whether its arguments break off, and it can be built of what is there:
    /// an editor asks for the types before the cursor.
    pub fn is_unfinished(&self) -> bool {
        let arguments = self.element.and_then(|each| each.arguments.as_ref());
        let mended = arguments.is_some_and(|arguments| arguments.mended);
        let within = self.inner.as_ref();
        let whole = within.is_none_or(|inner| inner.nodes.iter().all(|node| !node.broken));
        self.broken && mended && whole && check::builds(self)
    }

    /// Whether it may end a chain that nobody uses.
    pub fn may_end(&self) -> bool {
        self.operator.is_sink() || self.operator.name == "store"
    }
}

impl<'s> Graph<'s> {
    /// What can be understood of a graph with mistakes: the nodes that are
    /// whole, and so is all that flows into them. Of a node with a mistake in the
    /// chain within it that chain is left, and of one whose arguments break off
    /// itself: nothing comes out of them.
    pub fn remains(self) -> Graph<'s> {
        let mut whole: Vec<bool> = self.nodes.iter().map(|_| false).collect();
        loop {
            let known = |edge: &Edge| {
                let from = &self.nodes[edge.from];
                let flows = edge.port != Port::Items || !from.operator.is_sink();
                // The arms of a `match` are known, whatever is wrong behind them.
                let known = !from.broken || matches!(edge.port, Port::Arm(_));
                edge.back || (flows && known && whole[edge.from])
            };
            let next = self.nodes.iter().enumerate().position(|(id, node)| {
                let fed = node.operator.is_source() || node.inputs.iter().any(|edge| !edge.back);
                let understood = !node.broken
                    || node.remains_within()
                    || node.is_unfinished()
                    || node.is_whole_match();
                !whole[id] && understood && fed && node.inputs.iter().all(known)
            });
            match next {
                Some(id) => whole[id] = true,
                None => break,
            }
        }
        let mut left = 0;
        let places: Vec<Option<NodeId>> = whole
            .iter()
            .map(|whole| {
                left += usize::from(*whole);
                whole.then(|| left - 1)
            })
            .collect();
        let mut nodes = Vec::with_capacity(left);
        for (id, mut node) in self.nodes.into_iter().enumerate() {
            if !whole[id] {
                continue;
            }
            if node.remains_within() {
                node.inner = node.inner.map(|inner| Box::new(inner.remains()));
            }
            node.inputs.retain_mut(|edge| match places[edge.from] {
                Some(from) => {
                    edge.from = from;
                    true
                }
                None => false,
            });
            nodes.push(node);
        }
        Graph {
            nodes,
            result: None,
            tuple: false,
        }
    }

    /// Whether something may end the flow with an error.
    pub fn fails(&self) -> bool {
        self.nodes.iter().any(|node| {
            let inner = node.inner.as_ref().is_some_and(|inner| inner.fails());
            let raises = node.raises().is_some() || node.operator.fatal;
            raises || node.capacity.is_some() || inner
        })
    }

    /// Whether an error in it may be fatal.
    pub fn may_be_fatal(&self) -> bool {
        self.nodes.iter().any(|node| {
            let inner = node.inner.as_ref();
            node.operator.fatal || inner.is_some_and(|inner| inner.may_be_fatal())
        })
    }

    /// The nodes that are joined to `start` in any direction, not by way of
    /// `without`.
    pub fn around(&self, start: NodeId, without: NodeId) -> Vec<bool> {
        let mut around = vec![false; self.nodes.len()];
        let mut next = vec![start];
        while let Some(node) = next.pop() {
            if node == without || std::mem::replace(&mut around[node], true) {
                continue;
            }
            next.extend(self.nodes[node].inputs.iter().map(|edge| edge.from));
            next.extend(self.all_uses(node).into_iter().map(|to| to.node));
        }
        around
    }

    /// Where all outputs of a node go.
    pub fn all_uses(&self, from: NodeId) -> Vec<Use> {
        let ports = self.nodes[from].ports().into_iter();
        ports.flat_map(|port| self.uses(from, port)).collect()
    }

    /// Marks the edges that lead back: in every cycle the one that feeds the
    /// segment written first. What is left of the cycles has no such edge.
    pub fn mark_back_edges(&mut self) {
        while let Err(cycle) = self.topological() {
            let feeds = cycle.iter().enumerate().filter_map(|(index, to)| {
                let from = cycle[(index + cycle.len() - 1) % cycle.len()];
                let inputs = &self.nodes[*to].inputs;
                let input = inputs
                    .iter()
                    .position(|edge| edge.feed && edge.from == from)?;
                let start = self.nodes[*to].span.start();
                Some(((start.line, start.column), *to, input))
            });
            let Some((_, to, input)) = feeds.min() else {
                return;
            };
            self.nodes[to].inputs[input].back = true;
        }
        self.mark_returns();
    }

    /// Marks what comes back from behind a cut.
    fn mark_returns(&mut self) {
        let Ok(order) = self.topological() else {
            return;
        };
        let depth = self.depths(&order);
        for id in 0..self.nodes.len() {
            for input in 0..self.nodes[id].inputs.len() {
                let edge = &self.nodes[id].inputs[input];
                let returns = edge.back && self.leaves(edge.from, &depth) != depth[id];
                self.nodes[id].inputs[input].returns = returns;
            }
        }
    }

    /// How deep every node lies: as many cuts as are on the way to it, at most.
    pub fn depths(&self, order: &[NodeId]) -> Vec<usize> {
        let mut depth = vec![0; self.nodes.len()];
        for &id in order {
            let inputs = self.nodes[id].inputs.iter().filter(|edge| !edge.back);
            depth[id] = inputs
                .map(|edge| self.leaves(edge.from, &depth))
                .max()
                .unwrap_or(0);
        }
        depth
    }

    /// How deep what comes out of a node lies.
    pub fn leaves(&self, from: NodeId, depth: &[usize]) -> usize {
        depth[from] + usize::from(self.nodes[from].is_cut())
    }

    /// The nodes that lie on a way from a node back to itself, in the order of
    /// the graph, itself included; none where there is no such way.
    pub fn round(&self, node: NodeId) -> Vec<NodeId> {
        let below = self.below(node);
        let on_the_way = |other: &NodeId| below[*other] && self.below(*other)[node];
        (0..self.nodes.len()).filter(on_the_way).collect()
    }

    /// The nodes that what leaves a node may reach, by way of cycles as well.
    fn below(&self, node: NodeId) -> Vec<bool> {
        let uses = self.all_uses(node).into_iter();
        self.reached(uses.map(|to| to.node).collect())
    }

    /// Of every node, whether it is one of these or lies below one.
    pub fn reached(&self, mut next: Vec<NodeId>) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        while let Some(node) = next.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                next.extend(self.all_uses(node).into_iter().map(|to| to.node));
            }
        }
        reached
    }

    /// Where an output goes, in the order the uses are written.
    pub fn uses(&self, from: NodeId, port: Port) -> Vec<Use> {
        let mut found = Vec::new();
        for (node, each) in self.nodes.iter().enumerate() {
            for (input, edge) in each.inputs.iter().enumerate() {
                if edge.from == from && edge.port == port {
                    found.push((edge.order, Use { node, input }));
                }
            }
        }
        found.sort_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, each)| each).collect()
    }

    /// The nodes in an order in which every one comes after all it reads; `Err`
    /// with the nodes of a cycle, in the order data flows.
    ///
    /// Among those that could come next, the one written first does.
    pub fn topological(&self) -> Result<Vec<NodeId>, Vec<NodeId>> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut placed = vec![false; self.nodes.len()];
        while order.len() < self.nodes.len() {
            let ready = |node: &NodeId| {
                !placed[*node]
                    && self.nodes[*node]
                        .inputs
                        .iter()
                        .all(|edge| edge.back || placed[edge.from])
            };
            match (0..self.nodes.len()).find(ready) {
                Some(next) => {
                    placed[next] = true;
                    order.push(next);
                }
                None => return Err(self.cycle(&placed)),
            }
        }
        Ok(order)
    }

    /// A cycle among the nodes not placed: walking up from any of them never
    /// leaves them, so it comes round.
    fn cycle(&self, placed: &[bool]) -> Vec<NodeId> {
        let mut path: Vec<NodeId> = Vec::new();
        let mut next = placed.iter().position(|placed| !placed);
        while let Some(node) = next {
            if let Some(start) = path.iter().position(|seen| *seen == node) {
                let mut cycle = path.split_off(start);
                cycle.reverse();
                return cycle;
            }
            path.push(node);
            next = self.nodes[node]
                .inputs
                .iter()
                .filter(|edge| !edge.back)
                .map(|edge| edge.from)
                .find(|from| !placed[*from]);
        }
        path
    }
}
