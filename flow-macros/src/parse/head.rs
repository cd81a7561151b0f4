//! Rust values where a chain begins: `v.iter() -> map(f)`, and where an arm leads:
//! `Some(n) => n + 1`.
//!
//! Each is said once, of the whole value. A name, a call and methods of them look like
//! elements as well: of those only resolving can tell.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, ExprBinary, ExprPath, Ident, Member, Pat, Stmt, Token,
    parse::{ParseStream, discouraged::Speculative},
    token,
};

use super::{name::parse_reported, value::bare};
use crate::{bindings::bindings, errors::Errors, excerpt::excerpt, syntax::Element, table};

/// The beginning of a chain.
#[allow(clippy::large_enum_variant, reason = "it is taken apart at once")]
pub(super) enum Head {
    /// A Rust value, which was reported: what stands in for it.
    Value(Element),
    /// An element is to be parsed, which is this as a Rust value.
    Element(Option<Expr>),
}

/// Looks at the beginning of a chain that has to start with a source.
pub(super) fn parse_head(input: ParseStream<'_>, errors: &mut Errors) -> Head {
    let span = input.span();
    if parse_reported(&input.fork(), errors).is_some() {
        return Head::Element(None);
    }
    let report = |value: &Expr| report_value_as_source(&bare(value.clone()), span, errors);
    parse_value(input, table::OF_VALUE, report)
}

/// Looks at what stands behind `pattern =>`.
pub(super) fn parse_arm(input: ParseStream<'_>, pattern: &Pat, errors: &mut Errors) -> Head {
    let span = input.span();
    let report = |value: &Expr| report_value_as_arm(pattern, value, span, errors);
    parse_value(input, table::OF_ARM, report)
}

fn parse_value(input: ParseStream<'_>, word: &str, report: impl FnOnce(&Expr)) -> Head {
    if let Some(head) = parse_plain(input) {
        return head;
    }
    let span = input.span();
    let ahead = input.fork();
    let mut tokens = TokenStream::new();
    while !ahead.is_empty() && !is_over(&ahead) {
        match ahead.parse::<TokenTree>() {
            Ok(token) => tokens.extend([token]),
            Err(_) => return Head::Element(None),
        }
    }
    let is_element = tokens
        .clone()
        .into_iter()
        .next()
        .is_none_or(|first| match first {
            // An inlet, or a `match` of the flow.
            TokenTree::Punct(first) => first.as_char() == '<',
            TokenTree::Ident(first) => first == "match",
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        });
    match syn::parse2::<Expr>(tokens) {
        Ok(value) if may_be_elements(&value) => Head::Element(Some(value)),
        Ok(Expr::Closure(_)) | Err(_) => Head::Element(None),
        Ok(Expr::Binary(value)) if begins_with_source(&value) => Head::Element(None),
        Ok(Expr::Index(value)) if is_operator(&value.expr) => Head::Element(None),
        Ok(_) if is_element => Head::Element(None),
        Ok(value) => {
            report(&value);
            input.advance_to(&ahead);
            Head::Value(Element::broken(Ident::new(word, span)))
        }
    }
}

/// Looks whether a name stands alone, or an operator with its parentheses, as nearly always:
/// of these nothing has to be parsed as a Rust value. They are left where they are.
fn parse_plain(input: ParseStream<'_>) -> Option<Head> {
    let ahead = input.fork();
    let word: Ident = ahead.parse().ok()?;
    if ahead.is_empty() || is_over(&ahead) {
        return Some(Head::Element(Some(Expr::Path(ExprPath {
            attrs: Vec::new(),
            qself: None,
            path: word.into(),
        }))));
    }
    let called = ahead.peek(token::Paren) && table::find(&word.to_string()).is_some();
    let ends =
        called && ahead.parse::<TokenTree>().is_ok() && (ahead.is_empty() || is_over(&ahead));
    ends.then_some(Head::Element(None))
}

fn is_over(input: ParseStream<'_>) -> bool {
    input.peek(Token![->]) || input.peek(Token![;]) || input.peek(Token![,])
}

/// Returns whether a value is the word of an operator: `from [1, 2]` lacks its parentheses.
fn is_operator(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.path.get_ident().is_some_and(|word| {
        table::find(&word.to_string()).is_some()
    }))
}

/// Returns whether an operator between two values was meant as an arrow behind a source:
/// `from(x) >> map(f)`.
pub(super) fn begins_with_source(value: &ExprBinary) -> bool {
    match &*value.left {
        Expr::Binary(left) => begins_with_source(left),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.get_ident().is_some_and(|word| {
                let row = table::find(&word.to_string());
                row.is_some_and(|row| row.is_source() || row.is_fan_in())
            }),
            _ => false,
        },
        _ => false,
    }
}

/// Returns whether elements may look like it: a name, a call, or methods of one of them.
fn may_be_elements(value: &Expr) -> bool {
    match value {
        Expr::Path(path) => path.path.get_ident().is_some_and(is_word),
        Expr::Call(call) => may_be_called(&call.func),
        Expr::MethodCall(call) => may_be_elements(&call.receiver),
        Expr::Try(tried) => may_be_elements(&tried.expr),
        Expr::Field(field) => {
            matches!(field.member, Member::Named(_)) && may_be_elements(&field.base)
        }
        _ => false,
    }
}

/// A keyword is no element: `self`.
fn is_word(word: &Ident) -> bool {
    syn::parse2::<Ident>(quote!(#word)).is_ok()
}

/// `map(…)` or `collect::<…>(…)`, and no function of a module.
fn may_be_called(function: &Expr) -> bool {
    let Expr::Path(path) = function else {
        return false;
    };
    let path = &path.path;
    path.leading_colon.is_none() && path.segments.len() == 1 && is_word(&path.segments[0].ident)
}

/// Says that a chain does not start with a Rust value.
pub fn report_value_as_source(value: &impl ToTokens, span: Span, errors: &mut Errors) {
    let help = format!("make a source of it: `from({}) -> …`", excerpt(value));
    let wrong = "a chain starts with a source, not with a Rust value";
    errors.at(span, wrong, help);
}

/// Says that an arm does not lead to a Rust value.
pub fn report_value_as_arm(pattern: &Pat, value: &Expr, span: Span, errors: &mut Errors) {
    let bound: Vec<String> = bindings(pattern).iter().map(Ident::to_string).collect();
    let bound = match bound.as_slice() {
        [] => "_".to_string(),
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    };
    let help = match operator_in_braces(value) {
        Some(call) => format!("leave out the braces: `{}`", excerpt(call)),
        None => format!(
            "make an operator of it: `map(|{bound}| {})`",
            excerpt(value)
        ),
    };
    let wrong = "an arm leads to a chain, not to a Rust value";
    errors.at(span, wrong, help);
}

/// `{ map(f) }`: an operator, in the braces that an arm in Rust may have.
fn operator_in_braces(value: &Expr) -> Option<&Expr> {
    let Expr::Block(block) = value else {
        return None;
    };
    let [Stmt::Expr(call @ Expr::Call(function), None)] = block.block.stmts.as_slice() else {
        return None;
    };
    let Expr::Path(path) = &*function.func else {
        return None;
    };
    let word = path.path.get_ident()?.to_string();
    table::find(&word).is_some().then_some(call)
}
