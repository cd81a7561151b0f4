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

use super::{
    closing::{self, close, flush_rounds},
    demand::{Ask, Demand, Demands},
    leaving,
    names::{OnError, Writer, flag},
    observe, round,
    several::{turns, while_all_give},
    step, turns,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root},
    table::Form,
};

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

/// The local that a root is pulled from, and whether that is asynchronous.
pub(super) fn puller(writer: &Writer<'_, '_, '_>, root: Root) -> (Ident, bool) {
    match root {
        Root::Source(node) => {
            let form = writer.graph().nodes[node].operator.form;
            (writer.local(node), form != Form::Iterator)
        }
        Root::Results(node) => (writer.results(node), true),
        Root::Crossing(crossing) => (writer.ring(crossing, "results"), true),
    }
}

/// Writes what makes a root ready to be pulled.
fn prepare(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
    let at = writer.root_place(root);
    let (pulled, _) = puller(writer, root);
    match root {
        Root::Source(node) if writer.graph().nodes[node].operator.form == Form::Stream => {
            if !writer.may_stop() {
                return quote_spanned!(at=> let mut #pulled = ::core::pin::pin!(#pulled););
            }
            let source = stoppable(writer, root, quote_spanned!(at=> #pulled));
            quote_spanned!(at=> let #pulled = ::core::pin::pin!(#pulled); let mut #pulled = #source;)
        }
        // The loop has it to itself: with the loop it is gone.
        Root::Source(node) if writer.graph().nodes[node].operator.form == Form::Inlet => {
            quote_spanned!(at=> let mut #pulled = #pulled;)
        }
        Root::Source(_) if writer.may_stop() => {
            let source = stoppable(writer, root, quote_spanned!(at=> #pulled));
            quote_spanned!(at=> let mut #pulled = #source;)
        }
        Root::Source(_) => TokenStream::new(),
        Root::Results(node) => {
            let cut = writer.cut(node);
            quote_spanned!(at=> let mut #pulled = #cut.results();)
        }
        Root::Crossing(crossing) => {
            let ring = writer.ring(crossing, "ring");
            let results = quote_spanned!(at=> #ring.results());
            let results = round::returning(writer, crossing, results);
            quote_spanned!(at=> let mut #pulled = #results;)
        }
    }
}

/// A source that ends where the flow is told to stop.
fn stoppable(writer: &Writer<'_, '_, '_>, root: Root, source: TokenStream) -> TokenStream {
    if !writer.may_stop() {
        return source;
    }
    let (at, stop) = (writer.root_place(root), writer.flag("stop"));
    match puller(writer, root) {
        (_, true) => quote_spanned!(at=> #stop.stream(#source)),
        (_, false) => quote_spanned!(at=> #stop.iter(#source)),
    }
}

/// When a root is still needed: something behind it has not ended, and no error has
/// ended the input. In an open flow that is a fatal one.
pub(super) fn needed(writer: &Writer<'_, '_, '_>, root: Root) -> Demand {
    let needed = Demands::new(writer, Ask::Needed).root(root);
    if writer.has_ending() && matches!(root, Root::Source(_)) {
        let ending = writer.flag("ending");
        return Demand::when(quote!(!#ending.has_come())).and(needed);
    }
    if !writer.asks_for_faults() || !(writer.cancels || matches!(root, Root::Source(_))) {
        return needed;
    }
    let faults = writer.faults();
    Demand::when(quote!(!#faults.any())).and(needed)
}

/// Returns whether an error leaves the only loop of the flow.
fn leaves_loop(writer: &Writer<'_, '_, '_>) -> bool {
    writer.on_error() == OnError::Ends && !writer.asks_for_faults()
}

/// Writes what is done with an item of a root. In an open flow an error is the
/// program's, and the flow goes on.
pub(super) fn step_of(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> TokenStream {
    let step = match root {
        Root::Source(node) | Root::Results(node) => step::output(writer, node),
        Root::Crossing(crossing) => step::input(writer, crossing),
    };
    let let_go = leaving::let_go(writer);
    let step = quote!(#step #let_go);
    round::step(writer, region, step)
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
    let needed = needed(writer, root);
    if !is_async
        && let Some(run) = observe::chunks(
            writer,
            at,
            label.clone(),
            needed.clone().condition(),
            &next,
            &body,
        )
    {
        return quote_spanned!(at=> #prepare #run);
    }
    let run = match (needed, is_async) {
        (Demand::Always | Demand::Never, false) => {
            // The loop takes it, so nothing has to be prepared.
            let pulled = stoppable(writer, root, quote_spanned!(at=> #pulled));
            return quote_spanned!(at=> #label for #x in #pulled { #body #rest });
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

/// The loop of a region with several roots: in each turn every root that is
/// wanted gives one item at most, and each item is carried through before the
/// next is pulled.
fn several(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let roots = &writer.plan.regions[region].roots;
    let prepared = roots.iter().map(|root| prepare(writer, *root));
    let flags = flags(writer, region);
    let open = open(writer, region);
    let turns = turns(writer, region);
    let waits = roots.iter().any(|root| puller(writer, *root).1);
    let (waiting, idle) = if waits {
        let pause = writer.private(quote!(region::pause));
        let waiting = writer.flag("waiting");
        (
            quote!(let mut #waiting = false;),
            quote! {
                if !#waiting { break; }
                #pause().await;
            },
        )
    } else {
        (TokenStream::new(), quote!(break;))
    };
    let due = writer.plan.is_paced(region).then(|| {
        let due = writer.flag("due");
        quote!(let mut #due = false;)
    });
    let all_give = while_all_give(writer, region);
    let (begun, moving, resting) = if may_rest(writer, region) {
        let moved = writer.flag("moved");
        let (begun, before) = match all_give.is_empty() {
            true => (TokenStream::new(), quote!(false)),
            // The turn in which one ended is not over: what waits may leave now.
            false => {
                let begun = writer.flag("begun");
                (
                    quote!(let mut #begun = true;),
                    quote!(::core::mem::take(&mut #begun)),
                )
            }
        };
        (
            begun,
            quote!(let mut #moved = #before;),
            quote!(if !#moved { #idle }),
        )
    } else {
        Default::default()
    };
    let iterates = roots.iter().any(|root| !puller(writer, *root).1);
    let rest = if iterates { round::rest(writer) } else { None };
    let (fed, unfed) = (round::fed(writer, region), round::unfed(writer, region));
    let flushed = flush_rounds(writer, region);
    let [counted, count] = observe::ticks(writer);
    quote! {
        #(#prepared)*
        #(let mut #flags = true;)*
        #fed
        #counted
        #all_give
        #begun
        while #open {
            #count
            #due
            #moving
            #waiting
            #turns
            #flushed
            #unfed
            #resting
            #rest
        }
    }
}

/// The flags of a region with several roots: what has not ended.
pub fn flags(writer: &Writer<'_, '_, '_>, region: usize) -> Vec<Ident> {
    let plan = writer.plan;
    let roots = 0..plan.regions[region].roots.len();
    let roots = roots.map(|index| flag(writer, region, Closer::Root(index)));
    let nodes = plan.regions[region].nodes.iter();
    let nodes = nodes
        .filter(|node| is_watched(writer, region, **node))
        .map(|node| writer.open(*node));
    roots.chain(nodes).collect()
}

/// Returns whether the loop has to notice that a fan-in of several roots, or an
/// operator that ends its branch, is over: something is done then, or depends
/// on it.
pub(super) fn is_watched(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> bool {
    let plan = writer.plan;
    let closer = Closer::Node(node);
    if plan.closer(node) != closer {
        return false;
    }
    let form = plan.graph.nodes[node].operator.form;
    let depends = |other: &NodeId| {
        let inputs = 0..plan.graph.nodes[*other].inputs.len();
        *other != node
            && plan.closer(*other) == Closer::Node(*other)
            && inputs
                .into_iter()
                .any(|input| plan.closer_of_input(*other, input) == closer)
    };
    matches!(form, Form::Zip | Form::Lanes)
        || plan.regions[region].nodes.iter().any(depends)
        || closing::is_due(writer, region, closer)
}

/// Returns whether some root may be open and give nothing in its turn: it is not
/// wanted, or not ready.
pub(super) fn may_rest(writer: &Writer<'_, '_, '_>, region: usize) -> bool {
    let mut wanted = Demands::new(writer, Ask::Wanted);
    let roots = &writer.plan.regions[region].roots;
    writer.plan.is_paced(region)
        || roots
            .iter()
            .any(|root| puller(writer, *root).1 || matches!(wanted.root(*root), Demand::While(_)))
}

/// Returns whether some root of the region has not ended.
pub fn open(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let roots = 0..writer.plan.regions[region].roots.len();
    let open = roots.map(|index| {
        let flag = flag(writer, region, Closer::Root(index));
        writer.held(&flag)
    });
    quote!(#(#open)||*)
}

/// When a fan-in of several roots, or an operator that ends its branch, is
/// over.
pub(super) fn over(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> TokenStream {
    let at = writer.place(node);
    let plan = writer.plan;
    let local = writer.local(node);
    let each = &plan.graph.nodes[node];
    let ended: Vec<TokenStream> = (0..each.inputs.len())
        .filter(|input| !each.inputs[*input].goes_round())
        .map(|input| {
            let flag = writer.held(&flag(writer, region, plan.closer_of_input(node, input)));
            quote_spanned!(at=> !#flag)
        })
        .collect();
    match each.operator.form {
        Form::Lanes => quote_spanned!(at=> #local.is_over()),
        Form::Gate => quote_spanned!(at=> #(#ended)&&* || #local.is_over()),
        Form::Zip if !plan.is_lockstep(node) => {
            let queues = (0..each.inputs.len()).map(|input| writer.slot(node, input));
            quote_spanned!(at=> #(#ended && #queues.is_empty())||*)
        }
        _ => quote_spanned!(at=> #(#ended)&&*),
    }
}
