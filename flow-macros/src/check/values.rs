//! The values of arguments and options that the macro itself reads.

use syn::{Expr, ExprLit, Lit};

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

pub(super) fn is_zero(value: &Expr) -> bool {
    literal(value) == Some(0)
}

/// Whether an option's value is this word.
pub fn is_word(value: &Expr, word: &str) -> bool {
    let is_path = matches!(value, Expr::Path(path) if path.path.is_ident(word));
    is_path || flag(value).is_some_and(|flag| flag.to_string() == word)
}
