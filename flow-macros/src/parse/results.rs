//! `(a, b)`: several ends as the flow's result.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, Ident, Token,
    ext::IdentExt,
    parenthesized,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{collect_words, commas::parse_comma, head::begins_with_source, skip_statement};
use crate::{
    errors::Errors,
    excerpt::excerpt,
    health::Health,
    syntax::{Names, Outcome, Syntax},
};

/// Returns whether `(a, b)` comes, and no Rust value in parentheses.
pub(super) fn starts_with_names(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let group = input.peek(token::Paren) && ahead.parse::<TokenTree>().is_ok();
    group && (ahead.is_empty() || ahead.peek(Token![;]) || ahead.peek(Ident))
}

/// `(a, b)`, the flow's result.
pub(super) fn parse_names(input: ParseStream<'_>, syntax: &mut Syntax, errors: &mut Errors) {
    let span = input.span();
    let parsed: syn::Result<Names> = (|| {
        let content;
        parenthesized!(content in input);
        Ok(parse_ends(&content, errors))
    })();
    match parsed {
        Ok(names) if input.is_empty() => syntax.result = Some(Outcome::Names(names)),
        Ok(names) if is_last_semicolon(input) => {
            let help = "remove it";
            let wrong = "the flow's result stands without `;`";
            errors.at(input.span(), wrong, help);
            skip_statement(input);
            syntax.result = Some(Outcome::Names(names));
        }
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

/// Parses a Rust value that is made of stages, as the last thing in a flow: `Report { a, b }`. It
/// is reported, and its stages are the result.
pub(super) fn parse_value_of_names(
    input: ParseStream<'_>,
    syntax: &Syntax,
    errors: &mut Errors,
) -> Option<Names> {
    let (ahead, span) = (input.fork(), input.span());
    let (mut tokens, mut words) = (TokenStream::new(), Vec::new());
    while !ahead.is_empty() {
        if ahead.peek(Token![->]) || ahead.peek(Token![;]) {
            return None;
        }
        let token: TokenTree = ahead.parse().ok()?;
        tokens.extend([token.clone()]);
        collect_words(token, &mut words);
    }
    let value = syn::parse2::<Expr>(tokens).ok().filter(is_value)?;
    let stages = syntax
        .statements
        .iter()
        .filter_map(|each| each.name.as_ref());
    let stages: Vec<&Ident> = stages.filter(|stage| words.contains(stage)).collect();
    let result = match stages.as_slice() {
        [] => return None,
        [only] => only.to_string(),
        several => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            format!("({})", several.join(", "))
        }
    };
    let help = format!(
        "write `{result}`, and make `{}` of what `.run()` gives",
        excerpt(&value)
    );
    let wrong = "the result of a flow is a name, or names in parentheses, and no Rust value";
    errors.at(span, wrong, help);
    input.advance_to(&ahead);
    Some(Names {
        skipped: words,
        health: Health::BROKEN,
        ..Names::default()
    })
}

/// Returns whether an expression cannot be a chain, nor a stage with a method.
fn is_value(value: &Expr) -> bool {
    match value {
        Expr::Struct(_)
        | Expr::Unary(_)
        | Expr::Array(_)
        | Expr::Macro(_)
        | Expr::Block(_)
        | Expr::Reference(_) => true,
        Expr::Binary(value) => !begins_with_source(value),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let last = path.path.segments.last();
                let makes = |word: &Ident| word.to_string().starts_with(char::is_uppercase);
                path.path.segments.len() > 1 || last.is_some_and(|last| makes(&last.ident))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_last_semicolon(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![;]>().is_ok() && ahead.is_empty()
}

/// Parses the names in the parentheses. What is none is reported, and left out.
fn parse_ends(content: ParseStream<'_>, errors: &mut Errors) -> Names {
    let mut names = Names::default();
    while !content.is_empty() {
        let (ahead, span) = (content.fork(), content.span());
        let word = ahead.call(Ident::parse_any);
        let comma = word.and_then(|word| {
            let comma = parse_comma(&ahead, errors)?;
            names.words.push(word);
            Ok(comma)
        });
        if let Ok(comma) = comma {
            names.health.broken |= !comma;
            content.advance_to(&ahead);
            continue;
        }
        let help = "end its chain in a sink, name that, `total = … -> sum();`, and write the name";
        errors.at(span, "the result is made of the names of ends", help);
        names.health.broken = true;
        while !content.is_empty() && content.parse::<Token![,]>().is_err() {
            if let Ok(token) = content.parse::<TokenTree>() {
                collect_words(token, &mut names.skipped);
            }
        }
    }
    names
}
