//! Slips between two elements behind which the chain goes on all the same: an arrow
//! behind its operator, arguments twice, a `?` without its `else`, another token where a
//! statement ends.

use proc_macro2::{Delimiter, TokenTree};
use syn::{
    Ident, Token,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{commas::is_option, name::is_named, parser::ChainParser};
use crate::{
    errors::Errors,
    syntax::{Arguments, Element},
    table,
};

/// `from(x) map -> (f)`: gives the operator, whose arguments come next.
pub(super) fn parse_swapped_arrow(input: ParseStream<'_>, errors: &mut Errors) -> Option<Ident> {
    let ahead = input.fork();
    let word: Ident = ahead.parse().ok()?;
    let row = table::find(&word.to_string())?;
    let arrow: Token![->] = ahead.parse().ok()?;
    let takes = ahead.peek(token::Paren) || ahead.peek(Token![::]);
    if !takes || row.is_source() {
        return None;
    }
    let help = format!("write `-> {word}(…)`");
    let wrong = format!("this `->` stands behind `{word}`, not before it");
    errors.at(arrow.spans[0], wrong, help);
    input.advance_to(&ahead);
    Some(word)
}

/// `map(f)(g)`: whether there is a second list of arguments, which is left behind. Where
/// the first one is empty it is the one that was meant.
pub(super) fn parse_second_list(
    last: &mut Element,
    input: ParseStream<'_>,
    parser: &mut ChainParser<'_>,
) -> bool {
    if last.special.is_some() || last.question.is_some() {
        return false;
    }
    let (Some(first), span) = (&last.arguments, input.span()) else {
        return false;
    };
    let ahead = input.fork();
    let Ok(TokenTree::Group(group)) = ahead.parse::<TokenTree>() else {
        return false;
    };
    // The last thing in a flow, or before a statement, may be its result.
    let goes_on = ahead.peek(Token![->]) || ahead.peek(Token![?]) || ahead.peek(Token![;]);
    let names = group.stream().into_iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ',',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    });
    if group.delimiter() != Delimiter::Parenthesis || !goes_on && (names || !ahead.is_empty()) {
        return false;
    }
    let word = &last.word;
    let wrong = format!("`{word}` has two lists of arguments");
    let is_empty = first.values.is_empty() && first.inputs.is_empty() && first.options.is_empty();
    let help = match is_empty {
        true => format!("leave the empty one out: `{word}(…)`"),
        false => "leave one of them out".to_owned(),
    };
    parser.errors.at(span, wrong, help);
    let row = table::find(&word.to_string());
    if is_empty && row.is_some() {
        let mut parsed = Arguments::default();
        match parser.parentheses(input, row, &mut parsed) {
            Ok(close) => last.end = close,
            Err(()) => last.health.broken = true,
        }
        last.arguments = Some(parsed);
    } else {
        input.advance_to(&ahead);
    }
    true
}

/// `map(f)? rejects`: whether the name of a segment follows, without the `else`.
pub(super) fn parse_missing_else(
    last: &mut Element,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> bool {
    let Some(question) = &mut last.question else {
        return false;
    };
    let ahead = input.fork();
    let Ok(name) = ahead.parse::<Ident>() else {
        return false;
    };
    let ends = ahead.is_empty() || ahead.peek(Token![->]) || ahead.peek(Token![;]);
    let same_line = name.span().start().line == last.end.end().line;
    if question.or_else.is_some() || !ends || !same_line {
        return false;
    }
    let help = format!("write `? else {name}`");
    errors.at(name.span(), "missing `else` behind `?`", help);
    last.end = name.span();
    question.or_else = Some(name);
    input.advance_to(&ahead);
    true
}

/// `count() . n = …`: whether a token stands where a `;` should, before a statement with a
/// name. It is left behind.
pub(super) fn parse_wrong_end(input: ParseStream<'_>, errors: &mut Errors) -> bool {
    let (ahead, span) = (input.fork(), input.span());
    let Ok(TokenTree::Punct(punct)) = ahead.parse::<TokenTree>() else {
        return false;
    };
    if !is_named(&ahead) {
        return false;
    }
    let help = "a statement ends in `;`";
    let wrong = format!("expected `;`, not `{}`", punct.as_char());
    errors.at(span, wrong, help);
    input.advance_to(&ahead);
    true
}

/// `stream(s), ack = true -> …`: whether options stand behind the parentheses, which are
/// reported, and left behind.
pub(super) fn parse_option_outside(
    last: &mut Element,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> bool {
    let (ahead, span) = (input.fork(), input.span());
    let comma = ahead.parse::<Token![,]>().is_ok();
    if last.arguments.is_none() || !comma || !is_option(&ahead) {
        return false;
    }
    let (word, option) = (&last.word, ahead.fork().parse::<Ident>());
    let row = table::find(&word.to_string());
    let known = option
        .ok()
        .filter(|option| row.is_some_and(|row| row.options.iter().any(|each| option == each.name)));
    let Some(option) = known else {
        return false;
    };
    let help = format!("write them in there: `{word}(…, {option} = …)`");
    errors.at(span, "options stand in the parentheses", help);
    while !ahead.is_empty() && !ahead.peek(Token![;]) && !ahead.peek(Token![->]) {
        if ahead.parse::<TokenTree>().is_err() {
            break;
        }
    }
    input.advance_to(&ahead);
    last.health.broken = true;
    true
}
