//! Arguments that are taken apart where they are declared.

use syn::visit_mut::{self, VisitMut};
use syn::{Ident, Pat, PatIdent};

/// The name of an argument that is not taken apart.
pub(super) fn name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() => Some(&pattern.ident),
        _ => None,
    }
}

/// The pattern for one who only looks at the argument: it binds references. `None`
/// where it binds nothing.
pub(super) fn looking(pattern: &Pat) -> Option<Pat> {
    /// Takes the `mut` and the `ref` off each binding.
    struct Looking;

    impl VisitMut for Looking {
        fn visit_pat_ident_mut(&mut self, binding: &mut PatIdent) {
            binding.mutability = None;
            binding.by_ref = None;
            visit_mut::visit_pat_ident_mut(self, binding);
        }
    }

    if let Pat::Wild(_) = pattern {
        return None;
    }
    let mut pattern = pattern.clone();
    Looking.visit_pat_mut(&mut pattern);
    Some(pattern)
}
