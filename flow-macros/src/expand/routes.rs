//! `match { … }`: one closure that says which way an item goes, and a `match`
//! on its answer in the step.
//!
//! ```text
//! enum Match3<A0, A1> { Arm0(A0), Arm1(A1) }
//! let (mut match_3, (match_3_arm_0_item, …)) = route(item_2, |item| match item {
//!     Shape::Circle { radius } => Match3::Arm0(radius),
//!     other => Match3::Arm1(other),
//! });
//! …
//! match match_3(x) {
//!     Match3::Arm0(x) => { … }
//!     Match3::Arm1(x) => { … }
//! }
//! ```
//!
//! Captures behave as in any closure, and LLVM removes the enum.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Pat, visit::Visit};

use super::names::Writer;
use crate::{
    graph::{NodeId, Port},
    operators::Form,
    syntax::{Arm, Special},
};

/// The closure, and the witnesses of the arms.
pub fn setup(writer: &Writer<'_, '_, '_>, id: NodeId, input: &TokenStream) -> TokenStream {
    let node = &writer.graph().nodes[id];
    let Some(Special::Match(arms)) = node.element.and_then(|each| each.special.as_ref()) else {
        return TokenStream::new();
    };
    let enumeration = writer.routes(id);
    let types: Vec<Ident> = (0..arms.len())
        .map(|arm| local(&format!("A{arm}")))
        .collect();
    let variants: Vec<Ident> = (0..arms.len()).map(variant).collect();
    let (route, local_fn) = (writer.local(id), local("route"));
    let witnesses = (0..arms.len()).map(|arm| writer.witness(id, Port::Arm(arm)));
    // The scrutinee has the span of `match`: rustc blames it for what the
    // patterns leave out.
    let item = Ident::new("item", Span::mixed_site().located_at(node.span));
    let matched = quote_spanned!(node.span=> match #item);
    let arms: Vec<TokenStream> = arms
        .iter()
        .zip(&variants)
        .map(|(arm, variant)| routed(arm, &item, &quote!(#enumeration::#variant)))
        .collect();
    let ty = writer.private(quote!(op::Ty));
    let (given, copied) = match writer.copies {
        Some(copies) => {
            let mode = Ident::new(copies.mode(), Span::mixed_site());
            let fits = writer.private(quote!(copied::Fits));
            let mode = writer.private(quote!(copied::#mode));
            (quote!(+ #fits<#mode>), quote!(+ ::core::clone::Clone))
        }
        None => (TokenStream::new(), TokenStream::new()),
    };
    // Within an element the step is written elsewhere: see `within`.
    let declared = writer.copies.is_none().then(|| declared(writer, id));
    quote! {
        #declared
        let (mut #route, (#(#witnesses,)*)) = {
            fn #local_fn<T, #(#types,)*>(
                _: #ty<T>,
                route: impl ::core::ops::FnMut(T) -> #enumeration<#(#types),*> #given,
            ) -> (
                impl ::core::ops::FnMut(T) -> #enumeration<#(#types),*> #copied,
                (#(#ty<#types>,)*),
            ) {
                (route, (#(#ty::<#types>::new(),)*))
            }
            #local_fn(#input, |#item| #matched { #(#arms)* })
        };
    }
}

/// The type of what a `match` gives.
fn declared(writer: &Writer<'_, '_, '_>, id: NodeId) -> TokenStream {
    let arms = 0..writer.graph().nodes[id].ports().len();
    let enumeration = writer.routes(id);
    let types: Vec<Ident> = arms.clone().map(|arm| local(&format!("A{arm}"))).collect();
    let variants = arms.map(variant);
    quote! {
        #[allow(clippy::all)]
        enum #enumeration<#(#types),*> { #(#variants(#types)),* }
    }
}

/// The types of all that is routed in a chain within an element, beside which
/// they are declared.
pub fn within(writer: &Writer<'_, '_, '_>) -> TokenStream {
    let nodes = writer.graph().nodes.iter().enumerate();
    let types = nodes.map(|(id, node)| match node.operator.form {
        Form::Match => declared(writer, id),
        _ if node.inner.is_some() => within(&writer.within(id)),
        _ => TokenStream::new(),
    });
    types.collect()
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn variant(arm: usize) -> Ident {
    format_ident!("Arm{arm}", span = Span::mixed_site())
}

/// One arm of the closure's `match`: what flows is what the pattern binds.
fn routed(arm: &Arm, item: &Ident, variant: &TokenStream) -> TokenStream {
    let Arm {
        pattern,
        guard,
        body,
    } = arm;
    let guard = guard.as_ref().map(|guard| quote!(if #guard));
    let bound = bindings(pattern);
    let flows = match (body, bound.as_slice()) {
        // Nothing flows on, and nothing the user bound is unused.
        (None, bound) => quote!({ #(let _ = &#bound;)* }),
        (Some(_), []) => quote!(#item),
        (Some(_), [only]) => quote!(#only),
        (Some(_), several) => quote!((#(#several),*)),
    };
    quote!(#pattern #guard => #variant(#flows),)
}

/// The variables that a pattern binds, in the order they are written.
fn bindings(pattern: &Pat) -> Vec<Ident> {
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

/// The `match` in the step, over what the closure answered.
pub fn step(writer: &Writer<'_, '_, '_>, id: NodeId, uses: &[TokenStream]) -> TokenStream {
    let (enumeration, x) = (writer.routes(id), writer.x());
    let variants = (0..uses.len()).map(variant);
    quote! {
        match #x {
            #(#enumeration::#variants(#x) => { #uses })*
        }
    }
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
