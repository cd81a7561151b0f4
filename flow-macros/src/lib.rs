//! The compiler behind `flow!`, `#[extant]` and `#[derived]`.
//!
//! Users depend on `flow-runtime`, which re-exports what is here.

mod attributes;

use proc_macro::TokenStream;

/// Makes a struct a record that is kept in a store.
#[proc_macro_attribute]
pub fn extant(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attributes::extant(arguments.into(), item.into()).into()
}

/// Makes a function the way a missing record is made.
#[proc_macro_attribute]
pub fn derived(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attributes::derived(arguments.into(), item.into()).into()
}
