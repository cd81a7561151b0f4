//! The set-up of the numbers, with all that the compiler knows of the flow: it is written
//! when all else is, for only then all counters are known.

use proc_macro2::TokenStream;
use quote::quote;

use super::picture;
use crate::{
    code::observe::edge as edge_of,
    graph::NodeId,
    names::{Edge, Observing, Queue, Way, Writer},
    plan::{Root, Shape, Waits},
    table::Role,
};

/// Writes the numbers of a flow, whoever counts, and whoever watches.
pub fn setup(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let Some(observing) = &writer.observing else {
        return TokenStream::new();
    };
    let about = about(writer, observing);
    let count = observing.count();
    let (seen, view, observed) = (writer.seen(), writer.view(), writer.observed());
    let owner = writer.private(quote!(observe::owner));
    let piece = writer.private(quote!(observe::piece));
    let owner = quote!(#owner::<#count>(const { &#about }));
    match writer.plan.shape() {
        Shape::Piece(..) => quote! {
            let #seen = #piece::<#count>(const { &#about });
            let #view = #seen.watch();
        },
        Shape::Open(_) | Shape::Lazy(_)
            if writer.plan.waits == Waits::Never && !writer.is_coroutine() =>
        {
            quote! {
                let #seen = #owner;
                let #view = #seen.watch();
                #seen.begin();
            }
        }
        _ => quote! {
            let #observed = #owner;
            let (#seen, #view) = (#observed.counter(), #observed.watch());
        },
    }
}

fn about(writer: &Writer<'_, '_, '_>, observing: &Observing) -> TokenStream {
    let part = |word: TokenStream| writer.private(quote!(observe::#word));
    let (about, graph) = (part(quote!(About)), picture::graph(writer));
    let imported = picture::imported(writer);
    let name = name(writer);
    let edges = edges(writer, observing);
    let regions = regions(writer);
    let queues: Vec<_> = queues(writer, observing);
    let job = part(quote!(JobAbout));
    let jobs = observing.jobs.borrow();
    let jobs = jobs.iter().map(|each| {
        let (stage, region) = (&each.place.stage, option(each.region.as_ref()));
        let (ensures, counter) = (each.ensures, each.counter);
        quote!(#job { stage: #stage, region: #region, ensures: #ensures, counter: #counter })
    });
    let errors = observing.errors.borrow();
    let errors = errors.iter().map(|place| &place.stage);
    quote! {
        #about {
            name: #name,
            graph: const { #imported &#graph },
            edges: &[#(#edges),*],
            regions: &[#(#regions),*],
            queues: &[#(#queues),*],
            jobs: &[#(#jobs),*],
            errors: &[#(#errors),*],
        }
    }
}

/// The name that is given, else the file and the line.
fn name(writer: &Writer<'_, '_, '_>) -> TokenStream {
    match writer.observe {
        Some(observe) if observe.name.is_some() => {
            let name = &observe.name;
            quote!(#name)
        }
        Some(observe) => {
            let line = format!(":{}", observe.word.span().start().line);
            quote!(::core::concat!(::core::file!(), #line))
        }
        None => quote!(""),
    }
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The edges: those of the picture in its order, then those of chains within elements.
fn edges(writer: &Writer<'_, '_, '_>, observing: &Observing) -> Vec<TokenStream> {
    let graph = writer.graph();
    let edge = writer.private(quote!(observe::EdgeAbout));
    let counters = observing.counters.borrow();
    let written = |counted: &Edge, from: &str, to: &str| {
        // As often as the edge is among them: an item may come to a union by two ways.
        let counters = counters.iter().flat_map(|(edges, index)| {
            let times = edges.iter().filter(|edge| *edge == counted);
            times.map(move |_| index)
        });
        quote!(#edge { from: #from, to: #to, counters: &[#(#counters),*] })
    };
    let mut edges = Vec::new();
    for from in 0..graph.nodes.len() {
        let name = writer.stage_name(from);
        let node = &graph.nodes[from];
        for port in node.ports() {
            for to in graph.uses(from, port) {
                let counted = edge_of(writer, Way::To(to));
                edges.push(written(&counted, &name, &writer.stage_name(to.node)));
            }
        }
        for arm in picture::dropped_arms(writer, from) {
            let counted = edge_of(writer, Way::Dropped(from, arm));
            edges.push(written(&counted, &name, "drop"));
        }
    }
    let inner = observing.inner.borrow();
    let inner = inner.iter();
    edges.extend(inner.map(|(edge, from, to)| written(edge, from, to)));
    edges
}

fn regions(writer: &Writer<'_, '_, '_>) -> Vec<TokenStream> {
    let yields = writer.observes_regions();
    if !yields && !writer.counts_in_locals() {
        return Vec::new();
    }
    let (about, plan) = (writer.private(quote!(observe::RegionAbout)), writer.plan);
    let is_stage = |node: &&NodeId| {
        let each = &plan.graph.nodes[**node];
        each.element.is_some() && each.behaviour.role != Role::Outlet
    };
    if !yields {
        let stages = plan.order.iter().filter(is_stage);
        let stages = stages.map(|node| writer.stage_name(*node));
        let source = option(None::<&str>);
        return vec![
            quote!(#about { stages: &[#(#stages),*], source: #source, round: false, yields: false }),
        ];
    }
    let regions = plan.regions.iter().map(|region| {
        // A cut runs beside its regions; in this one what leaves it goes on.
        let sources = region.roots.iter().filter_map(|root| match root {
            Root::Source(node) => Some(writer.stage_name(*node)),
            Root::Results(_) | Root::Crossing(_) => None,
        });
        let sources: Vec<_> = sources.collect();
        let nodes = region.nodes.iter().filter(is_stage);
        let nodes = nodes.filter(|node| !plan.graph.nodes[**node].is_cut());
        let stages = nodes.map(|node| writer.stage_name(*node));
        let round = region.roots.iter().all(|root| match root {
            Root::Source(node) => {
                let behaviour = &plan.graph.nodes[*node].behaviour;
                behaviour.role != Role::Inlet && behaviour.waits == Waits::Never
            }
            Root::Results(_) | Root::Crossing(_) => true,
        });
        let source = match (sources.as_slice(), region.roots.len()) {
            ([source], 1) => option(Some(source)),
            _ => option(None::<&str>),
        };
        quote!(#about { stages: &[#(#stages),*], source: #source, round: #round, yields: #yields })
    });
    regions.collect()
}

fn queues(writer: &Writer<'_, '_, '_>, observing: &Observing) -> Vec<TokenStream> {
    let about = writer.private(quote!(observe::QueueAbout));
    let queues = observing.queues.borrow();
    let queues = queues.iter().map(|queue| {
        let Queue {
            stage,
            works,
            below,
            ..
        } = queue;
        let below = option(below.as_ref());
        quote!(#about { stage: #stage, works: #works, below: #below })
    });
    queues.collect()
}
