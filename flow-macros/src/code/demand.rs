//! Demand: whether anyone still needs, now wants, or waits for what comes out of
//! a node.
//!
//! A source is *needed* while some branch behind it has not ended. It is
//! *wanted* while some operator behind it can use an item now: a `zip` wants
//! the side that is empty, `merge_keyed` the lane without a look-ahead,
//! `zip_latest` its first input where nothing waits. Where nothing ever ends
//! early, both are always so, and cost nothing.
//!
//! Beside an inlet a source is *awaited* while what was pushed waits in a fan-in
//! for its items.

mod conditions;
mod pairs;

use quote::quote;
use syn::Index;

pub use self::conditions::Demand;
use self::pairs::Held;
use crate::{
    graph::{NodeId, Use},
    names::Writer,
    plan::{Closer, Root},
    sorted::{Map, Set},
    table::{Form, Inputs, Memory},
};

/// The bytes of a condition that is asked within others, at most: `zip`s of what came out of
/// `zip`s would double it with each of them.
const LONGEST: usize = 400;

/// The question that is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Has some branch not ended?
    Needed,
    /// Can some operator use an item now?
    Wanted,
    /// Does something that the program has pushed wait for an item?
    Awaited,
}

/// Returns whether an operator of the user's takes more, which it says itself.
pub fn asked(writer: &Writer<'_, '_, '_>, node: NodeId) -> Demand {
    if writer.graph().nodes[node].behaviour.memory != Memory::Asked {
        return Demand::Always;
    }
    let op = writer.lent_alone(node);
    let is_over = writer.private(quote!(op::pass_is_over));
    Demand::when(quote!(!#is_over(#op)))
}

/// Answers for one region, remembering what it has answered.
pub struct Demands<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    ask: Ask,
    outputs: Map<NodeId, Demand>,
    /// The answers to whether more may come out of a node, with and without what is held.
    coming: Map<(NodeId, bool), Demand>,
    /// The items that are held up to a node.
    held: Map<NodeId, Held>,
    /// The answers to whether something is needed, where another question is asked.
    needed: Option<Box<Self>>,
    /// The nodes that are giving something where the question is asked.
    giving: Set<NodeId>,
}

impl<'w, 'p, 'g, 's> Demands<'w, 'p, 'g, 's> {
    /// Asks one question about all of a flow.
    pub fn new(writer: &'w Writer<'p, 'g, 's>, ask: Ask) -> Self {
        Self {
            writer,
            ask,
            outputs: Map::new(),
            coming: Map::new(),
            held: Map::new(),
            needed: None,
            giving: Set::new(),
        }
    }

    /// The same question within a loop over what a node gives: it is lent to the loop, and
    /// more may come.
    pub fn giving(mut self, node: NodeId) -> Self {
        self.giving.insert(node);
        self
    }

    /// The names in the flow.
    pub fn writer(&self) -> &'w Writer<'p, 'g, 's> {
        self.writer
    }

    fn needed(&mut self) -> &mut Self {
        if self.ask == Ask::Needed {
            return self;
        }
        let needed = || Box::new(Self::new(self.writer, Ask::Needed));
        self.needed.get_or_insert_with(needed)
    }

    /// The demand for what a root gives.
    pub fn root(&mut self, root: Root) -> Demand {
        match root {
            Root::Source(node) | Root::Results(node) => self.output(node),
            Root::Crossing(crossing) => self.input(self.writer.plan.crossings[crossing].to),
        }
    }

    /// The demand for what comes out of a node, at either port.
    pub fn output(&mut self, node: NodeId) -> Demand {
        if let Some(known) = self.outputs.get(&node) {
            return known.clone();
        }
        let graph = self.writer.graph();
        let uses = graph.all_uses(node).into_iter();
        let demands: Vec<Demand> = uses.map(|to| self.use_of(to)).collect();
        let demand = match self.ask {
            Ask::Awaited if demands.is_empty() => Demand::Never,
            _ => Demand::any(demands),
        };
        self.outputs.insert(node, demand.clone());
        demand
    }

    /// The demand for what goes to one use of an output.
    pub fn use_of(&mut self, to: Use) -> Demand {
        let edge = &self.writer.graph().nodes[to.node].inputs[to.input];
        if edge.goes_round() {
            return Demand::Never;
        }
        if edge.returns {
            return self.returned(to);
        }
        let Some(crossing) = self.writer.plan.crossing(to) else {
            return self.input(to);
        };
        match self.needed().input(to) {
            Demand::While(_) => {
                let feed = self.writer.ring(crossing, "feed");
                Demand::when(quote!(#feed.is_wanted()))
            }
            demand => demand,
        }
    }

    /// The demand for what goes round through a cut: where sinks are reached on
    /// the way round before it is complete, it is theirs.
    fn returned(&self, to: Use) -> Demand {
        let plan = self.writer.plan;
        let from = self.writer.graph().nodes[to.node].inputs[to.input].from;
        let ends_before = (0..plan.region_of_output(from)).any(|region| {
            plan.rounds_through(region)
                .contains(&plan.round_of(to.node))
                && plan.has_ends(region)
        });
        match ends_before {
            true => Demand::Always,
            false => Demand::Never,
        }
    }

    fn input(&mut self, to: Use) -> Demand {
        let node = &self.writer.graph().nodes[to.node];
        let local = self.writer.local(to.node);
        let behind = |demands: &mut Self| demands.output(to.node);
        let awaited = self.ask == Ask::Awaited;
        match node.operator.form {
            _ if awaited && (node.is_cut() || node.operator.is_sink()) => Demand::Never,
            _ if awaited && node.behaviour.is_latest() => Demand::Never,
            _ if awaited && node.behaviour.inputs().is_some() => self.awaits(to),
            // What is dropped is nobody's.
            _ if node.is_dropped() => Demand::Never,
            _ if self.writer.plan.keeps(to.node) && self.ask == Ask::Wanted => {
                let rest = self.writer.rest_of(to.node);
                let empty = Demand::when(quote!(#rest.is_empty()));
                asked(self.writer, to.node).and(empty).and(behind(self))
            }
            _ if node.is_cut() && self.writer.plan.may_take_no_more(to.node) => {
                let feed = self.writer.feed(to.node);
                Demand::when(quote!(#feed.is_wanted()))
            }
            _ if node.is_cut() => match self.needed().output(to.node) {
                Demand::While(_) => {
                    let feed = self.writer.feed(to.node);
                    Demand::when(quote!(#feed.is_wanted()))
                }
                demand => demand,
            },
            // The source of one that it does for itself has no more.
            Form::Gate if self.writer.adapted(to.node).is_none() => {
                Demand::when(quote!(!#local.is_over())).and(behind(self))
            }
            Form::SinkGate | Form::SinkSend => Demand::when(quote!(!#local.is_over())),
            Form::Lanes if node.behaviour.is_latest() => {
                let mut demand = self.latest_gives(to.node).and(behind(self));
                let waits = self.writer.plan.closer(to.node) == Closer::Node(to.node)
                    && !self.writer.plan.holds_up(to);
                if self.ask == Ask::Wanted && waits {
                    demand = self.fan_in_wants(to).and(demand);
                }
                demand
            }
            _ if node.behaviour.inputs().is_some() => {
                let mut demand = behind(self);
                if node.behaviour.pairs() && !self.writer.plan.is_lockstep(to.node) {
                    demand = self.pairs_come(to).and(demand);
                }
                if self.writer.plan.closer(to.node) == Closer::Node(to.node) {
                    let open = self.writer.held(&self.writer.open(to.node));
                    demand = Demand::when(quote!(#open)).and(demand);
                    if self.ask == Ask::Wanted && !self.writer.plan.holds_up(to) {
                        demand = self.fan_in_wants(to).and(demand);
                    }
                }
                demand
            }
            Form::Outlet | Form::Side if self.writer.leaves_worker() => {
                let (wanted, out) = (
                    self.writer.private(quote!(flow::is_wanted)),
                    self.writer.outbox(),
                );
                Demand::when(quote!(#wanted(#out)))
            }
            _ if node.operator.is_sink() => Demand::Always,
            _ => asked(self.writer, to.node).and(behind(self)),
        }
    }

    fn fan_in_wants(&self, to: Use) -> Demand {
        let local = self.writer.local(to.node);
        let inputs = self.writer.graph().nodes[to.node].inputs.len();
        match self.writer.graph().nodes[to.node].operator.form {
            // An item that could never be paired is not asked for.
            Form::Zip => {
                let queue = self.writer.slot(to.node, to.input);
                let pairs = (0..inputs).filter(|other| *other != to.input).map(|other| {
                    let queue = self.writer.slot(to.node, other);
                    if self.writer.plan.waits_for(to, other) {
                        return quote!(!#queue.is_empty());
                    }
                    let open = self.open(to.node, other);
                    quote!((#open || !#queue.is_empty()))
                });
                Demand::when(quote!(#queue.is_empty() #(&& #pairs)*))
            }
            Form::Lanes => {
                let lane = Index::from(to.input);
                Demand::when(quote!(#local.lanes.#lane.wants()))
            }
            _ => Demand::Always,
        }
    }

    /// Returns whether what was pushed into other inputs of a fan-in waits for this one;
    /// where nothing is pushed into it, whether something behind it waits.
    fn awaits(&mut self, to: Use) -> Demand {
        let plan = self.writer.plan;
        let behind = self.output(to.node);
        if plan.closer(to.node) != Closer::Node(to.node) {
            return behind;
        }
        let open = self.writer.held(&self.writer.open(to.node));
        let inputs = 0..self.writer.graph().nodes[to.node].inputs.len();
        let pushed: Vec<usize> = inputs
            .filter(|input| {
                *input != to.input
                    && plan.is_pushed(Use {
                        input: *input,
                        ..to
                    })
            })
            .collect();
        let demand = if pushed.is_empty() {
            behind
        } else {
            Demand::Always
        };
        let empty = match self.fan_in_wants(to) {
            Demand::While(wants) => quote!(#open && #wants),
            Demand::Always | Demand::Never => quote!(#open),
        };
        let lanes = self.writer.graph().nodes[to.node].behaviour.has_lanes();
        let waits = pushed.iter().filter(|_| !lanes).map(|input| {
            let queue = self.writer.slot(to.node, *input);
            quote!(&& !#queue.is_empty())
        });
        Demand::when(quote!(#empty #(#waits)*)).and(demand)
    }

    /// Returns whether `zip_latest` or `combine_latest` may still give something. Where
    /// sources end it knows; a branch may also end before the only source.
    fn latest_gives(&mut self, node: NodeId) -> Demand {
        let local = self.writer.local(node);
        let inputs = 0..self.writer.graph().nodes[node].inputs.len();
        let more: Vec<Demand> = inputs
            .map(|input| self.may_come(Use { node, input }))
            .collect();
        if more.iter().all(|more| more.condition().is_none()) {
            return match self.writer.plan.closer(node) == Closer::Node(node) {
                true => Demand::when(quote!(!#local.is_over())),
                false => Demand::Always,
            };
        }
        let (shared, more) = Demand::shared(more);
        Demand::when(match shared {
            None => quote!(#local.may_give(&[#(#more),*])),
            Some(shared) => {
                let all = self.writer.flag("all");
                quote!({ let #all = #shared; #local.may_give(&[#(#all && #more),*]) })
            }
        })
    }

    /// Returns whether more may come through a branch. What is held leaves at the end
    /// of input only.
    pub fn may_come(&mut self, to: Use) -> Demand {
        self.comes(to, true)
    }

    /// As [`may_come`](Self::may_come); `held`: also what is held by now, and leaves at the end of
    /// input.
    fn comes(&mut self, to: Use, held: bool) -> Demand {
        let nodes = &self.writer.graph().nodes;
        let node = nodes[to.node].inputs[to.input].from;
        if self.writer.plan.crossing(to).is_some() || nodes[node].is_cut() {
            return Demand::Always;
        }
        if let Some(known) = self.coming.get(&(node, held)) {
            return known.clone();
        }
        let demand = self.may_come_out(node, held);
        self.coming.insert((node, held), demand.clone());
        demand
    }

    fn may_come_out(&mut self, node: NodeId, held: bool) -> Demand {
        let (writer, plan) = (self.writer, self.writer.plan);
        let nodes = &writer.graph().nodes;
        let inputs = 0..nodes[node].inputs.len();
        if inputs.is_empty() {
            return Demand::Always;
        }
        let giving = self.giving.contains(&node);
        let mut into = |input| self.comes(Use { node, input }, held);
        match nodes[node].operator.form {
            Form::Lanes if nodes[node].behaviour.is_latest() => self.latest_gives(node),
            Form::Lanes
                if nodes[node].behaviour.inputs() == Some(Inputs::Keys)
                    && plan.closer(node) != Closer::Node(node) =>
            {
                let mut all = inputs.map(into);
                match all.all(|more| more.condition().is_some()) {
                    // It closes those that have ended.
                    true => {
                        let local = writer.local(node);
                        Demand::when(quote!(!#local.is_over()))
                    }
                    false => Demand::Always,
                }
            }
            Form::Hold | Form::HoldMany | Form::Keyed
                if !held && !giving && pairs::is_counted(plan, node) =>
            {
                into(0)
            }
            Form::Via if !held && !giving && !plan.keeps(node) => asked(writer, node).and(into(0)),
            Form::Via if !plan.keeps(node) && !giving => {
                let op = writer.lent_alone(node);
                let may_give = writer.private(quote!(op::pass_may_give));
                Demand::when(quote!(#may_give(#op)))
            }
            Form::Hold | Form::HoldMany | Form::Keyed | Form::Via | Form::Lanes => Demand::Always,
            Form::Union if plan.is_cycle_head(node) => Demand::Always,
            // Its own flag says so.
            Form::Zip if plan.closer(node) == Closer::Node(node) => Demand::Always,
            Form::Zip if !plan.is_lockstep(node) => self.pairs_of(node, None).within(LONGEST),
            Form::Gate if writer.adapted(node).is_none() => {
                let local = writer.local(node);
                Demand::when(quote!(!#local.is_over())).and(into(0))
            }
            Form::Union => Demand::any(inputs.map(into).collect()),
            _ if plan.keeps(node) => match into(0).condition() {
                None => Demand::Always,
                Some(more) => {
                    let rest = writer.rest_of(node);
                    Demand::when(quote!((#more || !#rest.is_empty())))
                }
            },
            _ => into(0),
        }
    }
}
