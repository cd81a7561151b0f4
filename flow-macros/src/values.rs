//! The values of arguments and options that the macro itself reads.

use proc_macro2::Span;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, UnOp};

/// A literal `true` or `false`.
pub fn flag(value: &Expr) -> Option<bool> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(flag),
            ..
        }) => Some(flag.value),
        _ => None,
    }
}

/// A literal number, of the type that sizes have.
pub fn literal(value: &Expr) -> Option<usize> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) if matches!(number.suffix(), "" | "usize") => number.base10_parse().ok(),
        _ => None,
    }
}

pub fn is_zero(value: &Expr) -> bool {
    literal(value) == Some(0)
}

/// Returns whether a value is a literal number below zero.
pub fn is_negative(value: &Expr) -> bool {
    matches!(value, Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(**expr, Expr::Lit(_)))
}

/// Returns whether a value is no time: a literal zero, or a `Duration` of nothing.
pub fn is_no_time(value: &Expr) -> bool {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number
            .base10_parse::<u128>()
            .is_ok_and(|number| number == 0),
        Expr::Path(path) => {
            let mut words = path.path.segments.iter().rev().map(|each| &each.ident);
            words.next().is_some_and(|last| last == "ZERO")
                && words.next().is_some_and(|duration| duration == "Duration")
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let mut words = path.path.segments.iter().rev().map(|each| &each.ident);
                let makes = |word: &Ident| word.to_string().starts_with("from_");
                words.next().is_some_and(makes)
                    && words.next().is_some_and(|duration| duration == "Duration")
                    && call.args.len() == 1
                    && call.args.iter().all(is_no_time)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Returns whether an option's value is this word.
pub fn is_word(value: &Expr, word: &str) -> bool {
    let is_path = matches!(value, Expr::Path(path) if path.path.is_ident(word));
    is_path || flag(value).is_some_and(|flag| flag.to_string() == word)
}

/// The argument of `blocking(f)`, and the place of the word.
pub fn blocking(value: &Expr) -> Option<(Span, &Expr)> {
    let Expr::Call(call) = value else { return None };
    let Expr::Path(path) = &*call.func else {
        return None;
    };
    let word = path.path.get_ident().filter(|word| *word == "blocking")?;
    match call.args.iter().collect::<Vec<_>>().as_slice() {
        [only] => Some((word.span(), only)),
        _ => None,
    }
}
