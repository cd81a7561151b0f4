//! The compiler behind `flow!`, `#[extant]` and `#[derived]`.
//!
//! Users depend on `flow-runtime`, which re-exports what is here.

use proc_macro::TokenStream;

/// Makes a struct a record that is kept in a store.
#[proc_macro_attribute]
pub fn extant(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Makes a function the way a missing record is made.
#[proc_macro_attribute]
pub fn derived(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}
