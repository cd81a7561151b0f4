//! The compiler behind `flow!`, `#[extant]`, `#[derived]` and `#[derive(Exposed)]`.
//!
//! Users depend on `flow-runtime`, which re-exports what is here.
//!
//! ```text
//! tokens ──parse──▶ Syntax ──resolve──▶ Graph ──check──▶ plan ──▶ Plan ──expand──▶ tokens
//! ```

mod acknowledge;
mod aggregates;
mod attributes;
mod bindings;
mod captures;
mod check;
mod code;
mod compile;
mod editor;
mod errors;
mod excerpt;
mod expand;
mod exposed;
mod graph;
mod health;
mod inputs;
#[cfg(test)]
mod linear;
mod lower;
#[cfg(test)]
mod mistakes;
mod names;
mod parse;
mod pass;
#[cfg(test)]
mod phases;
mod plan;
mod print;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod reference;
mod resolve;
#[cfg(test)]
mod shuffles;
#[cfg(test)]
mod snapshots;
mod sorted;
#[cfg(test)]
mod sources;
mod suggest;
mod syntax;
mod table;
mod values;
mod variants;

use proc_macro::TokenStream;

/// Returns what `flow_runtime::flow!` expands to: `[crate] flow…`.
#[doc(hidden)]
#[proc_macro]
pub fn compile_flow(tokens: TokenStream) -> TokenStream {
    compiled(tokens, compile::flow)
}

/// Returns what `flow_runtime::flow!` expands to where an editor asks: `[crate] flow…`.
#[doc(hidden)]
#[proc_macro]
pub fn compile_flow_in_editor(tokens: TokenStream) -> TokenStream {
    compiled(tokens, compile::flow_in_editor)
}

fn compiled(
    tokens: TokenStream,
    compile: fn(&proc_macro2::TokenStream, proc_macro2::TokenStream) -> proc_macro2::TokenStream,
) -> TokenStream {
    let mut tokens = proc_macro2::TokenStream::from(tokens).into_iter();
    match tokens.next() {
        Some(proc_macro2::TokenTree::Group(group)) => {
            compile(&group.stream(), tokens.collect()).into()
        }
        _ => TokenStream::new(),
    }
}

// Users read about these where flow-runtime re-exports them.

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

/// Lets named fields of a struct be read and set from outside.
#[proc_macro_derive(Exposed, attributes(expose))]
pub fn exposed(item: TokenStream) -> TokenStream {
    exposed::exposed(item.into()).into()
}
