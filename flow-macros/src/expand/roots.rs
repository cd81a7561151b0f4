//! The roots of a region: what they are pulled from, when they are needed, what is done
//! with their items, and what has ended.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::{
    closing,
    demand::{Ask, Demand, Demands},
    leaving,
    names::{Writer, flag, turn_flag},
    rests, round, step,
};
use crate::{
    graph::NodeId,
    plan::{Closer, Root},
    table::{Form, Role},
};

/// The local that a root is pulled from, and whether that is asynchronous.
pub fn puller(writer: &Writer<'_, '_, '_>, root: Root) -> (Ident, bool) {
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
pub fn prepare(writer: &Writer<'_, '_, '_>, root: Root) -> TokenStream {
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
        Root::Source(node) if writer.graph().nodes[node].behaviour.role == Role::Inlet => {
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
pub fn stoppable(writer: &Writer<'_, '_, '_>, root: Root, source: TokenStream) -> TokenStream {
    if !writer.may_stop() {
        return source;
    }
    let (at, stop) = (writer.root_place(root), writer.flag("stop"));
    match puller(writer, root) {
        (_, true) => quote_spanned!(at=> #stop.stream(#source)),
        (_, false) => quote_spanned!(at=> #stop.iter(#source)),
    }
}

/// The condition under which a root is needed: something behind it has not ended, and no
/// error has ended the input. In an open flow that is a fatal one.
pub fn needed(demands: &mut Demands<'_, '_, '_, '_>, root: Root) -> Demand {
    // What leads to no sink is done for its own sake.
    let needed = match demands.root(root) {
        Demand::Never => Demand::Always,
        needed => needed,
    };
    let writer = demands.writer();
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

/// Writes what is done with an item of a root. In an open flow an error is the
/// program's, and the flow goes on.
pub fn step_of(writer: &Writer<'_, '_, '_>, region: usize, root: Root) -> TokenStream {
    let step = match root {
        Root::Source(node) | Root::Results(node) => step::output(writer, node),
        Root::Crossing(crossing) => step::input(writer, crossing),
    };
    let step = match leaving::let_go(writer) {
        Some(let_go) => quote!(#step #let_go),
        None => step,
    };
    round::step(writer, region, step)
}

/// The flags of a region with several roots: what has not ended, and what may give in its
/// turn.
pub fn flags(writer: &Writer<'_, '_, '_>, region: usize) -> Vec<Ident> {
    let plan = writer.plan;
    let roots = 0..plan.regions[region].roots.len();
    let roots = roots.map(|index| flag(writer, region, Closer::Root(index)));
    let nodes = plan.regions[region].nodes.iter();
    let nodes = nodes
        .filter(|node| is_watched(writer, region, **node))
        .map(|node| writer.open(*node));
    let rivals = plan.regions[region].rivals.iter().flatten();
    let rivals = rivals.map(|index| turn_flag(writer, plan.regions[region].roots[*index]));
    roots.chain(nodes).chain(rivals).collect()
}

/// Returns whether the loop has to notice that a fan-in of several roots, or an
/// operator that ends its branch, is over: something is done then, or depends
/// on it.
pub fn is_watched(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> bool {
    let plan = writer.plan;
    let closer = Closer::Node(node);
    if plan.closer(node) != closer {
        return false;
    }
    let depends = |other: &NodeId| {
        let inputs = 0..plan.graph.nodes[*other].inputs.len();
        *other != node
            && plan.closer(*other) == Closer::Node(*other)
            && inputs
                .into_iter()
                .any(|input| plan.closer_of_input(*other, input) == closer)
    };
    plan.graph.nodes[node].behaviour.inputs().is_some()
        || plan.regions[region].nodes.iter().any(depends)
        || closing::is_due(writer, region, closer)
}

/// Returns whether some root may be open and give nothing in its turn: it is not
/// wanted, or not ready.
pub fn may_rest(writer: &Writer<'_, '_, '_>, region: usize) -> bool {
    let mut wanted = Demands::new(writer, Ask::Wanted);
    let roots = &writer.plan.regions[region].roots;
    writer.plan.is_paced(region)
        || !writer.plan.kept_in(region).is_empty()
        || roots
            .iter()
            .any(|root| puller(writer, *root).1 || matches!(wanted.root(*root), Demand::While(_)))
}

/// Returns whether some root of the region has not ended, or something is left of an item.
pub fn open(writer: &Writer<'_, '_, '_>, region: usize) -> TokenStream {
    let roots = 0..writer.plan.regions[region].roots.len();
    let open = roots.map(|index| {
        let flag = flag(writer, region, Closer::Root(index));
        writer.held(&flag)
    });
    let left = rests::any(writer, region);
    quote!(#(#open)||* #(|| #left)*)
}

/// The condition under which a fan-in of several roots, or an operator that ends its
/// branch, is over.
pub fn over(writer: &Writer<'_, '_, '_>, region: usize, node: NodeId) -> TokenStream {
    let at = writer.place(node);
    let plan = writer.plan;
    let local = writer.local(node);
    let each = &plan.graph.nodes[node];
    let left = plan.keeps(node).then(|| {
        let rest = writer.rest_of(node);
        quote_spanned!(at=> && #rest.is_empty())
    });
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
        _ => quote_spanned!(at=> #(#ended)&&* #left),
    }
}
