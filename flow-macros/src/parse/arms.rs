//! `match { pattern if guard => chain, … }`.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, Ident, Pat, Token, braced,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{
    head::{Head, parse_arm},
    mend::mend,
    parser::ChainParser,
};
use crate::{
    errors::Errors,
    syntax::{Arm, Chain, Element, Special},
};

impl ChainParser<'_> {
    /// A whole `match`. An arm that does not parse ends it: reported, and what came
    /// before is kept.
    pub(super) fn arms(&mut self, input: ParseStream<'_>) -> Option<Element> {
        let keyword: Token![match] = input.parse().ok()?;
        parse_matched(input, self.errors);
        let mut arms = Vec::new();
        let parsed: syn::Result<()> = (|| {
            let content;
            braced!(content in input);
            let outcome = self.all_arms(&content, &mut arms);
            content.parse::<TokenStream>()?;
            outcome
        })();
        let mut element = Element::special(Ident::new("match", keyword.span), Special::Match(arms));
        if let Err(error) = parsed {
            self.errors.syntax(&error);
            element.health.broken = true;
        }
        Some(element)
    }

    fn all_arms(&mut self, content: ParseStream<'_>, arms: &mut Vec<Arm>) -> syn::Result<()> {
        while !content.is_empty() {
            let pattern = Pat::parse_multi_with_leading_vert(content)?;
            let guard = if content.peek(Token![if]) {
                content.parse::<Token![if]>()?;
                Some(parse_guard(content, self.errors)?)
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
                Some(match parse_arm(content, &pattern, self.errors) {
                    Head::Value(element) => Chain {
                        elements: vec![element],
                        ..Chain::default()
                    },
                    Head::Element(value) => Chain {
                        value,
                        ..self.chain(content)
                    },
                })
            };
            arms.push(Arm {
                pattern,
                guard,
                body,
            });
            // Before the next arm its absence was reported.
            if !content.is_empty() && !is_arm(content) {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

/// `match x { … }`, as in Rust: what is matched is reported, and left behind.
fn parse_matched(input: ParseStream<'_>, errors: &mut Errors) {
    let (ahead, span) = (input.fork(), input.span());
    while !ahead.is_empty() && !ahead.peek(token::Brace) && !ahead.peek(Token![;]) {
        if ahead.peek(Token![->]) || ahead.parse::<TokenTree>().is_err() {
            return;
        }
    }
    if ahead.peek(token::Brace) && !input.peek(token::Brace) {
        let help = "leave it out: `-> match { … }`";
        errors.at(span, "a `match` is of the item that comes", help);
        input.advance_to(&ahead);
    }
}

/// Returns whether `pattern =>` comes.
pub(super) fn is_arm(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let pattern = Pat::parse_multi_with_leading_vert(&ahead);
    pattern.is_ok() && (ahead.peek(Token![=>]) || ahead.peek(Token![if]))
}

/// The condition of an arm; where it breaks off, which is reported, as it could
/// be mended.
fn parse_guard(content: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Expr> {
    let ahead = content.fork();
    let wrong = match ahead.parse() {
        Ok(guard) => {
            content.advance_to(&ahead);
            return Ok(guard);
        }
        Err(wrong) => wrong,
    };
    let mut tokens = TokenStream::new();
    while !content.is_empty() && !content.peek(Token![=>]) {
        tokens.extend([content.parse::<TokenTree>()?]);
    }
    errors.syntax(&wrong);
    let mended = errors
        .last_as_expression()
        .map(|error| mend(tokens, &error, true));
    // Not even that: the error stands for all of it.
    let error = errors.last_as_expression().unwrap_or_default();
    syn::parse2(mended.unwrap_or_default()).or_else(|_| syn::parse2(error))
}

/// `drop`, and nothing more.
fn is_drop(content: ParseStream<'_>) -> bool {
    let ahead = content.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == "drop")
        && (ahead.is_empty() || ahead.peek(Token![,]))
}
