//! Elements: an operator with what it carries, or a name.

use proc_macro2::Span;
use syn::{AngleBracketedGenericArguments, Ident, Token, Type, parse::ParseStream, token};

use super::{arguments::parse_parentheses, arms::parse_match, inner::parse_braces};
use crate::{
    errors::Errors,
    operators::{self, Form},
    syntax::{Arguments, Element, Question, Special},
};

/// One element; `None` where there is none to be seen, which is reported.
pub(super) fn parse_element(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
    if input.peek(Token![<]) {
        return parse_inlet(input, errors);
    }
    if input.peek(Token![match]) {
        return parse_match(input, errors);
    }
    if !input.peek(Ident) {
        let span = if input.is_empty() {
            Span::call_site()
        } else {
            input.span()
        };
        let help = "a chain is `from(iter) -> map(f) -> …`";
        errors.at(span, "expected an operator or a name", help);
        return None;
    }
    let word: Ident = input.parse().ok()?;
    let mut broken = false;
    let mut end = word.span();
    let mut turbofish = None;
    if input.peek(Token![::]) {
        match AngleBracketedGenericArguments::parse_turbofish(input) {
            Ok(parsed) => {
                end = parsed.gt_token.span;
                turbofish = Some(parsed);
            }
            Err(error) => {
                errors.syntax_of(&error, "`::<…>` holds types: `collect::<Vec<_>>()`");
                return None;
            }
        }
    }
    let mut arguments = None;
    if input.peek(token::Paren) {
        let mut parsed = Arguments::default();
        let row = operators::find(&word.to_string());
        match parse_parentheses(input, row, &mut parsed, errors) {
            Ok(close) => end = close,
            Err(()) => broken = true,
        }
        arguments = Some(parsed);
    }
    let mut special = None;
    if operators::find(&word.to_string()).is_some_and(|row| row.form == Form::Keyed)
        && (arguments.is_some() || input.peek(token::Brace))
    {
        match parse_braces(input, &word, errors) {
            Some((inner, close)) => (special, end) = (Some(Special::Inner(inner)), close),
            None => broken = true,
        }
    }
    let question = parse_question(input, errors);
    if let Some(question) = &question {
        let segment = question.or_else.as_ref().map(Ident::span);
        end = segment.unwrap_or(question.span);
        broken |= question.broken;
    }
    Some(Element {
        word,
        turbofish,
        arguments,
        question,
        special,
        end,
        broken,
        cut_off: false,
    })
}

/// `<T>`.
fn parse_inlet(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
    let span = input.span();
    let parsed: syn::Result<Type> = (|| {
        input.parse::<Token![<]>()?;
        let ty = input.parse()?;
        input.parse::<Token![>]>()?;
        Ok(ty)
    })();
    match parsed {
        Ok(ty) => Some(special(Ident::new("inlet", span), Special::Inlet(ty))),
        Err(error) => {
            errors.syntax(&error);
            None
        }
    }
}

/// An element with a syntax of its own.
pub(super) fn special(word: Ident, special: Special) -> Element {
    Element {
        end: word.span(),
        word,
        turbofish: None,
        arguments: None,
        question: None,
        special: Some(special),
        broken: false,
        cut_off: false,
    }
}

/// `?` and `? else name`.
fn parse_question(input: ParseStream<'_>, errors: &mut Errors) -> Option<Question> {
    let token: Token![?] = input.parse().ok()?;
    let mut question = Question {
        span: token.span,
        or_else: None,
        broken: false,
    };
    if input.peek(Token![else]) {
        let or_else: Token![else] = input.parse().ok()?;
        match input.parse() {
            Ok(name) => question.or_else = Some(name),
            Err(_) => {
                question.broken = true;
                errors.at(
                    or_else.span,
                    "expected the name of a segment behind `else`",
                    "`? else rejects` sends the errors to the segment `rejects`",
                );
            }
        }
    }
    Some(question)
}
