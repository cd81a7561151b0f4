//! The variables of patterns.

use proc_macro2::Ident;
use syn::{Pat, visit::Visit};

/// The variables that a pattern binds, in the order they are written.
pub fn bindings(pattern: &Pat) -> Vec<Ident> {
    struct Bindings(Vec<Ident>);

    impl<'p> Visit<'p> for Bindings {
        fn visit_pat(&mut self, pattern: &'p Pat) {
            match pattern {
                Pat::Ident(each) => {
                    // A lone word with a capital is a variant or a constant,
                    // unless it binds what stands behind an `@`.
                    let text = each.ident.to_string();
                    let constant = each.subpat.is_none()
                        && each.by_ref.is_none()
                        && each.mutability.is_none()
                        && text.trim_start_matches('_').starts_with(char::is_uppercase);
                    if !constant && !self.0.contains(&each.ident) {
                        self.0.push(each.ident.clone());
                    }
                    if let Some((_, inside)) = &each.subpat {
                        self.visit_pat(inside);
                    }
                }
                // All alternatives bind the same.
                Pat::Or(each) => {
                    if let Some(first) = each.cases.first() {
                        self.visit_pat(first);
                    }
                }
                _ => syn::visit::visit_pat(self, pattern),
            }
        }

        fn visit_expr(&mut self, _: &'p syn::Expr) {}
    }

    let mut found = Bindings(Vec::new());
    found.visit_pat(pattern);
    found.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse::Parser;

    fn bound(text: &str) -> Vec<String> {
        let pattern = Pat::parse_multi.parse_str(text).unwrap();
        bindings(&pattern).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn bindings_flow_in_the_order_they_are_written() {
        assert_eq!(bound("Shape::Rect { w, h: height, .. }"), ["w", "height"]);
        assert_eq!(bound("(a, [b, .., c])"), ["a", "b", "c"]);
        assert_eq!(bound("Some(x) | Other(x)"), ["x"]);
        assert_eq!(bound("whole @ Some(ref inner)"), ["whole", "inner"]);
    }

    #[test]
    fn constants_and_unit_variants_bind_nothing() {
        assert!(bound("None").is_empty());
        assert!(bound("MAX | Kind::Unit | 1..=3 | \"text\" | _").is_empty());
    }
}
