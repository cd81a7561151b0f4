//! The artifact's struct, and how it is printed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

use crate::attributes::derived::Derivation;

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
    let mut key = derivation.key_type();
    if derivation.has_sources() {
        key = quote!(#private::Told<#key>);
    }
    let parameters = derivation.parameters();
    let fields = arguments.iter().map(|argument| {
        let (field, ty) = (argument.field(), argument.field_type(&private));
        if !argument.is_named() {
            return quote!(#field: #ty);
        }
        let doc = format!("The argument `{}`.", argument.name.unraw());
        quote!(#[doc = #doc] pub #field: #ty)
    });
    let clause = derivation.clause();
    let marker = derivation.generics.mentioned();
    let marker = marker.map(|all| quote!(__parameters: ::core::marker::PhantomData<#all>,));
    let fingerprint = derivation.options.fingerprint.as_ref();
    let fingerprint = fingerprint.map(|_| quote!(__fingerprint: #private::Fingerprint,));
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
            __key: #key,
            __made: #private::Memo<#record>,
            #fingerprint
            #(#fields,)*
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
    let key = match derivation.has_sources() {
        true => quote!(self.__key.describe()),
        false => {
            let key = derivation.key();
            quote!(#private::describe(#key))
        }
    };
    quote! {
        #[automatically_derived]
        impl #parameters ::core::fmt::Debug for #name #used #clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text)
                    .field("key", &::core::format_args!("{}", #key))
                    .finish_non_exhaustive()
            }
        }
    }
}

/// The name of the record's type.
pub(super) fn last_segment(record: &Type) -> String {
    match record {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
    .unwrap_or_default()
}
