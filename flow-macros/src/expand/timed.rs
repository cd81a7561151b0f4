//! The constructors of what goes by the time in the items: `in_order`, the windows, and
//! what `aggregate` makes of them.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, spanned::Spanned};

use super::names::Writer;
use crate::{
    aggregates::{self, Aggregate},
    graph::Node,
    values::flag,
};

fn values<'n>(node: &'n Node<'_>) -> &'n [Expr] {
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    arguments.map_or(&[], |arguments| &arguments.values)
}

/// Returns whether `aggregate` is part of a window.
pub fn is_aggregated(node: &Node<'_>) -> bool {
    node.element.is_some_and(|each| each.aggregate.is_some())
}

/// The mark of items: their token, where they have one.
fn mark(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    let mut nodes = writer.graph().nodes.iter();
    let id = nodes.position(|each| std::ptr::eq(each, node));
    if id.is_some_and(|id| writer.is_acked(id)) {
        writer.private(quote!(checkpoint::Token::none()))
    } else {
        writer.private(quote!(op::Plain))
    }
}

/// Of `in_order`.
pub fn in_order(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    let idle = node.option("idle");
    if idle.is_some() {
        name.push_str("_idle");
    } else {
        arguments.push(mark(writer, node));
    }
    let at = values(node).iter().map(|at| quote!(#at));
    arguments.extend(at);
    arguments.extend(node.option("late").map(|late| quote!(#late)));
    arguments.push(match node.option("capacity") {
        Some(capacity) => quote!(#capacity),
        None => writer.private(quote!(op::UNBOUNDED)),
    });
    arguments.push(match node.option("then_by") {
        Some(then) => quote!(#then),
        None => writer.private(quote!(op::as_they_come)),
    });
    let place = writer.at(node.span);
    arguments.push(match (node.option("ahead"), node.option("clock")) {
        (None, _) => writer.private(quote!(op::Unlimited)),
        (Some(ahead), None) => {
            let new = writer.private_at(writer.at(ahead.span()), "op::ahead");
            quote_spanned!(place=> #new(#ahead))
        }
        (Some(ahead), Some(clock)) => {
            let new = writer.private_at(place, "op::ahead_of");
            quote_spanned!(place=> #new(#ahead, #clock))
        }
    });
    arguments.extend(idle.map(|idle| quote!(#idle)));
    arguments
}

/// Of a window of a number of items, with what is known of it in its place.
pub fn sliding(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    name: &mut String,
) -> Vec<TokenStream> {
    let partial = node.option("partial").and_then(flag) == Some(true);
    name.push_str(if partial {
        "_partial_aggregate"
    } else {
        "_aggregate"
    });
    let size = values(node).iter().map(|value| quote!(#value));
    size.chain(aggregated(writer, node)).collect()
}

/// Of a window by the time in the items.
pub fn window(writer: &Writer<'_, '_, '_>, node: &Node<'_>, name: &mut String) -> Vec<TokenStream> {
    let mut arguments = vec![mark(writer, node)];
    arguments.extend(values(node).iter().map(|value| quote!(#value)));
    if let Some(by) = node.option("by") {
        name.push_str("_by");
        arguments.push(quote!(#by));
    }
    if let Some(summary) = aggregated(writer, node) {
        name.push_str("_aggregate");
        arguments.push(summary);
    }
    arguments
}

/// Writes what is made of the items in a window, where an `aggregate` is part of it.
fn aggregated(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Option<TokenStream> {
    let aggregation = node.element?.aggregate.as_ref()?;
    let item = writer.input_witness(node, aggregation.word.span())?;
    Some(summary(writer, &quote!(#item), &aggregation.values))
}

/// The argument of an `aggregate` behind a window that others see as well.
pub fn aggregate(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Vec<TokenStream> {
    let Some(window) = writer.input_witness(node, node.span) else {
        return Vec::new();
    };
    let item = writer.call(node.span, "aggregate_items", &quote!(#window));
    vec![summary(writer, &item, values(node))]
}

/// One aggregate alone, or several in a tuple.
fn summary(writer: &Writer<'_, '_, '_>, item: &TokenStream, values: &[Expr]) -> TokenStream {
    let all = aggregates::all(values).map(|each| match each {
        Aggregate::Word { name, span, f } => {
            let f = f.map(|f| quote!(, #f));
            writer.call(span, &format!("{name}_of"), &quote!(#item #f))
        }
        Aggregate::Own(value) => own(writer, item, value),
    });
    let all: Vec<TokenStream> = all.collect();
    match all.as_slice() {
        [only] => only.clone(),
        several => quote!((#(#several),*)),
    }
}

/// An aggregate of the user's own: of which kind it is, its type tells.
fn own(writer: &Writer<'_, '_, '_>, item: &TokenStream, value: &Expr) -> TokenStream {
    let at = writer.at(value.span());
    let [clones, leaves] = ["ClonesAggregate", "LeavesAggregate"]
        .map(|name| writer.private_at(at, &format!("op::{name}")));
    let own = writer.call(value.span(), "own_of", &quote!(#item, #value));
    let kind = Ident::new("kind", at);
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use {#clones as _, #leaves as _};
        (&mut #own).#kind()
    }}
}
