//! Defines what a flow calls the inputs of its fan-ins: the last word of each input's
//! chain, or the name that the chain starts with.
//!
//! ```text
//! combine_latest(price, trades -> map(volume), emit_on = (price, trades))
//! ```

use proc_macro2::Ident;
use syn::Expr;

use crate::{
    errors::Errors,
    graph::Node,
    suggest::{list, nearest},
    syntax::{Chain, Element},
};

/// Returns what messages call an input.
pub fn name(node: &Node<'_>, input: usize) -> String {
    let last = chains(node)
        .get(input)
        .and_then(|chain| chain.elements.last());
    last.map_or_else(String::new, |last| last.word.to_string())
}

/// The inputs that an option chooses; a word that is none chooses nothing.
pub fn chosen(node: &Node<'_>, value: &Expr) -> Vec<bool> {
    let mut chosen = vec![false; node.inputs.len()];
    for value in words(value) {
        let found = word(value).map_or_else(Vec::new, |word| find(node, word));
        for input in found {
            if let Some(chosen) = chosen.get_mut(input) {
                *chosen = true;
            }
        }
    }
    chosen
}

/// An option names inputs: `a` or `(a, b)`.
pub fn check(node: &Node<'_>, option: &Ident, value: &Expr, errors: &mut Errors) {
    let values = words(value);
    if values.is_empty() {
        let span = syn::spanned::Spanned::span(value);
        let wrong = format!("`{option}` names no input");
        errors.at(span, wrong, inputs_are(node));
    }
    for value in values {
        let Some(word) = word(value) else {
            let span = syn::spanned::Spanned::span(value);
            let wrong = format!("`{option}` takes names of inputs: `a` or `(a, b)`");
            errors.at(span, wrong, inputs_are(node));
            continue;
        };
        match find(node, word).as_slice() {
            [] => unknown(node, word, errors),
            [_] => {}
            // The same stage more than once is no question.
            [first, rest @ ..] => {
                let stage = |input: usize| {
                    let edge = node.inputs.get(input)?;
                    Some((edge.from, edge.port))
                };
                if rest.iter().any(|input| stage(*input) != stage(*first)) {
                    let help = "give them names: `name = …;`";
                    let wrong = format!("more than one input is `{word}`");
                    errors.at(word.span(), wrong, help);
                }
            }
        }
    }
}

fn unknown(node: &Node<'_>, word: &Ident, errors: &mut Errors) {
    let text = word.to_string();
    let names = names(node);
    let help = match nearest(&text, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => inputs_are(node),
    };
    let operator = node.operator.name;
    errors.at(
        word.span(),
        format!("`{operator}` has no input `{text}`"),
        help,
    );
}

fn inputs_are(node: &Node<'_>) -> String {
    let names = names(node);
    format!("its inputs are {}", list(names.iter().map(String::as_str)))
}

fn names(node: &Node<'_>) -> Vec<String> {
    let inputs = 0..chains(node).len();
    inputs.map(|input| name(node, input)).collect()
}

fn chains<'n>(node: &'n Node<'_>) -> &'n [Chain] {
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    arguments.map_or(&[], |arguments| &arguments.inputs)
}

/// The inputs that a word names: by their last words, else by their first.
fn find(node: &Node<'_>, word: &Ident) -> Vec<usize> {
    let by = |place: fn(&Chain) -> Option<&Element>| -> Vec<usize> {
        let chains = chains(node).iter().enumerate();
        let named = chains.filter(|(_, chain)| place(chain).is_some_and(|each| each.word == *word));
        named.map(|(input, _)| input).collect()
    };
    let found = by(|chain| chain.elements.last());
    if found.is_empty() {
        by(|chain| chain.elements.first())
    } else {
        found
    }
}

/// The parts of `a` or `(a, b)`.
fn words(value: &Expr) -> Vec<&Expr> {
    match value {
        Expr::Tuple(several) => several.elems.iter().collect(),
        Expr::Paren(one) => vec![&one.expr],
        one => vec![one],
    }
}

fn word(value: &Expr) -> Option<&Ident> {
    match value {
        Expr::Path(path) if path.attrs.is_empty() && path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}
