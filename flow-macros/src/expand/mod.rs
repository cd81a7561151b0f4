//! [`Plan`] to tokens: the loop a careful engineer would have written.
//!
//! ```text
//! {
//!     let (mut from_0, item_0) = op::from(0..n);              // the set-up
//!     let (mut map_1, item_1) = op::map(item_0, |x| x * 3);
//!     let mut sum = op::fold(item_1, 0, |sum, x| *sum += x);
//!     Flow::new(move || {                                     // the step
//!         for x in from_0 {
//!             let x = map_1(x);
//!             sum.push(x);
//!         }
//!         let sum = sum.finish();
//!         sum
//!     })
//! }
//! ```
//!
//! Past the last gate nothing here can fail.

mod allowed;
mod asks;
pub mod chains;
mod closing;
pub mod constructor;
mod driven;
mod forms;
mod gates;
mod inlets;
pub mod inner;
mod kept;
pub mod keyed;
mod misused;
mod observed;
mod open;
mod picture;
pub mod pieces;
mod plans;
mod pulled;
mod questions;
mod region;
mod remote;
mod rest;
mod roots;
mod setup;
mod several;
mod state;
mod step;
mod streams;
mod timed;
mod turn;
mod wanted;

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{quote, quote_spanned};

use self::chains::InPlace;
use crate::{
    code::{
        attempts, branches, demand, functions, keep_item, leaving, observe, rests, rivals, round,
        routes, sides, tokens, told, turns,
    },
    editor,
    graph::{Graph, Node, NodeId},
    names::{self, OnError, Writer, error_type},
    plan::{Plan, Root, Shape, Waits},
    syntax::Settings,
};

/// The whole of a flow.
pub fn flow(plan: &Plan<'_, '_>, krate: &TokenStream, settings: Settings<'_>) -> TokenStream {
    let writer = Writer::new(plan, krate, &InPlace, settings);
    let (setup, places) = (set_up(&writer), rests::declared(&writer));
    let lent = matches!(plan.shape(), Shape::Lazy(_))
        && plan.waits == Waits::Never
        && !writer.is_coroutine();
    let tokens = tokens::setup(&writer, lent);
    let flow = match plan.waits {
        _ if plan.shape() != Shape::Closed => forms::form(&writer),
        Waits::Never => {
            let bodies = || -> TokenStream {
                let regions = 0..plan.regions.len();
                regions.map(|each| region::body(&writer, each)).collect()
            };
            if writer.counts_in_locals() {
                // All that is counted has to be known where it is published.
                bodies();
            }
            let bodies = bodies();
            let (begin, result) = (tokens::begin(&writer), ended(&writer));
            let (new, faults) = (writer.private(quote!(Flow::new)), told::begin(&writer));
            let (begun, result) = (observe::begun(&writer), observe::ran(&writer, result));
            // The place that rustc names the closure by: the user's.
            let (at, kept) = (writer.place(plan.order[0]), kept::apart(&writer));
            let work = quote!(#kept #begun #begin #faults #bodies #result);
            quote_spanned!(at=> #new(move || { #work }))
        }
        waits => {
            let (faults, work) = (told::begin(&writer), asynchronous(&writer));
            let result = ended(&writer);
            let (kind, stop) = (kind(&writer, waits), writer.flag("stop"));
            let plans::Planned { new, how, body } = plans::planned(&writer);
            let work = quote!(async move { #body #faults #work #result });
            let work = observe::driven(&writer, work);
            let at = writer.place(plan.order[0]);
            quote_spanned!(at=> #new(#kind, #how, move |#stop| #work))
        }
    };
    let graph = picture::attached(&writer);
    let (observed, view) = (observed::setup(&writer), observe::viewed(&writer));
    quote!({ #observed #setup #places #tokens #flow #graph #view })
}

/// Writes what is left of a flow with mistakes: its set-up, so that closures keep
/// their types, and no value.
pub fn remains(plan: &Plan<'_, '_>, krate: &TokenStream, settings: Settings<'_>) -> TokenStream {
    set_up(&Writer::new(plan, krate, &InPlace, settings))
}

/// The set-up of a whole flow, and what an editor is shown of its stages.
fn set_up(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let setup = setup::setup(writer);
    let stages = writer.editor.map(|syntax| editor::stages(writer, syntax));
    quote!(#setup #stages)
}

/// The body of an asynchronous flow, up to its result.
fn asynchronous(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let plan = writer.plan;
    let begin = tokens::begin(writer);
    if let [_] = plan.regions.as_slice() {
        let body = region::body(writer, 0);
        return quote!(#begin #body);
    }
    let pulse = writer.flag("pulse");
    let is_stream = writer.copies.is_none() && matches!(plan.shape(), Shape::Lazy(_));
    let new = writer.private(
        match is_stream && plan.graph.nodes.iter().any(Node::runs_jobs) {
            true => quote!(region::Pulse::of_stream),
            false => quote!(region::Pulse::new),
        },
    );
    let mut tokens = quote!(#begin let #pulse = #new(););
    tokens.extend(cuts(writer));
    tokens.extend(turns::gates(writer));
    let mut regions = TokenStream::new();
    let names: Vec<_> = (0..plan.regions.len())
        .map(|each| writer.region(each))
        .collect();
    for (index, name) in names.iter().enumerate() {
        let body = region::body(writer, index);
        let new = writer.private(quote!(region::Region));
        regions.extend(quote! {
            let mut #name = #new::new(&#pulse, async { #body });
        });
    }
    let sweep = sweep(writer);
    // The regions borrow the sinks: they are gone before the sinks' values are
    // asked for.
    quote!(#tokens { #regions #sweep })
}

/// Writes what lies between the regions.
fn cuts(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let plan = writer.plan;
    let pulse = writer.flag("pulse");
    let mut tokens = TokenStream::new();
    for &id in &plan.order {
        if plan.graph.nodes[id].is_cut() {
            let cut = writer.cut(id);
            if !plan.graph.nodes[id].runs_jobs() {
                let (hold, at) = (tokens::hold(writer, id), writer.place(id));
                let new = writer.private_at(at, "region::cut");
                tokens.extend(quote_spanned!(at=> let #cut = #new(&#pulse, #hold);));
                continue;
            }
            let (limit, at) = (writer.limit(id), writer.place(id));
            let ordered = plan.flag(id, "ordered").unwrap_or(true);
            let new = writer.private_at(at, "region::jobs");
            tokens.extend(attempts::call(writer, id));
            let until = until_failed(writer, id);
            tokens.extend(quote_spanned!(at=> let #cut = #new(&#pulse, #limit, #ordered)#until;));
        }
    }
    for index in 0..plan.crossings.len() {
        let ring = writer.ring(index, "ring");
        let new = writer.private(quote!(region::cut));
        let hold = round::ring(writer, index).unwrap_or_else(|| {
            let buffer = writer.private(quote!(region::Buffer::new));
            quote!(#buffer(#RING))
        });
        tokens.extend(quote!(let #ring = #new(&#pulse, #hold);));
    }
    tokens.extend(round::declared(writer));
    tokens
}

/// Jobs with a bare `?` begin nothing more where one has failed, once that ends the flow.
fn until_failed(writer: &Writer<'_, '_, '_>, id: NodeId) -> Option<TokenStream> {
    let question = writer.graph().nodes[id].raises()?;
    if writer.on_error() != OnError::Ends {
        return None;
    }
    let (at, cancels) = (writer.at(question), writer.cancels);
    let node = &writer.graph().nodes[id];
    let has_failed = match writer.is_acked(id) || functions::is_costly(node) {
        true => "op::has_failed_within",
        false => "op::has_failed",
    };
    let has_failed = writer.private_at(at, has_failed);
    Some(quote_spanned!(at=> .until_failed(#has_failed, #cancels)))
}

/// The number of items that wait between two regions that meet again.
const RING: usize = 64;

/// Polls everything, sinks first, until nothing moves.
fn sweep(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let plan = writer.plan;
    let (pulse, cx, over) = (writer.flag("pulse"), writer.flag("cx"), writer.flag("over"));
    let mut polls = quote!(let mut #over = true;);
    for index in (0..plan.regions.len()).rev() {
        let polled = observe::polled(writer, index);
        polls.extend(quote!(#over &= #polled;));
        for root in &plan.regions[index].roots {
            polls.extend(match root {
                Root::Results(node) if plan.graph.nodes[*node].runs_jobs() => {
                    let (jobs, at) = (writer.cut(*node), writer.place(*node));
                    quote_spanned!(at=> #jobs.drive();)
                }
                Root::Results(node) => {
                    let (cut, at) = (writer.cut(*node), writer.place(*node));
                    quote_spanned!(at=> #cut.drive(#cx);)
                }
                Root::Crossing(crossing) => {
                    let ring = writer.ring(*crossing, "ring");
                    quote!(#ring.drive(#cx);)
                }
                Root::Source(_) => TokenStream::new(),
            });
        }
    }
    for index in 0..plan.regions.len() {
        let below: Vec<_> = plan
            .below(index)
            .iter()
            .map(|each| writer.region(*each))
            .collect();
        if !below.is_empty() && !plan.has_ends(index) {
            let name = writer.region(index);
            polls.extend(quote!(if #(#below.over())&&* { #name.stop(); }));
        }
    }
    polls.extend(round::ends(writer));
    // Who waits for a source has to look: nothing more is pulled.
    if writer.on_error() == OnError::Ends {
        let faults = writer.faults();
        polls.extend(quote!(if #faults.is_new() { #pulse.stir(); }));
    }
    if writer.has_ending() {
        let ending = writer.flag("ending");
        polls.extend(quote!(if #ending.is_new() { #pulse.stir(); }));
    }
    polls.extend(reported(writer));
    polls.extend(observe::fills(writer));
    let sweep = writer.private(quote!(region::sweep));
    quote!(#sweep(&#pulse, |#cx| { #polls #over }).await;)
}

/// Tells who runs the chain of a key whether anything is on its way in it, and whether that
/// leaves no sooner at the end of input.
fn reported(writer: &Writer<'_, '_, '_>) -> TokenStream {
    if writer.copies.is_none() {
        return TokenStream::new();
    }
    let plan = writer.plan;
    let nodes = plan.order.iter();
    let cuts = nodes.filter(|node| plan.graph.nodes[**node].is_cut());
    let rings = (0..plan.crossings.len()).map(|index| writer.ring(index, "ring"));
    let cuts: Vec<_> = cuts.map(|node| writer.cut(*node)).chain(rings).collect();
    let out = writer.outbox();
    quote!(#out.report(#(!#cuts.is_at_rest())||*, || #(#cuts.is_at_work())||*);)
}

/// The end of a flow that is run to its end: its result, or its first error.
fn ended(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let result = result(writer);
    match writer.on_error() {
        OnError::Ends => told::end_with(writer, &result),
        _ => result,
    }
}

/// The values of the sinks, and the result made of them.
fn result(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let plan = writer.plan;
    let asked = plan.graph.result.as_deref().unwrap_or_default();
    let mut tokens = TokenStream::new();
    for &id in &plan.order {
        let reports = plan.graph.nodes[id].behaviour.ends;
        if plan.has_value(id) && (asked.contains(&id) || reports || plan.unwraps_value(id)) {
            tokens.extend(finish(writer, id, asked.contains(&id)));
        }
    }
    tokens.extend(tokens::written(writer));
    let values: Vec<TokenStream> = asked.iter().map(|id| value(writer, *id)).collect();
    let value = match values.as_slice() {
        [] if plan.fails => quote!(()),
        [] => TokenStream::new(),
        // A `()` at the end of a block is one that clippy would tell users of.
        [_] if !plan.fails && !plan.graph.tuple && !plan.has_value(asked[0]) => TokenStream::new(),
        [only] if !plan.graph.tuple => quote!(#only),
        _ => quote!((#(#values,)*)),
    };
    if plan.fails {
        let error = error_type(writer);
        quote!(#tokens ::core::result::Result::Ok::<_, #error>(#value))
    } else {
        quote!(#tokens #value)
    }
}

/// The value of a sink.
fn finish(writer: &Writer<'_, '_, '_>, id: NodeId, asked: bool) -> TokenStream {
    let at = writer.place(id);
    let op = writer.local(id);
    let node = &writer.graph().nodes[id];
    let mut value = quote_spanned!(at=> #op.finish());
    if let (true, Some(span)) = (writer.plan.unwraps_value(id), node.raises()) {
        value = observe::raised_value(writer, id, span, &value);
    }
    if asked {
        quote_spanned!(at=> let #op = #value;)
    } else if writer.plan.unwraps_value(id) || node.operator.unseen {
        quote_spanned!(at=> let _ = #value;)
    } else {
        // All of it is at the word of the user's: so rustc says of it what it says of
        // other `Result`s that nobody looks at.
        let mut op = Group::new(Delimiter::Parenthesis, quote!(#op));
        op.set_span(node.span);
        let finish = quote_spanned!(node.span=> .finish());
        allowed::allowed(node.allows, quote_spanned!(at=> #op #finish;))
    }
}

/// Writes what the result takes of a sink: its value, or `()`.
fn value(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    if writer.plan.has_value(id) {
        let op = writer.local(id);
        quote!(#op)
    } else {
        quote!(())
    }
}

/// Returns whether a flow is asynchronous: by its operators, or by its outlets' types.
fn kind(writer: &Writer<'_, '_, '_>, waits: Waits) -> TokenStream {
    if waits == Waits::Always {
        return writer.private(quote!(op::later()));
    }
    let graph: &Graph<'_> = writer.graph();
    let outlets = (0..graph.nodes.len())
        .filter(|id| graph.nodes[*id].behaviour.waits == Waits::Depends)
        .map(|id| writer.wait(id));
    outlets
        .map(|wait| quote!(#wait))
        .reduce(|a, b| {
            let either = writer.private(quote!(op::either));
            quote!(#either(#a, #b))
        })
        .unwrap_or_default()
}
