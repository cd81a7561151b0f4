//! The end of input: what is held leaves, in the order of the graph.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Index;

use super::{
    demand::{Ask, Demand, Demands},
    gates::Gates,
    keyed,
    names::{Bodies, Writer},
    rests, round, step, tokens as acked,
};
use crate::{
    graph::NodeId,
    lower::Shared,
    plan::{Closer, Plan},
    sorted::Map,
    table::{AtEnd, Memory},
};

/// Writes what happens when `closer` has ended: what is held behind it leaves, in the order of
/// the graph, and the lanes it fills are closed.
pub fn close(writer: &Writer<'_, '_, '_>, region: usize, closer: Closer) -> TokenStream {
    let (before, parts) = closed(writer, region, closer);
    quote!(#before #(#parts)*)
}

/// As [`close`], of a flow that is pulled: what is done at once, part by part. No more leaves in
/// one than an item.
pub fn parts(writer: &Writer<'_, '_, '_>, region: usize) -> Vec<TokenStream> {
    let (_, parts) = closed(writer, region, Closer::Root(0));
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

/// The stashes, and the end of each operator behind `closer`.
fn closed(
    writer: &Writer<'_, '_, '_>,
    region: usize,
    closer: Closer,
) -> (TokenStream, Vec<TokenStream>) {
    let plan = writer.plan;
    let due: Map<usize, &[usize]> = plan.ended(region, closer).collect();
    let mut closing = Closing {
        writer,
        shared: Shared::new(writer),
        gates: Gates::new(plan, region, due.keys()),
    };
    let mut parts = Vec::new();
    if let Closer::Root(index) = closer {
        parts.push(acked::abandoned(writer, plan.regions[region].roots[index]));
    }
    let ended = behind_rounds(plan, due).into_iter();
    parts.extend(ended.map(|(rank, inputs)| closing.node(plan.order[rank], closer, inputs)));
    let stashes = closing.shared.fed.iter().map(|node| {
        let (stash, at) = (writer.stash(*node), writer.place(*node));
        let new = writer.private_at(at, "op::stash");
        quote_spanned!(at=> let mut #stash = #new();)
    });
    (stashes.collect(), parts)
}

/// The ends of nodes, in order, those behind a way round that is written after them behind all
/// that lies on it: what is held there comes to them.
fn behind_rounds<'i>(
    plan: &Plan<'_, '_>,
    due: Map<usize, &'i [usize]>,
) -> Vec<(usize, &'i [usize])> {
    let node = |rank: usize| plan.order[rank];
    let on_rounds = due
        .keys()
        .copied()
        .filter(|rank| !plan.round(node(*rank)).is_empty());
    let below: Map<usize, Vec<bool>> = on_rounds
        .map(|rank| (rank, plan.graph.reached(vec![node(rank)])))
        .collect();
    if below.is_empty() {
        return due.into_iter().collect();
    }
    let leads = |from: usize, to: usize| below.get(&from).is_some_and(|below| below[node(to)]);
    let waits = |rank: usize, other: usize| leads(other, rank) && !leads(rank, other);
    let (mut left, mut order): (Vec<_>, Vec<_>) = (due.into_iter().collect(), Vec::new());
    while !left.is_empty() {
        let is_next = |(rank, _): &(usize, _)| !left.iter().any(|(other, _)| waits(*rank, *other));
        // There is one, for what goes round together waits for nothing of its own.
        let next = left.iter().position(is_next).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// Gives what the operators of a region hold that are asked for it: a way round has come to
/// rest.
pub fn flush_rounds(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let plan = writer.plan;
    let (more, moved) = (writer.flag("more"), writer.flag("moved"));
    let mut tokens = TokenStream::new();
    for head in plan.rounds_through(region) {
        let round = writer.round(head);
        let holders = plan.flushed(head).into_iter().enumerate();
        let here = holders.filter(|(_, node)| plan.flushes_in(*node, region));
        let arms: Vec<TokenStream> = here
            .map(|(place, node)| {
                let flush = flush(writer, node, &more);
                quote! {
                    ::core::option::Option::Some(#place) => {
                        #moved = true;
                        let mut #more = false;
                        #flush
                        #round.flushed(#more);
                    }
                }
            })
            .collect();
        if !arms.is_empty() {
            let asked = quote!(match #round.asked() { #(#arms)* _ => {} });
            tokens.extend(round::step(writer, region, asked));
        }
    }
    tokens
}

/// Writes how the items that a node holds leave; `more` becomes true if there were any.
fn flush(writer: &Writer<'_, '_, '_>, node: NodeId, more: &Ident) -> TokenStream {
    let mut closing = Closing {
        writer,
        shared: Shared::new(writer),
        gates: Gates::none(writer.plan),
    };
    closing.flush(node, Some(more))
}

/// Returns whether anything happens when `closer` has ended.
pub fn is_due(writer: &Writer<'_, '_, '_>, region: usize, closer: Closer) -> bool {
    let plan = writer.plan;
    let mut nodes = plan.ended(region, closer);
    nodes.any(|(rank, _)| plan.ends(plan.order[rank]))
}

/// The nodes that hold and lie on a way round with a node, in order, of those that leave when
/// `closer` has ended.
fn round_of(plan: &Plan<'_, '_>, node: NodeId, closer: Closer) -> Vec<NodeId> {
    let region = plan.region_of_output(node);
    plan.round(node)
        .into_iter()
        .filter(|other| holds(plan, *other))
        .filter(|other| plan.region_of_output(*other) == region)
        .filter(|other| plan.closer_of_input(*other, 0) == closer)
        .collect()
}

/// The windows that lie on the way round of these nodes, in their region.
fn windows_of(plan: &Plan<'_, '_>, round: &[NodeId]) -> Vec<NodeId> {
    let Some(first) = round.first() else {
        return Vec::new();
    };
    let region = plan.region_of_output(*first);
    plan.round(*first)
        .into_iter()
        .filter(|node| plan.graph.nodes[*node].behaviour.memory == Memory::Window)
        .filter(|node| plan.region_of_output(*node) == region)
        .collect()
}

/// Returns whether a node may hold items until the end of input.
fn holds(plan: &Plan<'_, '_>, node: NodeId) -> bool {
    plan.graph.nodes[node].behaviour.flushes()
}

struct Closing<'w, 'p, 'g, 's> {
    writer: &'w Writer<'p, 'g, 's>,
    shared: Shared<'w, 'p, 'g, 's>,
    gates: Gates<'w, 'g, 's>,
}

impl Closing<'_, '_, '_, '_> {
    /// The end of some inputs of a node.
    fn node(&mut self, node: NodeId, closer: Closer, inputs: &[usize]) -> TokenStream {
        let (writer, plan) = (self.writer, self.writer.plan);
        let (op, at) = (writer.local(node), writer.place(node));
        let each = &plan.graph.nodes[node];
        match each.behaviour.at_end {
            _ if each.is_cut() => TokenStream::new(),
            AtEnd::Settles => {
                let lanes = inputs.iter().map(|input| Index::from(*input));
                let give = match plan.gives_at_end_of_turn(node) {
                    true => TokenStream::new(),
                    false => self.stage(node),
                };
                let ended = acked::ended(writer, node);
                quote_spanned!(at=> #(#op.lanes.#lanes.close();)* #give #ended)
            }
            AtEnd::Leaves
                if plan.keeps(node) && plan.graph.nodes[node].behaviour.memory == Memory::Asked =>
            {
                let (op, rest) = (writer.held(&op), writer.rest_of(node));
                let kept = quote_spanned!(at=> #rest.put(&mut #op, ::core::option::Option::None));
                rests::keep(writer, node, &kept)
            }
            AtEnd::Leaves => {
                let round = round_of(plan, node, closer);
                match round.first() {
                    None => self.flush(node, None),
                    Some(first) if *first == node => self.flush_round(&round),
                    Some(_) => TokenStream::new(),
                }
            }
            AtEnd::Finishes => quote_spanned!(at=> #op.finish();),
            AtEnd::Nothing if each.behaviour.memory == Memory::Window => {
                match round_of(plan, node, closer).is_empty() {
                    true => acked::ended(writer, node),
                    // What leaves on the way round comes here again.
                    false => TokenStream::new(),
                }
            }
            _ => TokenStream::new(),
        }
    }

    /// A fan-in gives what it can.
    fn stage(&mut self, node: NodeId) -> TokenStream {
        let gate = self.gates.of(node, &self.shared.fed);
        self.shared.waits = gate.into_iter().collect();
        step::stage(self.writer, node, &mut self.shared)
    }

    /// Writes how the items that a node holds leave.
    fn flush(&mut self, node: NodeId, more: Option<&Ident>) -> TokenStream {
        let writer = self.writer;
        let (op, at, x) = (writer.local(node), writer.place(node), writer.x());
        let each = &writer.graph().nodes[node];
        // What waits here already is followed by what leaves now.
        let here = self.shared.fed.contains(&node).then_some(node);
        let gate = self.gates.of(node, &self.shared.fed);
        self.shared.waits = gate.into_iter().chain(here).collect();
        let (bodies, after) = step::flush(writer, node, &mut self.shared);
        let more = more.map(|more| quote_spanned!(at=> #more = true;));
        let body = &bodies.items;
        let memory = each.behaviour.memory;
        let several = each.behaviour.gives_several() || memory == Memory::Batches;
        if memory == Memory::Chains {
            let gives = |body: TokenStream| quote!(#more #body);
            let bodies = Bodies {
                items: gives(bodies.items),
                sides: bodies.sides.into_iter().map(gives).collect(),
            };
            let end = keyed::end_of_keys(writer, node, bodies);
            quote_spanned!(at=> #end #after)
        } else if memory == Memory::Asked {
            let pass = writer.private_at(at, "op::Pass");
            let rest = quote_spanned! {at=> {
                #[allow(unused_imports)]
                use #pass as _;
                #op.pass_end()
            }};
            // It may give without end, of the last item as well.
            let demands = Demands::new(writer, Ask::Needed);
            let ended = demands.giving(node).output(node).condition();
            let ended = ended.map(|needed| quote_spanned!(at=> if !(#needed) { break; }));
            let begun = Demands::new(writer, Ask::Needed).output(node).condition();
            let begun = begun.map(|needed| quote_spanned!(at=> if #needed));
            quote_spanned!(at=> #begun { for #x in #rest { #more #body #ended } } #after)
        } else if several {
            let rest = acked::finish(writer, node);
            quote_spanned!(at=> for #x in #rest { #more #body } #after)
        } else {
            let rest = acked::finish(writer, node);
            quote_spanned! {at=>
                if let ::core::option::Option::Some(#x) = #rest { #more #body } #after
            }
        }
    }

    /// Flushes the nodes of a cycle until nothing comes back. The windows there have seen all
    /// then.
    fn flush_round(&mut self, round: &[NodeId]) -> TokenStream {
        let more = self.writer.flag("more");
        let flushes: TokenStream = round
            .iter()
            .map(|node| self.flush(*node, Some(&more)))
            .collect();
        let demands = round
            .iter()
            .map(|node| Demands::new(self.writer, Ask::Needed).output(*node));
        let needed = Demand::any(demands.collect());
        let ended = needed.condition().map(|needed| quote!(|| !(#needed)));
        let windows: TokenStream = windows_of(self.writer.plan, round)
            .into_iter()
            .map(|node| acked::ended(self.writer, node))
            .collect();
        quote! {
            loop {
                let mut #more = false;
                #flushes
                if !#more #ended { break; }
            }
            #windows
        }
    }
}
