//! Chains: elements joined by `->`.

use syn::{Ident, Token, parse::ParseStream, token};

use super::{element::parse_element, inner::fold_scatter, is_named, skip_statement_but_its_end};
use crate::{
    errors::Errors,
    operators::{self, Operator},
    syntax::{Chain, Element},
};

/// `element -> element …`, up to `;`, `,` or the end.
pub(super) fn parse_chain(input: ParseStream<'_>, errors: &mut Errors) -> Chain {
    let (mut elements, mut skipped) = (Vec::new(), Vec::new());
    loop {
        match parse_element(input, errors) {
            Some(element) => elements.push(element),
            None => {
                skipped = skip_statement_but_its_end(input);
                // What came before the slip is whole, but what it should have
                // flowed into is unknown: silence the rules about its end.
                if let Some(last) = elements.last_mut() {
                    last.cut_off = true;
                }
                break;
            }
        }
        if input.peek(Token![->]) {
            if input.parse::<Token![->]>().is_err() {
                break;
            }
        } else if is_over(input) {
            break;
        } else if let Some(rest) = parse_missing_arrow(input, elements.last_mut(), errors) {
            skipped = rest;
            break;
        }
    }
    fold_scatter(&mut elements, errors);
    Chain { elements, skipped }
}

fn is_over(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![;]) || input.peek(Token![,])
}

/// Says what is missing where an element is followed by neither `->` nor `;`.
/// `None` where the chain goes on all the same, else the words that are skipped.
fn parse_missing_arrow(
    input: ParseStream<'_>,
    last: Option<&mut Element>,
    errors: &mut Errors,
) -> Option<Vec<Ident>> {
    let Some(last) = last else {
        return Some(Vec::new());
    };
    if starts_statement(input) {
        let help = "a statement ends in `;`, a chain goes on with `->`";
        errors.at(last.end, "missing `;`", help);
        return Some(Vec::new());
    }
    if input.peek(Ident) || input.peek(Token![match]) {
        let help = "stages are joined by `->`";
        errors.at(input.span(), "missing `->`", help);
        return None;
    }
    let (found, span) = (input.cursor().token_tree(), input.span());
    let found = found.map_or_else(String::new, |(token, _)| token.to_string());
    let joined = if input.peek(Token![=>]) {
        input.parse::<Token![=>]>().map(|_| "=>")
    } else {
        input.parse::<Token![.]>().map(|_| ".")
    };
    match joined {
        Ok(joint) => {
            let help = "stages are joined by `->`";
            errors.at(span, format!("expected `->`, not `{joint}`"), help);
            None
        }
        Err(_) => {
            if input.peek(Token![?]) {
                let help = "write `-> map(|result| result)?` behind it";
                errors.at(span, format!("`{}` cannot carry `?`", last.word), help);
            } else {
                let help = "`->` leads on to the next operator, `;` ends the statement";
                let found = found.chars().take(12).collect::<String>();
                errors.at(span, format!("expected `->` or `;`, not `{found}`"), help);
            }
            last.cut_off = true;
            Some(skip_statement_but_its_end(input))
        }
    }
}

/// Whether what comes can only begin a statement of its own.
fn starts_statement(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    if is_named(input) || input.peek(token::Paren) || input.peek(Token![#]) {
        return true;
    }
    let Ok(word) = ahead.parse::<Ident>() else {
        return false;
    };
    let begins = |row: &Operator| row.is_source() || row.is_fan_in();
    let call = ahead.peek(token::Paren) || ahead.peek(Token![::]);
    (call && operators::find(&word.to_string()).is_some_and(begins)) || ahead.peek(Token![->])
}
