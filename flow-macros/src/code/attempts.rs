//! `timeout`, `retry`, `retry_if` and `retry_after`: the attempts of an operator; and
//! what they are made under, by `limit`, `refused` and `budget`.
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
//! Under a limit or a budget every attempt waits until it may begin:
//!
//! ```text
//! loop {
//!     if let Err(error) = tries.begin().await { break Err(error); }
//!     let x = tries.item();
//!     if let Some(result) = tries.end(post(x)).await { break result; }
//! }
//! ```
//!
//! A step may be written several times, and each `async` block is a type of its own.
//! So futures that a cut runs come from one closure; those that are awaited where they
//! are made need none, and so may change what their function captured.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

use super::functions::{OPTIONS, has_any, is_costly, makes, may_give_no_future, tries};
use crate::{
    graph::{Edge, Node, NodeId, Port},
    names::Writer,
    sorted::Set,
    table::{Build, Costs, Form},
};

/// The attempts of a function that the flow calls, as a local.
pub fn let_of_function(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    let (at, attempts) = (writer.place(id), writer.attempts(id));
    let given = of_function(writer, id, node);
    quote_spanned!(at=> let #attempts = #given;)
}

/// The attempts of a function that the flow calls.
fn of_function(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    let at = writer.at(node.span);
    let (failure, erasing) = (writer.failure(id), writer.private_at(at, "erasing"));
    let kind = quote_spanned!(at=> #erasing(#failure).kind());
    let value = made_by(writer, id, "value");
    made(writer, node, &kind, &quote!(#failure), &value)
}

/// The only attempt of a function that may give anything, where it waits until it may
/// begin.
pub fn of_any(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> Option<TokenStream> {
    if !makes(node) || tries(node) {
        return None;
    }
    let (at, attempts) = (writer.at(node.span), writer.attempts(id));
    let [kind, value] = ["kind", "value"].map(|asked| made_by(writer, id, asked));
    let given = made(writer, node, &kind, &TokenStream::new(), &value);
    Some(quote_spanned!(at=> let #attempts = #given;))
}

/// Writes what is asked of the value that a function makes.
fn made_by(writer: &Writer<'_, '_, '_>, id: NodeId, asked: &str) -> TokenStream {
    let at = writer.place(id);
    let (item, asked) = (writer.witness(id, Port::Items), Ident::new(asked, at));
    let making = writer.private_at(at, "making");
    quote_spanned!(at=> #making(#item).#asked())
}

/// The attempts of an operator that makes them itself, and fails with the library's
/// error.
pub fn of_operator(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> TokenStream {
    if !has_any(node, &OPTIONS) && !is_costly(node) {
        return writer.private(quote!(Attempts::once()));
    }
    let at = writer.at(node.span);
    let kind = writer.private_at(at, "Boxes");
    let (krate, ty) = (writer.krate, writer.private(quote!(op::Ty)));
    let item = writer.input_witness(node, node.span);
    let value = match node.operator.build {
        Build::Store(Costs::Item) => quote!(#item),
        _ => {
            let value = writer.private_at(at, "op::value_of");
            quote_spanned!(at=> #value(#item))
        }
    };
    made(
        writer,
        node,
        &kind,
        &quote!(#ty::<#krate::Error>::new()),
        &value,
    )
}

/// Attempts that ask what is to be asked of an error, whose witness is `failure`, of an
/// item, and of the value made.
fn made(
    writer: &Writer<'_, '_, '_>,
    node: &Node<'_>,
    kind: &TokenStream,
    failure: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    let at = writer.at(node.span);
    let [judge, new] = ["Judge::of", "Attempts::judged_by"].map(|path| writer.private_at(at, path));
    let mut judge = quote_spanned!(at=> #judge(#kind));
    let item = writer.input_witness(node, node.span);
    for (name, asked) in [
        ("retry_if", failure),
        ("retry_after", failure),
        ("refused", failure),
        ("units", &quote!(#item)),
        ("cost", value),
    ] {
        if let Some((word, f)) = option(node, name) {
            let ask = Ident::new(name, writer.at(word.span()));
            judge = quote_spanned!(ask.span()=> #judge.#ask(#asked, #f));
        }
    }
    let ((timeout, retry), under) = (limits(writer, node), under(writer, node));
    quote_spanned!(at=> #new(#judge, #timeout, #retry) #under)
}

/// Writes what the attempts are made under.
fn under(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Option<TokenStream> {
    if !is_costly(node) {
        return None;
    }
    let at = writer.at(node.span);
    let new = writer.private_at(at, "Under::new");
    let mut under = quote_spanned!(at=> #new());
    for name in ["limit", "give_up", "budget"] {
        if let Some((word, given)) = option(node, name) {
            let add = Ident::new(name, writer.at(word.span()));
            under = quote_spanned!(add.span()=> #under.#add(#given));
        }
    }
    Some(quote_spanned!(at=> .under(#under)))
}

/// Writes how many items a cut that runs futures takes at once.
pub fn at_once(writer: &Writer<'_, '_, '_>, id: NodeId, node: &Node<'_>) -> TokenStream {
    let concurrency = node.option("concurrency");
    let places = concurrency.map(|given| writer.call(node.span, "places", &quote!(#given)));
    if node.option("limit").is_none() {
        return places.unwrap_or_default();
    }
    let at = writer.at(node.span);
    let stage = holder(writer, id);
    if let Some(places) = places {
        let within = writer.private_at(at, "at_once_within");
        return quote_spanned!(at=> #within(&#stage, #places));
    }
    let at_once = writer.private_at(at, "at_once");
    let refused = node.option("refused").is_some();
    quote_spanned!(at=> #at_once(&#stage, #refused))
}

/// The budgets of what lies before a node, in the same chain.
pub fn budgets(writer: &Writer<'_, '_, '_>, node: &Node<'_>) -> Vec<TokenStream> {
    let nodes = &writer.graph().nodes;
    let mut before = Set::new();
    let mut next: Vec<&Edge> = node.inputs.iter().collect();
    while let Some(edge) = next.pop() {
        // What comes back is built later.
        if !edge.back && before.insert(edge.from) {
            next.extend(&nodes[edge.from].inputs);
        }
    }
    let before = before.into_iter();
    let paid = before.filter(|id| nodes[*id].option("budget").is_some());
    let pays = writer.private_at(writer.at(node.span), "IsUnder::pays");
    paid.map(|id| holder(writer, id))
        .map(|holder| quote!(#pays(&#holder)))
        .collect()
}

/// The local that holds an operator's attempts.
pub fn holder(writer: &Writer<'_, '_, '_>, id: NodeId) -> Ident {
    match writer.graph().nodes[id].operator.form {
        Form::Await => writer.attempts(id),
        _ => writer.local(id),
    }
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

/// Writes what makes the futures of a cut, where attempts are made in them.
pub fn call(writer: &Writer<'_, '_, '_>, id: NodeId) -> Option<TokenStream> {
    let node = &writer.graph().nodes[id];
    if !is_called(node) {
        return None;
    }
    let (at, x, call) = (writer.place(id), writer.x(), writer.call_of(id));
    let future = if is_costly(node) {
        costly(writer, id, &quote!(#x))
    } else {
        future(writer, id, &quote!(#x))
    };
    Some(quote_spanned!(at=> let #call = |#x| #future;))
}

/// Returns whether a cut has its futures from a closure.
fn is_called(node: &Node<'_>) -> bool {
    makes(node) && node.runs_jobs() && (node.option("retry").is_some() || is_costly(node))
}

/// The future of an item, with the attempts in it.
pub fn run(writer: &Writer<'_, '_, '_>, id: NodeId, item: &TokenStream) -> TokenStream {
    let (at, op, attempts) = (writer.place(id), writer.local(id), writer.attempts(id));
    let node = &writer.graph().nodes[id];
    if is_called(node) {
        let call = writer.call_of(id);
        return quote_spanned!(at=> #call(#item));
    }
    if is_costly(node) {
        return costly(writer, id, item);
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

/// A block that makes attempts, each when it may begin.
fn costly(writer: &Writer<'_, '_, '_>, id: NodeId, item: &TokenStream) -> TokenStream {
    let (at, op, attempts) = (writer.place(id), writer.local(id), writer.attempts(id));
    let node = &writer.graph().nodes[id];
    let refused = node.option("refused").is_some();
    let visit = if refused || node.option("retry").is_some() {
        let again = writer.private_at(at, "Attempts::costly_again");
        quote_spanned!(at=> (&#again)(&#attempts, #item, #refused))
    } else {
        let once = writer.private_at(at, "Attempts::costly");
        quote_spanned!(at=> (&#once)(&#attempts, #item))
    };
    let x = writer.x();
    let [tries_, result, error] = ["tries", "result", "error"].map(|name| writer.flag(name));
    let mut called = quote_spanned!(at=> #op(#x));
    if may_give_no_future(node) {
        let future = writer.private_at(at, "op::future");
        called = quote_spanned!(at=> #future(#called));
    }
    let [end, once] = ["Costly::end", "Costly::once"].map(|path| writer.private_at(at, path));
    let begun = quote_spanned!(at=> let #x = #tries_.item(););
    let work = if tries(node) {
        quote_spanned! {at=>
            loop {
                if let ::core::result::Result::Err(#error) = #tries_.begin().await {
                    break ::core::result::Result::Err(#error);
                }
                #begun
                if let ::core::option::Option::Some(#result) = (&#end)(&mut #tries_, #called).await {
                    break #result;
                }
            }
        }
    } else if node.may_be_fatal() {
        let charged = writer.private_at(at, "Charged");
        quote_spanned! {at=>
            match #tries_.begin().await {
                ::core::result::Result::Ok(()) => {
                    #begun
                    #charged::given((&#once)(&mut #tries_, #called).await)
                }
                ::core::result::Result::Err(#error) => #charged::ended(#error),
            }
        }
    } else {
        quote_spanned! {at=>
            #tries_.begin_once().await;
            #begun
            (&#once)(&mut #tries_, #called).await
        }
    };
    quote_spanned! {at=> {
        let #tries_ = #visit;
        async {
            let mut #tries_ = #tries_;
            #work
        }
    }}
}
