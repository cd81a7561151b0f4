//! The loop of a region, and what happens when its roots end.
//!
//! ```text
//! for x in from_0 { … }                       // one root
//! if let Some(x) = batches.finish() { … }     // what is held leaves
//!
//! while left_open || right_open {             // several
//!     let x = if !needed { Ready(None) } else if wanted { Ready(left.next()) } else { Pending };
//!     match x { Ready(Some(x)) => …, Ready(None) => { left_open = false; … } Pending => {} }
//!     …
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

use super::{
    closing::close,
    demand::{Ask, Demand, Demands},
    functions::values,
    leaving,
    names::{OnError, Writer},
    observe,
    roots::{needed, prepare, puller, step_of, stoppable},
    round,
    several::several,
    step, turns,
};
use crate::plan::{Closer, Root};

/// All of a region's code: its feeds, its loop, its end.
pub fn body(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let feeds = feeds(writer, region);
    let roots = &writer.plan.regions[region].roots;
    let work = match roots.as_slice() {
        [root] if !writer.plan.flushes(region) => {
            let run = single(writer, region, *root);
            let end = close(writer, region, Closer::Root(0));
            quote!(#run #end)
        }
        _ => several(writer, region),
    };
    let begin = turns::begin(writer, region);
    let let_go = leaving::let_go(writer);
    quote!(#feeds #begin #work #let_go)
}

/// The feeds of the cuts and rings that this region fills. Dropping one is how
/// the region behind learns of the end.
fn feeds(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let plan = writer.plan;
    let mut tokens = TokenStream::new();
    for &node in &plan.regions[region].nodes {
        if plan.graph.nodes[node].is_cut() {
            let (feed, cut) = (writer.feed(node), writer.cut(node));
            tokens.extend(quote!(let mut #feed = #cut.feed();));
        }
    }
    for (index, crossing) in plan.crossings.iter().enumerate() {
        if plan.region_of_output(crossing.from) == region {
            let (feed, ring) = (writer.ring(index, "feed"), writer.ring(index, "ring"));
            tokens.extend(quote!(let mut #feed = #ring.feed();));
        }
    }
    tokens
}

/// Returns whether an error leaves the only loop of the flow.
fn leaves_loop(writer: &Writer<'_, '_, '_>) -> bool {
    writer.on_error() == OnError::Ends && !writer.asks_for_faults()
}

/// Returns whether a source runs the loop, which has no other end: it is made of other iterators,
/// and so knows better how to run through them than who asks for one item after the other, for
/// `a.chain(b)` looks at every item whether `a` has ended.
fn is_run_by(writer: &Writer<'_, '_, '_>, root: Root) -> bool {
    let source = match root {
        Root::Source(source) if writer.is_plain() && !writer.plan.fails => source,
        _ => return false,
    };
    let nodes = &writer.graph().nodes;
    let composed = match values(&nodes[source]).first() {
        Some(Expr::MethodCall(call)) => {
            !call.args.is_empty() || matches!(*call.receiver, Expr::MethodCall(_))
        }
        _ => false,
    };
    composed || (0..nodes.len()).any(|node| writer.adapted(node) == Some(source))
}

/// The collection that the source fills.
fn filled(writer: &Writer<'_, '_, '_>) -> Option<Ident> {
    let mut nodes = 0..writer.graph().nodes.len();
    let collect = nodes.find(|id| writer.fills(*id))?;
    Some(writer.local(collect))
}

/// Tells collections how many items will come at least, where nothing may end the input
/// before: one for each of the source.
fn expected(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
    let plan = writer.plan;
    let Root::Source(source) = root else {
        return TokenStream::new();
    };
    if !writer.is_plain() || plan.fails {
        return TokenStream::new();
    }
    let nodes = plan.graph.nodes.iter().enumerate();
    let collects =
        nodes.filter(|(id, node)| node.operator.is_collection() && plan.keeps_rate_of(source, *id));
    let (pulled, _) = puller(writer, root);
    collects
        .map(|(id, _)| {
            let (at, collect) = (writer.place(id), writer.local(id));
            quote_spanned! {at=>
                #collect.expect(::core::iter::Iterator::size_hint(&#pulled).0);
            }
        })
        .collect()
}

/// The loop of a region with one root.
fn single(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> TokenStream {
    let at = writer.root_place(root);
    let x = writer.x();
    let prepare = prepare(writer, root);
    let (body, label) = match root {
        Root::Source(node) if leaves_loop(writer) => step::only(writer, node),
        _ => (step_of(writer, region, root), None),
    };
    let (pulled, is_async) = puller(writer, root);
    let inlet = writer.plan.is_inlet(root);
    let next = if is_async {
        let next = writer.private_at(at, "region::next");
        let next = observe::waits(writer, region, quote_spanned!(at=> #next(&mut #pulled)));
        quote_spanned!(at=> #next.await)
    } else {
        quote_spanned!(at=> ::core::iter::Iterator::next(&mut #pulled))
    };
    let rest = if is_async { None } else { round::rest(writer) };
    let needed = needed(&mut Demands::new(writer, Ask::Needed), root);
    if !is_async
        && let Some(runs) = observe::runs(
            writer,
            at,
            label.clone(),
            needed.clone().condition(),
            &pulled,
            &body,
        )
    {
        return quote_spanned!(at=> #prepare #runs);
    }
    let run = match (needed, is_async) {
        (Demand::Always | Demand::Never, false) => {
            // The loop takes it, so nothing has to be prepared.
            let pulled = stoppable(writer, root, quote_spanned!(at=> #pulled));
            if let Some(collect) = filled(writer) {
                return quote_spanned! {at=>
                    #collect.fill(::core::iter::Iterator::map(#pulled, |#x| { #body }));
                };
            }
            let expected = expected(writer, root);
            if label.is_none() && rest.is_none() && is_run_by(writer, root) {
                return quote_spanned! {at=>
                    #expected
                    ::core::iter::Iterator::for_each(#pulled, |#x| { #body });
                };
            }
            return quote_spanned!(at=> #expected #label for #x in #pulled { #body #rest });
        }
        (Demand::Always | Demand::Never, true) => {
            quote_spanned!(at=> #label while let ::core::option::Option::Some(#x) = #next { #body })
        }
        // Something behind it may end while it waits.
        (Demand::While(needed), true) if inlet || writer.plan.regions.len() > 1 => {
            let next = writer.private_at(at, "region::next_while");
            let next = quote_spanned!(at=> #next(&mut #pulled, || #needed));
            let next = observe::waits(writer, region, next);
            quote_spanned! {at=>
                #label while let ::core::option::Option::Some(#x) = #next.await {
                    #body
                }
            }
        }
        (Demand::While(needed), _) => quote_spanned! {at=>
            #label while #needed {
                let ::core::option::Option::Some(#x) = #next else { break };
                #body
                #rest
            }
        },
    };
    // Who emits is told now, not when all is flushed.
    let closed = inlet.then(|| quote_spanned!(at=> #pulled.close();));
    quote_spanned!(at=> #prepare #run #closed)
}
