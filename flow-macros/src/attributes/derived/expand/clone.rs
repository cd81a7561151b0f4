//! `Clone` of an artifact, where its arguments are.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned;

use crate::attributes::derived::Derivation;
use crate::attributes::derived::arguments::{Argument, Kept};

/// A clone promises the same value, and has made nothing. What is made of other artifacts is
/// not cloned: each of these would be made again.
pub(super) fn clone(derivation: &Derivation) -> Option<TokenStream> {
    if derivation.has_sources() {
        return None;
    }
    let private = derivation.private();
    let Derivation {
        name,
        arguments,
        record,
        ..
    } = derivation;
    let once = Lifetime::new("'__once", Span::mixed_site());
    let lifetimes = derivation.generics.lifetimes();
    let types = derivation.generics.parameters();
    let used = derivation.used_parameters();
    let clause = derivation.generics.clause();
    let clause = clause.iter().flat_map(|clause| &clause.predicates);
    // With a lifetime it is asked where something is cloned; without one rustc asks at once.
    let is_asked = |argument: &&Argument| match argument.kept {
        Kept::Owned => !argument.is_plain(),
        Kept::Shared | Kept::Source(_) => false,
    };
    let asked = arguments.iter().filter(is_asked).map(|argument| {
        let (kept, ty) = (argument.field_type(&private), argument.passed_type());
        quote!(#kept: #private::Cloned<#once, Of = #ty>)
    });
    let this = derivation.this_at_record();
    let values = arguments.iter().map(|argument| {
        let field = argument.field();
        match is_asked(&argument) {
            true => quote!(#private::Cloned::cloned(&#this.#field)),
            false => quote!(::core::clone::Clone::clone(&#this.#field)),
        }
    });
    // A record that cannot be kept is blamed once: what rustc says twice of one place it tells once.
    Some(quote_spanned! {record.span()=>
        #[automatically_derived]
        #[allow(clippy::all)]
        impl<#once, #(#lifetimes,)* #(#types,)*> ::core::clone::Clone for #name #used
        where
            #(#clause,)*
            #(#asked,)*
        {
            fn clone(&#this) -> Self {
                Self::new(#(#values),*)
            }
        }
    })
}
