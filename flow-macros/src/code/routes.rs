//! `match { … }`: one closure that says which way an item goes, and a `match`
//! on its answer in the step.
//!
//! ```text
//! enum Match3<A0, A1> { Arm0(A0), Arm1(A1) }
//! let (mut match_3, (match_3_arm_0_item, …)) = route(item_2, |item| match item {
//!     Shape::Circle { radius } => Match3::Arm0(radius),
//!     other => Match3::Arm1(other),
//! });
//! …
//! match match_3(x) {
//!     Match3::Arm0(x) => { … }
//!     Match3::Arm1(x) => { … }
//! }
//! ```
//!
//! Captures behave as in any closure, and LLVM removes the enum.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::names::Writer;
use crate::{
    bindings::bindings,
    graph::{NodeId, Port},
    syntax::{Arm, Special},
    table::Role,
};

/// The closure, and the witnesses of the arms.
pub fn setup(writer: &Writer<'_, '_, '_>, id: NodeId, input: &TokenStream) -> TokenStream {
    let node = &writer.graph().nodes[id];
    let Some(Special::Match(arms)) = node.element.and_then(|each| each.special.as_ref()) else {
        return TokenStream::new();
    };
    let enumeration = writer.routes(id);
    let types: Vec<Ident> = (0..arms.len())
        .map(|arm| local(&format!("A{arm}")))
        .collect();
    let variants: Vec<Ident> = (0..arms.len()).map(variant).collect();
    let (route, local_fn) = (writer.local(id), local("route"));
    let witnesses = (0..arms.len()).map(|arm| writer.witness(id, Port::Arm(arm)));
    // The scrutinee has the span of `match`: rustc blames it for what the
    // patterns leave out.
    let item = Ident::new("item", Span::mixed_site().located_at(node.span));
    let matched = quote_spanned!(node.span=> match #item);
    let arms: Vec<TokenStream> = arms
        .iter()
        .zip(&variants)
        .map(|(arm, variant)| routed(arm, &item, &quote!(#enumeration::#variant)))
        .collect();
    let ty = writer.private(quote!(op::Ty));
    let fits = writer.private(quote!(op::Fits));
    // Within an element the step is written elsewhere: see `within`.
    let declared = writer.copies.is_none().then(|| declared(writer, id));
    quote! {
        #declared
        let (mut #route, (#(#witnesses,)*)) = {
            fn #local_fn<T, #(#types,)* R, M>(_: #ty<T, M>, route: R) -> (R, (#(#ty<#types, M>,)*))
            where
                R: ::core::ops::FnMut(T) -> #enumeration<#(#types),*> + #fits<M>,
            {
                (route, (#(#ty::<#types, M>::of_mode(),)*))
            }
            #local_fn(#input, |#item| #matched { #(#arms)* })
        };
    }
}

/// The type of what a `match` gives.
fn declared(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let arms = 0..writer.graph().nodes[id].ports().len();
    let enumeration = writer.routes(id);
    let types: Vec<Ident> = arms.clone().map(|arm| local(&format!("A{arm}"))).collect();
    let variants = arms.map(variant);
    quote! {
        #[allow(clippy::all)]
        enum #enumeration<#(#types),*> { #(#variants(#types)),* }
    }
}

/// The types of all that is routed in a chain within an element, beside which
/// they are declared.
pub fn within(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let nodes = writer.graph().nodes.iter().enumerate();
    let types = nodes.map(|(id, node)| match node.behaviour.role {
        Role::Split => declared(writer, id),
        _ if node.inner.is_some() => within(&writer.within(id)),
        _ => TokenStream::new(),
    });
    types.collect()
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn variant(arm: usize) -> Ident {
    format_ident!("Arm{arm}", span = Span::mixed_site())
}

/// One arm of the closure's `match`: what flows is what the pattern binds.
fn routed(arm: &Arm, item: &Ident, variant: &TokenStream) -> TokenStream {
    let Arm {
        pattern,
        guard,
        body,
    } = arm;
    let guard = guard.as_ref().map(|guard| quote!(if #guard));
    let bound = bindings(pattern);
    let flows = match (body, bound.as_slice()) {
        // Nothing flows on, and nothing the user bound is unused.
        (None, bound) => quote!({ #(let _ = &#bound;)* }),
        (Some(_), []) => quote!(#item),
        (Some(_), [only]) => quote!(#only),
        (Some(_), several) => quote!((#(#several),*)),
    };
    quote!(#pattern #guard => #variant(#flows),)
}

/// The pattern of an arm, in the step.
pub fn pattern(writer: &Writer<'_, '_, '_>, id: NodeId, arm: usize) -> TokenStream {
    let (enumeration, variant, x) = (writer.routes(id), variant(arm), writer.x());
    quote!(#enumeration::#variant(#x))
}
