//! The state of a flow between two items: the locals of its set-up.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{functions::makes, names::Writer, observe, tokens};
use crate::{
    graph::{NodeId, Use},
    plan::{Hand, Level},
    table::{Question, Role},
};

/// The locals of a flow's set-up, in order, but for witnesses.
pub fn kept(writer: &Writer<'_, '_, '_>) -> Vec<Ident> {
    writer
        .plan
        .order
        .iter()
        .flat_map(|&node| of_node(writer, node))
        .chain(tokens::kept(writer))
        .chain(observe::kept(writer))
        .collect()
}

/// Takes what operators keep out of what the closure of a flow has captured: `let (mut a, mut b)
/// = (a, b);`. There all of it is one value, and lies in memory as soon as one part has to, a
/// `Vec` that grows; as locals the others stay in registers.
pub fn apart(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (plan, graph) = (writer.plan, writer.graph());
    // A source alone is moved into the loop over it.
    let pulled = writer.observes() || plan.regions.iter().any(|region| region.roots.len() > 1);
    let keeps = |id: &NodeId| match graph.nodes[*id].behaviour.role {
        Role::Source => pulled,
        Role::Split => false,
        _ if plan.keeps(*id) => true,
        _ => graph.nodes[*id].operator.keeps(),
    };
    let keeping = plan.order.iter().filter(|id| keeps(id));
    let kept: Vec<Ident> = keeping.flat_map(|id| of_node(writer, *id)).collect();
    if kept.len() < 2 {
        return TokenStream::new();
    }
    quote!(let (#(mut #kept),*) = (#(#kept),*);)
}

fn of_node(writer: &Writer<'_, '_, '_>, id: NodeId) -> Vec<Ident> {
    let graph = writer.graph();
    let node = &graph.nodes[id];
    let mut kept = Vec::new();
    let is_union = node.behaviour.is_union();
    if is_union {
        kept.extend(writer.has_queue(id).then(|| writer.queue(id)));
    } else if node.behaviour.pairs() {
        if !writer.plan.is_lockstep(id) {
            kept.extend((0..node.inputs.len()).map(|input| writer.slot(id, input)));
        }
    } else if node.operator.is_called() && writer.adapted(id).is_none() {
        kept.push(writer.local(id));
    }
    if node.watches_keys() {
        kept.push(writer.keys(id));
    }
    if writer.plan.keeps(id) && writer.plan.level(id) != Some(Level::Queue) {
        kept.push(writer.rest_of(id));
        kept.extend((writer.plan.counted_at(id) == Some(id)).then(|| writer.left_of(id)));
    }
    if node.runs_jobs() {
        kept.push(writer.limit(id));
    }
    if makes(node) {
        kept.push(writer.attempts(id));
    }
    let joins = (0..node.inputs.len()).filter(|input| is_union && node.joins(*input));
    kept.extend(joins.map(|input| writer.join(Use { node: id, input })));
    if node.may_be_fatal() {
        kept.push(writer.fatal(id));
    }
    let raises = matches!(node.operator.question, Question::Items | Question::Function);
    if raises && node.raises().is_some() {
        kept.push(writer.raise(id));
    }
    for port in node.ports() {
        let mut uses = graph.uses(id, port).iter();
        let clones = writer.clones_for_branches(id, port);
        if clones || uses.any(|to| writer.plan.hand(*to) == Hand::Lend(id, port)) {
            kept.push(writer.cloner(id, port));
        }
    }
    kept
}
