//! `name =` at the beginning of a statement, and what is written in its place.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Expr, Ident, Stmt, Token, Type, ext::IdentExt, parse::ParseStream,
    parse::discouraged::Speculative, token,
};

use crate::{
    errors::Errors,
    table::{self, Operator},
};

/// `name =`, where the statement has one.
pub(super) fn parse_name(input: ParseStream<'_>, errors: &mut Errors) -> Option<Ident> {
    if input.peek(Token![let]) && input.peek2(Ident) {
        let keyword: Token![let] = input.parse().ok()?;
        let help = "write `name = chain;`";
        errors.at(keyword.span, "a stage is named without `let`", help);
    }
    if let Some(name) = parse_keyword(input, errors) {
        return name;
    }
    if is_named(input) {
        let name = input.parse().ok()?;
        input.parse::<Token![=]>().ok()?;
        return Some(name);
    }
    parse_misnamed(input, errors)
}

/// `let name = value;`, of a Rust value, which is reported; gives the statement, so that what
/// uses the variable is no second mistake.
pub(super) fn parse_let(input: ParseStream<'_>, errors: &mut Errors) -> Option<TokenStream> {
    if !input.peek(Token![let]) {
        return None;
    }
    let (ahead, span) = (input.fork(), input.span());
    let mut statement = TokenStream::new();
    while !ahead.is_empty() && !ahead.peek(Token![;]) {
        statement.extend([ahead.parse::<TokenTree>().ok()?]);
    }
    let end: Token![;] = ahead.parse().ok()?;
    end.to_tokens(&mut statement);
    let Ok(Stmt::Local(local)) = syn::parse2(statement.clone()) else {
        return None;
    };
    if local.init.is_none_or(|init| may_be_stage(&init.expr)) {
        return None;
    }
    let help = "write it before the flow; a stage is named by `name = chain;`";
    errors.at(span, "a flow has no variables of its own", help);
    input.advance_to(&ahead);
    Some(statement)
}

/// Returns whether a stage may be meant: the name of one, or an operator, and what is called of
/// them.
fn may_be_stage(value: &Expr) -> bool {
    match value {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if path.path.get_ident().is_some_and(|word| {
                table::find(&word.to_string()).is_some()
            }))
        }
        Expr::MethodCall(call) => may_be_stage(&call.receiver),
        Expr::Try(tried) => may_be_stage(&tried.expr),
        _ => false,
    }
}

/// A keyword or `_` in the place of a name, which is reported. `_` is none.
fn parse_keyword(input: ParseStream<'_>, errors: &mut Errors) -> Option<Option<Ident>> {
    if input.peek(Ident) {
        return None;
    }
    let ahead = input.fork();
    let underscore = ahead.peek(Token![_]);
    let span = ahead.span();
    let word = ahead.call(Ident::parse_any).ok();
    if word.is_none() && (!underscore || ahead.parse::<Token![_]>().is_err()) {
        return None;
    }
    if !ahead.peek(Token![=]) || ahead.peek(Token![==]) || ahead.peek(Token![=>]) {
        return None;
    }
    ahead.parse::<Token![=]>().ok()?;
    input.advance_to(&ahead);
    match word.filter(|_| !underscore) {
        Some(word) => {
            let name = instead_of(&word);
            let help = format!("choose another name: `{name} = chain;`");
            let wrong = format!("`{word}` is a keyword, and names no stage");
            errors.at(span, wrong, help);
            errors.add_keyword(&word);
            Some(Some(name))
        }
        None => {
            let help = "a chain needs no name: write `chain;`";
            errors.at(span, "`_` names no stage", help);
            Some(None)
        }
    }
}

/// The name that stands in for a keyword.
fn instead_of(keyword: &Ident) -> Ident {
    Ident::new(&format!("{keyword}_stage"), keyword.span())
}

/// Parses a stage's name that is a keyword, and was reported, as another word.
pub(super) fn parse_reported(input: ParseStream<'_>, errors: &Errors) -> Option<Ident> {
    let ahead = input.fork();
    let word = ahead.call(Ident::parse_any).ok()?;
    if !errors.is_stage(&word) || ahead.peek(token::Brace) {
        return None;
    }
    input.advance_to(&ahead);
    Some(instead_of(&word))
}

/// Returns whether `name =` comes.
pub(super) fn is_named(input: ParseStream<'_>) -> bool {
    let arrow = input.peek2(Token![=>]);
    input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !arrow
}

/// A name with something else than `=` behind it, which is reported: `:`, `:=`, `==`,
/// `: Type =`, or nothing before a source.
fn parse_misnamed(input: ParseStream<'_>, errors: &mut Errors) -> Option<Ident> {
    let ahead = input.fork();
    let name: Ident = ahead.parse().ok()?;
    let span = ahead.span();
    let wrong = if ahead.peek(Token![==]) {
        ahead.parse::<Token![==]>().ok()?;
        "expected `=`, not `==`"
    } else if ahead.peek(Token![:]) && !ahead.peek(Token![::]) {
        ahead.parse::<Token![:]>().ok()?;
        if ahead.parse::<Option<Token![=]>>().ok()?.is_some() {
            "expected `=`, not `:=`"
        } else if skip_type(&ahead) {
            "a stage is named without its type"
        } else {
            "expected `=`, not `:`"
        }
    } else if starts_chain(&ahead) {
        "missing `=` behind the name of a stage"
    } else {
        return None;
    };
    errors.at(span, wrong, format!("write `{name} = chain;`"));
    input.advance_to(&ahead);
    Some(name)
}

/// Leaves `Type =` behind.
fn skip_type(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let found = ahead.parse::<Type>().is_ok() && ahead.parse::<Token![=]>().is_ok();
    if found {
        input.advance_to(&ahead);
    }
    found
}

/// Returns whether what comes can only begin a chain: a call of a source, or of a fan-in.
fn starts_chain(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let begins = |row: &Operator| row.is_source() || row.is_fan_in();
    let word = ahead.parse::<Ident>();
    word.is_ok_and(|word| table::find(&word.to_string()).is_some_and(begins))
        && ahead.peek(token::Paren)
}
