//! `? else name` in a chain within an element, to a segment around it: errors leave the
//! chain beside its items.
//!
//! Where the chain is written in its place, so is what follows. Where it runs apart, what
//! leaves it is a `Result`: an item, or an error; of several `? else` the error is one again.
//!
//! ```text
//! out.give(Err(Ok(x))).await;                         // in the chain
//! …
//! match x {                                           // behind it
//!     Ok(x) => { … }
//!     Err(Ok(x)) => { … }                             // of the first `? else`
//!     Err(Err(x)) => { … }                            // of the second
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use crate::{
    graph::{NodeId, Port},
    names::Writer,
};

/// An item, or an error of one of so many sides.
fn nested(sides: usize, side: Option<usize>, x: TokenStream) -> TokenStream {
    match side {
        _ if sides == 0 => x,
        None => quote!(::core::result::Result::Ok(#x)),
        Some(side) => {
            // The last has nothing behind it.
            let rest = sides - 1;
            let error = nested(rest, side.checked_sub(1), x);
            quote!(::core::result::Result::Err(#error))
        }
    }
}

/// The pattern of what leaves a chain: an item, or an error of one of its sides.
pub fn pattern(sides: usize, side: Option<usize>, x: &Ident) -> TokenStream {
    nested(sides, side, x.to_token_stream())
}

/// Writes how an item, or an error of one of its sides, leaves the chain.
pub fn wrapped(writer: &Writer<'_, '_, '_>, side: Option<usize>, x: TokenStream) -> TokenStream {
    nested(writer.graph().sides().len(), side, x)
}

/// The witnesses of the errors that leave a chain, in its set-up.
fn errors(within: &Writer<'_, '_, '_>) -> Vec<Ident> {
    let sides = within.graph().sides().into_iter();
    let inputs = sides.map(|side| within.graph().nodes[side].inputs[0]);
    inputs
        .map(|edge| within.witness(edge.from, edge.port))
        .collect()
}

/// The witness of what leaves a chain: of its items, and of errors besides.
pub fn witness(within: &Writer<'_, '_, '_>, items: TokenStream) -> TokenStream {
    let or = within.private(quote!(op::or));
    let all = [items].into_iter();
    let all = all.chain(errors(within).into_iter().map(Ident::into_token_stream));
    let all: Vec<_> = all.collect();
    let all = all.into_iter().rev();
    all.reduce(|behind, each| quote!(#or(#each, #behind)))
        .unwrap_or_default()
}

/// A chain's set-up, and what it gives: what is built, with the witnesses of errors where
/// some leave it.
pub struct Given {
    /// The pattern.
    pub pattern: TokenStream,
    /// Writes the end of the chain's set-up.
    pub value: TokenStream,
}

/// The result of the set-up of a chain within `id`: `value`, to be bound to `pattern`.
pub fn given(
    writer: &Writer<'_, '_, '_>,
    id: NodeId,
    within: &Writer<'_, '_, '_>,
    pattern: TokenStream,
    value: TokenStream,
) -> Given {
    let errors = errors(within);
    if errors.is_empty() {
        return Given { pattern, value };
    }
    let sides = (0..errors.len()).map(|side| writer.witness(id, Port::Side(side)));
    // They go on around the chain.
    let around = |error: &Ident| writer.in_mode(error.span(), &error.to_token_stream());
    let errors = errors.iter().map(around);
    Given {
        pattern: quote!((#pattern, (#(#sides,)*))),
        value: quote!((#value, (#(#errors,)*))),
    }
}

/// A constructor that gives the witness of all that leaves: the witness of items alone.
pub fn items(within: &Writer<'_, '_, '_>, call: TokenStream) -> TokenStream {
    if within.graph().sides().is_empty() {
        return call;
    }
    let items = within.private(quote!(op::items));
    quote!(#items(#call))
}
