//! The rules of arguments that are functions, as far as their form tells.

use syn::{BinOp, Expr, spanned::Spanned};

use crate::{errors::Errors, graph::Node};

/// What the table calls arguments that are functions of an item.
const FUNCTIONS: [&str; 2] = ["f", "predicate"];

/// Checks that no value stands where a function is wanted, nor a closure that takes
/// nothing; `false` where one does. rustc would say as much of every name in it.
pub(super) fn check_functions(node: &Node<'_>, errors: &mut Errors) -> bool {
    let operator = node.operator;
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let values = arguments.iter().flat_map(|arguments| &arguments.values);
    let mut fits = true;
    for (name, value) in operator.arguments.iter().zip(values) {
        // The function of `poll` takes nothing.
        if !FUNCTIONS.contains(name) || operator.is_source() {
            continue;
        }
        if let Some(help) = not_awaited(operator.name, value) {
            let wrong = format!("`{}` awaits nothing", operator.name);
            errors.at(value.span(), wrong, help);
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

/// Returns what to write in place of an async closure, where an operator takes none.
fn not_awaited(operator: &str, value: &Expr) -> Option<&'static str> {
    let Expr::Closure(closure) = value else {
        return None;
    };
    if closure.asyncness.is_none() && !matches!(*closure.body, Expr::Async(_)) {
        return None;
    }
    match operator {
        "for_each" => Some("write `sink(async |item| …)`"),
        "inspect" => Some("write `then(async |item| { …; item })`"),
        "filter" | "filter_map" | "take_while" | "skip_while" => {
            Some("await it before: `then(async |item| (…, item))`, and look at what it gave")
        }
        "fold" | "accumulate" | "reduce" | "group_by" | "window_by" => {
            Some("await it before, with `then(async |item| …)`")
        }
        _ => None,
    }
}
