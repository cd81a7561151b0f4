//! Errors for a flow with several inlets that is driven as one with one, or as one
//! without: methods that cannot be called.

use proc_macro2::TokenStream;
use quote::quote;

use super::names::Writer;

/// `emit` and `run`, of the type with a method for each inlet.
pub fn methods(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let one = writer.private(quote!(flow::HasOneInlet));
    let runs = writer.private(quote!(flow::RunsWithInlet));
    quote! {
        #[doc(hidden)]
        pub fn emit<X, Y>(&mut self, _: X) -> Y
        where
            Self: #one,
        {
            ::core::unreachable!()
        }
        #[doc(hidden)]
        pub fn run<X>(self) -> X
        where
            Self: #runs,
        {
            ::core::unreachable!()
        }
    }
}
