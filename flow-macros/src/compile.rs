//! The phases, in their order, and the gates between them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    check, editor, errors::Errors, expand, parse, plan, resolve, syntax::Syntax,
    variants::Predicates,
};

/// `flow!`: `krate` is the runtime crate by the name the user gives it.
pub fn flow(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    written(krate, tokens, false)
}

/// As [`flow`], with what only an editor is shown.
pub fn flow_in_editor(krate: &TokenStream, tokens: TokenStream) -> TokenStream {
    written(krate, tokens, true)
}

fn written(krate: &TokenStream, tokens: TokenStream, in_editor: bool) -> TokenStream {
    let end = tokens.clone().into_iter().last();
    let end = end.map(|token| token.span());
    let mut errors = Errors::before(end);
    let syntax = parse::flow(tokens.clone(), &mut errors);
    let predicates = Predicates::of(&syntax, &mut errors);
    if predicates.is_empty() {
        return expanded(krate, &syntax, errors, in_editor);
    }
    predicates.expand(|answers| {
        let mut errors = Errors::before(end);
        let mut syntax = parse::flow(tokens.clone(), &mut errors);
        predicates.keep(&mut syntax, answers);
        expanded(krate, &syntax, errors, in_editor)
    })
}

/// The phases behind parsing.
fn expanded(
    krate: &TokenStream,
    syntax: &Syntax,
    mut errors: Errors,
    in_editor: bool,
) -> TokenStream {
    let mut settings = syntax.settings();
    settings.editor = in_editor.then_some(syntax);
    let words = in_editor.then(|| editor::words(krate, syntax));
    let mut graph = resolve::graph(syntax, &mut errors);
    check::all(syntax, &mut graph, &mut errors);
    if errors.gate().is_ok()
        && let Some(plan) = plan::plan(&graph)
    {
        let flow = expand::flow(&plan, krate, settings);
        return match words {
            Some(words) => quote!({ #words #flow }),
            None => flow,
        };
    }
    let graph = graph.remains();
    let remains = plan::plan(&graph).map(|plan| expand::remains(&plan, krate, settings));
    let (lets, errors) = (&syntax.lets, errors.into_tokens());
    match words {
        // An editor compares it with a flow that is whole: they begin alike.
        Some(words) => quote!({ #words { #lets #remains #errors } }),
        None => quote!({ #lets #remains #errors }),
    }
}
