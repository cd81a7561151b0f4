//! The flow's graph, as a constant: what `.graph()` gives.
//!
//! ```text
//! Flow::new(…).with_graph(const { use …::graph; &graph::graph(const { &[graph::node(…), …] }, …) })
//! ```
//!
//! Nothing but `.graph()` reads it, so a flow whose graph is not asked for has
//! none in its binary.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::{Expr, ext::IdentExt};

use super::{RING, names::Writer};
use crate::{
    excerpt::{excerpt, location},
    graph::{Node, NodeId, Port, Use},
    plan::{Closer, Shape},
    syntax::{Chain, Special},
    table::{Bound, Inputs, Memory, Role},
    values::literal,
};

/// Writes what gives a flow its graph. One with several inlets has a method of its own.
pub fn attached(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if matches!(writer.plan.shape(), Shape::Open(inlets) if inlets.len() > 1) {
        return TokenStream::new();
    }
    let (imported, graph) = (imported(writer), graph(writer));
    quote!(.with_graph(const { #imported &#graph }))
}

/// The method of a flow with several inlets.
pub fn method(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let (imported, graph) = (imported(writer), graph(writer));
    let ty = writer.private(quote!(graph::Graph));
    quote! {
        /// Its operators and what flows between them, to be drawn.
        pub fn graph(&self) -> #ty {
            const { #imported #graph }
        }
    }
}

/// The names that a graph is written with: there are many, so each is short.
pub fn imported(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let graph = writer.private(quote!(graph));
    quote!(use #graph;)
}

/// The graph, where its names are [`imported`].
pub fn graph(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let graph = writer.graph();
    let mut nodes: Vec<_> = (0..graph.nodes.len()).map(|id| node(writer, id)).collect();
    let mut edges = Vec::new();
    for (from, node) in graph.nodes.iter().enumerate() {
        for port in node.ports() {
            for (order, &to) in graph.uses(from, port).iter().enumerate() {
                edges.push(edge(writer, from, port, order, to));
            }
        }
        let dropped = dropped(writer, from, nodes.len());
        if !dropped.is_empty() {
            nodes.push(drop_node(node.span));
            edges.extend(dropped);
        }
    }
    let [nodes, edges] = [nodes, edges].map(TokenStream::from_iter);
    quote!(graph::graph(const { &[#nodes] }, const { &[#edges] }))
}

/// The edges of a node to where its items are dropped on purpose: arms that are
/// `drop`. Behind `? else drop` is a node of the graph.
fn dropped(writer: &Writer<'_, '_, '_>, from: NodeId, to: usize) -> Vec<TokenStream> {
    let ports = dropped_arms(writer, from).into_iter().map(Port::Arm);
    let edges = ports.map(|port| written_edge(writer, from, port, 0, to, None, false));
    edges.collect()
}

/// The arms of a node that are `drop`.
pub fn dropped_arms(writer: &Writer<'_, '_, '_>, node: NodeId) -> Vec<usize> {
    let element = writer.graph().nodes[node].element;
    let Some(Special::Match(arms)) = element.and_then(|element| element.special.as_ref()) else {
        return Vec::new();
    };
    let arms = arms.iter().enumerate();
    let drops = arms.filter(|(_, arm)| arm.body.is_none());
    drops.map(|(arm, _)| arm).collect()
}

/// The place where items are dropped on purpose, and its comma.
fn drop_node(at: Span) -> TokenStream {
    let location = location(at);
    quote!(graph::node(::core::option::Option::None, "drop", graph::NodeKind::Sink, "", #location),)
}

fn node(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let node = &writer.graph().nodes[id];
    let name = match node.chain {
        Some(chain) => {
            let name = chain.unraw().to_string();
            quote!(::core::option::Option::Some(#name))
        }
        None => quote!(::core::option::Option::None),
    };
    let operator = match node.element.and_then(|element| element.special.as_ref()) {
        Some(Special::Inlet(given)) => format!("<{}>", excerpt(given)),
        _ => node.operator.name.to_string(),
    };
    let kind = Ident::new(kind(writer, id), Span::call_site());
    let detail = detail(writer, id);
    let location = location(node.span);
    quote!(graph::node(#name, #operator, graph::NodeKind::#kind, #detail, #location),)
}

fn kind(writer: &Writer<'_, '_, '_>, id: NodeId) -> &'static str {
    let node = &writer.graph().nodes[id];
    let asked = writer.graph().result.as_deref().unwrap_or_default();
    match node.behaviour.role {
        Role::Inlet => "Inlet",
        Role::Split => "Match",
        Role::Outlet => "Value",
        _ if asked.contains(&id) => "Value",
        Role::Source => "Source",
        Role::FanIn => "FanIn",
        Role::Sink | Role::Side => "Sink",
        Role::Stage if node.is_cut() => "Cut",
        Role::Stage => "Operator",
    }
}

/// Returns what the user wrote behind the operator's word.
fn detail(writer: &Writer<'_, '_, '_>, id: NodeId) -> String {
    let Some(element) = writer.graph().nodes[id].element else {
        return String::new();
    };
    let mut parts = Vec::new();
    if let Some(turbofish) = &element.turbofish {
        parts.push(excerpt(&turbofish.args));
    }
    if let Some(arguments) = &element.arguments {
        parts.extend(arguments.values.iter().map(excerpt));
        parts.extend(arguments.inputs.iter().map(words));
        let options = arguments.options.iter();
        parts.extend(options.map(|(name, value)| format!("{name} = {}", excerpt(value))));
    }
    let detail = parts.join(", ");
    match &element.special {
        Some(Special::Inner(inner)) => format!("{detail} {{ {} }}", words(&inner.chain)),
        _ => detail,
    }
}

/// An input of a fan-in, by its words alone.
fn words(chain: &Chain) -> String {
    let words = chain
        .elements
        .iter()
        .map(|element| element.word.to_string());
    words.collect::<Vec<_>>().join(" -> ")
}

fn edge(
    writer: &Writer<'_, '_, '_>,
    from: NodeId,
    port: Port,
    order: usize,
    to: Use,
) -> TokenStream {
    let bound = bound(writer, from, to);
    let back = writer.graph().nodes[to.node].inputs[to.input].back;
    written_edge(writer, from, port, order, to.node, bound, back)
}

fn written_edge(
    writer: &Writer<'_, '_, '_>,
    from: NodeId,
    port: Port,
    order: usize,
    to: usize,
    bound: Option<TokenStream>,
    back: bool,
) -> TokenStream {
    let (from_at, to) = (
        Literal::usize_unsuffixed(from),
        Literal::usize_unsuffixed(to),
    );
    let word = match port {
        Port::Items if order == 0 && bound.is_none() && !back => {
            return quote!(graph::direct(#from_at, #to),);
        }
        Port::Items => quote!(Items),
        Port::Errors | Port::Side(_) => quote!(Errors),
        Port::Arm(arm) => {
            let pattern = pattern(writer, from, arm);
            quote!(Arm(#pattern))
        }
    };
    let bound = bound.unwrap_or_else(|| quote!(Direct));
    let order = Literal::usize_unsuffixed(order);
    quote! {
        graph::edge(#from_at, #to, graph::Port::#word, #order, graph::Bound::#bound, #back),
    }
}

fn pattern(writer: &Writer<'_, '_, '_>, node: NodeId, arm: usize) -> String {
    let element = writer.graph().nodes[node].element;
    let Some(Special::Match(arms)) = element.and_then(|element| element.special.as_ref()) else {
        return String::new();
    };
    let arm = &arms[arm];
    match &arm.guard {
        Some(guard) => format!("{} if {}", excerpt(&arm.pattern), excerpt(guard)),
        None => excerpt(&arm.pattern),
    }
}

/// Returns how many items may wait on an edge; none on one that leads on directly.
fn bound(writer: &Writer<'_, '_, '_>, from: NodeId, to: Use) -> Option<TokenStream> {
    let (plan, graph) = (writer.plan, writer.graph());
    let target = &graph.nodes[to.node];
    let edge = &target.inputs[to.input];
    let bound = if edge.back {
        given(target.capacity, 1)
    } else if plan.crossing(to).is_some() {
        slots(RING)
    } else if graph.nodes[from].is_cut() {
        held(writer, &graph.nodes[from])
    } else if target.is_cut() {
        slots(1)
    } else {
        let capacity = target.option("capacity");
        match target.behaviour.inputs() {
            None => return None,
            Some(Inputs::Pairs) if plan.is_lockstep(to.node) => return None,
            Some(Inputs::Pairs) => given(capacity, 1),
            // But for what `zip_latest` gives once for each of its items, the
            // newest takes the place of the one before.
            Some(Inputs::FirstWithLatest) if to.input > 0 => slots(1),
            Some(Inputs::Latest) => slots(1),
            // The first never waits, and the others only where they have to.
            Some(Inputs::Turns) if to.input == 0 => return None,
            Some(_) if capacity.is_some() => given(capacity, 1),
            Some(Inputs::Turns) => slots(1),
            Some(_) if has_own_sources(writer, to.node) => slots(1),
            Some(_) => quote!(Unbounded),
        }
    };
    Some(bound)
}

/// Returns how many items wait in a cut.
fn held(writer: &Writer<'_, '_, '_>, cut: &Node<'_>) -> TokenStream {
    let arguments = cut.element.and_then(|element| element.arguments.as_ref());
    let size = arguments.and_then(|arguments| arguments.values.first());
    match cut.behaviour.bound {
        Bound::None => quote!(Unbounded),
        Bound::Slots(count) => slots(count),
        Bound::Size if cut.behaviour.memory == Memory::Batches => {
            let size = size.map(excerpt).unwrap_or_default();
            let text = format!("{size} for each key");
            quote!(Given(#text))
        }
        Bound::Size => given(size, 1),
        Bound::Capacity(times, otherwise) => match cut.option("capacity") {
            Some(capacity) => given(Some(capacity), times),
            None => {
                let otherwise = writer.constant(otherwise);
                let times = (times > 1).then(|| Literal::usize_unsuffixed(times));
                let times = times.map(|times| quote!(#times *));
                quote!(Slots(#times #otherwise))
            }
        },
        Bound::Keys if cut.runs_chains() => quote!(Given("1 for each key")),
        // What became idle besides is as much as there are keys.
        Bound::Keys => slots(1),
        Bound::Workers => {
            let scattered = writer.private(quote!(op::SCATTERED));
            match size.map(|size| (literal(size), excerpt(size))) {
                Some((Some(n), _)) => {
                    let n = Literal::usize_unsuffixed(n);
                    quote!(Slots(#n * #scattered))
                }
                Some((None, text)) => {
                    // As `op::SCATTERED`, which cannot stand in a text.
                    let text = format!("8192 * {text}");
                    quote!(Given(#text))
                }
                None => quote!(Unbounded),
            }
        }
        // What runs and what is done, together.
        Bound::Jobs => match (cut.option("concurrency"), cut.option("limit")) {
            (Some(concurrency), _) => given(Some(concurrency), 2),
            (None, Some(limit)) => {
                let text = excerpt(limit);
                let text = format!("2 * {}", text.trim_start_matches('&'));
                quote!(Given(#text))
            }
            (None, None) => quote!(Unbounded),
        },
    }
}

fn slots(count: usize) -> TokenStream {
    let count = Literal::usize_unsuffixed(count);
    quote!(Slots(#count))
}

/// So many times a size that the user gave; without one there is no bound.
fn given(size: Option<&Expr>, times: usize) -> TokenStream {
    let Some(size) = size else {
        return quote!(Unbounded);
    };
    match (literal(size), times) {
        (Some(size), _) => slots(size * times),
        (None, 1) => {
            let text = excerpt(size);
            quote!(Given(#text))
        }
        (None, _) => {
            let text = format!("{times} * {}", excerpt(size));
            quote!(Given(#text))
        }
    }
}

/// Returns whether each input of a fan-in is pulled by itself, so that none outruns
/// another.
fn has_own_sources(writer: &Writer<'_, '_, '_>, node: NodeId) -> bool {
    let inputs = 0..writer.graph().nodes[node].inputs.len();
    let closers: Vec<Closer> = inputs
        .map(|input| writer.plan.closer_of_input(node, input))
        .collect();
    let apart = |(index, closer): (usize, &Closer)| {
        matches!(closer, Closer::Root(_)) && !closers[..index].contains(closer)
    };
    closers.iter().enumerate().all(apart)
}
