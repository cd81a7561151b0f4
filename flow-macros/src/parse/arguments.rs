//! What stands in an operator's parentheses: expressions, the inputs of a
//! fan-in, options.

use proc_macro2::TokenStream;
use syn::{Expr, Ident, Token, parenthesized, parse::ParseStream};

use super::chain::parse_chain;
use crate::{errors::Errors, syntax::Arguments};

/// `(…)`; `Err` where some of it did not parse, which is reported.
pub(super) fn parse_parentheses(
    input: ParseStream<'_>,
    inputs: bool,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> Result<(), ()> {
    let parsed: syn::Result<()> = (|| {
        let content;
        parenthesized!(content in input);
        let outcome = parse_arguments(&content, inputs, arguments, errors);
        // Whatever is left was reported; it must not be reported again.
        content.parse::<TokenStream>()?;
        outcome
    })();
    parsed.map_err(|error| errors.syntax(&error))
}

fn parse_arguments(
    content: ParseStream<'_>,
    inputs: bool,
    arguments: &mut Arguments,
    errors: &mut Errors,
) -> syn::Result<()> {
    while !content.is_empty() {
        let option = content.peek(Ident) && content.peek2(Token![=]) && !content.peek2(Token![==]);
        if option {
            let name = content.parse()?;
            content.parse::<Token![=]>()?;
            arguments.options.push((name, content.parse()?));
        } else if inputs {
            if !content.peek(Ident) && !content.peek(Token![<]) {
                return Err(content.error(
                    "this is not a stage\nhelp: the inputs of a fan-in are names or chains",
                ));
            }
            arguments.inputs.push(parse_chain(content, errors));
        } else {
            let span = content.span();
            let value: Expr = content.parse()?;
            if arguments.options.is_empty() {
                arguments.values.push(value);
            } else {
                errors.at(span, "an argument behind an option", "options come last");
            }
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(())
}
