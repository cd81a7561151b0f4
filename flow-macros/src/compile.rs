//! The phases, in their order, and the gates between them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{check, errors::Errors, expand, parse, plan, resolve};

/// `flow!`: `krate` is the runtime crate by the name the user gives it.
pub fn flow(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let syntax = parse::flow(tokens, &mut errors);
    let mut graph = resolve::graph(&syntax, &mut errors);
    check::all(&syntax, &mut graph, &mut errors);
    if errors.gate().is_ok()
        && let Some(plan) = plan::plan(&graph)
    {
        return expand::flow(&plan, krate, syntax.attributes());
    }
    let graph = graph.remains();
    let remains = plan::plan(&graph).map(|plan| expand::remains(&plan, krate, syntax.attributes()));
    let errors = errors.into_tokens();
    quote!({ #remains #errors })
}
