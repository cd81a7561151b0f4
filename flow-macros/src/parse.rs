//! Tokens to [`Syntax`], statement by statement.
//!
//! A mistake is reported and left behind: at the next `;` parsing goes on, so
//! that one compile tells them all. An argument that does not parse spoils its
//! element only.

use proc_macro2::{Span, TokenStream};
use syn::{
    AngleBracketedGenericArguments, Expr, Ident, Token, Type,
    ext::IdentExt,
    parenthesized,
    parse::{ParseStream, Parser},
    token,
};

use crate::{
    errors::Errors,
    operators,
    syntax::{Arguments, Chain, Element, Outcome, Question, Statement, Syntax},
};

/// Parses a whole flow; what is wrong goes into `errors`.
pub fn flow(tokens: TokenStream, errors: &mut Errors) -> Syntax {
    let mut syntax = Syntax::default();
    let parsed = (|input: ParseStream<'_>| {
        syntax = parse_flow(input, errors);
        Ok(())
    })
    .parse2(tokens);
    if let Err(error) = parsed {
        errors.syntax(&error);
    }
    syntax
}

fn parse_flow(input: ParseStream<'_>, errors: &mut Errors) -> Syntax {
    let mut syntax = Syntax::default();
    parse_inner_attributes(input, &mut syntax, errors);
    while !input.is_empty() {
        if input.peek(token::Paren) {
            parse_names(input, &mut syntax, errors);
        } else {
            parse_statement(input, &mut syntax, errors);
        }
    }
    syntax
}

/// `#![error = Type]`.
fn parse_inner_attributes(input: ParseStream<'_>, syntax: &mut Syntax, errors: &mut Errors) {
    while input.peek(Token![#]) && input.peek2(Token![!]) {
        let parsed: syn::Result<(Ident, Type)> = (|| {
            input.parse::<Token![#]>()?;
            input.parse::<Token![!]>()?;
            let content;
            syn::bracketed!(content in input);
            let word = content.call(Ident::parse_any)?;
            let value = content.parse::<Token![=]>().and_then(|_| content.parse());
            content.parse::<TokenStream>()?;
            Ok((word, value?))
        })();
        match parsed {
            Ok((word, value)) if word == "error" => {
                if syntax.error.replace(value).is_some() {
                    errors.at(word.span(), "`error` is set twice", "keep one of them");
                }
            }
            Ok((word, _)) => errors.at(
                word.span(),
                format!("unknown attribute `{word}`"),
                "a flow knows `#![error = Type]`",
            ),
            Err(error) => errors.syntax(&error),
        }
    }
}

/// `(a, b)`, the flow's result.
fn parse_names(input: ParseStream<'_>, syntax: &mut Syntax, errors: &mut Errors) {
    let span = input.span();
    let parsed: syn::Result<Vec<Ident>> = (|| {
        let content;
        parenthesized!(content in input);
        let names = content.parse_terminated(Ident::parse_any, Token![,]);
        content.parse::<TokenStream>()?;
        Ok(names?.into_iter().collect())
    })();
    match parsed {
        Ok(names) if input.is_empty() => syntax.result = Some(Outcome::Names(names)),
        Ok(_) => {
            errors.at(
                span,
                "the result is the last thing in a flow, without `;`",
                "move it to the end",
            );
            skip_statement(input);
        }
        Err(error) => {
            errors.syntax(&error);
            skip_statement(input);
        }
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
    for attribute in attributes {
        let span = attribute.pound_token.span;
        errors.at(span, "unknown attribute on a statement", "remove it");
    }
    let name = parse_name(input);
    let chain = parse_chain(input, errors);
    let ended = if input.peek(Token![;]) {
        input.parse::<Token![;]>().is_ok()
    } else if input.is_empty() {
        false
    } else {
        // `parse_chain` has said what is missing here.
        true
    };
    match name {
        None if !ended => syntax.result = Some(Outcome::Chain(chain)),
        Some(name) if !ended => {
            if let Some(last) = chain.elements.last() {
                errors.at(last.word.span(), "missing `;`", "a named chain ends in `;`");
            }
            syntax.statements.push(Statement {
                name: Some(name),
                chain,
            });
        }
        name => syntax.statements.push(Statement { name, chain }),
    }
}

/// `name =`, where the statement has one.
fn parse_name(input: ParseStream<'_>) -> Option<Ident> {
    if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        let name = input.parse().ok()?;
        input.parse::<Token![=]>().ok()?;
        return Some(name);
    }
    None
}

/// `element -> element …`, up to `;`, `,` or the end.
fn parse_chain(input: ParseStream<'_>, errors: &mut Errors) -> Chain {
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

/// One element; `None` where there is none to be seen, which is reported.
fn parse_element(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
    if input.peek(Token![<]) {
        let help = "start with a source, such as `from(iter)`";
        errors.at(input.span(), "an inlet is not supported yet", help);
        return None;
    }
    if input.peek(Token![match]) {
        let help = "branch by a name and `filter` or `filter_map`";
        errors.at(input.span(), "`match` is not supported yet", help);
        return None;
    }
    if !input.peek(Ident) {
        let span = if input.is_empty() {
            Span::call_site()
        } else {
            input.span()
        };
        errors.at(
            span,
            "expected an operator or a name",
            "elements are joined by `->`",
        );
        return None;
    }
    let word: Ident = input.parse().ok()?;
    let mut broken = false;
    let mut turbofish = None;
    if input.peek(Token![::]) {
        match AngleBracketedGenericArguments::parse_turbofish(input) {
            Ok(parsed) => turbofish = Some(parsed),
            Err(error) => {
                errors.syntax(&error);
                return None;
            }
        }
    }
    let mut arguments = None;
    if input.peek(token::Paren) {
        let mut parsed = Arguments::default();
        let inputs = operators::find(&word.to_string()).is_some_and(|row| row.is_fan_in());
        let outcome = parse_parentheses(input, inputs, &mut parsed, errors);
        broken = outcome.is_err();
        arguments = Some(parsed);
    }
    let question = parse_question(input, errors);
    Some(Element {
        word,
        turbofish,
        arguments,
        question,
        broken,
    })
}

/// `(…)`; `Err` where some of it did not parse, which is reported.
fn parse_parentheses(
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
            if !content.peek(Ident) {
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

/// `?` and `? else name`.
fn parse_question(input: ParseStream<'_>, errors: &mut Errors) -> Option<Question> {
    let token: Token![?] = input.parse().ok()?;
    let mut question = Question {
        span: token.span,
        or_else: None,
    };
    if input.peek(Token![else]) {
        let or_else: Token![else] = input.parse().ok()?;
        match input.parse() {
            Ok(name) => question.or_else = Some(name),
            Err(_) => errors.at(
                or_else.span,
                "expected the name of a segment behind `else`",
                "`? else rejects` sends the errors to the segment `rejects`",
            ),
        }
    }
    Some(question)
}

/// Leaves a statement that did not parse behind, its `;` included.
fn skip_statement(input: ParseStream<'_>) {
    skip_statement_but_its_end(input);
    let _ = input.parse::<Option<Token![;]>>();
}

fn skip_statement_but_its_end(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![;]) {
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}
