//! `timeout`, `retry`, `retry_if` and `retry_after`: the attempts of an operator.
//!
//! ```text
//! let (mut post, item_2, post_failure) = op::then_tried_shared(item_1, post);      // the set-up
//! let judge = Judge::of(erasing(post_failure).kind()).retry_if(post_failure, |e| e.status == 429);
//! let post_attempts = Attempts::judged_by(judge, None, 3.into());
//! …
//! let post_call = |x| {                                                            // before the regions
//!     let tries = post_attempts.of(x);
//!     async {
//!         let mut tries = tries;
//!         loop {
//!             let x = tries.item();
//!             if let Some(result) = tries.end(post(x)).await { break result; }
//!         }
//!     }
//! };
//! …
//! post_feed.place().await.start(post_call(x));                                     // the step
//! ```
//!
//! A step may be written several times, and each `async` block is a type of its own.
//! So futures that a cut runs come from one closure; those that are awaited where they
//! are made need none, and so may change what their function captured.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

use super::names::Writer;
use crate::{
    graph::{Node, NodeId},
    operators::Form,
};

/// The options that the flow makes attempts for.
const OPTIONS: [&str; 4] = ["timeout", "retry", "retry_if", "retry_after"];

/// Returns whether an operator has any of them.
fn has_any(node: &Node<'_>) -> bool {
    OPTIONS.iter().any(|name| node.option(name).is_some())
}

/// Returns whether the flow itself makes the attempts of an operator.
pub fn tries(node: &Node<'_>) -> bool {
    node.operator.form == Form::Await && has_any(node)
}

/// The attempts of a function that the flow calls.
pub fn of_function(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    let at = writer.at(node.span);
    let (failure, erasing) = (writer.failure(id), writer.private_at(at, "erasing"));
    let kind = quote_spanned!(at=> #erasing(#failure).kind());
    made(writer, node, &kind, &quote!(#failure))
}

/// The attempts of an operator that makes them itself, and fails with the library's
/// error.
pub fn of_operator(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    if !has_any(node) {
        return writer.private(quote!(Attempts::once()));
    }
    let kind = writer.private_at(writer.at(node.span), "Boxes");
    let (krate, ty) = (writer.krate, writer.private(quote!(op::Ty)));
    made(writer, node, &kind, &quote!(#ty::<#krate::Error>::new()))
}

/// Attempts that ask what is to be asked of an error, whose witness is `failure`.
fn made(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    kind: &TokenStream,
    failure: &TokenStream,
) -> TokenStream {
    let at = writer.at(node.span);
    let [judge, new] = ["Judge::of", "Attempts::judged_by"].map(|path| writer.private_at(at, path));
    let mut judge = quote_spanned!(at=> #judge(#kind));
    for name in ["retry_if", "retry_after"] {
        if let Some((word, f)) = option(node, name) {
            let ask = Ident::new(name, writer.at(word.span()));
            judge = quote_spanned!(ask.span()=> #judge.#ask(#failure, #f));
        }
    }
    let (timeout, retry) = limits(writer, node);
    quote_spanned!(at=> #new(#judge, #timeout, #retry))
}

/// `timeout` and `retry`, or what they are without.
fn limits(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> (TokenStream, TokenStream) {
    let at = writer.at(node.span);
    let timeout = match node.option("timeout") {
        Some(timeout) => quote_spanned!(at=> ::core::option::Option::Some(#timeout)),
        None => quote_spanned!(at=> ::core::option::Option::None),
    };
    let retry = match node.option("retry") {
        Some(retry) => quote_spanned!(at=> ::core::convert::Into::into(#retry)),
        None => quote_spanned!(at=> ::core::convert::Into::into(0)),
    };
    (timeout, retry)
}

/// An option with its name as it stands in the flow.
pub fn option<'n>(node: &'n Node<'_>, name: &str) -> Option<(&'n Ident, &'n Expr)> {
    let arguments = node.element?.arguments.as_ref()?;
    let mut options = arguments.options.iter();
    options
        .find(|(word, _)| word == name)
        .map(|(word, value)| (word, value))
}

/// What makes the futures of a cut, where attempts are made in them.
pub fn call(writer: &Writer<'_, '_, '_>, id: NodeId) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    if !is_called(node) {
        return None;
    }
    let (at, x, call) = (writer.place(id), writer.x(), writer.call_of(id));
    let future = future(writer, id, &quote!(#x));
    Some(quote_spanned!(at=> let #call = |#x| #future;))
}

/// Returns whether a cut has its futures from a closure.
fn is_called(node: &Node<'_>) -> bool {
    tries(node) && node.option("retry").is_some() && node.runs_jobs()
}

/// The future of an item, with the attempts in it.
pub fn run(writer: &Writer<'_, '_, '_>, id: NodeId, item: &TokenStream) -> TokenStream {
    let (at, op, attempts) = (writer.place(id), writer.local(id), writer.attempts(id));
    let node = &writer.graph().nodes[id];
    if is_called(node) {
        let call = writer.call_of(id);
        return quote_spanned!(at=> #call(#item));
    }
    if node.option("retry").is_none() {
        let timed = writer.private_at(at, "Attempts::timed");
        return quote_spanned!(at=> (&#timed)(&#attempts, #op(#item)));
    }
    future(writer, id, item)
}

/// A block that makes attempts until one succeeds or none is left.
fn future(writer: &Writer<'_, '_, '_>, id: NodeId, item: &TokenStream) -> TokenStream {
    let (at, op, attempts) = (writer.place(id), writer.local(id), writer.attempts(id));
    // The future has the item for itself, and shares the function.
    let x = writer.x();
    // What is wrong with either is blamed on the operator's word, and once.
    let [of, end] = ["Attempts::of", "Tries::end"].map(|path| writer.private_at(at, path));
    let (tries, result) = (writer.flag("tries"), writer.flag("result"));
    quote_spanned! {at=> {
        let #tries = (&#of)(&#attempts, #item);
        async {
            let mut #tries = #tries;
            loop {
                let #x = #tries.item();
                if let ::core::option::Option::Some(#result) = (&#end)(&mut #tries, #op(#x)).await {
                    break #result;
                }
            }
        }
    }}
}
