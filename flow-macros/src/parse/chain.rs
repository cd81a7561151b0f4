//! Chains: elements joined by `->`.

use syn::{Ident, Token, parse::ParseStream, token};

use super::{element::parse_element, skip_statement_but_its_end};
use crate::{errors::Errors, syntax::Chain};

/// `element -> element …`, up to `;`, `,` or the end.
pub(super) fn parse_chain(input: ParseStream<'_>, errors: &mut Errors) -> Chain {
    let mut elements = Vec::new();
    loop {
        match parse_element(input, errors) {
            Some(element) => elements.push(element),
            None => {
                skip_statement_but_its_end(input);
                // What came before the slip is whole, but what it should have
                // flowed into is unknown: silence the rules about its end.
                if let Some(last) = elements.last_mut() {
                    last.broken = true;
                }
                break;
            }
        }
        if input.peek(Token![->]) {
            if input.parse::<Token![->]>().is_err() {
                break;
            }
        } else if input.is_empty() || input.peek(Token![;]) || input.peek(Token![,]) {
            break;
        } else {
            errors.at(
                input.span(),
                "expected `->` or `;`",
                "`->` leads on to the next operator, `;` ends the statement",
            );
            let statement = input.peek(Ident) && input.peek2(Token![=]);
            let name = input.peek(Ident) && !input.peek2(token::Paren) && !input.peek2(Token![::]);
            if statement || name {
                break;
            }
            if !input.peek(Ident) {
                skip_statement_but_its_end(input);
                break;
            }
        }
    }
    Chain { elements }
}
