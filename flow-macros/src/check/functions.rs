//! The rules of arguments that are functions, as far as their form tells.

use proc_macro2::Span;
use syn::{BinOp, Expr, spanned::Spanned};

use crate::{errors::Errors, graph::Node, table::Kind, values::blocking};

/// Checks that no value stands where a function is wanted, nor a closure that takes
/// nothing; `false` where one does. rustc would say as much of every name in it.
pub(super) fn check_functions(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let values = arguments.iter().flat_map(|arguments| &arguments.values);
    let (mut fits, mut next) = (true, None);
    for (argument, value) in operator.arguments.iter().zip(values) {
        let before = next.replace(value);
        if argument.kind != Kind::Function {
            continue;
        }
        let not_awaited = operator.instead_of_async.filter(|_| is_async(value));
        if let Some(help) = not_awaited {
            let wrong = format!("`{}` awaits nothing", operator.name);
            errors.at(value.span(), wrong, help);
            fits = false;
        } else if let Some((_, within)) = blocking(value).filter(|(_, within)| is_async(within)) {
            let help = "an async function is awaited without `blocking`: `then(async |item| …)`";
            errors.at(within.span(), "`blocking` awaits nothing", help);
            fits = false;
        } else if let (Some(bar), Some(_)) = (before.and_then(bar), wrong(value)) {
            errors.at(bar, "missing `,`", "write it before this");
            fits = false;
        } else if let Some(wrong) = wrong(value) {
            let help = match operator.arguments {
                [_] => format!("write `{}(|item| …)`", operator.name),
                _ => format!("write {}", operator.usage()),
            };
            errors.at(value.span(), wrong, help);
            fits = false;
        }
    }
    fits
}

/// Returns the first `|` of a closure that stands behind a value without a `,`: what it takes
/// first looks like a part of the value.
fn bar(value: &Expr) -> Option<Span> {
    match value {
        Expr::Binary(binary) => match (binary.op, &*binary.right) {
            (BinOp::BitOr(bar), Expr::Path(_)) => Some(bar.span),
            _ => None,
        },
        _ => None,
    }
}

/// Returns what is wrong with a function of an item.
fn wrong(value: &Expr) -> Option<&'static str> {
    match value {
        Expr::Closure(closure) if closure.inputs.is_empty() => Some("this closure takes no item"),
        Expr::Binary(binary) => Some(match binary.op {
            BinOp::Or(_) | BinOp::BitOr(_) => "expected a closure, not a value: a `|` is missing",
            _ => "expected a function, not a value",
        }),
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) => {
            Some("expected a function, not a value")
        }
        _ => None,
    }
}

/// Returns whether a function is an async closure, or gives an async block.
fn is_async(value: &Expr) -> bool {
    let Expr::Closure(closure) = value else {
        return false;
    };
    closure.asyncness.is_some() || matches!(*closure.body, Expr::Async(_))
}
