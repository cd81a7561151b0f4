//! The artifact's struct, and how it is printed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

use crate::attributes::derived::Derivation;
use crate::attributes::derived::arguments::Argument;

/// The struct: key, memory, arguments.
pub(super) fn structure(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation {
        name,
        record,
        function,
        arguments,
        ..
    } = derivation;
    let vis = &function.vis;
    let key = derivation.key_type();
    let parameters = derivation.parameters();
    let fields = arguments.iter().map(Argument::field);
    let types = arguments
        .iter()
        .map(|argument| argument.field_type(&private));
    let clause = derivation.clause();
    let marker = derivation.generics.mentioned();
    let marker = marker.map(|all| quote!(parameters: ::core::marker::PhantomData<#all>,));
    let fingerprint = derivation.options.fingerprint.as_ref();
    let fingerprint = fingerprint.map(|_| quote!(fingerprint: #private::Fingerprint,));
    let made = last_segment(record);
    let doc = format!(
        "One `{made}` that [`{function}`] makes: the key it will have, the arguments, and the \
         record once it is made.",
        function = function.sig.ident.unraw(),
    );
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #vis struct #name #parameters #clause {
            key: #key,
            made: #private::Memo<#record>,
            #fingerprint
            #(#fields: #types,)*
            #marker
        }
    }
}

/// `Debug`, which shows the key.
pub(super) fn debug(derivation: &Derivation) -> TokenStream {
    let private = derivation.private();
    let Derivation { name, .. } = derivation;
    let parameters = derivation.parameters();
    let (used, clause) = (derivation.used_parameters(), derivation.clause());
    let text = name.unraw().to_string();
    let key = derivation.key();
    quote! {
        #[automatically_derived]
        impl #parameters ::core::fmt::Debug for #name #used #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text)
                    .field("key", &::core::format_args!("{}", #private::describe(#key)))
                    .finish_non_exhaustive()
            }
        }
    }
}

fn last_segment(record: &Type) -> String {
    match record {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}
