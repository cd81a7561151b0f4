//! Tokens to [`Syntax`], statement by statement.
//!
//! A mistake is reported and left behind: at the next `;` parsing goes on, so
//! that one compile tells them all. An argument that does not parse spoils its
//! element only, and is mended where that is possible.

mod arguments;
mod arms;
mod attributes;
mod chain;
mod commas;
mod element;
mod head;
mod inner;
mod inner_attributes;
mod mend;
mod name;
mod parser;
mod results;
mod slips;
mod value;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Ident, Token,
    parse::{ParseStream, Parser},
};

use self::{
    attributes::{refuse_on_result, sort_attributes},
    inner_attributes::parse_inner_attributes,
    name::{parse_let, parse_name},
    parser::ChainParser,
    results::{parse_names, parse_value_of_names, starts_with_names},
};
pub use self::{
    chain::report_joint,
    head::{report_value_as_arm, report_value_as_source},
};
use crate::{
    errors::Errors,
    syntax::{Outcome, Statement, Syntax},
};

/// Parses a whole flow; what is wrong goes into `errors`.
pub fn flow(tokens: TokenStream, errors: &mut Errors) -> Syntax {
    let mut syntax = Syntax::default();
    let parsed = (|input: ParseStream<'_>| {
        syntax = parse_flow(input, errors);
        Ok(())
    })
    .parse2(tokens);
    // What is left within an argument that was reported is found once more.
    if let Err(error) = parsed
        && !errors.is_at(error.span())
    {
        errors.syntax(&error);
    }
    syntax
}

fn parse_flow(input: ParseStream<'_>, errors: &mut Errors) -> Syntax {
    let mut syntax = Syntax::default();
    parse_inner_attributes(input, &mut syntax, errors);
    while !input.is_empty() {
        if input.peek(Token![#]) && input.peek2(Token![!]) {
            let help = "move it in front of all statements";
            errors.at(
                input.span(),
                "an attribute of the flow stands at its beginning",
                help,
            );
            parse_inner_attributes(input, &mut syntax, errors);
        } else if let Ok(semicolon) = input.parse::<Token![;]>() {
            errors.at(
                semicolon.span,
                "nothing stands before this `;`",
                "remove it",
            );
        } else if input.peek(Token![->]) {
            parse_continued(input, &mut syntax, errors);
        } else if let Ok(word) = input.parse::<Token![return]>() {
            let help = "the result is the last chain or name in a flow, without `;`";
            errors.at(word.span, "a flow has no `return`", help);
        } else if let Some(statement) = parse_let(input, errors) {
            syntax.lets.extend(statement);
        } else if starts_with_names(input) {
            parse_names(input, &mut syntax, errors);
        } else if let Some(names) = parse_value_of_names(input, &syntax, errors) {
            syntax.result = Some(Outcome::Names(names));
        } else {
            parse_statement(input, &mut syntax, errors);
        }
    }
    syntax
}

/// `-> chain;` behind a statement, which ended too early: where it leads is unknown.
fn parse_continued(input: ParseStream<'_>, syntax: &mut Syntax, errors: &mut Errors) {
    let before = syntax.statements.last_mut();
    let last = before.and_then(|statement| {
        let end = statement.semicolon?;
        Some((statement.chain.elements.last_mut()?, end))
    });
    let Some((last, end)) = last else {
        return parse_statement(input, syntax, errors);
    };
    if !last.health.lost {
        errors.at(end, "the chain goes on behind this `;`", "remove it");
        last.health.lost = true;
    }
    let words = skip_statement_but_its_end(input);
    let _ = input.parse::<Option<Token![;]>>();
    if let Some(before) = syntax.statements.last_mut() {
        before.chain.skipped.extend(words);
    }
}

/// `name = chain;`, `chain;`, or the tail.
fn parse_statement(input: ParseStream<'_>, syntax: &mut Syntax, errors: &mut Errors) {
    let mut attributes = Vec::new();
    if input.peek(Token![#]) {
        match input.call(syn::Attribute::parse_outer) {
            Ok(found) => attributes = found,
            Err(error) => {
                errors.syntax(&error);
                return skip_statement(input);
            }
        }
    }
    let attributes = sort_attributes(attributes, errors);
    let name = parse_name(input, errors);
    let chain = ChainParser { errors }.sourced_chain(input);
    if input.peek(Token![,])
        && let Ok(comma) = input.parse::<Token![,]>()
        && !chain.elements.is_empty()
    {
        errors.at(
            comma.span,
            "expected `;`, not `,`",
            "a statement ends in `;`",
        );
    }
    // Where neither comes, parsing has said what is missing.
    let semicolon = input.parse::<Token![;]>().ok().map(|token| token.span);
    let ended = semicolon.is_some() || !input.is_empty();
    match name {
        None if !ended => {
            refuse_on_result(&attributes, errors);
            syntax.result = Some(Outcome::Chain(chain));
        }
        Some(name) if !ended => {
            if let Some(last) = chain.elements.last() {
                let help = "a named chain ends in `;`, also the last one";
                errors.at(last.end, "missing `;`", help);
            }
            syntax.statements.push(Statement {
                name: Some(name),
                attributes,
                chain,
                semicolon,
            });
        }
        name => syntax.statements.push(Statement {
            name,
            attributes,
            chain,
            semicolon,
        }),
    }
}

/// Leaves a statement that did not parse behind, its `;` included.
fn skip_statement(input: ParseStream<'_>) {
    skip_statement_but_its_end(input);
    let _ = input.parse::<Option<Token![;]>>();
}

/// Gives the words that were skipped.
fn skip_statement_but_its_end(input: ParseStream<'_>) -> Vec<Ident> {
    let mut words = Vec::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        match input.parse::<TokenTree>() {
            Ok(token) => collect_words(token, &mut words),
            Err(_) => break,
        }
    }
    words
}

fn collect_words(token: TokenTree, words: &mut Vec<Ident>) {
    match token {
        TokenTree::Ident(word) => words.push(word),
        TokenTree::Group(group) => {
            for token in group.stream() {
                collect_words(token, words);
            }
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
    }
}
