//! Questions of the set-up to types: are they futures, `Result`s, collections?

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{
    functions::{gives_futures, may_be_async},
    names::Writer,
};
use crate::graph::{Node, NodeId, Port};

/// Asks of which kind a type is: refuses one that is dropped unseen.
pub(super) fn asked(
    writer: &Writer<'_, '_, '_>,
    span: Span,
    traits: [&str; 2],
    call: &TokenStream,
    method: &str,
) -> TokenStream {
    let at = writer.at(span);
    let [first, second] = traits.map(|name| writer.private_at(at, &format!("op::{name}")));
    let method = Ident::new(method, at);
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use {#first as _, #second as _};
        (&#call).#method();
    }}
}

/// Returns whether an operator is asked what its function gives.
pub(super) fn asks_for_futures(node: &Node<'_>) -> bool {
    let unwraps = node.raises().is_some() || node.diverts().is_some();
    node.operator.asks_for_futures && !unwraps && may_be_async(node)
}

/// Returns whether what flows into a node was asked for where it was made.
pub(super) fn is_asked(writer: &Writer<'_, '_, '_>, mut id: NodeId) -> bool {
    let nodes = &writer.graph().nodes;
    while let [edge] = nodes[id].inputs.as_slice() {
        id = edge.from;
        if asks_for_futures(&nodes[id]) {
            return true;
        }
        if !nodes[id].behaviour.passes() {
            return false;
        }
    }
    false
}

/// Refuses an async function where nothing awaits what it gives.
pub(super) fn unawaited(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    node: &Node<'_>,
) -> Option<TokenStream> {
    if !asks_for_futures(node) {
        return None;
    }
    let (at, item) = (writer.place(id), writer.witness(id, Port::Items));
    let (op, at_word) = (writer.local(id), writer.at(node.span));
    let mapped = writer.call(node.span, "mapped", &quote_spanned!(at=> #item));
    let [future, no] =
        ["GivesFuture", "GivesItem"].map(|name| writer.private_at(at_word, &format!("op::{name}")));
    Some(quote_spanned! {at_word=>
        let (mut #op, #item) = {
            #[allow(unused_imports)]
            use {#future as _, #no as _};
            (&#mapped).given(#op)
        };
    })
}

/// The call of a constructor that depends on what its function is.
pub(super) fn of_function(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &str,
    input: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let at = writer.at(node.span);
    let [future, no] =
        ["FutureFunction", "NoFunction"].map(|name| writer.private_at(at, &format!("op::{name}")));
    // What is wrong with the function is blamed on it.
    let f = Ident::new("f", writer.at(value.span()));
    let function = writer.call(node.span, "function", &quote_spanned!(at=> &#f, #input));
    let method = Ident::new(name, at);
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use {#future as _, #no as _};
        let #f = #value;
        (&#function).kind().#method(#input, #f)
    }}
}

/// A collection that is fed as it can be.
pub(super) fn fed(writer: &Writer<'_, '_, '_>, node: &Node<'_>, call: &TokenStream) -> TokenStream {
    let at = writer.at(node.span);
    let ways = [
        "Pushes",
        "Extends",
        "TriesExtending",
        "TriesBuilding",
        "Gathers",
    ];
    let ways = ways.map(|name| writer.private_at(at, &format!("op::{name}")));
    let all = Ident::new("all", at);
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use {#(#ways as _),*};
        let #all = #call;
        (&&&&&#all).feed()
    }}
}

/// The kind of items as text, before the other arguments of a constructor that is told it.
pub(super) fn text(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    input: &TokenStream,
) -> Option<TokenStream> {
    if !node.operator.asks_for_text {
        return None;
    }
    let at = writer.at(node.span);
    let [line, formats] =
        ["line", "Formats"].map(|name| writer.private_at(at, &format!("op::{name}")));
    Some(quote_spanned! {at=>
        {
            #[allow(unused_imports)]
            use #formats as _;
            (&#line(#input)).kind()
        },
    })
}

/// Writes what comes of the futures of a closure that need not give any.
pub(super) fn result(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    node: &Node<'_>,
) -> Option<TokenStream> {
    let (at, item) = (writer.place(id), writer.witness(id, Port::Items));
    let no_future = writer.private_at(at, "op::NoFuture");
    gives_futures(node)
        .then(|| quote_spanned!(at=> let #item = { #[allow(unused_imports)] use #no_future as _; #item.result() };))
}
