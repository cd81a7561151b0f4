//! Tells of a function, as far as can be seen, that the futures it gives borrow nothing from
//! it.
//!
//! Those of an `async` closure may borrow what the closure has captured. So one is told to be
//! free where it captures nothing: every lone name in it is a parameter, or that of a type, a
//! variant or a constant.

use proc_macro2::Ident;
use syn::{Expr, ExprClosure, ExprPath, Macro, visit::Visit};

use crate::{bindings::bindings, graph::Node, table::Form};

/// Returns whether an operator, which has no options, awaits futures that surely borrow
/// nothing from its function.
pub fn gives_free_futures(node: &Node<'_>) -> bool {
    let arguments = node.element.and_then(|element| element.arguments.as_ref());
    let plain = arguments.filter(|arguments| arguments.options.is_empty());
    let function = plain.and_then(|arguments| arguments.values.first());
    node.operator.form == Form::Await && function.is_some_and(is_free)
}

fn is_free(function: &Expr) -> bool {
    match function {
        Expr::Closure(closure) => closure.asyncness.is_none() || captures_nothing(closure),
        // A lone name may be that of a closure.
        Expr::Path(path) => path.path.segments.len() > 1,
        _ => false,
    }
}

fn captures_nothing(closure: &ExprClosure) -> bool {
    let parameters = closure.inputs.iter().flat_map(bindings).collect();
    let mut names = Names {
        parameters,
        all_known: true,
    };
    names.visit_expr(&closure.body);
    names.all_known
}

/// The names in the body of a closure.
struct Names {
    parameters: Vec<Ident>,
    /// False when one may be that of a variable around the closure. What the body binds
    /// itself is such a name, for it may be bound to one of these.
    all_known: bool,
}

impl Visit<'_> for Names {
    fn visit_expr_path(&mut self, path: &ExprPath) {
        if let Some(name) = path.path.get_ident() {
            let is_variable = !name.to_string().starts_with(char::is_uppercase);
            self.all_known &= !is_variable || self.parameters.contains(name);
        }
    }

    // What a macro makes of its tokens is not known.
    fn visit_macro(&mut self, _: &Macro) {
        self.all_known = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(function: &str) -> bool {
        is_free(&syn::parse_str(function).unwrap())
    }

    #[test]
    fn what_captures_nothing_lends_nothing() {
        assert!(free("async |x| x"));
        assert!(free(
            "async |(a, b): (u64, u64)| Some(a.max(b) + Self::LEAST + MORE).into_iter()"
        ));
        assert!(free("async move |x| shop::fetch(x, |x| x + 1).await"));
        assert!(free("|x| shop.fetch(x)"));
        assert!(free("shop::fetch"));
    }

    #[test]
    fn what_may_capture_may_lend() {
        assert!(!free("async |x| shop.fetch(x).await"));
        assert!(!free(
            "async move |x| { let shop = shop.clone(); shop.fetch(x).await }"
        ));
        assert!(!free("async |x| fetch(x).await"));
        assert!(!free("async |x| Order { x, shop }"));
        assert!(!free("async |x| format!(\"{shop}{x}\")"));
        assert!(!free("fetch"));
        assert!(!free("made(fetch)"));
    }
}
