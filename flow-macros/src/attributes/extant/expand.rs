//! From the struct and its key to the impls and the artifact type.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ItemStruct, Path};

use super::KeyField;

/// Returns what is written below the struct.
pub(super) fn expand(
    runtime: &Path,
    record: &ItemStruct,
    kind: &str,
    key: &[KeyField],
) -> TokenStream {
    let ItemStruct { ident, vis, .. } = record;
    let cfg = record
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"));
    let cfg = quote!(#(#cfg)*);
    let key_types: Vec<_> = key.iter().map(|field| &field.ty).collect();
    let values = key.iter().map(|field| &field.member);
    let (key_type, key_value) = match key {
        [field] => {
            let KeyField { member, ty } = field;
            (
                quote!(#ty),
                quote!(::core::clone::Clone::clone(&self.#member)),
            )
        }
        _ => (
            quote!((#(#key_types,)*)),
            quote!((#(::core::clone::Clone::clone(&self.#values),)*)),
        ),
    };
    let artifact: Ident = format_ident!("Extant{}", ident.unraw(), span = ident.span());
    let doc = format!("A [`{ident}`] in a store: its key, and the record once it is read.");
    let private = quote!(#runtime::__private::artifacts);
    let check_record = quote_spanned!(ident.span()=> #private::record::<#ident>());
    let checks = key
        .iter()
        .map(|KeyField { ty, .. }| quote_spanned!(ty.span()=> #private::key::<#ty>()));
    let assumed = quote! {
        for<'once> #ident: #private::RecordOnce<'once>,
        #(for<'once> #key_types: #private::KeyOnce<'once>,)*
    };
    quote! {
        #cfg
        const _: () = {
            #check_record;
            #(#checks;)*
        };

        #cfg
        #[automatically_derived]
        impl #runtime::Extant for #ident
        where
            #assumed
        {
            type Key = #key_type;
            const KIND: &'static str = #kind;

            fn key(&self) -> Self::Key {
                #key_value
            }
        }

        #cfg
        #[automatically_derived]
        impl #private::KeyedItem for #ident
        where
            #assumed
        {
            type Key = #key_type;

            fn item_key(&self) -> Self::Key {
                #key_value
            }

            fn describe(key: &Self::Key) -> ::std::string::String {
                #private::describe_record_key::<Self>(key)
            }
        }

        #cfg
        #[automatically_derived]
        impl #private::Mergeable<#ident> for #ident {
            type Out = #ident;

            fn left(self) -> #ident {
                self
            }

            fn right(other: #ident) -> #ident {
                other
            }
        }

        #cfg
        #[doc = #doc]
        #[allow(dead_code)]
        #vis type #artifact = #runtime::artifact::Stored<#ident>;
    }
}
