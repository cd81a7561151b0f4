//! The view of a flow that an editor gets, beside its expansion: items for its words.
//!
//! An editor knows of the words in a macro what they are in the expansion. So operators and
//! options are paths to items with their documentation, stages are locals with the type of
//! their items, and a word that is neither stands where what is offered fits:
//!
//! ```text
//! {
//!     use words::map as _;                       // a known operator
//!     use words::options::then::retry as _;      // a known option
//!     mod behind { … }                           // the operators, and the stages
//!     behind::ma;                                // a word that somebody is typing
//!     …the set-up…
//!     if false {
//!         let celsius = items(item_2);           // a stage
//!         let _ = &celsius;                      // a use of it
//!         loop {}
//!     }
//!     …the flow…
//! }
//! ```
//!
//! The compiler does not see this: `flow!` asks for it where `cfg(rust_analyzer)` is set.

mod found;
#[cfg(test)]
mod tests;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use self::found::{Found, Place};
use crate::{
    graph::{Node, NodeId, Port},
    names::Writer,
    syntax::Syntax,
    table::{self, Form},
};

/// The items for operators, options and unknown words: they stand first, where a completion
/// is looked for.
pub fn words(krate: &TokenStream, syntax: &Syntax) -> TokenStream {
    let found = Found::of(syntax);
    let words = quote!(#krate::__private::words);
    let operators = found.operators.iter();
    let operators = operators.map(|word| quote!(use #words::#word as _;));
    let options = found.options.iter();
    let options =
        options.map(|(operator, word)| quote!(use #words::options::#operator::#word as _;));
    let typed = found
        .typed
        .iter()
        .map(|(place, word)| typed(&words, &found, *place, *word));
    quote! {
        #[allow(unused_imports)]
        const _: () = { #(#operators)* #(#options)* };
        #(#typed)*
    }
}

/// A word that somebody is typing, among what may stand there.
fn typed(
    words: &TokenStream,
    found: &Found<'_>,
    place: Place<'_>,
    word: Option<&Ident>,
) -> TokenStream {
    // Where there is no word yet, one stands in for it: an editor compares the expansions
    // with and without one.
    let none = || {
        let sink = table::operators().find(|row| row.is_sink());
        Ident::new(sink.map_or("_", |row| row.name), Span::mixed_site())
    };
    let word = word.map_or_else(none, Ident::clone);
    let names = found.names.iter().map(ToString::to_string);
    let names = names.map(|name| syn::parse_str::<Ident>(&name).ok());
    let stages = names.map(|name| quote!(pub const #name: #words::Stage = #words::Stage;));
    match place {
        Place::Head => quote!({ mod head { pub use #words::head::*; #(#stages)* } head::#word; }),
        Place::Behind => {
            quote!({ mod behind { pub use #words::behind::*; #(#stages)* } behind::#word; })
        }
        Place::Segment => quote!({ mod segments { #(#stages)* } segments::#word; }),
        Place::Option(operator) => quote!(#words::options::#operator::#word;),
    }
}

/// The locals for the stages, and the uses of them: they stand behind the set-up.
pub fn stages(writer: &Writer<'_, '_, '_>, syntax: &Syntax) -> TokenStream {
    let found = Found::of(syntax);
    let stages = found.names.iter().map(|name| {
        let nodes = writer.graph().nodes.iter();
        let is_end = |node: &Node<'_>| node.names_end && node.chain.is_some_and(|it| it == *name);
        let node = nodes.enumerate().find(|(_, node)| is_end(node));
        let value = node.map_or_else(|| quote!(()), |(id, _)| value(writer, id));
        quote!(let #name = #value;)
    });
    let uses = found.uses.iter().map(|name| quote!(let _ = &#name;));
    quote! {
        #[allow(unused, non_snake_case, clippy::all)]
        if false {
            #(#stages)*
            #(#uses)*
            loop {}
        }
    }
}

/// The value that is shown as a stage: its items, or the value of a sink.
fn value(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let node = &writer.graph().nodes[id];
    if writer.plan.has_value(id) {
        let sink = writer.local(id);
        return quote!(#sink.finish());
    }
    if node.operator.is_sink() || matches!(node.operator.form, Form::Match | Form::Outlet) {
        return quote!(());
    }
    let item = writer.witness(id, Port::Items);
    let items = writer.private(quote!(words::items));
    quote!(#items(#item))
}
