//! `Clone` of an artifact, where its arguments are.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Lifetime;

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
        name, arguments, ..
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
    let asked = arguments.iter().filter(is_asked);
    let asked = asked.map(|argument| argument.field_type(&private));
    let fields = arguments.iter().map(|argument| {
        let field = argument.field();
        match is_asked(&argument) {
            true => quote!(#field: #private::Cloned::cloned(&self.#field)),
            false => quote!(#field: ::core::clone::Clone::clone(&self.#field)),
        }
    });
    let fingerprint = derivation.options.fingerprint.as_ref();
    let fingerprint = fingerprint.map(|_| quote!(__fingerprint: self.__fingerprint.clone(),));
    let marker = derivation.generics.mentioned();
    let marker = marker.map(|_| quote!(__parameters: ::core::marker::PhantomData,));
    Some(quote! {
        #[automatically_derived]
        #[allow(clippy::all)]
        impl<#once, #(#lifetimes,)* #(#types,)*> ::core::clone::Clone for #name #used
        where
            #(#clause,)*
            #(#asked: #private::Cloned<#once>,)*
        {
            fn clone(&self) -> Self {
                Self {
                    __key: ::core::clone::Clone::clone(&self.__key),
                    __made: #private::Memo::new(),
                    #fingerprint
                    #(#fields,)*
                    #marker
                }
            }
        }
    })
}
