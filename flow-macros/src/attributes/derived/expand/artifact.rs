//! How the runtime asks the artifact.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::run::run;
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
    let parameters = derivation.parameters();
    let (used, clause) = (derivation.used_parameters(), derivation.clause());
    let run = run(derivation);
    let own_key = derivation.key();
    let key_items = quote_spanned! {derivation.at_record()=>
        type Key = #key;

        fn key(&self) -> #key {
            ::core::clone::Clone::clone(#own_key)
        }
    };
    let kind = derivation.record();
    let version = derivation.options.version.map(|_| {
        quote! {
            fn version(&self) -> ::core::option::Option<u32> {
                ::core::option::Option::Some(Self::VERSION)
            }
        }
    });
    let private = derivation.private();
    let fingerprint = derivation.options.fingerprint.as_ref().map(|_| {
        quote! {
            fn fingerprint(&self) -> ::core::option::Option<u64> {
                self.fingerprint.hash()
            }

            fn check(&self) -> ::core::result::Result<(), #runtime::Error> {
                self.fingerprint.check(#kind.name(), &#private::describe(#own_key))
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

            #fingerprint

            async fn exists(&self) -> ::core::result::Result<bool, #runtime::Error> {
                ::core::result::Result::Ok(self.made.is_made())
            }

            async fn find(
                &self,
            ) -> ::core::result::Result<::core::option::Option<&Self::Value>, #runtime::Error> {
                self.made.once(async || { #run }).await
            }

            async fn get(&self) -> ::core::result::Result<&Self::Value, #runtime::Error> {
                self.find().await?.ok_or_else(|| #kind.none(#own_key))
            }

            async fn ensure(&self) -> ::core::result::Result<(), #runtime::Error> {
                self.find().await.map(::core::mem::drop)
            }

            async fn into_value(self) -> ::core::result::Result<Self::Value, #runtime::Error> {
                self.find().await?;
                self.made.into_value(#kind.name(), #own_key)
            }
        }
    }
}
