//! The ledger of a flow that acknowledges, and what keeps the tokens of what is held:
//! what of them is in the set-up, between regions and at the end. In steps they are
//! written by a pass.
//!
//! Where no source acknowledges, every function here gives what it was given.

mod sinks;

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Index;

pub use self::sinks::{is_synced, written};
use super::demand::{Ask, Demands};
use crate::names::Writer;
use crate::{
    graph::{NodeId, Use},
    plan::Root,
    sorted::Set,
    table::{Inputs, Memory},
};

/// Says what keeps the tokens of what an operator holds.
pub enum Keeper {
    /// The operator does, each with its item.
    Within,
    /// One beside it: nobody can tell what leaves from what stays.
    Kept,
    /// The inputs of a fan-in.
    Inputs(usize),
}

impl Writer<'_, '_, '_> {
    /// Returns whether tokens travel here at all.
    pub fn acknowledges(&self) -> bool {
        self.plan.carries || !self.plan.acknowledging.is_empty()
    }

    /// Returns whether what flows into a node has a token of its own.
    pub fn is_acked(&self, node: NodeId) -> bool {
        self.plan.acked[node]
    }

    pub fn ledger(&self) -> Ident {
        self.flag("ledger")
    }

    pub fn token(&self) -> Ident {
        self.flag("token")
    }

    pub fn keeper(&self, id: NodeId) -> Option<Keeper> {
        let node = &self.graph().nodes[id];
        if !self.is_acked(id) || node.is_cut() {
            return None;
        }
        match node.behaviour.memory {
            Memory::None | Memory::Chains | Memory::File => None,
            Memory::Together | Memory::Batches | Memory::Window | Memory::Items => {
                Some(Keeper::Within)
            }
            Memory::Asked => Some(Keeper::Kept),
            Memory::Inputs(Inputs::Pairs) if self.plan.is_lockstep(id) => None,
            Memory::Inputs(_) => Some(Keeper::Inputs(node.inputs.len())),
        }
    }

    /// The way to a source in the ledger.
    pub fn path(&self, source: NodeId) -> (u32, TokenStream) {
        let all = self.plan.acknowledging.iter();
        let place = all.take_while(|each| **each != source).count();
        let rest = std::iter::repeat_n(Index::from(1), place);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        (place, quote!(|all| &mut all #(.#rest)* .0))
    }
}

/// The ledger and what keeps tokens: the set-up of a flow that acknowledges.
/// `lent`: the program works on what left the flow until it comes back.
pub fn setup(writer: &Writer<'_, '_, '_>, lent: bool) -> TokenStream {
    if !writer.acknowledges() {
        return TokenStream::new();
    }
    let sources = writer.plan.acknowledging.iter().rev();
    let sinks = writer.plan.order.iter();
    let sinks = sinks.filter(|node| is_synced(writer, **node));
    let sinks: Vec<Ident> = sinks.map(|node| writer.local(*node)).collect();
    let sources = sources.fold(quote!(()), |rest, source| {
        let source = writer.acks(*source);
        quote!((#source #(.behind(&#sinks))*, #rest))
    });
    let (ledger, new) = (writer.ledger(), writer.private(quote!(checkpoint::ledger)));
    let lent = lent.then(|| quote!(.lending()));
    let keepers = keepers(writer);
    quote!(let #ledger = #new(#sources) #lent; #keepers)
}

/// The ledger of a chain that runs apart, and what keeps the tokens of what is held.
pub fn within(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let ledger = writer.plan.apart.then(|| {
        let (ledger, new) = (writer.ledger(), writer.private(quote!(checkpoint::deputy)));
        quote!(let #ledger = #new();)
    });
    let keepers = keepers(writer);
    quote!(#ledger #keepers)
}

/// The ledger of a chain that is lent what it remembers.
pub fn lent(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.plan.apart {
        return TokenStream::new();
    }
    let ledger = writer.ledger();
    quote!(let #ledger = &*#ledger;)
}

/// Returns whether the constructor of an operator is told of what mark its items are.
fn is_told(writer: &Writer<'_, '_, '_>, node: NodeId) -> bool {
    writer.graph().nodes[node].behaviour.memory == Memory::Items
}

/// Writes what keeps the tokens of what is held.
fn keepers(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for &node in &writer.plan.order {
        let new = match writer.keeper(node) {
            None => continue,
            // It was built so.
            Some(Keeper::Within) if is_told(writer, node) => continue,
            Some(Keeper::Within) => {
                let (op, marked) = (
                    writer.local(node),
                    writer.private(quote!(checkpoint::marked)),
                );
                tokens.extend(quote!(let mut #op = #marked(#op);));
                continue;
            }
            Some(Keeper::Kept) => quote!(Kept::new()),
            Some(Keeper::Inputs(inputs)) => quote!(Inputs::new(#inputs)),
        };
        let (keeper, new) = (
            writer.tokens(node),
            writer.private(quote!(checkpoint::#new)),
        );
        tokens.extend(quote!(let mut #keeper = #new;));
    }
    tokens
}

/// The locals of the set-up.
pub fn kept(writer: &Writer<'_, '_, '_>) -> Vec<Ident> {
    if !writer.acknowledges() {
        return Vec::new();
    }
    let nodes = writer.plan.order.iter();
    let beside = |node: &&NodeId| !matches!(writer.keeper(**node), None | Some(Keeper::Within));
    let held = nodes.filter(beside);
    let held = held.map(|node| writer.tokens(*node));
    // A chain uses the ledger of the flow around it, where it can reach it.
    let own = !writer.plan.carries || writer.plan.apart;
    let ledger = own.then(|| writer.ledger());
    ledger.into_iter().chain(held).collect()
}

/// The ledger, shared by all loops of a flow.
pub fn begin(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if !writer.acknowledges() {
        return TokenStream::new();
    }
    let ledger = writer.ledger();
    if writer.lent {
        quote!(let #ledger = &*#ledger; #ledger.turn();)
    } else {
        quote!(let #ledger = &#ledger;)
    }
}

/// Writes what a turn of a flow that is pulled gives: there may be more where the
/// program has to come back for what left.
pub fn turned(writer: &Writer<'_, '_, '_>, turn: TokenStream) -> TokenStream {
    if !writer.acknowledges() {
        return turn;
    }
    let ledger = writer.ledger();
    let more = writer.flag("more");
    quote!(let #more = { #turn }; #more || #ledger.is_lent())
}

/// Returns the number of a cut, or a ring, that may be left before it is empty, while other
/// branches go on: what is behind it may take no more.
pub fn left_early(writer: &Writer<'_, '_, '_>, root: Root) -> Option<usize> {
    let nodes = &writer.graph().nodes;
    let (from, number) = match root {
        Root::Source(_) => return None,
        Root::Results(node) if nodes[node].watches_keys() => return None,
        Root::Results(node) => (node, node),
        Root::Crossing(crossing) if writer.plan.returns(crossing) => return None,
        Root::Crossing(crossing) => {
            let from = writer.plan.crossings[crossing].from;
            (from, nodes.len() + crossing)
        }
    };
    let ends = || Demands::new(writer, Ask::Needed).root(root).condition();
    let left = writer.is_acked(from) && ends().is_some() && is_passed(writer, root);
    left.then_some(number)
}

/// Returns whether items go to their end beside a cut or a ring. Where all go through it, those
/// that are left there were pulled ahead for nobody: they come again.
fn is_passed(writer: &Writer<'_, '_, '_>, root: Root) -> bool {
    let graph = writer.graph();
    let is_way = |to: &Use| match root {
        Root::Source(node) | Root::Results(node) => to.node != node,
        Root::Crossing(crossing) => writer.plan.crossings[crossing].to != *to,
    };
    let origins = (0..graph.nodes.len()).filter(|id| graph.nodes[*id].inputs.is_empty());
    let mut next: Vec<NodeId> = origins.filter(|id| writer.is_acked(*id)).collect();
    let mut seen = Set::new();
    while let Some(node) = next.pop() {
        let uses = graph.all_uses(node);
        if uses.is_empty() {
            return true;
        }
        if seen.insert(node) {
            next.extend(uses.iter().filter(|to| is_way(to)).map(|to| to.node));
        }
    }
    false
}

/// Writes that a root has ended, or that nobody reads it any more: what is in its cut then is
/// done with, unless it was an error that has ended it.
pub fn abandoned(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
    let Some(cut) = left_early(writer, root) else {
        return TokenStream::new();
    };
    let (ledger, faults) = (writer.ledger(), writer.faults());
    match writer.cancels && writer.plan.fails {
        true => quote!(if !#faults.any() { #ledger.abandon(#cut); }),
        false => quote!(#ledger.abandon(#cut);),
    }
}

/// Writes the end of input of an operator that holds.
pub fn finish(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let (op, at) = (writer.local(node), writer.place(node));
    match writer.keeper(node) {
        Some(Keeper::Within) => {
            let ledger = writer.ledger();
            quote_spanned!(at=> #op.end(#ledger))
        }
        _ => quote_spanned!(at=> #op.finish()),
    }
}

/// The witness of what waits for a node.
pub fn witness(writer: &Writer<'_, '_, '_>, node: NodeId, item: &Ident) -> TokenStream {
    if !writer.is_acked(node) {
        return quote!(#item);
    }
    let with_token = writer.private(quote!(checkpoint::with_token));
    quote!(#with_token(#item))
}

/// Writes what stands in a cut, with the tokens of what it holds.
pub fn hold(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let hold = writer.local(node);
    if !writer.is_acked(node) {
        return quote!(#hold);
    }
    let ledger = writer.ledger();
    let each = &writer.graph().nodes[node];
    // It knows items and their tokens as one.
    if each.watches_keys() {
        return quote!(#hold);
    }
    let marked = match each.runs_apart() {
        true => writer.private(quote!(checkpoint::in_chains)),
        false => writer.private(quote!(checkpoint::marked_by)),
    };
    quote!(#marked(#hold, #ledger))
}

/// Writes what is done with at the end of input: what is in a window, and what is the
/// latest of an input where nothing can leave any more.
pub fn ended(writer: &Writer<'_, '_, '_>, node: NodeId) -> TokenStream {
    let (op, tokens, ledger) = (writer.local(node), writer.tokens(node), writer.ledger());
    match (
        writer.keeper(node),
        writer.graph().nodes[node].behaviour.inputs(),
    ) {
        (Some(Keeper::Within), _) => quote!(#op.end(#ledger);),
        // What waits for others that never came is lost, and comes again.
        (Some(Keeper::Inputs(_)), Some(Inputs::FirstWithLatest)) => {
            quote!(if #op.is_over() { #tokens.let_go(1, #ledger); })
        }
        (Some(Keeper::Inputs(_)), _) => {
            quote!(if #op.is_over() { #tokens.let_go(0, #ledger); })
        }
        _ => TokenStream::new(),
    }
}
