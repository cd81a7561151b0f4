//! The flow as a graph: nodes, edges, names and spans. No tokens but the
//! user's own expressions, which stay in the [`Element`]s.

mod cycles;
mod ensured;
mod remains;
mod turns;
mod walks;

use std::cell::OnceCell;

pub use self::{
    ensured::Ensured,
    turns::{Turn, Waiting},
};
use proc_macro2::{Ident, Span};
use syn::{Attribute, Expr, ext::IdentExt};

use crate::{
    health::Health,
    syntax::{Element, Special},
    table::{Behaviour, Boundary, Form, Operator, Role, Value, Waits},
    values::flag,
};

/// A node, as an index into [`Graph::nodes`].
pub type NodeId = usize;

/// A resolved flow.
#[derive(Clone, Default)]
pub struct Graph<'s> {
    /// The operators in the order they are written.
    pub nodes: Vec<Node<'s>>,
    /// The sinks whose values are the result; `None` without one.
    pub result: Option<Vec<NodeId>>,
    /// Says whether the result is a tuple, also of one.
    pub tuple: bool,
    /// Says whether the flow is observed.
    pub observed: bool,
    /// The readers of all nodes, once somebody asks.
    readers: OnceCell<Readers>,
    /// The way round that every node lies on, once somebody asks.
    rounds: OnceCell<Vec<Option<usize>>>,
}

/// The readers of the outputs of every node, in the order the uses are written.
type Readers = Vec<Vec<(Port, Vec<Use>)>>;

/// One operator in its place.
#[derive(Clone)]
pub struct Node<'s> {
    /// Its row.
    pub operator: &'static Operator,
    /// Its behaviour: by its row, its options and the chain within it.
    pub behaviour: Behaviour,
    /// Holds what the user wrote; `None` for the meeting of several chains that feed
    /// one segment.
    pub element: Option<&'s Element>,
    /// The operator's word, or the segment's head.
    pub span: Span,
    /// The name of the chain it is part of.
    pub chain: Option<&'s Ident>,
    /// Says whether the chain's name names what comes out here.
    pub names_end: bool,
    /// Holds what flows in, in the order of the inputs.
    pub inputs: Vec<Edge>,
    /// Says how many may wait to go round a cycle through it: `#[capacity(n)]`.
    pub capacity: Option<&'s Expr>,
    /// `#[allow(…)]` of its statement.
    pub allows: &'s [Attribute],
    /// The chain within it: from an inlet to an outlet.
    pub inner: Option<Box<Graph<'s>>>,
    /// Says what was reported about it, and of where its items go.
    pub health: Health,
}

/// Holds what flows from one node to another.
#[derive(Clone, Copy)]
pub struct Edge {
    /// Says where it comes from.
    pub from: NodeId,
    /// The output of that node.
    pub port: Port,
    /// The token that asks for it.
    pub span: Span,
    /// Its place among all uses, in the order they are written.
    pub order: usize,
    /// Says whether it feeds a segment: `… -> name`.
    pub feed: bool,
    /// Says whether it leads back into a cycle.
    pub back: bool,
    /// Says whether it leads back from another region: time passes on the way round.
    pub returns: bool,
}

impl Edge {
    /// Returns whether it leads back within the step of an item.
    pub fn goes_round(&self) -> bool {
        self.back && !self.returns
    }
}

/// One of the outputs of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Port {
    /// The items; behind a `?`, what was in `Ok`.
    Items,
    /// The errors: the contents of `Err`, behind `? else`.
    Errors,
    /// The bindings of an arm of a `match`.
    Arm(usize),
    /// The errors that leave the chain within a node by one of its `? else`.
    Side(usize),
}

/// Says where an output goes: input `input` of node `node`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Use {
    /// The node that takes it.
    pub node: NodeId,
    /// The index of the input.
    pub input: usize,
}

impl<'s> Node<'s> {
    /// Returns whether what comes to it is dropped, behind `? else drop`: nobody wants it.
    pub fn is_dropped(&self) -> bool {
        self.operator.form == Form::Drain && self.element.is_none()
    }

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

    /// Returns whether it may end the flow with an error.
    pub fn fails(&self) -> bool {
        let inner = self.inner.as_ref().is_some_and(|inner| inner.fails());
        self.raises().is_some() || self.may_be_fatal() || self.capacity.is_some() || inner
    }

    /// Returns whether it may give several items for one, in the same step.
    pub fn gives_several(&self) -> bool {
        match &self.inner {
            Some(inner) => inner.nodes.iter().any(Node::gives_several),
            None => self.behaviour.gives_several(),
        }
    }

    /// The segment that errors go to, behind `? else`.
    pub fn diverts(&self) -> Option<&Ident> {
        self.element?.question.as_ref()?.or_else.as_ref()
    }

    /// Its outputs.
    pub fn ports(&self) -> Vec<Port> {
        match self.element.map(|element| &element.special) {
            Some(Some(Special::Match(arms))) => (0..arms.len()).map(Port::Arm).collect(),
            _ => {
                let sides = (0..self.sides()).map(Port::Side);
                [Port::Items, Port::Errors]
                    .into_iter()
                    .chain(sides)
                    .collect()
            }
        }
    }

    /// Returns by how many ways errors leave the chain within it.
    pub fn sides(&self) -> usize {
        self.inner.as_deref().map_or(0, |inner| inner.sides().len())
    }

    /// Returns whether this is a union, and what comes in at an input has to be of the
    /// type of what comes in at another, the first.
    pub fn joins(&self, input: usize) -> bool {
        let follows = self.inputs[..input].iter().any(|edge| !edge.back);
        self.behaviour.is_union() && (self.inputs[input].back || follows)
    }

    /// Returns whether something comes back to it within the step of an item.
    pub fn is_cycle_head(&self) -> bool {
        self.inputs.iter().any(Edge::goes_round)
    }

    /// Returns how many may wait to go round within the step of an item, where that is said.
    pub fn bound(&self) -> Option<&Expr> {
        self.capacity.filter(|_| self.is_cycle_head())
    }

    /// Finds how it behaves, where its row or the chain within it is another one.
    pub fn settle(&mut self) {
        let given = |name: &str| match (self.option(name), self.operator.option(name)) {
            (Some(value), Some(option)) if option.value == Value::Flag => flag(value) == Some(true),
            (value, _) => value.is_some(),
        };
        let within = self.inner.as_deref().map(Graph::waits);
        self.behaviour = self.operator.behaves(given, within);
    }

    /// Puts a chain within it.
    pub fn enclose(&mut self, inner: Graph<'s>) {
        self.inner = Some(Box::new(inner));
        self.settle();
    }

    /// Returns whether time passes between input and output: what comes out runs in
    /// another region.
    pub fn is_cut(&self) -> bool {
        self.behaviour.is_cut()
    }

    /// Returns whether it is a cut that knows when keys were last seen, before chains that do
    /// not await.
    pub fn watches_keys(&self) -> bool {
        self.behaviour.boundary == Boundary::Keys
    }

    /// Returns whether it is a cut in which the chains of keys run: they await.
    pub fn runs_chains(&self) -> bool {
        self.behaviour.boundary == Boundary::Chains
    }

    /// Returns whether the chain within it runs apart from the flow: on other threads, or as
    /// futures of keys.
    pub fn runs_apart(&self) -> bool {
        let apart = matches!(
            self.behaviour.boundary,
            Boundary::Chains | Boundary::Workers
        );
        self.inner.is_some() && apart
    }

    /// Returns whether it is a cut in which futures run.
    pub fn runs_jobs(&self) -> bool {
        self.behaviour.runs_jobs()
    }

    /// Returns whether its errors may be fatal: they end the flow past any `? else`.
    pub fn may_be_fatal(&self) -> bool {
        self.behaviour.fatal
    }

    /// Returns whether something was reported that leaves open what its chain gives.
    pub fn is_unclear(&self) -> bool {
        self.health.broken || self.element.is_some_and(|element| element.health.lost)
    }

    /// Returns whether it is a source that is told which of its items are done with.
    pub fn acknowledges(&self) -> bool {
        self.behaviour.acknowledges()
    }

    /// Returns whether something was reported, and the chain within it may still be
    /// understood.
    pub fn remains_within(&self) -> bool {
        let parsed = self.element.is_some_and(|element| !element.health.broken);
        self.health.broken && self.inner.is_some() && parsed
    }

    /// Returns whether it is a `match` that parsed: what was reported is behind its arms.
    fn is_whole_match(&self) -> bool {
        self.behaviour.role == Role::Split && self.element.is_some_and(|each| !each.health.broken)
    }

    /// Returns whether its arguments break off, and it can be built of what is there:
    /// an editor asks for the types before the cursor.
    pub fn is_unfinished(&self) -> bool {
        let within = self.inner.as_ref();
        let whole = within.is_none_or(|inner| inner.nodes.iter().all(|node| !node.health.broken));
        self.health.broken && whole && self.health.mended
    }

    /// Returns whether it may end a chain that nobody uses.
    pub fn may_end(&self) -> bool {
        self.operator.is_sink() || self.operator.is_writer()
    }
}

impl Graph<'_> {
    /// The nodes by which errors leave a chain within a node, in order.
    pub fn sides(&self) -> Vec<NodeId> {
        let all = 0..self.nodes.len();
        all.filter(|id| self.nodes[*id].behaviour.role == Role::Side)
            .collect()
    }

    /// Returns whether anything in it awaits.
    pub fn waits(&self) -> Waits {
        let nodes = self.nodes.iter().map(|node| node.behaviour.waits);
        nodes.max().unwrap_or(Waits::Never)
    }

    /// Returns whether something may end the flow with an error.
    pub fn fails(&self) -> bool {
        self.nodes.iter().any(Node::fails)
    }

    /// Returns whether an error in it may be fatal.
    pub fn may_be_fatal(&self) -> bool {
        self.nodes.iter().any(|node| {
            let inner = node.inner.as_ref();
            node.may_be_fatal() || inner.is_some_and(|inner| inner.may_be_fatal())
        })
    }
}
