//! The set-up of the numbers, with all that the compiler knows of the flow: it is written
//! when all else is, for only then all counters are known.

use proc_macro2::TokenStream;
use quote::quote;

use super::picture;
use crate::{
    code::observe::edge as edge_of,
    graph::NodeId,
    names::{Edge, Observing, Queue, WaitsAt, Way, Writer},
    plan::{Region, Root, Shape, Waits},
    table::{Form, Kind, Role, Within},
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
        _ if writer.has_lookout() => {
            let lookout = writer.lookout();
            quote! {
                let #seen = #owner;
                let (#view, #lookout) = (#seen.watch(), #seen.lookout());
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
        let (beside, ensures, counter) = (each.beside, each.ensures, each.counter);
        quote! {
            #job {
                stage: #stage,
                region: #region,
                beside: #beside,
                ensures: #ensures,
                counter: #counter,
            }
        }
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
            for &to in graph.uses(from, port) {
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
    if !yields {
        let stages = plan.order.iter().filter(|node| is_stage(writer, **node));
        let stages = stages.map(|node| writer.stage_name(*node));
        let none = option(None::<&str>);
        return vec![quote! {
            #about {
                stages: &[#(#stages),*],
                source: #none,
                round: false,
                computes: #none,
                awaits: #none,
                yields: false,
            }
        }];
    }
    let regions = plan.regions.iter().map(|region| {
        let source = option(source(writer, region));
        let round = !region.roots.iter().any(|root| is_awaited(writer, *root));
        let stages = stages(writer, region);
        let computes = option(computes(writer, region));
        let awaits = awaits(writer, region).map(|node| writer.stage_name(node));
        let awaits = option(awaits);
        quote! {
            #about {
                stages: &[#(#stages),*],
                source: #source,
                round: #round,
                computes: #computes,
                awaits: #awaits,
                yields: #yields,
            }
        }
    });
    regions.collect()
}

/// Returns whether the user wrote a node, and it is not the end of the flow.
fn is_stage(writer: &Writer<'_, '_, '_>, node: NodeId) -> bool {
    let each = &writer.graph().nodes[node];
    each.element.is_some() && each.behaviour.role != Role::Outlet
}

/// Returns whether a root is a source that is waited for.
fn is_awaited(writer: &Writer<'_, '_, '_>, root: Root) -> bool {
    let Root::Source(node) = root else {
        return false;
    };
    let behaviour = &writer.graph().nodes[node].behaviour;
    behaviour.role == Role::Inlet || behaviour.waits != Waits::Never
}

/// The source of a region, where it has one alone.
fn source(writer: &Writer<'_, '_, '_>, region: &Region) -> Option<String> {
    match region.roots.as_slice() {
        [Root::Source(node)] => Some(writer.stage_name(*node)),
        _ => None,
    }
}

/// The stages of a region. A cut runs beside its regions, and what leaves it goes on in the one
/// behind it; where nothing else is there, that is what the region is for.
fn stages(writer: &Writer<'_, '_, '_>, region: &Region) -> Vec<String> {
    let stages = region.nodes.iter().filter(|node| is_stage(writer, **node));
    let stages = stages.filter(|node| !writer.graph().nodes[**node].is_cut());
    let mut stages: Vec<_> = stages.map(|node| writer.stage_name(*node)).collect();
    // A stage may be of several nodes.
    stages.dedup();
    if stages.is_empty() {
        stages.extend(region.roots.iter().map(|root| match root {
            Root::Source(node) | Root::Results(node) => writer.stage_name(*node),
            Root::Crossing(crossing) => writer.stage_name(writer.plan.crossings[*crossing].to.node),
        }));
    }
    stages
}

/// The stages of a region that may compute for long, in words: whatever calls a function of the
/// user's, else the iterator that is pulled from, else the only stage.
fn computes(writer: &Writer<'_, '_, '_>, region: &Region) -> Option<String> {
    let own = || region.nodes.iter().copied();
    let own = || own().filter(|node| is_stage(writer, *node));
    let node = |node: NodeId| &writer.graph().nodes[node];
    let calls = own().filter(|id| {
        let each = node(*id);
        let has = |kind| each.operator.arguments.iter().any(|a| a.kind == kind);
        let within = matches!(each.behaviour.within, Within::Keys) && !each.is_cut();
        let calls = has(Kind::Function) || within || each.operator.form == Form::Via;
        calls && each.behaviour.waits == Waits::Never && !each.behaviour.is_source()
    });
    let pulled = own().filter(|id| {
        let root = Root::Source(*id);
        region.roots.contains(&root) && !is_awaited(writer, root)
    });
    let calls: Vec<_> = calls.collect();
    let pulled: Vec<_> = pulled.collect();
    let own: Vec<_> = own().filter(|id| !node(*id).is_cut()).collect();
    let own = if own.len() > 1 { Vec::new() } else { own };
    let first = [calls, pulled, own]
        .into_iter()
        .find(|some| !some.is_empty())?;
    let mut names: Vec<String> = first.iter().map(|node| writer.stage_name(*node)).collect();
    names.dedup();
    Some(match names.as_slice() {
        [first, second, _, others @ ..] if !others.is_empty() => {
            format!("{first}, {second} or {} others", names.len() - 2)
        }
        _ => names.join(" or "),
    })
}

/// The last stage of a region that is awaited, where it is no source and no cut.
fn awaits(writer: &Writer<'_, '_, '_>, region: &Region) -> Option<NodeId> {
    let nodes = region.nodes.iter().rev().copied();
    nodes.filter(|node| is_stage(writer, *node)).find(|id| {
        let each = &writer.graph().nodes[*id];
        let paces = each.operator.form == Form::Pace;
        each.behaviour.waits != Waits::Never
            && !each.is_cut()
            && !each.behaviour.is_source()
            && !paces
    })
}

fn queues(writer: &Writer<'_, '_, '_>, observing: &Observing) -> Vec<TokenStream> {
    let about = writer.private(quote!(observe::QueueAbout));
    let queues = observing.queues.borrow();
    let queues = queues.iter().map(|queue| {
        let Queue {
            root,
            stage,
            works,
            below,
            ..
        } = queue;
        let below = option(below.as_ref());
        let told = !matches!(root, WaitsAt::For(_));
        quote!(#about { stage: #stage, works: #works, below: #below, told: #told })
    });
    queues.collect()
}
