//! Elements: an operator with what it carries, or a name.

use proc_macro2::Span;
use syn::{AngleBracketedGenericArguments, Ident, Token, parse::ParseStream, token};

use super::arguments::parse_parentheses;
use crate::{
    errors::Errors,
    operators,
    syntax::{Arguments, Element, Question},
};

/// One element; `None` where there is none to be seen, which is reported.
pub(super) fn parse_element(input: ParseStream<'_>, errors: &mut Errors) -> Option<Element> {
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
