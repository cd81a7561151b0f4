//! The phases, in their order, and the gates between them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{check, errors::Errors, expand, parse, plan, resolve};

/// `flow!`: `krate` is the runtime crate by the name the user gives it.
pub fn flow(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let syntax = parse::flow(tokens, &mut errors);
    let graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &graph, &mut errors);
    let plan = plan::plan(&graph);
    match (errors.gate(), &plan) {
        (Ok(()), Some(plan)) => expand::flow(plan, krate, syntax.error.as_ref()),
        (_, plan) => {
            let remains = plan
                .as_ref()
                .map(|plan| expand::remains(plan, krate, syntax.error.as_ref()));
            let errors = errors.into_tokens();
            quote!({ #remains #errors })
        }
    }
}
