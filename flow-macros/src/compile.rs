//! The phases, in their order, and the gates between them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    check, errors::Errors, expand, parse, plan, resolve, syntax::Syntax, variants::Predicates,
};

/// `flow!`: `krate` is the runtime crate by the name the user gives it.
pub fn flow(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let syntax = parse::flow(tokens.clone(), &mut errors);
    let predicates = Predicates::of(&syntax, &mut errors);
    if predicates.is_empty() {
        return expanded(krate, &syntax, errors);
    }
    predicates.expand(|answers| {
        let mut errors = Errors::default();
        let mut syntax = parse::flow(tokens.clone(), &mut errors);
        predicates.keep(&mut syntax, answers);
        expanded(krate, &syntax, errors)
    })
}

/// The phases behind parsing.
fn expanded(krate: &TokenStream, syntax: &Syntax, mut errors: Errors) -> TokenStream {
    let mut graph = resolve::graph(syntax, &mut errors);
    check::all(syntax, &mut graph, &mut errors);
    if errors.gate().is_ok()
        && let Some(plan) = plan::plan(&graph)
    {
        return expand::flow(&plan, krate, syntax.settings());
    }
    let graph = graph.remains();
    let remains = plan::plan(&graph).map(|plan| expand::remains(&plan, krate, syntax.settings()));
    let errors = errors.into_tokens();
    quote!({ #remains #errors })
}
