//! Pairs: what is held on the way to a `zip` when nothing more comes to who holds it. It leaves at
//! the end of input, and no more of another input is wanted than can be paired with it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Demand, Demands};
use crate::{
    graph::{NodeId, Use},
    names::{Local, flag},
    plan::Plan,
    table::Form,
};

/// The number of operators that are asked for what they hold, at most: what parts and meets again
/// and again would double it each time.
const MOST: usize = 16;

/// The number of items that may leave at the end of input.
#[derive(Clone)]
pub enum Held {
    /// No more than these together.
    Sum(Vec<TokenStream>),
    /// Any number.
    Unknown,
}

impl Held {
    const NOTHING: Self = Self::Sum(Vec::new());

    fn is_nothing(&self) -> bool {
        matches!(self, Self::Sum(counts) if counts.is_empty())
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Sum(mut counts), Self::Sum(others)) if counts.len() + others.len() <= MOST => {
                counts.extend(others);
                Self::Sum(counts)
            }
            _ => Self::Unknown,
        }
    }

    /// Writes that it is more than so many, where it may be; behind other conditions.
    pub fn exceeds(&self, taken: Option<TokenStream>) -> Option<TokenStream> {
        let Self::Sum(counts) = self else { return None };
        let (first, others) = counts.split_first()?;
        let taken = taken.unwrap_or_else(|| quote!(0));
        Some(quote!(|| #first #(.saturating_add(#others))* > #taken))
    }
}

/// Returns whether it is known of an operator how many items it holds at most.
pub fn is_counted(plan: &Plan<'_, '_>, node: NodeId) -> bool {
    let behaviour = &plan.graph.nodes[node].behaviour;
    match plan.inner.get(&node) {
        Some(inner) => !(inner.graph.nodes.iter()).any(|within| within.behaviour.flushes()),
        None => behaviour.flushes() && !plan.keeps(node),
    }
}

impl Demands<'_, '_, '_, '_> {
    /// Returns whether what comes into an input of a `zip` may still be paired, where a
    /// branch to another input may have ended before its source.
    pub(super) fn pairs_come(&mut self, to: Use) -> Demand {
        self.pairs_of(to.node, Some(to.input))
    }

    /// Returns whether each input of a `zip` has an item or may still get one, without what
    /// ends with its source; `beside`: one of them is not asked.
    pub(super) fn pairs_of(&mut self, node: NodeId, beside: Option<usize>) -> Demand {
        let inputs = 0..self.writer.graph().nodes[node].inputs.len();
        let others = inputs.filter(|other| Some(*other) != beside);
        others.fold(Demand::Always, |demand, input| {
            let to = Use { node, input };
            let more = self.comes(to, false).condition();
            let more = more.map(|more| (more, self.held_before(to)));
            let pairs = match more {
                None | Some((_, Held::Unknown)) => Demand::Always,
                Some((more, held)) => {
                    let queue = self.writer.slot(node, input);
                    let taken = beside.map(|beside| self.writer.slot(node, beside));
                    let held = held.exceeds(taken.map(|taken| quote!(#taken.len())));
                    Demand::when(quote!((#more || !#queue.is_empty() #held)))
                }
            };
            pairs.and(demand)
        })
    }

    /// The items that are held on the way to an input, where nothing more comes to who holds them.
    fn held_before(&mut self, to: Use) -> Held {
        let nodes = &self.writer.graph().nodes;
        let node = nodes[to.node].inputs[to.input].from;
        let each = &nodes[node];
        if self.writer.plan.crossing(to).is_some() || each.is_cut() || each.inputs.is_empty() {
            return Held::NOTHING;
        }
        // While it gives something, nothing is asked of it.
        if self.giving.contains(&node) {
            return Held::Unknown;
        }
        if let Some(known) = self.held.get(&node) {
            return known.clone();
        }
        let held = self.held_up_to(node);
        self.held.insert(node, held.clone());
        held
    }

    /// The items that a node holds, or what is before it.
    fn held_up_to(&mut self, node: NodeId) -> Held {
        let (writer, plan) = (self.writer, self.writer.plan);
        let each = &writer.graph().nodes[node];
        let mut before = |input| self.held_before(Use { node, input });
        let (op, behaviour) = (writer.local(node), &each.behaviour);
        match each.operator.form {
            _ if plan.is_cycle_head(node) || behaviour.inputs().is_some() => Held::NOTHING,
            Form::Union => {
                let inputs = (0..each.inputs.len()).map(before);
                inputs.fold(Held::NOTHING, Held::and)
            }
            // One item completes one batch at most.
            Form::Hold => before(0).and(Held::Sum(vec![quote!(#op.held())])),
            form => {
                let before = before(0);
                let several = behaviour.gives_several() || plan.keeps(node);
                match (before.is_nothing(), form) {
                    (true, Form::HoldMany) => Held::Sum(vec![quote!(#op.held())]),
                    (true, Form::Via) => {
                        let op = writer.lent_alone(node);
                        let held = writer.private(quote!(op::pass_held));
                        Held::Sum(vec![quote!(#held(#op))])
                    }
                    (false, _) if several => Held::Unknown,
                    _ => before,
                }
            }
        }
    }

    /// Returns whether more may come into an input of a fan-in.
    pub(super) fn open(&self, node: NodeId, input: usize) -> Local {
        let plan = self.writer.plan;
        let closer = plan.closer_of_input(node, input);
        let flag = flag(self.writer, plan.region_of_output(node), closer);
        self.writer.held(&flag)
    }
}
