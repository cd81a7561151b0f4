//! Defines how the runtime asks the artifact.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::run::run;
use super::structure::last_segment;
use crate::attributes::derived::Derivation;

/// `impl Artifact`.
pub(super) fn artifact(derivation: &Derivation) -> TokenStream {
    let Derivation {
        name,
        record,
        runtime,
        ..
    } = derivation;
    let key = derivation.key_type();
    let (parameters, run) = (derivation.parameters(), run(derivation));
    let (used, clause) = (derivation.used_parameters(), derivation.clause());
    let (own_key, this) = (derivation.key(), derivation.this_at_record());
    let key_of_this = derivation.key_of(&this);
    let key_items = quote_spanned! {derivation.at_record()=>
        type Key = #key;

        fn key(&#this) -> #key {
            ::core::clone::Clone::clone(#key_of_this)
        }
    };
    let kind = derivation.record();
    let checks = derivation.checks(|argument| {
        let field = argument.field();
        quote!(self.#field)
    });
    let checked = checks
        .as_ref()
        .map(|_| quote!(#runtime::Artifact::check(self)?;));
    // Nothing is asked of the record here: where it is none, that is said elsewhere.
    let (private, text) = (derivation.private(), last_segment(record));
    let named = quote!(|| ::std::format!("`{}` {}", #text, #private::describe(#own_key)));
    let version = derivation.options.version.map(|_| {
        quote! {
            fn version(&self) -> ::core::option::Option<u32> {
                ::core::option::Option::Some(Self::VERSION)
            }
        }
    });
    let fingerprint = derivation.options.fingerprint.as_ref();
    let hashed = fingerprint
        .map(|_| quote!(self.__fingerprint.check(#kind.name(), &#private::describe(#own_key))));
    let fingerprint = fingerprint.map(|_| {
        quote! {
            fn fingerprint(&self) -> ::core::option::Option<u64> {
                self.__fingerprint.hash()
            }
        }
    });
    let check = match (checks, hashed) {
        // Without the sources nobody knows the key.
        (Some(checks), Some(hashed)) => Some(quote!(#checks.and_then(|()| #hashed))),
        (checks, hashed) => checks.or(hashed),
    };
    let check = check.map(|check| {
        quote! {
            fn check(&self) -> ::core::result::Result<(), #runtime::Error> {
                #check
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::all)]
        impl #parameters #runtime::Artifact for #name #used #clause {
            #key_items

            type Value = #record;

            #version

            #check

            #fingerprint

            async fn exists(&self) -> ::core::result::Result<bool, #runtime::Error> {
                #checked
                ::core::result::Result::Ok(self.__made.is_made())
            }

            async fn find(
                &self,
            ) -> ::core::result::Result<::core::option::Option<&Self::Value>, #runtime::Error> {
                #checked
                self.__made.once(#named, async || { #run }).await
            }

            async fn get(&self) -> ::core::result::Result<&Self::Value, #runtime::Error> {
                self.find().await?.ok_or_else(|| #kind.none(#own_key))
            }

            async fn ensure(&self) -> ::core::result::Result<(), #runtime::Error> {
                self.find().await.map(::core::mem::drop)
            }

            async fn into_value(self) -> ::core::result::Result<Self::Value, #runtime::Error> {
                self.find().await?;
                self.__made.into_value(#kind.name(), #own_key)
            }
        }
    }
}
