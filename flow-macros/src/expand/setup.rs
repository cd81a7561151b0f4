//! The set-up: builds every operator once, in the order of the graph, and lets
//! types flow forward.
//!
//! ```text
//! let (mut map_1, item_1) = op::map(item_0, |x| x * 3 + 1);
//! let mut filter_2 = op::filter(item_1, |x| x % 2 == 0);
//! let item_2 = item_1;
//! ```

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{
    allowed::allowed,
    asks::{asked, fed, is_asked, result, text, unawaited},
    attempts,
    constructor::{Constructor, constructor, lane},
    functions::tries,
    inner, keep_item,
    names::Writer,
    observe,
    questions::{fatal, question},
    routes, tokens as acked,
};
use crate::{
    acknowledge,
    graph::{Node, NodeId, Port, Use},
    inputs,
    plan::Level,
    syntax::Special,
    table::{Question, Role, Waits},
};

/// An operator that makes its own error of its function's: it is told of which kind that is.
fn erasing(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    made: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let (at, op, failure) = (writer.place(id), writer.local(id), writer.failure(id));
    let [erasing, failing] = ["erasing", "failing"].map(|path| writer.private_at(at, path));
    quote_spanned! {at=>
        let (#made, #failure) = #call;
        let mut #op = #failing(#op, #erasing(#failure).kind());
    }
}

/// The set-up of all nodes.
pub fn setup(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let nodes = writer.plan.order.iter();
    let nodes = nodes.map(|&node| allowed(writer.graph().nodes[node].allows, build(writer, node)));
    let ending = writer.has_ending().then(|| {
        let (ending, new) = (writer.flag("ending"), writer.private(quote!(op::ending)));
        quote!(let #ending = #new();)
    });
    ending.into_iter().chain(nodes).collect()
}

/// One operator.
fn build(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let op = writer.local(id);
    let item = writer.witness(id, Port::Items);
    let input = input(writer, id);
    let mut built = constructor(writer, node);
    if acked::is_synced(writer, id) {
        built.name.push_str("_synced");
    }
    if let Some(source) = writer.adapted(id) {
        return adapted(writer, id, source, built, &input);
    }
    let arguments = &built.arguments;
    let call = |inside: TokenStream| built.call(writer, node, &input, &inside);
    let kind = text(writer, node, &input);
    let inside = quote_spanned!(at=> #kind #input #(, #arguments)*);
    let behaviour = &node.behaviour;
    let mut tokens = match behaviour.role {
        _ if node.inner.is_some() || node.remains_within() => {
            let within = writer.within(id);
            let chain = setup(&within);
            if node.remains_within() {
                return inner::remains(writer, id, &within, &chain, &input);
            }
            inner::setup(writer, id, &within, &chain, &input)
        }
        Role::Source => source(writer, id, call(quote_spanned!(at=> #(#arguments),*))),
        Role::Inlet => inlet(writer, id),
        Role::Outlet | Role::Side => TokenStream::new(),
        Role::Split => routes::setup(writer, id, &input),
        Role::Sink => sink(writer, id, &built, call(inside)),
        Role::FanIn if behaviour.is_union() => union(writer, id),
        Role::FanIn if behaviour.pairs() => zip(writer, id, &call(inside)),
        Role::Stage if behaviour.tells_source => {
            let source = acknowledge::source_of(writer.graph(), id);
            let meta = source.map(|source| writer.meta(source));
            let call = call(quote_spanned!(at=> #input, #meta));
            quote_spanned!(at=> let #item = #call;)
        }
        Role::Stage if node.is_cut() && !node.runs_jobs() => {
            let (call, hidden) = (call(inside), inner::hidden(writer, id));
            quote_spanned!(at=> let (#op, #item) = #call; #hidden)
        }
        Role::Stage if tries(node) => {
            let (call, failure) = (call(inside), writer.failure(id));
            let given = attempts::let_of_function(writer, id, node);
            quote_spanned!(at=> let (mut #op, #item, #failure) = #call; #given)
        }
        Role::Stage if node.operator.erases => {
            let call = call(inside);
            erasing(writer, id, &quote_spanned!(at=> #op, #item), &call)
        }
        Role::Stage if behaviour.passes() => {
            let call = call(inside);
            quote_spanned!(at=> let mut #op = #call; let #item = #input;)
        }
        Role::Stage if !node.operator.is_called() => {
            let call = call(inside);
            quote_spanned!(at=> let #item = #call;)
        }
        Role::Stage | Role::FanIn => {
            let call = call(inside);
            let result = result(writer, id, node);
            let attempts = attempts::of_any(writer, id, node);
            let moded = moded(writer, id, node);
            quote_spanned!(at=> let (mut #op, #item) = #call; #moded #result #attempts)
        }
    };
    tokens.extend(fatal(writer, id, node));
    tokens.extend(unawaited(writer, id, node));
    tokens.extend(keep_item::setup(writer, id, &input));
    tokens.extend(question(writer, id, node));
    tokens.extend(limit(writer, id, node));
    tokens.extend(observe::under(writer, id));
    tokens.extend(cloners(writer, id));
    tokens.extend(come_back(writer, id));
    tokens
}

/// A source, built by this call of a constructor. An iterator is pulled where it lies.
fn source(writer: &Writer<'_, '_, '_>, id: NodeId, call: TokenStream) -> TokenStream {
    let (at, node) = (writer.place(id), &writer.graph().nodes[id]);
    let (op, item) = (writer.local(id), writer.witness(id, Port::Items));
    let iterates = node.behaviour.waits == Waits::Never;
    let mutable = iterates.then(|| quote_spanned!(at=> mut));
    if node.acknowledges() {
        let (acks, meta) = (writer.acks(id), writer.meta(id));
        return quote_spanned!(at=> let (#mutable #op, #acks, #item, #meta) = #call;);
    }
    quote_spanned!(at=> let (#mutable #op, #item) = #call;)
}

/// Writes the witness of an inlet: its type is the one that the user wrote.
fn inlet(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let element = writer.graph().nodes[id].element;
    let Some(Special::Inlet(given)) = element.and_then(|element| element.special.as_ref()) else {
        return TokenStream::new();
    };
    let (item, ty) = (
        writer.witness(id, Port::Items),
        writer.private(quote!(op::Ty)),
    );
    quote!(let #item = #ty::<#given>::new();)
}

/// A sink, built by this call of a constructor.
fn sink(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    built: &Constructor,
    call: TokenStream,
) -> TokenStream {
    let (at, node) = (writer.place(id), &writer.graph().nodes[id]);
    let op = writer.local(id);
    match node.behaviour.waits {
        // `? else drop` asks nothing of what it is given.
        _ if node.is_dropped() => TokenStream::new(),
        _ if !node.operator.is_called() => {
            // Where the futures come from they are refused already.
            let futures = ["DrainsFutures", "Drains"][usize::from(is_asked(writer, id))];
            asked(writer, node.span, [futures, "Drains"], &call, "drained")
        }
        Waits::Depends => {
            let wait = writer.wait(id);
            quote_spanned!(at=> let (mut #op, #wait) = #call;)
        }
        _ if node.operator.question == Question::Function && node.raises().is_some() => {
            let (item, result) = (writer.witness(id, Port::Items), result(writer, id, node));
            quote_spanned!(at=> let (mut #op, #item) = #call; #result)
        }
        _ if matches!(built.method, Some(("of", _))) => {
            let call = fed(writer, node, &call);
            quote_spanned!(at=> let mut #op = #call;)
        }
        _ => quote_spanned!(at=> let mut #op = #call;),
    }
}

/// Writes that what lanes give is copied as the chain is: they do not say it.
fn moded(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> Option<TokenStream> {
    let (at, item) = (writer.place(id), writer.witness(id, Port::Items));
    (node.behaviour.has_lanes() && writer.copies.is_some()).then(|| {
        let moded = writer.in_mode(node.span, &quote!(#item));
        quote_spanned!(at=> let #item = #moded;)
    })
}

/// Demands that items which come back into a cycle have the type that went in.
fn come_back(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let graph = writer.graph();
    let mut tokens = TokenStream::new();
    for to in graph.all_uses(id) {
        if graph.nodes[to.node].inputs[to.input].back {
            tokens.extend(join(writer, to));
        }
    }
    tokens
}

/// Demands that an input of a union has the type of the first.
fn join(writer: &Writer<'_, '_, '_>, to: Use) -> TokenStream {
    let edge = &writer.graph().nodes[to.node].inputs[to.input];
    let at = writer.at(edge.span);
    let first = writer.witness_at(to.node, Port::Items, at);
    let joins = writer.witness_at(edge.from, edge.port, at);
    let same = writer.call(edge.span, "same", &quote_spanned!(at=> (#first, #joins)));
    let join = writer.join(to);
    quote_spanned!(at=> let #join = #same;)
}

/// An operator whose work the iterator of a source does.
fn adapted(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    source: NodeId,
    mut built: Constructor,
    input: &TokenStream,
) -> TokenStream {
    let (at, node) = (writer.place(id), &writer.graph().nodes[id]);
    let (source, item) = (writer.local(source), writer.witness(id, Port::Items));
    built.name.push_str("_of");
    let arguments = &built.arguments;
    let inside = quote_spanned!(at=> #source #(, #arguments)*);
    let (call, cloners) = (
        built.call(writer, node, input, &inside),
        cloners(writer, id),
    );
    quote_spanned!(at=> let mut #source = #call; let #item = #input; #cloners)
}

/// The witness of what flows in; of a fan-in a tuple of them, or of lanes.
fn input(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let witnesses: Vec<_> = node
        .inputs
        .iter()
        .enumerate()
        .map(|(input, edge)| {
            let witness = writer.witness_at(edge.from, edge.port, at);
            match lane(node, input) {
                Some(lane) => writer.call(edge.span, lane, &quote!(#witness)),
                None => quote!(#witness),
            }
        })
        .collect();
    match witnesses.as_slice() {
        [only] if !node.operator.is_fan_in() => quote_spanned!(at=> #only),
        [] => TokenStream::new(),
        many => quote_spanned!(at=> (#(#many),*)),
    }
}

/// The inputs of a union are of one type: the first one's.
fn union(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let item = writer.witness(id, Port::Items);
    let inputs = node.inputs.iter().enumerate();
    let witnesses = inputs.filter(|(_, edge)| !edge.back).map(|(input, edge)| {
        if node.joins(input) {
            return join(writer, Use { node: id, input });
        }
        let each = writer.witness(edge.from, edge.port);
        quote_spanned!(at=> let #item = #each;)
    });
    let mut tokens: TokenStream = witnesses.collect();
    // Inputs from other regions never meet in one step, so only those of one
    // region may need to wait here.
    let inside = (0..node.inputs.len()).filter(|input| {
        writer
            .plan
            .crossing(Use {
                node: id,
                input: *input,
            })
            .is_none()
    });
    let queue = writer.queue(id);
    if let Some(capacity) = node.bound() {
        let new = writer.private_at(at, "op::queue_of_cycle");
        let (stage, item) = (writer.stage(id), acked::witness(writer, id, &item));
        tokens.extend(quote_spanned!(at=> let mut #queue = #new(#item, #stage, #capacity);));
    } else if inside.count() > 1 {
        debug_assert!(writer.has_queue(id));
        let one_by_one = writer.plan.level(id) == Some(Level::Queue);
        let new = match writer.plan.is_cycle_head(id) || one_by_one {
            true => writer.private_at(at, "op::queue"),
            false => writer.private_at(at, "op::meeting"),
        };
        let item = acked::witness(writer, id, &item);
        tokens.extend(quote_spanned!(at=> let mut #queue = #new(#item);));
    }
    tokens
}

fn zip(writer: &Writer<'_, '_, '_>, id: NodeId, call: &TokenStream) -> TokenStream {
    let at = writer.place(id);
    let node = &writer.graph().nodes[id];
    let item = writer.witness(id, Port::Items);
    let mut tokens = quote_spanned!(at=> let #item = #call;);
    if writer.plan.is_lockstep(id) {
        return tokens;
    }
    let capacity = node.option("capacity");
    for (input, edge) in node.inputs.iter().enumerate() {
        let slot = writer.slot(id, input);
        let each = writer.witness(edge.from, edge.port);
        let new = match capacity {
            None => {
                let to = Use { node: id, input };
                let kind = match writer.plan.waits_alone(to) {
                    true => "op::slot",
                    false => "op::side",
                };
                let new = writer.private_at(at, kind);
                quote_spanned!(at=> #new(#each))
            }
            Some(capacity) => {
                let new = writer.private_at(at, "op::queue_within");
                let name = inputs::name(node, input);
                quote_spanned!(at=> #new(#each, #name, #capacity))
            }
        };
        tokens.extend(quote_spanned!(at=> let mut #slot = #new;));
    }
    tokens
}

/// Returns how many futures a cut runs.
fn limit(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    let at = writer.place(id);
    if !node.runs_jobs() {
        return TokenStream::new();
    }
    let (limit, value) = (writer.limit(id), attempts::at_once(writer, id, node));
    quote_spanned!(at=> let #limit = #value;)
}

/// Writes what clones items for branches, where an output is lent.
fn cloners(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let at = writer.place(id);
    let graph = writer.graph();
    let mut tokens = TokenStream::new();
    for port in graph.nodes[id].ports() {
        if let Some(span) = writer.lent_at(id, port) {
            let cloner = writer.cloner(id, port);
            let witness = writer.witness_at(id, port, writer.at(span));
            let branch = writer.call(span, "branch", &quote_spanned!(at=> #witness));
            tokens.extend(quote_spanned!(at=> let #cloner = #branch;));
        }
    }
    tokens
}
