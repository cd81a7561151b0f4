//! Facts that can be read off the tokens of an operator's function.

use syn::{Expr, ExprParen, ExprReference, Pat, Stmt};

use crate::{graph::Node, table::Form, values::blocking};

/// The options that the flow makes attempts for.
pub const OPTIONS: [&str; 5] = ["timeout", "retry", "retry_if", "retry_after", "refused"];

/// The options that hold attempts up.
const COSTLY: [&str; 3] = ["limit", "refused", "budget"];

/// Returns whether the argument of an operator is no closure, but the value of one, or a
/// function. A block may end in a closure, which has to learn what it is given.
pub fn is_value(node: &Node<'_>) -> bool {
    let mut value = values(node).first();
    while let Some(
        Expr::Paren(ExprParen { expr, .. }) | Expr::Reference(ExprReference { expr, .. }),
    ) = value
    {
        value = Some(expr);
    }
    let value = value.filter(|value| blocking(value).is_none());
    matches!(
        value,
        Some(
            Expr::Path(_)
                | Expr::Call(_)
                | Expr::MethodCall(_)
                | Expr::Field(_)
                | Expr::Index(_)
                | Expr::Unary(_)
                | Expr::Cast(_)
        )
    )
}

/// Returns whether an argument is a function that takes what it is given: a closure that
/// does not say what it takes.
pub fn takes_anything(f: &Expr) -> bool {
    let typed = |input: &Pat| matches!(input, Pat::Type(_));
    matches!(f, Expr::Closure(f) if !f.inputs.iter().any(typed))
}

/// Returns whether the closure of an operator takes as many arguments as it is given.
pub fn takes_as_many(node: &Node<'_>) -> bool {
    // The item; and the state, which is an argument, too.
    match values(node).last() {
        Some(Expr::Closure(f)) => f.inputs.len() == node.operator.arguments.len(),
        _ => true,
    }
}

/// Returns whether the function of an operator may be none of what it is given.
pub fn may_not_fit(node: &Node<'_>) -> bool {
    node.option("keep").is_none()
        && !(values(node).last().is_some_and(takes_anything) && takes_as_many(node))
}

/// Returns whether an operator awaits what its function gives, which is no `async` closure.
pub fn gives_futures(node: &Node<'_>) -> bool {
    let awaits = matches!(node.operator.form, Form::Await | Form::SinkAwait);
    awaits
        && !tries(node)
        && match values(node).first() {
            Some(Expr::Closure(f)) => f.asyncness.is_none(),
            _ => is_value(node),
        }
}

/// Returns whether what its function gives need not be a future.
pub fn may_give_no_future(node: &Node<'_>) -> bool {
    let block = |f: &Expr| matches!(f, Expr::Closure(f) if matches!(*f.body, Expr::Async(_)));
    gives_futures(node) && !values(node).first().is_some_and(block)
}

/// Returns whether an operator's function may be async, as far as can be seen: a closure
/// that computes, other than by a call, is not.
pub fn may_be_async(node: &Node<'_>) -> bool {
    match values(node).last() {
        Some(Expr::Closure(f)) => {
            let body = match &*f.body {
                Expr::Block(block) => match block.block.stmts.last() {
                    Some(Stmt::Expr(last, None)) => last,
                    _ => &f.body,
                },
                body => body,
            };
            f.asyncness.is_some() || matches!(body, Expr::Async(_) | Expr::Call(_))
        }
        f => f.is_some(),
    }
}

/// Returns whether an operator is given a closure that is `async`: its futures may borrow from
/// it.
pub fn is_async_closure(node: &Node<'_>) -> bool {
    matches!(values(node).first(), Some(Expr::Closure(f)) if f.asyncness.is_some())
}

/// The arguments of an operator.
pub fn values<'n>(node: &'n Node<'_>) -> &'n [Expr] {
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    arguments.map_or(&[], |arguments| &arguments.values)
}

pub fn has_any(node: &Node<'_>, options: &[&str]) -> bool {
    options.iter().any(|name| node.option(name).is_some())
}

/// Returns whether the flow itself makes the attempts of an operator, whose function
/// gives a `Result`.
pub fn tries(node: &Node<'_>) -> bool {
    node.operator.form == Form::Await && has_any(node, &OPTIONS)
}

/// Returns whether attempts wait until they may begin.
pub fn is_costly(node: &Node<'_>) -> bool {
    has_any(node, &COSTLY)
}

/// Returns whether the flow calls the function of an operator by way of its attempts.
pub fn makes(node: &Node<'_>) -> bool {
    node.operator.form == Form::Await && (has_any(node, &OPTIONS) || is_costly(node))
}
