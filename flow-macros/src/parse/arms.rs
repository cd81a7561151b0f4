//! `match { pattern if guard => chain, … }`.

use proc_macro2::TokenStream;
use syn::{Ident, Pat, Token, braced, parse::ParseStream};

use super::{chain::parse_chain, element::special};
use crate::{
    errors::Errors,
    syntax::{Arm, Element, Special},
};

/// A whole `match`. An arm that does not parse ends it: reported, and what came
/// before is kept.
pub(super) fn parse_match(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
    let keyword: Token![match] = input.parse().ok()?;
    let mut arms = Vec::new();
    let parsed: syn::Result<()> = (|| {
        let content;
        braced!(content in input);
        let outcome = parse_arms(&content, &mut arms, errors);
        content.parse::<TokenStream>()?;
        outcome
    })();
    let mut element = special(Ident::new("match", keyword.span), Special::Match(arms));
    if let Err(error) = parsed {
        errors.syntax(&error);
        element.broken = true;
    }
    Some(element)
}

fn parse_arms(
    content: ParseStream<'_>,
    arms: &mut Vec<Arm>,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !content.is_empty() {
        let pattern = Pat::parse_multi_with_leading_vert(content)?;
        let guard = if content.peek(Token![if]) {
            content.parse::<Token![if]>()?;
            Some(content.parse()?)
        } else {
            None
        };
        let arrow: Token![=>] = content.parse()?;
        if content.is_empty() || content.peek(Token![,]) {
            let wrong = "expected a chain, a name or `drop` behind `=>`";
            return Err(syn::Error::new_spanned(arrow, wrong));
        }
        let body = if is_drop(content) {
            content.parse::<Ident>()?;
            None
        } else {
            Some(parse_chain(content, errors))
        };
        arms.push(Arm {
            pattern,
            guard,
            body,
        });
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// `drop`, and nothing more.
fn is_drop(content: ParseStream<'_>) -> bool {
    let ahead = content.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "drop")
        && (ahead.is_empty() || ahead.peek(Token![,]))
}
